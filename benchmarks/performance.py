"""How fast reading and building are: the tables of docs/performance.md, each beside its peers in the same run.

python benchmarks/performance.py --articles 210 --growth 700 --write docs/performance.md
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from collections.abc import Iterator
from pathlib import Path

import extraction
import growth

_PAGE = """\
# How fast it is · 速度

Written by `benchmarks/performance.py` ({machine}). Processor time, medians of {runs} runs; a busy machine slows all
tools of a table alike, so the ratios are what counts. 由脚本写成；以比值为准。

## Pages to facts · 从版面到事实

One process, a corpus of {articles:,} articles dealt out anew from the sample (`benchmarks/corpus.py`), page by page in
turn with tools that only cut words or find names.

{extraction}

Extraction looks at some 340 possible names an article and weighs 120 of them, in plain Python; its profile is flat. It
takes time in proportion to the text, whatever the text is: texts over 20,000 characters are read in stretches.

Two worker processes, once they have begun, are {ours:.1f} times as fast as one, by the clock; two processes of
jieba.lcut, which share nothing either, {peer:.1f} times. More than twice is the clock of a shared machine.

## Builds · 构建

The whole command with two worker processes; memory is that of all processes together.

{growth}

How long questions take: [performance-questions.md](performance-questions.md); the explorer:
[performance-explorer.md](performance-explorer.md); beyond one machine: [scale.md](scale.md).
"""


def to_page(articles: int, runs: int, sizes: list[int], folder: Path) -> Iterator[str]:
    """Yield the page, measured now."""
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    tools = extraction.to_markdown(extraction.measure(articles, runs, folder / "extraction"))
    gains = extraction.measure_workers(articles, runs, folder / "extraction")
    builds = growth.to_markdown(growth.measure(sizes, folder))
    yield _PAGE.format(
        machine=machine,
        runs=runs,
        articles=articles,
        extraction="\n".join(tools),
        ours=gains[extraction.OURS],
        peer=gains[extraction.PEER],
        growth="\n".join(builds),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=700)
    parser.add_argument("--growth", type=int, action="append", metavar="ARTICLES")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--write", type=Path, metavar="FILE")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        page = "".join(to_page(options.articles, options.runs, options.growth or [1_000, 10_000], Path(folder)))
    if options.write:
        options.write.write_text(page, encoding="utf-8", newline="\n")
    else:
        print(page, end="")


if __name__ == "__main__":
    main()
