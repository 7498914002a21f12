"""``kg serve --endpoint``: visitors see the same wherever the graph is, and an endpoint that fails is named."""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, quote, urlencode

import pytest
import servers
from pyoxigraph import QueryBoolean, QueryResultsFormat, QueryTriples, RdfFormat, Store, serialize
from serving_site import Answer, Site

from kg.graph.pushing import push
from kg.graph.questions import questions
from kg.graph.remote import UNION_GRAPH
from kg.graph.store import open_store

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.5"
JSON = "application/sparql-results+json"
COUNTY, ALLIANCE = quote("county/370832/梁山县"), quote("alliance/370832/全域产业党建联盟")
ARTICLE = "article/jining_2022_a.txt/1"
PAGES = [
    "/about",
    "/ontology",
    "/ontology/usesAlliance",
    "/practice",
    "/theme/urban-communities",
    f"/id/{COUNTY}",
    f"/id/{ALLIANCE}",
    f"/id/{ARTICLE}",
    "/id/nothing",
    "/sparql",
    "/sparql?question=alliances",
    "/sparql?" + urlencode({"query": "SELECT * { ?a a dj:Alliance } ORDER BY ?a"}),
    "/sparql?" + urlencode({"query": "SELEC"}),
]
DATA = [
    f"/id/{COUNTY}.ttl",
    f"/id/{ALLIANCE}.jsonld",
    f"/id/{ARTICLE}.nt",
    "/ontology.ttl",
    "/api/network",
    f"/api/around/{COUNTY}",
    "/api/find?q=" + quote("联盟"),
    "/api/find?q=liangshan",
    "/api/find?q=" + quote("粱山县"),
    "/api/articles",
    f"/api/articles/{ARTICLE.removeprefix('article/')}",
    "/api/around/nothing",
    "/api/questions/county?county=" + quote("梁山县"),
    *(f"/api/questions/{question.name}" for question in questions()),
]
QUERIES = [
    ("SELECT ?name { ?a a dj:Alliance ; rdfs:label ?name } ORDER BY ?name", "text/csv"),
    ("ASK { ?a a dj:Alliance }", JSON),
    ("CONSTRUCT { ?a rdfs:label ?name } WHERE { ?a a dj:Alliance ; rdfs:label ?name }", "text/turtle"),
    ('SELECT ("a\\u0022b" AS ?x) ("\\u4E2D\\\\u0022" AS ?y) {}', JSON),
]


@pytest.fixture(scope="module")
def here(sample_build) -> Iterator[Site]:
    site = Site(sample_build[0])
    yield site
    site.stop()


@pytest.fixture(scope="module", params=servers.NAMES)
def running(request, tmp_path_factory, sample_build) -> Iterator[servers.Running]:
    """A server that holds the graph of the sample."""
    with getattr(servers, request.param)(tmp_path_factory.mktemp(request.param)) as server:
        push(open_store(sample_build[0]), server.store, login=server.login)
        yield server


@pytest.fixture(scope="module")
def there(running: servers.Running) -> Iterator[Site]:
    site = Site(running.query, "--rows", 1000, "--timeout", 30)
    yield site
    site.stop()


class Double:
    """An endpoint that answers from a store, or as ``mood`` says; ``asked`` are the queries that came."""

    def __init__(self, store: Store) -> None:
        self.mood: Callable[[BaseHTTPRequestHandler], None] | None = None
        self.asked: list[str] = []
        double = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                fields = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
                double.asked.append(fields["query"][0])
                if double.mood is None:
                    respond(self, 200, *to_answer(store, fields["query"][0]))
                else:
                    double.mood(self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/query"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def to_answer(store: Store, text: str) -> tuple[str, bytes]:
    found = store.query(text)
    if isinstance(found, QueryTriples):
        return "application/n-triples", serialize(found, format=RdfFormat.N_TRIPLES)
    assert isinstance(found, QueryBoolean) or found.variables is not None
    return JSON, found.serialize(format=QueryResultsFormat.JSON)


def respond(handler: BaseHTTPRequestHandler, status: int, media: str, body: bytes, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"content-type": media, "content-length": str(len(body)), **headers}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)


@pytest.fixture(scope="module")
def double(sample_build) -> Iterator[Double]:
    found = Double(open_store(sample_build[0]))
    yield found
    found.close()


@pytest.fixture(scope="module")
def at_double(double: Double) -> Iterator[Site]:
    site = Site(double.url, "--timeout", 2, "--rows", 50)
    assert site.get("/api/find?q=a").status == 200
    yield site
    site.stop()


@contextmanager
def in_mood(double: Double, mood: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[None]:
    double.mood = mood
    try:
        yield
    finally:
        double.mood = None


def without_build(answer: Answer) -> str:
    """Return the text of an answer without what a build is called and how large its server's answers may be."""
    said = {answer.headers["graph-build"]: "BUILD", "10,000": "ROWS", "10000": "ROWS", "1,000": "ROWS", "1000": "ROWS"}
    return re.sub("|".join(said), lambda match: said[match[0]], answer.text)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_the_same_wherever_the_graph_is(here: Site, there: Site, path: str):
    local, remote = here.get(path, BROWSER), there.get(path, BROWSER)
    assert (local.status, local.media) == (remote.status, remote.media)
    theirs, ours = without_build(remote), without_build(local)
    if path == "/about":  # the pages of the build itself and the numbers of a graph with its union are its own
        theirs, ours = (text[text.index('id="questions"') :] for text in (theirs, ours))
    assert theirs == ours


@pytest.mark.parametrize("path", DATA)
def test_descriptions_search_and_questions_are_the_same_wherever_the_graph_is(here: Site, there: Site, path: str):
    local, remote = here.get(path), there.get(path)
    assert (local.status, local.media) == (remote.status, remote.media)
    assert remote.body == local.body
    assert remote.headers.get("content-location") == local.headers.get("content-location")


@pytest.mark.parametrize(("query", "accept"), QUERIES)
def test_free_queries_are_answered_the_same_wherever_the_graph_is(here: Site, there: Site, query: str, accept: str):
    local, remote = here.query(query, accept), there.query(query, accept)
    assert (remote.status, remote.media, remote.body) == (200, local.media, local.body)


def test_the_explorer_draws_a_graph_that_is_elsewhere(there: Site):
    page = there.get("/", BROWSER)
    assert page.status == 200
    assert '"report":"/report.html"' not in page.text
    for name in ("graph.html", "report.html"):
        answer = there.get(f"/{name}", BROWSER)
        assert (answer.status, "page of a build" in answer.text) == (404, True)


def test_an_answer_is_cut_at_the_row_limit(there: Site):
    """Virtuoso of the tests gives 3000 rows, the server before it 1000."""
    answer = there.query("SELECT * { ?s ?p ?o }")
    assert answer.headers["x-sparql-maxrows"] == "1000"
    assert len(json.loads(answer.body)["results"]["bindings"]) == 1000
    assert "x-sparql-maxrows" not in there.query("SELECT * { ?s ?p ?o } LIMIT 7").headers


def test_rows_that_the_endpoint_leaves_out_are_said_to_be_missing(running: servers.Running):
    if running.login is None:
        pytest.skip("Oxigraph's server has no limit of rows")
    site = Site(running.query, "--rows", 100_000, "--timeout", 30)
    answer = site.query("SELECT * { ?a ?b ?c } ORDER BY ?c")
    site.stop()
    assert answer.status == 200
    assert answer.headers["x-sparql-maxrows"] == str(len(json.loads(answer.body)["results"]["bindings"]))


def test_the_dataset_of_the_request_names_graphs_of_the_endpoint(there: Site):
    query = "SELECT ?g { GRAPH ?g { ?a a dj:Alliance } } ORDER BY ?g LIMIT 1"
    (row,) = json.loads(there.query(query).body)["results"]["bindings"]
    assert row["g"]["value"] != UNION_GRAPH
    count, one = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", {"default-graph-uri": row["g"]["value"]}
    everything, part = (int(there.query(count, "text/csv", **graph).text.split()[1]) for graph in ({}, one))
    assert 0 < part < everything
    named = {"named-graph-uri": row["g"]["value"]}
    assert there.query(count, "text/csv", **named).text.split()[1] == "0"
    inside = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    assert int(there.query(inside, "text/csv", **named).text.split()[1]) == part


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * {{ SERVICE <{0}> {{ ?s ?p ?o }} }}",
        "SELECT * FROM <{0}> {{ ?s ?p ?o }}",
        "LOAD <{0}>",
        "INSERT DATA {{ <a:a> <a:b> <a:c> }}",
        'SELECT (<bif:http_get>("{0}") AS ?x) {{}}',
        'SELECT * {{ ?s a ?c FILTER(true || <bif:http_get>("{0}") = "") }} LIMIT 1',
        'PREFIX b: <BIF:> SELECT (b:http_get("{0}") AS ?x) {{}}',
        'SELECT (<\\u0062if:http_get>("{0}") AS ?x) {{}}',
        'SELECT (<java:java.lang.System>("{0}") AS ?x) {{}}',
        'SELECT * {{ ?s ?p "\\u0022 . SERVICE <{0}> {{ ?a ?b ?c }} #" }}',
        'DEFINE get:soft "replace" SELECT * FROM <{0}> {{ ?s ?p ?o }}',
    ],
)
def test_no_query_makes_the_endpoint_or_this_server_reach_out(there: Site, query: str):
    with socket.socket() as trap:
        trap.bind(("127.0.0.1", 0))
        trap.listen()
        trap.settimeout(0.3)
        answer = there.query(query.format(f"http://127.0.0.1:{trap.getsockname()[1]}/"))
        with pytest.raises(TimeoutError):
            trap.accept()
    assert answer.status == 400 or (answer.status == 200 and r"\u0022" in query)  # there it is a sign of a text


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
@pytest.mark.parametrize("iri", ["file:///etc/passwd", "http://127.0.0.1:1/x"])
def test_a_graph_that_the_endpoint_does_not_hold_is_refused(there: Site, name: str, iri: str):
    answer = there.query("SELECT * { ?s ?p ?o }", **{name: iri})
    assert (answer.status, json.loads(answer.body)["error"]) == (400, "refused")


def test_what_is_refused_is_not_sent(double: Double, at_double: Site):
    double.asked.clear()
    assert at_double.query("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } } # marked").status == 400
    assert at_double.query("DROP ALL # marked").status == 400
    assert not [text for text in double.asked if "marked" in text]


def test_a_query_without_a_limit_is_sent_with_one(double: Double, at_double: Site):
    double.asked.clear()
    assert at_double.query("SELECT * { ?s ?p ?o } # marked").status == 200
    assert next(text for text in double.asked if "marked" in text).endswith("# marked\nLIMIT 51")


def dawdle(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(8)
    handler.close_connection = True


def drop(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.shutdown(socket.SHUT_RDWR)


MOODS = {
    "an error": (lambda h: respond(h, 500, "text/plain", b"out of <b>order</b>"), 502, "out of order"),
    "a page": (lambda h: respond(h, 200, "text/html", b"<p>Welcome</p>"), 502, "SPARQL endpoint"),
    "half an answer": (lambda h: respond(h, 200, JSON, b'{"head":{"vars":["a'), 502, "no SPARQL result"),
    "not JSON": (lambda h: respond(h, 200, JSON, b"\xff\x00"), 502, "no SPARQL result"),
    "a login wanted": (lambda h: respond(h, 401, "text/plain", b""), 502, "login"),
    "no such service": (lambda h: respond(h, 404, "text/plain", b""), 502, "no such service"),
    "nothing": (drop, 502, "broke off"),
    "silence": (dawdle, 504, "within 2 seconds"),
}


@pytest.mark.parametrize("mood", MOODS)
@pytest.mark.parametrize("path", ["/sparql?query=SELECT*%7B%3Fs%20%3Fp%20%3Fo%7D", f"/id/{COUNTY}", "/api/articles"])
def test_an_endpoint_that_fails_is_named_in_one_sentence(double: Double, at_double: Site, mood: str, path: str):
    behave, status, said = MOODS[mood]
    with in_mood(double, behave):
        answer = at_double.get(path)
    assert answer.status == status
    assert said in answer.text
    assert "Traceback" not in answer.text and len(answer.text.splitlines()) == 1
    assert at_double.get(path).status == 200


def test_a_browser_is_told_of_a_failure_on_the_query_page(double: Double, at_double: Site):
    with in_mood(double, MOODS["an error"][0]):
        page = at_double.get("/sparql?query=ASK%7B%7D", BROWSER)
    assert (page.status, page.media) == (502, "text/html")
    assert 'data-word="failure.endpoint-failed"' in page.text


def test_a_redirection_is_not_followed(double: Double, at_double: Site):
    with socket.socket() as trap:
        trap.bind(("127.0.0.1", 0))
        trap.listen()
        trap.settimeout(0.3)
        there = f"http://127.0.0.1:{trap.getsockname()[1]}/"
        with in_mood(double, lambda h: respond(h, 307, "text/plain", b"", location=there)):
            answer = at_double.query("ASK {}")
        with pytest.raises(TimeoutError):
            trap.accept()
    assert (answer.status, "has moved" in answer.text) == (502, True)


def test_a_push_is_taken_up_while_the_graph_is_served(tmp_path: Path):
    store = servers.store_of(*servers.ARTICLES)
    with servers.oxigraph(tmp_path) as server:
        push(store, server.store)
        site = Site(server.query)
        before = site.get("/api/articles")
        push(servers.store_of(*servers.ARTICLES[:2]), server.store)
        until = time.monotonic() + 60
        while site.get("/about").headers["graph-build"] == before.headers["graph-build"] and time.monotonic() < until:
            time.sleep(0.2)
        after = site.get("/api/articles")
        site.stop()
    assert before.headers["graph-build"] != after.headers["graph-build"]
    assert (json.loads(before.body)["total"], json.loads(after.body)["total"]) == (5, 2)


def test_an_endpoint_without_a_graph_or_out_of_reach_is_said_in_a_sentence(kg, tmp_path: Path):
    with servers.oxigraph(tmp_path) as server:
        empty = kg("serve", "--endpoint", server.query, "--port", 0)
    gone = kg("serve", "--endpoint", server.query, "--port", 0)
    assert (empty.returncode, gone.returncode) == (2, 2)
    assert "send it there with kg push" in empty.stderr
    assert "is the server running?" in gone.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--endpoint", "http://127.0.0.1:1/query", "-g", "out"], "one of --graph and --endpoint"),
        (["--user", "a"], "belong to --endpoint"),
        (["--default-graph", "http://x.example/"], "belong to --endpoint"),
        (["--endpoint", "nonsense"], "is no address"),
    ],
)
def test_options_that_do_not_go_together_are_usage_errors(kg, arguments: list[str], said: str):
    done = kg("serve", *arguments)
    assert (done.returncode, said in done.stderr) == (2, True)
