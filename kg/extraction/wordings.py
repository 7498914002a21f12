"""One entity, many wordings (guideline rule 1): shorter repeats are aliases of the fullest wording in the article.

联盟, 党建联盟 and 全域党建联盟 beside 全域产业党建联盟 name the same alliance: what a wording says is
in the fuller one, in the same order, and both end alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.extraction.selection import DISTRIBUTED, bare
from kg.model import Entity

_JOINED = ("Alliance", "Mechanism", "Programme", "Platform")
_SHARED_END = 2


def join_wordings(entities: Sequence[Entity]) -> list[Entity]:
    """Return the entities with every shorter repeat made an alias of its fullest wording, order kept."""
    fullest: dict[int, int] = {}
    for number, entity in enumerate(entities):
        fuller = [n for n, other in enumerate(entities) if _is_wording_of(entity, other)]
        if fuller:
            fullest[number] = max(fuller, key=lambda n: (len(bare(entities[n].name)), -n))
    joined = []
    for number, entity in enumerate(entities):
        if number in fullest:
            continue
        repeats = [entities[n] for n in fullest if _root(fullest, n) == number]
        joined.append(_with_repeats(entity, repeats) if repeats else entity)
    return joined


def _root(fullest: dict[int, int], number: int) -> int:
    while number in fullest:
        number = fullest[number]
    return number


def _is_wording_of(shorter: Entity, fuller: Entity) -> bool:
    """Whether one entity repeats the other in fewer words; a part of a distributed coordination is its own."""
    if shorter.type != fuller.type or shorter.type not in _JOINED:
        return False
    if shorter.rule in DISTRIBUTED or fuller.rule in DISTRIBUTED:
        return False
    short, full = bare(shorter.name), bare(fuller.name)
    if len(short) >= len(full) or short[-_SHARED_END:] != full[-_SHARED_END:]:
        return False
    return full.endswith(short) or (shorter.type == "Alliance" and _is_within(short, full))


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
    unique = sorted(set((m.start, m.end) for m in mentions))
    spans = {(m.start, m.end): m for m in mentions}
    return replace(
        entity, aliases=tuple(dict.fromkeys(aliases)), mentions=tuple(spans[position] for position in unique)
    )
