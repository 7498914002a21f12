"""The whole chain: what a build writes, keeps and leaves alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kg import pipeline
from kg.cache import Cache, CacheError, page_key
from kg.graph.copies import StoreBusy
from kg.graph.questions import ask
from kg.graph.store import building, data_quads, open_store
from kg.graph.validation import check
from kg.pipeline import build, extract_pages, read_again
from kg.reading import PageError
from kg.reading.sources import name_files

ROOT = Path(__file__).parents[1]
OUTPUTS = ("graph.ttl", "graph.html", "report.html")


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A copy of the sample pages that a test may change."""
    return Path(shutil.copytree(ROOT / "data", tmp_path / "data"))


def outputs(out: Path) -> dict[str, bytes]:
    return {name: (out / name).read_bytes() for name in OUTPUTS}


def quads(out: Path) -> set[str]:
    return set(map(str, data_quads(open_store(out))))


def test_a_build_writes_store_turtle_network_and_report(pages: Path, tmp_path: Path):
    built = build([pages], tmp_path / "out")
    assert (built.pages, built.articles) == (2, 14)
    assert built.read == 2
    assert built.set_aside == {}
    assert built.store.is_dir()
    assert all(file.stat().st_size > 1000 for file in (built.turtle, built.network, built.report))


def test_the_number_of_workers_and_the_order_of_paths_change_no_byte(pages: Path, tmp_path: Path):
    files = sorted(pages.rglob("*.txt"))
    build(files, tmp_path / "one", jobs=1)
    build(files[::-1], tmp_path / "two", jobs=2)
    assert outputs(tmp_path / "one") == outputs(tmp_path / "two")


def test_an_unchanged_page_is_not_read_again(pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    first = build([pages], tmp_path / "out")
    before = outputs(tmp_path / "out")
    monkeypatch.setattr(pipeline, "_extract_page", None)
    second = build([pages], tmp_path / "out")
    assert second.read == 0
    assert second.pages == first.pages
    assert outputs(tmp_path / "out") == before


def test_an_unchanged_build_writes_again_only_what_is_missing(pages: Path, tmp_path: Path):
    build([pages], tmp_path / "out")
    before = outputs(tmp_path / "out")
    (tmp_path / "out" / "graph.ttl").write_text("left alone", encoding="utf-8")
    build([pages], tmp_path / "out")
    assert outputs(tmp_path / "out")["graph.ttl"] == b"left alone"
    (tmp_path / "out" / "report.html").unlink()
    build([pages], tmp_path / "out")
    assert outputs(tmp_path / "out") == before


def test_exports_cut_short_are_written_by_the_next_build(pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    build([pages], tmp_path / "out")
    before = outputs(tmp_path / "out")
    other = sorted(pages.rglob("*.txt"))[:1]
    monkeypatch.setattr(pipeline, "to_report_html", None)
    with pytest.raises(TypeError):
        build(other, tmp_path / "out")
    monkeypatch.undo()
    build([pages], tmp_path / "out")
    assert outputs(tmp_path / "out") == before


def test_a_changed_added_or_withdrawn_page_gives_what_a_fresh_build_gives(pages: Path, tmp_path: Path):
    one, other = sorted(pages.rglob("*.txt"))
    build([pages], tmp_path / "out")
    text = one.read_text(encoding="utf-8")
    one.write_text(text[: len(text) // 2], encoding="utf-8")
    other.rename(other.with_name("renamed.txt"))
    grown = build([pages], tmp_path / "out")
    assert grown.read == 2
    build([pages], tmp_path / "fresh")
    assert outputs(tmp_path / "out") == outputs(tmp_path / "fresh")
    assert quads(tmp_path / "out") == quads(tmp_path / "fresh")


def test_changed_metadata_is_read_again(pages: Path, tmp_path: Path):
    build([pages], tmp_path / "out")
    table = pages / "pages.csv"
    table.write_text(table.read_text(encoding="utf-8").replace("2022-11-01", "2022-11-02"), encoding="utf-8")
    assert build([pages], tmp_path / "out").read == 1
    assert "2022-11-02" in (tmp_path / "out" / "graph.ttl").read_text(encoding="utf-8")


def test_a_page_that_cannot_be_read_is_set_aside_and_the_rest_built(pages: Path, tmp_path: Path):
    (pages / "pages" / "empty.txt").write_text("", encoding="utf-8")
    built = build([pages], tmp_path / "out")
    assert list(built.set_aside) == ["empty.txt"]
    assert built.pages == 2
    assert "empty.txt" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_where_no_page_can_be_read_nothing_is_built(tmp_path: Path):
    (tmp_path / "empty.txt").write_text(" \n", encoding="utf-8")
    with pytest.raises(PageError, match="empty"):
        build([tmp_path / "empty.txt"], tmp_path / "out")
    assert not (tmp_path / "out" / "graph.ttl").exists()


def test_a_failed_build_leaves_the_last_good_graph(pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    build([pages], tmp_path / "out")
    before, stored = outputs(tmp_path / "out"), quads(tmp_path / "out")
    next(pages.rglob("*_a.txt")).unlink()
    monkeypatch.setattr(pipeline, "to_statements", None)
    next(pages.rglob("*_b.txt")).write_text("本报双湖讯 双湖县建起联席会议机制。\n", encoding="utf-8")
    with pytest.raises(TypeError):
        build([pages], tmp_path / "out")
    assert outputs(tmp_path / "out") == before
    assert quads(tmp_path / "out") == stored
    monkeypatch.undo()
    build([pages], tmp_path / "out")
    build([pages], tmp_path / "fresh")
    assert outputs(tmp_path / "out") == outputs(tmp_path / "fresh")


def test_a_build_that_could_read_nothing_leaves_what_the_check_needs(pages: Path, tmp_path: Path):
    build([pages], tmp_path / "out")
    (tmp_path / "empty.txt").write_text("", encoding="utf-8")
    with pytest.raises(PageError):
        build([tmp_path / "empty.txt"], tmp_path / "out")
    assert check(open_store(tmp_path / "out"), read_again(tmp_path / "out", lambda name, error: None)) == []


def test_a_second_build_in_the_same_folder_says_so_and_stops(pages: Path, tmp_path: Path):
    with building(tmp_path / "out"), pytest.raises(StoreBusy):
        build([pages], tmp_path / "out")


def test_another_base_moves_the_data_but_not_the_vocabulary(pages: Path, tmp_path: Path):
    build([pages], tmp_path / "out")
    build([pages], tmp_path / "out", base="https://example.org/graph/")
    turtle = (tmp_path / "out" / "graph.ttl").read_text(encoding="utf-8")
    assert "https://example.org/graph/" in turtle
    assert "w3id.org/dangjian/id/" not in turtle
    assert "w3id.org/dangjian/ontology#" in turtle


def test_pages_are_extracted_in_the_order_of_the_files(pages: Path):
    assert [page.file for page in extract_pages([pages], jobs=2)] == ["jining_2022_a.txt", "jining_2022_b.txt"]


def test_pages_of_the_same_name_are_told_apart_by_their_folders():
    files = [Path("x/2022/a.txt"), Path("x/2023/a.txt"), Path("x/2023/b.txt")]
    assert name_files(files) == ["2022/a.txt", "2023/a.txt", "b.txt"]


def test_a_page_is_known_by_its_name_hash_and_metadata():
    keys = {
        page_key("a.txt", "text", {}),
        page_key("b.txt", "text", {}),
        page_key("a.txt", "other", {}),
        page_key("a.txt", "text", {"date": "2022-11-01"}),
    }
    assert len(keys) == 4


def test_a_damaged_cache_says_what_to_do(tmp_path: Path):
    (tmp_path / "cache.sqlite").write_bytes(b"not a database at all" * 100)
    with pytest.raises(CacheError, match="delete it"):
        Cache(tmp_path / "cache.sqlite")


def test_the_real_pages_build_twice_to_the_same_bytes(shared: Path, tmp_path: Path):
    for out in ("one", "two"):
        build([shared / "pages"], tmp_path / out)
    assert outputs(tmp_path / "one") == outputs(tmp_path / "two")


def test_the_real_pages_tell_which_counties_use_alliances(shared: Path, tmp_path: Path):
    built = build([shared / "pages"], tmp_path / "out")
    rows = ask(open_store(built.store.parent), "alliances")
    assert {row["county"].value for row in rows} == {"梁山县", "兖州区", "微山县", "鱼台县", "金乡县"}
