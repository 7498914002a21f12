"""The books of a store: what a build must know of what it holds, in a named graph that no question sees.

The file and the fingerprint of every page, a hash of what the page says of itself, and how much all pages say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from kg.graph.counts import Counts
from kg.graph.iri import dataset_iri, page_iri
from kg.graph.turtle import to_ntriples
from kg.graph.vocab import DCTERMS, DJ, RDF, VOID

BUILD_GRAPH = NamedNode("https://w3id.org/dangjian/build")
"""The named graph of the books.  Not part of the default graph."""


def fingerprints(store: Store) -> dict[str, str]:
    """Return the fingerprint of every page of ``store``, by page file; empty for a page that is not whole."""
    files = {q.subject.value: q.object.value for q in store.quads_for_pattern(None, DJ.file, None, BUILD_GRAPH)}
    marks: dict[str, str] = {}
    for quad in store.quads_for_pattern(None, DJ.fingerprint, None, BUILD_GRAPH):
        page, mark = quad.subject.value, quad.object.value
        marks[page] = min(mark, marks.get(page, mark))
    return {file: marks.get(page, "") for page, file in sorted(files.items(), key=lambda entry: entry[1])}


def page_marks(base: str, file: str, fingerprint: str) -> list[Quad]:
    """Return what the books say of a page from the moment it is there."""
    page = page_iri(base, file)
    return [
        Quad(page, DJ.file, Literal(file), BUILD_GRAPH),
        Quad(page, DJ.fingerprint, Literal(fingerprint), BUILD_GRAPH),
    ]


def missing_digests(store: Store) -> Iterator[Quad]:
    """Yield a hash of what each page says of itself, its name, bytes and metadata, for those that have none."""
    pages = {quad.subject for quad in store.quads_for_pattern(None, RDF.type, DJ.Page, DefaultGraph())}
    for page in pages - {quad.subject for quad in store.quads_for_pattern(None, DCTERMS.identifier, None, BUILD_GRAPH)}:
        said = (quad.triple for quad in store.quads_for_pattern(page, None, None, DefaultGraph()))
        digest = hashlib.sha256(to_ntriples(said)).hexdigest()
        yield Quad(page, DCTERMS.identifier, Literal(digest), BUILD_GRAPH)


def digest_of_pages(store: Store) -> str:
    """Return a hash of what all pages say of themselves."""
    digests = store.quads_for_pattern(None, DCTERMS.identifier, None, BUILD_GRAPH)
    return hashlib.sha256("".join(sorted(quad.object.value for quad in digests)).encode()).hexdigest()


def known_counts(store: Store, base: str) -> Counts | None:
    """Return how much a whole copy holds; None of one that was cut short, or of another base."""
    kept = next(store.quads_for_pattern(None, VOID.triples, None, BUILD_GRAPH), None)
    counts = Counts.from_literal(kept.object) if kept else None
    return counts if counts and counts.base == base else None


def counts_mark(counts: Counts) -> Quad:
    """Return what the books say of how much a whole copy holds, which ``known_counts`` reads."""
    return Quad(dataset_iri(counts.base), VOID.triples, counts.to_literal(), BUILD_GRAPH)
