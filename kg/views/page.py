"""The network as one HTML file: no server, no request, nothing vendored.

pyvis builds the network that vis-network draws; the library's script is taken from the
installed pyvis package when the page is made.  What pyvis' own template does (Bootstrap from a
CDN, HTML in tooltips, headings unescaped) is left aside: the template is ours, every script
and the style are named by their hash in the Content-Security-Policy, and the words of a
page reach the document as text only.
"""

from __future__ import annotations

from collections import Counter
from importlib import resources
from math import log2
from typing import Any

import networkx as nx
from pyvis.network import Network
from pyvis.node import Node

from kg.views.layout import positions
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
_SIZES = {"County": 20, "Practice": 15, "Theme": 21, "Alliance": 12, "Mechanism": 8, "Document": 8}
_SMALL = 10
_CROWDED = 4000
"""From this many edges on they are left out while the picture moves, so that it follows the hand."""
_COUNTED = ("County", "Alliance", "Mechanism", "Programme", "Platform", "Practice")
VIEWS = ("network", "table", "ask", "compare", "read")
_SCRIPTS = (
    "settings.js",
    "data.js",
    "glyphs.js",
    "labels.js",
    "views.js",
    "panel.js",
    "search.js",
    "table.js",
    "ask.js",
    "compare.js",
    "read.js",
    "graph.js",
)
_STYLES = ("page.css", "graph.css", "ask.css", "compare.css", "read.css")
_OPTIONS: dict[str, Any] = {
    "physics": {"enabled": False},
    "layout": {"improvedLayout": False, "randomSeed": 1},
    "interaction": {"hover": True, "hoverConnectedEdges": False, "selectConnectedEdges": False, "dragNodes": False},
    "nodes": {"borderWidth": 1.5, "borderWidthSelected": 1.5, "font": {"size": 0}, "labelHighlightBold": False},
    "edges": {"smooth": False, "selectionWidth": 1, "arrows": {"to": {"enabled": True, "scaleFactor": 0.4}}},
}


def to_html(network: nx.MultiDiGraph, title: str = "") -> str:
    """Return the page that draws ``network`` as ``kg.views.network.to_network`` made it.

    ``title`` stands above the counts, in place of the general title; it is shown as it is.  The page is to be
    written as UTF-8 with plain line feeds: the policy's hashes hold for these bytes only.
    """
    drawing = to_drawing(network)
    library = read_library()
    scripts = (library, *map(read, _SCRIPTS))
    style = "".join(map(read, _STYLES))
    graph = {
        "nodes": [node.options for node in drawing.nodes],
        "edges": drawing.edges,
        "options": drawing.options,
        "shapes": SHAPES,
        **_things(network),
    }
    amounts = Counter(cls for _, cls in network.nodes(data="cls"))
    return render(
        "graph.html",
        title=title,
        counts=[{"cls": cls, "n": amounts[cls]} for cls in _COUNTED if amounts[cls]],
        style=style,
        scripts=scripts,
        views=VIEWS,
        policy=policy(scripts, style),
        graph_json=to_json(graph),
    )


def to_drawing(network: nx.MultiDiGraph) -> Network:
    """Return the pyvis network: nodes numbered in order, at their places, with the shape of their class."""
    drawing = Network(directed=True, cdn_resources="in_line")
    numbers = {node: number for number, node in enumerate(network)}
    places = positions(network)
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


def _things(network: nx.MultiDiGraph) -> dict[str, Any]:
    """Return what the panel says of each node, in the nodes' order, and the articles cited."""
    numbers = {node: number for number, node in enumerate(network)}
    cited = sorted({found["article"] for _, data in network.nodes(data=True) for found in data["sentences"]})
    articles = {iri: number for number, iri in enumerate(cited)}
    things = [_thing(node, data, numbers, articles) for node, data in network.nodes(data=True)]
    return {"things": things, "articles": [network.graph["articles"][iri] for iri in cited]}


def _thing(node: str, data: dict[str, Any], numbers: dict[str, int], articles: dict[str, int]) -> dict[str, Any]:
    return {
        "fragment": node.partition("/id/")[2] or node,
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
        "figures": [
            {name: figure[name] for name in ("of", "value", "unit", "approximate", "status", "text", "sentence")}
            for figure in data["figures"]
        ],
    }
