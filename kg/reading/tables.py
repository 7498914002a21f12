"""Tables of articles, one a row: JSON lines and CSV.

The columns may have any of the names of ``lexicon/columns.tsv``, Chinese or English.  Rows are found by line ends and
quotes alone (RFC 4180, section 2), so a table of any size is gone through once and each row can be read by itself.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, BinaryIO

from kg.reading.decoding import decode
from kg.reading.errors import PageError
from kg.reading.lexicon_files import read_rows

_CHUNK = 1 << 20
_RECORD_LIMIT = 4 << 20  # bytes over which quotes may stay open; beyond it a stray quote is taken for one
_FACTS = {"entities", "figures", "formulas"}  # the columns of the facts that this program writes


@dataclass(frozen=True, slots=True)
class Row:
    """Row ``number``: the bytes from ``start`` to ``end``; the columns' names are the first ``header`` bytes."""

    number: int
    header: int
    start: int
    end: int


def find_rows(file: BinaryIO, format: str) -> Iterator[Row]:
    """Yield the rows of a table, blank ones aside; ``format`` is ``rows`` (JSON lines) or ``csv``.

    Raises PageError, before the first row, where no column holds the text of the articles.
    """
    header = 0
    for number, (start, end, blank) in enumerate(_find_records(file, quoted=format == "csv"), 1):
        if blank:
            continue
        if number == 1 or not header and format == "csv":
            _check_columns(_peek(file, start, end), format)
            if format == "csv":
                header = end
                continue
        yield Row(number, header, start, end)


def read_row(data: bytes, format: str) -> tuple[dict[str, str], str]:
    """Return the fields of a row under this program's own names, and its encoding.

    ``data`` are the bytes of the row, in CSV below those of the columns' names.  Raises PageError.
    """
    text, encoding = decode(data)
    fields = _read_csv(text) if format == "csv" else to_fields(_read_json(text))
    if not fields.get("text", "").strip():
        raise PageError(_no_text(fields))
    return fields, encoding


def to_fields(row: Mapping[Any, Any]) -> dict[str, str]:
    """Return the values of ``row`` under this program's names of the columns, the first of several of one name."""
    names = _names()
    fields: dict[str, str] = {}
    for column, value in row.items():
        name = names.get(_plain(str(column)))
        value = "\n".join(map(str, value)) if isinstance(value, list) else "" if value is None else str(value)
        if name and value.strip():
            fields.setdefault(name, value if name == "text" else " ".join(value.split()))
    return fields


def delimiter_of(header: str) -> str:
    """Return what parts the columns: comma, tab or semicolon, whichever the first row has most of."""
    return max(",\t;", key=header.count)


@cache
def _names() -> dict[str, str]:
    return {_plain(known): name for name, *known_as in read_rows("columns.tsv") for known in known_as}


def _plain(column: str) -> str:
    return re.sub(r"[\s_\-\ufeff]", "", column).lower()


def _read_json(text: str) -> dict[str, Any]:
    try:
        row = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PageError(f"not JSON ({type(error).__name__}: {error}); write one JSON object a line") from error
    if not isinstance(row, dict):
        raise PageError('not a JSON object; write one article a line, such as {"title": …, "text": …}')
    return row


def _read_csv(text: str) -> dict[str, str]:
    lines = text.splitlines(keepends=True)
    try:
        header, *rows = csv.reader(lines, delimiter=delimiter_of(lines[0]))
    except csv.Error as error:
        raise PageError(f"not CSV ({error}); look for a quotation mark that is not closed") from error
    if len(rows) != 1 or len(rows[0]) > len(header):
        raise PageError("the row has more columns than the first one names; look for a comma or quote too many")
    return to_fields(dict(zip(header, rows[0])))


def _check_columns(data: bytes, format: str) -> None:
    """Raise PageError if the table cannot hold articles, as its first row shows."""
    if format == "csv":
        header = next(csv.reader([decode(data)[0]], delimiter=delimiter_of(decode(data)[0])))
    else:
        try:
            header = list(_read_json(decode(data)[0]))
        except PageError:
            return  # this row will say so itself
    if _FACTS <= set(header):
        raise PageError("facts, not articles; name the pages that they were extracted from")
    if "text" not in to_fields(dict.fromkeys(header, "x")):
        raise PageError(_no_text(header))


def _no_text(columns: Any) -> str:
    seen = ", ".join(map(str, columns))[:80]
    return f"no text of an article among the columns ({seen}); call its column text or 正文"


def _peek(file: BinaryIO, start: int, end: int) -> bytes:
    at = file.tell()
    file.seek(start)
    data = file.read(min(end - start, _RECORD_LIMIT))
    file.seek(at)
    return data


def _find_records(file: BinaryIO, quoted: bool) -> Iterator[tuple[int, int, bool]]:
    """Yield (start, end, whether it is blank) of each record: a line, or several where quotes are open at its end."""
    start = at = first_end = 0
    quotes, blank = 0, True
    while chunk := file.readline(_CHUNK):
        at += len(chunk)
        blank = blank and not chunk.strip()
        quotes += chunk.count(b'"')
        if not chunk.endswith(b"\n"):
            continue
        first_end = first_end or at
        if quoted and quotes % 2:
            if at - start < _RECORD_LIMIT:
                continue
            at = first_end  # a stray quote: the line is a record of its own, and the next ones are looked at again
            file.seek(at)
        yield start, at, blank
        start, first_end, quotes, blank = at, 0, 0, True
    if at > start:
        yield start, at, blank
