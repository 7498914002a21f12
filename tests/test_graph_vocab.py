"""The vocabulary is closed, and code, ontology, questions and shapes use the same terms."""

from __future__ import annotations

import re
from importlib import resources

import pytest
from pyoxigraph import BlankNode, NamedNode, RdfFormat, parse

from kg.graph.vocab import DJ, PREFIXES, RDFS, UnknownTerm
from kg.ontology_files import ontology_file

LABEL = RDFS.label


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
    assert len(files) == 14
    for file in files:
        assert set(re.findall(r"\bdj:(\w+)", file.read_text(encoding="utf-8"))) <= DJ.names, file.name


def test_the_preferred_prefix_of_the_ontology_is_the_one_in_use() -> None:
    stated = [t.object.value for t in triples("dangjian.ttl") if t.predicate.value.endswith("preferredNamespacePrefix")]
    assert stated == ["dj"] and PREFIXES["dj"] == DJ.iri
