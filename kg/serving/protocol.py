"""The requests of the SPARQL 1.1 Protocol: what is asked, and of which graphs."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

from kg.graph.questions import question
from kg.serving.failing import Gone

Answered = TypeVar("Answered")

BODY = 2**20
"""Bytes that the body of a request may have."""

_FORM = "application/x-www-form-urlencoded"
_QUERY = "application/sparql-query"
_UPDATE = "application/sparql-update"
_PATIENCE = 15
"""Seconds in which the body of a request must have come."""


class WrongRequest(ValueError):
    """A request that is not one of the protocol; ``status`` and ``kind`` say in which way.

    :param status: the HTTP status that says so.
    :param kind: one word for programs.
    :param message: one sentence for people.
    """

    def __init__(self, status: int, kind: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.kind = kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request: the query (None where there is none), the format by name, and the graphs of its dataset."""

    text: str | None
    format: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]


async def read_request(request: Request) -> Asked:
    """Return what ``request`` asks (SPARQL 1.1 Protocol, section 2.1).

    Besides the protocol's parameters ``format`` names a format and ``question`` a canned question.

    :raises WrongRequest: if it is an update, too large, or none of the three forms of a query.
    """
    given = _parameters(request.scope["query_string"])
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method == "POST" and media == _FORM:
        given += _parameters(await _body(request))
    elif request.method == "POST" and media == _QUERY:
        given.append(("query", _decode(await _body(request))))
    elif request.method == "POST" and media == _UPDATE:
        raise _refused_update()
    elif request.method == "POST":
        raise WrongRequest(415, "unsupported-media-type", f"Send a query as {_FORM} or {_QUERY}.")
    return _to_asked(given)


async def unless_gone(request: Request, answering: Coroutine[Any, Any, Answered]) -> Answered:
    """Return what ``answering`` does, which is cancelled as soon as nobody waits for it.

    :param request: one that has been read to its end.
    :raises Gone: if the client has closed the connection.
    """
    answered = asyncio.ensure_future(answering)
    leaving = asyncio.ensure_future(_until_gone(request))
    try:
        await asyncio.wait((answered, leaving), return_when=asyncio.FIRST_COMPLETED)
        if not answered.done():
            raise Gone
        return await answered
    finally:
        answered.cancel()
        leaving.cancel()


async def _until_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _to_asked(given: list[tuple[str, str]]) -> Asked:
    def values(*names: str) -> tuple[str, ...]:
        return tuple(value for name, value in given if name in names)

    if values("update", "using-graph-uri", "using-named-graph-uri"):
        raise _refused_update()
    texts = values("query") or tuple(_canned(name) for name in values("question"))
    if len(texts) > 1:
        raise WrongRequest(400, "malformed", "Send one query, not several.")
    return Asked(
        text=texts[0] if texts else None,
        format=next(iter(values("format", "output")), ""),
        default_graphs=values("default-graph-uri"),
        named_graphs=values("named-graph-uri"),
    )


def _canned(name: str) -> str:
    try:
        return question(name).text
    except LookupError as error:
        raise WrongRequest(404, "unknown-question", str(error)) from error


async def _body(request: Request) -> bytes:
    """Return the body; a little too much is read to its end, as a client hears nothing before it has sent all."""
    body, length = [], 0
    try:
        async with asyncio.timeout(_PATIENCE):
            async for piece in request.stream():
                length += len(piece)
                if length <= BODY:
                    body.append(piece)
                elif length > 16 * BODY:
                    break
    except (TimeoutError, ClientDisconnect) as error:
        raise WrongRequest(408, "too-slow", "The request did not come to its end.") from error
    if length > BODY:
        raise WrongRequest(413, "too-large", f"A query may have {BODY} bytes.")
    return b"".join(body)


def _parameters(encoded: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(_decode(encoded), keep_blank_values=True, errors="strict", max_num_fields=100)
    except UnicodeDecodeError as error:
        raise WrongRequest(400, "malformed", "The request is not UTF-8.") from error
    except ValueError as error:
        raise WrongRequest(400, "malformed", "The request has too many parameters.") from error


def _decode(text: bytes) -> str:
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise WrongRequest(400, "malformed", "The request is not UTF-8.") from error


def _refused_update() -> WrongRequest:
    return WrongRequest(403, "refused", "The graph is changed by kg build only; this endpoint answers queries.")
