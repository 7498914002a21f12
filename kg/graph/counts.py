"""How much a graph holds: triples, things and things of each class, counted once and then kept up to date.

A build counts what it adds and takes away, so that a day's news costs no look at the years before it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from kg.graph.queryable import select
from kg.graph.vocab import DJ, RDF

_TRIPLES = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
_ENTITIES = "SELECT (COUNT(DISTINCT ?s) AS ?n) WHERE { ?s ?p ?o }"
_CLASSES = "SELECT ?class (COUNT(*) AS ?n) WHERE { ?s a ?class } GROUP BY ?class"
_OUTSIDE = "SELECT DISTINCT ?s { { ?s a prov:SoftwareAgent } UNION { ?s dj:caseTally ?tally } }"


@dataclass(slots=True, kw_only=True)
class Counts:
    """The triples of a default graph, its things under the base, and how many there are of each class of ``dj:``."""

    base: str
    triples: int
    entities: int
    classes: Counter[NamedNode]

    def add(self, store: Store, triples: set[Triple]) -> None:
        """Count ``triples``, which are about to be added to the default graph of ``store``."""
        for subject in {subject for subject, _, _ in triples}:
            self.entities += self._is_counted(subject) and not _has(store, subject)
        for triple in triples:
            if Quad(triple.subject, triple.predicate, triple.object) not in store:
                self._count(triple, 1)

    def take(self, store: Store, triples: Collection[Triple]) -> None:
        """Count ``triples`` no more, which were removed from the default graph of ``store``."""
        for triple in triples:
            self._count(triple, -1)
        subjects = {subject for subject, _, _ in triples}
        self.entities -= sum(self._is_counted(subject) and not _has(store, subject) for subject in subjects)

    def to_literal(self) -> Literal:
        """Return the counts as text, which ``from_literal`` reads."""
        classes = {term.value: number for term, number in sorted(self.classes.items(), key=str)}
        return Literal(json.dumps([self.base, self.triples, self.entities, classes], ensure_ascii=False))

    @classmethod
    def from_literal(cls, literal: Literal) -> Counts:
        """Return the counts that ``to_literal`` wrote."""
        base, triples, entities, classes = json.loads(literal.value)
        counted = Counter({NamedNode(iri): number for iri, number in classes.items()})
        return cls(base=base, triples=triples, entities=entities, classes=counted)

    def _count(self, triple: Triple, number: int) -> None:
        self.triples += number
        kind = triple.object
        if triple.predicate == RDF.type and isinstance(kind, NamedNode) and kind.value.startswith(DJ.iri):
            self.classes[kind] += number

    def _is_counted(self, subject: NamedNode) -> bool:
        return subject.value.startswith(self.base)


def count_whole(store: Store, base: str, vocabulary: Iterable[NamedNode]) -> Counts:
    """Return the counts of a store that has no description: of all but the vocabulary.

    All is counted without a look at a name, less what is known to lie outside the base: names are what costs, to tell
    of each subject how it begins takes five times as long as to count them.

    :param store: a store whose default graph is the union of the others.
    :param base: the base of the data's IRIs.
    :param vocabulary: the named graphs of the vocabulary, which do not count.
    """
    others = [quad for graph in vocabulary for quad in store.quads_for_pattern(None, None, None, graph)]
    outside = {subject for subject, *_ in others}
    outside |= {solution["s"] for solution in select(store, _OUTSIDE)}
    outside = {node for node in outside if not node.value.startswith(base)}
    counted = Counter({term: int(n.value) for term, n in select(store, _CLASSES) if term.value.startswith(DJ.iri)})
    counted.subtract(quad.object for quad in others if quad.predicate == RDF.type and quad.object in counted)
    return Counts(
        base=base,
        triples=_number(store, _TRIPLES) - len(others),
        entities=_number(store, _ENTITIES) - len(outside),
        classes=counted,
    )


def _number(store: Store, query: str) -> int:
    (solution,) = select(store, query)
    return int(solution[0].value)


def _has(store: Store, subject: NamedNode) -> bool:
    return next(store.quads_for_pattern(subject, None, None, DefaultGraph()), None) is not None
