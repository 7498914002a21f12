"""Lists of places that share a head: which names they may stand for."""

from __future__ import annotations

import pytest

from kg.extraction.analysis import Analysis
from kg.extraction.listed_places import find_listed_places
from kg.model import Article, County, Source, Span

COUNTY = County(name="梁山县", code="370832", prefecture="济宁市", province="山东省")


def names_in(text: str) -> set[str]:
    source = Source(file="page.txt", sha256="0" * 64, start=0, end=len(text))
    article = Article(
        page="page.txt",
        article=1,
        kind="report",
        headline=None,
        text=text,
        source=source,
        paragraphs=(Span(start=0, end=len(text)),),
    )
    return {candidate.name for candidate in find_listed_places(Analysis(article, COUNTY))}


@pytest.mark.parametrize(
    "text, names",
    [
        ("镇党委牵头，联合武坪、牛营、绿源3个村建成联合体。", {"武坪村", "牛营村", "绿源村"}),
        ("海鹰、海燕、海鸥3个渔业村组建联合党支部。", {"海鹰村", "海燕村", "海鸥村"}),
        ("西坡、东坡、南岭等核心区5个村的党支部签了约。", {"西坡村", "东坡村", "南岭村"}),
        ("巴彦、西博2个嘎查共用一片草场。", {"巴彦嘎查", "西博嘎查"}),
        ("小路口、馆驿等5个乡镇先行一步。", {"小路口镇", "馆驿镇"}),
    ],
)
def test_every_name_of_the_list_takes_the_head(text: str, names: set[str]):
    assert names <= names_in(text)


def test_of_towns_counted_together_only_those_of_the_county_are_named():
    assert names_in("小路口、青木川等5个乡镇先行一步。") == {"小路口镇"}


@pytest.mark.parametrize("text", ["种植、加工、销售环节的村干部都来了。", "北门村、南门村2个村结了对。"])
def test_a_list_that_is_not_counted_or_has_its_heads_takes_none(text: str):
    assert names_in(text) == set()
