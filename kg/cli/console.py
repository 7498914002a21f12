"""What every command needs to speak to a person or to a pipe."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper


def use_utf8() -> None:
    """Make both streams speak UTF-8 in a pipe, and never fail on a character that a console cannot show.

    A Chinese Windows opens them as GBK, which holds neither ``•`` nor most of Unicode.
    """
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, TextIOWrapper):
            continue
        if stream.isatty():
            stream.reconfigure(errors="replace")
        else:
            stream.reconfigure(encoding="utf-8", errors="replace", newline="\n")


@contextmanager
def show_progress(what: str) -> Iterator[Callable[[int, int], None] | None]:
    """Yield a function of (done, total) that draws a bar and the time left on a terminal; None where no one looks."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table: wrapped to the terminal, or one line a row in a pipe."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console() if sys.stdout.isatty() else Console(width=100_000, color_system=None)
    table = Table(box=SIMPLE_HEAD, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")  # Chinese has no spaces to wrap at; nothing is cut off
    for row in rows:
        table.add_row(*(Text(to_printable(cell)) for cell in row))
    with console.capture() as capture:
        console.print(table)
    print("\n".join(map(str.rstrip, capture.get().splitlines())).strip("\n"))


def to_printable(text: str) -> str:
    """Return ``text`` without the characters by which a page could steer a terminal (Unicode Cc and bidi controls)."""
    return "".join(" " if _is_control(character) else character for character in text)


def _is_control(character: str) -> bool:
    return unicodedata.category(character) == "Cc" or unicodedata.bidirectional(character) in {
        "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI",
    }  # fmt: skip
