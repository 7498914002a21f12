"""The library for Python users: few names, plain values, pictures that need no network."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import ROOT

import kg as library
from kg.graph.store import StoreMissing


@pytest.fixture(scope="module")
def graph(sample_build) -> library.Graph:
    return library.Graph.open(sample_build[0])


def test_importing_kg_imports_nothing_else_of_it() -> None:
    heavy = ("kg.", "pyoxigraph", "networkx", "pandas")
    code = f"import sys, kg; print([name for name in sys.modules if name.startswith({heavy})])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(("guard", "done"), [("", False), ("if __name__ == '__main__':\n    ", True)])
def test_a_script_that_gives_jobs_is_told_how_to_begin(tmp_path: Path, guard: str, done: bool) -> None:
    script = tmp_path / "script.py"
    call = f"kg.extract({str(ROOT / 'data')!r}, jobs=2)"
    script.write_text(f"import sys\nsys.path.insert(0, {str(ROOT)!r})\nimport kg\n{guard}{call}\n", encoding="utf-8")
    ran = subprocess.run([sys.executable, script], capture_output=True, text=True, encoding="utf-8")
    assert (ran.returncode == 0) is done
    assert ('if __name__ == "__main__":' in ran.stderr.splitlines()[-1]) if not done else not ran.stderr


def test_every_public_name_is_there_and_documented() -> None:
    for name in library.__all__:
        assert getattr(library, name).__doc__ and name in dir(library)
    with pytest.raises(AttributeError, match="Graph"):
        library.graphs


def test_read_gives_articles_and_extract_their_facts_too() -> None:
    (read,), (extracted,) = (f(ROOT / "data/pages/jining_2022_a.txt") for f in (library.read, library.extract))
    assert read.file == "jining_2022_a.txt" and len(read.articles) == len(extracted.articles)
    assert not read.articles[0].entities and extracted.articles[0].entities


def test_read_takes_a_folder_or_several_paths() -> None:
    folder = ROOT / "data/pages"
    one, several = library.read(str(folder)), library.read(folder.glob("*.txt"))
    assert [page.file for page in one] == [page.file for page in several]


def test_build_gives_the_graph(tmp_path: Path) -> None:
    built = library.build(ROOT / "data/pages/jining_2022_a.txt", tmp_path / "out")
    assert len(built.ask("articles")) == len(library.Graph.open(tmp_path / "out").ask("articles")) > 0


def test_rows_are_dicts_of_plain_values(graph: library.Graph) -> None:
    row = graph.ask("figures")[0]
    assert isinstance(row["value"], Decimal) and isinstance(row["approximate"], bool) and isinstance(row["county"], str)
    assert row["countyIri"].startswith("https://")
    assert isinstance(graph.ask("timeline")[0]["date"], date)
    assert isinstance(graph.ask("coverage")[0]["articles"], int)
    assert any(row["lead"] is None for row in graph.ask("alliances"))


def test_a_table_is_a_sequence(graph: library.Graph) -> None:
    table = graph.ask("alliances")
    assert list(table)[-1] == table[-1] and table[:2] == list(table)[:2] and "alliance" in table.columns
    assert table.coverage.counties == 11 and "rows" in repr(table)


def test_query_answers_by_the_form_of_the_query(graph: library.Graph) -> None:
    assert graph.query("SELECT (COUNT(*) AS ?n) { ?a a dj:Article }")[0] == {"n": 14}
    assert graph.query("ASK { ?a a dj:Article }") is True
    assert "a dj:County" in graph.query("CONSTRUCT WHERE { ?c a dj:County }")


def test_a_data_frame_has_numbers_dates_and_the_coverage(graph: library.Graph) -> None:
    pandas = pytest.importorskip("pandas")
    frame = graph.ask("figures").to_pandas()
    assert pandas.api.types.is_float_dtype(frame["value"]) and pandas.api.types.is_bool_dtype(frame["approximate"])
    assert len(frame.attrs["coverage"]) == 2
    assert pandas.api.types.is_datetime64_any_dtype(graph.ask("timeline").to_pandas()["date"])
    empty = graph.ask("alliances", name="不存在").to_pandas()
    assert empty.empty and "county" in empty


def test_without_pandas_the_way_to_it_is_named(graph: library.Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match=r"notebook"):
        graph.ask("alliances").to_pandas()


def test_text_of_a_page_is_text_in_the_notebook(graph: library.Graph) -> None:
    shown = graph.query('SELECT ?a { VALUES ?a { "<script>alert(1)</script>" } }')._repr_html_()
    assert "<script>" not in shown and "&lt;script&gt;" in shown


def test_the_table_in_a_notebook_says_how_many_rows_it_leaves_out(graph: library.Graph) -> None:
    table = graph.ask("county")
    assert f"{len(table) - 50} more rows" in table._repr_html_() and "报上未见" in table._repr_html_()


def test_the_picture_is_a_page_in_a_frame_that_may_run_scripts_only(graph: library.Graph, tmp_path: Path) -> None:
    picture = graph.show(focus="梁山县")
    shown = picture._repr_html_()
    (page,) = re.findall(r'srcdoc="([^"]*)"', shown)
    assert html.unescape(page) == picture.page and "allow-same-origin" not in shown
    picture.save(tmp_path / "page.html")
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == picture.page


def test_the_picture_draws_in_its_frame_without_a_network(graph: library.Graph, tmp_path: Path) -> None:
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (chromium and driver):
        pytest.skip("chromium and chromedriver are not installed")
    webdriver = pytest.importorskip("selenium.webdriver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}/profile"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    try:
        page = tmp_path / "notebook.html"
        page.write_text(f"<!doctype html><meta charset=utf-8>{graph._repr_html_()}", encoding="utf-8")
        browser.get(page.as_uri())
        browser.switch_to.frame(0)
        browser.implicitly_wait(10)
        canvas = browser.find_element("css selector", "canvas")
        assert canvas.size["width"] > 100 and canvas.size["height"] > 100
        errors = browser.execute_script("return performance.getEntriesByType('resource').map(r => r.name)")
        assert [name for name in errors if name.startswith("http")] == []
        browser.switch_to.default_content()
        assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []
    finally:
        browser.quit()


@pytest.mark.parametrize("where", ["nowhere", Path("nowhere")])
def test_a_folder_without_a_graph_is_named(where: str | Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreMissing, match="nowhere"):
        library.Graph.open(where)


def test_the_code_of_the_page_for_python_users_runs(tmp_path: Path, monkeypatch, capsys) -> None:
    pytest.importorskip("pandas", reason="pandas is not installed (extra notebook)")
    (tmp_path / "data").symlink_to(ROOT / "data")
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "docs/python.md", "exec"), names)
    assert len(blocks) >= 8 and "梁山县" in capsys.readouterr().out
    assert (tmp_path / "liangshan.html").exists()
