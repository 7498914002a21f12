"""To which body the text gives an entity instead of the county (``by``; guidelines, "Relations")."""

from __future__ import annotations

from collections.abc import Sequence

from kg.extraction.analysis import Analysis
from kg.model import Entity


def add_carriers(analysis: Analysis, entities: Sequence[Entity]) -> list[Entity]:
    return list(entities)
