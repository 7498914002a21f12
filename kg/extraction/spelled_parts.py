"""Formulas told part by part: each label has a stretch of the article with its items (guidelines, "Formulas")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import islice

from kg.extraction.abbreviations import Label
from kg.extraction.enumerations import Items, besides, clauses, noun_end, object_of, readings, split, texts, tidy
from kg.extraction.lexicon import read_sections
from kg.extraction.measures import ORDINAL
from kg.extraction.spelled_sections import numbered
from kg.extraction.spelling import FAR, Reading, Spelling, find_all, has_key

_SENTENCE_STOPS = "。；;\n"
CORE = re.compile("以([^，。；、\n]{2,20}?)为(?:核心|主体|引领|纽带|龙头|枢纽|依托|统领)")
_TOPIC = re.compile("([^，。、“”]{2,8})[上里]，")
_NAME_END = re.compile("[，。；“、]")
_HOLDS = re.compile(r"(?:其中)?(?:有|包括|涵盖|比如|譬如|诸如|例如|如|像)")
_MANY = re.compile("力量|载体|资源|主体|阵地|队伍|服务|点位|各方|多元")
_BEFORE_LABEL = tuple("。，；：、说看讲\n")
_BEFORE_QUESTION = re.compile(r"(?<=[。\n])[^，。；？\n]{0,4}\Z")
_QUESTION_END = re.compile(r"[^，。；？\n]{0,4}？")
_OPENING = re.compile(r"(?<=[。\n])[^，。；？“”\n]{0,8}\Z")
_COUNT_BEHIND = re.compile(r"\d+余?[\u4e00-\u9fff]{1,2}$")
_JOINTLY = re.compile("牵头|联合|吸纳|吸收|依托")


def by_part(spelling: Spelling) -> Iterator[Reading]:
    """先说“两堂”，…；再说“一超市”，… · 何为“3”？… · 亮什么？…；评什么？…"""
    if len(spelling.labels) < 2:
        return
    found = [told(spelling, label, part) for label, part in zip(spelling.labels, stretches(spelling))]
    several = [items for items, label in zip(found, spelling.labels) if label.count != 1]
    if all(several) and sum(map(bool, found)) >= max(2, len(found) - 1):
        yield Reading(6 if all(found) else 4, "formula spelled out part by part", tuple(found))


def said_of(spelling: Spelling) -> Iterator[Reading]:
    """“三共”清单，共享的是机台，共用的是仓库，共育的是师傅 · “四变四新”。变的是田、路、房、人；新的是…"""
    if not spelling.places or not all(label.key and (label.count or 0) > 1 for label in spelling.labels):
        return
    begin = spelling.places[0][1]
    end = min(len(spelling.text), begin + FAR)
    found = [texts(spelling.analysis, _said(spelling, label, begin, end)) for label in spelling.labels]
    if all(found):
        yield Reading(9, "formula spelled out by what is said of it", tuple(found))


def _said(spelling: Spelling, label: Label, start: int, end: int) -> Items:
    """促的是学习，促的是发展 — what stands behind the label's word and 的是: as many clauses, or one list."""
    marks = [] if not label.key else list(_said_mark(label.key).finditer(spelling.text, start, end))
    parts = [(mark.end(), _clause_end(spelling, mark.end(), end)) for mark in marks]
    if len(parts) == label.count:
        return tidy_each(spelling, parts, "")
    lists = readings(spelling.text, *parts[0]) if len(parts) == 1 else []
    return tidy(spelling.analysis, next((items for items in lists if len(items) == label.count), []))


@lru_cache(maxsize=512)
def _said_mark(key: str) -> re.Pattern[str]:
    return re.compile(rf"(?<=[，。；：、\n]){re.escape(key)}[\u4e00-\u9fff]?的(?:就|便|都)?是")


def paired(spelling: Spelling) -> Iterator[Reading]:
    """“进村组送政策”。…“进农家送技术”。… · 一是引资金，带项目；二是… — heads that hold one item of either label."""
    if len(spelling.labels) != 2 or spelling.counts[0] != spelling.counts[1] or not spelling.places:
        return
    begin, count = spelling.places[0][1], spelling.counts[0] or 0
    heads = [_halves(spelling, part[0]) for part in clauses(spelling.text, begin, len(spelling.text), "\n")]
    marked = [item[0] for item in numbered(spelling.text, begin, min(len(spelling.text), begin + 4 * FAR), count)]
    for halves in ([half for half in heads if half], [half for at in marked if (half := _halves(spelling, at))]):
        if len(halves) == count:
            left, right = (tidy(spelling.analysis, list(side)) for side in zip(*halves))
            if len(left) == len(right) == count:
                items = (texts(spelling.analysis, left), texts(spelling.analysis, right))
                yield Reading(7, "formula spelled out in its sections", items)


def _halves(spelling: Spelling, start: int) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """Return the two items of a head: its two clauses, or the one clause cut before the second label's word."""
    text, (first, second) = spelling.text, spelling.labels
    stop = next(iter(clauses(text, start, min(len(text), start + 40), "。；\n")), (start, start))[1]
    ordinal = ORDINAL.match(text, start, stop)
    start = ordinal.end() if ordinal else start + text.startswith("“", start)
    parts = clauses(text, start, stop - text.startswith("”", stop - 1), "，、")
    if len(parts) > 1 and has_key(text[slice(*parts[0])], first.key) and has_key(text[slice(*parts[1])], second.key):
        return parts[0], parts[1]
    cut = text.rfind(second.key, parts[0][0] + 2, parts[0][1] - 1) if len(parts) == 1 else -1
    if cut < 0 or not has_key(text[start:cut], first.key):
        return None
    return (start, cut), (cut, parts[0][1])


def stretches(spelling: Spelling) -> list[tuple[int, int] | None]:
    """Return where each label is taken up behind the formula: to where the next one is, or to the paragraph's end."""
    text, at = spelling.text, spelling.places[0][1] if spelling.places else 0
    marks: list[tuple[int, int] | None] = []
    for label in spelling.labels:
        mark = _taken_up(spelling, label, at)
        marks.append(mark)
        at = mark[1] if mark else at
    found: list[tuple[int, int] | None] = []
    for number, mark in enumerate(marks):
        if mark is None:
            found.append(None)
            continue
        following = next((later[0] for later in marks[number + 1 :] if later), None)
        paragraph = text.find("\n", mark[1])
        end = following or (paragraph if paragraph >= 0 else len(text))
        found.append((mark[1], min(end, mark[1] + 2 * FAR)))
    return found


def _taken_up(spelling: Spelling, label: Label, at: int) -> tuple[int, int] | None:
    """Return where a label is taken up from ``at`` on and where what is said of it begins."""
    for find in (_find_mention, _find_thing):
        found = find(spelling.text, label, at)
        while found and any(a <= found[0] and found[1] <= b for a, b in spelling.places):
            found = find(spelling.text, label, found[1])
        if found:
            return found if find is _find_mention else (found[0], found[0])
    return None


def _find_mention(text: str, label: Label, at: int) -> tuple[int, int] | None:
    """Return where a label is taken up: “三堂”, 再说三堂, 一问一答 with its word, its one thing itself."""
    ways = []
    if (quoted := text.find(f"“{label.text}”", at)) >= 0:
        ways.append((quoted, quoted + len(label.text) + 2))
    if len(label.text) > 1:
        plain = (start for start in find_all(text, label.text, at) if text[start - 1 : start] in _BEFORE_LABEL)
        ways += [(start, start + len(label.text)) for start in islice(plain, 1)]
    if label.key and "？" in text:
        ways += islice(_questions(text, label.key, at), 1)
    if label.text.isdigit() and (counted := _counted_line(label.numerals).search(text, at)):
        ways.append(counted.span())
    return min(ways, key=lambda way: way[0], default=None)


def _questions(text: str, key: str, at: int) -> Iterator[tuple[int, int]]:
    """Yield the short questions that hold ``key``."""
    for start in find_all(text, key, at):
        before = _BEFORE_QUESTION.search(text, max(at, start - 4), start)
        behind = _QUESTION_END.match(text, start + len(key))
        if before and behind:
            yield before.start(), behind.end()


def _find_thing(text: str, label: Label, at: int) -> tuple[int, int] | None:
    """Return the opening of a sentence with the one thing of a label itself (末了说说积分超市，)."""
    if label.count != 1 or len(label.key) < 2:
        return None
    for start in find_all(text, f"{label.key}，", at):
        if opening := _OPENING.search(text, max(at, start - 8), start):
            return opening.start(), start + len(label.key)
    return None


@lru_cache(maxsize=512)
def _counted_line(numerals: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<=\n)(?:{'|'.join(numerals)})[{_counters()}][^，。；\n]{{0,8}}(?=[，。])")


def told(spelling: Spelling, label: Label, part: tuple[int, int] | None) -> tuple[str, ...]:
    """Return the items of a label that its stretch of the article tells; none where they do not fit its numeral."""
    if part is None:
        return ()
    if label.count is None:
        items = _among_many(spelling, *part)
    elif label.count == 1:
        items = _one_thing(spelling, label, *part)
    else:
        readers = (_said, _one_by_one, _numbered, _heading, _besides, _listed, _topics, _subjects, _quoted)
        found = (reader(spelling, label, *part) for reader in readers)
        items = next((items for items in found if len(items) == label.count), [])
    return texts(spelling.analysis, items)


def _one_by_one(spelling: Spelling, label: Label, start: int, end: int) -> Items:
    """一条叫…；一条叫… · 一支是…；还有一支是… · 设立…。另一站是…"""
    marks = list(_one_is().finditer(spelling.text, start, end))
    items = [(mark.end(), _clause_end(spelling, mark.end(), end)) for mark in marks]
    if items and len(items) == (label.count or 0) - 1 and "另" in marks[0].group():
        items = _one_thing(spelling, label, start, marks[0].start()) + items
    return tidy_each(spelling, items, label.key)


def _numbered(spelling: Spelling, label: Label, start: int, end: int) -> Items:
    return tidy_each(spelling, numbered(spelling.text, start, end, label.count or 0, label.key), label.key)


def _besides(spelling: Spelling, label: Label, start: int, end: int) -> Items:
    """除了豆腐坊，还有榨油坊和酿酒坊."""
    items = next((items for items in besides(spelling.text, start, end) if len(items) == label.count), [])
    return tidy(spelling.analysis, items, label.key)


def _listed(spelling: Spelling, label: Label, start: int, end: int) -> Items:
    """The first list of the stretch that is as long as the numeral says: near its beginning, or of the label's word."""
    for number, part in enumerate(clauses(spelling.text, start, end)):
        for way in readings(spelling.text, *part):
            if len(way) == label.count:
                items = tidy(spelling.analysis, way, label.key)
                keyed = all(has_key(spelling.text[a:b], label.key) for a, b in items)
                if len(items) == label.count and (keyed or (number < 4 and len(items) > 2) or number < 2):
                    return items
    return []


def _heading(spelling: Spelling, label: Label, start: int, end: int) -> Items:
    """织密组织网，…；织密服务网，… · “亮身份”，…；“亮承诺”，… — what the sentences open with, with the label's word."""
    sentences = clauses(spelling.text, start, end, _SENTENCE_STOPS)
    heads = [head for a, b in sentences for head in clauses(spelling.text, a, b)[:1]]
    heads = [(a, b) for a, b in heads if b - a < 16 and has_key(spelling.text[a:b], label.key)]
    heads = [(a, b - (spelling.text[b - 1] in "上里中内")) for a, b in heads]
    return tidy_each(spelling, heads, label.key) if len(heads) == label.count else []


def _topics(spelling: Spelling, label: Label, start: int, end: int) -> Items:
    """组织网上，…；服务网上，… — what the parts are about."""
    topics = [_TOPIC.match(spelling.text, *part) for part in clauses(spelling.text, start, end, _SENTENCE_STOPS)]
    found = [topic.span(1) for topic in topics if topic]
    return found if len(found) == label.count else []


def _subjects(spelling: Spelling, label: Label, start: int, end: int) -> Items:
    """技术服务队钻果园，防治突击队治虫害，… — clauses in a row that begin with bodies of one kind."""
    heads = {head.start: head for head in spelling.analysis.heads}
    found: Items = []
    for a, b in clauses(spelling.text, start, end):
        head = next((heads[at] for at in range(a + 1, min(b, a + 10)) if at in heads), None)
        if head and head.end < b and "、" not in spelling.text[a:b]:
            found.append((a, head.end))
        elif found:
            break
    return found if len(found) == label.count else []


def _quoted(spelling: Spelling, label: Label, start: int, end: int) -> Items:
    """…的“守望”教育馆，…；…改成“青训营” — as many quoted names, each with the noun behind it, or with the word."""
    quotes = [q for q in spelling.analysis.quotes_in(start, end) if q.end <= end and 0 < len(q.inner) < 9]
    keyed = [q for q in quotes if label.key and q.inner.endswith(label.key) and q.inner != label.text]
    quotes = keyed if len(keyed) == label.count else quotes
    if len(quotes) != label.count:
        return []
    heads = spelling.analysis.heads
    ends = [
        max(
            [
                h.end
                for h in heads
                if q.end <= h.start and h.end <= q.end + 8 and not _NAME_END.search(spelling.text, q.end, h.end)
            ][:1],
            default=q.end,
        )
        for q in quotes
    ]
    return [(q.start, stop) if stop > q.end else (q.start + 1, q.end - 1) for q, stop in zip(quotes, ends)]


def _one_thing(spelling: Spelling, label: Label, start: int, end: int) -> Items:
    """成立茶业党建共同体 · 设立“渠畔红”党员服务站29个 · “河套讲堂”不摆讲台 — the one thing of a label."""
    key, core = label.key, CORE.search(spelling.text, start, min(end, start + 60))
    if core:
        return [core.span(1)]
    for quote in spelling.analysis.quotes_in(start, end) if key else ():
        if quote.end <= end and quote.inner.endswith(key) and quote.inner != key:
            return [(quote.start + 1, quote.end - 1)]
    parts = clauses(spelling.text, start, end)
    things = [_founded(spelling, *part) for part in parts[:8]]
    named = [item for item in things if item and key and spelling.text.endswith(key, *item)]
    itself = [
        object_of(spelling.analysis, *part, key) for part in parts[:1] if key and spelling.text.endswith(key, *part)
    ]
    return (named or itself or [item for item in things if item])[:1]


def _founded(spelling: Spelling, start: int, end: int) -> tuple[int, int] | None:
    """Return what a clause says to have been founded, without its count."""
    match = founding().search(spelling.text, start, end)
    if not match or end - match.end() < 2:
        return None
    count = _COUNT_BEHIND.search(spelling.text, match.end(), end)
    items = tidy(spelling.analysis, [(match.end(), count.start() if count else end)])
    return items[0] if items and "、" not in spelling.text[slice(*items[0])] else None


def founded(spelling: Spelling, start: int, end: int) -> tuple[int, int] | None:
    """Return what is founded behind 由甲牵头，联合乙、丙，…, where a stretch begins so."""
    parts = clauses(spelling.text, start, end)
    if not parts or not (spelling.text.startswith("由", parts[0][0]) or _JOINTLY.search(spelling.text, *parts[0])):
        return None
    return next((item for part in parts[1:6] if (item := _founded(spelling, *part))), None)


def _among_many(spelling: Spelling, start: int, end: int) -> Items:
    """若干支服务力量，有甲、乙，还有丙 · 各路力量。甲、乙、丙谁有空谁报名 · 载体：一是甲；二是乙."""
    parts = clauses(spelling.text, start, end)
    for number in range(6, 1, -1):
        if items := numbered(spelling.text, start, end, number):
            return tidy_each(spelling, items, "")
    for before, part in zip(parts, parts[1:3]):
        holds = _HOLDS.match(spelling.text, *part)
        opens = spelling.text[before[1]] in "。：" and _MANY.search(spelling.text, *before)
        if not holds and not opens:
            continue
        items = split(spelling.text, holds.end() if holds else part[0], part[1])
        also = re.compile("，还有|，以及|，也有").match(spelling.text, part[1])
        if also and holds:
            items += readings(spelling.text, also.end(), _clause_end(spelling, also.end(), end))[-1]
        if len(items) > 1 + (not holds):
            return tidy(spelling.analysis, items)
    return []


def tidy_each(spelling: Spelling, items: Items, key: str) -> Items:
    """Return the items, each tidied by itself, as they stand in clauses of their own."""
    found = []
    for start, end in items:
        found += tidy(spelling.analysis, [(start, noun_end(spelling.analysis, start, end, key))], key)
    return [object_of(spelling.analysis, a, b, key) for a, b in found] if len(found) == len(items) else []


def _clause_end(spelling: Spelling, start: int, end: int) -> int:
    return min([at for mark in "，。；：\n" if (at := spelling.text.find(mark, start, end)) >= 0], default=end)


@cache
def _counters() -> str:
    return "".join(sorted(read_sections("formula_words")["counters"]))


@cache
def _one_is() -> re.Pattern[str]:
    return re.compile(
        rf"(?<=[，；。：？\n])(?:(?:还有|再有|其中)?(?:另?一[{_counters()}头边端面]|一方面|另一[\u4e00-\u9fff])(?:就是|是|叫作|叫做|叫|为)"
        "|(?:首?先|其次|再次?|接着|然后|最后|末了|还有)就?是)(?!了)"
    )


@cache
def founding() -> re.Pattern[str]:
    """Return the pattern of the verbs before a thing that is founded."""
    verbs = read_sections("formula_words")["founding"]
    return re.compile("|".join(sorted(verbs, key=lambda verb: (-len(verb), verb))))
