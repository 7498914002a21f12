"""The plain data files of ``kg/extraction/lexicon``: cue words, heads, units.

A file holds one entry a line; ``#`` begins a comment line.  A table (``.tsv``) parts its
columns with tabs.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def read_table(name: str) -> tuple[tuple[str, ...], ...]:
    """Return the rows of the table ``name`` (file name without suffix)."""
    text = files("kg.extraction").joinpath(f"lexicon/{name}.tsv").read_text(encoding="utf-8")
    return tuple(tuple(line.split("\t")) for line in text.splitlines() if line and not line.startswith("#"))


@cache
def read_words(name: str) -> frozenset[str]:
    """Return the words of the list ``name`` (file name without suffix); a line may hold several."""
    text = files("kg.extraction").joinpath(f"lexicon/{name}.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


@cache
def read_sections(name: str) -> dict[str, frozenset[str]]:
    """Return the lists of a file whose lines read ``label: word word …``, by label."""
    text = files("kg.extraction").joinpath(f"lexicon/{name}.txt").read_text(encoding="utf-8")
    sections: dict[str, frozenset[str]] = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            label, _, words = line.partition(":")
            sections[label] = sections.get(label, frozenset()) | frozenset(words.split())
    return sections
