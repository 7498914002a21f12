"""The command that serves a built graph."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.graph import GRAPH
from kg.cli.remote import is_typed, with_login

if TYPE_CHECKING:
    from kg.graph.web import Login
    from kg.serving.elsewhere import Endpoint
    from kg.serving.snapshot import Build, Folder


@click.command()
@GRAPH
@click.option(
    "--endpoint",
    metavar="URL",
    help="Serve the graph of this SPARQL endpoint, where kg push sent it. 改为浏览此 SPARQL 端点中的图谱。",
)
@click.option(
    "--default-graph", metavar="IRI", help="The endpoint's graph to read; else what kg push chose. 端点中所读的图。"
)
@with_login
@click.option(
    "--port", metavar="N", type=click.IntRange(0, 65535), default=8890, show_default=True, help="Port. 端口。"
)
@click.option(
    "--timeout",
    "seconds",
    metavar="SECONDS",
    type=click.FloatRange(0.1, 3600),
    default=10,
    show_default=True,
    help="Longest time of a query. 查询时限（秒）。",
)
@click.option(
    "--rows",
    metavar="N",
    type=click.IntRange(1, 1_000_000),
    default=10_000,
    show_default=True,
    help="Most rows of an answer. 结果行数上限。",
)
def serve(
    folder: Path,
    endpoint: str | None,
    default_graph: str | None,
    login: Login | None,
    port: int,
    seconds: float,
    rows: int,
) -> None:
    """Serve the graph on this machine: SPARQL at /sparql, a page for everything · 在本机提供查询与浏览

    Reads only, on 127.0.0.1 only. Ctrl-C stops it. A build may run meanwhile; its graph is taken up when it is done.

    With --endpoint the graph stays in that server, and nothing else is connected to. There is no copy of it then: an
    answer given while someone pushes may hold of both states.
    """
    from kg.serving.server import serve as serve_graph

    def started(address: str, build: Build) -> None:
        click.echo(f"explorer · 浏览: {address}")
        click.echo(f"SPARQL: {address}sparql")
        click.echo(f"build · 图谱: {build.id} ({build.articles} articles, {build.triples} triples)")
        click.echo("Ctrl-C stops · 按 Ctrl-C 结束", err=True)

    source = _to_source(folder, endpoint, default_graph, login)
    try:
        serve_graph(source, port=port, seconds=seconds, rows=rows, started=started)
    except KeyboardInterrupt:
        click.echo("", err=True)


def _to_source(folder: Path, endpoint: str | None, default_graph: str | None, login: Login | None) -> Folder | Endpoint:
    if endpoint is None:
        if default_graph or is_typed("user") or is_typed("token"):
            raise click.UsageError("A login and --default-graph belong to --endpoint")
        from kg.serving.snapshot import Folder

        return Folder(folder)
    if is_typed("folder"):
        raise click.UsageError("Give one of --graph and --endpoint")
    from kg.serving.elsewhere import Endpoint

    return Endpoint(endpoint, login=login, default_graph=default_graph)
