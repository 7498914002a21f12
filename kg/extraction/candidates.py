"""Candidates: stretches of the text that may name an entity, with what speaks for and against them.

Generators propose generously; ``kg.extraction.scoring`` weighs the features of each
candidate and ``kg.extraction.selection`` keeps the best.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from kg.extraction.analysis import Analysis, Word
from kg.extraction.lexicon import read_sections


@dataclass(slots=True)
class Candidate:
    """A possible entity.

    ``start``/``end`` is its evidence in the text, ``name`` the wording (the evidence itself
    unless a coordination was distributed), ``group`` the place at which it competes with
    others for the same head, ``features`` names of what was observed.
    """

    type: str
    name: str
    start: int
    end: int
    rule: str
    features: list[str]
    group: tuple[str, int] | None = None
    aliases: list[str] = field(default_factory=list)
    score: float = 0.0


_EDGE = Word("^", "^", 0, 0)


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


def context(analysis: Analysis, start: int, end: int) -> list[str]:
    """Return features of what stands around ``[start, end)``: words, tags, cue classes, word edges."""
    words, text = analysis.words, analysis.text
    first = analysis.word_index(start)
    last = analysis.word_index(end - 1) + 1
    before = words[first - 1] if first > 0 else _EDGE
    before2 = words[first - 2] if first > 1 else _EDGE
    after = words[last] if last < len(words) else _EDGE
    after2 = words[last + 1] if last + 1 < len(words) else _EDGE
    features = [
        f"b={before.text}",
        f"bt={before.tag}",
        f"b2={before2.text}",
        f"b2t={before2.tag}",
        f"a={after.text}",
        f"at={after.tag}",
        f"a2={after2.text}",
        f"a2t={after2.tag}",
        f"edges={analysis.begins_word(start)}{last >= len(words) or words[last - 1].end == end}",
    ]
    for label, cued in (("b", (before, before2)), ("a", (after,))):
        for distance, word in enumerate(cued):
            features.extend(f"{label}c{distance}={name}" for name in cue_classes(word.text))
    if before.tag == "q" and before2.tag == "m" and first > 2:
        features.extend(f"counted after={name}" for name in cue_classes(words[first - 3].text) or ("-",))
    if before.text in ("的", "了", "着", "起", "“"):
        features.extend(f"bc1={name}" for name in cue_classes(before2.text))
    if text[end : end + 1] == "的":
        features.extend(f"ac1={name}" for name in cue_classes(after2.text))
    if analysis.in_speech(start):
        features.append("in speech")
    if analysis.in_lead(start):
        features.append("in lead")
    return features


def occurrence(analysis: Analysis, name: str) -> list[str]:
    """Return features of how often a wording recurs and whether the headline has it."""
    count = analysis.text.count(name)
    features = [f"n={min(count, 3)}"]
    bare = name.strip("“”")
    if bare in analysis.headline:
        features.append("headline")
    return features
