"""Promises of reading that hold for any page: nothing vanishes, offsets lead back, the same page reads the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import Article, Leftover
from kg.reading import PageSource, find_pages, read_page
from kg.reading.segmentation import find_articles

ROOT = Path(__file__).parents[1]
WRAPS = "\n\v\f\r"

FRAGMENTS = (
    "本报青禾讯（记者 林小满 通讯\n员 赵青）青禾县把党支部建到养殖场，\n12个支部组成“连心”\n党建联盟。",
    "本报讯（林家\n栋）石桥镇的夜校开在晒谷场边。",
    "■本报记者 罗一鸣",
    "（通讯员 周小舟 摄）",
    "林小满 摄",
    "图为云岭县便民大厅里，值班干部帮老人填表。",
    "白沙区老旧小区没有物业，社区党委牵头成立\n“红管家”服务队，修灯、通渠、看车棚。",
    "青禾：支部建进养殖场",
    "老旧小区谁来管？\n——白沙区见闻",
    "一、一座冷库大家用",
    "◎夜校大家上",
    "Ａ２ 要闻",
    "２０３１年５月６日 星期二",
    "责任编辑：丁小宁",
    "【基层党建】",
    "（下转第四版）",
    "03",
    "，",
    "”",
    "（",
)
GAPS = ("", "\n", "\n\n", "\r\n", "\r", "\n　　", "\t", " ", "\f", "\u2028")
assembled = st.lists(st.tuples(st.sampled_from(FRAGMENTS), st.sampled_from(GAPS)), max_size=14).map(
    lambda pairs: "".join(fragment + gap for fragment, gap in pairs)
)


def _read(text: str) -> tuple[tuple[Article, ...], tuple[Leftover, ...]]:
    return find_articles(text, file="p.txt", sha256="")


def _assert_covered(text: str, articles: tuple[Article, ...], leftovers: tuple[Leftover, ...]) -> None:
    stretches = [(part.start, part.end) for article in articles for part in article.source.parts]
    stretches += [(left.start, left.end) for left in leftovers]
    at = 0
    for start, end in sorted(stretches):
        assert start == at, (text[min(start, at) : max(start, at)], start, at)
        assert start < end
        at = end
    assert at == len(text)
    assert all(left.kind and left.text == text[left.start : left.end] for left in leftovers)


def _assert_grounded(text: str, articles: tuple[Article, ...]) -> None:
    for article in articles:
        for offset, char in enumerate(article.text):
            printed = text[article.source.to_page(offset)] if char != "\n" else char
            assert printed == char, (article.text, offset)
        bodies = [(part.start, part.end) for part in article.source.parts if part.role == "body"]
        for offset, char in enumerate(article.text):
            if char != "\n":
                assert any(start <= article.source.to_page(offset) < end for start, end in bodies)


@settings(max_examples=300, deadline=None)
@given(assembled)
def test_every_character_of_an_assembled_page_is_in_one_part_or_leftover(text: str):
    _assert_covered(text, *_read(text))


@settings(max_examples=300, deadline=None)
@given(assembled)
def test_every_offset_of_an_assembled_page_leads_back_to_the_same_character(text: str):
    _assert_grounded(text, _read(text)[0])


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(), st.text(alphabet="记者摄本报讯（）()“”。，\n 　■图文/：一、A1版"), assembled))
def test_any_text_is_read_without_error_and_whole(text: str):
    articles, leftovers = _read(text)
    _assert_covered(text, articles, leftovers)
    _assert_grounded(text, articles)
    assert _read(text) == (articles, leftovers)


def _stored_pages() -> list[PageSource]:
    folders = [ROOT / "data" / "pages", ROOT / "corpus" / "pages", ROOT / "tests" / "tables" / "reading"]
    folders += [ROOT.parent / "shared" / "pages", ROOT.parent / "shared" / "dev" / "pages"]
    return find_pages([folder for folder in folders if folder.is_dir()])


@pytest.mark.parametrize("source", _stored_pages(), ids=lambda source: f"{source.path.parent.name}/{source.path.name}")
def test_stored_page_is_covered_and_grounded(source: PageSource):
    """Every character in one part or leftover, every offset back to the same character."""
    page = read_page(source)
    _assert_covered(page.text, page.articles, page.leftovers)
    _assert_grounded(page.text, page.articles)


def test_a_stored_page_reads_the_same_again(tmp_path: Path):
    """Same bytes, same articles, whatever the folder."""
    for source in find_pages([ROOT / "data" / "pages"]):
        copy = tmp_path / source.name
        copy.write_bytes(source.path.read_bytes())
        first, second = (read_page(page, metadata={"date": "2022"}) for page in (source, copy))
        assert [json.dumps(a.to_dict()) for a in first.articles] == [json.dumps(a.to_dict()) for a in second.articles]
