"""A sound graph, broken on purpose in every way that a shape or a grounding rule forbids: each breach is named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store
from test_graph_sample import TEXT, ZONE, article, figure

from kg.graph.books import read_lines
from kg.graph.counts import count_whole
from kg.graph.description import to_description_quads
from kg.graph.iri import BASE, in_initiative
from kg.graph.mapping import to_page_quads
from kg.graph.page_lines import missing_lines, to_said
from kg.graph.validation import Finding, check, check_grounding, check_shapes, check_vocabulary
from kg.graph.vocab import DCTERMS, DJ, PRACTICE, PROV, RDF, RDFS, SCHEMA, SKOS, THEME, VOID, XSD
from kg.model import Article, County, Entity, Page, Source, Span
from kg.ontology_files import ontology_file

FILE = "paper/a1.txt"
_FRONT = "基层党建\n"
DRUM = County(name="鼓楼区", code=None)
VILLAGE = Entity(type="Place", name="农技站", start=28, end=31, rule="place")


def _articles() -> Iterator[Article]:
    """Yield one article with facts of every kind, and one each of a zone, an ambiguous name and a former county."""
    source = Source(file=FILE, sha256="a" * 64, start=len(_FRONT), end=len(_FRONT + TEXT), runs=((0, len(_FRONT)),))
    leads = (Span(start=34, end=38), Span(start=62, end=66))
    full = article(source=source, measures=leads)
    yield replace(full, entities=(*full.entities, VILLAGE))
    for number, county in enumerate((ZONE, DRUM, County(name="崇明县", code="310230", province="上海市")), 2):
        yield article(source=source, number=number, county=county, measures=(), entities=(), formulas=(), figures=())


PAGE = Page(file=FILE, sha256="a" * 64, text=_FRONT + TEXT, articles=tuple(_articles()))


def iri(path: str) -> NamedNode:
    return NamedNode(BASE + path)


def number(value: int) -> Literal:
    return Literal(str(value), datatype=XSD.integer)


def zh(text: str) -> Literal:
    return Literal(text, language="zh")


PAGE_NODE, ARTICLE = iri(f"page/{FILE}"), iri(f"article/{FILE}/1")
HUB = in_initiative(BASE, "initiative", PAGE.articles[0])
READING, SOFTWARE = iri(f"extraction/{FILE}"), NamedNode("https://w3id.org/dangjian/software/0.1.0")
COUNTY, CITY, PROVINCE = iri("county/990821/云溪县"), iri("prefecture/泽州市"), iri("province/江南省")
AMBIGUOUS = iri(f"county/{FILE}/3/鼓楼区")
ALLIANCE, BODY = iri("alliance/990821/“青禾”产业党建联盟"), iri("organisation/990821/农技站")
PLACE, FORMULA = iri("place/990821/农技站"), iri("slogan/990821/“两看一评”")
FIGURE = in_initiative(BASE, "figure", PAGE.articles[0], f"{figure().start}-{figure().end}", "走访农户1.25万余户")
PART = [iri(f"component/{FILE}/1/“两看一评”/{TEXT.index('“两看一评”')}/{position}") for position in (1, 2)]
EVIDENCE = iri(f"mention/{FILE}/1/5-15/alliance/“青禾”产业党建联盟")
LEAD = TEXT.index("牵头")
MEASURE, CUE = iri(f"measure/{FILE}/1/1"), iri(f"cue/{FILE}/1/{LEAD}-{LEAD + 2}/lead")
DATASET = iri("dataset")
NOTHING = iri("nothing")
TWICE = (Literal("甲"), Literal("乙"))

# Each row: the shape, the subject of which a property is replaced (one with ^ the other way round), by what.
ROWS = [
    ("label", ALLIANCE, RDFS.label, ()),
    ("label", COUNTY, RDFS.label, (Literal("云溪县"),)),
    ("label", PAGE_NODE, RDFS.label, (zh(""),)),
    ("label", BODY, RDFS.label, (zh("甲"), zh("乙"))),
    ("label", DATASET, RDFS.label, ()),
    ("altLabel", ALLIANCE, SKOS.altLabel, (Literal("联盟"),)),
    ("altLabel", ALLIANCE, SKOS.altLabel, (zh(""),)),
    ("file", PAGE_NODE, DJ.file, ()),
    ("file", PAGE_NODE, DJ.file, TWICE),
    ("sha256", PAGE_NODE, DJ.sha256, ()),
    ("sha256", PAGE_NODE, DJ.sha256, (Literal("A" * 64),)),
    ("date", PAGE_NODE, DJ.date, (number(2022),)),
    ("date", ARTICLE, DJ.date, TWICE),
    ("readBy", PAGE_NODE, "^used", ()),
    ("used", READING, PROV.used, ()),
    ("used", READING, PROV.used, (ARTICLE,)),
    ("software", READING, PROV.wasAssociatedWith, ()),
    ("software", READING, PROV.wasAssociatedWith, (NOTHING,)),
    ("softwareVersion", SOFTWARE, SCHEMA.softwareVersion, ()),
    ("onPage", ARTICLE, DJ.onPage, ()),
    ("onPage", ARTICLE, DJ.onPage, (COUNTY,)),
    ("reports", ARTICLE, DJ.reports, ()),
    ("text", ARTICLE, DJ.text, ()),
    ("kind", ARTICLE, DJ.kind, (Literal("poem"),)),
    ("position", ARTICLE, DJ.position, (number(0),)),
    ("position", MEASURE, DJ.position, (Literal("1"),)),
    ("derived", ARTICLE, PROV.wasDerivedFrom, ()),
    ("derived", ARTICLE, PROV.wasDerivedFrom, (NOTHING,)),
    ("extracted", ARTICLE, PROV.wasGeneratedBy, ()),
    ("reportedBy", HUB, "^reports", ()),
    ("undertakenBy", HUB, "^undertakes", (COUNTY, AMBIGUOUS)),
    ("undertakes", COUNTY, DJ.undertakes, ()),
    ("County", COUNTY, DJ.code, ()),
    ("County", iri("county/泽州经济技术开发区"), RDF.type, (DJ.County,)),
    ("County", AMBIGUOUS, DJ.ambiguous, ()),
    ("County", AMBIGUOUS, DJ.code, (Literal("320106"),)),
    ("code", COUNTY, DJ.code, (Literal("99082"),)),
    ("code", COUNTY, DJ.code, (Literal("990821"), Literal("990822"))),
    ("codes", COUNTY, DJ.code, (Literal("370832"),)),
    ("codes", CITY, DJ.code, (Literal("370800"),)),
    ("regionCode", CITY, DJ.code, ()),
    ("regionCode", PROVINCE, DJ.code, (Literal("990821"),)),
    ("within", COUNTY, DJ.within, (CITY, PROVINCE)),
    ("within", COUNTY, DJ.within, (ALLIANCE,)),
    ("mayBe", AMBIGUOUS, DJ.mayBe, (iri("county/320106/鼓楼区"),)),
    ("evidence", ALLIANCE, DJ.evidence, ()),
    ("evidence", BODY, DJ.evidence, ()),
    ("evidence", FIGURE, DJ.evidence, (ARTICLE,)),
    ("Place", PLACE, DJ.evidence, ()),
    ("Place", PLACE, DJ.status, (Literal("gone"),)),
    ("status", ALLIANCE, DJ.status, ()),
    ("status", ALLIANCE, DJ.status, (Literal("finished"),)),
    ("mentionStatus", EVIDENCE, DJ.status, (Literal("done"), Literal("planned"))),
    ("named", ALLIANCE, "^hasAlliance", ()),
    ("ledBy", ALLIANCE, DJ.ledBy, (ARTICLE,)),
    ("hasMember", ALLIANCE, DJ.hasMember, (FIGURE,)),
    ("carriedOutBy", ALLIANCE, DJ.carriedOutBy, (FORMULA,)),
    ("practice", ALLIANCE, DJ.practice, (Literal("联盟"),)),
    ("hasComponent", FORMULA, DJ.hasComponent, (ALLIANCE,)),
    ("order", PART[1], DJ.position, (number(3),)),
    ("order", PART[1], DJ.position, (number(1),)),
    ("part", PART[0], DJ.label, ()),
    ("item", PART[0], DJ.item, (Literal("台账"),)),
    ("ofFormula", PART[0], "^hasComponent", ()),
    ("figureStatus", FIGURE, DJ.status, (Literal("done"), Literal("planned"))),
    ("value", FIGURE, DJ.value, ()),
    ("value", FIGURE, DJ.value, (Literal("一万"),)),
    ("unit", FIGURE, DJ.unit, ()),
    ("unit", FIGURE, DJ.unit, (Literal("户"),)),
    ("printed", FIGURE, DJ.printed, ()),
    ("of", FIGURE, DJ.of, (zh("农户"), zh("走访"))),
    ("approximate", FIGURE, DJ.approximate, (Literal("maybe"),)),
    ("counted", FIGURE, "^hasFigure", ()),
    ("inArticle", EVIDENCE, DJ.inArticle, ()),
    ("inArticle", CUE, DJ.inArticle, (PAGE_NODE,)),
    ("exact", EVIDENCE, DJ.exact, ()),
    ("start", EVIDENCE, DJ.start, (number(-1),)),
    ("start", EVIDENCE, DJ.start, (number(15),)),
    ("end", EVIDENCE, DJ.end, ()),
    ("pageStart", EVIDENCE, DJ.pageStart, ()),
    ("pageStart", MEASURE, DJ.pageStart, (number(500),)),
    ("pageEnd", EVIDENCE, DJ.pageEnd, ()),
    ("inside", EVIDENCE, DJ.end, (number(len(TEXT) + 1),)),
    ("insidePage", EVIDENCE, DJ.pageStart, (number(1),)),
    ("insidePage", CUE, DJ.pageEnd, (number(999),)),
    ("refersTo", EVIDENCE, DJ.refersTo, (Literal("联盟"),)),
    ("refersTo", EVIDENCE, DJ.refersTo, (ALLIANCE, BODY)),
    ("sentence", EVIDENCE, DJ.sentence, ()),
    ("quotes", EVIDENCE, DJ.sentence, (zh("别的话。"),)),
    ("quotes", EVIDENCE, DJ.exact, (zh("云溪县没有的话"),)),
    ("ruled", EVIDENCE, DJ.rule, ()),
    ("speaksOf", ALLIANCE, DJ.evidence, (iri(f"mention/{FILE}/1/{LEAD}-{LEAD}/x"), EVIDENCE)),
    ("role", CUE, DJ.role, (Literal("guess"),)),
    ("identifier", DATASET, DCTERMS.identifier, ()),
    ("triples", DATASET, VOID.triples, (number(0),)),
    ("entities", DATASET, VOID.entities, ()),
    ("source", DATASET, DCTERMS.source, ()),
]


def _sound() -> Store:
    quads = to_page_quads(PAGE)
    store = Store()
    store.extend([*quads, *(Quad(q.subject, q.predicate, q.object) for q in quads)])
    books = Store()
    books.extend(missing_lines(store))
    more = to_description_quads(store, BASE, count_whole(store, BASE, ()), to_said(read_lines(books)))
    store.extend([*more, *(Quad(q.subject, q.predicate, q.object) for q in more)])
    return store


@pytest.fixture(scope="module")
def sound() -> list[Quad]:
    return list(_sound())


def _broken(sound: list[Quad], subject: NamedNode, predicate: NamedNode | str, values: tuple) -> Store:
    """Return the store with all values of the property replaced."""
    back = isinstance(predicate, str)
    name = next((v[predicate[1:]] for v in (DJ, PROV) if predicate[1:] in v.names), None) if back else predicate

    def is_meant(quad: Quad) -> bool:
        return quad.predicate == name and (quad.object if back else quad.subject) == subject

    touched = {quad.graph_name for quad in sound if is_meant(quad)} or {iri(f"graph/article/{FILE}/1")}
    new = [(value, name, subject) if back else (subject, name, value) for value in values]
    store = Store()
    store.extend(quad for quad in sound if not is_meant(quad))
    store.extend(Quad(*triple, graph) for triple in new for graph in touched)
    return store


def test_the_sound_graph_has_no_breach(sound: list[Quad]) -> None:
    store = Store()
    store.extend(sound)
    assert check(store, [PAGE]) == []


@pytest.mark.parametrize(("shape", "subject", "predicate", "values"), ROWS, ids=lambda value: str(value)[:40])
def test_a_breach_of_a_shape_is_named(sound: list[Quad], shape: str, subject, predicate, values: tuple) -> None:
    """One line begins with the name of the shape and is about the node that was broken, or the one it belongs to."""
    found = check_shapes(_broken(sound, subject, predicate, values))
    lines = [finding for finding in found if finding.message.startswith(f"{shape}: ")]
    assert lines, [f.message for f in found]
    about = {subject.value, FORMULA.value, COUNTY.value, BODY.value}
    assert {line.subject for line in lines} & about
    assert all("·" in line.message and line.check == "shape" for line in lines)


def test_every_shape_has_a_breach() -> None:
    text = ontology_file("shapes.ttl").read_text(encoding="utf-8")
    named = set(re.findall(r"^shape:(\w+) a sh:(?:PropertyShape|SPARQLConstraint)", text, re.MULTILINE))
    assert named | {"County", "Place"} == {row[0] for row in ROWS}


FIELDS = ("_", "subject", "predicate", "values", "said")
GROUNDING = [
    ("the article has other characters there", EVIDENCE, DJ.exact, (zh("“青禾”产业党建联合"),), "The article has no"),
    ("the offsets are shifted by one", EVIDENCE, DJ.start, (number(4),), "The article has no"),
    ("the page has other characters there", EVIDENCE, DJ.pageStart, (number(8),), "The page has no"),
    ("the passage has no place on the page", EVIDENCE, DJ.pageStart, (), "no place in the page file"),
    ("the article's text is another", ARTICLE, DJ.text, (zh("云溪县别无他事。" * 30),), "The article has no"),
    ("the page file is another one", PAGE_NODE, DJ.file, (Literal("paper/a2.txt"),), "not among"),
    ("the page file has changed", PAGE_NODE, DJ.sha256, (Literal("b" * 64),), "changed"),
]


@pytest.mark.parametrize(FIELDS, GROUNDING, ids=[row[0] for row in GROUNDING])
def test_a_breach_of_grounding_is_named(sound: list[Quad], _: str, subject, predicate, values: tuple, said: str):
    findings = check_grounding(_broken(sound, subject, predicate, values), [PAGE])
    assert findings and {finding.check for finding in findings} == {"grounding"}
    assert any(said in finding.message for finding in findings)


VOCABULARY = [
    ("an unknown property", COUNTY, NamedNode(DJ.iri + "usesAlliances"), (ALLIANCE,), "no such term"),
    ("an unknown class", ALLIANCE, RDF.type, (NamedNode(DJ.iri + "Union"),), "no such term"),
    ("an unknown practice", ALLIANCE, DJ.practice, (NamedNode(PRACTICE + "x"),), "no such term"),
    ("an unknown theme", HUB, DJ.theme, (NamedNode(THEME + "x"),), "no such term"),
    ("a text for a resource", COUNTY, DJ.usesAlliance, (zh("联盟"),), "usesAlliance has"),
    ("a resource for a text", FIGURE, DJ.unit, (COUNTY,), "unit has"),
]


@pytest.mark.parametrize(FIELDS, VOCABULARY, ids=[row[0] for row in VOCABULARY])
def test_a_breach_of_the_vocabulary_is_named(sound: list[Quad], _: str, subject, predicate, values: tuple, said: str):
    findings = check_vocabulary(_broken(sound, subject, predicate, values))
    assert [f for f in findings if said in f.message and f.check == "vocabulary"] == findings != []


def test_the_same_breaches_come_in_the_same_order(sound: list[Quad]) -> None:
    store = _broken(sound, EVIDENCE, DJ.exact, ())
    found: list[Finding] = check_shapes(store)
    assert found == sorted(found, key=lambda f: (f.subject, f.message)) == check_shapes(store)
