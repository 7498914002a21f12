"""The explorer of ``kg serve``: its data as JSON, in pages, marked with the build, neighbourhoods on demand."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from pyoxigraph import RdfFormat, Triple, parse
from serving_site import Site

from kg.graph.answers import answer, to_csv
from kg.graph.questions import query
from kg.graph.store import open_store
from kg.serving.finding import bare, nearest, to_finder
from kg.serving.preparing import prepare
from kg.views.layout import positions
from kg.views.network import to_network
from kg.views.overview import read_catalogue, tell, to_neighbourhood, to_part
from kg.views.reading import list_articles, to_address, to_articles, to_fragment
from kg.views.taking import PROPERTIES

COUNTY = "county/370832/梁山县"
THEMES = """SELECT ?theme ?article { ?county rdfs:label "梁山县"@zh ; dj:undertakes ?initiative .
  ?initiative dj:theme ?theme . ?article dj:reports ?initiative }"""


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


@pytest.mark.parametrize("query", ["x=1", "county=无此县", "status=x", "format=doc"])
def test_a_question_with_a_wrong_condition_is_refused_with_the_right_ones(site: Site, query: str):
    name, _, value = query.partition("=")
    refusal = get(site, f"/api/questions/alliances?{name}={quote(value)}", 400)
    assert refusal["error"] == "malformed"
    right = {"x": "county, name, status", "county": "梁山县", "status": "planned", "format": "csv"}
    assert right[name] in refusal["message"]


def test_the_limits_of_a_query_are_told(site: Site):
    assert get(site, "/api/limits") == {"seconds": 10.0, "rows": 10000}


def test_a_server_with_other_limits_does_not_take_the_answers_of_before_for_its_own(site: Site, sample_build):
    mark = site.get("/api/limits").headers["etag"]
    other = Site(sample_build[0], "--rows", 7)
    try:
        answer = other.get("/api/limits", If_None_Match=mark)
        assert json.loads(answer.body)["rows"] == 7
    finally:
        other.stop()


def triples(turtle: bytes) -> set[Triple]:
    return {quad.triple for quad in parse(turtle, RdfFormat.TURTLE)}


def said(turtle: bytes) -> set[tuple[str, str, str]]:
    """The statements between things, without what each is called."""
    rows = {(t.subject.value, t.predicate.value.rpartition("#")[2], t.object.value) for t in triples(turtle)}
    return {row for row in rows if row[1] in PROPERTIES}


def test_a_thing_and_its_neighbours_are_given_as_turtle(site: Site, store):
    answer = site.get(f"/api/around/{quote(COUNTY)}?format=ttl")
    assert answer.media == "text/turtle"
    whole = {quad.triple for quad in store.quads_for_pattern(None, None, None, None)}
    assert triples(answer.body) <= whole
    found = said(answer.body)
    county = next(subject for subject, name, _ in found if name == "undertakes")
    assert county.endswith(COUNTY)
    assert {"undertakes", "reports", "usesAlliance", "hasAlliance", "practice"} <= {name for _, name, _ in found}


def test_the_picture_of_the_beginning_is_given_as_turtle(site: Site, store):
    answer = site.get("/api/network?format=ttl")
    things = set(to_network(store))
    ends = {end for subject, _, object in said(answer.body) for end in (subject, object)}
    assert {end for end in ends if "/article/" not in end and "/initiative/" not in end} <= things
    assert any(name == "appliesPractice" for _, name, _ in said(answer.body))


def test_an_answer_is_given_as_csv_and_turtle(site: Site, store):
    address = "/api/questions/alliances?county=" + quote("梁山县")
    table = site.get(f"{address}&format=csv")
    assert table.media == "text/csv"
    assert table.text.removeprefix("\ufeff") == to_csv(answer(store, "alliances", {"county": "梁山县"}))
    graph = site.get(f"{address}&format=ttl")
    whole = {quad.triple for quad in store.quads_for_pattern(None, None, None, None)}
    assert triples(graph.body) <= whole
    rows = get(site, address)["rows"]
    sentences = {t.object.value for t in triples(graph.body) if t.predicate.value.endswith("#sentence")}
    assert {row[4] for row in rows} == sentences


def test_all_things_of_some_classes_are_listed_in_pages(site: Site, store):
    first = get(site, "/api/things?class=Alliance&class=Document&limit=3")
    rest = get(site, first["next"])
    while rest["next"]:
        more = get(site, rest["next"])
        rest = {**more, "items": rest["items"] + more["items"]}
    found = [*first["items"], *rest["items"]]
    network = to_network(store)
    wanted = [to_fragment(n) for n, cls in network.nodes(data="cls") if cls in ("Alliance", "Document")]
    assert sorted(thing["fragment"] for thing in found) == sorted(wanted)
    assert len(found) == first["total"] == rest["total"]


def test_the_articles_for_each_theme_of_a_county_come_with_it(site: Site, store):
    part = get(site, "/api/around/" + quote(COUNTY))
    county = next(thing for thing in part["things"] if thing["fragment"] == COUNTY)
    named = {(theme, part["articles"][article]["id"]) for theme, article in county["pursued"]}
    rows = query(store, THEMES)
    assert named == {(to_fragment(row["theme"].value), to_address(row["article"].value)) for row in rows}
    assert named


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
    ("wanted", "text", "slips"),
    [("abc", "xxabcxx", 0), ("abc", "xxacxx", 1), ("abc", "adc", 1), ("abc", "", 3), ("abcd", "xacbdx", 1)],
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
