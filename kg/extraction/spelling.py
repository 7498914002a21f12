"""A formula in its article, and how lists are dealt out to its labels (guidelines, "Formulas")."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from kg.extraction.abbreviations import VALUES, Label
from kg.extraction.analysis import Analysis
from kg.extraction.enumerations import Items, besides, clauses, objects_of, readings, split, texts, tidy
from kg.model import Span

REACH = 260
"""How many characters an explanation may be long."""
NEAR = 200
FAR = 420
"""How many characters before and behind a formula its list may stand."""

_MOST_PLACES = 12
_LONGEST_CLAUSE = 16

Dealt = tuple[tuple[str, ...], ...]
"""The items of each label."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the items of a formula; the higher its weight the surer.

    ``labels`` are given where they are not those of the formula.
    """

    weight: int
    rule: str
    items: Dealt
    labels: tuple[str, ...] = ()


class Spelling:
    """One formula, its labels, where it stands, and the section leads of its article."""

    def __init__(self, analysis: Analysis, inner: str, labels: Sequence[Label], measures: Sequence[Span] = ()) -> None:
        self.analysis = analysis
        self.text = analysis.text
        self.inner = inner
        self.labels = list(labels)
        self.measures = measures
        self.counts = [label.count for label in labels]
        self.total = sum(count or 0 for count in self.counts)

    @cached_property
    def places(self) -> list[tuple[int, int]]:
        """Where the formula stands in the text, its quotation marks included."""
        return list(islice(_places(self.text, self.inner), _MOST_PLACES))

    def deal(self, items: Items) -> Dealt | None:
        """Return the items dealt out to the labels by their numerals; none where an item is itself a label."""
        names = {label.text for label in self.labels}
        if any(self.text[a:b].strip("“”") in names for a, b in items):
            return None
        counts = [label.count or 0 for label in self.labels]
        in_order = len(counts) > 2 and counts == list(range(1, len(counts) + 1))
        if len(items) == len(counts) and in_order and all(label.key for label in self.labels):
            counts = [1] * len(counts)  # 一听二记三办: steps in order, no numbers of things
        if len(items) != sum(counts):
            return None
        dealt, at = [], 0
        for label, count in zip(self.labels, counts):
            part = tidy(self.analysis, items[at : at + count], label.key)
            if len(part) != count:
                return None
            dealt.append(texts(self.analysis, objects_of(self.analysis, part, label.key)))
            at += count
        return tuple(dealt) if all(is_closed(item) for part in dealt for item in part) else None

    def key_weight(self, dealt: Dealt) -> int:
        """Return 2 where every item holds the word that its label counts, else 0."""
        keyed = all(has_key(item, label.key) for label, items in zip(self.labels, dealt) for item in items)
        return 2 if keyed and any(label.key for label in self.labels) else 0

    def lists(self, start: int, end: int) -> Iterator[tuple[int, Dealt]]:
        """Return the readings of a stretch as the list of the formula, with the number of clauses that they take."""
        text = self.text
        parts = clauses(text, start, end)
        if not parts:
            return
        for items in [*readings(text, *parts[0]), *besides(text, start, end)]:
            if dealt := self.deal(items):
                yield 1, dealt
        if len(self.labels) == 2 and (dealt := self._joined(*parts[0])):
            yield 1, dealt
        if len(self.labels) > 1 and len(parts) >= len(self.labels):
            if dealt := self._clause_a_label(parts):
                yield len(self.labels), dealt
        if len(self.labels) == 2 and self.counts[0] == self.counts[1]:
            yield from self.pairs(parts)
        yield from self._clause_an_item(parts, clauses(text, start, end, "；;。\n"))

    def _joined(self, start: int, end: int) -> Dealt | None:
        """“三亮三比”：亮身份、亮岗位、亮承诺和比学习、比服务、比业绩."""
        items, last = split(self.text, start, end), (self.counts[0] or 0) - 1
        if last < 0 or len(items) != self.total - 1:
            return None
        at = self.text.find("和", *items[last])
        return (
            self.deal([*items[:last], (items[last][0], at), (at + 1, items[last][1]), *items[last + 1 :]])
            if at > 0
            else None
        )

    def _clause_a_label(self, parts: Items) -> Dealt | None:
        """“三包三不”：包技术、包销路、包理赔，不压级、不压价、不拖款."""
        dealt = []
        for label, part in zip(self.labels, parts):
            ways = [tidy(self.analysis, items, label.key) for items in readings(self.text, *part)]
            way = next((way for way in ways if len(way) == label.count), None)
            if way is None:
                return None
            dealt.append(texts(self.analysis, objects_of(self.analysis, way, label.key)))
        return tuple(dealt)

    def _clause_an_item(self, parts: Items, sections: Items) -> Iterator[tuple[int, Dealt]]:
        """一个…；一个… · 大家的事坐下来议，邻里的事串门子说，难办的事请人来办."""
        text, total = self.text, self.total
        if len(sections) == total > 1:
            (first, stop), *others = sections
            opening = text.find("：", first, stop) + 1 or first  # what is said of all: “四固”，固的是根基：固堡垒，…；…
            heads = [next(iter(clauses(text, a, b, "，,：:")), (a, b)) for a, b in ((opening, stop), *others)]
            in_words = self.labels[0].key[:1] == "一" and not all(text[a] == "一" for a, _ in heads)
            if not in_words and all(b - a < 26 for a, b in heads) and (dealt := self.deal(heads)):
                yield total, dealt
        heads = parts[:total]
        key = self.labels[0].key if len(self.labels) == 1 else ""
        worded = len(key) > 1 and all(has_key(text[a:b], key) for a, b in heads)
        short = worded or all(b - a < 17 and "、" not in text[a:b] for a, b in heads)
        if len(heads) == total > 1 and short:
            between = {text[b] for _, b in heads[:-1]}
            if len(between) == 1 and between <= set("，；") and (dealt := self.deal(heads)):
                yield total, dealt

    def pairs(self, parts: Items) -> Iterator[tuple[int, Dealt]]:
        """“五共五促”，即组织共建促引领、产业共兴促增收… : each item holds one of either label."""
        first, second = self.labels
        count = first.count or 0
        candidates = [(1, items) for items in readings(self.text, *parts[0])] + [(count, parts[:count])]
        candidates.append((count, [item for part in parts for item in split(self.text, *part)][:count]))
        for taken, items in candidates:
            if len(items) != count or not second.key or any(self.inner in self.text[a:b] for a, b in items):
                continue
            if staffed := self._staffed(items):
                yield taken, staffed
            cuts = [self.text.rfind(second.key, a + 2, b - 1) for a, b in items]
            if min(cuts) < 0:
                continue
            ends = [cut - (self.text[cut - 1] in "、，") for cut in cuts]
            left = tidy(self.analysis, [(a, end) for (a, _), end in zip(items, ends)], first.key)
            right = [(cut, b) for (_, b), cut in zip(items, cuts)]
            if first.key and all(first.key in self.text[a:b] for a, b in left):
                left = [_from_key(self.text, a, b, first.key) for a, b in left]
            if len(left) == count:
                yield taken, (texts(self.analysis, left), texts(self.analysis, tidy(self.analysis, right, second.key)))

    def _staffed(self, items: Items) -> Dealt | None:
        """Return 县级路长、乡级段长、村级管护员 as levels and as who is there, where each item ends with the second word."""
        (first, second), text = self.labels, self.text
        items = tidy(self.analysis, items, second.key)
        ends = [
            text.find(first.key, a + 1, b - 1) + len(first.key) for a, b in items if text.endswith(second.key, a, b)
        ]
        if not first.key or len(ends) != first.count or min(ends) < len(first.key):
            return None
        return texts(self.analysis, [(a, end) for (a, _), end in zip(items, ends)]), texts(self.analysis, items)

    def is_clause_of(self, part: tuple[int, int], key: str) -> bool:
        """Return whether a clause is short, no list, and holds the word that a label counts."""
        clause = self.text[slice(*part)]
        return len(clause) <= _LONGEST_CLAUSE and "、" not in clause and has_key(clause, key)

    def speech_start(self, at: int) -> int:
        """Return where the direct speech begins in which ``at`` stands, 0 where it stands in none."""
        quote = self.analysis.inside_quote(at)
        return quote.start + 1 if quote and quote.start < at else 0

    def closing(self, begin: int, bracket: bool) -> int:
        """Return where an explanation that begins at ``begin`` ends: at the bracket, or with the sentence."""
        stops = [
            at for mark in ("）" if bracket else "。\n") if (at := self.text.find(mark, begin, begin + REACH)) >= 0
        ]
        return min(stops, default=min(len(self.text), begin + REACH))


def _places(text: str, inner: str) -> Iterator[tuple[int, int]]:
    """Return where a formula stands, quoted or not, but not within a longer one."""
    for start in find_all(text, inner):
        end = start + len(inner)
        if text[start - 1 : start] in ("“", "‘") and text[end : end + 1] in ("”", "’"):
            start, end = start - 1, end + 1
        elif start and (text[start - 1] in VALUES or text[start - 1].isdigit() or text[end : end + 1] in VALUES):
            continue
        yield start, end


def find_all(text: str, wording: str, start: int = 0, end: int | None = None) -> Iterator[int]:
    """Return the offsets at which a wording stands between two offsets."""
    end = len(text) if end is None else end
    at = text.find(wording, start, end)
    while at >= 0:
        yield at
        at = text.find(wording, at + len(wording), end)


def is_closed(item: str) -> bool:
    """Return whether every quotation mark and bracket of an item has its other half."""
    return all(item.count(opening) == item.count(closing) for opening, closing in ("“”", "（）", "《》"))


def has_key(item: str, key: str) -> bool:
    """Return whether the item holds the word that the label counts, its characters in order (小果园 for 小园)."""
    at = 0
    for char in key:
        at = item.find(char, at) + 1
        if not at:
            return key == "无" and item.startswith("没")
    return bool(key)


def _from_key(text: str, start: int, end: int, key: str) -> tuple[int, int]:
    """Return the item from the label's word on, where that is a verb with its object: 村党组织抓统筹 → 抓统筹."""
    at = text.find(key, start, end)
    return (at, end) if end - at > 2 else (start, end)
