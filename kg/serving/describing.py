"""Linked data: every IRI of the graph has a page for people and a description for programs.

The format is negotiated, or named by a suffix of the path.  The answer is direct and names its own address in
Content-Location (see ``addresses``); ``Link`` gives the IRI described and the other formats.
"""

from __future__ import annotations

from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from kg.graph.vocab import DJ
from kg.serving import pages
from kg.serving.addresses import SUFFIXES, Addresses, split_suffix
from kg.serving.failing import NoAnswer
from kg.serving.formats import GRAPHS, HTML, content_type, media_types
from kg.serving.negotiation import choose
from kg.serving.served import Serving
from kg.serving.snapshot import Build
from kg.serving.telling import WRITING, write_description, write_thing, write_vocabulary
from kg.serving.things import find_described

_TYPES = {f".{format.name}": format.media[0] for format in GRAPHS} | {".html": HTML}
"""The media type that each suffix of a path asks for."""
_NAMES = {media: format.name for format in GRAPHS for media in format.media}


async def describe_iri(request: Request, serving: Serving, seconds: float) -> Response:
    """Answer a request for the description of one IRI.

    :param seconds: how long each look into the graph may take.
    :raises NoAnswer: if the graph cannot be looked into.
    """
    build = serving.snapshot.build
    places = _places(Addresses(build.base), _to_path(request))
    iri = await serving.pages.run(find_described, tuple(places), seconds=seconds) if places else None
    if iri is None:
        return to_missing(request, build)
    path, suffix = places[iri]
    media = _negotiate(request, suffix)
    if media is None:
        return _not_acceptable()
    if media == HTML:
        page = await serving.pages.run(write_thing, build, iri, path, seconds=seconds + WRITING)
        return _with_headers(_to_page(page), path, ".html", iri)
    return await _to_description(serving, iri, path, media, seconds)


async def describe_vocabulary(request: Request, serving: Serving, seconds: float) -> Response:
    """Answer a request for the ontology: a list of its terms for people, its named graph for programs.

    The parameters and errors are those of ``describe_iri``.
    """
    build = serving.snapshot.build
    _, suffix = split_suffix(_to_path(request))
    media = _negotiate(request, suffix)
    if _to_path(request) != "/ontology" + suffix:
        return to_missing(request, build)
    if media is None:
        return _not_acceptable()
    iri = DJ.iri.rstrip("#")
    if media == HTML:
        page = await serving.answers.run(write_vocabulary, build, iri, seconds=seconds + WRITING)
        return _with_headers(_to_page(page), "/ontology", ".html", iri)
    return await _to_description(serving, iri, "/ontology", media, seconds)


def to_missing(request: Request, build: Build) -> Response:
    """Return the answer to a request for what is not there."""
    if choose(request.headers.get("accept", ""), ["text/plain", HTML]) != HTML:
        return PlainTextResponse("There is nothing at this address; / says what there is.\n", 404)
    return _to_page(pages.render("missing.html", build, path=request.url.path), 404)


def _places(addresses: Addresses, path: str) -> dict[str, tuple[str, str]]:
    """Return the IRIs that ``path`` may ask for, each with its own path and suffix: a name may end like a suffix."""
    readings = [(path, ""), split_suffix(path)]
    return {iri: reading for reading in readings if (iri := addresses.to_iri(reading[0])) is not None}


async def _to_description(serving: Serving, iri: str, path: str, media: str, seconds: float) -> Response:
    name, base = _NAMES[media], serving.snapshot.build.base
    try:
        body, count, is_cut = await serving.pages.run(write_description, iri, name, base, seconds=seconds)
    except NoAnswer as error:
        if error.kind != "not-acceptable":
            raise
        return PlainTextResponse(f"{error}\n", error.status)
    response = Response(body, media_type=content_type(media), headers={"vary": "Accept"})
    if is_cut:
        response.headers["x-sparql-maxrows"] = str(count)
    return _with_headers(response, path, f".{name}", iri)


def _to_path(request: Request) -> str:
    """Return the path as it stands in the request line, percent-encoded."""
    raw = request.scope.get("raw_path") or quote(request.url.path).encode("ascii")
    return raw.decode("ascii", "replace")


def _negotiate(request: Request, suffix: str) -> str | None:
    if suffix:
        return _TYPES[suffix]
    return choose(request.headers.get("accept", ""), [*media_types(GRAPHS), HTML])


def _to_page(page: str, status: int = 200) -> Response:
    return HTMLResponse(page, status, headers={"content-security-policy": pages.policy(), "vary": "Accept"})


def _not_acceptable() -> Response:
    known = ", ".join(format.media[0] for format in GRAPHS)
    return PlainTextResponse(f"This is written as {HTML}, {known}; ask for one of them.\n", 406)


def _with_headers(response: Response, path: str, suffix: str, iri: str) -> Response:
    if response.status_code != 200:
        return response
    headers = MutableHeaders(raw=response.raw_headers)
    path = quote(path, safe=_IN_IRI)  # a client may send < and > as they are, which end an address here
    headers["content-location"] = path + suffix
    links = [f'<{path}{other}>; rel="alternate"; type="{_TYPES[other]}"' for other in SUFFIXES if other != suffix]
    headers["link"] = ", ".join([f'<{quote(iri, safe=_IN_IRI)}>; rel="describes"', *links])
    return response


_IN_IRI = "/%:#?=&~!$'()*+,;@-._"
