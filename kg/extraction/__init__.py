"""Article → facts: county, entities, formulas, figures and measures, each with its offsets.

``extract`` is a pure function of a page: same page, same facts, on every machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.extraction.analysis import Analysis
from kg.extraction.candidates import Candidate
from kg.extraction.county import find_counties
from kg.extraction.entities import propose, to_entities
from kg.extraction.figures import find_figures
from kg.extraction.formulas import find_formulas
from kg.extraction.listing import agree
from kg.extraction.measures import find_measures
from kg.extraction.practices import find_themes
from kg.extraction.relations import find_relations
from kg.extraction.scoring import load_models, score
from kg.extraction.selection import DISTRIBUTED
from kg.extraction.status import add_statuses
from kg.extraction.stretches import cut, join
from kg.model import Article, County, Page, Span

__all__ = ["assemble", "extract", "extract_article"]

_NUMBERED = ("Document", "Slogan", "Mechanism", "Programme", "Platform", "Alliance")


def extract(page: Page) -> Page:
    """Return the page with the facts of its articles filled in."""
    counties = find_counties(page)
    articles = tuple(extract_article(article, county) for article, county in zip(page.articles, counties))
    return replace(page, articles=articles)


def extract_article(article: Article, county: County | None) -> Article:
    """Return one article with its facts; ``county`` is the place that it reports on."""
    article = replace(article, county=county)
    return join(article, [(offset, _extract(stretch)) for offset, stretch in cut(article)])


def _extract(article: Article) -> Article:
    analysis = Analysis(article, article.county, load_models())
    candidates = propose(analysis)
    score(candidates)
    return assemble(article, analysis, candidates)


def assemble(article: Article, analysis: Analysis, candidates: Sequence[Candidate]) -> Article:
    """Return the article with the facts that scored candidates and the other finders yield.

    Lists raise scores (``kg.extraction.listing``).
    """
    agree(analysis, candidates)
    measures = find_measures(analysis)
    entities = to_entities(analysis, candidates)
    formulas = find_formulas(analysis, [e for e in entities if e.type == "Slogan"], measures)
    names = [Span(start=f.start, end=f.end) for f in formulas]
    names += [mention for e in entities if e.type in _NUMBERED and e.rule not in DISTRIBUTED for mention in e.mentions]
    entities = find_relations(analysis, entities)
    entities, figures = add_statuses(analysis, entities, find_figures(analysis, names))
    return replace(
        article,
        measures=tuple(measures),
        entities=tuple(entities),
        formulas=tuple(formulas),
        figures=tuple(figures),
        themes=find_themes(article.text, [e.practice for e in entities if e.practice]),
    )
