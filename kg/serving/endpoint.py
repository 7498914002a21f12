"""The SPARQL endpoint: a request of the protocol to its response."""

from __future__ import annotations

from typing import Any

from pyoxigraph import NamedNode
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

from kg.serving import pages
from kg.serving.answering import to_page, write_answer
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
from kg.serving.protocol import Asked, WrongRequest, read_request, unless_gone
from kg.serving.served import Serving
from kg.serving.telling import WRITING
from kg.serving.worker import Job, Reply

_SAID = ("malformed", "refused", "stopped", "busy", "endpoint-failed", "endpoint-slow")
"""Failures of which the page has words of its own."""
SHOWN = 500
"""Rows that the page for people shows; the other formats give all up to the limit."""


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
        reply = await unless_gone(request, serving.queries.ask(job))
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
        text=asked.text or "",
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
    asking = (serving.snapshot.build, asked.text, reply, rows)
    page = await serving.answers.run(write_answer, *asking, seconds=seconds + WRITING)
    return _to_response_of(page)


def _render(serving: Serving, *, query: str, rows: int, status: int = 200, **values: Any) -> Response:
    return _to_response_of(to_page(serving.snapshot.build, query=query, rows=rows, **values), status)


def _to_response_of(page: str, status: int = 200) -> Response:
    headers = {"content-security-policy": pages.policy(), "vary": "Accept", "cache-control": "no-cache"}
    return HTMLResponse(page, status, headers)
