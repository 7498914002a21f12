"""What the endpoint says of itself (SPARQL 1.1 Service Description)."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from kg.graph.vocab import DCTERMS, DJ, RDF, VOID, XSD, Vocabulary
from kg.serving.formats import GRAPHS, SOLUTIONS
from kg.serving.snapshot import Build

SD = Vocabulary(
    "http://www.w3.org/ns/sparql-service-description#",
    "Dataset Graph SPARQL11Query Service defaultDataset defaultGraph endpoint resultFormat supportedLanguage",
)


def to_triples(endpoint: str, build: Build, seconds: float, rows: int) -> Iterator[Triple]:
    """Yield the description of the endpoint at the address ``endpoint``; it has no blank nodes."""
    service, dataset, graph = (NamedNode(f"{endpoint}#{name}") for name in ("service", "dataset", "graph"))
    limits = f"Read-only; a query may take {seconds:g} seconds and an answer hold {rows} rows."
    yield Triple(service, RDF.type, SD.Service)
    yield Triple(service, SD.endpoint, NamedNode(endpoint))
    yield Triple(service, SD.supportedLanguage, SD.SPARQL11Query)
    yield Triple(service, DCTERMS.description, Literal(limits, language="en"))
    for format in (*SOLUTIONS, *GRAPHS):
        yield Triple(service, SD.resultFormat, NamedNode(format.unique))
    yield Triple(service, SD.defaultDataset, dataset)
    yield Triple(dataset, RDF.type, SD.Dataset)
    yield Triple(dataset, SD.defaultGraph, graph)
    yield Triple(dataset, DCTERMS.identifier, Literal(build.id))
    yield Triple(dataset, VOID.uriSpace, Literal(build.base))
    yield Triple(dataset, VOID.vocabulary, NamedNode(DJ.iri))
    yield Triple(graph, RDF.type, SD.Graph)
    yield Triple(graph, VOID.triples, Literal(str(build.triples), datatype=XSD.integer))
