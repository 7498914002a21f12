"""Fuzzing: no exception but the named ones, every character accounted for, every fact grounded, RDF always parses.

``FUZZ_EXAMPLES`` sets how many examples each property tries; tests/fuzz_reader.py looks on for as long as one likes.
"""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
import zipfile
from pathlib import Path

import fuzz_reader
import pytest
import rdflib
from genre import assert_grounded, assert_whole, plain_texts, texts
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, Store, parse

from kg.exporting import NETWORK_SUFFIXES, RDF_SUFFIXES, export
from kg.extraction import extract
from kg.graph.mapping import to_page_graphs
from kg.graph.store import building, open_store, to_statements
from kg.model import Page
from kg.reading import PageError, find_pages, read_page
from kg.reading.segmentation import find_articles

CRASHES = Path(__file__).parent / "tables" / "crashes.jsonl"
fuzzed = settings(
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "40")),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def read_all(name: str, data: bytes) -> list[Page]:
    """Return the pages of a file that can be read, each checked."""
    pages = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(data)
        for source in find_pages([file]):
            try:
                pages.append(read_page(source))
            except PageError as error:
                assert str(error).startswith(str(source)) and "\n" not in str(error)
    for page in pages:
        assert_whole(page)
    return pages


def extracted(text: str) -> Page:
    """Return a page of ``text`` with its facts."""
    articles, leftovers = find_articles(text, file="p.txt", sha256="0" * 64)
    return extract(Page(file="p.txt", sha256="0" * 64, text=text, articles=articles, leftovers=leftovers))


@fuzzed
@given(texts, st.sampled_from(("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-be", "utf-32", "big5")))
def test_a_text_in_any_encoding_is_read_whole_or_set_aside(text: str, encoding: str):
    read_all("a.txt", text.encode(encoding, "surrogatepass" if encoding.startswith("utf") else "replace"))


@fuzzed
@given(plain_texts, plain_texts)
def test_a_web_page_is_read_whole_or_set_aside(text: str, headline: str):
    read_all("a.html", f"<title>{headline}</title><h1>{headline}</h1><div id=ozoom><p>{text}</div>{text}".encode())


@fuzzed
@given(st.lists(st.fixed_dictionaries({"title": texts, "正文": texts, "date": texts, "x": st.none()}), max_size=3))
def test_rows_of_json_are_read_whole_or_set_aside(rows: list[dict[str, object]]):
    read_all("a.jsonl", "".join(json.dumps(row) + "\n" for row in rows).encode())


@fuzzed
@given(st.lists(st.tuples(plain_texts, plain_texts, plain_texts), max_size=3))
def test_rows_of_csv_are_read_whole_or_set_aside(rows: list[tuple[str, str, str]]):
    table = io.StringIO()
    csv.writer(table).writerows([("标题", "正文", "日期"), *rows])
    read_all("a.csv", table.getvalue().encode())


@fuzzed
@given(st.dictionaries(plain_texts.map(lambda name: name.replace("\x00", "")[:80] + ".txt"), plain_texts, max_size=3))
def test_members_of_an_archive_are_read_whole_or_set_aside(members: dict[str, str]):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    read_all("a.zip", packed.getvalue())


@fuzzed
@given(st.sampled_from(sorted(set(fuzz_reader.FORMATS))), st.binary(max_size=300), plain_texts)
def test_any_bytes_under_any_name_are_read_whole_or_set_aside(format: str, data: bytes, text: str):
    read_all(f"a.{format}", data)
    read_all(f"a.{format}", text.encode() + data)


@pytest.mark.parametrize("seed", range(3))
def test_damaged_files_of_every_format_are_read_whole_or_set_aside(seed: int):
    from random import Random

    random = Random(seed)
    for known in fuzz_reader.seeds():
        fuzz_reader.check(known)
        for _ in range(5):
            fuzz_reader.check(known[:1] + fuzz_reader.mutate(random, known[1:]))


@fuzzed
@given(texts)
def test_facts_of_any_text_are_grounded(text: str):
    page = extracted(text)
    assert_whole(page)
    assert_grounded(page)


@fuzzed
@given(plain_texts)
def test_the_statements_of_any_page_parse(text: str):
    page = extracted(text)
    statements = to_statements(to_page_graphs(page), page.file, "mark")
    quads = set(parse(statements, RdfFormat.N_QUADS))
    read = rdflib.Dataset()
    read.parse(data=statements.decode(), format="nquads")
    assert len(quads) == sum(1 for _ in read.quads())


@settings(fuzzed, max_examples=3)
@given(plain_texts)
def test_every_export_of_any_page_parses(text: str):
    page = extracted("本报梁山讯 梁山县建起“红云”党建联盟。" + text)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        with building(out) as graph:
            graph.load(to_statements(to_page_graphs(page), page.file, "mark"))
            graph.load_vocabulary()
            graph.describe()
        for suffix in (*RDF_SUFFIXES, *NETWORK_SUFFIXES):
            for file in export(open_store(out), out / f"graph{suffix}"):
                _assert_parses(file)


def _assert_parses(file: Path) -> None:
    import networkx as nx

    formats = {".ttl": "turtle", ".nt": "nt", ".trig": "trig", ".jsonld": "json-ld", ".rdf": "xml", ".nq": "nquads"}
    if file.suffix in formats:
        assert len(rdflib.Dataset().parse(file, format=formats[file.suffix])) > 0
        if file.suffix != ".jsonld":
            Store().bulk_load(path=str(file))
    elif file.suffix in (".graphml", ".gexf"):
        assert len({".graphml": nx.read_graphml, ".gexf": nx.read_gexf}[file.suffix](file))
    else:
        with file.open(encoding="utf-8-sig", newline="") as table:
            assert len({len(row) for row in csv.reader(table)}) == 1


@pytest.mark.parametrize("case", [json.loads(line) for line in CRASHES.read_text(encoding="utf-8").splitlines()])
def test_what_once_failed_is_read_whole_or_set_aside(case: dict[str, str]):
    """Each line: what was wrong, the name of the file and its bytes in hex."""
    for page in read_all(case["name"], bytes.fromhex(case["bytes"])):
        assert_grounded(extract(page))
