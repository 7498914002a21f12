"""Commands that read pages: build, extract, score."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.console import print_table, show_progress, to_printable

if TYPE_CHECKING:
    from kg.pipeline import Built
    from kg.reading import PageError
    from kg.scoring import Scores

PATHS = click.argument("paths", nargs=-1, metavar="[PATHS]...", type=click.Path())
_RARELY = (100_000, 50, 50)
"""How seldom a build looks for cycles of objects: its long lists stay, and searching them took a tenth of the time."""
_LISTED = 20
"""How many counties a build lists with their alliances."""
JOBS = click.option("--jobs", type=click.IntRange(1), default=1, metavar="N", help="Worker processes. 并行进程数。")


@click.command()
@PATHS
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), default="out", show_default=True, help="Output folder. 输出目录。"
)
@click.option("--base", metavar="IRI", help="Mint the data's addresses under this IRI. 数据地址的前缀。")
@JOBS
@click.option(
    "--engine",
    type=click.Choice(("local", "spark")),
    default="local",
    show_default=True,
    help="Where pages are read: here or on an Apache Spark cluster. 在本机或 Spark 集群上读取。",
)
@click.option("--master", metavar="URL", help="The cluster, such as spark://HOST:7077. Spark 集群地址。")
@click.option(
    "--parts",
    metavar="PLACE",
    help="Write only N-Quads here, part-*.nq.gz for bulk loaders, no store. 只在此处写压缩的 N-Quads 分片，不建库。",
)
def build(
    paths: tuple[str, ...],
    out: Path,
    base: str | None,
    jobs: int,
    engine: str,
    master: str | None,
    parts: str | None,
) -> None:
    """Build the graph of PATHS (default data/) · 构建图谱

    Writes OUT/store, OUT/graph.ttl, OUT/graph.html and OUT/report.html; only new or changed
    pages are read again. PATHS are files, folders, globs or zip archives of text, Word, PDF, web pages or
    tables (docs/formats.md). Of more than 100 pages graph.ttl and graph.html are not written: kg export and kg serve
    give them.

    With --engine spark every machine of the cluster must see PATHS and OUT, unless PATHS are addresses that
    Spark reads (hdfs://, s3a:// …). It writes the graph as OUT/parts too, and all pages are read again (docs/scale.md).
    """
    options = {"base": base} if base else {}
    build_with = _engine(jobs, engine, master, parts)
    with show_progress("Reading pages") as progress, _collecting_rarely():
        built = build_with(paths or ["data"], out, progress=progress, **options)
    _print_built(built, out)
    if built.damage:
        click.echo(f"kg: what an earlier build left in {out} was damaged ({built.damage}) and made anew.", err=True)
    _print_set_aside(built.set_aside)


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATHS...", type=click.Path(path_type=Path))
@click.option("-o", "--out", "file", type=click.Path(path_type=Path), help="Write to this file. 写入文件。")
@JOBS
def extract(paths: tuple[Path, ...], file: Path | None, jobs: int) -> None:
    """Extract the facts of pages as JSON lines · 抽取事实，每行一篇文章"""
    from kg.pipeline import extract_pages
    from kg.writing import open_new

    set_aside: dict[str, PageError] = {}
    with show_progress("Reading pages") as progress:
        pages = extract_pages(paths, jobs=jobs, progress=progress, set_aside=set_aside.__setitem__)
        lines = (json.dumps(article.to_dict(), ensure_ascii=False) for page in pages for article in page.articles)
        if file:
            with open_new(file) as target:
                target.writelines(f"{line}\n" for line in lines)
        else:
            for line in lines:
                click.echo(line)
    _print_set_aside(set_aside)


@click.command()
@click.argument("gold", type=click.Path(path_type=Path))
@PATHS
@click.option("--errors", is_flag=True, help="List every disagreement. 列出每处不一致。")
@click.option("--json", "as_json", is_flag=True, help="Print the scores as JSON. 以 JSON 输出。")
@JOBS
def score(gold: Path, paths: tuple[str, ...], errors: bool, as_json: bool, jobs: int) -> None:
    """Score extraction against GOLD · 与标注比对抽取质量

    GOLD is a JSON lines file or a folder of them; PATHS are the pages (default: the folder
    pages/ beside the gold's folder). Pages without gold are ignored.
    """
    from kg.pipeline import extract_pages
    from kg.scoring import read_gold
    from kg.scoring import score as compare

    wanted = read_gold(gold)
    with show_progress("Reading pages") as progress:
        pages = list(extract_pages(paths or [_pages_of(gold)], jobs=jobs, progress=progress))
    scores = compare(wanted, [article.to_dict() for page in pages for article in page.articles])
    if as_json:
        click.echo(json.dumps(scores.to_dict(), ensure_ascii=False, indent=1))
    else:
        _print_scores(scores)
    if errors:
        rows = [(e.page, e.article, e.row, e.verdict, e.text) for e in scores.disagreements]
        print_table(("page", "article", "row", "fp: not gold, fn: not found", "text"), rows)


@contextmanager
def _collecting_rarely() -> Iterator[None]:
    usual = gc.get_threshold()
    gc.set_threshold(*_RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _engine(jobs: int, engine: str, master: str | None, parts: str | None) -> Callable[..., Built]:
    """Return the function that builds where the options say."""
    if engine == "spark":
        from kg import spark

        given: dict[str, Any] = {"master": master, "parts": parts}
        return partial(spark.build, **{name: value for name, value in given.items() if value})
    if master or parts:
        raise click.UsageError("--master and --parts need --engine spark")
    from kg import pipeline

    return partial(pipeline.build, jobs=jobs)


def _pages_of(gold: Path) -> Path:
    folder = gold if gold.is_dir() else gold.parent
    pages = folder.absolute().parent / "pages"
    if not pages.is_dir():
        raise click.UsageError(f"No folder {pages}; name the pages that {gold} annotates")
    return pages


def _print_scores(scores: Scores) -> None:
    for section, rows in {**scores.sections, "relations": scores.relations}.items():
        cells = [
            (row, f"{t.precision:.3f}", f"{t.recall:.3f}", f"{t.f1:.3f}", str(t.tp), str(t.fp), str(t.fn))
            for row, t in rows.items()
        ]
        print_table((section, "P", "R", "F1", "tp", "fp", "fn"), cells)


def _print_built(built: Built, out: Path) -> None:
    click.echo(f"Pages: {built.pages} (new or changed: {built.read}) · articles: {built.articles}")
    click.echo(f"{built.pages} 个版面，{built.articles} 篇文章（其中新读或重读 {built.read} 个版面）")
    click.echo("")
    if built.network:
        _print_alliances(out)
        click.echo("")
    written = (
        ("graph · 图谱库", built.store),
        ("page · 网络图（用浏览器打开）", built.network),
        ("Turtle", built.turtle),
        ("report · 版面报告", built.report),
        ("N-Quads parts · 分片", built.parts),
    )
    for title, path in written:
        if path:
            click.echo(f"{title}: {path}")
    if built.store and not built.network:
        click.echo("Too many pages for one picture and one Turtle file: browse with kg serve, export with kg export.")
        click.echo("版面太多，未生成网络图和 Turtle 文件：请用 kg serve 浏览，用 kg export 导出。")


def _print_alliances(out: Path) -> None:
    from kg.graph.answers import read_answer, to_table
    from kg.graph.questions import ask
    from kg.graph.store import open_store

    columns, rows = to_table(read_answer(ask(open_store(out), "alliances")))
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        answer = dict(zip(columns, map(to_printable, row)))
        found.setdefault(answer["county"], {}).setdefault(answer["alliance"], answer["sentence"])
    click.echo(f"Counties that use alliances · 建有党建联盟的县（市、区）: {len(found)}")
    for county, alliances in islice(found.items(), _LISTED):
        click.echo(f"  {county}")
        for alliance, sentence in alliances.items():
            click.echo(f"    {alliance}\n      {sentence}")
    if len(found) > _LISTED:
        click.echo(f"  {len(found) - _LISTED} more, the rest by · 其余各县：kg query alliances -g {out}")


def _print_set_aside(set_aside: dict[str, PageError]) -> None:
    """Say which pages were not read and why, and end as after wrong input."""
    for error in set_aside.values():
        click.echo(f"kg: set aside: {to_printable(str(error))}", err=True)
    if set_aside:
        sys.exit(2)
