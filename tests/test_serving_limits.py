"""Hostile queries: each is answered, refused or stopped, and the server goes on answering others."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from time import sleep

import pytest
from serving_site import Site

from kg.graph.iri import BASE
from kg.graph.store import building, open_store, store_path
from kg.serving import pool
from kg.serving.snapshot import Snapshot, open_copy
from kg.serving.worker import Job, Reply

SECONDS = 1
JSON = "application/sparql-results+json"
LIGHT = "SELECT ?a { ?a a dj:Alliance } LIMIT 3"
ARTICLES = "SELECT ?a { ?a a dj:Article }"
PRODUCT = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
COUNT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
RUNAWAYS = {
    "a product counted": COUNT,
    "a product sorted": "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?f ?c",
    "a product grouped": "SELECT ?c (COUNT(?f) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } GROUP BY ?c",
    "a product filtered to nothing": f'SELECT * {{ {PRODUCT} FILTER(CONCAT(STR(?c), STR(?f), STR(?i)) = "x") }}',
    "all paths": "SELECT (COUNT(*) AS ?n) { ?a (!<x:a>|!^<x:a>)* ?b . ?b (!<x:a>|!^<x:a>)* ?c }",
    "one long text": "SELECT (GROUP_CONCAT(?c) AS ?t) { ?a ?b ?c . ?d ?e ?f }",
    "distinct of a product": f"SELECT DISTINCT ?c ?f ?i {{ {PRODUCT} FILTER(STRLEN(CONCAT(STR(?c), STR(?i))) < 0) }}",
    "described products": "DESCRIBE ?s { ?s ?p ?o . ?a ?b ?c . ?d ?e ?f FILTER(STRLEN(CONCAT(STR(?o), STR(?f))) < 0) }",
}
NESTED = {
    "groups": "SELECT * " + "{" * 20000 + "}" * 20000,
    "brackets": "SELECT * { ?a ?b ?c FILTER(" + "(" * 20000 + "1" + ")" * 20000 + ") }",
    "lists": "SELECT * { ?a ?b " + "(" * 5000 + ")" * 5000 + " }",
    "denials": "SELECT * { ?a ?b ?c FILTER(" + "!" * 200000 + "true) }",
    "unions": "SELECT * { " + " UNION ".join(["{ ?a ?b ?c }"] * 3000) + " } LIMIT 1",
}
BOUNDED = {
    "a regular expression that backtracks elsewhere": 'SELECT * { BIND(REGEX("'
    + "a" * 5000
    + '!", "^(a+)+$") AS ?x) }',
    "a regular expression of repeats": 'SELECT * { ?a ?b ?c FILTER REGEX(STR(?c), "((a{1,999}){1,999}){1,999}") }',
    "many values": "SELECT * { VALUES ?x { " + " ".join(f'"{n}"' for n in range(60000)) + " } }",
    "many projections": "SELECT " + " ".join(f"(1 AS ?x{n})" for n in range(3000)) + " {}",
    "many comments": "#\n" * 200000 + "ASK {}",
    "an endless blank": " " * 900000 + "ASK {}",
}
OUTSIDE = [
    "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "SELECT * { service silent <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "SELECT * { SeRvIcE ?g { ?s ?p ?o } }",
    "SELECT * { SERVICE# comment\n<http://127.0.0.1:1/>#\n{ ?s ?p ?o } }",
    "SELECT * { #}\nSERVICE<http://127.0.0.1:1/>{ ?s ?p ?o } }",
    "SELECT * { { SELECT * { OPTIONAL { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } } } } }",
    "ASK { FILTER EXISTS { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } } }",
    "PREFIX x: <http://127.0.0.1:1/> SELECT * { SERVICE x: { ?s ?p ?o } }",
    "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "SELECT * from named <http://127.0.0.1:1/> { ?s ?p ?o }",
    "CONSTRUCT { ?s ?p ?o } FROM#\n<file:///etc/passwd> WHERE { ?s ?p ?o }",
    "DESCRIBE <http://x.example/> FROM <file:///etc/passwd>",
    "BASE <file:///etc/> SELECT * FROM <passwd> { ?s ?p ?o }",
    "ASK FROM <http://127.0.0.1:1/> {}",
]
SPELT_ASTRAY = [
    r"SELECT * { \u0053ERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    r"SELECT * { \U00000053ERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    r"SELECT * FR\u004FM <file:///etc/passwd> { ?s ?p ?o }",
    "SELECT * { SER#\nVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "SELECT * { ſERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }",
    "SELECT * { ＳＥＲＶＩＣＥ <http://127.0.0.1:1/> { ?s ?p ?o } }",
]
UPDATES = [
    "LOAD <file:///etc/passwd>",
    "LOAD SILENT <http://127.0.0.1:1/> INTO GRAPH <http://x.example/>",
    "INSERT DATA { <a:a> <a:b> <a:c> }",
    "#c\nPREFIX x: <http://x.example/>\ndelete where { ?s ?p ?o }",
    "DROP ALL",
    "CLEAR DEFAULT",
    "WITH <a:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
]
HARMLESS = [
    'SELECT * { ?from ?service "SERVICE <http://x.example/> FROM" } # FROM service',
    "PREFIX service: <http://x.example/from/> SELECT * { ?s service:FROM <http://x.example/service> }",
]


@pytest.fixture
def out(sample_build, tmp_path: Path) -> Path:
    """A copy of the sample build that nothing else serves."""
    return Path(shutil.copytree(sample_build[0], tmp_path / "out", ignore=shutil.ignore_patterns("served-*")))


@pytest.fixture(scope="module")
def site(sample_build):
    found = Site(sample_build[0], "--timeout", SECONDS)
    yield found
    found.stop()


def is_answering(site: Site) -> bool:
    return site.query(LIGHT).status == 200


@pytest.mark.parametrize("query", RUNAWAYS.values(), ids=RUNAWAYS)
def test_a_runaway_is_stopped_and_others_are_answered_beside_it(site: Site, query: str):
    with ThreadPoolExecutor() as executor:
        running = executor.submit(site.query, query, f"{JSON}, */*;q=0.1")
        assert all(executor.map(lambda _: is_answering(site), range(5)))
        stopped = running.result()
    assert stopped.status == 500
    assert json.loads(stopped.body)["error"] == "stopped"
    assert "ask for less" in json.loads(stopped.body)["message"]


@pytest.mark.parametrize("query", NESTED.values(), ids=NESTED)
def test_deep_nesting_ends_at_most_its_own_worker(site: Site, query: str):
    answer = site.send("POST", "/sparql", query, Content_Type="application/sparql-query")
    assert answer.status in (200, 400, 500)
    assert is_answering(site)


@pytest.mark.parametrize("query", BOUNDED.values(), ids=BOUNDED)
def test_a_large_query_is_answered_or_stopped(site: Site, query: str):
    answer = site.send("POST", "/sparql", query, Content_Type="application/sparql-query")
    assert answer.status in (200, 500)
    assert is_answering(site)


def test_a_query_out_of_memory_is_stopped_alone(out: Path, monkeypatch):
    if not Path("/proc/self/statm").exists():
        pytest.skip("the memory of a process cannot be limited on this system")
    monkeypatch.setattr(pool, "MEMORY", 200 * 2**20)
    doubled = " ".join(f"BIND(CONCAT(?t{n}, ?t{n}) AS ?t{n + 1})" for n in range(14))
    large = f'SELECT (STRLEN(?t14) AS ?n) {{ BIND("{"x" * 50000}" AS ?t0) {doubled} }}'

    async def ask() -> Reply:
        workers = pool.Pool(partial(open_copy, str(store_path(out))), 1)
        try:
            with pytest.raises(pool.QueryTooLarge, match="200 MiB"):
                await workers.ask(job(large))
            return await workers.ask(job(LIGHT))
        finally:
            workers.close()

    assert asyncio.run(ask()).rows == 3


def job(text: str) -> Job:
    return Job(text=text, rows=10, base=BASE, seconds=60, solutions="json")


@pytest.mark.parametrize("query", OUTSIDE)
def test_no_query_reaches_beyond_the_graph(site: Site, query: str):
    answer = site.query(query)
    assert answer.status == 400
    assert json.loads(answer.body)["error"] == "refused"


@pytest.mark.parametrize("query", SPELT_ASTRAY)
def test_a_keyword_spelt_with_escapes_is_none(site: Site, query: str):
    """Oxigraph does not decode escapes before it parses; such a query is no SPARQL to it and reaches nothing."""
    answer = site.query(query)
    assert answer.status == 400
    assert json.loads(answer.body)["error"] in ("malformed", "refused")


def test_a_function_that_sparql_does_not_have_is_refused(site: Site):
    answer = site.query('SELECT (<bif:http_get>("http://127.0.0.1:1/") AS ?x) {}')
    assert (answer.status, json.loads(answer.body)["error"]) == (400, "refused")
    assert answer.text.count("\\n") == 0 and "SPARQL 1.1" in answer.text


@pytest.mark.parametrize("query", UPDATES)
def test_updates_are_refused(site: Site, query: str):
    answer = site.query(query)
    assert (answer.status, json.loads(answer.body)["error"]) == (400, "refused")
    assert "kg build" in json.loads(answer.body)["message"]


@pytest.mark.parametrize("query", HARMLESS)
def test_the_words_of_keywords_may_stand_in_names_and_texts(site: Site, query: str):
    assert site.query(query).status == 200


def test_a_query_whose_asker_is_gone_is_stopped(sample_build):
    patient = Site(sample_build[0], "--timeout", 60)
    try:
        for _ in range(12):  # more than there are workers
            with socket.create_connection(("127.0.0.1", patient.port)) as connection:
                head = f"POST /sparql HTTP/1.1\r\nHost: 127.0.0.1:{patient.port}\r\n"
                head += f"Content-Type: application/sparql-query\r\nContent-Length: {len(COUNT)}\r\n\r\n{COUNT}"
                connection.sendall(head.encode())
        assert is_answering(patient)
    finally:
        patient.stop()


def test_many_light_queries_at_once_are_all_answered(site: Site):
    with ThreadPoolExecutor(50) as executor:
        assert all(executor.map(lambda _: is_answering(site), range(100)))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM], ids=lambda stop: stop.name)
def test_a_signal_ends_the_server_its_workers_and_its_copy(out: Path, stop: signal.Signals):
    site = Site(out, "--timeout", 60)
    workers = descendants(site.process.pid)
    assert len(workers) > 4
    with ThreadPoolExecutor() as executor:
        running = executor.submit(outcome, site, COUNT)
        assert is_answering(site)
        site.process.send_signal(stop)
        code = site.process.wait(20)
        running.result()
    assert code == 0 if stop == signal.SIGINT else code in (0, -signal.SIGTERM)
    assert "Traceback" not in site.process.stderr.read()
    site.stop()
    assert not [worker for worker in workers if is_alive(worker)]
    assert not leftovers(out)


def test_workers_end_with_a_server_that_is_killed_and_the_next_one_removes_its_copy(out: Path):
    site = Site(out, "--timeout", 60)
    workers = descendants(site.process.pid)
    with ThreadPoolExecutor() as executor:
        running = executor.submit(outcome, site, COUNT)
        assert is_answering(site)
        site.process.kill()
        running.result()
    site.stop()
    for _ in range(100):
        if any(map(is_alive, workers)):
            sleep(0.1)
    assert not [worker for worker in workers if is_alive(worker)]
    left = leftovers(out)
    assert left
    Snapshot(out).close()
    assert not leftovers(out)


def test_a_new_build_is_taken_up_and_the_old_one_served_until_then(out: Path):
    site = Site(out)
    try:
        with building(out) as build:
            build.withdraw("jining_2022_b.txt")
            before = site.query(ARTICLES)
        after = site.query(ARTICLES)
        assert (before.status, after.status) == (200, 200)
        assert before.headers["graph-build"] != after.headers["graph-build"]
        assert len(before.body) > len(after.body)
        assert len(leftovers(out)) == 1
    finally:
        site.stop()
    assert not leftovers(out)
    assert open_store(out)


def test_a_taken_port_and_a_missing_graph_are_said_in_a_sentence(kg, out: Path, tmp_path: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = kg("serve", "-g", out, "--port", taken.getsockname()[1])
    assert done.returncode == 2
    assert "choose another with --port" in done.stderr
    done = kg("serve", "-g", tmp_path / "nothing", "--port", 0)
    assert done.returncode == 2
    assert "run kg build first" in done.stderr
    assert not leftovers(out)


def outcome(site: Site, query: str) -> object:
    try:
        return site.query(query).status
    except OSError as error:
        return error


def leftovers(out: Path) -> list[Path]:
    return sorted(out.glob("served-*"))


def descendants(process: int) -> list[int]:
    """Return the process's children and theirs: on Linux the workers are copies made by a child."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True).stdout
    pairs = [tuple(map(int, line.split())) for line in listed.splitlines()]
    found = [process]
    for parent in found:
        found += [child for child, its_parent in pairs if its_parent == parent]
    return found[1:]


def is_alive(process: int) -> bool:
    listed = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True).stdout
    return bool(listed.strip()) and not listed.strip().startswith("Z")
