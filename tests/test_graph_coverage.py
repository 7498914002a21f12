"""What an answer rests on: counties and articles read, and those in which nothing was found."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys

import pytest
from conftest import ROOT
from pyoxigraph import Store
from servers import store_of
from test_graph_sample import CLOUD, PEAK, ZONE, alliance, article

from kg.graph.answers import Solutions, answer, to_coverage_sentences, to_csv, to_json, to_markdown
from kg.graph.coverage import Coverage
from kg.graph.questions import questions

COVERED = [question.name for question in questions() if question.coverage]


@pytest.fixture(scope="module")
def store() -> Store:
    return store_of(
        article(county=CLOUD),
        article(number=2, county=CLOUD, entities=()),
        article(number=3, county=PEAK, entities=(alliance(status="planned"),)),
        article(number=4, county=ZONE, entities=(), formulas=(), figures=()),
        article(number=5, county=None, entities=(alliance(),)),
    )


def coverage(store: Store, name: str, **values: str) -> Coverage:
    found = answer(store, name, values)
    assert isinstance(found, Solutions) and found.coverage
    return found.coverage


def test_questions_about_things_of_counties_have_coverage() -> None:
    assert set(COVERED) >= set(
        "alliances mechanisms slogans programmes platforms documents figures formulas organisations".split()
    )


def test_coverage_tells_found_planned_and_not_found_apart(store: Store) -> None:
    found = coverage(store, "alliances")
    assert (found.counties, found.articles, found.elsewhere) == (3, 4, 1)
    assert [(read.county, read.articles) for read in found.found] == [("云溪县", 2)]
    assert [read.county for read in found.unrealised] == ["石峰区"]
    assert [read.county for read in found.without] == ["泽州经济技术开发区"]


@pytest.mark.parametrize("name", COVERED)
def test_every_county_read_is_in_exactly_one_group(store: Store, name: str) -> None:
    found = coverage(store, name)
    groups = [{read.iri for read in group} for group in (found.found, found.unrealised, found.without)]
    assert sum(map(len, groups)) == len(set.union(*groups)) == 3 == found.counties
    rows = answer(store, name).rows
    position = answer(store, name).variables.index("countyIri")
    assert {row[position].value for row in rows} == groups[0]


def test_a_question_about_one_county_counts_that_county_only(store: Store) -> None:
    found = coverage(store, "alliances", county="石峰")
    assert (found.counties, found.articles, found.elsewhere, found.narrowed) == (1, 1, 0, False)


def test_a_question_with_all_statuses_has_nothing_unrealised(store: Store) -> None:
    found = coverage(store, "alliances", status="all")
    assert [read.county for read in found.found] == ["云溪县", "石峰区"] and not found.unrealised


def test_a_question_about_some_things_says_so(store: Store) -> None:
    found = answer(store, "alliances", {"name": "不存在"})
    assert len(found.coverage.without) == 3
    chinese, english = to_coverage_sentences(found)
    assert "未见符合条件的党建联盟" in chinese and "no alliance that fits" in english


def test_a_county_where_news_is_silent_is_named_in_both_languages(store: Store) -> None:
    chinese, english = to_coverage_sentences(answer(store, "alliances"))
    assert chinese.startswith("共读到3个县（市、区）的4篇文章（另有1篇未指明县，不计在内），其中1个县见有党建联盟。")
    assert "1个县有文章而未见党建联盟：泽州经济技术开发区（1篇）。报上未见，不等于没有做。" in chinese
    assert english.startswith("Read: 4 articles of 3 counties (1 article more without a county); found in 1.")
    assert english.endswith("no alliance in 1: 泽州经济技术开发区 (1). Absence of news is not absence of work.")


def test_markdown_ends_with_the_coverage_and_csv_and_json_are_rows_alone(store: Store) -> None:
    found = answer(store, "alliances")
    table, chinese, english = to_markdown(found).strip().split("\n\n")
    assert table.count("\n") == len(found.rows) + 1 and "报上未见" in chinese and "Absence" in english
    assert len(list(csv.reader(io.StringIO(to_csv(found))))) == len(found.rows) + 1
    assert set(json.loads(to_json(found))) == {"head", "results"}


def test_a_county_cannot_break_out_of_the_markdown_paragraph() -> None:
    hostile = store_of(article(county=type(CLOUD)(name="a|<b>\n\n# c", code=None), entities=()))
    assert re.search(r"^#|[^\\]<", to_markdown(answer(hostile, "alliances")), re.MULTILINE) is None


def test_other_questions_have_no_coverage(store: Store) -> None:
    assert answer(store, "articles").coverage is None and to_coverage_sentences(answer(store, "articles")) == ()


def test_long_lists_of_counties_are_cut_and_counted() -> None:
    many = [
        article(number=n, county=type(CLOUD)(name=f"第{n}县", code=None), entities=(), formulas=(), figures=())
        for n in range(1, 31)
    ]
    chinese, english = to_coverage_sentences(answer(store_of(*many), "alliances"))
    assert "30个县有文章而未见" in chinese and chinese.count("（1篇）") == 20 and "等。" in chinese
    assert " …." in english


def test_a_graph_without_articles_says_that_nothing_was_read() -> None:
    assert to_coverage_sentences(answer(Store(), "alliances"))[0].startswith("共读到0个县（市、区）的0篇文章")


def test_the_terminal_shows_the_coverage_below_the_table_and_a_pipe_does_not(kg, sample_build) -> None:
    pty = pytest.importorskip("pty", reason="pseudo-terminals are a thing of Unix")
    assert "报上未见" not in kg("query", "alliances", "-g", sample_build[0]).stdout
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", "from kg.cli import main; main()", "query", "alliances", "--county", "曲阜"]
    known = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
    command += ["-g", sample_build[0]]
    done = subprocess.run(command, stdout=theirs, stderr=subprocess.PIPE, env=known, check=True)
    os.close(theirs)
    shown = os.read(ours, 65536).decode("utf-8")
    os.close(ours)
    assert done.stderr == b""
    assert "1个县有文章而未见党建联盟：曲阜市（1篇）" in shown and "Absence of news" in shown
