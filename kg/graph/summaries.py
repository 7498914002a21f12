"""Tallies: what the questions would otherwise count over the whole graph, counted once for each county and date.

A tally is a line of text with tabs on the county, date or practice that it counts, so that one look-up reads it.  The
tallies of a county or date have a named graph of their own.  A build drops those of the counties and dates that a
page touches and makes the missing ones anew when it ends, so that they are always those of a build from scratch.  The
files of ``tallies/`` say what is counted; ``kg.graph.tally`` reads it.

=======================  =========================================================================================
``dj:tally``             of a county: its name, and how many articles and things of each kind it has, as JSON
``dj:rowTally``          of a county: its address, its articles, the rows of each of ``ROWS``, its name
``dj:datedTally``        of a county: its address, and for each date the date and the rows of each of ``DATED_ROWS``
``dj:practiceTally``     of a county: its address, the practices it applies, others it only plans or denies, its themes,
                         and the cases of each practice
``dj:dateTally``         of a date: the date, its articles, the rows of each of ``DATE_ROWS``
``dj:caseTally``         of a practice: its address, its cases and the counties that have any
``dj:elsewhereTally``    of the whole: the articles and mentions without a county, the articles without a date, as JSON
``dj:relationEvidence``  of a county: the mentions of things that an organisation leads, joins or carries out
``dj:passageTally``      of a county: the first passage of each practice it applies and of each of its themes, between
                         the addresses of the concept
=======================  =========================================================================================

Rows and cases are counted by status, five numbers in the order of ``STATUSES``; nothing stands for none.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse

from kg.graph.counting import Counts, chunks, count, solutions
from kg.graph.iri import dataset_iri, to_segment
from kg.graph.queryable import select
from kg.graph.questions import Term
from kg.graph.terms import REALISED
from kg.graph.threads import in_threads
from kg.graph.vocab import DJ, RDF, RDFS
from kg.model import STATUSES

_DATED = ("Alliance", "Mechanism", "Programme", "Platform", "Slogan", "Document", "Figure")
_CLASSES = tuple(f"{name.lower()}Evidence" for name in (*_DATED, "Organisation", "Person", "Place"))
_COUNTED = ("alliances", "mechanisms", "formulas", "evidence")
_JOINED = ("alliances", "mechanisms", "formulas", "organisations", "evidence")
ROWS = (*_CLASSES, *_JOINED)
"""The rows that a county's tally counts, in order: by class, of questions that join more."""
DATED_ROWS = _CLASSES[: len(_DATED)]
"""The rows of dated articles that a county's tally counts for each date, in order."""
DATE_ROWS = tuple(f"has{name}" for name in _DATED)
"""The rows that a date's tally counts, in order."""
THINGS = {
    "articles": "reports",
    "alliances": "usesAlliance",
    "mechanisms": "usesMechanism",
    "programmes": "runsProgramme",
    "platforms": "operatesPlatform",
    "slogans": "proclaimsSlogan",
    "formulas": "Formula",
    "documents": "issuesDocument",
}
"""The things that a county's tally counts, each once, and what tells them."""

CASE_STATUSES = {"": REALISED, "all": STATUSES, **{status: (status,) for status in STATUSES}}
"""The statuses that a practice's tally counts together: for each its cases and the counties that have any."""

_TOUCHING_TERMS = [f"<{term.value}>".encode() for term in (DJ.undertakes, DJ.date)]
_COUNTIES = "SELECT DISTINCT ?county { ?county dj:undertakes ?initiative MINUS { ?county dj:tally ?tally } }"
_DATES = "SELECT DISTINCT ?date { ?article dj:date ?date ; dj:reports ?initiative }"
_PRACTICES = "SELECT ?line { ?county dj:practiceTally ?line }"


def touched_graphs(statements: Iterable[Quad] | bytes, base: str) -> dict[NamedNode, Term]:
    """Return the graphs of the tallies that are no longer true once ``statements`` are added or removed.

    Each with the county or date that it counts.

    :param statements: what articles say, as quads or as N-Quads.
    :param base: the base of the data's IRIs.
    """
    if isinstance(statements, bytes):
        lines = {line for term in _TOUCHING_TERMS for line in _lines_with(term, statements)}
        statements = parse(b"\n".join(lines), RdfFormat.N_QUADS, lenient=True)
    graphs: dict[NamedNode, Term] = {}
    for subject, predicate, value, _ in statements:
        if predicate == DJ.undertakes:
            graphs[_county_graph(subject, base)] = subject
        elif predicate == DJ.date:
            graphs[_date_graph(value, base)] = value
    return graphs


def _lines_with(term: bytes, statements: bytes) -> Iterator[bytes]:
    at = statements.find(term)
    while at >= 0:  # a look at each line would take ten times as long
        end = statements.index(b"\n", at)
        yield statements[statements.rfind(b"\n", 0, at) + 1 : end]
        at = statements.find(term, end)


def whole_graph(base: str) -> NamedNode:
    """Return the named graph of the tallies of the whole, which every build makes anew."""
    return NamedNode(f"{base}graph/tally")


def missing_tallies(store: Store, base: str, touched: Iterable[Term] | None = None) -> Iterator[list[Quad]]:
    """Yield the tallies of all counties and dates that have none, those of some at a time.

    :param store: all articles, in its default graph.
    :param base: the base of the data's IRIs.
    :param touched: the counties and dates that may have none, where they are known.
    """
    if touched is None:
        counties = {solution[0] for solution in select(store, _COUNTIES)}
        dates = {solution[0] for solution in select(store, _DATES)}
    else:
        terms = set(touched)
        counties = {term for term in terms if isinstance(term, NamedNode) and _has(store, term, DJ.undertakes)}
        dates = {term for term in terms if isinstance(term, Literal) and _is_reported(store, term)}
    dates = {date for date in dates if not store.contains_named_graph(_date_graph(date, base))}
    yield from in_threads(lambda chunk: list(_county_tallies(store, chunk, base)), chunks(counties))
    yield from in_threads(lambda chunk: list(_date_tallies(store, chunk, base)), chunks(dates))


def whole_tallies(store: Store, base: str, elsewhere: Mapping[str, int]) -> Iterator[Quad]:
    """Yield the tallies of the whole, from those of all counties.

    :param store: the tallies of all counties, in its default graph.
    :param base: the base of the data's IRIs.
    :param elsewhere: what ``kg.graph.page_lines`` counts of the articles without a county or date.
    """
    graph = whole_graph(base)
    yield Quad(dataset_iri(base), DJ.elsewhereTally, _to_json({**elsewhere, **_no_things()}), graph)
    cases: dict[str, Counter[str]] = defaultdict(Counter)
    for (tally,) in select(store, _PRACTICES):
        _, applied, others, _, counts = tally.value.split("\t")
        for practice, numbers in zip(f"{applied} {others}".split(), counts.split(",")):
            cases[practice][numbers] += 1
    for practice, counties in sorted(cases.items()):
        line = "\t".join((practice, *(_to_case(counties, statuses) for statuses in CASE_STATUSES.values())))
        yield Quad(NamedNode(practice), DJ.caseTally, Literal(line), graph)


def _is_reported(store: Store, date: Term) -> bool:
    """Tell whether an article has the date; a page alone may have it too."""
    dated = store.quads_for_pattern(None, DJ.date, date, DefaultGraph())
    return any(_has(store, article, DJ.reports) for article, *_ in dated)


def _has(store: Store, subject: NamedNode, predicate: NamedNode) -> bool:
    return next(store.quads_for_pattern(subject, predicate, None, DefaultGraph()), None) is not None


def _to_case(counties: Counter[str], statuses: tuple[str, ...]) -> str:
    """Return the cases of ``statuses`` and the counties that have any, of numbers of cases and how many have these."""
    at = [STATUSES.index(status) for status in statuses]
    found = [(sum(int(numbers.split()[i]) for i in at), alike) for numbers, alike in counties.items()]
    return f"{sum(n * alike for n, alike in found)} {sum(alike for n, alike in found if n)}"


def _county_tallies(store: Store, counties: list[NamedNode], base: str) -> Iterator[Quad]:
    things = count(store, ("county-articles", "county-things", "county-formula-things"), counties)
    rows = count(store, ("county-classes", *(f"county-{name}" for name in _COUNTED)), counties)
    dated = _dated(store, counties)
    cases, concepts = count(store, ("county-practices",), counties), count(store, ("county-concepts",), counties)
    relations = _relations(store, counties)
    for county in counties:
        graph = _county_graph(county, base)
        _, _, label, _ = next(store.quads_for_pattern(county, RDFS.label, None, DefaultGraph()))
        found = {what: things[county].get(told, {}).get("", 0) for what, told in THINGS.items()}
        named = rows[county].get("organisationEvidence", {}).values()
        if organisations := sum((*named, *relations[county].values())):
            rows[county]["organisations"] = {"": organisations}
        figures = sum(rows[county].get("figureEvidence", {}).get(status, 0) for status in REALISED)
        yield Quad(county, DJ.tally, _to_json({**found, "figures": figures, "name": label.value}), graph)
        line = "\t".join((county.value, str(found["articles"]), *_to_cells(rows[county], ROWS), label.value))
        yield Quad(county, DJ.rowTally, Literal(line), graph)
        if county in dated:
            lines = ("\t".join((day, *_to_cells(counts, DATED_ROWS))) for day, counts in sorted(dated[county].items()))
            yield Quad(county, DJ.datedTally, Literal("\n".join((county.value, *lines))), graph)
        yield Quad(county, DJ.practiceTally, Literal(_to_practices(county, cases[county], concepts[county])), graph)
        yield from (Quad(county, DJ.relationEvidence, mention, graph) for mention in relations[county])
    yield from _passages(store, counties, base)


def _dated(store: Store, counties: list[NamedNode]) -> dict[NamedNode, dict[str, dict[str, dict[str, int]]]]:
    """Return what ``Counts`` are of each county and each date that its things are reported on."""
    dated: dict[NamedNode, dict[str, dict[str, dict[str, int]]]] = defaultdict(dict)
    for county, day, what, status, n in solutions(store, "county-dated", counties):
        counts = dated[county].setdefault(day.value, {})
        counts.setdefault(what.value.removeprefix(DJ.iri), {})[status.value] = int(n.value)
    return dated


def _relations(store: Store, counties: list[NamedNode]) -> dict[NamedNode, dict[NamedNode, int]]:
    """Return how many organisations lead, join or carry out what each mention refers to, if any, by county."""
    relations: dict[NamedNode, dict[NamedNode, int]] = defaultdict(dict)
    for county, mention, n in solutions(store, "county-relations", counties):
        relations[county][mention] = int(n.value)
    return relations


def _passages(store: Store, counties: list[NamedNode], base: str) -> Iterator[Quad]:
    passages: dict[NamedNode, dict[str, str]] = defaultdict(dict)
    for county, what, passage in solutions(store, "county-passages", counties):
        passages[county][what.value] = passage.value
    for county, told in passages.items():
        line = "".join(f"{what}\t{passage}\t{what}\n" for what, passage in sorted(told.items()))
        yield Quad(county, DJ.passageTally, Literal(line), _county_graph(county, base))


def _to_practices(county: NamedNode, cases: Counts, concepts: Iterable[str]) -> str:
    applied = sorted(what for what, counts in cases.items() if counts.keys() & set(REALISED))
    others, themes = sorted(cases.keys() - set(applied)), sorted(set(concepts) - cases.keys())
    counts = ",".join(_to_cell(cases[what]) for what in (*applied, *others))
    return "\t".join((county.value, " ".join(applied), " ".join(others), " ".join(themes), counts))


def _date_tallies(store: Store, dates: list[Term], base: str) -> Iterator[Quad]:
    articles, rows = count(store, ("date-articles",), dates), count(store, ("date-classes",), dates)
    for date in dates:
        read = str(articles[date]["articles"][""])
        line = "\t".join((read, *_to_cells(rows[date], DATE_ROWS), date.value))
        node = NamedNode(f"{base}date/{to_segment(date.value)}")
        yield Quad(node, DJ.dateTally, Literal(line), _date_graph(date, base))


def _to_cells(counts: Counts, kinds: Iterable[str]) -> Iterator[str]:
    return (_to_cell(counts[kind]) if kind in counts else "" for kind in kinds)


def _to_cell(by_status: Mapping[str, int]) -> str:
    return str(by_status[""]) if "" in by_status else " ".join(str(by_status.get(status, 0)) for status in STATUSES)


def _no_things() -> dict[str, int]:
    return {what: 0 for what in (*THINGS, "figures") if what != "articles"}


def _to_json(said: Mapping[str, int | str]) -> Literal:
    """Return JSON in which a comma follows every number, so that SPARQL can cut one out (``questions/coverage.rq``)."""
    return Literal(json.dumps({**said, "": ""}, ensure_ascii=False, separators=(",", ":")), datatype=RDF.JSON)


def _county_graph(county: NamedNode, base: str) -> NamedNode:
    return NamedNode(f"{base}graph/tally/{county.value.removeprefix(base)}")


def _date_graph(date: Term, base: str) -> NamedNode:
    return NamedNode(f"{base}graph/tally/date/{to_segment(date.value)}")
