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
from kg.graph.page_lines import Said
from kg.graph.provenance import rule_iri, software_iri, to_software_triples
from kg.graph.vocab import (
    DCAT,
    DCTERMS,
    DJ,
    FOAF,
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


def description_graph(base: str) -> NamedNode:
    """Return the named graph of the description."""
    return NamedNode(f"{base}graph/dataset")


def to_description_quads(store: Store, base: str, counts: Counts, said: Said) -> list[Quad]:
    """Return the description of all that the store's default graph holds.

    :param store: a store without a description, whose default graph is the union of the others.
    :param base: the base of the data's IRIs.
    :param counts: how much it holds.
    :param said: what its pages say together.
    """
    graph, dataset = description_graph(base), dataset_iri(base)
    triples = [
        Triple(graph, RDF.type, VOID.DatasetDescription),
        Triple(graph, FOAF.primaryTopic, dataset),
        *_dataset_triples(base, dataset, said),
        *_count_triples(dataset, counts),
        *_rule_triples(store),
        *to_software_triples(),
    ]
    return [Quad(t.subject, t.predicate, t.object, graph) for t in triples]


def _dataset_triples(base: str, dataset: NamedNode, said: Said) -> Iterator[Triple]:
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
    yield from _page_triples(dataset, said)


def _page_triples(dataset: NamedNode, said: Said) -> Iterator[Triple]:
    """Yield what the pages say together: a hash of all, the time that they span, the licence that they share."""
    digest = hashlib.sha256("\n".join((said.digest, *map(str, to_software_triples()))).encode()).hexdigest()
    yield Triple(dataset, DCTERMS.identifier, Literal(f"sha256:{digest}"))
    yield from _period_triples(dataset, said.dates, digest[:8])
    if len(said.licences) == 1 and "" not in said.licences:
        yield Triple(dataset, DCTERMS.license, NamedNode(*said.licences))
    else:
        yield from _texts(dataset, DCTERMS.rights, _RIGHTS)


def _period_triples(dataset: NamedNode, dates: tuple[str, ...], content: str) -> Iterator[Triple]:
    """Yield the version, the last date and a hash of the content, and from when until when the pages are."""
    if not dates:
        yield Triple(dataset, DCAT.version, Literal(content))
        return
    first, last = (Literal(date, datatype=XSD.date) for date in dates)
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
