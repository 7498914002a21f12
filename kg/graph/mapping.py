"""Facts to RDF: one article becomes the triples of one named graph.

The article is reported as an initiative, the hub between its county and all it names.  What is done, under way
or piloted also hangs on the county itself, a shortcut; what is planned or denied stays at the hub.  The evidence
of everything hangs on the county too, by kind: the shortcut that most questions take.  Every named thing points at
its evidence, a mention with offsets into the article's text and into the page.  No blank nodes, so the same facts
give the same triples on every run.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from urllib.parse import urlsplit

from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg.graph.iri import (
    BASE,
    article_iri,
    check_base,
    dataset_iri,
    entity_iri,
    extraction_iri,
    graph_iri,
    in_article,
    in_initiative,
    page_graph_iri,
    page_iri,
    reported_county_iri,
    to_segment,
)
from kg.graph.provenance import rule_iri, to_extraction_triples
from kg.graph.regions import to_region_triples
from kg.graph.sentences import Sentences
from kg.graph.terms import REALISED, to_date
from kg.graph.vocab import DCTERMS, DJ, PRACTICE, PROV, RDF, RDFS, SCHEMA, SKOS, THEME, XSD
from kg.model import Article, Byline, Component, Cue, Entity, Figure, Formula, Page

_HUB = {
    "Alliance": DJ.hasAlliance,
    "Mechanism": DJ.hasMechanism,
    "Programme": DJ.hasProgramme,
    "Platform": DJ.hasPlatform,
    "Slogan": DJ.hasSlogan,
    "Document": DJ.hasDocument,
    "Organisation": DJ.involves,
    "Person": DJ.involves,
    "Place": DJ.involves,
    "Figure": DJ.hasFigure,
}
_SHORTCUT = {
    "Alliance": DJ.usesAlliance,
    "Mechanism": DJ.usesMechanism,
    "Programme": DJ.runsProgramme,
    "Platform": DJ.operatesPlatform,
    "Slogan": DJ.proclaimsSlogan,
    "Document": DJ.issuesDocument,
}
_EVIDENCE = {kind: DJ[f"{kind.lower()}Evidence"] for kind in _HUB}
_PRINTED = {"newspaper": DJ.newspaper, "page": DJ.pageNumber, "section": DJ.section}
_NUMBER = r"[0-9０-９.,．，〇零一二三四五六七八九十百千两]+"
_TITLE_LENGTH = 30


@dataclass(frozen=True, slots=True)
class _Context:
    """What every fact of one article needs: where it stands and what it hangs on."""

    base: str
    article: Article
    node: NamedNode
    initiative: NamedNode
    county: NamedNode | None
    sentences: Sentences


def to_quads(article: Article, base: str = BASE) -> list[Quad]:
    """Return the quads of one article, sorted, all in the article's own named graph.

    :param article: the article with its facts; ``source.file`` and ``article`` name its graph.
    :param base: where the data's IRIs are minted, an http(s) IRI ending in a slash.
    :raises InvalidBase: if nothing can be minted under ``base``.
    :raises EmptyName: if a fact has no name.
    """
    graph = graph_iri(check_base(base), article)
    return _sorted_quads(_article_triples(article, base), graph)


def to_page_quads(page: Page, base: str = BASE) -> list[Quad]:
    """Return the quads of a page and of all its articles, each in its own named graph, sorted within each.

    A page without an article still has its own graph, so that it is known to have been read.
    """
    return [quad for graph, triples in to_page_graphs(page, base) for quad in _sorted_quads(triples, graph)]


def to_page_graphs(page: Page, base: str = BASE) -> Iterator[tuple[NamedNode, Iterator[Triple]]]:
    """Yield the named graphs of a page and of its articles, each with its triples: in no order, some twice."""
    node = page_iri(check_base(base), page.file)
    source = Triple(dataset_iri(base), DCTERMS.source, node)
    own = chain(_page_triples(node, page.file, page.sha256), to_extraction_triples(base, page.file), [source])
    yield page_graph_iri(base, page.file), own
    for article in sorted(page.articles, key=lambda article: article.article):
        yield graph_iri(base, article), _article_triples(article, base)


def _sorted_quads(triples: Iterable[Triple], graph: NamedNode) -> list[Quad]:
    ordered = sorted(set(triples), key=lambda t: (t[0].value, t[1].value, str(t[2])))
    return [Quad(t.subject, t.predicate, t.object, graph) for t in ordered]


def _article_triples(article: Article, base: str) -> Iterator[Triple]:
    context = _Context(
        base=base,
        article=article,
        node=article_iri(base, article),
        initiative=in_initiative(base, "initiative", article),
        county=reported_county_iri(base, article),
        sentences=Sentences(article.text),
    )
    yield from _page_triples(page_iri(base, article.source.file), article.source.file, article.source.sha256)
    yield from _metadata_triples(page_iri(base, article.source.file), article.metadata)
    yield from _report_triples(context)
    yield from _initiative_triples(context)
    yield from to_region_triples(base, article)
    for number, measure in enumerate(article.measures, 1):
        yield from _measure_triples(context, number, measure.start, measure.end)
    for entity in article.entities:
        yield from _entity_triples(context, entity)
    for formula in article.formulas:
        yield from _formula_triples(context, formula)
    for figure in article.figures:
        yield from _figure_triples(context, figure)


def _page_triples(node: NamedNode, file: str, sha256: str) -> Iterator[Triple]:
    yield Triple(node, RDF.type, DJ.Page)
    yield Triple(node, RDFS.label, _zh(file))
    yield Triple(node, DJ.file, Literal(file))
    yield Triple(node, DJ.sha256, Literal(sha256))


def _metadata_triples(node: NamedNode, metadata: dict[str, str]) -> Iterator[Triple]:
    for key, term in _PRINTED.items():
        if metadata.get(key):
            yield Triple(node, term, _zh(metadata[key]) if key != "page" else Literal(metadata[key]))
    if metadata.get("date"):
        yield Triple(node, DJ.date, to_date(metadata["date"]))
    if metadata.get("url"):
        yield Triple(node, SCHEMA.url, Literal(metadata["url"], datatype=XSD.anyURI))
    if metadata.get("licence"):
        yield _licence_triple(node, metadata["licence"])


def _licence_triple(node: NamedNode, licence: str) -> Triple:
    """Return the licence by its address, or the words about it."""
    try:
        if licence.startswith(("http://", "https://")) and urlsplit(licence).hostname:
            return Triple(node, DCTERMS.license, NamedNode(licence))
    except ValueError:
        pass  # no address after all: kept as it is written
    return Triple(node, DCTERMS.rights, _zh(licence))


def _report_triples(context: _Context) -> Iterator[Triple]:
    article, node, page = context.article, context.node, page_iri(context.base, context.article.source.file)
    yield Triple(node, RDF.type, DJ.Article)
    yield Triple(node, RDFS.label, _zh(_to_title(article)))
    yield Triple(node, DJ.onPage, page)
    yield Triple(node, PROV.wasDerivedFrom, page)
    for made in (node, graph_iri(context.base, article)):
        yield Triple(made, PROV.wasGeneratedBy, extraction_iri(context.base, article.source.file))
    yield Triple(node, DJ.position, _integer(article.article))
    yield Triple(node, DJ.kind, Literal(article.kind))
    yield Triple(node, DJ.text, _zh(article.text))
    yield Triple(node, DJ.pageStart, _integer(article.source.start))
    yield Triple(node, DJ.pageEnd, _integer(article.source.end))
    yield Triple(node, DJ.reports, context.initiative)
    yield from _metadata_triples(node, article.metadata)
    if article.headline:
        yield Triple(node, DJ.headline, _zh(article.headline))
    for byline in article.bylines:
        yield Triple(node, DJ.byline, _zh(_to_printed_byline(byline)))
        yield Triple(node, DJ.reporter, _zh(byline.name))
    if article.bylines:
        yield Triple(node, DJ.bylines, Literal("; ".join(sorted(set(map(_to_printed_byline, article.bylines))))))


def _initiative_triples(context: _Context) -> Iterator[Triple]:
    yield Triple(context.initiative, RDF.type, DJ.Initiative)
    yield Triple(context.initiative, RDFS.label, _zh(_to_title(context.article)))
    if context.county is not None:
        yield Triple(context.county, DJ.undertakes, context.initiative)
    for theme in context.article.themes:
        node = NamedNode(THEME + to_segment(theme))
        yield Triple(context.initiative, DJ.theme, node)
        if context.county is not None:
            yield Triple(context.county, DJ.pursuesTheme, node)


def _measure_triples(context: _Context, number: int, start: int, end: int) -> Iterator[Triple]:
    node = in_article(context.base, "measure", context.article, str(number))
    yield Triple(context.node, DJ.hasMeasure, node)
    yield Triple(node, RDF.type, DJ.Measure)
    yield Triple(node, RDFS.label, _zh(context.article.text[start:end]))
    yield Triple(node, DJ.position, _integer(number))
    yield from _passage_triples(context, node, start, end)


def _entity_triples(context: _Context, entity: Entity) -> Iterator[Triple]:
    node = _entity_node(context, entity)
    yield Triple(node, RDF.type, DJ[entity.type])
    yield Triple(node, RDFS.label, _zh(entity.name))
    for alias in entity.aliases:
        yield Triple(node, SKOS.altLabel, _zh(alias))
    if entity.practice:
        practice = NamedNode(PRACTICE + to_segment(entity.practice))
        yield Triple(node, DJ.practice, practice)
        if context.county is not None and entity.status in REALISED:
            yield Triple(context.county, DJ.appliesPractice, practice)
    if entity.type == "Place" and context.county is not None:
        yield Triple(node, DJ.within, context.county)
    yield from _relation_triples(context, node, entity)
    yield from _mention_triples(context, node, entity)


def _evidence_triples(
    context: _Context, kind: str, node: NamedNode, mention: NamedNode, status: str
) -> Iterator[Triple]:
    """Yield what hangs a thing on its initiative and county, with its status and the mention that proves it."""
    yield Triple(node, DJ.status, Literal(status))
    yield Triple(node, DJ.evidence, mention)
    yield Triple(mention, DJ.status, Literal(status))
    yield Triple(context.initiative, _HUB[kind], node)
    if context.county is not None:
        yield Triple(context.county, _EVIDENCE[kind], mention)
    if context.county is not None and kind in _SHORTCUT and status in REALISED:
        yield Triple(context.county, _SHORTCUT[kind], node)


def _relation_triples(context: _Context, node: NamedNode, entity: Entity) -> Iterator[Triple]:
    related = [(DJ.ledBy, entity.lead), (DJ.carriedOutBy, entity.by)]
    related += [(DJ.hasMember, member) for member in entity.members]
    for term, name in related:
        if name:
            body, triples = _to_body(context, name, entity)
            yield from triples
            yield Triple(node, term, body)


def _to_body(context: _Context, name: str, entity: Entity) -> tuple[NamedNode, list[Triple]]:
    """Return the node of the body called ``name`` and the triples that introduce it.

    That is the article's county, an organisation or alliance of the article (by name, then by alias), or else an
    organisation of its own, proved by its first place in the article.
    """
    article = context.article
    if article.county and context.county and article.county.name == name:
        return context.county, []
    bodies = [e for e in article.entities if e.type in ("Alliance", "Organisation") and name in (e.name, *e.aliases)]
    if bodies:
        return _entity_node(context, min(bodies, key=lambda e: (e.name != name, e.type != "Organisation", e.name))), []
    node = entity_iri(context.base, "organisation", article, name)
    start = article.text.find(name)
    start, end = (start, start + len(name)) if start >= 0 else (entity.start, entity.end)
    mention = _mention_iri(context, start, end, "organisation", name)
    return node, [
        Triple(node, RDF.type, DJ.Organisation),
        Triple(node, RDFS.label, _zh(name)),
        Triple(node, DJ.evidence, mention),
        *_refer_triples(context, mention, node, start, end),
    ]


def _mention_triples(context: _Context, node: NamedNode, entity: Entity) -> Iterator[Triple]:
    kind = entity.type.lower()
    evidence = _mention_iri(context, entity.start, entity.end, kind, entity.name)
    yield from _evidence_triples(context, entity.type, node, evidence, entity.status)
    if entity.practice and context.county is not None:
        yield Triple(context.county, DJ.practiceEvidence, evidence)
    if entity.rule:
        yield Triple(evidence, DJ.rule, rule_iri(entity.rule))
    yield from _cue_triples(context, evidence, entity.cues)
    for start, end in {(entity.start, entity.end), *((m.start, m.end) for m in entity.mentions)}:
        mention = _mention_iri(context, start, end, kind, entity.name)
        yield from _refer_triples(context, mention, node, start, end)


def _formula_triples(context: _Context, formula: Formula) -> Iterator[Triple]:
    """Yield a formula; a slogan of the same wording is the same thing, and its evidence and status hold for both."""
    article, base = context.article, context.base
    node = entity_iri(base, "slogan", article, formula.text)
    mention = _mention_iri(context, formula.start, formula.end, "formula", formula.text)
    yield Triple(node, RDF.type, DJ.Formula)
    yield Triple(node, RDFS.label, _zh(formula.text))
    yield from _refer_triples(context, mention, node, formula.start, formula.end)
    if formula.rule:
        yield Triple(mention, DJ.rule, rule_iri(formula.rule))
    slogan = next((e for e in article.entities if e.type == "Slogan" and e.name == formula.text), None)
    if slogan is None:
        yield from _evidence_triples(context, "Slogan", node, mention, "done")
    if context.county is not None:
        evidence = mention if slogan is None else _mention_iri(context, slogan.start, slogan.end, "slogan", slogan.name)
        yield Triple(context.county, DJ.formulaEvidence, evidence)
    for position, component in enumerate(formula.components, 1):
        part = in_article(base, "component", article, formula.text, str(formula.start), str(position))
        yield Triple(node, DJ.hasComponent, part)
        yield from _component_triples(context, part, position, component)


def _component_triples(context: _Context, node: NamedNode, position: int, component: Component) -> Iterator[Triple]:
    yield Triple(node, RDF.type, DJ.Component)
    yield Triple(node, RDFS.label, _zh(component.label))
    yield Triple(node, DJ.label, _zh(component.label))
    yield Triple(node, DJ.position, _integer(position))
    yield Triple(node, DJ.inArticle, context.node)
    if component.items:
        yield Triple(node, SKOS.definition, _zh("、".join(component.items)))
    for item in component.items:
        yield Triple(node, DJ.item, _zh(item))


def _figure_triples(context: _Context, figure: Figure) -> Iterator[Triple]:
    stretch = f"{figure.start}-{figure.end}"
    node = in_initiative(context.base, "figure", context.article, stretch, figure.text)
    yield Triple(node, RDF.type, DJ.Figure)
    yield Triple(node, RDFS.label, _zh(figure.text))
    yield Triple(node, DJ.value, Literal(_to_decimal(figure.value), datatype=XSD.decimal))
    yield Triple(node, DJ.printed, Literal(_to_printed(figure)))
    yield Triple(node, DJ.approximate, Literal(figure.approx))
    if figure.unit:
        yield Triple(node, DJ.unit, _zh(figure.unit))
    if figure.of:
        yield Triple(node, DJ.of, _zh(figure.of))
    evidence = _mention_iri(context, figure.start, figure.end, "figure", figure.text)
    yield from _evidence_triples(context, "Figure", node, evidence, figure.status)
    if figure.rule:
        yield Triple(evidence, DJ.rule, rule_iri(figure.rule))
    yield from _cue_triples(context, evidence, figure.cues)
    yield from _refer_triples(context, evidence, node, figure.start, figure.end)


def _refer_triples(context: _Context, mention: NamedNode, node: NamedNode, start: int, end: int) -> Iterator[Triple]:
    yield Triple(mention, RDF.type, DJ.Mention)
    yield Triple(mention, DJ.refersTo, node)
    yield Triple(mention, DJ.sentence, _zh(context.sentences.around(start, end)))
    yield from _passage_triples(context, mention, start, end)


def _cue_triples(context: _Context, evidence: NamedNode, cues: tuple[Cue, ...]) -> Iterator[Triple]:
    for cue in cues:
        node = in_article(context.base, "cue", context.article, f"{cue.start}-{cue.end}", cue.role)
        yield Triple(evidence, DJ.cue, node)
        yield Triple(node, RDF.type, DJ.Cue)
        yield Triple(node, DJ.role, Literal(cue.role))
        yield from _passage_triples(context, node, cue.start, cue.end)


def _passage_triples(context: _Context, node: NamedNode, start: int, end: int) -> Iterator[Triple]:
    source = context.article.source
    yield Triple(node, DJ.inArticle, context.node)
    yield Triple(node, DJ.exact, _zh(context.article.text[start:end]))
    yield Triple(node, DJ.start, _integer(start))
    yield Triple(node, DJ.end, _integer(end))
    if source.runs and end > start:
        yield Triple(node, DJ.pageStart, _integer(source.to_page(start)))
        yield Triple(node, DJ.pageEnd, _integer(source.to_page(end - 1) + 1))


def _entity_node(context: _Context, entity: Entity) -> NamedNode:
    return entity_iri(context.base, entity.type.lower(), context.article, entity.name)


def _mention_iri(context: _Context, start: int, end: int, kind: str, name: str) -> NamedNode:
    return in_article(context.base, "mention", context.article, f"{start}-{end}", kind, name)


def _to_printed_byline(byline: Byline) -> str:
    return f"{byline.role} {byline.name}".strip()


def _to_title(article: Article) -> str:
    """Return the headline, or the beginning of a text that has none."""
    if article.headline:
        return article.headline
    text = " ".join(article.text.split())
    return text if len(text) <= _TITLE_LENGTH else text[:_TITLE_LENGTH] + "…"


def _to_decimal(value: float) -> str:
    """Return the canonical lexical form of ``xsd:decimal``: no exponent, no trailing zeros."""
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _to_printed(figure: Figure) -> str:
    """Return the number as printed, before its unit; the store normalises ``12.50``, the source does not."""
    before_unit = re.search(rf"{_NUMBER}[万亿]?(?=[余多来]?[万亿]?{re.escape(figure.unit)})", figure.text)
    number = before_unit or re.search(rf"{_NUMBER}[万亿]?", figure.text)
    return number.group() if number else figure.text


@lru_cache(maxsize=4096)  # the offsets of one article recur in the next
def _integer(number: int) -> Literal:
    return Literal(str(number), datatype=XSD.integer)


def _zh(text: str) -> Literal:
    return Literal(text, language="zh")
