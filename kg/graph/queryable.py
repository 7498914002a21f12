"""What can be asked: the embedded store and a remote endpoint alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from pyoxigraph import NamedNode, QueryBoolean, QuerySolutions, QueryTriples, Triple

Answer = QuerySolutions | QueryBoolean | QueryTriples | bool | tuple[Triple, ...]


class Queryable(Protocol):
    """A graph that answers SPARQL: ``pyoxigraph.Store`` or ``kg.graph.remote.Remote``."""

    def query(
        self,
        query: str,
        *,
        prefixes: Mapping[str, str] | None = None,
        default_graph: Sequence[NamedNode] | None = None,
        named_graphs: Sequence[NamedNode] | None = None,
    ) -> Answer:
        """Return the answer to a query over the default graph, the union of all articles and the vocabulary.

        ``default_graph`` and ``named_graphs``, where given, are the dataset instead.
        """
