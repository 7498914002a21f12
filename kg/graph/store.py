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
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path

from pyoxigraph import (
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Store,
    Triple,
    parse,
)

from kg.graph.books import (
    BUILD_GRAPH,
    Books,
    counts_mark,
    fingerprints,
    known_counts,
    page_marks,
    read_books,
    read_lines,
)
from kg.graph.copies import (
    DAMAGE,
    StoreBusy,
    StoreDamaged,
    beside,
    check_files,
    discard,
    open_part,
    recover,
    take_place,
)
from kg.graph.counts import count_whole
from kg.graph.description import to_description_quads
from kg.graph.iri import BASE, check_base
from kg.graph.names import page_names
from kg.graph.page_lines import missing_lines, to_said
from kg.graph.questions import Term
from kg.graph.summaries import (
    missing_tallies,
    touched_graphs,
    whole_graph,
    whole_tallies,
)
from kg.graph.turtle import to_bytes
from kg.graph.vocab import DCTERMS, DJ, PRACTICE, RDF, VOID
from kg.ontology_files import ontology_file

VOCABULARY_GRAPHS = {
    "dangjian.ttl": NamedNode("https://w3id.org/dangjian/ontology"),
    "practices.ttl": NamedNode(PRACTICE.rstrip("/")),
}
"""The files of the ontology folder that every store carries, and their named graphs."""
_FEW = 0.05
"""The share of new triples that are counted one by one as they come, each at ten times the cost of counting all."""


class StoreMissing(FileNotFoundError):
    """There is no graph where one was asked for."""


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
    for place in (path, beside(path, "old"), path):  # a build may change places meanwhile, or was cut short then
        if (place / "CURRENT").is_file():
            try:
                check_files(place)
                return Store.read_only(str(place))
            except DAMAGE as error:
                damage = error
    if damage:
        raise StoreDamaged(f"The graph in {directory} cannot be read ({damage}); run kg build again.") from damage
    raise StoreMissing(f"There is no graph in {directory}: run kg build first, or name another directory with -g.")


def finished_pages(directory: str | Path, likely: Mapping[str, str] | None = None) -> Mapping[str, str] | None:
    """Return the fingerprint of every page of a finished build; None if there is none whole, or one was cut short.

    :param directory: the output directory.
    :param likely: what they are likely to be, which then takes less long to find out.
    """
    path = store_path(directory)
    if not path.exists() or beside(path, "part").exists():
        return None
    try:
        return read_books(open_store(directory), likely).pages
    except DAMAGE:
        return None  # damaged, and to be built anew


@contextmanager
def building(directory: str | Path, base: str = BASE, likely: Mapping[str, str] | None = None) -> Iterator[Build]:
    """Give a ``Build`` on a working copy; on leaving without an error the copy becomes the store.

    After an error, or a kill, the store is untouched and the copy stays for the next build to go on with.  A copy or
    a store that is damaged is left out of account: the build begins with nothing.

    :param directory: the output directory; made if it is missing.
    :param base: the base under which the data's IRIs are minted.
    :param likely: the fingerprints that the pages of the store are likely to have, which saves time.
    :raises StoreBusy: if another build runs in the directory, or a program keeps the store's files open (Windows).
    :raises InvalidBase: if nothing can be minted under ``base``.
    """
    path = store_path(directory)
    path.parent.mkdir(parents=True, exist_ok=True)
    recover(path)
    check_base(base)
    build = Build(beside(path, "part"), base, *open_part(path, likely))
    try:
        yield build
    except OSError as error:
        if not str(error).startswith("Corruption"):
            raise
        places = f"{path} and {beside(path, 'part')}"
        raise StoreDamaged(f"The graph cannot be read ({error}); remove {places} and build again.") from error
    finally:
        build.close()
    take_place(path)


class Build:
    """A store in the making: pages are replaced and withdrawn one by one.

    :param path: where the working copy lies.
    :param base: the base of the data's IRIs.
    :param store: the working copy, opened for writing.
    :param books: what the books of the working copy say.
    :param damage: what was found damaged, and is therefore left out of account.
    """

    def __init__(self, path: Path, base: str, store: Store, books: Books, damage: str) -> None:
        self.pages = books.pages
        """The fingerprint of every page that it begins with, by page file; empty for a page that is not whole."""
        self.damage = damage
        self._path = path
        self._store: Store | None = store
        self._base = base
        self._counts = known_counts(store, base)
        self._lines = books.lines
        self._loaded = 0
        self._touched: dict[NamedNode, Term] | None = None if self._counts is None else {}
        """The graphs of tallies that were dropped; None of a copy that was cut short, which may have dropped others."""

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
        self._touch(statements)
        self._loaded += statements.count(b"\n") // 2  # each stands in its named graph and in the default graph
        if self._counts is not None and self._loaded > _FEW * self._counts.triples:
            self._counts = None  # with so many more, all is counted sooner
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
        self._touch(quads)
        self._put(quads, page_marks(self._base, file, fingerprint))

    def withdraw(self, file: str) -> None:
        """Remove the page ``file``, its articles and all that they alone say."""
        self._open_books()
        of_page = list(self.store.quads_for_pattern(None, DJ.file, Literal(file), None))
        pages = {page for page, *_ in of_page}
        for page in pages:
            self._put_mark(page, "")
        graphs = {graph for *_, graph in filter(_is_named, of_page)} - {BUILD_GRAPH}
        for graph in graphs:
            self._touch(self.store.quads_for_pattern(None, None, None, graph))
        self._take(graphs)
        for page in pages:
            for quad in list(self.store.quads_for_pattern(page, None, None, BUILD_GRAPH)):
                self.store.remove(quad)
                _, predicate, line, _ = quad
                if self._lines is not None and predicate == DCTERMS.identifier:
                    self._lines[line.value] -= 1

    def clear(self) -> None:
        """Go on with an empty copy."""
        self.close()
        discard(self._path)  # the store itself would take each statement out of each index
        self._store, self._counts, self._lines, self._touched = Store(str(self._path)), None, None, None

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

    def describe(self) -> None:
        """Count again what the pages changed and describe what the copy holds now; the last step of a build."""
        new = list(missing_lines(self.store))
        for page, *_ in new:  # before its line, which tells that all of it is there
            self.store.add(page_names(self.store, page))
        self.store.extend(new)
        if self._lines is None:
            self._lines = read_lines(self.store)
        else:
            self._lines.update(line.value for _, _, line, _ in new)
        said = to_said(+self._lines)
        self._take({whole_graph(self._base)})
        touched = None if self._touched is None else self._touched.values()
        for tallies in missing_tallies(self.store, self._base, touched):
            self._put(tallies)
        self._put(whole_tallies(self.store, self._base, said.elsewhere))
        counts = self._counts
        if counts is None:
            counts = count_whole(self.store, self._base, VOCABULARY_GRAPHS.values())
        self._add(to_description_quads(self.store, self._base, counts, said), [counts_mark(counts)])
        self._counts, self._touched = counts, {}

    def _open_books(self) -> None:
        """Let the copy not be taken for whole, before the first change: cut short then, it is counted anew."""
        for quad in list(self.store.quads_for_pattern(None, VOID.triples, None, BUILD_GRAPH)):
            self.store.remove(quad)

    def _forget(self) -> None:
        """Remove what the copy says of itself, which a change makes untrue."""
        self._open_books()
        descriptions = self.store.quads_for_pattern(None, RDF.type, VOID.DatasetDescription, None)
        self._remove({graph for *_, graph in filter(_is_named, descriptions)})

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

    def _touch(self, statements: Iterable[Quad] | bytes) -> None:
        """Remove the tallies that are no longer true once ``statements`` are added or removed."""
        touched = touched_graphs(statements, self._base)
        if self._touched is not None:
            self._touched |= touched
        self._take(set(touched))

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
            subject, *_ = quad
            said[subject].add(quad.triple)
        for subject, triples in said.items():
            if self._says_more(graphs, subject, len(triples)):  # seldom: an article mostly says of its own things
                said[subject] = {triple for triple in triples if not _is_said_elsewhere(self.store, graphs, *triple)}
        removed = [triple for triples in said.values() for triple in triples]
        for triple in removed:
            self.store.remove(Quad(triple.subject, triple.predicate, triple.object))
        for graph in graphs:
            self.store.remove_graph(graph)
        return removed

    def _says_more(self, graphs: set[NamedNode], subject: NamedNode, number: int) -> bool:
        """Tell whether of ``subject`` more is said than ``number`` statements of ``graphs``, or the same elsewhere."""
        said = self.store.quads_for_pattern(subject, None, None, DefaultGraph())
        return next(islice(said, number, None), None) is not None or _is_said_elsewhere(self.store, graphs, subject)

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
        lines = to_bytes(triples, RdfFormat.N_TRIPLES)
        parts += [lines.replace(b" .\n", f" {graph} .\n".encode()), lines]  # in N-Triples a line ends nowhere else
    return b"".join((*parts, to_bytes(page_marks(base, file, fingerprint), RdfFormat.N_QUADS)))


def data_quads(store: Store) -> Iterator[Quad]:
    """Yield the quads of all pages and articles in their named graphs, without vocabulary and bookkeeping."""
    skipped = {*VOCABULARY_GRAPHS.values(), BUILD_GRAPH}
    graphs = (graph for graph in store.named_graphs() if graph not in skipped)
    return chain.from_iterable(store.quads_for_pattern(None, None, None, graph) for graph in graphs)


def data_in_memory(copy: Store, store: Store) -> Iterator[Quad]:
    """Yield what ``data_quads`` says, each statement once and in no named graph.

    :param copy: what ``in_memory`` returned for ``store``, read five times as fast.
    """
    books = set(VOCABULARY_GRAPHS.values())
    vocabulary = {quad.triple for graph in books for quad in store.quads_for_pattern(None, None, None, graph)}
    only = {triple for triple in vocabulary if not _is_said_elsewhere(store, books, *triple)}
    described = {triple.subject for triple in only}
    quads = copy.quads_for_pattern(None, None, None, DefaultGraph())
    return (quad for quad in quads if quad.subject not in described or quad.triple not in only)


def in_memory(store: Store) -> Store:
    """Return the union of the named graphs in memory: five times as fast to ask, at 0.5 kB a triple."""
    copy = Store()
    copy.bulk_load(store.dump(format=RdfFormat.N_TRIPLES, from_graph=DefaultGraph()), RdfFormat.N_TRIPLES, lenient=True)
    return copy


def _is_said_elsewhere(
    store: Store,
    graphs: set[NamedNode],
    subject: NamedNode,
    predicate: NamedNode | None = None,
    value: NamedNode | Literal | None = None,
) -> bool:
    """Tell whether a named graph other than ``graphs`` has a statement that begins like this."""
    found = store.quads_for_pattern(subject, predicate, value, None)
    return any(q.graph_name not in graphs and q.graph_name not in (BUILD_GRAPH, DefaultGraph()) for q in found)


def _is_named(quad: Quad) -> bool:
    return quad.graph_name != DefaultGraph()
