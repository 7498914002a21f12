"""What counties are compared by: the practices they apply, the themes they pursue, and where it stands in print.

The measure of likeness is that of the canned question ``similar-counties``: how many practices and themes two
counties share, only what exists (done, under way or on trial) being counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import networkx as nx

from kg.graph.queryable import Queryable
from kg.views.details import solutions

_APPLIES = """SELECT DISTINCT ?county ?concept {
  VALUES ?applies { dj:appliesPractice dj:pursuesTheme } ?county a dj:County ; ?applies ?concept }"""

_CASES = """SELECT DISTINCT ?county ?concept ?thing ?article ?sentence ?start {
  ?thing dj:practice ?concept ; dj:evidence ?mention .
  ?mention dj:status ?status ; dj:inArticle ?article ; dj:sentence ?sentence ; dj:start ?start .
  ?article dj:reports/^dj:undertakes ?county FILTER(?status IN ("done", "under way", "piloted")) }"""

_AMOUNTS = """SELECT ?county ?concept (COUNT(DISTINCT ?thing) AS ?things) {
  ?thing dj:practice ?concept ; dj:evidence ?mention . ?mention dj:status ?status ; dj:inArticle ?article .
  ?article dj:reports/^dj:undertakes ?county FILTER(?status IN ("done", "under way", "piloted"))
} GROUP BY ?county ?concept"""

_ARTICLES = """SELECT ?county ?code (COUNT(DISTINCT ?article) AS ?articles) {
  ?county dj:undertakes/^dj:reports ?article OPTIONAL { ?county dj:code ?code } } GROUP BY ?county ?code"""

_THEMES = """SELECT DISTINCT ?county ?theme ?article {
  ?county dj:undertakes ?initiative . ?initiative dj:theme ?theme . ?article dj:reports ?initiative }"""


def to_comparison(
    network: nx.MultiDiGraph, store: Queryable, articles: Mapping[str, int] | None = None
) -> dict[str, Any]:
    """Return the counties of ``network`` so that similar ones follow each other, with what they apply.

    ``concepts`` are the practices and themes that a county applies, as node numbers, the most widespread first.
    Of each county: ``id`` (node number), ``code``, ``articles`` (how many report on it), ``applies`` (places in
    ``concepts``) and ``cases``: by place, for a practice pairs of a node number and the place of one of its
    ``sentences``, for a theme numbers of articles.

    :param network: a view of the store, its nodes numbered in order.
    :param store: the graph.
    :param articles: the numbers of the articles that the page cites, by IRI; without them the cases of practices are
        counted only, and stand as so many zeros.
    """
    numbers = {node: number for number, node in enumerate(network)}
    applied: dict[str, set[str]] = defaultdict(set)
    spread: dict[str, int] = defaultdict(int)
    for county, concept in sorted(solutions(store, _APPLIES)):
        if county in numbers and concept in numbers:
            applied[county].add(concept)
            spread[concept] += 1
    concepts = sorted(spread, key=lambda concept: (-spread[concept], numbers[concept]))
    places = {concept: place for place, concept in enumerate(concepts)}
    known = {row[0]: (row[1] or "", int(row[2])) for row in solutions(store, _ARTICLES)}
    cases = _counted(store) if articles is None else _cases(network, store, numbers, articles)
    counties = [node for node, cls in network.nodes(data="cls") if cls == "County"]
    practices = {county: {c for c in applied[county] if network.nodes[c]["cls"] == "Practice"} for county in counties}
    return {
        "concepts": [numbers[concept] for concept in concepts],
        "counties": [
            {
                "id": numbers[county],
                "code": known.get(county, ("", 0))[0],
                "articles": known.get(county, ("", 0))[1],
                "applies": sorted(places[concept] for concept in applied[county]),
                "cases": {places[c]: cases[county, c] for c in sorted(applied[county], key=places.__getitem__)},
            }
            for county in in_company({county: practices[county] for county in counties})
        ],
    }


def find_pursued(store: Queryable, county: str) -> list[dict[str, str]]:
    """Return the themes of a county and the articles that report what it does for them, as addresses."""
    rows = sorted({(theme, article) for _, theme, article in solutions(store, _THEMES, (county,))})
    return [{"theme": theme, "article": article} for theme, article in rows]


def in_company(shares: Mapping[str, set[str]]) -> list[str]:
    """Return the keys of ``shares`` so that those which share much follow each other.

    One after the other, the fullest first, each is put where it lengthens the way through all of them least (the
    cheapest insertion of the travelling salesman); the way between two is one less the part of their concepts that
    they share (the Jaccard distance).
    """
    bits = {concept: 1 << at for at, concept in enumerate(sorted(set().union(*shares.values())))}
    masks = {key: sum(bits[concept] for concept in concepts) for key, concepts in shares.items()}
    ordered: list[str] = []
    for key in sorted(shares, key=lambda key: (-len(shares[key]), key)):
        ways = [_way(masks[key], masks[other]) for other in ordered]
        gaps = [_way(masks[one], masks[other]) for one, other in zip(ordered, ordered[1:])]
        inner = [ways[at] + ways[at + 1] - gap for at, gap in enumerate(gaps)]
        costs = [ways[0], *inner, ways[-1]] if ways else [0.0]
        ordered.insert(costs.index(min(costs)), key)
    return ordered


def _way(one: int, other: int) -> float:
    union = (one | other).bit_count()
    return 1 - (one & other).bit_count() / union if union else 0.0


def _counted(store: Queryable) -> dict[tuple[str, str], list[int]]:
    rows = solutions(store, _AMOUNTS)
    return defaultdict(list, {(county, concept): [0] * int(things) for county, concept, things in rows})


def _cases(
    network: nx.MultiDiGraph, store: Queryable, numbers: Mapping[str, int], articles: Mapping[str, int]
) -> dict[tuple[str, str], list[list[int] | int]]:
    """Return by county and concept where it stands: the first sentence of each thing; of a theme, the articles."""
    found: dict[tuple[str, str], dict[int, list[int] | int]] = defaultdict(dict)
    rows = sorted(solutions(store, _CASES), key=lambda row: (row[:4], int(row[5])))
    for county, concept, thing, article, sentence, _ in rows:
        sentences = network.nodes[thing]["sentences"] if thing in network else ()
        at = next((n for n, s in enumerate(sentences) if (s["article"], s["text"]) == (article, sentence)), None)
        if at is not None:
            found[county, concept].setdefault(numbers[thing], [numbers[thing], at])
    for county, theme, article in sorted(solutions(store, _THEMES)):
        if article in articles:
            found[county, theme][articles[article]] = articles[article]
    return defaultdict(list, {key: [case for _, case in sorted(cases.items())] for key, cases in found.items()})
