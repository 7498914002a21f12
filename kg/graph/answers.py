"""Answers of queries as rows, and as CSV, JSON, Markdown or Turtle.

CSV and JSON follow SPARQL 1.1 Query Results (CSV, TSV; JSON); a table for the terminal is drawn from ``to_table``.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import merge
from itertools import chain, islice
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, QueryBoolean, QuerySolutions, Store, Triple

from kg.graph.counties import to_full_name
from kg.graph.coverage import Coverage, to_counties, to_coverage, to_sentences
from kg.graph.iri import BASE
from kg.graph.narrowing import AT_ONCE, find_things, order_of
from kg.graph.paging import Window, find_window
from kg.graph.queryable import Answer, Queryable
from kg.graph.questions import Question, ask, check_values, count, question
from kg.graph.tally import Tallies
from kg.graph.terms import REALISED
from kg.graph.threads import THREADS, in_threads
from kg.graph.turtle import to_turtle

Term = NamedNode | BlankNode | Literal | Triple
Bound = Mapping[str, Sequence[NamedNode | Literal] | None]
FORMATS = ("table", "csv", "json", "markdown", "ttl")

_FORMULA = re.compile(r"^[=+\-@\t\r]")
_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"


class WrongForm(ValueError):
    """A format that cannot hold an answer of this form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Solutions:
    """A SELECT's answer, read to its end: the variables in order and one row of terms a solution.

    ``coverage`` says what was read to find it, where a canned question asks for things that counties have; ``total``
    how many rows there are in all, where only the first ones were asked for.
    """

    variables: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]
    total: int | None = field(default=None, compare=False)
    coverage: Coverage | None = field(default=None, compare=False)


Result = Solutions | bool | tuple[Triple, ...]


def read_answer(answer: Answer) -> Result:
    """Return an answer of the store as plain data: solutions of SELECT, truth of ASK, triples of CONSTRUCT."""
    if isinstance(answer, (QueryBoolean, bool)):
        return bool(answer)
    return read_solutions(answer) if isinstance(answer, QuerySolutions) else tuple(answer)


def read_solutions(answer: QuerySolutions) -> Solutions:
    """Return the answer of a SELECT as plain data."""
    variables = tuple(variable.value for variable in answer.variables)
    return Solutions(variables=variables, rows=tuple(map(tuple, answer)))


def answer(
    graph: Queryable,
    name: str,
    values: Mapping[str, str] | None = None,
    *,
    limit: int | None = None,
    tallies: Tallies | None = None,
) -> Solutions:
    """Return the answer to a canned question as plain data, with its coverage.

    :param graph: the graph, embedded or at an endpoint.
    :param name: the question's name.
    :param values: parameter name to value as typed; what is left out keeps its default.
    :param limit: how many rows at most, the first in order; all by default.
    :param tallies: those of the graph, where they are kept from question to question; else they are read.
    :raises UnknownQuestion: and the other errors of ``kg.graph.questions.ask``.
    """
    asked, given, tallies = question(name), dict(values or {}), tallies or Tallies(graph)
    check_values(asked, given)
    if "county" in given:  # a short name is sought among all; what follows looks the full name up
        given["county"] = to_full_name(graph, given["county"])
    things = find_things(tallies, asked, given)
    if things is not None:
        return _answer_about(things, tallies, asked, given, limit)
    window = None if limit is None else find_window(tallies, asked, given, limit)
    result = _read_rows(graph, name, given, window, limit)
    if limit is not None:
        is_whole = len(result.rows) < limit
        total = len(result.rows) if is_whole else window.total if window else count(graph, name, given)
        result = replace(result, total=total)
    is_known = limit is None or len(result.rows) == result.total
    counties = to_counties(result.variables, result.rows) if is_known else None
    return replace(result, coverage=to_coverage(tallies, asked, given, counties))


def _answer_about(
    things: tuple[str, Sequence[NamedNode]],
    tallies: Tallies,
    asked: Question,
    values: Mapping[str, str],
    limit: int | None,
) -> Solutions:
    """Return the answer where it can only be about some things: asked once, of every status, for rows and coverage."""
    is_of_any_status = "status" in values or all(parameter.name != "status" for parameter in asked.parameters)
    everything = _read_about(things, tallies.graph, asked, values, {} if is_of_any_status else {"status": None})
    rows = everything.rows
    if not is_of_any_status:
        at, realised = everything.variables.index("status"), set(map(Literal, REALISED))
        rows = tuple(row for row in rows if row[at] in realised)
    found, mentioned = (to_counties(everything.variables, part) for part in (rows, everything.rows))
    coverage = to_coverage(tallies, asked, values, found, mentioned)
    total = None if limit is None else len(rows)
    return replace(everything, rows=rows[:limit], total=total, coverage=coverage)


def _read_about(
    things: tuple[str, Sequence[NamedNode]], graph: Queryable, asked: Question, values: Mapping[str, str], bound: Bound
) -> Solutions:
    """Return the rows about some things, asked for as many at once as the store looks up one by one."""
    variable, nodes = things
    size = max(1, min(AT_ONCE, -(-len(nodes) // THREADS)))

    def ask_part(start: int) -> Solutions:
        part = {**bound, variable: nodes[start : start + size]}
        return read_solutions(ask(graph, asked.name, values, within=part))

    parts = list(in_threads(ask_part, range(0, len(nodes) or 1, size)))
    if len(parts) == 1:
        return parts[0]
    variables = parts[0].variables
    ordered = merge(*(part.rows for part in parts), key=order_of(asked, variable, variables))
    return Solutions(variables=variables, rows=tuple(ordered))


def _read_rows(
    graph: Queryable, name: str, values: Mapping[str, str], window: Window | None, limit: int | None
) -> Solutions:
    """Return the rows of an answer; an embedded store is asked for the pieces of a window at the same time."""

    def ask_piece(bound: Bound | None) -> Solutions:
        return read_solutions(ask(graph, name, values, within=bound, limit=limit))

    if window is None:
        return ask_piece(None)
    pieces = window.pieces(THREADS if isinstance(graph, Store) else 1)
    if len(pieces) == 1:  # a server's answer must be read, or given up, in the thread that asked
        return ask_piece(pieces[0])
    first, *others = in_threads(ask_piece, pieces)
    rows = chain(first.rows, *(other.rows for other in others))
    return Solutions(variables=first.variables, rows=tuple(islice(rows, limit)))


def to_table(result: Result, *, addresses: bool = False) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return column names and rows of text.

    :param addresses: also the columns ending in ``Iri`` that stand beside a column of text.
    """
    solutions = _to_solutions(result)
    names = solutions.variables
    kept = [i for i, name in enumerate(names) if addresses or not (name.endswith("Iri") and name[:-3] in names)]
    rows = tuple(tuple(_to_text(row[i]) for i in kept) for row in solutions.rows)
    return tuple(names[i] for i in kept), rows


def to_csv(result: Result, *, bom: bool = False) -> str:
    """Return CSV, all columns, lines ended by CR LF.

    A text that a spreadsheet would run as a formula gets a leading apostrophe: pages are hostile input.

    :param bom: begin with a byte order mark, by which Excel knows UTF-8.
    """
    names, rows = to_table(result, addresses=True)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([_to_cell(cell) for cell in row] for row in rows)
    return ("\ufeff" if bom else "") + out.getvalue()


def to_json(result: Result) -> str:
    """Return SPARQL 1.1 Query Results JSON.

    :raises WrongForm: for triples, which that format cannot hold.
    """
    if isinstance(result, bool):
        return json.dumps({"head": {}, "boolean": result}, indent=2) + "\n"
    if not isinstance(result, Solutions):
        raise WrongForm("Triples are no solutions; ask for them with --format ttl.")
    bindings = [
        {name: _to_binding(term) for name, term in zip(result.variables, row) if term is not None}
        for row in result.rows
    ]
    answer = {"head": {"vars": list(result.variables)}, "results": {"bindings": bindings}}
    return json.dumps(answer, ensure_ascii=False, indent=2) + "\n"


def to_markdown(result: Result) -> str:
    """Return a Markdown table without the address columns, then the coverage; text cannot break out of its place."""
    names, rows = to_table(result)
    lines = [names, tuple("---" for _ in names), *rows]
    table = "".join("| " + " | ".join(map(_to_markdown_cell, line)) + " |\n" for line in lines)
    return table + "".join(f"\n{_to_markdown_cell(sentence)}\n" for sentence in to_coverage_sentences(result))


def to_coverage_sentences(result: Result) -> tuple[str, ...]:
    """Return how many rows of an answer are shown and what its coverage says, in Chinese and in English."""
    if not isinstance(result, Solutions):
        return ()
    return (*_to_total_sentences(result), *(to_sentences(result.coverage) if result.coverage else ()))


def _to_total_sentences(solutions: Solutions) -> tuple[str, ...]:
    shown, total = len(solutions.rows), solutions.total
    if total is None or total <= shown:
        return ()
    return f"共{total}行，只列出前{shown}行。", f"The first {shown:,} of {total:,} rows."


def to_ttl(result: Result, base: str = BASE) -> str:
    """Return Turtle of a CONSTRUCT's or DESCRIBE's answer.

    :raises WrongForm: for anything but triples.
    """
    if isinstance(result, (Solutions, bool)):
        raise WrongForm("Turtle holds triples; ask with CONSTRUCT or DESCRIBE, or choose csv, json or markdown.")
    return to_turtle(result, base).decode("utf-8")


def _to_solutions(result: Result) -> Solutions:
    if isinstance(result, bool):
        return Solutions(variables=("answer",), rows=((Literal(result),),))
    if isinstance(result, Solutions):
        return result
    ordered = sorted({(t.subject, t.predicate, t.object) for t in result}, key=lambda row: tuple(map(str, row)))
    return Solutions(variables=("subject", "predicate", "object"), rows=tuple(ordered))


def _to_text(term: Term | None) -> str:
    if term is None:
        return ""
    return str(term) if isinstance(term, Triple) else term.value


def _to_cell(text: str) -> str:
    is_number = re.fullmatch(r"[+-]?[0-9.]+", text)
    return "'" + text if _FORMULA.match(text) and not is_number else text


def _to_markdown_cell(text: str) -> str:
    escaped = re.sub(r"([\\`*_\[\]<>|#&])", r"\\\1", text)
    return " ".join(escaped.split())


def _to_binding(term: Term) -> dict[str, Any]:
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, Triple):
        parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        return {"type": "triple", "value": {key: _to_binding(part) for key, part in parts.items()}}
    binding = {"type": "literal", "value": term.value}
    if term.language:
        binding["xml:lang"] = term.language
    elif term.datatype.value != _XSD_STRING:
        binding["datatype"] = term.datatype.value
    return binding
