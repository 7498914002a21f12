"""The command that sends a graph to another server, push, and the options by which a command logs in there."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.console import show_progress
from kg.cli.graph import GRAPH

if TYPE_CHECKING:
    from kg.graph.web import Login


def with_login(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give the command the options of a login, and call it with ``login`` (None where nobody logs in)."""

    @wraps(command)
    def called(*, user: str | None, password: str | None, token: str | None, **others: Any) -> Any:
        return command(login=_to_login(user, password, token), **others)

    for option in (
        click.option(
            "--token", metavar="TEXT", envvar="KG_TOKEN", help="Bearer token; better in KG_TOKEN. 令牌，宜用环境变量。"
        ),
        click.option(
            "--password",
            metavar="TEXT",
            envvar="KG_PASSWORD",
            help="Password; better in KG_PASSWORD, or typed when asked. 密码，宜用环境变量或按提示输入。",
        ),
        click.option("--user", metavar="NAME", envvar="KG_USER", help="User of the server. 服务器用户名。"),
    ):
        called = option(called)
    return called


@click.command()
@click.argument("url", metavar="URL")
@click.option(
    "--union",
    type=click.Choice(("auto", "default", "named")),
    default="auto",
    show_default=True,
    help="Where the union of all articles goes. 全部文章的并集放在何处。",
)
@click.option("--again", is_flag=True, help="Send what is unchanged too. 未变的也重新推送。")
@with_login
@GRAPH
def push(url: str, union: str, again: bool, login: Login | None, folder: Path) -> None:
    """Send the graph to the Graph Store at URL · 把图谱推送到其他服务器

    One named graph an article, and their union, which questions read: in the server's default graph, or where that
    cannot be written in the graph https://w3id.org/dangjian/union. Pushing again sends what has changed and removes
    what was withdrawn; a push that broke off goes on. Other graphs of the server are left alone.

    URL: Oxigraph http://HOST:7878/store, Fuseki http://HOST:3030/DATASET/data, Virtuoso
    http://HOST:8890/sparql-graph-crud-auth.
    """
    from kg.graph.pushing import push as push_graph
    from kg.graph.store import open_store

    with show_progress("Sending graphs") as progress:
        pushed = push_graph(open_store(folder), url, login=login, union=union, again=again, progress=progress)
    click.echo(f"Graphs sent: {pushed.sent} · unchanged: {pushed.unchanged} · removed: {pushed.removed}")
    click.echo(f"推送 {pushed.sent} 个图，未变 {pushed.unchanged} 个，删除 {pushed.removed} 个")
    click.echo(f"union · 并集: {pushed.union}")


def is_typed(name: str) -> bool:
    """Tell whether the running command was given this option on its command line."""
    source = click.get_current_context().get_parameter_source(name)
    return source is click.core.ParameterSource.COMMANDLINE


def _to_login(user: str | None, password: str | None, token: str | None) -> Login | None:
    if token is not None and user is not None:
        raise click.UsageError("Give --token or --user, not both")
    if token is None and user is None:
        if is_typed("password"):
            raise click.UsageError("--password needs --user")
        return None
    from kg.graph.web import Login  # loads the client of HTTP, which only a login needs

    if token is not None:
        return Login(token=token)
    if password is None and sys.stdin.isatty():
        password = click.prompt("Password · 密码", hide_input=True, default="", show_default=False, err=True)
    return Login(user=user, password=password or "")
