"""Answers as rows, CSV, JSON, Markdown and Turtle."""

from __future__ import annotations

import csv
import io
import json

import pytest
from pyoxigraph import QueryResultsFormat, Store, parse_query_results

from kg.graph.answers import WrongForm, read_answer, to_csv, to_json, to_markdown, to_table, to_ttl

SELECT = """
SELECT * WHERE { VALUES (?county ?countyIri ?value ?note) {
  ("云溪县"@zh <x:c> 12.5 "a,\\"b\\"\\n|c") ("石峰区"@zh <x:d> -3 UNDEF) ("x" <x:e> true "=1+1")
} }
"""


def result(text: str) -> object:
    return read_answer(Store().query(text))


def test_a_table_leaves_out_addresses_that_stand_beside_their_text() -> None:
    names, rows = to_table(result(SELECT))
    assert set(names) == {"county", "value", "note"} and len(rows) == 3
    assert "countyIri" in to_table(result(SELECT), addresses=True)[0]


def test_an_address_without_its_text_stays() -> None:
    assert to_table(result("SELECT ?aIri { VALUES ?aIri { <x:a> } }")) == (("aIri",), (("x:a",),))


def test_csv_reads_back_and_unbound_is_empty() -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv(result(SELECT)))))
    assert rows[0]["note"] == 'a,"b"\n|c' and rows[1]["note"] == "" and rows[1]["value"] == "-3"


def test_csv_gives_a_spreadsheet_nothing_to_run() -> None:
    assert "'=1+1" in to_csv(result(SELECT))


def test_csv_may_begin_with_a_byte_order_mark() -> None:
    assert to_csv(result(SELECT), bom=True).startswith("\ufeff") and not to_csv(result(SELECT)).startswith("\ufeff")


def test_json_is_the_sparql_results_format() -> None:
    text = to_json(result(SELECT))
    solutions = parse_query_results(text, QueryResultsFormat.JSON)
    expected = Store().query(SELECT)
    assert [list(s) for s in solutions] == [list(s) for s in expected]
    assert json.loads(text)["results"]["bindings"][0]["county"]["xml:lang"] == "zh"


def test_json_of_an_ask_is_a_boolean() -> None:
    assert json.loads(to_json(result("ASK {}"))) == {"head": {}, "boolean": True}


def test_markdown_cells_cannot_break_out() -> None:
    lines = to_markdown(result('SELECT ?a { VALUES ?a { "x|y\\n<b>*" } }')).splitlines()
    assert lines == ["| a |", "| --- |", "| x\\|y \\<b\\>\\* |"]


def test_turtle_of_triples_is_sorted() -> None:
    text = to_ttl(result("CONSTRUCT { ?s <x:p> 1 } WHERE { VALUES ?s { <x:b> <x:a> } }"))
    assert text.index("<x:a>") < text.index("<x:b>")


def test_triples_also_make_a_table() -> None:
    assert to_table(result("CONSTRUCT { <x:a> <x:p> 1 } WHERE {}"))[0] == ("subject", "predicate", "object")


@pytest.mark.parametrize("text", [SELECT, "ASK {}"])
def test_turtle_of_anything_else_is_refused_with_the_way_out(text: str) -> None:
    with pytest.raises(WrongForm, match="CONSTRUCT"):
        to_ttl(result(text))


def test_json_of_triples_is_refused_with_the_way_out() -> None:
    with pytest.raises(WrongForm, match="ttl"):
        to_json(result("CONSTRUCT { <x:a> <x:p> 1 } WHERE {}"))
