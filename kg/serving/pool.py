"""A few worker processes; a query that outlives its time is ended with its process, and another one starts.

Why not ``oxigraph serve-read-only --timeout-s`` behind the server?  Measured with Oxigraph 0.5.13 on 32,000 quads and
two cores, with a limit of 3 s there and of 10 s and 2 GiB here:

=========================================  ==============================  ===================================
query                                      oxigraph serve-read-only        a worker of this pool
=========================================  ==============================  ===================================
COUNT over a product of three patterns     no answer after 40 s, one core  ended after 10.0 s, its core free
                                           busy ever after                 6 ms later
ORDER BY over a product of two patterns    the server dead after 8 s, all  ended after 2.6 s at 2 GiB, the
                                           memory used up                  others go on
50 light queries at once beside the first  0.05 s                          0.16 s (0.10 s alone)
start                                      0.05 s                          0.03 s a worker, 32 MB each
=========================================  ==============================  ===================================

Its limit is looked at between solutions only, and a query that counts, sorts or groups has none before its end;
nothing bounds its memory, and one process answers everyone.  pyoxigraph can cancel nothing either, but a process
can be killed.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from anyio import to_thread

from kg.graph.queryable import Queryable
from kg.serving.failing import EndpointTooSlow, NoAnswer, QueryTooLarge, QueryTooLong, ServerBusy
from kg.serving.worker import Failure, Job, Reply, Task, work

MEMORY = 2 * 2**30
"""Bytes that one query may take."""


_START = 60
"""Seconds that a worker may take to start on a machine that has much else to do."""


Opening = Callable[[], Queryable]
"""Opens the graph in a worker; it goes there through a pipe, so it is a function of a module or a part of one."""
TooLong = type[QueryTooLong] | type[EndpointTooSlow]


class Worker:
    """One worker process and the pipe to it.

    :param opening: opens the graph there.
    :param late: what is raised when an answer takes too long.
    """

    def __init__(self, opening: Opening, late: TooLong) -> None:
        self._late = late
        context = _context()
        self._connection, theirs = context.Pipe()
        self._is_ready = False
        self._process = context.Process(target=work, args=(theirs, opening, MEMORY), daemon=True)
        with _without_interrupts():
            self._process.start()
        theirs.close()

    def ask(self, job: Job | Task) -> Reply | Failure | Any:
        """Return the answer to ``job``; blocks.

        :raises QueryTooLong: if there is none in ``job.seconds``; ``EndpointTooSlow`` where the graph is far away.
        :raises QueryTooLarge: if the process ended over it.
        """
        try:
            self._await_start()
            self._connection.send(job)
            if not self._connection.poll(job.seconds):
                raise self._late(job.seconds)
            return self._connection.recv()
        except (EOFError, OSError) as error:
            raise QueryTooLarge(
                f"The query needs more than the {MEMORY >> 20} MiB that one query may take, or nests too deeply;"
                " ask for less."
            ) from error

    def _await_start(self) -> None:
        """Wait until the store is open; the time of a query does not begin before."""
        if not self._is_ready:
            if not self._connection.poll(_START):
                raise ServerBusy("The server is still starting; try again in a moment.")
            self._is_ready = self._connection.recv()

    def end(self) -> None:
        """End the process at once; a thread that waits for its answer gets QueryTooLarge."""
        self._process.kill()
        self._process.join()


class Pool:
    """Workers over one graph, each answering one query at a time.

    :param opening: opens the graph in a worker.
    :param size: how many queries run at once.
    :param late: what is raised when an answer takes too long.
    """

    def __init__(self, opening: Opening, size: int, late: TooLong = QueryTooLong) -> None:
        self._opening, self._late = opening, late
        self._workers = {Worker(opening, late) for _ in range(size)}
        self._idle: asyncio.Queue[Worker] = asyncio.Queue()
        for worker in self._workers:
            self._idle.put_nowait(worker)

    async def ask(self, job: Job | Task) -> Reply | Any:
        """Return the answer to ``job``; when the caller is cancelled the query is stopped.

        :raises QueryTooLong: if it takes more than ``job.seconds``; ``EndpointTooSlow`` where the graph is far away.
        :raises QueryTooLarge: if it takes more memory than it may.
        :raises ServerBusy: if no worker comes free within twice that time.
        :raises NoAnswer: if the worker says why there is no answer.
        """
        try:
            worker = await asyncio.wait_for(self._idle.get(), 2 * job.seconds + 1)
        except TimeoutError as error:
            raise ServerBusy("All workers are busy with other queries; try again in a moment.") from error
        is_spent = True
        try:
            reply = await to_thread.run_sync(worker.ask, job, abandon_on_cancel=True)
            is_spent = False
        except QueryTooLarge as error:
            if self._workers:
                raise
            raise ServerBusy("The server is stopping.") from error
        finally:
            if is_spent and self._workers:
                worker = self._replace(worker)
            self._idle.put_nowait(worker)
        if isinstance(reply, Failure):
            raise NoAnswer(reply.kind, reply.message)
        return reply

    def close(self) -> None:
        """End all workers, whatever they do."""
        for worker in self._workers:
            worker.end()
        self._workers.clear()

    def _replace(self, worker: Worker) -> Worker:
        self._workers.discard(worker)
        worker.end()
        fresh = Worker(self._opening, self._late)
        self._workers.add(fresh)
        return fresh


def _context() -> multiprocessing.context.BaseContext:
    """Return how processes are made: copies of one that has everything imported, or new ones on Windows."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([work.__module__, "kg.serving.preparing"])  # whatever a task needs
    return context


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Start a process deaf to Ctrl-C, which a terminal sends to server and workers alike."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
