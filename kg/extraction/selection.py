"""Scored candidates → entities: the best wording of each, its aliases and mentions.

Selection is a few steps, each of which drops candidates and says why, so that ``kg explain`` tells what was decided
here instead of guessing it again.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from kg.extraction.analysis import Analysis
from kg.extraction.candidates import Candidate
from kg.model import Entity, Span

THRESHOLD = 0.33
_ALTERNATIVE = 0.2
"""A second reading of where a name begins that is at least this likely is kept as an alias."""
DISTRIBUTED = ("coordination", "listed places")
"""The rules whose names are put together from a part and the head that a list shares: their evidence is the list."""
_MARKS = re.compile(r"[\s“”‘’《》，,。；、：:·—－\-（）()]")

_OVERLAPPING = ("Organisation", "Slogan")
"""The types of which one name may stand in another."""
_ONE_KIND = ("Person", "Place", "Organisation")
"""What stands at one stretch is only one of these."""

UNLIKELY = "unlikely"
KIND = "kind"
RIVAL = "rival"
OVERLAP = "overlap"
REPEAT = "repeat"
"""Why a candidate is no entity: below the threshold (``UNLIKELY``), the stretch is likelier another kind of thing
(``KIND``), another beginning or end of the name was likelier (``RIVAL``), a likelier name of its type overlaps it
(``OVERLAP``), it names what an earlier one names (``REPEAT``)."""


class Dropped(NamedTuple):
    """A candidate that became no entity, the reason, and the candidate that was preferred to it (None: no other)."""

    candidate: Candidate
    reason: str
    preferred: Candidate | None = None


class Chosen(NamedTuple):
    """The candidate that became an entity and those that name the same thing again, in the order of the text."""

    first: Candidate
    again: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """What came of the candidates: every one of them is chosen (``first``) or dropped."""

    chosen: tuple[Chosen, ...]
    dropped: tuple[Dropped, ...]


def bare(name: str) -> str:
    """Return a name without quotation marks, brackets, spaces and punctuation."""
    return _MARKS.sub("", name)


def select(analysis: Analysis, candidates: Iterable[Candidate]) -> list[Entity]:
    """Return the entities of the article in the order in which they are first named."""
    likely = [candidate for candidate in candidates if candidate.score >= _ALTERNATIVE]  # the others change nothing
    return [to_entity(chosen) for chosen in choose(likely).chosen]


def choose(candidates: Iterable[Candidate]) -> Selection:
    """Return which scored candidates are entities and why the others are none; the candidates stay as they are.

    A stretch names one kind of person, place or organisation; of candidates that compete for one head the likeliest is
    kept; of candidates of one type that overlap, the likelier; what is left under one name becomes one entity.
    """
    dropped: list[Dropped] = []
    kept = _of_one_kind(list(candidates), dropped)
    kept = _best_of_group(kept, dropped)
    kept = _of_one_reading(kept, dropped)
    kept = _without_overlaps(kept, dropped)
    return Selection(_merge(kept, dropped), tuple(dropped))


def to_entity(chosen: Chosen) -> Entity:
    """Return the entity that a chosen candidate and its repetitions make up."""
    first, same = chosen.first, (chosen.first, *chosen.again)
    aliases = dict.fromkeys([alias for c in same for alias in c.aliases if alias != first.name])
    spans = dict.fromkeys([(c.start, c.end) for c in same])
    return Entity(
        type=first.type,
        name=first.name,
        start=first.start,
        end=first.end,
        aliases=tuple(aliases),
        mentions=tuple([Span(start=start, end=end) for start, end in spans]),
        rule=first.rule,
    )


def _of_one_kind(candidates: Sequence[Candidate], dropped: list[Dropped]) -> list[Candidate]:
    """Drop a person, place or organisation where another kind of them is likelier on the same stretch."""
    best: dict[tuple[int, int], Candidate] = {}
    for candidate in candidates:
        place = (candidate.start, candidate.end)
        if candidate.type in _ONE_KIND and (place not in best or candidate.score > best[place].score):
            best[place] = candidate
    kept = []
    for candidate in candidates:
        likeliest = best.get((candidate.start, candidate.end), candidate)
        if candidate.type not in _ONE_KIND or likeliest.type == candidate.type:
            kept.append(candidate)
        elif candidate.score < THRESHOLD:
            dropped.append(Dropped(candidate, UNLIKELY))
        else:
            dropped.append(Dropped(candidate, KIND, likeliest))
    return kept


def _best_of_group(candidates: Iterable[Candidate], dropped: list[Dropped]) -> list[Candidate]:
    """Keep the likeliest candidate of each head; other likely beginnings or ends become its aliases."""
    groups: dict[tuple[object, ...], list[Candidate]] = defaultdict(list)
    free = []
    for candidate in candidates:
        if candidate.group is not None:
            groups[candidate.type, *candidate.group].append(candidate)
        elif candidate.score >= THRESHOLD:
            free.append(candidate)
        else:
            dropped.append(Dropped(candidate, UNLIKELY))
    for group in groups.values():
        group.sort(key=lambda c: (-c.score, c.start, c.end))
        best, *others = group
        if best.score < THRESHOLD:
            dropped.extend(Dropped(candidate, UNLIKELY) for candidate in group)
            continue
        wordings = [c.name for c in others[:2] if c.score >= _ALTERNATIVE and c.name not in best.aliases]
        best = replace(best, aliases=[*best.aliases, *wordings]) if wordings else best
        dropped.extend(Dropped(candidate, RIVAL, best) for candidate in others)
        free.append(best)
    return free


def _of_one_reading(candidates: Sequence[Candidate], dropped: list[Dropped]) -> list[Candidate]:
    """Drop the part of a list where the same with the head that the list shares is kept (河东 beside 河东村).

    A quotation of such a list is no other kind of thing (but for a slogan).
    """
    whole = {(c.type, c.start, bare(part)): c for c in candidates if c.rule in DISTRIBUTED for part in c.aliases}
    shared: dict[int, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        if candidate.group is not None and candidate.group[0] == "shared":
            shared[candidate.start].append(candidate)
    kept = []
    for candidate in candidates:
        preferred = None
        if candidate.rule not in DISTRIBUTED:
            preferred = whole.get((candidate.type, candidate.start, bare(candidate.name)))
        if preferred is None and candidate.type != "Slogan" and candidate.rule == "quotation":
            preferred = next(iter(shared.get(candidate.start, ())), None)
        if preferred is None:
            kept.append(candidate)
        else:
            dropped.append(Dropped(candidate, RIVAL, preferred))
    return kept


def _without_overlaps(candidates: Iterable[Candidate], dropped: list[Dropped]) -> list[Candidate]:
    """Drop the less likely of two candidates of one type of which neither contains the other's whole name."""
    kept: list[Candidate] = []
    taken: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for candidate in sorted(candidates, key=lambda c: (-c.score, c.start, -c.end, c.type, c.name)):
        if candidate.type not in _OVERLAPPING and candidate.rule not in DISTRIBUTED:
            clash = _clash(candidate, taken[candidate.type])
            if clash is not None:
                dropped.append(Dropped(candidate, OVERLAP, kept[clash]))
                continue
            insort(taken[candidate.type], (candidate.start, candidate.end, len(kept)))
        kept.append(candidate)
    return kept


def _clash(candidate: Candidate, taken: Sequence[tuple[int, int, int]]) -> int | None:
    """Return the likeliest (least number) of the taken stretches (start, end, number) that a candidate overlaps.

    ``taken`` are in order and do not overlap each other.
    """
    first = bisect_left(taken, (candidate.start,))
    first -= first > 0 and taken[first - 1][1] > candidate.start
    last = bisect_left(taken, (candidate.end,))
    return min((number for _, _, number in taken[first:last]), default=None)


def _merge(candidates: Iterable[Candidate], dropped: list[Dropped]) -> tuple[Chosen, ...]:
    """Return what is named for every type and bare name, the earliest first."""
    groups: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
    for candidate in sorted(candidates, key=lambda c: (c.start, c.end)):
        groups[candidate.type, bare(candidate.name)].append(candidate)
    for first, *again in groups.values():
        dropped.extend(Dropped(candidate, REPEAT, first) for candidate in again)
    chosen = (Chosen(first, tuple(again)) for first, *again in groups.values())
    return tuple(sorted(chosen, key=lambda c: (c.first.start, c.first.end, c.first.type, c.first.name)))
