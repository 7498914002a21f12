"""Section leads of short reports (guidelines, "Measures")."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from kg.extraction.analysis import Analysis
from kg.extraction.measures import find_measures
from kg.reading.segmentation import find_articles

TABLE = Path(__file__).parent / "tables" / "measures.json"
CASES = json.loads(TABLE.read_text(encoding="utf-8"))
COUNT = 33


def _page(case: dict) -> str:
    leads = iter(case["leads"])
    printed = [re.sub(r"\*", lambda _: next(leads), paragraph) for paragraph in case["paragraphs"]]
    return "支部建在链上 党员走在前头\n\n本报讯（记者 林小满）" + "\n".join(f"　　{p}" for p in printed).strip() + "\n"


def test_no_case_is_lost():
    assert len(CASES) == COUNT


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_leads_of_a_report(case: dict):
    """The leads as printed, in order, without their full stops, each at its place in the text."""
    (article,), _ = find_articles(_page(case), file="p.txt", sha256="")
    spans = find_measures(Analysis(article, None))
    assert [article.text[span.start : span.end] for span in spans] == case["leads"]


WRAPPED = """
枣园深处议事忙

　　本报讯（记者 林小满）云岭县把支部建在枣园里，农户有难处
不出园就有人听，两年来办成了一批小事。
{0}
村里把闲置的看园棚改成议事亭，谁家缺水缺工，在亭子里说一
声，支部书记记在本子上，三天内给回话。
{1}
农技员驻在园里，病虫害来了先到树下看，看准了再用药，去年
用药少了三成。
"""


@pytest.mark.parametrize(
    "headings",
    [
        ("枣园里设亭：有话当面说", "枣树下问诊：有病当场看"),
        ("议事有亭子，话有地方说", "看树有能人，病有地方治"),
        ("（一）议：亭子里拉家常", "〓 治：枣树下开处方"),
    ],
)
def test_printed_lines_that_head_sections_are_leads(headings: tuple[str, str]):
    """A short printed line without a stop between wrapped paragraphs is a lead, without its number or ornament."""
    (article,), _ = find_articles(WRAPPED.format(*headings), file="p.txt", sha256="")
    spans = find_measures(Analysis(article, None))
    assert [article.text[span.start : span.end] for span in spans] == [
        heading.lstrip("（一）〓 ") for heading in headings
    ]
