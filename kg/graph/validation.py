"""Checks of a built graph: its shapes (SHACL), its terms, and its grounding in the page files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, RdfFormat, Store, parse

from kg.graph.queryable import select
from kg.graph.store import VOCABULARY_GRAPHS, data_quads
from kg.graph.turtle import to_ntriples
from kg.graph.vocab import DJ, OWL, PRACTICE, THEME
from kg.model import Page
from kg.ontology_files import ontology_file

if TYPE_CHECKING:
    from rdflib import Graph, URIRef

_SHOWN = 40
_NAMESPACES = (DJ.iri, PRACTICE, THEME)
_PASSAGES = """
SELECT ?passage ?exact ?start ?end ?pageStart ?pageEnd ?text ?file
WHERE {
  ?passage dj:inArticle ?article ; dj:exact ?exact ; dj:start ?start ; dj:end ?end .
  ?article dj:text ?text ; dj:onPage/dj:file ?file .
  OPTIONAL { ?passage dj:pageStart ?pageStart ; dj:pageEnd ?pageEnd }
}
ORDER BY ?file ?start ?end ?passage
"""
_PAGES = "SELECT ?file ?sha256 WHERE { ?page dj:file ?file ; dj:sha256 ?sha256 } ORDER BY ?file ?sha256"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong: what found it (``shape``, ``grounding`` or ``vocabulary``), where, and what it is."""

    check: str
    subject: str
    message: str


def check(store: Store, pages: Iterable[Page]) -> list[Finding]:
    """Return everything that is wrong with a graph; nothing if it is sound.

    :param store: the graph.
    :param pages: the pages it was built from, read again.
    """
    return [*check_shapes(store), *check_grounding(store, pages), *check_vocabulary(store)]


def check_shapes(store: Store) -> list[Finding]:
    """Return the violations of ``ontology/shapes.ttl`` (SHACL, section 3.6; of its SPARQL constraints, section 5).

    pySHACL checks the core constraints; those in SPARQL the store answers itself, each for all nodes at once.
    """
    findings = {*_sparql_findings(store), *_core_findings(store)}
    return sorted(findings, key=lambda finding: (finding.subject, finding.message))


def _sparql_findings(store: Store) -> Iterator[Finding]:
    from rdflib.namespace import SH

    shapes = _parsed("shapes.ttl")
    for constraint, query in shapes.subject_objects(SH.select):
        message = str(shapes.value(constraint, SH.message))
        for solution in select(store, str(query)):
            yield _misshapen(str(constraint), solution["this"].value, message, solution["value"].value)


def _core_findings(store: Store) -> Iterator[Finding]:
    from pyshacl import validate  # takes long to import; only this check needs it
    from rdflib import Graph
    from rdflib.namespace import RDF, RDFS, SH

    data = Graph().parse(data=to_ntriples(quad.triple for quad in data_quads(store)), format="nt")
    data += _without(_parsed("dangjian.ttl"), keep=RDFS.subClassOf)
    _, report, _ = validate(data, shacl_graph=_without(_parsed("shapes.ttl"), drop=SH.sparql))
    for result in report.subjects(RDF.type, SH.ValidationResult):
        shape, node = str(report.value(result, SH.sourceShape)), str(report.value(result, SH.focusNode))
        value = report.value(result, SH.value)
        shown = "" if value is None or str(value) == node else str(value)
        yield _misshapen(shape, node, str(report.value(result, SH.resultMessage)), shown)


@cache
def _parsed(name: str) -> Graph:
    from rdflib import Graph

    return Graph().parse(data=ontology_file(name).read_bytes(), format="turtle")


def _without(graph: Graph, keep: URIRef | None = None, drop: URIRef | None = None) -> Graph:
    """Return the triples of ``graph`` of which the property is ``keep``, if that is given, and not ``drop``."""
    from rdflib import Graph

    part = Graph()
    for triple in graph:
        if keep in (None, triple[1]) and triple[1] != drop:
            part.add(triple)
    return part


def _misshapen(shape: str, subject: str, message: str, value: str) -> Finding:
    shown = value if len(value) <= _SHOWN else value[:_SHOWN] + "…"
    name = shape.rpartition("#")[2]
    return Finding(check="shape", subject=subject, message=f"{name}: {message}" + (f" ({shown})" if shown else ""))


def check_grounding(store: Store, pages: Iterable[Page]) -> list[Finding]:
    """Return the passages that are not what the page file holds at their place.

    ``dj:exact`` must be the article's text from ``dj:start`` to ``dj:end`` and, line wraps aside, the page file's
    characters from ``dj:pageStart`` to ``dj:pageEnd``; the page file must be the one that was read.
    """
    by_file = {page.file: page for page in pages}
    return [*_page_findings(store, by_file), *_passage_findings(store, by_file)]


def check_vocabulary(store: Store) -> list[Finding]:
    """Return the terms of the ``dj:`` namespace, the practices and themes that no file of ``ontology`` defines.

    Where a term asks for a text or a number, a resource is wrong, and the other way round.
    """
    ontology = {file: list(parse(ontology_file(file).read_bytes(), RdfFormat.TURTLE)) for file in VOCABULARY_GRAPHS}
    known = {triple.subject.value for triples in ontology.values() for triple in triples}
    properties = (OWL.ObjectProperty, OWL.DatatypeProperty)
    kinds = {triple.subject: triple.object for triple in ontology["dangjian.ttl"] if triple.object in properties}
    used, findings = set(), set()
    for subject, predicate, value, _ in data_quads(store):
        used |= {term.value for term in (predicate, value) if isinstance(term, NamedNode)}
        kind = kinds.get(predicate)
        if kind is not None and isinstance(value, Literal) == (kind == OWL.ObjectProperty):
            wanted = "a resource" if kind == OWL.ObjectProperty else "a literal"
            message = f"{predicate.value.removeprefix(DJ.iri)} has {value}, not {wanted}."
            findings.add(Finding(check="vocabulary", subject=subject.value, message=message))
    unknown = {term for term in used - known if term.startswith((DJ.iri, PRACTICE, THEME)) and term not in _NAMESPACES}
    findings |= {Finding(check="vocabulary", subject=t, message="The ontology has no such term.") for t in unknown}
    return sorted(findings, key=lambda finding: (finding.subject, finding.message))


def _page_findings(store: Store, pages: dict[str, Page]) -> Iterator[Finding]:
    for solution in select(store, _PAGES):
        file, sha256 = solution["file"].value, solution["sha256"].value
        if file not in pages:
            yield _ungrounded(file, "The page file is not among those given.")
        elif pages[file].sha256 != sha256:
            yield _ungrounded(file, "The page file has changed since it was read.")


def _passage_findings(store: Store, pages: dict[str, Page]) -> Iterator[Finding]:
    for solution in select(store, _PASSAGES):
        exact, file = solution["exact"].value, solution["file"].value
        start, end = int(solution["start"].value), int(solution["end"].value)
        subject = solution["passage"].value
        if solution["text"].value[start:end] != exact:
            yield _ungrounded(subject, f"The article has no “{exact}” at {start}–{end}.")
        if file not in pages:
            continue
        if solution["pageStart"] is None:
            yield _ungrounded(subject, "The passage has no place in the page file.")
            continue
        first, last = int(solution["pageStart"].value), int(solution["pageEnd"].value)
        if _unwrapped(pages[file].text[first:last]) != _unwrapped(exact):
            yield _ungrounded(subject, f"The page has no “{exact}” at {first}–{last}.")


def _ungrounded(subject: str, message: str) -> Finding:
    return Finding(check="grounding", subject=subject, message=message)


def _unwrapped(text: str) -> str:
    return "".join(text.split())
