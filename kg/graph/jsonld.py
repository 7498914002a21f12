"""JSON-LD 1.1 that reads well: short keys, labels by language, addresses relative to the base.

The context says of every property what its values are, so that a value is a plain JSON text wherever all values of
the property are of one kind: addresses (``"@type": "@id"``), texts by language (``"@container": "@language"``), or
literals of one datatype.  Where they are mixed, each value is spelled out.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from kg.graph.iri import BASE
from kg.graph.vocab import DJ, PREFIXES, RDF, XSD

_STRING = XSD.iri + "string"
_BY_LANGUAGE, _ADDRESS = "@language", "@id"
_PREFIXES = {name: iri for name, iri in sorted(PREFIXES.items()) if name not in DJ.names}
"""Without those that are called as a property of the ontology is (practice, theme): one key has one meaning."""


def to_jsonld(triples: Iterable[Triple], base: str = BASE) -> bytes:
    """Return JSON-LD, UTF-8, one object a subject, sorted.

    :param triples: in any order; repeated ones count once.
    :param base: IRIs under it are written relative to it.
    """
    objects: dict[str, dict[str, list[NamedNode | Literal]]] = defaultdict(lambda: defaultdict(list))
    for subject, predicate, value in sorted(set(triples), key=str):
        objects[subject.value][predicate.value].append(value)
    kinds = _kinds(objects.values())
    short = _Short(base)
    graph = [_to_object(short, kinds, subject, said) for subject, said in sorted(objects.items())]
    text = json.dumps({"@context": _context(short, kinds), "@graph": graph}, ensure_ascii=False, indent=1)
    return (text + "\n").encode("utf-8", "surrogatepass")


class _Short:
    """Addresses as JSON-LD shortens them: by the base, by the vocabulary, by a prefix."""

    def __init__(self, base: str) -> None:
        self.base = base

    def address(self, iri: str) -> str:
        """Return what stands for ``iri`` as the value of ``@id``."""
        return (iri.startswith(self.base) and iri[len(self.base) :]) or iri

    def term(self, iri: str) -> str:
        """Return what stands for ``iri`` as a key or a type: the bare name for the ontology's own terms."""
        if iri.startswith(DJ.iri):
            return iri.removeprefix(DJ.iri)
        for name, namespace in _PREFIXES.items():
            if iri.startswith(namespace) and iri != namespace:
                return f"{name}:{iri.removeprefix(namespace)}"
        return iri


def _kinds(subjects: Iterable[dict[str, list[NamedNode | Literal]]]) -> dict[str, str | None]:
    """Return of every property what all its values are: ``@id``, ``@language`` or a datatype; None where mixed."""
    found: dict[str, set[str]] = defaultdict(set)
    for said in subjects:
        for predicate, values in said.items():
            found[predicate].update(map(_kind, values))
    return {predicate: kinds.pop() if len(kinds) == 1 else None for predicate, kinds in sorted(found.items())}


def _kind(value: NamedNode | Literal) -> str:
    if isinstance(value, NamedNode):
        return _ADDRESS
    return _BY_LANGUAGE if value.language else value.datatype.value


def _context(short: _Short, kinds: dict[str, str | None]) -> dict[str, Any]:
    context: dict[str, Any] = {"@version": 1.1, "@base": short.base, "@vocab": DJ.iri, **_PREFIXES}
    for predicate, kind in kinds.items():
        if predicate == RDF.type.value or kind in (None, _STRING):
            continue
        name = short.term(predicate)
        if kind == _BY_LANGUAGE:
            context[name] = {"@id": predicate, "@container": kind}
        else:
            context[name] = {"@id": predicate, "@type": kind if kind == _ADDRESS else short.term(kind)}
    return context


def _to_object(
    short: _Short, kinds: dict[str, str | None], subject: str, said: dict[str, list[NamedNode | Literal]]
) -> dict[str, Any]:
    node: dict[str, Any] = {"@id": short.address(subject)}
    for predicate, values in sorted(said.items(), key=lambda item: (item[0] != RDF.type.value, item[0])):
        if predicate == RDF.type.value:
            node["@type"] = _one_or_all([short.term(value.value) for value in values])
        elif kinds[predicate] == _BY_LANGUAGE:
            node[short.term(predicate)] = _by_language(values)
        else:
            node[short.term(predicate)] = _one_or_all([_to_value(short, kinds[predicate], value) for value in values])
    return node


def _by_language(values: list[NamedNode | Literal]) -> dict[str, Any]:
    texts: dict[str, list[str]] = defaultdict(list)
    for value in values:
        if isinstance(value, Literal) and value.language:
            texts[value.language].append(value.value)
    return {language: _one_or_all(found) for language, found in sorted(texts.items())}


def _to_value(short: _Short, kind: str | None, value: NamedNode | Literal) -> Any:
    """Return a value of a property whose values are all of ``kind``."""
    if isinstance(value, NamedNode):
        address = short.address(value.value)
        return address if kind == _ADDRESS else {"@id": address}
    if kind is not None or _kind(value) == _STRING:
        return value.value
    if value.language:
        return {"@value": value.value, "@language": value.language}
    return {"@value": value.value, "@type": short.term(value.datatype.value)}


def _one_or_all(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values
