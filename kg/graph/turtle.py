"""Serialisation: the same triples give the same bytes, in Turtle that reads well.

Triples are sorted by subject, the class first, and the data's own IRIs are written relative to ``@base``: Turtle's
prefixed names allow neither curly quotes nor dashes, which these names are full of, and the parsers disagree on
escaped ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from heapq import merge
from io import BytesIO
from itertools import dropwhile, groupby, islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from pyoxigraph import Literal, Quad, RdfFormat, Triple, parse, serialize

from kg.graph.iri import BASE
from kg.graph.jsonld import to_jsonld
from kg.graph.vocab import PREFIXES, RDF, RDFS
from kg.writing import open_new_bytes

_FIRST = {f"> {RDF.type} ".encode(): b"> \x00 ", f"> {RDFS.label} ".encode(): b"> \x01 "}
"""The predicates that stand first, and what stands for them in a line that is sorted: characters that no IRI holds."""
_PREFIX = re.compile(rf"\b({'|'.join(sorted(PREFIXES))}):".encode())
_NOT_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")

_IN_MEMORY = 500_000
"""Statements that are sorted in memory, at about 0.7 kB each."""


class UnknownFormat(ValueError):
    """A file name whose ending names no RDF format."""


class NotWritable(ValueError):
    """Data that the chosen format cannot hold."""


def to_turtle(triples: Iterable[Triple], base: str = BASE) -> bytes:
    """Return Turtle, UTF-8: sorted, grouped by subject, one blank line between subjects.

    :param triples: in any order; repeated ones count once.
    :param base: IRIs under it are written relative to it.
    """
    file = BytesIO()
    _write_turtle(triples, file, base)
    return file.getvalue()


def to_trig(quads: Iterable[Quad], base: str = BASE) -> bytes:
    """Return TriG, UTF-8: sorted by graph, then like Turtle."""
    file = BytesIO()
    _write_trig(quads, file, base)
    return file.getvalue()


def to_bytes(statements: Iterable[Triple] | Iterable[Quad], format: RdfFormat) -> bytes:
    """Return statements in the order they have."""
    return serialize(statements, format=format) or b""


def to_ntriples(triples: Iterable[Triple]) -> bytes:
    """Return sorted canonical N-Triples."""
    return to_bytes(_sorted_triples(triples), RdfFormat.N_TRIPLES)


def to_nquads(quads: Iterable[Quad]) -> bytes:
    """Return sorted canonical N-Quads, one named graph an article."""
    return to_bytes(_sorted_quads(quads), RdfFormat.N_QUADS)


def to_rdfxml(triples: Iterable[Triple]) -> bytes:
    """Return RDF/XML of the sorted triples.

    :raises NotWritable: if a text holds a control character, which XML 1.0 (section 2.2) cannot.
    """
    file = BytesIO()
    _write_rdfxml(triples, file)
    return file.getvalue()


def write_rdf(quads: Iterable[Quad], file: str | Path, base: str = BASE) -> None:
    """Write ``quads`` to ``file`` in the format its ending names; the file is whole or as it was.

    ``.nq`` and ``.trig`` keep the named graphs, ``.ttl``, ``.nt``, ``.jsonld`` and ``.rdf`` hold their union.  All but
    ``.jsonld`` take a graph of any size: what does not fit in memory is sorted on disk.

    :raises UnknownFormat: if the ending is none of these.
    :raises NotWritable: if the format cannot hold the data.
    """
    path = Path(file)
    write = _writer(path.suffix.lower(), base)
    with open_new_bytes(path) as target:
        write(quads, target)


_Writer = Callable[[Iterable[Quad], BinaryIO], object]


def _writer(suffix: str, base: str) -> _Writer:
    writers: dict[str, _Writer] = {
        ".ttl": lambda quads, file: _write_turtle(_triples(quads), file, base),
        ".nt": lambda quads, file: serialize(_sorted_triples(_triples(quads)), file, format=RdfFormat.N_TRIPLES),
        ".jsonld": lambda quads, file: file.write(to_jsonld(_triples(quads), base)),
        ".rdf": lambda quads, file: _write_rdfxml(_triples(quads), file),
        ".nq": lambda quads, file: serialize(_sorted_quads(quads), file, format=RdfFormat.N_QUADS),
        ".trig": lambda quads, file: _write_trig(quads, file, base),
    }
    if suffix not in writers:
        raise UnknownFormat(f"No RDF format is called {suffix or 'nothing'!r}; use one of {' '.join(writers)}.")
    return writers[suffix]


def _write_turtle(triples: Iterable[Triple], file: BinaryIO, base: str) -> None:
    with TemporaryFile() as body:
        serialize(_sorted_triples(triples), body, format=RdfFormat.TURTLE, prefixes=PREFIXES, base_iri=base)
        file.write(_header(base, body) + b"\n")
        for number, line in enumerate(_body(body)):
            begins_subject = number and not line.startswith((b"\t", b"\n"))
            file.write(b"\n" + line if begins_subject else line)


def _write_trig(quads: Iterable[Quad], file: BinaryIO, base: str) -> None:
    with TemporaryFile() as body:
        serialize(_sorted_quads(quads), body, format=RdfFormat.TRIG, prefixes=PREFIXES, base_iri=base)
        file.write(_header(base, body) + b"\n")
        file.writelines(_body(body))


def _write_rdfxml(triples: Iterable[Triple], file: BinaryIO) -> None:
    ordered = map(_to_xml, _sorted_triples(triples))
    serialize(ordered, file, format=RdfFormat.RDF_XML, prefixes=PREFIXES)


def _to_xml(triple: Triple) -> Triple:
    if isinstance(triple.object, Literal) and _NOT_XML.search(triple.object.value):
        raise NotWritable(f"RDF/XML cannot hold a control character of {triple.subject}; export .ttl or .nt.")
    return triple


def _triples(quads: Iterable[Quad]) -> Iterator[Triple]:
    return (quad.triple for quad in quads)


def _sorted_triples(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Yield the triples by subject, its class and label before the rest."""
    return _triples(_sorted(triples, RdfFormat.N_TRIPLES, None))


def _sorted_quads(quads: Iterable[Quad]) -> Iterator[Quad]:
    """Yield the quads by named graph, those of a graph in the order of triples."""
    return _sorted(quads, RdfFormat.N_QUADS, _by_graph)


def _sorted(statements: Iterable[Any], format: RdfFormat, key: Callable[[bytes], Any] | None) -> Iterator[Quad]:
    """Yield the statements in the order of their lines, each once; these are sorted ten times as fast as terms.

    More than fit in memory are sorted in parts on disk and then merged.
    """
    rest = iter(statements)
    with ExitStack() as files:
        parts: list[Iterable[bytes]] = []
        while taken := list(islice(rest, _IN_MEMORY)):
            lines = sorted(set(_to_lines(taken, format)), key=key)
            if not parts and len(taken) < _IN_MEMORY:
                yield from _from_lines(b"".join(lines), format)
                return
            part = files.enter_context(TemporaryFile())
            part.writelines(lines)
            part.seek(0)
            parts.append(part)
        ordered = (line for line, _ in groupby(merge(*parts, key=key)))
        while batch := b"".join(islice(ordered, _IN_MEMORY)):
            yield from _from_lines(batch, format)


def _to_lines(statements: Iterable[Any], format: RdfFormat) -> list[bytes]:
    """Return statements as lines in which class and label of a subject sort before the rest."""
    lines = to_bytes(statements, format)  # in which a line ends nowhere but at the end of a statement
    for predicate, mark in _FIRST.items():
        lines = lines.replace(predicate, mark)
    return lines.splitlines(keepends=True)


def _from_lines(lines: bytes, format: RdfFormat) -> Iterator[Quad]:
    for predicate, mark in _FIRST.items():
        lines = lines.replace(mark, predicate)
    return parse(lines, format, lenient=True)  # what was validated where it was made


def _by_graph(line: bytes) -> tuple[bytes, bytes]:
    return line.rsplit(b" ", 2)[1], line  # an IRI holds no space


def _body(turtle: BinaryIO) -> Iterator[bytes]:
    """Yield the lines after the serialiser's own header, whose prefixes come in no order and relative to the base."""
    turtle.seek(0)
    return dropwhile(lambda line: line.startswith((b"@base ", b"@prefix ")), turtle)


def _header(base: str, turtle: BinaryIO) -> bytes:
    used = {name.decode() for line in _body(turtle) for name in _PREFIX.findall(line)}
    prefixes = (f"@prefix {name}: <{iri}> .\n" for name, iri in sorted(PREFIXES.items()) if name in used)
    return f"@base <{base}> .\n{''.join(prefixes)}".encode()
