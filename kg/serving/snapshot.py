"""The server's own copy of the store: a build may replace the original while queries run.

The copy is made of hard links where the file system allows, so it costs neither time nor space.  It lies beside
the store, in ``served-…``; a copy that a killed server left is removed by the next one.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from pyoxigraph import Store

from kg.graph.books import BUILD_GRAPH
from kg.graph.iri import BASE, page_iri
from kg.graph.pushing import MARKS_GRAPH
from kg.graph.queryable import Queryable, select
from kg.graph.remote import UNION_GRAPH
from kg.graph.store import open_store, store_path
from kg.graph.vocab import DJ
from kg.serving.failing import QueryTooLong
from kg.serving.things import find_term_labels

try:
    import fcntl
except ImportError:  # Windows: an open file cannot be removed there, which protects the copy as well
    fcntl = None  # type: ignore[assignment]

_PREFIX = "served-"
_LOCK = "lock"

_UNIONS = f"<{UNION_GRAPH}>, <{MARKS_GRAPH}#default>"
_MARKS = f"""SELECT ?about ?mark {{
  {{ GRAPH {BUILD_GRAPH} {{ ?about {DJ.fingerprint} ?mark }} }}
  UNION {{ GRAPH <{MARKS_GRAPH}> {{ ?about {DJ.fingerprint} ?mark FILTER(?about IN ({_UNIONS})) }} }} }}"""

Identity = tuple[int, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """Which build is served: an id made of what it holds, the base of its IRIs, counts, and the terms of its ontology.

    ``terms`` are IRIs with their labels in Chinese and English.
    """

    id: str
    base: str
    pages: int
    articles: int
    counties: int
    triples: int
    terms: tuple[tuple[str, str, str], ...]


class Snapshot:
    """A copy of the finished store in a build's folder, opened for reading.

    :param directory: the output directory of ``kg build``.
    :raises StoreMissing: if it holds no graph.
    :raises StoreDamaged: if the graph cannot be read.
    """

    late = QueryTooLong
    """What is raised when an answer takes too long."""

    def __init__(self, directory: Path) -> None:
        original = open_store(directory)
        self.directory = directory
        self.identity = identity(directory)
        remove_leftovers(directory)
        self._folder = _make_folder(directory)
        self._lock = _locked(self._folder / _LOCK)
        path = str(self._folder / "store")
        original.backup(path)
        self.opening = partial(open_copy, path)
        self.build = describe(self.opening())

    def close(self) -> None:
        """Remove the copy; what still reads it keeps its open files."""
        self._lock.close()
        shutil.rmtree(self._folder, ignore_errors=True)


class Folder:
    """The output directory of ``kg build``, in which one build takes the place of another."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def identity(self) -> Identity:
        """Return what changes with the build; None while none is there."""
        return identity(self._directory)

    def take(self) -> Snapshot:
        """Return a copy of the build; raises as ``Snapshot``."""
        return Snapshot(self._directory)


def open_copy(path: str) -> Store:
    """Return the store at ``path``, opened for reading."""
    return Store.read_only(path)


def identity(directory: Path) -> Identity:
    """Return what changes when a build takes the place of another; None while none is there."""
    try:
        status = (store_path(directory) / "CURRENT").stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns


def describe(graph: Queryable) -> Build:
    """Return which build ``graph`` holds; the same pages give the same id on every machine.

    What was pushed to another server has another id there, made of the marks of the push.
    """

    def count(pattern: str) -> int:
        (solution,) = select(graph, f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}")
        return int(solution[0].value)

    counts = {
        "pages": count(f"?page a {DJ.Page}"),
        "articles": count(f"?article a {DJ.Article}"),
        "counties": count(f"?county a {DJ.County}"),
        "triples": count("?subject ?predicate ?object"),
    }
    said = repr((find_marks(graph), sorted(counts.items())))
    return Build(
        id=hashlib.sha256(said.encode()).hexdigest()[:12],
        base=find_base(graph),
        terms=tuple(find_term_labels(graph)),
        **counts,
    )


def find_marks(graph: Queryable) -> tuple[tuple[str, str], ...]:
    """Return the marks of what a graph holds: those of ``kg build`` for its pages, of ``kg push`` for the union."""
    return tuple(sorted((about.value, mark.value) for about, mark in select(graph, _MARKS)))


def find_base(graph: Queryable) -> str:
    """Return the base under which the IRIs of ``graph`` were minted: what stands before the path of a page."""
    for page, file in select(graph, f"SELECT ?page ?file {{ ?page a {DJ.Page} ; {DJ.file} ?file }} LIMIT 1"):
        path = page_iri(BASE, file.value).value.removeprefix(BASE)
        if page.value.endswith(path):
            return page.value.removesuffix(path)
    return BASE


def remove_leftovers(directory: Path) -> None:
    """Remove the copies that servers left when they were killed; those in use stay."""
    for folder in _served(directory):
        if (folder / _LOCK).is_file() and _is_free(folder / _LOCK):
            shutil.rmtree(folder, ignore_errors=True)


def _served(directory: Path) -> Iterator[Path]:
    return (folder for folder in sorted(directory.glob(_PREFIX + "*")) if folder.is_dir() and not folder.is_symlink())


def _make_folder(directory: Path) -> Path:
    try:
        return Path(tempfile.mkdtemp(prefix=_PREFIX, dir=directory))
    except OSError:  # a folder one may only read; the copy then takes space of its own
        return Path(tempfile.mkdtemp(prefix="dangjian-" + _PREFIX))


def _locked(path: Path) -> IO[bytes]:
    file = path.open("wb")
    if fcntl is not None:
        fcntl.flock(file, fcntl.LOCK_EX)
    return file


def _is_free(path: Path) -> bool:
    if fcntl is None:
        try:
            path.unlink()
        except OSError:
            return False
        return True
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
