"""Checks of a built graph: its shapes (SHACL) and its grounding in the page files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import RdfFormat, Store, parse

from kg.graph.store import data_quads
from kg.graph.turtle import to_ntriples
from kg.graph.vocab import DJ
from kg.model import Page
from kg.ontology_files import ontology_file

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
    """Return the violations of ``ontology/shapes.ttl`` (SHACL, section 3.6)."""
    from pyshacl import validate  # takes long to import; only this check needs it
    from rdflib import Graph
    from rdflib.namespace import RDF, SH

    data = to_ntriples(quad.triple for quad in data_quads(store))
    _, report, _ = validate(
        Graph().parse(data=data, format="nt"),
        shacl_graph=Graph().parse(data=ontology_file("shapes.ttl").read_bytes(), format="turtle"),
        ont_graph=Graph().parse(data=ontology_file("dangjian.ttl").read_bytes(), format="turtle"),
    )
    findings = []
    for result in report.subjects(RDF.type, SH.ValidationResult):
        shape = str(report.value(result, SH.sourceShape)).rpartition("#")[2]
        message = f"{shape}: {report.value(result, SH.resultMessage)}"
        findings.append(Finding(check="shape", subject=str(report.value(result, SH.focusNode)), message=message))
    return sorted(findings, key=lambda finding: (finding.subject, finding.message))


def check_grounding(store: Store, pages: Iterable[Page]) -> list[Finding]:
    """Return the passages that are not what the page file holds at their place.

    ``dj:exact`` must be the article's text from ``dj:start`` to ``dj:end`` and, line wraps aside, the page file's
    characters from ``dj:pageStart`` to ``dj:pageEnd``; the page file must be the one that was read.
    """
    by_file = {page.file: page for page in pages}
    return [*_page_findings(store, by_file), *_passage_findings(store, by_file)]


def check_vocabulary(store: Store) -> list[Finding]:
    """Return the terms of the ``dj:`` namespace that data uses and the ontology does not define."""
    ontology = parse(ontology_file("dangjian.ttl").read_bytes(), RdfFormat.TURTLE)
    known = {quad.subject.value for quad in ontology}
    used = {term.value for quad in data_quads(store) for term in (quad.predicate, quad.object)}
    unknown = sorted(term for term in used - known if term.startswith(DJ.iri) and term != DJ.iri)
    return [Finding(check="vocabulary", subject=term, message="The ontology has no such term.") for term in unknown]


def _page_findings(store: Store, pages: dict[str, Page]) -> Iterator[Finding]:
    for solution in store.query(_PAGES, prefixes={"dj": DJ.iri}):
        file, sha256 = solution["file"].value, solution["sha256"].value
        if file not in pages:
            yield _ungrounded(file, "The page file is not among those given.")
        elif pages[file].sha256 != sha256:
            yield _ungrounded(file, "The page file has changed since it was read.")


def _passage_findings(store: Store, pages: dict[str, Page]) -> Iterator[Finding]:
    for solution in store.query(_PASSAGES, prefixes={"dj": DJ.iri}):
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
