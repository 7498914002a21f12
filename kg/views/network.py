"""The graph as a network: counties, what they name, and what they share.

Initiatives, mentions and figures are folded into the nodes they speak of: an initiative
becomes the edge from its county, a mention a sentence of the entity, a figure a row of
its county.  What remains is a network that a person can look at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import networkx as nx
from pyoxigraph import Store

from kg.views.details import add_details, articles, solutions

CLASSES = (
    "County",
    "Practice",
    "Theme",
    "Alliance",
    "Mechanism",
    "Programme",
    "Platform",
    "Formula",
    "Slogan",
    "Document",
    "Organisation",
    "Person",
    "Place",
)
"""Classes that become nodes; where a node has several, the first one counts (a formula is a slogan too)."""

_NODES = f"SELECT ?node ?class {{ VALUES ?class {{ {' '.join('dj:' + name for name in CLASSES)} }} ?node a ?class }}"

_LABELS = """SELECT ?node ?text ?language {
  ?node rdfs:label|skos:prefLabel ?label BIND(STR(?label) AS ?text) BIND(LANG(?label) AS ?tag)
  BIND(IF(?tag = "en", ?tag, "zh") AS ?language) }"""

_EDGES = """SELECT DISTINCT ?from ?property ?to {
  { VALUES ?property { dj:usesAlliance dj:usesMechanism dj:runsProgramme dj:operatesPlatform dj:proclaimsSlogan
      dj:issuesDocument dj:ledBy dj:hasMember dj:carriedOutBy dj:practice }
    ?from ?property ?to }
  UNION { VALUES ?property { dj:involves dj:theme } ?from dj:undertakes ?initiative . ?initiative ?property ?to }
}"""

_NAMED = """SELECT DISTINCT ?county ?property ?entity {
  VALUES ?property { dj:hasAlliance dj:hasMechanism dj:hasProgramme dj:hasPlatform dj:hasSlogan dj:hasDocument }
  ?county dj:undertakes ?initiative . ?initiative ?property ?entity
  FILTER NOT EXISTS { ?county ?shortcut ?entity } }"""

_BROADER = "SELECT DISTINCT ?practice ?theme { ?practice a dj:Practice ; skos:broader ?theme }"

_ADOPTED = """SELECT DISTINCT ?county ?practice {
  ?county dj:undertakes ?initiative . ?initiative ?has ?entity . ?entity dj:practice ?practice }"""


class UnknownName(LookupError):
    """No node of the graph has this name."""


class UnknownType(LookupError):
    """No class of the network has this name."""


def to_network(
    store: Store, focus: str | None = None, hops: int = 1, types: Iterable[str] | None = None
) -> nx.MultiDiGraph:
    """Return the network of the store's default graph, or the part of it that is asked for.

    Nodes are keyed by IRI and carry ``label``, ``label_en``, ``cls`` (one of ``CLASSES``), ``degree``,
    ``counties`` (IRIs), ``within`` (labels, nearest first), ``aliases``, ``statuses``, ``definitions`` (language,
    text), ``sentences`` (text, the wordings in it, article), ``components`` (label, items) and ``figures``.
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
    network = _to_whole_network(store)
    if types is not None:
        network = _of_types(network, set(types))
    if focus is not None:
        network = _around(network, focus, hops)
    for node in network:
        network.nodes[node]["degree"] = len(set(network.pred[node]) | set(network.succ[node]))
    return network


def _to_whole_network(store: Store) -> nx.MultiDiGraph:
    network = nx.MultiDiGraph(articles=articles(store))
    classes = _classes(store)
    labels = _labels(store)
    for node in sorted(classes, key=lambda node: (CLASSES.index(classes[node]), node)):
        zh, en = labels[node].get("zh", ""), labels[node].get("en", "")
        network.add_node(node, cls=classes[node], label=zh or en or node, label_en=en)
    _add_edges(network, store)
    add_details(network, store)
    network.remove_nodes_from(
        [node for node, cls in network.nodes(data="cls") if cls in ("Practice", "Theme") and not network.degree(node)]
    )
    network.add_edges_from(
        (practice, theme, "broader")
        for practice, theme in sorted(solutions(store, _BROADER))
        if practice in network and theme in network
    )
    return network


def _classes(store: Store) -> dict[str, str]:
    found: dict[str, str] = {}
    for node, iri in solutions(store, _NODES):
        name = _local_name(iri)
        if node not in found or CLASSES.index(name) < CLASSES.index(found[node]):
            found[node] = name
    return found


def _labels(store: Store) -> dict[str, dict[str, str]]:
    labels: dict[str, dict[str, str]] = defaultdict(dict)
    for node, label, language in solutions(store, _LABELS):
        labels[node][language] = min(label, labels[node].get(language, label))
    return labels


def _local_name(iri: str) -> str:
    return iri.rpartition("#")[2]


def _add_edges(network: nx.MultiDiGraph, store: Store) -> None:
    rows = [(source, _local_name(iri), target) for source, iri, target in solutions(store, _EDGES)]
    rows += [(county, _local_name(iri), entity) for county, iri, entity in solutions(store, _NAMED)]
    rows += [(county, "practice", practice) for county, practice in solutions(store, _ADOPTED)]
    for source, name, target in sorted(set(rows)):
        if source in network and target in network and source != target:
            network.add_edge(source, target, key=name)




def _of_types(network: nx.MultiDiGraph, types: set[str]) -> nx.MultiDiGraph:
    unknown = sorted(types.difference(CLASSES))
    if unknown:
        raise UnknownType(f"There is no class {unknown[0]!r}; the classes are {', '.join(CLASSES)}.")
    return _part(network, (node for node, cls in network.nodes(data="cls") if cls in types | {"County"}))


def _around(network: nx.MultiDiGraph, focus: str, hops: int) -> nx.MultiDiGraph:
    wanted = _bare(focus)
    starts = [
        node
        for node, data in network.nodes(data=True)
        if node == focus or wanted in map(_bare, (data["label"], data["label_en"], *data["aliases"]))
    ]
    if not starts:
        raise UnknownName(f"Nothing in the graph is called {focus!r}; give a name as the pages print it.")
    undirected = network.to_undirected(as_view=True)
    near = nx.multi_source_dijkstra_path_length(undirected, starts, cutoff=hops, weight=None)
    return _part(network, near)


def _part(network: nx.MultiDiGraph, nodes: Iterable[str]) -> nx.MultiDiGraph:
    """Return the subgraph of ``nodes``, in the order of the whole network."""
    kept = set(nodes)
    part = nx.MultiDiGraph(**network.graph)
    part.add_nodes_from((node, dict(data)) for node, data in network.nodes(data=True) if node in kept)
    part.add_edges_from(edge for edge in network.edges(keys=True) if edge[0] in kept and edge[1] in kept)
    return part


def _bare(name: str) -> str:
    """Return the name without quotation marks, which a user seldom types."""
    return name.strip("“”\"《》 ").casefold()
