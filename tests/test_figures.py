"""Quantities that report scale or result, and the many numbers that do not (guidelines, "Figures")."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extraction.analysis import Analysis
from kg.extraction.figures import find_figures
from kg.model import Article, Figure, Source

TABLE = Path(__file__).parent / "tables" / "figures.tsv"
ROWS = [row.split("\t") for row in TABLE.read_text(encoding="utf-8").splitlines() if row and not row.startswith("#")]
COUNT = 183


def _find(text: str) -> list[Figure]:
    source = Source(file="p.txt", sha256="", start=0, end=len(text), runs=((0, 0),))
    article = Article(page="p.txt", article=1, kind="report", headline=None, text=text, source=source)
    return find_figures(Analysis(article, None))


def _plain(figure: Figure) -> str:
    return f"{'~' if figure.approx else ''}{figure.value:.12g} {figure.unit} {figure.of}"


def test_no_row_is_lost():
    assert len(ROWS) == len({sentence for sentence, _ in ROWS}) == COUNT
    assert sum(expected == "-" for _, expected in ROWS) >= 45


@pytest.mark.parametrize("sentence, expected", ROWS, ids=lambda value: value)
def test_figures_of_a_sentence(sentence: str, expected: str):
    """Value in single units, unit, what is counted in its shortest wording, ~ where the number is approximate."""
    assert "|".join(map(_plain, _find(sentence))) == expected.strip("-")


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="0123456789,.１２万亿千百十余多近约超个名次亩元%％《》“”（）：，。全县建成网格每月第 \n"))
def test_any_text_has_grounded_figures(text: str):
    """No text raises, and what a figure says stands in the text: its own wording and what it counts."""
    for figure in _find(text):
        assert text[figure.start : figure.end] == figure.text
        assert figure.of in text
        assert figure.value >= 0
