"""What the article spells out for the labels of a formula (guidelines, "Formulas").

Each reader knows one way in which the genre spells formulas out and proposes readings; a
reading counts only where the number of its items agrees with the numeral.  The reading
with the highest weight is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from kg.extraction.abbreviations import NUMBER, VALUES, Label, is_formula, labels_of
from kg.extraction.analysis import Analysis
from kg.extraction.enumerations import Items, clauses, readings, split, texts, tidy
from kg.extraction.spelled_lists import (
    before,
    behind,
    chained,
    framed,
    keyed,
    listed_behind,
    open_before,
    recounted,
    recounted_lists,
)
from kg.extraction.spelled_parts import CORE, by_part, founded, founding, paired, said_of, stretches, told
from kg.extraction.spelled_rows import (
    alike,
    by_pieces,
    counted_lists,
    framed_one_by_one,
    numbered_rows,
    quoted_row,
    sectioned,
    taken_up,
)
from kg.extraction.spelled_sections import counted, counting_leads, enumerated, headed, leads, ones, shares, topics
from kg.extraction.spelling import FAR, NEAR, REACH, Reading, Spelling, find_all
from kg.model import Component, Span

_MEANS = (
    r"(?:[，？]?(?:即为|即是|即由|即|就是|便是|也就是|代表着?|则是|则为|则把|则|是指|指的是|说的是|看的是|指(?![标导挥引数定])"
    r"|分别是|分别为|分别指|是|为|包括)[：:]?|：|:|——|（)"
)


_DEFINES = re.compile(rf"(?:分别|则|主要)?{_MEANS}")
_IS = re.compile("(?:分别|则|就|便|也就)?(?:是|即|为|指(?![标导挥引数定]))|：")
_DEFINITION_STOP = re.compile(
    r"(?P<hard>[；。\n）])|[，、]?“(?P<label>[^”“]{1,8})”|，(?P<plain>[^，。；是即为指“]{2,8})(?:是|即|为|指)"
)
_BOUND = re.compile("[，。；：、“”\n]")
_THING_END = re.compile(r"[，。；、\d]")
_STRETCH_END = re.compile("[，。；、”]")
_RUN = re.compile(r"[^“”，。；：\n]{2,20}\Z")
_HAN_RUN = re.compile(r"[\u4e00-\u9fff（）]{2,20}\Z")
_CLOSES = re.compile("(?:等|设立|设置|布设|建成|建立)[^，。；、]{0,8}$")
_SEVERAL = re.compile(r"若干(?!名|个|家|支)|(?<=的)\d+")
_LOCATED = re.compile("[^，。；：]{0,6}[建设落布住居][立置户]?[在于][^，。；：]{2,30}的([^，。；：的]{2,16})")
"""Things that are said to be somewhere (散落在各镇、各村的小院): the things are meant, not the places."""
_LONG_ATTRIBUTE = 8
_COUNTED_AGAIN = re.compile(rf"(?:{NUMBER}|\d+)个([^，。；、]{{2,6}})")


def read_components(
    analysis: Analysis, inner: str, labels: Sequence[Label], measures: Sequence[Span] = (), least: int = 1
) -> tuple[tuple[Component, ...], str]:
    """Return the components of a formula and the rule that read them; nothing where it is not spelled out.

    ``inner`` is the formula without quotation marks, ``measures`` are the section leads,
    ``least`` is the weight that a reading must have.
    """
    return _read(Spelling(analysis, inner, labels, measures), least) if labels else ((), "formula")


def _read(spelling: Spelling, least: int = 1) -> tuple[tuple[Component, ...], str]:
    best = _best_reading(spelling, least)
    if best is None or best.weight < least:
        return (), "formula"
    labels = best.labels or [label.text for label in spelling.labels]
    return tuple(Component(label=label, items=items) for label, items in zip(labels, best.items) if items), best.rule


def _best_reading(spelling: Spelling, least: int) -> Reading | None:
    """Return the reading with the highest weight, of equal ones that of the first reader.

    A reader that cannot better what is found, or reach ``least``, is not asked.
    """
    if "+" in spelling.inner and all(label.key for label in spelling.labels):
        things = tuple((label.key,) for label in spelling.labels)  # 1个中心+3个驿站: the sum says itself what it counts
        return Reading(9, "formula spelled out in its own words", things)
    best, rank = None, (least, -len(READERS))
    for number, (reader, most, of_numbers) in _BY_WEIGHT:
        if (most, -number) < rank:
            break
        for reading in reader(spelling) if not (of_numbers and None in spelling.counts) else ():
            if (reading.weight, -number) > rank:
                best, rank = reading, (reading.weight, -number)
    return best


def _counted(spelling: Spelling) -> Iterator[Reading]:
    """Read the numerals that recur; what is only counted there may be told in a section (五支队伍动起来。甲队…，乙队…)."""
    for reading in counted(spelling):
        parts = stretches(spelling)
        found = []
        for label, part, items in zip(spelling.labels, parts, reading.items):
            bare = len(items) == 1 and (len(items[0]) < 4 if label.count == 1 else label.count is not None)
            found.append((bare and told(spelling, label, part)) or items)
        yield replace(reading, items=tuple(found))


def _by_label(spelling: Spelling) -> Iterator[Reading]:
    """“1”即县委组织部；“2”即…；“N”即… · “三共”指…，“三联”指… · 两个“1”分别是…、…"""
    if len(spelling.labels) < 2:
        return
    shared = [_shared_label(spelling, number) for number, _ in enumerate(spelling.labels)]
    defined = _definitions(spelling, [label for label, items in zip(spelling.labels, shared) if not items])
    if not any(defined):
        return
    found: list[tuple[str, ...]] = []
    for label, items, part in zip(spelling.labels, shared, stretches(spelling)):
        if not items and (start := defined.pop(0)):
            items = _told_better(spelling, label, start, part, _explained(spelling, label, start))
        elif not items:
            items = _by_itself(spelling, label) or told(spelling, label, part)
        found.append(items)
    if sum(map(bool, found)) >= max(2, len(spelling.labels) - 1):
        yield Reading(9, "formula spelled out label by label", tuple(found))
    elif any(found) and all(items for label, items in zip(spelling.labels, found) if label.count not in (None, 1)):
        yield Reading(5, "formula spelled out label by label", tuple(found))  # 一站一码三员，三员即…


def _definitions(spelling: Spelling, labels: Sequence[Label]) -> list[int | None]:
    """Return where the explanation of each label begins (behind 指, 是 …), None where there is none."""
    at = spelling.places[0][1] if spelling.places else 0
    found: list[int | None] = []
    for label in labels:
        match = _definition(spelling, label.text, at)
        if match is None and len(label.text) > 1:
            match = _definition(spelling, label.text, 0)
        if match is None and label.count == 1 and label.key:
            match = _definition(spelling, label.key, at)
        found.append(match.end() if match else None)
        at = max(at, match.end() if match else 0)
    return found


def _explained(spelling: Spelling, label: Label, start: int) -> tuple[str, ...]:
    """Return the items of a label from the explanation that begins at ``start``."""
    stop = _end_of_definition(spelling, start)
    items = _of_another_formula(spelling, start, stop, label)
    return items or texts(spelling.analysis, _defined(spelling, start, stop, label))


def _of_another_formula(spelling: Spelling, start: int, stop: int, label: Label) -> tuple[str, ...]:
    """Return the items of a formula that the definition of a label names (“6”即“六级体系”力量)."""
    for quote in spelling.analysis.quotes_in(start, stop):
        if start <= quote.start and quote.end <= stop and is_formula(quote.inner) and quote.inner != spelling.inner:
            others = labels_of(quote.inner)
            if len(others) == 1 and others[0].count == label.count:
                components = _read(Spelling(spelling.analysis, quote.inner, others))[0]
                return components[0].items if components else ()
    return ()


def _told_better(
    spelling: Spelling, label: Label, start: int, part: tuple[int, int] | None, items: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the items behind a definition that itself only counts them (“2”就是两项机制。建立甲机制、乙机制) or leads
    to them (“1”就是由甲牵头，组建乙); its own ``items`` where the definition says enough."""
    if part is None or not part[0] <= start < part[1]:
        return items
    if label.count == 1:
        thing = founded(spelling, start, part[1])
        return texts(spelling.analysis, [thing]) if thing else items
    if len(items) == 1 or label.count is not None and len(items) != label.count:
        return told(spelling, label, (start, part[1])) or items
    return items


def _definition(spelling: Spelling, label: str, start: int) -> re.Match[str] | None:
    """Return what links a label, or its word, to its explanation: “三共”指, 一园是, 园是."""
    text, end = spelling.text, start + 3 * FAR
    for at in find_all(text, f"“{label}”", start, end):
        if match := _DEFINES.match(text, at + len(label) + 2):
            return match
    for at in find_all(text, label, start, end) if not label.isascii() and label not in VALUES else ():
        if at and text[at - 1] in "：，；。、\n" and (match := _IS.match(text, at + len(label))):
            return match
    return None


def _shared_label(spelling: Spelling, number: int) -> tuple[str, ...]:
    """Return the item of one of several equal labels that are explained together."""
    label = spelling.labels[number].text
    equal = [n for n, other in enumerate(spelling.labels) if other.text == label]
    if len(equal) < 2:
        return ()
    at = spelling.text.find(f"个“{label}”")
    match = _DEFINES.match(spelling.text, at + len(label) + 3) if at > 0 else None
    if not match:
        return ()
    stop = _end_of_definition(spelling, match.end())
    part = clauses(spelling.text, match.end(), stop, "，；。：\n")[:1]
    for items in readings(spelling.text, *part[0]) if part else ():
        if len(items) == len(equal):
            items = [one for item in items for one in tidy(spelling.analysis, [item])]
            return texts(spelling.analysis, [items[equal.index(number)]])
    return ()


def _end_of_definition(spelling: Spelling, start: int) -> int:
    """Return where the explanation of a label ends: before the next quoted label, at ； or at 。."""
    others = {label.text for label in spelling.labels}
    for match in _DEFINITION_STOP.finditer(spelling.text, start, start + REACH):
        if match["hard"] or (match["label"] or match["plain"]) in others:
            return match.start()
    return min(len(spelling.text), start + REACH)


def _defined(spelling: Spelling, start: int, stop: int, label: Label) -> Items:
    """Return the items of one label from its explanation."""
    parts = clauses(spelling.text, start, stop)
    if not parts:
        return []
    begin, end = parts[0]
    if label.count in (None, 1) and (located := _LOCATED.match(spelling.text, begin, end)):
        return tidy(spelling.analysis, [located.span(1)])
    if label.count is None:
        several = _SEVERAL.search(spelling.text, begin, end)
        among = spelling.text.find("等", begin + 2, end)
        end = among if among > 0 and not spelling.text.startswith("等级", among) else end
        listed = max(readings(spelling.text, several.start() if several else begin, end), key=len, default=[])
        return tidy(spelling.analysis, listed)
    ways = [(part, way) for part in parts[:3] for way in readings(spelling.text, *part)]
    fitting = [way for _, way in ways if len(way) == label.count] if label.count > 1 else []
    if len(parts) == label.count > 1 and label.key and all(label.key in spelling.text[a:b] for a, b in parts):
        fitting.insert(0, parts)
    sections = clauses(spelling.text, start, spelling.closing(start, bracket=False), "；;\n")
    if len(sections) == label.count > 1 and len({spelling.text[a] for a, _ in sections}) == 1:
        fitting = [[next(iter(clauses(spelling.text, *section)), section) for section in sections]]
    if label.count > 1 and not (fitting and len(parts) == 1) and (pieces := _keyed_pieces(spelling, start, label)):
        return pieces
    if fitting:
        return tidy(spelling.analysis, fitting[0], label.key)
    again = _COUNTED_AGAIN.fullmatch(spelling.text, *parts[0])
    if again and label.count > 1 and (items := next(recounted_lists(spelling, label, again[1]), [])):
        return items
    if label.count == 1:
        return [_named(spelling.text, a, b, label.key) for a, b in tidy(spelling.analysis, [parts[0]], label.key)]
    return tidy(spelling.analysis, readings(spelling.text, *parts[0])[0], label.key)


def _named(text: str, start: int, end: int, key: str) -> tuple[int, int]:
    """Return the thing of which a long attribute says what it is for: 方便群众活动娱乐的党建公园 → 党建公园."""
    of = text.rfind("的", start, end) + 1
    attributed = of - start > _LONG_ATTRIBUTE and end - of > len(key) and text.endswith(key, of, end)
    return (of if attributed else start), end


def _keyed_pieces(spelling: Spelling, start: int, label: Label) -> Items:
    """“四看”，即查阅资料，看…；登门入户，看…；… — the pieces of an explanation that have the label's word at one place."""
    stop = spelling.closing(start, bracket=False)
    others = [spelling.text.find(f"“{other.text}”", start, stop) for other in spelling.labels]
    stop = min([at for at in others if at >= 0], default=stop)
    pieces = [item for part in clauses(spelling.text, start, stop) for item in split(spelling.text, *part)]
    for pattern in _places_of(label.key) if label.key else ():
        found = [(a, b) for a, b in pieces if pattern.match(spelling.text[a:b])]
        if len(found) == label.count:
            return found
    return []


@lru_cache(maxsize=256)
def _places_of(key: str) -> tuple[re.Pattern[str], ...]:
    """Return the patterns of a piece that begins with a word, ends with it, is short, or has it near its beginning."""
    key = re.escape(key)
    return tuple(map(re.compile, (f"{key}.", f".+{key}$", f".{{2,3}}{key}.{{0,2}}$", f".{{2,3}}{key}.")))


def _label_by_itself(spelling: Spelling) -> Iterator[Reading]:
    """“三推两审一备案”: each label stands quoted elsewhere, spelled out like a formula of its own."""
    if len(spelling.labels) < 2:
        return
    several: list[tuple[str, ...]] = []
    for label in spelling.labels:
        items = _by_itself(spelling, label) if label.count != 1 else ()
        if label.count != 1 and (not items or items in several):
            several = []
            break
        several += [items] if items else []
    quoted = [] if several else [_quoted_by_itself(spelling, label) for label in spelling.labels]
    if any(quoted):
        yield Reading(2, "formula spelled out label by label", tuple(quoted))
    if several:
        found = [_by_itself(spelling, label) for label in spelling.labels]
        yield Reading(5 if all(found) else 3, "formula spelled out label by label", tuple(found))


def _by_itself(spelling: Spelling, label: Label) -> tuple[str, ...]:
    """Return the items of one label, read where it stands quoted, or near the formula by its word."""
    reader = Spelling(spelling.analysis, label.text, [label], spelling.measures)
    text = spelling.text
    reader.places = [(a, b) for a, b in reader.places if text[a] in "“‘" or (a and text[a - 1] in "\n。")]
    if label.count == 1:
        return _single(spelling, label, reader.places)
    if label.count is None:
        return _many(spelling, label)
    if reader.places and (components := _read(reader)[0]):
        return components[0].items
    reader.places = spelling.places
    best = next((reading for read in (keyed, recounted, enumerated, leads) for reading in read(reader)), None)
    return best.items[0] if best else ()


def _quoted_by_itself(spelling: Spelling, label: Label) -> tuple[str, ...]:
    """Return the items of a label that counts several where it stands quoted as a formula of its own, or close by."""
    if (label.count or 0) < 2 or not label.key:
        return ()
    if near := listed_behind(spelling, label):
        return near
    reader = Spelling(spelling.analysis, label.text, [label], spelling.measures)
    reader.places = [(a, b) for a, b in reader.places if spelling.text[a] in "“‘"]
    components = _read(reader, least=4)[0] if reader.places else ()
    return components[0].items if components else ()


def _single(spelling: Spelling, label: Label, places: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    """Return the one item of a label such as 一核: 以…为核心, 成立…联盟, or the noun before the quoted label."""
    if label.count != 1 or not label.key:
        return ()
    for start, end in places:
        core = CORE.search(spelling.text, end, end + 60)
        if core:
            return (core[1],)
        part = clauses(spelling.text, max(0, start - 20), start)[-1:]
        item = tidy(spelling.analysis, part) if part and part[0][1] == start else []
        if item and item[0][0] > part[0][0] and item[0][1] - item[0][0] < 9:
            return texts(spelling.analysis, item)
        found = _ending_in(spelling.text, label.key, end, end + 160) if spelling.text[start] == "“" else None
        if found:
            return texts(spelling.analysis, tidy(spelling.analysis, [found]))
    first = spelling.places[0][1] if spelling.places else 0
    core = CORE.search(spelling.text, max(0, first - NEAR), first + FAR)
    if core and core[1].endswith(label.key):
        return (core[1],)
    near = _founded_thing(spelling.text, label.key, max(0, first - NEAR), first + FAR)
    if near is None and len(label.key) > 1:
        near = _up_to(spelling.text, label.key, first, first + FAR)
    return texts(spelling.analysis, tidy(spelling.analysis, [near])) if near else ()


def _many(spelling: Spelling, label: Label) -> tuple[str, ...]:
    """Return the list that the word of an open label closes near the formula: 在甲、乙、丙设立教学站点 · 甲、乙等站点."""
    if not label.key or not spelling.places:
        return ()
    start, end = spelling.places[0]
    for at in find_all(spelling.text, label.key, max(0, start - NEAR), min(len(spelling.text), end + FAR)):
        if start <= at < end:
            continue
        for part in clauses(spelling.text, max(0, at - NEAR), at)[-1:]:
            closing = _CLOSES.search(spelling.text, *part)
            items = split(spelling.text, part[0], closing.start()) if closing else []
            if len(items) > 1:
                return texts(spelling.analysis, tidy(spelling.analysis, items))
    return ()


def _founded_thing(text: str, key: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the first thing that ends with ``key`` behind a verb of founding."""
    verb = founding().search(text, start, end)
    while verb:
        for at in find_all(text, key, verb.end() + 1, min(end, verb.end() + 18 + len(key))):
            begin, stop = verb.end(), at + len(key)
            if _THING_END.match(text, stop, end) and not _BOUND.search(text, begin, at):
                return begin, stop
        verb = founding().search(text, verb.start() + 1, end)
    return None


def _ending_in(text: str, key: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the first stretch of a clause that ends with ``key``."""
    found = None
    for at in find_all(text, key, start, end):
        stop = at + len(key)
        if _STRETCH_END.match(text, stop, end) and (run := _RUN.search(text, max(start, at - 20), at)):
            if found and run.start() > found[0]:
                break
            found = (found[0] if found else run.start()), stop
    return found


def _up_to(text: str, key: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the first run of Chinese characters up to ``key``."""
    for at in find_all(text, key, start, end):
        if run := _HAN_RUN.search(text, max(start, at - 20), at):
            return run.start(), at + len(key)
    return None


READERS = (
    (_by_label, 9, False),
    (before, 9, True),
    (framed, 4, True),
    (behind, 9, True),
    (keyed, 4, True),
    (enumerated, 6, True),
    (headed, 5, True),
    (topics, 6, True),
    (recounted, 5, True),
    (ones, 5, True),
    (_counted, 5, False),
    (shares, 8, False),
    (leads, 9, False),
    (counting_leads, 4, False),
    (_label_by_itself, 5, False),
    (by_part, 6, False),
    (paired, 7, False),
    (said_of, 9, True),
    (framed_one_by_one, 8, False),
    (numbered_rows, 6, True),
    (taken_up, 6, False),
    (quoted_row, 5, True),
    (by_pieces, 5, True),
    (sectioned, 5, True),
    (alike, 5, True),
    (chained, 4, False),
    (open_before, 5, False),
    (counted_lists, 1, True),
)
"""The readers, the highest weight that a reading of theirs has, and whether they need a number for every label."""

_BY_WEIGHT = sorted(enumerate(READERS), key=lambda item: (-item[1][1], item[0]))
