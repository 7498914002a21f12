"""Requests to other servers: what is sent, and how what goes wrong is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest
import servers

from kg.graph import web
from kg.graph.answers import read_answer
from kg.graph.remote import Remote
from kg.graph.web import Login, LoginRefused, Server, ServerBusy, ServerFailed, ServerUnreachable, WrongAddress


@pytest.fixture
def speaking() -> Iterator[tuple[str, list[tuple[int, dict[str, str], bytes]], list[dict[str, str]]]]:
    """A server that gives the answers of a list, the last one for ever, and keeps the headers it was sent."""
    said: list[tuple[int, dict[str, str], bytes]] = []
    heard: list[dict[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("content-length", 0)))
            heard.append({name.lower(): value for name, value in self.headers.items()})
            status, headers, body = said.pop(0) if len(said) > 1 else said[0]
            self.send_response(status)
            for name, value in {"content-length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_PUT = do_DELETE = do_POST

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", said, heard
    server.shutdown()
    server.server_close()


TRUE = (200, {"content-type": "application/sparql-results+json"}, b'{"head":{},"boolean":true}')


def test_a_busy_server_is_asked_again(speaking, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(web, "time", SimpleNamespace(sleep=waited.append))  # other threads go on sleeping
    url, said, _ = speaking
    said += [(503, {"retry-after": "7"}, b""), (429, {}, b""), TRUE]
    assert read_answer(Remote(url, default_graph="").query("ASK {}")) is True
    assert waited[0] == 7 and len(waited) == 2


def test_a_server_that_stays_busy_is_named_so(speaking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "time", SimpleNamespace(sleep=lambda seconds: None))
    url, said, _ = speaking
    said += [(503, {}, b"Overloaded")]
    with pytest.raises(ServerBusy, match="Overloaded.*later"):
        Remote(url).query("ASK {}")


@pytest.mark.parametrize(
    ("status", "headers", "body", "error", "words"),
    [
        (404, {}, b"", WrongAddress, "check the address"),
        (405, {}, b"", WrongAddress, "check the address"),
        (308, {"location": "http://127.0.0.1:1/new"}, b"", WrongAddress, "moved to http://127.0.0.1:1/new"),
        (401, {}, b"", LoginRefused, "--user"),
        (500, {}, b"<html><title>x</title>Out of <b>memory</b>.</html>", ServerFailed, "Out of memory"),
        (200, {"content-type": "text/html"}, b"<html>", ServerFailed, "SPARQL endpoint"),
        (200, {"content-type": "application/json"}, b"{", ServerFailed, "no SPARQL result"),
        (200, {"content-type": "application/json"}, b"[1]", ServerFailed, "no SPARQL result"),
    ],
)
def test_an_error_is_one_clear_sentence(speaking, status, headers, body, error, words: str) -> None:
    url, said, _ = speaking
    said += [(status, headers, body)]
    with pytest.raises(error, match=words) as raised:
        Remote(url).query("ASK {}")
    assert "\n" not in str(raised.value)


def test_a_truth_is_no_answer_to_a_select(speaking) -> None:
    url, said, _ = speaking
    said += [TRUE]
    with pytest.raises(ServerFailed, match="no table"):
        Remote(url, default_graph="").query("SELECT * { ?s ?p ?o }")


def test_where_nothing_listens_the_address_is_named() -> None:
    url = f"http://127.0.0.1:{servers.free_port()}/query"
    with pytest.raises(ServerUnreachable, match=url):
        Remote(url).query("ASK {}")


@pytest.mark.parametrize(
    "url", ["", "out", "ftp://127.0.0.1/", "http://", "127.0.0.1:7878/query", "http://[/", "http://a b/"]
)
def test_what_is_no_address_is_named_so(url: str) -> None:
    with pytest.raises(WrongAddress, match="looks like"):
        Remote(url)


def test_a_password_in_the_address_is_used_and_never_shown(speaking) -> None:
    url, said, heard = speaking
    said += [(401, {"www-authenticate": 'Basic realm="x"'}, b""), TRUE]
    server = Server(url.replace("//", "//me:secret@"))
    assert server.request("GET").status_code == 200
    assert heard[-1]["authorization"].startswith("Basic ") and "secret" not in str(server)
    assert "secret" not in repr(Login(user="me", password="secret", token="secret"))


def test_a_token_is_sent(speaking) -> None:
    url, said, heard = speaking
    said += [TRUE]
    Server(url, Login(token="abc")).request("GET")
    assert heard[-1]["authorization"] == "Bearer abc"


def test_no_password_goes_to_a_server_that_does_not_ask(speaking) -> None:
    url, said, heard = speaking
    said += [TRUE]
    Server(url, Login(user="me", password="secret")).request("GET")
    assert "authorization" not in heard[-1]
