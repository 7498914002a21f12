"""The data behind the explorer as JSON: the network, what lies around a thing, search, answers, articles.

Every list comes in pages: ``offset`` and ``limit`` choose, ``total`` says how many there are, ``next`` is the address
of the next page.  What is said of one build never changes, so its id is the entity tag.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from kg.graph.questions import questions
from kg.serving.explorer import CannotPrepare
from kg.serving.pool import QueryTooLarge, QueryTooLong, ServerBusy
from kg.serving.preparing import list_articles, to_body
from kg.serving.served import Serving
from kg.serving.worker import Failure, Task
from kg.views.asking import to_answer
from kg.views.overview import NEIGHBOURS, tell, to_neighbourhood, to_part
from kg.views.reading import to_articles

_HITS, _ARTICLES = 40, 500
_STATUS = {"missing": 404, "malformed": 400, "stopped": 500, "busy": 503, "failed": 500}


class _Refused(Exception):
    """A request that has no answer: the kind of failure, and one sentence."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


class Api:
    """The answers to requests below ``/api``.

    :param seconds: how long a worker may take for one of them.
    :param rows: how many rows of an answer come at once.
    """

    def __init__(self, seconds: float, rows: int) -> None:
        self._seconds = seconds
        self._rows = rows

    async def answer(self, request: Request, serving: Serving) -> Response:
        """Return the response to a request for one of the paths of ``PATHS``, named as the methods are."""
        headers = {"etag": serving.explorer.mark, "cache-control": "no-cache"}
        if serving.explorer.mark in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        try:
            body = await getattr(self, f"_{request.scope['route'].name}")(request, serving)
        except _Refused as error:
            return _to_failure(error.kind, str(error))
        except (QueryTooLong, QueryTooLarge) as error:
            return _to_failure("stopped", str(error))
        except ServerBusy as error:
            return _to_failure("busy", str(error))
        except CannotPrepare as error:
            return _to_failure("failed", str(error))
        return Response(body, media_type="application/json", headers=headers)

    async def _network(self, _: Request, serving: Serving) -> bytes:
        return (await serving.explorer.prepared()).network

    async def _around(self, request: Request, serving: Serving) -> bytes:
        """Answer with a thing and its neighbours, as a part of the picture."""
        catalogue = (await serving.explorer.prepared()).catalogue
        iri = _to_iri(serving, request.path_params["fragment"])
        if iri not in catalogue.entries:
            raise _Refused("missing", "There is no such thing in the graph.")
        limit = _number(request, "limit", NEIGHBOURS, 5 * NEIGHBOURS)
        network, found = to_neighbourhood(catalogue, iri, limit)
        told = await self._ask(serving, tell, network, iri)
        return await run_in_threadpool(lambda: to_body(to_part(told, iri, found)))

    async def _find(self, request: Request, serving: Serving) -> bytes:
        """Answer with the things that are called like ``q``, best first."""
        finder = await serving.explorer.finder()
        found = await run_in_threadpool(finder.find, request.query_params.get("q", ""))
        names = ("fragment", "cls", "label", "en", "counties")
        hits, rest = _page(request, found, _HITS)
        return to_body({"items": [dict(zip(names, finder.things[hit])) for hit in hits], **rest})

    async def _questions(self, *_: Any) -> bytes:
        """Answer with the canned questions and their parameters."""
        items = [
            {
                "name": question.name,
                "zh": question.title_zh,
                "en": question.title_en,
                "parameters": [parameter.name for parameter in question.parameters],
            }
            for question in questions()
        ]
        return to_body({"items": items, "total": len(items), "next": None})

    async def _answer(self, request: Request, serving: Serving) -> bytes:
        """Answer a canned question; the parameters of the request are those of the question."""
        values = {key: value for key, value in request.query_params.items() if key not in ("offset", "limit")}
        found = await self._ask(serving, to_answer, request.path_params["question"], values)
        rows, rest = _page(request, found["rows"], self._rows)
        return to_body({**found, "rows": rows, **rest})

    async def _articles(self, request: Request, serving: Serving) -> bytes:
        """Answer with the articles, without their texts."""
        offset, limit = _number(request, "offset", 0, 10**9), _number(request, "limit", _ARTICLES, _ARTICLES)
        items, total = await self._ask(serving, list_articles, offset, limit)
        return to_body({"items": items, "total": total, "next": _next(request, offset, limit, total)})

    async def _article(self, request: Request, serving: Serving) -> bytes:
        """Answer with one article, its text and what is marked in it."""
        iri = _to_iri(serving, f"article/{request.path_params['id']}")
        found = await self._ask(serving, to_articles, None, (iri,))
        if not found:
            raise _Refused("missing", "There is no such article in the graph.")
        return to_body(found[0])

    async def _ask(self, serving: Serving, function: Any, *arguments: Any) -> Any:
        found = await serving.pool.ask(Task(function=function, arguments=arguments, seconds=self._seconds))
        if isinstance(found, Failure):
            raise _Refused(found.kind, found.message)
        return found


PATHS = {
    "network": "/api/network",
    "around": "/api/around/{fragment:path}",
    "find": "/api/find",
    "questions": "/api/questions",
    "answer": "/api/questions/{question}",
    "articles": "/api/articles",
    "article": "/api/articles/{id:path}",
}
"""The paths of the API, by what they answer with."""


def _to_iri(serving: Serving, fragment: str) -> str:
    return fragment if fragment.startswith(("http://", "https://")) else serving.snapshot.build.base + fragment


def _page(request: Request, items: list[Any], usual: int) -> tuple[list[Any], dict[str, Any]]:
    """Return the items of the page that is asked for, and what is said of the others."""
    offset, limit = _number(request, "offset", 0, 10**9), _number(request, "limit", usual, max(usual, 1000))
    rest = {"total": len(items), "next": _next(request, offset, limit, len(items))}
    return items[offset : offset + limit], rest


def _next(request: Request, offset: int, limit: int, total: int) -> str | None:
    if offset + limit >= total:
        return None
    given = {**request.query_params, "offset": str(offset + limit), "limit": str(limit)}
    return f"{quote(request.url.path)}?{urlencode(given)}"


def _number(request: Request, name: str, usual: int, most: int) -> int:
    text = request.query_params.get(name, str(usual))
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise _Refused("malformed", f"The parameter {name} is a whole number, not {text!r}.")
    return min(int(text), most)


def _to_failure(kind: str, message: str) -> Response:
    body = to_body({"error": kind, "message": message})
    headers = {"retry-after": "5"} if kind == "busy" else {}
    return Response(body, _STATUS[kind], {**headers, "cache-control": "no-store"}, "application/json")
