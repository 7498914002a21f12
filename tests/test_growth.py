"""A corpus that grows day by day: what is read, what is held, and that the result is that of a build from scratch."""

from __future__ import annotations

import multiprocessing
import os
import runpy
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg import pipeline
from kg.graph.store import Build, data_quads, open_store
from kg.pipeline import build
from kg.workers import taking

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
LONG_AGO = 1_600_000_000
COUNTIES = ("双湖", "梁山", "泗水")


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """Three small pages, last changed long ago."""
    for number, county in enumerate(COUNTIES):
        write(tmp_path / "pages" / f"{number}.txt", county)
    return tmp_path / "pages"


@pytest.fixture
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """Builds that take even these pages for many."""
    monkeypatch.setattr(pipeline, "WHOLE", 1)


def write(file: Path, county: str) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"本报{county}讯 {county}县推行“红云”联席会议机制，建起“红云”党建联盟。\n", encoding="utf-8")
    os.utime(file, (LONG_AGO, LONG_AGO))


def quads(out: Path) -> set[str]:
    """Return what the pages of a build say, without what it counts and says of itself."""
    of_pages = ("/graph/page/", "/graph/article/")
    return {str(quad) for quad in data_quads(open_store(out)) if any(kind in str(quad.graph_name) for kind in of_pages)}


def everything(out: Path) -> set[str]:
    return set(map(str, open_store(out)))


# --- what is read again


def test_an_unchanged_file_is_not_even_opened(pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build([pages], tmp_path / "out")
    monkeypatch.setattr(pipeline, "read_bytes", None)
    assert build([pages], tmp_path / "out").read == 0


def test_a_file_touched_but_not_changed_is_opened_once_and_not_read_again(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build([pages], tmp_path / "out")
    os.utime(pages / "0.txt", (LONG_AGO + 1, LONG_AGO + 1))
    assert build([pages], tmp_path / "out").read == 0
    monkeypatch.setattr(pipeline, "read_bytes", None)
    assert build([pages], tmp_path / "out").read == 0


def test_a_change_that_keeps_size_and_time_is_seen(pages: Path, tmp_path: Path) -> None:
    build([pages], tmp_path / "out")
    write(pages / "0.txt", "石渠")
    assert build([pages], tmp_path / "out").read == 1
    assert any("石渠" in quad for quad in quads(tmp_path / "out"))


def test_an_unchanged_corpus_leaves_the_store_alone(pages: Path, tmp_path: Path) -> None:
    before = (build([pages], tmp_path / "out").store / "CURRENT").stat()
    after = (build([pages], tmp_path / "out").store / "CURRENT").stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


# --- what a page takes along


def test_a_withdrawn_page_takes_exactly_its_own_statements(pages: Path, tmp_path: Path) -> None:
    build([pages], tmp_path / "out")
    before = quads(tmp_path / "out")
    (pages / "1.txt").unlink()
    build([pages], tmp_path / "out")
    gone = {quad for quad in before if "/1.txt" in quad.rsplit(" ", 1)[1]}
    assert gone
    assert quads(tmp_path / "out") == before - gone


@pytest.mark.parametrize("whole", [1, 100])
def test_a_corpus_grown_day_by_day_gives_the_store_and_the_report_of_a_build_from_scratch(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: int
) -> None:
    monkeypatch.setattr(pipeline, "WHOLE", whole)
    build([pages], tmp_path / "out")
    write(pages / "3.txt", "嘉祥")
    build([pages], tmp_path / "out")
    write(pages / "0.txt", "微山")
    (pages / "1.txt").unlink()
    build([pages], tmp_path / "out", jobs=2)
    build([pages], tmp_path / "scratch")
    assert everything(tmp_path / "out") == everything(tmp_path / "scratch")
    for name in ("report.html", "graph.ttl", "graph.html") if whole > 1 else ("report.html",):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "scratch" / name).read_bytes()


# --- many pages


def test_many_pages_get_no_picture_and_no_turtle_file_and_a_report_in_figures(
    pages: Path, tmp_path: Path, brief: None
) -> None:
    write(pages / "3.txt", "嘉祥")
    with (pages / "3.txt").open("a", encoding="utf-8") as file:
        file.write("\n责任编辑 邵文博\n")
    built = build([pages], tmp_path / "out")
    assert (built.turtle, built.network, built.pages) == (None, None, 4)
    assert not (tmp_path / "out" / "graph.ttl").exists()
    report = built.report.read_text(encoding="utf-8")
    assert "3.txt" in report and "2.txt" not in report  # only one page leaves something over


def test_a_corpus_that_grew_large_leaves_no_stale_files_and_a_small_one_gets_them_again(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build([pages], tmp_path / "out")
    wanted = {name: (tmp_path / "out" / name).read_bytes() for name in ("graph.ttl", "graph.html", "report.html")}
    monkeypatch.setattr(pipeline, "WHOLE", 1)
    write(pages / "3.txt", "嘉祥")
    build([pages], tmp_path / "out")
    assert not (tmp_path / "out" / "graph.ttl").exists() and not (tmp_path / "out" / "graph.html").exists()
    monkeypatch.undo()
    (pages / "3.txt").unlink()
    build([pages], tmp_path / "out")
    assert {name: (tmp_path / "out" / name).read_bytes() for name in wanted} == wanted


# --- cut short


def _die_after_one_page(pages: str, out: str) -> None:
    pipeline._BATCH = 1
    loaded: list[bytes] = []

    def load(self: Build, statements: bytes) -> None:
        if loaded:
            os._exit(9)
        loaded.append(statements)
        original(self, statements)

    original, Build.load = Build.load, load
    build([pages], out)


def test_a_killed_build_goes_on_with_the_page_it_was_at(pages: Path, tmp_path: Path) -> None:
    killed = multiprocessing.get_context("spawn").Process(
        target=_die_after_one_page, args=(str(pages), str(tmp_path / "out"))
    )
    killed.start()
    killed.join()
    assert killed.exitcode == 9
    assert build([pages], tmp_path / "out").read == len(COUNTIES) - 1
    build([pages], tmp_path / "scratch")
    assert everything(tmp_path / "out") == everything(tmp_path / "scratch")


# --- workers


def counted(taken: list[int], items: int) -> Iterator[int]:
    for item in range(items):
        taken.append(item)
        yield item


def test_workers_make_few_results_ahead_and_stop_when_no_one_takes_them() -> None:
    taken: list[int] = []
    with taking(abs, counted(taken, 10_000), jobs=2) as take:
        assert [take() for _ in range(3)] == [0, 1, 2]
        assert len(taken) <= 3 + 2 * 8 + 1
    assert len(taken) < 100


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_item_that_fails_fails_when_its_turn_comes_and_the_next_go_on(jobs: int) -> None:
    with taking(int, ["1", "two", "3"], jobs=jobs) as take:
        assert take() == 1
        with pytest.raises(ValueError, match="two"):
            take()
        assert take() == 3


# --- the benchmark


@pytest.fixture
def corpus(monkeypatch: pytest.MonkeyPatch) -> dict:
    return runpy.run_path(str(BENCHMARKS / "corpus.py"))


def test_an_invented_corpus_is_the_same_every_time_and_a_larger_one_begins_with_it(corpus: dict) -> None:
    assert list(corpus["pages"](14)) == list(corpus["pages"](21))[:2]
    assert list(corpus["pages"](7)) != list(corpus["pages"](7, seed=2))


def test_the_articles_of_an_invented_page_are_told_apart_and_have_counties(corpus: dict, tmp_path: Path) -> None:
    corpus["write_corpus"](tmp_path, 7)
    (page,) = pipeline.extract_pages([tmp_path])
    assert len(page.articles) == 7
    assert all(article.county and article.entities for article in page.articles)


def test_the_benchmark_of_growth_says_what_it_can_do(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setattr(sys, "argv", ["growth.py", "--help"])
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(BENCHMARKS / "growth.py"), run_name="__main__")
    assert ended.value.code == 0
    assert "--articles" in capsys.readouterr().out
