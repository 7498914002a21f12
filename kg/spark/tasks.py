"""What the workers of a cluster do with pages, and what they tell of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from kg.cache import Known, page_key
from kg.extraction import extract
from kg.graph.mapping import to_page_graphs
from kg.graph.parts import to_part
from kg.pipeline import Look, Progress, look_at, to_known
from kg.reading import Metadata, PageError, read_page
from kg.spark.cluster import SparkFailed
from kg.spark.corpus import Corpus, Open

Record = dict[str, Known | PageError]
"""What became of each page, by its name: what is known of it, or why it could not be read."""


def look_at_all(corpus: Corpus) -> dict[str, Look]:
    """Return every page by its name, in the order of the files."""
    seen = corpus.items.mapPartitions(partial(_look, corpus.open)).collect()
    if any(one != _rules() for one in seen if isinstance(one, str)):
        raise SparkFailed("The workers have another dangjian-kg than this machine; install the same on all of them.")
    looks = [one for one in seen if isinstance(one, Look)]
    looks.sort(key=lambda look: look.source.path.as_posix())  # the pages of one file stay in their order
    by_name = {look.source.name: look for look in looks}
    if len(by_name) < len(looks):
        raise PageError("two pages have the same name: a folder is called as an archive beside it; rename it")
    return by_name


def _look(open: Open, items: Iterable[Any]) -> Iterator[Look | str]:
    yield _rules()
    for item in items:
        for source, known_as in open(item):
            look = look_at(source, None, Metadata())
            yield look if source is known_as else replace(look, source=known_as, stamp="")


def _rules() -> str:
    """Return the hash of the rules that read pages here."""
    return page_key("", "", {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What is done with each item, the same on every worker."""

    open: Open
    records: Any
    base: str
    is_whole: bool
    left_out: frozenset[str]

    def __call__(self, item: Any) -> Iterator[bytes]:
        """Yield the statements of the item's pages; what was read, or why it could not be, goes on record."""
        for source, known_as in self.open(item):
            if source.name in self.left_out:
                continue
            try:
                page = extract(read_page(source))
            except PageError as error:
                reason = str(error).removeprefix(f"{source}: ")
                self.records.add({source.name: PageError(f"{known_as}: {reason}")})
                continue
            yield to_part(to_page_graphs(page, self.base)).removesuffix(b"\n")
            self.records.add({source.name: to_known(page, Look(source=source), self.is_whole)})


class Records:
    """What became of each page, put together as tasks end (an ``AccumulatorParam``): name → what is known, or why not.

    A task that is run twice says the same twice.
    """

    def __init__(self, progress: Progress | None = None, total: int = 0) -> None:
        self._progress = progress
        self._total = total

    def __reduce__(self) -> tuple[type[Records], tuple[()]]:
        return Records, ()  # workers tell no one of their progress

    def zero(self, value: Record) -> Record:
        return {}

    def addInPlace(self, done: Record, new: Record) -> Record:
        done.update(new)
        if self._progress and new:
            self._progress(len(done), self._total)
        return done
