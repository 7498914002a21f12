"""Extraction stays as good as it has been: floors for every line of the table on pages whose hash is known."""

from __future__ import annotations

import subprocess
import tomllib

import pytest
from quality import CORPORA, FILE, ROOT, measure, raised, read_floors

SETS = read_floors()
ENTRIES = [(name, row, entry) for name, pinned in SETS.items() for row, entry in pinned["floors"].items()]
ROWS = {
    "article", "starts", "ends", "headline", "county", "county code", "kind", "byline", "measure", "figure", "formula",
    "formula item", "Alliance", "Mechanism", "Programme", "Platform", "Slogan", "Document", "Organisation", "Person",
    "Place", "core", "all", "lead", "members", "by",
}  # fmt: skip
SET_NAMES = pytest.mark.parametrize("name", CORPORA)


@pytest.fixture
def present(name: str) -> str:
    """The name of a set whose pages are here."""
    if not CORPORA[name].golds():
        pytest.skip(f"the pages of {name} (../shared beside the repository) are not here")
    return name


@SET_NAMES
def test_the_floors_stand_for_the_pages_and_the_gold_that_are_here(present: str):
    assert SETS[present]["sha256"] == CORPORA[present].sha256(), (
        f"The pages or the gold of {present} are not those that the floors were measured on: "
        "measure again with `python tests/quality.py --raise` and look at what changes."
    )


@SET_NAMES
def test_no_score_is_below_its_floor(present: str):
    floors = SETS[present]["floors"]
    fallen = {
        row: f"{f1:.4f} < {floors[row]['floor']}"
        for row, f1 in measure(present).items()
        if row in floors and f1 < floors[row]["floor"]
    }
    assert not fallen, f"{present}: find what was lost with `kg score GOLD PAGES --errors`: {fallen}"


@SET_NAMES
def test_every_line_of_the_table_that_has_gold_has_a_floor(present: str):
    assert set(SETS[present]["floors"]) == set(measure(present))


def test_the_sets_together_have_floors_for_the_whole_table():
    assert set(SETS) == set(CORPORA)
    assert {row for _, row, _ in ENTRIES} == ROWS


@pytest.mark.parametrize("name, row, entry", ENTRIES, ids=lambda value: value if isinstance(value, str) else "")
def test_a_floor_below_its_highest_gives_its_reason(name: str, row: str, entry: dict):
    assert set(entry) <= {"floor", "highest", "reason"}
    assert 0 <= entry["floor"] <= entry["highest"] <= 1
    if entry["floor"] < entry["highest"]:
        assert entry.get("reason", "").strip(), f"{name}, {row}: say in quality.toml why the floor was lowered"


def test_no_highest_floor_was_rewritten_since_it_was_committed():
    """Compared with the last commit, where there is one."""
    command = ["git", "show", f"HEAD:./{FILE.relative_to(ROOT).as_posix()}"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    except FileNotFoundError:
        pytest.skip("git is not here")
    if done.returncode:
        pytest.skip("no commit holds the floors")
    for name, pinned in tomllib.loads(done.stdout).items():
        for row, entry in pinned["floors"].items():
            now = SETS[name]["floors"].get(row, entry if pinned["sha256"] != SETS[name]["sha256"] else {"highest": 0.0})
            assert now["highest"] >= entry["highest"], f"{name}, {row}: keep the highest and add a reason"


def test_measuring_again_raises_floors_and_lowers_none():
    lowered = {"floor": 0.8, "highest": 0.9, "reason": "stricter gold"}
    floors = {"all": lowered, "core": {"floor": 0.7, "highest": 0.7}, "Place": lowered, "Person": lowered}
    measured = {"all": 0.75, "core": 0.955, "Place": 0.965, "Person": 0.875, "kind": 1.0, "figure": 0.987, "by": 1.0}
    assert raised(floors, measured) == {
        "all": lowered,
        "core": {"floor": 0.95, "highest": 0.95},
        "Place": {"floor": 0.95, "highest": 0.95},
        "Person": {"floor": 0.85, "highest": 0.9, "reason": "stricter gold"},
        "kind": {"floor": 1.0, "highest": 1.0},
        "figure": {"floor": 0.98, "highest": 0.98},
        "by": {"floor": 0.95, "highest": 0.95},
    }
