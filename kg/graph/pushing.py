"""A built graph sent to another server by the SPARQL 1.1 Graph Store HTTP Protocol.

Every named graph is put under its own name (section 5.3), and the union of all into the server's default graph, so
that a question that names no graph finds everything.  The server keeps a graph of marks, one for every graph that
was sent: what is unchanged is not sent again, what the build no longer holds is removed (section 5.4), and a push
that broke off goes on where it stopped.  A graph's mark is emptied before the graph is touched and written after.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice

from pyoxigraph import DefaultGraph, Literal, NamedNode, RdfFormat, Store, Triple, parse

from kg.graph.books import BUILD_GRAPH
from kg.graph.remote import UNION_GRAPH
from kg.graph.turtle import to_bytes, to_ntriples
from kg.graph.vocab import DJ
from kg.graph.web import ADDRESSES, Login, Server, ServerFailed, WrongAddress

UNIONS = ("auto", "default", "named")
"""Where the union goes: to the server's default graph, to the graph ``UNION_GRAPH``, or as the server allows."""

MARKS_GRAPH = "https://w3id.org/dangjian/push"
_DEFAULT_MARK = f"{MARKS_GRAPH}#default"
_NO_GRAPH = f"{MARKS_GRAPH}#none"
_NTRIPLES = "application/n-triples"
_CHUNK_TRIPLES = 20_000
_MARKED_EVERY = 200
_NO_DEFAULT = (400, 405, 406, 500, 501)
"""What servers without a writable default graph answer when asked for it; Virtuoso 7 says 500."""

Progress = Callable[[int, int], None]
"""Told (done, total) after each request's worth of triples."""


class GraphTaken(ValueError):
    """The server's default graph holds triples that no push put there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What a push did: numbers of graphs sent, left as they were, and removed; ``union`` names where the union is.

    ``union`` is ``default`` or the named graph's IRI.
    """

    sent: int
    unchanged: int
    removed: int
    union: str


def push(
    store: Store,
    url: str,
    *,
    login: Login | None = None,
    union: str = "auto",
    again: bool = False,
    progress: Progress | None = None,
) -> Pushed:
    """Make a server hold the graph of ``store``; graphs of the server that no push made stay as they are.

    :param store: the graph.
    :param url: the server's Graph Store address, such as ``http://127.0.0.1:7878/store``.
    :param login: who sends; nobody by default.
    :param union: one of ``UNIONS``.
    :param again: send also what the marks call unchanged, for a server that someone else has changed since.
    :raises GraphTaken: if the union would replace a default graph that no push made.
    :raises WrongAddress: if ``url`` is none; ``LoginRefused``, ``ServerBusy``, ``ServerUnreachable`` and
        ``ServerFailed`` as their names say.
    """
    if union not in UNIONS:
        raise ValueError(f"The union goes to one of {', '.join(UNIONS)}, not {union!r}.")
    return _Push(store, Server(url, login)).run(union, again, progress or (lambda done, total: None))


class _Push:
    """One push: the store, the server, and the server's marks (graph → hash of what it holds, empty while unsure)."""

    def __init__(self, store: Store, server: Server) -> None:
        self._store = store
        self._server = server
        self._marks = self._read_marks()

    def run(self, union: str, again: bool, progress: Progress) -> Pushed:
        target = self._union_target(union)
        if again:
            self._marks = dict.fromkeys(self._marks, "")
        wanted = {graph: _hash(to_ntriples(self._triples(graph))) for graph in self._graphs()}
        whole = {**wanted, target: _hash("\n".join(sorted(wanted.values())).encode())}
        changed = [graph for graph in wanted if self._marks.get(graph) != wanted[graph]]
        removed = sorted(self._marks.keys() - whole.keys())
        if self._marks.get(target) != whole[target]:
            changed.append(target)
        if changed or removed:
            self._send(changed, removed, whole, target, progress)
        return Pushed(
            sent=len(changed),
            unchanged=len(whole) - len(changed),
            removed=len(removed),
            union="default" if target == _DEFAULT_MARK else target,
        )

    def _send(
        self, changed: list[str], removed: list[str], whole: dict[str, str], target: str, progress: Progress
    ) -> None:
        is_first = not self._marks
        self._marks |= dict.fromkeys([*changed, *removed], "")
        self._write_marks()
        if is_first:
            self._check_names()
        parts_more = max(0, self._count_union() - 1) // _CHUNK_TRIPLES if target in changed else 0
        total = len(changed) + len(removed) + parts_more
        try:
            for done, _ in enumerate(self._steps(changed, removed, whole, target), 1):
                progress(done, total)
                if done % _MARKED_EVERY == 0:
                    self._write_marks()
        except BaseException:
            with suppress(OSError, ValueError):  # what stopped the push may stop this too; then the marks are older
                self._write_marks()
            raise
        self._write_marks()

    def _check_names(self) -> None:
        """Refuse an address that is itself the name of one graph (section 4.1): all graphs would overwrite it."""
        other = self._server.request("GET", allowed=(404,), params=_to_params(_NO_GRAPH), headers={"accept": _NTRIPLES})
        if other.status_code != 404 and other.content.strip():
            self._server.request("DELETE", allowed=(404,), params=_to_params(MARKS_GRAPH))
            raise WrongAddress(f"{self._server} names one graph, it is not the address of a Graph Store: {ADDRESSES}.")

    def _steps(self, changed: list[str], removed: list[str], whole: dict[str, str], target: str) -> Iterator[None]:
        """Remove and send graph by graph, marking each that is done; yields after each request."""
        for graph in removed:
            self._server.request("DELETE", allowed=(404,), params=_to_params(graph))
            del self._marks[graph]
            yield
        for graph in changed:
            yield from self._replace(graph, None if graph == target else graph)
            self._marks[graph] = whole[graph]

    def _replace(self, graph: str, source: str | None) -> Iterator[None]:
        """Send a graph, its first part in the place of what was there; yields after each part."""
        triples = self._triples(source)
        method = "PUT"
        while (part := list(islice(triples, _CHUNK_TRIPLES))) or method == "PUT":
            self._write(method, graph, part)
            method = "POST"
            yield

    def _graphs(self) -> list[str]:
        return sorted(graph.value for graph in self._store.named_graphs() if graph != BUILD_GRAPH)

    def _count_union(self) -> int:
        return sum(1 for _ in self._triples(None))

    def _triples(self, graph: str | None) -> Iterator[Triple]:
        name = DefaultGraph() if graph is None else NamedNode(graph)
        return (quad.triple for quad in self._store.quads_for_pattern(None, None, None, name))

    def _write(self, method: str, graph: str, triples: Iterable[Triple]) -> None:
        content = to_bytes(triples, RdfFormat.N_TRIPLES)
        headers = {"content-type": _NTRIPLES}
        self._server.request(method, params=_to_params(graph), content=content, headers=headers)

    def _read_marks(self) -> dict[str, str]:
        response = self._server.request(
            "GET", allowed=(400, 404), params=_to_params(MARKS_GRAPH), headers={"accept": _NTRIPLES}
        )
        if response.status_code == 404:
            return {}
        if response.status_code == 400 or not response.headers.get("content-type", "").startswith(_NTRIPLES):
            raise WrongAddress(f"{self._server} is not the address of a Graph Store: {ADDRESSES}.")
        found = parse(response.content, RdfFormat.N_TRIPLES)
        return {quad.subject.value: quad.object.value for quad in found if quad.predicate == DJ.fingerprint}

    def _write_marks(self) -> None:
        marks = sorted(self._marks.items())
        self._write("PUT", MARKS_GRAPH, [Triple(NamedNode(g), DJ.fingerprint, Literal(mark)) for g, mark in marks])

    def _union_target(self, union: str) -> str:
        """Return the mark of the graph that takes the union."""
        if union == "named" or (union == "auto" and UNION_GRAPH in self._marks):
            return UNION_GRAPH
        if _DEFAULT_MARK in self._marks:
            return _DEFAULT_MARK
        status, beginning = self._server.peek(_to_params(_DEFAULT_MARK), {"accept": _NTRIPLES})
        if status in _NO_DEFAULT:
            if union == "default":
                raise ServerFailed(f"{self._server} has no default graph that could be written; use --union named.")
            return UNION_GRAPH
        if status == 200 and beginning.strip():
            raise GraphTaken(
                f"The default graph of {self._server} holds triples that no push put there; use --union named,"
                " which leaves them alone, or remove them first."
            )
        return _DEFAULT_MARK


def _to_params(graph: str) -> dict[str, str]:
    """Return how the protocol names a graph (section 4.2): ``?graph=IRI``, or ``?default``."""
    return {"default": ""} if graph == _DEFAULT_MARK else {"graph": graph}


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
