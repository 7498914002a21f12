"""What the whole chain finds in single sentences of the genre, written for this test."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.extraction import extract_article
from kg.model import Article, County, Source, Span

TABLE = Path(__file__).parent / "tables" / "entities.tsv"
ROWS = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
COUNTY = County(name="梁山县", code="370832", prefecture="济宁市", province="山东省")
SENTENCES = (
    (
        "今年以来，梁山县成立河谷果业党建联盟，推行轮值主席制度。",
        {("Alliance", "河谷果业党建联盟"), ("Mechanism", "轮值主席制度")},
    ),
    (
        "县委组织部出台《关于规范村级议事的实施意见》。",
        {("Organisation", "县委组织部"), ("Document", "《关于规范村级议事的实施意见》")},
    ),
    ("全县实施“雁归梁山”行动，建成“暖心驿站”12处。", {("Programme", "“雁归梁山”行动"), ("Platform", "“暖心驿站”")}),
    ("按照“支部搭台、能人唱戏、群众受益”的思路推进。", {("Slogan", "“支部搭台、能人唱戏、群众受益”")}),
    ("该镇创新“1+3+N”治理体系。", {("Slogan", "“1+3+N”"), ("Mechanism", "“1+3+N”治理体系")}),
    ("村党支部书记张德海说，日子越过越好。", {("Person", "张德海")}),
    ("记者走进马营镇西孔庄村的大棚。", {("Place", "马营镇"), ("Place", "西孔庄村")}),
    ("建立联席会议、信息共享等机制。", {("Mechanism", "联席会议机制"), ("Mechanism", "信息共享机制")}),
)


def read(text: str) -> Article:
    source = Source(file="page.txt", sha256="0" * 64, start=0, end=len(text), runs=((0, 0),))
    paragraphs = (Span(start=0, end=len(text)),)
    article = Article(
        page="page.txt", article=1, kind="report", headline=None, text=text, source=source, paragraphs=paragraphs
    )
    return extract_article(article, COUNTY)


@pytest.mark.parametrize("text, expected", SENTENCES, ids=[text[:12] for text, _ in SENTENCES])
def test_the_names_of_a_sentence_are_found(text: str, expected: set[tuple[str, str]]):
    found = {(e.type, name) for e in read(text).entities for name in (e.name, *e.aliases)}
    assert expected <= found


@pytest.mark.parametrize(
    "text, name",
    [
        ("石河镇柳湾村的大棚里一片忙碌。", ("Place", "柳湾村")),
        ("全县成立15个村党组织领办合作社联盟，带动增收。", ("Alliance", "村党组织领办合作社联盟")),
    ],
)
def test_a_name_is_found_where_nothing_else_speaks_for_it(text: str, name: tuple[str, str]):
    assert name in {(e.type, e.name) for e in read(text).entities}


@pytest.mark.parametrize(
    "text", ["各项工作扎实推进，机制不断完善。", "发挥“尖兵”作用，激发党组织活力。", "广大干部群众纷纷点赞。"]
)
def test_generic_words_and_decorating_quotes_name_nothing(text: str):
    assert [e.name for e in read(text).entities if e.type in ("Alliance", "Mechanism", "Programme", "Platform")] == []


def test_fifteen_of_a_kind_are_named_without_their_count():
    found = {
        (e.type, e.name)
        for e in read("产业一年比一年兴旺。全县成立15个村党组织领办合作社联盟，带动农户增收。").entities
    }
    assert ("Alliance", "村党组织领办合作社联盟") in found


@pytest.mark.parametrize("text, expected, wrong", ROWS, ids=[row[0][:12] for row in ROWS])
def test_the_names_of_the_table_are_found_and_none_that_it_excludes(text: str, expected: str, wrong: str):
    found = {f"{e.type} {e.name}" for e in read(text).entities}
    assert set(filter(None, expected.split("|"))) <= found
    assert found.isdisjoint(wrong.split("|"))
