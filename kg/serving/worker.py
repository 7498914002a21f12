"""One process that answers queries, so that a query can be stopped by ending it.

Everything that comes from a visitor's query happens here, its parsing included: a query may nest until the stack
overflows or sort until the memory is gone, and takes no one else with it.
"""

from __future__ import annotations

import math
import os
import re
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from typing import Any

from pyoxigraph import NamedNode, QueryBoolean, QuerySolutions, QueryTriples, Store

from kg.graph.answers import Solutions
from kg.graph.queryable import Answer, Queryable
from kg.graph.questions import MalformedQuery, RefusedQuery, check_query
from kg.graph.remote import ERRORS, CutShort
from kg.graph.turtle import NotWritable
from kg.graph.vocab import PREFIXES
from kg.serving.formats import GRAPHS, SOLUTIONS, Format, write_solutions, write_triples

try:
    import resource
except ImportError:  # Windows has no such limits; there the time limit alone bounds a query
    resource = None  # type: ignore[assignment]

_ORDERED = re.compile(r"\bORDER\s+BY\b", re.IGNORECASE)
_ANSWER = 32 * 2**20
"""Characters that the terms of one answer may have; the rest is cut like rows above the limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A query and how to answer it.

    ``solutions`` and ``triples`` name the format of either form of answer, None where the client takes none;
    ``default_graphs`` and ``named_graphs`` are the dataset of the request, graphs of the store (SPARQL 1.1
    Protocol, section 2.1.4).
    """

    text: str
    rows: int
    base: str
    seconds: float
    solutions: str | None = None
    triples: str | None = None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer: its form (``solutions``, ``boolean`` or ``triples``), the bytes, how many rows and whether cut."""

    form: str
    body: bytes
    rows: int
    cut: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why there is no answer: one of the kinds of ``failing``, and one sentence."""

    kind: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What the site itself wants to know of the graph: a function of a module, what it is given beside the graph."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...] = ()
    seconds: float


class _NotAcceptable(ValueError):
    """An answer of a form that the client takes in no format."""


def work(connection: Connection, opening: Callable[[], Any], memory: int, nice: int) -> None:
    """Answer the jobs that come over ``connection`` until it is closed.

    :param opening: opens the graph for reading, or what else the functions of tasks are about.
    :param memory: bytes that the process may take beyond what it needs at the start.
    :param nice: how far it leaves the processor to others, from its first moment on.
    """
    if nice and hasattr(os, "nice"):
        os.nice(nice)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which then ends its workers
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # the last words of a process out of memory help no one
    opened = opening()
    _limit_memory(memory)
    connection.send(True)
    while True:
        try:
            job = connection.recv()
        except (EOFError, OSError):
            return
        _limit_time(job.seconds)
        connection.send(run(opened, job) if isinstance(job, Task) else answer(opened, job))


def run(graph: Any, task: Task) -> Any:
    """Return what the task's function returns, a ``Failure`` where it raises."""
    try:
        return task.function(graph, *task.arguments)
    except ERRORS as error:
        return Failure(kind="endpoint-failed", message=str(error))
    except NotWritable as error:
        return Failure(kind="not-acceptable", message=str(error))
    except LookupError as error:
        return Failure(kind="missing", message=_sentence(error))
    except ValueError as error:
        return Failure(kind="malformed", message=_sentence(error))
    except Exception as error:  # as in ``answer``
        return Failure(kind="failed", message=f"That failed ({type(error).__name__}: {error}).")


def _sentence(error: Exception) -> str:
    return str(error.args[0]) if error.args else type(error).__name__


def answer(graph: Queryable, job: Job) -> Reply | Failure:
    """Return the answer to one job."""
    try:
        check_query(job.text)
        return _write(*_ask(graph, job), job)
    except MalformedQuery as error:
        return Failure(kind="malformed", message=str(error))
    except RefusedQuery as error:
        return Failure(kind="refused", message=str(error))
    except (NotWritable, _NotAcceptable) as error:
        return Failure(kind="not-acceptable", message=str(error))
    except ERRORS as error:
        return Failure(kind="endpoint-failed", message=str(error))
    except Exception as error:  # whatever it is, the visitor hears of it and the worker goes on
        return Failure(kind="failed", message=f"The query failed ({type(error).__name__}: {error}).")


def _ask(graph: Queryable, job: Job) -> tuple[Answer, bool]:
    """Return what the graph answers, and whether the server that holds it left out the rest."""
    dataset = {}
    if job.default_graphs or job.named_graphs:
        default, named = (list(map(NamedNode, iris)) for iris in (job.default_graphs, job.named_graphs))
        for name in (*default, *named):
            if not graph.query(f"ASK {{ GRAPH {name} {{ ?s ?p ?o }} }}"):
                raise RefusedQuery(f"The graph {name} is not in this store; nothing is read from files or the web.")
        dataset = {"default_graph": default, "named_graphs": named}
    try:
        return graph.query(_bounded(job), prefixes=PREFIXES, **dataset), False
    except CutShort as error:
        if error.answer is None:
            raise
        return error.answer, True


def _bounded(job: Job) -> str:
    """Return the query with a limit where it has none, as a server far away would send all rows.

    What is to be sorted is left alone: Virtuoso 7 sorts all, or 10,000 at most where there is a limit.
    """
    limited = f"{job.text}\nLIMIT {job.rows + 1}"
    if _ORDERED.search(job.text):
        return job.text
    try:
        form = Store().query(limited, prefixes=PREFIXES)
    except SyntaxError:  # it has one
        return job.text
    return limited if isinstance(form, QuerySolutions) else job.text


def _write(found: Answer, is_cut: bool, job: Job) -> Reply:
    if isinstance(found, (QueryTriples, tuple)):
        if job.triples is None:
            raise _NotAcceptable(f"The answer is a graph; ask for it as {_titles(GRAPHS)}.")
        triples = list(islice(found, job.rows + 1))
        kept = triples[: job.rows]
        body = write_triples(kept, job.triples, job.base)
        return Reply(form="triples", body=body, rows=len(kept), cut=is_cut or len(triples) > len(kept))
    if job.solutions is None:
        raise _NotAcceptable(f"The answer is a table or a truth value; ask for it as {_titles(SOLUTIONS)}.")
    if isinstance(found, (QueryBoolean, bool)):
        return Reply(form="boolean", body=write_solutions(bool(found), job.solutions), rows=1, cut=False)
    rows = tuple(_first(found, job.rows))
    cut = next(found, None) is not None or is_cut
    solutions = Solutions(variables=tuple(variable.value for variable in found.variables), rows=rows)
    return Reply(form="solutions", body=write_solutions(solutions, job.solutions), rows=len(rows), cut=cut)


def _first(found: QuerySolutions, limit: int) -> Iterator[tuple[Any, ...]]:
    size = 0
    for solution in islice(found, limit):
        row = tuple(solution)
        yield row
        size += sum(len(str(term)) for term in row if term is not None)
        if size > _ANSWER:
            return


def _titles(formats: tuple[Format, ...]) -> str:
    *most, last = (format.title for format in formats)
    return f"{', '.join(most)} or {last}"


def _limit_memory(extra: int) -> None:
    if resource is None or not os.path.exists("/proc/self/statm"):
        return  # macOS accepts no limit of address space
    with open("/proc/self/statm", encoding="ascii") as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + extra, used + extra))


def _limit_time(seconds: float) -> None:
    """Let the system end the process where its parent cannot: after a kill -9, while a thread cannot run."""
    if resource is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        limit = math.ceil(used.ru_utime + used.ru_stime + 2 * seconds) + 5
        resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
