"""What is served now: a snapshot and its workers, replaced between queries when a new build is there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from kg.serving.elsewhere import Endpoint, Live
from kg.serving.explorer import Explorer
from kg.serving.pool import Pool
from kg.serving.snapshot import Folder, Snapshot

_NICE = 10
"""How far the processor is left to the pages by what a visitor can make as long as he likes."""


class Serving:
    """One state of the graph with its workers, and how many requests are using it.

    Pages have workers of their own, and so have whole answers, visitors' queries and the search, so that a visitor
    who asks for much of one of them keeps nobody from the others.
    """

    def __init__(self, snapshot: Snapshot | Live, workers: int) -> None:
        self.snapshot = snapshot
        self.pages = Pool(snapshot.opening, workers, snapshot.late)
        self.answers = Pool(snapshot.opening, workers // 2, snapshot.late, nice=_NICE)
        self.queries = Pool(snapshot.opening, workers // 2, snapshot.late, nice=_NICE, beside=workers // 2)
        self.explorer = Explorer(self.pages, snapshot.build.id, "/report.html" if snapshot.directory else "", _NICE)
        self.users = 0

    def stop(self) -> None:
        """End the workers; queries that run now get no answer."""
        for pool in (self.pages, self.answers, self.queries):
            pool.close()
        self.explorer.close()

    def close(self) -> None:
        """End the workers and remove the copy."""
        self.stop()
        self.snapshot.close()


class Served:
    """The newest state of a graph.

    :param source: where it is.
    :param first: the state to begin with.
    :param workers: how many queries run at once.
    """

    def __init__(self, source: Folder | Endpoint, first: Snapshot | Live, workers: int) -> None:
        self._source = source
        self._workers = workers
        self._now = Serving(first, workers)
        self._tried = first.identity
        self._changing = asyncio.Lock()

    @asynccontextmanager
    async def use(self) -> AsyncIterator[Serving]:
        """Give the newest build for one request; a copy stays as it is until the request is answered."""
        async with self._changing:
            await self._renew()
            serving = self._now
            serving.users += 1
        try:
            yield serving
        finally:
            serving.users -= 1
            if serving is not self._now and not serving.users:
                serving.close()

    def warm(self) -> None:
        """Begin to make the explorer before someone asks for it."""
        self._now.explorer.warm()

    def stop(self) -> None:
        """Let what is being answered come to its end at once."""
        self._now.stop()

    def close(self) -> None:
        """Leave nothing behind."""
        self._now.close()

    async def _renew(self) -> None:
        """Take up a build that has taken the place of the one served; one that cannot be read is left alone."""
        found = self._source.identity()
        if found is None or found == self._tried:
            return
        take: Callable[[], Snapshot | Live] = self._source.take
        try:
            snapshot = await asyncio.to_thread(take)
        except (OSError, RuntimeError, ValueError):
            return  # it is changing places this moment, and is looked for again at the next request
        self._tried = snapshot.identity
        before, self._now = self._now, Serving(snapshot, self._workers)
        if not before.users:
            before.close()
