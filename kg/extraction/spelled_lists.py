"""Formulas spelled out by a list: before them, behind them, or near by in their own words (guidelines, "Formulas")."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from kg.extraction.abbreviations import VALUES, Label
from kg.extraction.enumerations import Items, clauses, readings, split, texts, tidy
from kg.extraction.lexicon import read_sections
from kg.extraction.spelling import FAR, NEAR, Dealt, Reading, Spelling, find_all, has_key

_LONGEST_GAP = 16
_GAP_ENDS = r"，。；：“”（）、\n—"
_GAP_END = re.compile(f"[{_GAP_ENDS}]")
_GAP = rf"[^{_GAP_ENDS}]{{0,{_LONGEST_GAP}}}?"
_NO_ITEM = re.compile(r"\d|了|”$")
_STRONG = re.compile(
    rf"{_GAP}(?:(?P<bracket>（)|——|[：:]"
    rf"|[，。]?(?:即为|即是|即|就是|也就是|是指|指的是|说的是|指(?![标导挥引数定])|分别是|分别为|包括|具体是|(?<=，)要求|做到)[：:]?)"
)
_WEAK = re.compile(rf"{_GAP}(?:(?:核心|分别)?[是为]|，|。)")
_SUFFIX = re.compile(
    r"(?:为一体的?|于一体的?|等等?的?|这|的|并行的|相结合的"
    r"|，[^，。；“”]{0,8}(?:叫作|叫做|[简俗号合统并]称|称为|称作|称它|叫它|称之为|管这叫|概括为|归纳为|总结为)"
    r"|。这|，这|，即|，)?$"
)
_FRAME = re.compile(
    r"(?:围绕|通过|聚焦|按照|坚持|采取|以|从|紧扣)"
    r"(?:“(?P<quoted>[^“”]*、[^“”]*)”|(?P<plain>[^“”]*、[^“”]*?)[两三四五六七八九十][个种大]?(?:方面|环节|维度|方式)"
    r"|(?P<axis>[^“”]*、[^“”]*?)为(?:轴|主轴|链|主链|骨架|主体|节点|支点|依托|纽带|载体|主干|框架)$)"
)
_MADE_OF = re.compile("(?:共同)?(?:组成|构成|搭成|组建成|组合成)的?$")
_QUOTED = re.compile(r"“([^“”]*)”[^，。；：、“”\n]{0,8}$|‘([^‘’]*)’[^，。；：、‘’\n]{0,8}$")
_LINKED = re.compile("”(?:与|和|及)")
_AND = re.compile("以及|和|与|及")
_CHAIN = re.compile(r"\s*(?:——|—|－|–|-|→|\+|＋)\s*")


def before(spelling: Spelling) -> Iterator[Reading]:
    """资源、需求、政策“三张清单” · “组织共建、…、党员联管”的“三共三联” · 甲、乙等“八联”."""
    text = spelling.text
    for place, _ in spelling.places:
        start = place - (text[place - 1 : place] == "“")  # it opens a longer quotation: “三联”工作法 as “三联工作法”
        low = max(0, start - NEAR)
        low = max(text.rfind("\n", low, start) + 1 or low, spelling.speech_start(start))
        suffix = _SUFFIX.search(text, low, start)
        # what makes up a “三心” alliance are its members, no parts of the formula
        if all(label.key[-1:] in ("", "一") for label in spelling.labels):
            suffix = _MADE_OF.search(text, low, start) or suffix
        end = suffix.start() if suffix else start
        for pairs in _pairs_before(spelling, low, end):
            yield Reading(7 + spelling.key_weight(pairs), "formula spelled out before", pairs)
        for weight, items in _lists_before(spelling, low, end, start):
            dealt = spelling.deal(items)
            linked = suffix is not None and suffix.group() == "，"
            bare = not (suffix and suffix.group())
            takes_formula = bare and _ends_in_verb(spelling, end) and not _as_counted(items, spelling.total)
            if takes_formula or (linked and "“" in text[items[0][0] : end]):
                continue
            if bare and weight < 7 and dealt and len(spelling.labels) > 1 and not _holds_some(spelling, dealt):
                continue
            if dealt and not (linked and spelling.total < 3) and not (bare and _is_joined(spelling, items, dealt)):
                weight += spelling.key_weight(dealt) - 2 * linked
                yield Reading(weight, "formula spelled out before", dealt)
            elif "+" in spelling.inner and len(items) == len(spelling.labels) and weight == 7:
                yield Reading(
                    weight, "formula spelled out before", tuple((item,) for item in texts(spelling.analysis, items))
                )
            elif (
                suffix and suffix.group()[:1] == "等" and len(spelling.labels) == 1 and 1 < len(items) < spelling.total
            ):
                items = tidy(spelling.analysis, items, spelling.labels[0].key)
                yield Reading(weight, "formula spelled out before", (texts(spelling.analysis, items),))


def _as_counted(items: Items, total: int) -> bool:
    """Return whether a list is as long as the numeral says and its items as long as each other: 支部达标、队伍提质、…."""
    return len(items) == total > 2 and len({end - start for start, end in items}) == 1


def _holds_some(spelling: Spelling, dealt: Dealt) -> bool:
    """Return whether half of the items of several labels hold their words, where labels have words."""
    keyed = [has_key(item, label.key) for label, items in zip(spelling.labels, dealt) for item in items if label.key]
    return 2 * sum(keyed) >= len(keyed)


def _is_joined(spelling: Spelling, items: Items, dealt: Dealt) -> bool:
    """Return whether a list is but two words that 和 joins, without the label's word: it may be any other pair."""
    joined = len(items) == 2 and _AND.fullmatch(spelling.text, items[0][1], items[1][0])
    return bool(joined) and not spelling.key_weight(dealt)


def _pairs_before(spelling: Spelling, low: int, end: int) -> Iterator[Dealt]:
    """组织联建、促引领，产业联营、促增收，人才联育、促提能“三联三促” — each clause before the formula holds a pair."""
    if len(spelling.labels) != 2 or spelling.counts[0] != spelling.counts[1] or spelling.total < 4:
        return
    parts = clauses(spelling.text, low, end)[-(spelling.counts[0] or 0) :]
    if parts and parts[-1][1] == end:
        yield from (dealt for taken, dealt in spelling.pairs(parts) if taken > 1 and spelling.key_weight(dealt))


def framed(spelling: Spelling) -> Iterator[Reading]:
    """围绕“甲、乙、丙”，建立“三问”机制 · 从甲、乙、丙三方面入手，实施“三环”培养 · 以甲、乙、丙、丁为轴，构建“四级联动”."""
    for start, _ in spelling.places if spelling.total > 2 else ():
        frame = next(iter(clauses(spelling.text, max(0, start - NEAR), start)[-2:-1]), (start, start))
        match = _FRAME.match(spelling.text, *frame)
        for items in readings(spelling.text, *match.span(match.lastgroup or 0)) if match else ():
            if spelling.text[frame[1]] == "，" and (dealt := spelling.deal(items)):
                yield Reading(2 + spelling.key_weight(dealt), "formula spelled out before", dealt)


def chained(spelling: Spelling) -> Iterator[Reading]:
    """“区—街道—社区”，三级治理 · “党委+10个企业+若干农户”搭出“1+10+N” — the sentence has a quoted chain of as many links."""
    for start, end in spelling.places[:4]:
        low, high = spelling.text.rfind("。", 0, start) + 1, spelling.closing(end, bracket=False)
        for quote in spelling.analysis.quotes_in(low, high):
            if quote.inner == spelling.inner or "、" in quote.inner:
                continue
            if found := _links_of(spelling, quote.start + 1, quote.end - 1):
                rule = "before" if quote.end <= start else "behind"
                yield Reading(4, f"formula spelled out {rule}", found)


def _links_of(spelling: Spelling, start: int, end: int) -> Dealt | None:
    """Return the links of a chain dealt out to the labels: as many as one label says, or one for each of a sum."""
    items = _links(spelling.text, start, end)
    if len(spelling.labels) == 1 and len(items) == spelling.total > 2:
        return spelling.deal(items) if spelling.labels[0].key[:1] in ("级", "层") else None
    if "+" not in spelling.inner or not len(items) == len(spelling.labels) > 2:
        return None
    found = texts(spelling.analysis, items)
    counted = all(str(label.count) in item for label, item in zip(spelling.labels, found) if (label.count or 0) > 1)
    return tuple((item,) for item in found) if counted and all(len(item) > 2 for item in found) else None


def _links(text: str, start: int, end: int) -> Items:
    """Return what dashes, arrows or plus signs part between two offsets: 区—街道—社区."""
    edges = [start, *(edge for sign in _CHAIN.finditer(text, start, end) for edge in sign.span()), end]
    return list(zip(edges[::2], edges[1::2]))


def open_before(spelling: Spelling) -> Iterator[Reading]:
    """甲型、乙型、丙型等“3+N”机制 — what N stands for is not told."""
    *numbered, last = spelling.labels
    if last.count is not None or len(numbered) != 1 or (numbered[0].count or 0) < 2:
        return
    for start, _ in spelling.places:
        if not spelling.text.endswith("等", 0, start):
            continue
        for _, items in _lists_before(spelling, max(0, start - NEAR), start - 1, start):
            if len(items) == numbered[0].count:
                found = texts(spelling.analysis, tidy(spelling.analysis, items))
                if len(found) == len(items):
                    yield Reading(5, "formula spelled out before", (found, ()))


def _lists_before(spelling: Spelling, low: int, end: int, start: int) -> Iterator[tuple[int, Items]]:
    """Return the lists that end at ``end``: within one quotation, as a chain, or as the last clause."""
    text = spelling.text
    quoted = _QUOTED.search(text, low, end)
    if quoted:
        inner, outer = quoted.span(quoted.lastindex or 0)
        if "、" in text[inner:outer]:
            yield 7, split(text, inner, outer)
            yield 7, [item for part in clauses(text, inner, outer) for item in split(text, *part)]
        links = _links(text, inner, outer)
        if len(links) > 1:
            yield 7, links
    parts = clauses(text, low, end)
    if not parts or parts[-1][1] != end:
        return
    for items in readings(text, *parts[-1]):
        yield 6, items
        if len(items) > spelling.total > 2:
            last = items[-spelling.total :]
            if _shares_characters(spelling, last):
                yield 5, last
    linked = list(_LINKED.finditer(text, *parts[-1]))
    if linked:
        for items in readings(text, linked[-1].end(), end):
            yield 6, items


def _shares_characters(spelling: Spelling, items: Items) -> bool:
    """Return whether the items of each label have a character in common: 组织强、阵地强、师资强、计划好、制度好、保障好."""
    at = 0
    for count in spelling.counts:
        part, at = items[at : at + (count or 0)], at + (count or 0)
        if not part or not set.intersection(*(set(spelling.text[a:b]) for a, b in part)):
            return False
    return True


def _ends_in_verb(spelling: Spelling, end: int) -> bool:
    """Return whether a verb that takes the formula as its object stands before it, and no list."""
    return spelling.text[max(0, end - 8) : end].endswith(_verbs())


def behind(spelling: Spelling) -> Iterator[Reading]:
    """“三个一”（甲、乙、丙） · “四同”，即同吃、同住… · “四个一”标准：一个…；一个…"""
    for _, end in spelling.places:
        strong = _STRONG.match(spelling.text, end)
        if strong:
            yield from _marked(spelling, strong.end(), 7 if strong["bracket"] else 6)
        weak = _WEAK.match(spelling.text, end)
        if weak:
            yield from _unmarked(spelling, weak.end(), new_sentence=spelling.text[weak.end() - 1] == "。")


def _marked(spelling: Spelling, begin: int, weight: int) -> Iterator[Reading]:
    """Read what stands behind 即, ：, —— or in brackets."""
    stop = spelling.closing(begin, bracket=weight == 7)
    for _, dealt in spelling.lists(begin, stop):
        yield Reading(weight + spelling.key_weight(dealt), "formula spelled out behind", dealt)
    yield from _open_ended(spelling, begin, stop, weight)


def _unmarked(spelling: Spelling, begin: int, new_sentence: bool) -> Iterator[Reading]:
    """Read what stands behind a mere comma, or in the sentence after a heading that holds the formula."""
    stop = spelling.closing(begin, bracket=False)
    for taken, dealt in spelling.lists(begin, stop):
        weight = (2 + (len(spelling.labels) > 2)) * spelling.key_weight(dealt)
        if _runs_on(spelling, dealt, taken) and (not new_sentence or _opens_paragraph(spelling, begin, dealt)):
            weight += 3
        if weight:
            yield Reading(weight, "formula spelled out behind", dealt)
    yield from _open_ended(spelling, begin, stop, 1)


def _opens_paragraph(spelling: Spelling, begin: int, dealt: Dealt) -> bool:
    """Return whether the sentence follows a short heading and opens with the list, but for a verb before it."""
    paragraph = spelling.text.rfind("\n", 0, begin) + 1
    return begin - paragraph < 26 and 0 < spelling.text.find(dealt[0][0], begin) - begin < 5


def _open_ended(spelling: Spelling, begin: int, stop: int, weight: int) -> Iterator[Reading]:
    """“十有”标准，有师资队伍、有领导机构等 — a list that ends in 等 may be shorter than the numeral says."""
    part = next(iter(clauses(spelling.text, begin, stop)), None)
    if part is None or len(spelling.labels) > 1 or "等" not in spelling.text[part[0] : part[1]]:
        return
    key = spelling.labels[0].key
    items = tidy(spelling.analysis, split(spelling.text, *part), key)
    found = texts(spelling.analysis, items)
    is_open = bool(items) and spelling.text.startswith("等", items[-1][1])
    if is_open and 2 < len(found) < spelling.total and all(has_key(item, key) for item in found):
        yield Reading(weight + 2, "formula spelled out behind", (found,))


def _runs_on(spelling: Spelling, dealt: Dealt, taken: int) -> bool:
    """Return whether items behind a mere comma are so alike that they can only be the formula's."""
    items = [item for part in dealt for item in part]
    lengths = [len(item) for item in items]
    if len(items) < 3 or any(map(_NO_ITEM.search, items)):
        return False
    if len(spelling.labels) > 1 and taken == 1:
        return False
    even = taken == 1 or max(lengths) - min(lengths) < 3
    return even and max(lengths) <= 2 * min(lengths) + 2 and max(lengths) < 18


def keyed(spelling: Spelling) -> Iterator[Reading]:
    """“四抓四保”: 抓统筹保发展，抓调度保市场… · 小公园、小果园… — lists near by whose items hold the label's word."""
    if not spelling.places or not all(label.key and (label.count or 0) > 1 for label in spelling.labels):
        return
    far = len(spelling.labels) == 1 and len(spelling.labels[0].key) > 1 and 4 or 1
    labels, pairs = spelling.labels, len(spelling.labels) == 2 and spelling.counts[0] == spelling.counts[1]
    for start, end in spelling.places[:4]:
        low, high = max(0, start - far * NEAR), min(len(spelling.text), end + FAR)
        found = _all_keyed(spelling, low, start, end, high)
        if found:
            yield Reading(4, "formula spelled out by its word", found)
        elif pairs and spelling.text.count(labels[1].key, end, high) >= spelling.total // 2:
            parts = clauses(spelling.text, end, high)
            for at in range(len(parts) - (spelling.counts[0] or 0) + 1):
                for _, dealt in spelling.pairs(parts[at:]):
                    yield Reading(3 + spelling.key_weight(dealt) // 2, "formula spelled out by its word", dealt)
                    return


def _all_keyed(spelling: Spelling, low: int, start: int, end: int, high: int) -> Dealt:
    """Return the items of each label in the clauses and quotations around a formula; none where one has not enough."""
    text, found = spelling.text, []
    quotes = [quote for quote in spelling.analysis.quotes_in(low, high) if "、" in quote.inner]
    furthest = max([high, *(quote.end for quote in quotes)])
    for label in spelling.labels:
        enough = text.count(label.key[-1], low, furthest) >= (label.count or 0)
        if not enough and label.key != "无" and label.key[0] != "字" and f"，{label.key}" not in text[end:high]:
            return ()
    stretches = [*clauses(text, end, high), *reversed(clauses(text, low, start))]
    stretches += [(quote.start + 1, quote.end - 1) for quote in quotes]
    for label in spelling.labels:
        items = _keyed_items(spelling, label, stretches, end, high)
        if not items or items in found:
            return ()
        found.append(items)
    return tuple(found)


def _keyed_items(spelling: Spelling, label: Label, stretches: Items, end: int, high: int) -> tuple[str, ...]:
    for part in stretches:
        if spelling.text.count(label.key[-1], *part) < (label.count or 0) and label.key != "无":
            continue
        for items in readings(spelling.text, *part):
            items = _run_of_keyed(spelling.text, items, label)
            if not items:
                continue
            items = tidy(spelling.analysis, items, label.key)
            found = texts(spelling.analysis, items)
            if len(found) == label.count and all(_is_keyed(item, label) for item in found):
                enough = label.count > 2 or len(label.key) > 1 or _same_place(found, label.key)
                if enough and len(set(found)) == label.count:
                    return found
    if shared := _sharing_verb(spelling, label, stretches):
        return shared
    opening = [(a, b) for a, b in stretches if a > end and spelling.text[a - 1] in "。；\n" and len(label.key) > 1]
    opening = [part for part in opening if spelling.text.startswith(label.key, part[0]) and part[1] - part[0] < 17]
    if len(opening) == label.count:
        return texts(spelling.analysis, opening)
    quotes = [q.inner for q in spelling.analysis.quotes_in(end, high) if 0 < len(q.inner) < 9]
    if label.key[0] == "字":
        inners = [inner for inner in quotes if len(inner) == 1]
    else:
        ends = [q for q in quotes if label.key in (q[: len(label.key)], q[-len(label.key) :])]
        inners = [q for q in ends if q[0] not in VALUES and q != label.key]
    distinct = tuple(dict.fromkeys(inners))
    return distinct if len(distinct) == label.count else ()


def _run_of_keyed(text: str, items: Items, label: Label) -> Items:
    """Return the items of a list that are as many as the label says: all, or those next to each other with its word.

    路旁、水旁、城旁、村旁和荒山、荒坡、荒滩、荒水 for “四旁四荒”.
    """
    if len(items) == label.count:
        return items
    keyed = [number for number, (a, b) in enumerate(items) if has_key(text[a:b], label.key)]
    one_run = 2 < len(keyed) == label.count and keyed[-1] - keyed[0] == len(keyed) - 1
    return items[keyed[0] : keyed[-1] + 1] if one_run else []


def _sharing_verb(spelling: Spelling, label: Label, stretches: Items) -> tuple[str, ...]:
    """Return the objects of a verb that begins with the label's word (“四促”: 促进甲、乙、丙和丁)."""
    for start, end in stretches if (label.count or 0) > 2 else ():
        if not spelling.text.startswith(label.key, start):
            continue
        for items in (way for way in readings(spelling.text, start, end) if len(way) == label.count):
            found = tidy(spelling.analysis, items)
            without_word = not any(has_key(spelling.text[a:b], label.key) for a, b in found)
            if len(found) == label.count and found[0][0] > start and without_word:
                return texts(spelling.analysis, found)
    return ()


def _is_keyed(item: str, label: Label) -> bool:
    """Return whether an item of usual length holds the label's word and is no count of it as well (五星、四星、三星)."""
    return has_key(item, label.key) and len(item) < 20 and not (item[0] in VALUES and item[1:] == label.key)


def listed_behind(spelling: Spelling, label: Label) -> tuple[str, ...]:
    """Return the list with a label's word in the sentence behind the formula: “四联四促”活动，联乡村、联社区、…"""
    for _, end in spelling.places if (label.count or 0) > 2 else ():
        close = spelling.closing(end, bracket=False)
        for part in clauses(spelling.text, end, min(len(spelling.text), end + FAR)):
            if spelling.text.count(label.key, *part) < (label.count or 0):
                continue
            for items in (way for way in readings(spelling.text, *part) if len(way) == label.count):
                found = texts(spelling.analysis, tidy(spelling.analysis, items, label.key))
                begin_alike = len(found) == label.count and all(item.startswith(label.key) for item in found)
                if begin_alike and (part[1] <= close or max(map(len, found)) < 5):
                    return found
    return ()


def recounted(spelling: Spelling) -> Iterator[Reading]:
    """“五基地”: …、…、…五个基地 · “四统一分”，甲、乙、丙、丁四样统，戊一样分 — a count with the label's word ends the list."""
    if not spelling.places or not all(label.key for label in spelling.labels):
        return
    start, found = spelling.places[0][0], []
    for label in spelling.labels:
        ways = (items for items in recounted_lists(spelling, label, label.key) if len(items) == label.count)
        near = (items for items in ways if abs(items[0][0] - start) < NEAR // 2 or len(spelling.labels[0].key) > 1)
        found.append(texts(spelling.analysis, next(near, [])))
    if all(found) and spelling.total > 1:
        yield Reading(5, "formula spelled out before", tuple(found))


def recounted_lists(spelling: Spelling, label: Label, noun: str) -> Iterator[Items]:
    for count in _counts_of(spelling.text, label, noun):
        low = max(0, count - NEAR)
        part = clauses(spelling.text, low, count)[-1:]
        if part and spelling.text[count - 1] == "”":
            part = [(max(part[0][0], spelling.text.rfind("“", low, count)), count)]
        end = count - spelling.text.endswith("等", low, count)
        for items in readings(spelling.text, part[0][0], end) if part and part[0][1] == count else ():
            if len(items) == label.count:
                yield tidy(spelling.analysis, items, label.key)


def _counts_of(text: str, label: Label, noun: str) -> Iterator[int]:
    """Yield where the number of a label counts ``noun``."""
    at = 0
    for found in find_all(text, noun):
        pattern, low = _count(label.numerals), found - _LONGEST_GAP - len(label.numerals[0]) - 1
        count = pattern.search(text, max(at, low), found)
        while count and (count.end() + _LONGEST_GAP < found or _GAP_END.search(text, count.end(), found)):
            count = pattern.search(text, count.start() + 1, found)
        if count:
            yield count.start()
            at = found + len(noun)


def _same_place(items: Sequence[str], key: str) -> bool:
    return all(item.startswith(key) for item in items) or all(item.endswith(key) for item in items)


@lru_cache(maxsize=64)
def _count(numerals: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<!“)(?:{'|'.join(numerals)})[个大类种项支样]")


@cache
def _verbs() -> tuple[str, ...]:
    return (*sorted(verb for verb in read_sections("formula_words")["openers"] if len(verb) > 1), "组成", "成立")
