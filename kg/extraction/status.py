"""What is done and what is only planned: the status of entities and figures, with its cue.

Newspapers announce.  A cue (将, 正在, 试点, 未 …) has a scope, a stretch of its sentence; what
stands in it takes the cue's status, everything else is done.  The scopes of an article are
found once; the words are those of ``lexicon/status_cues.txt``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from kg.extraction.analysis import Analysis, Word
from kg.extraction.cues import Cues
from kg.extraction.lexicon import read_sections
from kg.model import STATUSES, Cue, Entity, Figure, Span

_BREAKS = "，。；！？!?\n"
_BREAK = re.compile(f"[{_BREAKS}]")
_YEAR = re.compile(r"(?:到|至|争取)(20\d\d)年(?:底|末|年底)?")
_ANY_YEAR = re.compile(r"20\d\d(?=年)")
_YEARS = re.compile(r"，|将|[一二三两五十\d]+年")
_CONCLUSION = re.compile(r"，[^，。]{0,8}(?:就|哪|怎|不会|也不|便)")
_NOT_ENDED = re.compile("(?:不能|不得|没有|从未|不|未)$")
_NUMERAL = re.compile(r"[\d０-９一二三四五六七八九十百千万两几数]")
_AIM_QUOTED = re.compile(r"(?:做到|实现|达到|让|使)?“")
_NO_DENIAL = re.compile("来|雨绸缪|成年|必|知|尽|免|少|想到")
_REACH = 14
"""How many characters after a denial the thing denied ends at the latest."""
_PREDICATE = re.compile("将|有望|还要|还将|要|会|也要|也将|再")
_ALWAYS_THERE = frozenset({"Person", "Place"})


class Scope(NamedTuple):
    """What a cue says of the stretch ``[start, end)``.

    ``figures`` is False where the cue speaks of entities only, ``adjoins`` True where of the name that ends the
    stretch only.
    """

    status: str
    cue: Span
    start: int
    end: int
    figures: bool = True
    adjoins: bool = False


@cache
def _cues() -> Cues:
    """Return every cue, its group in the pattern named after the section."""
    sections = read_sections("status_cues")
    names = ("next", "under_way", "planned", "piloted", "denied", "ended")
    groups = [f"(?P<{name}>{_any(sections[name])})" for name in names]
    doing = f"(?P<doing>正在?(?:{_any(sections['work'])}))"
    making = f"(?P<making>(?:{_any(sections['making'])})(?:之)?中(?=[，。；、：的！）\n]))"
    year = f"(?P<year>{_YEAR.pattern})"
    words = [word for name in ("making", *names) for word in sections[name]]
    return Cues(re.compile("|".join([doing, making, year, *groups])), ["正", "到20", "至20", "争取20", *words])


@cache
def _pattern(before: str, section: str, behind: str) -> re.Pattern[str]:
    """Return the pattern of the words of a section between two expressions."""
    return re.compile(f"{before}(?:{_any(read_sections('status_cues')[section])}){behind}")


def _any(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))


def add_statuses(
    analysis: Analysis, entities: Sequence[Entity], figures: Sequence[Figure]
) -> tuple[list[Entity], list[Figure]]:
    """Return the entities and figures with their statuses and the cues of those that are not done.

    The strongest evidence counts: an entity that is done at one of its mentions is done.
    """
    names = [mention for entity in entities for mention in (entity.mentions or _own_span(entity))]
    scopes = find_scopes(analysis, names)
    return (
        [_with_status(analysis, entity, scopes) for entity in entities],
        [_figure_with_status(analysis, figure, scopes) for figure in figures],
    )


def find_status(
    analysis: Analysis, scopes: Sequence[Scope], start: int, end: int, kind: str = "Figure"
) -> tuple[str, Cue | None]:
    """Return the status of what stands at ``[start, end)`` and its cue, None for what is done.

    ``kind`` is an entity type or ``Figure``; persons and places are there whatever is planned,
    and a slogan is in use as soon as it is proclaimed, unless it is denied.
    """
    if kind in _ALWAYS_THERE:
        return "done", None
    for scope in scopes:
        if scope.start <= start and end <= scope.end and _applies(analysis, scope, start, end, kind):
            return scope.status, Cue(role="status", start=scope.cue.start, end=scope.cue.end)
    return "done", None


def find_scopes(analysis: Analysis, names: Sequence[Span] = ()) -> list[Scope]:
    """Return the scopes of the article's cues, the weakest status first (将试点… is planned), then the nearest cue.

    ``names`` are the mentions of entities: a cue inside one is none (试点 in 改革试点办公室).
    """
    text = analysis.text
    taken = sorted((name.start, name.end) for name in names)
    scopes: list[Scope] = []
    for match in _cues().find(text):
        if _inside(taken, match.start(), match.end()) or _in_name(analysis, match.start()):
            continue
        scopes.extend(_SCOPERS[match.lastgroup or ""](analysis, match.start(), match.end()))
    return sorted(scopes, key=lambda scope: (-STATUSES.index(scope.status), -scope.cue.start, scope.end))


def _inside(taken: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    index = bisect_right(taken, (start, len(taken) and taken[-1][1] + 1))
    return any(a <= start and end <= b for a, b in taken[max(0, index - 8) : index])


def _in_name(analysis: Analysis, offset: int) -> bool:
    """Whether a cue stands in a title or in a short quotation, which names and does not report."""
    quote = analysis.inside_quote(offset)
    return quote is not None and (quote.mark == "《" or (len(quote.inner) <= 16 and not _BREAK.search(quote.inner)))


# --- the statuses of facts


def _own_span(entity: Entity) -> tuple[Span]:
    return (Span(start=entity.start, end=entity.end),)


def _with_status(analysis: Analysis, entity: Entity, scopes: Sequence[Scope]) -> Entity:
    mentions = entity.mentions or _own_span(entity)
    found = [find_status(analysis, scopes, m.start, m.end, entity.type) for m in mentions]
    status, cue = min(found, key=lambda item: STATUSES.index(item[0]))
    return replace(entity, status=status, cues=(*entity.cues, cue)) if cue else entity


def _figure_with_status(analysis: Analysis, figure: Figure, scopes: Sequence[Scope]) -> Figure:
    digits = _NUMERAL.search(figure.text)
    number = figure.start + (digits.start() if digits else 0)
    status, cue = find_status(analysis, scopes, number, number + 1)
    return replace(figure, status=status, cues=(*figure.cues, cue)) if cue else figure


def _applies(analysis: Analysis, scope: Scope, start: int, end: int, kind: str) -> bool:
    if kind == "Figure":
        return scope.figures
    if kind == "Slogan" and scope.status != "denied" or scope.adjoins and end < scope.end - 2:
        return False
    return scope.status != "planned" or not _presupposed(analysis, scope.cue.end, start, end)


def _presupposed(analysis: Analysis, cue_end: int, start: int, end: int) -> bool:
    """Whether a plan takes a named thing for granted: by the words before it (将继续推行…) or as its subject (…将推开)."""
    sections = read_sections("status_cues")
    if _PREDICATE.match(analysis.text, end):
        return True
    between = _words(analysis, max(cue_end, _clause_start(analysis, start)), start)
    verbs = [w.text for w in between if w.text in sections["founding"] or w.text in sections["presupposed"]]
    if verbs and verbs[-1] in sections["founding"]:
        return False
    return any(verb in sections["presupposed"] for verb in verbs)


# --- the scopes of each kind of cue


def _after(analysis: Analysis, start: int, end: int, status: str, **options: bool) -> Iterator[Scope]:
    """Yield the scope of a cue over what follows it in its clause."""
    yield Scope(status, Span(start=start, end=end), end, _clause_end(analysis, end), **options)


def _scope_next(analysis: Analysis, start: int, end: int) -> Iterator[Scope]:
    """下一步，… is about the whole sentence; 面向未来 and 未来的路 are about nothing."""
    text = analysis.text
    cue, follows = text[start:end], text[end : end + 1]
    if cue in ("接下来", "今后") and follows not in ("，", "将"):
        return
    if cue == "未来" and not re.match(r"，|将|[一二三五两十\d]+年", text[end : end + 4]):
        return
    if cue == "今后" and text[start - 1 : start] not in ("", "，", "。", "\n", "“"):
        return
    yield Scope("planned", Span(start=start, end=end), end, _until_over(analysis, end, sentence=True))


def _scope_planned(analysis: Analysis, start: int, end: int) -> Iterator[Scope]:
    cue = analysis.text[start:end]
    if cue.startswith("规划") and analysis.text[end : end + 1] in ("为", "成"):
        return
    if _AIM_QUOTED.match(analysis.text, end) and cue in ("力争", "争取"):
        return  # a motto is proclaimed by aiming at it
    if cue in _CHECKS and not _CHECKS[cue](analysis, start, end):
        return
    yield Scope("planned", Span(start=start, end=end), end, _until_over(analysis, end, sentence=False))


def _scope_year(analysis: Analysis, start: int, end: int) -> Iterator[Scope]:
    """到2025年 plans where that year lies after the article's; a clause with 已 or 累计 reports."""
    year = int(_YEAR.match(analysis.text, start)[1])  # type: ignore[index]
    if _reports(analysis.text, start, _clause_end(analysis, end)) or year <= _own_year(analysis, start, end):
        return
    yield Scope("planned", Span(start=start, end=end), end, _until_over(analysis, end, sentence=True))


def _own_year(analysis: Analysis, start: int, end: int) -> int:
    """Return the year of the article: of its date, else the latest year that the rest of it names."""
    date = analysis.article.metadata.get("date", "")
    if date[:4].isdigit():
        return int(date[:4])
    rest = analysis.years - Counter(_ANY_YEAR.findall(analysis.text, start, end))
    return max(map(int, rest), default=0)


def _scope_doing(analysis: Analysis, start: int, end: int) -> Iterator[Scope]:
    if analysis.begins_word(start):
        yield from _after(analysis, start, end, "under way")


def _scope_making(analysis: Analysis, start: int, end: int) -> Iterator[Scope]:
    """…推进中: what is in the making stands before it in the clause."""
    yield Scope("under way", Span(start=start, end=end), _clause_start(analysis, start), start)


def _scope_under_way(analysis: Analysis, start: int, end: int) -> Iterator[Scope]:
    text = analysis.text
    if text[start:end] == "在建" and text[end : end + 1] in tuple("立设成在强起群"):
        return
    yield from _after(analysis, start, end, "under way")


def _scope_piloted(analysis: Analysis, start: int, end: int) -> Iterator[Scope]:
    """试点… and …试点: what follows in the clause, or the name right before it."""
    text = analysis.text
    if _pattern("", "pilot_nouns", "").match(text, end, end + 3) or text[start - 1 : start] == "（":
        return
    clause = _clause_start(analysis, start)
    if text[start:end] == "试点" and _pattern("", "honours", "[^在]{0,8}$").search(text, clause, start):
        return
    yield from _after(analysis, start, end, "piloted")
    yield Scope("piloted", Span(start=start, end=end), clause, start, figures=False, adjoins=True)


def _scope_denied(analysis: Analysis, start: int, end: int) -> Iterator[Scope]:
    """没有X, 未建立X: the thing itself is denied, not somebody's part in it, and not in a condition."""
    text = analysis.text
    if not _stands_alone(analysis, start, end) or _NO_DENIAL.match(text, end):
        return
    if _pattern("", "conditions", "[^，。]{0,6}$").search(text, _clause_start(analysis, start), start):
        return
    made = _pattern("[^，。；、“《]{0,2}?", "makes", "(?:过|起)?").match(text, end, end + 12)
    stop = _clause_end(analysis, end)
    if made:
        at = made.end()
        far = text.find("的", at, stop)
        yield Scope("denied", Span(start=start, end=end), at, stop if far < 0 or far > at + _REACH else far)
    elif text[start:end] in ("没有", "尚无", "没") and not _counterfactual(text, stop) and not _acts(analysis, end):
        yield Scope("denied", Span(start=start, end=end), end, min(stop, end + _REACH), figures=False)


def _acts(analysis: Analysis, offset: int) -> bool:
    """Whether a verb follows: somebody did not do something (没参加过…)."""
    follows = _words(analysis, offset, offset + 6)
    return bool(follows) and follows[0].tag in ("v", "d", "vd")


def _counterfactual(text: str, stop: int) -> bool:
    """Whether the next clause draws a conclusion (没有联盟，就没有今天)."""
    return _CONCLUSION.match(text, stop, stop + 12) is not None


def _scope_ended(analysis: Analysis, start: int, end: int) -> Iterator[Scope]:
    """取消X ends a thing; in 取消证明126项 the number is a result."""
    if not _NOT_ENDED.search(analysis.text, max(0, start - 2), start):
        stop = min(_clause_end(analysis, end), end + _REACH)
        far = analysis.text.find("的", end, stop)
        stop = _clause_end(analysis, end) if far < 0 else far
        yield Scope("denied", Span(start=start, end=end), end, stop, figures=False)


_SCOPERS = {
    "next": _scope_next,
    "planned": _scope_planned,
    "year": _scope_year,
    "doing": _scope_doing,
    "making": _scope_making,
    "under_way": _scope_under_way,
    "piloted": _scope_piloted,
    "denied": _scope_denied,
    "ended": _scope_ended,
}


# --- words that are cues in one use only


def _adverb(analysis: Analysis, start: int, end: int) -> bool:
    """Whether 将 announces (将建成…) and is not the preposition (将党建纳入…)."""
    sections = read_sections("status_cues")
    follows = _words(analysis, end, end + 12)
    if not analysis.begins_word(start) or not follows:
        return False
    if _reports(analysis.text, _clause_start(analysis, start), start):
        return False
    if follows[0].text in sections["will"]:
        return True
    if follows[0].text not in sections["might"]:
        return False
    return not _pattern("", "disposal", "").search(analysis.text, end, _clause_end(analysis, end))


def _verb(analysis: Analysis, start: int, end: int) -> bool:
    """Whether 计划, 拟 or 争取 is the verb of a plan, not a noun (三年行动计划) or an act (争取资金)."""
    sections = read_sections("status_cues")
    if analysis.text[start - 1 : start] in tuple("”模虚比草"):
        return False
    if end - start > 1 and not analysis.begins_word(start):
        return False
    before = _words(analysis, max(0, start - 6), start)
    follows = _words(analysis, end, end + 8)
    if not follows or (before and before[-1].text in sections["noun_verbs"]):
        return False
    if before and before[-1].tag in ("vn", "v") and analysis.text[start:end] == "计划":
        return False
    return follows[0].text in sections["plan"] or follows[0].tag == "m" or follows[0].text[0].isdigit()


def _deadline(analysis: Analysis, start: int, end: int) -> bool:
    """Whether 年底前 lies ahead (not 去年底前, not 已于年底前)."""
    text = analysis.text
    return text[start - 1 : start] not in ("去", "前") and not _reports(text, _clause_start(analysis, start), start)


_CHECKS = {"将": _adverb, "计划": _verb, "拟": _verb, "争取": _verb, "年底前": _deadline}


def _stands_alone(analysis: Analysis, start: int, end: int) -> bool:
    """Whether a cue of one character is a word, as far as the segmenter can tell."""
    return end - start > 1 or analysis.begins_word(start)


# --- clauses


def _clause_start(analysis: Analysis, offset: int) -> int:
    return analysis.mark_before(_BREAKS, offset) + 1


def _clause_end(analysis: Analysis, offset: int) -> int:
    """Return where the clause that holds ``offset`` ends, at the latest where its quotation does."""
    end = analysis.mark_from(_BREAKS, offset)
    quote = analysis.inside_quote(offset - 1) if offset else None
    return min(end, quote.end) if quote and quote.end > offset else end


def _until_over(analysis: Analysis, offset: int, *, sentence: bool) -> int:
    """Return how far a plan reaches: to a clause that reports again or begins with a noun, or the sentence's end.

    With ``sentence`` a noun does not end it (下一步，我们…，全县…).
    """
    text, stop = analysis.text, _clause_end(analysis, offset)
    quote = analysis.inside_quote(offset - 1) if offset else None
    limit = quote.end if quote and quote.end > offset else len(text)
    while stop < limit and text[stop : stop + 1] == "，":
        first = _words(analysis, stop + 1, stop + 8)
        end = _clause_end(analysis, stop + 1)
        if not first or _reports(text, stop + 1, end):
            break
        if not sentence and first[0].tag[0] not in "vdp":
            break
        stop = end
    return stop


def _reports(text: str, start: int, end: int) -> bool:
    """Whether a clause tells what is done."""
    return _pattern("", "over", "").search(text, start, end) is not None


def _words(analysis: Analysis, start: int, end: int) -> list[Word]:
    """Return the words that begin in ``[start, end)``."""
    first = analysis.word_index(start)
    last = analysis.word_index(max(start, end - 1))
    return [word for word in analysis.words[max(0, first) : last + 1] if start <= word.start < end]
