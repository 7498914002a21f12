"""The texts by which the things of a page are sought, in the books of the store: one text a page.

A word that is sought among the names of all things is looked for in a few large texts, not in each of many small ones.
A line of such a text holds, with tabs between them, the property of a name (``PATHS``), the thing's class, its address
and the name itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store

from kg.graph.books import BUILD_GRAPH
from kg.graph.queryable import select
from kg.graph.vocab import DJ, RDF, RDFS, SKOS
from kg.model import ENTITY_TYPES

PATHS = {"rdfs:label": RDFS.label, "skos:altLabel": SKOS.altLabel, "dj:of": DJ.of, "dj:unit": DJ.unit}
"""The properties whose texts are kept, by the names that the questions have for them."""
_CLASSES = {DJ[name]: f"dj:{name}" for name in (*ENTITY_TYPES, "Formula", "Figure")}


def page_names(store: Store, page: NamedNode) -> Quad:
    """Return the names of the things of a page, for the books.

    :param store: all that the page says, each article in its named graph.
    """
    lines: set[str] = set()
    for *_, graph in store.quads_for_pattern(None, DJ.onPage, page, None):
        if graph != DefaultGraph():
            lines.update(_lines(store, graph))
    return Quad(page, RDFS.label, Literal("\n".join(sorted(lines))), BUILD_GRAPH)


def has_names(store: Store) -> bool:
    """Return whether the books know names: those of a graph that was built before they did know none."""
    return next(store.quads_for_pattern(None, RDFS.label, None, BUILD_GRAPH), None) is not None


def find_named(store: Store, text: str, paths: Collection[str], classes: Collection[str]) -> set[NamedNode]:
    """Return the things that have a name with ``text`` in it.

    :param paths: by which properties, of ``PATHS``.
    :param classes: of which classes, such as ``dj:Alliance``; of any, where none is given.
    """
    holding = f"FILTER (CONTAINS(STR(?names), {Literal(text)}))"
    pages = select(store, f"SELECT ?names {{ GRAPH {BUILD_GRAPH} {{ ?page rdfs:label ?names }} {holding} }}")
    found = set()
    for line in {line for (names,) in pages for line in _lines_with(text, names.value)}:
        path, of_class, address, name = line.split("\t", 3)
        if path in paths and (of_class in classes or not classes) and text in name:
            found.add(address)
    return set(map(NamedNode, found))


def _lines(store: Store, graph: NamedNode) -> Iterator[str]:
    """Yield the lines of the things that the article with this named graph speaks of."""
    classes: dict[NamedNode, list[str]] = defaultdict(list)
    for thing, _, of_class, _ in store.quads_for_pattern(None, RDF.type, None, graph):
        if of_class in _CLASSES:
            classes[thing].append(_CLASSES[of_class])
    for path, property_ in PATHS.items():
        for thing, _, name, _ in store.quads_for_pattern(None, property_, None, graph):
            for of_class in classes.get(thing, ()):
                yield "\t".join((path, of_class, thing.value, name.value.replace("\n", " ")))


def _lines_with(text: str, lines: str) -> Iterator[str]:
    at = -1 if "\n" in text else lines.find(text)
    while at >= 0:
        end = lines.find("\n", at)
        end = len(lines) if end < 0 else end
        yield lines[lines.rfind("\n", 0, at) + 1 : end]
        at = lines.find(text, end)
