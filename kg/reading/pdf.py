"""PDF (ISO 32000): the text layer of a page, in reading order.

PDFium finds the characters and where they stand; ``kg.reading.layout`` reads them as columns.  It is an extra: the
package reads all else without it.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from kg.reading.errors import PageError
from kg.reading.layout import Glyph, to_text

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfTextPage

_MOST_CHARACTERS = 500_000  # a page of print has some ten thousand


def count_pages(book: BinaryIO | Path) -> int:
    """Return the number of pages; raises PageError where the file is no PDF that can be read."""
    with _opened(book) as document:
        return len(document)


def read_pdf(data: bytes, number: int) -> str:
    """Return the text of page ``number`` (from 1), as its layout has it.

    Raises PageError where the PDF cannot be read, and for a page without text: a scan.
    """
    from pypdfium2 import PdfiumError

    with _opened(data) as document:
        try:
            text = to_text(_find_glyphs(document[number - 1].get_textpage()))
        except (PdfiumError, IndexError) as error:
            raise PageError(f"the page cannot be read ({error}); save the PDF again") from error
    if not text:
        raise PageError(
            "a scan without a text layer; recognise its characters first: ocrmypdf -l chi_sim IN.pdf OUT.pdf"
        )
    return text


@contextmanager
def _opened(book: bytes | BinaryIO | Path) -> Iterator[PdfDocument]:
    try:
        from pypdfium2 import PdfDocument, PdfiumError
    except ImportError as error:
        raise PageError("reading PDF needs pypdfium2; run pip install 'dangjian-kg[pdf]'") from error
    try:
        document = PdfDocument(book)
    except (PdfiumError, FileNotFoundError) as error:
        locked = "password" in str(error).lower()
        way_out = "save it without a password" if locked else "get it again or print it to a new PDF"
        raise PageError(f"not a PDF that can be read ({error}); {way_out}") from error
    try:
        yield document
    finally:
        document.close()


def _find_glyphs(page: PdfTextPage) -> Iterator[Glyph]:
    """Yield the characters of a page with their places, those that PDFium itself puts in aside."""
    import pypdfium2.raw as pdfium

    count = page.count_chars()
    if count > _MOST_CHARACTERS:
        raise PageError(f"the page holds {count} characters, more than a page of print; split it")
    box, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    for index in range(count):
        code = pdfium.FPDFText_GetUnicode(page, index)
        if pdfium.FPDFText_IsGenerated(page, index) == 1 or not 32 < code < 0x110000 or 0xD800 <= code < 0xE000:
            continue
        if code in (0xFFFE, 0xFFFF) or not pdfium.FPDFText_GetLooseCharBox(page, index, box):
            continue
        if pdfium.FPDFText_GetCharOrigin(page, index, x, y) and box.top > box.bottom:
            yield Glyph(chr(code), box.left, box.right, y.value, box.top - box.bottom)
