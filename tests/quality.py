"""Measure extraction on the annotated pages and raise the floors that hold it there.

    python tests/quality.py             print what is measured beside the floors
    python tests/quality.py --raise     write tests/quality.toml: higher floors, new hashes; no floor is ever lowered

A floor is lowered by hand: ``highest`` stays and a ``reason`` is added.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from kg.extraction import extract
from kg.reading import read_page
from kg.scoring import read_gold, score

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
FILE = Path(__file__).with_name("quality.toml")
READ = (
    "article", "starts", "ends", "headline", "county", "county code", "kind", "byline", "measure", "figure", "formula",
)  # fmt: skip
"""Rows that are read almost without error: their floors go by hundredths, those of the others by twentieths."""

Floors = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Corpus:
    """Annotated pages: the gold files in ``gold`` and the pages of the folder ``pages`` that they annotate."""

    gold: Path
    pattern: str
    pages: Path

    def golds(self) -> list[Path]:
        return sorted(self.gold.glob(self.pattern))

    def files(self) -> list[Path]:
        """Return the page files, in the order of their names."""
        names = {article["page"] for gold in self.golds() for article in read_gold(gold)}
        return [self.pages / name for name in sorted(names)]

    def sha256(self) -> str:
        """Return the hash of the gold and the pages: their names and bytes."""
        total = hashlib.sha256()
        for file in [*self.golds(), *self.files()]:
            total.update(f"{file.name} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
        return total.hexdigest()


CORPORA = {
    "seeds": Corpus(SHARED / "gold", "seeds.jsonl", SHARED / "pages"),
    "sample": Corpus(ROOT / "tests" / "gold", "*.jsonl", ROOT / "data" / "pages"),
    "heldout": Corpus(ROOT / "corpus" / "gold", "heldout_[0-9].jsonl", ROOT / "corpus" / "pages"),
    "fresh": Corpus(ROOT / "corpus" / "gold", "heldout_fresh_*.jsonl", ROOT / "corpus" / "pages"),
    "wide": Corpus(ROOT / "corpus" / "gold", "heldout_wide_*.jsonl", ROOT / "corpus" / "pages"),
    "late": Corpus(ROOT / "corpus" / "gold", "heldout_late_*.jsonl", ROOT / "corpus" / "pages"),
}
"""The pages at hand, the sample in the repository, and four sets of pages that never take part in training."""


@cache
def measure(name: str) -> dict[str, float]:
    """Return the F1 of every line of the table that ``kg score`` prints (strict), for the lines that have gold."""
    corpus = CORPORA[name]
    gold = [article for file in corpus.golds() for article in read_gold(file)]
    found = [article.to_dict() for file in corpus.files() for article in extract(read_page(file)).articles]
    scores = score(gold, found)
    rows = {**scores.sections["fields"], **scores.sections["strict"], **scores.relations}
    return {row: round(tally.f1, 9) for row, tally in rows.items() if tally.tp + tally.fn}  # 11 of 20 is 0.55


def read_floors() -> dict[str, dict[str, Any]]:
    """Return the sets of quality.toml with their ``sha256`` and ``floors``."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def raised(floors: Floors, measured: dict[str, float]) -> Floors:
    """Return the floors, those raised that what is measured allows; ``highest`` keeps what each has ever been."""
    rows = {}
    for row, f1 in measured.items():
        entry = floors.get(row, {"floor": 0.0, "highest": 0.0})
        floor = step_below(row, f1)
        if floor > entry["floor"]:
            highest = max(floor, entry["highest"])
            reason = {"reason": entry["reason"]} if floor < highest else {}
            entry = {"floor": floor, "highest": highest, **reason}
        rows[row] = entry
    return rows


def step_below(row: str, f1: float) -> float:
    """Return the round figure below a score: a floor is a promise that leaves room, not the last measurement."""
    steps = 100 if row in READ else 20
    return min(int(f1 * steps) / steps, 1.0 if row in READ else 0.95)


def to_toml(sets: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Yield the lines of quality.toml."""
    yield "# Floors of extraction (strict F1) and the corpus they were measured on; see CONTRIBUTING.md."
    yield '# A floor below the highest it has been needs its reason: { floor = …, highest = …, reason = "…" }'
    for name, pinned in sets.items():
        yield ""
        yield f"[{name}]"
        yield f'sha256 = "{pinned["sha256"]}"'
        yield ""
        yield f"[{name}.floors]"
        for row, entry in pinned["floors"].items():
            values = ", ".join(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in entry.items())
            yield f'"{row}" = {{ {values} }}'


def main() -> None:
    sets = read_floors() if FILE.exists() else {}
    for name, corpus in CORPORA.items():
        if not corpus.golds():
            print(f"{name}: not here")
            continue
        measured, pinned = measure(name), sets.get(name, {"floors": {}})
        for row, f1 in measured.items():
            print(f"{name:8} {row:14} {f1:.4f}   floor {pinned['floors'].get(row, {}).get('floor', 'none')}")
        sets[name] = {"sha256": corpus.sha256(), "floors": raised(pinned["floors"], measured)}
    if "--raise" in sys.argv[1:]:
        FILE.write_text("\n".join(to_toml(sets)) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
