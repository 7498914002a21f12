"""Builds that survive: killed, out of space, two at once, over damaged files; the last good graph answers throughout.

``SURVIVAL_KILLS`` sets how many builds are killed at random moments; benchmarks/survival.py does more of the same.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from random import Random
from types import ModuleType

import pytest
from conftest import ROOT, Run

from kg import pipeline
from kg.cache import CacheError
from kg.graph.answers import answer
from kg.graph.copies import StoreBusy, StoreDamaged, claiming
from kg.graph.store import open_store
from kg.pipeline import build
from kg.workers import WorkerLost, taking
from kg.writing import NotWritten

KILLS = int(os.environ.get("SURVIVAL_KILLS", "50"))


@pytest.fixture(scope="module")
def survival() -> Iterator[ModuleType]:
    """The module of benchmarks/ that cuts builds short."""
    if not hasattr(os, "fork"):
        pytest.skip("this system knows no fork and no process groups")
    sys.path.insert(0, str(ROOT / "benchmarks"))
    import survival

    yield survival
    sys.path.remove(str(ROOT / "benchmarks"))


@pytest.fixture(scope="module")
def trial(survival: ModuleType, tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("trial")
    with survival.nursery(survival.write_pages(folder / "warm", {0: "双湖"})) as nursing:
        yield survival.Trial(folder, nursing)


@pytest.fixture
def pages(survival: ModuleType, tmp_path: Path) -> Path:
    return survival.write_pages(tmp_path / "pages", {0: "双湖", 1: "梁山"})


def statements(out: Path) -> set[str]:
    return set(map(str, open_store(out)))


# --- killed


def test_builds_killed_at_random_moments_leave_a_graph_that_answers_and_the_next_one_finishes(survival, trial):
    survival.kill_at_random(trial, KILLS)
    assert trial.survived.killed >= KILLS


def test_builds_killed_before_changes_of_their_folder_leave_a_graph_that_answers_and_the_next_one_finishes(
    survival, trial
):
    survival.kill_at_changes(trial, step=6)
    assert trial.survived.killed_at_a_change > 5


def test_a_killed_command_with_workers_leaves_a_graph_that_answers(pages: Path, tmp_path: Path, kg: Run):
    out, random = tmp_path / "out", Random(1)
    assert kg("build", pages, "-o", out).returncode == 0
    before = kg("query", "alliances", "-g", out).stdout
    shutil.copy(pages / "0.txt", pages / "more.txt")
    (pages / "more.txt").write_text("本报微山讯 微山县建起“红云”党建联盟。\n", encoding="utf-8")
    command = [sys.executable, "-c", "from kg.cli import main; main()", "build", pages, "-o", out, "--jobs", "2"]
    for _ in range(3):
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=-3, stderr=-3, process_group=0
        )
        try:
            process.wait(random.uniform(0.2, 3))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()
        now = kg("query", "alliances", "-g", out)
        assert now.returncode == 0 and (now.stdout == before or "微山" in now.stdout)
    done = kg("build", pages, "-o", out)
    assert done.returncode == 0 and "微山" in done.stdout


def _end_at_three(number: int) -> int:
    if number == 3:
        os._exit(9)  # as a worker ends that the system kills for want of memory
    return number


def test_a_worker_that_is_killed_ends_the_work_with_a_sentence():
    with pytest.raises(WorkerLost, match="fewer --jobs"), taking(_end_at_three, range(40), jobs=2) as take:
        for _ in range(40):
            take()


# --- out of space


def test_where_files_cannot_grow_a_build_says_so_and_the_next_one_finishes(survival, trial):
    survival.fill_the_disk(trial, (0, 4096, 200_000))
    assert trial.survived.out_of_space > 3
    assert trial.survived.sentences == {"NotWritten"}


def test_a_full_disk_is_said_in_one_sentence_and_the_graph_before_still_answers(pages: Path, tmp_path: Path, kg: Run):
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("this user may not mount a small disk")
    try:
        assert kg("build", pages, "-o", disk / "out").returncode == 0
        before = kg("query", "alliances", "-g", disk / "out").stdout
        (pages / "0.txt").write_text("本报微山讯 微山县建起“红云”党建联盟。\n", encoding="utf-8")
        with (disk / "ballast").open("wb") as ballast, pytest.raises(OSError):
            while True:
                ballast.write(bytes(1 << 16))
                ballast.flush()
        done = kg("build", pages, "-o", disk / "out")
        assert done.returncode == 2
        assert len(done.stderr.splitlines()) == 1 and "free space on its disk" in done.stderr
        assert kg("query", "alliances", "-g", disk / "out").stdout == before
        (disk / "ballast").unlink()
        assert kg("build", pages, "-o", disk / "out").returncode == 0
        assert "微山" in kg("query", "alliances", "-g", disk / "out").stdout
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_disk_that_fills_up_while_the_exports_are_written_says_so(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(pipeline, "write_text", full)
    with pytest.raises(NotWritten, match="free space"):
        build([pages], tmp_path / "out")
    monkeypatch.undo()
    assert build([pages], tmp_path / "out").read == 0


# --- two at once


def test_a_second_build_says_so_and_stops_even_where_nothing_has_changed(pages: Path, tmp_path: Path, kg: Run):
    build([pages], tmp_path / "out")
    with claiming(tmp_path / "out"):
        done = kg("build", pages, "-o", tmp_path / "out")
        assert done.returncode == 2
        assert done.stderr.startswith("kg: Another build is at work in ") and len(done.stderr.splitlines()) == 1
        assert kg("query", "alliances", "-g", tmp_path / "out").returncode == 0
    assert kg("build", pages, "-o", tmp_path / "out").returncode == 0


def test_a_build_that_is_killed_lets_go_of_its_claim(tmp_path: Path):
    code = "import os, sys; from kg.graph.copies import claiming\nwith claiming(sys.argv[1]): print(flush=1); input()"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code, str(tmp_path)]
    with subprocess.Popen(command, env=environment, stdin=-1, stdout=-1) as first:
        first.stdout.readline()
        with pytest.raises(StoreBusy), claiming(tmp_path):
            pass
        first.kill()
        first.wait()
        with claiming(tmp_path):
            pass


def test_readers_see_the_old_graph_or_the_new_one_while_builds_take_turns(pages: Path, tmp_path: Path):
    out, seen, over = tmp_path / "out", set(), threading.Event()
    build([pages], out)

    def read() -> None:
        while not over.wait(0.02):
            seen.add(tuple(str(row[0].value) for row in answer(open_store(out), "alliances").rows))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for county in ("微山", "嘉祥", "泗水"):
            (pages / "0.txt").write_text(f"本报{county}讯 {county}县建起“红云”党建联盟。\n", encoding="utf-8")
            build([pages], out)
    finally:
        over.set()
        reader.join()
    assert all(len(counties) == 2 and "梁山县" in counties for counties in seen)


# --- older and damaged files


@pytest.mark.parametrize(
    ("name", "damage"),
    [*product(("CURRENT", "MANIFEST-*", "*.sst"), ("cut off", "garbage", "gone")), ("*.sst", "a byte changed")],
)
def test_a_damaged_store_is_built_anew_and_never_half_read(pages: Path, tmp_path: Path, name: str, damage: str):
    out = tmp_path / "out"
    build([pages], out)
    wanted = statements(out)
    file = max((out / "store").glob(name), key=lambda file: file.stat().st_size)
    if damage == "cut off":
        os.truncate(file, file.stat().st_size // 2)
    elif damage == "garbage":
        file.write_bytes(Random(1).randbytes(300))
    elif damage == "a byte changed":
        written = bytearray(file.read_bytes())
        written[len(written) // 2] ^= 0xFF
        file.write_bytes(written)
    else:
        file.unlink()
    with pytest.raises((StoreDamaged, FileNotFoundError), match="kg build"):
        open_store(out)
    again = build([pages], out)
    assert statements(out) == wanted
    assert again.read == 2 and (again.damage or name == "CURRENT")
    assert not build([pages], out).damage


def test_a_damaged_unfinished_build_is_begun_anew(pages: Path, tmp_path: Path):
    out = tmp_path / "out"
    build([pages], out)
    wanted = statements(out)
    shutil.copytree(out / "store", out / "store.part")
    next((out / "store.part").glob("MANIFEST-*")).write_bytes(b"not a manifest")
    build([pages], out)
    assert statements(out) == wanted and not (out / "store.part").exists()


def test_a_build_by_other_rules_is_read_again_as_a_whole(pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("kg.cache._rules_hash", lambda: "rules of another version")
    build([pages], tmp_path / "out")
    monkeypatch.undo()
    assert build([pages], tmp_path / "out").read == 2
    build([pages], tmp_path / "scratch")
    assert statements(tmp_path / "out") == statements(tmp_path / "scratch")


def test_a_cache_that_is_gone_costs_time_and_nothing_else(pages: Path, tmp_path: Path):
    build([pages], tmp_path / "out")
    wanted = statements(tmp_path / "out")
    (tmp_path / "out" / "cache.sqlite").unlink()
    assert build([pages], tmp_path / "out").read == 2
    assert statements(tmp_path / "out") == wanted


@pytest.mark.parametrize("damage", ["cut off", "garbage inside", "other facts"])
def test_a_damaged_cache_says_what_to_do_and_then_the_build_finishes(pages: Path, tmp_path: Path, damage: str):
    import sqlite3

    out = tmp_path / "out"
    build([pages], out)
    wanted, file = statements(out), out / "cache.sqlite"
    if damage == "cut off":
        os.truncate(file, 5000)
    elif damage == "garbage inside":
        data = bytearray(file.read_bytes())
        data[4096:] = Random(1).randbytes(len(data) - 4096)
        file.write_bytes(data)
    else:
        with sqlite3.connect(file) as database:
            database.execute("UPDATE page SET facts = X'00'")
        database.close()
        (out / "report.html").unlink()
    with pytest.raises(CacheError, match="delete it and build again"):
        build([pages], out)
    file.unlink()
    build([pages], out)
    assert statements(out) == wanted
