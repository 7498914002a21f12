"""A graph in another server: the same answers there as here."""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx
import pytest
import servers
from pyoxigraph import Store
from servers import ARTICLES, store_of

from kg.graph.answers import Solutions, answer, read_answer
from kg.graph.pushing import push
from kg.graph.questions import MalformedQuery, RefusedQuery, query, question, questions
from kg.graph.remote import CutShort, Remote
from kg.views.network import to_network

PARAMETERS = {
    "county": "云溪",
    "other": "石峰区",
    "status": "all",
    "name": "“",
    "practice": "",
    "minimum": "1",
    "type": "Mechanism",
    "since": "2031-01-01",
    "until": "2031-12-31",
    "unit": "户",
    "of": "农",
}


@pytest.fixture(scope="module", params=servers.NAMES)
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Running]:
    start = getattr(servers, request.param)
    with start(tmp_path_factory.mktemp(request.param)) as server:
        yield server


@pytest.fixture(scope="module")
def store() -> Store:
    return store_of(*ARTICLES, tallied=True)


@pytest.fixture(scope="module")
def remote(running: servers.Running, store: Store) -> Remote:
    """An endpoint that holds the graph of ``store``."""
    push(store, running.store, login=running.login)
    return Remote(running.query)


@pytest.mark.parametrize("name", [each.name for each in questions()])
def test_the_first_rows_and_the_total_of_every_canned_question_are_the_same_there(
    remote: Remote, store: Store, name: str
) -> None:
    here, there = answer(store, name, limit=2), answer(remote, name, limit=2)
    assert isinstance(here, Solutions) and isinstance(there, Solutions)
    assert (there.total, there.coverage) == (here.total, here.coverage)
    assert len(there.rows) == len(here.rows) == min(2, here.total)


@pytest.mark.parametrize("name", [each.name for each in questions()])
def test_every_canned_question_answers_the_same_there_with_and_without_parameters(
    remote: Remote, store: Store, name: str
) -> None:
    taken = {parameter.name: PARAMETERS[parameter.name] for parameter in question(name).parameters}
    for values in ({}, taken):
        here, there = answer(store, name, values), answer(remote, name, values)
        assert isinstance(here, Solutions) and isinstance(there, Solutions)
        assert here == there, values
        assert here.coverage == there.coverage, values
        assert here.rows or name in ("documents", "platforms", "slogans", "programmes") or values


@pytest.mark.parametrize("value", ['“青禾” } ; DROP ALL # \\" ?x', "联盟", "\\", "'"])
def test_a_value_is_a_text_there_too(remote: Remote, store: Store, value: str) -> None:
    assert answer(remote, "evidence", {"name": value}) == answer(store, "evidence", {"name": value})


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?county (COUNT(?i) AS ?n) { ?county dj:undertakes ?i } GROUP BY ?county ORDER BY ?county",
        "SELECT ?value ?about { ?f dj:value ?value ; dj:approximate ?about } ORDER BY ?value",
        "# why\nPREFIX x: <https://w3id.org/dangjian/ontology#> SELECT ?g { GRAPH ?g { ?a a x:Alliance } } ORDER BY ?g",
        "ASK { ?a a dj:Alliance }",
        "ASK { ?a a dj:Prefecture ; a dj:Alliance }",
    ],
)
def test_free_queries_answer_the_same_there(remote: Remote, store: Store, text: str) -> None:
    here, there = read_answer(query(store, text)), read_answer(query(remote, text))
    if "GRAPH" in text and isinstance(there, Solutions):
        kept = tuple(row for row in there.rows if not row[0].value.endswith("/union"))
        there = Solutions(variables=there.variables, rows=kept)
    assert here == there


def test_a_construct_gives_the_same_triples_there(remote: Remote, store: Store) -> None:
    text = "CONSTRUCT { ?c rdfs:label ?l } { ?c a dj:County ; rdfs:label ?l }"
    assert set(read_answer(query(store, text))) == set(read_answer(query(remote, text)))


def test_the_network_drawn_from_an_endpoint_is_the_same(remote: Remote, store: Store) -> None:
    assert nx.utils.graphs_equal(to_network(remote), to_network(store))


def test_what_is_refused_here_is_not_sent_there(remote: Remote) -> None:
    with pytest.raises(RefusedQuery):
        query(remote, "DELETE WHERE { ?s ?p ?o }")
    with pytest.raises(MalformedQuery):
        query(remote, "SELEC")


def test_an_answer_that_the_server_cut_off_is_no_answer(running: servers.Running, remote: Remote) -> None:
    if running.login is None:
        pytest.skip("Oxigraph's server has no limit of rows")
    with pytest.raises(CutShort, match="LIMIT"):
        query(remote, "SELECT * { ?a ?p ?o . ?b a ?c }")
