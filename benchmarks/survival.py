"""What builds survive: killed at any moment, the last good graph answers and the next build finishes.

Builds are killed with SIGKILL, their whole process group at once, at random moments and before each single change of
their folder.  After each kill the graph answers as before the build or as after it, the written files are whole, and
the build that is let go to its end gives what a build from scratch gives, byte for byte.

    python benchmarks/survival.py --kills 500 --write
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

from kg import pipeline
from kg.cache import page_key
from kg.graph.answers import answer
from kg.graph.store import StoreMissing, open_store
from kg.views.report import to_html

FIGURES = Path(__file__).parent / "figures" / "survival.json"
OUTPUTS = ("graph.ttl", "graph.html", "report.html")
_LONG_AGO = 1_600_000_000
_CHANGES = frozenset(("os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "shutil.rmtree"))
_KILLS_EACH = (1, 2, 3, 4, 5)  # before a build is let go to its end
_NO_LIMIT = -1
_LIMITS = (0, 100, 4096, 30_000, 100_000, 200_000)
"""Bytes beyond which no file may grow."""


@dataclass(frozen=True, slots=True)
class State:
    """What a folder of a build holds: all statements, the answer to ``alliances`` and the files that it wrote."""

    statements: frozenset[str]
    alliances: tuple[tuple[object, ...], ...]
    files: tuple[bytes, ...]


@dataclass(slots=True)
class Survived:
    """Counts: builds killed at random, killed at a change of the folder, out of space; builds that then finished."""

    killed: int = 0
    killed_at_a_change: int = 0
    out_of_space: int = 0
    answered: int = 0
    finished: int = 0
    sentences: set[str] = field(default_factory=set)


class Nursery:
    """A process that has everything loaded and forks one build after the other; it never opens a store itself."""

    def __init__(self, pages: Path) -> None:
        self._pipe, theirs = multiprocessing.Pipe()
        self._process = multiprocessing.get_context("spawn").Process(target=_nurse, args=(theirs, str(pages)))
        self._process.start()
        self._pipe.recv()

    def build(
        self, pages: Path, out: Path, *, kill_after: float | None = None, change: int = 0, limit: int = _NO_LIMIT
    ) -> tuple[int, str]:
        """Run a build and return its exit code (negative: the signal) and the error it raised.

        :param kill_after: seconds until its process group is killed.
        :param change: it kills itself before this change of its folder (from 1).
        :param limit: bytes that no file may grow beyond: EFBIG in place of ENOSPC, as anyone may set it.
        """
        self._pipe.send((str(pages), str(out), change, limit))
        group = self._pipe.recv()
        if kill_after is not None and not self._pipe.poll(kill_after):
            os.killpg(group, signal.SIGKILL)
        return self._pipe.recv()

    def close(self) -> None:
        """End the process."""
        self._pipe.send(None)
        self._process.join()


@contextmanager
def nursery(pages: Path) -> Iterator[Nursery]:
    """Give a nursery that has read ``pages``."""
    nursing = Nursery(pages)
    try:
        yield nursing
    finally:
        nursing.close()


def write_pages(folder: Path, counties: dict[int, str]) -> Path:
    """Write small pages, last changed long ago: number → county; those of other numbers go."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for number, county in counties.items():
        file = folder / f"{number}.txt"
        file.write_text(f"本报{county}讯 {county}县推行“红云”联席会议机制，建起“红云”党建联盟。\n", encoding="utf-8")
        os.utime(file, (_LONG_AGO + number, _LONG_AGO + number))
    return folder


def state(out: Path) -> State | None:
    """Return what ``out`` holds; None where there is no graph yet."""
    try:
        store = open_store(out)
    except StoreMissing:
        return None
    files = tuple((out / name).read_bytes() if (out / name).exists() else b"" for name in OUTPUTS)
    return State(frozenset(map(str, store)), answer(store, "alliances").rows, files)


@dataclass(slots=True)
class Trial:
    """Builds of two corpora in turn in one folder, cut short again and again, and what must come of them."""

    folder: Path
    nursing: Nursery
    survived: Survived = field(default_factory=Survived)
    wanted: list[State] = field(default_factory=list)
    seconds: float = 0

    def __post_init__(self) -> None:
        for number, counties in enumerate(({0: "双湖", 1: "梁山", 2: "泗水"}, {0: "微山", 2: "泗水", 3: "嘉祥"})):
            scratch = self.folder / f"scratch{number}"
            start = time.perf_counter()
            ended = self.nursing.build(write_pages(self.folder / f"pages{number}", counties), scratch)
            self.seconds = max(self.seconds, time.perf_counter() - start)
            assert ended == (0, ""), ended
            self.wanted.append(state(scratch))

    @property
    def out(self) -> Path:
        """The folder of the builds that are cut short."""
        return self.folder / "out"

    def pages(self, number: int) -> Path:
        """Return the folder of one of the two corpora."""
        return self.folder / f"pages{number}"

    def start_over(self) -> None:
        """Leave nothing of the builds before."""
        shutil.rmtree(self.out, ignore_errors=True)

    def check(self, before: State | None, number: int) -> None:
        """Assert that the folder answers as it did or as it is to, and that no file of it is half written."""
        now, after = state(self.out), self.wanted[number]
        allowed = (before, after)
        assert now in (None, before) if now is None else now.statements in {a.statements for a in allowed if a}
        if now is not None:
            assert now.alliances in [a.alliances for a in allowed if a]
            for file, *whole in zip(now.files, after.files, before.files if before else (b"", b"", b"")):
                assert file in (*whole, b"") if before is None else file in whole
        self.survived.answered += 1

    def finish(self, number: int) -> None:
        """Let a build go to its end and assert that it gives what a build from scratch gives."""
        ended = self.nursing.build(self.pages(number), self.out)
        assert ended == (0, ""), ended
        assert state(self.out) == self.wanted[number]
        self.survived.finished += 1


def kill_at_random(trial: Trial, kills: int, seed: int = 1) -> None:
    """Kill builds at ``kills`` random moments: first builds, grown ones, and builds that go on with one cut short."""
    random, round_ = Random(seed), 0
    target = trial.survived.killed + kills
    while trial.survived.killed < target:
        if round_ % 3 == 0:
            trial.start_over()
        number, before = round_ % 3 % 2, None if round_ % 3 == 0 else trial.wanted[1 - round_ % 3 % 2]
        for _ in range(min(random.choice(_KILLS_EACH), target - trial.survived.killed)):
            code, said = trial.nursing.build(trial.pages(number), trial.out, kill_after=random.random() * trial.seconds)
            assert code in (0, -signal.SIGKILL), (code, said)
            trial.survived.killed += code != 0
            trial.check(before, number)
        trial.finish(number)
        round_ += 1


def kill_at_changes(trial: Trial, step: int = 1) -> None:
    """Kill a first build and a grown one before every ``step``-th change of their folder.

    Changes are files opened for writing, renamed and removed, folders made and removed, and each opening of the cache.
    """
    for number in (0, 1):
        change, code = 0, -signal.SIGKILL
        while code:
            change += step
            trial.start_over()
            if number:
                trial.finish(0)
            code, said = trial.nursing.build(trial.pages(number), trial.out, change=change)
            assert code in (0, -signal.SIGKILL), (code, said)
            trial.survived.killed_at_a_change += code != 0
            trial.check(trial.wanted[0] if number else None, number)
            trial.finish(number)


def fill_the_disk(trial: Trial, limits: tuple[int, ...]) -> None:
    """Let no file grow beyond some bytes: the build says so in a sentence, and with space again it finishes."""
    for number in (0, 1):
        for limit in limits:
            trial.start_over()
            if number:
                trial.finish(0)
            code, said = trial.nursing.build(trial.pages(number), trial.out, limit=limit)
            assert code in (0, 2), (code, said)
            trial.survived.out_of_space += code != 0
            trial.survived.sentences |= {said.split(": ")[0]} - {""}
            trial.check(trial.wanted[0] if number else None, number)
            trial.finish(number)


def _nurse(pipe: Connection, pages: str) -> None:
    list(pipeline.extract_pages([pages]))  # loads the gazetteer and the word lists, and below the rules' hash
    page_key("", "", {})
    to_html([])
    pipe.send(None)
    while (task := pipe.recv()) is not None:
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.setpgid(0, 0)
            os.close(reading)
            _build(*task, said=writing)
        os.close(writing)
        try:
            os.setpgid(child, child)
        except OSError:  # it has done so itself, or is over
            pass
        pipe.send(child)
        _, status = os.waitpid(child, 0)
        with os.fdopen(reading, "rb") as complaint:
            pipe.send((os.waitstatus_to_exitcode(status), complaint.read().decode()))


def _build(pages: str, out: str, change: int, limit: int, *, said: int) -> None:
    if change:
        _die_at(change, out)
    if limit != _NO_LIMIT:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        pipeline.build([pages], out)
    except Exception as error:
        os.write(said, f"{type(error).__name__}: {error}".encode())
        os._exit(2)
    os._exit(0)


def _die_at(change: int, out: str) -> None:
    left = change

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        writes = event == "open" and isinstance(arguments[1], str) and set("wax+") & set(arguments[1])
        if (event in _CHANGES or writes or event == "sqlite3.connect") and str(arguments[0]).startswith(out):
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


def main() -> None:
    """Cut builds short and print or write the counts."""
    parser = argparse.ArgumentParser(description="Cut builds short and see what comes of it.")
    parser.add_argument("--kills", type=int, default=200, metavar="N", help="Builds killed at random moments.")
    parser.add_argument("--step", type=int, default=1, metavar="N", help="Kill before every Nth change of the folder.")
    parser.add_argument("--seed", type=int, default=1, metavar="N")
    parser.add_argument("--write", action="store_true", help=f"Write the counts to {FIGURES.name}.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with nursery(write_pages(folder / "warm", {0: "双湖"})) as nursing:
            trial = Trial(folder, nursing)
            kill_at_random(trial, options.kills, options.seed)
            kill_at_changes(trial, options.step)
            fill_the_disk(trial, _LIMITS)
    counts = {name: value for name, value in asdict(trial.survived).items() if isinstance(value, int)}
    if options.write:
        FIGURES.parent.mkdir(exist_ok=True)
        FIGURES.write_text(json.dumps(counts, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(counts))


if __name__ == "__main__":
    main()
