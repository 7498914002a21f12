"""Candidates: stretches of the text that may name an entity, with what speaks for and against them.

Generators propose generously; ``kg.extraction.scoring`` weighs the evidence of each
candidate and ``kg.extraction.selection`` keeps the best.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache

from kg.extraction.analysis import Analysis, Word
from kg.extraction.evidence import Evidence, Templates, to_features
from kg.extraction.lexicon import read_sections


@dataclass(slots=True)
class Candidate:
    """A possible entity.

    ``start``/``end`` is where it stands in the text, ``name`` the wording (what stands there
    unless a coordination was distributed), ``group`` the place at which it competes with
    others for the same head, ``evidence`` what was observed and ``rest`` observes the rest of
    it: not done for what is hopeless already, None where nothing is left.
    """

    type: str
    name: str
    start: int
    end: int
    rule: str
    evidence: tuple[Evidence, ...]
    group: tuple[str, int] | None = None
    aliases: list[str] = field(default_factory=list)
    rest: Callable[[], tuple[Evidence, ...]] | None = None
    score: float = 0.0

    @property
    def features(self) -> list[str]:
        """All evidence as texts, the rest of it included: what training learns from."""
        return to_features(self.evidence + (self.rest() if self.rest else ()))


_EDGE = Word("^", "^", 0, 0)
_JOINTS = frozenset("的 了 着 起 “".split())
_BEFORE = Templates(
    "b={0}", "bt={1}", "b2={2}", "b2t={3}", every={"bc0={}": 4, "bc1={}": 5, "counted after={}": 6, "{}": 7}
)
_AFTER = Templates("a={0}", "at={1}", "a2={2}", "a2t={3}", every={"ac0={}": 4, "ac1={}": 5})
_EDGES = Templates("edges={0}{1}")
_OCCURRENCE = Templates("n={0}", every={"{}": 1})
_EDGES_SEEN = {
    (begins, ends): Evidence(_EDGES, (begins, ends), shared=True) for begins in (False, True) for ends in (False, True)
}
_OCCURRENCES = {
    (count, headed): Evidence(_OCCURRENCE, (count, ("headline",) if headed else ()), shared=True)
    for count in range(4)
    for headed in (False, True)
}


@cache
def _classes() -> dict[str, tuple[str, ...]]:
    """Return the classes of every cue word (``lexicon/cues.txt``)."""
    classes: dict[str, tuple[str, ...]] = {}
    for label, words in sorted(read_sections("cues").items()):
        for word in words:
            classes[word] = (*classes.get(word, ()), label)
    return classes


def cue_classes(word: str) -> tuple[str, ...]:
    """Return the classes of a cue word, none for other words."""
    return _classes().get(word, ())


def context(analysis: Analysis, start: int, end: int) -> tuple[Evidence, ...]:
    """Return what stands around ``[start, end)``: words, tags, cue classes, word edges."""
    edges = analysis.begins_word(start), analysis.ends_word(end)
    return before(analysis, start), after(analysis, end), _EDGES_SEEN[edges]


def before(analysis: Analysis, start: int) -> Evidence:
    """Return what stands before ``start``, observed once for all candidates that begin there."""
    seen = analysis.seen_before.get(start)
    if seen is None:
        seen = analysis.seen_before[start] = _observe_before(analysis, start)
    return seen


def after(analysis: Analysis, end: int) -> Evidence:
    """Return what stands after ``end``, observed once for all candidates that end there."""
    seen = analysis.seen_after.get(end)
    if seen is None:
        seen = analysis.seen_after[end] = _observe_after(analysis, end)
    return seen


def next_word(around: Sequence[Evidence]) -> str:
    """Return the word after a stretch from its context."""
    return around[1].values[0]


def _observe_before(analysis: Analysis, start: int) -> Evidence:
    words = analysis.words
    index = analysis.word_index(start)
    first = words[index - 1] if index > 0 else _EDGE
    second = words[index - 2] if index > 1 else _EDGE
    counted: tuple[str, ...] = ()
    if first.tag == "q" and second.tag == "m" and index > 2:
        counted = cue_classes(words[index - 3].text) or ("-",)
    further = cue_classes(second.text)
    where = ("in speech",) * analysis.in_speech(start) + ("in lead",) * analysis.in_lead(start)
    if first.text in _JOINTS:
        further += further
    values = (first.text, first.tag, second.text, second.tag, cue_classes(first.text), further, counted, where)
    return Evidence(_BEFORE, values, shared=True)


def _observe_after(analysis: Analysis, end: int) -> Evidence:
    words = analysis.words
    index = analysis.word_index(end - 1) + 1
    first = words[index] if index < len(words) else _EDGE
    second = words[index + 1] if index + 1 < len(words) else _EDGE
    further = cue_classes(second.text) if analysis.text[end : end + 1] == "的" else ()
    values = (first.text, first.tag, second.text, second.tag, cue_classes(first.text), further)
    return Evidence(_AFTER, values, shared=True)


def occurrence(analysis: Analysis, name: str) -> Evidence:
    """Return how often a wording recurs and whether the headline has it."""
    count = min(analysis.text.count(name), 3)
    return _OCCURRENCES[count, name.strip("“”") in analysis.headline]
