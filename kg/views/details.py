"""What a node of the network tells: its aliases, the sentences that prove it, its parts and its figures."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import networkx as nx
from pyoxigraph import NamedNode

from kg.graph.queryable import Queryable, select

_VARIABLE = re.compile(r"\?(\w+)")
_VALUES = re.compile(r"VALUES \?(\w+) \{([^}]*)\}")

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
  ?county dj:undertakes ?initiative . ?initiative dj:hasFigure ?figure .
  ?figure dj:value ?value ; rdfs:label ?text ; dj:evidence ?mention . ?mention dj:inArticle ?article ; dj:start ?start
  OPTIONAL { ?figure dj:unit ?unit } OPTIONAL { ?figure dj:of ?of }
  OPTIONAL { ?figure dj:approximate ?approximate } OPTIONAL { ?figure dj:status ?status } }"""

_ARTICLES = """SELECT ?article ?headline ?newspaper ?date ?page {
  ?article a dj:Article
  OPTIONAL { ?article rdfs:label ?headline } OPTIONAL { ?article dj:newspaper ?newspaper }
  OPTIONAL { ?article dj:date ?date } OPTIONAL { ?article dj:pageNumber ?page } }"""


Only = Collection[str] | None
"""IRIs to which a query is restricted; None: to none."""


def solutions(store: Queryable, query: str, only: Only = None, variable: str = "") -> Iterator[tuple[Any, ...]]:
    """Yield the solutions over the default graph (it holds the union) as tuples, None where a variable is unbound.

    :param only: the IRIs that ``variable`` may be.
    :param variable: the first of the query where it is not given.
    """
    if only is not None:
        head, brace, rest = query.partition("{")
        values = " ".join(str(NamedNode(iri)) for iri in sorted(only))
        name = variable or next(_VARIABLE.finditer(head))[1]
        query = f"{head}{brace} VALUES ?{name} {{ {values} }} {_VALUES.sub(_to_filter, rest)}"
    for solution in select(store, query):
        yield tuple([term and term.value for term in solution])


def _to_filter(values: re.Match[str]) -> str:
    """Return a list of values as a filter: beside another list it would multiply the look-ups."""
    return f"FILTER(?{values[1]} IN ({', '.join(values[2].split())}))"


def articles(store: Queryable, only: Only = None) -> dict[str, dict[str, str]]:
    """Return headline, newspaper, date and page number of articles, by their IRIs."""
    names = ("headline", "newspaper", "date", "page")
    rows = sorted(solutions(store, _ARTICLES, only), key=str)
    return {iri: {name: value or "" for name, value in zip(names, row)} for iri, *row in rows}


def add_details(network: nx.MultiDiGraph, store: Queryable, only: Only = None) -> None:
    """Give every node its ``aliases``, ``counties``, ``statuses``, ``within`` and what proves and explains it.

    :param only: the nodes, where they are part of the store's only.
    """
    figures = set(solutions(store, _FIGURES, only))
    proven = None if only is None else {*only, *(row[3] for row in figures)}
    sentences = _sentences(store, proven)
    details = {
        "aliases": find_aliases(store, only),
        "counties": find_owners(store, only),
        "statuses": _grouped(solutions(store, _STATUSES, only)),
        "definitions": _definitions(store, only),
        "within": _within(store, only),
        "sentences": sentences,
        "components": _components(store, only),
        "figures": _figures(figures, sentences),
    }
    _add(network, details)


def add_standing(network: nx.MultiDiGraph, store: Queryable, only: Only = None) -> None:
    """Give every node its ``statuses``, ``within`` and ``definitions``, and nothing where something else is missing."""
    details = {
        "statuses": _grouped(solutions(store, _STATUSES, only)),
        "definitions": _definitions(store, only),
        "within": _within(store, only),
    }
    _add(network, details)
    for name in ("sentences", "components", "figures"):
        for attributes in network.nodes.values():
            attributes.setdefault(name, ())


def find_aliases(store: Queryable, only: Only = None) -> dict[str, tuple[str, ...]]:
    """Return the aliases of things, in order."""
    return _grouped(solutions(store, _ALIASES, only))


def find_owners(store: Queryable, only: Only = None) -> dict[str, tuple[str, ...]]:
    """Return the counties of what their initiatives name."""
    return _grouped(solutions(store, _OWNERS, only))


def _add(network: nx.MultiDiGraph, details: dict[str, dict[str, tuple[Any, ...]]]) -> None:
    for node, attributes in network.nodes.items():
        for name, values in details.items():
            attributes[name] = values.get(node, ())


def _grouped(rows: Iterable[tuple[str, Any]]) -> dict[str, tuple[Any, ...]]:
    """Return the values of each key, each once, in order."""
    groups: dict[str, set[Any]] = defaultdict(set)
    for key, value in rows:
        groups[key].add(value)
    return {key: tuple(sorted(values)) for key, values in groups.items()}


def _definitions(store: Queryable, only: Only) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return the definitions of practices and themes, pairs of language and text."""
    return _grouped((concept, (lang, text)) for concept, lang, text in solutions(store, _DEFINITIONS, only))


def _within(store: Queryable, only: Only) -> dict[str, tuple[str, ...]]:
    """Return the divisions above each county, the prefecture before the province."""
    levels = _grouped((county, (level, label)) for county, level, label in solutions(store, _WITHIN, only))
    return {county: tuple(label for _, label in found) for county, found in levels.items()}


def _sentences(store: Queryable, only: Only) -> dict[str, tuple[dict[str, Any], ...]]:
    """Return for each entity its sentences in the order of print, with the wordings in them and where the first is."""
    found: dict[str, dict[tuple[str, str], dict[str, Any]]] = defaultdict(dict)
    mentions = sorted(solutions(store, _MENTIONS, only), key=lambda row: (row[0], row[1], int(row[4])))
    for entity, article, sentence, exact, start in mentions:
        said = {"text": sentence, "marks": (), "article": article, "at": int(start)}
        quoted = found[entity].setdefault((article, sentence), said)
        if exact not in quoted["marks"]:
            quoted["marks"] += (exact,)
    return {entity: tuple(quoted.values()) for entity, quoted in found.items()}


def _components(store: Queryable, only: Only) -> dict[str, tuple[tuple[str, tuple[str, ...]], ...]]:
    """Return the parts of each formula, label and items, in the order of the article that spells out most."""
    parts: dict[tuple[str, str], dict[tuple[int, str], list[tuple[int, str]]]] = defaultdict(dict)
    for formula, article, position, label, listed, item in sorted(set(solutions(store, _COMPONENTS, only)), key=str):
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


def _figures(
    found: Iterable[tuple[Any, ...]], sentences: dict[str, tuple[dict[str, Any], ...]]
) -> dict[str, tuple[dict[str, Any], ...]]:
    """Return the figures of each county in the order of print, those of one article together."""
    figures: dict[str, list[dict[str, Any]]] = defaultdict(list)
    rows = sorted(found, key=lambda row: (row[0], row[1], int(row[2]), row[3]))
    for county, article, start, figure, value, unit, of, approximate, status, text in rows:
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
                "at": int(start),
            }
        )
    return {county: tuple(rows) for county, rows in figures.items()}
