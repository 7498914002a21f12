"""Real SPARQL servers on the loopback for the tests, and a graph to put there.

Oxigraph's own server and Virtuoso are started unprivileged, in a folder of the test, on free ports.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sysconfig
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from pyoxigraph import Quad, RdfFormat, Store
from test_graph_sample import CLOUD, PEAK, ZONE, alliance, article, mechanism, tally

from kg.graph.books import BUILD_GRAPH
from kg.graph.mapping import to_quads
from kg.graph.vocab import DJ
from kg.graph.web import Login
from kg.model import Article
from kg.ontology_files import ontology_file

NAMES = ("oxigraph", "virtuoso")
STARTED_WITHIN_SECONDS = 60


def store_of(*articles: Article, tallied: bool = False) -> Store:
    store = Store()
    store.load(ontology_file("practices.ttl").read_bytes(), RdfFormat.TURTLE)
    practices = [Quad(q.subject, q.predicate, q.object, DJ.practice) for q in store]
    store.extend(practices)
    for case in articles:
        quads = to_quads(case)
        store.extend([*quads, *(Quad(q.subject, q.predicate, q.object) for q in quads)])
    if tallied:
        tally(store)
    store.add(Quad(DJ.Page, DJ.fingerprint, DJ.Page, BUILD_GRAPH))
    return store


ARTICLES = (
    article(county=CLOUD),
    article(number=2, county=CLOUD, metadata={"date": "2031-08-01", "newspaper": "云溪日报"}),
    article(number=3, county=PEAK, entities=(mechanism(), alliance(status="planned"))),
    article(number=4, county=None, entities=(alliance(),)),
    article(number=5, county=ZONE, headline='引号"反斜杠\\换行', entities=()),
)


@dataclass(frozen=True)
class Running:
    """A running server: the addresses of its two services and a login that may write."""

    query: str
    store: str
    login: Login | None = None


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def oxigraph(folder: Path) -> Iterator[Running]:
    program = Path(sysconfig.get_path("scripts")) / "oxigraph"
    if not program.exists():
        pytest.skip("the server of the package oxigraph is not installed")
    base = f"http://127.0.0.1:{free_port()}"
    command = [program, "serve", "--location", folder / "oxigraph", "--bind", base.removeprefix("http://")]
    with _running(command, folder, f"{base}/query?query=ASK%20%7B%7D"):
        yield Running(query=f"{base}/query", store=f"{base}/store")


@contextmanager
def virtuoso(folder: Path) -> Iterator[Running]:
    program = shutil.which("virtuoso-t")
    if program is None:
        pytest.skip("Virtuoso is not installed (Debian package virtuoso-opensource)")
    port = free_port()
    ini = folder / "virtuoso.ini"
    ini.write_text(_VIRTUOSO.format(folder=folder, sql=free_port(), http=port), encoding="utf-8")
    base = f"http://127.0.0.1:{port}"
    with _running([program, "+foreground", "+configfile", ini], folder, f"{base}/sparql?query=ASK%20%7B%7D"):
        yield Running(
            query=f"{base}/sparql", store=f"{base}/sparql-graph-crud-auth", login=Login(user="dba", password="dba")
        )


@contextmanager
def _running(command: list[str | Path], folder: Path, ready: str) -> Iterator[None]:
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            _wait(process, folder, ready)
            yield
        finally:
            process.kill()  # its data are the test's own
            process.wait()


def _wait(process: subprocess.Popen[bytes], folder: Path, ready: str) -> None:
    until = time.monotonic() + STARTED_WITHIN_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(ready, trust_env=False, timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    said = (folder / "server.log").read_text(encoding="utf-8", errors="replace")
    pytest.fail(f"{process.args[0]} did not start: {said[-500:]}")


# No MaxQueryCostEstimationTime: Virtuoso measures the machine at its start, and a busy one refuses much.
_VIRTUOSO = """
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
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 5
[SPARQL]
ResultSetMaxRows = 3000
MaxQueryExecutionTime = 60
"""
