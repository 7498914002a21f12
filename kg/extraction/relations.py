"""Who leads an alliance or mechanism and whom it joins, with the words that say so (guidelines, "Relations").

A sentence is read clause by clause.  It holds phrases (由X牵头, 联合A、B, A、B为成员 …) and the
things that it founds; phrases wait for the thing that follows, or, where one was founded
before them, belong to that one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

import rjieba

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
_JOINED_HEADS = ("联村党委", "联合党委", "联盟", "联合体", "共同体")
_CLASSES = ("部门", "单位", "党组织", "企业")
_NEEDS_BY = frozenset({"发起", "主导", "统筹", "统筹协调"})
_SUBJECT = re.compile("由|以|联合|吸纳|吸收|整合|联结")
_LED_BY = re.compile("(?:牵头|领衔|领头|组长|组成|构成|发起)的$")
_FOUNDED = re.compile("[^，的被为还在让]{0,14}$")
_ANCHORED = re.compile("为(?:纽带|核心|引领|龙头|平台|依托)")
_SET_UP = re.compile("(?:设立|成立|组建)[^，]{0,14}$")


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A role with its bodies.

    ``back`` where it may speak of a thing founded before it, ``each`` where its bodies lead one thing each,
    ``weak`` where it says so of standing bodies only (县委会同乡镇开展… founds no partnership).
    """

    role: str
    bodies: tuple[str, ...]
    cue: Span
    start: int
    back: bool
    each: bool = False
    weak: bool = False


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
    reader = _Reader(analysis, entities)
    for part in _PART.finditer(analysis.text):
        for target in reader.read(part.start(), part.end()):
            _relate(related, target)
    return related


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


# --- a sentence and what it founds


class _Reader:
    """Reads an article sentence by sentence; knows where entities are named and which alliance was named last."""

    def __init__(self, analysis: Analysis, entities: Sequence[Entity]) -> None:
        self.analysis = analysis
        self.text = analysis.text
        self.entities = entities
        self.mentions = _mentions(self.text, entities)
        self.latest: list[int] = []

    def read(self, start: int, end: int) -> list[_Target]:
        """Return the things of one sentence (up to 。 or ；) with the phrases that belong to them."""
        inside = [m for m in self.mentions if start <= m[0] < end]
        done = self._read_clauses(start, end, inside) if _cue().search(self.text, start, end) else []
        self.latest = [i for *_, i in inside if self.entities[i].type == "Alliance"][-1:] or self.latest
        return done

    def _read_clauses(self, start: int, end: int, mentions: Sequence[tuple[int, int, int]]) -> list[_Target]:
        clauses = [clause.span() for clause in _CLAUSE.finditer(self.text, start, end)]
        found = [self._targets(*clause, mentions) for clause in clauses]
        pending: list[_Phrase] = []
        current: _Target | None = None
        targets = []
        for number, (clause, here) in enumerate(zip(clauses, found)):
            later = [target for after in found[number + 1 :] for target in after]
            if self.text[clause[0] - 1] == "：" and any(t.kind == "Alliance" for t in [*here, *later]):
                current = None
            phrases = _find_phrases(self.analysis, *clause, here)
            for item in sorted([*here, *phrases], key=lambda item: item.start):
                if isinstance(item, _Target):
                    item.phrases.extend(p for p in pending if self._fits(p, item))
                    if pending or current is None or item.kind in _STANDING or current.kind not in _STANDING:
                        current = item
                        targets.append(item)
                    pending = []
                elif current is not None and _speaks_of(current, item, pending, clause[0], later):
                    current.phrases.extend([item] if self._fits(item, current) else [])
                else:
                    pending.append(item)
        if current is not None and current.has("lead"):
            current.phrases.extend(p for p in pending if p.role == "members" and not p.weak)
        return targets

    def _fits(self, phrase: _Phrase, target: _Target) -> bool:
        if not phrase.weak or target.kind in _STANDING:
            return True
        if phrase.role == "lead":
            fits = _SET_UP.search(self.text, max(0, target.start - 20), target.start) is not None
        else:
            fits = self.text[phrase.cue.start : phrase.cue.end] not in ("成立", "组建")
        return target.kind == "Platform" and fits

    def _targets(self, start: int, end: int, mentions: Sequence[tuple[int, int, int]]) -> list[_Target]:
        """Return the things that a clause founds or has as its subject, coordinated ones together."""
        targets: list[_Target] = []
        for begin, stop, index in mentions:
            if not start <= begin < end:
                continue
            kind = self.entities[index].type
            if targets and targets[-1].kind == kind and self._coordinated(targets[-1], begin):
                targets[-1].entities.extend([index] if index not in targets[-1].entities else [])
                targets[-1].end = max(targets[-1].end, stop)
            elif self._is_target(start, end, begin, stop, kind):
                targets.append(_Target([index], begin, stop, kind))
        anaphor = _ANAPHOR.match(self.text, start, end)
        if anaphor and self.latest and not targets:
            targets.append(_Target(list(self.latest), anaphor.start(), anaphor.end(), "Alliance"))
        return targets

    def _coordinated(self, target: _Target, begin: int) -> bool:
        return begin < target.end or self.text[target.end : begin] in ("、", "和", "与", "及")

    def _is_target(self, start: int, end: int, begin: int, stop: int, kind: str) -> bool:
        before = self.text[max(start, begin - 20) : begin]
        verbs = list(_found().finditer(before))
        if verbs and _FOUNDED.match(before, verbs[-1].end()) or _LED_BY.search(before):
            return True
        if kind == "Alliance" and before.endswith("以") and _ANCHORED.match(self.text, stop):
            return True
        if begin - start <= 2 and self.text[end : end + 1] == "：" and kind in ("Alliance", "Mechanism"):
            return True
        subject = _SUBJECT.match(self.text, stop)
        return subject is not None and (kind == "Alliance" or kind == "Mechanism" and subject.group() == "由")


def _mentions(text: str, entities: Sequence[Entity]) -> list[tuple[int, int, int]]:
    """Return the mentions (start, end, index) of what can be led, without those inside a longer name of its type."""
    found = [(m.start, m.end, i) for i, e in enumerate(entities) if e.type in _LED for m in (e.mentions or (_span(e),))]
    kept = []
    for start, end, i in found:
        kind, others = entities[i].type, [m for m in found if m[0] <= start and end <= m[1] and m[2] != i]
        longer = [m for m in others if m[1] - m[0] > end - start and entities[m[2]].type == kind]
        plain = text[start:end] in (entities[i].name, *entities[i].aliases)
        if not (plain and any(text[a:b] in (entities[n].name, *entities[n].aliases) for a, b, n in longer)):
            kept.append((start, end, i))
    return sorted(kept)


def _speaks_of(
    current: _Target, phrase: _Phrase, pending: Sequence[_Phrase], start: int, later: Sequence[_Target]
) -> bool:
    """Whether a phrase belongs to the thing founded before it, not to one that follows."""
    if start <= current.start < phrase.start:
        return phrase.role == "members" or not current.has("lead")
    if not phrase.back or any(p.role == "lead" for p in pending):
        return False
    if phrase.role == "members":
        return True
    if current.kind != "Alliance" and any(target.kind == "Alliance" for target in later):
        return False
    return current.kind in ("Alliance", "Organisation", "Mechanism") and not current.has("lead")


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
        follows = any(a >= match.end() for a, _ in taken)
        phrases.extend(read(analysis, match, begin, end, bool(phrases), follows))
    return phrases


def _read_lead(analysis: Analysis, match: re.Match[str], start: int, end: int, *_: bool) -> Iterator[_Phrase]:
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
        back = begin - start <= 3 and text[match.end() : match.end() + 1] != "的"
        yield _Phrase("lead", names, Span(start=match.start(), end=match.end()), match.start(), back, each)


def _lead_bodies(analysis: Analysis, start: int, end: int, cue: str) -> tuple[str, ...]:
    if cue.endswith("组长"):
        alone = 2 < end - start < 12 and "、" not in analysis.text[start:end]
        return (analysis.text[start:end],) if alone else ()
    found = find_bodies(analysis, start, end)
    plain = found is not None and not any("的" in name or name.startswith("党员") for name in found.names)
    return found.names if found and plain and not _is_generic(found.names, analysis) else ()


def _person(analysis: Analysis, start: int, end: int) -> tuple[str, ...]:
    """Return the person whose name ends at ``end`` (退休教师王某牵头)."""
    word = analysis.words[analysis.word_index(end - 1)] if end > start else None
    if word is None or word.tag != "nr" or word.end != end or word.start < start:
        return ()
    return (word.text,) if len(word.text) > 1 and not rjieba.has_word(word.text) else ()


def _is_generic(names: Sequence[str], analysis: Analysis) -> bool:
    county = analysis.county.name if analysis.county else None
    return any(name == county or name in read_sections("relation_cues")["generic"] for name in names)


def _read_head(analysis: Analysis, match: re.Match[str], start: int, end: int, *_: bool) -> Iterator[_Phrase]:
    """以X为核心: the body in between leads, where it is one."""
    head = re.compile(f"为(?:{_any('head')})").search(analysis.text, match.end(), end)
    found = find_bodies(analysis, match.end(), head.start()) if head else None
    last = head.end() if head else 0
    alone = found and len(found.names) == 1 and found.end == head.start() and analysis.text[last : last + 1] in "，。；"
    if alone and not found.names[0].endswith(_JOINED_HEADS):
        yield _Phrase("lead", found.names, Span(start=head.start(), end=head.end()), match.start(), True)


def _read_join(analysis: Analysis, match: re.Match[str], start: int, end: int, led: bool, follows: bool) -> Iterator[_Phrase]:
    """联合A、B: the bodies after the cue are members; a body before it, that nobody else leads, leads."""
    text, cue = analysis.text, match.group()
    whole = analysis.begins_word(match.start()) and analysis.begins_word(match.end())
    if not whole or re.match("[党体社会国支]", text[match.end() : match.end() + 1]):
        return
    closing = _closing().search(text, match.end(), end)
    if cue == "组织" and not (closing and closing.group() in ("组成", "组建", "成立")):
        return
    found = find_bodies(analysis, match.end(), closing.start() if closing else end)
    if found is None or _is_generic(found.names, analysis):
        return
    span = Span(start=match.start(), end=match.end())
    before = find_bodies(analysis, start, match.start()) if cue in ("联合", "会同", "携手") and not led else None
    if before and len(before.names) == 1 and not _is_generic(before.names, analysis):
        role = "members" if "抱团" in text[match.end() : end] else "lead"
        yield _Phrase(role, before.names, span, match.start(), False, weak=True)
    back = cue in ("吸纳", "吸收", "联结") and not follows
    yield _Phrase("members", found.names, span, match.start(), back, weak=before is not None)


def _read_joined(analysis: Analysis, match: re.Match[str], start: int, end: int, led: bool, follows: bool) -> Iterator[_Phrase]:
    """A、B为成员: the bodies before the cue are members."""
    found = None if led else find_bodies(analysis, start, match.start())
    several = found and (len(found.names) > 1 or found.names[0][0].isdigit() or found.names[0].endswith(_CLASSES))
    several = several or _partner(analysis.text, start)
    if found and several and not _is_generic(found.names, analysis):
        yield _Phrase("members", found.names, Span(start=match.start(), end=match.end()), match.start(), True)


def _read_gather(analysis: Analysis, match: re.Match[str], start: int, end: int, _: bool, follows: bool) -> Iterator[_Phrase]:
    """把A、B拢到一起: the bodies after 把 are members."""
    gather = re.compile(_any("gather")).search(analysis.text, match.end(), end)
    found = find_bodies(analysis, match.end(), gather.start()) if gather else None
    if gather and found and (len(found.names) > 1 or found.names[0][0].isdigit()):
        back = gather.group() in ("吸纳", "纳入") and not follows
        yield _Phrase("members", found.names, Span(start=gather.start(), end=gather.end()), match.start(), back)


def _read_compose(analysis: Analysis, match: re.Match[str], start: int, end: int, led: bool, follows: bool) -> Iterator[_Phrase]:
    """A、B共同组建 and 由A、B组成: the subject of the verb is what the thing consists of."""
    text = analysis.text
    by = text.rfind("由", start, match.start())
    stop = match.start()
    together = re.search(f"(?:{_any('together')})+$", text[start:stop])
    stop = start + together.start() if together else stop
    if together and stop == start and by < 0:
        start, stop = _subject_before(text, start)
    found = None if led else find_bodies(analysis, by + 1 if by >= 0 else start, stop)
    if found is None or _is_generic(found.names, analysis):
        return
    single = match.group() in ("组成", "构成") or _partner(text, start) or _is_many(found.names[0])
    if len(found.names) > 1 or single:
        back = not follows and text[match.end() : match.end() + 1] != "的"
        yield _Phrase("members", found.names, Span(start=match.start(), end=match.end()), match.start(), back, weak=by < 0)


def _subject_before(text: str, start: int) -> tuple[int, int]:
    """Return the stretch of the subject of the clause before (甲乡、乙乡打破界限，共同成立…)."""
    begin = max(text.rfind(mark, 0, max(0, start - 1)) for mark in "，。；：\n") + 1
    together = re.compile(_any("together")).search(text, begin, start)
    return begin, together.start() if together else begin


def _partner(text: str, start: int) -> bool:
    """Whether a clause begins with 与 (与甲大学共建…)."""
    return text[start : start + 1] in ("与", "同", "和")


def _is_many(name: str) -> bool:
    """Whether a name counts bodies and says which (12个山区村), not just 三个村."""
    return re.match(r"[\d二三四五六七八九十]+(?:个|家|名|支).{2}", name) is not None


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
    names = ("lead", "compose", "joined", "join")
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
