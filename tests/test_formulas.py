"""Formulas: every way in which the genre spells a numeric abbreviation out (guidelines, "Formulas")."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.extraction.analysis import Analysis
from kg.extraction.components import READERS
from kg.extraction.formulas import find_formulas, is_formula, labels_of
from kg.extraction.measures import find_measures
from kg.extraction.spelling import Spelling
from kg.model import Article, Entity, Formula, Source, Span

TABLE = Path(__file__).parent / "tables" / "formulas.tsv"
LINES = TABLE.read_text(encoding="utf-8").splitlines()
CASES = [tuple(line.split("\t")) for line in LINES if line and not line.startswith("#")]
DISTRIBUTED = "distributed head"


def analysis_of(text: str) -> Analysis:
    """An article of nothing but its text; ¶ begins a paragraph."""
    text = text.replace("¶", "\n")
    paragraphs, at = [], 0
    for part in text.split("\n"):
        paragraphs.append(Span(start=at, end=at + len(part)))
        at += len(part) + 1
    source = Source(file="page.txt", sha256="0" * 64, start=0, end=len(text))
    article = Article(
        page="page.txt", article=1, kind="report", headline=None, text=text, source=source, paragraphs=tuple(paragraphs)
    )
    return Analysis(article, None)


def formulas_in(text: str, slogans: tuple[Entity, ...] = ()) -> list[Formula]:
    analysis = analysis_of(text)
    return find_formulas(analysis, slogans, find_measures(analysis))


def spelled_out(formula: Formula) -> str:
    return ";".join(f"{part.label}={'/'.join(part.items)}" for part in formula.components)


@pytest.mark.parametrize(("pattern", "text", "formula", "components"), CASES, ids=[case[0] for case in CASES])
def test_a_formula_has_the_components_that_the_article_spells_out(
    pattern: str, text: str, formula: str, components: str
):
    found = {f.text: f for f in formulas_in(text)}
    assert formula in found
    assert spelled_out(found[formula]) == components


@pytest.mark.parametrize(("pattern", "text", "formula", "components"), CASES, ids=[case[0] for case in CASES])
def test_every_item_stands_in_the_article_and_every_formula_at_its_offsets(
    pattern: str, text: str, formula: str, components: str
):
    text = text.replace("¶", "\n")
    for found in formulas_in(text):
        assert text[found.start : found.end] == found.text
        for part in found.components:
            assert part.items
            assert all(item and (item in text or pattern == DISTRIBUTED) for item in part.items)


@pytest.mark.parametrize(("pattern", "text", "formula", "components"), CASES, ids=[case[0] for case in CASES])
def test_a_label_has_as_many_items_as_its_numeral_says_unless_the_list_is_open(
    pattern: str, text: str, formula: str, components: str
):
    for found in formulas_in(text):
        counts = {label.text: label.count for label in labels_of(found.text)}
        for part in found.components:
            count = counts.get(part.label)
            assert count is None or len(part.items) in (1, count) or "等" in text


@pytest.mark.parametrize(
    "wording",
    [
        "三共三联",
        "1+2+N",
        "351",
        "一二三四",
        "三三制",
        "四个一",
        "三张清单",
        "双导师",
        "六级体系",
        "互助五兴",
        "五统一",
        "一站多能",
        "四方会商、五步闭环",
        "１＋２＋Ｎ",
        "1+100",
        "一核四联N微",
    ],
)
def test_numeric_abbreviations_are_formulas(wording: str):
    assert is_formula(wording)


@pytest.mark.parametrize(
    "wording",
    [
        "两委",
        "一把手",
        "一盘棋",
        "一肩挑",
        "最后一公里",
        "双向奔赴",
        "12345",
        "三农",
        "一清二楚",
        "五金",
        "头雁",
        "党建强、发展强",
        "一",
        "",
    ],
)
def test_stock_words_with_a_numeral_are_no_formulas(wording: str):
    assert not is_formula(wording)


@pytest.mark.parametrize(
    ("wording", "labels"),
    [
        ("“三共三联”", [("三共", 3), ("三联", 3)]),
        ("1+2+N", [("1", 1), ("2", 2), ("N", None)]),
        ("351", [("3", 3), ("5", 5), ("1", 1)]),
        ("一二三四", [("一", 1), ("二", 2), ("三", 3), ("四", 4)]),
        ("四个一", [("四个一", 4)]),
        ("三三制", [("三三制", 3)]),
        ("五统一", [("五统一", 5)]),
        ("五统一分", [("五统", 5), ("一分", 1)]),
        ("一核四联六统一", [("一核", 1), ("四联", 4), ("六统一", 6)]),
        ("三院共建", [("三院", 3)]),
        ("双管双促", [("双管", 2), ("双促", 2)]),
        ("四方会商、五步闭环", [("四方", 4), ("五步", 5)]),
        ("四个不变、三个统一", [("四个不变", 4), ("三个统一", 3)]),
        ("1个枢纽+8个驿站+N个网点", [("1", 1), ("8", 8), ("N", None)]),
        ("一院三基地多点位", [("一院", 1), ("三基地", 3), ("多点位", None)]),
    ],
)
def test_a_formula_falls_into_labels_with_the_number_of_their_items(wording: str, labels: list[tuple[str, int | None]]):
    assert [(label.text, label.count) for label in labels_of(wording)] == labels


@pytest.mark.parametrize(
    "text",
    [
        "茶农立下“三尺规”，谁越界谁扫路。", "把荒坡变成“三人管”的果园。", "军地结下“双拥亲戚”百余对。",
        "办起“一根藤蔓两家亲”联谊会。", "注册“岭南双橙”商标。", "党建和业务不再是“两张皮”。", "从七点一直谈到十点。",
        "各站统一按四十四团五连的样子办。",
    ],
)  # fmt: skip
def test_counts_of_things_persons_and_times_are_no_formulas(text: str):
    assert formulas_in(text) == []


def test_an_unquoted_chain_begins_with_its_first_numeral():
    (found,) = formulas_in("各站统一按一站一码三员配置。")
    assert found.text == "一站一码三员"


def test_a_label_that_stands_only_where_it_is_explained_is_no_formula_of_its_own():
    found = formulas_in("推行“三亮两评”办法，“三亮”指亮身份、亮职责、亮承诺，“两评”指群众评、支部评。")
    assert [f.text for f in found] == ["“三亮两评”"]


def test_a_label_that_is_used_by_itself_is_a_formula_too():
    found = formulas_in("推行“两推一考”。采取党员举荐、群众推荐“两推”方式，广纳贤才。")
    assert [f.text for f in found] == ["“两推一考”", "“两推”"]


def test_an_unquoted_wording_is_a_formula_only_where_it_is_spelled_out_or_a_slogan():
    text = "该县打造一园三中心，两步并作一步走，干部三进三出解难题。"
    assert formulas_in(text) == []
    slogan = Entity(type="Slogan", name="一园三中心", start=4, end=9)
    assert [f.text for f in formulas_in(text, (slogan,))] == ["一园三中心"]


def test_stock_abbreviations_are_not_spelled_out_by_a_list_beside_them():
    (found,) = formulas_in("县委组织部、市委“两新”工委联合举办培训。")
    assert (found.text, found.components) == ("“两新”", ())


def test_an_article_without_a_formula_has_none():
    assert formulas_in("全镇12个村修路86公里，群众出行更方便。") == []
    assert formulas_in("") == []


WORDS = st.lists(
    st.sampled_from(["订单", "技术", "资金", "场地", "人才", "品牌", "信息", "物流", "销路", "农资"]),
    min_size=2,
    max_size=9,
    unique=True,
)
FRAMES = (
    "推行“{n}供”模式，即{list}。",
    "建立{list}“{n}供”机制。",
    "“{n}供”（{list}）落地见效。",
    "做好“{n}供”服务：{list}。",
)


@given(words=WORDS, frame=st.sampled_from(FRAMES))
def test_any_list_as_long_as_its_numeral_is_read_whole(words: list[str], frame: str):
    items = [f"供{word}" for word in words]
    numeral = "零一两三四五六七八九"[len(items)]
    (found,) = formulas_in(frame.format(n=numeral, list="、".join(items)))
    assert spelled_out(found) == f"{numeral}供=" + "/".join(items)


@given(words=WORDS, frame=st.sampled_from(FRAMES), longer=st.booleans())
def test_a_list_of_another_length_is_not_taken_for_the_formula(words: list[str], frame: str, longer: bool):
    numeral = "零一两三四五六七八九十十一"[len(words) + 1 if longer else len(words) - 1]
    for found in formulas_in(frame.format(n=numeral, list="、".join(words))):
        assert all(len(part.items) < len(words) for part in found.components)


@given(st.text(alphabet="三两一二双“”、，。；：（）+N12即是指为等的共联看个级\n甲乙丙丁", max_size=120))
def test_any_text_is_read_without_an_error_and_nothing_is_made_up(text: str):
    for found in formulas_in(text):
        assert text[found.start : found.end] in (found.text, found.text.replace("“", "‘").replace("”", "’"))
        assert all(item for part in found.components for item in part.items)


def test_no_reading_is_weightier_than_its_reader_may_be():
    """Readers that cannot better what is found are not asked, so none may have more weight than it states."""
    readings = 0
    for _, text, formula, _ in CASES:
        analysis, inner = analysis_of(text), formula.strip("“”")
        spelling = Spelling(analysis, inner, labels_of(inner), find_measures(analysis))
        for reader, most, needs_numbers in READERS:
            if not (needs_numbers and None in spelling.counts):
                weights = [reading.weight for reading in reader(spelling)]
                assert max(weights, default=0) <= most, reader.__name__
                readings += len(weights)
    assert readings > len(CASES)


def test_a_list_in_direct_speech_begins_with_the_speech() -> None:
    """What stands before the opening quotation mark is no part of the list within it."""
    found = formulas_in("支部书记、会计都说：“我们看的是人头清、需求清、矛盾清‘三清’，心里要有本账。”")
    assert [spelled_out(formula) for formula in found] == ["三清=人头清/需求清/矛盾清"]


@pytest.mark.parametrize(
    "text",
    [
        "近日，该县持续深化和推进“双联动”工作，成效明显。",
        "突出“三联共治”抓落实。一要守住一条底线；二要办好两件实事；三要建好三支队伍；四要抓好四个融合。",
        "学校党员评出“五星”“四星”“三星”三个等次，三星党员向五星党员看齐。",
    ],
    ids=["two words that 和 joins", "part of a longer list", "counts of one word"],
)
def test_what_only_looks_like_a_list_spells_no_formula_out(text: str) -> None:
    """A pair joined by 和, three of four numbered items, and stars in a row are no items."""
    assert [spelled_out(formula) for formula in formulas_in(text) if formula.components] == []
