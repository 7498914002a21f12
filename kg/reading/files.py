"""Page files on disk: finding, decoding, metadata."""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from kg.model import Page
from kg.reading.segmentation import find_articles

METADATA_FILE = "pages.csv"
_CONTROL = frozenset(map(chr, range(32))) - set("\t\n\v\f\r")


class PageError(ValueError):
    """A path that cannot be read as a newspaper page; the message says why and the way out."""


def find_pages(paths: Iterable[Path | str]) -> list[Path]:
    """Return the page files named by ``paths``, sorted: files as they are, of folders every ``*.txt`` below.

    Raises PageError for a path that does not exist and for a folder without pages.
    """
    found: dict[Path, None] = {}
    for path in map(Path, paths):
        if path.is_dir():
            pages = sorted(page for page in path.rglob("*.txt") if page.is_file())
            if not pages:
                raise PageError(f"{path}: no page (*.txt) in this folder; name the folder that holds the pages")
            found.update(dict.fromkeys(pages))
        elif path.exists():
            found[path] = None
        else:
            raise PageError(f"{path}: no such file or folder; check the path")
    return sorted(found, key=lambda page: page.as_posix())


def read_metadata(path: Path) -> dict[str, str]:
    """Return what ``pages.csv`` says of the page file at ``path``: newspaper, date, page, section …

    The file is looked for beside the page and in the folder above; a page without a row has no metadata.
    """
    for folder in (path.parent, path.parent.parent):
        table = folder / METADATA_FILE
        if table.is_file():
            rows = _read_rows(table, table.stat().st_mtime_ns)
            if path.name in rows:
                return dict(rows[path.name])
    return {}


@lru_cache(maxsize=8)
def _read_rows(table: Path, changed: int) -> dict[str, dict[str, str]]:
    """Return the rows of a table by page file; ``changed``, its time stamp, keeps an edited table from being stale."""
    with table.open(encoding="utf-8-sig", newline="") as lines:
        return {
            row["file"]: {key: value for key, value in row.items() if key and key != "file" and value}
            for row in csv.DictReader(lines)
            if row.get("file")
        }


def read_page(path: Path, *, name: str | None = None, metadata: Mapping[str, str] | None = None) -> Page:
    """Read one page file and segment it into articles.

    ``name`` is what facts call the page (default: the file's name); ``metadata`` replaces
    the row of ``pages.csv``.  Raises PageError where the file cannot be read, is empty or
    is not text.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PageError(f"{path}: cannot be read ({error.strerror}); check the path and its permissions") from error
    text = decode(data, path)
    file = name or path.name
    sha256 = hashlib.sha256(data).hexdigest()
    articles, leftovers = find_articles(text, file=file, sha256=sha256, metadata=metadata or read_metadata(path))
    return Page(file=file, sha256=sha256, text=text, articles=articles, leftovers=leftovers)


def decode(data: bytes, path: Path) -> str:
    """Return the characters of a page file (UTF-8 with or without signature, UTF-16 with one, or GB18030).

    Raises PageError for empty and for binary data.
    """
    if not data.strip():
        raise PageError(f"{path}: the page is empty; remove the file or fill it with the page's text")
    signed = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if signed else ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _CONTROL.intersection(text):
            return text
    raise PageError(f"{path}: not a text file; save the page as UTF-8 text")
