"""Terms that stand for facts alike wherever they are written or asked for: dates, and which statuses exist."""

from __future__ import annotations

from datetime import date

from pyoxigraph import Literal

from kg.graph.vocab import XSD

REALISED = ("done", "under way", "piloted")
"""Statuses of things that exist: only these hang on the county itself and count by default."""


def to_date(text: str) -> Literal:
    """Return an ``xsd:date`` where ``text`` is one, else the text as printed."""
    try:
        return Literal(date.fromisoformat(text).isoformat(), datatype=XSD.date)
    except ValueError:
        return Literal(text)
