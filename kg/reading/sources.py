"""Where pages lie: files, folders, archives and tables, and the names of the pages in them.

A page is one text, Word document or web page, one page of a PDF, or one row of a table, in a file of its own or in a
zip archive.
``find_pages`` only looks at names, contents tables and line ends; ``read_bytes`` then fetches the bytes of one page
and can do so in any process.  A name says where its page lies: ``a.txt``, ``2022.zip/11/a.txt``, ``paper.pdf#page=3``
(RFC 8118, section 3), ``rows.jsonl#12`` (the line), ``rows.csv#12`` (the row as a spreadsheet counts it).
"""

from __future__ import annotations

import codecs
import glob
import io
import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from kg.reading.archives import find_members, read_member
from kg.reading.errors import PageError
from kg.reading.lexicon_files import read_rows
from kg.reading.pdf import count_pages
from kg.reading.tables import find_rows

METADATA_FILE = "pages.csv"
PAGE_LIMIT = 16 << 20
"""Bytes of one text, web page or row; a county paper prints less in a year."""
FILE_LIMIT = 256 << 20
"""Bytes of a PDF or Word document and of a table in an archive or in UTF-16: they are held in memory."""
_BUILD_MARK = "cache.sqlite"  # a folder with this file is what a build wrote
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SHOWN = {code: 0x2400 + code for code in range(32)} | {0x7F: 0x2421}
_MAGIC = ((b"%PDF-", "pdf"), (b"PK\x03\x04", "zip"), (b"<!doctype html", "html"), (b"<html", "html"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSource:
    """Where one page lies.

    ``member`` names a file within the archive ``path``; ``number`` is the page of a PDF or the row of a table, 0 where
    the file is one page.  A row's bytes are those from ``start`` to ``end``, below the first ``header`` of its table.
    ``format`` is one of ``lexicon/formats.tsv``.
    """

    name: str
    path: Path
    format: str
    member: str = ""
    number: int = 0
    header: int = 0
    start: int = 0
    end: int = 0

    def __str__(self) -> str:
        """The place as a reader would look it up: the path, then what follows it in the name."""
        member = f"/{to_name(self.member)}" if self.member else ""
        return to_name(str(self.path)) + member + _fragment(self)

    def to_dict(self) -> dict[str, Any]:
        """Return the source as plain data, its path absolute; ``from_dict`` reads it back."""
        fields = self.__slots__ if self.member or self.number else ("name", "format")
        return {name: getattr(self, name) for name in fields} | {"path": os.path.abspath(self.path)}

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> PageSource:
        """Return the source that ``to_dict`` wrote."""
        return cls(**{**data, "path": Path(data["path"])})


def find_pages(paths: Iterable[Path | str]) -> list[PageSource]:
    """Return the pages under ``paths``, in the order of their paths: of files, of folders, of what a glob matches.

    A file that cannot be opened is one page, whose reading says why.  Hidden files, folders that a build wrote and
    ``pages.csv`` are left out; a folder that several links lead to is read once.  Raises PageError for a path that does
    not exist and for a folder without pages.
    """
    files = {file.as_posix(): file for path in paths for file in _find_files(Path(path))}
    ordered = [files[path] for path in sorted(files)]
    names = name_files(ordered)
    return _told_apart([page for file, name in zip(ordered, names) for page in find_in_file(file, name)])


def find_in_file(path: Path, name: str = "") -> list[PageSource]:
    """Return the pages in one file, called after ``name`` (default: the file's); one that cannot be opened is one."""
    format = format_of(path.name)
    file = PageSource(name=name or to_name(path.name), path=path, format=format or _sniff(path))
    return _find_within(file)


def read_bytes(source: PageSource) -> bytes:
    """Return the bytes that a page is read from; their hash is the page's.

    They are a file's or an archive member's own, those of a row with those of the columns' names above it, and for the
    page of a PDF those of the whole PDF.  Raises PageError where they cannot be had or are too many, without a prefix.
    """
    try:
        if source.end:
            with _open_table(source) as table:
                return _read_range(table, source)
        if source.format == "unread":
            raise PageError(f"this format is not read; {way_out(source.member or source.path.name)}")
        if source.format in ("zip", "rows", "csv") or source.format == "pdf" and not source.number:
            _open_up(source)  # says why it could not be opened
            raise PageError("it has changed while it was read; build again")
        if source.format in ("pdf", "word"):
            return _read_whole(source, FILE_LIMIT)
        return _read_whole(source, PAGE_LIMIT)
    except OSError as error:
        raise PageError(f"cannot be read ({error.strerror or error}); check the path and its permissions") from error


def duplicates(hashes: Iterable[tuple[PageSource, str]]) -> dict[str, str]:
    """Return the names of the pages that are the same bytes as one before them, each with that one's name.

    ``hashes`` are pages with the SHA-256 of their bytes, empty where these could not be read.
    """
    first: dict[tuple[str, int], str] = {}
    same = {}
    for source, sha256 in hashes:
        if sha256:
            name = first.setdefault((sha256, source.number if source.format == "pdf" else 0), source.name)
            if name != source.name:
                same[source.name] = name
    return same


def format_of(name: str) -> str:
    """Return the format that the end of a file's name stands for, empty where it is unknown."""
    return _formats().get(os.path.splitext(name)[1].lower(), ("",))[0]


def way_out(name: str) -> str:
    """Return what to do with a file whose format is not read."""
    return _formats()[os.path.splitext(name)[1].lower()][1]


def to_name(path: str) -> str:
    """Return a path as text that can stand in a graph and on a screen.

    Control characters become their pictures (U+2400 and on), bytes that are not UTF-8 are taken for GB18030.
    """
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        path = path.encode("utf-8", "surrogateescape").decode("gb18030", errors="replace")
    return path.translate(_SHOWN)


def name_files(files: Sequence[Path]) -> list[str]:
    """Return the name of each file: its own, or its path from the folder they share where two have the same."""
    names = [file.name for file in files]
    shared = {name for name, number in Counter(names).items() if number > 1}
    if shared:
        absolute = [os.path.abspath(file) for file in files]
        root = Path(os.path.commonpath([os.path.dirname(path) for path in absolute]))
        names = [
            Path(path).relative_to(root).as_posix() if name in shared else name for name, path in zip(names, absolute)
        ]
    return [to_name(name) for name in names]


def _told_apart(pages: list[PageSource]) -> list[PageSource]:
    """Return the pages with names that are unique: a folder may be called a.zip, as an archive is."""
    if len({page.name for page in pages}) == len(pages):
        return pages
    seen: set[str] = set()
    apart = []
    for page in pages:
        name = page.name
        while name in seen:
            name += "~"
        seen.add(name)
        apart.append(replace(page, name=name))
    return apart


@cache
def _formats() -> dict[str, tuple[str, str]]:
    return {suffix: (format, "".join(way_out[:1])) for suffix, format, *way_out in read_rows("formats.tsv")}


def _sniff(path: Path) -> str:
    """Return the format that a file of an unknown ending begins like; text where nothing else is known of it."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return "text"
        with path.open("rb") as file:
            start = file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    except OSError:
        return "text"
    return next((format for magic, format in _MAGIC if start.startswith(magic.lower())), "text")


def _find_files(path: Path) -> Iterator[Path]:
    if os.path.isdir(path):
        files = list(_walk(path))
        if not files:
            raise PageError(
                f"{to_name(str(path))}: no page (.txt .docx .html .pdf .jsonl .csv .zip) in this folder; name another"
            )
        yield from files
    elif os.path.lexists(path):
        if path.name != METADATA_FILE:
            yield path
    elif glob.has_magic(str(path)):
        matches = sorted(glob.glob(str(path), recursive=True))
        if not matches:
            raise PageError(f"{to_name(str(path))}: no file matches; check the pattern")
        for match in map(Path, matches):
            yield from _walk(match) if match.is_dir() else filter(_is_page, [match])
    else:
        raise PageError(f"{to_name(str(path))}: no such file or folder; check the path")


def _is_page(path: Path | os.DirEntry[str]) -> bool:
    return not path.name.startswith(".") and path.name != METADATA_FILE and format_of(path.name) != ""


def _walk(folder: Path) -> Iterator[Path]:
    """Yield the pages' files below ``folder``, and the folders that cannot be opened; links are followed once."""
    waiting, seen = [folder], set()
    while waiting:
        here = waiting.pop()
        try:
            status = os.stat(here)
            entries = sorted(os.scandir(here), key=lambda entry: entry.name)
        except OSError:
            yield here
            continue
        new = (status.st_dev, status.st_ino) not in seen
        seen.add((status.st_dev, status.st_ino))
        if new and all(entry.name != _BUILD_MARK for entry in entries):
            folders = {entry.name for entry in entries if _is_folder(entry)}
            yield from (here / entry.name for entry in entries if entry.name not in folders and _is_page(entry))
            waiting.extend(here / name for name in sorted(folders, reverse=True) if not name.startswith("."))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    return os.path.isdir(entry) if entry.is_symlink() else entry.is_dir()  # which the folder itself tells


def _find_within(file: PageSource) -> list[PageSource]:
    """Return the pages within a file, or the file itself where it is one or cannot be opened."""
    try:
        return _open_up(file)
    except (PageError, OSError):
        return [file]


def _open_up(file: PageSource) -> list[PageSource]:
    """Return the pages within a file; raises PageError or OSError where it cannot be opened or holds none."""
    if file.format == "zip" and not file.member:
        pages = [page for member in find_members(_regular(file.path)) for page in _find_in_member(file, member)]
    elif file.format == "pdf":
        book = io.BytesIO(_read_whole(file, FILE_LIMIT)) if file.member else _regular(file.path)
        pages = [replace(file, number=number) for number in range(1, count_pages(book) + 1)]
    elif file.format in ("rows", "csv"):
        with _open_table(file) as table:
            rows = list(find_rows(table, file.format))
        pages = [replace(file, number=r.number, header=r.header, start=r.start, end=r.end) for r in rows]
    elif file.format == "zip":
        raise PageError("an archive within an archive; unpack it and name the folder")
    else:
        return [file]
    if not pages:
        raise PageError("no page in it")
    return pages if file.format == "zip" else [replace(page, name=file.name + _fragment(page)) for page in pages]


def _find_in_member(archive: PageSource, member: str) -> list[PageSource]:
    format = format_of(member)
    name = f"{archive.name}/{to_name(member)}"
    return _find_within(replace(archive, name=name, member=member, format=format)) if format else []


def _fragment(page: PageSource) -> str:
    if not page.number:
        return ""
    return f"#page={page.number}" if page.format == "pdf" else f"#{page.number}"


def _regular(path: Path) -> Path:
    if not stat.S_ISREG(os.stat(path).st_mode):  # a pipe would never end, a device may be no file at all
        raise PageError("not a file; name a file or folder of pages")
    return path


def _read_whole(source: PageSource, limit: int) -> bytes:
    if source.member:
        return _read_member(source.path, source.member, limit, os.stat(source.path).st_mtime_ns)
    with _regular(source.path).open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise PageError(f"larger than {limit >> 20} MiB; split it")
    return data


@lru_cache(maxsize=1)
def _read_member(path: Path, member: str, limit: int, changed: int) -> bytes:
    """Return a member's bytes, the last one kept: a table or PDF in an archive is asked for once a row or page."""
    return read_member(path, member, limit)


def _open_table(source: PageSource) -> BinaryIO:
    """Open a table to be read by its bytes; one in UTF-16, whose lines these do not tell, is recoded as UTF-8."""
    status = os.stat(source.path)
    if source.member:
        return io.BytesIO(_read_recoded(source.path, source.member, status.st_mtime_ns))
    file = _regular(source.path).open("rb")
    if file.read(2) not in _UTF_16:
        file.seek(0)
        return file
    file.close()
    return io.BytesIO(_read_recoded(source.path, "", status.st_mtime_ns))


@lru_cache(maxsize=1)
def _read_recoded(path: Path, member: str, changed: int) -> bytes:
    data = _read_whole(PageSource(name="", path=path, format="", member=member), FILE_LIMIT)
    return data.decode("utf-16", errors="replace").encode("utf-8") if data.startswith(_UTF_16) else data


def _read_range(table: BinaryIO, source: PageSource) -> bytes:
    size = source.end - source.start
    if size > PAGE_LIMIT:
        raise PageError(f"larger than {PAGE_LIMIT >> 20} MiB; split it")
    header = table.read(source.header)
    table.seek(source.start)
    return header + table.read(size)
