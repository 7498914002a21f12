"""Texts longer than any printed article, read in stretches: extraction takes time in proportion to the text.

Within an article names are counted and compared with each other; a report of a hundred pages, or a page that is
hostile, would make that grow with the square of its length.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from kg.extraction.selection import bare
from kg.model import STATUSES, Article, Cue, Entity, Figure, Formula, Span

_Fact = TypeVar("_Fact", Span, Cue, Formula, Figure, Entity)
LONGEST = 20_000
"""Characters; the longest articles that newspapers print have about half of that."""


def cut(article: Article) -> Iterator[tuple[int, Article]]:
    """Yield (offset, stretch) of an article: the article itself, or stretches of at most LONGEST characters of it.

    A stretch ends with a paragraph where it can, else with a sentence, else anywhere.
    """
    start = 0
    while len(article.text) - start > LONGEST:
        end = _find_end(article, start)
        yield start, _take(article, start, end)
        start = end
    yield start, _take(article, start, len(article.text)) if start else article


def join(article: Article, stretches: Sequence[tuple[int, Article]]) -> Article:
    """Return the article with the facts of its stretches; what several of them name is one entity."""
    if len(stretches) == 1:
        return stretches[0][1]
    entities: dict[tuple[str, str], Entity] = {}
    for by, stretch in stretches:
        for entity in stretch.entities:
            key = entity.type, bare(entity.name)
            moved = _move_entity(entity, by)
            entities[key] = _merge(entities[key], moved) if key in entities else moved
    return replace(
        article,
        county=stretches[0][1].county,
        entities=tuple(entities.values()),
        measures=tuple(_move(span, by) for by, s in stretches for span in s.measures),
        formulas=tuple(_move(formula, by) for by, s in stretches for formula in s.formulas),
        figures=tuple(_move_figure(figure, by) for by, s in stretches for figure in s.figures),
        themes=tuple(dict.fromkeys(theme for _, s in stretches for theme in s.themes)),
    )


def _find_end(article: Article, start: int) -> int:
    paragraphs = [p.start for p in article.paragraphs if start < p.start <= start + LONGEST]
    sentence = article.text.rfind("。", start, start + LONGEST) + 1
    return paragraphs[-1] if paragraphs else sentence or start + LONGEST


def _take(article: Article, start: int, end: int) -> Article:
    paragraphs = (
        Span(start=max(p.start, start) - start, end=min(p.end, end) - start)
        for p in article.paragraphs
        if p.start < end and start < p.end
    )
    runs = tuple((at - start, page) for at, page in article.source.runs if start <= at < end)
    source = replace(article.source, runs=runs)
    return replace(article, text=article.text[start:end], paragraphs=tuple(paragraphs), source=source)


def _move(fact: _Fact, by: int) -> _Fact:
    return replace(fact, start=fact.start + by, end=fact.end + by)


def _move_figure(figure: Figure, by: int) -> Figure:
    return replace(_move(figure, by), cues=tuple(_move(cue, by) for cue in figure.cues))


def _move_entity(entity: Entity, by: int) -> Entity:
    mentions, cues = tuple(_move(span, by) for span in entity.mentions), tuple(_move(cue, by) for cue in entity.cues)
    return replace(_move(entity, by), mentions=mentions, cues=cues)


def _merge(first: Entity, again: Entity) -> Entity:
    """Return what two stretches say of one thing: the earlier name, and of its statuses the strongest."""
    strongest = min(first, again, key=lambda entity: STATUSES.index(entity.status))
    return replace(
        first,
        aliases=tuple(dict.fromkeys((*first.aliases, *again.aliases))),
        mentions=first.mentions + again.mentions,
        lead=first.lead or again.lead,
        members=first.members or again.members,
        by=first.by or again.by,
        status=strongest.status,
        cues=strongest.cues,
    )
