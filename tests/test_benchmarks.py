"""The invented pages that the benchmarks measure with: always the same, and a graph like any other."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

from kg.graph.store import open_store
from kg.views.network import to_network

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture(scope="module")
def invented():
    return runpy.run_path(str(BENCHMARKS / "invented.py"))


def test_invented_pages_are_the_same_every_time(invented):
    assert list(invented["pages"](3, 2)) == list(invented["pages"](3, 2))


def test_every_name_of_an_invented_page_stands_in_its_text(invented):
    for page in invented["pages"](5, 5):
        (article,) = page.articles
        assert all(article.text[entity.start : entity.end] == entity.name for entity in article.entities)
        assert all(article.text[figure.start : figure.end] == figure.text for figure in article.figures)


def test_invented_pages_make_a_network_of_counties_that_share_practices(invented, tmp_path):
    invented["write_build"](tmp_path, 6, 3)
    network = to_network(open_store(tmp_path))
    classes = [cls for _, cls in network.nodes(data="cls")]
    assert classes.count("County") == 3
    assert {"Practice", "Theme", "Alliance", "Organisation"} <= set(classes)


def test_the_benchmark_of_the_explorer_says_what_it_can_do(monkeypatch, capsys):
    pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    monkeypatch.setattr(sys, "argv", ["explorer.py", "--help"])
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(BENCHMARKS / "explorer.py"), run_name="__main__")
    assert ended.value.code == 0
    assert "--write" in capsys.readouterr().out
