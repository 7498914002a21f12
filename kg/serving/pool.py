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
from time import monotonic
from typing import TYPE_CHECKING, Any

from anyio import to_thread

from kg.serving.failing import EndpointTooSlow, NoAnswer, QueryTooLarge, QueryTooLong, ServerBusy
from kg.serving.turns import Turns, visitor
from kg.serving.worker import Failure, Job, Reply, Task, work

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext, SpawnContext

MEMORY = 2 * 2**30
"""Bytes that one query may take."""
QUICK = 0.25
"""Seconds after which a query is a long one, which lets the others pass."""
_WORK = 0.1
"""Seconds of the processor that a query must have had before it may be stopped because others wait."""
_LONG_NICE = 19
"""How far long queries leave the processor to all others (``nice``)."""
_PAUSE = 5
"""Seconds after which the asker of a query that was stopped while others wait hears of it, and may ask again."""

_START = 60
"""Seconds that a worker may take to start on a machine that has much else to do."""


_NEEDED = [work.__module__, "kg.serving.answering", "kg.serving.preparing", "kg.serving.telling"]
"""Where the functions of tasks are."""
Opening = Callable[[], Any]
"""Opens the graph in a worker, or the names that are searched.

It goes there through a pipe, so it is a function of a module or a part of one.
"""
TooLong = type[QueryTooLong] | type[EndpointTooSlow]


class _InTheWay(Exception):
    """A long query for which others wait."""


class Worker:
    """One worker process and the pipe to it.

    :param opening: opens the graph there.
    :param late: what is raised when an answer takes too long.
    :param nice: how far it leaves the processor to the server and to others.
    """

    def __init__(self, opening: Opening, late: TooLong, nice: int = 0) -> None:
        self._late = late
        context = _context()
        self._connection, theirs = context.Pipe()
        self._is_ready = False
        self.is_back = False
        """Whether it leaves the processor to others from now on; there is no way back."""
        self._before = math.inf
        self._process = context.Process(target=work, args=(theirs, opening, MEMORY, nice), daemon=True)
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
        pid = self._process.pid
        if hasattr(os, "setpriority") and pid is not None and not self.is_back:
            self.is_back = True
            with suppress(ProcessLookupError):  # it has just ended, which its asker hears of
                os.setpriority(os.PRIO_PROCESS, pid, os.getpriority(os.PRIO_PROCESS, 0) + nice)

    def end(self) -> None:
        """End the process; a thread that waits for its answer gets QueryTooLarge.

        Blocks until it is gone: one with much memory takes a while to return it.
        """
        self._process.kill()
        self._process.join()
        self._process.close()


class Pool:
    """Workers over one graph, each answering one query at a time, one visitor after another (``Turns``).

    Where long queries run ``beside``, one that is not ``QUICK`` goes on with less of the processor, and gives its
    place to the next.  Where as many do, the next that has worked so long is stopped as soon as others wait: runaways
    by the dozen stop each other.

    :param opening: opens the graph in a worker.
    :param size: how many queries run at once.
    :param late: what is raised when an answer takes too long.
    :param nice: how far the workers leave the processor to others.
    :param beside: how many long queries run beside these; 0 where long and short ones are treated alike.
    """

    def __init__(
        self, opening: Opening, size: int, late: TooLong = QueryTooLong, *, nice: int = 0, beside: int = 0
    ) -> None:
        self._opening, self._late, self._nice = opening, late, nice
        self._is_fair, self._room = beside > 0, beside
        self._is_open = True
        self._workers: set[Worker] = set()
        self._turns: Turns[Worker] = Turns()
        for _ in range(size):
            self._turns.add(self._start())

    async def run(self, function: Callable[..., Any], *arguments: Any, seconds: float) -> Any:
        """Return what ``function`` returns of the graph and ``arguments``.

        :param function: a function of a module; a LookupError says that something is missing, a ValueError that it is
            asked wrongly.
        :raises NoAnswer: if there is nothing in ``seconds``, or the function says why there is none.
        """
        return await self.ask(Task(function=function, arguments=arguments, seconds=seconds))

    async def ask(self, job: Job | Task) -> Reply | Any:
        """Return the answer to ``job``; when the caller is cancelled it loses its place among those who wait.

        Where long queries run beside the others it is stopped then even if it runs; elsewhere it is let end, as that
        takes less than a new worker.

        :raises QueryTooLong: if it takes more than ``job.seconds``; ``EndpointTooSlow`` where the graph is far away.
        :raises QueryTooLarge: if it takes more memory than it may.
        :raises ServerBusy: if no worker comes free within twice that time, or others wait for a long one.
        :raises NoAnswer: if the worker says why there is no answer.
        """
        who = visitor.get()
        try:
            worker = await self._turns.take(who, 2 * job.seconds + 1)
        except TimeoutError as error:
            raise ServerBusy("All workers are busy with other queries; try again in a moment.") from error
        running = asyncio.ensure_future(self._run(worker, job, who))
        running.add_done_callback(_hear)
        try:
            reply = await (running if self._is_fair else asyncio.shield(running))
        except _InTheWay as error:
            await asyncio.sleep(_PAUSE)
            raise ServerBusy("Too many long queries run, and others wait; ask for less, or try again later.") from error
        except QueryTooLarge as error:
            if not self._is_open:
                raise ServerBusy("The server is stopping.") from error
            await asyncio.sleep(_PAUSE if self._is_fair and self._turns.is_wanted else 0)
            raise
        if isinstance(reply, Failure):
            raise NoAnswer(reply.kind, reply.message)
        return reply

    async def _run(self, worker: Worker, job: Job | Task, who: str) -> Reply | Failure | Any:
        """Return what the worker answers; it is free again then, or replaced."""
        is_spent, is_aside, began = True, False, monotonic()
        answering = asyncio.ensure_future(to_thread.run_sync(worker.ask, job, abandon_on_cancel=True))
        try:
            while self._is_fair and not (await asyncio.wait((answering,), timeout=QUICK))[0]:
                if is_aside := self._room > 0:
                    self._room -= 1
                    worker.step_back(_LONG_NICE)
                    self._turns.add(self._start())
                    break
                if not self._turns.is_wanted:
                    worker.step_back(_LONG_NICE)
                elif worker.worked() > _WORK:  # its own, however busy the machine is
                    raise _InTheWay
            reply = await answering
            is_spent = worker.is_back
            return reply
        finally:
            answering.cancel()
            self._turns.end(who, monotonic() - began)
            if is_aside:
                self._room += 1
                self._end(worker)
            else:
                self._turns.add(self._replaced(worker) if is_spent and self._is_open else worker)

    def close(self) -> None:
        """End all workers, whatever they do."""
        self._is_open = False
        for worker in self._workers:
            worker.end()
        self._workers.clear()

    def _replaced(self, worker: Worker) -> Worker:
        self._end(worker)
        return self._start()

    def _end(self, worker: Worker) -> None:
        if worker in self._workers:
            self._workers.remove(worker)
            asyncio.get_running_loop().run_in_executor(None, worker.end)

    def _start(self) -> Worker:
        fresh = Worker(self._opening, self._late, self._nice)
        self._workers.add(fresh)
        return fresh


def _hear(answered: asyncio.Future[Any]) -> None:
    """Take note of a failure of which nobody is left to hear."""
    if not answered.cancelled():
        answered.exception()


def _context() -> SpawnContext | ForkServerContext:
    """Return how processes are made: copies of one that has everything imported, or new ones on Windows."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_NEEDED)
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
