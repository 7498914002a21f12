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
import math
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from anyio import to_thread

from kg.graph.queryable import Queryable
from kg.serving.failing import EndpointTooSlow, NoAnswer, QueryTooLarge, QueryTooLong, ServerBusy
from kg.serving.worker import Failure, Job, Reply, Task, work

MEMORY = 2 * 2**30
"""Bytes that one query may take."""
QUICK = 0.25
"""Seconds after which a query is a long one, which lets the others pass."""
_WORK = 0.1
"""Seconds of the processor that a query must have had before it may be stopped because others wait."""
_QUICK_NICE, _LONG_NICE = 10, 19
"""How far visitors' queries leave the processor to the pages, and long ones to all others (``nice``)."""
_PAUSE = 5
"""Seconds after which the asker of a query that was stopped while others wait hears of it, and may ask again."""

_START = 60
"""Seconds that a worker may take to start on a machine that has much else to do."""


Opening = Callable[[], Queryable]
"""Opens the graph in a worker; it goes there through a pipe, so it is a function of a module or a part of one."""
TooLong = type[QueryTooLong] | type[EndpointTooSlow]


class _InTheWay(Exception):
    """A long query for which others wait."""


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
        self._before = math.inf
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
            self._before = self._used()
            self._connection.send(job)
            if not self._connection.poll(job.seconds):
                raise self._late(job.seconds)
            return self._connection.recv()
        except BaseException as error:
            self._connection.close()  # here, as only this thread uses it; the worker is of no more use
            if not isinstance(error, (EOFError, OSError)):
                raise
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

    def worked(self) -> float:
        """Return the seconds of the processor that the last query has had; 0 where the system does not say."""
        return self._used() - self._before

    def _used(self) -> float:
        try:
            said = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return 0.0
        fields = said.rpartition(")")[2].split()  # proc(5): 14 and 15 are user and system time
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def step_back(self, nice: int) -> None:
        """Leave the processor to those who want it, the more the higher ``nice`` is, counted from the server's own."""
        if hasattr(os, "setpriority"):
            with suppress(ProcessLookupError):  # it has just ended, which its asker hears of
                os.setpriority(os.PRIO_PROCESS, self._process.pid, os.getpriority(os.PRIO_PROCESS, 0) + nice)

    def end(self) -> None:
        """End the process; a thread that waits for its answer gets QueryTooLarge.

        Blocks until it is gone: one with much memory takes a while to return it.
        """
        self._process.kill()
        self._process.join()
        self._process.close()


class Pool:
    """Workers over one graph, each answering one query at a time.

    Where long queries run ``beside``, one that is not ``QUICK`` gives its place to the next and goes on with less of
    the processor.  Where as many do, the next that has worked so long is stopped as soon as others wait: runaways by
    the dozen stop each other.

    :param opening: opens the graph in a worker.
    :param size: how many queries run at once.
    :param late: what is raised when an answer takes too long.
    :param beside: how many long queries run beside these; 0 where long and short ones are treated alike.
    """

    def __init__(self, opening: Opening, size: int, late: TooLong = QueryTooLong, *, beside: int = 0) -> None:
        self._opening, self._late = opening, late
        self._is_fair, self._room, self._waiting = beside > 0, beside, 0
        self._is_open = True
        self._workers: set[Worker] = set()
        self._idle: asyncio.Queue[Worker] = asyncio.Queue()
        for _ in range(size):
            self._idle.put_nowait(self._start())

    async def ask(self, job: Job | Task) -> Reply | Any:
        """Return the answer to ``job``; when the caller is cancelled the query is stopped.

        :raises QueryTooLong: if it takes more than ``job.seconds``; ``EndpointTooSlow`` where the graph is far away.
        :raises QueryTooLarge: if it takes more memory than it may.
        :raises ServerBusy: if no worker comes free within twice that time, or others wait for a long one.
        :raises NoAnswer: if the worker says why there is no answer.
        """
        worker = await self._take(2 * job.seconds + 1)
        try:
            reply = await self._run(worker, job)
        except _InTheWay as error:
            await asyncio.sleep(_PAUSE)
            raise ServerBusy("Too many long queries run, and others wait; ask for less, or try again later.") from error
        except QueryTooLarge as error:
            if not self._is_open:
                raise ServerBusy("The server is stopping.") from error
            await asyncio.sleep(_PAUSE if self._is_fair and self._waiting else 0)
            raise
        if isinstance(reply, Failure):
            raise NoAnswer(reply.kind, reply.message)
        return reply

    async def _run(self, worker: Worker, job: Job | Task) -> Reply | Failure | Any:
        """Return what the worker answers; it is idle again then, or replaced."""
        is_spent, is_beside = True, False
        answering = asyncio.ensure_future(to_thread.run_sync(worker.ask, job, abandon_on_cancel=True))
        try:
            while self._is_fair and not (await asyncio.wait((answering,), timeout=QUICK))[0]:
                if is_beside := self._room > 0:
                    self._room -= 1
                    worker.step_back(_LONG_NICE)
                    self._idle.put_nowait(self._start())
                    break
                if self._waiting and worker.worked() > _WORK:  # its own work, however busy the machine is
                    raise _InTheWay
            reply = await answering
            is_spent = False
            return reply
        finally:
            answering.cancel()
            self._leave(worker, is_spent, is_beside)

    def close(self) -> None:
        """End all workers, whatever they do."""
        self._is_open = False
        for worker in self._workers:
            worker.end()
        self._workers.clear()

    async def _take(self, patience: float) -> Worker:
        self._waiting += 1
        try:
            return await asyncio.wait_for(self._idle.get(), patience)
        except TimeoutError as error:
            raise ServerBusy("All workers are busy with other queries; try again in a moment.") from error
        finally:
            self._waiting -= 1

    def _leave(self, worker: Worker, is_spent: bool, is_beside: bool) -> None:
        if (is_spent or is_beside) and worker in self._workers:
            self._workers.remove(worker)
            asyncio.get_running_loop().run_in_executor(None, worker.end)
        if is_beside:
            self._room += 1
        elif is_spent and self._is_open:
            self._idle.put_nowait(self._start())
        else:
            self._idle.put_nowait(worker)

    def _start(self) -> Worker:
        fresh = Worker(self._opening, self._late)
        if self._is_fair:
            fresh.step_back(_QUICK_NICE)
        self._workers.add(fresh)
        return fresh


def _context() -> multiprocessing.context.BaseContext:
    """Return how processes are made: copies of one that has everything imported, or new ones on Windows."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    needed = [work.__module__, "kg.serving.preparing", "kg.serving.snapshot"]  # whatever a task needs
    context.set_forkserver_preload(needed)
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
