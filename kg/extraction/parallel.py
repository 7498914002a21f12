"""Unquoted mottos: parallel phrases of equal length (政治立课、质量兴课、特色强课).

Guideline rule 5: unquoted parallel phrases are slogans only when they form a complete motto.
"""

from __future__ import annotations

import re

from kg.extraction.analysis import Analysis
from kg.extraction.candidates import Candidate, context, occurrence

_SEPARATOR = re.compile("[、，；]")
_STOP = re.compile(r"[。！？：\n《》（）]")
_MARKS = re.compile("[“”‘’]")
_NUMBER = "[一二两三四五六七八九十]"
NUMERALS = re.compile(
    rf"(?<![第{_NUMBER[1:-1]}])(?:{_NUMBER}(?![个年月日号时是方些大项条种级次位名家户])(?!{_NUMBER})[\u4e00-\u9fff]{{1,3}}?){{2,6}}"
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
        found.extend(_runs(analysis, at, end))
        found.extend(_kindred(analysis, at, end))
        at = match.end() if match else end
    return [candidate for candidate in found if _is_whole(analysis, candidate)]


def _is_whole(analysis: Analysis, candidate: Candidate) -> bool:
    """Whether a candidate cuts no quotation and holds none that is a list of its own."""
    for quote in analysis.quotes:
        if quote.mark != "“" or quote.end <= candidate.start or quote.start >= candidate.end:
            continue
        if quote.start < candidate.start or quote.end > candidate.end:
            if len(quote.inner) <= 40 or quote.end < candidate.end or quote.start > candidate.start:
                return False
        elif "、" in quote.inner or len(quote.inner) > 8:
            return False
    return True


def _runs(analysis: Analysis, start: int, end: int) -> list[Candidate]:
    parts = _parts(analysis.text, start, end)
    found = []
    for first in range(len(parts) - 1):
        last = first + 1
        size = _size(analysis.text, parts[last])
        if not 3 <= size <= 12:
            continue
        while last + 1 < len(parts) and _size(analysis.text, parts[last + 1]) == size:
            last += 1
        loose = last - first > 1  # three parts alike outweigh the segmenter
        begin = _fit_start(analysis, parts[first], size, loose)
        finish = None
        if last + 1 < len(parts):
            finish = _fit_end(analysis, parts[last + 1], size, loose)
        if begin is None:
            continue
        if first and _size(analysis.text, parts[first - 1]) == size and _size(analysis.text, parts[first]) == size:
            continue  # a longer run begins earlier
        ends = [parts[last][1]] if finish is None else [finish, parts[last][1]]
        for stop in ends:
            found.append(_candidate(analysis, begin, stop, size))
        short = _fit_end(analysis, parts[last], size)
        if short is not None and short != parts[last][1]:
            found.append(_candidate(analysis, begin, short, size))
    for first in range(len(parts) - 1):  # two parts, the second with words after it
        begin_size = _size(analysis.text, parts[first])
        for size in range(4, 9):
            if size == _size(analysis.text, parts[first + 1]) or size > begin_size:
                continue
            begin, stop = _fit_start(analysis, parts[first], size), _fit_end(analysis, parts[first + 1], size)
            if (
                begin is not None
                and stop is not None
                and _alike(analysis.text, begin, parts[first][1], parts[first + 1][0], stop)
            ):
                found.append(_candidate(analysis, begin, stop, size))
    return found


_COUNTS = frozenset("一二两三四五六七八九十多")


def _numerals(analysis: Analysis) -> list[Candidate]:
    found = []
    for match in NUMERALS.finditer(analysis.text):
        if analysis.inside_quote(match.start()) is None:
            found.append(_candidate(analysis, match.start(), match.end(), 0, "numerals"))
    return found


def _played_upon(analysis: Analysis) -> list[Candidate]:
    """Clauses of up to ten characters that hold a quotation of one or two (“新”建体系, “头雁”领着飞)."""
    found = []
    for quote in analysis.quotes:
        if len(quote.inner) <= 3 and quote.mark == "“":
            start = max(analysis.clause_start(quote.start), analysis.text.rfind("、", 0, quote.start) + 1)
            end = analysis.clause_end(quote.end)
            comma = analysis.text.find("、", quote.end, end)
            end = comma if comma > 0 else end
            if quote.end - quote.start < end - start <= 11:
                found.append(_candidate(analysis, start, end, end - start, "played"))
    return found


def _kindred(analysis: Analysis, start: int, end: int) -> list[Candidate]:
    """Runs of phrases of about the same length that share a word (小事不出村、大事不出镇)."""
    text = analysis.text
    parts = _parts(text, start, end)
    found, first = [], 0
    while first < len(parts) - 1:
        last = first
        while (
            last + 1 < len(parts) and text[parts[last][1]] == "、" and _share_word(text, parts[last], parts[last + 1])
        ):
            last += 1
        if last > first and len({_size(text, p) for p in parts[first : last + 1]}) > 1:
            more = last + 1 if last + 1 < len(parts) and _size(text, parts[last + 1]) <= 10 else last
            for stop in dict.fromkeys((parts[last][1], parts[more][1])):
                for begin in _word_starts(analysis, parts[first]):
                    found.append(_candidate(analysis, begin, stop, 0, "kindred"))
        first = last + 1
    return found


def _share_word(text: str, first: tuple[int, int], second: tuple[int, int]) -> bool:
    left, right = text[first[0] : first[1]], text[second[0] : second[1]]
    if not (4 <= len(right) <= 10 and len(left) >= 4):
        return False
    return any(left[i : i + 2] in right for i in range(len(left) - 1))


def _word_starts(analysis: Analysis, part: tuple[int, int]) -> list[int]:
    words = analysis.words[analysis.word_index(part[0]) :][:8]
    return [w.start for w in words if part[0] <= w.start <= part[1] - 4] or [part[0]]


def _parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    parts, at = [], start
    for match in _SEPARATOR.finditer(text, start, end):
        parts.append((at, match.start()))
        at = match.end()
    return [*parts, (at, end)]


def _size(text: str, part: tuple[int, int]) -> int:
    return len(_MARKS.sub("", text[part[0] : part[1]]))


def _fit_start(analysis: Analysis, part: tuple[int, int], size: int, loose: bool = False) -> int | None:
    """Return the word start at which the last ``size`` characters of a part begin, None where none does."""
    for start in range(part[1] - size, part[0] - 1, -1):
        if _size(analysis.text, (start, part[1])) == size:
            if start and analysis.text[start - 1] == "“":
                start -= 1
            fits = loose or analysis.begins_word(start) or start == part[0]
            return start if fits else None
    return None


def _fit_end(analysis: Analysis, part: tuple[int, int], size: int, loose: bool = False) -> int | None:
    """Return the word end at which the first ``size`` characters of a part end, None where none does."""
    for end in range(part[0] + size, part[1] + 1):
        if _size(analysis.text, (part[0], end)) == size:
            fits = loose or end == part[1] or analysis.begins_word(end) or analysis.text[end] == "的"
            return end if fits else None
    return None


def _alike(text: str, start: int, end: int, start2: int, end2: int) -> bool:
    first, second = _MARKS.sub("", text[start:end]), _MARKS.sub("", text[start2:end2])
    return any(a == b for a, b in zip(first, second))


def _candidate(analysis: Analysis, start: int, end: int, size: int, form: str = "run") -> Candidate:
    text = analysis.text
    name = text[start:end]
    bare = (_MARKS.sub("", part) for part in re.split("[、，；]", name))
    parts = [part for part in bare if part] or [name]
    shared = sum(len({part[i] for part in parts if i < len(part)}) == 1 for i in range(min(map(len, parts))))
    separators = {char for char in name if char in "、，；"}
    words = [w for w in analysis.words[analysis.word_index(start) :] if w.start < end]
    tags = [w.tag[0] for w in words if w.tag != "x"]
    per_part = ["".join(w.tag[0] for w in words if p[0] <= w.start < p[1]) for p in _parts(text, start, end)]
    features = [
        f"form={form}",
        f"form={form}&size={min(end - start, 16)}",
        f"parts={min(len(parts), 5)}",
        f"size={size}",
        f"parts&size={min(len(parts), 4)}x{size}",
        f"shared={min(shared, 3)}",
        f"shared last={len({p[-1] for p in parts}) == 1}",
        f"same tags={len(set(per_part)) == 1}",
        f"tags={per_part[0][:4]}",
        f"sep={''.join(sorted(separators))}",
        f"numerals={sum(p[0] in '一二三四五六七八九十' for p in parts) > 1}",
        f"verbs={min(tags.count('v'), 4)}",
        f"ends clause={text[end : end + 1] in tuple('，。；')}",
        f"begins clause={start == 0 or text[start - 1] in '，。；、'}",
        f"marks={'“' in name}",
        f"sep&parts&tags={''.join(sorted(separators))}{min(len(parts), 4)}{len(set(per_part)) == 1}",
        f"parts&same&ends={min(len(parts), 4)}{len(set(per_part)) == 1}{text[end : end + 1]}",
        f"size&tags={size}{per_part[-1][:4]}",
        f"in quote={analysis.inside_quote(start) is not None}",
        f"has names={any(w.tag in ('nr', 'ns') for w in words)}",
        f"digits={any(c.isdigit() for c in name)}",
        f"form&counts={form}{min(sum(c in _COUNTS for c in name), 4)}",
        *context(analysis, start, end),
        *occurrence(analysis, name),
    ]
    return Candidate(
        "Slogan", name, start, end, "parallel phrases", features, ("parallel", end), list(parts) if "“" in name else []
    )
