"""A graph sent to another server by the Graph Store Protocol, and asked there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import servers
from pyoxigraph import Store
from servers import ARTICLES, store_of
from test_graph_sample import PEAK, article

from kg.graph import pushing
from kg.graph.answers import answer
from kg.graph.books import BUILD_GRAPH
from kg.graph.pushing import GraphTaken, push
from kg.graph.remote import Remote
from kg.graph.web import Login, LoginRefused, Server, ServerUnreachable, WrongAddress


@pytest.fixture(scope="module", params=servers.NAMES)
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Running]:
    start = getattr(servers, request.param)
    with start(tmp_path_factory.mktemp(request.param)) as server:
        yield server


@pytest.fixture(scope="module")
def store() -> Store:
    return store_of(*ARTICLES)


@pytest.fixture(scope="module")
def remote(running: servers.Running, store: Store) -> Remote:
    """An endpoint that holds the graph of ``store``."""
    push(store, running.store, login=running.login)
    return Remote(running.query)


def named_graphs(running: servers.Running) -> set[str]:
    remote = Remote(running.query)
    found = remote.query("SELECT DISTINCT ?g { GRAPH ?g { ?s a <https://w3id.org/dangjian/ontology#Article> } }")
    return {row[0].value for row in found if row[0].value.startswith("https://w3id.org/dangjian/id/")}


# --- pushing


def test_a_second_push_sends_nothing(running: servers.Running, remote: Remote, store: Store) -> None:
    again = push(store, running.store, login=running.login)
    assert (again.sent, again.removed) == (0, 0) and again.unchanged == len(ARTICLES) + 2


def test_the_stores_own_bookkeeping_is_not_sent(running: servers.Running, remote: Remote) -> None:
    found = list(remote.query(f"SELECT * {{ GRAPH <{BUILD_GRAPH.value}> {{ ?s ?p ?o }} }}"))
    assert found == []


def test_a_withdrawn_article_goes_and_a_changed_one_is_replaced(running: servers.Running, remote: Remote, store: Store):
    assert len(named_graphs(running)) == len(ARTICLES)
    changed = store_of(article(county=PEAK), *ARTICLES[2:])
    done = push(changed, running.store, login=running.login)
    assert (done.sent, done.removed) == (2, 1)  # the first article and the union; the second article
    assert len(named_graphs(running)) == len(ARTICLES) - 1
    assert answer(remote, "alliances") == answer(changed, "alliances")
    push(store, running.store, login=running.login)
    assert answer(remote, "alliances") == answer(store, "alliances")


def test_a_push_that_broke_off_goes_on_where_it_stopped(
    running: servers.Running, remote: Remote, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = store_of(*ARTICLES, *(article(number=number, county=PEAK) for number in range(6, 10)))
    request, sent = Server.request, []

    def failing(self: Server, method: str, **rest: object) -> httpx.Response:
        graph = rest["params"].get("graph", "")
        if method == "PUT" and "article" in graph:
            sent.append(graph)
            if len(sent) == 3:
                raise ServerUnreachable("The line is cut.")
        return request(self, method, **rest)

    monkeypatch.setattr(Server, "request", failing)
    with pytest.raises(ServerUnreachable):
        push(more, running.store, login=running.login)
    monkeypatch.undo()
    assert push(more, running.store, login=running.login).sent == 3  # two articles and the union
    assert answer(remote, "alliances") == answer(more, "alliances")
    push(store, running.store, login=running.login)


def test_again_sends_what_is_unchanged_too(running: servers.Running, remote: Remote, store: Store) -> None:
    assert push(store, running.store, login=running.login, again=True).unchanged == 0


def test_progress_reaches_its_end(running: servers.Running, remote: Remote, store: Store) -> None:
    seen: list[tuple[int, int]] = []
    push(store, running.store, login=running.login, again=True, progress=lambda *told: seen.append(told))
    assert [done for done, _ in seen] == list(range(1, len(ARTICLES) + 3)) and seen[-1] == (len(seen), len(seen))


def test_a_union_too_large_for_one_request_goes_in_parts(
    running: servers.Running, remote: Remote, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pushing, "_CHUNK_TRIPLES", 100)
    seen: list[tuple[int, int]] = []
    push(store, running.store, login=running.login, again=True, progress=lambda *told: seen.append(told))
    assert len(seen) > len(ARTICLES) + 5
    assert answer(remote, "county") == answer(store, "county")


def test_other_graphs_of_the_server_stay(running: servers.Running, remote: Remote, store: Store) -> None:
    server = Server(running.store, running.login)
    content, headers = b"<x:a> <x:b> <x:c> .\n", {"content-type": "application/n-triples"}
    server.request("PUT", params={"graph": "http://example.org/other"}, content=content, headers=headers)
    push(store_of(*ARTICLES[:1]), running.store, login=running.login)
    push(store, running.store, login=running.login)
    assert list(remote.query("SELECT ?o { GRAPH <http://example.org/other> { <x:a> <x:b> ?o } }"))


def test_a_default_graph_that_is_not_ours_is_left_alone(tmp_path: Path, store: Store) -> None:
    with servers.oxigraph(tmp_path) as running:
        content, headers = b"<x:a> <x:b> <x:c> .\n", {"content-type": "application/n-triples"}
        Server(running.store).request("PUT", params={"default": ""}, content=content, headers=headers)
        with pytest.raises(GraphTaken, match="--union named"):
            push(store, running.store)
        assert push(store, running.store, union="named").union.endswith("/union")
        remote = Remote(running.query)
        assert answer(remote, "alliances") == answer(store, "alliances")
        assert list(Remote(running.query, default_graph="").query("SELECT ?o { <x:a> <x:b> ?o }"))


def test_an_address_that_names_one_graph_is_refused_and_left_as_it_was(tmp_path: Path, store: Store) -> None:
    with servers.oxigraph(tmp_path) as running:
        with pytest.raises(WrongAddress, match="one graph"):
            push(store, running.store + "/")
        assert list(Remote(running.query).query("SELECT * { GRAPH ?g { ?s ?p ?o } }")) == []


def test_a_wrong_login_is_refused(running: servers.Running, store: Store) -> None:
    if running.login is None:
        pytest.skip("Oxigraph's server asks for no login")
    with pytest.raises(LoginRefused, match="--user"):
        push(store, running.store)
    with pytest.raises(LoginRefused, match="check user and password"):
        push(store, running.store, login=Login(user="dba", password="wrong"))


def test_the_address_of_another_service_is_named_so(running: servers.Running, store: Store) -> None:
    with pytest.raises(WrongAddress, match="Graph Store"):
        push(store, running.query, login=running.login)
    with pytest.raises((WrongAddress, LoginRefused)):
        answer(Remote(running.store), "alliances")


# --- the commands


def test_kg_push_and_kg_query_speak_to_a_server(kg, sample_build, running: servers.Running, monkeypatch) -> None:
    out = sample_build[0]
    if running.login:
        monkeypatch.setenv("KG_USER", running.login.user)
        monkeypatch.setenv("KG_PASSWORD", running.login.password)
    first = kg("push", running.store, "-g", out)
    assert first.returncode == 0, first.stderr
    second = kg("push", running.store, "-g", out)
    assert "Graphs sent: 0 " in second.stdout and second.stderr == ""
    for form in ("table", "csv", "json", "markdown"):
        here, there = (
            kg("query", "alliances", *where, "--format", form) for where in (("-g", out), ("--endpoint", running.query))
        )
        assert there.returncode == 0, there.stderr
        assert there.stdout == here.stdout


def test_wrong_use_of_the_options_is_named(kg, sample_build) -> None:
    for arguments in (
        ("query", "alliances", "--default-graph", "x:y", "-g", sample_build[0]),
        ("query", "alliances", "--user", "me", "-g", sample_build[0]),
        ("query", "alliances", "--endpoint", "http://127.0.0.1:1/", "-g", sample_build[0]),
        ("push", "http://127.0.0.1:1/", "--user", "me", "--token", "x", "-g", sample_build[0]),
        ("push", "http://127.0.0.1:1/", "--password", "x", "-g", sample_build[0]),
        ("push", "http://127.0.0.1:1/store", "-g", sample_build[0]),
    ):
        done = kg(*arguments)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), arguments
