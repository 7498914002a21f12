"""The questions and answers that a page carries, and the files that say how people ask."""

from __future__ import annotations

import json
import re
from collections import Counter
from importlib import resources

import pytest
from test_graph_questions import CLOUD, PEAK, alliance, article, mechanism, store_of
from views_sample import sample_page, to_store

from kg.graph.answers import Solutions, answer, to_table
from kg.graph.questions import questions, to_question
from kg.views import asking
from kg.views.network import to_network

LANGUAGES = ("zh", "en")
LINES = {"问": "ask", "词": "words", "类": "kind", "状态": "status", "前": "before", "后": "after", "间": "between"}
CELLS = {"ask": (4, 5), "words": (3,), "kind": (3,), "status": (3,), "before": (2,), "after": (2,), "between": (2,)}
SLOTS = set("county other kind thing formula alliance organisation practice name number time status".split())
TEMPLATES = resources.files("kg.views") / "templates"


@pytest.fixture(scope="module")
def store():
    return to_store(sample_page())


@pytest.fixture(scope="module")
def packed(store):
    return asking.to_answers(store, to_network(store))


def unpack(store, packed, name):
    """Return the rows of a packed answer as texts."""
    network = to_network(store)
    things = list(network.nodes.values())
    base = asking.to_questions(store)["base"]

    def wording(entry):
        if isinstance(entry, int):
            return things[entry]["label"]
        return entry if isinstance(entry, str) else things[entry[0]]["sentences"][entry[1]]["text"]

    texts = [wording(entry) for entry in packed["texts"]]
    iris = [iri if "://" in iri else base + iri for iri in packed["addresses"]]
    found = packed["answers"][name]
    width = len(found["columns"])
    lists = [iris if column.endswith("Iri") else texts for column in found["columns"]]
    cells = [None if cell < 0 else lists[at % width][cell] for at, cell in enumerate(found["rows"])]
    return [cells[at : at + width] for at in range(0, len(cells), width)]


@pytest.mark.parametrize("question", questions(), ids=lambda question: question.name)
def test_every_parameter_tells_what_it_does_to_the_rows(question, store):
    told = next(each for each in asking.to_questions(store)["questions"] if each["name"] == question.name)
    for parameter in told["parameters"]:
        assert parameter["tests"]
        for test, column in parameter["tests"]:
            assert column in told["columns"], (test, column)


def test_a_parameter_that_its_query_does_not_explain_is_refused():
    text = next(each for each in questions() if each.name == "alliances").text
    odd = to_question("odd", text.replace("CONTAINS(STR(?alliance), ?namePart)", "REGEX(?alliance, ?namePart)"))
    with pytest.raises(asking.UnreadableQuestion, match="odd does not tell what .namePart"):
        asking._to_question(odd)


def test_defaults_are_those_of_the_query(store):
    shared = next(each for each in asking.to_questions(store)["questions"] if each["name"] == "shared-practices")
    defaults = {parameter["name"]: parameter["default"] for parameter in shared["parameters"]}
    assert defaults == {"county": [], "practice": [], "minimum": ["2"], "status": ["done", "under way", "piloted"]}


@pytest.mark.parametrize("name", [each.name for each in questions()])
def test_a_packed_answer_holds_all_rows_of_every_status(store, packed, name):
    given = {parameter.name for each in questions() if each.name == name for parameter in each.parameters}
    values = {key: value for key, value in {"status": "all", "minimum": "0"}.items() if key in given}
    whole = answer(store, name, values)
    rows = [[term and term.value for term in row] for row in whole.rows]
    assert sorted(map(str, unpack(store, packed, name))) == sorted(map(str, rows))


def test_a_text_is_packed_once_and_not_again_where_the_page_has_it(store, packed):
    written = [text for text in packed["texts"] if isinstance(text, str)]
    network = to_network(store)
    known = {found["text"] for _, data in network.nodes(data=True) for found in data["sentences"]}
    assert max(Counter(map(repr, packed["texts"])).values()) == 1
    assert not known & set(written)
    assert not {label for _, label in network.nodes(data="label")} & set(written)


def test_answers_are_the_same_bytes_each_time():
    def made():
        store = to_store(sample_page())
        return json.dumps([asking.to_questions(store), asking.to_answers(store, to_network(store))])

    assert made() == made()


def test_an_answer_too_long_for_a_page_is_left_out(store, monkeypatch):
    monkeypatch.setattr(asking, "LONGEST", 3)
    answers = asking.to_answers(store, to_network(store))["answers"]
    assert answers["county"]["rows"] is None
    assert answers["similar-counties"]["rows"] is None
    assert answers["alliances"]["rows"]


def test_a_page_about_one_county_answers_about_it_only(store):
    part = to_network(store, "甲县")
    told = json.dumps([asking.to_questions(store, part), asking.to_answers(store, part)], ensure_ascii=False)
    assert "甲县" in told
    assert "乙区" not in told


def test_one_answer_is_told_as_text_with_its_coverage_and_dates(store):
    told = asking.to_answer(store, "mechanisms", {"county": "甲县"})
    found = answer(store, "mechanisms", {"county": "甲县"})
    assert isinstance(found, Solutions)
    names, rows = to_table(found, addresses=True)
    assert told["columns"] == names
    assert [[cell or "" for cell in row] for row in told["rows"]] == [list(row) for row in rows]
    assert told["coverage"]["articles"] == 1
    assert told["coverage"]["found"] == [(found.coverage.found[0].iri, "甲县", 1)]
    assert set(told["dates"].values()) == {"2022-11-01"}
    json.dumps(told)


def test_two_counties_are_compared_with_each_other_only():
    store = store_of(
        article(county=CLOUD),
        article(number=2, county=PEAK),
        article(number=3, county=None, entities=(alliance(),)),
        article(number=4, county=PEAK, entities=(mechanism(),)),
    )
    rows = answer(store, "similar-counties", {"county": CLOUD.name, "other": PEAK.name})
    whole = answer(store, "similar-counties", {"county": CLOUD.name})
    assert rows.rows == tuple(row for row in whole.rows if row[1].value == PEAK.name)


def lines(language):
    return [[LINES.get(cells[0], cells[0]), *cells[1:]] for cells in asking.read_patterns(language)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_line_of_the_file_of_questions_can_be_read(language):
    known = {cells[1] for cells in lines(language) if cells[0] == "words"}
    names = {each.name: {parameter.name for parameter in each.parameters} for each in questions()}
    kinds = {cells[1] for cells in lines(language) if cells[0] == "kind"}
    assert kinds <= names.keys()
    for cells in lines(language):
        assert cells[0] in CELLS, cells
        if cells[0] != "ask":
            assert len(cells) in CELLS[cells[0]], cells
            continue
        pattern, name, *rest = cells[1:]
        parameters = dict(pair.split("=", 1) for pair in (rest[0] if rest else "").split())
        assert set(re.findall(r"<([^>]+)>", pattern)) <= known, pattern
        slots = set(re.findall(r"\{(\w+)\}", pattern))
        assert slots <= SLOTS, pattern
        assert {slot for value in (name, *parameters.values()) for slot in re.findall(r"\{(\w+)", value)} <= slots
        assert pattern.count("(") == pattern.count(")") and pattern.count("[") == pattern.count("]"), pattern
        asked = kinds if name == "{kind}" else {name}
        assert asked <= names.keys(), name
        if name != "{kind}":
            assert parameters.keys() - {"as"} <= names[name], pattern
        assert parameters.get("as", "bars") in ("bars", "time", "picture", "without")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_wording_belongs_to_two_kinds(language):
    wordings = [said for cells in lines(language) if cells[0] == "kind" for said in cells[2].split("|")]
    assert len(wordings) == len(set(wordings))


def test_no_two_scripts_of_the_page_declare_one_name():
    """They share one scope: the later declaration would silently replace the earlier."""
    declared = Counter(
        (name, file.name)
        for file in TEMPLATES.iterdir()
        if file.name.endswith(".js")
        for name in re.findall(r"^(?:async )?(?:function|const|let) ([\w$]+)", file.read_text("utf-8"), re.MULTILINE)
    )
    twice = Counter(name for name, _ in declared)
    assert [name for name, times in twice.items() if times > 1] == []


def test_every_column_and_parameter_has_words_in_both_languages(store):
    words = json.loads((TEMPLATES / "ask.words.json").read_text("utf-8"))
    for question in asking.to_questions(store)["questions"]:
        columns = question["columns"]
        shown = [name for name in columns if not (name.endswith("Iri") and name[:-3] in columns)]
        keys = [f"column.{name}" for name in shown] + [f"parameter.{each['name']}" for each in question["parameters"]]
        for key in keys:
            assert words[key]["zh"] and words[key]["en"], key
