"""Bodies in running text: the one that ends or begins at a word, and lists of them.

A body is an organisation, a place that acts, or a class of them (县直部门, 16家茶企).  Its
name is the text as printed; a head that a list shares is given to each part (guideline
rule 3).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from kg.extraction.analysis import Analysis
from kg.extraction.lexicon import read_sections

_HAN_NUMBER = "一二三四五六七八九十两几数百"
_COUNT = rf"(?:[\d０-９,]+|[{_HAN_NUMBER}]+)(?:余|多)?"
_MEASURE = "家|个|名|户|支|所|位|类|大|条"
_ET_CETERA = re.compile(rf"等(?:地|单位|部门|各方|力量)?(?:{_COUNT}(?:{_MEASURE})?)?(?P<head>[^、，]{{0,12}})$")
_COUNT_BEHIND = re.compile(rf"\s*{_COUNT}\s*(?:{_MEASURE})$")
_PLACE_HEADS = ("村", "镇", "乡", "社区", "街道", "嘎查")
_JOINTS = ("和", "与", "及", "以及", "同")
_PARTY_HEADS = ("党组织", "党支部", "党总支", "党委", "支部")
_TOWN = re.compile(r"^[\u4e00-\u9fff]{2,6}?(?:镇|乡|街道|苏木)(?=[\u4e00-\u9fff]{2,}(?:村|社区|嘎查)$)")
_SHAPE = re.compile(r"[\u4e00-\u9fffA-Za-z\d（）()“”·‘’《》\s]{1,24}")
_VERBAL = re.compile(r"[了着过]|牵头|成立|组建|建立|推行|实施|开展|带动|打破|发展|坚持|为了|吸纳|联合|覆盖")


@dataclass(frozen=True, slots=True)
class Bodies:
    """The bodies named in the stretch ``[start, end)`` of the text."""

    names: tuple[str, ...]
    start: int
    end: int


@cache
def _heads() -> tuple[str, ...]:
    return tuple(sorted(read_sections("relation_cues")["bodies"]))


@cache
def _filler() -> re.Pattern[str]:
    fillers = sorted(read_sections("relation_cues")["filler"], key=lambda word: (-len(word), word))
    return re.compile(rf"(?:{'|'.join(fillers)}|(?:20\d\d年)?\d+月份?(?:\d+日)?|20\d\d年|\s)+")


def is_body(name: str) -> bool:
    """Return whether a wording ends as the name of a body or class of bodies does."""
    return bool(_SHAPE.fullmatch(name)) and name.endswith(_heads()) and not _VERBAL.search(name)


def find_bodies(analysis: Analysis, start: int, end: int) -> Bodies | None:
    """Return the bodies listed in ``[start, end)``, None where the stretch is no list of bodies."""
    text = analysis.text
    opening = _filler().match(text, start, end)
    begin = opening.end() if opening and opening.end() < end else start
    listed, head = _without_tail(text[begin:end])
    if not listed or re.search("[，。；：！？]", listed):
        return None
    names = []
    groups = _groups(analysis, begin, begin + len(listed))
    for group in groups:
        names.extend(_share_head(group))
    if head and all(len(name) <= 4 for name in names) and not any(name.endswith(_PLACE_HEADS) for name in names):
        names = [name + head for name in names]
    names = [name for name in map(_trimmed, names) if name]
    known = [name for name in names if is_body(name)]
    if not names or any(len(name) > 24 or _VERBAL.search(name) for name in names):
        return None
    if len(known) * 2 < len(names) or not (known or head):
        return None
    return Bodies(tuple(dict.fromkeys(names)), begin, begin + len(listed))


def _without_tail(listed: str) -> tuple[str, str]:
    """Return a list without 等13家单位 or 三镇, and the place head that its parts share (村, 镇 …) or ""."""
    match = _ET_CETERA.search(listed)
    if match:
        head = next((h for h in _PLACE_HEADS if match["head"].startswith(h)), "")
        return listed[: match.start()], head
    match = re.search(rf"(?:{_COUNT})(?:个|大|对)?(村|镇|乡|社区|街道|嘎查)(?:的)?(?:党组织|党支部|网格党支部)?$", listed)
    if match and "、" in listed[: match.start()] and not listed[: match.start()].endswith(("、", "和", "与")):
        short = listed[: match.start()]
        if not re.search("[和与]", short):
            return short, match[1]
    match = re.search(rf"(?<=[\u4e00-\u9fff]{{2}}){_COUNT}个(?:网格党支部|单位|部门|党组织|党支部)$", listed)
    if match and "、" in listed[: match.start()]:
        return listed[: match.start()], ""
    return listed, ""


def _groups(analysis: Analysis, start: int, end: int) -> list[list[str]]:
    """Return the parts of a list, grouped by 和 and 与 (a shared head reaches back over 、 only)."""
    text = analysis.text
    index = analysis.word_index(start)
    joints = [w for w in analysis.words[index : analysis.word_index(end - 1) + 1] if w.text in _JOINTS]
    cuts = [(w.start, w.end) for w in joints if start < w.start and w.end < end and _joins(text[start:end], w.start - start)]
    groups, at = [], start
    for begin, after in [*cuts, (end, end)]:
        groups.append([part for part in text[at:begin].split("、") if part])
        at = after
    return [group for group in groups if group]


def _joins(listed: str, at: int) -> bool:
    """Whether 和 at ``at`` parts two bodies (not 农牧和科技局)."""
    left, right = re.split("、", listed[:at])[-1], re.split("、", listed[at + 1 :])[0]
    return is_body(left) or _COUNT_BEHIND.search(left) is not None or not is_body(right)


def _share_head(group: list[str]) -> list[str]:
    """Give 党组织 and the like to every part of 甲、乙、丙党组织 (not where the last part is counted on its own)."""
    *rest, last = group
    head = next((h for h in _PARTY_HEADS if last.endswith(h)), None)
    if not rest or head is None or re.search(r"[\d的]", last) or len(last) == len(head):
        return group
    if any(len(part) < 2 or part.endswith(_PARTY_HEADS) for part in rest):
        return group
    return [part + head for part in rest] + [last]


def _trimmed(name: str) -> str:
    name = _COUNT_BEHIND.sub("", name.strip())
    name = re.sub("(?:还|也|又|则|都|先后|分别|共同|联合)$", "", name)
    name = re.sub(r"^(?:辖区内?|周边|链上|其他)(?=[\u4e00-\u9fff\d])", "", name)
    return _TOWN.sub("", name)
