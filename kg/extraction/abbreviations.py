"""Numeric abbreviations (数字缩略语): what is one, and which parts it has (guidelines, "Formulas")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from kg.extraction.lexicon import read_sections, read_words

VALUES = {char: value for value, char in enumerate("零一二三四五六七八九十")} | {"两": 2, "双": 2}
NUMBER = "[一二三四五六七八九十两双]"
_ANY = "[多NX]"
_SUM = re.compile(r"(?:\d{1,3}|[A-Z])(?:\+(?:\d{1,3}|[A-Z]))+")
_COUNTED_THING = r"(?:\d{1,3}|[NX])[个名支]?[\u4e00-\u9fff]{2,10}"
_SUM_OF_THINGS = re.compile(rf"{_COUNTED_THING}(?:\+{_COUNTED_THING}){{2,}}")
"""A sum that says itself what it counts: 1个中心+3个驿站+N个网点; of two it may be a mere ratio."""
_THING = re.compile(r"(\d{1,3}|[NX])[个名支]?([^+]+)")
_DIGITS = re.compile(r"\d{2,6}")
_NUMBERS = re.compile(r"\d0*")
"""The numbers of a row of digits: 1520 → 1, 5, 20."""
_YIELDING = re.compile("一[^一二三四五六七八九十]{1,2}[生变带促出管]")
_PIECES = re.compile(rf"({NUMBER}|(?<!^){_ANY})([^一二三四五六七八九十两双多NX]*)")
_SPELLED = re.compile(
    rf"{NUMBER}[\u4e00-\u9fff]{{1,4}}?(?:(?:{NUMBER}|{_ANY})[\u4e00-\u9fff]{{1,4}}?){{0,4}}"
    rf"|[\u4e00-\u9fff]{{2}}(?![两双]){NUMBER}[\u4e00-\u9fff]|{NUMBER}{{3,9}}"
)
_PLAIN = str.maketrans("０１２３４５６７８９＋ＮＸ·•，", "0123456789+NX、、、", "“”‘’ ")
_NUMERAL = re.compile(r"[\d+＋零一二三四五六七八九十两双]")
_FOUR_CHARACTERS = re.compile(rf"^({NUMBER}[^个])..$")
"""A part of 四方会商、五步闭环, of which the first two count."""
_METHOD = re.compile("(?<=.)(?:工作法|工作机制|工作制|机制|模式|行动|公约)$")
"""What a formula is called within the quotation (五问工作法), which belongs to none of its items."""
_STOP = re.compile("[。；]")
_ROW = re.compile(rf"{NUMBER}{{3,9}}|({NUMBER})\1")
_OF_ONES = re.compile(rf"{NUMBER}[个位]一.{{0,2}}|{NUMBER}{NUMBER}制")
_SERVICE_NUMBERS = ("12345", "110", "119", "120", "12315", "12388")


@dataclass(frozen=True, slots=True)
class Label:
    """A part of the abbreviation: how many items it stands for (None: any number, as N) and the word it counts."""

    text: str
    count: int | None
    key: str = ""

    @property
    def numerals(self) -> tuple[str, ...]:
        """The ways to write its number: 2, 二, 两."""
        return (str(self.count), *(char for char, value in VALUES.items() if value == self.count and char != "双"))


def labels_of(text: str) -> list[Label]:
    """Return the parts of a formula: 三共三联 → 三共 (3), 三联 (3); 1+2+N → 1 (1), 2 (2), N (any)."""
    return list(_labels(_plain(text)))


@lru_cache(maxsize=1024)
def _labels(inner: str) -> list[Label]:
    if _SUM.fullmatch(inner):
        return [Label(part, int(part) if part.isdigit() else None) for part in inner.split("+")]
    if _SUM_OF_THINGS.fullmatch(inner):
        things = _THING.findall(inner)
        return [Label(number, int(number) if number.isdigit() else None, thing) for number, thing in things]
    if _DIGITS.fullmatch(inner):
        return [Label(number, int(number)) for number in _NUMBERS.findall(inner)]
    if _ROW.fullmatch(inner):
        return [Label(char, VALUES[char]) for char in inner]
    if _OF_ONES.fullmatch(inner):
        return [Label(inner, VALUES[inner[0]], inner[2:] if inner[1] == "个" else "")]
    if "、" in inner:
        return [label for part in inner.split("、") for label in _labels(_FOUR_CHARACTERS.sub(r"\1", part))]
    return _spelled_labels(inner)


def _spelled_labels(inner: str) -> list[Label]:
    pieces: list[list[str]] = []
    for number, rest in _PIECES.findall(inner):
        if not rest and pieces:
            pieces[-1][1] += number
        else:
            pieces.append([number, rest])
    if not pieces or (inner[0] not in VALUES and len(pieces) > 1):
        return []
    labels = [_label(number, rest) for number, rest in pieces if rest]
    return labels[1:] if len(labels) == 2 and _YIELDING.fullmatch(labels[0].text) else labels


def _label(number: str, rest: str) -> Label:
    words = read_sections("formula_words")
    head = _METHOD.search(rest)
    if head and rest[: head.start()] not in words["measures"]:
        rest = rest[: head.start()]
    key = rest[1:] if len(rest) > 1 and rest[0] in words["measures"] else rest
    if len(rest) > 2 and rest[-2:] in words["actions"]:
        rest = key = rest[:-2]
    key = key[0] if len(key) == 2 and key[1] == "制" and key not in ("机制", "体制") else key
    return Label(number + rest, VALUES.get(number), key)


@lru_cache(maxsize=1024)
def is_formula(inner: str) -> bool:
    """Return whether a quotation is a numeric abbreviation; ``inner`` is its text without the marks."""
    if not _NUMERAL.search(inner) or _STOP.search(inner):
        return False
    inner = _plain(inner)
    if inner.replace("、", "") in read_words("not_formulas"):
        return False
    if _SUM.fullmatch(inner) or _SUM_OF_THINGS.fullmatch(inner):
        return True
    if _DIGITS.fullmatch(inner):
        return inner not in _SERVICE_NUMBERS
    parts = inner.split("、")
    if len(parts) > 1:
        numbers = {part[:1] for part in parts}
        return len(parts) < 5 and numbers <= set(VALUES) and numbers != {"一"} and max(map(len, parts)) < 6
    return bool(_SPELLED.fullmatch(inner)) and _counts_something(inner)


def _counts_something(inner: str) -> bool:
    pieces = _PIECES.findall(inner)
    if len(pieces) > 1:
        return len(pieces) > 2 or any(number != "一" for number, _ in pieces)
    number, rest = pieces[0]
    if (
        inner[-1] in "奖赛"
        or inner[1:2] in "在到"
        and inner[2:3] == number
        or labels_of(inner)[0].text in read_words("not_formulas")
    ):
        return False
    return number != "一" and bool(rest) and not (number == "双" and rest[0] in "向创赢重方面语休")


def is_plain_count(inner: str) -> bool:
    """Return whether numerals stand before things of their own, so that little speaks for a formula.

    五星会员, 一根红绳两家亲; also what begins with a stock abbreviation (双拥模范).
    """
    inner = _plain(inner)
    pieces, words = _PIECES.findall(inner), read_sections("formula_words")
    if any(rest[:1] in words["bodies"] for _, rest in pieces):
        return True
    if inner not in words["stock"] and inner.startswith(tuple(words["stock"])):
        return True
    if len(pieces) != 1 or "、" in inner or not inner.startswith(pieces[0][0]) or pieces[0][0] in "两双":
        return False
    rest = pieces[0][1]
    return len(rest) > 2 and rest[0] not in words["measures"] and rest[-2:] not in words["actions"]


def _plain(text: str) -> str:
    """Return the abbreviation without its marks, with ASCII signs and 、 between its parts."""
    return text.translate(_PLAIN).upper()
