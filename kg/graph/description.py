"""What a build says of itself (VoID, DCAT): how much it holds, of which pages, until when, made by which version.

All of it follows from the pages in the store, nothing from the run, so that the same pages give the same bytes,
built at once or one after the other.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

import kg
from kg.graph.provenance import rule_iri, software_iri, to_software_triples
from kg.graph.turtle import to_ntriples
from kg.graph.vocab import DCAT, DCTERMS, DJ, FOAF, PROV, RDF, RDFS, SCHEMA, SKOS, VOID, XSD

_TITLE = {"zh": "党建举措知识图谱", "en": "Knowledge graph of Party-building initiatives"}
_ABOUT = {
    "zh": "从报纸版面抽取的县级党建举措，每条事实均附原文依据。",
    "en": "Party-building initiatives of counties, read from newspaper pages, each fact with its printed evidence.",
}
_RIGHTS = {
    "zh": "引用的原文版权归各报刊所有；已知许可的版面在该版面上注明。",
    "en": "The wording quoted remains its publishers'; a page whose licence is known states it.",
}
_PAGES = "SELECT DISTINCT ?page WHERE { ?page a dj:Page } ORDER BY ?page"
_DATES = """SELECT (MIN(?date) AS ?first) (MAX(?date) AS ?last)
WHERE { ?page a dj:Page ; dj:date ?date FILTER (DATATYPE(?date) = xsd:date) }"""
_LICENCES = "SELECT DISTINCT ?licence { ?page a dj:Page OPTIONAL { ?page dcterms:license ?licence } }"
_TRIPLES = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
_ENTITIES = "SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s ?p ?o }"
_CLASSES = "SELECT ?class (COUNT(*) AS ?n) WHERE { ?s a ?class } GROUP BY ?class"
_OUTSIDE = "SELECT DISTINCT ?s { { ?s a prov:SoftwareAgent } UNION { ?s dj:caseTally ?tally } }"
_RULES = "SELECT DISTINCT ?rule WHERE { ?mention dj:rule ?rule } ORDER BY ?rule"
_PREFIXES = {"dj": DJ.iri, "dcterms": DCTERMS.iri, "prov": PROV.iri, "xsd": XSD.iri}


def description_graph(base: str) -> NamedNode:
    """Return the named graph of the description."""
    return NamedNode(f"{base}graph/dataset")


def to_description_quads(store: Store, base: str, vocabulary: Iterable[NamedNode]) -> list[Quad]:
    """Return the description of all that the store's default graph holds.

    :param store: a store without a description, whose default graph is the union of the others.
    :param base: the base of the data's IRIs.
    :param vocabulary: the named graphs of the vocabulary, which do not count.
    """
    graph, dataset = description_graph(base), NamedNode(f"{base}dataset")
    triples = [
        Triple(graph, RDF.type, VOID.DatasetDescription),
        Triple(graph, FOAF.primaryTopic, dataset),
        *_dataset_triples(store, base, dataset),
        *_count_triples(store, base, dataset, vocabulary),
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
    yield from _source_triples(store, dataset)
    yield from _licence_triples(store, dataset)


def _source_triples(store: Store, dataset: NamedNode) -> Iterator[Triple]:
    pages = [solution["page"] for solution in store.query(_PAGES, prefixes=_PREFIXES)]
    for page in pages:
        yield Triple(dataset, DCTERMS.source, page)
    said = (quad.triple for page in pages for quad in store.quads_for_pattern(page, None, None, DefaultGraph()))
    digest = hashlib.sha256(to_ntriples([*said, *to_software_triples()])).hexdigest()
    yield Triple(dataset, DCTERMS.identifier, Literal(f"sha256:{digest}"))
    (dates,) = store.query(_DATES, prefixes=_PREFIXES)
    if dates["last"] is None:
        yield Triple(dataset, DCAT.version, Literal(digest[:8]))
        return
    period = NamedNode(f"{dataset.value}/period")
    yield Triple(dataset, DCAT.version, Literal(f"{dates['last'].value}-{digest[:8]}"))
    yield Triple(dataset, DCTERMS.modified, dates["last"])
    yield Triple(dataset, DCTERMS.temporal, period)
    yield Triple(period, RDF.type, DCTERMS.PeriodOfTime)
    yield Triple(period, DCAT.startDate, dates["first"])
    yield Triple(period, DCAT.endDate, dates["last"])


def _licence_triples(store: Store, dataset: NamedNode) -> Iterator[Triple]:
    """Yield the licence that all pages share, or else whom the wording belongs to."""
    licences = {solution["licence"] for solution in store.query(_LICENCES, prefixes=_PREFIXES)}
    if len(licences) == 1 and None not in licences:
        yield Triple(dataset, DCTERMS.license, licences.pop())
    else:
        yield from _texts(dataset, DCTERMS.rights, _RIGHTS)


def _count_triples(
    store: Store, base: str, dataset: NamedNode, vocabulary: Iterable[NamedNode]
) -> Iterator[Triple]:
    """Yield how much there is under the base: all counted without a look at a name, less what is known to lie outside.

    Names are what costs: to tell of each subject how it begins takes five times as long as to count them.
    """
    others = [quad for graph in vocabulary for quad in store.quads_for_pattern(None, None, None, graph)]
    outside = {quad.subject for quad in others}
    outside |= {solution["s"] for solution in store.query(_OUTSIDE, prefixes=_PREFIXES)}
    outside = {node for node in outside if not node.value.startswith(base)}
    yield Triple(dataset, VOID.triples, _integer(_number(store, _TRIPLES) - len(others)))
    yield Triple(dataset, VOID.entities, _integer(_number(store, _ENTITIES) - len(outside)))
    without = Counter(quad.object for quad in others if quad.predicate == RDF.type and quad.subject in outside)
    counted = {solution["class"]: int(solution["n"].value) for solution in store.query(_CLASSES)}
    for term in sorted((term for term in counted if term.value.startswith(DJ.iri)), key=str):
        if number := counted[term] - without[term]:
            part = NamedNode(f"{dataset.value}/{term.value.removeprefix(DJ.iri)}")
            yield Triple(dataset, VOID.classPartition, part)
            yield Triple(part, RDF.type, VOID.Dataset)
            yield Triple(part, VOID["class"], term)
            yield Triple(part, VOID.entities, _integer(number))


def _number(store: Store, query: str) -> int:
    (solution,) = store.query(query)
    return int(solution[0].value)


def _rule_triples(store: Store) -> Iterator[Triple]:
    """Yield the rules that facts were made by, with their names in both languages."""
    from kg.extraction.lexicon import read_table  # loads the extraction, which only a build needs

    names = {rule_iri(code): (code, zh, en) for kind, code, zh, en in read_table("trace") if kind == "rule"}
    for solution in store.query(_RULES, prefixes=_PREFIXES):
        node = solution["rule"]
        yield Triple(node, RDF.type, DJ.Rule)
        _, zh, en = names.get(node, ("", node.value, node.value))
        yield from _texts(node, RDFS.label, {"zh": zh, "en": en})


def _texts(node: NamedNode, term: NamedNode, texts: dict[str, str]) -> Iterator[Triple]:
    return (Triple(node, term, Literal(text, language=language)) for language, text in texts.items())


def _integer(number: int) -> Literal:
    return Literal(str(number), datatype=XSD.integer)
