"""Attacks on the served site: a table of requests with the promised answers, and connections that are held open."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import threading
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store
from serving_site import Site

from kg.graph.iri import BASE, to_segment
from kg.graph.store import store_path
from kg.graph.vocab import DJ, RDF, RDFS
from kg.serving import pool
from kg.serving.failing import ServerBusy
from kg.serving.snapshot import open_copy
from kg.serving.worker import Job, Reply

HTML = "Accept: text/html"
MARKUP = "%3C/textarea%3E%3Cscript%3Ealert(1)%3C/script%3E"
FORM, QUERY = "application/x-www-form-urlencoded", "application/sparql-query"
COUNT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
LIGHT = "SELECT ?a { ?a a dj:Alliance } LIMIT 3"


def request(path: str, *headers: str, method: str = "GET", host: str = "Host: {host}", body: str = "") -> str:
    """Return a request as it goes through the wire; ``{host}`` stands for the server's own name and port."""
    return "\r\n".join([f"{method} {path} HTTP/1.1", *filter(None, [host]), *headers, "Connection: close", "", body])


def post(body: str, *headers: str, media: str = QUERY) -> str:
    return request(
        "/sparql", f"Content-Type: {media}", *headers, f"Content-Length: {len(body)}", method="POST", body=body
    )


def chunked(body: str, coding: str = "chunked", *headers: str) -> str:
    return request(
        "/sparql", f"Content-Type: {QUERY}", f"Transfer-Encoding: {coding}", *headers, method="POST", body=body
    )


TRAVERSAL = {
    path: (request(path, HTML), {404})
    for path in (
        "/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/%252e%252e/%252e%252e/etc/passwd",
        "/..%2f..%2fetc%2fpasswd",
        "/..\\..\\etc\\passwd",
        "/id/..%5c..%5cetc%5cpasswd",
        "/%c0%ae%c0%ae/etc/passwd",
        "/id/%00",
        "/graph.html%00.ttl",
        "/graph.html/../cache.sqlite",
        "/cache.sqlite",
        "/store/CURRENT",
        "/file:///etc/passwd",
        "/id/%ff%fe",
        "/id/x%0d%0aSet-Cookie:%20a=b",
        "//evil.example/about",
        "http://evil.example/",
        "http://[/",
        "about",
        "*",
        "/about%23x",
        "/api/../cache.sqlite",
        "/api/articles/..%2f..%2fetc%2fpasswd",
    )
}
HOSTS = {
    f"host {host or 'missing'}": (request("/sparql?query=ASK%7B%7D", host=host), {status})
    for host, status in {
        "Host: evil.example": 421,
        "Host: evil.example:{port}": 421,
        "Host: 127.0.0.1.evil.example:{port}": 421,
        "Host: 127.0.0.1": 421,
        "Host: 127.0.0.1:{port}.evil.example": 421,
        "Host: 127.0.0.1:0{port}": 421,
        "Host: 127.1:{port}": 421,
        "Host: 2130706433:{port}": 421,
        "Host: 0.0.0.0:{port}": 421,
        "Host: [::ffff:127.0.0.1]:{port}": 421,
        "Host: localhost.:{port}": 421,
        "Host: user@127.0.0.1:{port}": 421,
        "Host: {host}, evil.example": 421,
        "Host: ": 421,
        "X-Forwarded-Host: {host}": 400,
        "Host: {host}\r\nHost: evil.example": 400,
        "Host : {host}": 400,
        "Host: [::1]:{port}": 200,
        "Host: LocalHost:{port}": 200,
        "": 400,
    }.items()
} | {
    "forwarded host": (request("/", "X-Forwarded-Host: {host}", host="Host: evil.example"), {421}),
    "host in the target": (request("http://{host}/sparql", host="Host: evil.example"), {421}),
    "HTTP/1.0 without a host": ("GET / HTTP/1.0\r\n\r\n", {421}),
}
SMUGGLING = {
    "two lengths": (post("ASK {}", "Content-Length: 7"), {400}),
    "a length and chunks": (chunked("0\r\n\r\n" + request("/about"), "chunked", "Content-Length: 5"), {400}),
    "an unknown coding": (chunked("0\r\n\r\n", "xchunked"), {400}),
    "two codings": (chunked("0\r\n\r\n", "chunked, identity"), {400}),
    "a wrong chunk": (chunked("zz\r\nASK\r\n"), {400}),
    "a wrong chunk after a right one": (chunked("3\r\nASK\r\nzz\r\n"), {400}),
    "a negative length": (request("/sparql", "Content-Length: -1", method="POST"), {400}),
    "a length without end": (request("/sparql", f"Content-Length: {'9' * 30}", method="POST"), {400}),
    "a blank before the colon": (request("/", "X-A : b"), {400}),
    "a control character in a header": (request("/", "X-A: a\0b"), {400}),
    "a carriage return in a header": (request("/", "X-A: a\rSet-Cookie: b"), {400}),
    "no HTTP": ("\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", {400}),
    "a target with a blank": (request("/a b"), {400}),
    "another protocol": (request("/api/limits", "Upgrade: websocket", "Sec-WebSocket-Key: x"), {200}),
}
OVERSIZED = {
    "a header of a megabyte": (request("/", f"X-A: {'a' * 2**20}"), {400}),
    "an address of a megabyte": (request(f"/sparql?query={'a' * 2**20}"), {400}),
    "five thousand headers": (request("/api/limits", *(f"X-{n}: a" for n in range(5000))), {200}),
    "an Accept header of thousands": (request("/sparql", f"Accept: {','.join(['a/b;q=0.1'] * 5000)}"), {406}),
    "a body of two megabytes": (post("ASK {}" + " " * 2**21), {413}),
    "thousands of parameters": (post("&".join("a=1" for _ in range(9000)), media=FORM), {400}),
    "thousands of parameters in the address": (request("/api/find?" + "&".join(["a=1"] * 9000)), {200}),
    "a long method": (request("/", method="A" * 3000), {405}),
    "thousands of ranges": (request("/report.html", f"Range: bytes={','.join(f'{n}-{n}' for n in range(3000))}"), None),
    "a search of a kilobyte": (request(f"/api/find?q={'a' * 1000}"), {200}),
    "numbers without end": (request(f"/api/things?offset={'9' * 5000}"), {400}),
    "a compressed body": (post("x", "Content-Encoding: gzip"), {400}),
}
CROSS_SITE = {
    "another site's script": (request("/api/network", "Origin: https://evil.example"), {403}),
    "another site's form": (post("query=ASK%7B%7D", "Origin: https://evil.example", media=FORM), {403}),
    "a form of nowhere": (post("query=ASK%7B%7D", "Origin: null", media=FORM), {403}),
    "another port": (post("ASK {}", "Origin: http://127.0.0.1:1"), {403}),
    "another scheme": (post("ASK {}", "Origin: https://{host}"), {403}),
    "a form of text": (post("ASK {}", media="text/plain"), {415}),
    "a form of parts": (post("ASK {}", media="multipart/form-data; boundary=x"), {415}),
    "a preflight": (
        request("/sparql", "Origin: https://evil.example", "Access-Control-Request-Method: POST", method="OPTIONS"),
        {403},
    ),
    "an image": (request("/", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: image"), {403}),
    "a frame that asks": (
        request("/sparql", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe"),
        {403},
    ),
    "an object that asks": (
        request("/", "Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: object"),
        {403},
    ),
    "a link": (
        request("/about", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"),
        {200},
    ),
}
UPDATES = {
    "an update in the address": (request("/sparql?update=DROP%20ALL"), {403}),
    "an update as a query": (request("/sparql?query=DROP%20ALL"), {400}),
    "an update in a form": (post("update=DROP+ALL", media=FORM), {403}),
    "an update as itself": (post("DROP ALL", media="application/sparql-update"), {403}),
    "an update as a query posted": (post("INSERT DATA { <a:a> <a:b> <a:c> }"), {400}),
    "a graph put there": (request("/sparql?graph=http://x.example/", "Content-Length: 0", method="PUT"), {405}),
    "a graph deleted": (request("/id/county", method="DELETE"), {405}),
    "a file loaded": (post("LOAD <file:///etc/passwd>"), {400}),
    "a method in a header": (request("/about", "X-HTTP-Method-Override: DELETE"), {200}),
    "another dataset": (request("/sparql?query=ASK%7B%7D&default-graph-uri=file:///etc/passwd"), {400}),
    "a dataset that is no IRI": (request("/sparql?query=ASK%7B%7D&named-graph-uri=http://a%3E%7D"), {400}),
    "a posted search": (request("/api/find?q=a", method="POST"), {405}),
}
REFLECTED = {
    path: (request(path, *headers), {status})
    for path, status, *headers in (
        (f"/{MARKUP}", 404, HTML),
        (f"/id/{MARKUP}", 404, HTML),
        (f"/sparql?query={MARKUP}", 400, HTML),
        (f"/sparql?query=ASK%7B%7D&format={MARKUP}", 406, HTML),
        (f"/sparql?question={MARKUP}", 404, HTML),
        (f"/sparql?query=SELECT(%22{MARKUP}%22AS%3Fx)%7B%7D", 200, HTML),
        (f"/sparql?query=SELECT(1%20AS%3Fx)%7B%7D&default-graph-uri={MARKUP}", 400, HTML),
        (f"/api/find?q={MARKUP}", 200, HTML),
        (f"/api/find?q=a&limit={MARKUP}", 400, HTML),
        (f"/api/network?format={MARKUP}", 400, HTML),
        (f"/api/questions/{MARKUP}", 404, HTML),
        (f"/api/questions/alliances?county={MARKUP}", 400, HTML),
        (f"/api/questions/alliances?{MARKUP}=1", 400, HTML),
        (f"/api/questions/figures?status={MARKUP}", 400, HTML),
        (f"/api/around/{MARKUP}", 404, HTML),
        ("/api/articles/x%3E%20%3Fp%20%3Fo%20.%20%23", 400),
        ("/api/articles/%00", 400),
        ("/api/find?q=%ED%A0%80", 200),
        ("/api/things?offset=-1", 400),
        ("/api/things?offset=%D9%A3", 400),
        ("/sparql?query=ASK%7B%7D&format=%0d%0aSet-Cookie:%20a=b", 406),
    )
}
API = {
    f"{path}?{query}": (request(f"{path}?{query}", *headers), {200, 400, 404})
    for path in (
        "/api/limits",
        "/api/network",
        "/api/around/county/370832/%E6%A2%81%E5%B1%B1%E5%8E%BF",
        "/api/around/%F0%9F%92%A3",
        "/api/things",
        "/api/find",
        "/api/questions",
        "/api/questions/alliances",
        "/api/articles",
        "/api/articles/a/1",
    )
    for query, *headers in (
        ("limit=0&offset=999999999",),
        ("limit=9999999999",),
        ("limit=1e3",),
        ("offset=%00",),
        ("q=" + "%5B(" * 200,),
        ("q=%F0%9F%92%A3%00%1B",),
        ("class=&class=" + "x" * 3000,),
        ("format=ttl",),
        ("format=../../etc/passwd",),
        ("county=a%22%20.%20%7D%20DROP%20ALL%20%23",),
        ("&&&=&;=%",),
        ("a", "X-Forwarded-For: " + "1.2.3.4, " * 2000),
        ("a", "Accept: text/turtle;q=nan, */*;q=-1", "If-None-Match: " + "x" * 5000),
    )
}
TABLE = TRAVERSAL | HOSTS | SMUGGLING | OVERSIZED | CROSS_SITE | UPDATES | REFLECTED | API


@dataclass
class Said:
    """What came back: status, headers by lower-case name, body."""

    status: int
    headers: dict[str, str]
    body: bytes


@pytest.fixture(scope="module")
def site(sample_build):
    found = Site(sample_build[0], "--timeout", 1)
    yield found
    found.process.terminate()
    assert "Traceback" not in found.process.stderr.read()
    found.stop()


def send(site: Site, text: str) -> Said:
    """Send ``text`` as it is and read to the end."""
    sent = text.replace("{host}", f"127.0.0.1:{site.port}").replace("{port}", str(site.port))
    with socket.create_connection(("127.0.0.1", site.port), timeout=60) as connection:
        writing = threading.Thread(target=_write, args=(connection, sent.encode("latin-1")))
        writing.start()  # a server may answer before it has read all
        answer = _read(connection)
        writing.join()
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = dict(re.split(": ?", line.lower(), maxsplit=1) for line in lines)
    return Said(int(status.split()[1]), headers, body)


def _write(connection: socket.socket, data: bytes) -> None:
    try:
        connection.sendall(data)
    except OSError:
        pass  # the server has closed the connection


def _read(connection: socket.socket) -> bytes:
    pieces = []
    try:
        while piece := connection.recv(65536):
            pieces.append(piece)
    except ConnectionError:
        pass  # closed while the client still wrote
    return b"".join(pieces)


@pytest.mark.parametrize(("text", "statuses"), TABLE.values(), ids=TABLE)
def test_a_hostile_request_gets_the_promised_answer_and_no_more(site: Site, text: str, statuses: set[int] | None):
    said = send(site, text)
    assert statuses is None or said.status in statuses
    assert said.status != 500
    assert said.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in said.headers["content-security-policy"]
    assert "unsafe" not in said.headers["content-security-policy"] or text.startswith("GET /report.html")
    assert said.headers.get("content-type", "").startswith(("text/", "application/"))
    assert not [name for name in said.headers if name.startswith(("access-control-", "set-cookie"))]
    assert not {"server", "x-powered-by"} & said.headers.keys()
    assert b"root:x:" not in said.body and b"SQLite format" not in said.body and b"Traceback" not in said.body
    if said.headers["content-type"].startswith("text/html"):
        assert b"<script>alert" not in said.body and b"</textarea><script" not in said.body


def test_the_table_holds_all_its_requests():
    tables = (TRAVERSAL, HOSTS, SMUGGLING, OVERSIZED, CROSS_SITE, UPDATES, REFLECTED, API)
    assert len(TABLE) == sum(map(len, tables)) > 230


def test_what_follows_a_refused_request_on_its_connection_is_not_read(site: Site):
    smuggled = chunked("0\r\n\r\n" + request("/about"), "chunked", "Content-Length: 5")
    assert send(site, smuggled.replace("Connection: close\r\n", "", 1)).body.count(b"HTTP/1.1") == 0


def test_a_page_of_no_rows_is_not_its_own_next_page(site: Site):
    assert json.loads(site.get("/api/things?limit=0").body)["next"].endswith("offset=1&limit=1")


def test_a_name_with_markup_leaves_the_link_header_whole(tmp_path: Path, sample_build):
    """The address of a thing may be asked for with < and > as they are."""
    store = Store(str(tmp_path / "store"))
    name = "x>;rel=stylesheet,<"
    iri = NamedNode(f"{BASE}alliance/{to_segment(name)}")
    store.extend(
        [
            Quad(iri, RDF.type, DJ.Alliance),
            Quad(iri, RDFS.label, Literal("<img src=x onerror=alert(1)>", language="zh")),
            Quad(NamedNode(f"{BASE}article/1"), RDF.type, DJ.Article),
        ]
    )
    store.flush()
    del store
    site = Site(tmp_path)
    try:
        said = send(site, request(f"/id/alliance/{name}.ttl"))
        assert said.status == 200
        assert "x>" not in said.headers["link"] and "x%3e" in said.headers["link"]
        page = send(site, request(f"/id/alliance/{name}", HTML))
        assert page.status == 200
        assert b"<img src=x" not in page.body and b"&lt;img src=x" in page.body
    finally:
        site.stop()


@pytest.fixture(scope="module")
def impatient(sample_build):
    """A server that waits a second where others wait 15, and holds 40 connections."""
    patch = "from kg.serving import connections; connections.PATIENCE = 1; connections.CONNECTIONS = 40"
    found = Site(sample_build[0], "--timeout", 1, before=patch)
    yield found
    found.stop()


def connect(site: Site) -> socket.socket:
    return socket.create_connection(("127.0.0.1", site.port), timeout=30)


@pytest.mark.parametrize("start", [b"", b"GET / HTT", b"GET / HTTP/1.1\r\nHost: x\r\nX-A: "])
def test_a_request_whose_head_does_not_come_to_its_end_is_not_waited_for(impatient: Site, start: bytes):
    with connect(impatient) as connection:
        connection.sendall(start)
        ended = threading.Event()
        threading.Thread(target=_drip, args=(connection, ended, bool(start)), daemon=True).start()
        assert _read(connection) == b""
        ended.set()


def _drip(connection: socket.socket, ended: threading.Event, is_talking: bool) -> None:
    try:
        while is_talking and not ended.wait(0.1):
            connection.sendall(b"a")
    except OSError:
        ended.set()


def test_a_body_that_goes_on_after_the_answer_does_not_hold_the_connection(impatient: Site):
    with connect(impatient) as connection:
        head = f"POST /about HTTP/1.1\r\nHost: 127.0.0.1:{impatient.port}\r\nContent-Length: 1000000\r\n\r\n"
        connection.sendall(head.encode())
        ended = threading.Event()
        threading.Thread(target=_drip, args=(connection, ended, True), daemon=True).start()
        assert _read(connection).startswith(b"HTTP/1.1 405")
        ended.set()


def test_silent_connections_make_room_for_those_who_ask(impatient: Site):
    silent = [connect(impatient) for _ in range(120)]
    try:
        assert impatient.get("/api/limits").status == 200
    finally:
        for connection in silent:
            connection.close()


def test_an_answer_that_nobody_takes_is_given_up(impatient: Site):
    asked = f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{impatient.port}\r\n\r\n".encode() * 30
    whole = 30 * len(impatient.get("/").body)
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(30)
        connection.connect(("127.0.0.1", impatient.port))
        connection.sendall(asked)
        time.sleep(4)  # nothing is taken meanwhile
        assert len(_read(connection)) < whole
    assert impatient.get("/api/limits").status == 200


def job(text: str) -> Job:
    return Job(text=text, rows=10, base=BASE, seconds=20, solutions="json")


def test_long_queries_stop_each_other_and_not_the_short_ones(sample_build, monkeypatch):
    if not Path("/proc/self/stat").exists():
        pytest.skip("how much of the processor a process has had is not said on this system")
    monkeypatch.setattr(pool, "_PAUSE", 0)
    monkeypatch.setattr(pool, "QUICK", 0.1)

    async def ask() -> tuple[list[object], Reply]:
        queries = pool.Pool(partial(open_copy, str(store_path(sample_build[0]))), 1, beside=1)
        try:
            long = [asyncio.ensure_future(queries.ask(job(COUNT))) for _ in range(3)]
            while not queries._turns._waiting:  # two run, the third waits
                await asyncio.sleep(0.01)
            light = await queries.ask(job(LIGHT))
            done = [one for one in long if one.done()]
            for one in long:
                one.cancel()
            return [one.exception() for one in done], light
        finally:
            queries.close()

    stopped, light = asyncio.run(ask())
    assert light.rows == 3
    assert stopped and {type(error) for error in stopped} == {ServerBusy}


def test_a_long_query_nobody_waits_for_goes_on(sample_build, monkeypatch):
    monkeypatch.setattr(pool, "QUICK", 0.01)
    text = "SELECT (COUNT(*) AS ?n) { { SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f } LIMIT 300000 } }"

    async def ask() -> list[Reply]:
        queries = pool.Pool(partial(open_copy, str(store_path(sample_build[0]))), 1, beside=1)
        try:
            return await asyncio.gather(*(queries.ask(job(text)) for _ in range(2)))
        finally:
            queries.close()

    assert [b'"300000"' in reply.body for reply in asyncio.run(ask())] == [True, True]
