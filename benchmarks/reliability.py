"""What was tried against the program and what it withstood, as a table for the documentation.

    python benchmarks/reliability.py [--tests] [--write docs/reliability.md]

The figures are those that the other benchmarks left in ``benchmarks/figures``: ``soak.py``, ``visitors.py``,
``survival.py`` and the fuzzing of ``.ci/run``; ``--tests`` first counts the attacks of the tests anew. What has left
no figures is not in the table.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

ROOT = Path(__file__).parents[1]
FIGURES = Path(__file__).parent / "figures"
TESTS = ("tests/test_attacks.py", "tests/test_serving_limits.py")

ADDRESSES = {"own": "each with an address · 各有地址", "one": "one address for all · 共用地址"}
"""Whether a hostile visitor can be told from the others."""

Figures = dict[str, Any]
Row = tuple[str, str, str]


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--tests", action="store_true", help="run the tests of attacks and count them")
    parser.add_argument("--write", type=Path, help="a Markdown file for the table")
    given = parser.parse_args()
    if given.tests:
        FIGURES.mkdir(exist_ok=True)
        write_json(FIGURES / "attacks.json", count_attacks())
    text = to_page(read_figures(FIGURES))
    print(text)
    if given.write:
        given.write.write_text(text, encoding="utf-8", newline="\n")


def count_attacks() -> Figures:
    """Run the tests of attacks and return how many there are and how many were not withstood."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "tests.xml"
        subprocess.run([sys.executable, "-m", "pytest", "-q", *TESTS, f"--junitxml={report}"], cwd=ROOT, check=False)
        suite = ElementTree.parse(report).getroot().find("testsuite").attrib
    return {"tried": int(suite["tests"]), "failures": int(suite["failures"]) + int(suite["errors"])}


def write_json(file: Path, figures: Figures) -> None:
    """Write figures as the other benchmarks do."""
    file.write_text(json.dumps(figures, indent=1, sort_keys=True) + "\n", encoding="utf-8", newline="\n")


def read_figures(folder: Path) -> dict[str, Figures]:
    """Return the figures that are there, by the name of the benchmark."""
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.json"))}


def to_page(figures: dict[str, Figures]) -> str:
    """Return the page with all rows for which there are figures."""
    rows = [row for name, to_rows in ROWS.items() if name in figures for row in to_rows(figures[name])]
    return "\n".join(
        [
            "# What it withstands · 经受的考验",
            "",
            "Written by `benchmarks/reliability.py` from the figures in `benchmarks/figures`; what is promised and",
            "which test shows it: [security.md](security.md). 本页由脚本据实测数据写成；承诺与对应的测试见 security.md。",
            "",
            "| tried · 所试 | how often · 次数 | came out · 结果 |",
            "|---|---:|---|",
            *(f"| {' | '.join(row)} |" for row in rows),
            "",
        ]
    )


def of_survival(found: Figures) -> Iterator[Row]:
    """Yield what builds survived."""
    answered = f"{found['answered']:,} answers compared, {found['finished']:,} builds finished · 答复比对，构建完成"
    yield "Builds killed at any moment (kill -9) · 构建中途强行终止", f"{found['killed']:,}", answered
    yield (
        "— of these before a single change of the folder · 其中恰在一次改动之前",
        f"{found['killed_at_a_change']:,}",
        "",
    )
    yield "Disk full · 磁盘写满", f"{found['out_of_space']:,}", "the last good graph stays · 原图谱完好"


def of_fuzz(found: Figures) -> Iterator[Row]:
    """Yield what the reader was fed."""
    name = f"Invented inputs to the page reader ({found['by']}) · 随机构造的输入"
    yield name, f"{found['inputs']:,}", f"{found['failures']} failures · 失败"


def of_attacks(found: Figures) -> Iterator[Row]:
    """Yield what was sent to the served site."""
    name = "Hostile requests and queries to the served site · 对网站的恶意请求与查询"
    yield name, f"{found['tried']:,}", f"{found['tried'] - found['failures']:,} answered as promised · 答复合乎承诺"


def of_visitors(found: Figures) -> Iterator[Row]:
    """Yield what a hostile visitor cost the others."""
    for row in found["attacks"]:
        whose = ADDRESSES[row["addresses"]]
        name = f"{found['visitors']} visitors, one hostile: {row['attack']}, {whose}"
        times = f"median {row['calm_ms']:g} → {row['attacked_ms']:g} ms ({row['ratio']:.1f} ×)"
        yield (
            f"{name} · 访客中一人作恶",
            f"{row['requests']:,}",
            f"{times}, {row['unanswered']} without an answer · 无答复",
        )


def of_soak(found: Figures) -> Iterator[Row]:
    """Yield what an endurance run showed."""
    name = f"Mixed requests without a pause, {found['hours']:g} hours' worth in {found['seconds'] / 60:g} min · 连续混合请求"
    outcome = f"{found['wrong']} wrong answers · 错答, {found['busy']} told to come again · 请稍后再试"
    yield name, f"{found['requests']:,}", outcome
    before, after = found["processes"]
    files = " → ".join(map(str, found["files"]))
    yield (
        "— processes; open files of the server · 进程数；打开文件数",
        f"{before} → {after}; {files}",
        "none leaked · 无泄漏",
    )
    growth = (
        f"{found['server_mib_per_1000_requests']:g} MiB per 1,000 requests in the second half · 后半程每千次请求增长"
    )
    yield (
        "— memory of the server, MiB · 服务器内存",
        " → ".join(f"{amount:g}" for amount in found["server_mib"]),
        growth,
    )


ROWS: dict[str, Callable[[Figures], Iterator[Row]]] = {
    "survival": of_survival,
    "fuzz": of_fuzz,
    "attacks": of_attacks,
    "visitors": of_visitors,
    "soak": of_soak,
}
"""What each benchmark's figures say, in the order of the table."""


if __name__ == "__main__":
    main()
