"""What can be asked: the embedded store and a remote endpoint alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples, Triple

Answer = QuerySolutions | QueryBoolean | QueryTriples | bool | tuple[Triple, ...]


class Queryable(Protocol):
    """A graph that answers SPARQL: ``pyoxigraph.Store`` or ``kg.graph.remote.Remote``."""

    def query(self, query: str, *, prefixes: Mapping[str, str] | None = None) -> Answer:
        """Return the answer to a query over the default graph, the union of all articles and the vocabulary."""
