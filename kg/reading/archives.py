"""Zip archives (APPNOTE 6.3): their members by name, read one at a time and never written to disk.

An archive is hostile input: names lead nowhere, as they are only labels, sizes are checked before and while a member
is unpacked, and members that are encrypted or packed in another way say so when they are read.
"""

from __future__ import annotations

import os
import zipfile
import zlib
from functools import lru_cache
from pathlib import Path

from kg.reading.errors import PageError

ARCHIVE_LIMIT = 8 << 30
"""Bytes of all members together, unpacked."""
_UTF_8_NAME = 0x800  # general purpose bit 11, APPNOTE 4.4.4
_ENCRYPTED = 0x1
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)


def find_members(path: Path) -> list[str]:
    """Return the names of the files in an archive, sorted, without hidden ones.

    Raises PageError where it is no zip archive or would unpack to more than ``ARCHIVE_LIMIT``, OSError where it cannot
    be read.
    """
    members = _open(path)[1]
    if sum(member.file_size for member in members.values()) > ARCHIVE_LIMIT:
        raise PageError(f"unpacks to more than {ARCHIVE_LIMIT >> 30} GiB; unpack it and name the folder of the pages")
    return sorted(members)


def read_member(path: Path, member: str, limit: int) -> bytes:
    """Return the bytes of one member; raises PageError where they cannot be had or are more than ``limit``."""
    archive, members = _open(path)
    if member not in members:
        raise PageError("no longer in the archive; build again")
    entry = members[member]
    if entry.flag_bits & _ENCRYPTED:
        raise PageError("encrypted; unpack the archive with its password and name the folder")
    try:
        with archive.open(entry) as packed:
            data = packed.read(limit + 1)
    except _DAMAGE as error:
        raise PageError(f"cannot be unpacked ({error}); pack the archive again") from error
    if len(data) > limit:
        raise PageError(f"larger than {limit >> 20} MiB; split it")
    return data


def _open(path: Path) -> tuple[zipfile.ZipFile, dict[str, zipfile.ZipInfo]]:
    status = os.stat(path)
    return _open_once(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=2)
def _open_once(path: Path, changed: int, size: int) -> tuple[zipfile.ZipFile, dict[str, zipfile.ZipInfo]]:
    """Return the archive and its files by name; ``changed`` and ``size`` keep an edited one from being stale."""
    try:
        archive = zipfile.ZipFile(path)
    except OSError:
        raise
    except _DAMAGE as error:
        raise PageError(f"not a zip archive ({error}); get it again or unpack it") from error
    members: dict[str, zipfile.ZipInfo] = {}
    for entry in archive.infolist():
        name = _name_of(entry)
        if not entry.is_dir() and not any(part.startswith((".", "__MACOSX")) for part in _parts(name)):
            stem, suffix = os.path.splitext(name)
            while name in members:  # an archive may hold two files of one name
                stem += "~"
                name = stem + suffix
            members[name] = entry
    return archive, members


def _parts(name: str) -> list[str]:
    return [part for part in name.split("/") if part not in (".", "..")]


def _name_of(entry: zipfile.ZipInfo) -> str:
    """Return the name as its writer meant it: in UTF-8, in GB18030 (Chinese Windows), or in code page 437."""
    if entry.flag_bits & _UTF_8_NAME:
        return entry.filename
    raw = entry.filename.encode("cp437", errors="replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return entry.filename
