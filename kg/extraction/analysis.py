"""An article's text as the finders see it: words, quotes, sentences, clauses."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from itertools import accumulate
from operator import attrgetter
from sys import intern
from typing import TYPE_CHECKING, NamedTuple

import rjieba

from kg.extraction.heads import Head, find_heads
from kg.extraction.localities import Locality, load_localities
from kg.model import Article, County, Span

if TYPE_CHECKING:
    from kg.extraction.evidence import Evidence
    from kg.extraction.scoring import Models

_PAIRS = {"“": "”", "‘": "’", "《": "》", "（": "）", "(": ")", "「": "」", "『": "』"}
_OPENING = {closing: opening for opening, closing in _PAIRS.items()}
_MARK = re.compile("[“”‘’《》（）()「」『』\n]")
_QUOTATION_MARKS = frozenset("“”‘’")
_QUOTING = frozenset("“‘《「『")
_DEEPEST = 8
_MEASURES = frozenset("个家名支条项期处场所户位套件张座")
_SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?…]*[”’』」）)]*")
_CLAUSE_ENDS = "，。；：！？!?\n,;:"
_LONGEST_CLAUSE = 120
_YEAR = re.compile(r"20\d\d(?=年)")
_WHERE = ((), ("in speech",), ("in lead",), ("in speech", "in lead"))
_WIDE = str.maketrans("０１２３４５６７８９．％＋－", "0123456789.%+-")
_WIDE_SIGN = re.compile("[０１２３４５６７８９．％＋－]")


class Word(NamedTuple):
    """A word of the segmenter with its part of speech (jieba's tag set)."""

    text: str
    tag: str
    start: int
    end: int


class Quote(NamedTuple):
    """A quotation: ``start``/``end`` with its marks, ``inner`` without them; ``depth`` 0 is outermost."""

    start: int
    end: int
    inner: str
    mark: str
    depth: int


def find_words(text: str, at: int = 0) -> list[Word]:
    """Return the words of ``text``, which begins at the offset ``at``."""
    words: list[Word] = []
    last = ""
    for word, tag in rjieba.tag(text):
        if last == "m" and len(word) > 1 and word[0] in _MEASURES:
            words.append(Word(word[0], "q", at, at + 1))  # 15|个村 → 15|个|村
            word, tag, at = word[1:], "n", at + 1
        end = at + len(word)
        last = intern(tag)
        words.append(_new(Word, (intern(word), last, at, end)))
        at = end
    return words


_new = tuple.__new__
"""Makes a word without the call in between, as there are hundreds in an article."""


def _rules_nothing_out(rule: str, kind: str, look: Iterable[Evidence]) -> bool:
    return False


class Analysis:
    """What several finders need to know of one article, computed once.

    ``text`` is the article's text, ``plain`` the same with full-width digits, per cent and
    plus signs as ASCII; both have the same length, so offsets agree.  With ``models`` what their
    first look rules out is not proposed; without, every candidate is.
    """

    def __init__(self, article: Article, county: County | None, models: Models | None = None) -> None:
        self.article = article
        self.county = county
        self.text = article.text
        self.plain = article.text.translate(_WIDE) if _WIDE_SIGN.search(article.text) else article.text
        self.headline = article.headline or ""
        self.seen_before: dict[int, tuple[Evidence, ...]] = {}
        self.seen_after: dict[int, tuple[Evidence, ...]] = {}
        self.rules_out = _rules_nothing_out if models is None else models.rules_out
        """Tells whether what is observed first (rule, type, evidence) makes a candidate hopeless."""
        self._words_from: dict[int, Word] = {}
        self._marks: dict[str, list[int]] = {}

    @cached_property
    def words(self) -> list[Word]:
        """Every word of the text; a town or village of the county is one word, whatever the segmenter makes of it."""
        words, at = [], 0
        for place in self.localities:
            words += find_words(self.text[at : place.start], at)
            words.append(Word(self.text[place.start : place.end], "ns", place.start, place.end))
            at = place.end
        return words + find_words(self.text[at:], at)

    @cached_property
    def localities(self) -> list[Locality]:
        """The towns and villages of the county that the text names, in order."""
        return load_localities(self.county.code if self.county else None).find(self.text)

    @cached_property
    def _word_at(self) -> list[int]:
        """The index of the word that holds each character."""
        held: list[int] = []
        for index, (text, *_) in enumerate(self.words):
            held += [index] * len(text)
        return held

    @cached_property
    def word_starts(self) -> frozenset[int]:
        """The offsets at which a word begins."""
        return frozenset(word.start for word in self.words)

    def word_index(self, offset: int) -> int:
        """Return the index of the word that holds the character at ``offset``."""
        try:
            return self._word_at[offset] if offset >= 0 else -1
        except IndexError:
            return len(self.words) - 1

    def begins_word(self, offset: int) -> bool:
        """Return whether a word begins at ``offset``."""
        return offset in self.word_starts

    def ends_word(self, offset: int) -> bool:
        """Return whether a word ends at ``offset``."""
        return offset in self.word_starts or offset >= len(self.text)

    def word_from(self, offset: int) -> Word:
        """Return the first word of the text read from ``offset``, whatever stands before it."""
        if offset in self.word_starts:
            return self.words[self._word_at[offset]]
        if offset not in self._words_from:
            words = find_words(self.text[offset : offset + 8], offset)
            self._words_from[offset] = words[0] if words else Word("", "x", offset, offset)
        return self._words_from[offset]

    @cached_property
    def heads(self) -> list[Head]:
        """Every head noun of the text, in order."""
        return find_heads(self.text, self.begins_word)

    @cached_property
    def _head_starts(self) -> list[int]:
        return [head.start for head in self.heads]

    def head_index(self, offset: int) -> int:
        """Return the index of the first head that begins at ``offset`` or after it."""
        return bisect_left(self._head_starts, offset)

    @cached_property
    def quotes(self) -> list[Quote]:
        """Every “…”, ‘…’ and 《…》 with both marks in one paragraph, by start; none nested deeper than eight."""
        found: list[Quote] = []
        opened: list[tuple[str, int, int]] = []
        """The marks that wait for their other half: mark, offset and how many quotations are open around it."""
        waiting = Counter[str]()
        for match in _MARK.finditer(self.text):
            mark, offset = match.group(), match.start()
            if mark == "\n":
                opened.clear()
                waiting.clear()
            elif mark in _PAIRS:
                depth = opened[-1][2] + (opened[-1][0] in _QUOTING) if opened else 0
                opened.append((mark, offset, depth))
                waiting[mark] += 1
            elif waiting[_OPENING[mark]]:
                while True:
                    other, start, depth = opened.pop()
                    waiting[other] -= 1
                    if _PAIRS[other] == mark:
                        break
                if other in _QUOTING and depth < _DEEPEST:
                    found.append(Quote(start, offset + 1, self.text[start + 1 : offset], other, depth))
        return sorted(found, key=lambda quote: (quote.start, -quote.end))

    @cached_property
    def _quote_starts(self) -> list[int]:
        return [quote.start for quote in self.quotes]

    def quote_index(self, offset: int) -> int:
        """Return the index of the first quotation that begins at ``offset`` or after it."""
        return bisect_left(self._quote_starts, offset)

    @cached_property
    def _outermost(self) -> tuple[list[int], list[Quote]]:
        """The quotations that stand in no other, and where they begin."""
        quotes = [quote for quote in self.quotes if quote.depth == 0]
        return [quote.start for quote in quotes], quotes

    @cached_property
    def _marks_before(self) -> list[int]:
        """How many quotation marks stand before each offset."""
        return list(accumulate([char in _QUOTATION_MARKS for char in self.text], initial=0))

    def length(self, start: int, end: int) -> int:
        """Return how many characters stand in ``[start, end)``, quotation marks not counted."""
        marks = self._marks_before
        return end - start - (marks[end] - marks[start])

    @cached_property
    def sentences(self) -> list[Span]:
        spans = []
        for match in _SENTENCE.finditer(self.text):
            if match.group().strip():
                spans.append(Span(start=match.start(), end=match.end()))
        return spans

    @cached_property
    def years(self) -> Counter[str]:
        """The years of this century that the text names, with how often it does."""
        return Counter(_YEAR.findall(self.text))

    @cached_property
    def line_starts(self) -> frozenset[int]:
        """Offsets at which a printed line begins."""
        return frozenset(at for at, _ in self.article.source.runs)

    def sentence(self, offset: int) -> Span:
        """Return the sentence that holds ``offset``."""
        index = bisect_right(self.sentences, offset, key=attrgetter("start")) - 1
        return self.sentences[max(0, index)]

    def marks(self, marks: str) -> list[int]:
        """Return the offsets of the characters of the text that are one of ``marks``, in order."""
        if marks not in self._marks:
            self._marks[marks] = [match.start() for match in re.finditer(f"[{re.escape(marks)}]", self.text)]
        return self._marks[marks]

    def mark_before(self, marks: str, offset: int) -> int:
        """Return where the last of ``marks`` before ``offset`` stands, -1 where there is none."""
        offsets = self.marks(marks)
        index = bisect_left(offsets, offset)
        return offsets[index - 1] if index else -1

    def mark_from(self, marks: str, offset: int) -> int:
        """Return where the first of ``marks`` from ``offset`` on stands, the text's length where there is none."""
        offsets = self.marks(marks)
        index = bisect_left(offsets, offset)
        return offsets[index] if index < len(offsets) else len(self.text)

    def clause_start(self, offset: int) -> int:
        """Return where the clause that holds ``offset`` begins (after the last ，。；： before it)."""
        return max(0, offset - _LONGEST_CLAUSE, self.mark_before(_CLAUSE_ENDS, offset) + 1)

    def clause_end(self, offset: int) -> int:
        """Return where the clause that holds ``offset`` ends (before the next ，。；：)."""
        return self.mark_from(_CLAUSE_ENDS, offset)

    def where(self, offset: int) -> tuple[str, ...]:
        """Return whether ``offset`` stands ``in speech``, ``in lead``, both or neither.

        Speech is a long quotation that ends a sentence, a lead a short first sentence of a paragraph.
        """
        return _WHERE[self._where[offset]]

    @cached_property
    def _where(self) -> bytearray:
        """For each offset what ``where`` says, as an index of ``_WHERE``."""
        where = bytearray(len(self.text) + 1)
        for paragraph in self.article.paragraphs:
            end = self.text.find("。", paragraph.start, min(paragraph.end, paragraph.start + 40))
            if end > 0:
                where[paragraph.start : end] = b"\2" * (end - paragraph.start)
        for quote in self._outermost[1]:
            if quote.mark == "“" and len(quote.inner) > 16 and quote.inner[-1] in "。！？，":
                inside = slice(quote.start + 1, quote.end)
                where[inside] = bytes([place | 1 for place in where[inside]])
        return where

    def quotes_in(self, start: int, end: int) -> list[Quote]:
        """Return the quotations that begin in ``[start, end)``, by start."""
        return self.quotes[self.quote_index(start) : self.quote_index(end)]

    def inside_quote(self, offset: int) -> Quote | None:
        """Return the outermost quotation that holds the character at ``offset``, or None."""
        starts, quotes = self._outermost
        index = bisect_right(starts, offset) - 1
        return quotes[index] if index >= 0 and offset < quotes[index].end else None
