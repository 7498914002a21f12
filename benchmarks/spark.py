"""A build on one machine beside one on a Spark cluster of two workers, on the same corpus.

Master and workers are processes of this machine, of one core each, so that both builds have the same two cores; what
is shown beyond the local time is what Spark itself costs.  The statements of both are compared.

    python benchmarks/spark.py --articles 1000 --write benchmarks/figures/spark.json
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from commands import ENVIRONMENT, KG, ROOT

from corpus import write_corpus
from kg.graph.store import data_quads, open_store
from kg.graph.turtle import to_nquads

sys.path.insert(0, str(ROOT / "tests"))  # where the cluster is that the tests start


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One build: the articles, what it was built with, and the wall time of the whole command in seconds."""

    articles: int
    engine: str
    seconds: float


def measure(sizes: Iterable[int], folder: Path) -> Iterator[Row]:
    """Yield a row for each size and engine; raises ValueError where they disagree on a statement."""
    from spark_cluster import cluster

    (folder / "cluster").mkdir(parents=True)
    with cluster(folder / "cluster") as running:
        spark = ("--engine", "spark", "--master", running.master)
        engines = {
            "local, --jobs 2": ("--jobs", "2"),
            "Spark, two workers": spark,
            "Spark, two workers, parts only": (*spark, "--parts", str(folder / "parts")),
        }
        for articles in sizes:
            pages = folder / f"pages{articles}"
            write_corpus(pages, articles)
            outs = [folder / f"out{articles}-{number}" for number in range(len(engines))]
            for out, (engine, options) in zip(outs, engines.items()):
                yield Row(articles=articles, engine=engine, seconds=_run(str(pages), "-o", str(out), *options))
            local, cluster_made = (to_nquads(data_quads(open_store(out))) for out in outs[:2])
            if local != cluster_made:
                raise ValueError(f"the engines disagree on {articles} articles")


def to_markdown(rows: Iterable[Row]) -> Iterator[str]:
    """Yield the lines of a table."""
    yield "| articles | engine | seconds | ms an article |"
    yield "|---:|---|---:|---:|"
    for row in rows:
        each = row.seconds / row.articles * 1000
        yield f"| {row.articles:,} | {row.engine} | {row.seconds:.1f} | {each:.1f} |"


def _run(*arguments: str) -> float:
    environment = {**ENVIRONMENT, "SPARK_LOCAL_IP": "127.0.0.1"}
    start = time.perf_counter()
    done = subprocess.run([*KG, "build", *arguments], env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"kg build {' '.join(arguments)} ended with {done.returncode}: {done.stderr[-500:]}")
    return time.perf_counter() - start


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--articles", type=int, action="append", metavar="N", help="Size of a corpus; repeatable.")
    parser.add_argument("--write", type=Path, metavar="FILE.json", help="Keep the figures here.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        rows = []
        for row in measure(options.articles or (1000,), Path(temporary)):
            rows.append(row)
            print(f"{row.engine}: {row.articles:,} articles in {row.seconds:.1f} s", file=sys.stderr, flush=True)
    for line in to_markdown(rows):
        print(line)
    if options.write:
        figures = json.dumps([asdict(row) for row in rows], indent=1)
        options.write.write_text(f"{figures}\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
