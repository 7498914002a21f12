"""A graph too large for one picture: first the counties and what they share, then what lies around a thing.

The catalogue has one line for every thing.  It is read once, and everything that is shown later finds its place in
it: a thing that is asked for lies where it would have lain from the start, whoever asked for what before.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import networkx as nx

from kg.graph.queryable import Queryable
from kg.views.comparing import find_pursued
from kg.views.details import (
    add_details,
    add_standing,
    articles,
    find_aliases,
    find_owners,
)
from kg.views.layout import positions
from kg.views.marking import CLASSES
from kg.views.network import find_classes, find_edges, find_labels
from kg.views.page import cited, to_graph
from kg.views.reading import to_fragment

SHOWN_AT_FIRST = ("County", "Practice", "Theme")
LARGE = 3000
"""From this many things on a graph is shown by its overview."""
NEIGHBOURS = 300
"""Things around another one that are sent at once."""


Edge = tuple[str, str, str]
"""Source, local name of the property, target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A thing in one line: address, class, labels, aliases, counties, edges, place in the picture, number."""

    iri: str
    cls: str
    label: str
    en: str
    aliases: tuple[str, ...]
    counties: tuple[str, ...]
    edges: tuple[Edge, ...]
    place: tuple[int, int]
    number: int

    @property
    def near(self) -> set[str]:
        """The things that share an edge with it."""
        return {end for source, _, target in self.edges for end in (source, target)} - {self.iri}


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Every thing of a graph, by IRI, in the order of classes."""

    entries: dict[str, Entry]

    @property
    def amounts(self) -> dict[str, int]:
        """How many things each class has."""
        return dict(Counter(entry.cls for entry in self.entries.values()))


def read_catalogue(store: Queryable) -> Catalogue:
    """Return the catalogue of a graph; practices and themes that nothing uses are left out."""
    classes, labels, found = find_classes(store), find_labels(store), find_edges(store)
    used = {end for source, name, target in found if name != "broader" for end in (source, target)}
    classes = {node: cls for node, cls in classes.items() if node in used or cls not in ("Practice", "Theme")}
    nodes = sorted(classes, key=lambda node: (CLASSES.index(classes[node]), node))
    edges = sorted(edge for edge in found if edge[0] in classes and edge[2] in classes)
    aliases, owners = find_aliases(store), find_owners(store)
    touching: dict[str, list[Edge]] = defaultdict(list)
    for edge in edges:
        touching[edge[0]].append(edge)
        touching[edge[2]].append(edge)
    places = _places(nodes, classes, owners, edges)
    entries = {}
    for number, node in enumerate(nodes):
        zh, en = (labels.get(node, {}).get(language, "") for language in ("zh", "en"))
        entries[node] = Entry(
            iri=node,
            cls=classes[node],
            label=zh or en or node,
            en=en,
            aliases=aliases.get(node, ()),
            counties=owners.get(node, ()),
            edges=tuple(touching[node]),
            place=places[node],
            number=number,
        )
    return Catalogue(entries=entries)


def to_overview(store: Queryable, catalogue: Catalogue) -> nx.MultiDiGraph:
    """Return the network of counties, practices and themes, without what proves them."""
    shown = [entry.iri for entry in catalogue.entries.values() if entry.cls in SHOWN_AT_FIRST]
    network = _network(catalogue, shown)
    add_standing(network, store, set(shown))
    return network


def to_amounts(catalogue: Catalogue) -> dict[str, dict[str, int]]:
    """Return by the fragment of each county how many things of each class belong to it."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for entry in catalogue.entries.values():
        for county in entry.counties:
            found[to_fragment(county)][entry.cls] += 1
    return {county: dict(amounts) for county, amounts in sorted(found.items())}


def to_neighbourhood(catalogue: Catalogue, node: str, limit: int = NEIGHBOURS) -> tuple[nx.MultiDiGraph, int]:
    """Return the network of ``node`` and its neighbours, the first ``limit`` of them, and how many there are.

    Beside the edges of ``node`` there are those of its neighbours, but none from one county or concept to another.
    """
    near = sorted(catalogue.entries[node].near, key=lambda iri: catalogue.entries[iri].number)
    network = _network(catalogue, [node, *near[:limit]])
    others = [edge for edge in network.edges(keys=True) if node not in edge[:2] and _is_main(network, edge[0])]
    network.remove_edges_from(others)
    return network, len(near)


def tell(store: Queryable, network: nx.MultiDiGraph, node: str) -> nx.MultiDiGraph:
    """Return the network with everything that is said of ``node``, and what proves the cases of practices in it."""
    cases = {source for source, _, name in network.edges(keys=True) if name == "practice"}
    named = {iri: dict(data) for iri, data in network.nodes(data=True)}
    add_details(network, store, {node, *(case for case in cases if named[case]["cls"] != "County")})
    add_standing(network, store, set(network))
    for iri, data in network.nodes(data=True):
        data |= named[iri]
    network.nodes[node]["pursued"] = find_pursued(store, node) if named[node]["cls"] == "County" else ()
    network.graph["articles"] = articles(store, cited(network))
    return network


def to_part(network: nx.MultiDiGraph, node: str, found: int) -> dict[str, Any]:
    """Return a neighbourhood as a part of the overview's picture, each thing at its place.

    :param found: how many neighbours ``node`` has.
    """
    part, numbers = to_graph(network), cited(network)
    del part["options"]
    for (iri, data), thing in zip(network.nodes(data=True), part["things"]):
        thing["partial"] = iri != node
        thing["counties"] = [to_fragment(county) for county in data["counties"]]
        thing["pursued"] = [(to_fragment(f["theme"]), numbers[f["article"]]) for f in data.get("pursued", ())]
    return {**part, "fragment": to_fragment(node), "found": found}


def _network(catalogue: Catalogue, nodes: Iterable[str]) -> nx.MultiDiGraph:
    """Return the network of ``nodes`` as far as the catalogue knows it."""
    entries = sorted((catalogue.entries[iri] for iri in nodes), key=lambda entry: entry.number)
    network = nx.MultiDiGraph(articles={}, places={entry.iri: entry.place for entry in entries})
    for entry in entries:
        named = {"label": entry.label, "label_en": entry.en, "aliases": entry.aliases, "counties": entry.counties}
        network.add_node(entry.iri, cls=entry.cls, degree=len(entry.near), **named)
    for entry in entries:
        own = (edge for edge in entry.edges if edge[0] == entry.iri and edge[2] in network)
        network.add_edges_from((source, target, name) for source, name, target in own)
    return network


def _is_main(network: nx.MultiDiGraph, node: str) -> bool:
    return network.nodes[node]["cls"] in SHOWN_AT_FIRST


def _places(
    nodes: list[str], classes: dict[str, str], owners: dict[str, tuple[str, ...]], edges: list[Edge]
) -> dict[str, tuple[int, int]]:
    picture = nx.MultiDiGraph()
    picture.add_nodes_from((node, {"cls": classes[node], "counties": owners.get(node, ())}) for node in nodes)
    picture.add_edges_from((source, target, name) for source, name, target in edges)
    return positions(picture)
