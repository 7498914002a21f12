"""The pages as text: whole, closed against injection, the same bytes every time."""

import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256

import networkx as nx
import pytest
from markupsafe import Markup
from views_sample import HOSTILE, hostile_page, sample_page, to_store

from kg.model import Page
from kg.reading.lexicon_files import read_rows
from kg.views import page, report
from kg.views.marking import CLASSES, Mark, find_marks, to_markup, to_paragraphs
from kg.views.network import to_network
from kg.views.template import read, to_json, words

SCRIPT = re.compile(r"<script>(.*?)</script>", re.S)
DATA = re.compile(r'<script type="application/json" id="(\w+)">(.*?)</script>', re.S)


@pytest.fixture(scope="module")
def graph_html():
    return page.to_html(to_network(to_store(sample_page())))


@pytest.fixture(scope="module")
def report_html():
    return report.to_html([sample_page()], build={"triples": 12}, set_aside=[("empty.txt", "空文件")])


@pytest.fixture(params=["graph_html", "report_html"])
def html(request):
    return request.getfixturevalue(request.param)


def graph_data(html):
    return json.loads(dict(DATA.findall(html))["graph"])


def test_nothing_is_fetched(html):
    without_scripts = SCRIPT.sub("", html)
    assert not re.search(r"<(link|img|iframe|object|embed|base|form)\b|@import|url\(|\ssrc=", without_scripts)
    assert "default-src 'none'" in html


def test_the_policy_names_exactly_the_scripts_and_the_style_of_the_page(html):
    def source(text):
        return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"

    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html).group(1)
    scripts = SCRIPT.findall(html)
    assert scripts
    assert f"script-src {' '.join(map(source, scripts))};" in policy
    assert f"style-src {source(re.search(r'<style>(.*?)</style>', html, re.S).group(1))};" in policy
    assert "unsafe" not in policy


def test_no_inline_event_handler(html):
    assert not re.search(r"<[a-z][^>]*\son\w+=", SCRIPT.sub("", DATA.sub("", html)))


def test_line_ends_are_plain_as_the_hashes_need_them(html):
    assert "\r" not in html


def test_the_same_input_gives_the_same_bytes():
    first, second = (page.to_html(to_network(to_store(sample_page()))) for _ in range(2))
    assert first == second


def test_pyvis_builds_a_directed_network_without_physics():
    drawing = page.to_drawing(to_network(to_store(sample_page())))
    assert drawing.directed
    assert drawing.options["physics"] == {"enabled": False}
    assert all({"x", "y", "shape", "label", "group"} <= set(node.options) for node in drawing.nodes)


def test_parallel_edges_all_reach_the_page(graph_html):
    network = to_network(to_store(sample_page()))
    assert len(graph_data(graph_html)["edges"]) == network.number_of_edges()


def test_every_class_has_a_shape_a_colour_and_a_name():
    style = read("page.css")
    assert tuple(page.SHAPES) == CLASSES
    for cls in CLASSES:
        assert style.count(f"--{cls}:") == 2, "light and dark"
        assert set(words()[f"class.{cls}"]) == {"zh", "en"}


def test_no_two_classes_look_alike():
    style = read("page.css")
    looks = [(page.SHAPES[cls], re.search(rf"--{cls}: (#\w+)", style).group(1)) for cls in CLASSES]
    assert len(set(looks)) == len(looks)


def test_every_relation_and_every_word_a_page_asks_for_exists_in_both_languages():
    network = to_network(to_store(sample_page()))
    asked = {f"{way}.{name}" for *_, name in network.edges(keys=True) for way in ("in", "out")}
    for file in ("graph.html", "report.html", "panel.js", "search.js", "table.js", "graph.js", "settings.js"):
        text = read(file)
        asked |= set(re.findall(r'\bword\("([\w.-]+)"', text)) | set(re.findall(r'data-label="([\w-]+)"', text))
    asked = {key for key in asked if not key.endswith(".")}
    assert len(asked) > 40
    assert asked <= set(words())
    assert all(forms["zh"] and forms["en"] for forms in words().values())


def test_every_kind_of_leftover_has_a_name_in_both_languages():
    kinds = {row[0] for row in read_rows("furniture.tsv")}
    named = {key.removeprefix("leftover.") for key, text in words().items() if {"zh", "en"} <= text.keys()}
    assert kinds | {"front matter", "outside the article", "unassigned"} <= named


def test_addresses_of_nodes_are_unique(graph_html):
    fragments = [thing["fragment"] for thing in graph_data(graph_html)["things"]]
    assert len(set(fragments)) == len(fragments)


def test_the_title_is_escaped():
    html = page.to_html(to_network(to_store()), title=HOSTILE[0])
    assert HOSTILE[0] not in html
    assert "&lt;script&gt;window.hit=1&lt;/script&gt;" in html


@pytest.mark.parametrize("name", HOSTILE)
def test_json_in_a_page_cannot_end_its_element_and_says_the_same(name):
    text = to_json({"name": name})
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == {"name": name}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_come_through_the_graph_page_as_data(name):
    html = page.to_html(to_network(to_store(hostile_page())))
    labels = [thing["label"] for thing in graph_data(html)["things"]]
    assert name in labels
    assert "window.hit" not in DATA.sub("", html)


def test_hostile_text_in_the_report_is_escaped():
    html = report.to_html([hostile_page()], {HOSTILE[0]: 1}, [(HOSTILE[1], HOSTILE[2])], HOSTILE[3])
    body = DATA.sub("", SCRIPT.sub("", html))
    assert not re.search(r"<(script|img|svg)[ >]|<b>", body)
    assert "&lt;script&gt;window.hit=1&lt;/script&gt;" in body


def test_the_report_shows_articles_facts_leftovers_and_what_was_set_aside(report_html):
    for expected in ("甲县的做法", "通讯员 某人", "搭好架子，联到一处", "责任编辑 某某", "空文件", "triples"):
        assert expected in report_html


def test_every_character_of_an_article_is_in_its_paragraphs():
    for article in (*sample_page().articles, *hostile_page().articles):
        shown = "".join(re.sub(r"</?mark[^>]*>", "", paragraph) for paragraph in to_paragraphs(article))
        assert Markup(shown).unescape() == article.text


def test_marks_are_found_for_facts_of_every_kind():
    classes = {mark.cls for mark in find_marks(sample_page().articles[0])}
    assert classes == {"Alliance", "Mechanism", "Slogan", "Programme", "Organisation", "Formula", "Figure", "Measure"}


@pytest.mark.parametrize(
    ("marks", "expected"),
    [
        ([], "abcdef"),
        ([(1, 3, "A")], 'a<mark class="A">bc</mark>def'),
        ([(0, 6, "A"), (1, 2, "B")], '<mark class="A">a<mark class="B">b</mark>cdef</mark>'),
        ([(0, 3, "A"), (3, 6, "B")], '<mark class="A">abc</mark><mark class="B">def</mark>'),
        ([(0, 3, "A"), (2, 5, "B")], '<mark class="A">ab<mark class="B">c</mark></mark><mark class="B">de</mark>f'),
        ([(0, 2, "A"), (0, 2, "B")], '<mark class="A"><mark class="B">ab</mark></mark>cdef'),
    ],
)
def test_marks_nest_and_crossing_ones_are_cut(marks, expected):
    assert to_markup("abcdef", [Mark(start, -end, cls) for start, end, cls in marks]) == expected


def test_an_article_without_headline_or_county_has_its_place_in_the_report():
    bare = replace(sample_page().articles[0], headline=None, county=None, kind="caption", bylines=())
    html = report.to_html([replace(sample_page(), articles=(bare,))])
    assert 'data-word="untitled"' in html
    assert 'data-word="no-county"' in html


def test_a_report_of_nothing_is_a_page():
    assert "<main>" in report.to_html([])
    assert "<main>" in report.to_html([Page(file="x.txt", sha256="0", text="")])


def test_very_many_lines_between_counties_and_what_they_share_are_drawn_only_when_asked_for():
    network = nx.MultiDiGraph(articles={})
    told = {"label_en": "", "aliases": (), "counties": (), "statuses": (), "within": (), "definitions": ()}
    told |= {"sentences": (), "components": (), "figures": (), "degree": 1}
    network.add_nodes_from((f"c{n}", {"cls": "County", "label": f"第{n}县", **told}) for n in range(100))
    network.add_nodes_from((f"p{n}", {"cls": "Practice", "label": f"做法{n}", **told}) for n in range(9))
    network.add_edges_from((f"c{n}", f"p{k}", "practice") for n in range(100) for k in range(8))
    assert '"quiet":false' in page.to_html(network)
    network.add_edge("c1", "p8", "practice")
    assert '"quiet":true' in page.to_html(network)
