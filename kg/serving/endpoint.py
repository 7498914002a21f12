"""The SPARQL endpoint: a request of the protocol to its response."""

from __future__ import annotations

import asyncio
import json
import re
from functools import partial
from typing import Any

from pyoxigraph import NamedNode, QueryResultsFormat, RdfFormat, parse, parse_query_results
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from kg.graph.coverage import find_coverage, to_sentences
from kg.graph.queryable import Queryable
from kg.graph.vocab import PREFIXES
from kg.serving import pages
from kg.serving.description import to_triples
from kg.serving.failing import NoAnswer
from kg.serving.formats import (
    GRAPHS,
    HTML,
    SOLUTIONS,
    content_type,
    find_format,
    media_types,
    negotiate,
    write_triples,
)
from kg.serving.negotiation import choose
from kg.serving.protocol import Asked, WrongRequest, read_request
from kg.serving.served import Serving
from kg.serving.worker import Job, Reply

_SAID = ("malformed", "refused", "stopped", "busy", "endpoint-failed", "endpoint-slow")
"""Failures of which the page has words of its own."""
SHOWN = 500
"""Rows that the page for people shows; the other formats give all up to the limit."""

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


async def answer_request(request: Request, serving: Serving, seconds: float, rows: int) -> Response:
    """Return the response to a request at ``/sparql``.

    :param serving: what is asked.
    :param seconds: how long a query may take.
    :param rows: how many rows or triples an answer may have.
    """
    accept = request.headers.get("accept", "")
    try:
        asked = await read_request(request)
        wants_page = _wants_page(asked, accept)
        if asked.text is None or not asked.text.strip():
            return await run_in_threadpool(_introduce, request, asked, serving, wants_page, seconds, rows)
        job, media = _to_job(asked, accept, wants_page, serving, seconds, rows)
        reply = await _ask(request, serving, job)
        if not wants_page:
            return _to_response(reply, media)
        return await _to_page(asked, serving, reply, seconds, rows)
    except (WrongRequest, NoAnswer) as error:
        return await run_in_threadpool(_to_failure, request, serving, error, accept, rows)


def _wants_page(asked: Asked, accept: str) -> bool:
    if asked.format:
        return asked.format.lower() in ("html", HTML)
    return choose(accept, [*media_types(SOLUTIONS), *media_types(GRAPHS), HTML]) == HTML


def _introduce(request: Request, asked: Asked, serving: Serving, page: bool, seconds: float, rows: int) -> Response:
    """Return the query page to a browser, the service description to a program."""
    if request.method == "POST":
        raise WrongRequest(400, "malformed", "There is no query in the request; send it as the parameter query.")
    if page:
        return _render(serving, query="", rows=rows)
    found = negotiate(GRAPHS, request.headers.get("accept", ""))
    format = find_format(GRAPHS, asked.format) if asked.format else found and found[0]
    if format is None:
        raise WrongRequest(
            406, "not-acceptable", "The service is described in RDF; ask with a query for anything else."
        )
    endpoint = f"http://{request.headers['host']}/sparql"
    triples = list(to_triples(endpoint, serving.snapshot.build, seconds, rows))
    media = found[1] if found and not asked.format else format.media[0]
    body = write_triples(triples, format.name, serving.snapshot.build.base)
    return Response(body, media_type=content_type(media), headers={"vary": "Accept"})


def _to_job(
    asked: Asked, accept: str, page: bool, serving: Serving, seconds: float, rows: int
) -> tuple[Job, dict[str, str]]:
    """Return the job, and the media type of either form of answer."""
    if page:
        chosen = {"solutions": ("json", HTML), "triples": ("nt", HTML)}
    else:
        chosen = {}
        for form, formats in (("solutions", SOLUTIONS), ("triples", GRAPHS)):
            if asked.format:
                format = find_format(formats, asked.format)
                found = (format, format.media[0]) if format else None
            else:
                found = negotiate(formats, accept)
            if found:
                chosen[form] = (found[0].name, found[1])
    if not chosen:
        known = ", ".join(format.name for format in (*SOLUTIONS, *GRAPHS))
        raise WrongRequest(406, "not-acceptable", f"No answer is written so; the formats are {known}.")
    job = Job(
        text=asked.text,
        rows=min(rows, SHOWN) if page else rows,
        base=serving.snapshot.build.base,
        seconds=seconds,
        solutions=chosen.get("solutions", (None,))[0],
        triples=chosen.get("triples", (None,))[0],
        default_graphs=_to_graphs(asked.default_graphs),
        named_graphs=_to_graphs(asked.named_graphs),
    )
    return job, {form: media for form, (_, media) in chosen.items()}


def _to_graphs(iris: tuple[str, ...]) -> tuple[str, ...]:
    for iri in iris:
        try:
            NamedNode(iri)
        except ValueError as error:
            raise WrongRequest(400, "malformed", f"The graph {iri!r} is no IRI.") from error
    return iris


async def _ask(request: Request, serving: Serving, job: Job) -> Reply:
    """Return the answer; a query whose asker has gone is stopped."""
    answering = asyncio.ensure_future(serving.queries.ask(job))
    leaving = asyncio.ensure_future(_until_gone(request))
    try:
        await asyncio.wait((answering, leaving), return_when=asyncio.FIRST_COMPLETED)
        if not answering.done():
            raise WrongRequest(499, "gone", "The client closed the connection.")
        return await answering
    finally:
        answering.cancel()
        leaving.cancel()


async def _until_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _to_response(reply: Reply, media: dict[str, str]) -> Response:
    form = "triples" if reply.form == "triples" else "solutions"
    headers = {"vary": "Accept", "cache-control": "no-cache"}
    if reply.cut:  # the header by which Virtuoso says so
        headers["x-sparql-maxrows"] = str(reply.rows)
    return Response(reply.body, media_type=content_type(media[form]), headers=headers)


def _to_failure(request: Request, serving: Serving, error: WrongRequest | NoAnswer, accept: str, rows: int) -> Response:
    headers = error.headers if isinstance(error, NoAnswer) else {}
    wanted = choose(accept, ["text/plain", "application/json", "application/sparql-results+json", HTML])
    if wanted == HTML:
        query = request.query_params.get("query", "")
        kind = error.kind if error.kind in _SAID else "other"
        return _render(serving, query=query, rows=rows, failure=str(error), failure_kind=kind, status=error.status)
    if wanted in ("application/json", "application/sparql-results+json"):
        return JSONResponse({"error": error.kind, "message": str(error)}, error.status, headers)
    return PlainTextResponse(f"{error}\n", error.status, headers)


async def _to_page(asked: Asked, serving: Serving, reply: Reply, seconds: float, rows: int) -> Response:
    """Return the query page with the answer in a table."""
    columns, table = await run_in_threadpool(_read, reply)
    coverage = await _to_coverage(serving, asked.text, columns, table, seconds) if not reply.cut else ()
    shown = _to_table(columns, table) if reply.form != "boolean" else {"truth": json.loads(reply.body)["boolean"]}
    given = {"query": asked.text, "rows": rows, "reply": reply, "coverage": coverage, **shown}
    return await run_in_threadpool(partial(_render, serving, **given))


def _read(reply: Reply) -> tuple[list[str], list[list[Any]]]:
    """Return the columns and rows of an answer; a truth has none."""
    if reply.form == "boolean":
        return [], []
    if reply.form == "triples":
        triples = (quad.triple for quad in parse(reply.body, RdfFormat.N_TRIPLES))
        return ["subject", "predicate", "object"], [[t.subject, t.predicate, t.object] for t in triples]
    found = parse_query_results(reply.body, format=QueryResultsFormat.JSON)
    return [variable.value for variable in found.variables], [list(solution) for solution in found]


async def _to_coverage(
    serving: Serving, text: str, columns: list[str], rows: list[list[Any]], seconds: float
) -> tuple[str, ...]:
    """Return what was read to find the answer to a canned question, in Chinese and English."""
    name = _to_question(text)
    return await serving.ask(find_sentences, name, columns, rows, seconds=seconds) if name else ()


def find_sentences(graph: Queryable, name: str, columns: list[str], rows: list[list[Any]]) -> tuple[str, ...]:
    """Return what was read to find ``rows``, the answer to the canned question ``name``."""
    coverage = find_coverage(graph, name, {}, columns, rows)
    return to_sentences(coverage) if coverage else ()


def _to_question(text: str) -> str:
    """Return the name of the canned question that ``text`` is, empty where it is none."""
    return next((example["name"] for example in pages.examples() if example["text"] == text), "")


def _to_table(columns: list[str], rows: list[list]) -> dict[str, Any]:
    """Return columns and cells; a column ``xIri`` becomes the address of the column ``x`` beside it."""
    paired = {name: columns.index(name + "Iri") for name in columns if name + "Iri" in columns}
    shown = [i for i, name in enumerate(columns) if not (name.endswith("Iri") and name[:-3] in columns)]

    def cell(row: list, i: int) -> dict[str, Any]:
        term, address = row[i], row[paired.get(columns[i], i)]
        iri = address.value if isinstance(address, NamedNode) else ""
        if term is None:
            return {"text": "", "iri": "", "lang": ""}
        text = pages.to_curie(term.value) if isinstance(term, NamedNode) else getattr(term, "value", str(term))
        return {"text": text, "iri": iri, "lang": getattr(term, "language", None) or ""}

    return {"columns": [columns[i] for i in shown], "table": [[cell(row, i) for i in shown] for row in rows]}


def _render(serving: Serving, *, query: str, rows: int, status: int = 200, **values: Any) -> Response:
    given = {**_EMPTY, **values}
    formats = GRAPHS if given["reply"] and given["reply"].form == "triples" else SOLUTIONS
    page = pages.render(
        "sparql.html",
        serving.snapshot.build,
        query=_HEADER.sub("", query),
        question=_to_question(query),
        rows=rows,
        formats=formats,
        prefixes=PREFIXES,
        questions=pages.examples(),
        **given,
    )
    headers = {"content-security-policy": pages.policy(), "vary": "Accept", "cache-control": "no-cache"}
    return HTMLResponse(page, status, headers)
