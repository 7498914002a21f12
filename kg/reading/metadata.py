"""What is known of a page besides its text: newspaper, date, page, section, address.

It comes from four places; what an earlier one says holds:

1. ``pages.csv`` beside the page or in the folder above, written by whoever keeps the archive;
2. a front matter at the head of a text (``---``, lines ``key: value``, ``---``);
3. the page itself: the columns of its row, what a web page says, the lines that a text prints around its articles;
4. the name of its file and folders (``2022-11-01_A03.txt``, ``html/2022-11/01/content_1.htm``).

Dates become ``2022-11-01``.  What is no date stays as it is written, with a remark: it is said, not guessed.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path, PurePath
from unicodedata import numeric

from kg.reading.decoding import decode
from kg.reading.errors import PageError
from kg.reading.lines import NARROW
from kg.reading.sources import METADATA_FILE, PageSource
from kg.reading.tables import delimiter_of, to_fields

_FRONT_MATTER = re.compile(r"\s*---[ \t]*\r?\n(?:(?!---)[^\n]{0,500}\n){0,30}---[ \t]*(?:\r?\n|\Z)")
_YEAR, _NO_DIGIT = r"(?:19|20)\d\d", r"(?!\d)"
_DATES = tuple(
    re.compile(rf"(?<!\d)({_YEAR}){pattern}{_NO_DIGIT}")
    for pattern in (
        r"\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?日?",
        r"([-/._])(\d{1,2})\2(\d{1,2})",
        r"[-/](\d\d)[-/](\d\d)",
        r"(\d\d)(\d\d)",
    )
)
_FOLDERS = re.compile(rf"(?:^|/)({_YEAR})[-/]?(\d\d)[-/]?(\d\d)$")
_AFTER_DATE = re.compile(
    r"[\s_\-—.]*(?:第?\s*(?P<page>[A-Za-z]?\d{1,3})\s*版|(?P<bare>[A-Za-z]\d{1,2}|\d\d)(?![\dA-Za-z:：]))"
)
_PAGE_NUMBER = re.compile(
    r"第?\s*(?P<page>[A-Z]?\s*\d{1,3})\s*版|第(?P<spelled>十?[一二三四五六七八九]|十)版"
    r"|(?:(?<=\s)|^)(?P<bare>[A-Z]\d{1,2}|0\d)(?=\s|$)"
)
_NUMERALS = "〇一二三四五六七八九"
_SPELLED_DATE = re.compile(
    r"([一二][〇○零Oo一二三四五六七八九]{3})年(十?[一二三四五六七八九]|十)月([一二三]?十?[一二三四五六七八九]|[二三]?十)日"
)
_NEWSPAPER = re.compile(
    r"(?:来源|稿源)[：:]\s*(\S{2,20})|(?:(?<=\s)|^)([\u4e00-\u9fff]{2,8}(?:[日晚早晨时周商]|都市)报)(?=\s|$)"
)
_BEFORE_DATE = re.compile(r"(?P<newspaper>[\u4e00-\u9fff]{1,12}(?:报|日报|晚报|周刊|时报|新闻))[\s_\-—.]*$")
_KEPT = ("newspaper", "date", "page", "section", "url", "licence", "note")


class Metadata:
    """What the tables ``pages.csv`` say of many pages, read at one time: each folder is looked at once."""

    def __init__(self) -> None:
        self._tables: dict[str, list[tuple[Path, int]]] = {}

    def of(self, source: PageSource | Path) -> dict[str, str]:
        """Return what is said of a page, as ``read_metadata`` does."""
        path = source if isinstance(source, Path) else source.path
        folder = os.path.dirname(path)
        if folder not in self._tables:
            self._tables[folder] = list(_find_tables(Path(folder)))
        for table, changed in self._tables[folder]:
            rows = _read_table(table, changed)
            row = next((rows[key] for key in _keys(path, source.name) if key in rows), None)
            if row is not None:
                return dict(row)
        return {}


def read_metadata(source: PageSource | Path) -> dict[str, str]:
    """Return what ``pages.csv`` says of a page; a page without a row has no metadata.

    A row's ``file`` is the name of the page (``2022.zip/11/a.txt``), of its file, or of what its name ends in.  Raises
    PageError where the table cannot be read.
    """
    return Metadata().of(source)


def _find_tables(folder: Path) -> Iterator[tuple[Path, int]]:
    """Yield the table beside a page and the one in the folder above, where there is one, with their time stamps."""
    for table in (folder / METADATA_FILE, folder.parent / METADATA_FILE):
        if table.is_file():
            yield table, table.stat().st_mtime_ns


def merge(*said: Mapping[str, str]) -> dict[str, str]:
    """Return what is said of a page, the first word on each matter, its date put right or remarked upon."""
    merged: dict[str, str] = {}
    for fields in said:
        for key, value in fields.items():
            merged.setdefault(key, value)
    if "date" in merged:
        normal = to_date(merged["date"])
        if normal:
            merged["date"] = normal
        else:
            merged["remark"] = f"{merged['date']!r} is no date · 日期无法识别"
    return {key: value for key, value in merged.items() if value}


def split_front_matter(text: str) -> tuple[int, dict[str, str]]:
    """Return where the text begins below its front matter (0 where it has none), and what that says."""
    match = _FRONT_MATTER.match(text)
    if match is None:
        return 0, {}
    rows = (re.split("[:：]", line, maxsplit=1) for line in match.group().splitlines() if re.search("[:：]", line))
    fields = to_fields({key.strip(): value.strip().strip("\"'") for key, value in rows})
    known = {key: value for key, value in fields.items() if key in (*_KEPT, "headline")}
    return (match.end(), known) if known else (0, {})


def from_name(source: PageSource) -> dict[str, str]:
    """Return what the name of a file says (date, page, newspaper), or the date that its folders are called."""
    place = PurePath(source.path.name, source.member) if source.member else source.path
    *folders, file = place.with_suffix("").parts
    for printed in (match for pattern in _DATES for match in pattern.finditer(file)):
        if day := _to_day(printed):
            return {"date": day, **_around(file, printed)}
    match = _FOLDERS.search("/".join(folders[-3:]))
    return {"date": day} if match and (day := _to_day(match)) else {}


def from_print(lines: Iterable[str]) -> dict[str, str]:
    """Return what the lines around the articles of a page say: its date, number and newspaper.

    What they say in two ways, as where a file holds several pages, is said of none.
    """
    said: dict[str, set[str]] = {"date": set(), "page": set(), "newspaper": set()}
    for line in (line.translate(NARROW) for line in lines):
        for pattern in _DATES:
            said["date"].update(filter(None, map(_to_day, pattern.finditer(line))))
            line = pattern.sub(" ", line)  # 2025.09.23 holds no page 09
        if day := _SPELLED_DATE.search(line):
            said["date"].add(_to_spelled_day(day))
        for match in _PAGE_NUMBER.finditer(line):
            spelled = str(int(sum(map(numeric, match["spelled"])))) if match["spelled"] else ""
            said["page"].add(spelled or "".join((match["page"] or match["bare"]).split()))
        said["newspaper"].update(match[1] or match[2] for match in _NEWSPAPER.finditer(line))
    return {key: "".join(values) for key, values in said.items() if len(values - {""}) == 1}


def _to_spelled_day(match: re.Match[str]) -> str:
    """Return the day of a date in Chinese numerals (二〇三一年五月十二日), as ``_to_day`` does."""
    year = "".join(str(_NUMERALS.index(char) % 10) for char in re.sub("[○零Oo]", "〇", match[1]))
    parts = [int(year)]
    for numeral in match.groups()[1:]:
        tens, ten, ones = numeral.rpartition("十")
        parts.append(10 * (_NUMERALS.index(tens) if tens else len(ten)) + (_NUMERALS.index(ones) if ones else 0))
    try:
        return date(*parts).isoformat()
    except ValueError:
        return ""


def to_date(text: str) -> str:
    """Return the day that ``text`` begins with as ``2022-11-01``, empty where it is none in the calendar."""
    for pattern in _DATES:
        match = pattern.match(text.strip())
        if match:
            return _to_day(match)
    return ""


def _to_day(match: re.Match[str]) -> str:
    year, month, day = (int(group) for group in match.groups() if group.isdigit())
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def _around(text: str, day: re.Match[str]) -> dict[str, str]:
    found = {}
    if after := _AFTER_DATE.match(text, day.end()):
        found["page"] = (after["page"] or after["bare"]).upper()
    if before := _BEFORE_DATE.search(text[: day.start()]):
        found["newspaper"] = before["newspaper"]
    return found


def _keys(path: Path, name: str) -> list[str]:
    """Return what a row of ``pages.csv`` may call the page, the most exact first."""
    whole, _, _ = name.partition("#")
    parts = whole.split("/")
    tails = ["/".join(parts[number:]) for number in range(len(parts))]
    return [name, *tails, path.name]


@lru_cache(maxsize=8)
def _read_table(table: Path, changed: int) -> dict[str, dict[str, str]]:
    """Return the rows of a table by page file; ``changed``, its time stamp, keeps an edited table from being stale."""
    try:
        text = decode(table.read_bytes())[0]
        lines = text.splitlines(keepends=True)
        rows = [row for row in csv.DictReader(lines, delimiter=delimiter_of(lines[0]))]
    except (PageError, OSError, csv.Error) as error:
        raise PageError(f"{table}: this table of metadata cannot be read ({error}); mend or remove it") from error
    named: dict[str, dict[str, str]] = {}
    for row in rows:
        fields = to_fields({key: value for key, value in row.items() if key})
        if "file" in fields:
            known = {key: value for key, value in fields.items() if key in _KEPT}
            named.setdefault(fields["file"].replace("\\", "/").removeprefix("./"), known)
    return named
