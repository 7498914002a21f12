"""The pages that a cluster shares out: in folders that all machines see, or wherever Spark reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import ceil
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from kg.reading import PageError, PageSource, find_pages
from kg.reading.sources import METADATA_FILE, find_in_file, format_of, name_files
from kg.spark.cluster import Files, is_address

if TYPE_CHECKING:
    from pyspark import RDD, Broadcast, SparkContext

_PAGES_A_PART, _LEAST_PARTS = 64, 16

Open = Callable[[Any], Iterator[tuple[PageSource, PageSource]]]
"""Gives, within a task, the pages of an item: where each can be read now, and where it lies for the user."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """The pages as items that Spark shares out, and how a task opens an item."""

    items: RDD[Any]
    open: Open


def find_corpus(context: SparkContext, paths: Sequence[str]) -> Corpus:
    """Return the pages under ``paths``, which are all paths or all addresses.

    Raises PageError where a path does not exist and where there is no page.
    """
    addresses = [path for path in paths if is_address(path)]
    if addresses and len(addresses) < len(paths):
        raise PageError(f"{addresses[0]}: addresses and paths cannot be mixed; name only the one or the other")
    if addresses:
        return _find_elsewhere(context, addresses)
    sources = find_pages(paths)
    count = min(len(sources), max(_LEAST_PARTS, ceil(len(sources) / _PAGES_A_PART)))
    return Corpus(context.parallelize(sources, count), _open_shared)


def _find_elsewhere(context: SparkContext, addresses: list[str]) -> Corpus:
    """Return the corpus of the files under ``addresses``; only their names and tables of metadata are fetched here."""
    from pyspark.sql import SparkSession

    found = dict(file for address in addresses for file in Files(context).find(address))
    sizes = {Path(path): size for path, size in sorted(found.items()) if not _is_hidden(path)}
    pages = [path for path in sizes if format_of(path.name) and path.name != METADATA_FILE]
    if not pages:
        raise PageError(
            f"{addresses[0]}: no page (.txt .docx .html .pdf .jsonl .csv .zip) at this address; name another"
        )
    files = SparkSession(context).read.format("binaryFile").option("recursiveFileLookup", "true").load(addresses)
    files = files.select("path", "content")
    tables = files.filter(files.path.endswith(f"/{METADATA_FILE}")).collect()
    empty = [(str(path), b"") for path in pages if not sizes[path]]  # which Spark does not read at all
    open_copy = partial(
        _open_copy,
        names=context.broadcast(dict(zip(map(str, pages), name_files(pages)))),
        tables={str(Path(path)): bytes(content) for path, content in tables},
    )
    return Corpus(files.rdd.union(context.parallelize(empty, 1)) if empty else files.rdd, open_copy)


def _is_hidden(path: str) -> bool:
    """Tell whether Spark passes over a file: it or one of its folders has a name that begins with a dot or line."""
    return any(part.startswith((".", "_")) for part in PurePosixPath(path).parts)


def _open_shared(source: PageSource) -> Iterator[tuple[PageSource, PageSource]]:
    yield source, source


def _open_copy(
    item: tuple[str, bytes], names: Broadcast[dict[str, str]], tables: Mapping[str, bytes]
) -> Iterator[tuple[PageSource, PageSource]]:
    """Give the pages of a file that Spark read, from a copy in folders of the same names, its metadata beside it."""
    address, data = item
    path = str(Path(address))
    if path not in names.value:
        return
    with TemporaryDirectory() as folder:
        for place, content in {**_tables_near(path, tables), path: data}.items():
            file = _copy_path(folder, place)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        for source in find_in_file(_copy_path(folder, path), names.value[path]):
            yield source, replace(source, path=Path(path))


def _tables_near(path: str, tables: Mapping[str, bytes]) -> dict[str, bytes]:
    near = (str(folder / METADATA_FILE) for folder in list(Path(path).parents)[:2])
    return {table: tables[table] for table in near if table in tables}


def _copy_path(folder: str, path: str) -> Path:
    return Path(folder, *(part for part in PurePosixPath(path).parts if part not in ("/", "..")))
