"""Formulas spelled out by a row of clauses that are built alike (guidelines, "Formulas")."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from kg.extraction.abbreviations import NUMBER, VALUES, Label
from kg.extraction.enumerations import Items, clauses, readings, split, texts, tidy
from kg.extraction.spelling import FAR, REACH, Dealt, Reading, Spelling

_LONGEST = 16
_NEAR_BEGINNING = 8
_OPENS = "，。；：、\n"
_FRAME = re.compile(
    r"(?<![可所难得予加给足何])以(?![及上来后前内外往下])([^，。；“”]{2,60}?)为[^，。；、“”]{2,5}(?=[，。；、的])"
)
_DIGIT = re.compile(r"\d")
_AMONG = re.compile("等[^、]{0,4}$")
_ROW = re.compile(rf"(?<=[，。；：\n“])({NUMBER})([^，。；：“”\n]{{1,3}})”?(?:，|：|即|指|就?是)")
_ORDINAL = re.compile(f"{NUMBER}(?=.{{2}})")


def taken_up(spelling: Spelling) -> Iterator[Reading]:
    """“三村”管茶园，“一社”管加工 · “两听”，一听难处，二听主意 — labels that open the clauses with their items."""
    if len(spelling.labels) < 2:
        return
    for weight, wording in ((6, "“{}”"), (3, "{}")):
        marks = _in_turn(spelling, [wording.format(label.text) for label in spelling.labels])
        stands_anywhere = weight == 3 and min(len(label.text) for label in spelling.labels) == 1  # a mere numeral
        if not marks or stands_anywhere:
            continue
        ends = [start for start, _ in marks[1:]] + [spelling.closing(marks[-1][1], bracket=False)]
        found = [_said(spelling, label, mark[1], end) for label, mark, end in zip(spelling.labels, marks, ends)]
        if all(found):
            yield Reading(weight, "formula spelled out label by label", tuple(found))


def _in_turn(spelling: Spelling, wordings: list[str]) -> list[tuple[int, int]]:
    """Return where wordings open clauses in turn behind the formula; none if one does not."""
    text, at = spelling.text, spelling.places[0][1] if spelling.places else 0
    marks = []
    for wording in wordings:
        start = text.find(wording, at, at + REACH)
        if start <= 0 or text[start - 1] not in _OPENS:
            return []
        at = start + len(wording)
        marks.append((start, at))
    return marks


def _said(spelling: Spelling, label: Label, start: int, end: int) -> tuple[str, ...]:
    """Return the items in the clauses behind a label: as many as it counts, or the one that says what they all do."""
    parts = clauses(spelling.text, start, end)
    if not parts or label.count is None:
        return ()
    ways = [parts, *readings(spelling.text, *parts[0])] if label.count > 1 else []
    way = next((way for way in ways if len(way) == label.count), parts[:1])
    items = [_behind_ordinal(spelling, *item) for item in way]
    told = [spelling.text.startswith(f"{label.key}的", a) for a, _ in items]  # “四联”联的是力量 says what they are for
    return texts(spelling.analysis, items) if not any(told) and all(b - a <= _LONGEST for a, b in items) else ()


def _behind_ordinal(spelling: Spelling, start: int, end: int) -> tuple[int, int]:
    ordinal = _ORDINAL.match(spelling.text, start, end)
    return (ordinal.end() if ordinal else start), end


def numbered_rows(spelling: Spelling) -> Iterator[Reading]:
    """“三三”调解法：三不，不训人、不偏袒、不过夜；三到，听到位、… — numerals whose words the rows say."""
    if not spelling.places or any(label.text not in VALUES for label in spelling.labels):
        return
    at = spelling.places[0][1]
    names, found = [], []
    for label in spelling.labels:
        row = next((m for m in _ROW.finditer(spelling.text, at, at + REACH) if VALUES[m[1]] == label.count), None)
        if row is None or not (items := _list_behind(spelling, label, row.end())):
            return
        at = row.end()
        names.append(row[1] + row[2])
        found.append(items)
    yield Reading(6, "formula spelled out part by part", tuple(found), tuple(names))


def _list_behind(spelling: Spelling, label: Label, start: int) -> tuple[str, ...]:
    for part in clauses(spelling.text, start, spelling.closing(start, bracket=False))[:1]:
        for items in readings(spelling.text, *part):
            if len(items) == label.count:
                return texts(spelling.analysis, tidy(spelling.analysis, items))
    return ()


def framed_one_by_one(spelling: Spelling) -> Iterator[Reading]:
    """“1+23+N”：以县委党校为龙头，以23所乡镇党校为骨干，以若干教学点为延伸 — a frame for every label, behind or before it."""
    if len(spelling.labels) < 2:
        return
    for start, end in spelling.places:
        sentence = max(spelling.text.rfind(mark, max(0, start - REACH), start) for mark in "。；\n") + 1
        for low, high in ((end, spelling.closing(end, bracket=False) + 1), (sentence, start)):
            frames = list(_FRAME.finditer(spelling.text, low, high))
            items = [_in_frame(spelling, label, *frame.span(1)) for label, frame in zip(spelling.labels, frames)]
            if len(frames) == len(spelling.labels) and all(items):
                yield Reading(8, "formula spelled out part by part", tuple(items))


def _in_frame(spelling: Spelling, label: Label, start: int, end: int) -> tuple[str, ...]:
    """Return what a frame holds: as many as the label counts or one thing that they are, for N what it lists."""
    among = _AMONG.search(spelling.text, start, end) if "、" in spelling.text[start:end] else None
    ways = readings(spelling.text, start, among.start() if among else end)
    several = ways[0] if label.count is None else next((way for way in ways if len(way) == label.count), [])
    one = [(start, end)] if "、" not in spelling.text[start:end] else []
    return texts(spelling.analysis, tidy(spelling.analysis, several if len(several) > 1 else one))


def quoted_row(spelling: Spelling) -> Iterator[Reading]:
    """“两改三提升” … “改善水源、改善人居、提升生态、提升乡风、提升福祉” — one quotation elsewhere lists what all labels count."""
    if len(spelling.labels) < 2 or not spelling.places or not all(label.key for label in spelling.labels):
        return
    start, end = spelling.places[0]
    for quote in spelling.analysis.quotes_in(max(0, start - 2 * FAR), end + 2 * FAR):
        if quote.inner.count("、") == spelling.total - 1:
            dealt = spelling.deal(split(spelling.text, quote.start + 1, quote.end - 1))
            if dealt and spelling.key_weight(dealt):
                yield Reading(5, "formula spelled out in a quotation", dealt)


def counted_lists(spelling: Spelling) -> Iterator[Reading]:
    """连年打平台建强、招大引强、培优育强“三大攻坚战” — a list close by has as many items, five or more or equally long."""
    if spelling.total < 3:
        return
    text = spelling.text
    for start, end in spelling.places[:4]:
        sentence = max(text.rfind(mark, max(0, start - REACH), start) for mark in "。；\n") + 1
        sides = (
            ("before", clauses(text, sentence, start)[:-3:-1]),
            ("behind", clauses(text, end, spelling.closing(end, bracket=False))[:2] if spelling.total > 4 else []),
        )
        for side, parts in sides:
            for items in (items for part in parts for items in readings(text, *part) if len(items) == spelling.total):
                dealt = spelling.deal(items)
                if dealt and (spelling.total > 4 or all(map(_is_even, dealt))) and not _count(dealt):
                    yield Reading(1, f"formula spelled out {side}", dealt)


def _count(dealt: Dealt) -> bool:
    """Return whether all items are numbers of one thing, which are told apart elsewhere: 五星、四星、三星."""
    return all(item[0] in VALUES for items in dealt for item in items)


def _is_even(items: tuple[str, ...]) -> bool:
    """Return whether items are equally long, at least two characters, and hold no digit."""
    return len(set(map(len, items))) == 1 and len(items[0]) > 1 and not any(map(_DIGIT.search, items))


def sectioned(spelling: Spelling) -> Iterator[Reading]:
    """“六创”活动，…。在农村创…，…；在机关创…，…；… — the parts of a later sentence, each opening with the label's word."""
    if len(spelling.labels) != 1 or spelling.total < 3 or spelling.labels[0].key in ("", "一"):
        return
    key, text = spelling.labels[0].key, spelling.text
    for _, end in spelling.places:
        paragraph = text.find("\n", end, end + 2 * FAR)
        sentences = clauses(text, end, paragraph if paragraph > 0 else min(len(text), end + 2 * FAR), "。\n")
        speeches = [(q.start + 1, q.end - 1) for q in spelling.analysis.quotes_in(end, end + FAR) if "；" in q.inner]
        for sentence in sentences + speeches:
            parts = clauses(text, *sentence, "；;")
            rows = [clauses(text, *part) for part in parts] if len(parts) == spelling.total else []
            things = [thing for row in rows if (thing := _thing_with(spelling, *row[0], key))]
            items = tuple(next(filter(None, (_from_word(text, *part, key) for part in row)), "") for row in rows)
            items = tuple(things) if len(things) == len(rows) > 0 else items
            if items and all(items):
                yield Reading(5, "formula spelled out in its sections", (items,))


def _thing_with(spelling: Spelling, start: int, end: int, key: str) -> str:
    """Return the thing that a clause opens with, which ends with the label's word: 自治有…, 联席会议机制由…."""
    at = spelling.text.find(key, start + 1, min(end, start + _NEAR_BEGINNING + len(key)))
    within = at > start and (len(key) > 1 or not spelling.analysis.begins_word(at))
    return spelling.text[start : at + len(key)] if within and spelling.analysis.ends_word(at + len(key)) else ""


def by_pieces(spelling: Spelling) -> Iterator[Reading]:
    """“两必须三结合”，即事项必须是…，必须是…，要结合…、结合…、结合… — as many pieces of one sentence hold each word."""
    if len(spelling.labels) < 2 or not all(label.key and (label.count or 0) > 1 for label in spelling.labels):
        return
    for _, end in spelling.places:
        parts = clauses(spelling.text, end, spelling.closing(end, bracket=False))
        pieces = [piece for part in parts for piece in split(spelling.text, *part)]
        found = [[_from_word(spelling.text, *piece, label.key) for piece in pieces] for label in spelling.labels]
        rows = [tuple(item for item in row if item) for row in found]
        counts = all(len(row) == label.count for row, label in zip(rows, spelling.labels))
        if counts and not _mixed(spelling, rows):
            yield Reading(5, "formula spelled out by its words", tuple(rows))


def _mixed(spelling: Spelling, rows: list[tuple[str, ...]]) -> bool:
    """Return whether an item holds the word of another label: 亮形象和比学习."""
    keys = [label.key for label in spelling.labels]
    return any(other in item for row, key in zip(rows, keys) for item in row for other in keys if other != key)


def _from_word(text: str, start: int, end: int, key: str) -> str:
    """Return the piece from a word near its beginning on, nothing where it has none."""
    at = text.find(key, start, min(end, start + _NEAR_BEGINNING + len(key)))
    return text[at:end] if at >= 0 and end - at > len(key) else ""


def alike(spelling: Spelling) -> Iterator[Reading]:
    """“三嗑三办”：围炕嗑家常，…；围桌嗑产业，…；围村嗑长远，…。难处马上办，路子合力办，… · 平安站管…，连心站照应…"""
    several = [label for label in spelling.labels if label.count != 1]
    if not spelling.places or len(spelling.labels) < 2 or not several:
        return
    counts = [label.count or 0 for label in several]
    if min(counts) < 2 or sum(counts) < 3 or not all(label.key for label in several):
        return
    for weight, find in ((5, _things), (3, _clauses)):
        rows = [_row(spelling, label, find) if label.count != 1 else () for label in spelling.labels]
        found = [row for row in rows if row]
        if len(found) == len(several) == len(set(found)):
            yield Reading(weight, "formula spelled out in its sections", tuple(rows))


def _row(
    spelling: Spelling, label: Label, find: Callable[[Spelling, Label, tuple[int, int]], Items]
) -> tuple[str, ...]:
    """Return what ``find`` finds in the first sentence that has as many as the label counts."""
    start = spelling.places[0][1]
    for sentence in clauses(spelling.text, start, min(start + FAR, len(spelling.text)), "。\n"):
        found = texts(spelling.analysis, find(spelling, label, sentence))
        if len(set(found)) == label.count:
            return found
    return ()


def _things(spelling: Spelling, label: Label, sentence: tuple[int, int]) -> Items:
    """平安站管检查，连心站照应老人 — what the clauses open with."""
    parts = clauses(spelling.text, *sentence)
    return [match.span(1) for part in parts if (match := _named(label.key).match(spelling.text, *part))]


def _clauses(spelling: Spelling, label: Label, sentence: tuple[int, int]) -> Items:
    """围炕嗑家常，…；围桌嗑产业，… · 难处马上办，路子合力办 — short clauses, one in each part of the sentence, or in a row."""
    parts = clauses(spelling.text, *sentence, "；;")
    parts = parts if len(parts) > 1 else clauses(spelling.text, *sentence)
    keyed = [
        next((c for c in clauses(spelling.text, *part) if spelling.is_clause_of(c, label.key)), None) for part in parts
    ]
    first = next((number for number, clause in enumerate(keyed) if clause), 0)
    return [clause for clause in keyed[first : first + (label.count or 0)] if clause]


@lru_cache(maxsize=512)
def _named(key: str) -> re.Pattern[str]:
    """Return the pattern of a thing with a label's word that opens a clause and does something (平安站管…)."""
    return re.compile(rf"([\u4e00-\u9fff]{{1,6}}?{re.escape(key)})(?=[\u4e00-\u9fff]{{2}})")
