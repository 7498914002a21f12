"""The store on disk: replacing, withdrawing, and surviving a kill."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest
from pyoxigraph import Quad, Store
from test_graph_sample import CLOUD, PEAK, article

from kg.graph.books import BUILD_GRAPH, fingerprints
from kg.graph.copies import StoreBusy, StoreDamaged
from kg.graph.mapping import to_page_quads
from kg.graph.store import (
    VOCABULARY_GRAPHS,
    StoreMissing,
    building,
    data_in_memory,
    data_quads,
    finished_pages,
    in_memory,
    open_store,
    store_path,
)
from kg.model import County, Page

COUNTIES = "SELECT ?name WHERE { ?county a dj:County ; rdfs:label ?name } ORDER BY ?name"
PREFIXES = {"dj": "https://w3id.org/dangjian/ontology#", "rdfs": "http://www.w3.org/2000/01/rdf-schema#"}


def page(file: str, *counties: County) -> Page:
    articles = tuple(article(file=file, number=number, county=county) for number, county in enumerate(counties, 1))
    return Page(file=file, sha256="a" * 64, text="", articles=articles)


def put(out: Path, *pages: Page, fingerprint: str = "1") -> None:
    with building(out) as build:
        for each in pages:
            build.replace(each.file, to_page_quads(each), fingerprint)


def counties(store: Store) -> list[str]:
    return [solution["name"].value for solution in store.query(COUNTIES, prefixes=PREFIXES)]


def test_a_county_of_many_articles_is_one_row(tmp_path: Path) -> None:
    put(tmp_path, page("a.txt", CLOUD, CLOUD), page("b.txt", CLOUD))
    assert counties(open_store(tmp_path)) == ["云溪县"]


def test_a_replaced_page_says_only_what_it_says_now(tmp_path: Path) -> None:
    put(tmp_path, page("a.txt", CLOUD, PEAK))
    put(tmp_path, page("a.txt", PEAK), fingerprint="2")
    store = open_store(tmp_path)
    assert counties(store) == ["石峰区"]
    assert set(data_quads(store)) == set(to_page_quads(page("a.txt", PEAK)))
    assert fingerprints(store) == {"a.txt": "2"}


def test_a_withdrawn_page_takes_only_what_it_alone_says(tmp_path: Path) -> None:
    put(tmp_path, page("a.txt", CLOUD, PEAK), page("b.txt", CLOUD), page("x/a.txt", CLOUD))
    with building(tmp_path) as build:
        build.withdraw("a.txt")
    store = open_store(tmp_path)
    assert counties(store) == ["云溪县"]
    assert list(fingerprints(store)) == ["b.txt", "x/a.txt"]
    assert {q.triple for q in store if q.graph_name != BUILD_GRAPH} == {q.triple for q in data_quads(store)}


def test_the_default_graph_is_the_union_of_the_named_ones(tmp_path: Path) -> None:
    put(tmp_path, page("a.txt", CLOUD, PEAK))
    store = open_store(tmp_path)
    (count,) = store.query("SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }")
    assert int(count["n"].value) == len({quad.triple for quad in data_quads(store)})


def test_the_data_are_told_from_the_vocabulary_in_memory_too(tmp_path: Path) -> None:
    with building(tmp_path) as build:
        build.load_vocabulary()
        term, *_ = build.store.quads_for_pattern(None, None, None, VOCABULARY_GRAPHS["practices.ttl"])
        (graph, *_) = {quad.graph_name for quad in to_page_quads(page("a.txt", PEAK))}
        said_too = Quad(term.subject, term.predicate, term.object, graph)
        build.replace("a.txt", [*to_page_quads(page("a.txt", PEAK)), said_too], "1")
    store = open_store(tmp_path)
    quads = list(data_in_memory(in_memory(store), store))
    assert len(quads) == len({quad.triple for quad in quads})
    assert {quad.triple for quad in quads} == {quad.triple for quad in data_quads(store)}
    assert said_too.triple in {quad.triple for quad in quads}


def test_the_store_carries_the_ontology_and_the_practices(tmp_path: Path) -> None:
    with building(tmp_path) as build:
        build.load_vocabulary()
        build.load_vocabulary()
    store = open_store(tmp_path)
    assert store.query("ASK { dj:Alliance rdfs:label '联盟'@zh . ?practice a dj:Practice }", prefixes=PREFIXES)
    assert not list(data_quads(store))


def test_a_build_that_fails_leaves_the_last_store_and_its_own_work(tmp_path: Path) -> None:
    put(tmp_path, page("a.txt", CLOUD))
    with pytest.raises(RuntimeError), building(tmp_path) as build:
        build.replace("b.txt", to_page_quads(page("b.txt", PEAK)), "1")
        raise RuntimeError
    assert counties(open_store(tmp_path)) == ["云溪县"]
    with building(tmp_path) as build:
        assert build.fingerprints() == {"a.txt": "1", "b.txt": "1"}
    assert counties(open_store(tmp_path)) == ["云溪县", "石峰区"]


def _die_half_way(out: str) -> None:
    with building(out) as build:
        build.replace("b.txt", to_page_quads(page("b.txt", PEAK)), "1")
        build._remove = lambda graphs: os._exit(9)
        build.withdraw("a.txt")


def test_a_build_that_is_killed_leaves_the_last_store_and_the_next_finishes(tmp_path: Path) -> None:
    put(tmp_path, page("a.txt", CLOUD))
    killed = multiprocessing.get_context("spawn").Process(target=_die_half_way, args=(str(tmp_path),))
    killed.start()
    killed.join()
    assert killed.exitcode == 9
    assert counties(open_store(tmp_path)) == ["云溪县"]
    with building(tmp_path) as build:
        assert build.fingerprints() == {"a.txt": "", "b.txt": "1"}
        build.replace("a.txt", to_page_quads(page("a.txt", PEAK)), "1")
    assert fingerprints(open_store(tmp_path)) == {"a.txt": "1", "b.txt": "1"}
    assert counties(open_store(tmp_path)) == ["石峰区"]


@pytest.mark.parametrize("likely", [{"a.txt": "1", "b.txt": "2"}, {"a.txt": "1"}, {"a.txt": "1", "c.txt": "3"}, None])
def test_what_the_pages_are_likely_to_be_is_believed_only_where_it_is_so(
    tmp_path: Path, likely: dict[str, str] | None
) -> None:
    with building(tmp_path) as build:
        for file, mark in (("a.txt", "1"), ("b.txt", "2")):
            build.replace(file, to_page_quads(page(file, CLOUD)), mark)
        build.describe()
    assert finished_pages(tmp_path, likely) == {"a.txt": "1", "b.txt": "2"}
    with building(tmp_path, likely=likely) as build:
        assert build.pages == {"a.txt": "1", "b.txt": "2"}


def test_a_page_that_was_being_removed_is_not_whole_whatever_is_likely(tmp_path: Path) -> None:
    with building(tmp_path) as build:
        build.replace("a.txt", to_page_quads(page("a.txt", CLOUD)), "1")
        build.describe()
    with pytest.raises(KeyboardInterrupt), building(tmp_path) as build:
        build._touch = _interrupt
        build.withdraw("a.txt")
    with building(tmp_path, likely={"a.txt": "1"}) as build:
        assert build.pages == {"a.txt": ""}


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_change_of_places_cut_short_is_undone(tmp_path: Path) -> None:
    put(tmp_path, page("a.txt", CLOUD))
    path = store_path(tmp_path)
    path.rename(path.with_name("store.old"))
    assert counties(open_store(tmp_path)) == ["云溪县"]
    put(tmp_path, page("b.txt", PEAK))
    assert counties(open_store(tmp_path)) == ["云溪县", "石峰区"]
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["store"]


def test_readers_see_the_last_store_while_a_build_goes_on(tmp_path: Path) -> None:
    put(tmp_path, page("a.txt", CLOUD))
    with building(tmp_path) as build:
        build.withdraw("a.txt")
        assert counties(open_store(tmp_path)) == ["云溪县"]
    assert counties(open_store(tmp_path)) == []


def test_two_builds_at_once_are_refused(tmp_path: Path) -> None:
    with building(tmp_path), pytest.raises(StoreBusy, match="Another build"), building(tmp_path):
        pass


def test_a_folder_without_a_graph_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreMissing, match="kg build"):
        open_store(tmp_path)


def test_a_damaged_store_is_named(tmp_path: Path) -> None:
    put(tmp_path, page("a.txt", CLOUD))
    (store_path(tmp_path) / "CURRENT").write_text("nothing\n", encoding="ascii")
    with pytest.raises(StoreDamaged, match="kg build"):
        open_store(tmp_path)
