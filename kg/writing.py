"""Files written whole or not at all: a run that is killed leaves what was there before."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO


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
