"""The books of a store: what a build must know of what it holds, in a named graph that no question sees.

The file and the fingerprint of every page, a line of what it says (``kg.graph.page_lines``), and how much all say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Quad, Store

from kg.graph.counts import Counts
from kg.graph.iri import dataset_iri, page_iri
from kg.graph.vocab import DCTERMS, DJ, PREFIXES, VOID

BUILD_GRAPH = NamedNode("https://w3id.org/dangjian/build")
"""The named graph of the books.  Not part of the default graph."""
_LINES = f"SELECT ?line {{ GRAPH {BUILD_GRAPH} {{ ?page dcterms:identifier ?line }} }}"


def fingerprints(store: Store, likely: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the fingerprint of every page of ``store``, by page file; empty for a page that is not whole.

    :param likely: what they are likely to be, no two alike.  Of a whole copy this can be told by the lines alone.
    """
    if likely and any(store.quads_for_pattern(None, VOID.triples, None, BUILD_GRAPH)):
        if sorted(line.partition("\t")[0] for line in read_lines(store)) == sorted(likely.values()):
            return dict(likely)
    files = {q.subject.value: q.object.value for q in store.quads_for_pattern(None, DJ.file, None, BUILD_GRAPH)}
    found: dict[str, str] = {}
    for quad in store.quads_for_pattern(None, DJ.fingerprint, None, BUILD_GRAPH):
        page, mark = quad.subject.value, quad.object.value
        found[page] = min(mark, found.get(page, mark))
    return {file: found.get(page, "") for page, file in sorted(files.items(), key=lambda entry: entry[1])}


def page_marks(base: str, file: str, fingerprint: str) -> list[Quad]:
    """Return what the books say of a page from the moment it is there."""
    page = page_iri(base, file)
    return [
        Quad(page, DJ.file, Literal(file), BUILD_GRAPH),
        Quad(page, DJ.fingerprint, Literal(fingerprint), BUILD_GRAPH),
    ]


def page_line(store: Store, page: NamedNode, *said: str) -> Quad:
    """Return what the books say of a page once all of it is there: its fingerprint, then ``said``."""
    marks = [quad.object.value for quad in store.quads_for_pattern(page, DJ.fingerprint, None, BUILD_GRAPH)]
    return Quad(page, DCTERMS.identifier, Literal("\t".join((min(marks, default=""), *said))), BUILD_GRAPH)


def read_lines(store: Store) -> Iterator[str]:
    """Yield the lines of all pages, in no order."""
    return (solution[0].value for solution in store.query(_LINES, prefixes=PREFIXES))


def known_counts(store: Store, base: str) -> Counts | None:
    """Return how much a whole copy holds; None of one that was cut short, or of another base."""
    kept = next(store.quads_for_pattern(None, VOID.triples, None, BUILD_GRAPH), None)
    counts = Counts.from_literal(kept.object) if kept else None
    return counts if counts and counts.base == base else None


def counts_mark(counts: Counts) -> Quad:
    """Return what the books say of how much a whole copy holds, which ``known_counts`` reads."""
    return Quad(dataset_iri(counts.base), VOID.triples, counts.to_literal(), BUILD_GRAPH)
