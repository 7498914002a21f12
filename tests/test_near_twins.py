"""Near-twins stay apart: an invented or distorted name is what the text says, not the known name that it resembles."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extraction import extract
from kg.extraction.selection import DISTRIBUTED, bare
from kg.model import Article, Entity, Page, Source
from kg.reading import find_pages, read_page

ROOT = Path(__file__).parents[1]
KNOWN = sorted(
    {
        (entity["type"], entity["name"])
        for file in sorted((ROOT / "tests" / "gold").glob("*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
        for entity in json.loads(line)["entities"]
    }
)
"""Names from the gold of the training pages: what a memory, if there were one, would hold."""
FRAGMENTS = (
    "青禾县成立{0}，由县委组织部牵头，吸纳12个村入盟。",
    "该县推行{0}，让{1}落地见效。",
    "石桥镇打造{0}，开展{1}，惠及群众1.2万人。",
    "会上印发{0}，明确{1}的职责。",
    "全县建立{0}、{1}、{2}等三项制度。",
    "{0}、{1}党建联盟相继组建，白沙、云岭、南湾3个村率先加入。",
    "“我们靠的是{0}。”{1}负责人林小满说。",
    "形成{0}的工作格局，构建{1}{2}工作机制。",
    "{0}（以下简称{1}）今年挂牌。",
)
HAN = "云岭河清桥林石安和新老甲乙联建共治链片区村组星灯火一三五"


@st.composite
def distorted(draw: st.DrawFn) -> tuple[str, str]:
    """Return a known name and the same with one character changed, dropped or doubled, or its halves swapped."""
    _, name = draw(st.sampled_from(KNOWN))
    letters = [at for at, char in enumerate(name) if "\u4e00" <= char <= "\u9fff"] or [0]
    at = draw(st.sampled_from(letters))
    how = draw(st.sampled_from(("changed", "dropped", "doubled", "swapped", "as it is")))
    if how == "changed":
        return name, name[:at] + draw(st.sampled_from(HAN)) + name[at + 1 :]
    if how == "dropped" and len(name) > 4:
        return name, name[:at] + name[at + 1 :]
    if how == "doubled":
        return name, name[:at] + name[at] + name[at:]
    if how == "swapped":
        first, last = letters[0], letters[-1] + 1
        return name, name[:first] + name[at:last] + name[first:at] + name[last:]
    return name, name


@st.composite
def pages(draw: st.DrawFn) -> tuple[Page, tuple[str, ...]]:
    """Return a page of two articles, the second about distortions of what the first may name, and the names known."""
    pairs = draw(st.lists(distorted(), min_size=3, max_size=9))
    originals, twins = zip(*pairs)
    texts = [_text(draw, originals), _text(draw, twins)]
    articles = tuple(map(_article, (1, 2), texts))
    return Page(file="a.txt", sha256="0", text="\n".join(texts), articles=articles), originals


def _text(draw: st.DrawFn, names: tuple[str, ...]) -> str:
    chosen = draw(st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=5))
    return "".join(
        fragment.format(*(names[(number + shift) % len(names)] for shift in range(3)))
        for number, fragment in enumerate(chosen)
    )


def _article(number: int, text: str) -> Article:
    source = Source(file="a.txt", sha256="0", start=0, end=len(text), runs=((0, 0),))
    return Article(page="a.txt", article=number, kind="report", headline=None, text=text, source=source)


def without_de(text: str) -> str:
    """Return a wording without 的 and marks: an alias may leave the 的 between a quotation and its head out."""
    return bare(text).replace("的", "")


def assert_named_by_its_text(article: Article, entity: Entity) -> None:
    evidence, name = bare(article.text[entity.start : entity.end]), bare(entity.name)
    if entity.rule not in DISTRIBUTED:
        assert evidence == name, entity
        return
    parts = [(name[:at], name[at:]) for at in range(len(name) + 1)]
    assert any(part in evidence and head in evidence for part, head in parts), entity


@settings(max_examples=150, deadline=None)
@given(pages())
def test_a_name_is_the_wording_of_its_own_text(drawn: tuple[Page, tuple[str, ...]]):
    """``text[start:end]`` is the name; of a distributed one both the part and the shared head stand in the stretch."""
    for article in extract(drawn[0]).articles:
        for entity in article.entities:
            assert_named_by_its_text(article, entity)


@settings(max_examples=100, deadline=None)
@given(pages())
def test_a_distorted_name_never_yields_the_known_one(drawn: tuple[Page, tuple[str, ...]]):
    """Not the one of the training pages, nor the one that the article before it names; aliases neither."""
    page, known = drawn
    for article in extract(page).articles:
        text = without_de(article.text)
        absent = {without_de(name) for name in known if without_de(name) not in text}
        for entity in article.entities:
            if entity.rule not in DISTRIBUTED:
                assert not absent & {without_de(name) for name in (entity.name, *entity.aliases)}, entity


@pytest.mark.parametrize("folder", ["data/pages", "corpus/pages"])
def test_every_entity_of_the_annotated_pages_is_named_by_its_text(folder: str):
    checked = 0
    for file in find_pages([ROOT / folder]):
        for article in extract(read_page(file)).articles:
            for entity in article.entities:
                assert_named_by_its_text(article, entity)
                checked += 1
    assert checked > 100


def test_an_invented_alliance_is_not_pinned_on_the_county_it_is_named_after():
    """A name that resembles two known ones is its own (德清县产业党建联盟 is neither 德清县 nor another alliance)."""
    text = "去年，青禾县成立青禾县产业党建联盟。今年，青禾县又成立青禾县物业党建联盟。"
    (article,) = extract(Page(file="a.txt", sha256="0", text=text, articles=(_article(1, text),))).articles
    alliances = {bare(e.name): article.text[e.start : e.end] for e in article.entities if e.type == "Alliance"}
    assert len(alliances) == 2
    assert all(name == bare(evidence) for name, evidence in alliances.items())
