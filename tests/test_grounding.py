"""Every fact stands in its article, and through it in the page file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.extraction import extract
from kg.model import Article, Page
from kg.reading import find_pages, read_page
from kg.reading.segmentation import find_articles

ROOT = Path(__file__).parents[1]
SENTENCES = (
    "青禾县把党支部建到养殖场，12个支部组成“连心”党建联盟。",
    "县委组织部牵头推行“三看两评”工作法，建立联席会议、轮值议事等制度。",
    "村企合作、城市基层、产业链党建联盟各有章程。",
    "印发《青禾县网格管理办法》，选派142名第一书记，覆盖率达92.28%。",
    "打造“微光驿站”15个，开展“书记擂台赛”活动223场次。",
    "“1+3+N”组织架构里，“1”是镇党委，“3”是三个支部。",
    "牛湾村支书孙茂林说：“冷库存了30吨苹果。”",
    "明确目标，推动抱团发展。",
    "精准施策，创新共建共治。",
)


@cache
def _pages() -> list[Page]:
    return [extract(read_page(file)) for file in find_pages([ROOT / "data" / "pages"])]


def _assert_grounded(page: Page, article: Article) -> None:
    text = article.text
    for fact in (*article.entities, *article.formulas, *article.figures, *article.measures):
        assert 0 <= fact.start < fact.end <= len(text)
        start, last = article.source.to_page(fact.start), article.source.to_page(fact.end - 1)
        assert (page.text[start], page.text[last]) == (text[fact.start], text[fact.end - 1])
    for entity in article.entities:
        wordings = {entity.name, *entity.aliases}
        assert entity.mentions
        assert all(0 <= mention.start < mention.end <= len(text) for mention in entity.mentions)
        assert any(text[m.start : m.end] in wordings for m in entity.mentions) or entity.name not in text
    assert all(formula.text == text[formula.start : formula.end] for formula in article.formulas)
    assert all(figure.text == text[figure.start : figure.end] for figure in article.figures)
    assert all(figure.of in text for figure in article.figures)


def test_the_sample_has_facts_of_every_kind():
    articles = [article for page in _pages() for article in page.articles]
    assert all(any(getattr(a, kind) for a in articles) for kind in ("entities", "formulas", "figures", "measures"))


@pytest.mark.parametrize("number", range(2))
def test_every_fact_of_the_sample_stands_in_its_page(number: int):
    """Offsets lie in the text and lead to the same characters of the page file."""
    page = _pages()[number]
    for article in page.articles:
        _assert_grounded(page, article)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=8), st.sampled_from(("", "\n", "\n　　", "\n\n")))
def test_every_fact_of_an_assembled_page_stands_in_it(sentences: list[str], gap: str):
    text = f"青禾：支部建进养殖场\n\n本报青禾讯（记者 林小满）{gap.join(sentences)}\n"
    articles, leftovers = find_articles(text, file="p.txt", sha256="")
    page = extract(Page(file="p.txt", sha256="", text=text, articles=articles, leftovers=leftovers))
    for article in page.articles:
        _assert_grounded(page, article)


def test_extraction_is_the_same_every_time():
    for page in _pages():
        bare = read_page(ROOT / "data" / "pages" / page.file)
        assert extract(bare) == page
