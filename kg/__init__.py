"""A knowledge graph of Party-building (党建) initiatives from newspaper pages.

For Python and notebooks (docs/python.md walks through it)::

    import kg

    kg.read("pages/")                   # the pages, cut into articles
    kg.extract("pages/")                # the same with their facts
    graph = kg.build("pages/", "out")   # their graph, kept in a folder
    graph = kg.Graph.open("out")        # a graph built before, or a SPARQL endpoint
    graph.ask("alliances").to_pandas()
    graph.query("SELECT ?name { ?m a dj:Mechanism ; rdfs:label ?name }")
    graph.to_networkx()

Nothing heavy is imported before it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Graph", "Table", "build", "extract", "read"]

if TYPE_CHECKING:
    from kg.api import Graph, Table, build, extract, read


def __getattr__(name: str) -> Any:
    """Import a public name when it is used (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"kg has no {name!r}; it has {', '.join(__all__)}.")
    return getattr(import_module("kg.api"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
