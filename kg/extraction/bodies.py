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
_MEASURE = "家|个|名|户|支|所|位|类|大|条|幢|座"
_TAIL = re.compile(
    rf"(?<![中高同平初])等(?P<of>地|单位|部门|各方|力量)?(?:{_COUNT}(?:{_MEASURE})?)?(?P<head>[^、，]{{0,12}})$"
)
_SHARED_PLACE = re.compile(
    rf"(?P<last>[\u4e00-\u9fff]{{2,8}}?)(?:等[^\d、]{{0,6}}?)?{_COUNT}(?:个|大|对)?[\u4e00-\u9fff]{{0,2}}?"
    r"(?P<place>村|镇|乡|社区|街道|嘎查)的?(?P<party>(?:党组织|(?:网格)?党支部|党总支)?)"
)
"""The last part of a list that shares its head: 丙三镇, 丙3个村党支部, 丙等核心区5个村党组织."""
_COUNTED_PARTY = re.compile(rf"(?<=[\u4e00-\u9fff]{{2}}){_COUNT}个(?:网格党支部|单位|部门|党组织|党支部)$")
_INNER = re.compile(rf"等(?:{_COUNT}(?:{_MEASURE})?)?(?:单位|部门|企业)(?=[和与及])")
_COUNT_BEFORE = re.compile(rf"(?:{_COUNT}|多)\s*(?:{_MEASURE})")
_COUNT_BEHIND = re.compile(rf"\s*{_COUNT}\s*(?:{_MEASURE})$")
_PLACE_HEADS = ("村", "镇", "乡", "社区", "街道", "嘎查")
_PARTY_HEADS = ("党组织", "党支部", "党总支", "支部")
_PUNCTUATION = re.compile("[，。；：！？]")
_ADVERB = re.compile("(?:还|也|又|则|都|先后|分别|共同|联合)$")
_COUNTED = re.compile(r"[\d的]")
_CLASS = re.compile("单位|部门|企业|合作社")
_LONGEST = 400
"""How many characters a list of bodies may have."""
_JOINT = re.compile("以及|还?[和与及同]")
_TOWN = re.compile(
    r"^[\u4e00-\u9fff]{2,6}?(?:镇|乡|街道|苏木)(?=[\u4e00-\u9fff\d]{2,}(?:村|社区|嘎查)(?:党组织|党支部|党总支|党委)?$)"
)
_TOWNS_OF = re.compile(rf"^[^\d]{{2,12}}的(?={_COUNT}(?:{_MEASURE}))")
_EPITHET = re.compile("^(?:辖区内?|周边|驻地|链上|其他|(?:链主|龙头|核心|重点)企业)(?=[\u4e00-\u9fff\\d]{4})")
_SHAPE = re.compile(r"[\u4e00-\u9fffA-Za-z\d（）()“”·‘’《》\s]{1,24}")
_VERBAL = re.compile(
    "里(?!村|镇|乡|街|社区|党|等|$)|[了着过从挑让给把被即在请靠]|同\\d|牵头|统筹(?:调度|推进)|成立|组建|建立|推行|实施|开展|带动|打破|坚持|为了|吸纳|会同|覆盖|引导|推动"
    "|依托|动员|抽调|选派|遴选|聘请|招募|吸收|力推|都是|为单位|之间|[^、]以|联合(?![社会体党])"
)
_ALL = re.compile("^(?:全|挨|逐|该|本(?!地)|各|有|每|其(?!他)|不|这|那|\\d+名)|干部$")


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
    return re.compile(
        rf"(?:{'|'.join(fillers)}|“[\dN一二三四五]”(?:就?是|即|为|指)|(?:20\d\d年)?\d+月份?(?:\d+日)?|20\d\d年|\s)+"
    )


def is_body(name: str) -> bool:
    """Return whether a wording ends as the name of a body or class of bodies does."""
    return bool(_SHAPE.fullmatch(name)) and name.endswith(_heads()) and not _VERBAL.search(name)


def find_bodies(analysis: Analysis, start: int, end: int) -> Bodies | None:
    """Return the bodies listed in ``[start, end)``, None where the stretch is no list of bodies."""
    text = analysis.text
    if end - start > _LONGEST:
        return None
    opening = _filler().match(text, start, end)
    begin = opening.end() if opening and opening.end() < end else start
    listed = text[begin:end]
    listed, head, counted = _without_tail(_INNER.sub("", listed) if "等" in listed else listed)
    if not listed or _PUNCTUATION.search(listed):
        return None
    names = [_trimmed(name) for group in _groups(listed) for name in _share_head(_share_place(group))]
    if head:
        names = [name if is_body(name) or len(name) > 4 else name + head for name in names]
    if any(len(name) > 24 or _VERBAL.search(name) or _ALL.match(name) or name.endswith("干部") for name in names):
        return None
    names = [name for name in names if name and name not in read_sections("relation_cues")["generic"]]
    known = [name for name in names if is_body(name)]
    if not (counted and all(len(name) <= 8 for name in names)):
        names = known if 2 * len(known) >= len(names) else []
    return Bodies(tuple(dict.fromkeys(names)), begin, begin + len(listed)) if names else None


def _without_tail(listed: str) -> tuple[str, str, bool]:
    """Return a list without 等13家单位, the place head that its parts share, and whether 等 counts bodies."""
    match = _TAIL.search(listed) if "等" in listed else None
    if match:
        head = next((h for h in _PLACE_HEADS if match["head"].startswith(h)), "")
        bodies = _CLASS.search(match["of"] or match["head"]) is not None
        return listed[: match.start()], head, bodies
    match = _COUNTED_PARTY.search(listed) if "个" in listed else None
    if match and "、" in listed[: match.start()]:
        return listed[: match.start()], "", False
    return listed, "", False


def _groups(listed: str) -> list[list[str]]:
    """Return the parts of a list, grouped by 和 and 与 (a shared head reaches back over 、 only)."""
    groups, at = [], 0
    for joint in _JOINT.finditer(listed):
        left, right = listed[at : joint.start()], listed[joint.end() :]
        if left and _joins(left, right) and (not joint.group().endswith("同") or is_body(left.split("、")[-1])):
            groups.append(listed[at : joint.start()].split("、"))
            at = joint.end()
    groups.append(listed[at:].split("、"))
    return [[part for part in group if part] for group in groups if any(group)]


def _joins(before: str, after: str) -> bool:
    """Whether 和 parts two bodies (县供销社和14个村) and not two halves of a name (农牧和科技局)."""
    left, right = before.split("、")[-1], _JOINT.split(after.split("、")[0])[0]
    if not left or not right:
        return False
    return is_body(left) or _COUNT_BEHIND.search(left) is not None or not is_body(right)


def _share_place(group: list[str]) -> list[str]:
    """Give the head of the last part to every part of 甲、乙、丙3个村党支部 (甲村党支部 …)."""
    shared = _SHARED_PLACE.fullmatch(group[-1]) if len(group) > 1 else None
    if shared is None:
        return group
    names = [*group[:-1], shared["last"]]
    if any(name.endswith(shared["place"]) for name in names):
        return [name + shared["party"] if name.endswith(shared["place"]) else name for name in names]
    return [name if is_body(name) else name + shared["place"] + shared["party"] for name in names]


def _share_head(group: list[str]) -> list[str]:
    """Give 党组织 and the like to every part of 甲、乙、丙党组织 (not where the last part is counted on its own)."""
    *rest, last = group
    head = next((h for h in _PARTY_HEADS if last.endswith(h)), None)
    if not rest or head is None or _COUNTED.search(last) or not 0 < len(last) - len(head) <= 6:
        return group
    if any(len(part) < 2 or part.endswith((*_PARTY_HEADS, "党委")) for part in rest):
        return group
    return [part + head for part in rest] + [last]


def _trimmed(name: str) -> str:
    """Return a name without its count, a town before its village and adverbs after it.

    The count stays before a class that names nothing without it (8个村, but 龙头企业 of 6家龙头企业).
    """
    name = _COUNT_BEHIND.sub("", name.strip())
    count = _COUNT_BEFORE.match(name)
    if count and name[count.end() :].strip() not in _heads():
        name = name[count.end() :].strip()
    name = _TOWNS_OF.sub("", name) if "的" in name else name
    name = _ADVERB.sub("", name)
    return _TOWN.sub("", _EPITHET.sub("", name))
