"""A graph too large for one picture: first the counties and what they share, then what lies around a thing.

The catalogue has one line for every thing.  It is read once, and everything that is shown later finds its place in
it: a thing that is asked for lies where it would have lain from the start, whoever asked for what before.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

import networkx as nx

from kg.graph.queryable import Queryable
from kg.views.details import add_details, add_standing, articles, find_aliases, find_owners
from kg.views.layout import positions
from kg.views.network import CLASSES, find_classes, find_edges, find_labels
from kg.views.page import to_graph
from kg.views.reading import to_fragment

SHOWN_AT_FIRST = ("County", "Practice", "Theme")
LARGE = 3000
"""From this many things on a graph is shown by its overview."""
NEIGHBOURS = 300
"""Things around another one that are sent at once."""
_QUIET = 800
"""From this many links on the overview draws those of the chosen thing only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A thing in one line: address, class, labels, aliases, the counties it belongs to, links, place in the picture."""

    iri: str
    cls: str
    label: str
    en: str
    aliases: tuple[str, ...]
    counties: tuple[str, ...]
    degree: int
    place: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Every thing of a graph, by IRI, in the order of classes; and the links of the overview."""

    entries: dict[str, Entry]
    links: tuple[tuple[str, str, str], ...]

    @property
    def amounts(self) -> dict[str, int]:
        """How many things each class has."""
        return dict(Counter(entry.cls for entry in self.entries.values()))


def read_catalogue(store: Queryable) -> Catalogue:
    """Return the catalogue of a graph; practices and themes that nothing uses are left out."""
    classes, labels, edges = find_classes(store), find_labels(store), find_edges(store)
    used = {end for source, name, target in edges if name != "broader" for end in (source, target)}
    classes = {node: cls for node, cls in classes.items() if node in used or cls not in ("Practice", "Theme")}
    aliases, owners = find_aliases(store), find_owners(store)
    near: dict[str, set[str]] = defaultdict(set)
    for source, _, target in edges:
        if source in classes and target in classes:
            near[source].add(target)
            near[target].add(source)
    links = tuple(sorted(edge for edge in edges if {classes.get(edge[0]), classes.get(edge[2])} <= set(SHOWN_AT_FIRST)))
    nodes = sorted(classes, key=lambda node: (CLASSES.index(classes[node]), node))
    picture = nx.MultiDiGraph()
    picture.add_nodes_from((node, {"cls": classes[node], "counties": owners.get(node, ())}) for node in nodes)
    picture.add_edges_from((s, t, name) for s, name, t in sorted(edges) if s in classes and t in classes)
    places = positions(picture)
    entries = {}
    for node in nodes:
        zh, en = (labels.get(node, {}).get(language, "") for language in ("zh", "en"))
        entries[node] = Entry(
            iri=node,
            cls=classes[node],
            label=zh or en or node,
            en=en,
            aliases=aliases.get(node, ()),
            counties=owners.get(node, ()),
            degree=len(near[node]),
            place=places[node],
        )
    return Catalogue(entries=entries, links=links)


def to_overview(store: Queryable, catalogue: Catalogue) -> nx.MultiDiGraph:
    """Return the network of counties, practices and themes, without what proves them."""
    shown = [iri for iri, entry in catalogue.entries.items() if entry.cls in SHOWN_AT_FIRST]
    network = nx.MultiDiGraph(articles={})
    network.add_nodes_from(shown)
    network.add_edges_from((source, target, name) for source, name, target in catalogue.links)
    add_standing(network, store, set(shown))
    return _named(network, catalogue)


def to_quiet(catalogue: Catalogue) -> bool:
    """Tell whether the overview has too many links to draw them all: then those of the chosen thing are drawn."""
    return len(catalogue.links) > _QUIET


def to_amounts(catalogue: Catalogue) -> dict[str, dict[str, int]]:
    """Return by the fragment of each county how many things of each class belong to it."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for entry in catalogue.entries.values():
        for county in entry.counties:
            found[to_fragment(county)][entry.cls] += 1
    return {county: dict(amounts) for county, amounts in sorted(found.items())}


def find_around(store: Queryable, node: str, limit: int = NEIGHBOURS) -> tuple[nx.MultiDiGraph, int]:
    """Return the network of ``node`` and its neighbours, the first ``limit`` of them, and how many there are.

    The catalogue, which the worker does not have, names them all (``to_part``).

    Only ``node`` has everything that is said of it; what proves a practice, and the cases of a county, is there too.
    """
    edges = find_edges(store, {node}) | find_edges(store, {node}, "to")
    classes = find_classes(store, {node, *(end for source, _, target in edges for end in (source, target))})
    rank = {end: (CLASSES.index(cls), end) for end, cls in classes.items()}
    near = sorted(classes.keys() - {node}, key=rank.__getitem__)
    kept = {node, *near[:limit]}
    network = nx.MultiDiGraph()
    network.add_nodes_from(sorted(kept, key=rank.__getitem__))
    entities = {iri for iri in kept if classes[iri] not in SHOWN_AT_FIRST}
    for source, name, target in sorted(edges | find_edges(store, entities)):
        if source in kept and target in kept:
            network.add_edge(source, target, key=name)
    cases = {source for source, _, name in network.edges(keys=True) if name == "practice"} & entities
    add_details(network, store, {node, *cases})
    add_standing(network, store, kept)
    cited = {f["article"] for _, data in network.nodes(data=True) for f in (*data["sentences"], *data["figures"])}
    network.graph["articles"] = articles(store, cited)
    return network, len(near)


def to_part(network: nx.MultiDiGraph, node: str, found: int, catalogue: Catalogue) -> dict[str, Any]:
    """Return what ``find_around`` found as a part of the overview's picture, each thing at its place."""
    network.remove_nodes_from([iri for iri in network if iri not in catalogue.entries])
    part = to_graph(_named(network, catalogue))
    del part["options"]
    for (iri, data), thing in zip(network.nodes(data=True), part["things"]):
        thing["partial"] = iri != node
        thing["counties"] = [to_fragment(county) for county in data["counties"]]
    return {**part, "fragment": to_fragment(node), "found": found}


def _named(network: nx.MultiDiGraph, catalogue: Catalogue) -> nx.MultiDiGraph:
    """Return the network with what the catalogue knows of its nodes."""
    for iri, data in network.nodes(data=True):
        entry = catalogue.entries[iri]
        data |= {"cls": entry.cls, "label": entry.label, "label_en": entry.en, "degree": entry.degree}
        data |= {"aliases": entry.aliases, "counties": entry.counties}
    network.graph["places"] = {iri: catalogue.entries[iri].place for iri in network}
    return network
