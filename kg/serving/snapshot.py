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
from pathlib import Path
from typing import IO

from pyoxigraph import DefaultGraph, Store

from kg.graph.iri import BASE, page_iri
from kg.graph.store import fingerprints, open_store, store_path
from kg.graph.vocab import DJ

try:
    import fcntl
except ImportError:  # Windows: an open file cannot be removed there, which protects the copy as well
    fcntl = None

_PREFIX = "served-"
_LOCK = "lock"

Identity = tuple[int, int] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """Which build is served: an id made of what its pages hold, counts, and the base of its IRIs."""

    id: str
    base: str
    pages: int
    articles: int
    counties: int
    triples: int


class Snapshot:
    """A copy of the finished store in a build's folder, opened for reading.

    :param directory: the output directory of ``kg build``.
    :raises StoreMissing: if it holds no graph.
    :raises StoreDamaged: if the graph cannot be read.
    """

    def __init__(self, directory: Path) -> None:
        original = open_store(directory)
        self.identity = identity(directory)
        remove_leftovers(directory)
        self._folder = _make_folder(directory)
        self._lock = _locked(self._folder / _LOCK)
        self.path = self._folder / "store"
        original.backup(str(self.path))
        self.store = Store.read_only(str(self.path))
        self.build = describe(self.store)

    def close(self) -> None:
        """Remove the copy; what still reads it keeps its open files."""
        self._lock.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def identity(directory: Path) -> Identity:
    """Return what changes when a build takes the place of another; None while none is there."""
    try:
        status = (store_path(directory) / "CURRENT").stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns


def describe(store: Store) -> Build:
    """Return which build ``store`` holds; the same pages give the same id on every machine."""
    marks = sorted(fingerprints(store).items())

    def count(pattern: str) -> int:
        (solution,) = store.query(f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}")
        return int(solution[0].value)

    return Build(
        id=hashlib.sha256(repr(marks).encode()).hexdigest()[:12],
        base=find_base(store),
        pages=count(f"?page a {DJ.Page}"),
        articles=count(f"?article a {DJ.Article}"),
        counties=count(f"?county a {DJ.County}"),
        triples=count("?subject ?predicate ?object"),
    )


def find_base(store: Store) -> str:
    """Return the base under which the IRIs of ``store`` were minted: what stands before the path of a page."""
    for quad in store.quads_for_pattern(None, DJ.file, None, DefaultGraph()):
        path = page_iri(BASE, quad.object.value).value.removeprefix(BASE)
        if quad.subject.value.endswith(path):
            return quad.subject.value.removesuffix(path)
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
