"""Serialisation: the same triples give the same bytes, in Turtle that reads well.

Triples are sorted by subject, the class first, and the data's own IRIs are written relative to ``@base``: Turtle's
prefixed names allow neither curly quotes nor dashes, which these names are full of, and the parsers disagree on
escaped ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from pyoxigraph import Quad, RdfFormat, Triple, serialize

from kg.graph.iri import BASE
from kg.graph.jsonld import to_jsonld
from kg.graph.vocab import PREFIXES, RDF, RDFS
from kg.writing import write_bytes

_FIRST = {RDF.type.value: 0, RDFS.label.value: 1}
_HEADER = re.compile(rb"\A(?:@(?:base|prefix)[^\n]*\n)*")
_NOT_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


class UnknownFormat(ValueError):
    """A file name whose ending names no RDF format."""


class NotWritable(ValueError):
    """Data that the chosen format cannot hold."""


def to_turtle(triples: Iterable[Triple], base: str = BASE) -> bytes:
    """Return Turtle, UTF-8: sorted, grouped by subject, one blank line between subjects.

    :param triples: in any order; repeated ones count once.
    :param base: IRIs under it are written relative to it.
    """
    body = _body(serialize(_sorted_triples(triples), format=RdfFormat.TURTLE, prefixes=PREFIXES, base_iri=base))
    return _header(base, body) + b"\n" + re.sub(rb"\n(?=[^\t\n])", b"\n\n", body)


def to_trig(quads: Iterable[Quad], base: str = BASE) -> bytes:
    """Return TriG, UTF-8: sorted by graph, then like Turtle."""
    ordered = _sorted_quads(quads)
    body = _body(serialize(ordered, format=RdfFormat.TRIG, prefixes=PREFIXES, base_iri=base))
    return _header(base, body) + b"\n" + body


def to_ntriples(triples: Iterable[Triple]) -> bytes:
    """Return sorted canonical N-Triples."""
    return serialize(_sorted_triples(triples), format=RdfFormat.N_TRIPLES)


def to_nquads(quads: Iterable[Quad]) -> bytes:
    """Return sorted canonical N-Quads, one named graph an article."""
    return serialize(_sorted_quads(quads), format=RdfFormat.N_QUADS)


def to_rdfxml(triples: Iterable[Triple]) -> bytes:
    """Return RDF/XML of the sorted triples.

    :raises NotWritable: if a text holds a control character, which XML 1.0 (section 2.2) cannot.
    """
    ordered = _sorted_triples(triples)
    for triple in ordered:
        if _NOT_XML.search(triple.object.value):
            raise NotWritable(f"RDF/XML cannot hold a control character of {triple.subject}; export .ttl or .nt.")
    return serialize(ordered, format=RdfFormat.RDF_XML, prefixes=PREFIXES)


def write_rdf(quads: Iterable[Quad], file: str | Path, base: str = BASE) -> None:
    """Write ``quads`` to ``file`` in the format its ending names; the file is whole or as it was.

    ``.nq`` and ``.trig`` keep the named graphs, ``.ttl``, ``.nt``, ``.jsonld`` and ``.rdf`` hold their union.

    :raises UnknownFormat: if the ending is none of these.
    :raises NotWritable: if the format cannot hold the data.
    """
    path = Path(file)
    write_bytes(path, _writer(path.suffix.lower(), base)(quads))


def _writer(suffix: str, base: str) -> Callable[[Iterable[Quad]], bytes]:
    writers: dict[str, Callable[[Iterable[Quad]], bytes]] = {
        ".ttl": lambda quads: to_turtle((quad.triple for quad in quads), base),
        ".nt": lambda quads: to_ntriples(quad.triple for quad in quads),
        ".jsonld": lambda quads: to_jsonld((quad.triple for quad in quads), base),
        ".rdf": lambda quads: to_rdfxml(quad.triple for quad in quads),
        ".nq": to_nquads,
        ".trig": lambda quads: to_trig(quads, base),
    }
    if suffix not in writers:
        raise UnknownFormat(f"No RDF format is called {suffix or 'nothing'!r}; use one of {' '.join(writers)}.")
    return writers[suffix]


def _sorted_triples(triples: Iterable[Triple]) -> list[Triple]:
    return sorted(set(triples), key=_reading_order)


def _sorted_quads(quads: Iterable[Quad]) -> list[Quad]:
    return sorted(set(quads), key=lambda quad: (str(quad.graph_name), _reading_order(quad)))


def _reading_order(triple: Triple | Quad) -> tuple[str, int, str, str]:
    """Return the sort key: by subject, its class and label before the rest."""
    predicate = triple.predicate.value
    return str(triple.subject), _FIRST.get(predicate, 2), predicate, str(triple.object)


def _body(turtle: bytes) -> bytes:
    """Return what follows the serialiser's own header, whose prefixes come in no order and relative to the base."""
    return _HEADER.sub(b"", turtle, count=1)


def _header(base: str, body: bytes) -> bytes:
    used = [(name, iri) for name, iri in sorted(PREFIXES.items()) if re.search(rf"\b{name}:".encode(), body)]
    lines = [f"@base <{base}> .", *(f"@prefix {name}: <{iri}> ." for name, iri in used)]
    return ("\n".join(lines) + "\n").encode()
