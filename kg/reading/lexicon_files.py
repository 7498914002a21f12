"""The word lists and tables of ``kg/reading/lexicon``: plain text, one entry a line, ``#`` begins a comment."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def read_words(name: str) -> tuple[str, ...]:
    """Return the entries of a word list, longest first."""
    words = {line.strip() for line in _lines(name) if line.strip()}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


@cache
def read_rows(name: str) -> tuple[tuple[str, ...], ...]:
    """Return the rows of a table, its columns parted by tabs."""
    return tuple(tuple(line.split("\t")) for line in _lines(name) if line)


def _lines(name: str) -> list[str]:
    text = files("kg.reading").joinpath("lexicon", name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]
