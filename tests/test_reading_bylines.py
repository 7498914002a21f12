"""Datelines, bylines and credits in the forms that papers print, read from a page."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.model import Byline
from kg.reading.bylines import find_byline, find_credit, find_dateline
from kg.reading.segmentation import find_articles

TABLE = Path(__file__).parent / "tables" / "reading_bylines.tsv"
ROWS = [row.split("\t") for row in TABLE.read_text(encoding="utf-8").splitlines() if row and not row.startswith("#")]
COUNT = 215
HEADLINE = "青禾：支部建进养殖场"
BODY = "青禾县把党支部建到养殖场，农户共用一座冷库。联盟成员谁家缺人手，吆喝一声当天就能调齐。"
PAGES = {
    "dateline": f"{HEADLINE}\n\n{{}}{BODY}\n",
    "line": f"{HEADLINE}\n\n{{}}\n\n{BODY}\n",
    "end": f"{HEADLINE}\n\n{BODY}{{}}\n",
    "below": f"{HEADLINE}\n\n{BODY}\n{{}}\n",
    "caption": f"{BODY}\n{{}}\n",
}


def test_no_row_is_lost():
    assert len(ROWS) == len({tuple(row) for row in ROWS}) == COUNT
    assert {place for place, *_ in ROWS} == set(PAGES)


@pytest.mark.parametrize("place, printed, expected", ROWS, ids=lambda value: value)
def test_names_and_roles_are_read_and_leave_the_text(place: str, printed: str, expected: str):
    """The byline names who is printed, and headline, text and kind are what they are without it."""
    (article,), _ = find_articles(PAGES[place].format(printed), file="p.txt", sha256="")
    assert article.bylines == _bylines(expected)
    assert article.text == BODY
    assert article.headline == (None if place == "caption" else HEADLINE)
    assert article.kind == ("caption" if place == "caption" else "report")


@pytest.mark.parametrize("between", ["", "\n"], ids=["on the next line", "below a blank line"])
def test_reporters_between_headline_and_dateline_belong_to_the_article_below(between: str):
    """记者 … stands on a line of its own, and 本报讯 opens the text below it without a name."""
    one = f"{HEADLINE}\n\n记者 林小满 通讯员 赵青\n{between}　　本报讯 {BODY}\n"
    two = one.replace("青禾", "白河").replace("林小满", "周大川")
    found, _ = find_articles(f"{one}\n{two}", file="p.txt", sha256="")
    assert [[byline.name for byline in article.bylines] for article in found] == [
        ["林小满", "赵青"],
        ["周大川", "赵青"],
    ]


def test_a_credit_below_the_text_stays_with_it_though_a_dateline_follows():
    """What is printed below a text before the next headline is the text's, not the next article's."""
    page = f"{HEADLINE}\n\n　　本报讯 {BODY}\n（林小满 赵青）\n\n白河：产业链上建支部\n\n　　本报讯 {BODY}\n"
    found, _ = find_articles(page, file="p.txt", sha256="")
    assert [[byline.name for byline in article.bylines] for article in found] == [["林小满", "赵青"], []]


def _bylines(expected: str) -> tuple[Byline, ...]:
    """Read ``name=role name=role``; a role may hold a blank."""
    found: list[list[str]] = []
    for word in expected.split():
        if "=" in word:
            found.append(word.split("="))
        else:
            found[-1][1] += f" {word}"
    return tuple(Byline(name=name, role=role) for name, role in found)


@pytest.mark.parametrize(
    "line",
    [
        "记者手记", "专题报道", "采访手记", "金秋 丰收", "青禾县的组织部门 群众的贴心人", "记者走基层", "★记者走基层",
        "通讯员队伍建设", "图为党员在冷库前", "摄影大赛开幕", "报道会", "■基层党建", "文化下乡",
    ],
)  # fmt: skip
def test_a_heading_is_no_byline(line: str):
    assert find_byline(line) is None


@pytest.mark.parametrize(
    "text",
    [
        "快讯：青禾",
        "时政要讯　青禾",
        "（高速公路）青禾",
        "（组织部部长 林小满）青禾",
        "好消息传来。",
        "本报告厅（共三层）",
        "青禾讯息（一）",
        "电（本）",
        "记者在青禾看到，",
        "新华社区充电“小桩”解决大事",
        "人民网格来电“一键应”",
        "据新闻报道：青禾县把支部建到养殖场，",
        "据青禾日报报道：",
        "互联网报道：",
        "村民手机客户端消息：“",
    ],
)
def test_other_openings_are_no_dateline(text: str):
    assert find_dateline(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "他说：“好。”",
        "冷库装满了（如图）",
        "党员超过八成（含预备党员）。",
        "会议开到很晚。（完）",
        "大家拍手叫好。",
        "他会修灯、通渠、摄影",
    ],
)
def test_other_endings_are_no_credit(text: str):
    assert find_credit(text) is None


@pytest.mark.parametrize("text", ["本报通讯组近日走进青禾县。", "本报资讯不断更新。", "简讯青禾县开会。"])
def test_words_that_end_in_news_are_no_dateline(text: str):
    assert find_dateline(text) is None


@pytest.mark.parametrize("opening", ["8月17日，", "近日，", "今年以来，"])
def test_the_day_of_a_report_parts_it_from_the_name_that_it_follows_at_once(opening: str):
    dateline = find_dateline(f"本报青禾讯　记者 林小满{opening}{BODY}")
    assert dateline is not None
    assert (dateline.end, [byline.name for byline in dateline.bylines]) == (len("本报青禾讯　记者 林小满"), ["林小满"])


def test_a_credit_may_be_torn_within_the_photographers_name():
    """The second character of a name and 摄 alone on a line are no name of a section (要 闻)."""
    page = f"{BODY}　记者 林小\n满 摄\n"
    (article,), _ = find_articles(page, file="p.txt", sha256="")
    assert (article.text, article.kind) == (BODY, "caption")
    assert article.bylines == (Byline(name="林小满", role="记者 摄"),)
