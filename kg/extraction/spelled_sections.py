"""Formulas spelled out item by item: by number, counts or shares, in sections and leads (guidelines, "Formulas")."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache

from kg.extraction.abbreviations import NUMBER, VALUES, Label
from kg.extraction.enumerations import Items, clauses, noun_end, objects_of, readings, split, texts, tidy
from kg.extraction.lexicon import read_sections
from kg.extraction.measures import behind_ordinal
from kg.extraction.spelling import FAR, NEAR, Reading, Spelling, has_key, is_closed

_STOP = re.compile("[，。；：\n]")
_OTHER = re.compile(f"“{NUMBER}")
_LATER = re.compile("[，；。：\n][二三四五六七八九]是")
_REACH = 60
_MARKED_ON = 240
"""How far behind the last item of a list one more may be numbered, which makes it a longer list."""
_JOINTLY = re.compile("共同|联合|等|参与")
_NOUN_STOP = re.compile(r"左右|由|各|以上|以内|和(?=[\dN若])|联建|共同|联系|带动|结对|为试点")
_PREDICATE = re.compile("[\u4e00-\u9fff][着上住进到给在][\u4e00-\u9fff]")
"""What is said of a noun: 跟着走, 贴上墙, 兜住底."""
_AGAIN = re.compile(r"\d|[NX]|[一两三四五六七八九十][名个支户家位批帮群]")
_SHARE = re.compile(rf"({NUMBER}|\d)(?:成|0[%％])")
_SHARING = re.compile(
    r"^(?:得|归入|归|作为|作|奖给|奖励|奖|留作|留给|留|分给|返给|给|用于|用来|投入|帮扶|帮|为|是)+|(?:得|占|分|拿|留)+$"
)
_SOURCE = re.compile("[^，；、]{0,4}从(.{2,60}?)[中里][^，；、]{0,4}")
_OF_ONES = re.compile("[一账本]")
_DIGIT = re.compile(r"\d")
_COUNTING = re.compile(rf"({NUMBER})[个大类种项条张支][^，,。、]{{1,6}}")


def enumerated(spelling: Spelling) -> Iterator[Reading]:
    """“三导”：一是…；二是…；三是… · “两管”。一管权，…；二管钱，… · 一看圈，二看账，叫作“两看”."""
    if len(spelling.labels) != 1 or not 1 < spelling.total < 11:
        return
    label, text = spelling.labels[0], spelling.text
    for start, end in spelling.places:
        stop, reach = min(len(text), end + 4 * FAR), max(_REACH, spelling.closing(end, bracket=False) - end)
        items = numbered(text, end, stop, spelling.total, label.key, reach)
        if not items:
            far = numbered(text, end, stop, spelling.total, label.key, 2 * NEAR)
            items = far if label.key and all(text[a:b].endswith(label.key) for a, b in far) else []
        if not items:
            low = max(text.rfind("\n", 0, start) + 1, start - NEAR)
            items = numbered(text, low, start, spelling.total, label.key, reach=NEAR)
        if items:
            items = _behind_counter(spelling.text, items, label.key)
            objects = [_behind_verb(spelling, a, b, label.key) for a, b in items]
            each_has_a_verb = all(start > a for (start, _), (a, _) in zip(objects, items))
            items = objects if each_has_a_verb else items
            yield Reading(6, "formula spelled out by number", (texts(spelling.analysis, items),))


def _behind_counter(text: str, items: Items, key: str) -> Items:
    """Return the items without the word that only counts them: 一环强引领，二环激活力 → 强引领, 激活力."""
    if key not in read_sections("formula_words")["counters"] or not all(text.startswith(key, a) for a, _ in items):
        return items
    return [(a + len(key), b) for a, b in items]


def _behind_verb(spelling: Spelling, start: int, end: int, key: str) -> tuple[int, int]:
    """Return the object of an enumerated clause that ends with the label's word: 乡镇领导搞好政治引导 → 政治引导."""
    start, end = next(iter(tidy(spelling.analysis, [(start, end)])), (start, end))
    if key and spelling.text[start:end].endswith(key):
        verbs = sorted(read_sections("formula_words")["openers"], key=len, reverse=True)
        for verb in (verb for verb in verbs if len(verb) > 1):
            at = spelling.text.find(verb, start, end - 2)
            if at >= 0:
                return at + len(verb), end
    return start, end


def numbered(text: str, start: int, end: int, count: int, key: str = "", reach: int = _REACH) -> Items:
    """Return the first clauses behind 一是, 二是 … if there are ``count`` of them.

    With the key 管 those behind 第一管是, 第二管是 … or 一管, 二管 … too.  ``reach`` is how far behind ``start`` the
    first may stand; behind 第一管是 it may stand further.
    """
    items: Items = []
    at = start
    for number in "一二三四五六七八九十"[:count] if key else ():
        mark = _ordinal(number, key).search(text, at, min(end, at + FAR))
        if not mark:
            break
        at = _add_clause(items, text, mark.end(), end)
    if items and len(items) == count:
        return items
    items, at = [], start
    for number in "一二三四五六七八九十"[:count]:
        mark = _find_mark(text, number, key, at, min(end, at + (FAR if items else reach)))
        if not mark or (not items and _begins_elsewhere(text, start, mark.start())):
            return []
        at = _add_clause(items, text, mark.end(), end)
    return [] if items and _goes_on(text, count, at, end) else items


def _begins_elsewhere(text: str, start: int, end: int) -> bool:
    """Return whether another formula, or a later item of a list around it, stands before the first item."""
    return _OTHER.search(text, start, end) is not None or _LATER.search(text, start, end) is not None


def _goes_on(text: str, count: int, start: int, end: int) -> bool:
    """Return whether one more item is numbered behind the last of ``count``, before a list begins anew."""
    if count > 9:
        return False
    more = _numeral_mark("一二三四五六七八九十"[count]).search(text, start, min(end, start + _MARKED_ON))
    return more is not None and not _numeral_mark("一").search(text, start, more.start())


def _add_clause(items: Items, text: str, start: int, end: int) -> int:
    """Add the clause that begins at ``start``, and return where it begins."""
    stop = _STOP.search(text, start)
    closing = text.find("”", start, stop.start() if stop else end) if text[start - 1] == "“" else -1
    items.append((start, closing if closing > start else stop.start() if stop else end))
    return start


def _find_mark(text: str, number: str, key: str, start: int, end: int) -> re.Match[str] | None:
    """Return the first 一是, （一）, 第一步 …, or 一 before the key (一管)."""
    if text.find(number, start, end) < 0:
        return None
    mark = _numeral_mark(number).search(text, start, end)
    keyed = _keyed_mark(number, key).search(text, start, end) if key else None
    return keyed if keyed and not (mark and mark.start() < keyed.start()) else mark


@lru_cache(maxsize=512)
def _keyed_mark(number: str, key: str) -> re.Pattern[str]:
    return re.compile(rf"(?<=[，；。：”“？\n]){number}(?={re.escape(key)})")


@lru_cache(maxsize=512)
def _ordinal(number: str, key: str) -> re.Pattern[str]:
    """Return the pattern of a number before the key or its measure word: 第二管是, 第二本是, 头一笔，, 还有一笔，, 二碗茶，."""
    nth = f"第{number}|头一?|首" if number == "一" else f"第?{number}|(?:还有|最后|再有)一"
    noun = re.escape(key[1:] if key[1:] and key[0] in _counters() else key)
    counted = f"(?:{nth})(?:[{_counters()}](?:{noun})?|{noun})"
    return re.compile(rf"{counted}(?:，?(?:就?是|为|叫[作做]?)|：|，)“?")


def topics(spelling: Spelling) -> Iterator[Reading]:
    """“五共”工作流程。决策共谋上，…。发展共建上，… — sentences that open with what they tell of, which holds the key."""
    if len(spelling.labels) != 1 or not spelling.labels[0].key or spelling.total < 2:
        return
    topic = _topic(spelling.labels[0].key)
    for _, end in spelling.places:
        found = [match[1] for match in topic.finditer(spelling.text, end)]
        if len(found) == spelling.total == len(set(found)):
            yield Reading(6, "formula spelled out in its section", (tuple(found),))


@lru_cache(maxsize=512)
def _topic(key: str) -> re.Pattern[str]:
    key = re.escape(key)
    return re.compile(rf"(?<=[。\n；])(?:在)?([\u4e00-\u9fff]{{0,5}}{key}[\u4e00-\u9fff]{{0,5}}?)(?:上|中|方面|环节)，")


def headed(spelling: Spelling) -> Iterator[Reading]:
    """“三堂”同开，学有所依。建强主课堂，…；建活流动课堂，… — the section behind a heading that holds the label."""
    if len(spelling.labels) != 1 or not spelling.labels[0].key:
        return
    key = spelling.labels[0].key
    for start, end in spelling.places if key[0] != "字" else ():
        stop = spelling.text.find("。", end, end + 30)
        if stop < 0 or start - (max(spelling.text.rfind(mark, max(0, start - 20), start) for mark in "。\n") + 1) > 8:
            continue
        found = _section(spelling, stop, spelling.total)
        if len(found) == spelling.total > 1 and all(has_key(item, key) and is_closed(item) for item in found):
            yield Reading(5, "formula spelled out in its section", (found,))
        sentence = clauses(spelling.text, stop + 1, min(len(spelling.text), stop + NEAR), "。\n")[:1]
        parts = clauses(spelling.text, *sentence[0])[: spelling.total] if sentence else []
        if spelling.total > 1 and all(spelling.is_clause_of(part, key) for part in parts):
            if dealt := spelling.deal(parts):
                yield Reading(5, "formula spelled out in its section", dealt)
        first = next(iter(clauses(spelling.text, stop + 1, min(len(spelling.text), stop + 60))), (stop, stop))
        if spelling.text.endswith(key, *first):
            for items in readings(spelling.text, first[0], first[1] - len(key)):
                if dealt := spelling.deal(items):
                    yield Reading(5, "formula spelled out in its section", dealt)


def ones(spelling: Spelling) -> Iterator[Reading]:
    """“四个一”：每月开一次例会，…；每季度…一次集中走访 · 一本记…，一本记… — things counted by one."""
    if len(spelling.labels) != 1 or not _OF_ONES.search(spelling.inner):
        return
    one = _one()
    for _, end in spelling.places:
        stop = spelling.closing(end, bracket=False)
        found = list(one.finditer(spelling.text, end, stop))
        open_ended = spelling.text[stop - 2 : stop] == "等等"
        if len(found) == spelling.total or (open_ended and 1 < len(found) < spelling.total):
            heading = all(spelling.text[m.start() - 1] in "，。；：、" for m in found)
            yield Reading(5 if heading else 3, "formula spelled out one by one", (tuple(m[2] for m in found),))


def counted(spelling: Spelling) -> Iterator[Reading]:
    """“1+18+N”：1个区级讲师团、18支乡镇小分队和N名百姓宣讲员 — the numerals recur before what they count."""
    if max(len(label.text) for label in spelling.labels) > 2 or any(label.key for label in spelling.labels):
        return
    for at, stop in [*_behind(spelling), *_in_front(spelling)]:
        found: list[tuple[str, ...]] = []
        for label in spelling.labels:
            match = _counted_noun(label).search(spelling.text, at, stop)
            if not match:
                break
            items = _listed_before(spelling, at, match.start(), label)
            items = items or _noun(spelling, match.start(1), match.end(), label)
            if (
                "+" not in spelling.inner
                and len(items) == 1
                and "”" not in spelling.text[match.start() : match.start(1)]
            ):
                items = (spelling.text[match.start() : match.start(1)] + items[0],)
            found.append(items)
            at = match.start(1) + 1
        missing = spelling.labels[len(found) :]
        may_miss = "+" not in spelling.inner or (len(found) > 2 and all(label.count is None for label in missing))
        whole = all(items and all(map(is_closed, items)) for items in found)
        if len(found) > 1 and whole and (not missing or may_miss) and len(missing) < 2:
            yield Reading(5, "formula spelled out by its numerals", (*found, *(() for _ in missing)))


def _behind(spelling: Spelling) -> Iterator[tuple[int, int]]:
    for _, end in spelling.places:
        yield end, end + 140 if spelling.inner.isascii() else spelling.closing(end, bracket=False)


def _in_front(spelling: Spelling) -> Iterator[tuple[int, int]]:
    """“1名书记+3名委员”的“1+3”配备."""
    for start, _ in spelling.places if "+" in spelling.inner else ():
        before = spelling.text[max(0, start - 80) : start]
        stop = start - len(before) + len(before.rstrip("”的组成"))
        if stop < start:
            yield next(iter(clauses(spelling.text, start - len(before), stop)[-1:]), (stop, stop))
        if len(spelling.labels) > 2:
            yield max(spelling.text.rfind(mark, max(0, start - NEAR), start) for mark in "。：\n") + 1, start


def _listed_before(spelling: Spelling, start: int, end: int, label: Label) -> tuple[str, ...]:
    """Return the list that a count closes: 种植、加工、销售3个支部."""
    quoted = spelling.text[end - 1] == "”"  # “甲、乙、丙”三大工程
    part = clauses(spelling.text, start, end)[-1:] if (label.count or 0) > 2 - quoted else []
    if part and quoted:
        part = [(max(part[0][0], spelling.text.rfind("“", start, end)), end)]
    for items in readings(spelling.text, *part[0]) if part and part[0][1] == end else ():
        if len(items) == label.count:
            return texts(spelling.analysis, tidy(spelling.analysis, items, label.key))
    return ()


def _noun(spelling: Spelling, start: int, end: int, label: Label) -> tuple[str, ...]:
    """Return what a numeral counts, for N the nouns that share its head: 农技、金融专员 → 农技专员, 金融专员."""
    text = spelling.text
    (first, first_end), *others = split(text, start, end)
    if label.count is None and others:
        words = [text[first:first_end], *(text[a:b] for a, b in others)]
        last = words[-1]
        last = _JOINTLY.split(last, maxsplit=1)[0]
        if len({len(word) for word in words[:-1]}) == 1 and len(last) == len(words[0]) + 2:
            return (*(word + last[-2:] for word in words[:-1]), last)
    stop = _NOUN_STOP.search(text, first + 2, first_end)
    end = stop.start() if stop else noun_end(spelling.analysis, first, first_end)
    predicate = _PREDICATE.search(text, first + 2, end)
    if predicate and spelling.analysis.begins_word(predicate.start()) and spelling.labels[0].text.isdigit():
        end = predicate.start()
    again = _AGAIN.search(text, first + 2, end)
    if again:
        end = again.start()
        while (word := spelling.analysis.words[spelling.analysis.word_index(end - 1)]).tag[:1] in "vpcfu":
            if word.start < first + 2:
                break
            end = word.start
    noun = text[first : end + (text[end : end + 1] == "）" and "（" in text[first:end])]
    if label.count is None and "的" in noun[1:-2]:
        noun = noun[noun.rfind("的", 0, -2) + 1 :]
    shorter = noun[:-2] if noun[-2:] in read_sections("formula_words")["actions"] else noun
    return (shorter if len(shorter) > 1 else noun,)


@lru_cache(maxsize=512)
def _counted_noun(label: Label) -> re.Pattern[str]:
    """Return the pattern of a label's numeral and what it counts: 2 → 2个…, 两个…, 二个…; N → N个…, 若干…, 一批…."""
    counters = _counters()
    if label.count is None:
        number = rf"(?:若干|多|众多|{re.escape(label.text)}|一(?=[批群帮]))[{counters}群帮]?"
    else:
        numerals = "|".join(label.numerals[1:])
        spelled = rf"(?<!第)(?:{numerals}{'|每' if label.count == 1 else ''})[{counters}]" if numerals else "(?!)"
        digits = rf"(?<![\d.]){label.count}(?![\d.])(?:”?[{counters}])?" if label.text.isascii() else "(?!)"
        number = rf"(?:{digits}|{spelled})(?!”)"
    return re.compile(rf"{number}([^，。；：+＋（）\n][^，。；：+＋）\n]{{1,39}})")


@cache
def _counters() -> str:
    return "".join(sorted(read_sections("formula_words")["counters"]))


@cache
def _one() -> re.Pattern[str]:
    return re.compile(rf"一([{_counters()}])记?(?!不)([^，。；、：一\n]{{2,16}}?)(?=[，。；、：\n]|等等)")


@cache
def _numeral_mark(number: str) -> re.Pattern[str]:
    return re.compile(
        rf"（{number}）|第{number}步[，：是]?|(?<=[，；。：、”？\n）是]){number}(?:是|要|为(?!了))|其{number}(?:是|为|，)"
        rf"|(?<=该[县区市镇乡街村])(?:党工?委)?{number}是|(?<=[：；。\n]){number}、"
    )


def shares(spelling: Spelling) -> Iterator[Reading]:
    """“343”分配办法：三成归村集体，四成归入股农户，三成留作滚动发展 · “64”：从能人、大户中选六成，从青年中选四成."""
    for _, end in spelling.places:
        stop = min(len(spelling.text), end + NEAR)
        found = []
        for clause in clauses(spelling.text, end, stop) if _SHARE.search(spelling.text, end, stop) else ():
            several = len(_SHARE.findall(spelling.text, *clause)) > 1
            parts = split(spelling.text, *clause) if several else [clause]
            found += [(share, part) for part in parts if (share := _SHARE.search(spelling.text, *part))]
        found = found[: len(spelling.counts)]
        if [VALUES.get(share[1]) or int(share[1]) for share, _ in found] == spelling.counts:
            items = tuple(_shared_out(spelling, share, *part) for share, part in found)
            if all(items) and not any(label.key for label in spelling.labels):
                yield Reading(8, "formula spelled out by its shares", items)


def _shared_out(spelling: Spelling, share: re.Match[str], start: int, end: int) -> tuple[str, ...]:
    """Return to whom or what a share goes (behind it), or else who has it or where it comes from (before it)."""
    text = spelling.text
    if behind := _SHARING.sub("", text[share.end() : end]):
        return (behind,)
    if source := _SOURCE.match(text, start, share.start()):
        return texts(spelling.analysis, tidy(spelling.analysis, split(text, *source.span(1))))
    before = _SHARING.sub("", text[start : share.start()])
    return (before,) if before else ()


def leads(spelling: Spelling) -> Iterator[Reading]:
    """“三措并举”: the section leads are the items where there are as many as the numeral says, or hold its word."""
    if len(spelling.labels) != 1 or spelling.total < 2:
        return
    key, text = spelling.labels[0].key, spelling.text
    found = [clauses(text, behind_ordinal(text, m), m.end, "，,：")[0] for m in spelling.measures]
    opens = spelling.places and spelling.measures and spelling.places[0][0] < spelling.measures[0].end
    if opens and key[:1] in tuple("措招步法举策") and len(found) == spelling.total:
        yield Reading(9, "formula spelled out in the leads", (texts(spelling.analysis, found),))
        return
    if items := _keyed_heads(spelling, found):
        yield Reading(6, "formula spelled out in the leads", (items,))
    elif items := _keyed_heads(spelling, _paragraph_heads(spelling)):
        yield Reading(3, "formula spelled out in the leads", (items,))


def _keyed_heads(spelling: Spelling, heads: Items) -> tuple[str, ...]:
    """Return the heads with the label's word, or what each quotes with it, if they are as many as it counts."""
    key = spelling.labels[0].key
    heads = [head for head in heads if has_key(spelling.text[slice(*head)], key)]
    if len(heads) != spelling.total or spelling.total < 3:
        return ()
    quoted = [q for a, b in heads for q in spelling.analysis.quotes_in(a, b) if has_key(q.inner, key)]
    if len(quoted) == len(heads):
        return tuple(quote.inner for quote in quoted)
    return texts(spelling.analysis, objects_of(spelling.analysis, tidy(spelling.analysis, heads, key), key))


def _paragraph_heads(spelling: Spelling) -> Items:
    """Return the short first clauses of the paragraphs behind the formula."""
    start = spelling.places[0][1] if spelling.places else 0
    begins = [at + 1 for at in spelling.analysis.marks("\n") if at >= start]
    heads = [(at, clauses(spelling.text, at, min(len(spelling.text), at + 40))) for at in begins]
    return [parts[0] for at, parts in heads if parts and parts[0][1] - at < 15]


def counting_leads(spelling: Spelling) -> Iterator[Reading]:
    """“一二三四”, “三三制”: the section leads count (一个…, 两个…), and each section lists what its lead counts."""
    leads = [_COUNTING.search(spelling.text, m.start, m.end) for m in spelling.measures]
    if len(leads) < 2 or not all(leads):
        return
    values = [VALUES[lead[1]] for lead in leads if lead]
    each_counts_all = len(spelling.labels) == 1 and values == spelling.counts * spelling.total
    if values != spelling.counts and not each_counts_all:
        return
    found = [
        _section(spelling, m.end, value) if value > 1 else (lead.group(),)
        for lead, m, value in zip(leads, spelling.measures, values)
        if lead
    ]
    if sum(map(bool, found)) * 2 > len(found):
        labels = tuple(lead.group() for lead in leads if lead)
        yield Reading(4, "formula spelled out in the sections", tuple(found), labels)


def _section(spelling: Spelling, start: int, count: int) -> tuple[str, ...]:
    """Return what a section lists: behind 一是, 二是, in its first clause, or by what its sentences or parts open with."""
    text = spelling.text
    while text[start : start + 2] in ("。\n", "”\n"):  # a heading that is a paragraph of its own
        start += 1
    end = text.find("\n", start + 1)
    end = min(len(text) if end < 0 else end, start + 4 * FAR)
    if items := numbered(text, start, end, count):
        return texts(spelling.analysis, items)
    sentences = clauses(text, start + 1, end, "。\n")
    for items in readings(text, *next(iter(clauses(text, *sentences[0])), (start, start))) if sentences else ():
        if len(items) == count:
            return texts(spelling.analysis, tidy(spelling.analysis, items))
    heads = [next(iter(clauses(text, a, b)), (a, b)) for a, b in sentences]
    heads = [(a, b) for a, b in heads if b - a < 13 and "、" not in text[a:b] and not _DIGIT.search(text, a, b)]
    if len(heads) == count:
        return texts(spelling.analysis, [one for head in heads for one in tidy(spelling.analysis, [head])])
    for a, b in sentences:
        parts = clauses(text, a, b, "；;")
        if len(parts) == count:
            return texts(spelling.analysis, [_opening_noun(spelling, *part) for part in parts])
    return ()


def _opening_noun(spelling: Spelling, start: int, end: int) -> tuple[int, int]:
    """Return the short clause, or else the words, that a part begins with."""
    first = next(iter(clauses(spelling.text, start, end)), (start, end))
    if first[1] - first[0] < 9:
        return next(iter(tidy(spelling.analysis, [first], spelling.labels[0].key)), first)
    index = spelling.analysis.word_index(start)
    ends = [word.end for word in spelling.analysis.words[index : index + 4] if word.end <= min(end, start + 5)]
    return start, max(ends, default=min(end, start + 4))
