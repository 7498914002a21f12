"""Exports open where they should: networks in networkx, tables in spreadsheets, JSON-LD in two parsers."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import networkx as nx
import pytest
import rdflib
from pyoxigraph import RdfFormat, Store, parse
from servers import store_of
from test_graph_sample import CLOUD, PEAK, alliance, article, mechanism

from kg.exporting import export
from kg.graph.jsonld import to_jsonld
from kg.graph.mapping import to_quads
from kg.graph.vocab import DJ
from kg.views.marking import CLASSES

CASES = (
    article(county=CLOUD, metadata={"date": "2031-08-01", "url": "http://example.org/a?b#c"}),
    article(number=2, county=PEAK, metadata={"date": "八月"}, headline='引号"\\\u3000<&>', entities=(mechanism(),)),
    article(number=3, county=None),
)


@pytest.fixture(scope="module")
def store() -> Store:
    return store_of(*CASES)


def triples() -> list:
    return [quad.triple for case in CASES for quad in to_quads(case)]


# --- JSON-LD


def test_jsonld_parses_back_to_the_same_triples_with_pyoxigraph() -> None:
    assert {q.triple for q in parse(to_jsonld(triples()), RdfFormat.JSON_LD)} == set(triples())


def test_jsonld_parses_back_to_the_same_triples_with_rdflib() -> None:
    found = rdflib.Graph().parse(data=to_jsonld(triples()), format="json-ld")
    wanted = rdflib.Graph().parse(data="".join(f"{triple} .\n" for triple in triples()), format="nt")
    assert set(found) == set(wanted)


def test_jsonld_of_another_base_parses_back_too() -> None:
    base = "http://example.org/数据/"
    wanted = {quad.triple for quad in to_quads(CASES[0], base)}
    assert {q.triple for q in parse(to_jsonld(wanted, base), RdfFormat.JSON_LD)} == wanted


def test_jsonld_reads_well() -> None:
    document = json.loads(to_jsonld(triples()))
    county = next(node for node in document["@graph"] if node["@id"] == "county/990821/云溪县")
    assert county["@type"] == "County" and county["rdfs:label"] == {"zh": "云溪县"} and county["code"] == "990821"
    assert county["usesAlliance"].startswith("alliance/990821/")
    figure = next(node for node in document["@graph"] if node.get("@type") == "Figure")
    assert figure["value"] == "12500" and document["@context"]["value"]["@type"] == "xsd:decimal"


def test_a_key_of_the_context_has_one_meaning() -> None:
    context = json.loads(to_jsonld(triples()))["@context"]
    assert all(not isinstance(context[name], str) for name in DJ.names & context.keys())


def test_jsonld_has_the_same_bytes_whatever_the_order() -> None:
    assert to_jsonld(triples()) == to_jsonld(reversed(triples()))


# --- networks


@pytest.mark.parametrize(("suffix", "read"), [(".graphml", nx.read_graphml), (".gexf", nx.read_gexf)])
def test_a_network_file_has_classes_labels_and_weights(store: Store, tmp_path: Path, suffix: str, read) -> None:
    export(store, tmp_path / f"graph{suffix}")
    network = read(tmp_path / f"graph{suffix}")
    nodes, edges = dict(network.nodes(data=True)), list(network.edges(data=True))
    assert {data["class"] for data in nodes.values()} <= set(CLASSES)
    assert all(data["label"] for data in nodes.values())
    county = next(node for node, data in nodes.items() if data["label"] == "云溪县")
    uses = next(data for source, _, data in edges if source == county and data["label"] == "usesAlliance")
    assert uses["weight"] == 1  # one sentence names it, twice
    assert all(data["weight"] >= 1 and data["label"] for *_, data in edges)


@pytest.mark.parametrize(("suffix", "read"), [(".graphml", nx.read_graphml), (".gexf", nx.read_gexf)])
def test_a_character_that_xml_cannot_hold_spoils_no_network_file(tmp_path: Path, suffix: str, read) -> None:
    case = article(county=CLOUD, entities=(replace(alliance(), name="坏\x0b名\x00<&>\ufffe"),))
    export(store_of(case), tmp_path / f"graph{suffix}")
    assert "坏 名 <&> " in {data["label"] for _, data in read(tmp_path / f"graph{suffix}").nodes(data=True)}


def test_tables_are_two_with_a_byte_order_mark_and_weights(store: Store, tmp_path: Path) -> None:
    nodes, edges = export(store, tmp_path / "graph.csv")
    for file in (nodes, edges):
        assert file.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(edges.read_text(encoding="utf-8-sig"))))
    assert {"Source", "Target", "Type", "Label", "Weight"} == rows[0].keys()
    assert all(int(row["Weight"]) >= 1 for row in rows)
    ids = [row["Id"] for row in csv.DictReader(io.StringIO(nodes.read_text(encoding="utf-8-sig")))]
    assert len(ids) == len(set(ids))
