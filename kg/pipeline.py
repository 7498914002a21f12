"""The whole chain: read → extract → map → store → export.

Extraction is a pure function of a page, so pages are shared out among processes and their
results taken back in the order of the files: the output is the same whatever the number
of workers.  A build holds exactly the pages it is given; what its folder knows already is
not read again, files that hold it already are not written again, and readers see the new graph
only when all of it is there.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kg.cache import Cache, exports_key, page_key
from kg.extraction import extract
from kg.graph.iri import BASE
from kg.graph.mapping import to_page_quads
from kg.graph.store import building, data_quads, open_store, store_path
from kg.graph.turtle import write_rdf
from kg.model import Page
from kg.reading import PageError, find_pages, read_metadata, read_page
from kg.views.network import to_network
from kg.views.page import to_html as to_network_html
from kg.views.report import to_html as to_report_html
from kg.writing import write_text

CACHE = "cache.sqlite"
"""The file of a build's folder that holds what was read."""
Progress = Callable[[int, int], None]
"""Told (pages done, pages in all) after each page that is read."""
SetAside = Callable[[str, PageError], None]
"""Told the name of each page that cannot be read, and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a build made and where it lies; ``read`` counts the pages that were new or changed."""

    pages: tuple[Page, ...]
    read: int
    set_aside: dict[str, PageError]
    store: Path
    turtle: Path
    network: Path
    report: Path


def build(
    paths: Iterable[Path | str], out: Path | str, *, jobs: int = 1, base: str = BASE, progress: Progress | None = None
) -> Built:
    """Build the graph of exactly the pages under ``paths`` in the folder ``out``.

    A page that cannot be read is set aside, the rest is built.  Raises PageError where a
    path is missing or no page at all can be read, StoreBusy while another build works in ``out``.
    """
    out = Path(out)
    files = name_pages(find_pages(paths))
    set_aside: dict[str, PageError] = {}
    with Cache(out / CACHE) as cache:
        pages, read = _read(files, cache, jobs, progress, set_aside)
        if not pages:
            raise next(iter(set_aside.values()))
        _store(pages, out, base)
        cache.keep_only(pages)
        cache.put_sources({page.file: files[page.file] for page in pages.values()})
        built = Built(
            pages=tuple(pages.values()),
            read=read,
            set_aside=set_aside,
            store=store_path(out),
            turtle=out / "graph.ttl",
            network=out / "graph.html",
            report=out / "report.html",
        )
        reasons = {name: str(error).removeprefix(f"{files[name]}: ") for name, error in set_aside.items()}
        key = exports_key(pages, reasons, base)
        if cache.exported() != key or not all(map(Path.exists, (built.turtle, built.network, built.report))):
            cache.put_exported("")
            _export(built, reasons, base)
            cache.put_exported(key)
    return built


def extract_pages(
    paths: Iterable[Path | str], *, jobs: int = 1, progress: Progress | None = None, set_aside: SetAside | None = None
) -> Iterator[Page]:
    """Yield the pages under ``paths`` with their facts, in the order of the files; nothing is written.

    Raises PageError where a path is missing, and for a page that cannot be read unless ``set_aside`` takes it.
    """
    return extract_files(name_pages(find_pages(paths)), jobs, progress, set_aside)


def read_again(out: Path, set_aside: SetAside) -> Iterator[Page]:
    """Yield the pages of the build in ``out`` as their files are now, without facts; ``set_aside`` takes the others."""
    with Cache(out / CACHE) as cache:
        sources = cache.sources()
    for name, path in sources.items():
        try:
            yield read_page(path, name=name)
        except PageError as error:
            set_aside(name, error)


def extract_files(
    files: Mapping[str, Path], jobs: int = 1, progress: Progress | None = None, set_aside: SetAside | None = None
) -> Iterator[Page]:
    """Yield the pages of ``files`` (name → path) with their facts, in this order.

    Raises PageError for a page that cannot be read, unless ``set_aside`` takes it.
    """
    with _mapping(_extract_file, list(files.items()), jobs) as results:
        for done, name in enumerate(files, 1):
            try:
                yield next(results)
            except PageError as error:
                if set_aside is None:
                    raise
                set_aside(name, error)
            if progress:
                progress(done, len(files))


def name_pages(files: Iterable[Path]) -> dict[str, Path]:
    """Return the name of each page file: its own, or from the common folder where two files share one."""
    files = list(files)
    shared = Counter(file.name for file in files)
    absolute = {file: Path(os.path.abspath(file)) for file in files}
    root = Path(os.path.commonpath([path.parent for path in absolute.values()])) if files else Path()
    return {
        file.name if shared[file.name] == 1 else absolute[file].relative_to(root).as_posix(): file for file in files
    }


def _extract_file(named: tuple[str, Path]) -> Page:
    name, path = named
    return extract(read_page(path, name=name))


@contextmanager
def _mapping(function: Callable, items: list, jobs: int) -> Iterator[Iterator]:
    """Give the results of ``function`` in order; an item that fails raises when its turn comes, the next ones go on."""
    if min(jobs, len(items)) <= 1:
        yield map(function, items)
        return
    with multiprocessing.get_context("spawn").Pool(min(jobs, len(items))) as pool:
        yield pool.imap(function, items)


def _read(
    files: Mapping[str, Path], cache: Cache, jobs: int, progress: Progress | None, set_aside: dict[str, PageError]
) -> tuple[dict[str, Page], int]:
    """Return the pages by their keys, in the order of ``files``, and how many of them were new or changed."""
    keys = {name: _key(name, path) for name, path in files.items()}
    pages = {name: page for name, key in keys.items() if (page := cache.get(key))}
    new = {name: path for name, path in files.items() if name not in pages}
    for page in extract_files(new, jobs, progress, set_aside.__setitem__):
        pages[page.file] = page
        keys[page.file] = page_key(page.file, page.sha256, read_metadata(files[page.file]))
        cache.put(keys[page.file], page)
    return {keys[name]: pages[name] for name in files if name in pages}, len(new) - len(set_aside)


def _key(name: str, path: Path) -> str:
    """Return the key of the page as its file is now; of a file that cannot be read, one that no page has."""
    try:
        return page_key(name, hashlib.sha256(path.read_bytes()).hexdigest(), read_metadata(path))
    except OSError:
        return ""  # reading the page will say why


def _store(pages: Mapping[str, Page], out: Path, base: str) -> None:
    fingerprints = {page.file: f"{key} {base}" for key, page in pages.items()}
    with building(out, base) as graph:
        stored = graph.fingerprints()
        graph.load_vocabulary()
        for file in stored.keys() - fingerprints.keys():
            graph.withdraw(file)
        for page in pages.values():
            if stored.get(page.file) != fingerprints[page.file]:
                graph.replace(page.file, to_page_quads(page, base), fingerprints[page.file])
        graph.describe()


def _export(built: Built, reasons: Mapping[str, str], base: str) -> None:
    store = open_store(built.store.parent)
    write_rdf(data_quads(store), built.turtle, base)
    write_text(built.network, to_network_html(to_network(store), store=store, report=built.report.name))
    write_text(built.report, to_report_html(built.pages, set_aside=reasons.items()))
