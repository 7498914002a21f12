"""What a reader takes away as Turtle: the statements of the graph between the things that a page shows.

The page draws a county's line to what it does; the graph says it through the county's initiative too, and that is what
is handed on: statements of the store, none made up from the picture.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import networkx as nx

from kg.graph.queryable import Queryable
from kg.graph.vocab import DJ
from kg.views.details import solutions

PROPERTIES = (
    "undertakes",
    "reports",
    "hasAlliance",
    "hasMechanism",
    "hasProgramme",
    "hasPlatform",
    "hasSlogan",
    "hasDocument",
    "involves",
    "theme",
    "usesAlliance",
    "usesMechanism",
    "runsProgramme",
    "operatesPlatform",
    "proclaimsSlogan",
    "issuesDocument",
    "appliesPractice",
    "pursuesTheme",
    "ledBy",
    "hasMember",
    "carriedOutBy",
    "practice",
)
"""Properties between things, initiatives and articles that a page hands on."""

_STATEMENTS = f"""SELECT DISTINCT ?subject ?property ?object {{
  VALUES ?property {{ {" ".join(DJ[name].value.join("<>") for name in PROPERTIES)} }} ?subject ?property ?object }}"""


def to_statements(store: Queryable, network: nx.MultiDiGraph, articles: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return ``base`` (of the data's IRIs), ``properties`` and ``triples``, numbers of subject, property and object.

    A thing has the number of its node; ``articles`` and then their initiatives are numbered on from there.
    """
    base = next((node.partition("/id/")[0] + "/id/" for node in network if "/id/" in node), "")
    names = [article["id"] for article in articles]
    resources = [*network, *(f"{base}{kind}/{name}" for kind in ("article", "initiative") for name in names)]
    numbers = {iri: number for number, iri in enumerate(resources)}
    rows = sorted(
        (numbers[subject], PROPERTIES.index(iri.rpartition("#")[2]), numbers[object])
        for subject, iri, object in solutions(store, _STATEMENTS)
        if subject in numbers and object in numbers
    )
    return {"base": base, "properties": PROPERTIES, "triples": [number for row in rows for number in row]}
