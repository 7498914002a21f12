"""Hard-wrapped lines → running text, with the way back to the page."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from kg.model import Span
from kg.reading.lines import Line, column_width

_NUMBERED = re.compile(
    r"(?:[一二三四五六七八九十]{1,2}、|[（(<＜〈][一二三四五六七八九十\d]{1,2}[）)>＞〉]|\d{1,2}[、.．](?!\d)|[◎●■◆▲★])\S"
)
_SHORT = 0.7  # of the column's width


def unwrap(lines: Sequence[Line], headings: Collection[int] = ()) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Join printed lines to running text; a paragraph's end keeps one line break.

    ``headings`` are the indices of lines that stand alone.  Returns the text and the runs
    of ``kg.model.Source``: (offset in the text, offset in the page) where each line begins.
    """
    pieces: list[str] = []
    runs: list[tuple[int, int]] = []
    length = 0
    width = column_width(tuple(lines)) if lines else 0
    for number, line in enumerate(lines):
        runs.append((length, line.start))
        following = lines[number + 1] if number + 1 < len(lines) else None
        piece = line.text
        if following is not None and (
            number in headings or number + 1 in headings or _ends_paragraph(line, following, width)
        ):
            piece += "\n"
        pieces.append(piece)
        length += len(piece)
    return "".join(pieces), tuple(runs)


def are_wrapped(lines: Sequence[Line]) -> bool:
    """Return whether most lines break off in mid-sentence, so that a line is not a paragraph."""
    return sum(not line.closed for line in lines[:-1]) * 2 > len(lines)


def find_subheadings(lines: Sequence[Line]) -> set[int]:
    """Return the indices of the lines that head a section: short, without a stop, between two paragraphs."""
    width = column_width(tuple(lines)) if lines else 0
    found = set()
    for number, (above, line, below) in enumerate(zip(lines, lines[1:], lines[2:]), 1):
        if line.text[-1] in "，。；：、！？”" or not above.closed or below.width < line.width:
            continue
        short = line.width < _SHORT * width and "，" not in line.text and _ends_paragraph(above, line, width)
        if short or (is_numbered(line) and line.width < width - 3):
            found.add(number)
    return found


def is_numbered(line: Line) -> bool:
    """Return whether ``line`` opens with the number or mark of a section (一、 （二） ●)."""
    return _NUMBERED.match(line.text) is not None


def _ends_paragraph(line: Line, following: Line, width: int) -> bool:
    if not line.closed:
        return False
    blank_between = following.start - following.indent - line.end > 1
    return blank_between or following.indent > 0 or line.width + line.indent < width - 3


def rejoin(printed: str) -> str:
    """Return printed lines of names as one: white space at a wrap parts two names, none joins the halves of one."""
    lines = printed.splitlines()
    joined = lines[0] if lines else ""
    for line in lines[1:]:
        parted = joined[-1:].isspace() or line[:1].isspace()
        joined = f"{joined.rstrip()} {line.lstrip()}" if parted else joined + line
    return joined


def find_paragraphs(text: str) -> tuple[Span, ...]:
    """Return the stretches between the line breaks of an article's text."""
    spans, at = [], 0
    for paragraph in text.split("\n"):
        if paragraph:
            spans.append(Span(start=at, end=at + len(paragraph)))
        at += len(paragraph) + 1
    return tuple(spans)
