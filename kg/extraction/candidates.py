"""Candidates: stretches of the text that may name an entity, with what speaks for and against them.

Generators propose generously; ``kg.extraction.scoring`` weighs the evidence of each
candidate and ``kg.extraction.selection`` keeps the best.
"""

from __future__ import annotations

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
    others for the same head, ``evidence`` what was observed, of which the first ``look`` groups
    may rule it out before the others are observed.
    """

    type: str
    name: str
    start: int
    end: int
    rule: str
    evidence: tuple[Evidence, ...]
    group: tuple[str, int] | None = None
    aliases: list[str] = field(default_factory=list)
    look: int = 0
    score: float = 0.0

    @property
    def features(self) -> list[str]:
        """All evidence as texts: what training learns from."""
        return to_features(self.evidence)


_EDGE = Word("^", "^", 0, 0)
_JOINTS = frozenset("的 了 着 起 “".split())
_BEFORE = Templates("b={0}", "bt={1}", every={"bc0={}": 2})
_SECOND_BEFORE = Templates("b2={0}", "b2t={1}", every={"bc1={}": 2})
_WHERE = Templates(every={"counted after={}": 0, "{}": 1})
_AFTER = Templates("a={0}", "at={1}", every={"ac0={}": 2})
_SECOND_AFTER = Templates("a2={0}", "a2t={1}", every={"ac1={}": 2})
_EDGES = Templates("edges={0}{1}")
_OCCURRENCE = Templates("n={0}", every={"{}": 1})
_EDGES_SEEN = {(begins, ends): (_EDGES, (begins, ends)) for begins in (False, True) for ends in (False, True)}
_OCCURRENCES = {
    (count, headed): (_OCCURRENCE, (count, ("headline",) if headed else ()))
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
    return *before(analysis, start), *after(analysis, end), edges(analysis, start, end)


def edges(analysis: Analysis, start: int, end: int) -> Evidence:
    """Return whether ``[start, end)`` begins and ends where words do."""
    return _EDGES_SEEN[analysis.begins_word(start), analysis.ends_word(end)]


def before(analysis: Analysis, start: int) -> tuple[Evidence, ...]:
    """Return what stands before ``start``, observed once for all candidates that begin there."""
    seen = analysis.seen_before.get(start)
    if seen is None:
        seen = analysis.seen_before[start] = _observe_before(analysis, start)
    return seen


def after(analysis: Analysis, end: int) -> tuple[Evidence, ...]:
    """Return what stands after ``end``, observed once for all candidates that end there."""
    seen = analysis.seen_after.get(end)
    if seen is None:
        seen = analysis.seen_after[end] = _observe_after(analysis, end)
    return seen


def next_word(analysis: Analysis, end: int) -> str:
    """Return the word after a stretch."""
    return after(analysis, end)[0][1][0]


def _observe_before(analysis: Analysis, start: int) -> tuple[Evidence, ...]:
    words, classes = analysis.words, _classes()
    index = analysis.word_index(start)
    text, tag, *_ = words[index - 1] if index > 0 else _EDGE
    text2, tag2, *_ = words[index - 2] if index > 1 else _EDGE
    further = classes.get(text2, ())
    if text in _JOINTS:
        further += further
    nearest = (_BEFORE, (text, tag, classes.get(text, ())))
    where = analysis.where(start)
    counted = tag == "q" and tag2 == "m" and index > 2
    if not (where or counted):
        return nearest, (_SECOND_BEFORE, (text2, tag2, further))
    verb = classes.get(words[index - 3].text) or ("-",) if counted else ()
    return nearest, (_SECOND_BEFORE, (text2, tag2, further)), (_WHERE, (verb, where))


def _observe_after(analysis: Analysis, end: int) -> tuple[Evidence, ...]:
    words, classes = analysis.words, _classes()
    index = analysis.word_index(end - 1) + 1
    text, tag, *_ = words[index] if index < len(words) else _EDGE
    text2, tag2, *_ = words[index + 1] if index + 1 < len(words) else _EDGE
    further = classes.get(text2, ()) if analysis.text[end : end + 1] == "的" else ()
    return (_AFTER, (text, tag, classes.get(text, ()))), (_SECOND_AFTER, (text2, tag2, further))


def occurrence(analysis: Analysis, name: str) -> Evidence:
    """Return how often a wording recurs and whether the headline has it."""
    count = min(analysis.text.count(name), 3)
    return _OCCURRENCES[count, name.strip("“”") in analysis.headline]
