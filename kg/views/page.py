"""The network as one HTML file: no server, no request, nothing vendored.

pyvis builds the network that vis-network draws; the library's script is taken from the
installed pyvis package when the page is made.  What pyvis' own template does (Bootstrap from a
CDN, HTML in tooltips, headings unescaped) is left aside: the template is ours, every script
and the style are named by their hash in the Content-Security-Policy, and the words of a
page reach the document as text only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from importlib import resources
from math import log2
from typing import Any

import networkx as nx
from pyvis.network import Network
from pyvis.node import Node

from kg.graph.queryable import Queryable
from kg.views.asking import to_answers, to_questions
from kg.views.comparing import to_comparison
from kg.views.layout import positions
from kg.views.reading import to_address, to_articles, to_fragment
from kg.views.readings import to_readings
from kg.views.taking import to_statements
from kg.views.template import policy, read, render, to_json

SHAPES = {
    "County": "dot",
    "Practice": "hexagon",
    "Theme": "star",
    "Alliance": "diamond",
    "Mechanism": "square",
    "Programme": "triangle",
    "Platform": "triangleDown",
    "Formula": "hexagon",
    "Slogan": "dot",
    "Document": "square",
    "Organisation": "diamond",
    "Person": "triangle",
    "Place": "dot",
}
_SIZES = {"County": 20, "Practice": 11, "Theme": 15, "Alliance": 12, "Mechanism": 8, "Document": 8}
_SMALL = 10
_CROWDED = 4000
"""From this many edges on they are left out while the picture moves, so that it follows the hand."""
_QUIET = 800
"""From this many lines between counties and what they share on, those of the chosen thing alone are drawn."""
_COUNTED = ("County", "Alliance", "Mechanism", "Programme", "Platform", "Practice")
VIEWS = ("network", "table", "ask", "compare", "read")
_SCRIPTS = (
    "settings.js",
    "data.js",
    "source.js",
    "part.js",
    "glyphs.js",
    "labels.js",
    "scene.js",
    "views.js",
    "panel.js",
    "matching.js",
    "search.js",
    "table.js",
    "answers.js",
    "understand.js",
    "nearest.js",
    "formats.js",
    "charts.js",
    "ask.js",
    "ask.answer.js",
    "ask.query.js",
    "ask.table.js",
    "ask.charts.js",
    "ask.picture.js",
    "likeness.js",
    "side.js",
    "matrix.js",
    "compare.js",
    "read.js",
    "svg.js",
    "take.js",
    "print.js",
    "graph.js",
)
_STYLES = ("page.css", "graph.css", "ask.css", "search.css", "compare.css", "matrix.css", "read.css")
_OPTIONS: dict[str, Any] = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False, "randomSeed": 1},
    "interaction": {"hover": False, "selectable": False, "dragNodes": False},
    "nodes": {"borderWidth": 1.5, "borderWidthSelected": 1.5, "font": {"size": 0}, "labelHighlightBold": False},
    "edges": {"smooth": False, "selectionWidth": 1, "arrows": {"to": {"enabled": True, "scaleFactor": 0.4}}},
}


def to_html(
    network: nx.MultiDiGraph,
    title: str = "",
    store: Queryable | None = None,
    served: Mapping[str, Any] | None = None,
    report: str = "",
) -> str:
    """Return the page that draws ``network`` as ``kg.views.network.to_network`` made it.

    ``title`` stands above the counts, in place of the general title; it is shown as it is.  With ``store``, of which
    the network is a view, the page carries the articles too; ``report`` is the address of the reading report.  A
    page of ``kg serve`` has what ``served`` holds beside the network, and may ask the server for the rest.  The page is
    to be written as UTF-8 with plain line feeds: the policy's hashes hold for these bytes only.
    """
    library = read_library()
    scripts = (library, *map(read, _SCRIPTS))
    style = "".join(map(read, _STYLES))
    graph = {
        **to_graph(network),
        "shapes": SHAPES,
        "quiet": _is_quiet(network),
        **(_from_store(network, store) if store is not None else {}),
        **(served or {}),
        **({"report": report} if report else {}),
    }
    if "readings" not in graph:
        names = (name for _, data in network.nodes(data=True) for name in (data["label"], *data["aliases"]))
        graph["readings"] = to_readings(names)
    amounts = graph.get("amounts") or Counter(cls for _, cls in network.nodes(data="cls"))
    return render(
        "graph.html",
        title=title,
        counts=[{"cls": cls, "n": amounts[cls]} for cls in _COUNTED if amounts.get(cls)],
        style=style,
        scripts=scripts,
        views=VIEWS,
        served=served is not None,
        policy=policy(scripts, style, connect="'self'" if served is not None else ""),
        graph_json=to_json(graph),
    )


def to_graph(network: nx.MultiDiGraph) -> dict[str, Any]:
    """Return the network as the scripts take it: ``nodes``, ``edges``, ``options``, ``things`` and ``articles``."""
    drawing = to_drawing(network)
    nodes = [node.options for node in drawing.nodes]
    return {"nodes": nodes, "edges": drawing.edges, "options": drawing.options, **_things(network)}


def to_drawing(network: nx.MultiDiGraph) -> Network:
    """Return the pyvis network: nodes numbered in order, at their places, with the shape of their class.

    A part of a larger picture says in ``network.graph["places"]`` where its nodes lie there.
    """
    drawing = Network(directed=True, cdn_resources="in_line")
    numbers = {node: number for number, node in enumerate(network)}
    places = network.graph.get("places") or positions(network)
    # Lists are set, not grown: add_edge compares each edge with all before it and drops parallel ones.
    drawing.nodes = [_node(numbers[node], data, places[node]) for node, data in network.nodes(data=True)]
    drawing.edges = [
        {"id": number, "from": numbers[source], "to": numbers[target], "property": name}
        for number, (source, target, name) in enumerate(network.edges(keys=True))
    ]
    crowded = len(drawing.edges) > _CROWDED
    drawing.options = {
        **_OPTIONS,
        "interaction": {**_OPTIONS["interaction"], "hideEdgesOnDrag": crowded, "hideEdgesOnZoom": crowded},
    }
    return drawing


def read_library() -> str:
    """Return vis-network's script out of the installed pyvis package."""
    file = resources.files("pyvis") / "templates" / "lib" / "vis-9.1.2" / "vis-network.min.js"
    return file.read_text(encoding="utf-8").replace("\r\n", "\n")


def _node(number: int, data: dict[str, Any], place: tuple[int, int]) -> Node:
    cls = data["cls"]
    size = _SIZES.get(cls, _SMALL) + round(log2(1 + data["degree"]))
    x, y = place
    return Node(number, SHAPES[cls], data["label"], group=cls, x=x, y=y, size=size)


def _is_quiet(network: nx.MultiDiGraph) -> bool:
    cls = dict(network.nodes(data="cls"))
    lines = sum(cls[source] == "County" and cls[target] in ("Practice", "Theme") for source, target in network.edges())
    return lines > _QUIET


def _from_store(network: nx.MultiDiGraph, store: Queryable) -> dict[str, Any]:
    """Return what the views need beyond the network."""
    articles = to_articles(store, network)
    return {
        "asking": to_questions(store, network),
        "answers": to_answers(store, network),
        "reading": articles,
        "statements": to_statements(store, network, articles),
        "comparison": to_comparison(network, store, cited(network)),
    }


def _things(network: nx.MultiDiGraph) -> dict[str, Any]:
    """Return what the panel says of each node, in the nodes' order, and the articles cited."""
    numbers = {node: number for number, node in enumerate(network)}
    articles = cited(network)
    things = [_thing(node, data, numbers, articles) for node, data in network.nodes(data=True)]
    described = [{"id": to_address(iri), **network.graph["articles"][iri]} for iri in articles]
    return {"things": things, "articles": described}


def cited(network: nx.MultiDiGraph) -> dict[str, int]:
    """Return the numbers of the articles cited, by IRI."""
    details = [data for _, data in network.nodes(data=True)]
    said = (found for data in details for name in ("sentences", "figures", "pursued") for found in data.get(name, ()))
    cited = sorted({found["article"] for found in said})
    return {iri: number for number, iri in enumerate(cited)}


def _thing(node: str, data: dict[str, Any], numbers: dict[str, int], articles: dict[str, int]) -> dict[str, Any]:
    return {
        "fragment": to_fragment(node),
        "cls": data["cls"],
        "label": data["label"],
        "en": data["label_en"],
        "aliases": data["aliases"],
        "statuses": data["statuses"],
        "counties": [numbers[county] for county in data["counties"] if county in numbers],
        "within": data["within"],
        "definitions": dict(data["definitions"]),
        "sentences": [{**found, "article": articles[found["article"]]} for found in data["sentences"]],
        "components": data["components"],
        "figures": [{**figure, "article": articles[figure["article"]]} for figure in data["figures"]],
    }
