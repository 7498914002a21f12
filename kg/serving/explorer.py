"""The explorer of one build: made once by a worker, kept, and given to every visitor."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from hashlib import sha256
from typing import Any, TypeVar

import kg
from kg.serving.failing import ServerBusy
from kg.serving.listing import open_names, pack_names
from kg.serving.pool import Pool
from kg.serving.preparing import Prepared, prepare
from kg.views.overview import LARGE

SEARCHES = 2
"""Searches that run at once."""
_PATIENCE = 300
"""Seconds in which a worker must have prepared the page, or the search."""

Made = TypeVar("Made")


class Explorer:
    """The page, the catalogue and the search of one build.

    :param pool: the workers over its graph.
    :param build: the id of the build.
    :param report: the address of its reading report, empty where there is none.
    :param nice: how far the search leaves the processor to others.
    """

    def __init__(self, pool: Pool, build: str, report: str, nice: int = 0) -> None:
        self._pool = pool
        self._report = report
        self._nice = nice
        self._names: Pool | None = None
        self._is_open = True
        self._making: dict[str, asyncio.Future[Any]] = {}
        self.mark = f'W/"{build}-{sha256(kg.__version__.encode()).hexdigest()[:6]}"'
        """The entity tag of everything that is said of this build."""

    def warm(self) -> None:
        """Begin to make everything; nobody waits for it."""
        self._begin("names", self._open_names)

    async def prepared(self) -> Prepared:
        """Return the page and the catalogue.

        :raises NoAnswer: if a worker could not make them.
        """
        return await asyncio.shield(self._begin("prepared", self._prepare))

    async def names(self) -> Pool:
        """Return the workers that have all names before them, one for each visitor; raises as ``prepared``."""
        return await asyncio.shield(self._begin("names", self._open_names))

    def close(self) -> None:
        """End the workers of the search."""
        self._is_open = False
        if self._names:
            self._names.close()

    def _begin(self, name: str, make: Callable[[], Awaitable[Made]]) -> asyncio.Future[Made]:
        """Return what is being made or was made; what failed is made again."""
        known = self._making.get(name)
        if known is None or known.done() and (known.cancelled() or known.exception()):
            known = self._making[name] = asyncio.ensure_future(make())
            known.add_done_callback(_hear)
        return known

    async def _prepare(self) -> Prepared:
        return await self._pool.run(prepare, LARGE, self._report, seconds=_PATIENCE)

    async def _open_names(self) -> Pool:
        prepared = await self.prepared()
        packed = await self._pool.run(pack_names, prepared.catalogue, seconds=_PATIENCE)
        if not self._is_open:
            raise ServerBusy("The server is stopping.")
        self._names = Pool(partial(open_names, packed), SEARCHES, nice=self._nice)
        return self._names


def _hear(made: asyncio.Future[Any]) -> None:
    """Take note of a failure; whoever waits gets it too, and at the end of the server nobody waits."""
    if not made.cancelled():
        made.exception()
