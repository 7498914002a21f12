"""Formulas: numeric abbreviations and what the article spells out for them (guidelines, "Formulas").

A formula is a quotation made of numerals (“三共三联”, “1+2+N”, “351”), or an unquoted one that was
chosen as a slogan or that the article spells out (一中心三站点，即…).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from kg.extraction.abbreviations import NUMBER, VALUES, Label, is_formula, is_plain_count, labels_of
from kg.extraction.analysis import Analysis
from kg.extraction.components import read_components
from kg.extraction.enumerations import clauses
from kg.extraction.lexicon import read_sections
from kg.extraction.likely_items import RULE, likely_components
from kg.extraction.spelling import find_all, has_key
from kg.model import Component, Entity, Formula, Span

__all__ = ["Label", "find_formulas", "is_formula", "labels_of"]

_CHAINED = re.compile(rf"{NUMBER}(?<![第\d].)(?=([\u4e00-\u9fff]{{1,2}}?{NUMBER})[\u4e00-\u9fff])")
_COUNTED = re.compile(
    rf"((?:[\u4e00-\u9fff]{{2,10}}[、+＋]){{1,9}}[\u4e00-\u9fff]{{2,10}}?)[”’]?的?"
    rf"({NUMBER})([\u4e00-\u9fff])(?=([\u4e00-\u9fff]{{2}}))"
)
_NAMED = re.compile(r"(?:(?![一二三四五六七八九十两双])[\u4e00-\u9fff]){2,4}[三四五六七八九][\u4e00-\u9fff]{1,3}")
"""A wording before a numeral (灯下三不争), a formula only where its word is in all that it stands for."""
_ONES = re.compile("(?:一[\u4e00-\u9fff]、){1,5}一[\u4e00-\u9fff]")
"""Things of which there is one each (一单、一表、一卡), a formula only where it is said what each of them is."""
_LACKED = re.compile(r"([三四五六])([\u4e00-\u9fff])[：，](?=\2)")
"""Three and more clauses behind a numeral with the word that they begin with: 三缺：缺技术，缺场地，缺人手."""
_SUM = re.compile(r"(?<![\d.+A-Za-z])\d{1,2}(?:\+(?:\d{1,2}|[NX]))+(?![\d.+%A-Za-z])")
_NUMERAL = re.compile(rf"(?:{NUMBER}|[多NX])(?=[\u4e00-\u9fff])")
_LONG_NUMBER = re.compile(rf"{NUMBER}(?:{NUMBER}|个)")
_MARKED = re.compile("[“‘、]")
_SEPARATOR = re.compile("[、+＋]")
_LONGEST_ROW, _LONGEST_ITEM = 60, 9
_MOST_NUMERALS = 5
_MOST_UNREAD = 10
"""How many formulas that no reader reads are guessed at; no report has as many, a hostile page may have thousands."""
_BY_LABEL = "formula spelled out label by label"
_SURE = 5
"""The weight that components must have to make an unquoted wording a formula."""
_MEANS = re.compile(r"(?:，|分别|则|主要)?(?:即|就是|是|为|指(?![标导挥引数定])|则|：|看的是|除了?)")


def find_formulas(analysis: Analysis, slogans: Iterable[Entity], measures: Sequence[Span]) -> list[Formula]:
    """Return the formulas of the article in order, with the components that it spells out.

    ``slogans`` are the chosen entities of type Slogan, whose unquoted numeric ones are
    formulas too; ``measures`` the section leads.
    """
    spans = _quoted(analysis)
    for slogan in slogans:
        if not _MARKED.search(slogan.name) and is_formula(slogan.name) and len(labels_of(slogan.name)) > 1:
            spans.setdefault(slogan.name, (slogan.start, slogan.end))
    for match in _SUM.finditer(analysis.plain):
        if analysis.inside_quote(match.start()) is None:
            spans.setdefault(analysis.text[match.start() : match.end()], match.span())
    unquoted = {text: span for text, span in _unquoted(analysis) if f"“{text}”" not in spans and text not in spans}
    named = {f"“{quote.inner}”": (quote.start, quote.end) for quote in analysis.quotes if _NAMED.fullmatch(quote.inner)}
    unquoted |= {text: span for text, span in named.items() if text not in spans}
    ones = {f"“{quote.inner}”": (quote.start, quote.end) for quote in analysis.quotes if _ONES.fullmatch(quote.inner)}
    unquoted |= {text: span for text, span in ones.items() if text not in spans}
    formulas = []
    unread = 0
    for text, (start, end) in {**spans, **unquoted}.items():
        inner = text.strip("“”")
        stock = inner in read_sections("formula_words")["stock"]
        labels = [] if stock else labels_of(inner)
        components, rule = read_components(analysis, inner, labels, measures, _SURE if text in unquoted else 1)
        if text in named and not _holds_word(components, labels) or text in ones and rule != _BY_LABEL:
            continue
        chained = len(labels) > 2 and text[0] == "“" and "、" not in inner  # “一月两镇三提升” counts more than months
        if components or chained or _is_clear(inner, labels, text in unquoted):
            unread += not components
            if not components and unread <= _MOST_UNREAD:
                likely = likely_components(analysis, inner, labels, measures)
                components, rule = (likely, RULE) if likely else (components, rule)
            formulas.append(Formula(text=text, start=start, end=end, components=components, rule=rule))
    parts = [labels_of(formula.text) for formula in formulas]
    within = frozenset(label.text for labels in parts if len(labels) > 1 for label in labels)
    formulas = [formula for formula in formulas if not _is_part(analysis, formula, within)]
    return sorted(formulas, key=lambda formula: (formula.start, formula.end))


def _holds_word(components: Sequence[Component], labels: Sequence[Label]) -> bool:
    """Return whether a wording is spelled out by items that all hold the word that it counts."""
    items = [(item, label.key) for part, label in zip(components, labels) for item in part.items]
    return bool(items) and all(has_key(item, key) for item, key in items)


def _is_clear(inner: str, labels: Sequence[Label], unquoted: bool) -> bool:
    """Return whether a wording is a formula though the article does not spell it out: quoted, or a chain of three."""
    if is_plain_count(inner) or (unquoted and _LONG_NUMBER.search(inner)):
        return False
    return len(labels) > 2 if unquoted else "、" not in inner


def _quoted(analysis: Analysis) -> dict[str, tuple[int, int]]:
    spans: dict[str, tuple[int, int]] = {}
    for quote in analysis.quotes:
        if quote.mark in "“‘" and is_formula(quote.inner):
            spans.setdefault(f"“{quote.inner}”", (quote.start, quote.end))
    return spans


def _unquoted(analysis: Analysis) -> Iterator[tuple[str, tuple[int, int]]]:
    """Return unquoted wordings of several counted words (一核三链五基地), to the end of their last word.

    One counted word is a formula without quotation marks only where the list before it shares
    its word: “支部联建、…、资源联享”三联工作机制.
    """
    text, last, words = analysis.text, 0, read_sections("formula_words")
    quoted = frozenset(quote.inner for quote in analysis.quotes)
    for match in _CHAINED.finditer(text):
        opening, closing = (text[at : at + 2] for at in (match.start(), max(0, match.start() - 1)))
        if match.start() < last or opening in words["adverbs"] or closing in words["ending in a numeral"]:
            continue
        if analysis.inside_quote(match.start()) is None:
            end = _last_word(analysis, match.end(1), quoted)
            wording = text[match.start() : end]
            if is_formula(wording) and len(labels_of(wording)) > 1:
                last = end
                yield wording, (match.start(), last)
    for match in _LACKED.finditer(text):
        parts = clauses(text, match.end(), match.end() + _LONGEST_ROW, "，。；、\n")[: VALUES[match[1]]]
        if len(parts) == VALUES[match[1]] and all(text[a] == match[2] and b - a < _LONGEST_ITEM for a, b in parts):
            yield text[match.start() : match.end(2)], (match.start(), match.end(2))
    for match in _COUNTED.finditer(text):
        items = _SEPARATOR.split(match[1])
        shared = match[3] not in words["counters"] and all(match[3] in item for item in items)
        if shared and len(items) == VALUES[match[2]] > 2:
            end = match.end(4 if match[4] in words["actions"] else 3)
            yield text[match.start(2) : end], (match.start(2), end)


def _last_word(analysis: Analysis, start: int, quoted: frozenset[str]) -> int:
    """Return where an unquoted formula ends that has a numeral before ``start``; a few numerals may follow."""
    text, end = analysis.text, start
    for _ in range(_MOST_NUMERALS):
        end = _word_behind(analysis, start, quoted)
        following = _NUMERAL.match(text, end)
        if not following:
            break
        start = following.end()
    return end


def _word_behind(analysis: Analysis, start: int, quoted: frozenset[str]) -> int:
    """Return where the counted word behind a numeral ends: as the article quotes it, or with its word."""
    text = analysis.text
    for length in (3, 2, 1):
        if text[start - 1 : start + length] in quoted:
            return start + length
    word = analysis.words[analysis.word_index(start)]
    return min(start + 3, word.end if word.end > start and start - word.start < 2 else start + 1)


def _is_part(analysis: Analysis, formula: Formula, labels: frozenset[str]) -> bool:
    """Return whether the formula is a label of a longer one and stands only where that one is explained."""
    inner = formula.text.strip("“”")
    if inner not in labels:
        return False
    if VALUES.get(inner[0]) == 1 or inner.isascii():
        return True
    ends = [at + len(formula.text) for at in find_all(analysis.text, formula.text)]
    return all(_MEANS.match(analysis.text, end) for end in ends)
