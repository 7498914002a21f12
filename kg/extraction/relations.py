"""Who leads an alliance or mechanism and whom it joins, with the words that say so (guidelines, "Relations").

A sentence is read clause by clause.  It holds phrases (由X牵头, 联合A、B, A、B为成员 …) and the
things that it founds; phrases wait for the thing that follows, or, where one was founded
before them, belong to that one.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from kg.extraction.analysis import Analysis
from kg.extraction.carriers import add_carriers
from kg.extraction.cues import Cues
from kg.extraction.lexicon import read_sections
from kg.extraction.phrases import Phrase, any_of, find_phrases, phrase_cues
from kg.model import Cue, Entity

_PART = re.compile(r"[^。；！？\n]+")
_CLAUSE = re.compile(r"[^，：]+")
_LED = frozenset({"Alliance", "Mechanism", "Organisation", "Platform", "Programme", "Document"})
_STANDING = frozenset({"Alliance", "Organisation"})
_ANAPHOR = re.compile(r"该(?:联盟|联合体|共同体|联合党委|联村党委|党委|联建体)|(?<![\u4e00-\u9fff])联盟(?=由|以|吸)")
_FOUNDED_ANAPHOR = re.compile("(?<=组成|成立|组建|结成)(?:联盟|联合体|共同体)(?=$|[，。；])")
_SUBJECT = re.compile("由|以|联合|吸纳|吸收|整合|联结")
_LED_BY = re.compile("(?:牵头|领衔|领头|组长|组成|构成|发起|参加|参与|协同|共管|配合|统筹|主导)的[^，、的]{0,8}$")
_JOINED = re.compile("加入[^，、的]{0,6}$")
_THEN_LED = re.compile("，由[^，。；]{2,40}(?:组成|构成|牵头)")
_FOUNDED = re.compile("(?:(?!由|牵头)[^，的被为还在让]){0,14}$")
_ANCHORED = re.compile("为(?:纽带|核心|引领|龙头|平台|依托)")
_FOUNDS_ANEW = re.compile("(?:成立|组建|建立|建起|设立|搭建|搭起)由")
"""What is made up by those who follow is another thing: 设立甲服务站，…，建起由乙、丙组成的专班."""
_LEADS = re.compile("(?:牵头|领衔|发起|统筹|主导)[^，。；]{0,6}的")
"""Behind a body that leads what is founded: 建立街道党工委统筹的联席会机制 founds no 党工委."""
_ORGAN = re.compile("(?:机构|领导小组|秘书处|办公室)$")
_SET_UP = re.compile("(?:设立|成立|组建)[^，]{0,14}$")


@dataclass(slots=True)
class _Target:
    """Things founded together (甲、乙产业链党委), by their index in the list of entities."""

    entities: list[int]
    start: int
    end: int
    kind: str
    text: str
    phrases: list[Phrase] = field(default_factory=list)
    is_led: bool = field(init=False)
    """Whether the words before it say who leads it (甲牵头、乙参加的机制)."""

    def __post_init__(self) -> None:
        self.is_led = _LED_BY.search(self.text, max(0, self.start - 20), self.start) is not None

    def has(self, role: str) -> bool:
        return any(phrase.role == role and not phrase.weak for phrase in self.phrases)

    def leader(self, number: int, name: str, phrase: Phrase) -> str | None:
        """Return who leads one of the things, None where each body leads one and it is not told which."""
        if not phrase.each:
            return "、".join(phrase.bodies)
        if len(phrase.bodies) == len(self.entities):
            return phrase.bodies[number]
        parts = self.text[_clause_start(self.text, self.start) : self.end].split("、")
        at = next((i for i, part in enumerate(parts) if name[:2] in part), None)
        return phrase.bodies[at] if at is not None and len(parts) == len(phrase.bodies) else None


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
        for phrase in sorted(target.phrases, key=lambda phrase: phrase.weak):
            cue = Cue(role=phrase.role, start=phrase.cue.start, end=phrase.cue.end)
            if phrase.role == "members":
                names = [name for name in phrase.bodies if name not in entity.members and name != entity.name]
                if names:
                    entity = replace(entity, members=(*entity.members, *names), cues=(*entity.cues, cue))
            elif entity.lead is None:
                lead = target.leader(number, entity.name, phrase)
                entity = replace(entity, lead=lead, cues=(*entity.cues, cue)) if lead else entity
            elif phrase.weak and entity.type == "Alliance" and not set(phrase.bodies) & {entity.lead, *entity.members}:
                entity = replace(
                    entity, members=(*phrase.bodies, *entity.members), cues=(*entity.cues, replace(cue, role="members"))
                )
        entities[index] = entity


# --- a sentence and what it founds


class _Reader:
    """Reads an article sentence by sentence; knows where entities are named and which alliance was named last."""

    def __init__(self, analysis: Analysis, entities: Sequence[Entity]) -> None:
        self.analysis = analysis
        self.text = analysis.text
        self.entities = entities
        self.mentions = _mentions(self.text, entities)
        self.starts = [start for start, _, _ in self.mentions]
        self.cues = list(phrase_cues().find(self.text))
        self.cue_starts = [cue.start() for cue in self.cues]
        self.found_starts = _found().starts(self.text)
        alliances = [i for i, entity in enumerate(entities) if entity.type == "Alliance"]
        self.latest = alliances if len(alliances) == 1 else []

    def read(self, start: int, end: int) -> list[_Target]:
        """Return the things of one sentence (up to 。 or ；) with the phrases that belong to them."""
        inside = self._inside(start, end)
        done = self._read_clauses(start, end) if self._cues(start, end) else []
        self.latest = [i for *_, i in inside if self.entities[i].type == "Alliance"][-1:] or self.latest
        return done

    def _inside(self, start: int, end: int) -> list[tuple[int, int, int]]:
        """Return the mentions that begin in a stretch."""
        return self.mentions[bisect_left(self.starts, start) : bisect_left(self.starts, end)]

    def _cues(self, start: int, end: int) -> list[re.Match[str]]:
        return self.cues[bisect_left(self.cue_starts, start) : bisect_left(self.cue_starts, end)]

    def _read_clauses(self, start: int, end: int) -> list[_Target]:
        clauses = [clause.span() for clause in _CLAUSE.finditer(self.text, start, end)]
        found = [self._targets(*clause) for clause in clauses]
        later = [target for here in found for target in here]
        if not later:
            return []
        pending: list[Phrase] = []
        current: _Target | None = None
        targets = []
        for clause, here in zip(clauses, found):
            later = later[len(here) :]
            if self.text[clause[0] - 1] == "：" and any(t.kind == "Alliance" for t in [*here, *later]):
                current = None
            taken, cues = [(target.start, target.end) for target in here], self._cues(*clause)
            phrases = find_phrases(self.analysis, *clause, taken, cues) if cues else []
            read: list[_Target | Phrase] = [*here, *phrases]
            for item in sorted(read, key=lambda item: item.start):
                if isinstance(item, _Target):
                    item.phrases.extend(p for p in pending if self._fits(p, item))
                    takes_over = item.kind in _STANDING or (current is not None and current.kind not in _STANDING)
                    if pending or current is None or (takes_over and not self._is_organ(item)):
                        current = item
                        targets.append(item)
                    pending = []
                elif current is not None and _speaks_of(current, item, pending, clause[0], later):
                    current.phrases.extend([item] if self._fits(item, current) else [])
                else:
                    over = item.role == "lead" and not item.weak
                    pending = [*(p for p in pending if not (over and p.weak)), item]
        if current is not None and current.has("lead"):
            current.phrases.extend(p for p in pending if p.role == "members" and not p.weak)
        return targets

    def _fits(self, phrase: Phrase, target: _Target) -> bool:
        if not phrase.weak or target.kind in _STANDING:
            return True
        if phrase.role == "lead":
            fits = _SET_UP.search(self.text, max(0, target.start - 20), target.start) is not None
        else:
            fits = self.text[phrase.cue.start : phrase.cue.end] not in ("成立", "组建")
        return target.kind == "Platform" and fits

    def _is_organ(self, target: _Target) -> bool:
        """Whether a body only directs what was founded before it, of which the sentence goes on to speak (甲联盟领导小组)."""
        return target.kind == "Organisation" and _ORGAN.search(self.entities[target.entities[0]].name) is not None

    def _targets(self, start: int, end: int) -> list[_Target]:
        """Return the things that a clause founds or has as its subject, coordinated ones together."""
        targets: list[_Target] = []
        for begin, stop, index in self._inside(start, end):
            kind = self.entities[index].type
            if targets and self._coordinated(targets[-1], kind, begin, stop):
                targets[-1].entities.extend([index] if index not in targets[-1].entities else [])
                targets[-1].end = max(targets[-1].end, stop)
            elif self._is_spread(begin, stop, index) or self._is_target(start, end, begin, stop, kind):
                targets.append(_Target([index], begin, stop, kind, self.text))
        if targets or not self.latest:
            return targets
        anaphor = _ANAPHOR.match(self.text, start, end) or _FOUNDED_ANAPHOR.search(self.text, start, end)
        if anaphor:
            targets.append(_Target(list(self.latest), anaphor.start(), anaphor.end(), "Alliance", self.text))
        return targets

    def _coordinated(self, target: _Target, kind: str, begin: int, stop: int) -> bool:
        """Whether a mention is another part of what the target names, or the same words as a thing of another type."""
        if (begin, stop) == (target.start, target.end):
            return True
        near = begin < target.end or self.text[target.end : begin] in ("、", "和", "与", "及")
        return near and target.kind == kind

    def _is_spread(self, begin: int, stop: int, index: int) -> bool:
        """Whether a mention is the stretch of a list that founds the thing (苜蓿组建两个产业链党委)."""
        entity = self.entities[index]
        printed = self.text[begin:stop] in (entity.name, *entity.aliases)
        return not printed and any(_found().find_at(self.found_starts, self.text, begin, stop))

    def _is_target(self, start: int, end: int, begin: int, stop: int, kind: str) -> bool:
        if _LEADS.match(self.text, stop):
            return False
        low = max(start, begin - 20)
        verbs = list(_found().find_at(self.found_starts, self.text, low, begin))
        if verbs and _FOUNDED.match(self.text, verbs[-1].end(), begin):
            return True
        if self.text.find("的", low, begin) >= 0 and _LED_BY.search(self.text, low, begin):
            return True
        if kind == "Alliance" and _JOINED.search(self.text, low, begin):
            return True
        if kind == "Alliance" and self.text.endswith("以", low, begin) and _ANCHORED.match(self.text, stop):
            return True
        if begin - start <= 2 and self.text[end : end + 1] == "：" and kind in ("Alliance", "Mechanism"):
            return True
        if kind not in ("Organisation", "Document") and _THEN_LED.match(self.text, stop):
            return True
        subject = _SUBJECT.match(self.text, stop)
        return subject is not None and (kind == "Alliance" or kind == "Mechanism" and subject.group() == "由")


def _mentions(text: str, entities: Sequence[Entity]) -> list[tuple[int, int, int]]:
    """Return the mentions (start, end, index) of what can be led, without those inside a longer name of its type."""

    def is_plain(start: int, end: int, index: int) -> bool:
        return text[start:end] in (entities[index].name, *entities[index].aliases)

    found = [(m.start, m.end, i) for i, e in enumerate(entities) if e.type in _LED for m in (e.mentions or (e,))]
    kept = []
    around: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    """The mentions of a type, longer ones first, that end behind where the one at hand begins."""
    for start, end, i in sorted(found, key=lambda mention: (mention[0], -mention[1], mention[2])):
        kind = entities[i].type
        around[kind] = [m for m in around[kind] if m[1] > start]
        longer = [m for m in around[kind] if m[1] >= end and m[1] - m[0] > end - start and m[2] != i]
        if not (longer and is_plain(start, end, i) and any(is_plain(*mention) for mention in longer)):
            kept.append((start, end, i))
        around[kind].append((start, end, i))
    return sorted(kept)


def _clause_start(text: str, offset: int) -> int:
    return max(text.rfind(mark, 0, offset) for mark in "，。；：！？\n") + 1


def _speaks_of(
    current: _Target, phrase: Phrase, pending: Sequence[Phrase], start: int, later: Sequence[_Target]
) -> bool:
    """Whether a phrase belongs to the thing founded before it, not to one that follows."""
    if _FOUNDS_ANEW.search(current.text, max(start, current.end), phrase.cue.end):
        return False
    if start <= current.start < phrase.start:
        return phrase.role == "members" or not current.has("lead")
    if not phrase.back or any(p.role == "lead" for p in pending):
        return False
    if any(target.is_led for target in later):
        return False  # 甲牵头、乙参加的机制: that of the phrase itself
    if phrase.role == "members":
        return True
    if current.kind != "Alliance" and any(target.kind == "Alliance" for target in later):
        return False
    return current.kind in ("Alliance", "Organisation", "Mechanism") and not current.has("lead")


@cache
def _found() -> Cues:
    return Cues(re.compile(any_of("found")), read_sections("relation_cues")["found"])
