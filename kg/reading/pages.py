"""A page, wherever it lies and whatever its format → its articles and what is left over."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from kg.model import Article, Leftover, Page, Part
from kg.reading.decoding import UTF_8, decode
from kg.reading.errors import PageError
from kg.reading.metadata import from_name, from_print, merge, read_metadata, split_front_matter
from kg.reading.pdf import read_pdf
from kg.reading.segmentation import find_articles, to_one_article
from kg.reading.sources import PageSource, find_in_file, read_bytes
from kg.reading.tables import read_row
from kg.reading.webpages import read_webpage
from kg.reading.word import read_word

_TELLING = ("date line", "page number", "imprint")
"""The kinds of leftovers that may say the date of the page."""
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class _Printed:
    """The text of a page as decoded or extracted, which offsets count in, and what it says of itself.

    ``parts`` are those of its one article where these are known; ``start`` is where the print begins below a front
    matter.
    """

    text: str
    metadata: dict[str, str]
    parts: tuple[Part, ...] = ()
    start: int = 0


def read_page(source: PageSource | Path, *, name: str = "", metadata: Mapping[str, str] | None = None) -> Page:
    """Read one page and segment it into articles; a row of a table and a web page are one article.

    :param source: where it lies; the path of a file that holds one page will do.
    :param name: what facts call the page, in place of the source's name.
    :param metadata: what is known of it, in place of its row in ``pages.csv``.
    :raises PageError: where it cannot be read, is empty or holds no article.
    """
    source = source if isinstance(source, PageSource) else _only_page(Path(source))
    try:
        data = read_bytes(source)
        printed = _read(data, source.format, source.number)
    except PageError as error:
        raise PageError(f"{source}: {error}") from error
    known = read_metadata(source) if metadata is None else metadata
    file, sha256 = name or source.name, hashlib.sha256(data).hexdigest()
    if printed.parts:
        articles, leftovers = to_one_article(printed.text, printed.parts, file=file, sha256=sha256)
        told = {}
    else:
        articles, leftovers = find_articles(_blanked(printed), file=file, sha256=sha256)
        told = from_print(_around(printed.text, articles, leftovers))
        leftovers = _with_front_matter(printed, leftovers)
    merged = merge(known, printed.metadata, told, from_name(source))
    articles = tuple(replace(article, metadata=dict(merged)) for article in articles)
    return Page(file=file, sha256=sha256, text=printed.text, articles=articles, leftovers=leftovers)


def _around(text: str, articles: tuple[Article, ...], leftovers: tuple[Leftover, ...]) -> Iterator[str]:
    """Yield the lines that may say the date of the page: what is no article's, and lines of authors."""
    yield from (rest.text for rest in leftovers if rest.kind in _TELLING)
    parts = (part for article in articles for part in article.source.parts if part.role == "byline")
    yield from (text[part.start : part.end] for part in parts)


def _only_page(path: Path) -> PageSource:
    pages = find_in_file(path)
    if len(pages) > 1:
        raise PageError(f"{path}: {len(pages)} pages in one file; read those that find_pages lists")
    return pages[0]


def _read(data: bytes, format: str, number: int) -> _Printed:
    if format == "pdf":
        return _Printed(read_pdf(data, number), {})
    if format == "word":
        return _Printed(_printable(read_word(data)), {})
    if format in ("rows", "csv"):
        fields, encoding = read_row(data, format)
        return _to_print(fields, _said(encoding))
    text, encoding = decode(data)
    if format == "html":
        text, parts, metadata = read_webpage(text)
        return _Printed(_printable(text), {**metadata, **_said(encoding)}, parts)
    start, metadata = split_front_matter(text)
    return _Printed(text, {**metadata, **_said(encoding)}, start=start)


def _said(encoding: str) -> dict[str, str]:
    return {} if encoding == UTF_8 else {"encoding": encoding}


def _to_print(fields: dict[str, str], said: dict[str, str]) -> _Printed:
    """Return a row as a page that prints its headline, byline and text one below the other."""
    text, parts = "", []
    for role, column in (("headline", "headline"), ("byline", "byline"), ("body", "text")):
        if column in fields:
            start = len(text)
            text += _printable(fields.pop(column)).rstrip() + "\n"
            parts.append(Part(role=role, start=start, end=len(text) - 1))
    return _Printed(text, {**fields, **said}, tuple(parts))


def _printable(text: str) -> str:
    """Return the text with a space for each character that no file of text may hold (XML 1.0, section 2.2)."""
    return _UNPRINTABLE.sub(" ", text)


def _blanked(printed: _Printed) -> str:
    """Return the text with a front matter as white space, so that all offsets stay."""
    return " " * printed.start + printed.text[printed.start :]


def _with_front_matter(printed: _Printed, leftovers: tuple[Leftover, ...]) -> tuple[Leftover, ...]:
    """Return the leftovers with the front matter as one of its own."""
    end, text = printed.start, printed.text
    if not end:
        return leftovers
    above = Leftover(kind="front matter", start=0, end=end, text=text[:end])
    below = (replace(rest, start=max(rest.start, end)) for rest in leftovers if rest.end > end)
    return above, *(replace(rest, text=text[rest.start : rest.end]) for rest in below)
