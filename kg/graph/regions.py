"""A county and the divisions around it, as triples: what it lies within, was called before, or may be.

Names are those of the article's date.  A county that no longer exists points at the one that took its place, and
that one keeps the former name as another label.  A name that several counties share, and the article does not tell
which, is marked as ambiguous and lists them.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from kg.extraction.gazetteer import is_ambiguous, is_zone, load_gazetteer
from kg.graph.iri import county_iri, mint, reported_county_iri
from kg.graph.vocab import DCTERMS, DJ, RDF, RDFS, SKOS, XSD
from kg.model import Article, County

# Rows of the national table that group divisions and are none themselves.
_GROUPING = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")


def to_region_triples(base: str, article: Article) -> Iterator[Triple]:
    """Yield the county of the article, its prefecture and its province, each within the next, and its kin.

    The codes above the county follow from its own (GB/T 2260: two digits a level, zeros after); above the county the
    name alone identifies: no two prefectures share one.
    """
    county, node = article.county, reported_county_iri(base, article)
    if county is None or node is None:
        return
    yield from _chain_triples(base, node, "County", county)
    if is_zone(county):
        yield Triple(node, RDF.type, DJ.Zone)
    if is_ambiguous(county):
        yield from _candidate_triples(base, node, county.name, article.metadata.get("date", "")[:4])
    if county.code:
        yield from _former_triples(base, node, county.code, county.name)


def _chain_triples(base: str, node: NamedNode, kind: str, county: County) -> Iterator[Triple]:
    inner = None
    for level, name, code, place in _levels(base, node, kind, county):
        yield from _division_triples(place, level, name, code)
        if inner is not None:
            yield Triple(inner, DJ.within, place)
        inner = place


def _division_triples(node: NamedNode, kind: str, name: str, code: str | None) -> Iterator[Triple]:
    yield Triple(node, RDF.type, DJ[kind])
    yield Triple(node, RDFS.label, Literal(name, language="zh"))
    if code:
        yield Triple(node, DJ.code, Literal(code))


def _levels(base: str, node: NamedNode, kind: str, county: County) -> Iterator[tuple[str, str, str | None, NamedNode]]:
    yield kind, county.name, county.code, node
    code, prefecture, province = county.code, county.prefecture, county.province
    if prefecture and not code:  # a zone: its prefecture's own code and province are known all the same
        code, province = _prefecture_known(prefecture, province)
    if prefecture and prefecture != province and prefecture not in _GROUPING:
        yield "Prefecture", prefecture, code and code[:4] + "00", mint(base, "prefecture", prefecture)
    if province:
        yield "Province", province, code and code[:2] + "0000", mint(base, "province", province)


def _prefecture_known(prefecture: str, province: str | None) -> tuple[str | None, str | None]:
    """Return the code of one of the prefecture's counties and its province, as far as the gazetteer knows it."""
    county = load_gazetteer().first_county(prefecture)
    return (county.code, county.province) if county else (None, province)


def _candidate_triples(base: str, node: NamedNode, name: str, year: str) -> Iterator[Triple]:
    yield Triple(node, DJ.ambiguous, Literal("true", datatype=XSD.boolean))
    for division in load_gazetteer().named(name, int(year) if year.isascii() and year.isdigit() else None):
        if division.county.name == name:
            candidate = county_iri(base, division.county)
            yield Triple(node, DJ.mayBe, candidate)
            yield from _chain_triples(base, candidate, "Division", division.county)


def _former_triples(base: str, node: NamedNode, code: str, name: str) -> Iterator[Triple]:
    """Yield the former names of the county, or what took its place if it is former itself."""
    gazetteer = load_gazetteer()
    division = gazetteer.by_code(code, name)
    if division is None:
        return
    if division.until is None:
        yield from _former_names(node, code, name)
    elif division.successor and (today := gazetteer.by_code(division.successor)):
        successor = county_iri(base, today.county)
        yield Triple(node, DCTERMS.isReplacedBy, successor)
        yield from _division_triples(successor, "Division", today.county.name, today.county.code)
        yield from _former_names(successor, division.successor, today.county.name)


def _former_names(node: NamedNode, code: str, name: str) -> Iterator[Triple]:
    for former in load_gazetteer().predecessors(code):
        if former.continued and former.county.name != name:
            yield Triple(node, SKOS.altLabel, Literal(former.county.name, language="zh"))
