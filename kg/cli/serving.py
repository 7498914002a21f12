"""The command that serves a built graph."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.graph import GRAPH

if TYPE_CHECKING:
    from kg.serving.snapshot import Build


@click.command()
@GRAPH
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
def serve(folder: Path, port: int, seconds: float, rows: int) -> None:
    """Serve the graph on this machine: SPARQL at /sparql, a page for everything · 在本机提供查询与浏览

    Reads only, on 127.0.0.1 only. Ctrl-C stops it. A build may run meanwhile; its graph is taken up when it is done.
    """
    from kg.serving.server import serve as serve_graph

    def started(address: str, build: Build) -> None:
        click.echo(f"explorer · 浏览: {address}")
        click.echo(f"SPARQL: {address}sparql")
        click.echo(f"build · 图谱: {build.id} ({build.articles} articles, {build.triples} triples)")
        click.echo("Ctrl-C stops · 按 Ctrl-C 结束", err=True)

    try:
        serve_graph(folder, port=port, seconds=seconds, rows=rows, started=started)
    except KeyboardInterrupt:
        click.echo("", err=True)
