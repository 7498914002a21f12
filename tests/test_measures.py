"""Section leads of short reports (guidelines, "Measures")."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kg.extraction.analysis import Analysis
from kg.extraction.measures import find_measures
from kg.reading.segmentation import find_articles

TABLE = Path(__file__).parent / "tables" / "measures.json"
CASES = json.loads(TABLE.read_text(encoding="utf-8"))
COUNT = 16


def _page(case: dict) -> str:
    leads = iter(case["leads"])
    printed = [p.replace("*", next(leads)) if "*" in p else p for p in case["paragraphs"]]
    return "支部建在链上 党员走在前头\n\n本报讯（记者 林小满）" + "\n".join(f"　　{p}" for p in printed).strip() + "\n"


def test_no_case_is_lost():
    assert len(CASES) == COUNT


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_leads_of_a_report(case: dict):
    """The leads as printed, in order, without their full stops, each at its place in the text."""
    (article,), _ = find_articles(_page(case), file="p.txt", sha256="", metadata={})
    spans = find_measures(Analysis(article, None))
    assert [article.text[span.start : span.end] for span in spans] == case["leads"]
