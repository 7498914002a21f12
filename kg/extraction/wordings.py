"""One entity, many wordings (guideline rule 1): shorter repeats are aliases of the fullest wording in the article.

联盟, 党建联盟 and 全域党建联盟 beside 全域产业党建联盟 name the same alliance: what a wording says is
in the fuller one, in the same order, and both end alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from kg.extraction.selection import DISTRIBUTED, bare
from kg.model import Entity

_JOINED = ("Alliance", "Mechanism", "Programme", "Platform")
_SHARED_END = 2


def join_wordings(entities: Sequence[Entity]) -> list[Entity]:
    """Return the entities with every shorter repeat made an alias of its fullest wording, order kept."""
    fullest = _find_fullest(entities)
    repeats: dict[int, list[Entity]] = defaultdict(list)
    for number in fullest:
        repeats[_root(fullest, number)].append(entities[number])
    return [
        _with_repeats(entity, repeats[number]) if number in repeats else entity
        for number, entity in enumerate(entities)
        if number not in fullest
    ]


def _find_fullest(entities: Sequence[Entity]) -> dict[int, int]:
    """Return, for every entity that repeats others in fewer words, the number of the fullest (the first of equals).

    A part of a distributed coordination is its own.
    """
    kinds: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for number, entity in enumerate(entities):
        if entity.type in _JOINED and entity.rule not in DISTRIBUTED:
            kinds[entity.type].append((number, bare(entity.name)))
    fullest: dict[int, int] = {}
    for kind, names in kinds.items():
        names.sort(key=lambda name: -len(name[1]))
        fullest |= _within_alliances(names) if kind == "Alliance" else _at_the_end(names)
    return dict(sorted(fullest.items()))


def _at_the_end(names: Sequence[tuple[int, str]]) -> dict[int, int]:
    """Return the repeats of which the fullest wording has all words at its end; the fullest names stand first."""
    endings: dict[str, int] = {}
    lengths = {len(name) for _, name in names}
    for number, name in names:
        for length in lengths:
            if _SHARED_END <= length < len(name):
                endings.setdefault(name[-length:], number)
    return {number: endings[name] for number, name in names if name in endings}


def _within_alliances(names: Sequence[tuple[int, str]]) -> dict[int, int]:
    """Return the repeats of which the fullest wording has all characters in order and the same end."""
    ends: dict[str, list[tuple[int, str]]] = defaultdict(list)
    fullest = {}
    for number, name in names:
        same_end = ends[name[-_SHARED_END:]]
        fuller = (n for n, full in same_end if len(full) > len(name) and _is_within(name, full))
        if len(name) >= _SHARED_END and (found := next(fuller, None)) is not None:
            fullest[number] = found
        same_end.append((number, name))
    return fullest


def _root(fullest: dict[int, int], number: int) -> int:
    while number in fullest:
        number = fullest[number]
    return number


def _is_within(short: str, full: str) -> bool:
    """Whether the characters of ``short`` stand in ``full`` in the same order."""
    letters = iter(full)
    return all(letter in letters for letter in short)


def _with_repeats(entity: Entity, repeats: Sequence[Entity]) -> Entity:
    aliases = [*entity.aliases]
    mentions = [*entity.mentions]
    for repeat in repeats:
        aliases += [name for name in (repeat.name, *repeat.aliases) if name != entity.name]
        mentions += repeat.mentions
    unique = sorted({(m.start, m.end) for m in mentions})
    spans = {(m.start, m.end): m for m in mentions}
    return replace(
        entity, aliases=tuple(dict.fromkeys(aliases)), mentions=tuple(spans[position] for position in unique)
    )
