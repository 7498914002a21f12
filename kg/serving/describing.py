"""Linked data: every IRI of the graph has a page for people and a description for programs.

The format is negotiated, or named by a suffix of the path.  The answer is direct and names its own address in
Content-Location (see ``addresses``); ``Link`` gives the IRI described and the other formats.
"""

from __future__ import annotations

from urllib.parse import quote

from pyoxigraph import DefaultGraph, NamedNode
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from kg.graph.turtle import NotWritable
from kg.graph.vocab import DJ
from kg.serving import pages
from kg.serving.addresses import SUFFIXES, Addresses, split_suffix
from kg.serving.formats import GRAPHS, HTML, content_type, find_format, media_types, write_triples
from kg.serving.negotiation import choose
from kg.serving.snapshot import Snapshot
from kg.serving.things import exists, find_terms, find_thing, find_triples

_LISTED = 60


def describe_iri(request: Request, snapshot: Snapshot) -> Response:
    """Answer a request for the description of one IRI."""
    addresses = Addresses(snapshot.build.base)
    path, suffix = _to_path(request), ""
    iri = addresses.to_iri(path)
    if iri is None or not exists(snapshot.store, iri):
        path, suffix = split_suffix(path)
        iri = addresses.to_iri(path) if suffix else None
    if iri is None or not exists(snapshot.store, iri):
        return to_missing(request, snapshot)
    media = _negotiate(request, suffix)
    if media is None:
        return _not_acceptable()
    if media == HTML:
        thing = find_thing(snapshot.store, iri)
        page = pages.render("thing.html", snapshot.store, snapshot.build, thing=thing, path=path, listed=_LISTED)
        return _with_headers(_to_page(page), path, ".html", iri)
    triples, cut = find_triples(snapshot.store, iri)
    response = _to_data(triples, media, snapshot.build.base)
    if cut:
        response.headers["x-sparql-maxrows"] = str(len(triples))
    return _with_headers(response, path, f".{find_format(GRAPHS, media).name}", iri)


def describe_vocabulary(request: Request, snapshot: Snapshot) -> Response:
    """Answer a request for the ontology: a list of its terms for people, its named graph for programs."""
    _, suffix = split_suffix(_to_path(request))
    media = _negotiate(request, suffix)
    if _to_path(request) != "/ontology" + suffix:
        return to_missing(request, snapshot)
    if media is None:
        return _not_acceptable()
    iri = DJ.iri.rstrip("#")
    if media == HTML:
        terms = [
            (kind, [find_thing_line(snapshot, term) for term in found]) for kind, found in find_terms(snapshot.store)
        ]
        page = pages.render("ontology.html", snapshot.store, snapshot.build, kinds=terms, iri=iri)
        return _with_headers(_to_page(page), "/ontology", ".html", iri)
    triples = [quad.triple for quad in snapshot.store.quads_for_pattern(None, None, None, NamedNode(iri))]
    response = _to_data(triples, media, snapshot.build.base)
    return _with_headers(response, "/ontology", f".{find_format(GRAPHS, media).name}", iri)


def find_thing_line(snapshot: Snapshot, term: NamedNode) -> dict[str, str]:
    """Return a term's IRI and comments for the list of terms."""
    comments = snapshot.store.quads_for_pattern(term, pages.COMMENT, None, DefaultGraph())
    said = {quad.object.language: quad.object.value for quad in comments}
    return {"iri": term.value, "zh": said.get("zh", ""), "en": said.get("en", "")}


def to_missing(request: Request, snapshot: Snapshot) -> Response:
    """Return the answer to a request for what is not there."""
    if choose(request.headers.get("accept", ""), ["text/plain", HTML]) != HTML:
        return PlainTextResponse("There is nothing at this address; / says what there is.\n", 404)
    page = pages.render("missing.html", snapshot.store, snapshot.build, path=request.url.path)
    return _to_page(page, 404)


def _to_path(request: Request) -> str:
    """Return the path as it stands in the request line, percent-encoded."""
    raw = request.scope.get("raw_path") or quote(request.url.path).encode("ascii")
    return raw.decode("ascii", "replace")


def _negotiate(request: Request, suffix: str) -> str | None:
    if suffix == ".html":
        return HTML
    if suffix:
        return find_format(GRAPHS, suffix.removeprefix(".")).media[0]
    return choose(request.headers.get("accept", ""), [*media_types(GRAPHS), HTML])


def _to_page(page: str, status: int = 200) -> Response:
    return HTMLResponse(page, status, headers={"content-security-policy": pages.policy(), "vary": "Accept"})


def _to_data(triples: list, media: str, base: str) -> Response:
    try:
        body = write_triples(triples, find_format(GRAPHS, media).name, base)
    except NotWritable as error:
        return PlainTextResponse(f"{error}\n", 406)
    return Response(body, media_type=content_type(media), headers={"vary": "Accept"})


def _not_acceptable() -> Response:
    known = ", ".join(format.media[0] for format in GRAPHS)
    return PlainTextResponse(f"This is written as {HTML}, {known}; ask for one of them.\n", 406)


def _with_headers(response: Response, path: str, suffix: str, iri: str) -> Response:
    if response.status_code != 200:
        return response
    headers = MutableHeaders(raw=response.raw_headers)
    headers["content-location"] = path + suffix
    types = {f".{format.name}": format.media[0] for format in GRAPHS} | {".html": HTML}
    links = [f'<{path}{other}>; rel="alternate"; type="{types[other]}"' for other in SUFFIXES if other != suffix]
    headers["link"] = ", ".join([f'<{quote(iri, safe=_IN_IRI)}>; rel="describes"', *links])
    return response


_IN_IRI = "/%:#?=&~!$'()*+,;@-._"
