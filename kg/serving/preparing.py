"""What the explorer asks of the store, each in a worker: its page, its answers as files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import networkx as nx

from kg.graph.answers import answer, to_csv
from kg.graph.queryable import Queryable
from kg.serving.listing import to_body
from kg.views.asking import to_questions
from kg.views.comparing import to_comparison
from kg.views.network import to_network
from kg.views.overview import Catalogue, read_catalogue, to_amounts, to_overview
from kg.views.page import to_graph, to_html
from kg.views.readings import to_readings

FETCHED = ("around", "find", "answer", "article", "articles", "things", "turtle", "file")
"""What the page of a large graph asks the server for; functions of ``source.js``."""

_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """The explorer of one build: the catalogue of its things, its page and policy, and the page's network as JSON.

    ``drawn`` are the things of that network, ``mark`` is the entity tag of the page.
    """

    catalogue: Catalogue
    page: bytes
    mark: str
    policy: str
    network: bytes
    drawn: tuple[str, ...]


def prepare(store: Queryable, large: int, report: str = "") -> Prepared:
    """Return the explorer of a graph.

    :param large: from this many things on the page holds the overview, and asks the server for all else.
    :param report: the address of the reading report, empty where there is none.
    """
    catalogue = read_catalogue(store)
    if len(catalogue.entries) < large:
        network = to_network(store)
        page = to_html(network, store=store, served={"served": ()}, report=report)
    else:
        network = to_overview(store, catalogue)
        page = to_html(network, served=_to_overview_data(store, network, catalogue), report=report)
    body = page.encode("utf-8")
    return Prepared(
        catalogue=catalogue,
        page=body,
        mark=f'"{sha256(body).hexdigest()[:24]}"',
        policy=next(_POLICY.finditer(page))[1],
        network=to_body(to_graph(network)),
        drawn=tuple(network),
    )


def write_table(store: Queryable, name: str, values: Mapping[str, str]) -> bytes:
    """Return the whole answer to a canned question as CSV, as ``kg query --format csv`` writes it, for spreadsheets.

    :raises UnknownQuestion: and the other errors of ``kg.graph.questions.ask``.
    """
    return to_csv(answer(store, name, values), bom=True).encode("utf-8")


def _to_overview_data(store: Queryable, network: nx.MultiDiGraph, catalogue: Catalogue) -> dict[str, Any]:
    """Return what the page of an overview has beside the network; the server knows how all other names are read."""
    return {
        "served": FETCHED,
        "amounts": catalogue.amounts,
        "belongings": to_amounts(catalogue),
        "readings": to_readings(entry.label for entry in catalogue.entries.values() if entry.cls == "County"),
        "asking": to_questions(store),
        "comparison": to_comparison(network, store),
    }
