"""Bytes → characters: UTF-8, UTF-16 and GB18030 told apart, and nothing guessed beyond them.

A strict cascade, because each test can fail: a signature, then UTF-8 (other text is hardly ever valid UTF-8), then
UTF-16 without a signature, then GB18030, which holds GBK and GB 2312.  The last two accept nearly any bytes, so what
they give must look like Chinese: most of its Han characters are of level 1 of GB 2312 (3,755 characters, more than
99 % of running text), or of Big5's for a page in traditional characters.
"""

from __future__ import annotations

import codecs
import re
from functools import cache

from kg.reading.errors import PageError

UTF_8 = "UTF-8"
_SIGNED = (
    (codecs.BOM_UTF8, "utf-8-sig", UTF_8),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_UNSIGNED = (("utf-16-le", "UTF-16 LE"), ("utf-16-be", "UTF-16 BE"), ("gb18030", "GB18030"), ("big5", "Big5"))
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_USUAL_SHARE = 0.7  # of the Han characters of a text that is no decoder's nonsense
_SAMPLE = 20_000  # characters looked at
_HAN = re.compile(r"[\u3400-\u9fff]")
_STRANGE = re.compile(r"[^\u3400-\u9fff\u2000-\u206f\u3000-\u303f\uff00-\uffef\x00-\u00ff\u2100-\u27bf]")


def decode(data: bytes) -> tuple[str, str]:
    """Return the characters of ``data`` and the name of their encoding; a signature is no character.

    Raises PageError for empty and binary data, for text cut off in mid-character and for other encodings.
    """
    if not data.strip(b" \t\r\n\x00"):
        raise PageError("the page is empty; remove the file or fill it with the page's text")
    for signature, codec, encoding in _SIGNED:
        if data.startswith(signature):
            return _checked(_decode_strictly(data, codec, encoding)), encoding
    try:
        return _checked(data.decode("utf-8")), UTF_8
    except UnicodeDecodeError as error:
        if error.end == len(data) and error.reason == "unexpected end of data" and error.start:
            raise PageError("the text is cut off in the middle of a character; get the file again") from error
    for codec, encoding in _UNSIGNED:
        text = _decode_plausibly(data, codec)
        if text is not None:
            return text, encoding
    raise PageError("not a text file in a known encoding; save the page as UTF-8 text")


def _decode_strictly(data: bytes, codec: str, encoding: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise PageError(f"the file begins as {encoding} and is damaged; get it again or save it as UTF-8") from error


def _checked(text: str) -> str:
    if not text.strip():
        raise PageError("the page is empty; remove the file or fill it with the page's text")
    if _CONTROL.search(text):
        raise PageError("not a text file; save the page as UTF-8 text")
    return text


def _decode_plausibly(data: bytes, codec: str) -> str | None:
    """Return the text if ``data`` is valid in ``codec`` and reads like Chinese, else None."""
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        return None
    sample = text[:_SAMPLE]
    han = _HAN.findall(sample)
    usual = sum(char in _usual_characters(codec) for char in han)
    strange = len(_STRANGE.findall(sample))
    plausible = han and usual >= _USUAL_SHARE * len(han) and strange <= 0.05 * len(sample)
    return text if plausible and not _CONTROL.search(text) else None


@cache
def _usual_characters(codec: str) -> frozenset[str]:
    """Return level 1 of GB 2312 (rows 16 to 55), for Big5 its frequently used characters (A440 to C67E)."""
    name, first, last = ("big5", 0xA4, 0xC6) if codec == "big5" else ("gb2312", 0xB0, 0xD7)
    trails = [*range(0x40, 0x7F), *range(0xA1, 0xFF)] if codec == "big5" else range(0xA1, 0xFF)
    pairs = (bytes((lead, trail)) for lead in range(first, last + 1) for trail in trails)
    return frozenset(pair.decode(name, errors="ignore") for pair in pairs) - {""}
