"""Pages and descriptions as they are sent, written by a worker: what the server does itself, all wait for."""

from __future__ import annotations

from typing import Any

from kg.graph.queryable import Queryable
from kg.serving import pages
from kg.serving.formats import write_triples
from kg.serving.snapshot import Build
from kg.serving.things import find_terms, find_thing, find_triples

WRITING = 10
"""Seconds that a page may take beyond those of a query, however short these are."""
_LISTED = 60


def write_page(_: Queryable, name: str, build: Build, values: dict[str, Any]) -> str:
    """Return the page of the template ``name``; the arguments are those of ``pages.render``."""
    return pages.render(name, build, **values)


def write_thing(graph: Queryable, build: Build, iri: str, path: str) -> str:
    """Return the page of ``iri``, which has the address ``path``."""
    return pages.render("thing.html", build, thing=find_thing(graph, iri), path=path, listed=_LISTED)


def write_vocabulary(graph: Queryable, build: Build, iri: str) -> str:
    """Return the page of the ontology ``iri``."""
    return pages.render("ontology.html", build, kinds=find_terms(graph), iri=iri)


def write_description(graph: Queryable, iri: str, name: str, base: str) -> tuple[bytes, int, bool]:
    """Return what describes ``iri`` in the format called ``name``, how many triples, and whether some were left out.

    :raises NotWritable: if the format cannot hold it.
    """
    triples, is_cut = find_triples(graph, iri)
    return write_triples(triples, name, base), len(triples), is_cut
