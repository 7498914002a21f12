"""The folders of a store: the finished one, the copy beside it that a build works on, and who may work there.

A copy is cheap, as the files that do not change are hard links.  Damage is looked for where it can be seen early:
files that are missing, cut off or changed.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from pyoxigraph import Store

from kg.graph.books import Books, read_books
from kg.writing import is_no_room, not_written

_SUMS = "sums.json"
_SUMMED = 64 << 20
"""Bytes of the files up to which opening a store reads them all: some fifty milliseconds."""
DAMAGE = (OSError, RuntimeError, ValueError)
"""What reading a damaged store may raise."""
_LOCKED = ("While lock file", "lock hold by")
_BUSY = "Another build is at work in {}; wait for it or choose another -o."


class StoreBusy(OSError):
    """Another program holds the store."""


class StoreDamaged(OSError):
    """The files of a store cannot be read as one."""


@contextmanager
def claiming(directory: str | Path) -> Iterator[None]:
    """Let no other build work in ``directory`` meanwhile; the claim of one that is killed ends with it.

    A lock of SQLite's, as it is the same on every system.

    :raises StoreBusy: if another build does; ``kg.writing.NotWritten`` if nothing can be written there.
    """
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        claim = sqlite3.connect(folder / "build.lock", timeout=0, isolation_level=None)
        claim.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        is_busy = error.sqlite_errorname == "SQLITE_BUSY"
        raise StoreBusy(_BUSY.format(folder)) if is_busy else not_written(folder, error) from error
    with closing(claim):
        yield


def beside(path: Path, ending: str) -> Path:
    """Return the folder beside a store: ``old``, ``part`` or ``gone``."""
    return path.with_name(f"{path.name}.{ending}")


def recover(path: Path) -> None:
    """Undo a change of places that was cut short between its two renames."""
    old = beside(path, "old")
    if not old.exists():
        return
    if path.exists():
        shutil.rmtree(old, ignore_errors=True)  # an open file keeps it on Windows; the next build tries again
    else:
        old.rename(path)


def open_part(path: Path, likely: Mapping[str, str] | None = None) -> tuple[Store, Books, str]:
    """Open the copy that was left, else a new one of the store, else an empty one.

    Returns it with what its books say, ``likely`` as in ``read_books``.  What is damaged is passed over; the text says
    how, and is empty where nothing is.
    """
    part, damage = beside(path, "part"), ""
    for prepare in (_keep, _copy, discard):
        try:
            prepare(part)
            store = Store(str(part))
            return store, read_books(store, likely), damage
        except DAMAGE as error:
            if any(said in str(error) for said in _LOCKED):
                raise StoreBusy(_BUSY.format(path.parent)) from error
            if is_no_room(error):
                raise
            damage = str(error)  # the error itself would keep the store open
            store = None
    raise StoreDamaged(f"The graph {part} cannot be made ({damage}); check the permissions of its folder.")


def _keep(part: Path) -> None:
    """Leave the copy as it is, or make one where there is none."""
    if not part.exists():
        _copy(part)


def _copy(part: Path) -> None:
    """Make the copy anew, of the store where there is one."""
    discard(part)
    store = part.with_suffix("")
    if store.exists():
        check_files(store)
        Store.read_only(str(store)).backup(str(part))


def discard(part: Path) -> None:
    """Remove a folder at once: cut short, what is left of it does not look like a store."""
    gone = beside(part, "gone")
    shutil.rmtree(gone, ignore_errors=True)
    if part.exists():
        part.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)


def _put_sums(part: Path) -> None:
    """Write down how large the files of a finished store are and, of a small one, a sum of their bytes (CRC-32)."""
    sizes = {file: file.stat().st_size for file in sorted(part.glob("*.sst"))}
    is_small = sum(sizes.values()) <= _SUMMED
    sums = {file.name: [size, zlib.crc32(file.read_bytes()) if is_small else None] for file, size in sizes.items()}
    (part / _SUMS).write_text(json.dumps(sums), encoding="utf-8")


def check_files(path: Path) -> None:
    """Raise OSError where files are missing, cut off or, in a small store, changed.

    RocksDB looks at most of them late, and a query hangs where it finds damage.
    """
    if (path / _SUMS).exists():
        for name, (size, known) in json.loads((path / _SUMS).read_text(encoding="utf-8")).items():
            if (path / name).stat().st_size != size:
                raise OSError(f"{name} is cut off")
            if known is not None and zlib.crc32((path / name).read_bytes()) != known:
                raise OSError(f"{name} is not what was written")


def take_place(path: Path) -> None:
    """Let the copy be the store.

    :raises StoreBusy: if a program keeps the files of the store open (Windows).
    """
    part, old = beside(path, "part"), beside(path, "old")
    _put_sums(part)
    try:
        if path.exists():
            path.rename(old)
        part.rename(path)
    except OSError as error:
        raise StoreBusy(f"{path} is in use ({error}); close the programs that read it and build again.") from error
    shutil.rmtree(old, ignore_errors=True)
