"""The books of a store: what a build must know of what it holds, in a named graph that no question sees.

The file and the fingerprint of every page, a line of what it says (``kg.graph.page_lines``), the names of its things
(``kg.graph.names``), and how much all say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Quad, Store

from kg.graph.counts import Counts
from kg.graph.iri import dataset_iri, page_iri
from kg.graph.queryable import select
from kg.graph.vocab import DCTERMS, DJ, VOID

BUILD_GRAPH = NamedNode("https://w3id.org/dangjian/build")
"""The named graph of the books.  Not part of the default graph."""
_LINES = f"SELECT ?line {{ GRAPH {BUILD_GRAPH} {{ ?page dcterms:identifier ?line }} }}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What the books of a store say of its pages.

    :param pages: the fingerprint of every page, by page file; empty for a page that is not whole.
    :param lines: how many pages have each line; None of a copy that is not whole.
    """

    pages: Mapping[str, str]
    lines: Counter[str] | None


def read_books(store: Store, likely: Mapping[str, str] | None = None) -> Books:
    """Return what the books of ``store`` say.

    :param likely: the fingerprints that its pages are likely to have, no two alike; where they do, the lines show it.
    """
    if not any(store.quads_for_pattern(None, VOID.triples, None, BUILD_GRAPH)):
        return Books(pages=fingerprints(store), lines=None)
    lines = read_lines(store)
    marks = sorted(line.partition("\t")[0] for line in lines.elements())
    if likely is not None and marks == sorted(likely.values()):
        return Books(pages=likely, lines=lines)
    return Books(pages=fingerprints(store), lines=lines)


def fingerprints(store: Store) -> dict[str, str]:
    """Return the fingerprint of every page of ``store``, by page file; empty for a page that is not whole."""
    named = store.quads_for_pattern(None, DJ.file, None, BUILD_GRAPH)
    files = {page.value: file.value for page, _, file, _ in named}
    found: dict[str, str] = {}
    for page, _, mark, _ in store.quads_for_pattern(None, DJ.fingerprint, None, BUILD_GRAPH):
        found[page.value] = min(mark.value, found.get(page.value, mark.value))
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
    marks = [mark.value for _, _, mark, _ in store.quads_for_pattern(page, DJ.fingerprint, None, BUILD_GRAPH)]
    return Quad(page, DCTERMS.identifier, Literal("\t".join((min(marks, default=""), *said))), BUILD_GRAPH)


def read_lines(store: Store) -> Counter[str]:
    """Return how many pages of ``store`` have each line."""
    return Counter(solution[0].value for solution in select(store, _LINES))


def known_counts(store: Store, base: str) -> Counts | None:
    """Return how much a whole copy holds; None of one that was cut short, or of another base."""
    kept = next((counts for _, _, counts, _ in store.quads_for_pattern(None, VOID.triples, None, BUILD_GRAPH)), None)
    counts = Counts.from_literal(kept) if kept else None
    return counts if counts and counts.base == base else None


def counts_mark(counts: Counts) -> Quad:
    """Return what the books say of how much a whole copy holds, which ``known_counts`` reads."""
    return Quad(dataset_iri(counts.base), VOID.triples, counts.to_literal(), BUILD_GRAPH)
