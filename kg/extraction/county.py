"""Which county-level place an article is about (guidelines, "Article fields").

Every name of a division in headline, dateline and text is a vote; the full name near the
beginning counts most.  A name that several counties share is settled by the prefecture or
province named in the article or on its page, or left without a code: never guessed.  Names are those
of the article's date, where that is known: 崇明 is 崇明县 in 2014 and 崇明区 today.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from functools import cache, lru_cache

import rjieba

from kg.extraction.gazetteer import Division, Gazetteer, Name, find_divisions, load_gazetteer
from kg.extraction.lexicon import read_table, read_words
from kg.model import Article, County, Page

_EARLY = 160
_LONGEST_PREFECTURE = 12
_MINIMUM = 2.0
_IN_HEADLINE = 0.7
"""What a short name within a headline says."""
_PASSING = 0.2
"""What a mention in passing says, by a short name in the text."""
_MOST_PASSING = 5
"""More of them say no more: the word may be a common one (鼓楼, a drum tower)."""
_TWICE = 2 * _PASSING
_CITY = 0.3
"""What the name of a city says about the county of the same name."""
_OPENING = " \u3000\n。！？—：“"
_PUBLISHING = ("unassigned", "imprint", "date line", "page number")
"""The kinds of leftovers that may name who publishes: 安远县委组织部工作简报, 来源：安远县融媒体中心."""
_OF_TOWN = re.compile("[镇村]|乡(?!村)|街道|苏木")
_TOWN = re.compile(r"[\u4e00-\u9fff]{1,5}?(?:镇|乡|街道|苏木)")


def find_counties(page: Page) -> list[County | None]:
    """Return the county of each article of ``page``, None where the article names none."""
    gazetteer = load_gazetteer()
    votes = [_vote(article, _printed(page, article), gazetteer) for article in page.articles]
    for article, (scores, _) in zip(page.articles, votes):
        for county in _publishers(page, article):
            scores[county] += _IN_HEADLINE
    region = _region(votes, [_year(article) for article in page.articles], gazetteer)
    counties = []
    for article, (scores, around) in zip(page.articles, votes):
        zone = _find_zone(article, around, scores, region)
        counties.append(zone or _choose(scores, around, region, article, gazetteer))
    return counties


def _printed(page: Page, article: Article) -> dict[str, str]:
    """Return what is printed as the article's datelines and bylines, by their role."""
    printed: dict[str, str] = defaultdict(str)
    for part in article.source.parts:
        printed[part.role] += page.text[part.start : part.end] + "\n"
    return printed


def _publishers(page: Page, article: Article) -> tuple[str, ...]:
    """Return the county that the lines around the articles and the article's source name in full, if only one."""
    lines = [rest.text for rest in page.leftovers if rest.kind in _PUBLISHING]
    names = find_divisions("\n".join([*lines, article.metadata.get("newspaper", "")]))
    counties = {county for name in names if name.full for county in _full_names(name.text, _year(article))}
    return tuple(counties) if len(counties) == 1 else ()


def _vote(article: Article, printed: dict[str, str], gazetteer: Gazetteer) -> tuple[dict[str, float], Counter[str]]:
    """Return the score of every county name, and the prefectures and provinces named."""
    scores: dict[str, float] = defaultdict(float)
    around: Counter[str] = Counter()
    passing: Counter[str] = Counter()
    cities: set[str] = set()  # the counties that cities are called like
    headline, year = article.headline or "", _year(article)
    texts = ((printed["dateline"], "dateline"), (headline, "headline"), (article.text, "text"))
    for text, where in texts:
        for name in find_divisions(text):
            if name.level != "county":
                table = gazetteer.prefectures if name.level == "prefecture" else gazetteer.provinces
                around[table[name.text]] += 1
                cities.update(_full_names(name.text, year) if name.level == "prefecture" else ())
                continue
            if name.text in gazetteer.prefectures:
                around[gazetteer.prefectures[name.text]] += 1
            weight = _weight(name, where, text, gazetteer)
            passing[name.text] += where == "text" and not name.full
            if passing[name.text] > _MOST_PASSING:
                continue
            if name.text in _ordinary() and not _stands_out(name, where, text):
                continue
            if not name.full and where != "dateline" and _is_torn(name, text):
                continue
            if name.text in _generic() and not _prefecture_before(name, text, gazetteer):
                continue
            for county in _full_names(name.text, year):
                scores[county] += weight
    for county in sorted(cities):  # the order of the scores decides between equals
        scores[county] += _CITY
    for name in find_divisions(printed["byline"]):  # （XX县委组织部 供稿）
        if name.level == "county":
            for county in _full_names(name.text, year):
                scores[county] += 2.0
    return scores, around


@lru_cache(maxsize=4096)
def _full_names(name: str, year: int | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(division.county.name for division in load_gazetteer().named(name, year)))


def _year(article: Article) -> int | None:
    year = article.metadata.get("date", "")[:4]
    return int(year) if len(year) == 4 and year.isascii() and year.isdigit() else None


@cache
def _ordinary() -> frozenset[str]:
    return read_words("ordinary_words")


@cache
def _generic() -> frozenset[str]:
    return frozenset(row[0] for row in read_table("generic_divisions"))


def _stands_out(name: Name, where: str, text: str) -> bool:
    """Whether a name that may be an ordinary word opens a dateline, a headline (资源：…) or, in full, a sentence."""
    before, after = text[: name.start][-1:], text[name.end : name.end + 1]
    opens = not before or before in _OPENING
    return where == "dateline" or opens and (name.full or where == "headline" and after in ("：", ":"))


def _is_torn(name: Name, text: str) -> bool:
    """Whether a short name within a sentence ends amid a word (新干 in 新干劲, 建平 in 搭建平台)."""
    opens = not name.start or text[name.start - 1] in _OPENING
    return not opens and rjieba.has_word(text[name.end - 1 : name.end + 1])


def _prefecture_before(name: Name, text: str, gazetteer: Gazetteer) -> bool:
    """Whether the prefecture of a division of this name stands right before it (济南市市中区)."""
    parents = {division.county.prefecture for division in gazetteer.by_name[name.text]} - {None}
    before = (text[start : name.start] for start in range(max(0, name.start - _LONGEST_PREFECTURE), name.start))
    return any(gazetteer.prefectures.get(word) in parents for word in before)


def _weight(name: Name, where: str, text: str, gazetteer: Gazetteer) -> float:
    """Return how much a county's name at its place says about whom the article reports."""
    if name.text in gazetteer.prefectures and not name.full:  # 承德讯 is news from the city 承德市, or from 承德县
        return 0.0 if where == "text" else _CITY
    if where == "dateline":
        return 3.0
    if where == "headline":
        opens = name.start == 0 or text[name.start - 1] in " \u3000—：“"
        follows = text[name.end : name.end + 1] in ("：", ":") or bool(_TOWN.match(text, name.end))
        if name.full and follows:
            return 5.0  # 梁山县：… outweighs another county's full name in the text
        return (3.0 if name.full else 2.0) if opens or follows or name.full else _IN_HEADLINE
    if name.full:
        return 4.0 if name.start < _EARLY else 1.0
    return 0.0 if _OF_TOWN.match(text, name.end) else _PASSING  # 安仁镇 is no part of 安仁县


def _region(
    votes: Sequence[tuple[dict[str, float], Counter[str]]], years: Sequence[int | None], gazetteer: Gazetteer
) -> Counter[str]:
    """Return the prefectures that the page's unambiguous counties and its own words speak for."""
    region: Counter[str] = Counter()
    for (scores, around), year in zip(votes, years):
        region.update(around)
        for name, score in scores.items():
            divisions = gazetteer.named(name, year)
            if score >= _MINIMUM and len({d.county.code for d in divisions}) == 1:
                county = divisions[0].county
                region[county.prefecture or county.province or ""] += 1
    return region


def _choose(
    scores: dict[str, float], around: Counter[str], region: Counter[str], article: Article, gazetteer: Gazetteer
) -> County | None:
    options: list[tuple[float, str]] = []
    for least in (_MINIMUM, _IN_HEADLINE, _TWICE):
        options = options or [(score, name) for name, score in scores.items() if score >= least]
    if not options:
        return None
    first = {name: _first(article, name) for _, name in options}
    _, name = max(options, key=lambda option: (option[0], -first[option[1]], option[1]))
    return _settle(name, article, around, region, gazetteer)


def _first(article: Article, name: str) -> int:
    at = article.text.find(name)
    return at if at >= 0 else len(article.text)


def _settle(name: str, article: Article, around: Counter[str], region: Counter[str], gazetteer: Gazetteer) -> County:
    """Return the one county of that name which article or page point to; without code where none stands out.

    The parent printed before the name (邢台市桥东区) says most; then whether a county of that name existed at the
    article's date, give or take the year of its end; then what article and page name around it.
    """
    year = _year(article)

    def support(division: Division) -> tuple[bool, bool, int, int, bool]:
        parents = [p for p in (division.county.prefecture, division.county.province) if p]
        late = division.until is not None and year == division.until + 1
        return (
            _printed_before(name, parents[0], article),
            late or division.existed(year),
            sum(around[p] for p in parents),
            sum(region[p] for p in parents),
            division.existed(year),
        )

    divisions = [division for division in gazetteer.by_name[name] if division.county.name == name]
    ranked = sorted(((support(division), division.county) for division in divisions), key=lambda pair: pair[0])
    if len(ranked) > 1 and ranked[-1][0] == ranked[-2][0]:
        return County(name=name, code=None)
    return ranked[-1][1]


def _printed_before(name: str, parent: str, article: Article) -> bool:
    """Whether the article prints ``name`` right behind its parent, full or short (邢台市桥东区, 邢台桥东区)."""
    text = f"{article.headline or ''}\n{article.text}"
    return any(short + name in text for short in _names_of(parent))


@cache
def _names_of(parent: str) -> tuple[str, ...]:
    """Return the names, full and short, of a prefecture or province."""
    tables = (load_gazetteer().prefectures, load_gazetteer().provinces)
    return tuple(name for table in tables for name, full in table.items() if full == parent)


@cache
def _zone_patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return (short wording, full wording) of zones: 经开区 → 经济技术开发区."""
    return tuple((re.compile(rf"(?<!党)(?:{short})"), full) for short, full in read_table("zones"))


_FULL = 5
"""Characters that the wording of a zone has at least which is no short one (经济开发区, but 经开区)."""


@cache
def _full_zone() -> re.Pattern[str]:
    """Return what follows the prefecture in the full name of a zone: 市, and the name itself."""
    wordings = {word for short, _ in read_table("zones") for word in short.split("|") if len(word) >= _FULL}
    return re.compile(rf"市?([\u4e00-\u9fff]{{0,6}}?(?:{'|'.join(sorted(wordings))}))")


def _find_full_zone(text: str) -> County | None:
    """Return the zone whose full name ``text`` prints behind its prefecture's (大连长兴岛经济技术开发区), or None."""
    for division in find_divisions(text):
        zone = _full_zone().match(text, division.end)
        if zone and division.level == "prefecture":
            prefecture = load_gazetteer().prefectures[division.text]
            return County(name=_without_rank(prefecture) + zone[1], code=None, prefecture=prefecture)
    return None


def _without_rank(prefecture: str) -> str:
    return re.sub("(?:市|地区|盟)$", "", prefecture)


def _find_zone(article: Article, around: Counter[str], scores: dict[str, float], region: Counter[str]) -> County | None:
    """Return the development zone that the article is about, under its full name with the prefecture's."""
    if any(score >= 4.0 for score in scores.values()):
        return None
    opening = f"{article.headline or ''}\n{article.text[:_EARLY]}"
    counties = {name.end for name in find_divisions(opening) if name.level == "county"}
    best: dict[str, int] = defaultdict(int)
    for pattern, full in _zone_patterns():
        at = [match.start() for match in pattern.finditer(opening)]
        if not counties.isdisjoint(at):
            return None  # 垫江高新区 is a part of 垫江县
        best[full] += len(at)
    full, count = max(best.items(), key=lambda item: item[1], default=("", 0))
    if not count:
        return None
    prefecture = max((around, region), key=lambda c: bool(c)).most_common(1)
    if printed := _find_full_zone(opening):
        return printed
    if not prefecture:
        return County(name=full, code=None)
    name = prefecture[0][0]
    return County(name=_without_rank(name) + full, code=None, prefecture=name)
