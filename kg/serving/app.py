"""The routes of the served site."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from kg.serving import pages
from kg.serving.addresses import FOLDERS
from kg.serving.api import PATHS, Api
from kg.serving.describing import describe_iri, describe_vocabulary, to_missing
from kg.serving.endpoint import answer_request
from kg.serving.failing import NoAnswer
from kg.serving.guard import Guard
from kg.serving.protocol import unless_gone
from kg.serving.served import Served, Serving
from kg.serving.telling import WRITING, write_page
from kg.serving.things import find_counties

FILES = ("graph.html", "report.html")
"""The pages of the build itself, served as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one query may take: seconds, and rows (or triples) of its answer."""

    seconds: float
    rows: int


def to_app(served: Served, limits: Limits, port: int) -> ASGIApp:
    """Return the application.

    :param served: what is served.
    :param limits: what one query may take.
    :param port: the port it is served on.
    """

    api = Api(limits.seconds, limits.rows)

    async def explore(request: Request) -> Response:
        async with served.use() as serving:
            return _said(serving, await _explore(request, serving))

    async def data(request: Request) -> Response:
        async with served.use() as serving:
            return _said(serving, await unless_gone(request, api.answer(request, serving)))

    async def about(request: Request) -> Response:
        async with served.use() as serving:
            return _said(serving, await unless_gone(request, _about(serving, limits)))

    async def sparql(request: Request) -> Response:
        async with served.use() as serving:
            return _said(serving, await answer_request(request, serving, limits.seconds, limits.rows))

    async def thing(request: Request) -> Response:
        async with served.use() as serving:
            return _said(serving, await unless_gone(request, describe_iri(request, serving, limits.seconds)))

    async def vocabulary(request: Request) -> Response:
        async with served.use() as serving:
            return _said(serving, await unless_gone(request, describe_vocabulary(request, serving, limits.seconds)))

    async def file(request: Request) -> Response:
        async with served.use() as serving:
            return _to_file(serving, request.url.path.removeprefix("/"))  # one of FILES: no other path is routed here

    async def missing(request: Request, _: Exception) -> Response:
        async with served.use() as serving:
            return _said(serving, await run_in_threadpool(to_missing, request, serving.snapshot.build))

    routes = [
        Route("/", explore),
        Route("/about", about),
        *(Route(path, data, name=name) for name, path in PATHS.items()),
        Route("/sparql", sparql, methods=["GET", "POST"]),
        *(Route(f"/{name}", file) for name in FILES),
        *(Route(f"/ontology{ending}", vocabulary) for ending in ("", ".{suffix}")),
        *(Route(f"{folder}{{rest:path}}", thing) for folder in ("/id/", *FOLDERS)),
        *(Route(folder.rstrip("/") + ending, thing) for folder in FOLDERS for ending in ("", ".{suffix}")),
    ]
    return Guard(Starlette(routes=routes, exception_handlers={404: missing, NoAnswer: _to_failure}), port)


async def _explore(request: Request, serving: Serving) -> Response:
    """Return the explorer; whoever has it already, and the build is the same, is told so."""
    prepared = await serving.explorer.prepared()
    headers = {
        "etag": prepared.mark,
        "cache-control": "no-cache",
        "content-security-policy": f"{prepared.policy}; frame-ancestors 'none'",  # which only a header can say
    }
    if headers["etag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return HTMLResponse(prepared.page, headers=headers)


async def _about(serving: Serving, limits: Limits) -> Response:
    directory = serving.snapshot.directory
    values = {
        "files": [name for name in FILES if directory and (directory / name).is_file()],
        "questions": pages.examples(),
        "counties": await serving.answers.run(find_counties, seconds=limits.seconds),
        "limits": {"seconds": limits.seconds, "rows": limits.rows},
    }
    page = await serving.answers.run(
        write_page, "start.html", serving.snapshot.build, values, seconds=limits.seconds + WRITING
    )
    return HTMLResponse(page, headers={"content-security-policy": pages.policy()})


def _to_file(serving: Serving, name: str) -> Response:
    directory = serving.snapshot.directory
    if directory is None:
        return PlainTextResponse(f"{name} is a page of a build; / shows the graph of this server.\n", 404)
    if not (directory / name).is_file():
        return PlainTextResponse(f"{name} is missing; run kg build again.\n", 404)
    policy = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; connect-src 'none'; object-src 'none'"
    return FileResponse(directory / name, media_type="text/html", headers={"content-security-policy": policy})


async def _to_failure(_: Request, error: Exception) -> Response:
    assert isinstance(error, NoAnswer)
    return PlainTextResponse(f"{error}\n", error.status, error.headers)


def _said(serving: Serving, response: Response) -> Response:
    """Return the response with the build it speaks of."""
    response.headers["graph-build"] = serving.snapshot.build.id
    return response
