"""Commands that show a built graph: export, view, check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.console import to_printable

if TYPE_CHECKING:
    from kg.reading import PageError

GRAPH = click.option(
    "-g",
    "--graph",
    "folder",
    type=click.Path(path_type=Path),
    default="out",
    show_default=True,
    help="Folder of the build. 图谱所在目录。",
)
"""The option by which every command finds the graph."""


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@GRAPH
def export(file: Path, folder: Path) -> None:
    """Write the graph to FILE, by its suffix · 按后缀导出图谱

    RDF: .ttl .nt .nq .trig .jsonld .rdf; network: .graphml .gexf, .csv (a table of nodes and one of edges).
    """
    from kg.exporting import export as export_graph
    from kg.graph.store import open_store

    for written in export_graph(open_store(folder), file):
        click.echo(str(written))


@click.command()
@click.argument("file", metavar="FILE.html", type=click.Path(path_type=Path))
@click.option("--focus", metavar="NAME", help="Only what lies around this name. 以某一名称为中心。")
@click.option(
    "--hops", metavar="N", type=click.IntRange(0), default=1, show_default=True, help="How far around. 距离。"
)
@click.option("--type", "types", metavar="CLASS", multiple=True, help="Only this class; repeatable. 类别，可重复。")
@GRAPH
def view(file: Path, focus: str | None, hops: int, types: tuple[str, ...], folder: Path) -> None:
    """Write the network as one HTML page · 生成可在浏览器中打开的网络图"""
    from kg.graph.store import open_store
    from kg.views.network import to_network
    from kg.views.page import to_html
    from kg.writing import write_text

    if file.suffix.lower() not in (".html", ".htm"):
        raise click.UsageError(f"{file} is no name of a page; let it end in .html")
    store = open_store(folder)
    write_text(file, to_html(to_network(store, focus, hops, types or None), store=store))
    click.echo(str(file))


@click.command()
@GRAPH
@click.pass_context
def check(ctx: click.Context, folder: Path) -> None:
    """Prove the graph: shapes, vocabulary, grounding · 检验图谱

    Every mention is compared with the characters of its page file. Prints one line per breach.
    """
    from kg.graph.store import open_store
    from kg.graph.validation import check as find_breaches
    from kg.pipeline import read_again

    store = open_store(folder)
    unread: dict[str, PageError] = {}
    pages = list(read_again(folder, unread.__setitem__))
    breaches = [f"{b.check}: {b.subject}: {b.message}" for b in find_breaches(store, pages)]
    for breach in [*map(str, unread.values()), *breaches]:
        click.echo(to_printable(breach))
    if breaches:
        ctx.exit(1)
    click.echo(f"{len(pages)} pages: shapes, vocabulary and grounding hold · 形状、词汇、出处均无误")
