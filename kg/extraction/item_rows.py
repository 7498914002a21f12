"""Rows of items near a formula that may spell it out, however they are introduced (guidelines, "Formulas").

The readers of ``kg.extraction.components`` know how the genre spells formulas out.  Here is only
what stands in a row of as many as a label counts: lists, clauses, sections, paragraphs, quotations,
leads, pieces with the label's word.  Which row it is, if any, ``kg.extraction.likely_items`` weighs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from kg.extraction.enumerations import Items, clauses, readings, split, texts, tidy
from kg.extraction.spelling import FAR, Spelling, is_closed

_BEFORE, _BEHIND = FAR, 700
"""How many characters before the first and behind the last formula a row may stand …"""
_WIDEST = 3000
"""… and how many are searched at most."""
_MOST_ITEMS = 13
_MOST_ROWS = 200
"""How many rows are looked at; no report has as many near a formula, and among more none stands out."""
_LONGEST_LIST = 160
_SHORT_CLAUSE, _CLAUSE, _PIECE, _ITEM, _SINGLE = 18, 40, 24, 30, 14
_FARTHEST_QUOTES, _FARTHEST_PIECES = 400, 300
_SENTENCE_ENDS = "。！？!?"
_HEAD_ENDS = "，,：:"


@dataclass(frozen=True, slots=True)
class Row:
    """What stands in a row: how it is set, the offsets of its items as printed, and whether no others stand there."""

    shape: str
    items: Items
    whole: bool


class Surroundings:
    """The stretches around a formula in which its items may stand, cut as the text is."""

    def __init__(self, spelling: Spelling) -> None:
        self._analysis, self._text, self._inner = spelling.analysis, spelling.text, spelling.inner
        self._places, self._measures = spelling.places, spelling.measures
        first, last = self._places[0][0], self._places[-1][1]
        self._start = max(0, first - _BEFORE)
        self._end = min(len(self._text), last + _BEHIND, self._start + _WIDEST)

    def rows(self, count: int, key: str) -> list[Row]:
        """Return the rows of ``count`` items that may spell out a label, ``key`` being the word that it counts.

        No item holds the formula itself, and none is there twice; too many rows are no rows.
        """
        if not 0 < count <= _MOST_ITEMS:
            return []
        proposed = self._of_several(count, key) if count > 1 else self._of_one(key)
        rows = list(islice(proposed, _MOST_ROWS + 1))
        if len(rows) > _MOST_ROWS:
            return []
        rows = [row for row in rows if not any(a <= start < b for a, b in row.items for start, _ in self._places)]
        return list({(row.shape, tuple(row.items)): row for row in reversed(rows)}.values())[::-1]

    def wordings(self, row: Row, key: str) -> tuple[str, ...]:
        """Return the items of a row without what belongs to the sentence; nothing where they are not all items."""
        items = tidy(self._analysis, row.items, key)
        wordings = texts(self._analysis, items)
        told_apart = len(set(wordings)) == len(items) == len(row.items)
        return wordings if told_apart and all(len(w) <= _ITEM and is_closed(w) for w in wordings) else ()

    def _of_several(self, count: int, key: str) -> Iterator[Row]:
        for sentence in self._clauses:
            yield from self._lists(sentence, count)
            for row in _windows(sentence, count):
                longest = max(b - a for a, b in row)
                if longest <= _CLAUSE:
                    shape = "clauses" if longest <= _SHORT_CLAUSE else "long clauses"
                    yield Row(shape, row, len(sentence) == count)
        for parts, shape in ((self._sections, "sections"), (self._sentences, "sentences")):
            for within in parts:
                for row in _windows(within, count):
                    yield Row(shape, [self._head(*part, _HEAD_ENDS) for part in row], len(within) == count)
        for row in _windows(self._paragraphs, count):
            yield Row("paragraphs", [self._head(*part) for part in row], len(self._paragraphs) == count)
        yield from self._quotations(count)
        leads = [(lead.start, lead.end) for lead in self._measures]
        for row in _windows(leads, count):
            yield Row("leads", row, len(leads) == count)
        yield from self._keyed(count, key)

    def _lists(self, sentence: Items, count: int) -> Iterator[Row]:
        for start, end in sentence:
            if end - start > _LONGEST_LIST:
                continue
            plain, *joined = readings(self._text, start, end) or [[]]
            yield from (Row("list with and", items, True) for items in joined if len(items) == count)
            if len(plain) == count:
                yield Row("list", plain, True)
            elif len(plain) > count:
                yield Row("head of a list", plain[:count], False)
                yield Row("end of a list", plain[-count:], False)

    def _quotations(self, count: int) -> Iterator[Row]:
        quotes, text = self._quotes, self._text
        for number, row in enumerate(_windows(quotes, count)):
            if row[-1][1] - row[0][0] >= _FARTHEST_QUOTES:
                continue
            begins = number == 0 or text.find("。", quotes[number - 1][1], row[0][0]) >= 0
            behind = quotes[number + count : number + count + 1]
            ends = not behind or text.find("。", row[-1][1], behind[0][0]) >= 0
            yield Row("quotations", [(a + 1, b - 1) for a, b in row], begins and ends)

    def _keyed(self, count: int, key: str) -> Iterator[Row]:
        tests: tuple[tuple[str, Callable[[str], bool]], ...] = (
            ("opening with the word", lambda piece: piece.startswith(key)),
            ("closing with the word", lambda piece: piece.endswith(key)),
            ("with the word", lambda piece: key in piece),
        )
        for shape, holds in tests if key else ():
            pieces = [piece for piece in self._pieces if holds(self._wording(piece))]
            pieces = [piece for piece in pieces if len(key) < len(self._wording(piece)) and self._may_be_item(piece)]
            for row in _windows(pieces, count):
                if row[-1][1] - row[0][0] < _FARTHEST_PIECES:
                    yield Row(shape, row, len(pieces) == count)

    def _of_one(self, key: str) -> Iterator[Row]:
        for start, end in self._pieces if key else ():
            if self._text.find(key, start, end) >= 0 and len(key) < end - start <= _SINGLE:
                yield Row("piece", [(start, end)], True)
        for start, end in self._quotes if key else ():
            yield Row("quotation", [(start + 1, end - 1)], False)

    def _head(self, start: int, end: int, stops: str = "") -> tuple[int, int]:
        parts = clauses(self._text, start, end, stops) if stops else clauses(self._text, start, end)
        return next(iter(parts), (start, end))

    def _wording(self, piece: tuple[int, int]) -> str:
        return self._text[slice(*piece)].strip("“”")

    def _may_be_item(self, piece: tuple[int, int]) -> bool:
        begin, end = piece
        return end - begin <= _PIECE and not any(begin <= start < end for start, _ in self._places)

    @cached_property
    def _paragraphs(self) -> Items:
        return clauses(self._text, self._start, self._end, "\n")

    @cached_property
    def _sentences(self) -> list[Items]:
        """The sentences of each paragraph."""
        return [clauses(self._text, *paragraph, _SENTENCE_ENDS) for paragraph in self._paragraphs]

    @cached_property
    def _sections(self) -> list[Items]:
        """The parts of each sentence between semicolons."""
        return [clauses(self._text, *sentence, "；;") for paragraph in self._sentences for sentence in paragraph]

    @cached_property
    def _clauses(self) -> list[Items]:
        """The clauses of each sentence."""
        return [clauses(self._text, *sentence) for paragraph in self._sentences for sentence in paragraph]

    @cached_property
    def _pieces(self) -> Items:
        return [piece for sentence in self._clauses for clause in sentence for piece in split(self._text, *clause)]

    @cached_property
    def _quotes(self) -> Items:
        quotes = self._analysis.quotes_in(self._start, self._end)
        within = [q for q in quotes if self._start <= q.start and q.end <= self._end and len(q.inner) > 1]
        return [(quote.start, quote.end) for quote in within if quote.inner != self._inner]


def _windows(parts: Sequence[tuple[int, int]], count: int) -> Iterator[Items]:
    """Return every ``count`` parts that follow each other."""
    for at in range(len(parts) - count + 1):
        yield list(parts[at : at + count])
