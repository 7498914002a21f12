"""Canned questions and free SPARQL, all answered by Oxigraph, reading only.

A canned question is a ``.rq`` file that stands alone as SPARQL.  Its comment header says what it asks::

    # title-zh: 哪些县建了党建联盟
    # title-en: Which counties use alliances
    # description-zh: …
    # description-en: …
    # parameter: county ?countyIri county | 县的全称、简称或代码 | the county by full name, short name or code

A parameter names a variable and a type; the query holds ``VALUES ?countyIri { UNDEF }`` (or the default) where
its value belongs.  Values enter there as RDF terms, written by Oxigraph itself, never as text of the query.
Where there is no value, the ``VALUES`` is left out: some engines (Virtuoso 7) despair of ``UNDEF``.

The first names of an order are one text, with tabs between: Oxigraph looks every term up for every comparison, and a
text that the query made itself is looked up in memory.

A question about things that counties have says in a line ``# coverage: 联盟 | alliance`` what they are called; its
answer then comes with what was read to find it (``kg.graph.coverage``).  A line ``# window: …`` says how its first
rows are found (``kg.graph.paging``), a line ``# things: name ?allianceIri rdfs:label dj:Alliance`` which things the
text of a parameter is sought in, by which property and of which classes (``kg.graph.narrowing``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from kg.graph.counties import find_counties
from kg.graph.queryable import Answer, Queryable, select
from kg.graph.vocab import PREFIXES, XSD
from kg.model import ENTITY_TYPES, STATUSES

Term = Literal | NamedNode

_HEADER = re.compile(r"^# (?P<key>[a-z-]+): (?P<value>.*)$", re.MULTILINE)
_THINGS = re.compile(r"(?P<parameter>\S+) \?(?P<variable>\w+) (?P<path>\S+)(?P<classes>(?: dj:\w+)*)")
_PARAMETER = re.compile(r"(?P<name>\S+) \?(?P<variable>\w+) (?P<type>\w+) \| (?P<zh>[^|]*) \| (?P<en>[^|]*)")
_HOLE = re.compile(
    r"VALUES \?(?P<variable>\w+) \{(?P<default>[^}]*)\}|FILTER \(\?(?P<filtered>\w+) IN \((?P<allowed>[^)]*)\)\)"
)
_OUTSIDE = re.compile(r"service|from", re.IGNORECASE | re.ASCII)
_UPDATE = re.compile(
    r"(?:\s|#[^\n]*\n|PREFIX\s+[^\s<]*\s*<[^>]*>|BASE\s*<[^>]*>)*"
    r"(?:INSERT|DELETE|LOAD|CLEAR|CREATE|DROP|COPY|MOVE|ADD|WITH)\b",
    re.IGNORECASE,
)


class UnknownQuestion(LookupError):
    """A name that no canned question has."""


class UnknownParameter(LookupError):
    """A parameter that the question does not have."""


class WrongValue(ValueError):
    """A parameter's value that its type does not allow."""


class MalformedQuery(ValueError):
    """A query that is not SPARQL 1.1 Query."""


class RefusedQuery(ValueError):
    """A query that would change the graph or reach beyond it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One parameter of a question: its name, the variable it binds, the type of its values, and what it is."""

    name: str
    variable: str
    type: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Things:
    """What the text of a parameter narrows: the variable of the things, and where the text stands.

    :param parameter: the parameter's name.
    :param variable: the variable that holds the things.
    :param path: the property path from a thing to its texts.
    :param classes: the classes of the things, any of these; none where that is left open.
    """

    parameter: str
    variable: str
    path: str
    classes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A canned question: its name, titles and descriptions in Chinese and English, parameters and SPARQL text."""

    name: str
    title_zh: str
    title_en: str
    description_zh: str
    description_en: str
    parameters: tuple[Parameter, ...]
    text: str
    shortcut: str = ""
    """The SPARQL that answers the same from what a build wrote beside (``kg.graph.summaries``), where there is one."""
    window: tuple[str, ...] = ()
    """By what the answer is ordered and which counts of a tally are its rows (``kg.graph.paging``)."""
    things: tuple[Things, ...] = ()
    """What the texts of its parameters narrow (``kg.graph.narrowing``)."""
    coverage: tuple[str, str] | None = None
    """What the question looks for in the counties' articles, in Chinese and English; None if it is no such question."""


@cache
def questions() -> tuple[Question, ...]:
    """Return all canned questions, by name."""
    folder = resources.files("kg.graph") / "questions"
    files = [file for file in folder.iterdir() if file.name.endswith(".rq")]
    shortcuts = {file.name: file.read_text(encoding="utf-8") for file in (folder / "shortcuts").iterdir()}
    found = [
        replace(
            to_question(file.name.removesuffix(".rq"), file.read_text(encoding="utf-8")),
            shortcut=shortcuts.get(file.name, ""),
        )
        for file in files
    ]
    return tuple(sorted(found, key=lambda question: question.name))


def question(name: str) -> Question:
    """Return the canned question called ``name``.

    :raises UnknownQuestion: if there is none.
    """
    for candidate in questions():
        if candidate.name == name:
            return candidate
    names = ", ".join(candidate.name for candidate in questions())
    raise UnknownQuestion(f"There is no question {name!r}; the questions are {names}.")


def to_question(name: str, text: str) -> Question:
    """Return the question that the ``.rq`` text ``text`` holds.

    :raises MalformedQuery: if its header lacks a title or description, or a parameter line cannot be read.
    """
    lines = [(match["key"], match["value"].strip()) for match in _HEADER.finditer(text)]
    header = dict(lines)
    try:
        return Question(
            name=name,
            title_zh=header["title-zh"],
            title_en=header["title-en"],
            description_zh=header["description-zh"],
            description_en=header["description-en"],
            parameters=tuple(_to_parameter(name, value) for key, value in lines if key == "parameter"),
            text=text,
            window=tuple(header.get("window", "").split()),
            things=tuple(_to_things(name, value) for key, value in lines if key == "things"),
            coverage=_to_coverage(name, header.get("coverage")),
        )
    except KeyError as error:
        raise MalformedQuery(f"The question {name} has no line '# {error.args[0]}: …' in its header.") from error


def ask(
    store: Queryable,
    name: str,
    values: Mapping[str, str] | None = None,
    *,
    within: Mapping[str, Sequence[Term] | None] | None = None,
    limit: int | None = None,
) -> QuerySolutions:
    """Return the answer to a canned question.

    :param store: the graph, embedded or at an endpoint.
    :param name: the question's name.
    :param values: parameter name to value as typed; what is left out keeps its default.
    :param within: variables that are bound beside, to find the first rows only (``kg.graph.paging``) or those about
        some things, None for one that is left free; the graph then has what a build writes beside, and the question's
        shortcut is taken.
    :param limit: how many rows at most.
    :raises UnknownQuestion: if there is no such question.
    :raises UnknownParameter: if the question has no such parameter.
    :raises WrongValue: if a value is not of the parameter's type.
    :raises UnknownCounty: if the graph has no such county; ``AmbiguousCounty`` if a short name fits several.
    """
    asked = question(name)
    written = asked.text if within is None else asked.shortcut or asked.text
    text = bind(written, {**_to_bindings(store, asked, values or {}), **(within or {})})
    return select(store, text if limit is None else f"{text.rstrip()}\nLIMIT {limit:d}")


def count(store: Queryable, name: str, values: Mapping[str, str] | None = None) -> int:
    """Return how many rows the answer to a canned question has; arguments and errors as of ``ask``."""
    return sum(count_by(store, name, (), values).values())


def count_by(
    store: Queryable, name: str, variables: Sequence[str], values: Mapping[str, str] | None = None
) -> dict[tuple[Term | None, ...], int]:
    """Return how many rows the answer to a canned question has with each combination of terms of some variables.

    :param variables: those of the answer's that count; a term is None where its variable is unbound.
    """
    asked = question(name)
    text = bind(asked.text, _to_bindings(store, asked, values or {}))
    prologue, keyword, rest = text.partition("\nSELECT ")
    inner = rest[: rest.rindex("\nORDER BY ")]
    keys = " ".join(f"?{variable}" for variable in variables)
    by = f"GROUP BY {keys}" if keys else ""
    counted = select(store, f"{prologue}{keyword}{keys} (COUNT(*) AS ?rows) {{\n  SELECT {inner}\n}} {by}")
    return {tuple(terms): int(rows.value) for *terms, rows in counted}


def check_values(asked: Question, values: Mapping[str, str]) -> None:
    """Refuse parameters that a question does not have, and values that are not of their type; asks no graph.

    :raises UnknownParameter: if the question has no such parameter.
    :raises WrongValue: if a value is not of the parameter's type.
    """
    parameters = {parameter.name: parameter for parameter in asked.parameters}
    for key, value in values.items():
        if key not in parameters:
            known = ", ".join(parameters)
            raise UnknownParameter(f"The question {asked.name} has no parameter {key!r}; it has {known}.")
        _READERS[parameters[key].type](parameters[key], value)


def _to_bindings(store: Queryable, asked: Question, values: Mapping[str, str]) -> dict[str, Sequence[Term] | None]:
    check_values(asked, values)
    parameters = {parameter.name: parameter for parameter in asked.parameters}
    bound: dict[str, Sequence[Term] | None] = {
        parameters[key].variable: _to_terms(store, parameters[key], value) for key, value in values.items()
    }
    return bound | {"elsewhere": ()} if "countyIri" in bound else bound


def query(store: Queryable, text: str) -> Answer:
    """Return the answer to free SPARQL, over the union of all articles and the vocabulary.

    The prefixes of ``vocab.PREFIXES`` need no declaration.

    :raises MalformedQuery: if ``text`` is not a SPARQL 1.1 query.
    :raises RefusedQuery: if it is an update, or names another dataset by SERVICE or FROM.
    """
    check_query(text)
    try:
        return store.query(text, prefixes=PREFIXES)
    except SyntaxError as error:
        raise _to_malformed(text, error) from error


def check_query(text: str) -> None:
    """Refuse a query that would reach beyond the graph.

    Oxigraph's own grammar decides: every ``service`` and ``from`` is respelt and the query parsed against an
    empty store.  In a name, a text or a comment that changes nothing; where it was a keyword, the query breaks.

    :raises MalformedQuery: if ``text`` is not a SPARQL 1.1 query.
    :raises RefusedQuery: if it uses SERVICE or FROM, calls a function that SPARQL 1.1 does not have, or is an update.
    """
    respelt = _OUTSIDE.sub(lambda match: "x" * len(match.group()), text)
    try:
        Store().query(respelt, prefixes=PREFIXES)
    except SyntaxError as error:
        found = _OUTSIDE.search(text)
        if found is None or _UPDATE.match(text):
            raise _to_malformed(text, error) from error
        raise RefusedQuery(
            f"{found.group().upper()} is refused, as a query reads this graph only; remove it"
            f" (or, if it is none of the keywords, mend the query: {_first_line(error)})."
        ) from error
    except RuntimeError as error:
        raise RefusedQuery(f"{_first_line(error)}; use the functions of SPARQL 1.1 only.") from error


def _to_coverage(question_name: str, line: str | None) -> tuple[str, str] | None:
    if line is None:
        return None
    zh, bar, en = map(str.strip, line.partition("|"))
    if not (zh and bar and en):
        raise MalformedQuery(f"The question {question_name} has an unreadable coverage line: {line}")
    return zh, en


def _to_things(question_name: str, line: str) -> Things:
    match = _THINGS.fullmatch(line)
    if match is None:
        raise MalformedQuery(f"The question {question_name} has an unreadable line of things: {line}")
    parameter, variable, path, classes = match.groups()
    return Things(parameter=parameter, variable=variable, path=path, classes=tuple(classes.split()))


def _to_parameter(question_name: str, line: str) -> Parameter:
    match = _PARAMETER.fullmatch(line)
    if match is None or match["type"] not in _READERS:
        raise MalformedQuery(f"The question {question_name} has an unreadable parameter line: {line}")
    return Parameter(**{key: value.strip() for key, value in match.groupdict().items()})


def bind(text: str, bound: Mapping[str, Sequence[Term] | None]) -> str:
    """Return the query with the defaults of the variables replaced by terms; None leaves a variable free.

    All in one pass, so that no value is ever looked through for the place of the next.
    """

    def fill(hole: re.Match[str]) -> str:
        variable = hole["variable"] or hole["filtered"]
        if variable not in bound:
            return "" if hole["default"] and hole["default"].split() == ["UNDEF"] else hole.group()
        wanted = bound[variable]
        if wanted is None:
            return ""
        terms = [str(term) for term in wanted]
        return f"VALUES ?{variable} {{ {' '.join(terms)} }}" if hole["variable"] else _to_filter(variable, terms)

    return _HOLE.sub(fill, text)


def _to_filter(variable: str, terms: list[str]) -> str:
    return f"FILTER (?{variable} IN ({', '.join(terms)}))"


def _to_terms(store: Queryable, parameter: Parameter, value: str) -> list[Term] | None:
    if parameter.type == "county":
        return list(find_counties(store, value))
    return _READERS[parameter.type](parameter, value)


def _to_text(parameter: Parameter, value: str) -> list[Term] | None:
    return [Literal(value)] if value else None  # whatever is asked for holds an empty text; not every engine knows


def _to_integer(parameter: Parameter, value: str) -> list[Term]:
    if not re.fullmatch(r"[0-9]{1,9}", value):
        raise WrongValue(f"The parameter {parameter.name} is a whole number, not {value!r}.")
    return [Literal(value, datatype=XSD.integer)]


def _to_date(parameter: Parameter, value: str) -> list[Term]:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise WrongValue(f"The parameter {parameter.name} is a date such as 2022-01-31, not {value!r}.")
    return [Literal(value, datatype=XSD.date)]


def _to_status(parameter: Parameter, value: str) -> list[Term] | None:
    if value == "all":
        return None
    return [Literal(_one_of(parameter, value, STATUSES))]


def _to_type(parameter: Parameter, value: str) -> list[Term]:
    return [Literal(_one_of(parameter, value, (*ENTITY_TYPES, "Figure")))]


def _one_of(parameter: Parameter, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise WrongValue(f"The parameter {parameter.name} is one of {', '.join(allowed)}, not {value!r}.")
    return value


_READERS: dict[str, Callable[[Parameter, str], list[Term] | None]] = {
    "county": _to_text,
    "text": _to_text,
    "integer": _to_integer,
    "date": _to_date,
    "status": _to_status,
    "type": _to_type,
}


def _to_malformed(text: str, error: SyntaxError) -> MalformedQuery | RefusedQuery:
    if _UPDATE.match(text):
        return RefusedQuery("The graph is changed by kg build only; ask with SELECT, ASK, CONSTRUCT or DESCRIBE.")
    return MalformedQuery(f"The query is not SPARQL: {_first_line(error)}.")


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".")
