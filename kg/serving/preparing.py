"""What the explorer asks of the store, each in a worker: its page, its search, the list of articles."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import networkx as nx
from pyoxigraph import Store

from kg.serving.finding import Finder, to_finder
from kg.views.asking import to_questions
from kg.views.comparing import to_comparison
from kg.views.details import solutions
from kg.views.network import CLASSES, to_network
from kg.views.overview import Catalogue, read_catalogue, to_amounts, to_overview, is_quiet
from kg.views.page import to_graph, to_html
from kg.views.reading import to_address, to_fragment
from kg.views.readings import to_readings

FETCHED = ("around", "find", "answer", "article", "articles")
"""What the page of a large graph asks the server for; functions of ``source.js``."""

_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')

_ARTICLES = """SELECT ?article ?kind ?headline ?newspaper ?date ?page ?section ?file ?position ?beginning {
  ?article a dj:Article ; dj:kind ?kind ; dj:onPage/dj:file ?file ; dj:position ?position
  OPTIONAL { ?article dj:headline ?headline } OPTIONAL { ?article dj:newspaper ?newspaper }
  OPTIONAL { ?article dj:date ?date } OPTIONAL { ?article dj:pageNumber ?page }
  OPTIONAL { ?article dj:section ?section }
  OPTIONAL { ?article dj:kind "caption" ; dj:text ?text BIND(SUBSTR(?text, 1, 40) AS ?beginning) } }"""

_COUNTIES = """SELECT DISTINCT ?article ?county ?label {
  ?article dj:reports ?initiative . ?county dj:undertakes ?initiative ; rdfs:label ?label
  FILTER(LANG(?label) != "en") }"""

_NAMED = """SELECT DISTINCT ?article ?thing ?class {
  ?mention dj:inArticle ?article ; dj:refersTo ?thing . ?thing a ?class }"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """The explorer of one build: the catalogue of its things, its page and policy, and the page's network as JSON."""

    catalogue: Catalogue
    page: bytes
    policy: str
    network: bytes


def prepare(store: Store, large: int) -> Prepared:
    """Return the explorer of a store.

    :param large: from this many things on the page holds the overview, and asks the server for all else.
    """
    catalogue = read_catalogue(store)
    if len(catalogue.entries) < large:
        network = to_network(store)
        page = to_html(network, store=store, served={"served": ()}, report="/report.html")
    else:
        network = to_overview(store, catalogue)
        page = to_html(network, served=_to_overview_data(store, network, catalogue), report="/report.html")
    return Prepared(
        catalogue=catalogue,
        page=page.encode("utf-8"),
        policy=_POLICY.search(page)[1],
        network=to_body(to_graph(network)),
    )


def prepare_finder(_: Store, catalogue: Catalogue) -> Finder:
    """Return the names of a catalogue, made ready to be searched."""
    return to_finder(catalogue)


def to_body(data: Any) -> bytes:
    """Return ``data`` as JSON in UTF-8."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def list_articles(store: Store, offset: int, limit: int) -> tuple[list[dict[str, Any]], int]:
    """Return some articles without their texts, in the order of pages and of print, and how many there are in all.

    They are told as ``kg.views.reading.to_articles`` tells them; of the things named only the classes are given.
    """
    rows = sorted(set(solutions(store, _ARTICLES)), key=lambda row: (row[7], int(row[8])))
    wanted = rows[offset : offset + limit]
    iris = [row[0] for row in wanted]
    counties = {article: row for article, *row in sorted(solutions(store, _COUNTIES, iris), reverse=True)}
    things: dict[str, dict[str, str]] = defaultdict(dict)
    for article, thing, iri in solutions(store, _NAMED, iris):
        cls = iri.rpartition("#")[2]
        known = things[article].get(thing, cls)
        if cls in CLASSES:
            things[article][thing] = min(cls, known, key=CLASSES.index)
    return [_to_line(row, counties.get(row[0]), things[row[0]]) for row in wanted], len(rows)


def _to_line(row: tuple[Any, ...], county: list[str] | None, things: dict[str, str]) -> dict[str, Any]:
    iri, kind, headline, newspaper, date, page, section, file, position, beginning = row
    return {
        "id": to_address(iri),
        "file": file,
        "number": int(position),
        "kind": kind,
        "headline": headline or "",
        "county": county and [to_fragment(county[0]), county[1]],
        "printed": [part for part in (newspaper, date, page, section) if part],
        "text": beginning or "",
        "things": [[cls] for cls in sorted(things.values(), key=CLASSES.index)],
    }


def _to_overview_data(store: Store, network: nx.MultiDiGraph, catalogue: Catalogue) -> dict[str, Any]:
    """Return what the page of an overview has beside the network; the server knows how all other names are read."""
    return {
        "served": FETCHED,
        "amounts": catalogue.amounts,
        "belongings": to_amounts(catalogue),
        "quiet": is_quiet(network),
        "readings": to_readings(entry.label for entry in catalogue.entries.values() if entry.cls == "County"),
        "asking": to_questions(store),
        "comparison": to_comparison(network, store),
    }
