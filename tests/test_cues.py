"""Cue words, the marks of an article and its quotations: looked up by offset, the same as a search from end to end."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from kg.extraction.analysis import Analysis
from kg.extraction.cues import Cues
from kg.model import Article, Source

WORDS = ["成立", "成立了", "联合", "合办", "立了"]
PATTERN = re.compile("成立了|成立(?!者)|联合|合办|立了")
TEXTS = st.text(alphabet="成立了联合办者，。“”《》（\n甲", max_size=40)


def analyse(text: str) -> Analysis:
    source = Source(file="a.txt", sha256="0", start=0, end=len(text), runs=((0, 0),))
    return Analysis(Article(page="a.txt", article=1, kind="report", headline=None, text=text, source=source), None)


@given(TEXTS)
def test_cues_are_what_the_pattern_finds(text: str):
    found = [match.span() for match in Cues(PATTERN, WORDS).find(text)]
    assert found == [match.span() for match in PATTERN.finditer(text)]


@given(TEXTS, st.integers(0, 40), st.integers(0, 40))
def test_cues_of_a_stretch_are_what_the_pattern_finds_in_it(text: str, start: int, end: int):
    cues = Cues(PATTERN, WORDS)
    found = [match.span() for match in cues.find_at(cues.starts(text), text, start, min(end, len(text)))]
    assert found == [match.span() for match in PATTERN.finditer(text, start, end)]


@given(TEXTS, st.integers(0, 40))
def test_a_mark_is_found_before_and_from_an_offset(text: str, offset: int):
    analysis, offset = analyse(text), min(offset, len(text))
    assert analysis.mark_before("，。", offset) == max(text.rfind(mark, 0, offset) for mark in "，。")
    later = [at for at in range(offset, len(text)) if text[at] in "，。"]
    assert analysis.mark_from("，。", offset) == min(later, default=len(text))


@given(TEXTS, st.integers(0, 40), st.integers(0, 40))
def test_the_quotations_of_a_stretch_begin_in_it(text: str, start: int, end: int):
    analysis = analyse(text)
    assert analysis.quotes_in(start, end) == [quote for quote in analysis.quotes if start <= quote.start < end]


@given(TEXTS, st.integers(0, 39))
def test_an_offset_is_inside_the_outermost_quotation_around_it(text: str, offset: int):
    analysis = analyse(text)
    around = [quote for quote in analysis.quotes if quote.start <= offset < quote.end and quote.depth == 0]
    assert analysis.inside_quote(offset) == next(iter(around), None)
