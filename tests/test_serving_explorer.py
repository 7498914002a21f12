"""The explorer of ``kg serve``: its data as JSON, in pages, marked with the build, neighbourhoods on demand."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from serving_site import Site

from kg.graph.store import open_store
from kg.serving.finding import bare, nearest, to_finder
from kg.serving.preparing import list_articles, prepare
from kg.views.layout import positions
from kg.views.network import to_network
from kg.views.overview import read_catalogue, tell, to_neighbourhood, to_part
from kg.views.reading import to_articles, to_fragment

COUNTY = "county/370832/梁山县"


@pytest.fixture(scope="module")
def site(sample_build):
    found = Site(sample_build[0])
    yield found
    found.stop()


@pytest.fixture(scope="module")
def store(sample_build):
    return open_store(sample_build[0])


@pytest.fixture(scope="module")
def catalogue(store):
    return read_catalogue(store)


@pytest.fixture(scope="module")
def finder(catalogue):
    return to_finder(catalogue)


def get(site: Site, path: str, status: int = 200):
    answer = site.get(path)
    assert answer.status == status, answer.text
    assert answer.media == "application/json"
    return json.loads(answer.body)


def labels(finder, text: str) -> list[str]:
    return [finder.things[hit][2] for hit in finder.find(text)]


def test_the_network_of_a_small_graph_is_the_whole_one(site: Site, store):
    network = get(site, "/api/network")
    assert len(network["things"]) == len(network["nodes"]) == len(to_network(store))


def test_everything_around_a_thing_comes_with_its_place_in_the_whole_picture(site: Site, store):
    part = get(site, "/api/around/" + quote(COUNTY))
    whole = to_network(store)
    county = next(node for node in whole if to_fragment(node) == COUNTY)
    near = {county, *whole.succ[county], *whole.pred[county]}
    assert {thing["fragment"] for thing in part["things"]} == set(map(to_fragment, near))
    places = {to_fragment(node): place for node, place in positions(whole).items()}
    drawn = {thing["fragment"]: (node["x"], node["y"]) for thing, node in zip(part["things"], part["nodes"])}
    assert drawn == {fragment: places[fragment] for fragment in drawn}


def test_only_the_thing_asked_for_is_told_in_full(store, catalogue):
    county = next(iri for iri in catalogue.entries if iri.endswith(COUNTY))
    network, found = to_neighbourhood(catalogue, county)
    part = to_part(tell(store, network, county), county, found)
    assert [thing["fragment"] for thing in part["things"] if not thing["partial"]] == [COUNTY]
    assert part["things"][0]["figures"]


def test_of_many_neighbours_the_first_are_sent_and_all_are_counted(site: Site):
    part = get(site, f"/api/around/{quote(COUNTY)}?limit=3")
    assert len(part["things"]) == 4
    assert part["found"] > 3


def test_what_is_not_in_the_graph_is_not_found(site: Site):
    for path in ("/api/around/nothing", "/api/articles/nothing/1", "/api/questions/nothing"):
        assert get(site, path, 404)["error"] == "missing"


@pytest.mark.parametrize("path", ["/api/find?q=a&limit=-1", "/api/articles?offset=x", "/api/articles/%3Cx%3E/1"])
def test_what_is_no_request_is_refused_in_one_sentence(site: Site, path: str):
    refusal = get(site, path, 400)
    assert refusal["error"] == "malformed"
    assert refusal["message"].count("\n") == 0


@pytest.mark.parametrize("text", ["梁山", "梁山县", "liangshan", "liangs", "ls", "lsx", "LIANGSHAN", "“梁山”"])
def test_a_county_is_found_by_characters_sound_and_initials(finder, text: str):
    assert "梁山县" in labels(finder, text)[:6]


@pytest.mark.parametrize("text", ["liangshna", "粱山县", "jinxiagn"])
def test_a_slip_of_typing_is_forgiven(finder, text: str):
    assert {"梁山县", "金乡县"} & set(labels(finder, text)[:5])


def test_what_a_county_has_follows_the_county(finder):
    found = labels(finder, "梁山县")
    assert found[0] == "梁山县"
    assert len(found) > 20


def test_what_nothing_is_called_is_not_found(finder):
    assert finder.find("") == finder.find("。。") == finder.find("qqqqqqqq") == []


@pytest.mark.parametrize("text", ["(", "[^", "\\", ".*", "\n", "|", "%", "\x00", "\u2028", "\u202e"])
def test_signs_of_patterns_are_only_signs(finder, text: str):
    assert finder.find(text) == []


def test_signs_within_a_name_need_not_be_typed():
    assert bare("“梁 山”\u202e县（试行）") == "梁山县试行"


@pytest.mark.parametrize(
    ("wanted", "text", "slips"), [("abc", "xxabcxx", 0), ("abc", "xxacxx", 1), ("abc", "adc", 1), ("abc", "", 3)]
)
def test_slips_are_counted_in_the_part_that_is_most_alike(wanted: str, text: str, slips: int):
    assert nearest(wanted, text) == slips


def test_search_answers_in_pages(site: Site):
    first = get(site, "/api/find?q=" + quote("党") + "&limit=5")
    second = get(site, first["next"])
    assert len(first["items"]) == 5
    assert first["total"] == second["total"] > 10
    assert not {hit["fragment"] for hit in first["items"]} & {hit["fragment"] for hit in second["items"]}


def test_canned_questions_answer_as_the_page_expects(site: Site):
    answer = get(site, "/api/questions/alliances?county=" + quote("梁山县"))
    assert {row[answer["columns"].index("county")] for row in answer["rows"]} == {"梁山县"}
    assert answer["total"] == len(answer["rows"])
    assert "alliances" in [question["name"] for question in get(site, "/api/questions")["items"]]


def test_the_list_of_articles_tells_what_the_articles_tell(site: Site, store):
    listed = get(site, "/api/articles")["items"]
    told = to_articles(store)
    assert [article["id"] for article in listed] == [article["id"] for article in told]
    for line, article in zip(listed, told):
        assert all(line[key] == article[key] for key in ("file", "number", "kind", "headline", "county", "printed"))
        entities = [cls for cls, fragment, *_ in article["things"] if fragment]
        assert sorted(cls for (cls,) in line["things"]) == sorted(entities)


def test_the_list_of_articles_comes_in_pages(store):
    (first, total), (rest, _) = list_articles(store, 0, 3), list_articles(store, 3, 100)
    assert len(first) == 3
    assert len(first) + len(rest) == total


def test_an_article_comes_with_its_text_and_marks(site: Site):
    line = get(site, "/api/articles")["items"][0]
    article = get(site, "/api/articles/" + quote(line["id"]))
    assert article["id"] == line["id"]
    assert all(article["text"][start:end] for start, end, _ in article["marks"])


def test_who_has_an_answer_of_this_build_is_told_so(site: Site):
    for path in ("/", "/api/network", "/api/find?q=a", "/api/articles"):
        mark = site.get(path).headers["etag"]
        again = site.get(path, If_None_Match=mark)
        assert (again.status, again.body) == (304, b"")


def test_another_sites_script_gets_no_data(site: Site):
    assert site.get("/api/network", Origin="https://example.org").status == 403


def test_the_page_of_a_large_graph_holds_counties_practices_and_themes_only(store):
    prepared = prepare(store, 10)
    network = json.loads(prepared.network)
    assert {thing["cls"] for thing in network["things"]} == {"County", "Practice", "Theme"}
    assert b'"served":["around","find"' in prepared.page
    assert "connect-src 'self'" in prepared.policy


def test_the_overview_gives_everything_the_place_of_the_whole_picture(store, catalogue):
    places = positions(to_network(store))
    assert {iri: entry.place for iri, entry in catalogue.entries.items()} == places


def test_the_same_store_gives_the_same_page(store):
    assert prepare(store, 10).page == prepare(store, 10).page
