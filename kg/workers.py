"""Work shared out among processes: results in the order of the items, and only a few of them made ahead.

A pool by itself takes all items at once and keeps every result until it is asked for: with a fast extraction and a
slow store that is the whole corpus in memory.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Semaphore
from typing import TypeVar

_AHEAD = 8
"""Results that each worker may have made before they are asked for."""
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


@contextmanager
def taking(
    function: Callable[[_Item], _Result], items: Iterable[_Item], jobs: int
) -> Iterator[Callable[[], _Result]]:
    """Give a function that returns the next result, or raises what ``function`` raised for the next item.

    :param function: importable by its name, as the items and results go from process to process.
    :param jobs: how many processes; with one the work is done here, when it is asked for.
    """
    if jobs <= 1:
        yield map(function, items).__next__
        return
    ahead = Semaphore(_AHEAD * jobs)
    is_over = False

    def admitted() -> Iterator[_Item]:
        for item in items:
            ahead.acquire()
            if is_over:
                return
            yield item

    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        results = pool.imap(function, admitted())

        def take() -> _Result:
            ahead.release()
            return next(results)

        try:
            yield take
        finally:
            is_over = True  # or the pool would wait for the items that no one takes any more
            ahead.release()
