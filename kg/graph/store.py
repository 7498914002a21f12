"""The store: an embedded Oxigraph dataset on disk, one named graph an article.

The default graph is the union of the named ones, written out: Oxigraph's own union view repeats a triple for
every graph that holds it, so a county of a thousand articles would join with itself a million times.

The store keeps the books itself: the file and the fingerprint of every page it holds.  A page's triples, its file and
its fingerprint arrive at once or not at all, and a page that is being removed has an empty fingerprint meanwhile.

A build never writes in the store that readers use.  It works in ``store.part`` beside it (a cheap copy: the
unchanged files are hard links) and takes the store's place only when it is whole.  Killed at any time it leaves
the last good store, and the next build goes on with the part that is there.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse, serialize

from kg.graph.counts import Counts, count_whole
from kg.graph.description import to_description_quads
from kg.graph.iri import BASE, check_base, page_iri
from kg.graph.summaries import missing_tallies, touched_graphs, whole_graph, whole_tallies
from kg.graph.vocab import DJ, PRACTICE, RDF, VOID
from kg.ontology_files import ontology_file
from kg.writing import is_no_room, not_written

VOCABULARY_GRAPHS = {
    "dangjian.ttl": NamedNode("https://w3id.org/dangjian/ontology"),
    "practices.ttl": NamedNode(PRACTICE.rstrip("/")),
}
"""The files of the ontology folder that every store carries, and their named graphs."""

BUILD_GRAPH = NamedNode("https://w3id.org/dangjian/build")
"""The store's own bookkeeping: file and fingerprint of every page, and how much all of them say.

Not part of the default graph.
"""

_SIZES = "sizes.json"
_DAMAGE = (OSError, RuntimeError, ValueError)
_LOCKED = ("While lock file", "lock hold by")
_BUSY = "Another build is at work in {}; wait for it or choose another -o."


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
    path, damage = store_path(directory), None
    for place in (path, _beside(path, "old"), path):  # a build may change places meanwhile, or was cut short then
        if (place / "CURRENT").is_file():
            try:
                _check_sizes(place)
                return Store.read_only(str(place))
            except _DAMAGE as error:
                damage = error
    if damage:
        raise StoreDamaged(f"The graph in {directory} cannot be read ({damage}); run kg build again.") from damage
    raise StoreMissing(f"There is no graph in {directory}: run kg build first, or name another directory with -g.")


def finished_pages(directory: str | Path) -> dict[str, str] | None:
    """Return the fingerprint of every page of a finished build; None if there is none whole, or one was cut short."""
    path = store_path(directory)
    if not path.exists() or _beside(path, "part").exists():
        return None
    try:
        return fingerprints(open_store(directory))
    except _DAMAGE:
        return None  # damaged, and to be built anew


@contextmanager
def claiming(directory: str | Path) -> Iterator[None]:
    """Let no other build work in ``directory`` meanwhile; the claim of one that is killed ends with it.

    A lock of SQLite's, as it is the same on every system.

    :raises StoreBusy: if another build does; ``kg.writing.NotWritten`` if nothing can be written there.
    """
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        claim = sqlite3.connect(folder / "build.lock", timeout=0, isolation_level=None)
        claim.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        is_busy = error.sqlite_errorname == "SQLITE_BUSY"
        raise StoreBusy(_BUSY.format(folder)) if is_busy else not_written(folder, error) from error
    with closing(claim):
        yield


@contextmanager
def building(directory: str | Path, base: str = BASE) -> Iterator[Build]:
    """Give a ``Build`` on a working copy; on leaving without an error the copy becomes the store.

    After an error, or a kill, the store is untouched and the copy stays for the next build to go on with.  A copy or
    a store that is damaged is left out of account: the build begins with nothing.

    :param directory: the output directory; made if it is missing.
    :param base: the base under which the data's IRIs are minted.
    :raises StoreBusy: if another build runs in the directory, or a program keeps the store's files open (Windows).
    :raises InvalidBase: if nothing can be minted under ``base``.
    """
    path = store_path(directory)
    path.parent.mkdir(parents=True, exist_ok=True)
    _recover(path)
    check_base(base)
    build = Build(_beside(path, "part"), _open_part(path), base)
    try:
        yield build
    except OSError as error:
        if not str(error).startswith("Corruption"):
            raise
        places = f"{path} and {_beside(path, 'part')}"
        raise StoreDamaged(f"The graph cannot be read ({error}); remove {places} and build again.") from error
    finally:
        build.close()
    _take_place(path)


class Build:
    """A store in the making: pages are replaced and withdrawn one by one.

    :param path: where the working copy lies.
    :param store: the working copy, opened for writing.
    :param base: the base of the data's IRIs.
    """

    def __init__(self, path: Path, store: Store, base: str) -> None:
        self._path = path
        self._store: Store | None = store
        self._base = base
        self._counts = _known_counts(store, base)

    @property
    def store(self) -> Store:
        """The working copy, for reading."""
        if self._store is None:
            raise StoreBusy("The build is closed; open the finished store with open_store.")
        return self._store

    def fingerprints(self) -> dict[str, str]:
        """Return the fingerprint of every page of the copy, by page file; empty for a page that is not whole."""
        return fingerprints(self.store)

    def load(self, statements: bytes) -> None:
        """Put new pages into the copy, all or nothing; the fast way for many.

        :param statements: what ``to_statements`` returned for pages that the copy does not hold, one after the other.
        """
        self._take(touched_graphs(statements, self._base))
        if self._counts is not None:
            quads = parse(statements, RdfFormat.N_QUADS, lenient=True)
            self._counts.add(self.store, {quad.triple for quad in quads if not _is_named(quad)})
        self.store.bulk_load(statements, RdfFormat.N_QUADS, lenient=True)  # validated where they were made

    def replace(self, file: str, quads: Iterable[Quad], fingerprint: str) -> None:
        """Replace all triples of the page ``file`` by ``quads``.

        :param file: the page file, as in ``Source.file``.
        :param quads: what ``to_page_quads`` returned for the page.
        :param fingerprint: hash of all that the quads were made from.
        """
        self.withdraw(file)
        quads = list(quads)
        self._take(touched_graphs(quads, self._base))
        self._put(quads, _marks(self._base, file, fingerprint))

    def withdraw(self, file: str) -> None:
        """Remove the page ``file``, its articles and all that they alone say."""
        of_page = list(self.store.quads_for_pattern(None, DJ.file, Literal(file), None))
        for page in {quad.subject for quad in of_page}:
            self._put_mark(page, "")
        graphs = {quad.graph_name for quad in of_page if _is_named(quad)} - {BUILD_GRAPH}
        for graph in graphs:
            self._take(touched_graphs(self.store.quads_for_pattern(None, None, None, graph), self._base))
        self._take(graphs)
        for page in {quad.subject for quad in of_page}:
            for quad in list(self.store.quads_for_pattern(page, None, None, BUILD_GRAPH)):
                self.store.remove(quad)

    def clear(self) -> None:
        """Go on with an empty copy."""
        self.close()
        _discard(self._path)  # the store itself would take each statement out of each index
        self._store, self._counts = Store(str(self._path)), None

    def load_vocabulary(self) -> None:
        """Put the ontology and the practices into their named graphs, in place of what stood there."""
        for name, graph in VOCABULARY_GRAPHS.items():
            turtle = ontology_file(name).read_bytes()
            mark = Literal(hashlib.sha256(turtle).hexdigest())
            if next(self.store.quads_for_pattern(graph, DJ.fingerprint, mark, BUILD_GRAPH), None):
                continue
            self._forget()
            self._counts = None
            self._put_mark(graph, "")
            self._remove({graph})
            self._add(Quad(t.subject, t.predicate, t.object, graph) for t in parse(turtle, RdfFormat.TURTLE))
            self._put_mark(graph, mark.value)

    def summarise(self) -> None:
        """Count again what the pages changed; after the last of them."""
        self._take({whole_graph(self._base)})
        self._put(missing_tallies(self.store, self._base))
        self._put(whole_tallies(self.store, self._base))

    def describe(self) -> None:
        """Describe what the copy holds now, in place of what it said of itself before; the last step of a build."""
        self.summarise()
        vocabulary = VOCABULARY_GRAPHS.values()
        counts = self._counts or count_whole(self.store, self._base, vocabulary)
        kept = Quad(BUILD_GRAPH, VOID.triples, counts.to_literal(), BUILD_GRAPH)
        self._add(to_description_quads(self.store, self._base, counts), [kept])
        self._counts = counts

    def _forget(self) -> None:
        """Remove what the copy says of itself, before the first change: cut short then, it is counted anew."""
        for quad in list(self.store.quads_for_pattern(BUILD_GRAPH, VOID.triples, None, BUILD_GRAPH)):
            self.store.remove(quad)
        descriptions = self.store.quads_for_pattern(None, RDF.type, VOID.DatasetDescription, None)
        self._remove({quad.graph_name for quad in descriptions if _is_named(quad)})

    def _put_mark(self, subject: NamedNode, fingerprint: str) -> None:
        """Set the fingerprint of a page or vocabulary; cut short it has two, and the empty one holds."""
        former = list(self.store.quads_for_pattern(subject, DJ.fingerprint, None, BUILD_GRAPH))
        new = Quad(subject, DJ.fingerprint, Literal(fingerprint), BUILD_GRAPH)
        self.store.add(new)
        for quad in former:
            if quad != new:
                self.store.remove(quad)

    def _put(self, quads: Iterable[Quad], marks: Iterable[Quad] = ()) -> None:
        """Add what pages say, and count it."""
        self._forget()
        added = list(quads)
        if self._counts is not None:
            self._counts.add(self.store, {quad.triple for quad in added})
        self._add(added, marks)

    def _take(self, graphs: set[NamedNode]) -> None:
        """Remove what pages said, and count it no more."""
        self._forget()
        removed = self._remove(graphs)
        if self._counts is not None:
            self._counts.take(self.store, removed)

    def _add(self, quads: Iterable[Quad], marks: Iterable[Quad] = ()) -> None:
        """Add quads to their named graphs and to the default graph, and ``marks`` as they are, in one transaction."""
        named = list(quads)
        self.store.extend([*named, *(Quad(q.subject, q.predicate, q.object) for q in named), *marks])

    def _remove(self, graphs: set[NamedNode]) -> list[Triple]:
        """Remove named graphs and, from the default graph, what no other graph says: the triples that are returned.

        The named graphs go last: cut short, the next call finds them again.
        """
        said: dict[NamedNode, set[Triple]] = defaultdict(set)
        for quad in (quad for graph in graphs for quad in self.store.quads_for_pattern(None, None, None, graph)):
            said[quad.subject].add(quad.triple)
        for subject, triples in said.items():
            if self._is_said_elsewhere(graphs, subject):  # seldom: most of what an article says is of its own things
                said[subject] = {
                    t for t in triples if not self._is_said_elsewhere(graphs, subject, t.predicate, t.object)
                }
        removed = [triple for triples in said.values() for triple in triples]
        for triple in removed:
            self.store.remove(Quad(triple.subject, triple.predicate, triple.object))
        for graph in graphs:
            self.store.remove_graph(graph)
        return removed

    def _is_said_elsewhere(self, graphs: set[NamedNode], *pattern: NamedNode | Literal) -> bool:
        """Tell whether a named graph other than ``graphs`` has a statement that begins like ``pattern``."""
        terms = (*pattern, None, None)[:3]
        found = self.store.quads_for_pattern(*terms, None)
        return any(q.graph_name not in graphs and q.graph_name not in (BUILD_GRAPH, DefaultGraph()) for q in found)

    def close(self) -> None:
        """Write everything to disk and let go of the files."""
        if self._store is not None:
            self._store.flush()
            self._store = None


def to_statements(
    graphs: Iterable[tuple[NamedNode, Iterable[Triple]]], file: str, fingerprint: str, base: str = BASE
) -> bytes:
    """Return a page as ``Build.load`` takes it: N-Quads of its named graphs, of the default graph and of its marks.

    :param graphs: what ``to_page_graphs`` returned for the page.
    :param file: the page file, as in ``Source.file``.
    :param fingerprint: hash of all that the triples were made from.
    """
    parts = []
    for graph, triples in graphs:
        lines = serialize(triples, format=RdfFormat.N_TRIPLES)
        parts += [lines.replace(b" .\n", f" {graph} .\n".encode()), lines]  # in N-Triples a line ends nowhere else
    return b"".join((*parts, serialize(_marks(base, file, fingerprint), format=RdfFormat.N_QUADS)))


def fingerprints(store: Store) -> dict[str, str]:
    """Return the fingerprint of every page of ``store``, by page file; empty for a page that is not whole."""
    files = {q.subject: q.object.value for q in store.quads_for_pattern(None, DJ.file, None, BUILD_GRAPH)}
    marks: dict[NamedNode, str] = {}
    for quad in store.quads_for_pattern(None, DJ.fingerprint, None, BUILD_GRAPH):
        marks[quad.subject] = min(quad.object.value, marks.get(quad.subject, quad.object.value))
    return {file: marks.get(page, "") for page, file in sorted(files.items(), key=lambda entry: entry[1])}


def data_quads(store: Store) -> Iterator[Quad]:
    """Yield the quads of all pages and articles in their named graphs, without vocabulary and bookkeeping."""
    skipped = {*VOCABULARY_GRAPHS.values(), BUILD_GRAPH}
    return (quad for quad in store if _is_named(quad) and quad.graph_name not in skipped)


def _marks(base: str, file: str, fingerprint: str) -> list[Quad]:
    """Return what the books say of a page."""
    page = page_iri(base, file)
    return [
        Quad(page, DJ.file, Literal(file), BUILD_GRAPH),
        Quad(page, DJ.fingerprint, Literal(fingerprint), BUILD_GRAPH),
    ]


def _known_counts(store: Store, base: str) -> Counts | None:
    """Return how much a whole copy holds; None of one that was cut short, or of another base."""
    kept = next(store.quads_for_pattern(BUILD_GRAPH, VOID.triples, None, BUILD_GRAPH), None)
    counts = Counts.from_literal(kept.object) if kept else None
    return counts if counts and counts.base == base else None


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
    """Open the copy that was left, else a new one of the store, else an empty one; what is damaged is passed over."""
    part = _beside(path, "part")
    for prepare in (_keep, _copy, _discard):
        try:
            prepare(part)
            store = Store(str(part))
            fingerprints(store)
            return store
        except _DAMAGE as error:
            if any(said in str(error) for said in _LOCKED):
                raise StoreBusy(_BUSY.format(path.parent)) from error
            if is_no_room(error):
                raise
            damage = str(error)  # the error itself would keep the store open
            store = None
    raise StoreDamaged(f"The graph {part} cannot be made ({damage}); check the permissions of its folder.")


def _keep(part: Path) -> None:
    """Leave the copy as it is, or make one where there is none."""
    if not part.exists():
        _copy(part)


def _copy(part: Path) -> None:
    """Make the copy anew, of the store where there is one."""
    _discard(part)
    store = part.with_suffix("")
    if store.exists():
        _check_sizes(store)
        Store.read_only(str(store)).backup(str(part))


def _discard(part: Path) -> None:
    """Remove a folder at once: cut short, what is left of it does not look like a store."""
    gone = _beside(part, "gone")
    shutil.rmtree(gone, ignore_errors=True)
    if part.exists():
        part.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)


def _put_sizes(part: Path) -> None:
    """Write down how large the files of a finished store are."""
    sizes = {file.name: file.stat().st_size for file in sorted(part.glob("*.sst"))}
    (part / _SIZES).write_text(json.dumps(sizes), encoding="utf-8")


def _check_sizes(path: Path) -> None:
    """Raise OSError where files are cut off or missing: RocksDB looks at most of them late, and queries hang then."""
    if (path / _SIZES).exists():
        for name, size in json.loads((path / _SIZES).read_text(encoding="utf-8")).items():
            if (path / name).stat().st_size != size:
                raise OSError(f"{name} is cut off")


def _take_place(path: Path) -> None:
    part, old = _beside(path, "part"), _beside(path, "old")
    _put_sizes(part)
    try:
        if path.exists():
            path.rename(old)
        part.rename(path)
    except OSError as error:
        raise StoreBusy(f"{path} is in use ({error}); close the programs that read it and build again.") from error
    shutil.rmtree(old, ignore_errors=True)
