"""What a build says of itself (VoID, DCAT): how much it holds, of which pages, until when, made by which version.

All of it follows from the pages in the store, nothing from the run, so that the same pages give the same bytes,
built at once or one after the other.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

import kg
from kg.graph.counts import Counts
from kg.graph.iri import dataset_iri
from kg.graph.provenance import rule_iri, software_iri, to_software_triples
from kg.graph.turtle import to_ntriples
from kg.graph.vocab import DCAT, DCTERMS, DJ, FOAF, PREFIXES, PROV, RDF, RDFS, SCHEMA, SKOS, VOID, XSD

_TITLE = {"zh": "党建举措知识图谱", "en": "Knowledge graph of Party-building initiatives"}
_ABOUT = {
    "zh": "从报纸版面抽取的县级党建举措，每条事实均附原文依据。",
    "en": "Party-building initiatives of counties, read from newspaper pages, each fact with its printed evidence.",
}
_RIGHTS = {
    "zh": "引用的原文版权归各报刊所有；已知许可的版面在该版面上注明。",
    "en": "The wording quoted remains its publishers'; a page whose licence is known states it.",
}
_PAGES = """SELECT ?page ?property ?said WHERE { ?page a dj:Page ; ?property ?said }"""


def description_graph(base: str) -> NamedNode:
    """Return the named graph of the description."""
    return NamedNode(f"{base}graph/dataset")


def to_description_quads(store: Store, base: str, counts: Counts) -> list[Quad]:
    """Return the description of all that the store's default graph holds.

    :param store: a store without a description, whose default graph is the union of the others.
    :param base: the base of the data's IRIs.
    :param counts: how much it holds.
    """
    graph, dataset = description_graph(base), dataset_iri(base)
    triples = [
        Triple(graph, RDF.type, VOID.DatasetDescription),
        Triple(graph, FOAF.primaryTopic, dataset),
        *_dataset_triples(store, base, dataset),
        *_count_triples(dataset, counts),
        *_rule_triples(store),
        *to_software_triples(),
    ]
    return [Quad(t.subject, t.predicate, t.object, graph) for t in triples]


def _dataset_triples(store: Store, base: str, dataset: NamedNode) -> Iterator[Triple]:
    yield Triple(dataset, RDF.type, VOID.Dataset)
    yield Triple(dataset, RDF.type, DCAT.Dataset)
    for term, texts in ((DCTERMS.title, _TITLE), (RDFS.label, _TITLE), (DCTERMS.description, _ABOUT)):
        yield from _texts(dataset, term, texts)
    yield Triple(dataset, DCTERMS.language, NamedNode("http://id.loc.gov/vocabulary/iso639-1/zh"))
    yield Triple(dataset, DCTERMS.conformsTo, NamedNode(f"{DJ.iri.rstrip('#')}/{kg.__version__}"))
    for vocabulary in (DJ.iri, PROV.iri, SCHEMA.iri, SKOS.iri):
        yield Triple(dataset, VOID.vocabulary, NamedNode(vocabulary))
    yield Triple(dataset, VOID.uriSpace, Literal(base))
    yield Triple(dataset, PROV.wasAttributedTo, software_iri())
    yield from _page_triples(store, dataset)


def _page_triples(store: Store, dataset: NamedNode) -> Iterator[Triple]:
    """Yield what the pages say together: a hash of all, the time that they span, the licence that they share."""
    said: dict[NamedNode, set[tuple[NamedNode, NamedNode | Literal]]] = defaultdict(set)
    for page, term, value in store.query(_PAGES, prefixes=PREFIXES):
        said[term].add((page, value))
    pages = [Triple(page, term, value) for term, pairs in said.items() for page, value in pairs]
    digest = hashlib.sha256(to_ntriples([*pages, *to_software_triples()])).hexdigest()
    yield Triple(dataset, DCTERMS.identifier, Literal(f"sha256:{digest}"))
    dates = sorted({date for _, date in said[DJ.date] if date.datatype == XSD.date}, key=str)
    yield from _period_triples(dataset, dates, digest[:8])
    licences = {licence for _, licence in said[DCTERMS.license]}
    if len(licences) == 1 and len(said[DCTERMS.license]) == len(said[RDF.type]):
        yield Triple(dataset, DCTERMS.license, licences.pop())
    else:
        yield from _texts(dataset, DCTERMS.rights, _RIGHTS)


def _period_triples(dataset: NamedNode, dates: Sequence[Literal], content: str) -> Iterator[Triple]:
    """Yield the version, the last date and a hash of the content, and from when until when the pages are."""
    if not dates:
        yield Triple(dataset, DCAT.version, Literal(content))
        return
    period = NamedNode(f"{dataset.value}/period")
    yield Triple(dataset, DCAT.version, Literal(f"{dates[-1].value}-{content}"))
    yield Triple(dataset, DCTERMS.modified, dates[-1])
    yield Triple(dataset, DCTERMS.temporal, period)
    yield Triple(period, RDF.type, DCTERMS.PeriodOfTime)
    yield Triple(period, DCAT.startDate, dates[0])
    yield Triple(period, DCAT.endDate, dates[-1])


def _count_triples(dataset: NamedNode, counts: Counts) -> Iterator[Triple]:
    yield Triple(dataset, VOID.triples, _integer(counts.triples))
    yield Triple(dataset, VOID.entities, _integer(counts.entities))
    for term, number in sorted(counts.classes.items(), key=str):
        if number:
            part = NamedNode(f"{dataset.value}/{term.value.removeprefix(DJ.iri)}")
            yield Triple(dataset, VOID.classPartition, part)
            yield Triple(part, RDF.type, VOID.Dataset)
            yield Triple(part, VOID["class"], term)
            yield Triple(part, VOID.entities, _integer(number))


def _rule_triples(store: Store) -> Iterator[Triple]:
    """Yield the rules that facts were made by, with their names in both languages."""
    from kg.extraction.lexicon import read_table  # loads the extraction, which only a build needs

    for kind, code, zh, en in read_table("trace"):
        node = rule_iri(code)
        if kind == "rule" and next(store.quads_for_pattern(None, DJ.rule, node, DefaultGraph()), None):
            yield Triple(node, RDF.type, DJ.Rule)
            yield from _texts(node, RDFS.label, {"zh": zh, "en": en})


def _texts(node: NamedNode, term: NamedNode, texts: dict[str, str]) -> Iterator[Triple]:
    return (Triple(node, term, Literal(text, language=language)) for language, text in texts.items())


def _integer(number: int) -> Literal:
    return Literal(str(number), datatype=XSD.integer)
