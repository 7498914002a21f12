"""The canned questions as a page asks them: their parameters, what these do to the rows, and the answers.

A page that stands alone carries the whole answer of every question, without any restriction, and its parameters
choose among the rows.  What a parameter does is read from the query itself, so that the page and SPARQL mean the same:
``CONTAINS(STR(?alliance), ?namePart)`` keeps the rows whose ``alliance`` holds the value.  A page from a server asks
``to_answer`` each time instead.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import networkx as nx
from pyoxigraph import Literal, NamedNode

from kg.graph.answers import Solutions, answer, read_solutions
from kg.graph.coverage import Coverage, find_coverage
from kg.graph.paging import find_window
from kg.graph.queryable import Queryable
from kg.graph.questions import Question, ask, questions
from kg.graph.tally import CountyRead, Tallies
from kg.model import ENTITY_TYPES, STATUSES
from kg.views.details import solutions
from kg.views.template import read

LANGUAGES = ("zh", "en")
LONGEST = 20_000
"""An answer of more rows is not put into a page; the page says so and names the command that gives it."""

_TESTS = (
    ("alias", r"EXISTS {{ \?(\w+)Iri skos:altLabel \?alias \. FILTER \(STR\(\?alias\) = \?{0}\) }}"),
    ("holds", r"CONTAINS\(STR\(\?(\w+)\), \?{0}\)"),
    ("is", r"(?<!\. FILTER \()(?<!STR\()(?:STR\(\?(?=\w+\))|\?)(\w+)\)? = \?{0}\b"),
    ("from", r"\?(\w+) >= \?{0}\b"),
    ("to", r"\?(\w+) <= \?{0}\b"),
)
_VALUE = re.compile(r'"([^"]*)"|([^\s,]+)')
_COUNTED = {"shared-practices": ("counties", "practiceIri", "countyIri")}
"""Columns that a query counts anew under each status: the column, what is counted for, what is counted."""

_COUNTIES = """SELECT DISTINCT ?county ?name ?code {
  ?county a dj:County ; rdfs:label ?name OPTIONAL { ?county dj:code ?code } }"""
_LATEST = "SELECT (STR(MAX(?date)) AS ?latest) { ?article a dj:Article ; dj:date ?date }"
_DATES = "SELECT DISTINCT ?article ?date { ?article a dj:Article ; dj:date ?date }"
_PRACTICES = """SELECT ?label ?en ?alias { ?practice a dj:Practice ; skos:prefLabel ?label FILTER(LANG(?label) = "zh")
  OPTIONAL { ?practice skos:prefLabel ?en FILTER(LANG(?en) = "en") } OPTIONAL { ?practice skos:altLabel ?alias } }"""
_ARTICLES = "SELECT ?article { ?article a dj:Article } ORDER BY ?article LIMIT 1"
_ALIASES = "SELECT DISTINCT ?thing ?alias { ?thing skos:altLabel ?alias }"


class UnreadableQuestion(ValueError):
    """A question with a parameter of which its query does not tell what it does to the rows."""


def to_questions(store: Queryable, network: nx.MultiDiGraph | None = None) -> dict[str, Any]:
    """Return what a page needs to ask: the questions, the counties of the graph, the ways to ask in plain words.

    Counties are triples of address, name and code, ``practices`` are all that are known, found or not, ``latest`` is
    the date of the last article; what plain questions mean stands in ``questions.zh.tsv`` and ``questions.en.tsv``,
    whose lines come here cell by cell.

    :param network: only its counties are told of.
    """
    counties = sorted((iri, name, code or "") for iri, name, code in solutions(store, _COUNTIES))
    if network is not None:
        counties = [county for county in counties if county[0] in network]
    return {
        "questions": [_to_question(question) for question in questions()],
        "counties": counties,
        "practices": _practices(store),
        "base": _base(store),
        "latest": next((date for (date,) in solutions(store, _LATEST)), None) or "",
        "statuses": STATUSES,
        "types": (*ENTITY_TYPES, "Figure"),
        "patterns": {language: read_patterns(language) for language in LANGUAGES},
    }


def read_patterns(language: str) -> list[list[str]]:
    """Return the lines of the file of plain questions in ``language``, each as its cells, without comments."""
    lines = read(f"questions.{language}.tsv").splitlines()
    return [[cell.strip() for cell in line.split("\t")] for line in lines if line.strip() and not line.startswith("#")]


def to_answer(
    store: Queryable,
    name: str,
    values: Mapping[str, str] | None = None,
    limit: int | None = None,
    tallies: Tallies | None = None,
) -> dict[str, Any]:
    """Return the answer to a canned question: ``columns``, their ``kinds``, ``rows`` of text, ``coverage``.

    ``total`` says how many rows there are in all, ``dates`` the day of each of its articles that has one, by address.

    :param name: the question's name.
    :param values: parameter name to value as typed.
    :param limit: how many rows at most, the first in order; all by default.
    :param tallies: those of the graph, where they are kept from question to question.
    :raises UnknownQuestion: and the other errors of ``kg.graph.questions.ask``.
    """
    found = answer(store, name, values, limit=limit, tallies=tallies)
    rows = [[term.value if isinstance(term, (NamedNode, Literal)) else None for term in row] for row in found.rows]
    return {
        "columns": found.variables,
        "kinds": _kinds(found),
        "rows": rows,
        "total": len(rows) if found.total is None else found.total,
        "coverage": found.coverage and _to_coverage(found.coverage),
        "dates": _dates(store, found),
    }


def to_answers(store: Queryable, network: nx.MultiDiGraph) -> dict[str, Any]:
    """Return all answers in full, packed: each text and address once, a row as the numbers of its cells.

    A text that the page has already is a number (the label of that thing) or a pair (that thing, which of its
    sentences); an address is without the common base.  ``rows`` of a question hold all cells one after another, -1
    where a variable is unbound; a question whose answer is too long has none.  A page about some counties answers
    about these only.
    """
    pack, tallies = _Pack(network, _base(store)), Tallies(store)
    answers: dict[str, Any] = {}
    counties = {node for node, cls in network.nodes(data="cls") if cls == "County"}
    is_part = any(iri not in counties for iri, _, _ in solutions(store, _COUNTIES))
    for question in questions():
        columns = _columns(question)
        # The pairs of counties grow with the square of the counties: that answer is not even asked for.
        found = None if "similarIri" in columns and len(counties) ** 2 > LONGEST else _whole(tallies, question)
        if found is not None and is_part:
            found = replace(found, rows=tuple(_about(found, counties)))
        if found is None or len(found.rows) > LONGEST:
            answers[question.name] = {"columns": columns, "kinds": [], "rows": None}
            continue
        rows = [cell for row in _in_order(question.name, found) for cell in map(pack.number, row)]
        answers[question.name] = {"columns": columns, "kinds": _kinds(found), "rows": rows}
    coverage = find_coverage(store, "alliances", {"status": "all"}, ("countyIri",), ())
    without, elsewhere = (coverage.without, coverage.elsewhere) if coverage else ((), 0)
    return {
        "answers": answers,
        "aliases": [(pack.number(NamedNode(thing)), alias) for thing, alias in _aliases(store, pack)],
        "texts": list(pack.texts),
        "addresses": list(pack.addresses),
        "dates": sorted(
            (pack.number(NamedNode(article)), date) for article, date in solutions(store, _DATES) if pack.holds(article)
        ),
        "read": [_to_read(county) for county in without if county.iri in counties],
        "elsewhere": 0 if is_part else elsewhere,
    }


class _Pack:
    """The texts and addresses of all answers, each once, in the order in which they came."""

    def __init__(self, network: nx.MultiDiGraph, base: str) -> None:
        self._base = base
        self._known: dict[str, Any] = {}
        for number, (_, data) in enumerate(network.nodes(data=True)):
            for place, sentence in enumerate(data["sentences"]):
                self._known.setdefault(sentence["text"], (number, place))
        for number, (_, label) in enumerate(network.nodes(data="label")):
            self._known[label] = number
        self._texts: dict[str, int] = {}
        self._addresses: dict[str, int] = {}

    def number(self, term: Literal | NamedNode | None) -> int:
        """Return the number of a term in its list, -1 for none."""
        if term is None:
            return -1
        listed = self._addresses if isinstance(term, NamedNode) else self._texts
        return listed.setdefault(term.value, len(listed))

    @property
    def texts(self) -> Iterable[Any]:
        return (self._known.get(text, text) for text in self._texts)

    @property
    def addresses(self) -> Iterable[str]:
        return (iri.removeprefix(self._base) for iri in self._addresses)

    def holds(self, iri: str) -> bool:
        return iri in self._addresses


def _to_question(question: Question) -> dict[str, Any]:
    counted = _COUNTED.get(question.name)
    return {
        "name": question.name,
        "title": {"zh": question.title_zh, "en": question.title_en},
        "description": {"zh": question.description_zh, "en": question.description_en},
        "coverage": question.coverage,
        "text": question.text,
        "columns": _columns(question),
        "counted": counted,
        "parameters": [
            {
                "name": parameter.name,
                "variable": parameter.variable,
                "type": parameter.type,
                "zh": parameter.zh,
                "en": parameter.en,
                "default": _default(question, parameter.variable),
                "tests": _tests(question, parameter.variable),
            }
            for parameter in question.parameters
        ],
    }


def _columns(question: Question) -> list[str]:
    """Return the columns of the answer: the variables of the outer SELECT."""
    head = next(re.finditer(r"SELECT(?: DISTINCT)?((?:\s+\?\w+)+)\s+WHERE", question.text))
    return re.findall(r"\w+", head[1])


def _default(question: Question, variable: str) -> list[str]:
    """Return the values that hold when none is given, as text; none where the variable is then free."""
    forms = rf"VALUES \?{variable} {{([^}}]*)}}|FILTER \(\?{variable} IN \(([^)]*)\)\)"
    values = next(filter(None, next(re.finditer(forms, question.text)).groups()))
    found = [quoted or plain for quoted, plain in _VALUE.findall(values)]
    return [] if "UNDEF" in found else found


def _tests(question: Question, variable: str) -> list[tuple[str, str]]:
    """Return what a value is tested for: any of these (test, column) keeps a row.

    :raises UnreadableQuestion: if the query does not tell.
    """
    text = re.sub(r"\s+", " ", question.text.partition("WHERE")[2])
    found = [(test, column) for test, form in _TESTS for column in re.findall(form.format(variable), text)]
    if not found and variable in _columns(question):
        found = [("is", variable)]
    if not found:
        raise UnreadableQuestion(f"The question {question.name} does not tell what ?{variable} does to its rows.")
    return found


def _whole(tallies: Tallies, question: Question) -> Solutions | None:
    """Return the answer without restriction: of every status, and however few counties share a thing.

    One that the tallies know to be too long is not asked for.
    """
    everything = {"status": "all", "minimum": "0"}
    names = {parameter.name for parameter in question.parameters}
    values = {name: everything[name] for name in everything.keys() & names}
    window = find_window(tallies, question, values, LONGEST)
    if window and window.total > LONGEST:
        return None
    return read_solutions(ask(tallies.graph, question.name, values))


def _about(found: Solutions, counties: set[str]) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of which all counties are among ``counties``."""
    places = [at for at, name in enumerate(found.variables) if name in ("countyIri", "similarIri")]
    nodes = set(map(NamedNode, counties))
    return (row for row in found.rows if all(row[at] in nodes for at in places))


def _in_order(name: str, found: Solutions) -> Sequence[Sequence[Any]]:
    """Return the rows in the order that remains when a count that the page makes anew is left out of it."""
    rows: Sequence[Sequence[Any]] = found.rows
    if name not in _COUNTED:
        return rows
    at = found.variables.index(_COUNTED[name][1])
    label = found.variables.index(found.variables[at].removesuffix("Iri"))
    return sorted(rows, key=lambda row: (row[label].value, row[at].value))


def _kinds(found: Solutions) -> list[str]:
    """Return what stands in each column: ``iri``, a language, or a datatype's name; "" where nothing does."""
    return [next(map(_kind, filter(None, column)), "") for column in zip(*found.rows)]


def _kind(term: Literal | NamedNode) -> str:
    return "iri" if isinstance(term, NamedNode) else term.language or term.datatype.value.partition("#")[2]


def _aliases(store: Queryable, pack: _Pack) -> list[tuple[str, str]]:
    return sorted((thing, alias) for thing, alias in solutions(store, _ALIASES) if pack.holds(thing))


def _practices(store: Queryable) -> list[dict[str, Any]]:
    names: dict[tuple[str, str], set[str]] = defaultdict(set)
    for label, en, alias in solutions(store, _PRACTICES):
        names[label, en or ""].update(filter(None, (alias,)))
    return [
        {"cls": "Practice", "label": label, "en": en, "aliases": sorted(aliases)}
        for (label, en), aliases in sorted(names.items())
    ]


def _base(store: Queryable) -> str:
    """Return what all addresses of the data begin with, up to ``/id/``, where ``to_fragment`` cuts them."""
    return next((iri[: iri.index("/id/") + 4] for (iri,) in solutions(store, _ARTICLES) if "/id/" in iri), "")


def _dates(store: Queryable, found: Solutions) -> dict[str, str]:
    if "articleIri" not in found.variables or "date" in found.variables:
        return {}
    at = found.variables.index("articleIri")
    articles = {row[at] for row in found.rows}
    return dict(sorted(solutions(store, _DATES, {node.value for node in articles if isinstance(node, NamedNode)})))


def _to_read(county: CountyRead) -> tuple[str, str, int]:
    return county.iri, county.county, county.articles


def _to_coverage(coverage: Coverage) -> dict[str, Any]:
    return {
        "things": coverage.things,
        "articles": coverage.articles,
        "elsewhere": coverage.elsewhere,
        "found": [_to_read(county) for county in coverage.found],
        "unrealised": [_to_read(county) for county in coverage.unrealised],
        "without": [_to_read(county) for county in coverage.without],
        "narrowed": coverage.narrowed,
    }
