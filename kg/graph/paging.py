"""The first rows of an answer without the rest: which counties, dates or practices hold them, by the tallies.

A question's line ``# window: county allianceEvidence`` says that its answer is ordered by county and which of a
tally's counts are its rows.  The first counties that have enough rows are bound in the query, as a parameter would
be, so that it costs what its first rows cost, whatever the size of the graph.  The tallies also tell how many rows
there are in all.  An answer that a text narrows is counted by county once; a graph without tallies is asked for all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pyoxigraph import Literal, NamedNode

from kg.graph.counties import find_counties
from kg.graph.questions import Question, Term
from kg.graph.tally import Period, Tallies, Values, has_status
from kg.graph.terms import REALISED, to_date
from kg.model import STATUSES


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Where the first rows of an answer stand, and how many rows it has in all.

    :param bound: variable to the terms that it is restricted to; empty where that would restrict nothing.
    :param by: the variable by whose terms, in their order, the rows can also be asked for one piece after the other.
    :param total: all rows of the answer.
    """

    bound: dict[str, list[Term]] = field(default_factory=dict)
    by: str | None = None
    total: int

    def pieces(self, number: int) -> list[dict[str, list[Term]]]:
        """Return what to bind in order to ask for the rows in at most ``number`` pieces, in their order."""
        if self.by is None:
            return [self.bound]
        terms = self.bound[self.by]
        size = -(-len(terms) // number)
        return [self.bound | {self.by: terms[start : start + size]} for start in range(0, len(terms), size)]


def find_window(tallies: Tallies, asked: Question, values: Values, limit: int) -> Window | None:
    """Return where the first ``limit`` rows of an answer stand; None where the tallies do not tell.

    :param tallies: those of the graph that is asked.
    :param asked: the question.
    :param values: its parameters as typed.
    :param limit: how many rows are wanted.
    :raises UnknownCounty: if the graph has no such county; ``AmbiguousCounty`` if a short name fits several.
    """
    if not asked.window or not tallies.counties:
        return None
    return _FINDERS[asked.window[0]](tallies, asked, values, limit)


def count_rows(tallies: Tallies, asked: Question, values: Values) -> Mapping[str, int] | None:
    """Return how many rows of the answer are each county's, by address; None where it is as well to ask for them.

    The tallies tell; what they do not tell, as of an answer that a text narrows, is counted in the graph.
    """
    if not asked.window:
        return None
    by, *kinds = asked.window
    if by not in ("county", "date"):
        return None
    dated = by == "date" and kinds != ["articles"]
    if dated and tallies.dated and not _is_narrowed(values, by):
        kinds = [f"{kind.removeprefix('has').lower()}Evidence" for kind in kinds]
        return tallies.dated_rows_by_county(_of_type(kinds, values), _statuses(asked, values), _period(values))
    if dated or _is_narrowed(values):
        counts = None if "county" in values else _count(tallies, asked, values, "countyIri")
        return counts and {tally.iri: counts[tally.iri] for tally in tallies.counties}
    if kinds in (["articles"], ["counties"]):
        return {tally.iri: tally.articles if kinds == ["articles"] else 1 for tally in tallies.counties}
    return tallies.rows_by_county(_of_type(kinds, values), _statuses(asked, values))


def _is_narrowed(values: Values, by: str = "county") -> bool:
    """Tell whether an answer is narrowed by what the tallies by county or date do not count apart."""
    told = {"county", "status", "type"} | ({"since", "until"} if by == "date" else set())
    return bool(values.keys() - told)


def _period(values: Values) -> Period:
    return Period(values.get("since"), values.get("until"))


def _count(tallies: Tallies, asked: Question, values: Values, variable: str) -> Counter[str]:
    """Return how many rows of the answer each county or date has, counted in the graph; "" stands for none."""
    place = 0 if variable == "countyIri" else 1
    statuses = {Literal(STATUSES[at]) for at in _statuses(asked, values)}
    counts: Counter[str] = Counter()
    for terms, rows in tallies.counted(asked, values).items():
        if not has_status(asked) or terms[-1] in statuses:
            term = terms[place]
            counts["" if term is None else term.value] += rows
    return counts


def find_counties_with_rows(tallies: Tallies, asked: Question, values: Values) -> set[str] | None:
    """Return the addresses of the counties in the whole answer; None where no tally tells."""
    counts = count_rows(tallies, asked, values)
    if counts is not None:
        return {iri for iri, rows in counts.items() if rows}
    if asked.window[:1] != ("practice",):
        return None
    shared, statuses = _shared_practices(tallies, values), _statuses(asked, values)
    return {iri for iri, said in tallies.practices.items() if any(n and of in shared for of, n in said.cases(statuses))}


def _by_county(tallies: Tallies, asked: Question, values: Values, limit: int) -> Window | None:
    counts = count_rows(tallies, asked, values)
    if counts is None:
        return None
    if "county" in values:
        return _of_counties(tallies, counts, values)
    kind = asked.window[1]
    if _is_narrowed(values):
        rest = _count(tallies, asked, values, "countyIri")[""]
    else:
        rest = tallies.elsewhere.get("articles" if kind == "counties" else kind, 0)
    return _to_window("countyIri", counts, limit, "elsewhere", min(rest, 1) if kind == "counties" else rest)


def _by_date(tallies: Tallies, asked: Question, values: Values, limit: int) -> Window | None:
    if "county" in values:
        rows = count_rows(tallies, asked, values)
        return _of_counties(tallies, rows, values) if rows is not None else None
    kinds = _of_type(asked.window[1:], values)
    if "articles" in kinds:
        counts: Mapping[str, int] = {date: articles for date, articles, _ in tallies.dates}
    elif values.keys() - {"since", "until", "status", "type"}:
        counts = dict(sorted(_count(tallies, asked, values, "date").items()))
    else:
        counts = tallies.rows_by_date(kinds, _statuses(asked, values))
    bounded = bool({"since", "until"} & values.keys())
    period = _period(values)
    counts = {date: counts[date] for date in counts if period.holds(date)}
    undated = tallies.elsewhere.get("undated", 0) if "articles" in kinds and not bounded else 0
    return _to_window("date", counts, limit, "undated", undated, to_term=to_date)


def _by_practice(tallies: Tallies, asked: Question, values: Values, limit: int) -> Window | None:
    shared, labels = _shared_practices(tallies, values), tallies.practice_labels
    cases: Mapping[str, int] = {practice: cases for practice, (cases, _) in shared.items()}
    bound: dict[str, list[Term]] = {}
    if "county" in values:
        bound["countyIri"] = list(find_counties(tallies.graph, values["county"]))
        cases = _cases_in(tallies, bound["countyIri"], _statuses(asked, values))
    found = [practice for practice in shared if cases.get(practice)]
    ordered = sorted(found, key=lambda practice: (-shared[practice][1], labels.get(practice, practice), practice))
    window = _to_window("practiceIri", {practice: cases[practice] for practice in ordered}, limit)
    practices = [node.value for node in window.bound.get("practiceIri", ())]
    bound["counted"] = [Literal(f"{practice}\t{shared[practice][1]}") for practice in practices]
    return replace(window, bound={**window.bound, **bound})


def _cases_in(tallies: Tallies, counties: Iterable[Term], statuses: Sequence[int]) -> Mapping[str, int]:
    """Return how many cases of each practice these counties have, of the statuses at these places."""
    cases: Counter[str] = Counter()
    for county in counties:
        if county.value in tallies.practices:
            cases.update(dict(tallies.practices[county.value].cases(statuses)))
    return cases


def _shared_practices(tallies: Tallies, values: Values) -> dict[str, tuple[int, int]]:
    """Return the practices that enough counties have: how many cases of each, in how many counties."""
    statuses, minimum = values.get("status", ""), max(int(values.get("minimum", "2")), 1)
    part, labels = values.get("practice", ""), tallies.practice_labels
    counted = {practice: by_statuses[statuses] for practice, by_statuses in tallies.cases.items()}
    return {
        practice: (cases, counties)
        for practice, (cases, counties) in counted.items()
        if counties >= minimum and part in labels.get(practice, practice)
    }


def _by_pair(tallies: Tallies, asked: Question, values: Values, limit: int) -> Window | None:
    """Return the counties, and of a single one those most like it, that share ``limit`` concepts."""
    if values.keys() - {"county"}:
        return None
    shared = tallies.alike
    if "county" in values:
        shared = {node.value: shared.get(node.value, 0) for node in find_counties(tallies.graph, values["county"])}
    window = _to_window("countyIri", shared, limit)
    if len(window.bound.get("countyIri", ())) != 1:
        return window
    first = window.bound["countyIri"][0].value
    concepts = tallies.practices[first].shared
    alike = Counter(iri for concept in concepts for iri in tallies.having[concept] if iri != first)
    names = {tally.iri: tally.name for tally in tallies.counties}
    ordered = sorted(alike, key=lambda iri: (-alike[iri], names[iri], iri))
    most_alike = _to_window("similarIri", {iri: alike[iri] for iri in ordered}, limit)
    return replace(most_alike, bound=window.bound | most_alike.bound, total=window.total)


def _of_counties(tallies: Tallies, counts: Mapping[str, int], values: Values) -> Window:
    """Return the window of an answer about the counties that are asked for: all of it."""
    return Window(total=sum(counts.get(node.value, 0) for node in find_counties(tallies.graph, values["county"])))


def _to_window(
    variable: str,
    counts: Mapping[str, int],
    limit: int,
    other: str | None = None,
    others: int = 0,
    to_term: Callable[[str], Term] = NamedNode,
) -> Window:
    """Return the window of the first keys that have ``limit`` rows together, of all keys where they have fewer.

    :param variable: the variable that the keys are bound to.
    :param counts: the keys in order, and how many rows each has.
    :param limit: how many rows are wanted.
    :param other: the variable that stands in the part of the query about rows without such a key, which come last.
    :param others: how many such rows there are.
    :param to_term: makes a key a term.
    """
    bound, reached = [], 0
    for key, rows in counts.items():
        if reached >= limit:
            break
        if rows:
            bound.append(to_term(key))
            reached += rows
    total = sum(counts.values()) + others
    if not bound:
        return Window(total=total)
    if other is None:
        return Window(bound={variable: bound}, by=variable, total=total)
    if reached < limit:
        return Window(bound={variable: bound}, total=total)
    return Window(bound={variable: bound, other: []}, by=variable, total=total)


def _statuses(asked: Question, values: Values) -> list[int]:
    """Return where the statuses that the answer holds stand among ``STATUSES``."""
    if not has_status(asked) or values.get("status") == "all":
        return list(range(len(STATUSES)))
    return [STATUSES.index(status) for status in ([values["status"]] if "status" in values else REALISED)]


def _of_type(kinds: Iterable[str], values: Values) -> list[str]:
    """Return the kinds of the type that is asked for, such as ``hasAlliance`` and ``allianceEvidence``."""
    wanted = values.get("type")
    if wanted is None:
        return list(kinds)
    names = (f"has{wanted}", f"{wanted.lower()}Evidence")
    return [kind for kind in kinds if kind in names]


_FINDERS: dict[str, Callable[[Tallies, Question, Values, int], Window | None]] = {
    "county": _by_county,
    "date": _by_date,
    "practice": _by_practice,
    "pair": _by_pair,
}
