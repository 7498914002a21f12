"""The SPARQL endpoint as programs use it: protocol, formats, limits."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from serving_site import Site

SELECT = "SELECT ?name { ?a a dj:Alliance ; rdfs:label ?name } ORDER BY ?name"
GRAPH = "CONSTRUCT { ?a rdfs:label ?name } WHERE { ?a a dj:Alliance ; rdfs:label ?name }"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
JSON = "application/sparql-results+json"


@pytest.fixture(scope="module")
def site(sample_build):
    found = Site(sample_build[0], "--rows", 50)
    yield found
    found.stop()


def test_a_query_comes_by_get_by_form_and_as_itself(site: Site):
    answers = [
        site.query(SELECT),
        site.send(
            "POST",
            "/sparql",
            urlencode({"query": SELECT}),
            Accept=JSON,
            Content_Type="application/x-www-form-urlencoded",
        ),
        site.send("POST", "/sparql", SELECT, Accept=JSON, Content_Type="application/sparql-query; charset=utf-8"),
    ]
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
    names = [row["name"]["value"] for row in json.loads(answers[0].body)["results"]["bindings"]]
    assert "全域产业党建联盟" in names


@pytest.mark.parametrize(
    ("query", "accept", "media"),
    [
        (SELECT, "*/*", JSON),
        (SELECT, "", JSON),
        (SELECT, "application/json", "application/json"),
        (SELECT, "application/sparql-results+xml", "application/sparql-results+xml"),
        (SELECT, "application/xml", "application/xml"),
        (SELECT, "text/csv", "text/csv"),
        (SELECT, "text/tab-separated-values", "text/tab-separated-values"),
        (SELECT, "text/csv;q=0.3, application/sparql-results+xml;q=0.8", "application/sparql-results+xml"),
        (SELECT, "text/csv;q=0, */*;q=0.1", JSON),
        (SELECT, "text/*", "text/csv"),
        (SELECT, "TEXT/CSV; Q=0.9", "text/csv"),
        (SELECT, "nonsense, text/csv", "text/csv"),
        (SELECT, "text/turtle, text/csv;q=0.1", "text/csv"),
        (SELECT, BROWSER, "text/html"),
        ("ASK {}", "text/csv", "text/csv"),
        ("ASK {}", "application/sparql-results+xml", "application/sparql-results+xml"),
        ("ASK {}", BROWSER, "text/html"),
        (GRAPH, "*/*", "text/turtle"),
        (GRAPH, "application/n-triples", "application/n-triples"),
        (GRAPH, "application/ld+json", "application/ld+json"),
        (GRAPH, "application/rdf+xml", "application/rdf+xml"),
        (GRAPH, "application/rdf+xml;q=0.5, text/turtle;q=0.9", "text/turtle"),
        (GRAPH, f"{JSON}, application/n-triples;q=0.2", "application/n-triples"),
        (GRAPH, BROWSER, "text/html"),
    ],
)
def test_the_accept_header_chooses_the_format(site: Site, query: str, accept: str, media: str):
    answer = site.query(query, accept)
    assert (answer.status, answer.media) == (200, media)
    assert "Accept" in answer.headers["vary"]


@pytest.mark.parametrize("query, accept", [(SELECT, "text/turtle"), (GRAPH, "text/csv"), (SELECT, "image/png")])
def test_a_format_that_cannot_hold_the_answer_is_not_acceptable(site: Site, query: str, accept: str):
    answer = site.query(query, accept)
    assert answer.status == 406
    assert "ask for it as" in answer.text or "formats are" in answer.text


@pytest.mark.parametrize(
    "query, name, media",
    [
        (SELECT, "json", JSON),
        (SELECT, "xml", "application/sparql-results+xml"),
        (SELECT, "csv", "text/csv"),
        (SELECT, "tsv", "text/tab-separated-values"),
        (SELECT, "text/csv", "text/csv"),
        (SELECT, "html", "text/html"),
        (GRAPH, "ttl", "text/turtle"),
        (GRAPH, "turtle", "text/turtle"),
        (GRAPH, "nt", "application/n-triples"),
        (GRAPH, "jsonld", "application/ld+json"),
        (GRAPH, "rdf", "application/rdf+xml"),
    ],
)
def test_a_format_by_name_goes_before_the_accept_header(site: Site, query: str, name: str, media: str):
    answer = site.query(query, BROWSER, format=name)
    assert (answer.status, answer.media) == (200, media)


def test_graphs_are_the_same_in_every_format(site: Site):
    formats = {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld", "rdf": "xml"}
    graphs = [rdflib.Graph().parse(data=site.query(GRAPH, format=f).text, format=p) for f, p in formats.items()]
    assert len(graphs[0]) > 3
    assert all(set(graph) == set(graphs[0]) for graph in graphs)


def test_an_answer_without_quotes_is_csv_and_tsv_of_the_standard(site: Site):
    query = 'SELECT ?a ?b { VALUES (?a ?b) { ("=1+1" <https://x.example/>) ("二,\\"三\\"" UNDEF) } }'
    assert site.query(query, "text/csv").text == 'a,b\r\n=1+1,https://x.example/\r\n"二,""三""",\r\n'
    lines = site.query(query, "text/tab-separated-values").text.splitlines()
    assert lines == ["?a\t?b", '"=1+1"\t<https://x.example/>', '"二,\\"三\\""\t']


def test_blank_nodes_of_a_query_are_written_in_every_format(site: Site):
    for name, form in {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld", "rdf": "xml"}.items():
        text = site.query("CONSTRUCT { _:a dj:of _:b . _:b dj:of 1 } WHERE {}", format=name).text
        assert len(rdflib.Graph().parse(data=text, format=form)) == 2


def test_a_control_character_is_said_not_to_fit_in_xml(site: Site):
    answer = site.query(r'SELECT ("a\u0001b" AS ?x) {}', format="xml")
    assert (answer.status, json.loads(site.query(r'SELECT ("a\u0001b" AS ?x) {}').body)["results"]["bindings"]) == (
        406,
        [{"x": {"type": "literal", "value": "a\x01b"}}],
    )


def test_the_page_of_a_canned_question_says_what_was_read_to_answer_it(site: Site):
    page = site.get("/sparql?question=alliances", BROWSER).text
    assert "Absence of news is not absence of work." in page
    assert "Absence of news" not in site.query(SELECT, BROWSER).text


def test_a_canned_question_is_asked_by_name(site: Site):
    answer = site.get("/sparql?question=alliances", "text/csv")
    assert answer.text.startswith("county,alliance,lead,article,sentence")
    assert site.get("/sparql?question=nothing").status == 404


def test_rows_above_the_limit_are_cut_and_the_answer_says_so(site: Site):
    whole, cut = site.query("SELECT * { ?s ?p ?o } LIMIT 50"), site.query("SELECT * { ?s ?p ?o } LIMIT 51")
    assert "x-sparql-maxrows" not in whole.headers
    assert cut.headers["x-sparql-maxrows"] == "50"
    assert len(json.loads(cut.body)["results"]["bindings"]) == 50
    graph = site.query("CONSTRUCT WHERE { ?s ?p ?o }", "application/n-triples")
    assert graph.headers["x-sparql-maxrows"] == "50"
    assert graph.text.count("\n") == 50
    assert "notice" in site.query("SELECT * { ?s ?p ?o }", BROWSER).text


def test_without_a_query_programs_get_the_service_description(site: Site):
    answer = site.get("/sparql", "text/turtle, */*;q=0.1")
    graph = rdflib.Graph().parse(data=answer.text, format="turtle", publicID=site.address)
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    (service,) = graph.subjects(rdflib.RDF.type, sd.Service)
    assert graph.value(service, sd.endpoint) == rdflib.URIRef(f"{site.address}/sparql")
    assert graph.value(service, sd.supportedLanguage) == sd.SPARQL11Query
    assert len(set(graph.objects(service, sd.resultFormat))) == 8
    assert site.get("/sparql", "application/rdf+xml").media == "application/rdf+xml"


def test_without_a_query_browsers_get_a_form_with_prefixes_and_questions(site: Site):
    page = site.get("/sparql", BROWSER)
    assert page.media == "text/html"
    assert '<textarea id="query" name="query"' in page.text
    assert 'name="question" value="alliances"' in page.text
    assert "https://w3id.org/dangjian/ontology#" in page.text


def test_the_dataset_of_the_request_names_graphs_of_the_store(site: Site):
    (row,) = json.loads(site.query("SELECT ?g { GRAPH ?g { ?a a dj:Alliance } } ORDER BY ?g LIMIT 1").body)["results"][
        "bindings"
    ]
    graph = row["g"]["value"]
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    one = site.query(count, "text/csv", **{"default-graph-uri": graph}).text.split()[1]
    assert 0 < int(one) < int(site.query(count, "text/csv").text.split()[1])


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
@pytest.mark.parametrize("iri", ["file:///etc/passwd", "http://127.0.0.1:1/x", "https://w3id.org/dangjian/id/nothing"])
def test_no_graph_is_read_from_files_or_the_web(site: Site, name: str, iri: str):
    answer = site.query("SELECT * { ?s ?p ?o }", **{name: iri})
    assert answer.status == 400
    assert json.loads(answer.body)["error"] == "refused"
    assert "not in this store" in json.loads(answer.body)["message"]


@pytest.mark.parametrize(
    ("body", "media", "status"),
    [
        ("DELETE WHERE { ?s ?p ?o }", "application/sparql-update", 403),
        ("update=CLEAR+ALL", "application/x-www-form-urlencoded", 403),
        ("query=ASK%7B%7D&using-graph-uri=http://x.example/", "application/x-www-form-urlencoded", 403),
        ("query=CLEAR+ALL", "application/x-www-form-urlencoded", 400),
        ("", "application/x-www-form-urlencoded", 400),
        ("query=ASK%7B%7D&query=ASK%7B%7D", "application/x-www-form-urlencoded", 400),
        ("query=%FF", "application/x-www-form-urlencoded", 400),
        ("&".join(f"a{n}=1" for n in range(200)), "application/x-www-form-urlencoded", 400),
        ("ASK {}", "text/plain", 415),
        ("ASK {}", "multipart/form-data; boundary=x", 415),
    ],
)
def test_what_is_no_query_is_refused_with_a_sentence(site: Site, body: str, media: str, status: int):
    answer = site.send("POST", "/sparql", body, Content_Type=media)
    assert answer.status == status
    assert answer.media == "text/plain"
    assert answer.text.strip().endswith(".")


def test_too_long_requests_are_refused(site: Site):
    large = "ASK {} #" + "x" * 2**20
    assert site.send("POST", "/sparql", large, Content_Type="application/sparql-query").status == 413
    pieces = (b"x" * 2**16 for _ in range(40))
    assert site.send("POST", "/sparql", pieces, Content_Type="application/sparql-query").status == 413
    try:
        assert site.get("/sparql?query=" + "x" * 2**18).status in (400, 431)
    except ConnectionError:
        pass  # closed while the address was still being sent
    assert site.query("ASK {}").status == 200


def test_nothing_but_get_and_post_is_served(site: Site):
    assert site.send("HEAD", "/sparql").body == b""
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        assert site.send(method, "/sparql").status == 405


def test_rdflib_asks_the_endpoint(site: Site):
    graph = rdflib.Graph(SPARQLStore(f"{site.address}/sparql"))
    names = {str(row.name) for row in graph.query(f"PREFIX dj: <https://w3id.org/dangjian/ontology#> {SELECT}")}
    assert "全域产业党建联盟" in names
    assert graph.query("ASK { ?s ?p ?o }").askAnswer
    assert len(graph.query("CONSTRUCT WHERE { ?s rdfs:label ?o } LIMIT 7").graph) == 7


def test_sparqlwrapper_asks_the_endpoint_and_shows_its_messages(site: Site):
    wrapper = pytest.importorskip("SPARQLWrapper", reason="SPARQLWrapper is not installed")
    client = wrapper.SPARQLWrapper(f"{site.address}/sparql")
    for form in (wrapper.JSON, wrapper.XML, wrapper.CSV, wrapper.TSV):
        client.setReturnFormat(form)
        client.setQuery(SELECT)
        assert client.query().convert()
    for form in (wrapper.TURTLE, wrapper.N3, wrapper.RDFXML, wrapper.JSONLD):
        client.setReturnFormat(form)
        client.setQuery("PREFIX dj: <https://w3id.org/dangjian/ontology#> " + GRAPH)
        assert client.query().convert()
    client.setReturnFormat(wrapper.JSON)
    client.setMethod(wrapper.POST)
    client.setQuery("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }")
    with pytest.raises(wrapper.SPARQLExceptions.QueryBadFormed, match="SERVICE is refused"):
        client.query()
