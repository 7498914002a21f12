"""What can be asked: the embedded store and a remote endpoint alike."""

from __future__ import annotations

from typing import Any, Protocol

from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples, Triple

from kg.graph.vocab import PREFIXES

Answer = QuerySolutions | QueryBoolean | QueryTriples | bool | tuple[Triple, ...]


class Queryable(Protocol):
    """A graph that answers SPARQL: ``pyoxigraph.Store`` or ``kg.graph.remote.Remote``."""

    def query(
        self,
        query: str,
        *,
        prefixes: dict[str, str] | None = None,
        default_graph: list[Any] | None = None,
        named_graphs: list[Any] | None = None,
    ) -> Answer:
        """Return the answer to a query over the default graph, the union of all articles and the vocabulary.

        ``default_graph`` and ``named_graphs``, lists of ``NamedNode``, are the dataset instead, where they are given.
        """


def select(graph: Queryable, query: str) -> QuerySolutions:
    """Return the solutions of a SELECT query; the prefixes of ``vocab.PREFIXES`` need no declaration.

    :raises TypeError: if it is a query of another form.
    """
    answer = graph.query(query, prefixes=PREFIXES)
    if isinstance(answer, QuerySolutions):
        return answer
    raise TypeError(f"A SELECT query is asked for, not: {query}")
