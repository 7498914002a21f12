"""Who leads an alliance or mechanism and whom it joins, with the words that say so (guidelines, "Relations").

A sentence is read clause by clause.  It holds phrases (由X牵头, 联合A、B, A、B为成员 …) and the
things that it founds; phrases wait for the thing that follows, or, where one was founded
before them, belong to that one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from kg.extraction.analysis import Analysis
from kg.extraction.bodies import find_bodies
from kg.extraction.carriers import add_carriers
from kg.extraction.lexicon import read_sections
from kg.model import Cue, Entity, Span

_PART = re.compile(r"[^。；！？\n]+")
_CLAUSE = re.compile(r"[^，：]+")
_LED = frozenset({"Alliance", "Mechanism", "Organisation", "Platform", "Programme", "Document"})
_STANDING = frozenset({"Alliance", "Organisation"})
_ANAPHOR = re.compile(r"该(?:联盟|联合体|共同体|联合党委|联村党委|党委|联建体)|(?<![\u4e00-\u9fff])联盟(?=由|以|吸)")
_NEEDS_BY = frozenset({"发起", "主导", "统筹", "统筹协调"})
_SUBJECT = re.compile("由|以|联合|吸纳|吸收|整合")
_GAP = 14
"""How many characters may stand between a verb of founding and the name of what it founds."""


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A role with its bodies; ``back`` where it may speak of a thing founded before it."""

    role: str
    bodies: tuple[str, ...]
    cue: Span
    start: int
    back: bool
    each: bool = False


@dataclass(slots=True)
class _Target:
    """Things founded together (甲、乙产业链党委), by their index in the list of entities."""

    entities: list[int]
    start: int
    end: int
    kind: str
    phrases: list[_Phrase] = field(default_factory=list)

    def has(self, role: str) -> bool:
        return any(phrase.role == role for phrase in self.phrases)


def find_relations(analysis: Analysis, entities: Sequence[Entity]) -> list[Entity]:
    """Return the entities with ``lead``, ``members`` and ``by`` filled in and the cues that justify them."""
    related = list(add_carriers(analysis, entities))
    mentions = sorted(
        (m.start, m.end, i) for i, e in enumerate(entities) if e.type in _LED for m in (e.mentions or (_span(e),))
    )
    latest: list[int] = []
    for part in _PART.finditer(analysis.text):
        inside = [m for m in mentions if part.start() <= m[0] < part.end()]
        if _cue().search(part.group()):
            for target in _read_part(analysis, entities, part.start(), part.end(), inside, latest):
                _relate(related, target)
        latest = [i for *_, i in inside if entities[i].type == "Alliance"][-1:] or latest
    return related


def _span(entity: Entity) -> Span:
    return Span(start=entity.start, end=entity.end)


def _relate(entities: list[Entity], target: _Target) -> None:
    """Fill in what the target's phrases say; what an entity has already stays."""
    for number, index in enumerate(target.entities):
        entity = entities[index]
        for phrase in target.phrases:
            cue = Cue(role=phrase.role, start=phrase.cue.start, end=phrase.cue.end)
            if phrase.role == "members":
                names = [name for name in phrase.bodies if name not in entity.members and name != entity.name]
                if names:
                    entity = replace(entity, members=(*entity.members, *names), cues=(*entity.cues, cue))
            elif entity.lead is None:
                each = phrase.each and len(phrase.bodies) == len(target.entities)
                lead = phrase.bodies[number] if each else "、".join(phrase.bodies)
                entity = replace(entity, lead=lead, cues=(*entity.cues, cue))
        members = tuple(name for name in entity.members if name != entity.lead)
        entities[index] = replace(entity, members=members)


# --- a sentence


def _read_part(
    analysis: Analysis,
    entities: Sequence[Entity],
    start: int,
    end: int,
    mentions: Sequence[tuple[int, int, int]],
    latest: Sequence[int],
) -> Iterable[_Target]:
    """Return the things of one sentence (up to 。 or ；) with the phrases that belong to them."""
    pending: list[_Phrase] = []
    current: _Target | None = None
    targets = []
    for clause in _CLAUSE.finditer(analysis.text, start, end):
        found = _find_targets(analysis, entities, clause.start(), clause.end(), mentions, latest)
        phrases = _find_phrases(analysis, clause.start(), clause.end(), found)
        for item in sorted([*found, *phrases], key=lambda item: item.start):
            if isinstance(item, _Target):
                item.phrases.extend(pending)
                if pending or current is None or item.kind in _STANDING or current.kind not in _STANDING:
                    current = item
                    targets.append(item)
                pending = []
            elif _speaks_of(current, item, pending):
                current.phrases.append(item)  # type: ignore[union-attr]
            else:
                pending.append(item)
    return targets


def _speaks_of(current: _Target | None, phrase: _Phrase, pending: Sequence[_Phrase]) -> bool:
    """Whether a phrase belongs to the thing founded before it, not to the one that follows."""
    if current is None or not phrase.back or any(p.role == "lead" for p in pending):
        return False
    if phrase.role == "lead":
        return current.kind in _STANDING and not current.has("lead")
    return True


# --- the things that a clause founds


def _find_targets(
    analysis: Analysis,
    entities: Sequence[Entity],
    start: int,
    end: int,
    mentions: Sequence[tuple[int, int, int]],
    latest: Sequence[int],
) -> list[_Target]:
    targets: list[_Target] = []
    for begin, stop, index in mentions:
        if not start <= begin < end:
            continue
        kind = entities[index].type
        if targets and targets[-1].kind == kind and _coordinated(analysis.text, targets[-1], begin):
            targets[-1].entities.append(index)
            targets[-1].end = max(targets[-1].end, stop)
        elif _is_founded(analysis.text, start, begin, stop, kind):
            targets.append(_Target([index], begin, stop, kind))
    anaphor = _ANAPHOR.match(analysis.text, start, end)
    if anaphor and latest and not targets:
        targets.append(_Target(list(latest), anaphor.start(), anaphor.end(), "Alliance"))
    return targets


def _coordinated(text: str, target: _Target, begin: int) -> bool:
    return begin < target.end or text[target.end : begin] in ("、", "和", "与", "及")


def _is_founded(text: str, start: int, begin: int, stop: int, kind: str) -> bool:
    """Whether a mention is what its clause founds, or its subject (甲联盟由…)."""
    before = text[max(start, begin - _GAP - 4) : begin]
    verb = None
    for verb in _found().finditer(before):
        pass
    if verb and len(before) - verb.end() <= _GAP:
        return True
    if kind not in ("Alliance", "Mechanism", "Organisation"):
        return bool(re.search("(?:牵头|领衔|领头|组成|构成)的$", before))
    return _SUBJECT.match(text, stop) is not None or bool(re.search("(?:牵头|领衔|领头|组成|构成)的$", before))


# --- phrases


def _find_phrases(analysis: Analysis, start: int, end: int, targets: Sequence[_Target]) -> list[_Phrase]:
    """Return the phrases of a clause: who leads, who is joined."""
    taken = [(t.start, t.end) for t in targets]
    phrases: list[_Phrase] = []
    for match in _cue().finditer(analysis.text, start, end):
        if any(a <= match.start() < b for a, b in taken):
            continue
        read = _READERS[match.lastgroup or ""]
        begin = max([start, *(b for a, b in taken if b <= match.start())])
        if phrases and match.start() < phrases[-1].start:
            continue
        phrases.extend(read(analysis, match, begin, end, bool(phrases)))
    return phrases


def _read_lead(analysis: Analysis, match: re.Match[str], start: int, end: int, _: bool) -> Iterator[_Phrase]:
    """(由)X牵头: the body before the cue leads."""
    text, cue = analysis.text, match.group()
    if re.match("人|单位|部门|企业|作用|主演|干|抓好", text[match.end() : match.end() + 2]):
        return
    by = text.rfind("由", start, match.start())
    if by < 0 and cue in _NEEDS_BY:
        return
    stop = match.start()
    each = text[start:stop].endswith("分别")
    lead = re.search("(?:分别|联合|共同|率先|带头|主动|先|分头|又|还|也)+$", text[start:stop])
    stop = start + lead.start() if lead else stop
    begin = by + 1 if by >= 0 else start
    names = _person(analysis, begin, stop) or _lead_bodies(analysis, begin, stop, cue)
    if names:
        yield _Phrase("lead", names, Span(start=match.start(), end=match.end()), match.start(), _opens(start, begin), each)


def _opens(start: int, begin: int) -> bool:
    return begin - start <= 3


def _lead_bodies(analysis: Analysis, start: int, end: int, cue: str) -> tuple[str, ...]:
    if cue.endswith("组长"):
        return (analysis.text[start:end],) if 2 < end - start < 12 else ()
    found = find_bodies(analysis, start, end)
    return found.names if found and not _is_generic(found.names, analysis) else ()


def _person(analysis: Analysis, start: int, end: int) -> tuple[str, ...]:
    """Return the person whose name ends at ``end`` (退休教师王某牵头)."""
    word = analysis.words[analysis.word_index(end - 1)] if end > start else None
    return (word.text,) if word and word.tag == "nr" and word.end == end and word.start >= start and len(word.text) > 1 else ()


def _is_generic(names: Sequence[str], analysis: Analysis) -> bool:
    county = analysis.county.name if analysis.county else None
    return any(name == county or name in read_sections("relation_cues")["generic"] for name in names)


def _read_head(analysis: Analysis, match: re.Match[str], start: int, end: int, _: bool) -> Iterator[_Phrase]:
    """以X为核心: the body in between leads, where it is one."""
    head = re.compile(f"为(?:{_any('head')})").search(analysis.text, match.end(), end)
    found = find_bodies(analysis, match.end(), head.start()) if head else None
    if head and found and len(found.names) == 1 and found.end == head.start():
        yield _Phrase("lead", found.names, Span(start=head.start(), end=head.end()), match.start(), True)


def _read_join(analysis: Analysis, match: re.Match[str], start: int, end: int, led: bool) -> Iterator[_Phrase]:
    """联合A、B: the bodies after the cue are members; a body before it, that nobody else leads, leads."""
    text, cue = analysis.text, match.group()
    if not analysis.begins_word(match.start()) or re.match("[党体社会国支]", text[match.end() : match.end() + 1]):
        return
    closing = _closing().search(text, match.end(), end)
    if cue == "组织" and not (closing and closing.group() in ("组成", "组建", "成立")):
        return
    found = find_bodies(analysis, match.end(), closing.start() if closing else end)
    if found is None or _is_generic(found.names, analysis):
        return
    span = Span(start=match.start(), end=match.end())
    before = find_bodies(analysis, start, match.start()) if cue in ("联合", "会同", "携手") and not led else None
    if before and before.start == _after_filler(before, start) and not _is_generic(before.names, analysis):
        together = "抱团" in text[match.end() : end]
        if together or len(before.names) == 1:
            yield _Phrase("members" if together else "lead", before.names, span, match.start(), False)
    yield _Phrase("members", found.names, span, match.start(), cue in ("吸纳", "吸收", "联结", "联合"))


def _after_filler(before: object, start: int) -> int:
    return before.start  # type: ignore[attr-defined]


def _read_joined(analysis: Analysis, match: re.Match[str], start: int, end: int, led: bool) -> Iterator[_Phrase]:
    """A、B为成员: the bodies before the cue are members."""
    found = None if led else find_bodies(analysis, start, match.start())
    if found and (len(found.names) > 1 or found.names[0][0].isdigit()) and not _is_generic(found.names, analysis):
        yield _Phrase("members", found.names, Span(start=match.start(), end=match.end()), match.start(), True)


def _read_gather(analysis: Analysis, match: re.Match[str], start: int, end: int, _: bool) -> Iterator[_Phrase]:
    """把A、B拢到一起: the bodies after 把 are members."""
    gather = re.compile(_any("gather")).search(analysis.text, match.end(), end)
    found = find_bodies(analysis, match.end(), gather.start()) if gather else None
    if gather and found:
        yield _Phrase("members", found.names, Span(start=gather.start(), end=gather.end()), match.start(), False)


def _read_compose(analysis: Analysis, match: re.Match[str], start: int, end: int, led: bool) -> Iterator[_Phrase]:
    """A、B共同组建 and 由A、B组成: the subject of the verb is what the thing consists of."""
    text = analysis.text
    by = text.rfind("由", start, match.start())
    stop = match.start()
    together = re.search(f"(?:{_any('together')})+$", text[start:stop])
    stop = start + together.start() if together else stop
    found = None if led else find_bodies(analysis, by + 1 if by >= 0 else start, stop)
    if found is None or _is_generic(found.names, analysis):
        return
    partner = text[start : start + 1] in ("与", "同", "和")
    if len(found.names) > 1 or partner or _is_many(found.names[0]):
        yield _Phrase("members", found.names, Span(start=match.start(), end=match.end()), match.start(), by >= 0)


def _is_many(name: str) -> bool:
    return re.match(r"[\d二三四五六七八九十]+(?:个|家|名|支)", name) is not None


_READERS = {
    "lead": _read_lead,
    "as": _read_head,
    "join": _read_join,
    "joined": _read_joined,
    "gather": _read_gather,
    "compose": _read_compose,
}


# --- cues


@cache
def _cue() -> re.Pattern[str]:
    names = ("lead", "join", "joined", "compose")
    groups = [f"(?P<{name}>{_any(name)})" for name in names]
    return re.compile("|".join([*groups, "(?P<as>以)", "(?P<gather>把)"]))


@cache
def _found() -> re.Pattern[str]:
    return re.compile(_any("found"))


@cache
def _closing() -> re.Pattern[str]:
    """Return what ends the list after 联合: a verb of founding, or the words that say what the bodies become."""
    return re.compile("|".join((_any("together"), _any("found"), _any("joined"), "为")))


@cache
def _any(section: str) -> str:
    words = read_sections("relation_cues")[section]
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))
