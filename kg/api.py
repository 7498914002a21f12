"""The library for Python and notebooks: read, extract, build, and a graph that can be asked and drawn.

A thin skin over the floors below: rows come as plain Python values, pandas and networkx get what they like.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, Triple

from kg.graph.answers import Solutions, Term, answer, read_answer, to_coverage_sentences, to_table, to_ttl
from kg.graph.coverage import Coverage
from kg.graph.queryable import Queryable
from kg.graph.questions import query
from kg.graph.store import open_store
from kg.graph.tally import Tallies
from kg.graph.vocab import XSD

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

    from kg.graph.web import Login
    from kg.model import Page

Paths = str | Path | Iterable[str | Path]
Row = dict[str, Any]

_SHOWN_ROWS = 50
_HEIGHT_PIXELS = 600
_INTEGER, _DECIMAL, _BOOLEAN, _DATE = (XSD[name].value for name in ("integer", "decimal", "boolean", "date"))


class PandasMissing(ImportError):
    """pandas is wanted and not installed."""


def read(paths: Paths) -> list[Page]:
    """Return the pages under ``paths`` cut into articles, without facts.

    :param paths: files, folders, globs or zip archives of pages (docs/formats.md), one or several.
    :raises PageError: if a path is missing or a page cannot be read.
    """
    from kg.reading import find_pages, read_page

    return [read_page(page) for page in find_pages(_to_paths(paths))]


def extract(paths: Paths, *, jobs: int = 1) -> list[Page]:
    """Return the pages under ``paths`` with the facts of their articles.

    :param paths: as of ``read``.
    :param jobs: how many processes share the work; a script that gives more than one works under
        ``if __name__ == "__main__":``, as each process begins by reading the script.
    :raises PageError: if a path is missing or a page cannot be read.
    """
    from kg.pipeline import extract_pages

    return list(extract_pages(_to_paths(paths), jobs=jobs))


def build(paths: Paths, out: str | Path = "out", *, jobs: int = 1) -> Graph:
    """Build the graph of the pages in the folder ``out``, as ``kg build`` does, and return it.

    :param paths: as of ``read``; the graph will hold exactly these pages.
    :param out: the folder; what it knows already is not read again.
    :param jobs: how many processes share the work; a script that gives more than one works under
        ``if __name__ == "__main__":``, as each process begins by reading the script.
    :raises PageError: if a path is missing or no page can be read.
    :raises StoreBusy: while another build works in ``out``.
    """
    from kg.pipeline import build as build_graph

    build_graph(_to_paths(paths), out, jobs=jobs)
    return Graph.open(out)


@dataclass(frozen=True, slots=True)
class Table(Sequence[Row]):
    """An answer as rows: a sequence of dicts from variable to value, None where a variable is unbound.

    Numbers, dates and truths are Python's own (``int``, ``Decimal``, ``date``, ``bool``), all else is text.
    """

    solutions: Solutions

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in order; those ending in ``Iri`` hold addresses."""
        return self.solutions.variables

    @property
    def coverage(self) -> Coverage | None:
        """What was read to find the answer, for canned questions about things that counties have; else None."""
        return self.solutions.coverage

    def __len__(self) -> int:
        return len(self.solutions.rows)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [self._to_row(row) for row in self.solutions.rows[index]]
        return self._to_row(self.solutions.rows[index])

    def to_pandas(self) -> pd.DataFrame:
        """Return a data frame; ``frame.attrs["coverage"]`` says what was read.

        :raises PandasMissing: if pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise PandasMissing("pandas is not installed; run pip install 'dangjian-kg[notebook]'.") from error
        frame = pd.DataFrame(list(self), columns=list(self.columns))
        for name in self.columns:
            if any(isinstance(value, Decimal) for value in frame[name]):
                frame[name] = pd.to_numeric(frame[name].map(lambda value: None if value is None else float(value)))
            elif any(isinstance(value, date) for value in frame[name]):
                frame[name] = pd.to_datetime(frame[name], errors="coerce")
        frame.attrs["coverage"] = list(to_coverage_sentences(self.solutions))
        return frame

    def _to_row(self, row: tuple[Term | None, ...]) -> Row:
        return {name: _to_value(term) for name, term in zip(self.columns, row)}

    def __repr__(self) -> str:
        return f"<Table of {len(self)} rows: {', '.join(self.columns)}>"

    def _repr_html_(self) -> str:
        """Return the first rows as an HTML table, the coverage below, for a notebook."""
        names, rows = to_table(self.solutions)
        shown = "".join(_to_html_row("td", row) for row in rows[:_SHOWN_ROWS])
        more = [f"… {len(rows) - _SHOWN_ROWS} more rows"] if len(rows) > _SHOWN_ROWS else []
        notes = "".join(f"<p>{escape(note)}</p>" for note in (*more, *to_coverage_sentences(self.solutions)))
        return f"<table><thead>{_to_html_row('th', names)}</thead><tbody>{shown}</tbody></table>{notes}"


class Graph:
    """A graph that can be asked and drawn: of a build's folder, or at a SPARQL endpoint.

    :param source: what answers its queries; use ``Graph.open``.
    :param tallies: those of a source that stays as it is, kept from question to question.
    """

    def __init__(self, source: Queryable, tallies: Tallies | None = None) -> None:
        self._source = source
        self._tallies = tallies

    @classmethod
    def open(cls, where: str | Path, *, login: Login | None = None) -> Graph:
        """Return the graph at ``where``.

        :param where: the output folder of ``kg build``, or the ``http(s)://`` address of a SPARQL endpoint.
        :param login: ``kg.graph.web.Login`` of an endpoint that wants one.
        :raises StoreMissing: if no build has been finished in the folder.
        :raises WrongAddress: if an address is none.
        """
        if str(where).lower().startswith(("http://", "https://")):
            from kg.graph.remote import Remote

            return cls(Remote(str(where), login=login))
        store = open_store(where)
        return cls(store, Tallies(store))

    def ask(self, name: str, /, **values: Any) -> Table:
        """Return the answer to a canned question, such as ``graph.ask("alliances", county="梁山县")``.

        :param name: the question's name; ``kg questions`` lists them.
        :param values: its parameters.
        :raises UnknownQuestion: if there is no such question; ``UnknownParameter``, ``WrongValue``,
            ``UnknownCounty`` and ``AmbiguousCounty`` as their names say.
        """
        given = {key: str(value) for key, value in values.items() if value is not None}
        return Table(answer(self._source, name, given, tallies=self._tallies))

    def query(self, text: str) -> Table | bool | str:
        """Return the answer to free SPARQL: a table of SELECT, a truth of ASK, Turtle of CONSTRUCT and DESCRIBE.

        :raises MalformedQuery: if ``text`` is not SPARQL 1.1 Query.
        :raises RefusedQuery: if it would change the graph or reach beyond it.
        """
        result = read_answer(query(self._source, text))
        if isinstance(result, Solutions):
            return Table(result)
        return result if isinstance(result, bool) else to_ttl(result)

    def to_networkx(
        self, *, focus: str | None = None, hops: int = 1, types: Iterable[str] | None = None
    ) -> nx.MultiDiGraph:
        """Return the network that ``kg view`` draws: nodes by IRI with ``label``, ``cls`` and more, edges by property.

        :param focus: a name: only what lies around it.
        :param hops: how far around.
        :param types: only these classes, and counties.
        :raises UnknownName: if nothing is called ``focus``.
        :raises UnknownType: if there is no such class.
        """
        from kg.views.network import to_network

        return to_network(self._source, focus, hops, types)

    def show(self, *, focus: str | None = None, hops: int = 1, types: Iterable[str] | None = None) -> Picture:
        """Return the network as a picture that a notebook draws; the parameters are those of ``to_networkx``."""
        from kg.views.page import to_html

        network = self.to_networkx(focus=focus, hops=hops, types=types)
        return Picture(to_html(network, title=focus or "", store=self._source))

    def _repr_html_(self) -> str:
        return self.show()._repr_html_()


@dataclass(frozen=True, slots=True)
class Picture:
    """A page in a frame of its own: it needs no network, and the notebook's page and the picture's stay apart."""

    page: str

    def _repr_html_(self) -> str:
        return (
            f'<iframe srcdoc="{escape(self.page)}" sandbox="allow-scripts allow-downloads" title="network"'
            f' style="width: 100%; height: {_HEIGHT_PIXELS}px; border: 0"></iframe>'
        )

    def __repr__(self) -> str:
        return "<Picture of a network; a notebook shows it, save() keeps it>"

    def save(self, file: str | Path) -> None:
        """Write the page to ``file``, to be opened in a browser."""
        from kg.writing import write_text

        write_text(Path(file), self.page)


def _to_paths(paths: Paths) -> list[Path]:
    return [Path(paths)] if isinstance(paths, (str, Path)) else [Path(path) for path in paths]


def _to_value(term: Term | None) -> Any:
    if term is None:
        return None
    if isinstance(term, Triple):
        return str(term)
    if isinstance(term, Literal):
        return _TO_PYTHON.get(term.datatype.value, str)(term.value)
    return term.value


def _to_date(text: str) -> date | str:
    try:
        return date.fromisoformat(text)
    except ValueError:  # a year beyond Python's, or with a time zone
        return text


_TO_PYTHON: dict[str, Callable[[str], Any]] = {
    _INTEGER: int,
    _DECIMAL: Decimal,
    _BOOLEAN: lambda text: text in ("true", "1"),
    _DATE: _to_date,
}


def _to_html_row(tag: str, cells: Iterable[str]) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"
