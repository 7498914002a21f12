"""The ontology and data under OWL 2 RL: the closure holds no contradiction, and one that is introduced is found."""

from __future__ import annotations

import pytest
from test_graph_breaches import ALLIANCE, ARTICLE, BODY, COUNTY, EVIDENCE, FIGURE, HUB, PAGE, PAGE_NODE

from kg.graph.mapping import to_page_quads
from kg.graph.turtle import to_ntriples
from kg.graph.vocab import DJ
from kg.ontology_files import ontology_file

owlrl = pytest.importorskip("owlrl", reason="the reasoner owlrl is not installed (pip install -e '.[test]')")
rdflib = pytest.importorskip("rdflib")

# What the vocabularies that the ontology is aligned with say themselves (PROV-O, FOAF, ORG, SKOS).
ALIGNED = """
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix prov: <http://www.w3.org/ns/prov#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
prov:Activity owl:disjointWith prov:Entity .
prov:wasDerivedFrom rdfs:domain prov:Entity ; rdfs:range prov:Entity .
prov:wasGeneratedBy rdfs:domain prov:Entity ; rdfs:range prov:Activity .
prov:used rdfs:domain prov:Activity ; rdfs:range prov:Entity .
prov:wasAssociatedWith rdfs:domain prov:Activity ; rdfs:range prov:Agent .
prov:SoftwareAgent rdfs:subClassOf prov:Agent .
prov:Plan rdfs:subClassOf prov:Entity .
foaf:Person rdfs:subClassOf foaf:Agent ; owl:disjointWith foaf:Organization , foaf:Project .
foaf:Document owl:disjointWith foaf:Organization , foaf:Project .
org:Organization owl:equivalentClass foaf:Organization ; rdfs:subClassOf foaf:Agent .
org:OrganizationalCollaboration rdfs:subClassOf org:Organization .
skos:Concept owl:disjointWith skos:Collection , skos:ConceptScheme .
"""
CONTRADICTIONS = [
    ("an alliance that is a person too", f"{ALLIANCE} a {DJ.Person} ."),
    ("an article on two pages", f"{ARTICLE} {DJ.onPage} <x:page> . {PAGE_NODE} owl:differentFrom <x:page> ."),
    ("a mention in a page", f"{EVIDENCE} {DJ.inArticle} {PAGE_NODE} ."),
    ("an organisation that undertakes what counties do", f"{BODY} {DJ.undertakes} {HUB} ."),
    ("a figure that is led by somebody", f"{FIGURE} {DJ.ledBy} {BODY} ."),
    ("a county that may be itself", f"{COUNTY} {DJ.mayBe} {COUNTY} ."),
    ("a page that derives from an activity", f"{PAGE_NODE} <http://www.w3.org/ns/prov#wasDerivedFrom> {HUB} ."),
]


def _closure(more: str = "") -> rdflib.Graph:
    graph = rdflib.Graph().parse(data=ontology_file("dangjian.ttl").read_bytes(), format="turtle")
    graph.parse(data=ALIGNED, format="turtle")
    graph.parse(data=to_ntriples(quad.triple for quad in to_page_quads(PAGE)), format="nt")
    graph.parse(data="@prefix owl: <http://www.w3.org/2002/07/owl#> .\n" + more, format="turtle")
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(graph)
    return graph


def _contradictions(graph: rdflib.Graph) -> list[str]:
    """Return what the reasoner reports as a contradiction (OWL 2 Profiles, section 4.3: rules that derive false)."""
    error = rdflib.Namespace("http://www.daml.org/2002/03/agents/agent-ont#").error
    return sorted({str(text) for text in graph.objects(None, error)})


@pytest.fixture(scope="module")
def closed() -> rdflib.Graph:
    return _closure()


def test_the_closure_of_ontology_and_data_holds_no_contradiction(closed: rdflib.Graph) -> None:
    assert _contradictions(closed) == []


def test_the_closure_says_what_follows(closed: rdflib.Graph) -> None:
    """An alliance is an organisation, a county a place, a mention derives from its article."""
    for node, class_ in (
        (ALLIANCE, "http://www.w3.org/ns/org#OrganizationalCollaboration"),
        (COUNTY, "https://schema.org/AdministrativeArea"),
        (COUNTY, DJ.Place.value),
    ):
        assert (rdflib.URIRef(node.value), rdflib.RDF.type, rdflib.URIRef(class_)) in closed
    derived = rdflib.URIRef("http://www.w3.org/ns/prov#wasDerivedFrom")
    assert (rdflib.URIRef(EVIDENCE.value), derived, rdflib.URIRef(ARTICLE.value)) in closed


@pytest.mark.parametrize(("what", "more"), CONTRADICTIONS, ids=[row[0] for row in CONTRADICTIONS])
def test_a_contradiction_that_is_introduced_is_found(what: str, more: str) -> None:
    assert _contradictions(_closure(more))


def test_no_functional_property_has_two_values() -> None:
    """Texts and numbers too, on which the reasoner is silent: it has no literals as subjects."""
    ontology = rdflib.Graph().parse(data=ontology_file("dangjian.ttl").read_bytes(), format="turtle")
    data = rdflib.Graph().parse(data=to_ntriples(quad.triple for quad in to_page_quads(PAGE)), format="nt")
    functional = set(ontology.subjects(rdflib.RDF.type, rdflib.OWL.FunctionalProperty))
    assert len(functional) >= 25
    pairs = [(subject, term) for subject, term, _ in data if term in functional]
    assert len(pairs) == len(set(pairs))


def test_an_object_property_has_no_text_and_a_datatype_property_no_resource() -> None:
    """Neither in the data nor in the alignment: a term and the one it refines are of one kind."""
    ontology = rdflib.Graph().parse(data=ontology_file("dangjian.ttl").read_bytes(), format="turtle")
    data = rdflib.Graph().parse(data=to_ntriples(quad.triple for quad in to_page_quads(PAGE)), format="nt")
    resources = set(ontology.subjects(rdflib.RDF.type, rdflib.OWL.ObjectProperty))
    literals = set(ontology.subjects(rdflib.RDF.type, rdflib.OWL.DatatypeProperty))
    assert not resources & literals
    for _, term, value in data:
        assert not (term in resources and isinstance(value, rdflib.Literal)), (term, value)
        assert not (term in literals and not isinstance(value, rdflib.Literal)), (term, value)
