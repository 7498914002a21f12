"""Phrases that relate bodies to a thing: 由X牵头 · 联合A、B · A、B为成员 · 把A、B拢到一起 · A、B共同组建.

Each kind of cue (``lexicon/relation_cues.txt``) has one reader; what the phrase belongs to is
decided in ``kg.extraction.relations``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import rjieba

from kg.extraction.analysis import Analysis
from kg.extraction.bodies import Bodies, find_bodies
from kg.extraction.cues import Cues
from kg.extraction.lexicon import read_sections
from kg.model import Span

_ALLIED = ("联村党委", "联合党委", "联盟", "联合体", "共同体")
_CLASSES = ("部门", "单位", "党组织", "企业")
_NEEDS_BY = frozenset({"发起", "主导", "统筹", "统筹协调"})
_NOT_LEADING = re.compile("人|单位|部门|企业|作用|主演|干|抓好")
_TOGETHER_FIRST = ("共同", "联合", "抱团", "携手", "联手")
_TAKEN_IN, _MADE_OF = ("组织", "邀", "邀请"), ("组成", "组建", "成立", "结成")
_LONGEST = 600
"""How many characters a clause may have."""
_MANNER = re.compile("(?:分别|轮值|轮流|联合|共同|率先|带头|主动|先|分头|又|还|也)+$")
_MANY = re.compile(r"[\d二三四五六七八九十]+(?:个|家|名|支).{2}")
"""A name that counts bodies and says which (12个山区村), not just 三个村."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A role (``lead`` or ``members``) with its bodies.

    ``back`` where it may speak of a thing founded before it, ``each`` where its bodies lead one thing each,
    ``weak`` where it makes members of standing bodies only (县委会同乡镇开展… founds no partnership).
    """

    role: str
    bodies: tuple[str, ...]
    cue: Span
    start: int
    back: bool
    each: bool = False
    weak: bool = False


@dataclass(frozen=True, slots=True)
class _Cued:
    """A cue with its clause: ``start`` and ``end`` bound where its bodies may stand.

    ``led`` where the clause has a phrase before it, ``follows`` where the clause founds something after it.
    """

    analysis: Analysis
    cue: str
    span: Span
    start: int
    end: int
    led: bool
    follows: bool

    @property
    def text(self) -> str:
        return self.analysis.text

    @property
    def next(self) -> str:
        return self.text[self.span.end : self.span.end + 1]

    def bodies(self, start: int, end: int) -> Bodies | None:
        """Return the bodies listed in a stretch, None where it has none or names the county or people at large."""
        found = find_bodies(self.analysis, start, end)
        county = self.analysis.county.name if self.analysis.county else None
        generic = read_sections("relation_cues")["generic"]
        return None if found is None or any(name == county or name in generic for name in found.names) else found

    def counts(self, found: Bodies) -> bool:
        """Whether a list begins with a number (12个村)."""
        return self.text[found.start].isdigit()


def find_phrases(
    analysis: Analysis, start: int, end: int, taken: Sequence[tuple[int, int]], cues: Sequence[re.Match[str]]
) -> list[Phrase]:
    """Return the phrases of the clause ``[start, end)`` in order.

    ``taken`` are the things that it names, ``cues`` what ``phrase_cues`` finds in it.
    """
    phrases: list[Phrase] = []
    if end - start > _LONGEST:
        return phrases
    for match in cues:
        if any(a <= match.start() < b for a, b in taken) or (phrases and match.start() < phrases[-1].start):
            continue
        begin = max([start, *(b for _, b in taken if b <= match.start())])
        led = bool(phrases)
        if led and analysis.text[phrases[-1].cue.end] == "、":  # 由甲牵头、乙参加的…
            begin, led = max(begin, phrases[-1].cue.end + 1), False
        follows = any(a >= match.end() for a, _ in taken)
        span = Span(start=match.start(), end=match.end())
        cued = _Cued(analysis, match.group(), span, begin, end, led, follows)
        phrases.extend(_READERS[match.lastgroup or ""](cued))
    return phrases


def _read_lead(at: _Cued) -> Iterator[Phrase]:
    """(由)X牵头: the body before the cue leads."""
    by = at.text.rfind("由", at.start, at.span.start)
    if _NOT_LEADING.match(at.text, at.span.end) or (by < 0 and at.cue in _NEEDS_BY and at.next != "的"):
        return
    manner = _MANNER.search(at.text, at.start, at.span.start)
    stop = manner.start() if manner else at.span.start
    begin = by + 1 if by >= 0 else at.start
    begin += at.text.startswith("各", begin)  # 各网格党组织牵头: each of them
    names = _person(at.analysis, begin, stop) or _leaders(at, begin, stop)
    if names:
        each = (manner is not None and manner.group().endswith("分别")) or at.text.endswith("分别", 0, max(by, 0))
        yield Phrase("lead", names, at.span, at.span.start, begin - at.start <= 3 and at.next != "的", each)


def _leaders(at: _Cued, start: int, end: int) -> tuple[str, ...]:
    if at.cue.endswith("组长"):
        alone = 2 < end - start < 12 and "、" not in at.text[start:end]
        return (at.text[start:end],) if alone else ()
    found = at.bodies(start, end)
    plain = found is not None and not any("的" in name or name.startswith("党员") for name in found.names)
    return found.names if found and plain else ()


def _person(analysis: Analysis, start: int, end: int) -> tuple[str, ...]:
    """Return the person whose name ends at ``end`` (退休教师王某牵头)."""
    word = analysis.words[analysis.word_index(end - 1)] if end > start else None
    if word is None or word.tag != "nr" or word.end != end or word.start < start:
        return ()
    return (word.text,) if len(word.text) > 1 and not rjieba.has_word(word.text) else ()


def _read_head(at: _Cued) -> Iterator[Phrase]:
    """以X为核心: the body in between leads, where it is one."""
    head = _any("head", "为(?:{})$").search(at.text, at.span.end, at.end)
    if head is None:
        return
    found = at.bodies(at.span.end, head.start())
    one = found.names[0] if found and len(found.names) == 1 and found.end == head.start() else ""
    if len(one) > 2 and not one.endswith(_ALLIED):
        yield Phrase("lead", (one,), Span(start=head.start(), end=head.end()), at.span.start, True)


def _read_join(at: _Cued) -> Iterator[Phrase]:
    """联合A、B: the bodies after the cue are members; a body before it, that nobody else leads, leads."""
    whole = at.cue == "会同" or at.analysis.begins_word(at.span.end)
    if not at.analysis.begins_word(at.span.start) or not whole or at.next in tuple("党体社会国支"):
        return
    closing = _closing().search(at.text, at.span.end, at.end)
    if at.cue in _TAKEN_IN and not (closing and closing.group() in _MADE_OF):
        return
    found = at.bodies(at.span.end, closing.start() if closing else at.end)
    if found is None:
        return
    before = at.bodies(at.start, at.span.start) if at.cue in ("联合", "会同", "携手") and not at.led else None
    if before and len(before.names) == 1:
        role = "members" if "抱团" in at.text[at.span.end : at.end] else "lead"
        yield Phrase(role, before.names, at.span, at.span.start, False, weak=True)
    back = at.cue in ("吸纳", "吸收", "联结") and not at.follows
    yield Phrase("members", found.names, at.span, at.span.start, back, weak=before is not None)


def _read_joined(at: _Cued) -> Iterator[Phrase]:
    """A、B为成员: the bodies before the cue are members."""
    found = None if at.led else at.bodies(at.start, at.span.start)
    if found is None:
        return
    if len(found.names) > 1 or at.counts(found) or found.names[0].endswith(_CLASSES) or _has_partner(at):
        yield Phrase("members", found.names, at.span, at.span.start, True)


def _read_gather(at: _Cued) -> Iterator[Phrase]:
    """把A、B拢到一起: the bodies after 把 are members."""
    gather = _any("gather").search(at.text, at.span.end, at.end)
    found = at.bodies(at.span.end, gather.start()) if gather else None
    if gather and found is None:  # 把田连着田的甲、乙两村
        found = at.bodies(at.text.find("的", at.span.end, gather.start()) + 1 or at.span.end, gather.start())
    if gather and found and (len(found.names) > 1 or at.counts(found)):
        back = gather.group() in ("吸纳", "纳入") and not at.follows
        yield Phrase("members", found.names, Span(start=gather.start(), end=gather.end()), at.span.start, back)


def _read_compose(at: _Cued) -> Iterator[Phrase]:
    """A、B共同组建 and 由A、B组成: the subject of the verb is what the thing consists of."""
    by = at.text.rfind("由", at.start, at.span.start)
    together = _any("together", "(?:{})+$").search(at.text, at.start, at.span.start)
    begin, stop = by + 1 if by >= 0 else at.start, together.start() if together else at.span.start
    if stop == at.start and (together or at.cue.startswith(_TOGETHER_FIRST)):
        begin, stop = _subject_before(at.analysis, at.start)
    found = None if at.led else at.bodies(begin, stop)
    if found is None:
        return
    single = at.cue in ("组成", "构成") or _has_partner(at) or _MANY.match(at.text, found.start) is not None
    if len(found.names) > 1 or single:
        back = not at.follows and at.next != "的"
        yield Phrase("members", found.names, at.span, at.span.start, back, weak=by < 0)


def _subject_before(analysis: Analysis, start: int) -> tuple[int, int]:
    """Return the stretch of the subject of the clause before (甲乡、乙乡打破乡界，共同成立…), empty where none shows."""
    begin = analysis.mark_before("，。；：\n", max(0, start - 1)) + 1
    together = _any("together").search(analysis.text, begin, start)
    return begin, together.start() if together else begin


def _has_partner(at: _Cued) -> bool:
    """Whether the clause begins with 与 (与甲大学共建…)."""
    return at.text[at.start : at.start + 1] in ("与", "同", "和")


_READERS = {
    "lead": _read_lead,
    "head": _read_head,
    "join": _read_join,
    "joined": _read_joined,
    "gather": _read_gather,
    "compose": _read_compose,
}


@cache
def phrase_cues() -> Cues:
    """Return every cue, its group in the pattern named after the kind."""
    names = ("lead", "compose", "joined", "join")
    groups = [f"(?P<{name}>{any_of(name)})" for name in names]
    words = [word for name in names for word in read_sections("relation_cues")[name]]
    return Cues(re.compile("|".join([*groups, "(?P<head>以)", "(?P<gather>把)"])), [*words, "以", "把"])


@cache
def _closing() -> re.Pattern[str]:
    """Return what ends the list after 联合: a verb of founding, or the words that say what the bodies become."""
    return re.compile("|".join((any_of("together"), any_of("found"), any_of("joined"), "为")))


@cache
def _any(section: str, frame: str = "{}") -> re.Pattern[str]:
    return re.compile(frame.format(any_of(section)))


@cache
def any_of(section: str) -> str:
    """Return an alternative of the words of a section of the lexicon, longer ones first."""
    words = read_sections("relation_cues")[section]
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))
