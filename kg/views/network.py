"""The graph as a network: counties, what they name, and what they share.

Initiatives, mentions and figures are folded into the nodes they speak of: an initiative
becomes the edge from its county, a mention a sentence of the entity, a figure a row of
its county.  What remains is a network that a person can look at.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

import networkx as nx
from pyoxigraph import Literal

from kg.graph.queryable import Queryable
from kg.views.details import Only, add_details, articles, solutions
from kg.views.marking import CLASSES

_NODES = f"SELECT ?node ?class {{ VALUES ?class {{ {' '.join('dj:' + name for name in CLASSES)} }} ?node a ?class }}"

_LABELS = """SELECT ?node ?text ?language {
  ?node rdfs:label|skos:prefLabel ?label BIND(STR(?label) AS ?text) BIND(LANG(?label) AS ?tag)
  BIND(IF(?tag = "en", ?tag, "zh") AS ?language) }"""

_LINKS = """SELECT DISTINCT ?from ?property ?to {
  VALUES ?property { dj:usesAlliance dj:usesMechanism dj:runsProgramme dj:operatesPlatform dj:proclaimsSlogan
    dj:issuesDocument dj:ledBy dj:hasMember dj:carriedOutBy dj:practice }
  ?from ?property ?to }"""

_INVOLVED = """SELECT DISTINCT ?from ?property ?to {
  VALUES ?property { dj:involves dj:theme } ?from dj:undertakes ?initiative . ?initiative ?property ?to }"""

_NAMED = """SELECT DISTINCT ?from ?property ?to {
  VALUES ?property { dj:hasAlliance dj:hasMechanism dj:hasProgramme dj:hasPlatform dj:hasSlogan dj:hasDocument }
  ?from dj:undertakes ?initiative . ?initiative ?property ?to
  FILTER NOT EXISTS { ?from ?shortcut ?to } }"""

_ADOPTED = """SELECT DISTINCT ?from (dj:practice AS ?property) ?to {
  ?from dj:undertakes ?initiative . ?initiative ?has ?entity . ?entity dj:practice ?to }"""

_EDGES = (_LINKS, _INVOLVED, _NAMED, _ADOPTED)

_BROADER = "SELECT DISTINCT ?from (skos:broader AS ?property) ?to { ?from a dj:Practice ; skos:broader ?to }"

_USED = """SELECT DISTINCT ?concept {
  { ?entity dj:practice ?concept } UNION { ?initiative dj:theme ?concept . ?county dj:undertakes ?initiative } }"""

_CALLED = """SELECT DISTINCT ?node ?name {
  ?node rdfs:label|skos:prefLabel|skos:altLabel ?label BIND(STR(?label) AS ?name)
  FILTER(CONTAINS(LCASE(?name), """

_IRI = re.compile(r"https?://[^\x00-\x20<>\"{}|\\^`]+")

_MANY = 5000
"""From this many nodes on a query is asked of the whole store, and what is not wanted is left out afterwards."""


class UnknownName(LookupError):
    """No node of the graph has this name."""


class UnknownType(LookupError):
    """No class of the network has this name."""


def to_network(
    store: Queryable, focus: str | None = None, hops: int = 1, types: Iterable[str] | None = None
) -> nx.MultiDiGraph:
    """Return the network of the store's default graph, or the part of it that is asked for.

    Nodes are keyed by IRI and carry ``label``, ``label_en``, ``cls`` (one of ``CLASSES``), ``degree``,
    ``counties`` (IRIs), ``within`` (labels, nearest first), ``aliases``, ``statuses``, ``definitions`` (language,
    text), ``sentences`` (text, the wordings in it, article, where in it the first stands), ``components`` (label,
    items) and ``figures``.
    Edges are keyed by the local name of their property: from a county to what it has by the shortcut
    (``usesAlliance``), to what is only planned or denied by the initiative's property (``hasAlliance``), and to the
    practices and themes of its initiatives.  ``network.graph["articles"]`` describes the articles cited.

    :param store: a store whose default graph holds the union, as a build's does.
    :param focus: a name, an alias or an IRI: only what lies at most ``hops`` edges from it stays.
    :param hops: how far the neighbourhood of ``focus`` reaches, in edges of any direction.
    :param types: keeps these classes, and the counties they belong to.
    :raises UnknownName: if nothing is called ``focus``.
    :raises UnknownType: if ``types`` has a name that is not in ``CLASSES``.
    """
    kept = None if types is None else _checked(types)
    nodes = None if focus is None else _near(store, focus, hops, kept)
    network = _to_whole_network(store) if nodes is None else _to_part(store, nodes)
    if kept is not None and focus is None:
        network = _part(network, (node for node, cls in network.nodes(data="cls") if cls in kept))
    for node in network:
        network.nodes[node]["degree"] = len(set(network.pred[node]) | set(network.succ[node]))
    return network


def find_named(store: Queryable, name: str) -> dict[str, str]:
    """Return the nodes that are called ``name``, or have that IRI, with their classes.

    :param name: a label in either language or an alias, with or without its quotation marks, in any case.
    """
    if _IRI.fullmatch(name) and (found := find_classes(store, {name})):
        return found
    wanted = _bare(name)
    rows = solutions(store, f"{_CALLED}{Literal(wanted.lower())})) }}") if wanted else ()
    return find_classes(store, {node for node, label in rows if _bare(label) == wanted})


def find_classes(store: Queryable, nodes: Only = None) -> dict[str, str]:
    """Return the class of every node, or of those of ``nodes`` that are nodes of the network."""
    found: dict[str, str] = {}
    for node, iri in solutions(store, _NODES, nodes):
        name = _local_name(iri)
        if node not in found or CLASSES.index(name) < CLASSES.index(found[node]):
            found[node] = name
    return found


def find_labels(store: Queryable, nodes: Only = None) -> dict[str, dict[str, str]]:
    """Return the labels of nodes by language (``zh`` or ``en``), of several the first in order."""
    labels: dict[str, dict[str, str]] = defaultdict(dict)
    for node, label, language in solutions(store, _LABELS, nodes):
        labels[node][language] = min(label, labels[node].get(language, label))
    return labels


def find_edges(store: Queryable, nodes: Only = None, variable: str = "from") -> set[tuple[str, str, str]]:
    """Return source, local name of the property and target of every edge, or of those that begin in ``nodes``.

    :param variable: ``to`` for the edges that end there.
    """
    if nodes is not None and len(nodes) > _MANY:
        at = ("from", "property", "to").index(variable)
        return {edge for edge in find_edges(store) if edge[at] in nodes}
    rows = (row for query in (*_EDGES, _BROADER) for row in solutions(store, query, nodes, variable))
    return {(source, _local_name(iri), target) for source, iri, target in rows if source != target}


def _checked(types: Iterable[str]) -> set[str]:
    unknown = sorted(set(types).difference(CLASSES))
    if unknown:
        raise UnknownType(f"There is no class {unknown[0]!r}; the classes are {', '.join(CLASSES)}.")
    return {*types, "County"}


def _near(store: Queryable, focus: str, hops: int, kept: set[str] | None) -> dict[str, str]:
    """Return the nodes at most ``hops`` edges from what is called ``focus``, with their classes."""
    near = _in_picture(store, find_named(store, focus), kept)
    if not near:
        raise UnknownName(f"Nothing in the graph is called {focus!r}; give a name as the pages print it.")
    newest = set(near)
    for _ in range(hops):
        edges = find_edges(store, newest) | find_edges(store, newest, "to") if newest else set()
        reached = {end for source, _, target in edges for end in (source, target)}.difference(near)
        found = _in_picture(store, find_classes(store, reached), kept) if reached else {}
        near |= found
        newest = set(found)
    return near


def _in_picture(store: Queryable, classes: dict[str, str], kept: set[str] | None) -> dict[str, str]:
    """Return the nodes that are drawn: of the classes wanted, and of the practices and themes those in use."""
    concepts = {node for node, cls in classes.items() if cls in ("Practice", "Theme")}
    used = {concept for (concept,) in solutions(store, _USED, concepts)} if concepts else set()
    return {
        node: cls
        for node, cls in classes.items()
        if (kept is None or cls in kept) and (node not in concepts or node in used)
    }


def _to_whole_network(store: Queryable) -> nx.MultiDiGraph:
    network = _with_nodes(find_classes(store), find_labels(store))
    network.graph["articles"] = articles(store)
    edges = sorted(find_edges(store))
    _add_edges(network, (edge for edge in edges if edge[1] != "broader"))
    add_details(network, store)
    unused = [n for n, cls in network.nodes(data="cls") if cls in ("Practice", "Theme") and not network.degree(n)]
    network.remove_nodes_from(unused)
    _add_edges(network, (edge for edge in edges if edge[1] == "broader"))
    return network


def _to_part(store: Queryable, classes: dict[str, str]) -> nx.MultiDiGraph:
    only = classes.keys() if len(classes) <= _MANY else None
    network = _with_nodes(classes, find_labels(store, only))
    edges = sorted(find_edges(store, classes.keys()))
    _add_edges(network, sorted(edges, key=lambda edge: edge[1] == "broader"))
    add_details(network, store, only)
    details = [data for _, data in network.nodes(data=True)]
    cited = {found["article"] for data in details for found in (*data["sentences"], *data["figures"])}
    network.graph["articles"] = articles(store, cited)
    return network


def _with_nodes(classes: dict[str, str], labels: dict[str, dict[str, str]]) -> nx.MultiDiGraph:
    network = nx.MultiDiGraph()
    for node in sorted(classes, key=lambda node: (CLASSES.index(classes[node]), node)):
        zh, en = (labels.get(node, {}).get(language, "") for language in ("zh", "en"))
        network.add_node(node, cls=classes[node], label=zh or en or node, label_en=en)
    return network


def _add_edges(network: nx.MultiDiGraph, edges: Iterable[tuple[str, str, str]]) -> None:
    for source, name, target in edges:
        if source in network and target in network:
            network.add_edge(source, target, key=name)


def _local_name(iri: str) -> str:
    return iri.rpartition("#")[2]


def _part(network: nx.MultiDiGraph, nodes: Iterable[str]) -> nx.MultiDiGraph:
    """Return the subgraph of ``nodes``, in the order of the whole network."""
    kept = set(nodes)
    part = nx.MultiDiGraph(**network.graph)
    part.add_nodes_from((node, dict(data)) for node, data in network.nodes(data=True) if node in kept)
    part.add_edges_from(edge for edge in network.edges(keys=True) if edge[0] in kept and edge[1] in kept)
    return part


def _bare(name: str) -> str:
    """Return the name without quotation marks, which a user seldom types."""
    return name.strip('“”"《》 ').casefold()
