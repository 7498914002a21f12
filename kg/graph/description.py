"""What a build says of itself (VoID, DCAT): how much it holds, of which pages, until when, made by which version.

All of it follows from the pages in the store, nothing from the run, so that the same pages give the same bytes,
built at once or one after the other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

import kg
from kg.graph.counts import Counts
from kg.graph.iri import dataset_iri
from kg.graph.provenance import rule_iri, software_iri, to_software_triples
from kg.graph.vocab import (
    DCAT,
    DCTERMS,
    DJ,
    FOAF,
    PREFIXES,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
    VOID,
    XSD,
)

_TITLE = {"zh": "党建举措知识图谱", "en": "Knowledge graph of Party-building initiatives"}
_ABOUT = {
    "zh": "从报纸版面抽取的县级党建举措，每条事实均附原文依据。",
    "en": "Party-building initiatives of counties, read from newspaper pages, each fact with its printed evidence.",
}
_RIGHTS = {
    "zh": "引用的原文版权归各报刊所有；已知许可的版面在该版面上注明。",
    "en": "The wording quoted remains its publishers'; a page whose licence is known states it.",
}
_DATES = """SELECT (MIN(?date) AS ?first) (MAX(?date) AS ?last)
WHERE { ?page a dj:Page ; dj:date ?date FILTER (DATATYPE(?date) = xsd:date) }"""
_LICENCES = "SELECT DISTINCT ?licence { ?page a dj:Page OPTIONAL { ?page dcterms:license ?licence } }"


def description_graph(base: str) -> NamedNode:
    """Return the named graph of the description."""
    return NamedNode(f"{base}graph/dataset")


def to_description_quads(store: Store, base: str, counts: Counts, content: str) -> list[Quad]:
    """Return the description of all that the store's default graph holds.

    :param store: a store without a description, whose default graph is the union of the others.
    :param base: the base of the data's IRIs.
    :param counts: how much it holds.
    :param content: a hash of what its pages say of themselves.
    """
    graph, dataset = description_graph(base), dataset_iri(base)
    triples = [
        Triple(graph, RDF.type, VOID.DatasetDescription),
        Triple(graph, FOAF.primaryTopic, dataset),
        *_dataset_triples(store, base, dataset, content),
        *_count_triples(dataset, counts),
        *_rule_triples(store),
        *to_software_triples(),
    ]
    return [Quad(t.subject, t.predicate, t.object, graph) for t in triples]


def _dataset_triples(store: Store, base: str, dataset: NamedNode, content: str) -> Iterator[Triple]:
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
    yield from _page_triples(store, dataset, content)


def _page_triples(store: Store, dataset: NamedNode, content: str) -> Iterator[Triple]:
    """Yield what the pages say together: a hash of all, the time that they span, the licence that they share."""
    digest = hashlib.sha256("\n".join((content, *map(str, to_software_triples()))).encode()).hexdigest()
    yield Triple(dataset, DCTERMS.identifier, Literal(f"sha256:{digest}"))
    (dates,) = store.query(_DATES, prefixes=PREFIXES)
    yield from _period_triples(dataset, dates["first"], dates["last"], digest[:8])
    licences = {solution["licence"] for solution in store.query(_LICENCES, prefixes=PREFIXES)}
    if len(licences) == 1 and None not in licences:
        yield Triple(dataset, DCTERMS.license, licences.pop())
    else:
        yield from _texts(dataset, DCTERMS.rights, _RIGHTS)


def _period_triples(
    dataset: NamedNode, first: Literal | None, last: Literal | None, content: str
) -> Iterator[Triple]:
    """Yield the version, the last date and a hash of the content, and from when until when the pages are."""
    if last is None:
        yield Triple(dataset, DCAT.version, Literal(content))
        return
    period = NamedNode(f"{dataset.value}/period")
    yield Triple(dataset, DCAT.version, Literal(f"{last.value}-{content}"))
    yield Triple(dataset, DCTERMS.modified, last)
    yield Triple(dataset, DCTERMS.temporal, period)
    yield Triple(period, RDF.type, DCTERMS.PeriodOfTime)
    yield Triple(period, DCAT.startDate, first)
    yield Triple(period, DCAT.endDate, last)


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
    from kg.extraction.lexicon import (
        read_table,  # loads the extraction, which only a build needs
    )

    for kind, code, zh, en in read_table("trace"):
        node = rule_iri(code)
        if kind == "rule" and next(store.quads_for_pattern(None, DJ.rule, node, DefaultGraph()), None):
            yield Triple(node, RDF.type, DJ.Rule)
            yield from _texts(node, RDFS.label, {"zh": zh, "en": en})


def _texts(node: NamedNode, term: NamedNode, texts: dict[str, str]) -> Iterator[Triple]:
    return (Triple(node, term, Literal(text, language=language)) for language, text in texts.items())


def _integer(number: int) -> Literal:
    return Literal(str(number), datatype=XSD.integer)
