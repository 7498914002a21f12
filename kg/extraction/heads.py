"""Head nouns of ``lexicon/heads.tsv``: with which word a name ends, and what it may then be."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from kg.extraction.lexicon import read_table, read_words


class Head(NamedTuple):
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
    heads = sorted(head_types().keys() | read_words("no_heads"))
    return AhoCorasick(heads, MatchKind.Standard), heads


def find_heads(text: str, begins_word: Callable[[int], bool]) -> list[Head]:
    """Return the heads of ``text`` in order; one of a single character must end a word.

    Of heads that overlap, one that is part of another gives way, and so does one that ends within a word
    (管理制|度 is no 管理制).  What a longer word of ``lexicon/no_heads.txt`` begins with is none either (标准|化,
    but 机制|化解).  ``begins_word`` tells whether a word begins at an offset.
    """
    automaton, heads = _automaton()
    found = [
        (start, end, heads[index])
        for index, start, end in automaton.find_matches_as_indexes(text, overlapping=True)
        if end == len(text) or begins_word(end) or end - start > 1 and heads[index] in head_types()
    ]
    kept: list[tuple[int, int, str]] = []
    for start, end, head in sorted(found, key=lambda match: (match[0], -match[1])):
        if kept and end <= kept[-1][1]:
            continue
        if kept and start < kept[-1][1] and not begins_word(kept[-1][1]):
            kept.pop()
        if not kept or start >= kept[-1][1]:
            kept.append((start, end, head))
    return [Head(head, head_types()[head], start, end) for start, end, head in kept if head in head_types()]
