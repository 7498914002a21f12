"""What a reader takes away as Turtle: the statements of the graph between the things that a page shows.

The page draws a county's line to what it does; the graph says it through the county's initiative too, and that is what
is handed on: statements of the store, none made up from the picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import networkx as nx
from pyoxigraph import Literal, NamedNode, Triple

from kg.graph.answers import answer
from kg.graph.queryable import Queryable
from kg.graph.turtle import to_turtle
from kg.graph.vocab import DJ, RDF
from kg.views.details import solutions

PROPERTIES = (
    "undertakes",
    "reports",
    "hasAlliance",
    "hasMechanism",
    "hasProgramme",
    "hasPlatform",
    "hasSlogan",
    "hasDocument",
    "involves",
    "theme",
    "usesAlliance",
    "usesMechanism",
    "runsProgramme",
    "operatesPlatform",
    "proclaimsSlogan",
    "issuesDocument",
    "appliesPractice",
    "pursuesTheme",
    "ledBy",
    "hasMember",
    "carriedOutBy",
    "practice",
)
"""Properties between things, initiatives and articles that a page hands on."""

_STATEMENTS = f"""SELECT DISTINCT ?subject ?property ?object {{
  VALUES ?property {{ {" ".join(DJ[name].value.join("<>") for name in PROPERTIES)} }} ?subject ?property ?object }}"""


def to_statements(store: Queryable, network: nx.MultiDiGraph, articles: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return ``base`` (of the data's IRIs), ``properties`` and ``triples``, numbers of subject, property and object.

    A thing has the number of its node; ``articles`` and then their ``initiatives`` are numbered on from there.
    """
    base = next((node.partition("/id/")[0] + "/id/" for node in network if "/id/" in node), "")
    hubs = {article: initiative for initiative, article in solutions(store, _REPORTS)}
    own = [f"{base}article/{article['id']}" for article in articles]
    initiatives = [hubs.get(article, "") for article in own]
    resources = [*network, *own, *initiatives]
    numbers = {iri: number for number, iri in enumerate(resources)}
    rows = sorted(
        (numbers[subject], PROPERTIES.index(iri.rpartition("#")[2]), numbers[object])
        for subject, iri, object in solutions(store, _STATEMENTS)
        if subject in numbers and object in numbers
    )
    return {
        "base": base,
        "properties": PROPERTIES,
        "initiatives": [initiative.removeprefix(base) for initiative in initiatives],
        "triples": [number for row in rows for number in row],
    }


_LABELS = """SELECT ?subject ?property ?value (LANG(?value) AS ?language) {
  VALUES ?property { rdf:type rdfs:label skos:prefLabel skos:altLabel dj:code dj:headline dj:sentence }
  ?subject ?property ?value }"""
_HUBS = "SELECT DISTINCT ?thing ?initiative ?county { ?initiative ?names ?thing . ?county dj:undertakes ?initiative }"
_REPORTS = "SELECT DISTINCT ?initiative ?article { ?article dj:reports ?initiative }"
_IN_ARTICLE = "SELECT DISTINCT ?subject ?article { ?subject dj:inArticle ?article }"


def to_subgraph(store: Queryable, iris: Iterable[str]) -> list[Triple]:
    """Return what the graph says between the things, articles and mentions ``iris``: classes, names and statements.

    The initiatives that join a county to a thing, both among ``iris``, come with it, and the articles that report them.
    """
    taken = set(iris)
    hubs = {hub for _, hub, county in solutions(store, _HUBS, taken) if county in taken}
    everything = taken | hubs | {article for _, article in solutions(store, _REPORTS, hubs)}
    within = [
        *solutions(store, _STATEMENTS, everything),
        *((mention, DJ.inArticle.value, article) for mention, article in solutions(store, _IN_ARTICLE, taken)),
    ]
    links = (Triple(*map(NamedNode, row)) for row in within if row[2] in everything)
    names = (
        Triple(
            NamedNode(subject),
            NamedNode(property),
            NamedNode(value) if property == RDF.type.value else Literal(value, language=language or None),
        )
        for subject, property, value, language in solutions(store, _LABELS, everything)
    )
    return [*links, *names]


def write_subgraph(store: Queryable, iris: Iterable[str], base: str) -> bytes:
    """Return ``to_subgraph`` as Turtle."""
    return to_turtle(to_subgraph(store, iris), base)


def write_answer(store: Queryable, name: str, values: Mapping[str, str], base: str) -> bytes:
    """Return as Turtle what the graph says between the things, articles and mentions of an answer.

    :raises UnknownQuestion: and the other errors of ``kg.graph.questions.ask``.
    """
    found = answer(store, name, values)
    return write_subgraph(store, {t.value for row in found.rows for t in row if isinstance(t, NamedNode)}, base)
