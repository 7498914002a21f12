"""An article's text as the finders see it: words, quotes, sentences, clauses."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property

import rjieba

from kg.extraction.heads import Head, find_heads
from kg.extraction.localities import Locality, load_localities
from kg.model import Article, County, Span

_PAIRS = {"“": "”", "‘": "’", "《": "》", "（": "）", "(": ")", "「": "」", "『": "』"}
_MEASURES = frozenset("个家名支条项期处场所户位套件张座")
_SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?…]*[”’』」）)]*")
_CLAUSE_END = re.compile(r"[，。；：！？!?\n,;:]")
_WIDE = str.maketrans("０１２３４５６７８９．％＋－", "0123456789.%+-")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the segmenter with its part of speech (jieba's tag set)."""

    text: str
    tag: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation: ``start``/``end`` with its marks, ``inner`` without them; ``depth`` 0 is outermost."""

    start: int
    end: int
    inner: str
    mark: str
    depth: int


def find_words(text: str, at: int = 0) -> list[Word]:
    """Return the words of ``text``, which begins at the offset ``at``."""
    words = []
    for word, tag in rjieba.tag(text):
        if len(word) > 1 and word[0] in _MEASURES and words and words[-1].tag == "m":
            words.append(Word(word[0], "q", at, at + 1))  # 15|个村 → 15|个|村
            word, tag, at = word[1:], "n", at + 1
        words.append(Word(word, tag, at, at + len(word)))
        at += len(word)
    return words


class Analysis:
    """What several finders need to know of one article, computed once.

    ``text`` is the article's text, ``plain`` the same with full-width digits, per cent and
    plus signs as ASCII; both have the same length, so offsets agree.
    """

    def __init__(self, article: Article, county: County | None) -> None:
        self.article = article
        self.county = county
        self.text = article.text
        self.plain = article.text.translate(_WIDE)
        self.headline = article.headline or ""
        self._words_from: dict[int, Word] = {}

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
    def _starts(self) -> list[int]:
        return [word.start for word in self.words]

    def word_index(self, offset: int) -> int:
        """Return the index of the word that holds the character at ``offset``."""
        return bisect_right(self._starts, offset) - 1

    def begins_word(self, offset: int) -> bool:
        """Return whether a word begins at ``offset``."""
        index = bisect_left(self._starts, offset)
        return index < len(self._starts) and self._starts[index] == offset

    def word_from(self, offset: int) -> Word:
        """Return the first word of the text read from ``offset``, whatever stands before it."""
        if offset not in self._words_from:
            words = find_words(self.text[offset : offset + 8], offset)
            self._words_from[offset] = words[0] if words else Word("", "x", offset, offset)
        return self._words_from[offset]

    @cached_property
    def heads(self) -> list[Head]:
        """Every head noun of the text, in order."""
        return find_heads(self.text, self.begins_word)

    @cached_property
    def quotes(self) -> list[Quote]:
        """Every “…”, ‘…’ and 《…》 with both marks in one paragraph, by start."""
        found: list[Quote] = []
        stack: list[tuple[str, int]] = []
        for offset, char in enumerate(self.text):
            if char == "\n":
                stack.clear()
            elif char in _PAIRS:
                stack.append((char, offset))
            elif char in _PAIRS.values():
                depth = next((d for d in range(len(stack) - 1, -1, -1) if _PAIRS[stack[d][0]] == char), None)
                if depth is None:
                    continue
                mark, start = stack[depth]
                del stack[depth:]
                if mark in "“‘《「『":
                    outer = sum(1 for other, _ in stack if other in "“‘《「『")
                    found.append(Quote(start, offset + 1, self.text[start + 1 : offset], mark, outer))
        return sorted(found, key=lambda quote: (quote.start, -quote.end))

    @cached_property
    def sentences(self) -> list[Span]:
        spans = []
        for match in _SENTENCE.finditer(self.text):
            if match.group().strip():
                spans.append(Span(start=match.start(), end=match.end()))
        return spans

    @cached_property
    def line_starts(self) -> frozenset[int]:
        """Offsets at which a printed line begins."""
        return frozenset(at for at, _ in self.article.source.runs)

    def sentence(self, offset: int) -> Span:
        """Return the sentence that holds ``offset``."""
        index = bisect_right([s.start for s in self.sentences], offset) - 1
        return self.sentences[max(0, index)]

    def clause_start(self, offset: int) -> int:
        """Return where the clause that holds ``offset`` begins (after the last ，。；： before it)."""
        at = 0
        window = max(0, offset - 120)
        for match in _CLAUSE_END.finditer(self.text, window, offset):
            at = match.end()
        return at or window

    def clause_end(self, offset: int) -> int:
        """Return where the clause that holds ``offset`` ends (before the next ，。；：)."""
        match = _CLAUSE_END.search(self.text, offset)
        return match.start() if match else len(self.text)

    @cached_property
    def _speeches(self) -> list[Quote]:
        outer = (q for q in self.quotes if q.mark == "“" and q.depth == 0)
        return [q for q in outer if len(q.inner) > 16 and q.inner[-1] in "。！？，"]

    def in_speech(self, offset: int) -> bool:
        """Return whether ``offset`` stands in quoted speech: a long quotation that ends a sentence."""
        return any(q.start < offset < q.end for q in self._speeches)

    @cached_property
    def _leads(self) -> list[Span]:
        leads = []
        for paragraph in self.article.paragraphs:
            end = self.text.find("。", paragraph.start, min(paragraph.end, paragraph.start + 40))
            if end > 0:
                leads.append(Span(start=paragraph.start, end=end))
        return leads

    def in_lead(self, offset: int) -> bool:
        """Return whether ``offset`` stands in a short first sentence of a paragraph."""
        return any(lead.start <= offset < lead.end for lead in self._leads)

    def inside_quote(self, offset: int) -> Quote | None:
        """Return the outermost quotation that holds the character at ``offset``, or None."""
        for quote in self.quotes:
            if quote.start > offset:
                return None
            if quote.start <= offset < quote.end and quote.depth == 0:
                return quote
        return None
