"""Word documents (ISO/IEC 29500, Office Open XML, ``.docx``): their paragraphs in order.

Those of tables and text boxes stand among them.  Deleted words of tracked changes, field codes, the readings above
characters (ruby), footnotes, headers and automatic numbers are left out.  Tags are told by their local names, as the
transitional and the strict form differ in namespaces.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from kg.reading.errors import PageError

TEXT_LIMIT = 64 << 20
"""Bytes of a document's text with its markup, unpacked; its pictures are not unpacked."""
_OLD_OR_LOCKED = b"\xd0\xcf\x11\xe0"  # the container of .doc, and of a .docx with a password
_BODY = re.compile(r"word/document\d*\.xml")
_BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_NO_TEXT = frozenset(("pPr", "rPr", "tblPr", "trPr", "tcPr", "sectPr", "rt", "Fallback", "txbxContent"))
"""Elements of layout, and those whose text stands elsewhere: ``Fallback`` repeats what it stands beside."""
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError, ParseError)


def read_word(data: bytes) -> str:
    """Return the paragraphs of a document with a blank line between any two; a row of a table is a paragraph.

    Raises PageError where it is no document that can be read, or has no text.
    """
    if data.startswith(_OLD_OR_LOCKED):
        raise PageError("a .doc of old or a document with a password; save it as .docx without a password")
    try:
        paragraphs = list(_find_paragraphs(_parse(_unpack(data))))
    except (*_DAMAGE, RecursionError) as error:
        raise PageError(f"not a Word document that can be read ({error}); save it again as .docx or text") from error
    text = "\n\n".join(filter(str.strip, paragraphs))
    if not text:
        raise PageError("a document without text; if it holds pictures of pages, recognise their characters first")
    return text + "\n"


def _unpack(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        body = next(filter(_BODY.fullmatch, sorted(archive.namelist())), None)
        if body is None:
            raise ValueError("no word/document.xml in it")
        with archive.open(body) as packed:
            text = packed.read(TEXT_LIMIT + 1)
    if len(text) > TEXT_LIMIT:
        raise PageError(f"its text is larger than {TEXT_LIMIT >> 20} MiB; split it")
    return text


class _Builder(TreeBuilder):
    """Builds a tree of a document without a type declaration, which could declare entities (XML 1.0, section 4.2)."""

    def doctype(self, name: str, pubid: str, system: str) -> None:
        raise ValueError("it has a document type declaration, as Word writes none")


def _parse(xml: bytes) -> Element:
    parser = XMLParser(target=_Builder())
    parser.feed(xml)
    return parser.close()


def _find_paragraphs(element: Element) -> Iterator[str]:
    """Yield the text of each paragraph within ``element``, that of a text box after the paragraph that holds it."""
    for child in element:
        tag = _tag(child)
        if tag == "p":
            yield "".join(_find_text(child))
            for box in _find_boxes(child):
                yield from _find_paragraphs(box)
        elif tag == "tr":
            cells = [list(_find_paragraphs(cell)) for cell in child]
            if all(len(cell) < 2 for cell in cells):
                yield "\t".join(filter(str.strip, (text for cell in cells for text in cell)))
            else:
                yield from (text for cell in cells for text in cell)
        elif tag not in _NO_TEXT:
            yield from _find_paragraphs(child)


def _find_text(element: Element) -> Iterator[str]:
    for child in element:
        tag = _tag(child)
        if tag == "t":
            yield child.text or ""
        elif tag in _BREAKS:
            yield _BREAKS[tag]
        elif tag not in _NO_TEXT:
            yield from _find_text(child)


def _find_boxes(element: Element) -> Iterator[Element]:
    for child in element:
        if _tag(child) == "txbxContent":
            yield child
        elif _tag(child) not in _NO_TEXT:
            yield from _find_boxes(child)


def _tag(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
