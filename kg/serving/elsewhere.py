"""A graph in another server, served as a build in a folder is.

There is no copy of it: what changes there while questions are answered shows in the next answer.  What was made of the
graph as a whole, the picture and the search, is made anew when the marks of ``kg push`` say that a push is done.

A query that is stopped here loses its connection only: whether that server goes on with it is up to its own limits.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from functools import partial
from time import monotonic

from kg.graph.remote import ERRORS, Remote
from kg.graph.store import StoreMissing
from kg.graph.web import Login
from kg.serving.failing import EndpointTooSlow
from kg.serving.snapshot import describe, find_marks

_EVERY = 5.0
"""Seconds from one look at the marks to the next."""
_PATIENCE = 60.0
"""Seconds that the endpoint may be silent when it is asked what it holds; nobody is served meanwhile."""

Marks = tuple[tuple[str, str], ...]


class Live:
    """The graph as it is there now; what a ``Snapshot`` is of a folder.

    :param opening: opens the graph, here or in a worker.
    :param url: its address, for people.
    :raises StoreMissing: if there is no such graph at the endpoint; ``kg.graph.remote.ERRORS`` if it gives no answer.
    """

    directory = None
    late = EndpointTooSlow

    def __init__(self, opening: partial[Remote], url: str) -> None:
        self.opening = opening
        graph = opening(seconds=_PATIENCE)
        self.identity = find_marks(graph)
        self.build = describe(graph)
        if not self.build.articles:
            raise StoreMissing(f"There is no graph at {url}: send it there with kg push, or give --default-graph.")

    def close(self) -> None:
        """Leave everything as it is."""


class Endpoint:
    """A SPARQL endpoint to which a graph was pushed.

    :param url: where it takes queries; nothing else is ever connected to.
    :param login: who asks; nobody by default.
    :param default_graph: the graph to read, as ``Remote`` takes it.
    :raises WrongAddress: if ``url`` is no address.
    """

    def __init__(self, url: str, *, login: Login | None = None, default_graph: str | None = None) -> None:
        self._opening = partial(Remote, url, login=login, default_graph=default_graph)
        self.url = self._opening().url
        self._marks: Marks | None = None
        self._looked = monotonic()

    def identity(self) -> Marks | None:
        """Return the marks of the last push that was done when someone looked; looks again beside, now and then."""
        if monotonic() - self._looked > _EVERY:
            self._looked = monotonic()
            threading.Thread(target=self._look, daemon=True).start()
        return self._marks

    def take(self) -> Live:
        """Return the graph as it is; raises as ``Live``."""
        live = Live(self._opening, self.url)
        self._marks = live.identity
        return live

    def _look(self) -> None:
        with suppress(*ERRORS):  # whoever asks a question hears of it
            marks = find_marks(self._opening(seconds=_EVERY))
            if all(mark for _, mark in marks):  # an empty one: a push is under way
                self._marks = marks
