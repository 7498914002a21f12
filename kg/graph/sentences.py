"""The sentence around a mention, as printed."""

from __future__ import annotations

import re
from bisect import bisect_right

# A sentence ends with its mark and the quotes or brackets that close after it, or with the line.
_END = re.compile(r"[。！？!?]+[”’」』）)》]*|\n+")


class Sentences:
    """The sentences of one text, found once and looked up by offset.

    :param text: the article's running text.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts = [0, *(match.end() for match in _END.finditer(text))]

    def around(self, start: int, end: int) -> str:
        """Return the sentence that holds ``text[start:end]``; where it crosses an end, the sentences it touches."""
        first = bisect_right(self._starts, start) - 1
        last = bisect_right(self._starts, max(start, end - 1))
        stop = self._starts[last] if last < len(self._starts) else len(self._text)
        return self._text[self._starts[first] : stop].strip()
