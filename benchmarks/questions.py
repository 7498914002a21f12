"""How long the canned questions take: first 1,000 rows, how many there are in all, and what was read.

    python benchmarks/questions.py --folder FOLDER --write docs/performance-questions.md

Each question is asked with ``kg.graph.answers.answer`` of the embedded store and, in the same run, of Virtuoso over
HTTP on the same triples, as a process asks that stays: the tallies are read once and kept.  Virtuoso is asked once more
with one plain query and ``LIMIT 1000``, without totals.  The graphs are invented
(``national.py``) and kept in the folder from run to run.  At last come the commands of a shell.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import httpx
from commands import ENVIRONMENT, ROOT
from national import TRIPLES_A_PAGE, write_build
from pyoxigraph import DefaultGraph, RdfFormat, Store

from kg.graph.answers import Solutions, answer, read_answer
from kg.graph.queryable import Queryable
from kg.graph.questions import ask, questions
from kg.graph.remote import UNION_GRAPH, Remote
from kg.graph.store import open_store, store_path
from kg.graph.tally import Tallies
from kg.pipeline import build

LIMIT = 1000
SIZES = (1_000_000, 10_000_000)
_STARTED_WITHIN_SECONDS, _LOADED_WITHIN_SECONDS = 60, 1800
_BUFFERS_A_GIBIBYTE = 85_000
"""What Virtuoso's documentation gives for each GiB of memory that it may take."""
_SLOW_MILLISECONDS = 10_000
_NARROWED = (
    ("alliances", {"name": "产业"}),
    ("mechanisms", {"name": "积分"}),
    ("formulas", {"name": "三联"}),
    ("figures", {"of": "儿童"}),
    ("evidence", {"name": "产业"}),
    ("timeline", {"name": "产业"}),
    ("timeline", {"since": "2020-01-01"}),
)
"""Questions narrowed by a text that most, many, few or no things hold, and by a date."""
_COMMANDS = (("python -c pass", None), ("kg --help", ("--help",)), ("kg query alliances", ("query", "alliances")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table: what was measured, at how many triples, in milliseconds; None where it was not.

    ``ours`` and ``virtuoso`` are the times of all runs of the same call, ``plain`` of one query of Virtuoso's own.
    """

    name: str
    triples: int
    rows: int
    total: int
    ours: tuple[float, ...]
    virtuoso: tuple[float, ...] = ()
    plain: tuple[float, ...] = ()


def main() -> None:
    """Measure, print the table, and write it where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=7, help="warm runs of each question; the table gives medians")
    parser.add_argument("--triples", type=int, nargs="+", default=SIZES, help="sizes of the graphs")
    parser.add_argument("--folder", type=Path, help="where the graphs are kept from run to run")
    parser.add_argument("--write", type=Path, help="a Markdown file for the table")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        rows = list(measure(folder, given.runs, given.triples))
        commands = list(measure_commands(folder, given.runs))
    table = to_table(rows, commands, given.runs)
    print(table)
    if given.write:
        given.write.write_text(table, encoding="utf-8", newline="\n")


def measure(folder: Path, runs: int = 7, sizes: tuple[int, ...] = SIZES) -> Iterator[Row]:
    """Yield a row for each size and question.

    :param folder: where the graphs are kept from run to run.
    :param runs: warm runs of each question, after one that warms.
    :param sizes: about how many triples.
    """
    for triples in sizes:
        directory = folder / f"national-{triples}"
        if not store_path(directory).exists():
            write_build(directory, triples // TRIPLES_A_PAGE)
        store = open_store(directory)
        held = sum(1 for _ in store.query("SELECT ?s ?p { ?s ?p ?o }"))
        kept = Tallies(store)
        with virtuoso(directory) as server:
            there = Tallies(server) if server is not None else None
            cases: list[tuple[str, dict[str, str]]] = [(asked.name, {}) for asked in questions()]
            if triples == min(sizes):
                cases += [*_NARROWED, *_of_one_county(kept)]
            for name, values in cases:
                yield _measure(store, kept, server, there, name, values, held, runs)


def _of_one_county(tallies: Tallies) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield two questions about the county in the middle, by its name without its rank."""
    name = tallies.counties[len(tallies.counties) // 2].name
    yield from ((question, {"county": name[:-1]}) for question in ("alliances", "shared-practices"))


def _measure(
    store: Store,
    kept: Tallies,
    server: Queryable | None,
    there: Tallies | None,
    name: str,
    values: dict[str, str],
    held: int,
    runs: int,
) -> Row:
    """Return the times of a question; what is counted for one run of a narrowed one is not there for the next."""

    def ask_here() -> Solutions:
        return answer(store, name, values, limit=LIMIT, tallies=copy(kept) if values else kept)

    found = ask_here()
    return Row(
        name=" ".join((name, *(f"--{parameter} {value}" for parameter, value in values.items()))),
        triples=held,
        rows=len(found.rows),
        total=found.total,
        ours=_times(ask_here, runs),
        virtuoso=_asked_of(
            server, lambda: answer(server, name, values, limit=LIMIT, tallies=there), 1 if values else runs
        ),
        plain=_asked_of(server, lambda: read_answer(ask(server, name, values, limit=LIMIT)), 1),
    )


def measure_commands(folder: Path, runs: int = 7) -> Iterator[Row]:
    """Yield a row for each command of a shell, on the graph of the sample pages."""
    build([ROOT / "data"], folder / "sample")
    for name, arguments in _COMMANDS:
        code = "pass" if arguments is None else "from kg.cli import main; main()"
        graph = ("-g", str(folder / "sample")) if arguments and arguments[0] == "query" else ()
        command = [sys.executable, "-c", code, *(arguments or ()), *graph]
        times = _times(lambda command=command: subprocess.run(command, env=ENVIRONMENT, capture_output=True), runs)
        yield Row(name=name, triples=0, rows=0, total=0, ours=times)


@contextmanager
def virtuoso(directory: Path) -> Iterator[Queryable | None]:
    """Give a Virtuoso on the loopback that holds the default graph of a build; None where it is not installed."""
    if not (shutil.which("virtuoso-t") and shutil.which("isql-vt")):
        yield None
        return
    folder = directory / "virtuoso"
    folder.mkdir(exist_ok=True)
    sql, http = _free_port(), _free_port()
    gibibytes = 2 if (folder / "union.nt").exists() or _is_large(directory) else 1
    buffers = gibibytes * _BUFFERS_A_GIBIBYTE
    text = _INI.format(folder=folder, sql=sql, http=http, buffers=buffers, dirty=buffers * 3 // 4)
    (folder / "virtuoso.ini").write_text(text, encoding="utf-8")
    is_new = not (folder / "loaded").exists()
    with (folder / "server.log").open("wb") as log:
        command = ["virtuoso-t", "+foreground", "+configfile", folder / "virtuoso.ini"]
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        _wait_for(f"http://127.0.0.1:{http}/sparql?query=ASK%20%7B%7D")
        if is_new:
            _load(directory, folder, sql)
        yield Remote(f"http://127.0.0.1:{http}/sparql", default_graph=UNION_GRAPH)
        subprocess.run(_isql(sql, "shutdown;"), check=False, capture_output=True, timeout=_LOADED_WITHIN_SECONDS)
        process.wait(_STARTED_WITHIN_SECONDS)
    finally:
        process.kill()
        process.wait()


def _load(directory: Path, folder: Path, sql: int) -> None:
    file = folder / "union.nt"
    open_store(directory).dump(str(file), RdfFormat.N_TRIPLES, from_graph=DefaultGraph())
    load = f"ld_dir('{folder}', 'union.nt', '{UNION_GRAPH}'); rdf_loader_run(); checkpoint;"
    subprocess.run(_isql(sql, load), check=True, capture_output=True, timeout=_LOADED_WITHIN_SECONDS)
    (folder / "loaded").touch()


def _isql(port: int, statements: str) -> list[str]:
    return ["isql-vt", f"127.0.0.1:{port}", "dba", "dba", f"exec={statements}"]


def _is_large(directory: Path) -> bool:
    return sum(file.stat().st_size for file in store_path(directory).iterdir()) > 2**30


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def _wait_for(address: str) -> None:
    until = time.monotonic() + _STARTED_WITHIN_SECONDS
    while True:
        try:
            httpx.get(address, trust_env=False, timeout=5).raise_for_status()
            return
        except httpx.HTTPError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def _asked_of(server: Queryable | None, call: Callable[[], object], runs: int) -> tuple[float, ...]:
    """Return the times of ``runs`` runs of a server; none where there is no server, or it gives up."""
    try:
        return _times(call, runs) if server is not None else ()
    except OSError:
        return ()


def _times(call: Callable[[], object], runs: int) -> tuple[float, ...]:
    """Return the milliseconds of ``runs`` runs after one that warms; of something slow, of that one alone."""
    warming = _time(call)
    return (warming,) if warming > _SLOW_MILLISECONDS else tuple(_time(call) for _ in range(runs))


def _time(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


def to_table(rows: list[Row], commands: list[Row], runs: int) -> str:
    """Return the tables as Markdown."""
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    lines = [
        "# How fast the canned questions are",
        "",
        f"Warm, medians of {runs} runs ({machine}), written by `benchmarks/questions.py`: the first",
        f"{LIMIT:,} rows, how many there are, and what was read, by a process that keeps the tallies. Virtuoso answers",
        "the same call over HTTP on the same triples, its tallies kept too, and the question as one plain query with",
        f"`LIMIT {LIMIT}`, without the totals. A dash: no answer. The embedded store is asked for as many pieces of",
        "the first rows at once as there are cores; Virtuoso uses as many threads for a query as it sees fit.",
        "Questions with a parameter stand last of the smaller graph; Virtuoso is asked these once. In the larger",
        "graph, where a text stands in ten times as many names, such a question takes twenty to fifty times as long.",
        "",
        "| question | triples | rows of | here ms | slowest | Virtuoso ms | ratio | plain query ms | ratio |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
        *(f"| {' | '.join(_to_cells(row))} |" for row in rows),
        "",
        "| command | ms | slowest |",
        "|---|---:|---:|",
        *(f"| `{row.name}` | {median(row.ours):,.0f} | {max(row.ours):,.0f} |" for row in commands),
        "",
    ]
    return "\n".join(lines)


def _to_cells(row: Row) -> Iterator[str]:
    yield row.name
    yield f"{row.triples:,}"
    yield f"{row.rows:,} of {row.total:,}"
    yield f"{median(row.ours):,.0f}"
    yield f"{max(row.ours):,.0f}"
    for times in (row.virtuoso, row.plain):
        yield f"{median(times):,.0f}" if times else "–"
        yield f"{median(times) / median(row.ours):.1f} ×" if times else "–"


_INI = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
DirsAllowed = {folder}
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 5
[SPARQL]
ResultSetMaxRows = 100000
MaxQueryExecutionTime = 30
"""


if __name__ == "__main__":
    main()
