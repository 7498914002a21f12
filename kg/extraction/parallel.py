"""Unquoted mottos: parallel phrases of equal length (政治立课、质量兴课、特色强课).

Guideline rule 5: unquoted parallel phrases are slogans only when they form a complete motto.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from operator import eq
from typing import NamedTuple

from kg.extraction.analysis import Analysis
from kg.extraction.candidates import Candidate, after, before, edges, occurrence
from kg.extraction.evidence import Templates

_Part = tuple[int, int]
_SEPARATOR = re.compile("[、，；]")
_STOP = re.compile(r"[。！？：\n《》（）]")
_NO_MARKS = dict.fromkeys(map(ord, "“”‘’"))
_CLAUSE_ENDS = frozenset("，。；")
_FORM = Templates(
    "form={0}",
    "form={0}&size={1}",
    "parts={2}",
    "size={3}",
    "parts&size={4}x{3}",
    "shared={5}",
    "shared last={6}",
    "numerals={7}",
    "digits={8}",
    "form&counts={0}{9}",
)
_BOUNDS = Templates(
    "sep={0}",
    "same tags={1}",
    "sep&parts&tags={0}{2}{1}",
    "parts&same&ends={2}{1}{3}",
    "ends clause={4}",
    "begins clause={5}",
    "marks={6}",
    "in quote={7}",
    "has names={8}",
)
_TAGS = Templates("tags={0}", "verbs={1}", "size&tags={2}{3}")
_NUMBER = "[一二两三四五六七八九十]"
NUMERALS = re.compile(
    rf"(?<![第{_NUMBER[1:-1]}])(?:{_NUMBER}(?![个年月日号时是方些大项条种级次位名家户])(?!{_NUMBER}|分之)[\u4e00-\u9fff]{{1,3}}?){{2,6}}"
    r"(?=[，。；、：！”）（的等也都均已正齐]|机制|模式|体系|工作|格局|布局|为|阵地|建设|标准|要求|\n)"
)


def find_parallel(analysis: Analysis) -> list[Candidate]:
    """Return candidates for mottos without quotation marks around them.

    Runs of phrases of the same length, runs of phrases that share words, numeric
    abbreviations (一园两区三中心) and short clauses about a quoted character (“新”里有数).
    """
    found = [*_numerals(analysis), *_played_upon(analysis)]
    at = 0
    for match in [*_STOP.finditer(analysis.text), None]:
        end = match.start() if match else len(analysis.text)
        parts = _parts(analysis.text, at, end)
        if len(parts) > 1:
            found += [*_runs(analysis, parts), *_pairs(analysis, parts), *_kindred(analysis, parts)]
        at = match.end() if match else end
    candidates = (_candidate(analysis, motto) for motto in found if _is_whole(analysis, motto))
    return [candidate for candidate in candidates if candidate is not None]


class _Motto(NamedTuple):
    """A stretch that may be a motto: ``size`` is the length of its parts, 0 where they differ."""

    start: int
    end: int
    size: int
    form: str = "run"


def _is_whole(analysis: Analysis, motto: _Motto) -> bool:
    """Whether a stretch cuts no quotation and holds none that is a list of its own."""
    outer = analysis.inside_quote(motto.start)
    first = analysis.quote_index(outer.start if outer else motto.start)
    for quote in analysis.quotes[first : analysis.quote_index(motto.end)]:
        if quote.mark != "“" or quote.end <= motto.start:
            continue
        if quote.start < motto.start or quote.end > motto.end:
            if len(quote.inner) <= 40 or quote.end < motto.end or quote.start > motto.start:
                return False
        elif "、" in quote.inner or len(quote.inner) > 8:
            return False
    return True


def _runs(analysis: Analysis, parts: Sequence[_Part]) -> Iterator[_Motto]:
    """Yield runs of parts of the same length, what adjoins them cut to that length."""
    sizes = [analysis.length(*part) for part in parts]
    for first, last in enumerate(_run_ends(sizes)):
        size = sizes[first + 1]
        if not 3 <= size <= 12 or (first and sizes[first - 1] == size == sizes[first]):
            continue  # a longer run begins earlier
        loose = last - first > 1  # three parts alike outweigh the segmenter
        begin = _fit_start(analysis, parts[first], size, loose)
        if begin is None:
            continue
        stop = parts[last][1]
        finish = _fit_end(analysis, parts[last + 1], size, loose) if last + 1 < len(parts) else None
        if finish is not None:
            yield _Motto(begin, finish, size)
        yield _Motto(begin, stop, size)
        short = _fit_end(analysis, parts[last], size)
        if short is not None and short != stop:
            yield _Motto(begin, short, size)


def _run_ends(sizes: Sequence[int]) -> list[int]:
    """Return for each part but the last where the run ends that the part after it begins."""
    ends = [len(sizes) - 1]
    for part in range(len(sizes) - 2, 0, -1):
        ends.append(ends[-1] if sizes[part] == sizes[part + 1] else part)
    return ends[::-1]


def _pairs(analysis: Analysis, parts: Sequence[_Part]) -> Iterator[_Motto]:
    """Yield the end of a part with as much of the beginning of the next."""
    for first, second in pairwise(parts):
        if set(analysis.text[slice(*first)]).isdisjoint(analysis.text[slice(*second)]):
            continue  # nothing in them is alike
        here, there = analysis.length(*first), analysis.length(*second)
        for size in range(4, min(8, here, there) + 1):
            if size == there:
                continue
            begin = _fit_start(analysis, first, size)
            stop = _fit_end(analysis, second, size) if begin is not None else None
            if begin is not None and stop is not None and _alike(analysis.text, begin, first[1], second[0], stop):
                yield _Motto(begin, stop, size)


_NUMERALS = frozenset("一二三四五六七八九十")
_COUNT = re.compile("[一二两三四五六七八九十多]")
_DIGIT = re.compile(r"\d")


def _numerals(analysis: Analysis) -> Iterator[_Motto]:
    for match in NUMERALS.finditer(analysis.text):
        if analysis.inside_quote(match.start()) is None:
            yield _Motto(match.start(), match.end(), 0, "numerals")


def _played_upon(analysis: Analysis) -> Iterator[_Motto]:
    """Clauses of up to ten characters that hold a quotation of one or two (“新”建体系, “头雁”领着飞)."""
    for quote in analysis.quotes:
        if len(quote.inner) <= 3 and quote.mark == "“":
            clause = analysis.clause_start(quote.start)
            start = max(clause, analysis.text.rfind("、", clause, quote.start) + 1)
            end = analysis.clause_end(quote.end)
            comma = analysis.text.find("、", quote.end, end)
            end = comma if comma > 0 else end
            if quote.end - quote.start < end - start <= 11:
                yield _Motto(start, end, end - start, "played")


def _kindred(analysis: Analysis, parts: Sequence[_Part]) -> Iterator[_Motto]:
    """Yield runs of phrases of about the same length that share a word (小事不出村、大事不出镇)."""
    text = analysis.text
    first = 0
    while first < len(parts) - 1:
        last = first
        while (
            last + 1 < len(parts) and text[parts[last][1]] == "、" and _share_word(text, parts[last], parts[last + 1])
        ):
            last += 1
        if last > first and len({analysis.length(*p) for p in parts[first : last + 1]}) > 1:
            more = last + 1 if last + 1 < len(parts) and analysis.length(*parts[last + 1]) <= 10 else last
            for stop in dict.fromkeys((parts[last][1], parts[more][1])):
                for begin in _word_starts(analysis, parts[first]):
                    yield _Motto(begin, stop, 0, "kindred")
        first = last + 1


def _share_word(text: str, first: tuple[int, int], second: tuple[int, int]) -> bool:
    if not (4 <= second[1] - second[0] <= 10 and first[1] - first[0] >= 4):
        return False
    left, right = text[first[0] : first[1]], text[second[0] : second[1]]
    return any(left[i : i + 2] in right for i in range(len(left) - 1))


def _word_starts(analysis: Analysis, part: tuple[int, int]) -> list[int]:
    index = analysis.word_index(part[0])
    words = analysis.words[index : index + 8]
    return [w.start for w in words if part[0] <= w.start <= part[1] - 4] or [part[0]]


def _parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    parts, at = [], start
    for match in _SEPARATOR.finditer(text, start, end):
        parts.append((at, match.start()))
        at = match.end()
    return [*parts, (at, end)]


def _fit_start(analysis: Analysis, part: tuple[int, int], size: int, loose: bool = False) -> int | None:
    """Return the word start at which the last ``size`` characters of a part begin, None where none does."""
    first, end = part
    for start in range(end - size, first - 1, -1):
        if analysis.length(start, end) == size:
            if start and analysis.text[start - 1] == "“":
                start -= 1
            fits = loose or start in analysis.word_starts or start == first
            return start if fits else None
    return None


def _fit_end(analysis: Analysis, part: tuple[int, int], size: int, loose: bool = False) -> int | None:
    """Return the word end at which the first ``size`` characters of a part end, None where none does."""
    start, last = part
    for end in range(start + size, last + 1):
        if analysis.length(start, end) == size:
            fits = loose or end == last or end in analysis.word_starts or analysis.text[end] == "的"
            return end if fits else None
    return None


def _alike(text: str, start: int, end: int, start2: int, end2: int) -> bool:
    first, second = text[start:end].translate(_NO_MARKS), text[start2:end2].translate(_NO_MARKS)
    return any(map(eq, first, second))


def _candidate(analysis: Analysis, motto: _Motto) -> Candidate | None:
    """Return the candidate that a motto makes, None where the first look rules it out."""
    text = analysis.text
    start, end, size, form = motto
    name = text[start:end]
    parts = [part for part in _SEPARATOR.split(name.translate(_NO_MARKS)) if part] or [name]
    shared = sum([characters.count(characters[0]) == len(parts) for characters in zip(*parts)])
    shape = (
        form,
        min(end - start, 16),
        min(len(parts), 5),
        size,
        min(len(parts), 4),
        min(shared, 3),
        len({p[-1] for p in parts}) == 1,
        sum([p[0] in _NUMERALS for p in parts]) > 1,
        _DIGIT.search(name) is not None,
        min(len(_COUNT.findall(name)), 4),
    )
    look = (_FORM, shape), *before(analysis, start)
    if analysis.rules_out("parallel phrases", "Slogan", look):
        return None
    words = analysis.words[analysis.word_index(start) : analysis.word_index(end - 1) + 1]
    tags = [w.tag[0] for w in words if w.tag != "x"]
    per_part = ["".join([w.tag[0] for w in words if a <= w.start < b]) for a, b in _parts(text, start, end)]
    separators = {char for char in name if char in "、，；"}
    alike, sep = len(set(per_part)) == 1, "".join(sorted(separators))
    follows = text[end : end + 1]
    bounds = (
        sep,
        alike,
        min(len(parts), 4),
        follows,
        follows in _CLAUSE_ENDS,
        start == 0 or text[start - 1] in "，。；、",
        "“" in name,
        analysis.inside_quote(start) is not None,
        any([w.tag in ("nr", "ns") for w in words]),
    )
    evidence = (
        *look,
        (_BOUNDS, bounds),
        (_TAGS, (per_part[0][:4], min(tags.count("v"), 4), size, per_part[-1][:4])),
        *after(analysis, end),
        edges(analysis, start, end),
        occurrence(analysis, name),
    )
    return Candidate(
        "Slogan",
        name,
        start,
        end,
        "parallel phrases",
        evidence,
        ("parallel", end),
        list(parts) if "“" in name else [],
        len(look),
    )
