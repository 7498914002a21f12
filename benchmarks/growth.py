"""How a build grows with its corpus, and what a day's news costs on top of it.

For each size: a first build, then, for some days, builds after nothing changed, after one new page, after one changed
page and after one withdrawn page, and their medians.  The time is that of the whole command, the memory that of all
its processes together, the disk what the folder takes at last.

    python benchmarks/growth.py --articles 1000 --articles 10000 --jobs 2
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

from commands import ENVIRONMENT, KG

from corpus import ARTICLES_A_PAGE, pages, write_corpus

_DAYS = 3
_SAMPLED_S = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A build: how many articles it has, what had changed, wall and processor seconds, memory and disk in MB."""

    articles: int
    step: str
    seconds: float
    processor: float
    memory: int
    disk: int


def measure(sizes: Iterable[int], folder: Path, jobs: int = 2) -> Iterator[Row]:
    """Yield the rows of each size as they are measured; corpora and builds stay in ``folder``."""
    for articles in sizes:
        corpus, out = folder / f"pages{articles}", folder / f"out{articles}"
        if not corpus.exists():
            write_corpus(corpus, articles)
        build = partial(_run, str(corpus), "-o", str(out), "--jobs", str(jobs))
        times = {"first build": [build()]}
        for day in range(_DAYS):
            for step, change in _changes(corpus / "0000", seed=2 * day + 2):
                change()
                times.setdefault(step, []).append(build())
        disk = sum(file.stat().st_size for file in out.rglob("*") if file.is_file()) >> 20
        for step, runs in times.items():
            seconds, processor, memory = map(median, zip(*runs))
            yield Row(articles=articles, step=step, seconds=seconds, processor=processor, memory=int(memory), disk=disk)


def _changes(folder: Path, seed: int) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield what changes in a corpus from one build to the next, and what brings it about."""
    new, first = folder / "new.txt", folder / "page000000.txt"
    yield "nothing changed", lambda: None
    yield "one new page", lambda: new.write_text(next(pages(ARTICLES_A_PAGE, seed)), encoding="utf-8")
    yield "one changed page", lambda: first.write_text(next(pages(ARTICLES_A_PAGE, seed + 1)), encoding="utf-8")
    yield "one page withdrawn", new.unlink


def to_markdown(rows: Iterable[Row]) -> Iterator[str]:
    """Yield the lines of a table."""
    yield "| articles | build | seconds | ms an article | processor seconds | memory MB | disk MB |"
    yield "|---|---|---|---|---|---|---|"
    for row in rows:
        each = f"{row.seconds / row.articles * 1000:.1f}" if row.step == "first build" else ""
        yield (
            f"| {row.articles:,} | {row.step} | {row.seconds:.1f} | {each} | {row.processor:.1f}"
            f" | {row.memory:,} | {row.disk:,} |"
        )


def _run(*arguments: str) -> tuple[float, float, int]:
    """Run a build and return its wall and processor seconds and the most memory that it and its workers held, in MB."""
    before, start, most = _processor(), time.perf_counter(), 0
    process = subprocess.Popen([*KG, "build", *arguments], env=ENVIRONMENT, stdout=subprocess.DEVNULL)
    while process.returncode is None:
        most = max(most, sum(map(_memory, _family(process.pid))))
        with suppress(subprocess.TimeoutExpired):
            process.wait(_SAMPLED_S)
    if process.returncode:
        raise SystemExit(f"kg build {' '.join(arguments)} ended with {process.returncode}")
    return time.perf_counter() - start, _processor() - before, most >> 10


def _processor() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _family(pid: int) -> Iterator[int]:
    """Yield a process and those it started."""
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:  # it has just ended
        return
    for child in children:
        yield from _family(int(child))


def _memory(pid: int) -> int:
    """Return the memory of a process in kB, what it shares with others counted in part."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:  # it has just ended
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description="Measure how a build grows with its corpus.")
    parser.add_argument("--articles", type=int, action="append", metavar="N", help="Size of a corpus; repeatable.")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="Worker processes of each build.")
    parser.add_argument("--folder", type=Path, help="Keep corpora and builds here.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        rows = measure(options.articles or (1000, 10_000), options.folder or Path(temporary), options.jobs)
        for line in to_markdown(rows):
            print(line, flush=True)


if __name__ == "__main__":
    main()
