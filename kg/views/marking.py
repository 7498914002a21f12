"""Facts marked in place: an article's text with every fact set off where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from markupsafe import Markup, escape

from kg.model import Article

CLASSES = (
    "County",
    "Practice",
    "Theme",
    "Alliance",
    "Mechanism",
    "Programme",
    "Platform",
    "Formula",
    "Slogan",
    "Document",
    "Organisation",
    "Person",
    "Place",
)
"""Classes that become nodes; where a node has several, the first one counts (a formula is a slogan too)."""


@dataclass(frozen=True, slots=True, order=True)
class Mark:
    """A stretch ``[start, end)`` of a text and the class of what stands there; longer ones sort first."""

    start: int
    minus_end: int
    cls: str

    @property
    def end(self) -> int:
        """The offset behind the stretch."""
        return -self.minus_end


def find_marks(article: Article) -> tuple[Mark, ...]:
    """Return every mention, formula, figure and measure of ``article`` in the order of print."""
    spans = [(entity.start, entity.end, entity.type) for entity in article.entities]
    spans += [(mention.start, mention.end, entity.type) for entity in article.entities for mention in entity.mentions]
    spans += [(formula.start, formula.end, "Formula") for formula in article.formulas]
    spans += [(figure.start, figure.end, "Figure") for figure in article.figures]
    spans += [(measure.start, measure.end, "Measure") for measure in article.measures]
    return tuple(sorted({Mark(start, -end, cls) for start, end, cls in spans if start < end}))


def to_paragraphs(article: Article) -> tuple[Markup, ...]:
    """Return the article's text as marked paragraphs; together they hold every character of it."""
    starts = sorted({0, *(span.start for span in article.paragraphs)})
    marks = find_marks(article)
    return tuple(
        to_markup(article.text[start:end], clipped(marks, start, end))
        for start, end in zip(starts, [*starts[1:], len(article.text)])
        if start < end
    )


def clipped(marks: Iterable[Mark], start: int, end: int) -> Iterator[Mark]:
    """Yield what of ``marks`` lies in ``[start, end)``, counted from ``start``."""
    for mark in marks:
        if mark.start < end and start < mark.end:
            yield Mark(max(mark.start, start) - start, start - min(mark.end, end), mark.cls)


def to_markup(text: str, marks: Iterable[Mark]) -> Markup:
    """Return ``text`` escaped, each mark a ``mark`` element; a mark that crosses another is cut where that one ends."""
    waiting = list(marks)
    heapify(waiting)
    pieces: list[Markup | str] = []
    open_ends: list[int] = []
    at = 0

    def write_to(offset: int) -> None:
        nonlocal at
        while open_ends and open_ends[-1] <= offset:
            end = open_ends.pop()
            pieces.extend((escape(text[at:end]), Markup("</mark>")))
            at = end
        pieces.append(escape(text[at:offset]))
        at = offset

    while waiting:
        mark = heappop(waiting)
        write_to(mark.start)
        end = min([mark.end, *open_ends[-1:]])
        if end < mark.end:
            heappush(waiting, Mark(end, mark.minus_end, mark.cls))
        pieces.append(Markup('<mark class="{}">').format(mark.cls))
        open_ends.append(end)
    write_to(len(text))
    return Markup("").join(pieces)
