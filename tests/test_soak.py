"""The server under load: every answer right, and nothing left over."""

from __future__ import annotations

import asyncio
import os
import runpy
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture
def benchmark_of(monkeypatch):
    """Give the names of a benchmark."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return lambda name: runpy.run_path(str(BENCHMARKS / f"{name}.py"))


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="processes are counted by /proc")
def test_under_load_all_answers_are_those_of_the_store_and_no_worker_is_left_over(sample_build, benchmark_of):
    figures = asyncio.run(benchmark_of("soak")["soak"](sample_build[0], 8, 6))
    assert figures["requests"] > 0
    assert figures["wrong"] == 0
    assert figures["processes"][0] == figures["processes"][1]
    assert figures["files"][1] <= figures["files"][0] + 3


def test_the_page_of_figures_has_a_row_for_everything_measured(benchmark_of):
    names = benchmark_of("reliability")
    figures = {
        "survival": {"killed": 5, "killed_at_a_change": 2, "out_of_space": 1, "answered": 7, "finished": 6},
        "fuzz": {"by": "atheris", "inputs": 1200, "failures": 0},
        "attacks": {"tried": 180, "failures": 1},
    }
    page = names["to_page"](figures)
    assert page.count("\n| ") == 6
    assert "1,200" in page and "179 answered" in page
    assert "hostile:" not in page
