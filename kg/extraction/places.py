"""Places below the county or outside it: towns, villages, communities, lakes, sites."""

from __future__ import annotations

import re
from functools import cache

from kg.extraction.analysis import Analysis
from kg.extraction.candidates import Candidate, after, before, context, edges, occurrence
from kg.extraction.evidence import Templates
from kg.extraction.gazetteer import Name, find_divisions
from kg.extraction.lexicon import read_words
from kg.extraction.localities import load_localities

_LONGEST = 9
_DIVISIONS = frozenset("镇 乡 街道 村 社区 苏木 嘎查 新村".split())
_NUMERALS = frozenset("一二两三四五六七八九十")
_BOUNDS = frozenset(("", "，", "。", "、", "；", "：", "镇", "乡", "县", "市", "区"))
_LISTED_ENDS = frozenset("村镇乡道区")
_EDGE = frozenset("县市区旗州省镇乡村、和与在到由")
_NEVER_FIRST = frozenset("在到进从由与和及向对把将为以让给是有各该每全其此某本好抓带建用守去来往回离请访")
_STOP = re.compile(r"[^\u4e00-\u9fff\d]")


_DIVISION = Templates("gazetteer", "level={0}", "full={1}", "listed={2}")
_STEM = Templates("stem={0}", "generic={1}", "generic end={2}")
_SHAPE = Templates(
    "h={0}",
    "h&len={0}{1}",
    "in list={2}{3}",
    "after division={4}",
    "after place={5}",
    "edge&len={6}{1}",
    "stands alone={7}",
    "listed={8}",
    "generic start={9}",
    "words={10}",
)
_FIRST = Templates("w1={0}", "t1={1}", "tag={2}", "stem tag={3}")
_TAGS = Templates("tags={0}")
_CHARACTERS = Templates("stem1={0}", "steml={1}")
_NEXT = Templates("next={0}", "next2={1}", "h&next={2}{0}")


@cache
def _generic_ends() -> tuple[str, ...]:
    return tuple(sorted(word for word in read_words("generic_places") if len(word) > 1))


@cache
def _heads() -> re.Pattern[str]:
    heads = sorted(read_words("place_heads"), key=lambda head: (-len(head), head))
    return re.compile("|".join(map(re.escape, heads)))


def find_places(analysis: Analysis) -> list[Candidate]:
    """Return candidates for the names of places, one for each possible beginning."""
    found = []
    names = find_divisions(analysis.text)
    division_ends = {name.end for name in names if name.full or _is_word(analysis, name)}
    inner = {offset for name in names if name.full for offset in range(name.start + 1, name.end)}
    place_ends = {place.end for place in analysis.localities}
    edges = division_ends | place_ends
    local = {place.end: place for place in analysis.localities}
    for head, end in _place_heads(analysis):
        quote = analysis.inside_quote(head)
        if quote is not None and (quote.mark == "《" or len(quote.inner) <= 12):
            continue
        if end not in local and end in inner:
            continue  # the head is a part of a division's name
        if end in local and local[end].start >= head:
            head = end - 1  # the whole of a name can be a head elsewhere
        starts = [start for start in _starts(analysis, head, end, edges) if start not in inner]
        if end in local and local[end].start not in starts:
            starts.append(local[end].start)
        for start in starts:
            candidate = _candidate(analysis, start, head, end, start in division_ends, start in place_ends)
            found.extend([candidate] if candidate else [])
        if analysis.text[head:end] in _DIVISIONS:
            place_ends.add(end)
            edges.add(end)
    own = {analysis.county.name} if analysis.county else set()
    for name in names:
        if not own & {name.text} and len(name.text) >= 2:
            division = name.level, name.full, _listed(analysis, name.start, name.end)
            around = context(analysis, name.start, name.end)
            evidence = (_DIVISION, division), *around, occurrence(analysis, name.text)
            found.append(
                Candidate("Place", name.text, name.start, name.end, "gazetteer", evidence, ("gaz", name.start))
            )
    return found


def _is_word(analysis: Analysis, name: Name) -> bool:
    """Whether a division's short name begins and ends where words do; 镇安 of 威远镇|安定社区 does not."""
    return analysis.begins_word(name.start) and analysis.ends_word(name.end)


def _place_heads(analysis: Analysis) -> list[tuple[int, int]]:
    """Return (start, end) of every head noun of a place, and of the last character of the county's other localities."""
    heads = [match.span() for match in _heads().finditer(analysis.text)]
    ends = {end for _, end in heads}
    return sorted(heads + [(place.end - 1, place.end) for place in analysis.localities if place.end not in ends])


def _starts(analysis: Analysis, head: int, end: int, edges: set[int]) -> list[int]:
    """Return where a place's name may begin: word starts and the ends of the place names before it."""
    text = analysis.text
    starts = []
    for start in range(head - 1, max(-1, end - _LONGEST - 1), -1):
        if _STOP.match(text[start]) or text[start] in "的等":
            break
        if text[start].isdigit() and not text[head:end].endswith(("界碑", "国道")):
            break
        if text[start] in _NUMERALS and start == head - 1 and text[start - 1 : start] not in _BOUNDS:
            break  # 甲、乙、丙三镇 counts a list
        if text[start] in "和与及" and head - start > 1 and analysis.words[analysis.word_index(start)].tag == "c":
            break  # 河西和|柳湾
        if text[start] in _NEVER_FIRST and analysis.begins_word(start) and analysis.begins_word(start + 1):
            continue
        if analysis.begins_word(start) or start in edges or text[start - 1 : start] in _EDGE:
            starts.append(start)
        if start in edges:
            break
    return starts


def _candidate(
    analysis: Analysis, start: int, head: int, end: int, after_division: bool, after_place: bool
) -> Candidate | None:
    text = analysis.text
    name = text[start:end]
    noun = text[head:end]
    stem = text[start:head]
    words = analysis.words[analysis.word_index(start) : analysis.word_index(end - 1) + 1]
    generic, first, follows = read_words("generic_places"), words[0], text[end : end + 1]
    shape = (
        noun,
        len(stem),
        _in_list(text, start),
        follows == "、",
        after_division,
        after_place,
        after_division or after_place,
        text.count(name) > 1,
        _listed(analysis, start, end),
        stem[0] in generic,
        len(words),
    )
    tags = first.tag if len(words) == 1 else "-", first.tag if first.end == head else "-"
    look = (_SHAPE, shape), (_FIRST, (first.text, first.tag, *tags)), *before(analysis, start)
    if analysis.rules_out("place", "Place", look):
        return None
    evidence = (
        *look,
        (_STEM, (stem, stem in generic, stem.endswith(_generic_ends()))),
        (_TAGS, ("+".join([word.tag for word in words])[:16],)),
        (_CHARACTERS, (stem[0], stem[-1])),
        (_NEXT, (follows, text[end : end + 2], noun)),
        *after(analysis, end),
        edges(analysis, start, end),
        occurrence(analysis, name),
    )
    aliases = []
    if after_place or after_division:
        back = _full_address(analysis, start)
        if back < start:
            aliases.append(text[back:end])
    return Candidate("Place", name, start, end, "place", evidence, ("place", head), aliases, len(look))


def _listed(analysis: Analysis, start: int, end: int) -> str:
    """Return how the stretch meets the county's towns and villages: the level of one, part of one, over one, none.

    Where the county is unknown, so are they.
    """
    if analysis.county is None or not load_localities(analysis.county.code).levels:
        return "unknown"
    for place in analysis.localities:
        if place.start < end and start < place.end:
            if (place.start, place.end) == (start, end):
                return place.level
            return "part" if place.start <= start and end <= place.end else "over"
    return "none"


def _in_list(text: str, start: int) -> bool:
    """Whether another place stands before, parted by 、 (甲村、乙村)."""
    return text[start - 1 : start] == "、" and text[start - 2 : start - 1] in _LISTED_ENDS


def _full_address(analysis: Analysis, start: int) -> int:
    """Return where the longer address that ends in this place begins (新兖镇牛楼村), at most eight characters back."""
    clause = analysis.clause_start(start)
    best = start
    for match in _heads().finditer(analysis.text, max(clause, start - 8), start):
        if match.end() == start and match.group() in _DIVISIONS:
            for at in range(match.start() - 2, max(clause, match.start() - 5) - 1, -1):
                if analysis.begins_word(at) and not _STOP.match(analysis.text[at]):
                    best = at
                    break
    return best
