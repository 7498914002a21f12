"""Formulas: numeric abbreviations and what the article spells out for them (guidelines, "Formulas").

A formula is a quotation made of numerals (“三共三联”, “1+2+N”, “351”) or an unquoted one that
was chosen as a slogan.  Its components are read from lists whose length equals the numeral:
behind 即, 指, ：, in brackets, before the formula, label by label, or in the section leads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kg.extraction.analysis import Analysis
from kg.extraction.lexicon import read_words
from kg.model import Component, Entity, Formula, Span

_NUMERALS = {char: value for value, char in enumerate("零一二三四五六七八九十")} | {"两": 2, "双": 2}
_NUMBER = "[一二三四五六七八九十两双]"
_SUM = re.compile(r"[\dA-Z]{1,2}(?:\+[\dA-Z]{1,2})+")
_DIGITS = re.compile(r"\d{2,6}")
_PIECES = re.compile(rf"({_NUMBER})([^一二三四五六七八九十两双]*)")
_SPELLED = re.compile(rf"(?:{_NUMBER}[\u4e00-\u9fff]{{1,4}}?){{1,5}}|[\u4e00-\u9fff]{{2}}{_NUMBER}[\u4e00-\u9fff]|{_NUMBER}{{3,5}}")
_MEANS = r"(?:即为|即是|即|就是|则是|则为|是指|指的是|指|是|为|分别是|分别为|包括|：|:|，即|，就是|——)"
_REACH = 260


@dataclass(frozen=True, slots=True)
class Label:
    """A part of the abbreviation and how many items it stands for; None where any number fits (N)."""

    text: str
    count: int | None


def labels_of(text: str) -> list[Label]:
    """Return the parts of a formula: 三共三联 → 三共 (3), 三联 (3); 1+2+N → 1 (1), 2 (2), N (any)."""
    inner = text.strip("“”").replace("＋", "+").replace(" ", "")
    if _SUM.fullmatch(inner):
        return [Label(part, int(part) if part.isdigit() else None) for part in inner.split("+")]
    if _DIGITS.fullmatch(inner):
        return [Label(digit, int(digit)) for digit in inner]
    if re.fullmatch(f"{_NUMBER}{{3,5}}", inner):
        return [Label(char, _NUMERALS[char]) for char in inner]
    pieces = _PIECES.findall(inner)
    if inner.startswith(("多", "N")) or not pieces:
        return []
    if re.fullmatch(rf"{_NUMBER}个一", inner):
        return [Label(inner, _NUMERALS[inner[0]])]
    if re.fullmatch(rf"{_NUMBER}位一体|{_NUMBER}{_NUMBER}制", inner):
        return [Label(inner, _NUMERALS[inner[0]])]
    if inner[0] not in _NUMERALS:
        return [Label("".join(pieces[0]), _NUMERALS[pieces[0][0]])] if len(pieces) == 1 else []
    return [Label(number + rest, _NUMERALS[number]) for number, rest in pieces if rest]


def find_formulas(analysis: Analysis, slogans: Iterable[Entity], measures: Sequence[Span]) -> list[Formula]:
    """Return the formulas of the article in order, with the components that it spells out.

    ``slogans`` are the chosen entities of type Slogan, whose unquoted numeric ones are
    formulas too; ``measures`` the section leads.
    """
    spans: dict[str, tuple[int, int]] = {}
    for quote in analysis.quotes:
        if quote.mark in "“‘" and is_formula(quote.inner):
            spans.setdefault(f"“{quote.inner}”", (quote.start, quote.end))
    for slogan in slogans:
        if "“" not in slogan.name and is_formula(slogan.name) and len(_PIECES.findall(slogan.name)) > 1:
            spans.setdefault(slogan.name, (slogan.start, slogan.end))
    formulas = []
    for text, (start, end) in spans.items():
        if any(text != other and text.strip("“”") in (label.text for label in labels_of(other)) for other in spans):
            continue  # a part of a longer formula
        components, rule = _find_components(analysis, text.strip("“”"), measures)
        formulas.append(Formula(text=text, start=start, end=end, components=components, rule=rule))
    return sorted(formulas, key=lambda formula: (formula.start, formula.end))


def is_formula(inner: str) -> bool:
    """Return whether a quotation is a numeric abbreviation (数字缩略语)."""
    inner = inner.replace("＋", "+").replace(" ", "")
    if inner in read_words("not_formulas") or any(mark in inner for mark in "，、。；·"):
        return False
    if _SUM.fullmatch(inner):
        return True
    if _DIGITS.fullmatch(inner):
        return inner not in ("12345", "110", "120", "119")
    if not _SPELLED.fullmatch(inner):
        return False
    pieces = _PIECES.findall(inner)
    if len(pieces) == 1:
        number, rest = pieces[0]
        return number not in "一" and bool(rest) and not (number == "双" and rest[:1] in "向创赢重方面")
    return len(pieces) > 2 or any(number != "一" for number, _ in pieces)


def _find_components(analysis: Analysis, inner: str, measures: Sequence[Span]) -> tuple[tuple[Component, ...], str]:
    """Return the components of a formula and the rule that read them; nothing where it is not spelled out."""
    labels = labels_of(inner)
    if not labels:
        return (), "formula"
    for rule, reader in _READERS:
        components = reader(analysis, inner, labels, measures)
        if components:
            return components, rule
    return (), "formula"


def _occurrences(analysis: Analysis, inner: str) -> list[tuple[int, int]]:
    """Return where the formula stands in the text, its quotation marks included."""
    found = []
    for match in re.finditer(re.escape(inner), analysis.text):
        start, end = match.span()
        if analysis.text[start - 1 : start] == "“" and analysis.text[end : end + 1] == "”":
            start, end = start - 1, end + 1
        found.append((start, end))
    return found


def _split_items(stretch: str) -> list[str]:
    """Return the items of a list; brackets and quotations are not cut."""
    items, depth, at = [], 0, 0
    for offset, char in enumerate(stretch):
        if char in "（“《":
            depth += 1
        elif char in "）”》":
            depth -= 1
        elif char == "、" and depth <= 0:
            items.append(stretch[at:offset])
            at = offset + 1
    items.append(stretch[at:])
    tail = re.split(r"(?<=[\u4e00-\u9fff”])(?:以及|和|与|及)(?=[\u4e00-\u9fff“])", items[-1], maxsplit=1)
    return [_clean(item) for item in [*items[:-1], *tail] if _clean(item)]


def _clean(item: str) -> str:
    item = re.sub(r"^(?:由|以及|即|是|为|分别|和|与|将|以)|(?:等|的)$", "", item.strip(" ，；：\u3000"))
    item = re.sub(r"^\d+(?:个|支|名|家|项)|^[一两]个", "", item)
    if item.startswith("“") and item.endswith("”") and item.count("“") == 1:
        item = item[1:-1]
    return item


def _distribute(labels: Sequence[Label], items: Sequence[str]) -> tuple[Component, ...]:
    """Return the items dealt out to the labels by their numerals; nothing where the numbers disagree."""
    counts = [label.count for label in labels]
    if None in counts or sum(counts) != len(items):
        return ()
    components, at = [], 0
    for label in labels:
        components.append(Component(label=label.text, items=tuple(items[at : at + label.count])))
        at += label.count
    return tuple(components)


def _by_label(
    analysis: Analysis, inner: str, labels: Sequence[Label], measures: Sequence[Span]
) -> tuple[Component, ...]:
    """“1”即县委组织部；“2”即…；“N”即… · “三共”指…，“三联”指…"""
    if len(labels) == 1 and not inner.replace("+", "").isalnum():
        return ()
    text = analysis.text
    for _, end in _occurrences(analysis, inner):
        components, at = [], end
        for number, label in enumerate(labels):
            pattern = re.compile(rf"“?{re.escape(label.text)}”?(?:个“{re.escape(label.text)}”)?(?:分别)?，?{_MEANS}[：:]?")
            match = pattern.search(text, at, min(len(text), at + _REACH))
            if match is None or (len(labels) == 1 and "“" not in match.group()):
                break
            following = labels[number + 1].text if number + 1 < len(labels) else None
            stop = _end_of_explanation(text, match.end(), following)
            items = _split_items(_first_list(text[match.end() : stop], label.count))
            components.append(Component(label=label.text, items=tuple(items)))
            at = stop
        if components and len(components) >= max(1, len(labels) - 1):
            return tuple(components)
    return ()


def _end_of_explanation(text: str, start: int, following: str | None) -> int:
    stop = re.compile(r"[；。\n]" + (rf"|[，、]?“{re.escape(following)}”" if following else ""))
    match = stop.search(text, start)
    return match.start() if match else len(text)


def _first_list(stretch: str, count: int | None) -> str:
    """Return the clause of an explanation that holds the list: the one with as many items as the numeral."""
    if count is not None:
        for clause in re.split("[，：:]", stretch):
            if len(_split_items(clause)) == count and (count > 1 or clause == stretch.split("，")[0]):
                return clause
    return stretch.split("，")[0]


def _behind(analysis: Analysis, inner: str, labels: Sequence[Label], measures: Sequence[Span]) -> tuple[Component, ...]:
    """“三个一”（甲、乙、丙） · “四同”，即同吃、同住… · “四个一”标准：一个…；一个…"""
    text = analysis.text
    for _, end in _occurrences(analysis, inner):
        sentence_end = min(len(text), end + _REACH)
        for opening in re.finditer(rf"（|{_MEANS}[：:]?|，", text[end : end + 24]):
            begin = end + opening.end()
            closing = "）" if opening.group() == "（" else "。\n"
            stops = [text.find(char, begin, sentence_end) for char in closing]
            stop = min((s for s in stops if s >= 0), default=sentence_end)
            for items in _lists(text[begin:stop]):
                components = _distribute(labels, items)
                if components:
                    return components
    return ()


def _lists(stretch: str) -> list[list[str]]:
    """Return the ways to read a stretch as a list: cut at 、 in its first clauses, at ，, at ；."""
    ways = []
    clauses = stretch.split("，")
    for number in range(1, min(len(clauses), 6) + 1):
        ways.append(_split_items("、".join(clauses[:number])))
    by_semicolon = [_clean(part.split("，")[0].split("：")[0]) for part in re.split("[；;]", stretch) if part]
    ways.append(by_semicolon)
    ways.append([_clean(re.sub("^(?:外加)?(?:一[个张场次套份]|[一二三四五六七八九十]是)", "", part)) for part in by_semicolon])
    return ways


def _before(analysis: Analysis, inner: str, labels: Sequence[Label], measures: Sequence[Span]) -> tuple[Component, ...]:
    """资源、需求、政策“三张清单” · “组织共建、…、党员联管”的“三共三联” · 甲、乙等“八联”."""
    text = analysis.text
    for start, _ in _occurrences(analysis, inner):
        stretch = text[max(analysis.clause_start(start), start - 90) : start]
        quoted = re.search(r"“([^“”]*、[^“”]*)”(?:的|等)?$", stretch)
        listed = quoted or re.search(r"((?:[^、，。；：“”]{1,16}、)+[^、，。；：“”]{1,16}?)(?:等|这|的)?$", stretch)
        if not listed:
            continue
        items = _split_items(listed[1])
        wanted = sum(label.count or 0 for label in labels)
        if len(items) != wanted and stretch.endswith("等") and 1 < len(items) < wanted and len(labels) == 1:
            return (Component(label=labels[0].text, items=tuple(items)),)
        if items and not quoted:
            items[0] = _without_verb(analysis, start - len(stretch) + listed.start(), items)
        components = _distribute(labels, items)
        if components:
            return components
    return ()


def _without_verb(analysis: Analysis, start: int, items: Sequence[str]) -> str:
    """Return the first item without the verb before the list, so that it is about as long as the others."""
    first = items[0]
    usual = sorted(len(item) for item in items[1:])[(len(items) - 1) // 2] if len(items) > 1 else len(first)
    if len(first) <= usual + 1:
        return first
    starts = [w.start - start for w in analysis.words[analysis.word_index(start) :] if 0 < w.start - start < len(first)]
    best = min(starts, key=lambda at: abs(len(first) - at - usual), default=0)
    return first[best:]


def _by_key(analysis: Analysis, inner: str, labels: Sequence[Label], measures: Sequence[Span]) -> tuple[Component, ...]:
    """“四抓四保”: 抓统筹保发展、抓调度保市场… — items that begin or end with the label's own word."""
    text = analysis.text
    places = _occurrences(analysis, inner)
    components = []
    for label in labels:
        key = label.text[1:]
        if not key or label.count is None or label.count < 2:
            return ()
        items = _keyed_items(text, key, label.count, places)
        if not items:
            return ()
        components.append(Component(label=label.text, items=items))
    return tuple(components)


def _keyed_items(text: str, key: str, count: int, places: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    for start, end in places:
        stretch = text[max(0, start - 80) : start] + "\n" + text[end : end + 400]
        for pattern in (
            rf"(?<![\u4e00-\u9fff])({re.escape(key)}[\u4e00-\u9fff]{{1,8}}?)(?=[、，。；”])",
            rf"({re.escape(key)}[\u4e00-\u9fff]{{2}})(?=[\u4e00-\u9fff]{{3}}[、，。；])|({re.escape(key)}[\u4e00-\u9fff]{{2}})(?=[，。；])",
            rf"“({re.escape(key)}[\u4e00-\u9fff]{{1,5}}|[\u4e00-\u9fff]{{1,5}}{re.escape(key)})”",
            rf"(?:[\d一二三]个|[、，和])([\u4e00-\u9fff]{{1,6}}?{re.escape(key)})(?=[、，。；和与])",
        ):
            groups = (next(filter(None, match.groups())) for match in re.finditer(pattern, stretch))
            items = tuple(dict.fromkeys(groups))
            if len(items) == count:
                return items
    return ()


def _by_leads(analysis: Analysis, inner: str, labels: Sequence[Label], measures: Sequence[Span]) -> tuple[Component, ...]:
    """“三措并举”: the section leads are the items where there are as many as the numeral says."""
    if len(labels) != 1 or labels[0].count != len(measures) or len(measures) < 2:
        return ()
    leads = [analysis.text[m.start : m.end].split("，")[0] for m in measures]
    key = inner[1:2]
    if key not in "措招步法举策字" and not all(key in lead for lead in leads):
        return ()
    return (Component(label=labels[0].text[:2], items=tuple(leads)),)


_Reader = Callable[[Analysis, str, Sequence[Label], Sequence[Span]], tuple[Component, ...]]
_READERS: tuple[tuple[str, _Reader], ...] = (
    ("formula spelled out label by label", _by_label),
    ("formula spelled out behind", _behind),
    ("formula spelled out before", _before),
    ("formula spelled out by its word", _by_key),
    ("formula spelled out in the leads", _by_leads),
)
