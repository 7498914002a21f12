"""What a node of the network tells: its aliases, the sentences that prove it, its parts and its figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import networkx as nx
from pyoxigraph import Store

from kg.graph.vocab import PREFIXES

_ALIASES = "SELECT DISTINCT ?node ?alias { ?node skos:altLabel ?alias }"

_OWNERS = "SELECT DISTINCT ?entity ?county { ?county dj:undertakes ?initiative . ?initiative ?has ?entity }"

_STATUSES = "SELECT DISTINCT ?entity ?status { ?entity dj:status ?status }"

_DEFINITIONS = """SELECT ?concept (LANG(?text) AS ?language) ?text {
  VALUES ?class { dj:Practice dj:Theme } ?concept a ?class ; skos:definition ?text }"""

_WITHIN = """SELECT DISTINCT ?county ?level ?label {
  ?county a dj:County ; dj:within+ ?region . ?region a ?level ; rdfs:label ?label FILTER(LANG(?label) != "en") }"""

_MENTIONS = """SELECT ?entity ?article ?sentence ?exact ?start {
  ?mention dj:refersTo ?entity ; dj:inArticle ?article ; dj:sentence ?sentence ; dj:exact ?exact ; dj:start ?start }"""

_COMPONENTS = """SELECT ?formula ?article ?position ?label ?list ?item {
  ?formula dj:hasComponent ?component .
  ?component dj:inArticle ?article ; dj:position ?position ; rdfs:label ?label
  OPTIONAL { ?component skos:definition ?list ; dj:item ?item } }"""

_FIGURES = """SELECT DISTINCT ?county ?article ?start ?figure ?value ?unit ?of ?approximate ?status ?text {
  ?county dj:undertakes ?initiative . ?article dj:reports ?initiative . ?initiative dj:hasFigure ?figure .
  ?figure dj:value ?value ; rdfs:label ?text ; dj:evidence/dj:start ?start
  OPTIONAL { ?figure dj:unit ?unit } OPTIONAL { ?figure dj:of ?of }
  OPTIONAL { ?figure dj:approximate ?approximate } OPTIONAL { ?figure dj:status ?status } }"""

_ARTICLES = """SELECT ?article ?headline ?newspaper ?date ?page {
  ?article a dj:Article
  OPTIONAL { ?article rdfs:label ?headline } OPTIONAL { ?article dj:newspaper ?newspaper }
  OPTIONAL { ?article dj:date ?date } OPTIONAL { ?article dj:pageNumber ?page } }"""


def solutions(store: Store, query: str) -> Iterator[tuple[Any, ...]]:
    """Yield the solutions over the default graph (it holds the union) as tuples, None where a variable is unbound."""
    for solution in store.query(query, prefixes=PREFIXES):
        yield tuple(term and term.value for term in solution)


def articles(store: Store) -> dict[str, dict[str, str]]:
    """Return headline, newspaper, date and page number of every article, by its IRI."""
    names = ("headline", "newspaper", "date", "page")
    rows = sorted(solutions(store, _ARTICLES), key=str)
    return {iri: {name: value or "" for name, value in zip(names, row)} for iri, *row in rows}


def add_details(network: nx.MultiDiGraph, store: Store) -> None:
    """Give every node its ``aliases``, ``counties``, ``statuses``, ``within`` and what proves and explains it."""
    sentences = _sentences(store)
    details = {
        "aliases": _grouped(solutions(store, _ALIASES)),
        "counties": _grouped(solutions(store, _OWNERS)),
        "statuses": _grouped(solutions(store, _STATUSES)),
        "definitions": _definitions(store),
        "within": _within(store),
        "sentences": sentences,
        "components": _components(store),
        "figures": _figures(store, sentences),
    }
    for node, attributes in network.nodes.items():
        for name, values in details.items():
            attributes[name] = values.get(node, ())


def _grouped(rows: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    groups: dict[str, set[str]] = defaultdict(set)
    for key, value in rows:
        groups[key].add(value)
    return {key: tuple(sorted(values)) for key, values in groups.items()}


def _definitions(store: Store) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return the definitions of practices and themes, pairs of language and text."""
    rows = sorted(set(solutions(store, _DEFINITIONS)))
    return {concept: tuple((lang, text) for other, lang, text in rows if other == concept) for concept, _, _ in rows}


def _within(store: Store) -> dict[str, tuple[str, ...]]:
    """Return the divisions above each county, the prefecture before the province."""
    rows = sorted(set(solutions(store, _WITHIN)))
    return {county: tuple(label for other, _, label in rows if other == county) for county, _, _ in rows}


def _sentences(store: Store) -> dict[str, tuple[dict[str, Any], ...]]:
    """Return for each entity its sentences in the order of print, with the wordings that stand in them."""
    marks: dict[str, dict[tuple[str, str], list[str]]] = defaultdict(dict)
    mentions = sorted(solutions(store, _MENTIONS), key=lambda row: (row[0], row[1], int(row[4])))
    for entity, article, sentence, exact, _ in mentions:
        wordings = marks[entity].setdefault((article, sentence), [])
        if exact not in wordings:
            wordings.append(exact)
    return {
        entity: tuple(
            {"text": sentence, "marks": tuple(wordings), "article": article}
            for (article, sentence), wordings in found.items()
        )
        for entity, found in marks.items()
    }


def _components(store: Store) -> dict[str, tuple[tuple[str, tuple[str, ...]], ...]]:
    """Return the parts of each formula, label and items, in the order of the article that spells out most."""
    parts: dict[tuple[str, str], dict[tuple[int, str], list[tuple[int, str]]]] = defaultdict(dict)
    for formula, article, position, label, listed, item in sorted(set(solutions(store, _COMPONENTS)), key=str):
        items = parts[formula, article].setdefault((int(position), label), [])
        if item is not None:
            items.append((listed.find(item), item))
    fullest: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {}
    for (formula, _), found in sorted(parts.items()):
        ordered = sorted((position, label, sorted(items)) for (position, label), items in found.items())
        spelled = tuple((label, tuple(item for _, item in items)) for _, label, items in ordered)
        if len(spelled) > len(fullest.get(formula, ())):
            fullest[formula] = spelled
    return fullest


def _figures(store: Store, sentences: dict[str, tuple[dict[str, Any], ...]]) -> dict[str, tuple[dict[str, Any], ...]]:
    """Return the figures of each county in the order of print, those of one article together."""
    figures: dict[str, list[dict[str, Any]]] = defaultdict(list)
    rows = sorted(solutions(store, _FIGURES), key=lambda row: (row[0], row[1], int(row[2]), row[3]))
    for county, article, _, figure, value, unit, of, approximate, status, text in rows:
        proof = sentences.get(figure, ())
        figures[county].append(
            {
                "of": of or text,
                "value": value,
                "unit": unit or "",
                "approximate": approximate == "true",
                "status": status or "done",
                "text": text,
                "sentence": proof[0]["text"] if proof else "",
                "article": article,
            }
        )
    return {county: tuple(rows) for county, rows in figures.items()}
