"""Several queries at once: the embedded store answers them without holding the lock of Python."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

THREADS = os.cpu_count() or 1
"""How many queries are asked at once."""
_Given = TypeVar("_Given")
_Found = TypeVar("_Found")


def in_threads(find: Callable[[_Given], _Found], given: Iterable[_Given]) -> Iterator[_Found]:
    """Yield what ``find`` finds for each of ``given``, in order, while the next ones are being looked for."""
    waiting: deque[Future[_Found]] = deque()
    with ThreadPoolExecutor(THREADS) as threads:
        for one in given:
            waiting.append(threads.submit(find, one))
            if len(waiting) > THREADS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
