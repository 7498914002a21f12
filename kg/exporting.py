"""A finished graph as files for other programs, the format chosen by the file's suffix.

RDF formats hold the data of all pages; network formats (GraphML and GEXF for Gephi and
networkx, CSV for spreadsheets) hold the network that ``kg view`` shows.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import networkx as nx
from pyoxigraph import Store

from kg.graph.iri import BASE
from kg.graph.store import data_quads
from kg.graph.turtle import write_rdf
from kg.views.network import to_network
from kg.writing import open_new, write_text

RDF_SUFFIXES = (".ttl", ".nt", ".nq", ".trig", ".jsonld", ".rdf")
NETWORK_SUFFIXES = (".graphml", ".gexf", ".csv")
_NODE_COLUMNS = ("Id", "Label", "Class", "English", "Counties", "Aliases")
_EDGE_COLUMNS = ("Source", "Target", "Type", "Label", "Weight")
_NOT_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
"""Characters that XML 1.0 (section 2.2) cannot hold."""
_MODIFIED = re.compile(r' lastmodifieddate="[^"]*"')
_SPREADSHEET_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class UnknownSuffix(ValueError):
    """A file name whose suffix names no format."""


def export(store: Store, file: Path, base: str = BASE) -> list[Path]:
    """Write the graph to ``file`` and return the files written: of ``.csv`` one for nodes and one for edges.

    Raises UnknownSuffix for any other suffix than those above.
    """
    suffix = file.suffix.lower()
    if suffix in RDF_SUFFIXES:
        write_rdf(data_quads(store), file, base)
        return [file]
    if suffix not in NETWORK_SUFFIXES:
        known = " ".join(RDF_SUFFIXES + NETWORK_SUFFIXES)
        raise UnknownSuffix(f"{file}: no format has the suffix {suffix or '(none)'!r}; use one of {known}.")
    network = to_network(store)
    if suffix == ".csv":
        return _write_tables(network, file)
    write_text(file, "\n".join(_to_xml(network, suffix)) + "\n")
    return [file]


def _to_xml(network: nx.MultiDiGraph, suffix: str) -> Iterable[str]:
    plain = nx.MultiDiGraph()
    names = [column.lower() for column in _NODE_COLUMNS[1:]]
    for node, *cells in _describe(network):
        plain.add_node(node, **dict(zip(names, (_NOT_XML.sub(" ", cell) for cell in cells))))
    for number, (source, target, name) in enumerate(network.edges(keys=True)):
        plain.add_edge(source, target, key=number, label=name, weight=_weight(network, source, target))
    if suffix == ".graphml":
        return nx.generate_graphml(plain, named_key_ids=True, edge_id_from_attribute=None)
    return _without_date(nx.generate_gexf(plain))


def _without_date(lines: Iterable[str]) -> Iterator[str]:
    """Drop the date that networkx writes, so that the same graph gives the same bytes."""
    return (_MODIFIED.sub("", line) for line in lines)


def _describe(network: nx.MultiDiGraph) -> Iterator[tuple[str, ...]]:
    for node, data in network.nodes(data=True):
        counties = "；".join(network.nodes[county]["label"] for county in data["counties"] if county in network)
        yield node, data["label"], data["cls"], data["label_en"], counties, "；".join(data["aliases"])


def _describe_edges(network: nx.MultiDiGraph) -> Iterator[tuple[str, ...]]:
    for source, target, name in network.edges(keys=True):
        yield source, target, "Directed", name, str(_weight(network, source, target))


def _weight(network: nx.MultiDiGraph, source: str, target: str) -> int:
    """Return how strong an edge is: of a county, the sentences that name the thing, or its cases of the practice."""
    if network.nodes[source]["cls"] != "County":
        return 1
    if network.nodes[target]["cls"] == "Practice":
        return max(1, sum(network.has_edge(thing, target) for thing in network.successors(source)))
    return max(1, len(network.nodes[target]["sentences"]))


def _write_tables(network: nx.MultiDiGraph, file: Path) -> list[Path]:
    nodes, edges = file.with_suffix(".nodes.csv"), file.with_suffix(".edges.csv")
    _write_csv(nodes, _NODE_COLUMNS, _describe(network))
    _write_csv(edges, _EDGE_COLUMNS, _describe_edges(network))
    return [nodes, edges]


def _write_csv(file: Path, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """Write a table that Excel opens as it is: with a byte order mark, and with no cell that it would calculate."""
    with open_new(file, encoding="utf-8-sig") as target:
        writer = csv.writer(target)
        writer.writerow(columns)
        writer.writerows([_to_text(cell) for cell in row] for row in rows)


def _to_text(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_SPREADSHEET_FORMULA) else cell
