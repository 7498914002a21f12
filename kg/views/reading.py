"""The articles as a reader sees them: the text as printed, and what stands where in it.

Everything comes from the store: the text of an article, the offsets of its mentions and measures.  An article is
addressed by the tail of its IRI, page file and number (``sample.txt/3``), the things in it by the fragment that the
page's own addresses use.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import networkx as nx

from kg.graph.queryable import Queryable
from kg.views.details import Only, solutions
from kg.views.marking import CLASSES

_MARKED = (*CLASSES, "Figure")

_HEAD = """SELECT ?article ?kind ?headline ?newspaper ?date ?page ?section ?file ?position {
  ?article a dj:Article ; dj:kind ?kind ; dj:onPage/dj:file ?file ; dj:position ?position
  OPTIONAL { ?article dj:headline ?headline } OPTIONAL { ?article dj:newspaper ?newspaper }
  OPTIONAL { ?article dj:date ?date } OPTIONAL { ?article dj:pageNumber ?page }
  OPTIONAL { ?article dj:section ?section } }"""
_TEXTS = "SELECT ?article ?text { ?article dj:text ?text }"
_BEGINNINGS = """SELECT ?article (SUBSTR(?text, 1, 40) AS ?beginning) { ?article dj:kind "caption" ; dj:text ?text }"""

_BYLINES = "SELECT DISTINCT ?article ?byline { ?article dj:byline ?byline }"

_COUNTIES = """SELECT DISTINCT ?article ?county ?label {
  ?article dj:reports ?initiative . ?county dj:undertakes ?initiative ; rdfs:label ?label
  FILTER(LANG(?label) != "en") }"""

_MENTIONS = """SELECT DISTINCT ?article ?start ?end ?thing ?class ?label ?of ?status {
  ?mention dj:inArticle ?article ; dj:refersTo ?thing ; dj:start ?start ; dj:end ?end .
  ?thing a ?class ; rdfs:label ?label
  OPTIONAL { ?thing dj:of ?of }
  OPTIONAL { ?thing dj:evidence ?proof . ?proof dj:inArticle ?article ; dj:status ?status } }"""

_NAMED = """SELECT DISTINCT ?article ?thing ?class {
  ?mention dj:inArticle ?article ; dj:refersTo ?thing . ?thing a ?class }"""

_MEASURES = """SELECT ?article ?start ?end {
  ?article dj:hasMeasure ?measure . ?measure dj:start ?start ; dj:end ?end }"""

_LINE = {"head": _HEAD, "counties": _COUNTIES}
_WHOLE = {**_LINE, "text": _TEXTS, "bylines": _BYLINES, "mentions": _MENTIONS, "measures": _MEASURES}

Row = tuple[Any, ...]


def to_articles(store: Queryable, network: nx.MultiDiGraph | None = None, only: Only = None) -> list[dict[str, Any]]:
    """Return the articles of the store as a reader sees them, in the order of pages and of print.

    ``text`` is the running text, a line a paragraph; ``things`` are [class, fragment, label, status], each named once;
    ``marks`` are [start, end, number of the thing] in the order of print, offsets in code points of ``text``, the
    longer mark first.  Figures and measures have no fragment: they are no nodes of the network.

    :param network: articles that speak only of what lies outside of it are left out.
    :param only: the IRIs of the articles, where not all are wanted.
    """
    found = {name: _by_article(store, query, only) for name, query in _WHOLE.items()}
    articles = [_to_article(iri, found) for iri in _in_print(found["head"])]
    kept = None if network is None else {to_fragment(node) for node in network}
    return [article for article in articles if kept is None or _concerns(article, kept)]


def list_articles(store: Queryable, offset: int, limit: int) -> tuple[list[dict[str, Any]], int]:
    """Return some articles without their texts, in the order of ``to_articles``, and how many there are in all.

    They are told as there, but of ``things`` only the classes; ``text`` is how a caption begins, which has no headline.
    """
    head = _by_article(store, _HEAD)
    wanted = _in_print(head)[offset : offset + limit]
    found = {"head": head, "counties": _by_article(store, _COUNTIES, wanted)}
    beginnings, named = _by_article(store, _BEGINNINGS, wanted), _by_article(store, _NAMED, wanted)
    lines = []
    for iri in wanted:
        text = beginnings.get(iri, [("",)])[0][0]
        lines.append({**_to_line(iri, found), "text": text, "things": [[cls] for cls in _classes(named.get(iri, []))]})
    return lines, len(head)


def _in_print(head: dict[str, list[Row]]) -> list[str]:
    """Return the articles in the order of pages and of print."""
    return sorted(head, key=lambda iri: (head[iri][0][6], int(head[iri][0][7])))


def _to_line(iri: str, found: dict[str, dict[str, list[Row]]]) -> dict[str, Any]:
    """Return what stands above an article."""
    kind, headline, newspaper, date, page, section, file, position = min(found["head"][iri], key=str)
    county = min(found["counties"].get(iri, []), default=None)
    return {
        "id": to_address(iri),
        "file": file,
        "number": int(position),
        "kind": kind,
        "headline": headline or "",
        "county": county and [to_fragment(county[0]), county[1]],
        "printed": [part for part in (newspaper, date, page, section) if part],
    }


def _to_article(iri: str, found: dict[str, dict[str, list[Row]]]) -> dict[str, Any]:
    things, marks = _marks(found["mentions"].get(iri, []), found["measures"].get(iri, []))
    return {
        **_to_line(iri, found),
        "bylines": sorted(byline for (byline,) in found["bylines"].get(iri, [])),
        "text": min(found["text"][iri])[0],
        "things": things,
        "marks": marks,
    }


def _classes(named: Iterable[Row]) -> list[str]:
    """Return the class of each thing named, in the order of the legend."""
    classes: dict[str, str] = {}
    for thing, iri in named:
        cls = iri.rpartition("#")[2]
        if cls in CLASSES:
            classes[thing] = min(cls, classes.get(thing, cls), key=CLASSES.index)
    return sorted(classes.values(), key=CLASSES.index)


def to_fragment(iri: str) -> str:
    """Return the part of a thing's IRI that its address in the page is made of."""
    return iri.partition("/id/")[2] or iri


def to_address(iri: str) -> str:
    """Return the part of an article's IRI that its address in the page is made of."""
    return to_fragment(iri).removeprefix("article/")


def _concerns(article: dict[str, Any], kept: set[str]) -> bool:
    named = [fragment for _, fragment, _, _ in article["things"] if fragment]
    named += article["county"][:1] if article["county"] else []
    return not named or not kept.isdisjoint(named)


def _marks(mentions: Iterable[Row], measures: Iterable[Row]) -> tuple[list[list[str]], list[list[int]]]:
    facts: dict[str, list[str]] = {}
    spans: set[tuple[int, int, str]] = set()
    for start, end, thing, cls, label, of, status in mentions:
        name = cls.rpartition("#")[2]
        if name in _MARKED:
            fact = [name, "" if name == "Figure" else to_fragment(thing), of or label, status or "done"]
            facts[thing] = min(fact, facts.get(thing, fact), key=_rank)
            spans.add((int(start), -int(end), thing))
    for start, end in measures:
        facts[""] = ["Measure", "", "", "done"]
        spans.add((int(start), -int(end), ""))
    ordered = sorted(spans, key=lambda span: (*span[:2], _MARKED.index(facts[span[2]][0]) if span[2] else -1, span[2]))
    numbers = {thing: number for number, thing in enumerate(dict.fromkeys(thing for *_, thing in ordered))}
    return [facts[thing] for thing in numbers], [[start, -end, numbers[thing]] for start, end, thing in ordered]


def _rank(fact: list[str]) -> tuple[int, list[str]]:
    """Order the classes of one thing as the network does: a formula is a slogan too."""
    return _MARKED.index(fact[0]), fact[2:]


def _by_article(store: Queryable, query: str, only: Only = None) -> dict[str, list[Row]]:
    """Return the solutions of ``query`` by their first variable, the article."""
    rows: dict[str, list[Row]] = defaultdict(list)
    for article, *row in solutions(store, query, only):
        rows[article].append(tuple(row))
    return rows
