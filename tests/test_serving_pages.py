"""Linked data and pages: every IRI has an address, for people and programs, and nothing else is served."""

from __future__ import annotations

import re
import socket
from urllib.parse import quote

import pytest
import rdflib
from pyoxigraph import NamedNode
from serving_site import Site
from views_sample import HOSTILE, hostile_page, to_store

from kg.graph.iri import BASE
from kg.graph.store import open_store
from kg.graph.vocab import DJ
from kg.serving.addresses import Addresses, split_suffix
from kg.serving.negotiation import choose
from kg.serving.pages import render
from kg.serving.server import bind
from kg.serving.snapshot import describe
from kg.serving.things import exists, find_thing, find_triples

ALLIANCE = "alliance/370832/全域产业党建联盟"
ELSEWHERE = {DJ.iri, f"{DJ.iri.rstrip('#')}/0.1.0"}
"""The ontology's namespace, which /ontology describes, and its version, which nothing describes."""
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture(scope="module")
def site(sample_build):
    found = Site(sample_build[0])
    yield found
    found.stop()


@pytest.fixture(scope="module")
def store(sample_build):
    return open_store(sample_build[0])


def path_of(name: str) -> str:
    return "/id/" + quote(name)


def test_every_iri_of_the_graph_has_an_address_and_back(store):
    addresses = Addresses(BASE)
    terms = {term for quad in store for term in (quad.subject, quad.predicate, quad.object)}
    iris = {term.value for term in terms if isinstance(term, NamedNode)}
    own = sorted(iri for iri in iris if iri.startswith("https://w3id.org/dangjian/") and exists(store, iri))
    assert len(own) > 1000
    found = {iri: addresses.to_iri(addresses.to_path(iri) or "") for iri in own}
    assert {iri for iri in own if found[iri] != iri} <= ELSEWHERE


@pytest.mark.parametrize(
    ("accept", "media", "suffix"),
    [
        (BROWSER, "text/html", ".html"),
        ("*/*", "text/turtle", ".ttl"),
        ("text/turtle", "text/turtle", ".ttl"),
        ("application/ld+json", "application/ld+json", ".jsonld"),
        ("application/n-triples", "application/n-triples", ".nt"),
        ("text/html;q=0.2, text/turtle;q=0.9", "text/turtle", ".ttl"),
    ],
)
def test_a_thing_is_described_in_the_format_that_is_asked(site: Site, accept: str, media: str, suffix: str):
    answer = site.get(path_of(ALLIANCE), accept)
    assert (answer.status, answer.media) == (200, media)
    assert answer.headers["content-location"] == path_of(ALLIANCE) + suffix
    assert f'<{BASE}{quote(ALLIANCE)}>; rel="describes"' in answer.headers["link"]
    named = site.get(answer.headers["content-location"], "image/png")
    assert (named.status, named.media, named.body) == (200, media, answer.body)


def test_a_description_holds_both_directions_and_the_evidence(site: Site):
    texts = {"turtle": ".ttl", "json-ld": ".jsonld", "nt": ".nt"}
    graphs = [
        rdflib.Graph().parse(data=site.get(path_of(ALLIANCE) + suffix).text, format=form)
        for form, suffix in texts.items()
    ]
    assert set(graphs[0]) == set(graphs[1]) == set(graphs[2])
    thing, dj = rdflib.URIRef(BASE + ALLIANCE), rdflib.Namespace(DJ.iri)
    assert (rdflib.URIRef(BASE + "county/370832/梁山县"), dj.usesAlliance, thing) in graphs[0]
    mentions = set(graphs[0].subjects(dj.refersTo, thing))
    assert mentions
    assert all(graphs[0].value(mention, dj.sentence) for mention in mentions)


def test_a_page_shows_labels_statements_and_marked_sentences(site: Site):
    page = site.get(path_of(ALLIANCE) + ".html").text
    assert "<title>全域产业党建联盟</title>" in page
    assert '<mark class="Alliance">全域产业党建联盟</mark>' in page
    assert f'href="{path_of("county/370832/梁山县")}"' in page
    assert 'data-word="in.usesAlliance"' in page
    assert BASE + ALLIANCE in page


def test_every_link_of_a_page_leads_somewhere_on_the_site(site: Site):
    things = (path_of(ALLIANCE), path_of("county/370832/梁山县"))
    for start in ("/", "/about", "/ontology", *things, "/sparql?question=alliances"):
        page = site.get(start, BROWSER).text
        links = set(re.findall(r'(?:href|action|src)="([^"]*)"', page))
        assert len(links) >= 3
        assert all(link.startswith("/") and not link.startswith("//") for link in links)
        for link in sorted(links)[:12]:
            assert site.get(link.replace("&amp;", "&"), BROWSER).status == 200, link


def test_vocabulary_terms_practices_and_themes_have_pages(site: Site):
    assert "dj:usesAlliance" in site.get("/ontology", BROWSER).text
    assert site.get("/ontology.ttl", BROWSER).media == "text/turtle"
    graph = rdflib.Graph().parse(data=site.get("/ontology").text, format="turtle")
    assert (rdflib.URIRef(DJ.iri + "Alliance"), rdflib.RDFS.label, rdflib.Literal("联盟", "zh")) in graph
    for path in ("/ontology/usesAlliance", "/practice", "/theme", "/theme/urban-communities"):
        assert site.get(path, BROWSER).status == 200
        assert site.get(path + ".ttl").media == "text/turtle"


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/id/",
        "/id/alliance/370832/nothing",
        "/id/%FF%FE",
        "/id/../../etc/passwd",
        "/id/..%2F..%2Fetc%2Fpasswd",
        "/id/%2e%2e/%2e%2e/etc/passwd",
        "/../../etc/passwd",
        "/graph.ttl",
        "/cache.sqlite",
        "/store/CURRENT",
        "/..%2fcache.sqlite",
        "/id/<script>alert(1)</script>",
        "/id/alliance/370832/%00",
        "/ontology/nothing",
        "/ontology.exe",
        "/ontology.ttl.ttl",
        "//example.com/",
    ],
)
def test_what_is_not_there_is_a_clear_404_and_nothing_of_the_disk(site: Site, path: str):
    for accept in (BROWSER, "*/*"):
        with socket.create_connection(("127.0.0.1", site.port)) as connection:
            head = (
                f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nAccept: {accept}\r\nConnection: close\r\n\r\n"
            )
            connection.sendall(head.encode())
            said = b"".join(iter(lambda: connection.recv(65536), b""))
        assert said.startswith(b"HTTP/1.1 404")
        assert b"root:x:" not in said and b"SQLite format" not in said
        assert b"<script>alert" not in said


def test_an_entity_whose_name_ends_like_a_suffix_is_found_by_its_name():
    assert split_suffix("/id/page/a.ttl.html") == ("/id/page/a.ttl", ".html")
    assert split_suffix("/id/page/.ttl") == ("/id/page/.ttl", "")


def test_the_words_of_a_hostile_page_are_shown_and_never_run():
    store = to_store(hostile_page())
    build = describe(store)
    subjects = {quad.subject.value for quad in store if quad.subject.value.startswith(BASE)}
    assert len(subjects) > 5
    shown = 0
    for iri in sorted(subjects):
        page = render("thing.html", build, thing=find_thing(store, iri), path="/id/x", listed=60)
        body = page[page.index("<header") : page.index('<script type="application/json"')]
        assert "<script" not in body and "<img" not in body
        assert not re.search(r"<[^>]*\son\w+=", body)
        shown += "&lt;" in body
        assert find_triples(store, iri)[0]
    assert shown
    assert HOSTILE


def test_pages_say_only_what_the_policy_allows(site: Site):
    for path in ("/", "/about", "/sparql", "/ontology", path_of(ALLIANCE), "/nothing"):
        answer = site.get(path, BROWSER)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert not re.search(r"<[^>]*\s(?:on\w+|style)=", answer.text.partition("<body>")[2])
    for answer in (site.get("/graph.html"), site.get("/report.html"), site.get("/sparql"), site.get("/nothing")):
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert not any(name.startswith("access-control-") for name in answer.headers)


@pytest.mark.parametrize("host", ["127.0.0.1:{}", "localhost:{}", "[::1]:{}", "LOCALHOST:{}"])
def test_the_server_answers_to_its_own_names(site: Site, host: str):
    assert site.get("/", Host=host.format(site.port)).status == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example:{}", "127.0.0.1", "127.0.0.1:1", "localhost.evil.example:{}", "127.0.0.1:{}@evil.example", ""],
)
def test_a_name_pointed_at_this_machine_is_misdirected(site: Site, host: str):
    assert site.get("/sparql?query=ASK{}", Host=host.format(site.port)).status == 421


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost:1"}, 403),
        ({"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors"}, 403),
        ({"Sec_Fetch_Site": "same-site", "Sec_Fetch_Mode": "cors"}, 403),
        ({"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate"}, 200),
        ({"Sec_Fetch_Site": "same-origin", "Sec_Fetch_Mode": "cors"}, 200),
        ({"Sec_Fetch_Site": "none", "Sec_Fetch_Mode": "navigate"}, 200),
    ],
)
def test_other_sites_may_link_here_and_no_more(site: Site, headers: dict[str, str], status: int):
    assert site.get("/sparql?query=ASK{}", **headers).status == status


def test_the_own_pages_may_post(site: Site):
    for origin in (f"http://127.0.0.1:{site.port}", f"http://localhost:{site.port}"):
        answer = site.send("POST", "/sparql", "ASK {}", Origin=origin, Content_Type="application/sparql-query")
        assert answer.status == 200


def test_the_server_says_which_build_it_serves(site: Site):
    build = site.get("/").headers["graph-build"]
    assert re.fullmatch("[0-9a-f]{12}", build)
    assert build in site.get("/about").text
    assert build in site.get("/sparql").text


def test_the_server_listens_on_the_loopback_interface_only():
    with bind(0) as listening:
        assert listening.getsockname()[0] == "127.0.0.1"


@pytest.mark.parametrize(
    ("accept", "offers", "chosen"),
    [
        ("", ["a/b", "a/c"], "a/b"),
        ("a/*;q=0.5, a/c", ["a/b", "a/c"], "a/c"),
        ("*/*;q=0.9, a/b;q=0", ["a/b", "a/c"], "a/c"),
        ("a/b;q=2", ["a/b"], None),
        ("a/b;level=1;q=0.4, a/c;q=0.3", ["a/c", "a/b"], "a/b"),
        ("x/y", ["a/b"], None),
        (", ,;;,/", ["a/b"], None),
    ],
)
def test_the_most_wanted_offer_is_chosen(accept: str, offers: list[str], chosen: str | None):
    assert choose(accept, offers) == chosen
