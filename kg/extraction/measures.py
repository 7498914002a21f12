"""Measures: the parallel section leads of a report (guidelines, "Measures").

A lead is a short first sentence of a section (明确目标，推动抱团发展合作共赢。), a question with its
answer (钱从哪来？大家凑。) or a printed line of its own.  What makes it one is its siblings: leads of an
article have the same number of clauses, the same rhythm, and often the same words at the same place.
An ordinary opening has none.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice

from kg.extraction.analysis import Analysis, Word
from kg.model import Span

_LONGEST = 36
_SHORTEST = 2
_MOST = 40
"""How many sentences are compared with each other; no report has as many sections."""
_SHORT = 5  # leads below this length stand out only as three or more
_ALIKE = 0.47
_ALIKE_PAIR = 0.62
_FITTING = 0.45
_ALIKE_RUN_ON = 0.75
_MARKS = frozenset("“”‘’《》、")
_BRACKETED = re.compile(r"[【〖]([^【】〖〗。；\n]{2,24})[】〗]")
_LABELLED = re.compile(r"[^，。：；、“”\n]{1,5}([^，。：；、“”\n])：[^。：；！？“”\n]{3,24}(?=。)")
_NOT_A_LEAD = re.compile(
    r"[；;]|^(?:所谓|[一二三四五六七八九十]是|目前|近年|今年|去年|截至|同时|此外|“[^”]*$|“(?![^“”，。！？]{1,12}”，[^，]+$)[^“”]*”，)|\d{2,}"
    r"|如今|眼下|(?:^|，)是|指的是|说起$"  # a narrative or a definition, no call to do something
)
_NOT_IN_TEXT = re.compile(r"[？?：:]")
"""What only a heading on a line of its own may hold, or a question that is answered at once."""
_ANSWERED = re.compile(r"[^，。；：！？“”\n]{2,14}？[^。；：！？\n]{2,24}。")
_ADVERBS = re.compile(r"(?<![练造成铸])就(?![业近地])|[却也]")
"""Adverbs of a narrative: leads have them only where all of them do (不打扰，就…; 不增负，就…)."""
_TOLD = re.compile(rf"(?<![得不])了(?!算)(?:[^然解，]|$)|{_ADVERBS.pattern}")
"""What is told as done (茶山有了领路人) or as what follows: a lead only beside two others of its kind."""
_COUNTED = re.compile(r"(?:[一二三四五六七八九十]是|其[一二三四五]，)(?=.{3})")
"""What numbers a lead as the other sentences of a list are numbered, and is no part of it."""
_DASHED = re.compile(r"([^。；：！？—\n]{3,30})—+(?!—)([^。！？\n]{2,60}[。！？])?")
"""A lead that a dash sets apart from its section, and the sentence behind the dash."""
_NUMERALS = "一二三四五六七八九十"
_MOTTO = 30
"""A sentence behind a dash up to this length explains the lead and is part of it, where all of them are as short."""
ORDINAL = re.compile(
    r"(?:[一二三四五六七八九十]是|第[一二三四五六七八九十][^，。“”]{0,2}(?:“[^“”]{1,4}”)?，?是|“[\dN]”，?就?是|其[一二三四五]，)(?=.{3})"
    r"|(?:首?先|再|最?后|末了)(?=说)"
)
"""What numbers a lead: 一是, 第一招，是, “1”就是, 先(说) … 再(说); all but what ``_COUNTED`` takes is printed with it."""
_ORDER = re.compile(r"(?:首先|其次|再次|第[一二三四五六]|最后)，")
"""A word of order, which belongs to the sentence and not to the lead."""
_NUMBER = re.compile(
    r"(?:[（(<＜]?[一二三四五六七八九十\d]{1,2}(?:[）)>＞、．]|\.(?!\d))|第[一二三四五六七八九十][招步条课]\s"
    r"|[①-⑩〓■□●○◆◇▲△▶▷►★☆◎※➤【]|—+)+\s*"
)
"""The number or mark of a lead, which is no part of it."""
_HEADING = re.compile("[^。！；…\n]*[^，。；：、！？…\n]\n?")
_CLOSED = frozenset("。！？”…）\n")
_NARROW, _NARROWEST = 0.8, 0.55
"""A printed line shorter than this part of the usual one, though its sentence is not at its end, is a heading."""


@dataclass(frozen=True, slots=True)
class _Lead:
    """A possible lead; ``weak`` where it is numbered or tells what is done, so that two alone say little.

    Leads are compared by their clauses and the tags of the first and last word of each.
    """

    span: Span
    weak: bool
    adverbs: tuple[str, ...]
    clauses: tuple[str, ...]
    tags: tuple[tuple[str, str], ...]
    quotes: tuple[bool, ...]
    number: str


def find_measures(analysis: Analysis) -> list[Span]:
    """Return the section leads of the article in order, without their full stops."""
    if apart := _find_bracketed(analysis) or _find_labelled(analysis) or _find_dashed(analysis):
        return apart
    candidates = list(islice(_candidates(analysis), _MOST))
    found = _parallel(candidates)
    short = [lead for s in analysis.sentences if candidates and (lead := _read(analysis, s.start, s.end))]
    groups = [_run_on(found, short)] if found else [_run_on([lead], short) for lead in candidates]
    leads = max(groups, key=len, default=[])
    if len(leads) < 3:
        leads = _counted(analysis, candidates) or leads
    if len(leads) < 2:
        headings = _headings(analysis)
        leads = [lead for lead in candidates if lead.span.start in headings]
    return sorted((lead.span for lead in leads if len(leads) > 1), key=lambda span: span.start)


def _find_bracketed(analysis: Analysis) -> list[Span]:
    """Return the leads that brackets set apart from the section on the same line: 【三师进小区】法官、律师 …"""
    found = [Span(start=match.start(1), end=match.end(1)) for match in _openings(analysis, _BRACKETED)]
    return found if len(found) > 1 else []


def _find_labelled(analysis: Analysis) -> list[Span]:
    """Return the leads that begin with labels of one kind: 政治账：… · 组织账：… · 民心账：…"""
    kinds: dict[str, list[Span]] = defaultdict(list)
    for match in _openings(analysis, _LABELLED):
        kinds[match[1]].append(Span(start=match.start(), end=match.end()))
    most = max(kinds.values(), key=len, default=[])
    return most if len(most) > 2 else []


def _find_dashed(analysis: Analysis) -> list[Span]:
    """Return the leads that a dash sets apart: 建池蓄水——每年由县委组织部 …

    Where only a short sentence stands behind each dash, it is part of the lead.
    """
    text, ends = analysis.text, {paragraph.end for paragraph in analysis.article.paragraphs}
    kinds: dict[bool, list[re.Match[str]]] = defaultdict(list)
    for match in _openings(analysis, _DASHED):
        if match.start() and text[match.start() - 1] in _CLOSED and not _NOT_A_LEAD.search(match[1]):
            kinds["，" in match[1]].append(match)
    most = max(kinds.values(), key=len, default=[])
    if len({len(match[1]) for match in most}) > 1 and len(most) < 3:
        return []
    is_whole = all(match[2] and len(match[2]) <= _MOTTO and match.end() not in ends for match in most)
    spans = [Span(start=match.start(), end=match.end() - 1 if is_whole else match.end(1)) for match in most]
    return spans if len(spans) > 1 else []


def _openings(analysis: Analysis, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """Yield where a paragraph or printed line opens as ``pattern`` says."""
    starts = analysis.line_starts | {paragraph.start for paragraph in analysis.article.paragraphs}
    return filter(None, (pattern.match(analysis.text, start) for start in sorted(starts)))


def _candidates(analysis: Analysis) -> Iterator[_Lead]:
    """Yield the heading lines and the short sentences that open a paragraph or a printed line after a full stop."""
    starts = {p.start for p in analysis.article.paragraphs} | analysis.line_starts
    opening = [(p.start, p.end) for p in analysis.article.paragraphs[:1]]
    headings = _headings(analysis)
    sentences = ((s.start, s.end) for s in analysis.sentences if s.start not in headings)
    for start, end in sorted([*headings.items(), *sentences]):
        if (start, end) in opening or not (start in starts or analysis.text.startswith("首先，", start)):
            continue
        answered = _ANSWERED.match(analysis.text, start)
        lead = _read(analysis, start, answered.end() if answered else end, start in headings, bool(answered))
        if lead:
            yield lead


def _run_on(leads: list[_Lead], sentences: Sequence[_Lead]) -> list[_Lead]:
    """Return the leads, and the sentences behind the first that are as they are but stand within a paragraph."""
    if any(lead.weak for lead in leads):
        return leads
    spans = [lead.span for lead in leads]
    others = (other for other in sentences if other.span.start > spans[0].start and other.span not in spans)
    found = [other for other in others if min(likeness(lead, other) for lead in leads) >= _ALIKE_RUN_ON]
    return leads + found if len(leads) + len(found) > 2 else leads


def _read(analysis: Analysis, start: int, end: int, heading: bool = False, answered: bool = False) -> _Lead | None:
    """Return what stands between two offsets as a possible lead, None where it can be none."""
    text = analysis.text[start:end]
    if not _SHORTEST <= len(text) - 1 <= _LONGEST or not (heading or text.endswith("。")):
        return None
    if order := _ORDER.match(text) or _NUMBER.match(text):
        start += order.end()
    text = analysis.text[start:end].rstrip("。】\n")
    ordinal = ORDINAL.match(text)
    words = text[ordinal.end() :] if ordinal else text
    if _NOT_A_LEAD.search(words) or words.count("，") + words.count("、") > 4:
        return None
    if not (heading or answered) and _NOT_IN_TEXT.search(words):
        return None
    counted = _COUNTED.match(text)
    span = Span(start=start + (counted.end() if counted else 0), end=start + len(text))
    weak = ordinal is not None or _TOLD.search(words) is not None
    return _lead(analysis, span, span.end - len(words), weak, counted[0].strip("其是，") if counted else "")


def _headings(analysis: Analysis) -> dict[int, int]:
    """Return the start and end of the printed lines that stand alone: short, without a stop, behind a closed one."""
    text, starts = analysis.text, sorted(analysis.line_starts)
    lines = list(zip(starts, starts[1:]))
    usual = sorted(b - a for a, b in lines)[len(lines) // 2] if lines else 0
    found, paragraphs = {}, {paragraph.start for paragraph in analysis.article.paragraphs}
    for a, b in lines:
        broken = text[b : b + 1] == "“" and b not in paragraphs  # some pages break every line before a quotation
        narrow = b - a < (_NARROWEST if broken else _NARROW) * usual and not (broken and "，" in text[a:b])
        if narrow and a and text[a - 1] in _CLOSED and _HEADING.fullmatch(text, a, b):
            found[a] = b - text.endswith("\n", a, b)
    return found


def behind_ordinal(text: str, lead: Span) -> int:
    """Return where the words of a lead begin, behind what numbers it (一是, 第一招，是)."""
    ordinal = ORDINAL.match(text, lead.start, lead.end)
    return ordinal.end() if ordinal else lead.start


def _lead(analysis: Analysis, span: Span, start: int, weak: bool, number: str) -> _Lead:
    """Return the lead, to be compared by its words from ``start`` on."""
    words = analysis.words[analysis.word_index(start) : analysis.word_index(span.end - 1) + 1]
    clauses, tags, quotes = [], [], []
    for clause in _split(words):
        inner = [w for w in clause if w.text not in _MARKS]
        if inner:
            clauses.append("".join(w.text for w in inner)[max(0, start - inner[0].start) :])
            tags.append((inner[0].tag[:1], inner[-1].tag[:1]))
            quotes.append(len(inner) < len(clause))
    adverbs = tuple(_ADVERBS.findall(analysis.text, start, span.end))
    return _Lead(span, weak, adverbs, tuple(clauses), tuple(tags), tuple(quotes), number)


def _split(words: list[Word]) -> list[list[Word]]:
    clauses: list[list[Word]] = [[]]
    for word in words:
        if word.text in "，,：？":
            clauses.append([])
        else:
            clauses[-1].append(word)
    return clauses


def _counted(analysis: Analysis, candidates: Sequence[_Lead]) -> list[_Lead]:
    """Return the leads that are numbered without a gap, each with more to its section: they need not be alike."""
    ends = {paragraph.end for paragraph in analysis.article.paragraphs}
    numbered = [lead for lead in candidates if lead.number and lead.span.end + 1 not in ends]
    numbers = "".join(lead.number for lead in numbered)
    return numbered if len(numbered) > 2 and _NUMERALS.startswith(numbers) else []


def _parallel(candidates: Sequence[_Lead]) -> list[_Lead]:
    """Return the largest group of candidates that are alike, in order."""
    alike = {(a, b): likeness(candidates[a], candidates[b]) for a, b in combinations(range(len(candidates)), 2)}
    best: list[int] = []
    best_score = 0.0
    for seed in range(len(candidates)):
        others = range(len(candidates))
        group = [n for n in others if n == seed or alike[min(n, seed), max(n, seed)] >= _ALIKE]
        group = [n for n in group if _fits(n, group, alike)]
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


def _fits(number: int, group: Sequence[int], alike: dict[tuple[int, int], float]) -> bool:
    """Return whether one of a group is about as like the others as they are like each other."""
    others = [n for n in group if n != number]
    own = [alike[min(n, number), max(n, number)] for n in others]
    theirs = [alike[pair] for pair in combinations(others, 2)]
    return len(others) < 2 or sum(own) / len(own) >= _FITTING * sum(theirs) / len(theirs)


def likeness(first: _Lead, second: _Lead) -> float:
    """Return how parallel two leads are: clauses, their lengths, word classes and shared characters in place."""
    count = len(first.clauses)
    if count != len(second.clauses) or not count or first.adverbs != second.adverbs:
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
