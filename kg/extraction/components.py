"""What the article spells out for the labels of a formula (guidelines, "Formulas").

Each reader knows one way in which the genre spells formulas out and proposes readings; a
reading counts only where the number of its items agrees with the numeral.  The reading
with the highest weight is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from kg.extraction.abbreviations import NUMBER, VALUES, Label
from kg.extraction.analysis import Analysis
from kg.extraction.enumerations import Items, clauses, noun_end, readings, split, texts, tidy
from kg.extraction.lexicon import read_sections
from kg.model import Component, Span

_MEANS = (
    r"(?:，?(?:即为|即是|即由|即|就是|则是|则为|则把|则|是指|指的是|说的是|看的是|指(?![标导挥引数定])|分别是|分别为|分别指|是|为|包括)[：:]?|：|:|——|（)"
)
_GAP = r"[^，。；：“”（）、\n—]{0,16}?"
_STRONG = re.compile(
    rf"{_GAP}(?:(?P<bracket>（)|——|[：:]"
    rf"|[，。]?(?:即为|即是|即|就是|也就是|是指|指的是|说的是|指(?![标导挥引数定])|分别是|分别为|包括|具体是|要求|做到)[：:]?)"
)
_WEAK = re.compile(rf"{_GAP}(?:(?:核心|分别)?[是为]|，|。)")
_SUFFIX = re.compile(r"(?:为一体的?|于一体的?|等等?的?|这|的|并行的|相结合的|，[^，。；“”]{0,6}(?:叫作|叫做|称为|称作|简称)|。这|，这|，即|，)?$")
_COUNTING = re.compile(rf"({NUMBER})[个大类种项条张支][^，,。、]{{1,6}}")
_MADE_OF = re.compile("(?:共同)?(?:组成|构成|搭成|组建成|组合成)的?$")
_CHAIN = re.compile(r"\s*(?:——|—|－|–|-|→|\+|＋)\s*")
_REACH = 260
_NEAR = 200
_FAR = 420


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the items of a formula; the higher its weight the surer."""

    weight: int
    rule: str
    items: tuple[tuple[str, ...], ...]
    """The items of each label."""
    labels: tuple[str, ...] = ()
    """The labels where they are not those of the formula."""


class Reader:
    """Reads the components of one formula."""

    def __init__(self, analysis: Analysis, inner: str, labels: Sequence[Label], measures: Sequence[Span]) -> None:
        self.analysis = analysis
        self.text = analysis.text
        self.inner = inner
        self.labels = list(labels)
        self.measures = measures
        self.counts = [label.count for label in labels]
        self.total = sum(count or 0 for count in self.counts)

    def read(self, least: int = 1) -> tuple[tuple[Component, ...], str]:
        """Return the components and the rule that read them; nothing where the article does not spell them out.

        ``least`` is the weight that a reading must have.
        """
        best = max(self._readings() if self.labels else (), key=lambda reading: reading.weight, default=None)
        if best is None or best.weight < least:
            return (), "formula"
        labels = best.labels or [label.text for label in self.labels]
        return tuple(Component(label=label, items=items) for label, items in zip(labels, best.items) if items), best.rule

    def _readings(self) -> Iterator[Reading]:
        yield from self._by_label()
        if None not in self.counts:
            yield from self._before()
            yield from self._behind()
            yield from self._keyed()
            yield from self._enumerated()
            yield from self._recounted()
            yield from self._ones()
        yield from self._counted()
        yield from self._shares()
        yield from self._leads()
        yield from self._counting_leads()
        yield from self._label_by_itself()

    # -- where the formula stands

    @cached_property
    def places(self) -> list[tuple[int, int]]:
        """Where the formula stands in the text, its quotation marks included."""
        return list(_places(self.text, self.inner))

    # -- what a list means

    def _deal(self, items: Items) -> tuple[tuple[str, ...], ...] | None:
        """Return the items dealt out to the labels by their numerals."""
        if len(items) != self.total:
            return None
        dealt, at = [], 0
        for label in self.labels:
            part = tidy(self.analysis, items[at : at + (label.count or 0)], label.key)
            if len(part) != label.count:
                return None
            dealt.append(texts(self.analysis, part))
            at += label.count or 0
        return tuple(dealt)

    def _key_weight(self, dealt: Sequence[Sequence[str]]) -> int:
        """Return 2 where every item holds the word that its label counts, -2 where it is another count's, else 0."""
        keyed = all(_has_key(item, label.key) for label, items in zip(self.labels, dealt) for item in items)
        return 2 if keyed and any(label.key for label in self.labels) else 0

    def _lists(self, start: int, end: int) -> Iterator[tuple[int, tuple[tuple[str, ...], ...]]]:
        """Return the readings of a stretch as the list of the formula, with the number of clauses that they take."""
        text = self.text
        parts = clauses(text, start, end)
        if not parts:
            return
        for items in readings(text, *parts[0]):
            if dealt := self._deal(items):
                yield 1, dealt
        if len(self.labels) > 1 and len(parts) >= len(self.labels):
            if dealt := self._clause_a_label(parts):
                yield len(self.labels), dealt
        if len(self.labels) == 2 and self.counts[0] == self.counts[1]:
            yield from self._pairs(parts)
        yield from self._clause_an_item(parts, clauses(text, start, end, "；;。\n"))

    def _clause_a_label(self, parts: Items) -> tuple[tuple[str, ...], ...] | None:
        """“三包三不”：包技术、包销路、包理赔，不压级、不压价、不拖款."""
        dealt = []
        for label, part in zip(self.labels, parts):
            ways = [tidy(self.analysis, items, label.key) for items in readings(self.text, *part)]
            way = next((way for way in ways if len(way) == label.count), None)
            if way is None:
                return None
            dealt.append(texts(self.analysis, way))
        return tuple(dealt)

    def _clause_an_item(self, parts: Items, sections: Items) -> Iterator[tuple[int, tuple[tuple[str, ...], ...]]]:
        """一个…；一个… · 大家的事坐下来议，邻里的事串门子说，难办的事请人来办."""
        text, total = self.text, self.total
        if len(sections) == total > 1:
            heads = [next(iter(clauses(text, a, b, "，,：:")), (a, b)) for a, b in sections]
            in_words = self.labels[0].key[:1] == "一" and not all(text[a] == "一" for a, _ in heads)
            if not in_words and all(b - a < 26 for a, b in heads) and (dealt := self._deal(heads)):
                yield total, dealt
        heads = parts[:total]
        if len(heads) == total > 1 and all(b - a < 17 for a, b in heads) and not any("、" in text[a:b] for a, b in heads):
            between = {text[b] for _, b in heads[:-1]}
            if len(between) == 1 and between <= set("，；") and (dealt := self._deal(heads)):
                yield total, dealt

    def _pairs(self, parts: Items) -> Iterator[tuple[int, tuple[tuple[str, ...], ...]]]:
        """“五共五促”，即组织共建促引领、产业共兴促增收… : each item holds one of either label."""
        first, second = self.labels
        count = first.count or 0
        candidates = [(1, items) for items in readings(self.text, *parts[0])] + [(count, parts[:count])]
        for taken, items in candidates:
            if len(items) != count or not second.key:
                continue
            cuts = [self.text.rfind(second.key, a + 2, b - 1) for a, b in items]
            if min(cuts) < 0:
                continue
            left = tidy(self.analysis, [(a, cut) for (a, _), cut in zip(items, cuts)], first.key)
            right = [(cut, b) for (_, b), cut in zip(items, cuts)]
            if first.key and all(first.key in self.text[a:b] for a, b in left):
                left = [_from_key(self.text, a, b, first.key) for a, b in left]
            if len(left) == count:
                yield taken, (texts(self.analysis, left), texts(self.analysis, tidy(self.analysis, right, second.key)))

    # -- the ways to spell a formula out

    def _by_label(self) -> Iterator[Reading]:
        """“1”即县委组织部；“2”即…；“N”即… · “三共”指…，“三联”指… · 两个“1”分别是…、…"""
        if len(self.labels) < 2:
            return
        start = self.places[0][1] if self.places else 0
        found: list[tuple[str, ...]] = []
        at, defined = start, 0
        for number, label in enumerate(self.labels):
            shared = self._shared_label(number, at)
            if shared:
                found.append(shared)
                continue
            match = self._definition(label.text, at) or (self._definition(label.text, 0) if len(label.text) > 1 else None)
            if match is None:
                found.append(self._by_itself(label))
                continue
            stop = self._end_of_definition(match.end())
            items = self._defined(match.end(), stop, label)
            found.append(texts(self.analysis, items))
            at = max(at, match.end())
            defined += 1
        if defined and sum(map(bool, found)) >= max(2, len(self.labels) - 1):
            yield Reading(9, "formula spelled out label by label", tuple(found))

    def _definition(self, label: str, start: int) -> re.Match[str] | None:
        quoted = re.compile(rf"“{re.escape(label)}”(?:分别|则|主要)?{_MEANS}")
        plain = re.compile(rf"(?<=[：，；。、\n]){re.escape(label)}(?:是|即|为|指|：)")
        end = start + _FAR * 3
        return quoted.search(self.text, start, end) or (plain.search(self.text, start, end) if len(label) > 1 else None)

    def _shared_label(self, number: int, start: int) -> tuple[str, ...]:
        """Return the item of one of several equal labels that are explained together."""
        label = self.labels[number].text
        equal = [n for n, other in enumerate(self.labels) if other.text == label]
        if len(equal) < 2:
            return ()
        match = re.compile(rf"[两二三四]个“{re.escape(label)}”(?:分别)?{_MEANS}").search(self.text, 0)
        if not match:
            return ()
        stop = self._end_of_definition(match.end())
        part = clauses(self.text, match.end(), stop, "，；。：\n")[:1]
        for items in readings(self.text, *part[0]) if part else ():
            if len(items) == len(equal):
                items = [tidy(self.analysis, [item])[0] for item in items]
                return texts(self.analysis, [items[equal.index(number)]])
        return ()

    def _end_of_definition(self, start: int) -> int:
        """Return where the explanation of a label ends: before the next quoted label, at ； or at 。."""
        others = "|".join(sorted({re.escape(label.text) for label in self.labels}, key=len, reverse=True))
        stop = re.compile(rf"[；。\n）]|[，、]?“(?:{others})”|，(?:{others})(?:是|即|为|指)")
        match = stop.search(self.text, start, start + _REACH)
        return match.start() if match else min(len(self.text), start + _REACH)

    def _defined(self, start: int, stop: int, label: Label) -> Items:
        """Return the items of one label from its explanation."""
        parts = clauses(self.text, start, stop)
        if not parts:
            return []
        if label.count is None:
            begin, end = parts[0]
            several = re.compile("若干(?!名|个|家|支)").search(self.text, begin, end)
            among = self.text.find("等", begin + 2, end)
            end = among if among > 0 and not self.text.startswith("等级", among) else end
            return tidy(self.analysis, [(several.start(), end)] if several else split(self.text, begin, end))
        ways = [(part, way) for part in parts[:3] for way in readings(self.text, *part)]
        fitting = [way for _, way in ways if len(way) == label.count] if label.count > 1 else []
        if len(parts) == label.count > 1 and label.key and all(label.key in self.text[a:b] for a, b in parts):
            fitting.insert(0, parts)
        sections = clauses(self.text, start, self._closing(start, bracket=False), "；;\n")
        if len(sections) == label.count > 1 and len({self.text[a] for a, _ in sections}) == 1:
            fitting = [[clauses(self.text, *section)[0] for section in sections]]
        if fitting:
            return tidy(self.analysis, fitting[0], label.key)
        again = re.compile(rf"(?:{NUMBER}|\d+)个([^，。；、]{{2,6}})").fullmatch(self.text, *parts[0])
        if again and label.count > 1 and (items := next(self._recounted_lists(label, again[1]), [])):
            return items
        return tidy(self.analysis, [parts[0]] if label.count == 1 else readings(self.text, *parts[0])[0], label.key)

    def _before(self) -> Iterator[Reading]:
        """资源、需求、政策“三张清单” · “组织共建、…、党员联管”的“三共三联” · 甲、乙等“八联”."""
        text = self.text
        for start, _ in self.places:
            low = max(0, start - _NEAR)
            low = text.rfind("\n", low, start) + 1 or low
            suffix = _SUFFIX.search(text, low, start)
            if not any(label.key for label in self.labels):
                suffix = _MADE_OF.search(text, low, start) or suffix
            end = suffix.start() if suffix else start
            for weight, items in self._lists_before(low, end, start):
                dealt = self._deal(items)
                linked = suffix is not None and suffix.group() == "，"
                takes_formula = self._ends_in_verb(end) and not (suffix and suffix.group())
                if takes_formula or (linked and "“" in text[items[0][0] : end]):
                    continue
                if dealt and not (linked and self.total < 3):
                    weight += self._key_weight(dealt) - 2 * linked
                    yield Reading(weight, "formula spelled out before", dealt)
                elif suffix and suffix.group()[:1] == "等" and len(self.labels) == 1 and 1 < len(items) < self.total:
                    items = tidy(self.analysis, items, self.labels[0].key)
                    yield Reading(weight, "formula spelled out before", (texts(self.analysis, items),))

    def _lists_before(self, low: int, end: int, start: int) -> Iterator[tuple[int, Items]]:
        """Return the lists that end at ``end``: within one quotation, as a chain, or as the last clause."""
        text = self.text
        quoted = re.compile(r"“([^“”]*)”[^，。；：、“”\n]{0,8}$").search(text, low, end)
        if quoted:
            inner = text[quoted.start(1) : quoted.end(1)]
            if "、" in inner:
                yield 7, split(text, quoted.start(1), quoted.end(1))
            links = list(_CHAIN.finditer(text, quoted.start(1), quoted.end(1)))
            if links:
                edges = [quoted.start(1), *(edge for link in links for edge in link.span()), quoted.end(1)]
                yield 7, list(zip(edges[::2], edges[1::2]))
        parts = clauses(text, low, end)
        if not parts or parts[-1][1] != end:
            return
        for items in readings(text, *parts[-1]):
            yield 6, items
            if len(items) > self.total > 2:
                last = items[-self.total :]
                if set.intersection(*(set(text[a:b]) for a, b in last)):
                    yield 5, last
        linked = list(re.compile("”(?:与|和|及)").finditer(text, *parts[-1]))
        if linked:
            for items in readings(text, linked[-1].end(), end):
                yield 6, items

    def _ends_in_verb(self, end: int) -> bool:
        """Return whether a verb that takes the formula as its object stands before it, and no list."""
        verbs = read_sections("formula_words")["openers"] | {"组成", "成立"}
        return any(len(verb) > 1 and self.text.endswith(verb, 0, end) for verb in verbs)

    def _behind(self) -> Iterator[Reading]:
        """“三个一”（甲、乙、丙） · “四同”，即同吃、同住… · “四个一”标准：一个…；一个…"""
        for _, end in self.places:
            strong = _STRONG.match(self.text, end)
            if strong:
                yield from self._marked(strong.end(), 7 if strong["bracket"] else 6)
            weak = _WEAK.match(self.text, end)
            if weak:
                yield from self._unmarked(weak.end(), new_sentence=self.text[weak.end() - 1] == "。")

    def _marked(self, begin: int, weight: int) -> Iterator[Reading]:
        """Read what stands behind 即, ：, —— or in brackets."""
        stop = self._closing(begin, bracket=weight == 7)
        for _, dealt in self._lists(begin, stop):
            yield Reading(weight + self._key_weight(dealt), "formula spelled out behind", dealt)
        yield from self._open_ended(begin, stop, weight)

    def _unmarked(self, begin: int, new_sentence: bool) -> Iterator[Reading]:
        """Read what stands behind a mere comma, or in the sentence after a heading that holds the formula."""
        stop = self._closing(begin, bracket=False)
        for taken, dealt in self._lists(begin, stop):
            firm = self.total > 2 or taken == 1 or len(self.labels[0].key) > 1
            weight = 2 * self._key_weight(dealt) * firm
            if self._runs_on(dealt, taken) and (not new_sentence or self._opens_paragraph(begin, dealt)):
                weight += 3
            if weight:
                yield Reading(weight, "formula spelled out behind", dealt)
        yield from self._open_ended(begin, stop, 1)

    def _opens_paragraph(self, begin: int, dealt: Sequence[Sequence[str]]) -> bool:
        """Return whether the sentence follows a short heading and opens with the list, but for a verb before it."""
        paragraph = self.text.rfind("\n", 0, begin) + 1
        return begin - paragraph < 26 and 0 < self.text.find(dealt[0][0], begin) - begin < 5

    def _open_ended(self, begin: int, stop: int, weight: int) -> Iterator[Reading]:
        """“十有”标准，有师资队伍、有领导机构等 — a list that ends in 等 may be shorter than the numeral says."""
        part = next(iter(clauses(self.text, begin, stop)), None)
        if part is None or len(self.labels) > 1 or "等" not in self.text[part[0] : part[1]]:
            return
        key = self.labels[0].key
        items = tidy(self.analysis, split(self.text, *part), key)
        found = texts(self.analysis, items)
        if 2 < len(found) < self.total and self.text[items[-1][1]] == "等" and all(_has_key(item, key) for item in found):
            yield Reading(weight + 2, "formula spelled out behind", (found,))

    def _runs_on(self, dealt: Sequence[Sequence[str]], taken: int) -> bool:
        """Return whether items behind a mere comma are so alike that they can only be the formula's."""
        items = [item for part in dealt for item in part]
        lengths = [len(item) for item in items]
        if len(items) < 3 or any(re.search(r"\d|了|”$", item) for item in items):
            return False
        if len(self.labels) > 1 and taken == 1:
            return False
        return max(lengths) <= 2 * min(lengths) + 2 and max(lengths) < 18 and (taken == 1 or max(lengths) - min(lengths) < 3)

    def _closing(self, begin: int, bracket: bool) -> int:
        stops = [at for mark in ("）" if bracket else "。\n") if (at := self.text.find(mark, begin, begin + _REACH)) >= 0]
        return min(stops, default=min(len(self.text), begin + _REACH))

    def _keyed(self) -> Iterator[Reading]:
        """“四抓四保”: 抓统筹保发展，抓调度保市场… · 小公园、小果园… — lists near by whose items hold the label's word."""
        if not self.places or not all(label.key and (label.count or 0) > 1 for label in self.labels):
            return
        far = len(self.labels) == 1 and len(self.labels[0].key) > 1 and 4 or 1
        for start, end in self.places[:4]:
            low, high = max(0, start - far * _NEAR), min(len(self.text), end + _FAR)
            stretches = clauses(self.text, end, high)
            stretches += [part for part in reversed(clauses(self.text, low, start))]
            found = [self._keyed_items(label, stretches, end, high) for label in self.labels]
            if all(found) and len(set(found)) == len(found):
                yield Reading(4, "formula spelled out by its word", tuple(found))
            elif len(self.labels) == 2 and self.counts[0] == self.counts[1]:
                parts = clauses(self.text, end, high)
                for at in range(len(parts) - (self.counts[0] or 0) + 1):
                    for _, dealt in self._pairs(parts[at:]):
                        yield Reading(3 + self._key_weight(dealt) // 2, "formula spelled out by its word", dealt)
                        return

    def _keyed_items(self, label: Label, stretches: Items, end: int, high: int) -> tuple[str, ...]:
        for part in stretches:
            for items in readings(self.text, *part):
                if len(items) != label.count:
                    continue
                items = tidy(self.analysis, items, label.key)
                found = texts(self.analysis, items)
                if len(found) == label.count and all(_has_key(item, label.key) and len(item) < 20 for item in found):
                    if len(set(found)) == label.count and (label.count > 2 or len(label.key) > 1 or _same_place(found, label.key)):
                        return found
        opening = [(a, b) for a, b in stretches if a > end and self.text[a - 1] in "。；\n" and len(label.key) > 1]
        opening = [part for part in opening if self.text.startswith(label.key, part[0]) and part[1] - part[0] < 17]
        if len(opening) == label.count:
            return texts(self.analysis, opening)
        quotes = [q.inner for q in self.analysis.quotes if end <= q.start < high and 0 < len(q.inner) < 9]
        if label.key[0] == "字":
            inners = [inner for inner in quotes if len(inner) == 1]
        else:
            inners = [q for q in quotes if label.key in (q[: len(label.key)], q[-len(label.key) :]) and q[0] not in VALUES]
        distinct = tuple(dict.fromkeys(inners))
        return distinct if len(distinct) == label.count else ()

    def _enumerated(self) -> Iterator[Reading]:
        """“三导”：一是…；二是…；三是… · “两管”。一管权，…；二管钱，…"""
        if len(self.labels) != 1 or not 1 < self.total < 11:
            return
        label = self.labels[0]
        for _, end in self.places:
            items = enumerated(self.text, end, min(len(self.text), end + 2 * _FAR), self.total, label.key)
            if items:
                items = [self._behind_verb(a, b, label.key) for a, b in items]
                yield Reading(6, "formula spelled out by number", (texts(self.analysis, items),))

    def _behind_verb(self, start: int, end: int, key: str) -> tuple[int, int]:
        """Return the object of an enumerated clause that ends with the label's word: 乡镇领导搞好政治引导 → 政治引导."""
        (start, end), = tidy(self.analysis, [(start, end)]) or [(start, end)]
        if key and self.text[start:end].endswith(key):
            verbs = sorted(read_sections("formula_words")["openers"], key=len, reverse=True)
            for verb in (verb for verb in verbs if len(verb) > 1):
                at = self.text.find(verb, start, end - 2)
                if at >= 0:
                    return at + len(verb), end
        return start, end

    def _ones(self) -> Iterator[Reading]:
        """“四个一”：每月开一次例会，…；每季度…一次集中走访 · 一本记…，一本记… — things counted by one."""
        if len(self.labels) != 1 or not re.search("[一账本]", self.inner):
            return
        counters = "".join(sorted(read_sections("formula_words")["counters"]))
        one = re.compile(rf"一([{counters}])记?(?!不)([^，。；、：一\n]{{2,16}}?)(?=[，。；、：\n]|等等)")
        for _, end in self.places:
            stop = self._closing(end, bracket=False)
            found = list(one.finditer(self.text, end, stop))
            open_ended = self.text[stop - 2 : stop] == "等等"
            if len(found) == self.total or (open_ended and 1 < len(found) < self.total):
                heading = all(self.text[m.start() - 1] in "，。；：、" for m in found)
                yield Reading(5 if heading else 3, "formula spelled out one by one", (tuple(m[2] for m in found),))

    def _counted(self) -> Iterator[Reading]:
        """“1+18+N”：1个区级讲师团、18支乡镇小分队和N名百姓宣讲员 — the numerals recur before what they count."""
        if max(len(label.text) for label in self.labels) > 2 or any(label.key for label in self.labels):
            return
        for _, end in self.places:
            at, found = end, []
            stop = end + 140 if self.inner.isascii() else self._closing(end, bracket=False)
            for label in self.labels:
                noun = re.compile(rf"{_number(label)}([^，。；：+＋）\n]{{2,40}})")
                match = noun.search(self.text, at, stop)
                if not match:
                    break
                items = self._noun(match.start(1), match.end(), label)
                if "+" not in self.inner:
                    items = (self.text[match.start() : match.start(1)] + items[0],)
                found.append(items)
                at = match.start(1) + 1
            missing = self.labels[len(found) :]
            if len(found) > 1 and all(found) and ("+" not in self.inner or not missing) and len(missing) < 2:
                yield Reading(5, "formula spelled out by its numerals", (*found, *(() for _ in missing)))

    def _noun(self, start: int, end: int, label: Label) -> tuple[str, ...]:
        """Return what a numeral counts, for N the nouns that share its head: 农技、金融专员 → 农技专员, 金融专员."""
        text = self.text
        (first, first_end), *others = split(text, start, end)
        if label.count is None and others:
            words = [text[first:first_end], *(text[a:b] for a, b in others)]
            last = words[-1]
            last = last[: re.search(r"共同|联合|等|参与|$", last).start()]
            if len({len(word) for word in words[:-1]}) == 1 and len(last) == len(words[0]) + 2:
                return (*(word + last[-2:] for word in words[:-1]), last)
        stop = re.compile(r"左右|以上|以内|和(?=[\dN若])|联建|共同|联系|带动|结对|为试点").search(text, first + 2, first_end)
        end = stop.start() if stop else noun_end(self.analysis, first, first_end)
        again = re.compile(r"\d|[NX]|[一两三四五六七八九十][名个支户家位批帮群]").search(text, first + 2, end)
        if again:
            end = again.start()
            while (word := self.analysis.words[self.analysis.word_index(end - 1)]).tag[:1] in "vpcfu":
                if word.start < first + 2:
                    break
                end = word.start
        noun = text[first:end]
        if label.count is None and "的" in noun[1:-2]:
            noun = noun[noun.rfind("的", 0, -2) + 1 :]
        shorter = noun[:-2] if noun[-2:] in read_sections("formula_words")["actions"] else noun
        return (shorter if len(shorter) > 1 else noun,)

    def _shares(self) -> Iterator[Reading]:
        """“343”分配办法：三成归村集体，四成归入股农户，三成留作滚动发展."""
        share = re.compile(rf"({NUMBER}|\d)成")
        verbs = re.compile(r"^(?:得|归入|归|作为|作|奖给|奖|留作|留给|留|分给|给|用于|用来|为|是)+|(?:得|占|分|拿|留)+$")
        for _, end in self.places:
            stop = min(len(self.text), end + 120)
            parts = [p for c in clauses(self.text, end, stop) for p in split(self.text, *c) if share.search(self.text, *p)]
            values = [share.search(self.text, *part)[1] for part in parts]  # type: ignore[index]
            values = [VALUES.get(value) or int(value) for value in values]
            if values and values == self.counts:
                items = tuple((verbs.sub("", share.sub("", self.text[a:b])),) for a, b in parts)
                if all(item for item, in items):
                    yield Reading(8, "formula spelled out by its shares", items)

    def _leads(self) -> Iterator[Reading]:
        """“三措并举”: the section leads are the items where there are as many as the numeral says."""
        if len(self.labels) != 1 or self.total < 2:
            return
        key, is_step = self.labels[0].key, self.labels[0].key[:1] in tuple("措招步法举策")
        leads = [clauses(self.text, m.start, m.end, "，,")[0] for m in self.measures]
        if len(leads) != self.total or not (is_step or all(_has_key(self.text[a:b], key) for a, b in leads)):
            leads = [lead for lead in self._paragraph_heads() if _has_key(self.text[lead[0] : lead[1]], key)]
            is_step = False
        if len(leads) == self.total and (is_step or self.total > 2):
            leads = leads if is_step else tidy(self.analysis, leads, key)
            yield Reading(9 if is_step else 3, "formula spelled out in the leads", (texts(self.analysis, leads),))

    def _paragraph_heads(self) -> Items:
        """Return the short first clauses of the paragraphs behind the formula."""
        start = self.places[0][1] if self.places else 0
        heads = [(m.end(), clauses(self.text, m.end(), min(len(self.text), m.end() + 40))) for m in re.finditer("\n", self.text)]
        return [parts[0] for at, parts in heads if at > start and parts and parts[0][1] - at < 15]

    def _counting_leads(self) -> Iterator[Reading]:
        """“一二三四”, “三三制”: the section leads count (一个…, 两个…), and each section lists what its lead counts."""
        leads = [_COUNTING.search(self.text, m.start, m.end) for m in self.measures]
        if len(leads) < 2 or not all(leads):
            return
        values = [VALUES[lead[1]] for lead in leads if lead]
        if values != self.counts and not (len(self.labels) == 1 and values == self.counts * len(leads) and len(leads) == self.total):
            return
        found = [self._section(lead, m.end, value) for lead, m, value in zip(leads, self.measures, values) if lead]
        if sum(map(bool, found)) * 2 > len(found):
            labels = tuple(lead.group() for lead in leads if lead)
            yield Reading(4, "formula spelled out in the sections", tuple(found), labels)

    def _section(self, lead: re.Match[str], start: int, count: int) -> tuple[str, ...]:
        """Return what a section lists for its lead: behind 一是, 二是, by sentences that open alike, or part by part."""
        if count == 1:
            return (lead.group(),)
        text = self.text
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        if items := enumerated(text, start, end, count):
            return texts(self.analysis, items)
        sentences = clauses(text, start + 1, end, "。\n")
        for items in readings(text, *clauses(text, *sentences[0])[0]) if sentences else ():
            if len(items) == count:
                return texts(self.analysis, tidy(self.analysis, items))
        heads = [clauses(text, a, b)[0] for a, b in sentences]
        heads = [(a, b) for a, b in heads if b - a < 13 and "、" not in text[a:b] and not re.search(r"\d", text[a:b])]
        if len(heads) == count:
            return texts(self.analysis, [tidy(self.analysis, [head])[0] for head in heads])
        for a, b in sentences:
            parts = clauses(text, a, b, "；;")
            if len(parts) == count:
                return texts(self.analysis, [self._opening_noun(*part) for part in parts])
        return ()

    def _opening_noun(self, start: int, end: int) -> tuple[int, int]:
        """Return the words that a clause begins with, four or five characters at most."""
        first = self.analysis.word_index(start)
        ends = [word.end for word in self.analysis.words[first : first + 4] if word.end - start <= 5 and word.end <= end]
        return start, max(ends, default=min(end, start + 4))

    def _label_by_itself(self) -> Iterator[Reading]:
        """“三推两审一备案”: each label stands quoted elsewhere, spelled out like a formula of its own."""
        if len(self.labels) < 2:
            return
        found = [self._by_itself(label) for label in self.labels]
        several = [items for items, label in zip(found, self.labels) if label.count != 1]
        if several and all(several) and len(set(several)) == len(several):
            yield Reading(5, "formula spelled out label by label", tuple(found))

    def _by_itself(self, label: Label) -> tuple[str, ...]:
        """Return the items of one label, read where it stands quoted, or near the formula by its word."""
        reader = Reader(self.analysis, label.text, [label], ())
        reader.places = [(a, b) for a, b in reader.places if self.text[a] == "“" or (a and self.text[a - 1] in "\n。")]
        if label.count == 1:
            return self._single(label, reader.places)
        if label.count is None:
            return ()
        if reader.places:
            components = reader.read()[0]
            return components[0].items if components else ()
        reader.places = self.places
        best = next(iter([*reader._keyed(), *reader._recounted()]), None)
        return best.items[0] if best else ()

    def _recounted(self) -> Iterator[Reading]:
        """“五基地”: …、…、…五个基地 — the label's word with a measure word behind the list."""
        if len(self.labels) != 1 or len(self.labels[0].key) < 2 or not self.places:
            return
        for items in self._recounted_lists(self.labels[0], self.labels[0].key):
            if len(items) == self.total:
                yield Reading(5, "formula spelled out before", (texts(self.analysis, items),))

    def _recounted_lists(self, label: Label, noun: str) -> Iterator[Items]:
        numerals = "|".join([str(label.count), *(n for n, value in VALUES.items() if value == label.count)])
        for match in re.finditer(rf"(?<!“)(?:{numerals})[个大类种项支]{_GAP}{re.escape(noun)}", self.text):
            low = max(0, match.start() - _NEAR)
            part = clauses(self.text, low, match.start())[-1:]
            for items in readings(self.text, *part[0]) if part and part[0][1] == match.start() else ():
                if len(items) == label.count:
                    yield tidy(self.analysis, items, label.key)

    def _single(self, label: Label, places: Sequence[tuple[int, int]]) -> tuple[str, ...]:
        """Return the one item of a label such as 一核: 以…为核心, 成立…联盟, or the noun before the quoted label."""
        if label.count != 1 or not label.key:
            return ()
        for start, end in places:
            core = re.compile(r"以([^，。；、\n]{2,20}?)为(?:核心|主体|引领|纽带|龙头)").search(self.text, end, end + 60)
            if core:
                return (core[1],)
            part = clauses(self.text, max(0, start - 20), start)[-1:]
            item = tidy(self.analysis, part) if part and part[0][1] == start else []
            if item and item[0][0] > part[0][0] and item[0][1] - item[0][0] < 9:
                return texts(self.analysis, item)
            behind = re.compile(rf"[^“”，。；：\n]{{2,20}}{re.escape(label.key)}(?=[，。；：、”])").search(self.text, end, end + 160)
            if behind and self.text[start] == "“":
                items = tidy(self.analysis, [(behind.start(), behind.end())])
                return texts(self.analysis, items)
        first = self.places[0][1] if self.places else 0
        near = re.compile(rf"([\u4e00-\u9fff（）]{{2,20}}?{re.escape(label.key)})").search(self.text, first, first + _FAR)
        return texts(self.analysis, tidy(self.analysis, [near.span()])) if near and len(label.key) > 1 else ()


def _number(label: Label) -> str:
    """Return the pattern of a label's numeral before a measure word: 2 → 2个, 两个, 二个; N → N个, 若干, 一批."""
    counters = "".join(sorted(read_sections("formula_words")["counters"]))
    if label.count is None:
        return rf"(?:若干|多|众多|{label.text}|一(?=[批群帮]))[{counters}群帮]?"
    numerals = "|".join(sorted(char for char, value in VALUES.items() if value == label.count and char != "双"))
    spelled = rf"(?<!第)(?:{numerals}{'|每' if label.count == 1 else ''})[{counters}]" if numerals else "(?!)"
    digits = rf"(?<![\d.]){label.count}[{counters}]?" if label.text.isascii() else "(?!)"
    return rf"(?:{digits}|{spelled})"


def enumerated(text: str, start: int, end: int, count: int, key: str = "") -> Items:
    """Return the first clauses behind 一是, 二是 … (or 一管, 二管 … with the key 管) if there are ``count`` of them."""
    items, at = [], start
    for number in "一二三四五六七八九十"[:count]:
        mark = rf"(?:第{number}步[，：是]?|(?<=[，；。：、”\n）是]){number}(?:是|要)|(?<=[；。：”\n]){number}(?={re.escape(key)}))" if key else f"第{number}步[，：是]?|{number}是"
        match = re.compile(mark).search(text, at, min(end, at + (_REACH if items else 60)))
        if not match or (not items and re.search(rf"“{NUMBER}", text[start : match.start()])):
            return []
        stop = re.compile("[，。；：\n]").search(text, match.end())
        items.append((match.end(), stop.start() if stop else end))
        at = match.end()
    return items


def _places(text: str, inner: str) -> Iterator[tuple[int, int]]:
    for match in re.finditer(re.escape(inner), text):
        start, end = match.span()
        if text[start - 1 : start] in ("“", "‘") and text[end : end + 1] in ("”", "’"):
            start, end = start - 1, end + 1
        elif start and (text[start - 1] in VALUES or text[start - 1].isdigit() or text[end : end + 1] in VALUES):
            continue
        yield start, end


def _has_key(item: str, key: str) -> bool:
    """Return whether the item holds the word that the label counts, its characters in order (小果园 for 小园)."""
    at = 0
    for char in key:
        at = item.find(char, at) + 1
        if not at:
            return key == "无" and item.startswith("没")
    return bool(key)


def _same_place(items: Sequence[str], key: str) -> bool:
    return all(item.startswith(key) for item in items) or all(item.endswith(key) for item in items)


def _from_key(text: str, start: int, end: int, key: str) -> tuple[int, int]:
    """Return the item from the label's word on, where that is a verb with its object: 村党组织抓统筹 → 抓统筹."""
    at = text.find(key, start, end)
    return (at, end) if end - at > 2 else (start, end)
