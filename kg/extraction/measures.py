"""Measures: the parallel section leads of a report (guidelines, "Measures").

A lead is a short first sentence of a section (明确目标，推动抱团发展合作共赢。).  What makes
it one is its siblings: leads of an article have the same number of clauses, the same
rhythm, and often the same words at the same place.  An ordinary opening has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice

from kg.extraction.analysis import Analysis, Word
from kg.model import Span

_LONGEST = 36
_SHORTEST = 3
_MOST = 40
"""How many sentences are compared with each other; no report has as many sections."""
_SHORT = 5  # leads below this length stand out only as three or more
_ALIKE = 0.47
_ALIKE_PAIR = 0.62
_MARKS = frozenset("“”‘’《》、")
_NOT_A_LEAD = re.compile(
    r"[？?：:；;]|^(?:[一二三四五六七八九十]是|目前|近年|今年|去年|截至|同时|此外|“[^”]*$)|\d{2,}"
    r"|如今|眼下|却|也|(?<![练造成铸])就(?![业近地])|(?:^|，)是"  # a narrative or a definition, no call to do something
)
_TOLD = re.compile(r"(?<![得不])了(?!算)(?:[^然解，]|$)")
"""What is told as done (茶山有了领路人): a lead only beside two others of its kind."""
ORDINAL = re.compile(
    r"(?:[一二三四五六七八九十]是|第[一二三四五六七八九十][^，。“”]{0,2}(?:“[^“”]{1,4}”)?，?是|“[\dN]”，?就?是|其[一二三四五]，)(?=.{3})"
)
"""What numbers a lead and is printed with it: 一是, 第一招，是, “1”就是."""
_ORDER = re.compile(r"(?:首先|其次|再次|第[一二三四五六]|最后)，")
"""A word of order, which belongs to the sentence and not to the lead."""


@dataclass(frozen=True, slots=True)
class _Lead:
    """A possible lead; ``weak`` where it is numbered or tells what is done, so that two alone say little.

    Leads are compared by their clauses and the tags of the first and last word of each.
    """

    span: Span
    weak: bool
    clauses: tuple[str, ...]
    tags: tuple[tuple[str, str], ...]
    quotes: tuple[bool, ...]


def find_measures(analysis: Analysis) -> list[Span]:
    """Return the section leads of the article in order, without their full stops."""
    return [lead.span for lead in _parallel(list(islice(_candidates(analysis), _MOST)))]


def _candidates(analysis: Analysis) -> Iterator[_Lead]:
    """Yield the short sentences that open a paragraph or a printed line after a full stop."""
    starts = {p.start for p in analysis.article.paragraphs} | analysis.line_starts
    opening = {(p.start, p.end) for p in analysis.article.paragraphs[:1]}
    for sentence in analysis.sentences:
        start, end = sentence.start, sentence.end
        if not _SHORTEST <= end - start - 1 <= _LONGEST or (start, end) in opening:
            continue
        if start not in starts and not analysis.text.startswith("首先，", start):
            continue
        text = analysis.text[start:end]
        standing_alone = "。" not in text and end < len(analysis.text) and analysis.text[end] == "\n"
        if not text.endswith("。") and not standing_alone:
            continue
        order, text = _ORDER.match(text), text.rstrip("。")
        if order:
            start, text = start + order.end(), text[order.end() :]
        ordinal = ORDINAL.match(text)
        words = text[ordinal.end() :] if ordinal else text
        if not _NOT_A_LEAD.search(words) and words.count("，") + words.count("、") < 5:
            weak = ordinal is not None or _TOLD.search(words) is not None
            span = Span(start=start, end=start + len(text))
            yield _lead(analysis, span, span.end - len(words), weak)


def behind_ordinal(text: str, lead: Span) -> int:
    """Return where the words of a lead begin, behind what numbers it (一是, 第一招，是)."""
    ordinal = ORDINAL.match(text, lead.start, lead.end)
    return ordinal.end() if ordinal else lead.start


def _lead(analysis: Analysis, span: Span, start: int, weak: bool) -> _Lead:
    """Return the lead, to be compared by its words from ``start`` on."""
    words = analysis.words[analysis.word_index(start) : analysis.word_index(span.end - 1) + 1]
    clauses, tags, quotes = [], [], []
    for clause in _split(words):
        inner = [w for w in clause if w.text not in _MARKS]
        if inner:
            clauses.append("".join(w.text for w in inner))
            tags.append((inner[0].tag[:1], inner[-1].tag[:1]))
            quotes.append(len(inner) < len(clause))
    return _Lead(span, weak, tuple(clauses), tuple(tags), tuple(quotes))


def _split(words: list[Word]) -> list[list[Word]]:
    clauses: list[list[Word]] = [[]]
    for word in words:
        if word.text in "，,":
            clauses.append([])
        else:
            clauses[-1].append(word)
    return clauses


def _parallel(candidates: Sequence[_Lead]) -> list[_Lead]:
    """Return the largest group of candidates that are alike, in order."""
    alike = {(a, b): likeness(candidates[a], candidates[b]) for a, b in combinations(range(len(candidates)), 2)}
    best: list[int] = []
    best_score = 0.0
    for seed in range(len(candidates)):
        others = range(len(candidates))
        group = [n for n in others if n == seed or alike[min(n, seed), max(n, seed)] >= _ALIKE]
        leads = [candidates[n] for n in group]
        weak = any(lead.weak for lead in leads)
        if len(group) < (3 if weak or any(lead.span.end - lead.span.start < _SHORT for lead in leads) else 2):
            continue
        mean = sum(alike[pair] for pair in combinations(group, 2)) / (len(group) * (len(group) - 1) / 2)
        if (weak or len(group) == 2) and mean < _ALIKE_PAIR:
            continue
        if len(group) * mean > best_score:
            best, best_score = group, len(group) * mean
    return [candidates[n] for n in best]


def likeness(first: _Lead, second: _Lead) -> float:
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
