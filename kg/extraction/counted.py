"""What a figure counts (guidelines, "Figures": the shortest wording, the verb kept only where the act is counted).

The noun after the unit (142个帮扶村) or, where none follows, the words before the number
(群众诉求3100余条, 问题解决984个).  Words are cut anew on either side of the number, so
that none of them reaches over it.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import accumulate

from kg.extraction.analysis import Analysis, Word, find_words
from kg.extraction.lexicon import read_sections

_LONGEST_AFTER = 22
_LONGEST_BEFORE = 44
_STRETCH = re.compile(r"[\s的]*([^，。；：！？\n]*)")
_DIGIT = re.compile(r"\d")
_PREVIOUS = re.compile(r".*\d\s*(?:多|余)?[万亿千百]?\s*(?:多|余)?\s*(?:平方米|公里|人次|场次|[\u4e00-\u9fff%])")
_YEAR = re.compile(r"(?:(?:19|20)\d\d年|\d{1,2}月)(?:以来|底|初|份)?")
_TIME = re.compile(r"[年月日天季]$|[一二两三四五六七八九十半]年")
_CHANGED = re.compile(
    r"[由从][^，。；]{0,10}\d[^，。；\d]{0,12}(?:提高|提升|增长|增加|升|降|降低|涨|压|缩|缩短|减|减少|扩大|扩|增)[到至为成]?[了约近]{0,2}\s*$"
)
_SUFFIXES = "队会站点员团组户村率班岗室"
_COMPARED = ("由", "从", "比", "较")
_JOINS = ("、", "和", "与", "及")
_DIRECTIONS = "到成给入进在上下起出往向"
_OPEN, _CLOSE = "“《（", "”》）"


def find_counted(analysis: Analysis, start: int, end: int, unit: str) -> tuple[int, int]:
    """Return the stretch that the number at ``start``–``end`` (its unit included) counts; empty where none is said."""
    after = _find_after(analysis, end)
    if after[1] > after[0]:
        return after
    before = _find_before(analysis, start, unit)
    if before[1] > before[0]:
        return before
    act = find_words(analysis.text[end : end + 4], end)  # 8700余人次听课
    return (act[0].start, act[0].end) if act and act[0].tag == "v" else (end, end)


@cache
def _words(section: str) -> frozenset[str]:
    return read_sections("figure_words")[section]


@cache
def _links() -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(map(re.escape, _link_words()))}|[\s\u3000])+$")


@cache
def _link_words() -> tuple[str, ...]:
    return tuple(sorted(_words("links"), key=lambda word: (-len(word), word)))


def _find_after(analysis: Analysis, end: int) -> tuple[int, int]:
    """Return the noun phrase that follows the unit."""
    stretch = _STRETCH.match(analysis.text, end, end + _LONGEST_AFTER)
    words = find_words(stretch[1], stretch.start(1)) if stretch and stretch[1] else []
    taken: list[Word] = []
    opened = 0
    for number, word in enumerate(words):
        following = words[number + 1] if number + 1 < len(words) else None
        opened += (word.text in _OPEN) - (word.text in _CLOSE)
        if opened < 0 or not _goes_on(word, following, bool(taken), opened > 0):
            break
        taken.append(word)
    while taken and taken[-1].text in (*_JOINS, *_OPEN):
        taken.pop()
    return (taken[0].start, taken[-1].end) if any(map(_is_nominal, taken)) else (end, end)


def _goes_on(word: Word, following: Word | None, begun: bool, quoted: bool) -> bool:
    """Whether ``word`` belongs to the noun phrase after a unit."""
    if quoted or word.text in _CLOSE:
        return True
    if word.text in _JOINS:
        return begun and following is not None and following.tag[0] not in "mv" and following.tag not in ("ns", "nr")
    if begun and word.text == "会" and following is None:
        return True  # 板凳会
    if (
        begun
        and word.tag[0] in "fz"
        and word.text not in _SUFFIXES
        or word.tag[0] in "mpcur"
        and not word.text.endswith("级")
        or word.text in _words("ends")
    ):
        return False
    if word.tag[0] in "vd" and word.tag != "vn":
        # 帮扶村, 受灾果农, 自然屯: what stands right after the unit belongs to the noun that it stands before
        free = following is None or not _is_nominal(following) or word.text[-1] in _DIRECTIONS
        suffixed = following is not None and following.text in _SUFFIXES  # 党员帮办队
        return not (begun and not suffixed or free or word.text in _words("acts"))
    return True


def _find_before(analysis: Analysis, start: int, unit: str) -> tuple[int, int]:
    """Return the words before the number that say what is counted."""
    first = max(analysis.clause_start(start), start - _LONGEST_BEFORE)
    changed = _CHANGED.search(analysis.plain, first, start)  # 收缴率由31%提高到92%
    stop = changed.start() if changed and changed.start() > first else start
    previous = _PREVIOUS.match(analysis.plain, first, stop) if _DIGIT.search(analysis.plain, first, stop) else None
    if previous:
        first = previous.end()
    before = analysis.text[first:stop]
    if analysis.plain[start] in "百千万":
        before = before.removesuffix("上")
    if not (unit in _words("shares") and before.rstrip().endswith(tuple(_words("changes")))):
        links = _links().search(before) if before.endswith(_link_words()) or before[-1:].isspace() else None
        before = before[: links.start()] if links else before
    lead = _YEAR.match(analysis.plain, first, first + len(before))
    at = lead.end() if lead else first
    words = _part_acts(find_words(analysis.text[at : first + len(before)], at))
    words = _drop_beginning(_drop_end(words, unit), unit)
    return (words[0].start, words[-1].end) if words else (start, start)


def _part_acts(words: list[Word]) -> list[Word]:
    """Part the verb from a word that the segmenter joined with its object (解决问题)."""
    parted: list[Word] = []
    for word in words:
        if len(word.text) > 3 and word.text[:2] in _words("acts"):
            parted.append(Word(word.text[:2], "v", word.start, word.start + 2))
            word = Word(word.text[2:], "n", word.start + 2, word.end)
        parted.append(word)
    return parted


def _drop_end(words: list[Word], unit: str) -> list[Word]:
    """Drop what is compared with (由每亩 …) and the verb after the noun (问题解决)."""
    compared = next((n for n, w in enumerate(words) if n and w.text in _COMPARED), None)
    if compared is not None and any(map(_is_nominal, words[:compared])):
        words = words[:compared]
    while len(words) > 1 and any(map(_is_nominal, words[:-1])) and not _is_act_of_persons(words[-1], unit):
        if words[-1].text not in _words("acts") and words[-1].text not in _JOINS and words[-1].tag[0] not in "dpu":
            break
        words = words[:-1]
    return words


def _drop_beginning(words: list[Word], unit: str) -> list[Word]:
    """Drop scope and time (全县, 今年以来), examples (… 等) and the verb, unless what people did is counted."""
    depths = accumulate((word.text in _OPEN) - (word.text in _CLOSE) for word in words[:-1])
    free = [n for n, depth in enumerate(depths) if depth <= 0]
    kept = [n for n in free if _is_act_of_persons(words[n], unit)]
    means = [n for n, w in enumerate(words) if w.text in _words("means") and n]
    acts = [n for n in free if _is_act(words[n])]
    if kept or means or acts:
        words = words[kept[-1] :] if kept else words[means[-1] :] if means else words[acts[-1] + 1 :]
    while len(words) > 1 and not _is_act_of_persons(words[0], unit) and _only_leads(words):
        words = words[1:]
    while words and words[0].text in ("的", "了", "着", *_JOINS, *_CLOSE):
        words = words[1:]
    return words


def _is_act(word: Word) -> bool:
    """Whether what is counted begins after ``word``: a verb (找回) or the end of examples (等)."""
    resultative = word.tag == "v" and len(word.text) == 2 and word.text[-1] in _DIRECTIONS
    return resultative or word.text == "等" or word.text in _words("acts")


def _only_leads(words: list[Word]) -> bool:
    """Whether the first of ``words`` only leads up to what is counted."""
    word = words[0]
    if word.text in _words("scope") or word.text in _words("acts") or word.text in _words("modifiers"):
        return True
    if word.tag[0] in "mt":
        return not word.text.endswith("青年") and (word.tag[0] == "t" or _TIME.search(word.text) is not None)
    if word.tag[0] in "df" and len(words) == 2 and len(words[1].text) < 4:
        return False  # 自然屯, 线上党小组
    return word.tag[0] in "dcrfup" or word.tag == "ns" or word.text in ("的", *_JOINS, *_CLOSE)


def _is_act_of_persons(word: Word, unit: str) -> bool:
    return word.text in _words("done") or word.text in _words("kept") and unit in _words("persons")


def _is_nominal(word: Word) -> bool:
    return (word.tag[0] in "njlizaboqgs" or word.tag in ("vn", "eng")) and word.text not in _JOINS
