"""What was read to find an answer: absence of news is not absence of work.

An empty cell of a table of counties may mean that a county has no alliance, that its articles do not tell, or that no
article of it was read.  The coverage of an answer keeps these apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.graph.counties import find_counties
from kg.graph.paging import find_counties_with_rows
from kg.graph.queryable import Queryable, select
from kg.graph.questions import Question, ask, question
from kg.graph.tally import CountyRead, Tallies

_READ = """SELECT ?countyIri ?county (COUNT(DISTINCT ?articleIri) AS ?articles) {
  ?articleIri a dj:Article ; dj:reports ?initiative .
  OPTIONAL { ?countyIri dj:undertakes ?initiative ; rdfs:label ?county }
} GROUP BY ?countyIri ?county"""

_LISTED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What an answer rests on.

    :param things: what was asked for, in Chinese and English.
    :param articles: how many articles of counties were read, of all counties or of those asked for.
    :param elsewhere: how many articles name no county; such an article is in no answer about counties.
    :param found: the counties of the answer.
    :param unrealised: counties with articles that name such things only as planned or denied.
    :param without: counties with articles in which no such thing was found.
    :param narrowed: whether the question asked for some of the things only, by name, unit or the like.
    """

    things: tuple[str, str]
    articles: int
    elsewhere: int
    found: tuple[CountyRead, ...]
    unrealised: tuple[CountyRead, ...]
    without: tuple[CountyRead, ...]
    narrowed: bool

    @property
    def counties(self) -> int:
        """How many counties were read."""
        return len(self.found) + len(self.unrealised) + len(self.without)


def find_coverage(
    graph: Queryable, name: str, values: Mapping[str, str], variables: Sequence[str], rows: Iterable[Sequence[Any]]
) -> Coverage | None:
    """Return what was read to answer a canned question; None where it does not ask for things of counties.

    :param graph: the graph that was asked.
    :param name: the question's name.
    :param values: the parameters that were given.
    :param variables: the answer's variables.
    :param rows: the answer's rows.
    """
    return to_coverage(Tallies(graph), question(name), values, to_counties(variables, rows))


def to_counties(variables: Sequence[str], rows: Iterable[Sequence[Any]]) -> set[str]:
    """Return the addresses of the counties in the rows of an answer."""
    if "countyIri" not in variables:
        return set()
    column = variables.index("countyIri")
    return {row[column].value for row in rows if row[column] is not None}


def to_coverage(
    tallies: Tallies,
    asked: Question,
    values: Mapping[str, str],
    answered: set[str] | None,
    mentioned: set[str] | None = None,
) -> Coverage | None:
    """Return the same from the tallies of a graph, where it has any.

    :param tallies: those of the graph that was asked.
    :param asked: the question.
    :param values: the parameters that were given.
    :param answered: the addresses of the counties in the answer; None where only a part of the rows is known.
    :param mentioned: those of the counties in the answer about every status, where that is known.
    """
    if asked.coverage is None:
        return None
    read, elsewhere = _read(tallies, values.get("county"))
    found = _counties(tallies, asked, values) if answered is None else answered
    missing = [county for county in read if county.iri not in found]
    if mentioned is None:
        has_status = "status" not in values and any(parameter.name == "status" for parameter in asked.parameters)
        mentioned = _counties(tallies, asked, {**values, "status": "all"}) if missing and has_status else set()
    return Coverage(
        things=asked.coverage,
        articles=sum(county.articles for county in read),
        elsewhere=elsewhere,
        found=tuple(county for county in read if county.iri in found),
        unrealised=tuple(county for county in missing if county.iri in mentioned),
        without=tuple(county for county in missing if county.iri not in mentioned),
        narrowed=bool(values.keys() - {"county"}),
    )


def to_sentences(coverage: Coverage) -> tuple[str, ...]:
    """Return the coverage in words, a paragraph in Chinese and one in English; long lists of counties are cut."""
    return _to_chinese(coverage), _to_english(coverage)


def _to_chinese(coverage: Coverage) -> str:
    things = ("符合条件的" if coverage.narrowed else "") + coverage.things[0]
    parts = [f"共读到{coverage.counties}个县（市、区）的{coverage.articles}篇文章"]
    if coverage.elsewhere:
        parts.append(f"（另有{coverage.elsewhere}篇未指明县，不计在内）")
    parts.append(f"，其中{len(coverage.found)}个县见有{things}。")
    if coverage.unrealised:
        parts.append(f"{len(coverage.unrealised)}个县只提到计划中的或否定的{things}（加 --status all 可列出）：")
        parts.append(f"{_list(coverage.unrealised, '、', '（{}篇）', '等')}。")
    if coverage.without:
        parts.append(f"{len(coverage.without)}个县有文章而未见{things}：")
        parts.append(f"{_list(coverage.without, '、', '（{}篇）', '等')}。")
    return "".join(parts) + "报上未见，不等于没有做。"


def _to_english(coverage: Coverage) -> str:
    things = coverage.things[1] + (" that fits" if coverage.narrowed else "")
    elsewhere = f" ({_count(coverage.elsewhere, 'article')} more without a county)" if coverage.elsewhere else ""
    sentences = [
        f"Read: {_count(coverage.articles, 'article')} of {_count(coverage.counties, 'county')}{elsewhere};"
        f" found in {len(coverage.found)}."
    ]
    if coverage.unrealised:
        listed = _list(coverage.unrealised, ", ", " ({})", " …")
        sentences.append(f"Only planned or denied (see --status all) in {len(coverage.unrealised)}: {listed}.")
    if coverage.without:
        listed = _list(coverage.without, ", ", " ({})", " …")
        sentences.append(f"Articles but no {things} in {len(coverage.without)}: {listed}.")
    return " ".join([*sentences, "Absence of news is not absence of work."])


def _list(counties: Sequence[CountyRead], between: str, articles: str, more: str) -> str:
    listed = between.join(county.county + articles.format(county.articles) for county in counties[:_LISTED])
    return listed + (more if len(counties) > _LISTED else "")


def _count(number: int, noun: str) -> str:
    plural = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{number:,} {noun if number == 1 else plural}"


def _read(tallies: Tallies, county: str | None) -> tuple[list[CountyRead], int]:
    """Return the counties with their numbers of articles, by name, and the number of articles without a county."""
    wanted = {node.value for node in find_counties(tallies.graph, county)} if county is not None else None
    if tallies.counties:
        counted, elsewhere = tallies.read, tallies.elsewhere.get("articles", 0)
    else:
        counted, elsewhere = _count_articles(tallies.graph)
    if wanted is None:
        return counted, elsewhere
    return [read for read in counted if read.iri in wanted], 0


def _count_articles(graph: Queryable) -> tuple[list[CountyRead], int]:
    """Return the same of a graph without tallies."""
    found, elsewhere = [], 0
    for node, name, articles in select(graph, _READ):
        if node is None:
            elsewhere = int(articles.value)
        else:
            found.append(CountyRead(county=name.value, iri=node.value, articles=int(articles.value)))
    return sorted(found, key=lambda read: (read.county, read.iri)), elsewhere


def _counties(tallies: Tallies, asked: Question, values: Mapping[str, str]) -> set[str]:
    """Return the addresses of the counties in the whole answer, by the tallies or else by asking."""
    found = find_counties_with_rows(tallies, asked, values) if tallies.counties else None
    if found is not None:
        return found
    solutions = ask(tallies.graph, asked.name, values)
    return to_counties([variable.value for variable in solutions.variables], map(tuple, solutions))
