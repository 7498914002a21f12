"""Files written whole or not at all: a run that is killed leaves what was there before, and so does a full disk."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO

_NO_ROOM = tuple(map(os.strerror, (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)))


class NotWritten(OSError):
    """Nothing more can be written where the output goes: its disk is full, or no one may write there."""


@contextmanager
def filling(folder: Path) -> Iterator[None]:
    """Raise NotWritten where the block finds no room left in ``folder``.

    Known by the words of the system: RocksDB hands on nothing but these.
    """
    try:
        yield
    except OSError as error:
        if not is_no_room(error):
            raise
        raise not_written(folder, error) from error


def is_no_room(error: Exception) -> bool:
    """Tell whether the system said that no more can be written."""
    return any(reason in str(error) for reason in _NO_ROOM)


def not_written(folder: Path, error: Exception) -> NotWritten:
    """Return the sentence for ``error``, with the way out."""
    return NotWritten(
        f"{folder} cannot be written ({error}); free space on its disk or choose another folder, then run again:"
        " what was there before is as it was."
    )


@contextmanager
def open_new(path: Path, *, encoding: str = "utf-8") -> Iterator[TextIO]:
    """Open ``path`` for writing text with ``\\n`` line ends; it changes only when the block ends well.

    Missing folders are made.  A character that UTF-8 cannot hold (half of a damaged file
    name) is written as ``?``.
    """
    with _beside(path) as new, new.open("w", encoding=encoding, errors="replace", newline="\n") as file:
        yield file


def write_text(path: Path, text: str) -> None:
    """Write ``text`` to ``path``, whole or not at all."""
    with open_new(path) as file:
        file.write(text)


def write_bytes(path: Path, data: bytes) -> None:
    """Write ``data`` to ``path``, whole or not at all; missing folders are made."""
    with _beside(path) as new:
        new.write_bytes(data)


@contextmanager
def open_new_bytes(path: Path) -> Iterator[BinaryIO]:
    """Open ``path`` for writing bytes; it changes only when the block ends well.  Missing folders are made."""
    with _beside(path) as new, new.open("wb") as file:
        yield file


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Give a new file's path beside ``path``; what was written to it takes its place when the block ends well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    yield new
    os.replace(new, path)
