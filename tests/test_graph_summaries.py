"""Tallies: always those of a build from scratch, and enough to find the first rows of every answer."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Literal, Store

from kg.graph import answers, counties, counting, narrowing, page_lines, summaries
from kg.graph.answers import Solutions, answer, read_solutions
from kg.graph.books import BUILD_GRAPH
from kg.graph.description import description_graph
from kg.graph.iri import BASE
from kg.graph.mapping import to_page_graphs, to_page_quads
from kg.graph.names import PATHS, find_named
from kg.graph.narrowing import find_things
from kg.graph.paging import find_window
from kg.graph.questions import ask, count, question, questions
from kg.graph.store import Build, building, open_store, to_statements
from kg.graph.tally import Tallies
from kg.graph.vocab import DJ, PREFIXES, RDFS
from kg.model import Page

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
NAMES = [asked.name for asked in questions()]
EVERY = 10**9
"""A limit above any answer here."""


@pytest.fixture(scope="module")
def pages() -> list[Page]:
    """Pages of a few counties, with every status; some have no county, some no date, and one is printed twice."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        made = list(runpy.run_path(str(BENCHMARKS / "national.py"))["pages"](24, counties=7))
    assert {None} < {page.articles[0].county for page in made}
    again = next(page for page in made if page.articles[0].county and page.articles[0].metadata.get("date"))
    (printed,) = again.articles
    reprint = replace(in_file(again, "reprint.txt"), metadata={"newspaper": "虚构晚报", "date": "2020-02-29"})
    assert reprint.text == printed.text
    return [*made, replace(again, file="reprint.txt", sha256="f" * 64, articles=(reprint,))]


@pytest.fixture(scope="module")
def store(pages: list[Page], tmp_path_factory: pytest.TempPathFactory) -> Store:
    return build(tmp_path_factory.mktemp("scratch"), lambda graph: add(graph, pages))


def build(folder: Path, change: Callable[[Build], None]) -> Store:
    with building(folder) as graph:
        graph.load_vocabulary()
        change(graph)
        graph.describe()
    return open_store(folder)


def add(graph: Build, pages: list[Page]) -> None:
    for page in pages:
        graph.replace(page.file, to_page_quads(page), page.sha256)


def load(graph: Build, pages: list[Page]) -> None:
    for page in pages:
        graph.load(to_statements(to_page_graphs(page), page.file, page.sha256, BASE))


def quads(store: Store) -> set[str]:
    return set(map(str, store))


def moved(page: Page, county_of: Page) -> Page:
    """Return the page as an article about the county of another."""
    (article,), (other,) = page.articles, county_of.articles
    return replace(page, articles=(replace(article, county=other.county, metadata=other.metadata),))


@pytest.mark.parametrize("put", [add, load])
def test_a_page_that_is_added_leaves_the_tallies_of_a_build_from_scratch(
    pages: list[Page], store: Store, tmp_path: Path, put: Callable[[Build, list[Page]], None]
) -> None:
    build(tmp_path, lambda graph: add(graph, pages[:-3]))
    assert quads(build(tmp_path, lambda graph: put(graph, pages[-3:]))) == quads(store)


def test_a_page_that_is_withdrawn_leaves_the_tallies_of_a_build_from_scratch(
    pages: list[Page], store: Store, tmp_path: Path
) -> None:
    stranger = replace(pages[0], file="stranger.txt", articles=(in_file(pages[0], "stranger.txt"),))
    build(tmp_path, lambda graph: add(graph, [*pages, stranger]))
    assert quads(build(tmp_path, lambda graph: graph.withdraw("stranger.txt"))) == quads(store)


def in_file(page: Page, file: str):
    (article,) = page.articles
    return replace(article, page=file, source=replace(article.source, file=file))


def test_a_page_that_changes_its_county_and_date_leaves_the_tallies_of_a_build_from_scratch(
    pages: list[Page], store: Store, tmp_path: Path
) -> None:
    build(tmp_path, lambda graph: add(graph, [moved(pages[3], pages[5]), *pages[:3], *pages[4:]]))
    assert quads(build(tmp_path, lambda graph: add(graph, [pages[3]]))) == quads(store)


def test_a_build_that_was_cut_short_before_it_counted_leaves_the_tallies_of_a_build_from_scratch(
    pages: list[Page], store: Store, tmp_path: Path
) -> None:
    build(tmp_path, lambda graph: add(graph, pages[:-2]))
    with pytest.raises(KeyboardInterrupt), building(tmp_path) as graph:
        load(graph, pages[-2:])
        raise KeyboardInterrupt
    assert quads(build(tmp_path, lambda graph: None)) == quads(store)


def test_after_one_page_no_other_county_date_or_page_is_looked_at(
    pages: list[Page], store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []

    def count(graph: Store, names: object, keys: list) -> dict:
        counted.extend(key.value for key in keys)
        return counting.count(graph, names, keys)

    build(tmp_path, lambda graph: add(graph, pages[:-1]))
    for module in (page_lines, summaries):
        monkeypatch.setattr(module, "count", count)
    assert quads(build(tmp_path, lambda graph: load(graph, pages[-1:]))) == quads(store)
    (article,) = pages[-1].articles
    assert {value.rsplit("/", 1)[-1] for value in counted} == {
        "reprint.txt", article.county.name, article.metadata["date"]
    }  # fmt: skip


def test_an_unchanged_county_is_not_counted_again(pages: list[Page], tmp_path: Path) -> None:
    build(tmp_path, lambda graph: add(graph, pages))
    graphs = set()
    with building(tmp_path) as graph:
        before = set(graph.store.named_graphs())
        add(graph, pages[:1])
        graphs = before - set(graph.store.named_graphs()) - {description_graph(BASE)}
        graph.describe()
    assert 1 <= len(graphs) <= 2 and all("/graph/tally/" in graph.value for graph in graphs)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("limit", [1, 20, EVERY])
def test_the_first_rows_are_the_first_rows_of_the_whole_answer_and_the_total_is_its_length(
    store: Store, name: str, limit: int
) -> None:
    whole, first = answer(store, name), answer(store, name, limit=limit)
    assert isinstance(whole, Solutions) and isinstance(first, Solutions)
    assert whole.rows and first.rows == whole.rows[:limit]
    assert first.total == len(whole.rows) and whole.total is None
    assert first.coverage == whole.coverage


@pytest.mark.parametrize("name", NAMES)
def test_every_question_finds_its_first_rows_by_the_tallies(store: Store, name: str) -> None:
    window = find_window(Tallies(store), question(name), {}, 1)
    assert window is not None and window.bound


VALUES = [
    {"status": "all"},
    {"status": "planned"},
    {"type": "Mechanism"},
    {"type": "Figure", "status": "all"},
    {"since": "2015-01-01", "until": "2020-12-31"},
    {"county": "COUNTY"},
    {"county": "COUNTY", "status": "all"},
    {"name": "联"},
    {"name": "联", "status": "all"},
    {"name": "联", "type": "Alliance", "since": "2015-01-01"},
    {"name": "制", "county": "COUNTY"},
    {"name": "什么也不是"},
    {"name": 'x" ) } #'},
    {"of": "群众"},
    {"of": "群众", "unit": "户"},
    {"unit": "户"},
    {"practice": "党建"},
    {"practice": "什么也不是"},
    {"practice": "党建", "county": "COUNTY", "status": "all"},
    {"minimum": "3"},
    {"minimum": "0", "status": "all"},
    {"minimum": "0", "county": "COUNTY", "status": "planned"},
]


@pytest.mark.parametrize("values", VALUES, ids=str)
def test_parameters_narrow_the_first_rows_and_the_total_alike(store: Store, values: dict[str, str]) -> None:
    county = Tallies(store).counties[0].name
    given = {key: county if value == "COUNTY" else value for key, value in values.items()}
    asked = [each for each in questions() if given.keys() <= {parameter.name for parameter in each.parameters}]
    assert asked
    for each in asked:
        whole, first = answer(store, each.name, given), answer(store, each.name, given, limit=7)
        assert first.rows == whole.rows[:7] and first.total == len(whole.rows), each.name
        assert first.coverage == whole.coverage, each.name
        assert whole == read_solutions(ask(store, each.name, given)), each.name


TEXTS = [
    (asked.name, things.parameter, text)
    for asked in questions()
    for things in asked.things
    for text in ("联", "群众", "制", "户")
]


def test_every_text_that_narrows_a_question_is_looked_up_but_that_of_the_few_practices() -> None:
    texts = {(asked.name, each.name) for asked in questions() for each in asked.parameters if each.type == "text"}
    assert texts - {(name, parameter) for name, parameter, _ in TEXTS} == {("shared-practices", "practice")}


@pytest.mark.parametrize(("name", "parameter", "text"), TEXTS)
def test_what_a_text_narrows_is_looked_up_first_and_answers_the_same(
    store: Store, name: str, parameter: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up = answer(store, name, {parameter: text}, limit=5)
    asked = question(name)
    bound = find_things(Tallies(store), asked, {parameter: text})
    assert bound is not None and bound[0] == asked.things[0].variable
    monkeypatch.setattr(narrowing, "AT_MOST", -1)
    assert find_things(Tallies(store), asked, {parameter: text}) is None
    read_whole = answer(store, name, {parameter: text}, limit=5)
    assert (looked_up, looked_up.total, looked_up.coverage) == (read_whole, read_whole.total, read_whole.coverage)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("text", ["联", "一", "户", "dj:", "https", "\t", "\n", "\n联", "没有的名字"])
def test_the_books_know_the_same_names_as_the_graph(store: Store, path: str, text: str) -> None:
    """Also of texts that stand in the books, but in no name: classes, addresses, tabs."""
    asked = (
        f"SELECT DISTINCT ?thing {{ ?thing a dj:Slogan ; {path} ?name FILTER (CONTAINS(STR(?name), {Literal(text)})) }}"
    )
    expected = {thing for (thing,) in store.query(asked, prefixes=PREFIXES)}
    assert find_named(store, text, [path], ["dj:Slogan"]) == expected
    assert expected <= find_named(store, text, [path], [])


@pytest.mark.parametrize(("name", "parameter", "text"), TEXTS)
def test_things_bound_some_at_a_time_answer_in_the_order_of_all(
    store: Store, name: str, parameter: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = answer(store, name, {parameter: text})
    monkeypatch.setattr(answers, "AT_ONCE", 3)
    assert answer(store, name, {parameter: text}).rows == at_once.rows


@pytest.mark.parametrize(("name", "parameter", "text"), TEXTS)
def test_a_graph_whose_books_know_no_names_answers_the_same(store: Store, name: str, parameter: str, text: str) -> None:
    """As one that was built before they did."""
    earlier = Store()
    earlier.extend(quad for quad in store if (quad.predicate, quad.graph_name) != (RDFS.label, BUILD_GRAPH))
    given = {parameter: text}
    assert answer(earlier, name, given, limit=5) == answer(store, name, given, limit=5)


def test_the_texts_of_these_tests_are_found_in_the_graph(store: Store) -> None:
    found = {(name, parameter) for name, parameter, text in TEXTS if answer(store, name, {parameter: text}).rows}
    assert {("alliances", "name"), ("figures", "of"), ("figures", "unit"), ("timeline", "name")} <= found


@pytest.mark.parametrize("name", [asked.name for asked in questions() if asked.coverage])
def test_a_short_name_of_a_county_is_sought_among_all_once(
    store: Store, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = Tallies(store).counties[0].name
    read: list[Store] = []
    names = counties._counties
    monkeypatch.setattr(counties, "_counties", lambda graph: read.append(graph) or names(graph))
    short, named = (answer(store, name, {"county": text}, limit=5) for text in (full[:-1], full))
    assert (short, short.total, short.coverage) == (named, named.total, named.coverage) and len(read) == 1


@pytest.mark.parametrize("threads", [1, 2, 50])
@pytest.mark.parametrize("name", NAMES)
def test_rows_asked_for_in_pieces_at_the_same_time_are_those_of_the_whole_answer(
    store: Store, name: str, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "THREADS", threads)
    whole = answer(store, name).rows
    half = len(whole) // 2
    window = find_window(Tallies(store), question(name), {}, half)
    assert threads == 1 or len(window.pieces(threads)) > 1
    assert answer(store, name, limit=half).rows == whole[:half]


@pytest.mark.parametrize("name", NAMES)
def test_a_graph_without_tallies_gives_the_same_first_rows(store: Store, name: str) -> None:
    bare = Store()
    tallies = ("rowTally", "practiceTally", "caseTally", "dateTally", "datedTally", "passageTally", "relationEvidence")
    terms = {DJ[term] for term in tallies}
    bare.extend(quad for quad in store if quad.predicate not in terms)
    assert answer(bare, name, limit=5) == answer(store, name, limit=5)
    assert answer(bare, name, limit=5).total == answer(store, name, limit=5).total == count(store, name)
    assert answer(bare, name, limit=5).coverage == answer(store, name, limit=5).coverage


def test_tallies_that_are_kept_from_question_to_question_answer_alike(store: Store) -> None:
    kept = Tallies(store)
    for name in [*NAMES, *NAMES]:
        held, anew = answer(store, name, limit=5, tallies=kept), answer(store, name, limit=5)
        assert (held, held.total, held.coverage) == (anew, anew.total, anew.coverage), name


def test_relation_evidence_is_the_mentions_of_things_with_an_organisation(store: Store) -> None:
    found = """SELECT DISTINCT ?county ?mention {
      ?county ?evidence ?mention . FILTER (STRENDS(STR(?evidence), "Evidence") && ?evidence != dj:relationEvidence)
      ?mention dj:refersTo ?thing . ?thing dj:ledBy|dj:hasMember|dj:carriedOutBy ?body . ?body a dj:Organisation }"""
    written = {(quad.subject, quad.object) for quad in store.quads_for_pattern(None, DJ.relationEvidence, None, None)}
    assert written == set(map(tuple, store.query(found, prefixes=PREFIXES))) and written


def test_the_passage_tally_of_a_county_tells_each_of_its_practices_and_themes_once(store: Store) -> None:
    concepts = """SELECT ?county (GROUP_CONCAT(STR(?concept)) AS ?all) {
      { SELECT DISTINCT ?county ?concept { ?county dj:appliesPractice|dj:pursuesTheme ?concept } } } GROUP BY ?county"""
    shared = {county: sorted(told.value.split()) for county, told in store.query(concepts, prefixes=PREFIXES)}
    lines = {quad.subject: quad.object.value for quad in store.quads_for_pattern(None, DJ.passageTally, None, None)}
    assert {county: [line.split("\t")[0] for line in text.splitlines()] for county, text in lines.items()} == shared
    assert shared


def test_the_tally_of_a_county_reads_as_json(store: Store) -> None:
    for quad in store.quads_for_pattern(None, DJ.tally, None, None):
        said = json.loads(quad.object.value)
        assert said["name"] and said["articles"] >= 1 and said["figures"] >= 1


def test_hostile_names_of_counties_stay_in_their_place(pages: list[Page], tmp_path: Path) -> None:
    (article,) = pages[0].articles
    names = ("a\tb", '","articles":9,"x":"', "c\nd")
    hostile = []
    for number, name in enumerate(names):
        file = f"{number}.txt"
        county = replace(article.county or pages[1].articles[0].county, name=name, code=None)
        hostile.append(replace(pages[0], file=file, articles=(replace(in_file(pages[0], file), county=county),)))
    hostile_store = build(tmp_path, lambda graph: add(graph, hostile))
    read = [(tally.name, tally.articles) for tally in Tallies(hostile_store).counties]
    assert read == [(name, 1) for name in sorted(names)]
    assert {row[1].value for row in ask(hostile_store, "coverage")} == {"1"}
