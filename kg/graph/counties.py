"""A county as people name it, 梁山, 梁山县 or 370832, to the counties of the graph."""

from __future__ import annotations

import re
from collections.abc import Callable

from pyoxigraph import NamedNode

from kg.graph.queryable import Queryable, select

_RANK = re.compile(r"(?<=..)(?:自治县|自治旗|新区|特区|林区|县|区|市|旗)$")
_LISTED = 12
_COUNTIES = """SELECT DISTINCT ?county ?name ?code {
  ?county a dj:County ; rdfs:label ?name OPTIONAL { ?county dj:code ?code } }"""


class UnknownCounty(LookupError):
    """A name or code that no county of the graph has."""


class AmbiguousCounty(LookupError):
    """A short name that several counties of the graph share."""


def find_counties(store: Queryable, text: str) -> tuple[NamedNode, ...]:
    """Return the counties that ``text`` names; several only where they share one full name.

    The first of these that fits decides: code or full name; the name without its rank (梁山); its beginning
    (鄂伦春); its characters in order (济宁经开区 for 济宁经济技术开发区).

    :raises UnknownCounty: if none fits.
    :raises AmbiguousCounty: if a short name fits counties of different names.
    """
    counties = _counties(store)
    for fits in _TIERS:
        found = [node for node, name, code in counties if fits(text, name, code)]
        if found:
            return _unless_ambiguous(text, found, {node: name for node, name, _ in counties})
    known = sorted({name for _, name, _ in counties})
    listed = "、".join(known[:_LISTED]) + ("…" if len(known) > _LISTED else "")
    raise UnknownCounty(f"The graph has no county {text!r}; it has {listed or 'none'}.")


def _counties(store: Queryable) -> list[tuple[NamedNode, str, str]]:
    rows = select(store, _COUNTIES)
    found = {(county, name.value, code.value if code else "") for county, name, code in rows}
    return sorted(found, key=lambda county: (county[0].value, *county[1:]))


def _unless_ambiguous(text: str, found: list[NamedNode], names: dict[NamedNode, str]) -> tuple[NamedNode, ...]:
    several = sorted({names[node] for node in found})
    if len(several) > 1:
        raise AmbiguousCounty(f"{text!r} may be {'、'.join(several)}; give the full name or the code.")
    return tuple(found)


def _in_order(text: str, name: str) -> bool:
    rest = iter(name)
    return all(character in rest for character in text)


_TIERS: tuple[Callable[[str, str, str], bool], ...] = (
    lambda text, name, code: text in (name, code) and text != "",
    lambda text, name, code: text == _RANK.sub("", name),
    lambda text, name, code: len(text) > 1 and name.startswith(text),
    lambda text, name, code: len(text) > 1 and _in_order(text, name),
)
