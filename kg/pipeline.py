"""The whole chain: read → extract → map → store → export.

Extraction is a pure function of a page, so pages are shared out among processes and their
results taken back in the order of the files: the output is the same whatever the number
of workers.  A build holds exactly the pages it is given, and at no time more of them in memory than a few: a worker
reads a page and hands on its statements, which go to the store in batches.  What the folder knows already is
not read again, files that hold it already are not written again, and readers see the new graph
only when all of it is there.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TypeVar

from kg.cache import Cache, Known, exports_key, pack, page_key
from kg.graph.copies import claiming
from kg.graph.iri import BASE
from kg.graph.store import (
    Build,
    building,
    data_in_memory,
    finished_pages,
    in_memory,
    open_store,
    store_path,
    to_statements,
)
from kg.graph.turtle import write_rdf
from kg.model import Page
from kg.reading import (
    Metadata,
    PageError,
    PageSource,
    duplicates,
    find_pages,
    read_bytes,
    read_metadata,
    read_page,
)
from kg.views.report import Summary, summarise, to_brief_html
from kg.views.report import to_html as to_report_html
from kg.workers import taking
from kg.writing import filling, write_text

CACHE = "cache.sqlite"
"""The file of a build's folder that holds what was read."""
WHOLE = 100
"""Up to this many pages a build writes graph.ttl and graph.html, and every article into report.html."""
Progress = Callable[[int, int], None]
"""Told (pages done, pages in all) after each page that is read."""
SetAside = Callable[[str, PageError], None]
"""Told the name of each page that cannot be read, and why."""

_BATCH = 32_000_000
"""Bytes of statements that go to the store at once: some hundred pages, and 0.5 GB of memory while they do."""
_SETTLED_NS = 2_000_000_000
"""A file changed later than this before it is looked at could change again within one tick of its time stamp."""
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a build made and where it lies; ``read`` counts the pages that were new or changed.

    ``turtle`` and ``network`` are None where there are more pages than ``WHOLE``: they are written on demand only.
    ``parts`` says where a cluster wrote its N-Quads, and ``store`` is None where these are all.  ``damage`` tells what
    was left of an earlier build, but damaged, so that it was read again.
    """

    pages: int
    articles: int
    read: int
    set_aside: dict[str, PageError]
    store: Path | None
    turtle: Path | None
    network: Path | None
    report: Path
    parts: str | None = None
    damage: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A page as it is now: the stamp of its file, its hash, and the key that it has if it can be read."""

    source: PageSource
    stamp: str = ""
    sha256: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """A page that was read: what the cache keeps of it, and what the store does."""

    known: Known
    statements: bytes


def build(
    paths: Iterable[Path | str], out: Path | str, *, jobs: int = 1, base: str = BASE, progress: Progress | None = None
) -> Built:
    """Build the graph of exactly the pages under ``paths`` in the folder ``out``.

    A page that cannot be read is set aside, the rest is built.  Raises PageError where a
    path is missing or no page at all can be read, StoreBusy while another build works in ``out``, NotWritten
    where its disk is full: what was there before is as it was.
    """
    out = Path(out)
    files = {page.name: page for page in find_pages(paths)}
    is_whole = len(files) <= WHOLE
    set_aside: dict[str, PageError] = {}
    read, damage = 0, ""
    with claiming(out), filling(out), Cache(out / CACHE) as cache:
        known, metadata = cache.pages(), Metadata()
        looks = {name: look_at(source, known.get(name), metadata) for name, source in files.items()}
        set_aside |= find_repeated(looks)
        wanted = {name: look for name, look in looks.items() if name not in set_aside}
        held = {
            name: fingerprint(look.key, base)
            for name, look in wanted.items()
            if name in known and known[name].key == look.key and not (is_whole and known[name].facts is None)
        }
        if held.keys() != wanted.keys() or finished_pages(out, held) != held:
            likely = {name: fingerprint(page.key, base) for name, page in known.items()}
            with building(out, base, likely) as graph:
                damage, stored = graph.damage, graph.pages
                kept = {name for name, mark in held.items() if stored.get(name) == mark}
                new = {name: look for name, look in wanted.items() if name not in kept}
                task = partial(_to_store, base=base, is_whole=is_whole)
                batches = _in_batches(_each(task, new, jobs, progress, set_aside.__setitem__))
                first = next(batches, [])  # before anything is removed: perhaps no page at all can be read
                if not first and not kept:
                    raise next(iter(set_aside.values()))
                _remove_others(graph, stored.keys(), kept)
                for batch in chain([first], batches):
                    graph.load(b"".join(page.statements for page in batch))
                    cache.put(page.known for page in batch)
                    known |= {page.known.name: page.known for page in batch}
                    read += len(batch)
                graph.load_vocabulary()
                graph.describe()
        return replace(finish(out, base, looks, cache, known, read, set_aside), damage=damage)


def extract_pages(
    paths: Iterable[Path | str], *, jobs: int = 1, progress: Progress | None = None, set_aside: SetAside | None = None
) -> Iterator[Page]:
    """Yield the pages under ``paths`` with their facts, in the order of the files; nothing is written.

    Raises PageError where a path is missing, and for a page that cannot be read unless ``set_aside`` takes it.
    """
    return extract_files(find_pages(paths), jobs, progress, set_aside)


def read_again(out: Path, set_aside: SetAside) -> Iterator[Page]:
    """Yield the pages of the build in ``out`` as their files are now, without facts; ``set_aside`` takes the others."""
    with Cache(out / CACHE) as cache:
        sources = cache.sources()
    for source in sources:
        try:
            yield read_page(source)
        except PageError as error:
            set_aside(source.name, error)


def extract_files(
    sources: Iterable[PageSource], jobs: int = 1, progress: Progress | None = None, set_aside: SetAside | None = None
) -> Iterator[Page]:
    """Yield the pages of ``sources`` with their facts, in this order.

    Raises PageError for a page that cannot be read, unless ``set_aside`` takes it.
    """
    return _each(_extract_page, {source.name: source for source in sources}, jobs, progress, set_aside)


def _extract_page(source: PageSource) -> Page:
    from kg.extraction import extract  # loads what only a page that is read needs

    return extract(read_page(source))


def _to_store(look: Look, base: str, is_whole: bool) -> _Read:
    from kg.graph.mapping import to_page_graphs  # as above

    page = _extract_page(look.source)
    known = to_known(page, look, is_whole)
    graphs = to_page_graphs(page, base)
    return _Read(known=known, statements=to_statements(graphs, page.file, fingerprint(known.key, base), base))


def to_known(page: Page, look: Look, is_whole: bool) -> Known:
    """Return what the cache keeps of a page that was read, its facts too if ``is_whole``."""
    return Known(
        name=page.file,
        stamp=look.stamp,
        sha256=page.sha256,
        key=page_key(page.file, page.sha256, read_metadata(look.source)),
        summary=json.dumps(asdict(summarise(page))),
        facts=pack(page) if is_whole else None,
    )


def _each(
    function: Callable[[_Item], _Result],
    items: Mapping[str, _Item],
    jobs: int,
    progress: Progress | None,
    set_aside: SetAside | None,
) -> Iterator[_Result]:
    """Yield what ``function`` makes of each item, in order; ``items`` are by the names of their pages."""
    with taking(function, items.values(), min(jobs, len(items))) as take:
        for done, name in enumerate(items, 1):
            try:
                yield take()
            except PageError as error:
                if set_aside is None:
                    raise
                set_aside(name, error)
            if progress:
                progress(done, len(items))


def _in_batches(pages: Iterable[_Read]) -> Iterator[list[_Read]]:
    """Yield the pages in lists of as many statements as go to the store at once."""
    batch: list[_Read] = []
    size = 0
    for page in pages:
        batch.append(page)
        size += len(page.statements)
        if size >= _BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def look_at(source: PageSource, known: Known | None, metadata: Metadata) -> Look:
    """Return the page as it is now, its hash that of last time if its stamp is; of one that cannot be read, nothing."""
    try:
        stamp = _stamp(source)
        is_same = stamp and known and known.stamp == stamp
        sha256 = known.sha256 if known and is_same else hashlib.sha256(read_bytes(source)).hexdigest()
        key = page_key(source.name, sha256, metadata.of(source))
        return Look(source=source, stamp=stamp, sha256=sha256, key=key)
    except (PageError, OSError):
        return Look(source=source)  # reading the page will say why


def find_repeated(looks: Mapping[str, Look]) -> dict[str, PageError]:
    """Return the pages that are the same bytes as one before them: they are no second evidence."""
    same = duplicates((look.source, look.sha256) for look in looks.values())
    return {
        name: PageError(f"{looks[name].source}: the same bytes as {first}; remove one of the two")
        for name, first in same.items()
    }


def _stamp(source: PageSource) -> str:
    status = os.stat(source.path)
    if time.time_ns() - status.st_mtime_ns < _SETTLED_NS:
        return ""
    place = f"{source.header} {source.start} {source.end}"  # of a row, which may move within its table
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino} {place}"


def fingerprint(key: str, base: str) -> str:
    """Return what the store's books say of a page: its key, and the base of its addresses."""
    return f"{key} {base}"


def _remove_others(graph: Build, stored: Iterable[str], kept: set[str]) -> None:
    """Leave nothing but the pages ``kept`` in the graph."""
    if not kept:
        graph.clear()
        return
    for name in stored:
        if name not in kept:
            graph.withdraw(name)


def finish(
    out: Path,
    base: str,
    looks: Mapping[str, Look],
    cache: Cache,
    known: Mapping[str, Known],
    read: int,
    set_aside: dict[str, PageError],
) -> Built:
    """Make the cache hold the pages of the store and no others, and the exports say what they say.

    :param known: what is known of each page of the store, and maybe of others.
    """
    names = [name for name in looks if name not in set_aside]
    cache.keep_only(names)
    cache.put_sources(looks[name].source for name in names)
    cache.put_stamps({name: looks[name].stamp for name in names if known[name].stamp != looks[name].stamp})
    summaries = to_summaries({name: known[name] for name in names})
    is_whole = len(looks) <= WHOLE
    built = Built(
        pages=len(names),
        articles=sum(page.articles for page in summaries.values()),
        read=read,
        set_aside=set_aside,
        store=store_path(out),
        turtle=out / "graph.ttl" if is_whole else None,
        network=out / "graph.html" if is_whole else None,
        report=out / "report.html",
    )
    reasons = to_reasons(looks, set_aside)
    key = exports_key((known[name].key for name in names), reasons, base)
    written = filter(None, (built.turtle, built.network, built.report))
    if cache.exported() != key or not all(map(Path.exists, written)):
        cache.put_exported("")
        _export(built, cache, summaries, reasons, base)
        cache.put_exported(key)
    return built


def to_summaries(known: Mapping[str, Known]) -> dict[str, Summary]:
    """Return the pages in figures, as they were kept."""
    kept = json.loads(f"[{','.join(page.summary for page in known.values())}]")  # one by one takes twice as long
    return {name: Summary(**figures) for name, figures in zip(known, kept)}


def to_reasons(looks: Mapping[str, Look], set_aside: Mapping[str, PageError]) -> dict[str, str]:
    """Return why each page was set aside, without the place, which is another on another machine."""
    return {name: str(error).removeprefix(f"{looks[name].source}: ") for name, error in set_aside.items()}


def _export(
    built: Built, cache: Cache, summaries: Mapping[str, Summary], reasons: Mapping[str, str], base: str
) -> None:
    out = built.report.parent
    if built.turtle is None or built.network is None:
        for name in ("graph.ttl", "graph.html"):
            (out / name).unlink(missing_ok=True)  # of an earlier build with fewer pages
        write_text(built.report, to_brief_html(summaries, reasons.items()))
        return
    from kg.views.network import to_network  # these load what only a picture needs
    from kg.views.page import to_html as to_network_html

    store = open_store(out)
    union = in_memory(store)
    write_rdf(data_in_memory(union, store), built.turtle, base)
    write_text(built.network, to_network_html(to_network(union), store=union, report=built.report.name))
    write_text(built.report, to_report_html(list(cache.facts(summaries)), set_aside=reasons.items()))
