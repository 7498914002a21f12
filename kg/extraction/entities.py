"""Entities of an article: candidates proposed, scored, selected, related and linked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from kg.extraction.analysis import Analysis
from kg.extraction.beside import find_listed_bodies
from kg.extraction.candidates import Candidate
from kg.extraction.coordination import find_coordinations
from kg.extraction.headed import find_headed
from kg.extraction.issued import find_issued
from kg.extraction.listed_places import find_listed_places
from kg.extraction.parallel import find_parallel
from kg.extraction.persons import find_persons
from kg.extraction.places import find_places
from kg.extraction.practices import find_practice
from kg.extraction.quoted import find_quoted
from kg.extraction.selection import select
from kg.extraction.wordings import join_wordings
from kg.model import Entity

Generator = Callable[[Analysis], list[Candidate]]

GENERATORS: tuple[Generator, ...] = (
    find_quoted,
    find_headed,
    find_issued,
    find_listed_bodies,
    find_coordinations,
    find_listed_places,
    find_parallel,
    find_places,
    find_persons,
)


def propose(analysis: Analysis) -> list[Candidate]:
    """Return every candidate of the article, unscored."""
    return [candidate for generate in GENERATORS for candidate in generate(analysis)]


def to_entities(analysis: Analysis, candidates: Sequence[Candidate]) -> list[Entity]:
    """Return the entities that scored candidates make up, in the order in which they are first named."""
    return [_with_practice(entity) for entity in join_wordings(select(analysis, candidates))]


def _with_practice(entity: Entity) -> Entity:
    practice = find_practice(entity.type, entity.name, entity.aliases)
    return replace(entity, practice=practice) if practice else entity
