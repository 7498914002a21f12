"""The things that a text narrows a question to: ``--name 积分`` asks about the mechanisms whose names hold 积分.

To look at the names of all mechanisms costs little; to join each with its county, article and sentence first and to
look at its name last costs what the whole answer costs.  So the things are looked up first and bound in the question.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from pyoxigraph import NamedNode, Store

from kg.graph.names import find_named, has_names
from kg.graph.questions import Question
from kg.graph.tally import Tallies

AT_MOST = 50_000
"""With more things the rows about them are most of the answer, and it is asked for as if no text were given."""
AT_ONCE = 1000
"""With more things bound Oxigraph no longer looks up the rows of each: it reads all rows and joins."""

Row = Sequence[Any]
_KEY = re.compile(r"\(!BOUND\(\?(?P<unbound>\w+)\)\)|DESC\(\?(?P<number>\w+)\)|\?(?P<text>\w+)")


def find_things(tallies: Tallies, asked: Question, values: Mapping[str, str]) -> tuple[str, list[NamedNode]] | None:
    """Return the variable of the things that a text narrows a question to, and these things.

    All that the answer can hold are among them; the question itself decides which it holds.  None where no text is
    given, where there are more than ``AT_MOST``, where a county is named, which narrows more, and where the graph is
    not embedded or has no tallies or names: servers bear long queries less well.

    :param tallies: those of the graph that is asked.
    :param asked: the question.
    :param values: its parameters as typed.
    """
    if "county" in values or not isinstance(tallies.graph, Store) or not tallies.counties:
        return None
    for things in asked.things:
        if (text := values.get(things.parameter)) and has_names(tallies.graph):
            found = find_named(tallies.graph, text, things.path.split("|"), things.classes)
            return (things.variable, sorted(found, key=str)) if len(found) <= AT_MOST else None
    return None


def order_of(asked: Question, variable: str, variables: Sequence[str]) -> Callable[[Row], tuple[Any, ...]]:
    """Return what gives the order of an answer's rows that are about different things, as the question has it.

    :param asked: the question, which orders by texts, and by numbers from the greatest down.
    :param variable: the variable of the things.
    :param variables: those of the answer, in the order of a row's terms.
    """
    order = asked.text[asked.text.rindex("\nORDER BY ") :]
    keys = [_to_key(key, variables) for key in _KEY.finditer(order[: order.index(f"?{variable}") + len(variable) + 1])]
    return lambda row: tuple(key(row) for key in keys)


def _to_key(key: re.Match[str], variables: Sequence[str]) -> Callable[[Row], Any]:
    column = variables.index(key["unbound"] or key["number"] or key["text"])
    if key["unbound"]:
        return lambda row: row[column] is None
    if key["number"]:
        return lambda row: -Decimal(row[column].value)
    return lambda row: "" if row[column] is None else row[column].value
