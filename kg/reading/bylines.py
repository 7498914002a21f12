"""Datelines, bylines and credits: who wrote, photographed or sent an article.

Forms (guidelines, "Article fields"): 本报XX讯（通讯员 …） before the text, a line of its own
(■本报记者 …), a bracket or credit after it (（XX县委组织部 供稿）, ■通讯员 … 摄).  All of
them hold the same things in another frame: roles before names, credits after them
(林小满 摄), labels before a slash or colon (图/林小满).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from kg.model import Byline
from kg.reading.authors import (
    GAP,
    OFFICE,
    UNNAMED,
    Names,
    Person,
    has_surname,
    is_of_the_press,
    is_place,
    read_names,
    to_alternatives,
    to_roles,
    without_origin,
)

_MARKS = "■□◆◇▲△●○★☆*＊◎"
_AGENCIES = ("新华社", "中新社", "新华网", "人民网", "中新网", "央广网", "光明网")
_AGENCY = re.compile(rf"(?:{'|'.join(_AGENCIES)})(?![区格络])")
_NEWS = "简快短要通资喜音传问审"  # before 讯 they make a word, and no place
_PARTY = re.compile(
    r"(?:中共)?[\u4e00-\u9fff]{1,12}[县市区旗州](?:委|委员会)(?:[\u4e00-\u9fff]{0,8}(?:部|办公室|办|工委))"
)
_BODY_OF_PARTY = re.compile(
    r"(?:中共)?[\u4e00-\u9fff]{1,14}(?:[镇乡村局院校]|街道|社区|公司|开发区|集团)(?:党委|党工委|党组|党总支|党支部|委员会)"
)
_SPACED = re.compile(r"[\u4e00-\u9fff]{1,24}(?:[\s\u3000]+[\u4e00-\u9fff]{1,3}){1,8}")
_OUTLET = r"[\u4e00-\u9fffA-Za-z·]{1,10}?(?:网|在线|频道|[日晚早]报|新闻|客户端|电视台|融媒体?(?:中心)?)"
_TELLING = (
    r"(?![据看听有多各在]|媒体|互联|群众|村民|干部|网[格络友民])[\u4e00-\u9fff·]{2,10}"
    r"(?:(?<![上联张])网|在线|频道|[日晚早]报|电视台)(?:[\u4e00-\u9fff]{2,4}频道)?(?:报道|消息)[：:]"
)
"""An outlet before its report, without names (青禾在线报道：)."""
_TEAM = re.compile(r"本[报刊网台][\u4e00-\u9fff]{2,8}组[\s\u3000]+(?=\S)")
_ARCHIVE = re.compile(r"(?<=[\u4e00-\u9fff])[\s\u3000]*[（(][^（）()]{0,8}(?:资料|照片|图片)[^（）()]{0,4}[）)]$")
_AFFILIATION = re.compile(
    r"(?<=[\u4e00-\u9fff])[，,][\s\u3000]*[\u4e00-\u9fff]{4,24}(?:校|院|部|局|委|办|所|中心|大学|学会|公司)$"
)
_WIDE_SPACE = re.compile(r"\u3000+|[ \t]{2,}")
_BEFORE_TEXT = re.compile(r"(?<=\S)[ \t](?=\S{7}|\S{0,6}[，。？！；：“‘、])")
"""A single space before a word as no name is: so long, or with a mark in it."""
_STAMP = re.compile(
    r"(?:(?:发布|更新|发表)?(?:时间|日期)[:：]\s*)?(?:19|20)\d\d[-./年]\d{1,2}[-./月]\d{1,2}日?"
    r"(?:\s*\d{1,2}[:：]\d\d(?:[:：]\d\d)?)?"
    r"|(?:来源|稿源|编辑|责任编辑|责编|编审|排版|制作|校对|审核|审签|初审|复审|终审|监制|浏览次数|浏览量?|阅读量?|点击量?)[:：]\s*\S+"
)
"""What a web page prints on the line of the author: when, whence, and who edited."""
_AUTHOR = re.compile("(?:作者|撰稿|撰文|文字|供稿|通讯员|记者)人?[:：]")
_OF_PAPER = re.compile("《[^《》]{2,14}》(?=(?:首席|见习|特约)?(?:记者|通讯员))")
_NO_NAME = re.compile("[的了是在这那][^的]*$|[日月年]$")
_LONGEST_NAME = 4  # characters of a name without a dot
_TAIL = 80
_PARTING = frozenset("、，,；;")
_TAIL_START = re.compile(rf"(?<=[。！？”）\s\u3000])[^\s\u3000]|[{_MARKS}]")


@dataclass(frozen=True, slots=True)
class Attribution:
    """A dateline, byline or credit: its stretch in the text it was read from, its place and names.

    ``photo`` says that it credits a picture, ``marked`` that it opens with a mark or a role.
    """

    start: int
    end: int
    place: str | None
    bylines: tuple[Byline, ...]
    photo: bool = False
    marked: bool = False


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    roles, credits = to_roles(), to_alternatives("credits.txt")
    return {
        "cue": re.compile(rf"{roles}|{credits}|[文图摄]"),
        "dateline": re.compile(
            rf"[{_MARKS}]?[\s\u3000]*[【\[]?(?P<dateline>(?:本报|本网|本刊|本台|{'|'.join(_AGENCIES)})?"
            r"(?:[\u4e00-\u9fff]{2,6}[·•－-]|[\u4e00-\u9fff]{2,8}[/／、|｜])?(?P<place>(?:(?!本报|讯|电)[\u4e00-\u9fff]){0,8})"
            r"(?:[\s\u3000]*\d{1,2}\s*月\s*\d{1,2}\s*日)?[\s\u3000]*(?:讯(?!员)|电|消息))[】\]]?"
            rf"[\s\u3000]*(?:[（(【](?P<names>[^（）()【】]{{2,80}})[）)】]"
            rf"|(?:(?<=[\s\u3000])|(?={roles}))(?P<plain>[^。，：:（）]{{2,40}}?)报道[：:，,]?"
            r"|(?<=】)|(?=[\s\u3000“])|(?P<bare>(?<=讯)(?=[\u4e00-\u9fff])))[\s\u3000]*"
        ),
        "report": re.compile(
            rf"[{_MARKS}]?[\s\u3000]*(?:(?:{_OUTLET})?(?P<plain>{roles}[^。，：:（）]{{2,40}}?)报道[：:\s\u3000]"
            rf"|(?:【{_OUTLET}】[\s\u3000]*)?[（(][{_MARKS}]?[\s\u3000]*(?P<names>[^（）()。，：]{{2,60}})[）)](?=\S)"
            rf"|(?P<outlet>{_TELLING}))[\s\u3000]*"
        ),
        "bracket": re.compile(
            r"[\s\u3000]*(?:(?:新华社|中新社)发[\s\u3000]*)?[（(【](?P<names>[^（）()【】。]*)[）)】][\s\u3000]*$"
        ),
        # a name of two characters with a space between them, behind which the text begins: 通讯员 雷 婷船一出港
        "spaced": re.compile(
            rf"(?<=[\s\u3000])[\u4e00-\u9fff][ \u3000](?!{roles})[\u4e00-\u9fff](?=[\u4e00-\u9fff]{{2}})"
        ),
        # a name that the day of the report follows at once: 通讯员 林小满8月17日
        "dated": re.compile(r"(?<=[\u4e00-\u9fff]{2})(?=\d{1,2}月|近[日年]|日前|连日|[今去]年)"),
        "note": re.compile(
            r"(?:本文|原文|文章|内容|稿件|图片|文字)*[均皆]?(?:摘|转|选|转载|摘编|改编)自.{2,40}|原载于?.{2,40}"
        ),
        "post": re.compile(
            rf"{GAP}*(?:(?<!供稿)(?:作者)?单位[:：]|(?:作者)?均?系|(?<=作者)均?为|(?:作者)?现任)[\u4e00-\u9fff].{{3,40}}"
        ),
        "opens": re.compile(rf"(?:{_OUTLET})?{roles}|{credits}[/／：:]"),
    }


def find_dateline(text: str) -> Attribution | None:
    """Return the dateline that ``text`` opens with (本报XX讯（记者 …）), or None."""
    match = _patterns()["dateline"].match(text)
    if match is None or match["bare"] is not None and not _needs_no_space(match):
        return _find_report(text)
    inside = match["names"] or match["plain"]
    if inside is None:
        if not _names_paper_or_place(match):
            return None
        end, people = _find_listed(text, match.end())
        return Attribution(match.start(), end, match["place"] or None, people)
    names = read_names(inside) if match["names"] else _without_place(read_names(inside))
    if names is None or not (names.cue or all(map(has_surname, names.people))):
        return None
    return Attribution(match.start(), match.end(), match["place"] or None, _bylines(names))


def _needs_no_space(match: re.Match[str]) -> bool:
    """Whether the text may follow a dateline at once: 本报讯, 本报青禾讯, but neither 青禾讯 nor 本报通讯组."""
    whole = not match["place"] or len(match["place"]) > 1 and match["place"][-1] not in _NEWS
    return match["dateline"].startswith("本") and whole


def _names_paper_or_place(match: re.Match[str]) -> bool:
    """Whether what opens as a dateline without names does is one: 本报讯, 新华社电, 青禾讯, and no 简讯."""
    place = len(match["place"]) > 1 and match["place"][-1] not in _NEWS and match["dateline"].endswith("讯")
    return place or match["dateline"].startswith("本") or _AGENCY.match(match["dateline"]) is not None


def _find_report(text: str) -> Attribution | None:
    """Return the reporters that ``text`` opens with, in brackets or before 报道 and without a place, or None."""
    match = _patterns()["report"].match(text)
    if match is None:
        return _find_signed(text)
    if match["outlet"]:
        return Attribution(match.start(), match.end(), None, ())
    names = _without_place(read_names(match["plain"])) if match["plain"] else read_names(match["names"])
    if names is None or not (match["plain"] or all(map(is_of_the_press, names.people)) or _are_authors(names)):
        return None
    return Attribution(match.start(), match.end(), None, _bylines(names))


def _are_authors(names: Names) -> bool:
    """Whether nothing but names stands in brackets before a text ((李铁 文小豆)望城区 …), and no (党委)."""
    return len(names.people) > 1 and _are_bare_names(names, marked=False)


def _find_signed(text: str) -> Attribution | None:
    """Return the reporters whom white space parts from the text that they open (本报记者 林小满　近日，…), or None."""
    end, people = _find_listed(text, len(text) - len(text.lstrip(_MARKS + " \u3000")))
    if not people or not without_origin(text[:end]).endswith((people[-1].name[-1], "文/图", "文／图")):
        return None
    if not text[end:].strip():
        return None
    return Attribution(0, end, None, people, marked=True)


def _find_listed(text: str, start: int) -> tuple[int, tuple[Byline, ...]]:
    """Return where the text begins behind names that white space parts from it, and these (本报讯 记者 林小满　近日).

    A wide space parts them where one of the names has a usual surname, a narrow one where all have; behind a name whose
    characters a space parts there may be none.
    """
    if not _patterns()["opens"].match(text, start):
        return start, ()
    for space, likely in (
        (_WIDE_SPACE, any),
        (_BEFORE_TEXT, all),
        (_patterns()["spaced"], all),
        (_patterns()["dated"], all),
    ):
        for end in reversed([match.end() for match in space.finditer(text, start, start + _TAIL)]):
            names = read_names(text[start:end])
            if names is not None and likely(map(has_surname, names.people)) and not _patterns()["cue"].match(text, end):
                return end, _bylines(names)
    return start, ()


def _without_place(names: Names | None) -> Names | None:
    """Return the names without the place that is printed behind them, before 报道 (记者 林小满 乐安报道)."""
    if names is not None and len(names.people) > 1:
        *others, last = names.people
        if last.role == others[-1].role and not has_surname(last) and all(map(has_surname, others)):
            names.people.pop()
    return names


def find_byline(text: str) -> Attribution | None:
    """Return the byline or credit that makes up the whole of ``text``, or None."""
    whole = _OF_PAPER.sub("", _TEAM.sub("", _ARCHIVE.sub("", text.strip()).rstrip()))
    if _AUTHOR.search(whole):
        whole = _STAMP.sub("", whole).strip()
    marked = whole[:1] in tuple(_MARKS)
    bare = re.sub(rf"(?<=\s)[{_MARKS}]", "", whole.lstrip(_MARKS + " \u3000"))
    if _PARTY.fullmatch(bare) or _BODY_OF_PARTY.fullmatch(bare):
        return Attribution(0, len(text), None, (Byline(name=bare, role=""),), marked=marked)
    if dated := find_dated(whole):
        return replace(dated, end=len(text))
    told = marked or _patterns()["cue"].search(whole) or _SPACED.fullmatch(whole)
    names = read_names(bare) if told else None
    if names is not None and not names.cue and _are_bare_names(names, marked):
        return Attribution(0, len(text), None, _bylines(names), marked=True)
    if names is None or not names.cue:
        if _patterns()["note"].fullmatch(whole) and whole.startswith(("本文", "原文")):
            return Attribution(0, len(text), None, (), marked=True)
        credit = find_credit(whole)
        return credit if credit is not None and credit.start == 0 else None
    first = names.people[0]
    if not first.spaced and len(first.name) <= 4 and not has_surname(first) and (first.role or first.credit == "报道"):
        return None  # 记者手记, 通讯员队伍, ★记者走基层, 专题报道
    if _runs_into_text(names):
        return None
    return _attribution(whole, names, 0, len(text))


def find_dated(line: str) -> Attribution | None:
    """Return the byline that a line is with a dateline before its names (本报青禾讯　通讯员 赵青), or None."""
    match = _patterns()["dateline"].match(line)
    if match is None or match["names"] or match["plain"] or not _names_paper_or_place(match):
        return None
    rest = line[match.end() :]
    names = read_names(rest)
    likely = any if names and names.cue and _PARTING.isdisjoint(rest) else all
    if names is None or not likely(map(has_surname, names.people)) or _runs_into_text(names):
        return None
    return Attribution(0, len(line), match["place"] or None, _bylines(names), marked=True)


def _runs_into_text(names: Names) -> bool:
    """Whether the last of what was read as names are words of the text that they open (记者 林小满　一副好牌，打法有)."""
    strange = [person for person in names.people if not (has_surname(person) or OFFICE.fullmatch(person.name))]
    last = names.people[-1]
    if last.credit or len(names.people) < 2:
        return False
    return "的" in last.name or is_place(last.name) or 2 * len(strange) >= len(names.people) > 3


def names_only(text: str) -> bool:
    """Tell whether a line is a byline of nothing but people with their roles."""
    byline = find_byline(text)
    return byline is not None and all(map(_may_be_name, (who.name for who in byline.bylines)))


def _may_be_name(name: str) -> bool:
    short = len(name) <= _LONGEST_NAME or "·" in name or OFFICE.fullmatch(name) is not None
    return short and not _NO_NAME.search(name)


def find_author(text: str) -> Attribution | None:
    """Return the byline that a bare name is which stands between a headline and its text, or None."""
    name = "".join(text.split())
    if not 2 <= len(name) <= 3 or len(text) > 5 or not has_surname(Person(name, "", "", False)):
        return None
    return Attribution(0, len(text), None, (Byline(name=name, role=""),))


def find_credit(text: str) -> Attribution | None:
    """Return the credit that ``text`` ends with: a bracket with names, or names before 摄, or None."""
    match = _patterns()["bracket"].search(text, max(0, len(text) - _TAIL))
    if match is not None:
        inside = _without_post(match["names"].strip())
        if not inside or _patterns()["note"].fullmatch(inside):
            return Attribution(match.start(), match.end(), None, (), marked=True) if match["names"].strip() else None
        names = read_names(inside)
        free = not text[: match.start()].strip() or text[: match.start()].rstrip()[-1] in "。！？…”"
        if free and OFFICE.fullmatch(inside):
            return Attribution(match.start(), match.end(), None, (Byline(name=inside, role=""),), marked=True)
        columns = text.rstrip().endswith("】")  # 【边走边看】: names only where a role says so
        if names is None:
            return None
        likely = any if match.start() == 0 and len(names.people) > 1 else all  # of several, one may have a rare surname
        if names.cue or (free and not columns and likely(map(has_surname, names.people))):
            return _attribution(text, names, match.start(), match.end())
        return None
    if not _patterns()["cue"].search(text, max(0, len(text) - _TAIL)):
        return None
    for start in _tail_starts(text):
        tail = text[start:].strip()
        names = read_names(tail.lstrip(_MARKS + " \u3000"))
        parted = start and text[start - 1] in " \u3000" or not _PARTING.isdisjoint(tail)
        if names and names.cue and (not parted or _stands_alone(tail, names) or _follows_end(text, start, names)):
            return _attribution(text, names, start, len(text))
    return None


def _without_post(inside: str) -> str:
    """Return the inside of a bracket without the post of its author (作者系XX县委组织部部长)."""
    if inside.startswith("作者"):
        inside = _AFFILIATION.sub("", inside)
    match = _patterns()["post"].search(inside)
    if match is None or match.end() < len(inside):
        return inside
    return inside[: match.start()].removesuffix("作者")


def _are_bare_names(names: Names, marked: bool) -> bool:
    """Whether words without a role or credit are names: several, one of three characters, or some behind an office."""
    if not all(len(person.name) <= 3 and has_surname(person) for person in names.people):
        return False
    if len(names.people) > 2 and len({person.name[0] for person in names.people}) == 1:
        return False  # 边民富 边关美 边境稳
    several = len(names.people) > 1 and (marked or any(len(person.name) == 3 for person in names.people))
    return several or all(person.role for person in names.people)


def _tail_starts(text: str) -> Iterator[int]:
    """Yield where a credit without brackets may begin: after a sentence, after white space, at a mark."""
    first = max(0, len(text) - _TAIL)
    if first == 0:
        yield 0
    for match in _TAIL_START.finditer(text[first:]):
        if first + match.start():
            yield first + match.start()


def _stands_alone(tail: str, names: Names) -> bool:
    return tail[0] in _MARKS or bool(names.people[0].role) or has_surname(names.people[0])


def _follows_end(text: str, start: int, names: Names) -> bool:
    """Whether a photographer without a usual surname is all that stands behind the last sentence (红旗招展。　卓玛 摄)."""
    (person, *others) = names.people
    return not others and person.photo and _may_be_name(person.name) and text[:start].rstrip()[-1:] in tuple("。！？")


def _attribution(text: str, names: Names, start: int, end: int) -> Attribution:
    opening = text[start:].lstrip()
    role = names.people[0].role
    told = _patterns()["opens"].match(opening) is not None or bool(role) and opening.startswith(role)
    marked = opening[0] in _MARKS + "（(【" or told
    photo = all(person.photo or person.credit == "文" for person in names.people)
    photo = photo and any(person.photo for person in names.people)
    return Attribution(start, end, None, _bylines(names), photo=photo, marked=marked)


def _bylines(names: Names) -> tuple[Byline, ...]:
    return tuple(
        Byline(name=person.name, role=" ".join(filter(None, (person.role, person.credit))))
        for person in names.people
        if person.name not in UNNAMED
    )
