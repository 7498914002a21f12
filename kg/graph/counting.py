"""Counting by the queries of ``tallies/``: of many counties, dates or pages at once, but not of all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import TypeVar

from pyoxigraph import QuerySolutions, Store

from kg.graph.queryable import select
from kg.graph.questions import Term, bind
from kg.graph.threads import THREADS
from kg.graph.vocab import DJ

_CHUNK = 50
_Key = TypeVar("_Key", bound=Term)
Counts = Mapping[str, Mapping[str, int]]
"""What is counted → status → number."""


def count(store: Store, names: Iterable[str], keys: Sequence[_Key]) -> dict[_Key, dict[str, dict[str, int]]]:
    """Return what the queries ``names`` count of each of ``keys``; a key of which there is nothing has no entry."""
    counts: dict[_Key, dict[str, dict[str, int]]] = defaultdict(dict)
    for name in names:
        for key, what, status, n in solutions(store, name, keys):
            counts[key].setdefault(what.value.removeprefix(DJ.iri), {})[status.value] = int(n.value)
    return counts


def solutions(store: Store, name: str, keys: Sequence[Term]) -> QuerySolutions:
    """Return the solutions of the query ``name`` for ``keys``."""
    return select(store, bind(_query(name), {"key": keys}))


def chunks(keys: Iterable[_Key]) -> Iterator[list[_Key]]:
    """Yield ``keys`` in order, as many at once as one query may name, but some for every thread."""
    ordered = sorted(keys, key=str)
    size = max(1, min(_CHUNK, -(-len(ordered) // THREADS)))
    return (ordered[start : start + size] for start in range(0, len(ordered), size))


@cache
def _query(name: str) -> str:
    return (resources.files("kg.graph") / "tallies" / f"{name}.rq").read_text(encoding="utf-8")
