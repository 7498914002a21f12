"""Rows of answers, written once by a build and read where the first rows of a question are asked for.

A question's line ``# rows: formulaRows`` says that a build writes its answer about every county, of all statuses, in
SPARQL 1.1 Query Results TSV.  To fetch these takes one look-up a county, and Oxigraph reads them as it reads any
answer; to put the same rows together takes a dozen look-ups a row.  They stand in the books, as they say nothing that
the data do not.  Those of a county are written anew with each of its pages, so that a county with very many rows has
none written and is asked as usual.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice

from pyoxigraph import Literal, NamedNode, Quad, QueryResultsFormat, QuerySolutions, Store, parse_query_results

from kg.graph.books import BUILD_GRAPH
from kg.graph.questions import Question, bind, questions
from kg.graph.vocab import DJ

_STATUS = "?status"
_MOST = 5000
"""Rows of a county that are written, at most."""


def to_rows(store: Store, counties: Sequence[NamedNode]) -> Iterator[Quad]:
    """Yield what the books say of the rows of ``counties``.

    :param store: all articles, in its default graph.
    """
    for asked in (asked for asked in questions() if asked.rows):
        for county, tsv in _to_tsv(store, asked, counties):
            yield Quad(county, DJ[asked.rows], Literal(tsv), BUILD_GRAPH)


def written_rows(store: Store, county: NamedNode) -> Iterator[Quad]:
    """Yield what the books say of the rows of a county."""
    names = {asked.rows for asked in questions() if asked.rows}
    for name in sorted(names):
        yield from store.quads_for_pattern(county, DJ[name], None, BUILD_GRAPH)


def _to_tsv(store: Store, asked: Question, counties: Sequence[NamedNode]) -> Iterator[tuple[NamedNode, str]]:
    """Yield the rows of an answer for each of ``counties`` that has any, and not too many, with their header."""
    found = store.query(bind(asked.text, {"countyIri": counties, "status": None}))
    header, *lines = _lines(found.serialize(format=QueryResultsFormat.TSV).decode())
    column, terms = _column(header, "?countyIri"), {str(county): county for county in counties}
    for cell, of_county in groupby(lines, key=lambda line: line.split("\t")[column]):
        rows = list(of_county)
        if len(rows) <= _MOST:
            yield terms[cell], "\n".join((header, *rows, ""))


def read_rows(
    store: Store, asked: Question, counties: Iterable[NamedNode], statuses: Iterable[str], limit: int
) -> QuerySolutions | None:
    """Return the first rows of an answer; None where they are not written.

    :param store: an embedded store; no other has books.
    :param asked: the question.
    :param counties: those that have the first rows, in order.
    :param statuses: the statuses of the rows.
    :param limit: how many rows.
    """
    if not asked.rows:
        return None
    written = [next(store.quads_for_pattern(county, DJ[asked.rows], None, BUILD_GRAPH), None) for county in counties]
    if not written or None in written:
        return None
    texts = [_lines(quad.object.value) for quad in written]
    header, wanted = texts[0][0], {f'"{status}"' for status in statuses}
    column = _column(header, _STATUS)
    lines = (line for _, *rows in texts for line in rows if line.split("\t")[column] in wanted)
    first = "\n".join((header, *islice(lines, limit), ""))
    return parse_query_results(first.encode(), format=QueryResultsFormat.TSV)


def _lines(tsv: str) -> list[str]:
    return tsv.split("\n")[:-1]  # no other character ends a line of TSV


def _column(header: str, variable: str) -> int:
    return header.split("\t").index(variable)
