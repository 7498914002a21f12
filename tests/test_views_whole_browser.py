"""The first picture in a real browser: counties and what they share first, the rest when it is asked for."""

from itertools import combinations

import networkx as nx
import pytest
from views_browser import Browser, save
from views_sample import sample_page, to_store

from kg.views import page
from kg.views.network import to_network

OWN = ("Alliance", "Mechanism", "Programme", "Platform", "Slogan")
BOXES = "placed.labels.map(({ id, left, top, width, height }) => [id, left, top, left + width, top + height])"


def region(counties=12, each=25, practices=18):
    """Return a network of invented counties that share practices, three counties each."""
    network = nx.MultiDiGraph(articles={})
    common = {"label_en": "", "within": (), "definitions": (), "components": (), "figures": (), "sentences": ()}
    common |= {"aliases": (), "statuses": ("done",), "degree": 3}

    def add(kind, number, cls, label, owners=()):
        node = f"https://example.org/id/{kind}/{number}"
        network.add_node(node, cls=cls, label=label, counties=owners, **common)
        return node

    homes = [add("county", at, "County", f"第{at}县") for at in range(counties)]
    for at in range(practices):
        practice = add("practice", at, "Practice", f"通行做法{at}")
        for county in {at % counties, (at * 5 + 1) % counties, (at * 7 + 3) % counties}:
            network.add_edge(homes[county], practice, key="practice")
    for number, home in enumerate(homes):
        for at in range(each):
            cls = OWN[at % len(OWN)]
            thing = add("thing", f"{number}-{at}", cls, f"第{number}县做法{at}", (home,))
            network.add_edge(home, thing, key="usesMechanism")
    return network


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    browser = Browser(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.driver.quit()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    store = to_store(sample_page())
    return {
        "region": save(page.to_html(region()), folder / "region.html"),
        "sample": save(page.to_html(to_network(store), store=store), folder / "sample.html"),
    }


@pytest.fixture
def whole(browser, files):
    browser.open(files["region"])
    browser.wait("performance.getEntriesByName('drawn').length")
    return browser


def classes_in_view(browser):
    return set(browser.run("visibleNodes.get().map(({ id }) => graph.things[id].cls)"))


def test_counties_and_what_they_share_come_first(whole):
    assert classes_in_view(whole) == {"County", "Practice"}
    assert "圆环是一个县区" in whole.text("#caption")


def test_every_county_and_most_practices_have_their_name_at_first(whole):
    named = whole.run("placed.labels.map(({ id }) => graph.things[id].cls)")
    assert named.count("County") == 12
    assert named.count("Practice") >= 14


@pytest.mark.parametrize("width", [1400, 900, 360])
def test_no_label_lies_over_another(whole, width):
    whole.size(width, 800)
    whole.wait("document.getElementById('canvas').clientWidth > 0")
    whole.run("(network.redraw(), null)")
    boxes = whole.run(BOXES)
    assert len(boxes) > 5
    for (_, left, top, right, bottom), (_, west, north, east, south) in combinations(boxes, 2):
        assert right <= west or east <= left or bottom <= north or south <= top


def test_a_ring_shows_what_its_county_has_by_class(whole):
    ring = whole.run("placed.symbols.find(({ id }) => id === 0).ring")
    assert ring == [["Alliance", 5], ["Mechanism", 5], ["Programme", 5], ["Platform", 5], ["Slogan", 5]]


def test_the_legend_takes_a_class_out_of_the_rings(whole):
    whole.click("#legend [data-cls=Slogan]")
    whole.run("(network.redraw(), null)")
    assert [cls for cls, _ in whole.run("placed.symbols.find(({ id }) => id === 0).ring")] == list(OWN[:4])


def test_what_is_shared_by_more_counties_is_larger(whole):
    shared_by = "graph.things.findIndex((thing, id) => thing.cls === 'Practice' && around(id).size === {} + 1)"
    three, two = (whole.run(f"symbolOf({shared_by.format(n)}, lens()).radius") for n in (3, 2))
    assert three > two


def test_details_come_with_the_zoom_and_go_with_it(whole):
    whole.run("(network.moveTo({ scale: 1, position: graph.nodes[0] }), null)")
    whole.wait("near && visibleNodes.length === graph.nodes.length")
    assert "大圆点是县区" in whole.text("#caption")
    whole.click("#zoom-all")
    whole.wait("!near && visibleNodes.length < 40")


def test_a_chosen_county_shows_everything_of_its_own(whole):
    whole.run("goTo(0)")
    whole.wait("chosen === 0")
    own = whole.run("visibleNodes.get().filter(({ id }) => graph.things[id].counties[0] === 0).length")
    assert own == 25
    assert "第0县" in whole.text("#caption")


def test_a_click_on_a_name_chooses_its_thing(whole):
    script = """(() => { const box = document.getElementById('canvas').getBoundingClientRect();
      const { id, left, top, width, height } = placed.labels.find((label) => graph.things[label.id].cls === 'Practice');
      return [id, box.x + left + width / 2, box.y + top + height / 2]; })()"""
    id_, x, y = whole.run(script)
    assert whole.run("thingAt(pointOf({ clientX: arguments[0], clientY: arguments[1] }), placed)", x, y) == id_


def test_the_pointer_over_a_county_sets_its_lines_off(whole):
    whole.run("hover(0)")
    assert whole.run("threads(hovered).filter(({ strong }) => strong).length") == whole.run(
        "links[0].filter((edge) => isThread(edge)).length"
    )


def test_the_first_picture_is_the_same_each_time(whole, files):
    first = whole.run(BOXES)
    whole.open(files["region"])
    whole.wait("performance.getEntriesByName('drawn').length")
    assert whole.run(BOXES) == first


def test_views_have_addresses_of_their_own(browser, files):
    browser.open(files["sample"], "#/table")
    browser.wait("!document.getElementById('table').hidden")
    browser.click("#show-network")
    assert browser.driver.current_url.endswith("#/network")


def test_a_thing_tells_its_iri_and_both_addresses_can_be_copied(browser, files):
    browser.open(files["sample"])
    browser.run("goTo(graph.things.findIndex((thing) => thing.label === '“溪畔”驿站'))")
    browser.wait("document.querySelector('#panel .iri') !== null")
    assert browser.text("#panel .iri") == "https://w3id.org/dangjian/id/platform/990102/“溪畔”驿站"
    clipboard = "{ writeText: async (text) => { window.copy = text; } }"
    browser.run(f"void Object.defineProperty(navigator, 'clipboard', {{ value: {clipboard} }})")
    browser.click("#panel .copy")
    browser.wait("document.querySelector('#panel .copy').textContent === '已复制'")
    assert browser.run("window.copy") == browser.driver.current_url


@pytest.mark.parametrize("width", [1280, 360])
def test_no_label_of_what_is_in_view_is_cut_off_by_the_edge(whole, width):
    whole.size(width, 800)
    whole.run("location.hash = encodeURIComponent(graph.things.find(({ cls }) => cls === 'County').fragment)")
    whole.wait("chosen !== null")
    whole.run("network.redraw()")
    cut = """placed.labels.filter(({ id, left, width }) => {
      const { x } = placed.symbols.find((symbol) => symbol.id === id);
      return x >= 0 && x <= placed.seen.width && (left < 0 || left + width > placed.seen.width);
    }).map(({ lines }) => lines.join(''))"""
    assert whole.run("placed.labels.length") > 3
    assert whole.run(cut) == []
    whole.run("location.hash = ''")
    whole.size(1400, 900)
