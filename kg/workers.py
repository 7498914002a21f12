"""Work shared out among processes: results in the order of the items, and only a few of them made ahead.

A pool by itself takes all items at once and keeps every result until it is asked for: with a fast extraction and a
slow store that is the whole corpus in memory.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from threading import Thread
from typing import TypeVar

_LOST = (
    "A worker process was ended from outside, perhaps for want of memory (run again with fewer --jobs), "
    'or could not begin: a script that gives jobs must work under if __name__ == "__main__":.'
)
_AHEAD = 8
"""Results that each worker may have made before they are asked for."""
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


class WorkerLost(RuntimeError):
    """A worker process ended before its work did."""


@contextmanager
def taking(function: Callable[[_Item], _Result], items: Iterable[_Item], jobs: int) -> Iterator[Callable[[], _Result]]:
    """Give a function that returns the next result, or raises what ``function`` raised for the next item.

    :param function: importable by its name, as the items and results go from process to process.
    :param jobs: how many processes; with one the work is done here, when it is asked for.
    :raises WorkerLost: from what takes, when a worker was killed, or began by running a script that starts workers.
    """
    if jobs <= 1:
        yield map(function, items).__next__
        return
    given = iter(items)
    with ProcessPoolExecutor(jobs, get_context("spawn"), _end_with_parent) as pool:
        waiting = deque(pool.submit(function, item) for item in islice(given, _AHEAD * jobs))

        def take() -> _Result:
            result = waiting.popleft()
            try:
                waiting.extend(pool.submit(function, item) for item in islice(given, 1))
                return result.result()
            except BrokenProcessPool as error:
                raise WorkerLost(_LOST) from error

        try:
            yield take
        finally:
            pool.shutdown(cancel_futures=True)


def _end_with_parent() -> None:
    """Let a worker not outlive a parent that was killed."""
    Thread(target=_end_after, args=(parent_process(),), daemon=True).start()


def _end_after(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
