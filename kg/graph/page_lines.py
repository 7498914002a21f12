"""What each page says of itself and adds to the whole: one line a page in the books of the store.

A line is made once, when the page is there, and goes when it goes, so that what all pages say together takes one look
at each line and none at their articles.  It holds, with tabs between them:

1. the fingerprint of the page
2. a hash of what the page says of itself: its name, bytes and metadata
3. its dates (xsd:date), and
4. its licences by their addresses, with spaces between them
5. the numbers of ``ELSEWHERE``
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, NamedNode, Quad, Store, Triple

from kg.graph.books import BUILD_GRAPH, page_line
from kg.graph.counting import chunks, count, solutions
from kg.graph.queryable import select
from kg.graph.turtle import to_ntriples
from kg.graph.vocab import DCTERMS, DJ, XSD

ELSEWHERE = ("articles", "evidence", "undated")
"""What is counted of the articles without a county: these and their mentions; and the articles without a date."""

_MISSING = f"SELECT ?page {{ ?page a dj:Page MINUS {{ GRAPH {BUILD_GRAPH} {{ ?page dcterms:identifier ?line }} }} }}"


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
    missing = (solution[0] for solution in select(store, _MISSING))
    for pages in chunks(missing):
        elsewhere = _elsewhere(store, pages)
        for page in pages:
            said = [quad.triple for quad in store.quads_for_pattern(page, None, None, DefaultGraph())]
            numbers = " ".join(str(elsewhere[page][what]) for what in ELSEWHERE)
            yield page_line(store, page, *_to_parts(said), numbers)


def to_said(lines: Mapping[str, int]) -> Said:
    """Return what pages say together.

    :param lines: how many pages have each line.
    """
    digests: list[str] = []
    alike: Counter[str] = Counter()
    for line, pages in lines.items():
        _, digest, rest = line.split("\t", 2)
        digests += [digest] * pages
        alike[rest] += pages
    days: set[str] = set()
    licences: set[str] = set()
    counted: Counter[str] = Counter()
    for rest, pages in alike.items():
        dates, licensed, numbers = rest.split("\t")
        days.update(dates.split())
        licences.update(licensed.split(" "))
        counted.update({what: pages * int(number) for what, number in zip(ELSEWHERE, numbers.split())})
    return Said(
        digest=hashlib.sha256("".join(sorted(digests)).encode()).hexdigest(),
        dates=(min(days), max(days)) if days else (),
        licences=frozenset(licences),
        elsewhere={what: counted[what] for what in ELSEWHERE},
    )


def _elsewhere(store: Store, pages: Sequence[NamedNode]) -> dict[NamedNode, Counter[str]]:
    """Return the numbers of ``ELSEWHERE`` of each page."""
    numbers: dict[NamedNode, Counter[str]] = defaultdict(Counter)
    for page, counts in count(store, ("page-undated",), pages).items():
        numbers[page]["undated"] = counts["undated"][""]
    articles = {article: page for page, article in solutions(store, "page-elsewhere", pages)}
    numbered = count(store, ("article-evidence",), list(articles))
    for article, page in articles.items():
        numbers[page]["articles"] += 1
        numbers[page]["evidence"] += numbered.get(article, {}).get("evidence", {}).get("", 0)
    return numbers


def _to_parts(said: Sequence[Triple]) -> tuple[str, str, str]:
    dates = (day.value for _, predicate, day in said if predicate == DJ.date and day.datatype == XSD.date)
    licences = (licence.value for _, predicate, licence in said if predicate == DCTERMS.license)
    return hashlib.sha256(to_ntriples(said)).hexdigest(), " ".join(sorted(dates)), " ".join(sorted(licences))
