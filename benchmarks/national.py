"""A graph of any size in the domain's shape: invented pages spread over all counties of the gazetteer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from random import Random

from invented import pages as invented_pages
from pyoxigraph import Quad, Store

from kg.extraction.gazetteer import load_gazetteer
from kg.graph.mapping import to_page_quads
from kg.graph.store import building
from kg.model import Article, Component, County, Formula, Page

TRIPLES_A_PAGE = 930
_STATUSES, _WEIGHTS = ("done", "under way", "piloted", "planned", "denied"), (80, 6, 4, 9, 1)
_SIGNS = "看评查议讲访帮带问联抓促比学创争"
_CHUNK = 500


def pages(articles: int, counties: int | None = None, seed: int = 1) -> Iterator[Page]:
    """Yield invented pages of one article each; some have no county, some no date.

    :param articles: how many.
    :param counties: over how many counties of the gazetteer; all by default.
    :param seed: other pages for another seed.
    """
    random = Random(seed)
    divisions = _divisions()
    if counties is not None:
        divisions = random.sample(divisions, counties)
    for page in invented_pages(articles, 1, seed):
        (article,) = page.articles
        county = random.choice(divisions) if random.random() < 0.95 else None
        article = replace(_with_formula(random, article), county=county, metadata=_metadata(random, article))
        entities = tuple(replace(entity, status=_status(random)) for entity in article.entities)
        figures = tuple(replace(figure, status=_status(random)) for figure in article.figures)
        yield replace(page, text=article.text, articles=(replace(article, entities=entities, figures=figures),))


def write_build(directory: Path, articles: int) -> None:
    """Write a build of invented pages into ``directory``."""
    with building(directory) as graph:
        graph.load_vocabulary()
        _fill(graph.store, (quad for page in pages(articles) for quad in to_page_quads(page)))
        graph.store.optimize()
        graph.describe()


def _fill(store: Store, quads: Iterable[Quad]) -> None:
    """Put many quads into their graphs and the union at once, past the journal that a build keeps."""
    rest = iter(quads)
    while chunk := list(islice(rest, _CHUNK * TRIPLES_A_PAGE)):
        store.bulk_extend([*chunk, *(Quad(q.subject, q.predicate, q.object) for q in chunk)])


def _divisions() -> list[County]:
    divisions = {division.county for found in load_gazetteer().by_name.values() for division in found}
    return sorted(divisions, key=lambda county: (county.code, county.name))


def _status(random: Random) -> str:
    return random.choices(_STATUSES, _WEIGHTS)[0]


def _metadata(random: Random, article: Article) -> dict[str, str]:
    if random.random() < 0.1:
        return {"newspaper": article.metadata["newspaper"]}
    year, month, day = random.randrange(2012, 2025), random.randrange(1, 13), random.randrange(1, 29)
    return {**article.metadata, "date": f"{year}-{month:02}-{day:02}"}


def _with_formula(random: Random, article: Article) -> Article:
    first, second = random.sample(_SIGNS, 2)
    wording = f"“三{first}两{second}”"
    start = len(article.text)
    components = (
        Component(label=f"三{first}", items=("台账", "现场", "成效")),
        Component(label=f"两{second}", items=("支部", "群众")),
    )
    formula = Formula(text=wording, start=start + 2, end=start + 2 + len(wording), components=components)
    text = f"{article.text}坚持{wording}，{first}台账、现场、成效，{second}支部、群众。"
    return replace(article, text=text, formulas=(formula,), source=replace(article.source, end=len(text)))
