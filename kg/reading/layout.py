"""Characters on a printed page → text in reading order.

Characters of one baseline make a line; a gap in it is a gutter where the lines around break off at the same place, a
space between words where they run on.  The page is then cut where white space goes right through it (the recursive X-Y
cut of G. Nagy and S. Seth, "Hierarchical representation of optically scanned documents", 1984): between two rows of
articles, else between columns, else where the white space is highest.  A headline set downwards is read downwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

_GAP = 0.7  # of the size: a wider gap parts words or columns
_WIDEST_SPACE = 2.5  # of the size: a wider gap parts columns
_LEADING = 2.4  # of the size: how far lines of one block are apart at most
_SAME_SIZE = 1.15
_INDENT = 1.4  # of the size: what the first line of a paragraph is set in by, at least
_HEADLINE = 1.3  # times the usual size
_DOWNWARDS = 3  # characters above each other, at least, that are a headline set downwards
_CHANGE = 3  # times: how much more white space says where the print changes
_MOST_LINES = 3_000  # a page of print has some hundreds; the order of more is not looked into
_BAND = 1.3  # times the width of the widest gutter: how much white parts two rows of articles


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character, or several of one line: from ``x0`` to ``x1``, baseline ``y``, in points from the lower left corner.

    ``drop`` is how far it goes on below: the height of what is set downwards.
    """

    text: str
    x0: float
    x1: float
    y: float
    size: float
    drop: float = 0.0

    @property
    def top(self) -> float:
        return self.y + 0.8 * self.size

    @property
    def bottom(self) -> float:
        return self.y - self.drop - 0.1 * self.size


def to_text(glyphs: Iterable[Glyph]) -> str:
    """Return the text of a page: a blank line between blocks, indents as full-width spaces."""
    rows = [_split(row) for row in _to_rows(_each_once(glyphs))]
    downwards, rows = _find_downwards(rows)
    lines = _in_reading_order([*_join_spaced(rows), *downwards])
    return "\n\n".join("\n".join(_indented(block)) for block in _to_blocks(lines))


def _each_once(glyphs: Iterable[Glyph]) -> Iterator[Glyph]:
    """Yield what shows, once: bold type is imitated by printing a character twice, a little apart."""
    seen: set[tuple[str, int, int]] = set()
    for glyph in glyphs:
        step = max(glyph.size, 1) / 12
        x, y = int(glyph.x0 // step), int(glyph.y // step)
        if glyph.text.strip() and not any((glyph.text, x + i, y + j) in seen for i in (-1, 0, 1) for j in (-1, 0, 1)):
            seen.add((glyph.text, x, y))
            yield glyph


def _to_rows(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Return the characters of one baseline, whatever the column, from left to right."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: (-glyph.y, glyph.x0)):
        if not rows or rows[-1][0].y - glyph.y > 0.3 * min(glyph.size, rows[-1][0].size):
            rows.append([])
        rows[-1].append(glyph)
    return [sorted(row, key=lambda glyph: glyph.x0) for row in rows]


def _split(row: list[Glyph]) -> list[Glyph]:
    """Return the pieces of a row between gaps and changes of size."""
    pieces: list[list[Glyph]] = []
    for glyph in row:
        last = pieces[-1][-1] if pieces else None
        gap = glyph.x0 - last.x1 if last else 0.0
        if last is None or gap > _GAP * min(glyph.size, last.size) or not _same_size(glyph, last):
            pieces.append([])
        elif gap > 0.2 * glyph.size and (glyph.text.isascii() or last.text.isascii()):
            pieces[-1].append(replace(glyph, text=f" {glyph.text}"))
            continue
        pieces[-1].append(glyph)
    return [_to_line(piece) for piece in pieces]


def _to_line(glyphs: Sequence[Glyph], joint: str = "") -> Glyph:
    sizes = sorted(glyph.size for glyph in glyphs)
    return Glyph(
        text=joint.join(glyph.text for glyph in glyphs),
        x0=min(glyph.x0 for glyph in glyphs),
        x1=max(glyph.x1 for glyph in glyphs),
        y=glyphs[0].y,
        size=sizes[len(sizes) // 2],
    )


def _same_size(one: Glyph, other: Glyph) -> bool:
    return max(one.size, other.size) <= _SAME_SIZE * min(one.size, other.size)


def _join_spaced(rows: list[list[Glyph]]) -> list[Glyph]:
    """Return the lines of all rows: pieces put together again where the gap between them is no gutter."""
    lines: list[Glyph] = []
    for number, row in enumerate(rows):
        around = [*rows[max(0, number - 3) : number], *rows[number + 1 : number + 4]]
        line = row[0]
        for piece in row[1:]:
            if _is_gutter(line, piece, around):
                lines.append(line)
                line = piece
            else:
                line = _to_line((line, piece), joint="\u3000")
        lines.append(line)
    return lines


def _is_gutter(left: Glyph, right: Glyph, around: list[list[Glyph]]) -> bool:
    """Whether the gap between two pieces of a row parts columns."""
    size = min(left.size, right.size)
    if right.x0 - left.x1 > _WIDEST_SPACE * size or not _same_size(left, right):
        return True
    gaps = covers = 0
    for row in around:
        near = [piece for piece in row if _same_size(piece, left) and abs(piece.y - left.y) < 3 * size]
        covers += any(piece.x0 < left.x1 - size / 2 and piece.x1 > right.x0 + size / 2 for piece in near)
        gaps += any(one.x1 < right.x0 + size / 4 and left.x1 - size / 4 < other.x0 for one, other in pairwise(near))
    return gaps > covers


def _find_downwards(rows: list[list[Glyph]]) -> tuple[list[Glyph], list[list[Glyph]]]:
    """Return the headlines set downwards, and the rows without them."""
    columns: list[list[Glyph]] = []
    for glyph in _find_large([piece for row in rows for piece in row]):
        column = next((column for column in columns if _stands_below(column[-1], glyph)), None)
        if column is None:
            columns.append([glyph])
        else:
            column.append(glyph)
    columns = [column for column in columns if len(column) >= _DOWNWARDS]
    taken = {glyph for column in columns for glyph in column}
    headlines: list[list[list[Glyph]]] = []
    for column in sorted(columns, key=lambda column: (-column[0].x0, -column[0].y)):
        beside = next((headline for headline in headlines if _stands_beside(headline[-1], column)), None)
        if beside is None:
            headlines.append([column])
        else:
            beside.append(column)
    return [_downwards(headline) for headline in headlines], [
        rest for row in rows if (rest := [piece for piece in row if piece not in taken])
    ]


def _find_large(pieces: list[Glyph]) -> list[Glyph]:
    """Return the characters that stand alone and are larger than most print."""
    sizes = sorted(piece.size for piece in pieces for _ in piece.text)
    usual = sizes[len(sizes) // 2] if sizes else 0
    return [piece for piece in pieces if len(piece.text) == 1 and piece.size > _HEADLINE * usual]


def _stands_below(last: Glyph, glyph: Glyph) -> bool:
    pitch = last.y - glyph.y
    return _same_size(last, glyph) and abs(last.x0 - glyph.x0) < 0.4 * last.size and 0 < pitch < 2.6 * last.size


def _stands_beside(right: list[Glyph], left: list[Glyph]) -> bool:
    near = right[0].x0 - left[0].x1 < 1.2 * left[0].size and _same_size(right[0], left[0])
    return near and left[-1].y < right[0].y and right[-1].y < left[0].y


def _downwards(columns: list[list[Glyph]]) -> Glyph:
    """Return a headline's columns as one, a line of text for each."""
    texts = []
    for column in columns:
        spaces = [False, *(last.y - glyph.y > 1.8 * glyph.size for last, glyph in pairwise(column))]
        texts.append("".join("\u3000" * space + glyph.text for space, glyph in zip(spaces, column)))
    glyphs = [glyph for column in columns for glyph in column]
    top, bottom = max(glyph.y for glyph in glyphs), min(glyph.y for glyph in glyphs)
    return replace(_to_line(glyphs), text="\n".join(texts), y=top, drop=top - bottom)


def _in_reading_order(lines: list[Glyph]) -> list[Glyph]:
    """Return the lines of a page in the order in which they are read."""
    ordered: list[Glyph] = []
    waiting = [lines]
    while waiting:
        region = waiting.pop()
        parts = _cut(region) if len(region) <= _MOST_LINES else []
        if len(parts) > 1:
            waiting.extend(reversed(parts))
        else:
            ordered.extend(sorted(region, key=lambda line: (-line.y, line.x0)))
    return ordered


def _cut(region: list[Glyph]) -> list[list[Glyph]]:
    """Return the parts of a region in reading order, or the region itself where it is one column."""
    rows = _parted(region, key=lambda line: (-line.top, -line.bottom))
    if all(len(row) == 1 for _, row in rows):
        return [region]
    columns = _parted(region, key=lambda line: (line.x0, line.x1))
    if len(columns) == 1:
        gaps = [gap if _alike(above, below) else _CHANGE * gap for (_, above), (gap, below) in pairwise(rows)]
        return _cut_at_widest(rows, gaps)
    bands = [gap if _may_part(above, below) else 0.0 for (_, above), (gap, below) in pairwise(rows)]
    if max(bands, default=0.0) > _BAND * max(gap for gap, _ in columns[1:]):
        return _cut_at_widest(rows, bands)
    return [column for _, column in columns]


def _cut_at_widest(rows: list[tuple[float, list[Glyph]]], gaps: list[float]) -> list[list[Glyph]]:
    """Return the parts above and below the widest of the gaps; all of it where there is none."""
    cut = gaps.index(max(gaps)) + 1 if gaps else len(rows)
    parts = rows[:cut], rows[cut:]
    return [[line for _, row in part for line in row] for part in parts if part]


def _alike(one: list[Glyph], other: list[Glyph]) -> bool:
    """Whether two rows are of the same print: not a headline, and not one column and several."""
    return _same_size(max(one, key=_size), max(other, key=_size)) and (len(one) == 1) == (len(other) == 1)


def _size(glyph: Glyph) -> float:
    return glyph.size


def _parted(region: list[Glyph], key: Callable[[Glyph], tuple[float, float]]) -> list[tuple[float, list[Glyph]]]:
    """Return the parts of a region between which nothing stands, each with the white space before it."""
    parts: list[tuple[float, list[Glyph]]] = []
    end = 0.0
    for line in sorted(region, key=key):
        first, last = key(line)
        if not parts or first > end:
            parts.append((first - end if parts else 0.0, []))
            end = last
        parts[-1][1].append(line)
        end = max(end, last)
    return parts


def _may_part(above: list[Glyph], below: list[Glyph]) -> bool:
    """Whether white space between two rows may part articles: below a headline stands what it heads."""
    return max(line.size for line in above) <= _SAME_SIZE * max(line.size for line in below)


def _to_blocks(lines: list[Glyph]) -> Iterator[list[Glyph]]:
    """Yield the lines of one column and size that stand close below each other."""
    block: list[Glyph] = []
    for line in lines:
        if block and not _goes_on(block[-1], line):
            yield block
            block = []
        block.append(line)
    if block:
        yield block


def _goes_on(last: Glyph, line: Glyph) -> bool:
    close = 0 < last.y - line.y <= _LEADING * line.size and not last.drop and not line.drop
    return close and _same_size(last, line) and min(last.x1, line.x1) > max(last.x0, line.x0)


def _indented(block: list[Glyph]) -> Iterator[str]:
    """Yield the lines' text; the first line of a paragraph keeps its indent."""
    left = min(line.x0 for line in block)
    for line in block:
        first = _INDENT * line.size <= line.x0 - left <= 3 * line.size
        yield f"\u3000\u3000{line.text}" if first else line.text
