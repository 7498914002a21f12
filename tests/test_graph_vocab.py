"""The vocabulary is closed, and code, data, ontology, questions, shapes and README use the same terms."""

from __future__ import annotations

import importlib.util
import re
from importlib import resources
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, NamedNode, RdfFormat, parse
from test_graph_breaches import PAGE

import kg
from kg.graph.mapping import to_page_quads
from kg.graph.store import data_quads, open_store
from kg.graph.vocab import DJ, PREFIXES, RDFS, UnknownTerm
from kg.ontology_files import ontology_file

ROOT = Path(__file__).parents[1]
ONTOLOGY = "https://w3id.org/dangjian/ontology"
NOT_IN_DATA = {"Body", "Entity", "Passage", "appliesTo", "excludes", "fingerprint", "Practice", "Theme"}
"""Superclasses of what data has, terms of practices.ttl and of the store's bookkeeping."""


def triples(name: str) -> list:
    return list(parse(ontology_file(name).read_bytes(), RdfFormat.TURTLE))


def test_a_misspelt_term_raises() -> None:
    with pytest.raises(UnknownTerm, match="Aliance"):
        DJ.Aliance  # noqa: B018


def test_the_ontology_defines_exactly_the_terms_of_the_code() -> None:
    subjects = {t.subject.value for t in triples("dangjian.ttl")}
    assert {iri.removeprefix(DJ.iri) for iri in subjects if iri.startswith(DJ.iri)} == DJ.names


@pytest.mark.parametrize("name", ["label", "comment"])
def test_every_term_has_a_label_and_a_comment_in_both_languages(name: str) -> None:
    wanted = {(DJ[term].value, language) for term in DJ.names for language in ("zh", "en")}
    property_iri = NamedNode(RDFS.iri + name)
    stated = {(t.subject.value, t.object.language) for t in triples("dangjian.ttl") if t.predicate == property_iri}
    assert wanted <= stated


def test_the_ontology_has_no_blank_nodes() -> None:
    assert not any(isinstance(term, BlankNode) for t in triples("dangjian.ttl") for term in (t.subject, t.object))


def test_domains_and_ranges_are_defined_terms() -> None:
    for triple in triples("dangjian.ttl"):
        if triple.predicate.value in (RDFS.iri + "domain", RDFS.iri + "range", RDFS.iri + "subClassOf"):
            if triple.object.value.startswith(DJ.iri):
                assert triple.object.value.removeprefix(DJ.iri) in DJ.names


@pytest.mark.parametrize("name", ["shapes.ttl", "practices.ttl"])
def test_shapes_and_practices_use_only_terms_of_the_ontology(name: str) -> None:
    used = {term.value for t in triples(name) for term in (t.predicate, t.object) if isinstance(term, NamedNode)}
    assert {iri.removeprefix(DJ.iri) for iri in used if iri.startswith(DJ.iri)} <= DJ.names


def test_questions_use_only_terms_of_the_ontology() -> None:
    files = [f for f in (resources.files("kg.graph") / "questions").iterdir() if f.name.endswith(".rq")]
    assert len(files) >= 14
    for file in files:
        assert set(re.findall(r"\bdj:(\w+)", file.read_text(encoding="utf-8"))) <= DJ.names, file.name


def test_the_preferred_prefix_of_the_ontology_is_the_one_in_use() -> None:
    stated = [t.object.value for t in triples("dangjian.ttl") if t.predicate.value.endswith("preferredNamespacePrefix")]
    assert stated == ["dj"] and PREFIXES["dj"] == DJ.iri


def test_data_uses_every_term_that_is_not_said_to_serve_something_else(sample_build: tuple[Path, str]) -> None:
    quads = [*to_page_quads(PAGE), *data_quads(open_store(sample_build[0]))]
    used = {term.value for q in quads for term in (q.predicate, q.object) if isinstance(term, NamedNode)}
    in_data = {iri.removeprefix(DJ.iri) for iri in used if iri.startswith(DJ.iri) and iri != DJ.iri}
    assert in_data | NOT_IN_DATA == DJ.names and not in_data & NOT_IN_DATA
    superclasses = {t.object.value for t in triples("dangjian.ttl") if t.predicate.value == RDFS.iri + "subClassOf"}
    assert {DJ.iri + name for name in ("Body", "Entity", "Passage")} <= superclasses
    practices = {term.value for t in triples("practices.ttl") for term in (t.predicate, t.object)}
    assert {DJ.iri + name for name in ("Practice", "Theme", "appliesTo", "excludes")} <= practices


@pytest.mark.parametrize("folder", ["graph", "views", "cli"])
def test_code_uses_only_terms_of_the_ontology(folder: str) -> None:
    """In queries and as attributes; pages and scripts that the views write included."""
    for file in sorted((ROOT / "kg" / folder).rglob("*")):
        if file.suffix in (".py", ".rq", ".html", ".js"):
            text = file.read_text(encoding="utf-8")
            found = re.findall(r"\bdj:([A-Za-z]\w*)", text) + re.findall(r"\bDJ\.(?!iri\b|names\b)(\w+)", text)
            assert set(found) <= DJ.names, file.name


@pytest.mark.parametrize("name", ["README.md", "README.zh.md", "CONTRIBUTING.md", "docs/commands.md"])
def test_documents_use_only_terms_of_the_ontology(name: str) -> None:
    assert set(re.findall(r"\bdj:(\w+)", (ROOT / name).read_text(encoding="utf-8"))) <= DJ.names


def test_every_property_has_a_domain_or_says_more_than_one_and_a_range() -> None:
    """A domain is left out only where several classes that share no other superclass have the property."""
    stated = {(t.subject.value, t.predicate.value.removeprefix(RDFS.iri)) for t in triples("dangjian.ttl")}
    properties = {t.subject.value for t in triples("dangjian.ttl") if t.object.value.endswith("Property")}
    without_domain = {iri.removeprefix(DJ.iri) for iri in properties if (iri, "domain") not in stated}
    several = "evidence status inArticle position newspaper date pageNumber section pageStart pageEnd"
    assert without_domain == set(several.split())
    assert {iri.removeprefix(DJ.iri) for iri in properties if (iri, "range") not in stated} == {"refersTo"}
    listed = {(t.subject.value, t.predicate.value) for t in triples("dangjian.ttl")}
    assert all((DJ.iri + name, "https://schema.org/domainIncludes") in listed for name in without_domain)
    assert (DJ.iri + "refersTo", "https://schema.org/rangeIncludes") in listed


def test_the_ontology_names_its_version_licence_and_no_creator() -> None:
    said = {(t.predicate.value, t.object.value) for t in triples("dangjian.ttl") if t.subject.value == ONTOLOGY}
    assert ("http://www.w3.org/2002/07/owl#versionIRI", f"{ONTOLOGY}/{kg.__version__}") in said
    assert ("http://www.w3.org/2002/07/owl#versionInfo", kg.__version__) in said
    assert ("http://purl.org/dc/terms/license", "https://spdx.org/licenses/MIT") in said
    assert not [term for term, _ in said if "creator" in term]


def test_the_reference_page_is_what_the_ontology_says_and_needs_nothing_else() -> None:
    spec = importlib.util.spec_from_file_location("reference", ROOT / "docs" / "ontology.py")
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    page = (ROOT / "docs" / "ontology.html").read_text(encoding="utf-8")
    assert page == reference.to_page()
    assert all(f'<section id="{name}">' in page for name in DJ.names)
    assert not re.search(r"<script|<link|<img|\ssrc=|url\(|@import", page)
