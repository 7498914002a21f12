"""The store: an embedded Oxigraph dataset on disk, one named graph an article.

The default graph is the union of the named ones, written out: Oxigraph's own union view repeats a triple for
every graph that holds it, so a county of a thousand articles would join with itself a million times.

A build never writes in the store that readers use.  It works in ``store.part`` beside it (a cheap copy: the
unchanged files are hard links) and takes the store's place only when it is whole.  Killed at any time it leaves
the last good store, and the next build goes on with the part that is there.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse

from kg.graph.description import to_description_quads
from kg.graph.iri import BASE, check_base, page_iri
from kg.graph.vocab import DJ, PRACTICE, RDF, VOID
from kg.ontology_files import ontology_file

VOCABULARY_GRAPHS = {
    "dangjian.ttl": NamedNode("https://w3id.org/dangjian/ontology"),
    "practices.ttl": NamedNode(PRACTICE.rstrip("/")),
}
"""The files of the ontology folder that every store carries, and their named graphs."""

BUILD_GRAPH = NamedNode("https://w3id.org/dangjian/build")
"""The store's own bookkeeping: the fingerprint of every page that is whole.  Not part of the default graph."""


class StoreMissing(FileNotFoundError):
    """There is no graph where one was asked for."""


class StoreBusy(OSError):
    """Another program holds the store."""


class StoreDamaged(OSError):
    """The files of a store cannot be read as one."""


def store_path(directory: str | Path) -> Path:
    """Return where the store of the build directory ``directory`` lies."""
    return Path(directory) / "store"


def open_store(directory: str | Path) -> Store:
    """Return the store of a build, opened for reading; a build may go on meanwhile.

    :param directory: the output directory of ``kg build``.
    :raises StoreMissing: if no build has been finished there.
    :raises StoreDamaged: if its files cannot be read.
    """
    path = store_path(directory)
    if not path.exists():
        path = _beside(path, "old")  # a build is changing places, or was cut short while it did
    if not (path / "CURRENT").is_file():
        raise StoreMissing(f"There is no graph in {directory}: run kg build first, or name another directory with -g.")
    try:
        return Store.read_only(str(path))
    except (OSError, RuntimeError) as error:
        raise StoreDamaged(f"The graph in {directory} cannot be read ({error}); remove it and run kg build.") from error


@contextmanager
def building(directory: str | Path, base: str = BASE) -> Iterator[Build]:
    """Give a ``Build`` on a working copy; on leaving without an error the copy becomes the store.

    After an error, or a kill, the store is untouched and the copy stays for the next build to go on with.

    :param directory: the output directory; made if it is missing.
    :param base: the base under which the data's IRIs are minted.
    :raises StoreBusy: if another build runs in the directory, or a program keeps the store's files open (Windows).
    :raises InvalidBase: if nothing can be minted under ``base``.
    """
    path = store_path(directory)
    path.parent.mkdir(parents=True, exist_ok=True)
    _recover(path)
    build = Build(_open_part(path), check_base(base))
    try:
        yield build
    finally:
        build.close()
    _take_place(path)


class Build:
    """A store in the making: pages are replaced and withdrawn one by one.

    :param store: the working copy, opened for writing.
    :param base: the base of the data's IRIs.
    """

    def __init__(self, store: Store, base: str) -> None:
        self._store: Store | None = store
        self._base = base

    @property
    def store(self) -> Store:
        """The working copy, for reading."""
        if self._store is None:
            raise StoreBusy("The build is closed; open the finished store with open_store.")
        return self._store

    def fingerprints(self) -> dict[str, str]:
        """Return the fingerprint of every page of the copy, by page file; empty for a page that is not whole."""
        return fingerprints(self.store)

    def replace(self, file: str, quads: Iterable[Quad], fingerprint: str) -> None:
        """Replace all triples of the page ``file`` by ``quads``.

        The fingerprint goes first and comes last: a page that was interrupted has none and is read again.

        :param file: the page file, as in ``Source.file``.
        :param quads: what ``to_page_quads`` returned for the page.
        :param fingerprint: hash of all that the quads were made from.
        """
        self.withdraw(file)
        self._add(quads)
        self.store.add(Quad(page_iri(self._base, file), DJ.fingerprint, Literal(fingerprint), BUILD_GRAPH))

    def withdraw(self, file: str) -> None:
        """Remove the page ``file``, its articles and all that they alone say."""
        of_page = [q for q in self.store.quads_for_pattern(None, DJ.file, Literal(file), None) if _is_named(q)]
        for page in {quad.subject for quad in of_page}:
            for mark in list(self.store.quads_for_pattern(page, DJ.fingerprint, None, BUILD_GRAPH)):
                self.store.remove(mark)
        self._remove({quad.graph_name for quad in of_page})

    def load_vocabulary(self) -> None:
        """Put the ontology and the practices into their named graphs, in place of what stood there."""
        self._remove(set(VOCABULARY_GRAPHS.values()))
        for name, graph in VOCABULARY_GRAPHS.items():
            triples = parse(ontology_file(name).read_bytes(), RdfFormat.TURTLE)
            self._add(Quad(t.subject, t.predicate, t.object, graph) for t in triples)

    def describe(self) -> None:
        """Describe what the copy holds now, in place of what it said of itself before; the last step of a build."""
        former = self.store.quads_for_pattern(None, RDF.type, VOID.DatasetDescription, None)
        self._remove({quad.graph_name for quad in former if _is_named(quad)})
        self._add(to_description_quads(self.store, self._base, VOCABULARY_GRAPHS.values()))

    def _add(self, quads: Iterable[Quad]) -> None:
        """Add quads to their named graphs and to the default graph, in one transaction."""
        named = list(quads)
        self.store.extend([*named, *(Quad(q.subject, q.predicate, q.object) for q in named)])

    def _remove(self, graphs: set[NamedNode]) -> None:
        """Remove named graphs; from the default graph what no other graph says.

        The named graphs go last: cut short, the next call finds them again.
        """
        for graph in graphs:
            for quad in list(self.store.quads_for_pattern(None, None, None, graph)):
                said = self.store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
                if all(q.graph_name in graphs or not _is_named(q) for q in said):
                    self.store.remove(Quad(quad.subject, quad.predicate, quad.object))
        for graph in graphs:
            self.store.remove_graph(graph)

    def close(self) -> None:
        """Write everything to disk and let go of the files."""
        if self._store is not None:
            self._store.flush()
            self._store = None


def fingerprints(store: Store) -> dict[str, str]:
    """Return the fingerprint of every page of ``store``, by page file; empty for a page that is not whole."""
    pages = {q.object.value: q.subject for q in store.quads_for_pattern(None, DJ.file, None, None) if _is_named(q)}
    found = {}
    for file, page in sorted(pages.items()):
        marks = store.quads_for_pattern(page, DJ.fingerprint, None, BUILD_GRAPH)
        found[file] = next((mark.object.value for mark in marks), "")
    return found


def data_quads(store: Store) -> Iterator[Quad]:
    """Yield the quads of all pages and articles in their named graphs, without vocabulary and bookkeeping."""
    skipped = {*VOCABULARY_GRAPHS.values(), BUILD_GRAPH}
    return (quad for quad in store if _is_named(quad) and quad.graph_name not in skipped)


def _is_named(quad: Quad) -> bool:
    return quad.graph_name != DefaultGraph()


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(f"{path.name}.{ending}")


def _recover(path: Path) -> None:
    """Undo a change of places that was cut short between its two renames."""
    old = _beside(path, "old")
    if not old.exists():
        return
    if path.exists():
        shutil.rmtree(old, ignore_errors=True)  # an open file keeps it on Windows; the next build tries again
    else:
        old.rename(path)


def _open_part(path: Path) -> Store:
    part = _beside(path, "part")
    if path.exists() and not part.exists():
        Store.read_only(str(path)).backup(str(part))
    try:
        return Store(str(part))
    except (OSError, RuntimeError) as error:
        if "lock" in str(error).lower():
            raise StoreBusy(f"Another build is at work in {path.parent}; wait for it or choose another -o.") from error
        raise StoreDamaged(f"The unfinished build {part} cannot be read ({error}); remove it and run again.") from error


def _take_place(path: Path) -> None:
    part, old = _beside(path, "part"), _beside(path, "old")
    try:
        if path.exists():
            path.rename(old)
        part.rename(path)
    except OSError as error:
        raise StoreBusy(f"{path} is in use ({error}); close the programs that read it and build again.") from error
    shutil.rmtree(old, ignore_errors=True)
