"""N-Quads parts: the graph as many files of sorted lines, written by many machines and taken by any bulk loader.

A part holds the named graphs of pages and of their articles and nothing else.  What a store adds to them follows from
them: the union of all in the default graph, the books, the vocabulary, the tallies and the description.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Triple

from kg.graph.turtle import to_bytes

_BATCH = 16_000_000
"""Bytes of a part that are held in memory at once."""


def to_part(graphs: Iterable[tuple[NamedNode, Iterable[Triple]]]) -> bytes:
    """Return canonical N-Quads of a page: graph after graph, the lines of each sorted, none twice.

    :param graphs: what ``to_page_graphs`` returned for the page.
    """
    return b"".join(line for graph, triples in graphs for line in sorted(set(_to_lines(graph, triples))))


def read_part(file: Path) -> Iterator[bytes]:
    """Yield a part in stretches, as ``Build.load`` takes them: each line with its graph and without it.

    :param file: N-Quads as ``to_part`` writes them, every line in a named graph.
    """
    with file.open("rb") as part:
        while lines := part.readlines(_BATCH):
            yield b"".join((*lines, *map(_without_graph, lines)))


def _to_lines(graph: NamedNode, triples: Iterable[Triple]) -> list[bytes]:
    lines = to_bytes(triples, RdfFormat.N_TRIPLES)  # in which a line ends nowhere but at the end of a triple
    return lines.replace(b" .\n", f" {graph} .\n".encode()).splitlines(keepends=True)


def _without_graph(line: bytes) -> bytes:
    return line.rsplit(b" ", 2)[0] + b" .\n"  # an IRI holds no space
