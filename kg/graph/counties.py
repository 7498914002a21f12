"""A county as people name it, 梁山, 梁山县 or 370832, to the counties of the graph."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from pyoxigraph import Literal, NamedNode

from kg.graph.queryable import Queryable, select

_RANK = re.compile(r"(?<=..)(?:自治县|自治旗|新区|特区|林区|县|区|市|旗)$")
_LISTED = 12
_COUNTIES = "SELECT DISTINCT ?county ?name { ?county a dj:County ; rdfs:label ?name }"


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
    return _find(store, text)[0]


def to_full_name(store: Queryable, text: str) -> str:
    """Return what ``find_counties`` finds by look-ups alone: a code as it is, the full name for a short one.

    :raises UnknownCounty: and ``AmbiguousCounty`` as ``find_counties`` does.
    """
    return _find(store, text)[1]


def _find(store: Queryable, text: str) -> tuple[tuple[NamedNode, ...], str]:
    """Return the counties that ``text`` names and their code or full name."""
    exact = _named(store, text)
    if exact:
        return exact, text
    counties = _counties(store)
    for fits in _TIERS:
        found = {node: name for node, name in counties if fits(text, name)}
        if found:
            return tuple(found), _only_name(text, found.values())
    known = sorted({name for _, name in counties})
    listed = "、".join(known[:_LISTED]) + ("…" if len(known) > _LISTED else "")
    raise UnknownCounty(f"The graph has no county {text!r}; it has {listed or 'none'}.")


def _named(store: Queryable, text: str) -> tuple[NamedNode, ...]:
    """Return the counties with this full name or code: two look-ups, however many counties the graph has."""
    name, code = Literal(text, language="zh"), Literal(text)
    named, coded = f"?county rdfs:label {name} ; a dj:County", f"?county dj:code {code} ; a dj:County"
    found = select(store, f"SELECT DISTINCT ?county {{ {{ {named} }} UNION {{ {coded} }} }}")
    return tuple(sorted((county for (county,) in found), key=str))


def _counties(store: Queryable) -> list[tuple[NamedNode, str]]:
    found = {(county, name.value) for county, name in select(store, _COUNTIES)}
    return sorted(found, key=lambda county: (county[0].value, county[1]))


def _only_name(text: str, names: Iterable[str]) -> str:
    several = sorted(set(names))
    if len(several) > 1:
        raise AmbiguousCounty(f"{text!r} may be {'、'.join(several)}; give the full name or the code.")
    return several[0]


def _in_order(text: str, name: str) -> bool:
    rest = iter(name)
    return all(character in rest for character in text)


_TIERS: tuple[Callable[[str, str], bool], ...] = (
    lambda text, name: text == _RANK.sub("", name),
    lambda text, name: len(text) > 1 and name.startswith(text),
    lambda text, name: len(text) > 1 and _in_order(text, name),
)
