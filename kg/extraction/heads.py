"""Head nouns of ``lexicon/heads.tsv``: with which word a name ends, and what it may then be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from ahocorasick_rs import AhoCorasick, MatchKind

from kg.extraction.lexicon import read_table


@dataclass(frozen=True, slots=True)
class Head:
    """A head noun in the text and the types it may stand for."""

    text: str
    types: tuple[str, ...]
    start: int
    end: int


@cache
def head_types() -> dict[str, tuple[str, ...]]:
    """Return the types of every head."""
    return {head: tuple(types.split("|")) for head, types in read_table("heads")}


@cache
def _automaton() -> tuple[AhoCorasick, list[str]]:
    heads = sorted(head_types())
    return AhoCorasick(heads, MatchKind.LeftmostLongest), heads


def find_heads(text: str, begins_word: Callable[[int], bool]) -> list[Head]:
    """Return the heads of ``text`` in order; one of a single character must end a word.

    ``begins_word`` tells whether a word begins at an offset.
    """
    automaton, heads = _automaton()
    return [
        Head(heads[index], head_types()[heads[index]], start, end)
        for index, start, end in automaton.find_matches_as_indexes(text)
        if end - start > 1 or end == len(text) or begins_word(end)
    ]
