"""The data behind the explorer as JSON: the network, what lies around a thing, search, answers, articles.

Every list comes in pages: ``offset`` and ``limit`` choose, ``total`` says how many there are, ``next`` is the address
of the next page.  What is said of one build never changes, so its id is the entity tag.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from kg.graph.questions import Question, UnknownQuestion, question, questions
from kg.serving.failing import NoAnswer
from kg.serving.listing import (
    Page,
    to_body,
    write_article,
    write_articles,
    write_hits,
    write_neighbourhood,
    write_rows,
    write_things,
)
from kg.serving.pool import Pool
from kg.serving.preparing import write_table
from kg.serving.served import Serving
from kg.views.overview import NEIGHBOURS, to_neighbourhood
from kg.views.taking import write_answer, write_subgraph

_HITS, _ARTICLES, _THINGS = 40, 500, 5000
_FILES = {"csv": "text/csv; charset=utf-8", "ttl": "text/turtle; charset=utf-8"}
"""Forms of an answer beside JSON, by the parameter ``format``."""
_LEAST = {"limit": 1}  # with none the next page would be the same one for ever
_OWN = ("offset", "limit", "format")
"""Parameters of a request that are none of a question."""


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
        mark = f'{serving.explorer.mark[:-1]}-{self._seconds:g}-{self._rows}"'  # the limits shape the answers too
        headers = {"etag": mark, "cache-control": "no-cache"}
        if mark in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        try:
            media = _FILES.get(_form(request), "application/json")
            body = await getattr(self, f"_{request.scope['route'].name}")(request, serving)
        except NoAnswer as error:
            body = to_body({"error": error.kind, "message": str(error)})
            return Response(body, error.status, {**error.headers, "cache-control": "no-store"}, "application/json")
        return Response(body, media_type=media, headers=headers)

    async def _limits(self, *_: Any) -> bytes:
        """Answer with what one query may take: seconds, and rows of its answer."""
        return to_body({"seconds": self._seconds, "rows": self._rows})

    async def _network(self, request: Request, serving: Serving) -> bytes:
        """Answer with the picture of the beginning."""
        prepared = await serving.explorer.prepared()
        if _form(request) == "ttl":
            wanted = (prepared.drawn, serving.snapshot.build.base)
            return await self._ask(serving.answers, write_subgraph, *wanted)
        return prepared.network

    async def _around(self, request: Request, serving: Serving) -> bytes:
        """Answer with a thing and its neighbours, as a part of the picture."""
        catalogue = (await serving.explorer.prepared()).catalogue
        iri = _to_iri(serving, request.path_params["fragment"])
        if iri not in catalogue.entries:
            raise NoAnswer("missing", "There is no such thing in the graph.")
        if _form(request) == "ttl":
            wanted = (iri, *catalogue.entries[iri].near)
            return await self._ask(serving.answers, write_subgraph, wanted, serving.snapshot.build.base)
        limit = _number(request, "limit", NEIGHBOURS, 5 * NEIGHBOURS)
        network, found = to_neighbourhood(catalogue, iri, limit)
        return await self._ask(serving.pages, write_neighbourhood, network, iri, found)

    async def _find(self, request: Request, serving: Serving) -> bytes:
        """Answer with the things that are called like ``q``, best first."""
        text = request.query_params.get("q", "")
        return await self._ask(await serving.explorer.names(), write_hits, text, _to_page(request, _HITS))

    async def _things(self, request: Request, serving: Serving) -> bytes:
        """Answer with the things of the classes ``class``, all without it, in the order of the legend."""
        classes = frozenset(request.query_params.getlist("class"))
        return await self._ask(await serving.explorer.names(), write_things, classes, _to_page(request, _THINGS))

    async def _questions(self, *_: Any) -> bytes:
        """Answer with the canned questions and their parameters."""
        items = [
            {
                "name": known.name,
                "zh": known.title_zh,
                "en": known.title_en,
                "parameters": [parameter.name for parameter in known.parameters],
            }
            for known in questions()
        ]
        return to_body({"items": items, "total": len(items), "next": None})

    async def _answer(self, request: Request, serving: Serving) -> bytes:
        """Answer a canned question; the parameters of the request are those of the question, and ``_OWN``."""
        asked = _to_question(request.path_params["question"])
        values = {key: value for key, value in request.query_params.items() if key not in _OWN}
        functions = {
            "": (write_rows, asked.name, values, _to_page(request, self._rows)),
            "csv": (write_table, asked.name, values),
            "ttl": (write_answer, asked.name, values, serving.snapshot.build.base),
        }
        try:
            return await self._ask(serving.answers, *functions[_form(request)])
        except NoAnswer as error:  # the question is there: what is missing is a parameter or a county that it names
            raise NoAnswer("malformed" if error.kind == "missing" else error.kind, str(error)) from error

    async def _articles(self, request: Request, serving: Serving) -> bytes:
        """Answer with the articles, without their texts."""
        return await self._ask(serving.answers, write_articles, _to_page(request, _ARTICLES, _ARTICLES))

    async def _article(self, request: Request, serving: Serving) -> bytes:
        """Answer with one article, its text and what is marked in it."""
        return await self._ask(serving.pages, write_article, _to_iri(serving, f"article/{request.path_params['id']}"))

    async def _ask(self, pool: Pool, function: Any, *arguments: Any) -> bytes:
        return await pool.run(function, *arguments, seconds=self._seconds)


PATHS = {
    "limits": "/api/limits",
    "network": "/api/network",
    "around": "/api/around/{fragment:path}",
    "things": "/api/things",
    "find": "/api/find",
    "questions": "/api/questions",
    "answer": "/api/questions/{question}",
    "articles": "/api/articles",
    "article": "/api/articles/{id:path}",
}
"""The paths of the API, by what they answer with."""


def _to_question(name: str) -> Question:
    try:
        return question(name)
    except UnknownQuestion as error:
        raise NoAnswer("missing", str(error)) from error


def _to_iri(serving: Serving, fragment: str) -> str:
    return fragment if fragment.startswith(("http://", "https://")) else serving.snapshot.build.base + fragment


def _to_page(request: Request, usual: int, most: int = 0) -> Page:
    """Return which items are asked for: ``usual`` of them where nothing is said, ``most`` or a thousand at most."""
    return Page(
        offset=_number(request, "offset", 0, 10**9),
        limit=_number(request, "limit", usual, most or max(usual, 1000)),
        path=quote(request.url.path),
        parameters=tuple(pair for pair in request.query_params.multi_items() if pair[0] not in ("offset", "limit")),
    )


def _form(request: Request) -> str:
    """Return the form that is asked for, empty for JSON."""
    form = request.query_params.get("format", "")
    name = request.scope["route"].name
    known = {"answer": tuple(_FILES), "network": ("ttl",), "around": ("ttl",)}.get(name, ())
    if form not in ("", "json", *known):
        raise NoAnswer("malformed", f"The parameter format is one of {', '.join(('json', *known))}, not {form!r}.")
    return form.removeprefix("json")


def _number(request: Request, name: str, usual: int, most: int) -> int:
    text = request.query_params.get(name, str(usual))
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise NoAnswer("malformed", f"The parameter {name} is a whole number, not {text!r}.")
    return max(_LEAST.get(name, 0), min(int(text), most))
