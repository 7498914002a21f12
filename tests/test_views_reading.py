"""The articles of a page: their text untouched, every fact where it stands, the statements between the things."""

import json
import re

import pytest
from views_sample import FIRST, HOSTILE, hostile_page, sample_page, to_store

from kg.graph.vocab import DJ
from kg.views import page, report
from kg.views.network import to_network
from kg.views.reading import to_address, to_articles
from kg.views.taking import PROPERTIES, to_statements


@pytest.fixture(scope="module")
def store():
    return to_store(sample_page())


@pytest.fixture(scope="module")
def articles(store):
    return to_articles(store)


def test_articles_come_in_the_order_of_print_with_their_text_untouched(articles):
    assert [article["id"] for article in articles] == ["sample.txt/1", "sample.txt/2"]
    assert [article["text"] for article in articles] == [found.text for found in sample_page().articles]


def test_an_article_tells_its_county_headline_byline_and_where_it_was_printed(articles):
    first = articles[0]
    assert first["county"] == ["county/990101/甲县", "甲县"]
    assert first["headline"] == "甲县的做法"
    assert first["bylines"] == ["通讯员 某人"]
    assert first["printed"] == ["样报", "2022-11-01", "A3"]


def test_every_mark_stands_on_its_wording(articles):
    found = {articles[0]["things"][thing][2]: FIRST[start:end] for start, end, thing in articles[0]["marks"]}
    assert found["联席会议制度"] == "联席会议制度"
    assert found["“溪畔”党建联盟"] == "联盟", "the last mention, by an alias"
    assert found["走访群众"] == "走访群众1200余户"
    assert found[""] == "搭好架子，联到一处"


def test_every_mention_formula_figure_and_measure_is_marked(articles):
    article = sample_page().articles[0]
    spans = {(span.start, span.end) for entity in article.entities for span in (entity, *entity.mentions)}
    spans |= {(found.start, found.end) for found in (*article.formulas, *article.figures, *article.measures)}
    assert spans <= {(start, end) for start, end, _ in articles[0]["marks"]}


def test_marks_are_in_the_order_of_print_the_longer_first(articles):
    for article in articles:
        assert article["marks"] == sorted(article["marks"], key=lambda mark: (mark[0], -mark[1]))


def test_a_thing_has_the_class_of_the_network_the_address_of_the_page_and_its_status(articles):
    things = {thing[2]: thing for thing in articles[0]["things"]}
    assert things["“两看一评”"][0] == "Formula"
    assert things["“百村提升”工程"] == ["Programme", "programme/990101/“百村提升”工程", "“百村提升”工程", "planned"]
    assert things["走访群众"][:2] == ["Figure", ""]


def test_one_article_alone_is_told_the_same(store, articles):
    iri = "https://w3id.org/dangjian/id/article/sample.txt/2"
    assert to_articles(store, only=[iri]) == articles[1:]
    assert to_address(iri) == "sample.txt/2"


def test_a_part_of_the_network_comes_with_the_articles_that_speak_of_it(store):
    part = to_network(store, focus="“溪畔”驿站", hops=0)
    assert [article["id"] for article in to_articles(store, part)] == ["sample.txt/2"]


def test_hostile_names_are_marked_as_they_are():
    article = to_articles(to_store(hostile_page()))[0]
    marked = {article["text"][start:end] for start, end, thing in article["marks"]}
    assert set(HOSTILE) <= marked


def test_the_page_carries_the_articles_only_if_it_is_given_the_store(store):
    def data(**given):
        html = page.to_html(to_network(store), **given)
        return json.loads(re.search(r'id="graph">(.*?)</script>', html, re.S).group(1))

    assert "reading" not in data()
    assert [article["id"] for article in data(store=store)["reading"]] == ["sample.txt/1", "sample.txt/2"]
    assert data(store=store, report="report.html")["report"] == "report.html"


def test_each_sentence_of_a_thing_says_where_it_stands(store):
    network = to_network(store)
    for _, data in network.nodes(data=True):
        for found in data["sentences"]:
            text = next(a["text"] for a in to_articles(store, only=[found["article"]]))
            assert text[found["at"] :].startswith(found["marks"])


def test_statements_are_triples_of_the_store_and_nothing_else(store):
    network, articles = to_network(store), to_articles(store)
    told = to_statements(store, network, articles)
    names = [*(f"article/{article['id']}" for article in articles), *told["initiatives"]]
    resources = [*network, *(told["base"] + name for name in names)]
    found = zip(*(iter(told["triples"]),) * 3)
    spoken = {(resources[s], DJ[PROPERTIES[p]].value, resources[o]) for s, p, o in found}
    known = {(quad.subject.value, quad.predicate.value, quad.object.value) for quad in store}
    assert len(spoken) > 20
    assert spoken <= known


def test_the_report_names_pages_and_articles_by_their_files():
    html = report.to_html([sample_page()])
    assert 'id="page/sample.txt"' in html
    assert 'href="#article/sample.txt/2"' in html
    assert report.to_anchor("page", "甲 (1).txt") == "page/%E7%94%B2%20(1).txt"
