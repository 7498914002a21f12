"""Datelines, bylines and credits: who wrote, photographed or sent an article.

Forms (guidelines, "Article fields"): 本报XX讯（通讯员 …） before the text, a line of its own
(■本报记者 …), a bracket or credit after it (（XX县委组织部 供稿）, ■通讯员 … 摄).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kg.model import Byline

_NOT_NAMES = frozenset(("文", "图", "摄", "发", "报道", "图片", "文字"))
_MARK = r"[■□◆◇▲●○★☆*＊]?[\s\u3000]*"


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


def read_words(name: str) -> tuple[str, ...]:
    """Return the entries of a lexicon file, comments aside, longest first."""
    lines = files("kg.reading").joinpath("lexicon", name).read_text(encoding="utf-8").splitlines()
    words = {line.strip() for line in lines if line.strip() and not line.startswith("#")}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def _any(words: tuple[str, ...]) -> str:
    return "(?:" + "|".join(map(re.escape, words)) + ")"


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    roles, credits = _any(read_words("roles.txt")), _any(read_words("credits.txt"))
    name = r"[\u4e00-\u9fff·•A-Za-z]"
    names = rf"{name}+(?:[\s\u3000、，,/／]+{name}+)*?"
    people = rf"{roles}[/／]?[\s\u3000]*{names}(?:[\s\u3000、，,]*{roles}[/／]?[\s\u3000]*{names})*"
    return {
        "dateline": re.compile(
            rf"{_MARK}(?P<dateline>(?:本报|本网|本刊|新华社|人民网)?(?P<place>(?:(?!本报|讯|电)[\u4e00-\u9fff]){{0,8}})"
            rf"(?:[\s\u3000]*\d{{1,2}}月\d{{1,2}}日)?(?:讯|电))[\s\u3000]*"
            rf"(?:[（(](?P<names>[^（）()]{{2,80}})[）)]|(?P<plain>{people})报道[：:，,]?|(?=[\s\u3000]))[\s\u3000]*"
        ),
        "report": re.compile(rf"{_MARK}(?P<plain>{people})报道[：:][\s\u3000]*"),
        "line": re.compile(
            rf"(?:{_MARK}|[（(]\s*)(?:(?:文|图|文图|图文)[/／：:]\s*)?(?P<names>{roles}[\s\u3000]*{names}(?:[\s\u3000]*{roles}[\s\u3000]*{names})*)"
            rf"(?:[\s\u3000]+(?P<credit>{credits}))?[\s\u3000]*[）)]?"
        ),
        "bracket": re.compile(
            rf"[\s\u3000]*[（(【](?P<names>[^（）()【】。，；：]{{2,60}}?)[\s\u3000]*(?P<credit>{credits})?[）)】][\s\u3000]*$"
        ),
        "credit": re.compile(
            rf"(?:^|[\s\u3000。！？”）■□◆▲])(?P<all>{_MARK}(?P<names>(?:{roles}[\s\u3000]*)?{names}(?:[\s\u3000]*{roles}[\s\u3000]*{names})*)"
            rf"[\s\u3000]*[/／]?(?P<credit>{credits}))[\s\u3000]*$"
        ),
        "first": re.compile(
            rf"(?:^|[\s\u3000。！？”）■□◆▲])(?P<all>{_MARK}[（(]?(?P<credit>{credits})[\s\u3000]*[：:/／]?[\s\u3000]*"
            rf"(?P<names>(?:{roles}[\s\u3000]*)?{names})[）)]?)[\s\u3000]*$"
        ),
        "parts": re.compile(
            rf"(?:^|[\s\u3000。！？”）■□◆▲])(?P<all>{_MARK}[（(]?(?P<names>(?:(?P<credit>图|文|图片|文字|摄影|撰文|图文)[\s\u3000]*[/／：:]"
            rf"[\s\u3000]*(?:{roles}[\s\u3000]*)?{names}[\s\u3000]*)+)[）)]?)[\s\u3000]*$"
        ),
        "role": re.compile(roles),
        "marked": re.compile(rf"[\s\u3000]*(?:(?:文|图|文图|图文)[/／：:]|[■□◆◇▲●○★☆*＊（(]|{roles})"),
    }


def find_dateline(text: str) -> Attribution | None:
    """Return the dateline that ``text`` opens with (本报XX讯（记者 …）), or None."""
    match = _patterns()["dateline"].match(text)
    if match is None:
        match = _patterns()["report"].match(text)
        return Attribution(match.start(), match.end(), None, parse_names(match["plain"])) if match else None
    if not (match["names"] or match["plain"] or match["dateline"].startswith("本")):
        return None
    if match["names"] and not _patterns()["role"].search(match["names"]):
        return None
    bylines = parse_names(match["names"] or match["plain"] or "")
    return Attribution(match.start(), match.end(), match["place"] or None, bylines)


def find_byline(text: str) -> Attribution | None:
    """Return the byline or credit that makes up the whole of ``text``, or None."""
    whole = text.strip()
    forms = (_patterns()[form].fullmatch(whole) for form in ("credit", "first", "parts", "line"))
    match = next(filter(None, forms), None)
    if match is None:
        credit = find_credit(whole)
        return credit if credit is not None and credit.start == 0 else None
    return _attribution(match, 0, len(text))


def find_credit(text: str) -> Attribution | None:
    """Return the credit that ``text`` ends with: a bracket with names, or names before 摄, or None."""
    match = _patterns()["bracket"].search(text)
    if match is not None and (match["credit"] or _patterns()["role"].search(match["names"])):
        return _attribution(match, match.start(), match.end())
    tail = max(0, len(text) - 60)
    match = _patterns()["credit"].search(text, tail) or _patterns()["first"].search(text, tail)
    match = match or _patterns()["parts"].search(text, tail)
    if match is None:
        return None
    return _attribution(match, match.start("all"), match.end())


def _attribution(match: re.Match[str], start: int, end: int) -> Attribution:
    credit = match["credit"] or ""
    bylines = parse_names(match["names"], credit)
    marked = _patterns()["marked"].match(match.string, start) is not None
    return Attribution(start, end, None, bylines, photo="摄" in credit or "图" in credit, marked=marked)


def parse_names(text: str, credit: str = "") -> tuple[Byline, ...]:
    """Return the people named in ``text`` with their printed roles.

    ``text`` is the inside of a byline: roles and names parted by white space, the two
    characters of a short name sometimes spaced (高 帆).  ``credit`` (摄, 供稿 …) is
    appended to the role, or is the role where none is printed.
    """
    found: list[Byline] = []
    role = ""
    pieces = re.split(f"({_patterns()['role'].pattern})", text)
    for number, piece in enumerate(pieces):
        if number % 2:
            role = piece.removeprefix("本报")
            continue
        for name in _join_single(re.split(r"[\s\u3000、，,；;/／：:]+", piece.strip())):
            if name not in _NOT_NAMES:
                found.append(Byline(name=name, role=" ".join(filter(None, (role, credit)))))
    return tuple(found)


def _join_single(tokens: list[str]) -> list[str]:
    """Join two neighbouring single characters to the name that spacing tore apart."""
    names: list[str] = []
    for token in filter(None, tokens):
        if len(token) == 1 and names and len(names[-1]) == 1:
            names[-1] += token
        else:
            names.append(token)
    return names
