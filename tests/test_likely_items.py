"""Items of formulas that no reader can read: which rows are there, and which of them is likely."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_formulas import analysis_of, formulas_in

from kg.extraction import formulas
from kg.extraction.abbreviations import labels_of
from kg.extraction.item_rows import Surroundings
from kg.extraction.likely_items import RULE, likely_components, probability, weigh_up
from kg.extraction.measures import find_measures
from kg.extraction.spelling import Spelling
from kg.model import Component

LISTS = "组织部门把党员分成“三支队”，红色宣讲队走巷口，蓝色维修队进家门，绿色护河队守水岸。"


def spelling_of(text: str, inner: str) -> Spelling:
    analysis = analysis_of(text)
    return Spelling(analysis, inner, labels_of(inner), find_measures(analysis))


def rows_in(text: str, inner: str, count: int, key: str = "") -> set[tuple[str, tuple[str, ...], bool]]:
    surroundings = Surroundings(spelling_of(text, inner))
    return {(row.shape, surroundings.wordings(row, key), row.whole) for row in surroundings.rows(count, key)}


def components_of(text: str, inner: str) -> dict[str, tuple[str, ...]]:
    analysis = analysis_of(text)
    found = likely_components(analysis, inner, labels_of(inner), find_measures(analysis))
    return {part.label: part.items for part in found}


@pytest.mark.parametrize(
    ("shape", "text", "items", "whole"),
    [
        ("list", "“三管”分工：茶山、渠道、仓库各有人看。", ("茶山", "渠道", "仓库"), True),
        ("list with and", "“三管”分工，茶山、渠道和仓库。", ("茶山", "渠道", "仓库"), True),
        ("head of a list", "“三管”分工，茶山、渠道、仓库、码头。", ("茶山", "渠道", "仓库"), False),
        ("clauses", "“三管”见效。茶山有人看，渠道有人修，仓库有人守。", ("茶山有人看", "渠道有人修", "仓库有人守"), True),
        ("sections", "“三管”见效。茶山管护，四季不断；渠道管护，雨前先查；仓库管护，夜里不空。", ("茶山管护", "渠道管护", "仓库管护"), True),
        ("sentences", "“三管”见效。¶茶山管护，四季不断。渠道管护，雨前先查。仓库管护，夜里不空。", ("茶山管护", "渠道管护", "仓库管护"), True),
        ("quotations", "“三管”见效。“茶山岗”看山，“渠道岗”看水，“仓库岗”看粮。", ("茶山岗", "渠道岗", "仓库岗"), True),
    ],
)  # fmt: skip
def test_rows_are_what_stands_side_by_side(shape: str, text: str, items: tuple[str, ...], whole: bool):
    assert (shape, items, whole) in rows_in(text, "三管", 3)


def test_pieces_with_the_word_that_a_label_counts_are_rows():
    rows = rows_in("“三清单”上墙，问题清单由村里列，整改清单由镇里列，销号清单由县里列。", "三清单", 3, "清单")
    assert ("with the word", ("问题清单由村里列", "整改清单由镇里列", "销号清单由县里列"), True) in rows


@pytest.mark.parametrize("count", [0, 14])
def test_no_row_is_sought_for_none_and_for_more_items_than_people_list(count: int):
    assert rows_in(LISTS, "三支队", count) == set()


@pytest.mark.parametrize(
    ("text", "inner", "components"),
    [
        (LISTS, "三支队", {"三支队": ("红色宣讲队走巷口", "蓝色维修队进家门", "绿色护河队守水岸")}),
        (
            "县里把“三张网”织密：组织网连到楼栋，服务网连到家门，监督网连到指尖。",
            "三张网",
            {"三张网": ("组织网连到楼栋", "服务网连到家门", "监督网连到指尖")},
        ),
        ("“双报到”之后，党员到居住地认领岗位，到结对村认领难题。", "双报到", {}),
    ],
)
def test_the_likeliest_row_is_taken_and_none_where_none_is_likely(
    text: str, inner: str, components: dict[str, tuple[str, ...]]
):
    assert components_of(text, inner) == components


def test_a_formula_that_is_read_is_not_guessed_at(monkeypatch: pytest.MonkeyPatch):
    guess = (Component(label="三支队", items=("别的",)),)
    monkeypatch.setattr(formulas, "likely_components", lambda *_: guess)
    (read,) = formulas_in(LISTS)
    assert (read.rule != RULE, read.components[0].items) == (True, components_of(LISTS, "三支队")["三支队"])
    monkeypatch.setattr(formulas, "read_components", lambda *_: ((), "formula"))
    (unread,) = formulas_in(LISTS)
    assert (unread.rule, unread.components) == (RULE, guess)


def test_what_a_feature_weighs_makes_a_row_likelier():
    assert probability(["list"], {"list": 2.0}) > probability(["list"], {}) == 0.5


@given(st.text(alphabet="三管茶山渠道看护、，。；：“”（）\n和1+N", max_size=120))
def test_any_text_gives_rows_of_the_asked_length_that_stand_in_it_and_not_over_the_formula(text: str):
    text = f"{text}“三管”{text}"
    spelling = spelling_of(text, "三管")
    surroundings = Surroundings(spelling)
    for _, row, features in weigh_up(spelling, surroundings):
        items = surroundings.wordings(row, "管")
        assert len(row.items) == 3 and features
        assert not items or len(set(items)) == 3
        assert all(item in text for item in items)
        assert not any(a <= start < b for a, b in row.items for start, _ in spelling.places)


def test_no_row_is_sought_among_more_than_a_report_has():
    clauses = "，".join("甲乙丙丁戊己庚辛壬癸"[n % 10] + "村" for n in range(150))
    assert rows_in(f"“三管”见效。{clauses[:120]}", "三管", 3)
    assert rows_in(f"{clauses}。“三管”见效。{clauses}，{clauses}", "三管", 3) == set()


def test_of_many_formulas_that_no_reader_reads_only_the_first_are_guessed_at(monkeypatch: pytest.MonkeyPatch):
    guessed: list[str] = []
    monkeypatch.setattr(formulas, "likely_components", lambda _, inner, *rest: guessed.append(inner) or ())
    found = formulas_in("，".join(f"“{number}”" for number in range(100, 200)))
    assert (len(found), guessed) == (len(found), [f.text.strip("“”") for f in found[:10]])
    assert len(found) > 90
