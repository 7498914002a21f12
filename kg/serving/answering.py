"""The query page with an answer in a table, made by a worker."""

from __future__ import annotations

import json
import re
from typing import Any

from pyoxigraph import NamedNode, QueryBoolean, QueryResultsFormat, RdfFormat, parse, parse_query_results

from kg.graph.coverage import find_coverage, to_sentences
from kg.graph.queryable import Queryable
from kg.graph.vocab import PREFIXES
from kg.serving import pages
from kg.serving.formats import GRAPHS, SOLUTIONS
from kg.serving.snapshot import Build
from kg.serving.worker import Reply

_HEADER = re.compile(r"\A(?:#[^\n]*\n)+")
"""The comments at the head of a canned question, which its title says better."""
_EMPTY = {
    "reply": None,
    "truth": None,
    "columns": (),
    "table": (),
    "coverage": (),
    "failure": "",
    "failure_kind": "other",
}


def write_answer(graph: Queryable, build: Build, query: str, reply: Reply, rows: int) -> str:
    """Return the page that answers ``query`` with ``reply``; of a canned question it says what was read to find it.

    :param rows: how many rows an answer may have.
    """
    columns, table = _read(reply)
    coverage = _find_sentences(graph, _to_question(query), columns, table) if not reply.cut else ()
    shown = _to_table(columns, table) if reply.form != "boolean" else {"truth": json.loads(reply.body)["boolean"]}
    return to_page(build, query=query, rows=rows, reply=reply, coverage=coverage, **shown)


def to_page(build: Build, *, query: str, rows: int, **values: Any) -> str:
    """Return the query page: without an answer, with one, or with what is said instead of it."""
    given = {**_EMPTY, **values}
    return pages.render(
        "sparql.html",
        build,
        query=_HEADER.sub("", query),
        question=_to_question(query),
        rows=rows,
        formats=GRAPHS if given["reply"] and given["reply"].form == "triples" else SOLUTIONS,
        prefixes=PREFIXES,
        questions=pages.examples(),
        **given,
    )


def _read(reply: Reply) -> tuple[list[str], list[list[Any]]]:
    """Return the columns and rows of an answer; a truth has none."""
    if reply.form == "triples":
        triples = (quad.triple for quad in parse(reply.body, RdfFormat.N_TRIPLES))
        return ["subject", "predicate", "object"], [[t.subject, t.predicate, t.object] for t in triples]
    found = parse_query_results(reply.body, format=QueryResultsFormat.JSON)
    if isinstance(found, QueryBoolean):
        return [], []
    return [variable.value for variable in found.variables], [list(solution) for solution in found]


def _find_sentences(graph: Queryable, name: str, columns: list[str], rows: list[list[Any]]) -> tuple[str, ...]:
    """Return in Chinese and English what was read to find ``rows``, the answer to the canned question ``name``."""
    coverage = find_coverage(graph, name, {}, columns, rows) if name else None
    return to_sentences(coverage) if coverage else ()


def _to_question(text: str) -> str:
    """Return the name of the canned question that ``text`` is, empty where it is none."""
    return next((example["name"] for example in pages.examples() if example["text"] == text), "")


def _to_table(columns: list[str], rows: list[list[Any]]) -> dict[str, Any]:
    """Return columns and cells; a column ``xIri`` becomes the address of the column ``x`` beside it."""
    paired = {name: columns.index(name + "Iri") for name in columns if name + "Iri" in columns}
    shown = [i for i, name in enumerate(columns) if not (name.endswith("Iri") and name[:-3] in columns)]

    def cell(row: list[Any], i: int) -> dict[str, Any]:
        term, address = row[i], row[paired.get(columns[i], i)]
        iri = address.value if isinstance(address, NamedNode) else ""
        if term is None:
            return {"text": "", "iri": "", "lang": ""}
        text = pages.to_curie(term.value) if isinstance(term, NamedNode) else getattr(term, "value", str(term))
        return {"text": text, "iri": iri, "lang": getattr(term, "language", None) or ""}

    return {"columns": [columns[i] for i in shown], "table": [[cell(row, i) for i in shown] for row in rows]}
