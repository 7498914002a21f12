"""Items of one list are of one kind: a likely name speaks for those beside it (党代表工作室、人大代表联络站).

The scorer sees each name by itself; what follows a name and the mark of a list is taken for the same kind of thing
where that is at all likely.  So is an alliance that is founded in numbers, though numbers speak against a name.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from kg.extraction.analysis import Analysis
from kg.extraction.candidates import Candidate

_KINDS = ("Platform", "Mechanism", "Programme", "Alliance", "Organisation")
_RULES = ("head", "listed body")
_JOINTS = frozenset("、和与及")
_SURE = 0.6
"""How likely a name must be to speak for its neighbours …"""
_POSSIBLE = 0.15
"""… and how likely those must be by themselves …"""
_SHARED = 0.05
"""… or, as quotations that visibly share a head and as alliances founded in numbers, at least this likely …"""
_FOUNDED = re.compile(r"(?:成立|组建|建立|组成|建成)[\d一二三四五六七八九十百两]{1,4}个$")
_NAMED = 7
"""Characters that a name has at least which says whose the alliance is."""
_ENOUGH = 0.34
"""… to become this likely, which is enough to be chosen and too little to speak for others."""


def agree(analysis: Analysis, candidates: Sequence[Candidate]) -> None:
    """Raise the score of possible names beside a likely one of their kind in a list.

    Names are parted by 、 or 和; quotations that share a head (“甲”“乙”示范点) all end with it, and so do the parts
    before a name that a list ends with (guideline rule 3).
    """
    possible = [c for c in candidates if c.score >= (_SHARED if _shares(c) else _POSSIBLE) and c.type in _KINDS]
    begins: dict[tuple[str, int], list[Candidate]] = defaultdict(list)
    ends: dict[tuple[str, int], list[Candidate]] = defaultdict(list)
    headed: dict[tuple[str, int], list[Candidate]] = defaultdict(list)
    distributed: dict[tuple[str, int, int], list[Candidate]] = defaultdict(list)
    for candidate in possible:
        if candidate.rule in _RULES:
            begins[candidate.type, candidate.start].append(candidate)
            ends[candidate.type, candidate.end].append(candidate)
        elif candidate.rule == "quotation with head" or _shares(candidate):
            headed[candidate.type, candidate.end].append(candidate)
        elif candidate.rule == "coordination":
            distributed[candidate.type, candidate.end, candidate.start].append(candidate)
    for (kind, end, _), part in distributed.items():
        if (kind, end) in ends:
            _raise(ends[kind, end], part)
    for (kind, end), left in ends.items():
        right = begins.get((kind, end + 1)) if analysis.text[end : end + 1] in _JOINTS else None
        if right is not None:
            _raise(left, right)
            _raise(right, left)
    for sharing in headed.values():
        for candidate in sharing:
            _raise(sharing, [candidate])
    _raise_places([c for c in candidates if c.rule == "listed places" and c.score >= _POSSIBLE])
    alliances = [c for c in candidates if c.type == "Alliance" and c.rule == "head" and c.score >= _SHARED]
    _raise_founded(analysis.text, alliances)


def _raise_places(possible: Sequence[Candidate]) -> None:
    """Let the places of a list speak for each other: 河东、河西、柳湾等村."""
    lists: dict[int, dict[object, list[Candidate]]] = defaultdict(lambda: defaultdict(list))
    for candidate in possible:
        lists[candidate.end][candidate.group].append(candidate)
    for parts in lists.values():
        everyone = [candidate for part in parts.values() for candidate in part]
        for part in parts.values():
            _raise(everyone, part)


def _raise_founded(text: str, alliances: Sequence[Candidate]) -> None:
    """Let an alliance that is founded in numbers be likely enough, and begin right behind the count.

    Counts are no part of a name (guidelines, "Entities"): the weights know few such names and take them for generic.
    """
    for founded in [candidate for candidate in alliances if _is_founded(text, candidate)]:
        founded.score = max(_ENOUGH, *(rival.score for rival in alliances if rival.group == founded.group))


def _is_founded(text: str, candidate: Candidate) -> bool:
    """Whether a name of more than its head is founded in numbers: 成立15个村党组织领办合作社联盟."""
    return (
        len(candidate.name) >= _NAMED
        and _FOUNDED.search(text[max(0, candidate.start - 8) : candidate.start]) is not None
    )


def _shares(candidate: Candidate) -> bool:
    """Whether a quotation stands in a list of which the last has the head: “甲”“乙”“丙”三大工程."""
    return candidate.group is not None and candidate.group[0] == "shared"


def _raise(named: Iterable[Candidate], possible: Iterable[Candidate]) -> None:
    best = max(possible, key=lambda candidate: (candidate.score, -candidate.start, candidate.end))
    if best.score < _ENOUGH and max(candidate.score for candidate in named) >= _SURE:
        best.score = _ENOUGH
