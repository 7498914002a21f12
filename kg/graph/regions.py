"""A county and the divisions above it, as triples."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from kg.graph.iri import county_iri, mint
from kg.graph.vocab import DJ, RDF, RDFS
from kg.model import County

# Rows of the national table that group divisions and are none themselves.
_GROUPING = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")


def to_region_triples(base: str, county: County) -> Iterator[Triple]:
    """Yield the county, its prefecture and its province, each within the next.

    The codes above the county follow from its own (GB/T 2260: two digits a level, zeros after); a zone without a
    code leaves them out.  Above the county the name alone identifies: no two prefectures share one.
    """
    inner = None
    for kind, name, code, node in _levels(base, county):
        yield Triple(node, RDF.type, DJ[kind])
        yield Triple(node, RDFS.label, Literal(name, language="zh"))
        if code:
            yield Triple(node, DJ.code, Literal(code))
        if inner is not None:
            yield Triple(inner, DJ.within, node)
        inner = node


def _levels(base: str, county: County) -> Iterator[tuple[str, str, str | None, NamedNode]]:
    code = county.code
    yield "County", county.name, code, county_iri(base, county)
    prefecture, province = county.prefecture, county.province
    if prefecture and prefecture != province and prefecture not in _GROUPING:
        yield "Prefecture", prefecture, code and code[:4] + "00", mint(base, "prefecture", prefecture)
    if province:
        yield "Province", province, code and code[:2] + "0000", mint(base, "province", province)
