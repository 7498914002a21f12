"""The formats of answers: their names, media types, and how an answer is written in them.

Solutions and truth values follow SPARQL 1.1 Query Results JSON, XML, CSV and TSV, to the letter and for programs:
unlike ``kg query --format csv`` no cell is guarded against spreadsheets.  Graphs are sorted, so that the same
answer gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, QueryResultsFormat, RdfFormat, Triple, parse_query_results

from kg.graph import turtle
from kg.graph.answers import Solutions, to_json
from kg.graph.jsonld import to_jsonld
from kg.serving.negotiation import choose


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """A format: its name in ``?format=`` and as a suffix, and its media types, the standard's own first."""

    name: str
    title: str
    media: tuple[str, ...]
    unique: str
    """IRI of the format (W3C, Unique URIs for File Formats)."""


_W3 = "http://www.w3.org/ns/formats/"
SOLUTIONS = (
    Format(
        name="json",
        title="JSON",
        media=("application/sparql-results+json", "application/json"),
        unique=_W3 + "SPARQL_Results_JSON",
    ),
    Format(
        name="xml",
        title="XML",
        media=("application/sparql-results+xml", "application/xml", "text/xml"),
        unique=_W3 + "SPARQL_Results_XML",
    ),
    Format(name="csv", title="CSV", media=("text/csv",), unique=_W3 + "SPARQL_Results_CSV"),
    Format(name="tsv", title="TSV", media=("text/tab-separated-values",), unique=_W3 + "SPARQL_Results_TSV"),
)
"""What answers to SELECT and ASK are written in, the default first."""
GRAPHS = (
    Format(
        name="ttl",
        title="Turtle",
        media=("text/turtle", "application/turtle", "application/x-turtle", "text/n3", "text/rdf+n3"),
        unique=_W3 + "Turtle",
    ),
    Format(name="nt", title="N-Triples", media=("application/n-triples", "text/plain"), unique=_W3 + "N-Triples"),
    Format(name="jsonld", title="JSON-LD", media=("application/ld+json", "application/json"), unique=_W3 + "JSON-LD"),
    Format(
        name="rdf",
        title="RDF/XML",
        media=("application/rdf+xml", "application/xml", "text/xml"),
        unique=_W3 + "RDF_XML",
    ),
)
"""What graphs are written in, the default first."""
HTML = "text/html"

_RESULTS = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
_NOT_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_PLAIN = (NamedNode, Literal)
_SYNONYMS = {"ntriples": "nt", "json-ld": "jsonld", "rdfxml": "rdf"}
_TEXT = ("text/", "application/n-triples", "application/sparql-results+xml", "application/rdf+xml")


def media_types(formats: Sequence[Format]) -> list[str]:
    """Return all media types of ``formats``, those of the standards before their synonyms."""
    return [format.media[0] for format in formats] + [media for format in formats for media in format.media[1:]]


def find_format(formats: Sequence[Format], asked: str) -> Format | None:
    """Return the format called ``asked``: a name, a media type or the end of one; None where none is called so."""
    name = asked.strip().lower()
    name = _SYNONYMS.get(name, name)
    names = {name, f"application/{name}", f"text/{name}"}
    return next((format for format in formats if names & {format.name, *format.media}), None)


def negotiate(formats: Sequence[Format], accept: str) -> tuple[Format, str] | None:
    """Return the format that ``accept`` wants most and the media type by which it is called there."""
    media = choose(accept, media_types(formats))
    return None if media is None else (next(format for format in formats if media in format.media), media)


def content_type(media: str) -> str:
    """Return the Content-Type of UTF-8 text of the media type ``media``; JSON has no charset (RFC 8259, 11)."""
    return f"{media}; charset=utf-8" if media.startswith(_TEXT) else media


def write_solutions(result: Solutions | bool, name: str) -> bytes:
    """Return the answer to SELECT or ASK in the format called ``name``; Oxigraph writes all but JSON.

    :raises NotWritable: if the answer holds what XML 1.0 (section 2.2) cannot.
    """
    json = to_json(result).encode("utf-8")
    if name == "json":
        return json
    body = parse_query_results(json, format=QueryResultsFormat.JSON).serialize(format=_RESULTS[name]) or b""
    if name == "xml" and _NOT_XML.search(body):
        raise turtle.NotWritable("XML cannot hold a control character of the answer; ask for JSON, CSV or TSV.")
    return body


def write_triples(triples: Sequence[Triple], name: str, base: str) -> bytes:
    """Return a graph in the format called ``name``.

    :param base: Turtle writes the IRIs under it relative to it.
    :raises NotWritable: if the graph holds what the format cannot.
    """
    if name == "ttl":
        return turtle.to_turtle(triples, base)
    if name == "jsonld" and all(isinstance(term, _PLAIN) for triple in triples for term in triple):
        return to_jsonld(triples, base)
    if name == "jsonld":  # a visitor's CONSTRUCT may make blank nodes, which the graph itself has none of
        return turtle.to_bytes(triples, RdfFormat.JSON_LD)
    return {"nt": turtle.to_ntriples, "rdf": turtle.to_rdfxml}[name](triples)
