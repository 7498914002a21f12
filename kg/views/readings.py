"""How names are read: Mandarin syllables without tones, so that 梁山 is found as liangshan and as ls.

pypinyin reads words by its dictionary; where that errs, mostly in names of places, ``lexicon/readings.tsv`` decides.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any

from pypinyin import lazy_pinyin
from pypinyin.contrib.mmseg import seg

_LEXICON = resources.files("kg.views") / "lexicon" / "readings.tsv"


def to_readings(names: Iterable[str]) -> dict[str, Any]:
    """Return the readings of ``names``, compactly.

    ``syllables`` gives for each syllable the characters that are mostly read so; ``names`` gives the whole reading of
    the names in which a character is read otherwise, one syllable for each Chinese character, ü as v.
    """
    spelled = {name: read_aloud(name) for name in sorted(set(names))}
    readings: dict[str, Counter[str]] = defaultdict(Counter)
    for pairs in spelled.values():
        for character, syllable in pairs:
            readings[character][syllable] += 1
    usual = {character: min(counts, key=lambda s: (-counts[s], s)) for character, counts in readings.items()}
    syllables: dict[str, str] = defaultdict(str)
    for character in sorted(usual):
        syllables[usual[character]] += character
    return {
        "syllables": dict(sorted(syllables.items())),
        "names": {
            name: " ".join(syllable for _, syllable in pairs)
            for name, pairs in spelled.items()
            if any(usual[character] != syllable for character, syllable in pairs)
        },
    }


def read_aloud(name: str) -> tuple[tuple[str, str], ...]:
    """Return the Chinese characters of ``name`` in order, each with its syllable; other signs have none."""
    syllables = [syllable for word in seg.cut(name) for syllable in _read_word(word)]
    for wording, reading in _lexicon():
        at = name.find(wording)
        while at >= 0 and len(wording) > 1:
            syllables[at : at + len(wording)] = reading
            at = name.find(wording, at + 1)
    return tuple((character, syllable) for character, syllable in zip(name, syllables) if syllable)


def _read_word(word: str) -> list[str]:
    """Return one syllable for each character of a word of the dictionary; empty for what is no Chinese character."""
    if len(word) == 1:
        return [_characters().get(word) or "".join(lazy_pinyin(word, errors="ignore"))]
    # pypinyin takes a list for each of the signs too, which its annotations leave out
    read = lazy_pinyin(word, errors=lambda signs: [""] * len(signs))  # type: ignore[arg-type,return-value]
    return read if len(read) == len(word) else [""] * len(word)


@cache
def _characters() -> dict[str, str]:
    return {wording: reading[0] for wording, reading in _lexicon() if len(wording) == 1}


@cache
def _lexicon() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return wordings and their syllables, the shortest first, so that the longest has the last word."""
    lines = _LEXICON.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return tuple(sorted(((wording, tuple(reading.split())) for wording, reading in rows), key=lambda r: (len(r[0]), r)))
