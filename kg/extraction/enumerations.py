"""Lists in running text: clauses, items, and what belongs to an item (guidelines, "Formulas": nouns, not clauses).

Items are kept as offsets into the article's text, so that whatever is read is also there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

from kg.extraction.abbreviations import VALUES
from kg.extraction.analysis import Analysis
from kg.extraction.lexicon import read_sections

Items = list[tuple[int, int]]
"""Offsets of the items of a list, in order."""

_STOPS = "，,。；;：:！？!?\n"
_OPEN, _CLOSE = "（(“《", "）)”》"
_IN_BRACKETS = re.compile("（[^）]*）")
_AND = re.compile(r"(?<=[\u4e00-\u9fff”）])(?:以及|和|与|及|暨)(?=[\u4e00-\u9fff“\d])")
_ENUMERATOR = re.compile(
    r"\s*(?:[一二三四五六七八九十][是、]|第[一二三四五六七八九十](?:步[，是：]?|是)|[①-⑨]|其[一二三四五]是?|首先|其次|再次|最后|既要|既由|既|又要|还要|更要|不仅|不仅要|并|也|还)"
)
_BESIDES = re.compile(r"除了?([^，。；：\n]{2,24}?)(?:之?外)?，(?:还|也|更|又)(?:有|设|设有|建有|办有)?")
_ONE = re.compile("[^一、，]{2,8}一[个张本项种类条支份套次封场篇份堂]")
"""What is done before one thing in a list that is told, not chanted (召开一次…、印发一封…)."""
_WITH_MOTTO = re.compile("([^“”，]{1,8})“[^“”]+”")
"""A thing with what it is for: 自治“增活力”."""
_NUMBER = r"(?:\d+(?:\.\d+)?余?|[一二三四五六七八九十两若数]+干?|N|X)"


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """The patterns for what stands before an item, before its number, after a list, and after a noun."""
    words = read_sections("formula_words")
    counters = "".join(sorted(words["counters"] - {"大", "批"}))
    openers, closers = (_either(words[label]) for label in ("openers", "closers"))
    counted = re.compile(rf"(?:每|各)?{_NUMBER}[{counters}]记?(?:大)?|[NX]")
    counting = rf"(?P<count>\d+|[两二三四五六七八九十])[{counters}大][^、，]*"
    rest = r"等(?:等)?(?:[^级高][^、]*)?|\s+\d.*|这[个一两三四五六七八九十几些].*|[组构]成的.*"
    after = re.compile(rf"(?:“[一二三四五六七八九十两双].*|{rest}|{counting})$")
    return re.compile(openers), counted, after, re.compile(closers)


def _either(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=lambda word: (-len(word), word)))


@cache
def _marks(stops: str) -> re.Pattern[str]:
    return re.compile(f"[{re.escape(stops + _OPEN + _CLOSE)}]")


def clauses(text: str, start: int, end: int, stops: str = _STOPS) -> Items:
    """Return the clauses between two offsets: cut at ，；：。, but not inside quotes and brackets."""
    return list(_clauses(text, start, end, stops))


@lru_cache(maxsize=256)  # the readers of a formula read the same stretches
def _clauses(text: str, start: int, end: int, stops: str) -> Items:
    found, depth, at = [], 0, start
    for mark in _marks(stops).finditer(text, start, end):
        offset, char = mark.start(), mark[0]
        if char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth = depth - 1 if depth else 0
        elif not depth or char == "\n":
            if text[at:offset].strip():
                found.append((at, offset))
            at = offset + 1
    if text[at:end].strip():
        found.append((at, end))
    return found


def split(text: str, start: int, end: int) -> Items:
    """Return the items of a list: cut at 、, at 又 behind 既, between adjoining quotes, not inside quotes and brackets."""
    found, depth, at = [], 0, start
    for mark in _marks("、又").finditer(text, start, end):
        offset = mark.start()
        char = text[offset]
        if char in _OPEN:
            if not depth and offset > at and text[offset - 1] + char in ("”“", "》《"):
                found.append((at, offset))
                at = offset
            depth += 1
        elif char in _CLOSE:
            depth = max(0, depth - 1)
        elif not depth and (char == "、" or (char == "又" and "既" in text[at:offset])):
            found.append((at, offset))
            at = offset + 1 + text.startswith("又由", offset)
    found.append((at, end))
    return [(a, b) for a, b in found if text[a:b].strip()]


def readings(text: str, start: int, end: int) -> list[Items]:
    """Return the ways to read a stretch as a list: as 、 cuts it, and with its last item cut at 和, 与, 及."""
    plain = split(text, start, end)
    if not plain:
        return []
    if len(plain) == 1 and _is_quotation(text, *plain[0]) and "、" in text[start:end]:  # 即“亮身份、亮职责、亮承诺”
        return readings(text, plain[0][0] + 1, plain[0][1] - 1)
    ways = [plain]
    for number in {len(plain) - 1: 0, 0: 0}:
        first, last = plain[number]
        cuts = [m for m in _AND.finditer(text, first, last) if not _inside_brackets(text, first, m.start())]
        ways += [[*plain[:number], (first, c.start()), (c.end(), last), *plain[number + 1 :]] for c in cuts[:3]]
    return ways


def _is_quotation(text: str, start: int, end: int) -> bool:
    return end - start > 2 and text[start] == "“" and text.find("”", start, end) == end - 1


def tidy(analysis: Analysis, items: Items, key: str = "") -> Items:
    """Return the items without what belongs to the sentence: the verb before the list, the count or verb behind it."""
    text = analysis.text
    items = [_strip(text, *item) for item in items]
    if not items or any(a >= b for a, b in items):
        return []
    items = _cut_tail(analysis, items, key)
    items = _cut_front(analysis, items, key)
    if any(a >= b for a, b in items):
        return []
    items = _cut_to_length(analysis, items)
    items = _without_common_verbs(analysis, items, key)
    return [_strip(text, *_inner_quote(text, *item)) for item in items]


def _cut_to_length(analysis: Analysis, items: Items) -> Items:
    """Return the items with the first and the last as long as all others, which are alike (靠的是|联学、联办、联商).

    Cut only where the rest begins with a verb or the like, which belongs to the sentence; of two items neither tells
    how long the other should be.
    """
    lengths = [b - a for a, b in items]
    if len(items) < 3 or min(lengths) < 2:
        return items
    (start, end), begin, usual = items[0], items[-1][0], lengths[1]
    if lengths[0] > usual and set(lengths[1:]) == {usual} and analysis.begins_word(end - usual):
        return [(end - usual, end), *items[1:]] if _is_verbal(analysis, start) else items
    if lengths[-1] > usual and set(lengths[:-1]) == {usual} and analysis.ends_word(begin + usual):
        return [*items[:-1], (begin, begin + usual)] if _is_verbal(analysis, begin + usual) else items
    return items


def _is_verbal(analysis: Analysis, offset: int) -> bool:
    return analysis.words[analysis.word_index(offset)].tag[0] in "vpcdu"


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the item without blanks, its enumerator and its number (一是, 1名, 一本)."""
    counted = _patterns()[1]
    enumerator = _ENUMERATOR.match(text, start, end)
    if enumerator:
        start = min(enumerator.end(), end)
    number = counted.match(text, start, end)
    if number and end - number.end() > 1 and text[start : start + 2] != "一线":
        start = number.end()
    while start < end and text[start] in " \u3000，；：":
        start += 1
    while start < end and text[end - 1] in " \u3000，；：。":
        end -= 1
    return start, end


def _cut_tail(analysis: Analysis, items: Items, key: str) -> Items:
    """Return the items with the last one without the count, the 等 or the predicate behind the list."""
    *others, (start, end) = items
    text = analysis.text
    found = _patterns()[2].search(text, start, end)
    if found and found.start() > start and not _alike(text, items) and (others or found.group()[0] in "“这组构"):
        count = found["count"]  # what counts other things belongs to the item (不搞两张皮)
        if count is None or (VALUES.get(count) or int(count)) == len(items):
            end = found.start()
    if key and len(others) == 1 and text[: others[0][1]].endswith(key) and key in text[start:end]:
        end = text.rfind(key, start, end) + len(key)
    usual = _usual(text, others[1:] or others)
    if others and _length(text, start, end) > usual:
        end = noun_end(analysis, start, end)
    if others and _length(text, start, end) > 1.5 * usual + 1 and not _shares_key(text, others, (start, end), key):
        end = _nearest_boundary(analysis, start, end, usual, from_start=True)
    elif not others:
        end = noun_end(analysis, start, end, key)
    return [*others, (start, end)]


def _alike(text: str, items: Items) -> bool:
    """Return whether the items have the same shape, 一 at the same place (重走一段…、同吃一顿…)."""
    places = {text[a:b].find("一") for a, b in items}
    return len(places) == 1 and len(items) > 1 and places != {-1}


def _shares_key(text: str, others: Items, last: tuple[int, int], key: str) -> bool:
    """Return whether the last item ends as the others do: with the label's word or the same character."""
    ends = {text[b - 1] for _, b in others}
    return len(ends) == 1 and text[last[1] - 1] in ends or bool(key) and text[: last[1]].endswith(key)


def noun_end(analysis: Analysis, start: int, end: int, key: str = "") -> int:
    """Return where the noun that a clause begins with ends: before 牵头, 全程, 为核心 … (lexicon: closers).

    A closer that begins with the label's word ``key`` is none: with 联, 组织联建 is a whole.
    """
    for closer in _patterns()[3].finditer(analysis.text, start + 2, end):
        whole = closer.end() == end or analysis.begins_word(closer.end())
        holds_key = key != "" and closer.group().startswith(key)
        if whole and not holds_key and (analysis.begins_word(closer.start()) or closer.end() == end):
            return closer.start()
    return end


def _cut_front(analysis: Analysis, items: Items, key: str) -> Items:
    """Return the items with the first one without the verb and the frame before the list."""
    (start, end), *others = items
    text = analysis.text
    if _alike(text, items):
        return items
    same = {text[a] for a, _ in others}
    if len(others) > 2 and same == {text[start]} == {key[:1]}:  # 做实甲、做强乙、做优丙
        return items
    if others and len(same) == 1 and text[start] not in same:
        at = text.rfind(same.pop(), start, end - 1)
        if at > start and end - at > 1 and (len(others) > 2 or text[at] in (key[:1], "《")):
            return [(at, end), *others]
    start = _behind_handling(analysis, start, end, others)
    behind = _after_openers(analysis, start, end, others)
    usual = _usual(text, others)
    if others and _length(text, behind, end) > 1.5 * usual + 1:
        inside = _behind_inner_opener(analysis, behind, end)
        if inside == behind == start and text[start - 1] not in "：（“":
            inside = _nearest_boundary(analysis, start, end, usual, from_start=False)
        behind = inside
    elif not others and key and text.endswith(key, behind, end):
        behind = _behind_inner_opener(analysis, behind, end)
    return [(behind, end), *others]


def _behind_handling(analysis: Analysis, start: int, end: int, others: Items) -> int:
    """Return where the first item begins behind a preposition that no other item has: 乡里把宣讲引路、阵地提档."""
    at, handles = max((analysis.text.rfind(word, start + 1, end - 2), word) for word in "把将以")
    alone = at > start and others and not any(analysis.text.find(handles, a, b) >= 0 for a, b in others)
    return at + 1 if alone and analysis.begins_word(at) and analysis.begins_word(at + 1) else start


def besides(text: str, start: int, end: int) -> list[Items]:
    """Return the readings of 除了甲，还有乙和丙 as a list of all three."""
    match = _BESIDES.search(text, start, end)
    if not match:
        return []
    stop = min([at for mark in _STOPS if (at := text.find(mark, match.end(), end)) >= 0], default=end)
    first = split(text, *match.span(1))
    return [first + way for way in readings(text, match.end(), stop)]


def objects_of(analysis: Analysis, items: Items, key: str) -> Items:
    """Return the nouns that clauses hold where each does alike: the object, or what it begins with.

    农户写需求单，支部开任务单 → 需求单、任务单; 任务清单定方向，责任清单明分工 → 任务清单、责任清单.
    What 、 parts is worded as a list and stays as it is.
    """
    text = analysis.text
    lengths = [b - a for a, b in items]
    ones = [_ONE.match(text, a, b) for a, b in items] if key == "一" and max(lengths) - min(lengths) > 2 else []
    if ones and all(ones):
        return [(one.end(), b) for one, (_, b) in zip(ones, items) if one]
    mottoes = [_WITH_MOTTO.fullmatch(text, a, b) for a, b in items] if len(items) > 1 and key else []
    if mottoes and all(motto and motto[1].endswith(key) for motto in mottoes):
        return [motto.span(1) for motto in mottoes if motto]
    if any("、" in text[a:b] for (_, a), (b, _) in zip(items, items[1:])):
        return items
    objects = [object_of(analysis, *item, key) for item in items]
    if 2 * sum(start > a for (start, _), (a, _) in zip(objects, items)) > len(items):
        return objects
    if len(items) > 1 and key and all(text[a] == "“" for a, _ in items):
        ends = [text.find(f"{key}”", a + 1, b) for a, b in items]
        if min(ends) > 0:
            return [(a + 1, end + len(key)) for (a, _), end in zip(items, ends)]
    if len(items) > 1 and len(key) > 1 and key[0] not in "不无没必":
        ends = [text.find(key, a + 1, b) + len(key) for a, b in items]
        if all(end > len(key) and b - end > 1 for end, (_, b) in zip(ends, items)):
            return [(a, end) for (a, _), end in zip(items, ends)]
    return items


def object_of(analysis: Analysis, start: int, end: int, key: str) -> tuple[int, int]:
    """Return the object of a clause that ends with the label's word: 农户写需求单 → 需求单."""
    if not key or not analysis.text.endswith(key, start, end):
        return start, end
    for word in reversed(analysis.words[analysis.word_index(start) : analysis.word_index(end - 1)]):
        if (word.tag == "v" or word.text == "得") and start < word.start and len(key) < end - word.end:
            return word.end, end
    return start, end


def _behind_inner_opener(analysis: Analysis, start: int, end: int) -> int:
    """Return where the object of the last verb of listing within an item begins: 对流动党员建好去向 → 去向."""
    for opener in reversed(list(_patterns()[0].finditer(analysis.text, start, end - 1))):
        if len(opener.group()) > 1 and analysis.begins_word(opener.end()) and opener.start() > start:
            return _strip(analysis.text, opener.end(), end)[0]
    return start


def _after_openers(analysis: Analysis, start: int, end: int, others: Items) -> int:
    """Return where the first item begins behind verbs of listing that the other items do not have."""
    text, openers = analysis.text, _patterns()[0]
    if others and all(openers.match(text, a, b) for a, b in others):
        return start
    shortest = min([2, *(b - a for a, b in others)])
    for _ in range(4):
        opener = openers.match(text, start, end)
        if (
            not opener
            or end - opener.end() < shortest
            or not _is_whole(analysis, opener.end(), text[start : opener.end()])
        ):
            break
        start = _strip(text, opener.end(), end)[0]
    return start


def _is_whole(analysis: Analysis, end: int, opener: str) -> bool:
    if opener == "由":
        return analysis.text[end] not in "来于此衷"
    return len(opener) > 1 or analysis.begins_word(end)


def _without_common_verbs(analysis: Analysis, items: Items, key: str) -> Items:
    """Return the items without the verbs before them where each has one: 建强组织链、做优服务链 → 组织链、服务链."""
    text = analysis.text
    quotes = [quote for item in items if (quote := _last_quote(text, *item))]
    if key and len(quotes) == len(items) > 1:
        if all(key in text[a:b] and a > start for (a, b), (start, _) in zip(quotes, items)):
            return quotes
    if len(items) > 1 and not key:
        return items
    behind = []
    for start, end in items:
        at = _after_openers(analysis, start, end, [])
        if at == start and key and text.endswith(key, start, end):
            at = _behind_inner_opener(analysis, start, end)
        if at - start < 2 or key not in text[at:end]:
            return items
        behind.append((at, end))
    return behind


def _last_quote(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the quotation that the item ends with, if it has just one and does not begin with it."""
    opening = text.find("“", start, end)
    if opening < 0 or text[end - 1] != "”" or text.count("“", start, end) > 1:
        return None
    return opening + 1, end - 1


def _inner_quote(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the item without the quotation marks around the whole of it."""
    if text[start] == "“" and text[end - 1] == "”" and text.count("“", start, end) == 1 and end - start > 2:
        return start + 1, end - 1
    return start, end


def _length(text: str, start: int, end: int) -> int:
    """Return how long an item is without what it holds in brackets."""
    if text.find("（", start, end) < 0:
        return max(0, end - start)
    return len(_IN_BRACKETS.sub("", text[start:end]))


def _usual(text: str, items: Sequence[tuple[int, int]]) -> int:
    lengths = sorted(_length(text, a, b) for a, b in items)
    return lengths[len(lengths) // 2] if lengths else 0


def _nearest_boundary(analysis: Analysis, start: int, end: int, usual: int, from_start: bool) -> int:
    """Return the word boundary at which the item is about as long as the others."""
    first = analysis.word_index(start) + 1
    cuts = []
    for word in analysis.words[first : first + end - start]:
        if word.start >= end:
            break
        if start < word.start and not _inside_brackets(analysis.text, start, word.end):
            cuts += [word.start] if analysis.text[word.start - 1] != "的" else []
    length = (lambda at: at - start) if from_start else (lambda at: end - at)
    cuts = [at for at in cuts if length(at) > 1]
    return min(cuts, key=lambda at: abs(length(at) - usual), default=end if from_start else start)


def _inside_brackets(text: str, start: int, at: int) -> bool:
    return any(text.count(o, start, at) != text.count(c, start, at) for o, c in ("（）", "“”", "《》"))


def texts(analysis: Analysis, items: Items) -> tuple[str, ...]:
    """Return the items as text."""
    return tuple(analysis.text[a:b] for a, b in items)
