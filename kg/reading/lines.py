"""Printed lines of a page and the blocks between blank lines."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from statistics import median

SENTENCE_END = "。！？!?…"
CLOSERS = "”’』」）)》】"
_LONGEST_HEADING = 44
"""Columns that few headings and few lines of a newspaper's narrow columns exceed."""
_LONG, _ENDED = 0.3, 0.6
"""How much of a text stands in such lines at least, and how many of them end a sentence, where lines are paragraphs."""
_MARKS = frozenset("，。；！？")
_CREDITED = re.compile(r"[。！？][”’]?[（(][^（）()。]{2,40}[）)]$")
NARROW = {code: code - 0xFEE0 for code in (0xFF0E, *range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B))}
"""Full-width digits, capitals and full stops, to be translated to ASCII."""
_BLANK = " \u3000\u200b\u200d\ufeff"
OPENERS = "“‘『「（(《【"


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line without surrounding white space.

    ``start``/``end`` are offsets in the page; ``indent`` counts the white space before
    it, ``width`` its columns (a Chinese character takes two).
    """

    text: str
    start: int
    end: int
    indent: int
    width: int

    @property
    def full(self) -> int:
        """The columns up to the line's end, an indent of full-width spaces included."""
        return self.width + 2 * self.indent

    @property
    def closed(self) -> bool:
        """Whether the line ends a sentence."""
        return is_closed(self.text)


Block = tuple[Line, ...]


def is_closed(text: str) -> bool:
    """Return whether ``text`` ends with a full stop, closing quotes and brackets aside."""
    bare = text.rstrip(CLOSERS + _BLANK)
    return bool(bare) and (bare[-1] in SENTENCE_END)


def display_width(text: str) -> int:
    """Return the columns that ``text`` takes: wide and ambiguous characters count two."""
    return sum(map(_columns, text))


@cache
def _columns(char: str) -> int:
    return 2 if unicodedata.east_asian_width(char) in "WFA" else 1


def find_blocks(page: str) -> list[Block]:
    """Return the runs of printed lines that no blank line interrupts, in page order."""
    blocks: list[list[Line]] = [[]]
    for line in _find_lines(page):
        if line is None:
            blocks.append([])
        else:
            blocks[-1].append(line)
    return [tuple(block) for block in blocks if block]


def _find_lines(page: str) -> Iterator[Line | None]:
    """Yield every line of the page, None for a blank one."""
    offset = 0
    for raw in page.splitlines(keepends=True):
        text = raw.strip()
        indent = len(raw) - len(raw.lstrip())
        start = offset + indent
        yield Line(text, start, start + len(text), indent, display_width(text)) if text else None
        offset += len(raw)


def find_lines(text: str) -> list[Line]:
    """Return the printed lines, without the blank ones."""
    return [line for line in _find_lines(text) if line is not None]


def are_paragraphs(lines: Sequence[Line]) -> bool:
    """Return whether the lines are paragraphs: those that are no headings end a sentence, as few of a column do."""
    sentences = [line for line in lines if not _MARKS.isdisjoint(line.text)]
    if len(sentences) > 1 and all(map(_ends, sentences)):
        return True
    long = [line for line in sentences if line.width > _LONGEST_HEADING]
    enough = sum(line.width for line in long) >= _LONG * sum(line.width for line in lines) > 0
    return enough and sum(map(_ends, long)) >= _ENDED * len(long)


def _ends(line: Line) -> bool:
    return line.closed or _CREDITED.search(line.text) is not None


def move(line: Line, offset: int) -> Line:
    """Return the line as it stands ``offset`` characters further on."""
    return replace(line, start=line.start + offset, end=line.end + offset)


def column_width(block: Block) -> int:
    """Return the width of the column that the lines of ``block`` were set in."""
    return max(line.full if number == 0 else line.width for number, line in enumerate(block))


def join_lines(lines: Sequence[Line]) -> str:
    """Return the lines' text run together."""
    return "".join(line.text for line in lines)


def usual_width(lines: Sequence[Line]) -> float:
    """Return the median width of the lines that a paragraph's end does not cut short."""
    return median(line.width for line in lines[:-1]) if len(lines) > 1 else lines[0].width
