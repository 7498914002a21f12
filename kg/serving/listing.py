"""The answers below ``/api`` as they are sent: lists in pages, each made by a worker to its last byte.

The server itself only passes them on, so that whoever asks for much keeps no one waiting but himself.
"""

from __future__ import annotations

import json
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

import networkx as nx
from pyoxigraph import Store

from kg.graph.queryable import Queryable
from kg.graph.tally import Tallies
from kg.serving.finding import Finder, to_finder
from kg.views.asking import to_answer
from kg.views.overview import Catalogue, tell, to_part
from kg.views.reading import list_articles, to_articles, to_fragment


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which items of a list are asked for.

    ``path`` and ``parameters`` are those of the request, without offset and limit.
    """

    offset: int
    limit: int
    path: str
    parameters: tuple[tuple[str, str], ...]

    def cut(self, items: Sequence[Any]) -> tuple[Sequence[Any], dict[str, Any]]:
        """Return the items of the page, and what is said of the others."""
        return items[self.offset : self.offset + self.limit], self.rest(len(items))

    def rest(self, total: int) -> dict[str, Any]:
        """Return how many items there are, and the address of the next page."""
        end = self.offset + self.limit
        following = urlencode([*self.parameters, ("offset", end), ("limit", self.limit)])
        return {"total": total, "next": f"{self.path}?{following}" if end < total else None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What a worker of the search has before it instead of a graph."""

    catalogue: Catalogue
    finder: Finder


def to_body(data: Any) -> bytes:
    """Return ``data`` as JSON in UTF-8."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def pack_names(_: Queryable, catalogue: Catalogue) -> bytes:
    """Return the names of a catalogue, made ready to be searched, as ``open_names`` takes them."""
    return pickle.dumps(Names(catalogue=catalogue, finder=to_finder(catalogue)), pickle.HIGHEST_PROTOCOL)


def open_names(packed: bytes) -> Names:
    """Return what ``pack_names`` has packed in another process of this server."""
    return pickle.loads(packed)


def write_hits(names: Names, text: str, page: Page) -> bytes:
    """Return the things that are called like ``text``, best first."""
    fields = ("fragment", "cls", "label", "en", "counties")
    hits, rest = page.cut(names.finder.find(text))
    return to_body({"items": [dict(zip(fields, names.finder.things[hit])) for hit in hits], **rest})


def write_things(names: Names, classes: frozenset[str], page: Page) -> bytes:
    """Return the things of ``classes``, of all where there are none, in the order of the legend."""
    entries = names.catalogue.entries
    found, rest = page.cut([entry for entry in entries.values() if not classes or entry.cls in classes])
    items = [
        {
            "fragment": to_fragment(entry.iri),
            "cls": entry.cls,
            "label": entry.label,
            "en": entry.en,
            "aliases": entry.aliases,
            "counties": [entries[iri].label for iri in entry.counties if iri in entries and iri != entry.iri],
            "links": len(entry.edges),
        }
        for entry in found
    ]
    return to_body({"items": items, **rest})


def write_neighbourhood(store: Queryable, network: nx.MultiDiGraph, iri: str, found: int) -> bytes:
    """Return ``iri`` and its neighbours as a part of the picture, ``found`` neighbours in all."""
    return to_body(to_part(tell(store, network, iri), iri, found))


def write_rows(store: Queryable, name: str, values: Mapping[str, str], page: Page) -> bytes:
    """Return the answer to a canned question; raises as ``kg.views.asking.to_answer``."""
    tallies = _kept(store) if isinstance(store, Store) else None
    found = to_answer(store, name, values, page.offset + page.limit, tallies)
    return to_body({**found, "rows": found["rows"][page.offset :], **page.rest(found["total"])})


@lru_cache(maxsize=1)
def _kept(store: Store) -> Tallies:
    """Return the tallies of the build that this process has opened for reading, which stays as it is."""
    return Tallies(store)


def write_articles(store: Queryable, page: Page) -> bytes:
    """Return articles without their texts."""
    items, total = list_articles(store, page.offset, page.limit)
    return to_body({"items": items, **page.rest(total)})


def write_article(store: Queryable, iri: str) -> bytes:
    """Return one article, its text and what is marked in it.

    :raises LookupError: if there is none.
    """
    found = to_articles(store, None, (iri,))
    if not found:
        raise LookupError("There is no such article in the graph.")
    return to_body(found[0])
