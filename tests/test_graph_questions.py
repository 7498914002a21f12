"""Canned questions, their parameters, and free SPARQL that cannot leave the graph."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from pyoxigraph import Quad, RdfFormat, Store
from test_graph_sample import CLOUD, PEAK, TEXT, ZONE, alliance, article, figure, mechanism, tally

from kg.graph.answers import read_answer
from kg.graph.counties import AmbiguousCounty, UnknownCounty, find_counties
from kg.graph.mapping import to_quads
from kg.graph.questions import (
    MalformedQuery,
    RefusedQuery,
    UnknownParameter,
    UnknownQuestion,
    WrongValue,
    ask,
    check_query,
    query,
    question,
    questions,
    to_question,
)
from kg.model import Article
from kg.ontology_files import ontology_file

NAMES = (
    "alliances articles county coverage documents evidence figures formulas mechanisms organisations platforms"
    " programmes shared-practices similar-counties slogans timeline"
).split()
INJECTION = '山" } } ; DROP ALL # \\" ?x'


def store_of(*articles: Article) -> Store:
    store = Store()
    store.load(ontology_file("practices.ttl").read_bytes(), RdfFormat.TURTLE)
    for case in articles:
        quads = to_quads(case)
        store.extend([*quads, *(Quad(q.subject, q.predicate, q.object) for q in quads)])
    tally(store)
    return store


@pytest.fixture
def store() -> Store:
    planned = alliance(status="planned")
    return store_of(
        article(county=CLOUD),
        article(number=2, county=CLOUD, metadata={"date": "2031-08-01"}),
        article(number=3, county=PEAK, entities=(mechanism(), planned)),
        article(number=4, county=None, entities=(alliance(),)),
    )


def rows(store: Store, name: str, /, **values: str) -> list[dict[str, str]]:
    answer = read_answer(ask(store, name, values))
    return [
        {name: term.value for name, term in zip(answer.variables, row, strict=True) if term is not None}
        for row in answer.rows
    ]


def test_all_questions_of_the_design_are_there() -> None:
    assert [each.name for each in questions()] == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_question_has_titles_in_both_languages_and_describes_its_parameters(name: str) -> None:
    asked = question(name)
    assert asked.title_zh and asked.title_en and asked.description_zh and asked.description_en
    for parameter in asked.parameters:
        assert parameter.zh and parameter.en
        hole = rf"(VALUES \?{parameter.variable} \{{|FILTER \(\?{parameter.variable} IN \()"
        assert re.search(hole, asked.text)


@pytest.mark.parametrize("name", NAMES)
def test_a_question_stands_alone_as_sparql(store: Store, name: str) -> None:
    assert read_answer(store.query(question(name).text)) == read_answer(ask(store, name))


@pytest.mark.parametrize("name", NAMES)
def test_every_address_column_stands_beside_its_text(store: Store, name: str) -> None:
    variables = read_answer(ask(store, name)).variables
    addresses = [variable for variable in variables if variable.endswith("Iri")]
    assert addresses and all(variable[:-3] in variables for variable in addresses)


@pytest.mark.parametrize("name", NAMES)
def test_the_order_of_storing_changes_no_answer(name: str) -> None:
    cases = [article(number=n, county=county) for n, county in enumerate((CLOUD, PEAK, ZONE, CLOUD), 1)]
    assert read_answer(ask(store_of(*cases), name)) == read_answer(ask(store_of(*cases[::-1]), name))


def test_alliances_answers_county_alliance_lead_article_and_sentence(store: Store) -> None:
    found = rows(store, "alliances")
    assert [row["county"] for row in found] == ["云溪县", "云溪县"]
    first = found[0]
    assert first["alliance"] == "“青禾”产业党建联盟" and first["lead"] == "县委组织部"
    assert first["article"] == "青禾联盟结硕果" and first["sentence"] == TEXT.split("。")[0] + "。"
    assert {"countyIri", "allianceIri", "leadIri", "articleIri", "sentenceIri"} <= first.keys()


def test_planned_things_count_only_when_asked_for(store: Store) -> None:
    assert {row["county"] for row in rows(store, "alliances", status="planned")} == {"石峰区"}
    assert {row["county"] for row in rows(store, "alliances", status="all")} == {"云溪县", "石峰区"}


@pytest.mark.parametrize("name", ["云溪", "云溪县", "990821"])
@pytest.mark.parametrize("asked", NAMES)
def test_a_county_may_be_given_by_short_name_full_name_or_code(store: Store, asked: str, name: str) -> None:
    found = rows(store, asked, county=name)
    assert {row["county"] for row in found} <= {"云溪县"}
    assert found or asked in ("documents", "slogans", "platforms", "programmes")


def test_formulas_explains_part_by_part(store: Store) -> None:
    found = rows(store, "formulas", county="云溪县")
    assert [(row["position"], row["component"], row["items"]) for row in found[:2]] == [
        ("1", "两看", "台账、现场"),
        ("2", "一评", "成效"),
    ]


def test_figures_can_be_asked_by_unit_and_by_what_is_counted(store: Store) -> None:
    assert rows(store, "figures", unit="户", of="农户")[0]["value"] == "12500"
    assert not rows(store, "figures", unit="元")


def test_figures_of_one_unit_come_largest_first() -> None:
    many = tuple(figure(value=value, start=0, end=n) for n, value in enumerate((5.0, 300.0, 40.0), 1))
    found = rows(store_of(article(figures=many)), "figures")
    assert [row["value"] for row in found] == ["300", "40", "5"]


def test_shared_practices_needs_two_counties_unless_told_otherwise(store: Store) -> None:
    assert {row["county"] for row in rows(store, "shared-practices")} == {"云溪县", "石峰区"}
    assert {row["counties"] for row in rows(store, "shared-practices")} == {"2"}
    assert not rows(store, "shared-practices", minimum="3")
    assert len({row["practiceIri"] for row in rows(store, "shared-practices", minimum="1")}) == 2


def test_similar_counties_names_what_two_counties_share(store: Store) -> None:
    found = rows(store, "similar-counties", county="云溪")
    assert [(row["similar"], row["shared"]) for row in found] == [("石峰区", "2"), ("石峰区", "2")]
    theme, practice = found
    assert "sentence" in practice and practice["sentenceIri"].startswith("https://") and practice["sentence"] in TEXT
    assert theme["articleIri"] != theme["similarArticleIri"] and "sentenceIri" not in theme


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("articles", "coverage")])
def test_every_answer_about_things_has_its_sentence_and_article(store: Store, name: str) -> None:
    assert {"article", "sentence", "articleIri", "sentenceIri"} <= set(read_answer(ask(store, name)).variables)
    for row in rows(store, name):
        assert row["articleIri"] and ("sentenceIri" in row or name == "similar-counties")


@pytest.mark.parametrize("name", NAMES)
def test_no_answer_has_a_row_twice(name: str) -> None:
    cases = [article(number=n, county=county) for n, county in enumerate((CLOUD, PEAK, CLOUD, None), 1)]
    answer = read_answer(ask(store_of(*cases), name))
    assert len(set(answer.rows)) == len(answer.rows)


def test_coverage_counts_what_was_read_and_found_in_each_county(store: Store) -> None:
    cloud, peak, nowhere = sorted(rows(store, "coverage"), key=lambda row: row.get("county", "龥"))
    assert (cloud["county"], cloud["articles"], cloud["alliances"]) == ("云溪县", "2", "1")
    assert (peak["county"], peak["articles"], peak["alliances"], peak["mechanisms"]) == ("石峰区", "1", "0", "1")
    assert "county" not in nowhere and nowhere["articles"] == "1"


def test_timeline_lists_things_of_dated_articles_by_date(store: Store) -> None:
    found = rows(store, "timeline")
    assert {row["date"] for row in found} >= {"2031-08-01"}
    assert [row["date"] for row in found] == sorted(row["date"] for row in found)
    assert {row["date"] for row in rows(store, "timeline", since="2031-07-01")} == {"2031-08-01"}
    assert {row["type"] for row in rows(store, "timeline", type="Mechanism")} == {"Mechanism"}


@pytest.mark.parametrize("line", ["联盟", "联盟 |", "| alliance"])
def test_a_coverage_line_that_cannot_be_read_is_refused(line: str) -> None:
    header = "".join(f"# {key}: x\n" for key in ("title-zh", "title-en", "description-zh", "description-en"))
    with pytest.raises(MalformedQuery, match="coverage"):
        to_question("mine", f"{header}# coverage: {line}\nASK {{}}")


def test_evidence_finds_an_entity_by_part_of_its_name_or_by_alias(store: Store) -> None:
    assert {row["exact"] for row in rows(store, "evidence", name="青禾”产业")} == {"“青禾”产业党建联盟", "联盟"}
    assert rows(store, "evidence", name="联盟", county="云溪县")


def test_evidence_says_where_in_the_page_file_it_stands(store: Store) -> None:
    row = rows(store, "evidence", name="考核机制")[0]
    assert TEXT[int(row["pageStart"]) : int(row["pageEnd"])] == row["exact"] and row["file"] == "paper/a1.txt"


def test_articles_can_be_asked_by_date(store: Store) -> None:
    assert len(rows(store, "articles", since="2031-06-01", until="2031-12-31")) == 1
    assert len(rows(store, "articles")) == 4


def test_county_shows_one_type_if_asked(store: Store) -> None:
    assert {row["type"] for row in rows(store, "county", county="云溪县", type="Mechanism")} == {"Mechanism"}


def test_organisations_say_what_they_lead_and_join(store: Store) -> None:
    found = {(row["organisation"], row["relation"]) for row in rows(store, "organisations")}
    assert found == {("县委组织部", "leads"), ("农技站", "joins")}


@pytest.mark.parametrize("name", ["evidence", "alliances", "organisations", "figures", "shared-practices"])
def test_a_value_is_never_read_as_sparql(store: Store, name: str) -> None:
    text = next(parameter.name for parameter in question(name).parameters if parameter.type == "text")
    assert rows(store, name, **{text: INJECTION}) == []


def test_a_value_is_never_searched_for_the_place_of_another(store: Store) -> None:
    for first, second in (("name", "status"), ("status", "name")):
        values = {"name": 'VALUES ?status { "done" } VALUES ?namePart { UNDEF }', "status": "done"}
        assert rows(store, "alliances", **{first: values[first], second: values[second]}) == []


def test_an_unknown_question_lists_the_known_ones(store: Store) -> None:
    with pytest.raises(UnknownQuestion, match="alliances"):
        ask(store, "aliances")


def test_an_unknown_parameter_lists_the_known_ones(store: Store) -> None:
    with pytest.raises(UnknownParameter, match="status"):
        ask(store, "alliances", {"town": "x"})


@pytest.mark.parametrize(
    ("name", "key", "value"),
    [
        ("alliances", "status", "doing"),
        ("shared-practices", "minimum", "two"),
        ("articles", "since", "1.1.2022"),
        ("county", "type", "Alliances"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused(store: Store, name: str, key: str, value: str) -> None:
    with pytest.raises(WrongValue, match=key):
        ask(store, name, {key: value})


def test_a_county_that_is_not_there_is_named_with_those_that_are(store: Store) -> None:
    with pytest.raises(UnknownCounty, match="云溪县"):
        find_counties(store, "没有县")


@pytest.mark.parametrize("text", [INJECTION, '"@zh ; a ?any #', "\\", "\n"])
def test_a_hostile_name_of_a_county_is_no_part_of_a_query(store: Store, text: str) -> None:
    with pytest.raises(UnknownCounty):
        find_counties(store, text)


@pytest.mark.parametrize("text", ["云溪县", "990821"])
def test_a_full_name_or_code_is_looked_up_without_reading_all_counties(
    store: Store, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.graph.counties._counties", lambda store: pytest.fail("all counties were read"))
    assert len(find_counties(store, text)) == 1


def test_a_short_name_of_two_counties_asks_for_more() -> None:
    twins = store_of(article(), article(number=2, county=replace(PEAK, name="云溪区")))
    with pytest.raises(AmbiguousCounty, match="云溪区"):
        find_counties(twins, "云溪")


def test_two_counties_of_one_full_name_are_both_meant() -> None:
    twins = store_of(article(), article(number=2, county=replace(CLOUD, code="980821")))
    assert len(find_counties(twins, "云溪县")) == 2
    assert len(find_counties(twins, "980821")) == 1


def test_a_zone_answers_to_its_usual_contraction() -> None:
    assert len(find_counties(store_of(article(county=ZONE)), "泽州经开区")) == 1


@pytest.mark.parametrize("text", ["", "县"])
def test_too_little_names_no_county(store: Store, text: str) -> None:
    with pytest.raises(UnknownCounty):
        find_counties(store, text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "select * { service silent <http://127.0.0.1:1/> { ?s ?p ?o } }",
        "SELECT * { ?s ?p trueSERVICE<http://127.0.0.1:1/>{ ?s ?p ?o } }",
        "SELECT * { FILTER(1<2)SERVICE#>\n<http://127.0.0.1:1/>{} }",
        'SELECT * { ?s ?p "\\u0022" . SERVICE <http://127.0.0.1:1/> { ?a ?b "c" } }',
        "SELECT * { { SELECT * { SERVICE ?where { ?s ?p ?o } } } }",
        "SELECT * FROM <file:///etc/hosts> { ?s ?p ?o }",
        "ASK FROM NAMED <http://127.0.0.1:1/> { GRAPH ?g { ?s ?p ?o } }",
    ],
)
def test_a_query_that_reaches_beyond_the_graph_is_refused(store: Store, text: str) -> None:
    with pytest.raises(RefusedQuery, match="SERVICE|FROM"):
        query(store, text)


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <x:a> <x:b> <x:c> }",
        "PREFIX a: <x:a>\n# c\nDELETE WHERE { ?s ?p ?o }",
        "LOAD <http://127.0.0.1:1/service>",
        "drop all",
    ],
)
def test_an_update_is_refused(store: Store, text: str) -> None:
    size = len(store)
    with pytest.raises(RefusedQuery, match="kg build"):
        query(store, text)
    assert len(store) == size


@pytest.mark.parametrize("text", ["", "SELEC *", "SELECT ?a { ?a <x:b> ?c", "SELECT ?from { ?from", "\\u0053ERVICE"])
def test_what_is_no_query_is_named_so(store: Store, text: str) -> None:
    with pytest.raises((MalformedQuery, RefusedQuery)):
        query(store, text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?service { ?service ?from ?x }",
        'ASK { ?s <http://example.org/service> "SERVICE from here" } # FROM SERVICE',
        "PREFIX from: <http://example.org/> SELECT * { ?s from:service ?o }",
        "SELECT ?a { ?a a dj:Alliance }",
        "CONSTRUCT WHERE { ?s a dj:County }",
    ],
)
def test_a_query_that_only_spells_those_words_is_answered(store: Store, text: str) -> None:
    check_query(text)
    read_answer(query(store, text))


def test_a_question_file_without_a_title_is_refused() -> None:
    with pytest.raises(MalformedQuery, match="title-zh"):
        to_question("mine", "# title-en: x\nASK {}")


def test_a_parameter_line_that_cannot_be_read_is_refused() -> None:
    header = "".join(f"# {key}: x\n" for key in ("title-zh", "title-en", "description-zh", "description-en"))
    with pytest.raises(MalformedQuery, match="parameter"):
        to_question("mine", header + "# parameter: county\nASK {}")
