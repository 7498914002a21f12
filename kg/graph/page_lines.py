"""What each page says of itself and adds to the whole: one line a page in the books of the store.

A line is made once, when the page is there, and goes when it goes, so that what all pages say together takes one look
at each line and none at their articles.  It holds, with tabs between them:

1. a hash of what the page says of itself: its name, bytes and metadata
2. its dates (xsd:date), and
3. its licences by their addresses, with spaces between them
4. the numbers of ``ELSEWHERE``
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from kg.graph.books import BUILD_GRAPH
from kg.graph.counting import chunks, count
from kg.graph.turtle import to_ntriples
from kg.graph.vocab import DCTERMS, DJ, PREFIXES, XSD

ELSEWHERE = ("articles", "evidence", "undated")
"""What is counted of the articles without a county: these and their mentions; and the articles without a date."""

_COUNTED = ("page-elsewhere", "page-elsewhere-evidence", "page-undated")
_MISSING = f"SELECT ?page {{ ?page a dj:Page MINUS {{ GRAPH {BUILD_GRAPH} {{ ?page dcterms:identifier ?line }} }} }}"
_LINES = f"SELECT ?line {{ GRAPH {BUILD_GRAPH} {{ ?page dcterms:identifier ?line }} }}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What all pages say together.

    :param digest: a hash of what they say of themselves.
    :param dates: the first and the last; empty where none has a date.
    :param licences: their addresses; empty for a page without.
    :param elsewhere: how many there are of each of ``ELSEWHERE``.
    """

    digest: str
    dates: tuple[str, ...]
    licences: frozenset[str]
    elsewhere: Mapping[str, int]


def missing_lines(store: Store) -> Iterator[Quad]:
    """Yield the lines of the pages of ``store`` that have none, for its books."""
    missing = (solution[0] for solution in store.query(_MISSING, prefixes=PREFIXES))
    for pages in chunks(missing):
        counts = count(store, _COUNTED, pages)
        for page in pages:
            said = [quad.triple for quad in store.quads_for_pattern(page, None, None, DefaultGraph())]
            elsewhere = " ".join(str(counts[page].get(what, {}).get("", 0)) for what in ELSEWHERE)
            yield Quad(page, DCTERMS.identifier, Literal(f"{_to_line(said)}\t{elsewhere}"), BUILD_GRAPH)


def read_lines(store: Store) -> Said:
    """Return what all pages of ``store`` say together; each of them has its line."""
    lines = [solution[0].value.split("\t") for solution in store.query(_LINES, prefixes=PREFIXES)]
    dates = {date for _, dates, _, _ in lines for date in dates.split()}
    numbers = zip(*(map(int, elsewhere.split()) for *_, elsewhere in lines))
    return Said(
        digest=hashlib.sha256("".join(sorted(digest for digest, *_ in lines)).encode()).hexdigest(),
        dates=(min(dates), max(dates)) if dates else (),
        licences=frozenset(licence for _, _, licences, _ in lines for licence in licences.split(" ")),
        elsewhere=dict.fromkeys(ELSEWHERE, 0) | dict(zip(ELSEWHERE, map(sum, numbers))),
    )


def _to_line(said: Iterable[Triple]) -> str:
    said = list(said)
    dates = (t.object.value for t in said if t.predicate == DJ.date and t.object.datatype == XSD.date)
    licences = (t.object.value for t in said if t.predicate == DCTERMS.license)
    digest = hashlib.sha256(to_ntriples(said)).hexdigest()
    return "\t".join((digest, " ".join(sorted(dates)), " ".join(sorted(licences))))
