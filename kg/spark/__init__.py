"""The Spark engine: the pages are shared out over an Apache Spark cluster, which writes the graph as N-Quads parts.

Each task reads, extracts and maps its pages as a build on one machine does, so that the parts hold the same
statements however many workers there are and whichever of them fail: a part that a worker did not finish is made
anew by another.  Pages lie in folders that all machines share, or wherever Spark reads (``hdfs://``, ``s3a://`` …);
of those each task puts its files into a folder of its own, as reading knows files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kg.cache import Cache, Known
from kg.graph.copies import claiming
from kg.graph.iri import BASE, check_base
from kg.graph.parts import read_part
from kg.graph.store import building, finished_pages, to_statements
from kg.pipeline import (
    CACHE,
    WHOLE,
    Built,
    Look,
    Progress,
    find_repeated,
    fingerprint,
    finish,
    to_reasons,
    to_summaries,
)
from kg.reading import PageError
from kg.spark.cluster import Files, joining, to_address
from kg.spark.corpus import find_corpus
from kg.spark.tasks import Record, Records, Task, look_at_all
from kg.views.report import to_brief_html
from kg.writing import filling, write_text

if TYPE_CHECKING:
    from pyspark import Accumulator


def build(
    paths: Iterable[Path | str],
    out: Path | str,
    *,
    master: str = "local[*]",
    parts: str = "",
    base: str = BASE,
    progress: Progress | None = None,
) -> Built:
    """Build the graph of exactly the pages under ``paths`` on a Spark cluster.

    :param paths: files, folders and globs that every machine of the cluster sees, or addresses that Spark reads.
    :param out: the folder on this machine: report, store and, without ``parts``, the parts, which all machines
        must then see under this path.
    :param master: the cluster, as Spark writes it: ``spark://HOST:7077``, ``yarn``, ``k8s://…``, ``local[2]``.
    :param parts: where to write the parts instead, by gzip, a path or an address; then no store is made of them.
    :param progress: told (pages done, pages in all) as tasks end.
    :raises PageError: where a path is missing or no page at all can be read.
    :raises SparkMissing: without PySpark or Java; ``SparkFailed`` and ``FolderTaken`` as their names say.
    :raises StoreBusy: while another build works in ``out``; NotWritten where its disk is full.
    """
    check_base(base)
    out, folder = Path(out), parts or str(Path(out) / "parts")
    with claiming(out), filling(out):
        with joining(master) as context:
            files = Files(context)
            target = files.check_folder(to_address(folder))
            corpus = find_corpus(context, list(map(str, paths)))
            looks = look_at_all(corpus)
            repeated = find_repeated(looks)
            told = Records(progress, len(looks) - len(repeated))
            records: Accumulator[Record] = context.accumulator({}, told)  # type: ignore[arg-type]  # by what it does
            task = Task(
                open=corpus.open,
                records=records,
                base=base,
                is_whole=len(looks) <= WHOLE and not parts,
                left_out=frozenset(repeated),
            )
            files.write_parts(corpus.items.flatMap(task), target, packed=bool(parts))
            record = {name: records.value[name] for name in looks if name not in repeated}
        known = {name: page for name, page in record.items() if isinstance(page, Known)}
        set_aside = repeated | {name: error for name, error in record.items() if isinstance(error, PageError)}
        if not known:
            raise next(iter(set_aside.values()))
        finished = _report(out, looks, known, set_aside) if parts else _store(out, base, looks, known, set_aside)
        return replace(finished, parts=folder)


def _store(
    out: Path, base: str, looks: Mapping[str, Look], known: Mapping[str, Known], set_aside: dict[str, PageError]
) -> Built:
    """Make the store of the parts, and what a build on one machine writes beside it."""
    marks = {name: fingerprint(page.key, base) for name, page in known.items()}
    with Cache(out / CACHE) as cache:
        if finished_pages(out, marks) != marks:
            with building(out, base) as graph:
                graph.clear()
                for part in sorted((out / "parts").glob("part-*.nq")):
                    for statements in read_part(part):
                        graph.load(statements)
                graph.load(b"".join(to_statements((), name, mark, base) for name, mark in marks.items()))
                graph.load_vocabulary()
                graph.describe()
        cache.put(known.values())
        return finish(out, base, looks, cache, known, len(known), set_aside)


def _report(out: Path, looks: Mapping[str, Look], known: Mapping[str, Known], set_aside: dict[str, PageError]) -> Built:
    """Write the report alone; a store in ``out`` is another build's, which then writes its own report again."""
    with Cache(out / CACHE) as cache:
        cache.put_exported("")
    summaries = to_summaries(known)
    report = out / "report.html"
    write_text(report, to_brief_html(summaries, to_reasons(looks, set_aside).items()))
    return Built(
        pages=len(known),
        articles=sum(page.articles for page in summaries.values()),
        read=len(known),
        set_aside=set_aside,
        store=None,
        turtle=None,
        network=None,
        report=report,
    )
