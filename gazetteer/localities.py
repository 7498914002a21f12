#!/usr/bin/env python3
"""Derive the table of towns and villages from the package jionlp.

    pip install jionlp
    python gazetteer/localities.py      write kg/extraction/lexicon/localities.zip

The package's list holds, county by county, the towns and below each its villages; the zip file holds one
member a county, named by its code, one line a town: its name, a tab, its villages parted by spaces.
See README.md for origin and licence.
"""

from __future__ import annotations

import sys
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "kg/extraction/lexicon/localities.zip"
_COUNTY, _TOWN, _VILLAGE = 2, 3, 4


def main() -> None:
    counties: dict[str, list[tuple[str, list[str]]]] = defaultdict(list)
    code = ""
    for depth, name, number in read_divisions():
        if depth == _COUNTY:
            code = number
        elif depth == _TOWN and code:
            counties[code].append((name, []))
        elif depth == _VILLAGE and code:
            counties[code][-1][1].append(name)
    write(counties)
    print(f"{len(counties)} counties, {sum(map(len, counties.values()))} towns → {TARGET.name}")


def read_divisions() -> Iterator[tuple[int, str, str]]:
    """Yield (depth, name, code) of every line of the package's list; towns and villages have no code."""
    package = find_spec("jionlp")  # found, not imported: only its data is wanted
    if package is None or package.origin is None:
        sys.exit("The package jionlp is not installed: pip install jionlp")
    with zipfile.ZipFile(Path(package.origin).parent / "dictionary/china_location.zip") as archive:
        text = archive.read("china_location.txt").decode("utf-8")
    for line in text.splitlines():
        name, number, *_ = [*line.strip().split("\t"), "", ""]
        if name:
            yield len(line) - len(line.lstrip("\t")), name, number


def write(counties: dict[str, list[tuple[str, list[str]]]]) -> None:
    TARGET.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(TARGET, "w") as archive:
        for code in sorted(counties):
            lines = (f"{town}\t{' '.join(villages)}" for town, villages in counties[code])
            archive.writestr(zipfile.ZipInfo(code), "\n".join(lines), zipfile.ZIP_DEFLATED, 9)


if __name__ == "__main__":
    main()
