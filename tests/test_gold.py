"""Quality on annotated pages: what must be perfect is, the rest stays above its floor."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from kg.extraction import extract
from kg.reading import find_pages, read_page
from kg.scoring import Scores, read_gold, score

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
UNSEEN = "heldout"
_NUMBERS = (Path(__file__).parent / "tables" / "misread.txt").read_text(encoding="utf-8").splitlines()
MISREAD = {f"mixed_{number}.txt" for line in _NUMBERS if not line.startswith("#") for number in line.split()}
SETS = {
    "seeds": (SHARED / "gold" / "seeds.jsonl", SHARED / "pages"),
    "dev": (SHARED / "dev" / "gold", SHARED / "dev" / "pages"),
    "sample": (ROOT / "tests" / "gold", ROOT / "data" / "pages"),
    "corpus": (ROOT / "corpus" / "gold", ROOT / "corpus" / "pages"),
    "misread": (ROOT / "corpus" / "gold", ROOT / "corpus" / "pages"),
}
PERFECT = ("article", "starts", "ends", "headline", "byline", "kind", "county", "county code")
FLOORS = {
    "seeds": {"figure": 0.95, "measure": 0.95},
    "dev": {"figure": 0.95, "measure": 0.95},
    "sample": {"figure": 0.95, "measure": 0.95},
    "corpus": {"figure": 0.95, "measure": 0.95},
}
ENTITY_FLOOR = 0.75
OF_FLOOR, APPROX_FLOOR = 0.55, 0.98


@cache
def _read(name: str) -> tuple[list[dict], list[dict]]:
    """Return the gold articles of a set and the extracted ones of the pages that have gold."""
    gold_path, pages = SETS[name]
    if not (gold_path.exists() and pages.is_dir()):
        pytest.skip(f"the {name} pages and their gold ({pages}) are not here")
    wanted = MISREAD.__contains__ if name == "misread" else lambda page: UNSEEN not in page and page not in MISREAD
    gold = [article for article in read_gold(gold_path) if wanted(article["page"])]
    known = {article["page"] for article in gold}
    files = [file for file in find_pages([pages]) if file.name in known]
    return gold, [article.to_dict() for file in files for article in extract(read_page(file)).articles]


@cache
def _scores(name: str) -> Scores:
    return score(*_read(name))


@pytest.mark.parametrize("name", [name for name in SETS if name != "misread"])
@pytest.mark.parametrize("row", PERFECT)
def test_reading_and_counties_are_perfect(name: str, row: str):
    """Every article with its extent, headline, bylines, kind and county, none too many."""
    wrong = [d for d in _scores(name).disagreements if d.row == row]
    assert _scores(name).sections["fields"][row].f1 == 1.0, wrong


@pytest.mark.parametrize(("row", "floor"), [("article", 0.9), ("headline", 0.85), ("byline", 0.8)])
def test_pages_that_are_not_read_without_error_stay_above_their_floor(row: str, floor: float):
    assert _scores("misread").sections["fields"][row].f1 >= floor


@pytest.mark.parametrize("name, row, floor", [(name, *entry) for name in FLOORS for entry in FLOORS[name].items()])
def test_figures_and_measures_stay_above_their_floor(name: str, row: str, floor: float):
    wrong = [d for d in _scores(name).disagreements if d.row == row]
    assert _scores(name).sections["fields"][row].f1 >= floor, wrong


@pytest.mark.parametrize("name", SETS)
def test_entities_stay_above_their_floor(name: str):
    """Strict F1 over all types."""
    assert _scores(name).sections["strict"]["all"].f1 >= ENTITY_FLOOR


@pytest.mark.parametrize("name", SETS)
def test_what_figures_count_and_whether_roughly(name: str):
    """Of the figures found, the share with the gold's wording of what is counted and the gold's ``approx``."""
    pairs = _paired_figures(*_read(name))
    assert len(pairs) >= 80
    assert sum(bool(a.get("approx")) == b["approx"] for a, b in pairs) / len(pairs) >= APPROX_FLOOR
    assert sum(_bare(a.get("of")) == _bare(b["of"]) for a, b in pairs) / len(pairs) >= OF_FLOOR


def _paired_figures(gold: list[dict], predicted: list[dict]) -> list[tuple[dict, dict]]:
    """Pair figures of one article by value and unit, those that count the same first."""
    free = {}
    for article in predicted:
        for figure in article["figures"]:
            free.setdefault((article["page"], article["headline"], figure["value"], figure["unit"]), []).append(figure)
    pairs = []
    for article in gold:
        for figure in article["figures"]:
            found = free.get((article["page"], article["headline"], figure["value"], figure["unit"]))
            if found:
                found.sort(key=lambda other: _bare(other["of"]) != _bare(figure.get("of")))
                pairs.append((figure, found.pop(0)))
    return pairs


def _bare(text: str | None) -> str:
    return "".join(char for char in text or "" if char.isalnum() or char == "%")
