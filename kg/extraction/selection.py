"""Scored candidates → entities: the best wording of each, its aliases and mentions."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from kg.extraction.analysis import Analysis
from kg.extraction.candidates import Candidate
from kg.model import Entity, Span

THRESHOLD = 0.37
_ALTERNATIVE = 0.2
"""A second reading of where a name begins that is at least this likely is kept as an alias."""
_DISTRIBUTED = ("coordination", "listed places")
_MARKS = re.compile(r"[\s“”‘’《》，,。；、：:·—－\-（）()]")


def bare(name: str) -> str:
    """Return a name without quotation marks, brackets, spaces and punctuation."""
    return _MARKS.sub("", name)


def select(analysis: Analysis, candidates: Iterable[Candidate], thresholds: dict[str, float] | None = None) -> list[Entity]:
    """Return the entities of the article in the order in which they are first named.

    Of candidates that compete for one head the likeliest is kept; of candidates of one type
    that overlap, the likelier; what is left under one name becomes one entity.
    """
    kept = _best_of_group(c for c in candidates if c.score >= _ALTERNATIVE)
    kept = [c for c in kept if c.score >= (thresholds or {}).get(c.type, THRESHOLD)]
    kept = _without_overlaps(kept)
    return _merge(analysis, kept)


def _best_of_group(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Keep the likeliest candidate of each head; other likely beginnings or ends become its aliases."""
    groups: dict[tuple, list[Candidate]] = defaultdict(list)
    free = []
    for candidate in candidates:
        if candidate.group is None:
            free.append(candidate)
        else:
            groups[candidate.type, *candidate.group].append(candidate)
    for group in groups.values():
        group.sort(key=lambda c: (-c.score, c.start, c.end))
        best = group[0]
        best.aliases = [*best.aliases, *(c.name for c in group[1:3] if c.name not in best.aliases)]
        free.append(best)
    return free


def _without_overlaps(candidates: list[Candidate]) -> list[Candidate]:
    """Drop the less likely of two candidates of one type of which neither contains the other's whole name."""
    kept: list[Candidate] = []
    for candidate in sorted(candidates, key=lambda c: (-c.score, c.start, -c.end, c.type, c.name)):
        if candidate.rule in _DISTRIBUTED or not any(_clash(candidate, other) for other in kept):
            kept.append(candidate)
    return kept


def _clash(candidate: Candidate, other: Candidate) -> bool:
    if candidate.type != other.type or other.rule in _DISTRIBUTED:
        return False
    if candidate.end <= other.start or other.end <= candidate.start:
        return False
    return candidate.type not in ("Organisation", "Slogan")


def _merge(analysis: Analysis, candidates: list[Candidate]) -> list[Entity]:
    """Return one entity for every type and bare name, the earliest mention first."""
    groups: dict[tuple[str, str], list[Candidate]] = defaultdict(list)
    for candidate in sorted(candidates, key=lambda c: (c.start, c.end)):
        groups[candidate.type, bare(candidate.name)].append(candidate)
    entities = []
    for (kind, _), same in groups.items():
        first = same[0]
        aliases = dict.fromkeys(alias for c in same for alias in c.aliases if alias != first.name)
        spans = dict.fromkeys((c.start, c.end) for c in same)
        entities.append(
            Entity(
                type=kind,
                name=first.name,
                start=first.start,
                end=first.end,
                aliases=tuple(aliases),
                mentions=tuple(Span(start=start, end=end) for start, end in spans),
                rule=first.rule,
            )
        )
    return sorted(entities, key=lambda e: (e.start, e.end, e.type, e.name))
