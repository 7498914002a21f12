"""Taking away in a real browser: the files that the page makes, read back and understood."""

import csv
import io
import struct
from base64 import b64decode
from xml.etree import ElementTree

import pytest
from pyoxigraph import RdfFormat, Triple, parse
from views_browser import Browser, save
from views_sample import HOSTILE, hostile_page, sample_page, to_store

from kg.ontology_files import ontology_file
from kg.views import page
from kg.views.network import to_network

SVG = "{http://www.w3.org/2000/svg}"
CATCH = """(() => { window.taken = []; const make = URL.createObjectURL;
  URL.createObjectURL = (blob) => { window.taken.push({ blob }); return make.call(URL, blob); };
  HTMLAnchorElement.prototype.click = function () { window.taken.at(-1).name = this.download; }; })()"""
READ = """const done = arguments[0], [{ blob, name }] = window.taken.splice(0); const reader = new FileReader();
  reader.onload = () => done([name, blob.type, reader.result.split(',')[1]]); reader.readAsDataURL(blob);"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    browser = Browser(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.driver.quit()


@pytest.fixture(scope="module")
def stores():
    return {"graph": to_store(sample_page()), "hostile": to_store(hostile_page())}


@pytest.fixture(scope="module")
def files(stores, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    titles = {"graph": "", "hostile": HOSTILE[1]}
    return {
        name: save(page.to_html(to_network(store), title=titles[name], store=store), folder / f"{name}.html")
        for name, store in stores.items()
    }


@pytest.fixture
def opened(browser, files):
    def open_(name="graph", label=None):
        browser.open(files[name])
        browser.wait("performance.getEntriesByName('drawn').length")
        browser.run(CATCH)
        if label is not None:
            browser.run("goTo(graph.things.findIndex((thing) => thing.label === arguments[0]))", label)
            browser.wait("chosen !== null")
        return browser

    return open_


def take(browser, kind):
    """Choose ``kind`` in the menu; return the name, the type and the bytes of the file that is handed over."""
    browser.click("#take summary")
    browser.click(f"[data-take={kind}]")
    browser.wait("window.taken.length && window.taken[0].name !== undefined")
    name, type_, content = browser.driver.execute_async_script(READ)
    return name, type_, b64decode(content)


def labels(svg):
    return ["".join(text.itertext()) for text in svg.find(f".//{SVG}g[@id='labels']")]


def names(svg):
    return [group.find(f"{SVG}title").text for group in svg.find(f".//{SVG}g[@id='things']")]


def triples(turtle):
    return {Triple(q.subject, q.predicate, q.object) for q in parse(turtle, RdfFormat.TURTLE)}


def test_the_svg_shows_signs_labels_legend_and_how_to_read_it(opened):
    browser = opened()
    name, type_, content = take(browser, "svg")
    svg = ElementTree.fromstring(content)
    assert (name, type_) == ("党建做法图谱.svg", "image/svg+xml;charset=utf-8")
    assert {"县区 · 甲县", "联盟 · “溪畔”党建联盟", "通行做法 · 联席会议"} <= set(names(svg))
    assert {"甲县", "乙区", "联席会议"} <= set(labels(svg))
    assert svg.get("font-family").endswith("sans-serif")
    legend = "".join(svg.find(f"{SVG}g[@id='legend']").itertext())
    assert "联盟" in legend
    assert browser.run("caption()") in legend


def test_the_svg_keeps_to_the_filter_of_the_legend(opened):
    browser = opened()
    browser.click("#legend [data-cls=Alliance]")
    svg = ElementTree.fromstring(take(browser, "svg")[2])
    assert not any(name.startswith("联盟") for name in names(svg))
    assert "联盟" not in "".join(svg.find(f"{SVG}g[@id='legend']").itertext())


def test_the_svg_stands_alone(opened):
    content = take(opened(), "svg")[2].decode()
    assert not any(word in content for word in ("<script", "<image", "<use", "href", "url(", "var(", "@import"))


def test_the_png_is_the_picture_at_twice_its_size(opened):
    browser = opened()
    name, type_, content = take(browser, "png")
    assert (name, type_) == ("党建做法图谱.png", "image/png")
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", content[16:24])
    assert width == 2 * browser.run("document.getElementById('canvas').clientWidth")
    assert height > width / 2
    assert len(content) > 20_000, "not an empty sheet"


def test_the_table_is_a_csv_that_a_spreadsheet_opens(opened):
    browser = opened()
    name, type_, content = take(browser, "csv")
    assert (name, type_) == ("党建做法图谱.csv", "text/csv;charset=utf-8")
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows[0] == ["名称", "类别", "所在县区", "又称", "联系", "原文句数", "IRI"]
    seen = browser.run("graph.things.filter((_, id) => isShown(id)).map((thing) => thing.label)")
    assert [row[0] for row in rows[1:]] == seen
    assert ["“溪畔”党建联盟", "联盟", "甲县", "联盟"] in [row[:4] for row in rows]
    assert all(row[6].startswith("https://w3id.org/dangjian/") for row in rows[1:])


def test_the_turtle_says_what_the_graph_says(opened, stores):
    browser = opened()
    browser.click("#legend-all")
    name, type_, content = take(browser, "ttl")
    told = triples(content)
    practices = triples(ontology_file("practices.ttl").read_bytes())
    assert (name, type_) == ("党建做法图谱.ttl", "text/turtle;charset=utf-8")
    assert len(told) > 60
    assert told <= {quad.triple for quad in stores["graph"]} | practices


def test_the_turtle_of_a_choice_is_the_thing_and_what_it_is_linked_to(opened, stores):
    name, _, content = take(opened(label="“溪畔”党建联盟"), "ttl")
    told = triples(content)
    subjects = {triple.subject.value.rpartition("/")[2] for triple in told}
    assert name == "党建做法图谱-溪畔_党建联盟.ttl"
    assert {"“溪畔”党建联盟", "甲县", "县委组织部"} <= subjects
    assert "“溪畔”驿站" not in subjects
    assert told <= {quad.triple for quad in stores["graph"]}


def test_hostile_names_come_out_as_text(opened, stores):
    browser = opened("hostile")
    told = triples(take(browser, "ttl")[2])
    assert set(HOSTILE) <= {triple.object.value for triple in told}
    practices = triples(ontology_file("practices.ttl").read_bytes())
    assert told <= {quad.triple for quad in stores["hostile"]} | practices
    rows = list(csv.reader(io.StringIO(take(browser, "csv")[2].decode("utf-8-sig"), newline="")))
    assert set(HOSTILE) <= {row[0] for row in rows}
    name, _, svg = take(browser, "svg")
    told = {text.partition(" · ")[2] for text in names(ElementTree.fromstring(svg))}
    assert {hostile for hostile in HOSTILE} <= told
    assert take(browser, "png")[2][:4] == b"\x89PNG"
    assert browser.run("window.hit") is None
    assert browser.console() == []


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("甲县", "图-甲县"),
        ("../../etc/passwd", "图-etc_passwd"),
        ("con\u202efdp.exe", "图-con_fdp.exe"),
        ("“双报到” <b>", "图-双报到_b"),
        ("长" * 99, "图-" + "长" * 58),
        ("...", "图"),
    ],
)
def test_a_file_name_holds_nothing_that_a_file_system_could_stumble_over(opened, label, expected):
    browser = opened()
    browser.run("document.querySelector('.kicker').textContent = '图'")
    assert browser.run("fileName(arguments[0])", label) == expected


def test_a_cell_that_a_spreadsheet_would_calculate_is_text(opened):
    browser = opened()
    row = browser.run("toCsv([['=1+1', '-2', 'a\"b', 'c,d', 'e\\nf']])")
    assert row == '\ufeff\'=1+1,\'-2,"a""b","c,d","e\nf"\r\n'


def test_the_menu_closes_with_escape_and_by_a_click_elsewhere(opened):
    browser = opened()
    browser.click("#take summary")
    browser.type("\ue00c")
    assert browser.run("document.getElementById('take').open") is False
    browser.click("#take summary")
    browser.click("#legend-all")
    assert browser.run("document.getElementById('take').open") is False
