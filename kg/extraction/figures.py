"""Figures: quantities that report scale or result (guidelines, "Figures")."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from kg.extraction.analysis import Analysis
from kg.extraction.counted import find_counted
from kg.extraction.lexicon import read_sections, read_words
from kg.model import Figure, Span

_FORMULA = re.compile(r"(?<![\d+])\d{1,3}(?:\+(?:\d{1,3}(?!\d)|[A-Za-z]))+(?!\+)")
_SPELLED = 40  # characters of text for each part of a formula
_SESSION = re.compile(
    "[一二三四五六七八九十]?(?:[中大次]|全会|全国|中央|委|市委|县委|区委|省委|常委|党|人大|政协|村|人民)"
)
_SUM = 100  # from here on a number is no rule's and no list's
_DIGITS = r"\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_NUMERAL = re.compile(r"[\d一二两三四五六七八九十百千万几数]")
_HAN = r"[一二两三四五六七八九十百千]+|[几数]+[十百千]+|(?<=[近超逾破上过])万|(?<=过了)万"
_ROUGH = re.compile(
    "(?<=[约超逾])|(?<=(?<![邻附临])近)|(?<=(?<![通经不])过)|(?<=超过|突破|过了|将近|接近|不到)|(?<=上)(?=[百千万])"
)
"""What makes the number behind it a rough one."""
_RANGE_BEFORE = re.compile(r"[\d十百千万]\s*(?:至|到|—|－|-|~|～|、)\s*(?:近|约)?$|(?<![由从\d])\d+[\u4e00-\u9fff]到$")
_RANGE_BEHIND = re.compile(r"\s*(?:至|到|—|－|-|~|～)\s*\d|不等")
_MEANS = re.compile(r"“([\d.]+)”(?:即|就是|是|为|指|代表)\s*$")
_LISTED = re.compile(r"((?:[\u4e00-\u9fff（）“”]{1,14}、)+[\u4e00-\u9fff（）“”]{1,14}(?:等)?)$")
_LIST_BEHIND = re.compile(r"[^，。；]{0,12}[：:]")
_EXCHANGED = re.compile(r"[^，。；\d]{0,6}?(?:可?兑?换取?|兑)(?:[\d一]|成)")
_RANKED = re.compile("(?:排名?|位居|位列|名列|居|列)[^，。；\\d]{0,4}[前后]$")
_SUMMED_UP = re.compile(r"[\u4e00-\u9fff]{0,6}?(?:村|镇|乡|街道|社区|嘎查|盟)")
_PUNCTUATION = re.compile("[，。！？]")
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000, "百万": 1_000_000, "千万": 10_000_000}
_HAN_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2}


class Quantity(NamedTuple):
    """A number with its unit as printed; offsets in the article's text."""

    start: int
    end: int
    text: str
    value: Decimal
    unit: str
    approx: bool
    han: bool
    before: str
    after: str
    range: bool


@cache
def _pattern() -> re.Pattern[str]:
    units = sorted((u.replace("％", "%") for u in read_words("units")), key=lambda unit: (-len(unit), unit))
    unit = "|".join(map(re.escape, dict.fromkeys(units)))
    return re.compile(
        rf"(?P<number>{_DIGITS}|(?<![第\d〇零])(?:{_HAN}))\s*"
        rf"(?P<more1>余|多|来)?(?P<scale>百万|千万|万|亿|千|百|十)?(?P<more2>余|多|来)?\s*"
        rf"(?P<unit>(?!部门)(?:{unit}))?(?P<bound>以上|左右|上下|出头)?"
    )


def find_quantities(analysis: Analysis) -> list[Quantity]:
    """Return every number with a unit (or a scale) in the article, figures or not, in order."""
    found: list[Quantity] = []
    plain = analysis.plain
    for match, rough in _find_numbers(plain):
        number, more1, scale, more2, unit, bound = match.groups()
        han = not number[0].isdigit()
        if not unit and (han or not (scale or more1 == "余")):  # bare it counts only as in 超10万, 1300余
            continue
        start, end = match.start(), match.end("bound" if bound else "unit")
        if not unit:
            end = max(match.end(group) for group in ("number", "more1", "scale", "more2"))
        before, after = plain[max(0, start - 12) : start], plain[end : end + 12]
        value = None if before.endswith("第") else _value(number, scale)
        if value is None:
            continue
        found.append(
            Quantity(
                start=start,
                end=end,
                text=plain[start:end],
                value=value,
                unit=unit or "",
                approx=bool(rough or more1 or more2 or bound),
                han=han,
                before=before,
                after=after,
                range=_RANGE_BEFORE.search(before) is not None or _RANGE_BEHIND.match(after) is not None,
            )
        )
    return found


def _find_numbers(plain: str) -> Iterator[tuple[re.Match[str], bool]]:
    """Yield every number with what follows it, and whether 近, 约, 超过 … before it makes it a rough one."""
    pattern, at = _pattern(), 0
    while numeral := _NUMERAL.search(plain, at):
        match = pattern.match(plain, numeral.start())
        if match is None:
            at = numeral.end()
            continue
        word_end = numeral.start()
        while word_end > at and plain[word_end - 1].isspace():
            word_end -= 1
        yield match, word_end > at and _ROUGH.match(plain, word_end) is not None
        at = match.end()


def _value(number: str, scale: str | None) -> Decimal | None:
    value = Decimal(number.replace(",", "")) if number[0].isdigit() else _han_value(number)
    return value * _SCALES[scale] if scale and value is not None else value


def _han_value(number: str) -> Decimal | None:
    """Return the value of a Chinese numeral below ten thousand (十二 → 12, 两百 → 200), None for 数十."""
    if number[0] in "几数":
        return None
    total, digit = 0, 0
    for char in number:
        if char in _HAN_DIGITS:
            if digit and char != "零":
                return None  # 三四十, 七八
            digit = _HAN_DIGITS[char]
        else:
            total += (digit or 1) * _SCALES[char]
            digit = 0
    return Decimal(total + digit)


def find_figures(analysis: Analysis, names: Sequence[Span] = ()) -> list[Figure]:
    """Return the figures of an article in order.

    ``names`` are the stretches of names and formulas: a number inside one is no figure.
    """
    figures = []
    quantities = find_quantities(analysis)
    parts = _formula_parts(analysis.plain, quantities)
    names = sorted(names, key=lambda name: name.start)
    starts = [name.start for name in names]
    furthest = list(accumulate((name.end for name in names), max))
    for quantity in quantities:
        before = bisect_right(starts, quantity.start)
        named = before > 0 and quantity.end <= furthest[before - 1]
        if not named and quantity.start not in parts and not refusal(analysis, quantity):
            figures.append(_to_figure(analysis, quantity))
    return figures


def _formula_parts(plain: str, quantities: Sequence[Quantity]) -> set[int]:
    """Return where the numbers begin that spell a formula out: “1+18+N”矩阵，由1个讲师团、18支小分队 …."""
    explained = ((quantity, _MEANS.search(quantity.before)) for quantity in quantities if "”" in quantity.before)
    parts = {quantity.start for quantity, means in explained if means and means[1] == str(quantity.value)}
    starts = [quantity.start for quantity in quantities]
    for formula in _FORMULA.finditer(plain):
        numerals = [Decimal(numeral) for numeral in re.findall(r"\d+", formula[0])]
        first = bisect_left(starts, formula.end())
        spelled = quantities[first : first + len(numerals)]
        if [q.value for q in spelled] == numerals and spelled[-1].start - formula.end() < _SPELLED * len(numerals):
            parts.update(quantity.start for quantity in spelled)
    return parts


def refusal(analysis: Analysis, quantity: Quantity) -> str | None:
    """Return why a quantity reports neither scale nor result, None where it does."""
    cues = read_sections("figure_cues")
    plain, value, unit = analysis.plain, quantity.value, quantity.unit
    if not _unit_of(quantity):
        return "no unit is said"
    if quantity.range:
        return "a range sets a rule"
    if unit in cues["refuse"]:
        return "the unit measures no result"
    clause = plain[analysis.clause_start(quantity.start) : quantity.start]
    after = quantity.after.lstrip()
    if unit in cues["spans"] and not any(cue in clause for cue in cues["results"]):
        return "an age or a time set by a rule"
    if unit in cues["points"] and value < _SUM:
        return "the points for one act"
    spelled = value > 1 and (unit in cues["han"] or _is_sum(quantity) or _is_behind_noun(analysis, quantity))
    if quantity.han and not spelled or _is_saying(quantity):
        return "a spelled-out numeral counts what the text lists"
    if unit in cues["events"] and value <= 12 and any(cue in clause for cue in cues["period"]):
        return "a frequency set by a rule"
    if unit not in ("元", "%", "个百分点") and any(map(clause.__contains__, cues["share"])):
        return "a share set by a rule"
    if _EXCHANGED.match(after):
        return "a rate of exchange"
    if unit in ("%", "名", "位") and _RANKED.search(quantity.before):
        return "a rank"
    if clause.endswith(tuple(cues["bounds"])):
        return "a threshold"
    if unit == "届" and _SESSION.match(after):
        return "a session's number"
    if (
        quantity.han
        and after.startswith("车")
        or after.startswith(("级", "字", "之内", "以内", "以下", "钱", "车程"))
        or (unit in cues["lengths"] and after[:1] == "外")
    ):
        return "a distance, class or bound"
    if (
        analysis.text[quantity.start : quantity.end].endswith("以上")
        and after[:1] not in tuple("，。；、）：")
        and after
    ):
        return "a threshold"
    if _in_name(analysis, quantity):
        return "inside a name"
    if _announces_list(plain, quantity):
        return "announces a list"
    return None


def _is_sum(quantity: Quantity) -> bool:
    """Whether a spelled-out numeral counts rather than lists: it is large, or close to what it says (近十名)."""
    return quantity.value >= _SUM or quantity.before.endswith(("近", "超", "逾", "破"))


def _is_behind_noun(analysis: Analysis, quantity: Quantity) -> bool:
    """Whether a numeral stands behind what it counts and closes a clause: 选派书记两名，化解纠纷两件."""
    if quantity.after[:1] not in tuple("，。；、") or quantity.unit not in read_sections("figure_cues")["behind"]:
        return False
    word = analysis.words[analysis.word_index(quantity.start - 1)] if quantity.start else None
    return word is not None and word.tag[0] == "n" and word.end == quantity.start


def _is_saying(quantity: Quantity) -> bool:
    """Whether the number only means many: 百名党员联千户."""
    return quantity.text[0] in "百千万" and not quantity.approx


def _in_name(analysis: Analysis, quantity: Quantity) -> bool:
    """Whether the number stands in a quoted name or title, not in quoted speech."""
    quote = analysis.inside_quote(quantity.start)
    if quote is None:
        return False
    return quote.mark == "《" or (len(quote.inner) <= 20 and not _PUNCTUATION.search(quote.inner))


def _announces_list(plain: str, quantity: Quantity) -> bool:
    """Whether the number only counts a list printed right before or after it (甲、乙、丙3项职责).

    Places and alliances are summed up behind their names (甲、乙、丙3个村): that is scale.
    """
    cues = read_sections("figure_cues")
    if quantity.value > 12 or quantity.approx or quantity.unit not in cues["lists"]:
        return False
    listed = _LISTED.search(plain, max(0, quantity.start - 60), quantity.start)
    if listed and listed[1].count("、") + 1 == quantity.value and not _SUMMED_UP.match(plain, quantity.end):
        return True
    return _LIST_BEHIND.match(plain, quantity.end) is not None


def _unit_of(quantity: Quantity) -> str:
    """Return the unit as printed, or of persons who are counted without one (带动就业超1300)."""
    counts_persons = any(cue in quantity.before for cue in read_sections("figure_cues")["persons"])
    return quantity.unit or ("人" if counts_persons else "")


def _to_figure(analysis: Analysis, quantity: Quantity) -> Figure:
    unit = _unit_of(quantity)
    first, last = find_counted(analysis, quantity.start, quantity.end, unit)
    start, end = (first, quantity.end) if last <= quantity.start else (quantity.start, last)
    return Figure(
        value=float(quantity.value),
        unit=unit,
        of=analysis.text[first:last],
        approx=quantity.approx,
        text=analysis.text[start:end],
        start=start,
        end=end,
        rule="quantity",
    )
