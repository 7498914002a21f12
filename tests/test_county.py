"""Which county an article reports on, and the national gazetteer behind it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kg.extraction.county import find_counties
from kg.extraction.gazetteer import Division, load_gazetteer
from kg.model import County, Page
from kg.reading.segmentation import find_articles

TABLE = Path(__file__).parent / "tables" / "county.tsv"
ROWS = [row.split("\t") for row in TABLE.read_text(encoding="utf-8").splitlines() if row and not row.startswith("#")]
COUNT = 144


def _find(text: str, date: str = "") -> list[County | None]:
    found, leftovers = find_articles(text, file="p.txt", sha256="")
    articles = tuple(replace(article, metadata={"date": date}) for article in found)
    return find_counties(Page(file="p.txt", sha256="", text=text, articles=articles, leftovers=leftovers))


def _current() -> list[Division]:
    divisions = {id(d): d for found in load_gazetteer().by_name.values() for d in found if d.until is None}
    return list(divisions.values())


def test_no_row_is_lost():
    assert len(ROWS) == len(set(map(tuple, ROWS))) == COUNT


@pytest.mark.parametrize("headline, opening, context, date, name, code", ROWS, ids=lambda value: value)
def test_county_and_code_are_found(headline, opening, context, date, name, code):
    """Full and short names, zones, same-named counties settled by article or page or left without a code."""
    other = "" if context == "-" else f"邻县也动起来\n\n{context}\n\n"
    own = f"{'支部建在链上 党员走在前头' if headline == '-' else headline}\n\n"
    counties = _find(other + own + opening.replace("\\n", "\n") + "\n", date.strip("-"))
    assert len(counties) == (1 if context == "-" else 2)
    found = counties[-1]
    assert (found.name if found else "-") == name
    assert (found and found.code or "-") == code


def test_the_byline_tells_the_county_of_an_article_that_does_not_name_it():
    """Whoever is asked is introduced with the place: （XX县XX村党支部书记 …… 本报记者 ……）."""
    text = "对话村支书：把冷库办到田头\n\n（梁山县石桥村党支部书记 赵青 本报记者 林小满）\n记者：冷库怎么办起来的？\n"
    (county,) = _find(text + "赵青：先是六户人家凑钱，后来村里入了股。\n")
    assert (county.name, county.code) == ("梁山县", "370832")


@pytest.mark.parametrize(
    "around", ["安远县委组织部工作简报", "2031年5月6日　来源：安远县融媒体中心", "安远县委组织部　第3版"]
)
def test_who_publishes_tells_the_county_of_an_article_that_does_not_name_it(around: str):
    (county,) = _find(f"{around}\n\n支部建在链上\n\n我县把党支部建到产业链上，党员带着农户闯市场。\n")
    assert county.name == "安远县"


def test_an_article_that_names_its_county_is_not_its_publishers():
    (county,) = _find("来源：安远县融媒体中心\n\n梁山县：支部建在链上\n\n梁山县把党支部建到产业链上。\n")
    assert county.name == "梁山县"


def test_the_gazetteer_is_national_and_current():
    """About 2,850 county-level divisions, each with a six-digit code of its own and its province."""
    divisions = _current()
    codes = [division.county.code for division in divisions]
    assert len(divisions) >= 2840
    assert len(set(codes)) == len(codes)
    assert all(len(code) == 6 and code.isascii() and code.isdigit() for code in codes)
    assert all(division.county.province for division in divisions)


@pytest.mark.parametrize(
    "code, name, prefecture, province",
    [
        ("220184", "公主岭市", "长春市", "吉林省"),
        ("230724", "丰林县", "伊春市", "黑龙江省"),
        ("130881", "平泉市", "承德市", "河北省"),
        ("429021", "神农架林区", None, "湖北省"),
        ("441900", "东莞市", None, "广东省"),
        ("370832", "梁山县", "济宁市", "山东省"),
    ],
)
def test_a_division_has_its_code_and_parents(code, name, prefecture, province):
    county = County(name=name, code=code, prefecture=prefecture, province=province)
    assert county in [division.county for division in load_gazetteer().by_name[name]]


def test_counties_do_not_depend_on_the_order_of_runs():
    text = "梁山：支部建在链上\n\n本报梁山讯（记者 林小满）县里把支部建到链上。\n"
    assert _find(text) == _find(text) != [None]
