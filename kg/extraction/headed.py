"""Unquoted names that end with a head noun (培训效果考评机制, 县委组织部, 良种培育基地).

Where the name begins is the question: every word start back to the clause's beginning is a candidate.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from kg.extraction.analysis import Analysis, Word
from kg.extraction.candidates import Candidate, after, before, cue_classes, edges, occurrence
from kg.extraction.departments import find_departments
from kg.extraction.evidence import Evidence, Templates
from kg.extraction.heads import Head
from kg.extraction.lexicon import read_words

_STOP = frozenset("，。；：！？!?,;:\n、“”‘’《》（）()—…的 \u3000")
_MOST_WORDS = 9
_MOST_CHARACTERS = 22
_GAP = 14


def find_head_after(analysis: Analysis, offset: int) -> Head | None:
    """Return the head of the noun phrase that begins at ``offset`` (after a quotation), or None.

    The last head before a stop or a verb counts: “…”的社区治理新格局 → 格局.
    """
    return next(reversed(find_heads_after(analysis, offset)), None)


def find_heads_after(analysis: Analysis, offset: int) -> list[Head]:
    """Return the heads with which the noun phrase that begins at ``offset`` may end, the nearest first."""
    text = analysis.text
    at = offset + 1 if text[offset : offset + 1] == "的" else offset
    found: list[Head] = []
    for index in range(analysis.head_index(at), len(analysis.heads)):
        head = analysis.heads[index]
        if head.end - at > _GAP or not _STOP.isdisjoint(text[at : head.start]):
            break
        end = found[-1].end if found else at
        if head.start > end and not noun_like(analysis, end, head.start):
            break
        found.append(head)
    return found


def noun_like(analysis: Analysis, start: int, end: int) -> bool:
    """Whether the words between two offsets may stand inside a name (no particle, pronoun, plain verb chain)."""
    if start >= end:
        return True
    never_first = read_words("never_first")
    for word in analysis.words[analysis.word_index(start) : analysis.word_index(end - 1) + 1]:
        tag = word.tag[0]
        if tag in "pcurdy" or word.text in never_first or (tag == "m" and counts_things(analysis.text, word.start)):
            return False
    return True


def left_modifiers(analysis: Analysis, offset: int) -> int:
    """Return where the noun modifiers right before ``offset`` begin (支部领办合作社“351”工程)."""
    index = analysis.word_index(offset)
    start = offset
    for word in reversed(analysis.words[max(0, index - 6) : index]):
        if word.text in _STOP or word.text[-1] in _STOP or word.tag[0] in "vpcurdymfxt" and word.tag != "vn":
            break
        start = word.start
    return start


def find_headed(analysis: Analysis) -> list[Candidate]:
    """Return candidates for every head outside short quotations, one for each possible beginning and type."""
    found: list[Candidate] = []
    taken = _taken_by_quotes(analysis)
    bodies = find_departments(analysis)
    openings: dict[int, _Opening] = {}
    for head in analysis.heads:
        if head.end in taken or (bodies and any(b.start < head.end and head.start < b.end for b in bodies)):
            continue
        quote = analysis.inside_quote(head.start)
        if quote is not None and (quote.mark == "《" or len(quote.inner) <= 14):
            continue
        starts = _starts(analysis, head, openings)
        if not starts:
            continue
        maximal = _maximal_start(analysis, head)
        bounds = {start: _bound(analysis, start) for start in starts}
        widest = next((start for start in reversed(bounds) if bounds[start] in _OPENINGS), None)
        for start, bound in bounds.items():
            found.extend(_candidates(analysis, head, start, bound, maximal, widest))
    return found + bodies


def _taken_by_quotes(analysis: Analysis) -> frozenset[int]:
    """Return where the heads end that belong to a quotation before them (“链主+链长”高效协同机制)."""
    ends = set()
    for quote in analysis.quotes:
        if quote.mark == "“" and len(quote.inner) <= 70 and quote.inner[-1:] not in "。！？，":
            head = find_head_after(analysis, quote.end)
            if head is not None:
                ends.add(head.end)
    return frozenset(ends)


def begins_name(analysis: Analysis, offset: int) -> bool:
    """Whether a name may begin at ``offset``: with a word that is neither particle nor verb of founding."""
    text = analysis.text
    joined = text[offset - 1 : offset] in _BEFORE_NAME or text[max(0, offset - 2) : offset] in _JOINING
    if not analysis.begins_word(offset) and not joined:
        return False
    word = analysis.words[analysis.word_index(offset)]
    return word.text not in read_words("never_first") and word.tag not in _PARTICLES


_JOINING = ("联合", "会同", "吸纳", "依托")
_PARTICLES = frozenset("p c uj ul ug uz r y".split())
"""The tags of words with which no name begins."""
_HANDLING = frozenset("由把被以从")
_PREPOSITION = re.compile("(?<![自理缘])由|[把被]|(?<![可所])以(?![及色])|从(?![江化事])")
_BEFORE_NAME = frozenset("由在与和向对把将为以让给从到经跟请入是及同")
_WITH = frozenset("和与及")
_LEVELS = frozenset("县市区旗省镇乡村州")


class _Opening(NamedTuple):
    """What the word at an offset does to the names that reach back to it.

    ``cuts`` where none reaches over it, ``articles`` where a document's does (20条, 推行); ``never_first`` where none
    begins with it, ``end`` where the word ends.
    """

    cuts: bool
    articles: bool
    never_first: bool
    end: int


def _starts(analysis: Analysis, head: Head, openings: dict[int, _Opening]) -> list[int]:
    """Return the offsets at which a name with this head may begin, nearest first.

    They are the starts of words, and places where the segmenter is known to err: behind a
    preposition, before the 县 or 市 of a county's body (由县|直部门).  ``openings`` are those seen so far.
    """
    text, edges = analysis.text, analysis.word_starts
    starts = [head.start] if len(head.text) >= 3 else []
    count = 0
    for offset in range(head.start - 1, max(-1, head.end - _MOST_CHARACTERS - 1), -1):
        char = text[offset]
        if char in _STOP or (char in _HANDLING and _PREPOSITION.match(text, offset)):
            break
        if char in _WITH and text.endswith(head.text, 0, offset):
            break  # 需求清单与|资源清单
        if offset in edges:
            opening = openings.get(offset)
            if opening is None:
                opening = openings[offset] = _read_opening(analysis, offset)
            if opening.cuts and not (opening.articles and "Document" in head.types):
                break
            count += 1
            if opening.never_first and opening.end <= head.start and not _is_attribute(analysis, offset):
                continue
            starts.append(offset)
        elif char in _LEVELS or text[offset - 1 : offset] in _BEFORE_NAME:
            starts.append(offset)
        if count >= _MOST_WORDS or text.endswith(_EPITHETS, 0, offset):
            break
    return starts


def _is_attribute(analysis: Analysis, offset: int) -> bool:
    """Whether a name begins with the word at ``offset``, though others do not: 建立|联合巡查机制."""
    index = analysis.word_index(offset)
    if index == 0 or analysis.words[index].text not in read_words("attributive"):
        return False
    return not _FOUNDING.isdisjoint(cue_classes(analysis.words[index - 1].text))


_FOUNDING = frozenset(("found", "run"))
_EPITHETS = ("龙头企业", "链主企业", "骨干企业", "重点企业")
"""What stands before a firm's name and is no part of it."""


_CUTS = frozenset("在 把 将 被 从 对 向 让 使 了 着 是 有 等 等等 即 指 由".split())


def _read_opening(analysis: Analysis, offset: int) -> _Opening:
    """Return what the word at ``offset`` does: preposition, auxiliary, verb of founding, count with its measure."""
    text, tag, _, end = analysis.words[analysis.word_index(offset)]
    counted = _COUNT.match(analysis.text, offset) if counts_things(analysis.text, offset) else None
    articles = counted is not None and counted.group().endswith("条")
    never_first = text in read_words("never_first") or tag in _PARTICLES
    acting = text in read_words("acting")
    cuts = counted is not None or text in _CUTS or acting
    return _Opening(cuts, articles or acting, never_first, end)


_COUNT = re.compile(
    r"(?:[\d.]+|[一二三四五六七八九十两百千]+)(?:余|多)?"
    "(?:个|项|期|家|条|支|名|处|场|次|件|种|套|所|批|类|张|座|对|轮|人|户|余|多|大(?=[^培学赛联]))"
)


def counts_things(text: str, offset: int) -> bool:
    """Whether a number with its measure word begins at ``offset`` (15期, 三项): it counts what follows."""
    char = text[offset]
    return (char in _NUMERALS or char.isdecimal()) and _COUNT.match(text, offset) is not None


_NUMERALS = frozenset(".一二三四五六七八九十两百千")
_MEASURES = frozenset("个项期家条支名处场次件种套所批类张座对轮人户余多")
_COUNTED = re.compile(f"(?:{_COUNT.pattern})\\s*$")


def _maximal_start(analysis: Analysis, head: Head) -> int:
    """Return where the noun phrase that ends with the head begins, by the segmenter's tags."""
    start, words = head.start, analysis.words
    for index in range(analysis.word_index(head.start), -1, -1):
        text, tag, begin, end = words[index]
        if begin >= head.start:
            continue
        if text[-1] in _STOP or head.end - begin > _MOST_CHARACTERS:
            break
        if end < head.start and (tag[0] in "pcurdyzx" or tag in _NO_MODIFIERS):
            break
        start = begin
    return start


_NO_MODIFIERS = frozenset("v vd vi vq zg m mq f".split())


def _relation(start: int, maximal: int) -> str:
    if start == maximal:
        return "maximal"
    return "beyond" if start < maximal else "inside"


_OPENINGS = ("found", "run", "hold", "stop", "count")
_FIRST = Templates("w1={0}", "t1={1}", "t1={1}&h={2}")
_SECOND = Templates("w2={0}", "t12={2}{1}")
_LAST = Templates("h={1}", "wl={0}", "wl={0}&h={1}")
_SHAPE = Templates("words={0}", "chars={1}", "extra={2}", "whole={3}", "ends word={4}", every={"has={}": 5, "{}": 6})
_CHARACTER = Templates("c1={0}")
_MARKS = Templates(every={"{}": 0})
_PLACING = Templates(
    "np={0}",
    "np={0}&h={1}",
    "np={0}&bound={2}",
    "bound={2}",
    "bound={2}&h={1}",
    "bound={2}&extra={3}",
    "np={0}&extra={3}",
    "stock={4}",
)


def _candidates(
    analysis: Analysis, head: Head, start: int, bound: str, maximal: int, widest: int | None
) -> list[Candidate]:
    text = analysis.text
    name = text[start : head.end]
    if name in _generic():
        return []
    look = (
        *observe_edges(analysis, head, start),
        (_PLACING, (_relation(start, maximal), head.text, bound, min(head.start - start, 10), name in _stock())),
        *before(analysis, start),
    )
    kinds = [kind for kind in head.types if not analysis.rules_out("head", kind, look)]
    if deals_out(name):
        kinds = [kind for kind in kinds if kind not in ("Alliance", "Organisation")]
    if not kinds:
        return []
    marks = _neighbours(analysis, head, start)
    if text[max(0, start - 1) : start] == "、" or text[head.end : head.end + 1] == "、":
        marks.append("listed")
    if text[start - 1 : start] == "的":
        marks.append("after 的")
    evidence = (
        *look,
        *observe_inner(analysis, head, start),
        *after(analysis, head.end),
        edges(analysis, start, head.end),
        occurrence(analysis, name),
    )
    if marks:
        evidence = *evidence, (_MARKS, (tuple(marks),))
    aliases = [text[widest : head.end]] if widest is not None and widest < start else []
    group = "head", head.start
    address = _ADDRESS.match(name) if "Organisation" in head.types else None
    if address:
        aliases.append(name[address.end() :])
    return [Candidate(kind, name, start, head.end, "head", evidence, group, list(aliases), len(look)) for kind in kinds]


def deals_out(name: str) -> bool:
    """Whether a wording says that there is one thing for each (一链一联盟, 一村一支部), so that it names no body."""
    return _ONE_EACH.match(name) is not None


_ONE_EACH = re.compile("一.{1,3}一[^体]")


@cache
def _stock() -> frozenset[str]:
    return read_words("stock_phrases")


@cache
def _generic() -> frozenset[str]:
    return read_words("generic_names")


_ADDRESS = re.compile(
    "[\u4e00-\u9fff]{1,6}?(?:镇|乡|街道|苏木)"
    "(?=[\u4e00-\u9fff]{2,}(?:(?:村|社区|嘎查)[党总]|公司$|集团$|厂$|合作社$|联合社$|学$|医院$))"
)
"""The town before a village's body or a firm, which is called without it too."""


def _neighbours(analysis: Analysis, head: Head, start: int) -> list[str]:
    """Return features of the heads that touch the name: 专业合作社|联合社 goes on, 企业|豫东起重集团 began before."""
    heads = analysis.heads
    index = analysis.head_index(head.end)
    after = heads[index] if index < len(heads) else None
    index = analysis.head_index(start)
    before = heads[index - 1] if index else None
    index = max(0, index - 1)
    features = []
    if after is not None and after.start - head.end <= 4 and noun_like(analysis, head.end, after.end):
        features += [f"goes on={after.text}", f"goes on at={after.start - head.end}"]
    if before is not None and before.end == start:
        features.append(f"head before={before.text}")
    while index < len(heads) and heads[index].end < head.start:
        if heads[index].end > start and analysis.text[heads[index].end] in "和与及":
            return [*features, "joins heads"]
        index += 1
    return features


def _bound(analysis: Analysis, start: int) -> str:
    """Return what kind of word stands before ``start``: stop, particle, verb by class, preposition, noun …"""
    index = analysis.word_index(start)
    if start == 0 or index == 0:
        return "stop"
    before = analysis.words[index - 1] if analysis.words[index].start == start else analysis.words[index]
    if before.text[-1] in "，。；：！？\n":
        return "stop"
    if before.text[-1] in _STOP:
        return before.text[-1]
    last = analysis.text[start - 1]
    if (last in _MEASURES or last.isspace()) and _COUNTED.search(analysis.text, max(0, start - 8), start):
        return "count"
    cued = cue_classes(before.text)
    return cued[0] if cued else before.tag[0]


def observe_edges(analysis: Analysis, head: Head, start: int) -> tuple[Evidence, Evidence]:
    """Return the first word of a name and the last one before its head."""
    words, index = analysis.words, analysis.word_index(start)
    before_head = min(analysis.word_index(head.start - 1), index + _MOST_WORDS + 1)
    last = words[before_head] if before_head >= index else _NONE
    return (_FIRST, (*words[index][:2], head.text)), (_LAST, (last.text, head.text))


def observe_inner(analysis: Analysis, head: Head, start: int) -> tuple[Evidence, ...]:
    """Return what is observed of a name's own words: the second, tags, length."""
    index = analysis.word_index(start)
    words = analysis.words[index : min(analysis.word_index(head.end - 1), index + _MOST_WORDS + 1) + 1]
    text, tag, *_ = words[1] if len(words) > 1 else _NONE
    initials = "".join([word[1][0] for word in words])
    first = words[0]
    shape = (
        min(len(words), 8),
        min(head.end - start, 16),
        min(head.start - start, 10),
        first.start == start,
        words[-1].end == head.end,
        tuple([tag for tag in "cdfmpruv" if tag in initials[1:]]),
        _VN if "vn" in initials else (),
    )
    return (_SECOND, (text, tag, first.tag)), (_SHAPE, shape), (_CHARACTER, (analysis.text[start],))


_NONE = Word("$", "$", 0, 0)
_VN = ("vn inside",)
