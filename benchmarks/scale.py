"""What fifty million articles would cost, from what a thousand cost here.

``--measure`` reads an invented corpus in one process, writes its parts, loads them into a store and asks the canned
questions, and keeps the figures.  The tables of docs/scale.md are calculated from the figures that are kept.

    python benchmarks/scale.py --measure --articles 1000
    python benchmarks/scale.py --write docs/scale.md
"""

from __future__ import annotations

import argparse
import gzip
import json
import platform
import re
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from statistics import median

from spark import Row, to_markdown

from corpus import write_corpus
from kg.extraction import extract
from kg.graph.answers import answer
from kg.graph.mapping import to_page_graphs
from kg.graph.parts import read_part, to_part
from kg.graph.questions import questions
from kg.graph.store import building, open_store, store_path
from kg.pipeline import look_at, to_known
from kg.reading import Metadata, find_pages, read_page

FIGURES = Path(__file__).parent / "figures"
SIZES = (1, 100_000, 50_000_000)
_HOUR = 3600
_TABLE = re.compile(r"(<!-- (\w+) -->\n).*?(<!-- /\2 -->)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was measured: a corpus in numbers, processor seconds of one core, bytes on disk and in memory.

    ``warm`` is what each canned question without parameters takes when it is asked again, first 1,000 rows and totals,
    in milliseconds.
    """

    machine: str
    articles: int
    pages: int
    text_bytes: int
    statements: int
    part_bytes: int
    packed_bytes: int
    memory_bytes: int
    reading_s: float
    mapping_s: float
    loading_s: float
    tallying_s: float
    store_bytes: int
    warm: dict[str, float]


def measure(articles: int, folder: Path) -> Figures:
    """Return the figures of ``articles`` articles, read and stored in ``folder`` by this process."""
    text_bytes = write_corpus(folder / "pages", articles)
    sources = find_pages([folder / "pages"])
    extract(read_page(sources[0]))  # loads the gazetteer and the lexicon
    reading_s, pages = _timed(lambda: [extract(read_page(source)) for source in sources])
    mapping_s, lines = _timed(lambda: b"".join(to_part(to_page_graphs(page)) for page in pages))
    part = folder / "part-00000.nq"
    part.write_bytes(lines)
    tracemalloc.start()
    metadata = Metadata()
    looks = (look_at(source, None, metadata) for source in sources)
    held = [(look, to_known(page, look, False)) for page, look in zip(pages, looks)]
    memory_bytes = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    with building(folder / "out") as graph:
        loading_s, _ = _timed(lambda: [graph.load(statements) for statements in read_part(part)])
        graph.load_vocabulary()
        tallying_s, _ = _timed(graph.describe)
    return Figures(
        machine=f"{platform.machine()}, Python {platform.python_version()}",
        articles=articles,
        pages=len(held),
        text_bytes=text_bytes,
        statements=lines.count(b"\n"),
        part_bytes=len(lines),
        packed_bytes=len(gzip.compress(lines, 6)),
        memory_bytes=memory_bytes,
        reading_s=reading_s,
        mapping_s=mapping_s,
        loading_s=loading_s,
        tallying_s=tallying_s,
        store_bytes=sum(file.stat().st_size for file in store_path(folder / "out").iterdir()),
        warm=dict(_ask_all(folder / "out")),
    )


def to_costs(figures: Figures) -> Iterator[str]:
    """Yield the lines of the table of costs."""
    yield f"| | {' | '.join(f'{size:,}' for size in SIZES)} |"
    yield "|---|---:|---:|---:|"
    rows: tuple[tuple[str, float, Callable[[float], str]], ...] = (
        ("text, UTF-8 · 原文", figures.text_bytes, _bytes),
        ("core time: read and extract · 读取与抽取", figures.reading_s, _duration),
        ("core time: map to sorted N-Quads · 映射", figures.mapping_s, _duration),
        ("statements in parts · 陈述", figures.statements, _count),
        ("parts on disk · 分片", figures.part_bytes, _bytes),
        ("parts, gzip · 压缩", figures.packed_bytes, _bytes),
        ("memory of the driver, 7 articles a page · 驱动程序内存", figures.memory_bytes, _bytes),
        ("embedded store: load, one core · 嵌入式库装载", figures.loading_s, _duration),
        ("embedded store: tallies and description · 汇总", figures.tallying_s, _duration),
        ("embedded store on disk, not compacted · 嵌入式库磁盘", figures.store_bytes, _bytes),
    )
    for name, value, shown in rows:
        yield f"| {name} | {' | '.join(shown(value / figures.articles * size) for size in SIZES)} |"


def to_clusters(figures: Figures) -> Iterator[str]:
    """Yield the lines of the table of machines: wall time of reading 50 million articles, were nothing else to do."""
    yield "| cores · 核 | reading, extracting, mapping 50 million · 全部读取、抽取、映射 |"
    yield "|---:|---:|"
    seconds = (figures.reading_s + figures.mapping_s) / figures.articles * SIZES[-1]
    for cores in (2, 16, 64, 256, 1024):
        yield f"| {cores:,} | {_duration(seconds / cores)} |"


def to_questions(figures: Figures) -> Iterator[str]:
    """Yield the lines of the table of questions."""
    yield "| articles | statements | median question | slowest question |"
    yield "|---:|---:|---:|---:|"
    slowest = max(figures.warm, key=figures.warm.__getitem__)
    yield (
        f"| {figures.articles:,} | {figures.statements:,} | {median(figures.warm.values()):.0f} ms"
        f" | {figures.warm[slowest]:.0f} ms (`{slowest}`) |"
    )


def with_tables(page: str) -> str:
    """Return docs/scale.md with its tables as the kept figures give them."""
    figures = Figures(**json.loads((FIGURES / "scale.json").read_text(encoding="utf-8")))
    rows = [Row(**row) for row in json.loads((FIGURES / "spark.json").read_text(encoding="utf-8"))]
    tables = {
        "costs": to_costs(figures),
        "clusters": to_clusters(figures),
        "questions": to_questions(figures),
        "engines": to_markdown(rows),
    }
    return _TABLE.sub(lambda found: found[1] + "".join(f"{line}\n" for line in tables[found[2]]) + found[3], page)


def _ask_all(out: Path) -> Iterator[tuple[str, float]]:
    store = open_store(out)
    for question in questions():
        answer(store, question.name, limit=1000)
        seconds, _ = _timed(partial(answer, store, question.name, limit=1000))
        yield question.name, round(seconds * 1000, 1)


def _timed(work: Callable[[], object]) -> tuple[float, object]:
    """Return the processor seconds of this process and its threads that ``work`` takes, and what it returns."""
    start = time.process_time()
    result = work()
    return round(time.process_time() - start, 4), result


def _count(number: float) -> str:
    return f"{number:,.0f}" if number < 1e9 else f"{number / 1e9:,.1f} · 10⁹"


def _bytes(number: float) -> str:
    unit = next(unit for unit in (("kB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12)) if number < 1000 * unit[1])
    return f"{number / unit[1]:,.1f} {unit[0]}"


def _duration(seconds: float) -> str:
    if seconds < 1:
        return f"{seconds * 1000:.1f} ms"
    if seconds < _HOUR:
        return f"{seconds / 60:,.1f} min"
    return f"{seconds / _HOUR:,.1f} h" if seconds < 100 * _HOUR else f"{seconds / _HOUR:,.0f} h"


def main() -> None:
    """Measure, or write the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--measure", action="store_true", help="Measure anew and keep the figures.")
    parser.add_argument("--articles", type=int, default=1000, metavar="N", help="Size of the corpus.")
    parser.add_argument("--write", type=Path, metavar="FILE.md", help="Renew the tables of this file.")
    options = parser.parse_args()
    if options.measure:
        with tempfile.TemporaryDirectory() as temporary:
            figures = measure(options.articles, Path(temporary))
        text = json.dumps(asdict(figures), indent=1)
        (FIGURES / "scale.json").write_text(f"{text}\n", encoding="utf-8", newline="\n")
        print("\n".join((*to_costs(figures), "", *to_clusters(figures), "", *to_questions(figures))))
    if options.write:
        page = options.write.read_text(encoding="utf-8")
        options.write.write_text(with_tables(page), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
