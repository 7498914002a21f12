"""Bodies that no head shows, known by the company they keep: 甲公司、乙食品、丙新能源等6家企业.

Firms are called by their brand alone (顺丰), schools and associations end in all manner of nouns.  In a list of bodies,
and in a list that is summed up as firms or members (等8家单位), what is no place and no class is a body too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from kg.extraction.analysis import Analysis
from kg.extraction.candidates import Candidate, context, occurrence
from kg.extraction.evidence import Templates
from kg.extraction.headed import begins_name, noun_like, observe_edges, observe_inner
from kg.extraction.heads import Head
from kg.extraction.lexicon import read_words

_STOPS = "，。；：！？\n"
_SHORTEST, _LONGEST = 2, 18
_JOINT = re.compile("(?<=[\u4e00-\u9fff]{2})(?:以及|和|与|及)(?=[\u4e00-\u9fff]{2})")
_SUM = re.compile(
    r"(?:等\s*|为|(?=[\d一二两三四五六七八九十几数]))(?P<count>(?:\d+|[一二两三四五六七八九十几数]+)余?多?[家个所])?"
    r"[\u4e00-\u9fff“”]{0,6}?(?P<class>企业|单位|公司|平台|站点|机构|厂家|商家|部门|学校|高校|院校|党组织|支部|党委)"
)
_NO_NAME = re.compile(r"[\d的“”‘’《》（）()]")
_LISTING = Templates(
    "class={0}", "bodies={1}", "position={2}", "position&class={2}{0}", "summed={3}", "chars={4}", "generic={5}"
)


class _Item(NamedTuple):
    """An item of a list: ``first`` may hold the verb before the list, ``last`` the one behind it, ``between`` none."""

    start: int
    end: int
    position: str


def find_listed_bodies(analysis: Analysis) -> list[Candidate]:
    """Return candidates for the bodies without a head in every list of bodies."""
    found: list[Candidate] = []
    for start, comma, end in _lists(analysis):
        total = _SUM.search(analysis.text, comma, end)
        items = list(_items(analysis, start, total.start() if total else end))
        if total and items[-1].end - items[-1].start <= _LONGEST:
            items[-1] = items[-1]._replace(position="between")
        else:
            total = None
        known = sum(_body_head(analysis, item) for item in items)
        if not known and total is None:
            continue
        for item in items:
            if not _body_head(analysis, item) or item.position == "between" and not begins_name(analysis, item.start):
                found.extend(_candidates(analysis, item, total, known))
    return found


def _lists(analysis: Analysis) -> Iterator[tuple[int, int, int]]:
    """Yield the clauses that hold a list: where they begin, where their first 、 stands, where they end."""
    at = -1
    for comma in analysis.marks("、"):
        if comma > at:
            at = analysis.mark_from(_STOPS, comma)
            yield analysis.mark_before(_STOPS, comma) + 1, comma, at


def _items(analysis: Analysis, start: int, end: int) -> Iterator[_Item]:
    """Yield the items between 、; the last is cut at 和 or 与 too."""
    at, position = start, "first"
    while (comma := analysis.mark_from("、", at)) < end:
        yield _Item(at, comma, position)
        at, position = comma + 1, "between"
    joint = _JOINT.search(analysis.text, at, min(end, at + _LONGEST))
    if joint:
        yield _Item(at, joint.start(), "between")
        at = joint.end()
    yield _Item(at, end, "last")


def _body_head(analysis: Analysis, item: _Item) -> bool:
    """Whether an item names a body by its head: it ends with one, the last item holds one."""
    index = analysis.head_index(item.start)
    while index < len(analysis.heads) and analysis.heads[index].end <= item.end:
        head = analysis.heads[index]
        reaches = head.end == item.end or item.position == "last" and head.end - item.start <= _LONGEST
        if reaches and head.types[0] == "Organisation":
            return True
        index += 1
    return False


def _candidates(analysis: Analysis, item: _Item, total: re.Match[str] | None, known: int) -> Iterator[Candidate]:
    """Yield a candidate for every stretch of the item that may be the name."""
    text = analysis.text
    ends = _ends(analysis, item) if item.position == "last" else [item.end]
    for end in ends:
        for start in _starts(analysis, item) if item.position == "first" else [item.start]:
            name = text[start:end]
            if not _SHORTEST <= len(name) <= _LONGEST or _NO_NAME.search(name) or name.endswith(_places()):
                continue
            last = analysis.words[analysis.word_index(end - 1)]
            head = Head(text[max(start, last.start) : end], ("Organisation",), max(start, last.start), end)
            listing = (
                total["class"] if total else "-",
                min(known, 3),
                item.position,
                total is not None and total["count"] is not None,
                min(len(name), 9),
                name in read_words("generic_places"),
            )
            evidence = (
                (_LISTING, listing),
                *observe_edges(analysis, head, start),
                *observe_inner(analysis, head, start),
                *context(analysis, start, end),
                occurrence(analysis, name),
            )
            group = ("listed body", item.start)
            yield Candidate("Organisation", name, start, end, "listed body", evidence, group)


def _starts(analysis: Analysis, item: _Item) -> list[int]:
    """Return where the name of the first item may begin: it may hold the verb before the list."""
    return [at for at in range(max(item.start, item.end - _LONGEST), item.end - 1) if begins_name(analysis, at)]


def _ends(analysis: Analysis, item: _Item) -> list[int]:
    """Return where the name of the last item may end: with one of its first words, as long as they are nouns."""
    first = analysis.word_index(item.start)
    ends = [word.end for word in analysis.words[first : first + 6] if word.end <= min(item.end, item.start + _LONGEST)]
    return [end for end in ends if noun_like(analysis, item.start, end)]


@cache
def _places() -> tuple[str, ...]:
    return tuple(sorted(read_words("place_heads")))
