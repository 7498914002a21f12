"""To which body the text gives a thing instead of the county (``by``; guidelines, "Relations").

A thing belongs to the body that its clause begins with (灵峰街道设立…), to the one that
leads its making (甲村党支部领办的…合作社), to the place that its name adjoins (涧田乡“乡音热线”),
or to the town or village that the story is about: the one that the headline names.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from kg.extraction.analysis import Analysis
from kg.extraction.bodies import find_bodies
from kg.extraction.cues import Cues
from kg.extraction.lexicon import read_sections
from kg.extraction.phrases import any_of
from kg.model import Cue, Entity, Span

_OWNED = frozenset({"Alliance", "Mechanism", "Platform", "Programme", "Document"})
_PLACE = re.compile(r"(?:镇|乡|街道|苏木|村|社区|嘎查|居民区)$")
_ACTOR = re.compile(r"^[^、的]*(?:镇|乡|街道|村|社区|嘎查|党委|党支部|党总支|党工委|部|局|中心|联盟|联合体|共同体)$")
_TOWN_HEADS, _VILLAGE_HEADS = ("镇", "乡", "街道", "苏木"), ("村", "社区", "嘎查", "居民区")
_COUNTY = re.compile(
    r"^[\u4e00-\u9fff]{2,12}?(?:自治县|自治旗|县|市|区|旗)(?=[\u4e00-\u9fff]{2,}(?:镇|乡|街道|村|社区|苏木)$)"
)
_TOWN_OF_VILLAGE = re.compile(r"^[\u4e00-\u9fff]{1,7}?(?:镇|乡|街道|苏木)(?=[\u4e00-\u9fff]{2,}(?:村|社区|嘎查))")
_BRANCH_LED = re.compile(r"(?P<branch>党支部|党总支|党委|党组织)(?:领办|创办)的?$")
_LED_BY_BRANCH = re.compile(r"由[^，。；、]{2,12}?(?P<branch>党支部|党总支|党委)(?:领办|领着办|创办)")
_ALLIED = ("联盟", "联合体", "共同体", "联村党委", "联合党委")
_NUMBER = re.compile("[\\d一二两三四五六七八九十几数各]+(?:个|家|名|支|所)")
"""A list that begins with a count."""
_PARTY = re.compile("(?:党支部|党总支|党委|党工委|党组织)")
_WIDER = re.compile("(?:[全该][县市区旗]|[县市区旗]里)的?$")
"""What stands before a thing of the county in an article on a town."""
_ANAPHORS = ("联盟", "联合体", "共同体", "联合支部", "联合党支部", "联合党总支")
_NOBODY = re.compile(
    r"^现有|^面向|^.$|^(?:党支部|支部|合作社|企业)$"
    "|(?:书记|代表|队员|能手|大户|志愿者|专家)$"
)
"""Persons and words too general to be a carrier."""
_CLAUSE_ENDS = "，。；：！？"
_COMMAS = "，："
_COUNTED = re.compile(r"\s*[\d０-９]+\s*(?:余|多)?(?:个|家|支|处|所|座|间|期)")
_PART_END = "。；！？\n"
_CLOSE = 10
"""How far after its verb the thing may begin that a department or enterprise does (a town's may come later)."""

_NEAR = 600
"""How many characters before a thing what the text speaks of may stand; a clause is no longer."""

_Found = tuple[str, Span]
_Subject = tuple[_Found | None, int, bool]
"""The body that acts in a clause (None: the county), where its act begins, and whether it owns only what is near."""


def add_carriers(analysis: Analysis, entities: Sequence[Entity]) -> list[Entity]:
    """Return the entities with ``by``, where the text names such a body, and its mention as the cue."""
    reader = _Carriers(analysis, entities)
    return [reader.add(entity) for entity in entities]


class _Carriers:
    """Finds the carrier of things in one article; knows its places and the one that the headline names."""

    def __init__(self, analysis: Analysis, entities: Sequence[Entity]) -> None:
        self.analysis = analysis
        self.text = analysis.text
        self.county = analysis.county.name if analysis.county else ""
        places = [e for e in entities if e.type == "Place" and _PLACE.search(e.name)]
        self.places = sorted((m.start, m.end, e.name) for e in places for m in e.mentions)
        taken = {end for _, end, _ in self.places}
        towns = [(p.start, p.end, self.text[p.start : p.end]) for p in analysis.localities if p.end not in taken]
        self.places = sorted([*self.places, *towns])
        self.place_at = {place[0]: place for place in self.places}
        self.place_before = {place[1]: place for place in reversed(self.places)}  # of several the one that begins first
        self.towns = [place for place in self.places if place[2].endswith(_TOWN_HEADS)]
        self.villages = [place for place in self.places if place[2].endswith(_VILLAGE_HEADS)]
        self.act_starts = _acts().starts(self.text)
        self.alliances = [e for e in entities if e.type == "Alliance"]
        self.subjects: dict[int, _Subject | None] = {}
        self.last_subjects: dict[int, _Subject | None] = {}
        self.story = self._story()
        self.county_names = (self.county, self.county[:-1]) if len(self.county) > 2 else ()

    def add(self, entity: Entity) -> Entity:
        if entity.type not in _OWNED and entity.type != "Organisation":
            return entity
        mentions = entity.mentions or (Span(start=entity.start, end=entity.end),)
        found = next(filter(None, (self._find(entity, mention) for mention in mentions)), None)
        if found is None and entity.type in _OWNED and all(map(self._in_story, mentions)):
            found = self.story
        if found is None or not self._may_own(found[0], entity) or self._is_wider(mentions[0]):
            return entity
        name, span = found
        return replace(entity, by=name, cues=(*entity.cues, Cue(role="by", start=span.start, end=span.end)))

    def _may_own(self, name: str, entity: Entity) -> bool:
        """Whether a body can be the carrier of an entity, not its founders, its branch or the county itself."""
        allied = name.endswith(_ALLIED)
        if entity.type == "Alliance" and ("、" in name or allied):
            return False
        if entity.type == "Document" and not (allied or _PLACE.search(name)):
            return False  # what a department issues is the county's
        return name not in (entity.name, self.county)

    def _find(self, entity: Entity, mention: Span) -> _Found | None:
        branch = self._branch(mention) if entity.type == "Organisation" else None
        if branch or entity.type not in _OWNED:
            return branch
        return self._adjoining(entity, mention) or self._subject(mention)

    def _branch(self, mention: Span) -> _Found | None:
        """甲村党支部领办(的)X合作社, or X合作社由甲村党支部领办."""
        led = _BRANCH_LED.search(self.text, max(0, mention.start - 10), mention.start)
        led = led or _LED_BY_BRANCH.match(self.text, mention.end)
        if led is None:
            return None
        place = self.place_before.get(led.start("branch"))
        start = place[0] if place else None
        if start is None:
            begin = self.analysis.clause_start(led.start("branch"))
            begin = max(begin, self.text.find("由", begin, led.start("branch")) + 1)
            found = find_bodies(self.analysis, begin, led.end("branch"))
            start = found.start if found and len(found.names) == 1 else None
        if start is None:  # 甲镇|乙家庄
            near = [self.place_before.get(led.start("branch") - distance) for distance in (2, 3, 4)]
            start = min(filter(None, near), default=(0, None, ""))[1]
        if start is None:
            return None
        name = _TOWN_OF_VILLAGE.sub("", self.text[start : led.end("branch")])
        return name, Span(start=led.end("branch") - len(name), end=led.end("branch"))

    def _adjoining(self, entity: Entity, mention: Span) -> _Found | None:
        """涧田乡“乡音热线”, 罗帅村的“山兰小超市”: a place before a brand, or before any alliance."""
        end = mention.start - (self.text[mention.start - 1 : mention.start] == "的")
        low, place = max(0, end - 8), self.place_before.get(end)
        own = _own_word().search(self.text, low, end) if self.text.endswith(_own_endings(), low, end) else None
        if own and place is None:
            return self._own(own.start(), end)
        if entity.type != "Alliance" and self.text[mention.start] not in "“《":
            return None
        if place is None or self._begins_with_place(mention):
            return None
        start, _, name = place
        if entity.name.startswith(name) or self._is_widespread(entity.mentions):
            return None
        return name, Span(start=start, end=end)

    def _begins_with_place(self, mention: Span) -> bool:
        first = bisect_left(self.places, (mention.start,))
        return any(a == mention.start and b < mention.end for a, b, _ in self.places[first : first + 1])

    def _subject(self, mention: Span) -> _Found | None:
        """Return the body that the mention's clause, or one right before it in the sentence, has as its subject."""
        clause = max(self._part(mention.start), self.analysis.mark_before(_COMMAS, mention.start) + 1)
        subject = self._last_subject(clause)
        if subject is None:
            return None
        found, after, near = subject
        own = self._subject_of(clause) is not None and mention.start - after <= _CLOSE
        return found if mention.start >= after and (own or not near) else None

    def _last_subject(self, clause: int) -> _Subject | None:
        """Return the subject of a clause, or of the one before it where it begins with a verb, and so on."""
        begin, passed, subject = self._part(clause), [], None
        while clause not in self.last_subjects:
            passed.append(clause)
            subject = self._subject_of(clause)
            follows = self.analysis.words[self.analysis.word_index(clause)].tag[0] in "vdp"
            if subject is not None or clause == begin or not follows:
                break
            clause = max(begin, self.analysis.mark_before(_COMMAS, clause - 1) + 1)
        else:
            subject = self.last_subjects[clause]
        self.last_subjects.update(dict.fromkeys(passed, subject))
        return subject

    def _part(self, offset: int) -> int:
        return self.analysis.mark_before(_PART_END, offset) + 1

    def _subject_of(self, start: int) -> _Subject | None:
        if start not in self.subjects:
            self.subjects[start] = self._read_subject(start)
        return self.subjects[start]

    def _read_subject(self, start: int) -> _Subject | None:
        """Return the subject of a clause, None where it has none that is a body."""
        end = min(self.analysis.clause_end(start), start + _NEAR)
        if self.text[start : start + 1] in ("由", "在"):
            return None
        for match in _acts().find_at(self.act_starts, self.text, start, end):
            if match.start() == start or not self.analysis.begins_word(match.start()):
                continue
            manner = None
            if self.text.endswith(_manners(), start, match.start()):
                manner = _manner().search(self.text, start, match.start())
            stop = manner.start() if manner else match.start()
            own = self._own(start, stop)
            if own and match.group() != "领办":
                return own, match.end(), False
            if self._is_county(self.text[start:stop]):
                return None, match.end(), False
            found = find_bodies(self.analysis, start, stop)
            if found is None or any(map(self._is_nobody, [self.text[found.start : stop], *found.names])):
                break
            names = [_TOWN_OF_VILLAGE.sub("", _COUNTY.sub("", name)) for name in found.names]
            place = all(map(_PLACE.search, names)) and "等" not in self.text[found.end : stop]
            if any(map(self._is_county, names)) or (match.group() in _joint() and not place):
                return None, match.end(), False
            if manner and len(names) > 1 and manner.group().endswith(("联合", "共同")):
                return None, match.end(), False
            near = not place and not names[0].endswith(_ALLIED)
            names = [self._full(name, start) for name in names]
            return ("、".join(names), Span(start=found.start, end=found.end)), match.end(), near
        return self._read_place(start, end)

    def _read_place(self, start: int, end: int) -> tuple[_Found, int, bool] | None:
        """Return the town or village, or its Party branch, that a clause begins with and whatever it does."""
        opening = _opening().match(self.text, start, end)
        at = begin = opening.end() if opening else start
        if self.county and self.text.startswith(self.county, at):
            at += len(self.county)
        place = None
        while at in self.place_at:
            place = self.place_at[at]
            at = place[1]
        if place is None or place[1] >= end:
            return None
        party = _PARTY.match(self.text, at, end)
        at = party.end() if party else at
        word = self.analysis.words[self.analysis.word_index(at)]
        if word.start != at or word.tag[0] not in "vdpc" or word.text in ("与", "和", "及", "同", "是"):
            return None
        return (place[2] + (party.group() if party else ""), Span(start=begin, end=at)), at, False

    def _is_nobody(self, name: str) -> bool:
        if name in _ANAPHORS:
            return False
        return (
            _NOBODY.search(name) is not None
            or _NUMBER.match(name) is not None
            or name in read_sections("relation_cues")["bodies"]
        )

    def _is_county(self, name: str) -> bool:
        return name == self.county or name in read_sections("relation_cues")["generic"]

    def _full(self, name: str, offset: int) -> str:
        """Return the full name of the alliance that a short word (联盟, 联合党委) stands for, where only one can be meant."""
        if name not in _ANAPHORS:
            return name
        meant = [e for e in self.alliances if e.start < offset and (name in e.aliases or e.name.endswith(name))]
        alone = len(meant) == 1 and not any(_COUNTED.match(self.text, mention.end) for mention in meant[0].mentions)
        return meant[0].name if alone else name

    def _own(self, start: int, stop: int) -> _Found | None:
        """Return the town or village that 镇里, 该村, 村党支部 … stand for: the last one named before."""
        word = self.text[start:stop]
        for section, places in (("own_town", self.towns), ("own_village", self.villages)):
            if word in read_sections("relation_cues")[section]:
                before = bisect_left(places, (start,))
                while before and places[before - 1][1] > start:
                    before -= 1
                return (places[before - 1][2], Span(start=start, end=stop)) if before else None
        return None

    def _story(self) -> _Found | None:
        """Return the town or village that the headline names, at its first mention in the text."""
        headline = self.analysis.headline
        named = [(name, a, b) for a, b, name in self.places if name in headline and f"{name}牵头" not in headline]
        if not named:
            return None
        name, start, end = min(named, key=lambda place: (-headline.find(place[0]), place[1]))
        return name, Span(start=start, end=end)

    def _in_story(self, mention: Span) -> bool:
        """Whether the text before a mention speaks of the story's place, not of another place or body or the county."""
        if self.story is None:
            return False
        paragraph = max(self.analysis.mark_before("\n", mention.start) + 1, mention.start - _NEAR)
        sentence, start = self._part(mention.start), mention.start + 1
        while start > paragraph:
            start = max(paragraph, self.analysis.mark_before(_CLAUSE_ENDS, start - 1) + 1)
            subject = self._subject_of(start)
            acts = subject is not None and subject[0] is None and start >= sentence
            if acts or self._county_begins(start):
                return False
            if subject is not None and subject[0] is not None and _ACTOR.search(subject[0][0]):
                return subject[0][0].startswith(self.story[0]) or subject[0][0] in _own_words()
        return True

    def _county_begins(self, start: int) -> bool:
        """Whether a clause speaks of the county first, whatever it does (县里看中了这套办法)."""
        opening = _opening().match(self.text, start)
        at = opening.end() if opening else start
        if self.text.startswith(_county_words(), at):
            return True
        name = next((name for name in self.county_names if self.text.startswith(name, at)), None)
        return name is not None and at + len(name) not in self.place_at

    def _is_wider(self, mention: Span) -> bool:
        """Whether the words before a mention give it to the county (全县“强基”三年行动)."""
        return _WIDER.search(self.text, max(0, mention.start - 4), mention.start) is not None

    def _is_widespread(self, mentions: Sequence[Span]) -> bool:
        """Whether a mention is counted (“橙心”驿站46个), or its clause has the county as its subject."""
        for mention in mentions:
            subject = self._subject_of(self.analysis.clause_start(mention.start))
            if _COUNTED.match(self.text, mention.end) or (subject is not None and subject[0] is None):
                return True
        return False


@cache
def _acts() -> Cues:
    return Cues(re.compile(any_of("act")), read_sections("relation_cues")["act"])


@cache
def _own_word() -> re.Pattern[str]:
    return re.compile(f"(?:{any_of('own_village')}|{any_of('own_town')})$")


@cache
def _own_endings() -> tuple[str, ...]:
    return tuple(_own_words())


@cache
def _opening() -> re.Pattern[str]:
    return re.compile(f"(?:{any_of('filler')})+")


@cache
def _county_words() -> tuple[str, ...]:
    return tuple(read_sections("relation_cues")["county"])


@cache
def _own_words() -> frozenset[str]:
    cues = read_sections("relation_cues")
    return frozenset([*cues["own_village"], *cues["own_town"]])


@cache
def _joint() -> frozenset[str]:
    return frozenset({"牵头", "联合", "会同", "由", "发起", "整合"})


@cache
def _manners() -> tuple[str, ...]:
    return tuple(read_sections("relation_cues")["manner"])


@cache
def _manner() -> re.Pattern[str]:
    return re.compile(f"(?:{any_of('manner')})+$")
