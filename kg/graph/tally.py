"""What the tallies of a graph say, each kind read when it is asked for (``kg.graph.summaries`` writes them)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from kg.graph.queryable import Queryable, select
from kg.graph.questions import Question, Term, count_by
from kg.graph.summaries import CASE_STATUSES, DATE_ROWS, DATED_ROWS, ROWS
from kg.graph.terms import to_date
from kg.graph.vocab import DJ, XSD

_LABELS = """SELECT ?practice ?label { ?practice a dj:Practice ; skos:prefLabel ?label FILTER (LANG(?label) = "zh") }"""

Values = Mapping[str, str]


class CountyTally(NamedTuple):
    """What the tally of one county says; ``cells`` are the rows of each of ``ROWS``."""

    name: str
    iri: str
    articles: int
    cells: list[str]


class CountyPractices(NamedTuple):
    """The practices that a county applies, others that it plans or denies, its themes, and all cases, as written."""

    applied: list[str]
    others: list[str]
    themes: list[str]
    cells: str

    @property
    def shared(self) -> list[str]:
        """What a county can share with another: the practices that it applies and its themes."""
        return self.applied + self.themes

    def cases(self, statuses: Sequence[int]) -> Iterator[tuple[str, int]]:
        """Yield each practice and how many cases of it the county has, of the statuses at these places."""
        for practice, cell in zip(self.applied + self.others, self.cells.split(",")):
            numbers = cell.split()
            yield practice, sum(int(numbers[at]) for at in statuses)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyRead:
    """A county of which articles were read: its name, its address, and how many articles."""

    county: str
    iri: str
    articles: int


@dataclass(frozen=True, slots=True)
class Period:
    """The dates from ``since`` to ``until``, both included; all, where neither is given."""

    since: str | None
    until: str | None

    def holds(self, date: str) -> bool:
        """Return whether a date as written is one of them; with bounds, what is no date is none."""
        if self.since is None and self.until is None:
            return True
        in_time = (self.since or "") <= date <= (self.until or "9999-12-31")
        return in_time and to_date(date).datatype == XSD.date


class Tallies:
    """The tallies of a graph, each kind read when it is asked for and kept from then on.

    Who holds them from question to question must know that the graph stays as it is: ``open_store`` gives such a one.

    :param graph: the graph, embedded or at an endpoint.
    """

    def __init__(self, graph: Queryable) -> None:
        self.graph = graph
        self._counted: tuple[tuple[str, Values], Mapping[tuple[Term | None, ...], int]] | None = None
        self._dated: dict[tuple[tuple[str, ...], tuple[int, ...], Period], dict[str, int]] = {}
        self._summed: dict[tuple[Sequence[str], tuple[str, ...], tuple[int, ...]], dict[str, int]] = {}

    @cached_property
    def counties(self) -> list[CountyTally]:
        """The tallies of all counties, by name; empty where the graph has none."""
        lines = (line.split("\t", len(ROWS) + 2) for line in self._read("rowTally"))
        return sorted(CountyTally(name, iri, int(articles), cells) for iri, articles, *cells, name in lines)

    @cached_property
    def read(self) -> list[CountyRead]:
        """The counties and how many of their articles were read, by name."""
        return [CountyRead(county=tally.name, iri=tally.iri, articles=tally.articles) for tally in self.counties]

    @cached_property
    def practices(self) -> dict[str, CountyPractices]:
        """The practices and themes of every county, by its address."""
        lines = (line.split("\t") for line in self._read("practiceTally"))
        return {
            iri: CountyPractices(applied.split(), others.split(), themes.split(), cells)
            for iri, applied, others, themes, cells in lines
        }

    @cached_property
    def practice_labels(self) -> dict[str, str]:
        """The Chinese name of every practice that has one, by its address."""
        return {practice.value: label.value for practice, label in select(self.graph, _LABELS)}

    @cached_property
    def cases(self) -> dict[str, dict[str, tuple[int, int]]]:
        """The cases of every practice and the counties that have any, by its address and ``CASE_STATUSES``."""
        lines = (line.split("\t") for line in self._read("caseTally"))
        return {iri: dict(zip(CASE_STATUSES, map(_to_case, cells))) for iri, *cells in lines}

    @cached_property
    def dates(self) -> list[tuple[str, int, list[str]]]:
        """The tallies of all dates, the earliest first: the date, its articles, the rows of each of ``DATE_ROWS``."""
        lines = (line.split("\t", len(DATE_ROWS) + 1) for line in self._read("dateTally"))
        return sorted((date, int(articles), cells) for articles, *cells, date in lines)

    @cached_property
    def dated(self) -> dict[str, list[tuple[str, list[str]]]]:
        """The dates of each county with things of dated articles, by its address, with the rows of ``DATED_ROWS``."""
        dated = {}
        for iri, *lines in (tally.split("\n") for tally in self._read("datedTally")):
            dated[iri] = [(date, cells) for date, *cells in (line.split("\t") for line in lines)]
        return dated

    @cached_property
    def having(self) -> dict[str, list[str]]:
        """The counties that share each practice that is applied and each theme, by its address."""
        having: dict[str, list[str]] = defaultdict(list)
        for iri, of_county in self.practices.items():
            for concept in of_county.shared:
                having[concept].append(iri)
        return having

    @cached_property
    def alike(self) -> dict[str, int]:
        """How many concepts each county shares with others, counted with each of them, in the order of the counties."""
        shared = {iri: of_county.shared for iri, of_county in self.practices.items()}
        return {t.iri: sum(len(self.having[concept]) - 1 for concept in shared[t.iri]) for t in self.counties}

    @cached_property
    def elsewhere(self) -> dict[str, int]:
        """How many ``articles`` and mentions (``evidence``) have no county, and how many articles are ``undated``."""
        return next(map(json.loads, self._read("elsewhereTally")), {})

    def rows_by_county(self, kinds: Iterable[str], statuses: Iterable[int]) -> Mapping[str, int]:
        """Return how many rows each county has of some of ``ROWS``, of the statuses at these places."""
        return self._sum(((tally.iri, tally.cells) for tally in self.counties), ROWS, kinds, statuses)

    def rows_by_date(self, kinds: Iterable[str], statuses: Iterable[int]) -> Mapping[str, int]:
        """Return how many rows each date has of some of ``DATE_ROWS``, of the statuses at these places."""
        return self._sum(((date, cells) for date, _, cells in self.dates), DATE_ROWS, kinds, statuses)

    def dated_rows_by_county(self, kinds: Iterable[str], statuses: Iterable[int], period: Period) -> Mapping[str, int]:
        """Return how many rows each county has of some of ``DATED_ROWS``, of dates that ``period`` holds."""
        key = (tuple(kinds), tuple(statuses), period)
        if key not in self._dated:
            columns = [DATED_ROWS.index(kind) for kind in key[0]]
            self._dated[key] = {
                tally.iri: sum(
                    _sum(cells, columns, key[1]) for date, cells in self.dated.get(tally.iri, ()) if period.holds(date)
                )
                for tally in self.counties
            }
        return self._dated[key]

    def counted(self, asked: Question, values: Values) -> Mapping[tuple[Term | None, ...], int]:
        """Return how many rows an answer has by county, date and status, counted in the graph as no tally tells.

        By date and status where the question has these.  What was counted last is kept: the same question of another
        status, and its coverage, need no more.
        """
        told = {name: value for name, value in values.items() if name != "status"}
        kept = self._counted
        if kept is None or kept[0] != (asked.name, told):
            by, anyhow = ["countyIri"], dict(told)
            if asked.window[0] == "date":
                by.append("date")
            if has_status(asked):
                by.append("status")
                anyhow["status"] = "all"
            kept = self._counted = (asked.name, told), count_by(self.graph, asked.name, by, anyhow)
        return kept[1]

    def _sum(
        self,
        lines: Iterable[tuple[str, list[str]]],
        all_kinds: Sequence[str],
        kinds: Iterable[str],
        statuses: Iterable[int],
    ) -> Mapping[str, int]:
        key = (all_kinds, tuple(kinds), tuple(statuses))
        if key not in self._summed:
            columns = [all_kinds.index(kind) for kind in key[1]]
            self._summed[key] = {of: _sum(cells, columns, key[2]) for of, cells in lines}
        return self._summed[key]

    def _read(self, name: str) -> Iterator[str]:
        solutions = select(self.graph, f"SELECT ?tally {{ ?of <{DJ[name].value}> ?tally }}")
        return (solution[0].value for solution in solutions)


def _to_case(cell: str) -> tuple[int, int]:
    cases, counties = cell.split()
    return int(cases), int(counties)


def has_status(asked: Question) -> bool:
    """Return whether the answer of a question depends on how far things are."""
    return any(parameter.name == "status" for parameter in asked.parameters)


def _sum(cells: list[str], columns: Iterable[int], statuses: Iterable[int]) -> int:
    total = 0
    for column in columns:
        if cells[column]:
            numbers = cells[column].split()
            total += sum(int(numbers[at]) for at in statuses) if len(numbers) > 1 else int(numbers[0])
    return total
