"""Commands that ask: questions, query."""

from __future__ import annotations

import sys
from collections.abc import Callable
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.console import print_table, to_printable
from kg.cli.graph import GRAPH
from kg.cli.remote import is_typed, with_login
from kg.graph import answers
from kg.graph.questions import query as ask_sparql
from kg.graph.questions import questions as canned
from kg.graph.store import open_store

if TYPE_CHECKING:
    from kg.graph.queryable import Queryable
    from kg.graph.web import Login

_WRITERS = {
    "csv": answers.to_csv,
    "json": answers.to_json,
    "markdown": answers.to_markdown,
    "ttl": answers.to_ttl,
}


def _with_parameters(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give the command the parameters of all canned questions as options, read from their headers."""
    described = {parameter.name: parameter for question in canned() for parameter in question.parameters}
    for name, parameter in sorted(described.items(), reverse=True):
        command = click.option(f"--{name}", metavar="VALUE", help=f"{parameter.en}. {parameter.zh}。")(command)
    return command


@click.command()
def questions() -> None:
    """List the canned questions and their parameters · 列出现成的问题及参数"""
    for question in canned():
        click.echo(f"{question.name}: {question.title_zh} · {question.title_en}")
        click.echo(f"    {question.description_zh}")
        click.echo(f"    {question.description_en}")
        for parameter in question.parameters:
            click.echo(f"    --{parameter.name}: {parameter.zh} · {parameter.en}")


@click.command()
@click.argument("question", metavar="[QUESTION | FILE.rq]", required=False)
@click.option("--sparql", metavar="TEXT", help="Ask this SPARQL query. 直接给出 SPARQL 查询。")
@_with_parameters
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    metavar="N",
    help="The first N rows only, and how many there are. 只列出前 N 行，并给出总行数。",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(answers.FORMATS),
    default="table",
    show_default=True,
    help="How to print the answer. 输出格式。",
)
@click.option("--endpoint", metavar="URL", help="Ask this SPARQL endpoint instead of a build. 查询此 SPARQL 端点。")
@click.option(
    "--default-graph", metavar="IRI", help="The endpoint's graph to read; else what kg push chose. 端点中所读的图。"
)
@with_login
@GRAPH
def query(
    question: str | None,
    sparql: str | None,
    limit: int | None,
    form: str,
    endpoint: str | None,
    default_graph: str | None,
    login: Login | None,
    folder: Path,
    **values: str | None,
) -> None:
    """Ask a canned question, a query in a file, or --sparql TEXT · 查询图谱

    kg questions lists the canned questions and which of the options below each one takes. Below the table stands what
    was read to find the answer: a county whose articles name no such thing may have it all the same.
    """
    given = {name: value for name, value in values.items() if value is not None}
    name, text = _to_asked(question, sparql)
    if name is None and (given or limit):
        wrong = next(iter(given), "limit")
        raise click.UsageError(f"--{wrong} belongs to canned questions; write the value into the query")
    if name is not None:
        _check_name(name)
    graph = _to_graph(endpoint, default_graph, login, folder)
    if name is None:
        result = answers.read_answer(ask_sparql(graph, text))
    else:
        result = answers.answer(graph, name, given, limit=limit)
    if form == "table":
        print_table(*answers.to_table(result))
        for sentence in answers.to_coverage_sentences(result) if sys.stdout.isatty() else ():
            click.echo(f"\n{to_printable(sentence)}")
    else:
        sys.stdout.write(_WRITERS[form](result))


def _to_graph(endpoint: str | None, default_graph: str | None, login: Login | None, folder: Path) -> Queryable:
    if endpoint is None:
        if default_graph or is_typed("user") or is_typed("token"):
            raise click.UsageError("A login and --default-graph belong to --endpoint")
        return open_store(folder)
    if is_typed("folder"):
        raise click.UsageError("Give one of --graph and --endpoint")
    from kg.graph.remote import Remote

    return Remote(endpoint, login=login, default_graph=default_graph)


def _to_asked(question: str | None, sparql: str | None) -> tuple[str | None, str]:
    """Return the name of a canned question, or None and the text of a free query."""
    if (question is None) == (sparql is None):
        raise click.UsageError("Give one of QUESTION, FILE.rq and --sparql TEXT")
    if question is None:
        return None, sparql or ""
    if not question.endswith(".rq"):
        return question, ""
    try:
        return None, Path(question).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{question} is no text; save the query as UTF-8") from error


def _check_name(question: str) -> None:
    names = [canned_question.name for canned_question in canned()]
    if question not in names:
        near = get_close_matches(question, names, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}" if near else f"the questions are {', '.join(names)}"
        raise click.UsageError(f"There is no question {question!r}: {hint}")
