"""What the graph says of one IRI, for a page and for a program.

Looked up by pattern, never by a visitor's text, and bounded: however much hangs on a thing, a description holds at
most ``STATEMENTS`` statements in either direction and names the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from markupsafe import Markup
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Store, Triple

from kg.graph.vocab import DJ, RDF, RDFS, SKOS
from kg.views.marking import Mark, to_markup

STATEMENTS = 5000
SENTENCES = 100

_NOT_LISTED = {RDF.type, RDFS.label, SKOS.prefLabel, SKOS.altLabel, DJ.evidence, DJ.text, DJ.sentence, DJ.status}
_NOT_LISTED_BACK = {DJ.refersTo, DJ.inArticle, DJ.evidence, DJ.cue}
_FIRST = (
    "headline newspaper date section pageNumber byline within code undertakes usesAlliance usesMechanism"
    " runsProgramme operatesPlatform proclaimsSlogan issuesDocument appliesPractice pursuesTheme hasAlliance"
    " hasMechanism hasProgramme hasPlatform hasSlogan hasDocument hasComponent practice theme"
).split()
_LAST = "reporter onPage position start end pageStart pageEnd file sha256 rule".split()
_UNION = DefaultGraph()


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One end of a statement: a node with its IRI, or a literal with none."""

    text: str
    iri: str = ""
    lang: str = ""
    cls: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The statements of one predicate, in reading order."""

    predicate: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A sentence in which a thing is named, the names marked, and where it stands."""

    sentence: Markup
    article: Value
    statuses: tuple[str, ...]
    printed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """A description: labels by language, classes, statements from and to the thing, its sentences, its text."""

    iri: str
    label: str
    labels: dict[str, str]
    classes: tuple[str, ...]
    aliases: tuple[str, ...]
    statuses: tuple[str, ...]
    statements: tuple[Group, ...]
    reverse: tuple[Group, ...]
    passages: tuple[Passage, ...]
    paragraphs: tuple[Markup, ...]
    cut: bool


def exists(store: Store, iri: str) -> bool:
    """Tell whether the graph says anything of ``iri``."""
    node = NamedNode(iri)
    about = (store.quads_for_pattern(node, None, None, _UNION), store.quads_for_pattern(None, None, node, _UNION))
    return any(next(found, None) is not None for found in about) or store.contains_named_graph(node)


def find_triples(store: Store, iri: str) -> tuple[list[Triple], bool]:
    """Return the triples that describe ``iri``, and whether some were left out.

    Those from it and to it, and all of the mentions that prove it, so that a description carries its evidence; of a
    named graph, all that stand in it.
    """
    node = NamedNode(iri)
    if store.contains_named_graph(node):
        return _bounded([store.quads_for_pattern(None, None, None, node)])
    mentions = islice(store.quads_for_pattern(None, DJ.refersTo, node, _UNION), SENTENCES)
    return _bounded(
        [
            store.quads_for_pattern(node, None, None, _UNION),
            store.quads_for_pattern(None, None, node, _UNION),
            *(store.quads_for_pattern(mention.subject, None, None, _UNION) for mention in mentions),
        ]
    )


def find_thing(store: Store, iri: str) -> Thing:
    """Return the description of ``iri`` for a page."""
    node = NamedNode(iri)
    out, out_cut = _statements(store.quads_for_pattern(node, None, None, _UNION))
    back, back_cut = _statements(store.quads_for_pattern(None, None, node, _UNION))
    classes = _classes(store, node)
    labels = find_labels(store, node)
    return Thing(
        iri=iri,
        label=labels.get("zh") or labels.get("en") or next(iter(labels.values()), "") or to_name(iri),
        labels=labels,
        classes=classes,
        aliases=tuple(sorted({q.object.value for q in out if q.predicate == SKOS.altLabel})),
        statuses=tuple(sorted({q.object.value for q in out if q.predicate == DJ.status})),
        statements=_grouped(store, ((q.predicate, q.object) for q in out if q.predicate not in _NOT_LISTED)),
        reverse=_grouped(store, ((q.predicate, q.subject) for q in back if q.predicate not in _NOT_LISTED_BACK)),
        passages=tuple(_passages(store, node, classes)),
        paragraphs=tuple(_paragraphs(store, node)),
        cut=out_cut or back_cut,
    )


def find_labels(store: Store, node: NamedNode) -> dict[str, str]:
    """Return the labels of ``node``, one a language; ``""`` stands for none."""
    found: dict[str, str] = {}
    for predicate in (RDFS.label, SKOS.prefLabel):
        labels = [q.object for q in store.quads_for_pattern(node, predicate, None, _UNION)]
        for label in sorted(filter(_is_literal, labels), key=str):
            found.setdefault(label.language or "", label.value)
    return found


def find_terms(store: Store) -> list[tuple[str, list[NamedNode]]]:
    """Return the terms of the ontology, each kind with its terms in order of name."""
    kinds = ("http://www.w3.org/2002/07/owl#Class", "http://www.w3.org/2002/07/owl#ObjectProperty")
    kinds += ("http://www.w3.org/2002/07/owl#DatatypeProperty",)
    found = []
    for kind in kinds:
        terms = {q.subject for q in store.quads_for_pattern(None, RDF.type, NamedNode(kind), _UNION)}
        found.append((kind, sorted((t for t in terms if t.value.startswith(DJ.iri)), key=lambda term: term.value)))
    return found


def find_counties(store: Store) -> list[Value]:
    """Return the counties that some article reports on, in order of name."""
    found = {q.subject for q in store.quads_for_pattern(None, DJ.undertakes, None, _UNION)}
    return sorted((_value(store, county) for county in found), key=_reading_order)


def to_name(iri: str) -> str:
    """Return the last part of an IRI, for what has no label."""
    return iri.rstrip("/#").replace("#", "/").rpartition("/")[2] or iri


def _bounded(sources: list[Iterator[Quad]]) -> tuple[list[Triple], bool]:
    found: dict[Triple, None] = {}
    cut = False
    for source in sources:
        quads, more = _statements(source)
        found.update((quad.triple, None) for quad in quads)
        cut = cut or more
    return list(found), cut


def _statements(source: Iterator[Quad]) -> tuple[list[Quad], bool]:
    quads = list(islice(source, STATEMENTS + 1))
    return quads[:STATEMENTS], len(quads) > STATEMENTS


def _is_literal(term: object) -> bool:
    return isinstance(term, Literal)


def _classes(store: Store, node: NamedNode) -> tuple[str, ...]:
    """Return the IRIs of the classes of ``node``, the vocabulary's own before others, formula before slogan."""
    found = {q.object.value for q in store.quads_for_pattern(node, RDF.type, None, _UNION)}
    return tuple(sorted(found, key=lambda iri: (not iri.startswith(DJ.iri), iri != DJ.Formula.value, iri)))


def _grouped(store: Store, ends: Iterable[tuple[NamedNode, object]]) -> tuple[Group, ...]:
    groups: dict[str, set] = defaultdict(set)
    for predicate, end in ends:
        groups[predicate.value].add(end)
    return tuple(
        Group(predicate=predicate, values=tuple(sorted((_value(store, end) for end in found), key=_reading_order)))
        for predicate, found in sorted(groups.items(), key=lambda group: _rank(group[0]))
    )


def _rank(predicate: str) -> tuple[int, str]:
    """Return the sort key of a predicate on a page: what a reader looks for first, bookkeeping last."""
    name = predicate.removeprefix(DJ.iri)
    if name in _FIRST:
        return _FIRST.index(name), ""
    return (len(_FIRST) + (_LAST.index(name) + 1 if name in _LAST else 0), name)


def _value(store: Store, end: object) -> Value:
    if isinstance(end, Literal):
        return Value(text=end.value, lang=end.language or "")
    if not isinstance(end, NamedNode):
        return Value(text=str(end))
    labels = find_labels(store, end)
    label = labels.get("zh") or next(iter(labels.values()), "")
    classes = _classes(store, end)
    own = classes[0].removeprefix(DJ.iri) if classes and classes[0].startswith(DJ.iri) else ""
    if own == "Mention":  # a mention has no name of its own
        label = next((q.object.value for q in store.quads_for_pattern(end, DJ.exact, None, _UNION)), label)
    return Value(text=label or to_name(end.value), iri=end.value, cls=own)


def _reading_order(value: Value) -> tuple:
    is_number = value.text.isascii() and value.text.isdigit()
    return value.cls, int(value.text) if is_number else -1, value.text, value.iri


def _passages(store: Store, node: NamedNode, classes: tuple[str, ...]) -> Iterator[Passage]:
    """Yield the sentences that name ``node`` (or, of a mention, its own), in the order of print."""
    mentions = [q.subject for q in islice(store.quads_for_pattern(None, DJ.refersTo, node, _UNION), SENTENCES)]
    if DJ.Mention.value in classes:
        mentions.append(node)
    cls = classes[0].removeprefix(DJ.iri) if classes else ""
    sentences: dict[tuple[str, str], list[NamedNode]] = defaultdict(list)
    for mention in sorted(mentions, key=lambda m: (_text(store, m, DJ.inArticle), int(_text(store, m, DJ.start) or 0))):
        sentences[_text(store, mention, DJ.inArticle), _text(store, mention, DJ.sentence)].append(mention)
    for (article, sentence), found in sentences.items():
        names = {_text(store, mention, DJ.exact) for mention in found}
        statuses = {_text(store, mention, DJ.status) for mention in found} - {""}
        at = NamedNode(article)
        yield Passage(
            sentence=to_markup(sentence, _marks(sentence, names, cls)),
            article=_value(store, at),
            statuses=tuple(sorted(statuses)),
            printed=tuple(filter(None, (_text(store, at, term) for term in (DJ.newspaper, DJ.date, DJ.pageNumber)))),
        )


def _marks(sentence: str, names: set[str], cls: str) -> list[Mark]:
    marks = set()
    for name in filter(None, names):
        start = sentence.find(name)
        while start >= 0:
            marks.add(Mark(start, -(start + len(name)), cls))
            start = sentence.find(name, start + len(name))
    return sorted(marks)


def _paragraphs(store: Store, node: NamedNode) -> Iterator[Markup]:
    """Yield the text of an article, with all that is named in it marked."""
    text = _text(store, node, DJ.text)
    if not text:
        return
    marks = []
    for mention in store.quads_for_pattern(None, DJ.inArticle, node, _UNION):
        start, end = (_text(store, mention.subject, term) for term in (DJ.start, DJ.end))
        referred = _text(store, mention.subject, DJ.refersTo)
        if start and end and referred:
            classes = _classes(store, NamedNode(referred))
            marks.append((int(start), int(end), classes[0].removeprefix(DJ.iri) if classes else ""))
    at = 0
    for line in text.splitlines(keepends=True):
        end = at + len(line)
        inside = [Mark(max(s, at) - at, at - min(e, end), cls) for s, e, cls in set(marks) if s < end and at < e]
        if line.strip():
            yield to_markup(line, sorted(inside))
        at = end


def _text(store: Store, node: NamedNode, predicate: NamedNode) -> str:
    """Return the value of a predicate; of several, the first in order."""
    return min((q.object.value for q in store.quads_for_pattern(node, predicate, None, _UNION)), default="")
