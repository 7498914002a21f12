"""What the graph says of one IRI, for a page and for a program.

Asked in SPARQL that holds IRIs only, never a visitor's text, and bounded: however much hangs on a thing, a
description holds at most ``STATEMENTS`` statements in either direction and says that there is more.  What is said of
several nodes is asked at once: the graph may be far away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode, QuerySolutions, Triple

from kg.graph.queryable import Queryable, select
from kg.graph.remote import CutShort
from kg.graph.vocab import DJ, OWL, RDF, RDFS, SKOS
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
_AT_ONCE = 200
"""Nodes that one query asks of; engines bear no list of any length."""
_COMMENT = NamedNode("http://www.w3.org/2000/01/rdf-schema#comment")
_DEFINED_BY = NamedNode("http://www.w3.org/2000/01/rdf-schema#isDefinedBy")
_KINDS = (NamedNode("http://www.w3.org/2002/07/owl#Class"), OWL.ObjectProperty, OWL.DatatypeProperty)

Said = dict[NamedNode, list[NamedNode | Literal]]
"""Of each node the values of one predicate, or of each predicate those of one node."""


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


def find_described(graph: Queryable, iris: Iterable[str]) -> str | None:
    """Return the first of ``iris`` of which the graph says anything, None where it says nothing of any."""
    return next((iri for iri in iris if exists(graph, iri)), None)


def exists(graph: Queryable, iri: str) -> bool:
    """Tell whether the graph says anything of ``iri``, or has a named graph that is called so."""
    node = NamedNode(iri)
    patterns = (f"{node} ?p ?o", f"?s ?p {node}", f"GRAPH {node} {{ ?s ?p ?o }}")
    return any(bool(graph.query(f"ASK {{ {pattern} }}")) for pattern in patterns)


def find_triples(graph: Queryable, iri: str) -> tuple[list[Triple], bool]:
    """Return the triples that describe ``iri``, and whether some were left out.

    Those from it and to it, and all of the mentions that prove it, so that a description carries its evidence; of a
    named graph, all that stand in it.
    """
    node = NamedNode(iri)
    inside, cut = _triples(graph, f"GRAPH {node} {{ ?s ?p ?o }}")
    if inside:
        return inside, cut
    out, out_cut = _triples(graph, f"{node} ?p ?o", s=node)
    back, back_cut = _triples(graph, f"?s ?p {node}", o=node)
    evidence = _said_by(graph, _mentions(graph, node))
    return list(dict.fromkeys((*out, *back, *evidence))), out_cut or back_cut


def find_thing(graph: Queryable, iri: str) -> Thing:
    """Return the description of ``iri`` for a page."""
    node = NamedNode(iri)
    out, out_cut = _triples(graph, f"{node} ?p ?o", s=node)
    back, back_cut = _triples(graph, f"?s ?p {node}", o=node)
    own: Said = defaultdict(list)
    for _, predicate, value in out:
        own[predicate].append(value)
    said = [(predicate, value) for _, predicate, value in out if predicate not in _NOT_LISTED]
    said_back = [(predicate, subject) for subject, predicate, _ in back if predicate not in _NOT_LISTED_BACK]
    values = _to_values(graph, {end for _, end in (*said, *said_back)})
    classes = _to_classes(own[RDF.type])
    labels = _to_labels((own[RDFS.label], own[SKOS.prefLabel]))
    return Thing(
        iri=iri,
        label=labels.get("zh") or labels.get("en") or next(iter(labels.values()), "") or to_name(iri),
        labels=labels,
        classes=classes,
        aliases=tuple(sorted({alias.value for alias in own[SKOS.altLabel]})),
        statuses=tuple(sorted({status.value for status in own[DJ.status]})),
        statements=_grouped(said, values),
        reverse=_grouped(said_back, values),
        passages=tuple(_passages(graph, node, classes)),
        paragraphs=tuple(_paragraphs(graph, node, [text.value for text in own[DJ.text]])),
        cut=out_cut or back_cut,
    )


def find_term_labels(graph: Queryable) -> Iterator[tuple[str, str, str]]:
    """Yield the terms of the ontology with their labels in Chinese and English, in order."""
    ontology = NamedNode(DJ.iri.rstrip("#"))
    terms = [row[0] for row in select(graph, f"SELECT DISTINCT ?term {{ ?term {_DEFINED_BY} {ontology} }}")]
    for term, labels in sorted(_labels(graph, terms).items(), key=str):
        if labels.get("zh"):
            yield term.value, labels["zh"], labels.get("en", labels["zh"])


def find_terms(graph: Queryable) -> list[tuple[str, list[dict[str, str]]]]:
    """Return the terms of the ontology, each kind with its terms in order of name: IRI, comments ``zh`` and ``en``."""
    found = []
    for kind in _KINDS:
        terms = {row[0] for row in select(graph, f"SELECT ?term {{ ?term {RDF.type} {kind} }}")}
        own = sorted((term for term in terms if term.value.startswith(DJ.iri)), key=lambda term: term.value)
        comments = _said(graph, own, _COMMENT)
        said = {term: _to_labels((comments.get(term, ()),)) for term in own}
        lines = [{"iri": t.value, "zh": said[t].get("zh", ""), "en": said[t].get("en", "")} for t in own]
        found.append((kind.value, lines))
    return found


def find_counties(graph: Queryable) -> list[Value]:
    """Return the counties that some article reports on, in order of name."""
    found = {row[0] for row in select(graph, f"SELECT DISTINCT ?county {{ ?county {DJ.undertakes} ?initiative }}")}
    return sorted(_to_values(graph, found).values(), key=_reading_order)


def to_name(iri: str) -> str:
    """Return the last part of an IRI, for what has no label."""
    return iri.rstrip("/#").replace("#", "/").rpartition("/")[2] or iri


def _triples(graph: Queryable, pattern: str, **known: NamedNode) -> tuple[list[Triple], bool]:
    """Return the triples that a pattern of ``?s ?p ?o`` finds, and whether there are more than come at once.

    :param known: the node that stands in the pattern for ``s`` or ``o``.
    """
    names = [name for name in "spo" if name not in known]
    query = f"SELECT {' '.join('?' + name for name in names)} {{ {pattern} }} LIMIT {STATEMENTS + 1}"
    try:
        found, is_whole = select(graph, query), True
    except CutShort as error:
        if not isinstance(error.answer, QuerySolutions):
            raise
        found, is_whole = error.answer, False
    rows = [known | dict(zip(names, row)) for row in found]
    triples = [Triple(row["s"], row["p"], row["o"]) for row in rows[:STATEMENTS]]
    return triples, len(rows) > STATEMENTS or not is_whole


def _mentions(graph: Queryable, node: NamedNode) -> list[NamedNode]:
    """Return the mentions of ``node``, of many the first by name."""
    query = f"SELECT ?mention {{ ?mention {DJ.refersTo} {node} }} ORDER BY STR(?mention) LIMIT {SENTENCES}"
    return [row[0] for row in select(graph, query)]


def _said_by(graph: Queryable, nodes: Collection[NamedNode]) -> Iterator[Triple]:
    """Yield everything that ``nodes`` say."""
    for values in _batches(nodes):
        for s, p, o in select(graph, f"SELECT ?s ?p ?o {{ VALUES ?s {{ {values} }} ?s ?p ?o }}"):
            yield Triple(s, p, o)


def _said(graph: Queryable, nodes: Collection[NamedNode], predicate: NamedNode) -> Said:
    """Return what ``nodes`` say by one predicate."""
    found: Said = defaultdict(list)
    for values in _batches(nodes):
        for node, value in select(graph, f"SELECT ?s ?o {{ VALUES ?s {{ {values} }} ?s {predicate} ?o }}"):
            found[node].append(value)
    return found


def _batches(nodes: Collection[NamedNode]) -> Iterator[str]:
    ordered = sorted(map(str, nodes))
    return (" ".join(ordered[at : at + _AT_ONCE]) for at in range(0, len(ordered), _AT_ONCE))


def _labels(graph: Queryable, nodes: Collection[NamedNode]) -> dict[NamedNode, dict[str, str]]:
    said = [_said(graph, nodes, predicate) for predicate in (RDFS.label, SKOS.prefLabel)]
    return {node: _to_labels(by_predicate.get(node, ()) for by_predicate in said) for node in nodes}


def _to_labels(said: Iterable[Iterable[NamedNode | Literal]]) -> dict[str, str]:
    """Return the labels, one a language, ``""`` for none; those of the first predicate before others."""
    found: dict[str, str] = {}
    for labels in said:
        for label in sorted((label for label in labels if isinstance(label, Literal)), key=str):
            found.setdefault(label.language or "", label.value)
    return found


def _to_classes(classes: Iterable[NamedNode | Literal]) -> tuple[str, ...]:
    """Return the IRIs of classes, the vocabulary's own before others, formula before slogan."""
    found = {cls.value for cls in classes}
    return tuple(sorted(found, key=lambda iri: (not iri.startswith(DJ.iri), iri != DJ.Formula.value, iri)))


def _own_class(classes: Iterable[str]) -> str:
    """Return the name of the first class if it is the vocabulary's own, else nothing."""
    first = next(iter(classes), "")
    return first.removeprefix(DJ.iri) if first.startswith(DJ.iri) else ""


def _to_values(graph: Queryable, ends: Collection[object]) -> dict[object, Value]:
    """Return for each end of a statement what a page shows of it."""
    nodes = {end for end in ends if isinstance(end, NamedNode)}
    labels, classes = _labels(graph, nodes), _said(graph, nodes, RDF.type)
    own = {node: _own_class(_to_classes(classes.get(node, ()))) for node in nodes}
    exact = _said(graph, [node for node, cls in own.items() if cls == "Mention"], DJ.exact)
    found: dict[object, Value] = {}
    for end in ends:
        if isinstance(end, Literal):
            found[end] = Value(text=end.value, lang=end.language or "")
        elif not isinstance(end, NamedNode):
            found[end] = Value(text=str(end))
        else:
            label = labels[end].get("zh") or next(iter(labels[end].values()), "")
            if end in exact:  # a mention has no name of its own
                label = min(text.value for text in exact[end])
            found[end] = Value(text=label or to_name(end.value), iri=end.value, cls=own[end])
    return found


def _grouped(ends: Iterable[tuple[NamedNode, object]], values: dict[object, Value]) -> tuple[Group, ...]:
    groups: dict[str, set[object]] = defaultdict(set)
    for predicate, end in ends:
        groups[predicate.value].add(end)
    return tuple(
        Group(predicate=predicate, values=tuple(sorted((values[end] for end in found), key=_reading_order)))
        for predicate, found in sorted(groups.items(), key=lambda group: _rank(group[0]))
    )


def _rank(predicate: str) -> tuple[int, str]:
    """Return the sort key of a predicate on a page: what a reader looks for first, bookkeeping last."""
    name = predicate.removeprefix(DJ.iri)
    if name in _FIRST:
        return _FIRST.index(name), ""
    return (len(_FIRST) + (_LAST.index(name) + 1 if name in _LAST else 0), name)


def _reading_order(value: Value) -> tuple[str, int, str, str, str]:
    is_number = value.text.isascii() and value.text.isdigit()
    return value.cls, int(value.text) if is_number else -1, value.text, value.iri, value.lang


def _passages(graph: Queryable, node: NamedNode, classes: tuple[str, ...]) -> Iterator[Passage]:
    """Yield the sentences that name ``node`` (or, of a mention, its own), in the order of print."""
    mentions = _mentions(graph, node)
    if DJ.Mention.value in classes:
        mentions.append(node)
    said: dict[NamedNode, dict[NamedNode, str]] = {mention: {} for mention in mentions}
    for mention, predicate, value in _said_by(graph, mentions):
        said[mention][predicate] = min(value.value, said[mention].get(predicate, value.value))
    articles = {NamedNode(about[DJ.inArticle]) for about in said.values() if DJ.inArticle in about}
    values = _to_values(graph, articles)
    printed = [_said(graph, articles, term) for term in (DJ.newspaper, DJ.date, DJ.pageNumber)]
    sentences: dict[tuple[str, str], list[dict[NamedNode, str]]] = defaultdict(list)
    in_print = sorted(mentions, key=lambda m: (said[m].get(DJ.inArticle, ""), int(said[m].get(DJ.start, 0)), m.value))
    for about in (said[mention] for mention in in_print if DJ.inArticle in said[mention]):
        sentences[about[DJ.inArticle], about.get(DJ.sentence, "")].append(about)
    cls = _own_class(classes)
    for (article, sentence), found in sentences.items():
        at = NamedNode(article)
        yield Passage(
            sentence=to_markup(sentence, _marks(sentence, {about.get(DJ.exact, "") for about in found}, cls)),
            article=values[at],
            statuses=tuple(sorted({about[DJ.status] for about in found if DJ.status in about})),
            printed=tuple(min(text.value for text in texts[at]) for texts in printed if at in texts),
        )


def _marks(sentence: str, names: set[str], cls: str) -> list[Mark]:
    marks = set()
    for name in filter(None, names):
        start = sentence.find(name)
        while start >= 0:
            marks.add(Mark(start, -(start + len(name)), cls))
            start = sentence.find(name, start + len(name))
    return sorted(marks)


def _paragraphs(graph: Queryable, node: NamedNode, texts: Collection[str]) -> Iterator[Markup]:
    """Yield the text of an article, with all that is named in it marked."""
    text = min(texts, default="")
    if not text:
        return
    query = f"""SELECT DISTINCT ?start ?end ?thing {{
      ?mention {DJ.inArticle} {node} ; {DJ.start} ?start ; {DJ.end} ?end ; {DJ.refersTo} ?thing }}"""
    spans = [(int(start.value), int(end.value), thing) for start, end, thing in select(graph, query)]
    classes = _said(graph, {thing for *_, thing in spans}, RDF.type)
    marks = {(start, end, _own_class(_to_classes(classes.get(thing, ())))) for start, end, thing in spans}
    at = 0
    for line in text.splitlines(keepends=True):
        end = at + len(line)
        inside = [Mark(max(s, at) - at, at - min(e, end), cls) for s, e, cls in marks if s < end and at < e]
        if line.strip():
            yield to_markup(line, sorted(inside))
        at = end
