"""The Spark engine: the same graph as a build on one machine, also when a worker dies."""

from __future__ import annotations

import gzip
import os
import runpy
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from spark_cluster import ROOT, Cluster, cluster

from kg import pipeline, spark
from kg.graph.copies import StoreBusy, claiming
from kg.graph.mapping import to_page_graphs, to_page_quads
from kg.graph.parts import read_part, to_part
from kg.graph.store import data_quads, open_store, to_statements
from kg.graph.turtle import to_nquads
from kg.reading import PageError
from kg.spark.cluster import FolderTaken, SparkFailed, SparkMissing

OUTPUTS = ("report.html", "graph.ttl", "graph.html")
ROWS = (
    '{"title": "石渠县建起“红云”党建联盟", "text": "石渠县推行“红云”联席会议机制，建起“红云”党建联盟。"}\n'
    '{"title": "没有正文"}\n'
    '{"title": "双湖县开展“牧心”行动", "text": "双湖县开展“牧心”行动，建立“牧心”党建联盟。"}\n'
)


def need_spark() -> None:
    """Skip what needs Spark where it cannot run."""
    pytest.importorskip("pyspark", reason="pyspark is not installed")
    if not (os.environ.get("JAVA_HOME") or shutil.which("java")):
        pytest.skip("Java is not installed")


@pytest.fixture(scope="module")
def standalone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A master with two workers, which the tests of this module share and the last one harms."""
    need_spark()
    with pytest.MonkeyPatch.context() as environment, cluster(tmp_path_factory.mktemp("cluster")) as running:
        environment.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        environment.setenv("PYSPARK_PYTHON", sys.executable)
        yield running


@pytest.fixture
def spark_here(monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of Spark within this process, where a cluster would show nothing more."""
    need_spark()
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    return "local[2]"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample pages with their metadata, rows of a table, a page twice and one that cannot be read."""
    folder = Path(shutil.copytree(ROOT / "data", tmp_path_factory.mktemp("corpus") / "data"))
    (folder / "rows.jsonl").write_text(ROWS, encoding="utf-8")
    first = min((folder / "pages").glob("*.txt"))
    shutil.copy(first, folder / "pages" / "重复.txt")
    (folder / "空 白.txt").write_bytes(b"")
    return folder


@pytest.fixture(scope="module")
def local(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[pipeline.Built, Path]:
    """What a build on this machine makes of the corpus."""
    out = tmp_path_factory.mktemp("local") / "out"
    return pipeline.build([corpus], out), out


def quads(out: Path) -> bytes:
    return to_nquads(data_quads(open_store(out)))


def lines_of_parts(folder: Path) -> list[bytes]:
    plain = [part.read_bytes() for part in folder.glob("part-*.nq")]
    packed = [gzip.decompress(part.read_bytes()) for part in folder.glob("part-*.nq.gz")]
    return sorted(b"".join(plain + packed).splitlines())


def lines_of_pages(out: Path) -> list[bytes]:
    """Return what the pages of a build say, without what its store counts and says of itself."""
    added = (b"/id/graph/tally", b"/id/graph/dataset>")
    return sorted(line for line in quads(out).splitlines() if not any(graph in line for graph in added))


# --- parts


def test_a_part_holds_the_named_graphs_of_a_page_sorted_and_no_line_twice(corpus: Path) -> None:
    page = next(pipeline.extract_pages([corpus / "pages"], set_aside=lambda name, error: None))
    lines = to_part(to_page_graphs(page)).splitlines()
    assert len(lines) == len(set(lines))
    assert set(lines) == set(to_nquads(to_page_quads(page)).splitlines())


def test_a_part_is_read_as_the_store_takes_it(corpus: Path, tmp_path: Path) -> None:
    page = next(pipeline.extract_pages([corpus / "pages"], set_aside=lambda name, error: None))
    (tmp_path / "part-00000.nq").write_bytes(to_part(to_page_graphs(page)))
    read = b"".join(read_part(tmp_path / "part-00000.nq"))
    wanted = to_statements(to_page_graphs(page), page.file, "mark")
    marks = to_statements((), page.file, "mark")
    assert set((read + marks).splitlines()) == set(wanted.splitlines())


# --- what is missing


def test_without_pyspark_the_way_out_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kg) -> None:
    monkeypatch.setitem(sys.modules, "pyspark", None)
    done = kg("build", ROOT / "data", "-o", tmp_path / "out", "--engine", "spark")
    assert done.returncode == 2
    assert "pip install 'dangjian-kg[spark]'" in done.stderr


def test_without_java_the_way_out_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="pyspark is not installed")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SparkMissing, match="Java 17 or later"):
        spark.build([ROOT / "data"], tmp_path / "out")


def test_a_folder_in_which_a_build_is_at_work_is_left_alone(corpus: Path, tmp_path: Path) -> None:
    with claiming(tmp_path), pytest.raises(StoreBusy, match="Another build is at work"):
        spark.build([corpus], tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == {"build.lock"}


@pytest.mark.parametrize("option", ["--master", "--parts"])
def test_options_of_the_cluster_need_its_engine(kg, option: str) -> None:
    done = kg("build", option, "somewhere")
    assert done.returncode == 2
    assert "--engine spark" in done.stderr


# --- on a cluster


def test_two_workers_write_what_one_machine_writes(
    standalone: Cluster, corpus: Path, local: tuple[pipeline.Built, Path], tmp_path: Path, kg
) -> None:
    """Every file of the build, the reasons of what was set aside, and the parts, but for what the store adds."""
    built, out = local
    done = kg("build", corpus, "-o", tmp_path / "out", "--engine", "spark", "--master", standalone.master)
    assert done.returncode == 2, done.stderr
    assert len(built.set_aside) == 3
    assert [line for line in done.stderr.splitlines() if line.startswith("kg: ")] == [
        f"kg: set aside: {error}" for error in built.set_aside.values()
    ]
    assert quads(tmp_path / "out") == quads(out)
    assert [(tmp_path / "out" / name).read_bytes() for name in OUTPUTS] == [(out / n).read_bytes() for n in OUTPUTS]
    assert lines_of_parts(tmp_path / "out" / "parts") == lines_of_pages(out)
    assert pipeline.build([corpus], tmp_path / "out").read == 0, "a build on one machine goes on from there"


def test_addresses_that_spark_reads_give_the_same_parts_in_place_of_older_ones_and_no_store(
    spark_here: str, corpus: Path, local: tuple[pipeline.Built, Path], tmp_path: Path
) -> None:
    parts = f"file://{tmp_path}/parts"
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "part-00099.nq.gz").write_bytes(gzip.compress(b"of an earlier build"))
    built = spark.build([f"file://{corpus}"], tmp_path / "out", master=spark_here, parts=parts)
    assert (built.pages, built.articles) == (local[0].pages, local[0].articles)
    assert built.set_aside.keys() == local[0].set_aside.keys()
    reasons = [str(error).partition(": ")[2] for error in built.set_aside.values()]
    assert reasons == [str(error).partition(": ")[2] for error in local[0].set_aside.values()]
    assert built.store is None and not (tmp_path / "out" / "store").exists()
    assert lines_of_parts(tmp_path / "parts") == lines_of_pages(local[1])


def test_a_folder_of_other_files_is_not_replaced_by_parts(spark_here: str, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "thesis.docx").write_bytes(b"years of work")
    with pytest.raises(FolderTaken, match="thesis"):
        spark.build([corpus], tmp_path, master=spark_here)
    assert (tmp_path / "parts" / "thesis.docx").read_bytes() == b"years of work"


def test_pages_none_of_which_can_be_read_make_no_graph(spark_here: str, corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(PageError, match="空 白.txt"):
        spark.build([corpus / "空 白.txt"], tmp_path, master=spark_here)
    assert not (tmp_path / "store").exists()


def test_addresses_and_paths_are_not_mixed(spark_here: str, corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(PageError, match="cannot be mixed"):
        spark.build([corpus, f"file://{corpus}"], tmp_path, master=spark_here)


def test_what_fails_on_a_cluster_is_one_sentence(tmp_path: Path, corpus: Path) -> None:
    need_spark()
    with pytest.raises(SparkFailed, match="^Spark at nowhere failed: .*Could not parse Master URL") as failed:
        spark.build([corpus], tmp_path, master="nowhere")
    assert "\n" not in str(failed.value)


def test_a_worker_killed_in_mid_run_changes_nothing(standalone: Cluster, tmp_path: Path) -> None:
    """The last test of the cluster: it has one worker from here on."""
    (tmp_path / "pages").mkdir()
    for number in range(60):
        text = f"本报双湖讯 双湖县推行“红云{number}”联席会议机制，建起“红云{number}”党建联盟。\n"
        (tmp_path / "pages" / f"{number:02}.txt").write_text(text, encoding="utf-8")
    seen: list[int] = []

    def kill_at_first(done: int, total: int) -> None:
        if not seen:
            standalone.kill_worker()
        seen.append(done)

    pages, out = [tmp_path / "pages"], tmp_path / "out"
    built = spark.build(pages, out, master=standalone.master, progress=kill_at_first)
    assert seen[0] < 60, "it was killed before all was done"
    assert standalone.workers[0].wait() != 0
    pipeline.build(pages, tmp_path / "local")
    assert built.pages == 60
    assert quads(out) == quads(tmp_path / "local")
    assert lines_of_parts(out / "parts") == lines_of_pages(tmp_path / "local")


# --- what it costs


def test_the_tables_of_what_it_costs_are_calculated_from_the_kept_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    scale = runpy.run_path(str(ROOT / "benchmarks" / "scale.py"))
    page = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
    assert scale["with_tables"](page) == page
    assert page.count("<!-- /") == 4


def test_the_benchmark_of_the_engines_says_what_it_can_do(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setattr(sys, "argv", ["spark.py", "--help"])
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(ROOT / "benchmarks" / "spark.py"), run_name="__main__")
    assert ended.value.code == 0
    assert "--articles" in capsys.readouterr().out
