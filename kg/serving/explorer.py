"""The explorer of one build: made once by a worker, kept, and given to every visitor."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Any, TypeVar

import kg
from kg.serving.finding import Finder
from kg.serving.pool import Pool
from kg.serving.preparing import Prepared, prepare, prepare_finder
from kg.serving.worker import Task
from kg.views.overview import LARGE

_PATIENCE = 300
"""Seconds in which a worker must have prepared the page, or the search."""

Made = TypeVar("Made")


class Explorer:
    """The page, the catalogue and the search of one build.

    :param pool: the workers over its graph.
    :param build: the id of the build.
    :param report: the address of its reading report, empty where there is none.
    """

    def __init__(self, pool: Pool, build: str, report: str) -> None:
        self._pool = pool
        self._report = report
        self._making: dict[str, asyncio.Future[Any]] = {}
        self.mark = f'W/"{build}-{sha256(kg.__version__.encode()).hexdigest()[:6]}"'
        """The entity tag of everything that is said of this build."""

    def warm(self) -> None:
        """Begin to make everything; nobody waits for it."""
        self._begin("finder", self._find_finder)

    async def prepared(self) -> Prepared:
        """Return the page and the catalogue.

        :raises NoAnswer: if a worker could not make them.
        """
        return await asyncio.shield(self._begin("prepared", self._prepare))

    async def finder(self) -> Finder:
        """Return the search over all names; raises as ``prepared``."""
        return await asyncio.shield(self._begin("finder", self._find_finder))

    def _begin(self, name: str, make: Callable[[], Awaitable[Made]]) -> asyncio.Future[Made]:
        """Return what is being made or was made; what failed is made again."""
        known = self._making.get(name)
        if known is None or known.done() and (known.cancelled() or known.exception()):
            known = self._making[name] = asyncio.ensure_future(make())
            known.add_done_callback(_hear)
        return known

    async def _prepare(self) -> Prepared:
        return await self._pool.ask(Task(function=prepare, arguments=(LARGE, self._report), seconds=_PATIENCE))

    async def _find_finder(self) -> Finder:
        prepared = await self.prepared()
        return await self._pool.ask(Task(function=prepare_finder, arguments=(prepared.catalogue,), seconds=_PATIENCE))


def _hear(made: asyncio.Future[Any]) -> None:
    """Take note of a failure; whoever waits gets it too, and at the end of the server nobody waits."""
    if not made.cancelled():
        made.exception()
