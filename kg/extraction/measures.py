"""Measures: the parallel section leads of a report (guidelines, "Measures").

A lead is a short first sentence of a section (明确目标，推动抱团发展合作共赢。).  What makes
it one is its siblings: leads of an article have the same number of clauses, the same
rhythm, and often the same words at the same place.  An ordinary opening has none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations

from kg.extraction.analysis import Analysis, Word
from kg.model import Span

_LONGEST = 36
_SHORTEST = 3
_SHORT = 5  # leads below this length stand out only as three or more
_ALIKE = 0.47
_ALIKE_PAIR = 0.62
_MARKS = frozenset("“”‘’《》、")
_NOT_A_LEAD = re.compile(
    r"[？?：:；;]|^(?:[一二三四五六七八九十]是|目前|近年|今年|去年|截至|同时|此外|“[^”]*$)|\d{2,}|了(?!算)(?:[^然解，]|$)"
    r"|如今|眼下|却|也|(?<![练造成铸])就(?![业近地])|(?:^|，)是"  # a narrative or a definition, no call to do something
)


def find_measures(analysis: Analysis) -> list[Span]:
    """Return the section leads of the article in order, without their full stops."""
    candidates = _candidates(analysis)
    leads = _parallel([_shape(analysis, c) for c in candidates], candidates)
    return leads if len(leads) >= 2 else []


def _candidates(analysis: Analysis) -> list[Span]:
    """Return the short sentences that open a paragraph or a printed line after a full stop."""
    starts = {p.start for p in analysis.article.paragraphs} | set(analysis.line_starts)
    opening = {(p.start, p.end) for p in analysis.article.paragraphs[:1]}
    found = []
    for sentence in analysis.sentences:
        start, end = sentence.start, sentence.end
        text = analysis.text[start:end]
        if start not in starts or (start, end) in opening or not _SHORTEST <= len(text) - 1 <= _LONGEST:
            continue
        standing_alone = "。" not in text and end < len(analysis.text) and analysis.text[end] == "\n"
        if not text.endswith("。") and not standing_alone:
            continue
        lead = text.rstrip("。")
        if not _NOT_A_LEAD.search(lead) and len(re.split("[，、]", lead)) <= 5:
            found.append(Span(start=start, end=start + len(lead)))
    return found


@dataclass(frozen=True, slots=True)
class _Shape:
    """What leads are compared by: their clauses, and of each clause the tags of its first and last word."""

    clauses: tuple[str, ...]
    tags: tuple[tuple[str, str], ...]
    quotes: tuple[bool, ...]


def _shape(analysis: Analysis, span: Span) -> _Shape:
    words = [w for w in analysis.words[analysis.word_index(span.start) :] if w.start < span.end]
    clauses, tags, quotes = [], [], []
    for clause in _split(words):
        inner = [w for w in clause if w.text not in _MARKS]
        if inner:
            clauses.append("".join(w.text for w in inner))
            tags.append((inner[0].tag[:1], inner[-1].tag[:1]))
            quotes.append(len(inner) < len(clause))
    return _Shape(tuple(clauses), tuple(tags), tuple(quotes))


def _split(words: list[Word]) -> list[list[Word]]:
    clauses: list[list[Word]] = [[]]
    for word in words:
        if word.text in "，,":
            clauses.append([])
        else:
            clauses[-1].append(word)
    return clauses


def _parallel(shapes: list[_Shape], candidates: list[Span]) -> list[Span]:
    """Return the largest group of candidates that are alike, in order."""
    best: list[int] = []
    best_score = 0.0
    for seed, shape in enumerate(shapes):
        group = [n for n, other in enumerate(shapes) if n == seed or likeness(shape, other) >= _ALIKE]
        if len(group) < (3 if any(c.end - c.start < _SHORT for c in (candidates[n] for n in group)) else 2):
            continue
        pairs = [likeness(shapes[a], shapes[b]) for a, b in combinations(group, 2)]
        score = len(group) * sum(pairs) / len(pairs)
        if len(group) == 2 and pairs[0] < _ALIKE_PAIR:
            continue
        if score > best_score:
            best, best_score = group, score
    return [candidates[n] for n in best]


def likeness(first: _Shape, second: _Shape) -> float:
    """Return how parallel two leads are: clauses, their lengths, word classes and shared characters in place."""
    count = len(first.clauses)
    if count != len(second.clauses) or not count:
        return 0.0
    pairs = list(zip(first.clauses, second.clauses))
    rhythm = sum(min(len(a), len(b)) / max(len(a), len(b)) for a, b in pairs) / count
    exact = sum(len(a) == len(b) for a, b in pairs) / count
    shared = sum(_shared_in_place(a, b) for a, b in pairs) / count
    classes = sum((a[0] == b[0]) + (a[1] == b[1]) for a, b in zip(first.tags, second.tags)) / (2 * count)
    quotes = sum(a == b and a for a, b in zip(first.quotes, second.quotes)) / count
    return 0.3 * rhythm + 0.2 * exact + 0.8 * shared + 0.25 * classes + 0.25 * quotes + (0.1 if count > 1 else 0.0)


def _shared_in_place(first: str, second: str) -> float:
    """Return the share of characters that stand at the same place, counted from either end."""
    from_start = sum(a == b for a, b in zip(first, second))
    from_end = sum(a == b for a, b in zip(reversed(first), reversed(second)))
    return max(from_start, from_end) / max(len(first), len(second))
