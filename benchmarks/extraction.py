"""How fast pages become facts, beside tools that only cut words or find names in the same text.

Every tool takes every page in turn within one run, so that a busy machine slows all of them alike; the figures are
medians of several runs in one process.  Tools that are not installed are left out.

    python benchmarks/extraction.py --articles 700 --runs 3
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import rjieba
from ahocorasick_rs import AhoCorasick

from corpus import write_corpus
from kg.extraction import extract
from kg.extraction.gazetteer import load_gazetteer
from kg.reading import PageSource, find_pages, read_page

OURS = "kg: page text to facts"
PEER = "jieba.lcut: words"
_NAMES = 5_000
_BEGUN_WITHIN_S = 3.0
_AS_LONG = 7
"""How often the peer takes each page, so that it takes about as long as we do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One tool: characters a second, and how many times as fast as ``PEER`` in the same run."""

    tool: str
    speed: float
    ratio: float


def measure(articles: int, runs: int, folder: Path) -> list[Row]:
    """Return the rows of every tool on a corpus of ``articles`` articles, which is left in ``folder``."""
    write_corpus(folder, articles)
    sources = list(find_pages([folder]))
    texts = [page.read_text(encoding="utf-8") for page in sorted(folder.rglob("*.txt"))]
    tools = {name: tool for name, tool in _tools(sources, texts)}
    seconds = [_run(tools, len(texts)) for _ in range(runs + 1)][1:]  # the first run loads what the tools need
    speeds = {name: sum(map(len, texts)) / median(run[name] for run in seconds) for name in tools}
    ratios = {name: median(run[PEER] / run[name] for run in seconds) for name in tools}
    return [Row(tool=name, speed=speeds[name], ratio=ratios[name]) for name in tools]


def measure_workers(articles: int, runs: int, folder: Path) -> dict[str, float]:
    """Return how many times as fast two worker processes do what one does: facts, and merely words, of the same pages.

    What two processes of any tool gain is the machine's own limit: two processors of one core are less than two.
    """
    write_corpus(folder, articles)
    sources = list(find_pages([folder]))
    gains: dict[str, list[float]] = {OURS: [], PEER: []}
    for _ in range(runs):
        for name, task in ((OURS, _to_facts), (PEER, _to_words)):
            one, two = (_shared_out(task, sources, jobs) for jobs in (1, 2))
            gains[name].append(one / two)
    return {name: median(found) for name, found in gains.items()}


def _to_facts(source: PageSource) -> int:
    return len(extract(read_page(source)).articles)


def _to_words(source: PageSource) -> int:
    cut, text = import_module("jieba").lcut, source.path.read_text(encoding="utf-8")
    return sum(len(cut(text)) for _ in range(_AS_LONG))


def _shared_out(task: Callable[[PageSource], int], sources: list[PageSource], jobs: int) -> float:
    """Return the seconds that ``jobs`` processes take for all pages, once each of them has begun."""
    with get_context("spawn").Pool(jobs, task, sources[:1]) as pool:  # each process loads what it needs before all else
        pool.map(time.sleep, [_BEGUN_WITHIN_S] * jobs, 1)
        start = time.perf_counter()
        pool.map(task, sources, 1)
        return time.perf_counter() - start


def to_markdown(rows: Iterable[Row]) -> Iterator[str]:
    """Yield the lines of a table."""
    yield "| tool | thousand characters a second | jieba.lcut = 1 |"
    yield "|---|---:|---:|"
    for row in rows:
        yield f"| {row.tool} | {row.speed / 1000:,.0f} | {row.ratio:.2f} |"


def _run(tools: dict[str, Callable[[int], object]], count: int) -> dict[str, float]:
    """Return the processor seconds that each tool takes for all pages, page by page in turn."""
    seconds = dict.fromkeys(tools, 0.0)
    for number in range(count):
        for name, tool in tools.items():
            start = time.process_time()
            tool(number)
            seconds[name] += time.process_time() - start
    return seconds


def _tools(sources: list[PageSource], texts: list[str]) -> Iterator[tuple[str, Callable[[int], object]]]:
    read = [read_page(source) for source in sources]
    yield OURS, lambda number: extract(read_page(sources[number]))
    yield "kg: reading alone", lambda number: read_page(sources[number])
    yield "kg: extraction alone", lambda number: extract(read[number])
    for module, name, use in _PEERS:
        try:
            tool = use(import_module(module))
        except ImportError:
            continue
        yield name, lambda number, tool=tool: tool(texts[number])
    yield "rjieba.cut: words", lambda number: rjieba.cut(texts[number])
    yield "rjieba.tag: words with parts of speech", lambda number: rjieba.tag(texts[number])
    automaton = AhoCorasick(sorted(load_gazetteer().by_name)[:_NAMES])
    yield f"ahocorasick_rs: {_NAMES:,} names", lambda number: automaton.find_matches_as_indexes(texts[number])


def _lac(module) -> Callable[[str], object]:
    return module.LAC(mode="lac").run


_PEERS: tuple[tuple[str, str, Callable], ...] = (
    ("jieba", PEER, lambda module: module.lcut),
    ("jieba.posseg", "jieba.posseg: words with parts of speech", lambda module: module.lcut),
    ("LAC", "LAC: words, parts of speech, names", _lac),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=700)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print("\n".join(to_markdown(measure(options.articles, options.runs, Path(folder)))))
        for name, gain in measure_workers(options.articles, options.runs, Path(folder)).items():
            print(f"{name}, two worker processes: {gain:.2f} × one")


if __name__ == "__main__":
    main()
