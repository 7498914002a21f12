"""The things that a text narrows a question to: ``--name 积分`` asks about the mechanisms whose names hold 积分.

To look at the names of all mechanisms costs little; to join each with its county, article and sentence first and to
look at its name last costs what the whole answer costs.  So the things are looked up first and bound in the question.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from pyoxigraph import Literal, Store

from kg.graph.queryable import select
from kg.graph.questions import Question, Term, Things
from kg.graph.tally import Tallies

AT_MOST = 1000
"""With more things bound Oxigraph no longer looks up the rows of each: it reads all rows and joins."""


def find_things(tallies: Tallies, asked: Question, values: Mapping[str, str]) -> dict[str, list[Term]] | None:
    """Return the variable of the things that a text narrows a question to, and these things.

    All that the answer can hold are among them; the question itself decides which it holds.  None where no text is
    given, where there are more than ``AT_MOST``, where a county is named, which narrows more, and where the graph is
    not embedded or has no tallies: servers bear long queries less well.

    :param tallies: those of the graph that is asked.
    :param asked: the question.
    :param values: its parameters as typed.
    """
    if "county" in values or not isinstance(tallies.graph, Store) or not tallies.counties:
        return None
    for things in asked.things:
        if values.get(things.parameter):
            found = list(islice(_find(tallies.graph, things, Literal(values[things.parameter])), AT_MOST + 1))
            if len(found) <= AT_MOST:
                return {things.variable: found}
    return None


def _find(graph: Store, things: Things, text: Literal) -> Iterator[Term]:
    """Yield the things whose texts hold ``text``, each once a class, ``AT_MOST`` and one of a class at most."""
    for of_class in [f"?thing a {name} ." for name in things.classes] or [""]:
        holding = f"{of_class} ?thing {things.path} ?text FILTER (CONTAINS(STR(?text), {text}))"
        for (thing,) in select(graph, f"SELECT DISTINCT ?thing {{ {holding} }} LIMIT {AT_MOST + 1}"):
            yield thing
