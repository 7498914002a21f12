"""Lines between two texts: what heads a section of the report above, and what says that another report begins."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from kg.reading.lexicon_files import read_words
from kg.reading.lines import Line, join_lines
from kg.reading.pieces import HEADLINE_MARK, Piece, after

_PLACE_FIRST = re.compile(r"[\u4e00-\u9fff]{1,5}?(?:县|旗|镇|(?<![社片园城])区|(?<![城])市)")
_COUNTY = re.compile("[\u4e00-\u9fff]{1,2}(?<![全我该本各县跨社园片小城景都红])[县旗区市](?![级域场民内])")
_LETTER = re.compile(r"\w")
_SHORTEST, _LONGEST = 9, 32
"""Columns of the heading of a section: （完） is none, nor what takes a whole line."""
_REPORTED = re.compile(
    "(?:\\d{1,2}日|[昨今][日天]|这几天|近段时间|当前|目前|周[末日]|据悉|(?:本[报网])?记者[^，。]{0,10}(?:获悉|了解到)"
    "|[^，。]{1,8}(?:时节|伊始|前夕|假期|以来|送暖))[^。]{0,6}，"
)
"""How a report opens that says when or whence it comes, beside ``openings``."""
_OPENING = 120
"""Characters in which a report says where it comes from."""


@cache
def openings() -> re.Pattern[str]:
    """Return how a report without dateline opens (近日, 2022年)."""
    words = "|".join(map(re.escape, read_words("openings.txt")))
    return re.compile(rf"(?:{words}|(?:19|20)\d\d年|\d{{1,2}}月)")


def heads_section(pieces: list[Piece], number: int, above: Sequence[Line]) -> bool:
    """Return whether a line between two paragraphs heads a section: nothing below says that another report begins.

    That is how a report opens, or a county of which the text above does not speak; a headline also names its place.

    :param pieces: those of the page, each line a piece.
    :param number: which of them is the line.
    :param above: the lines of the report above.
    """
    heading, following = pieces[number], next(after(pieces, number), None)
    if following is not None and following.kind == "headline":  # 小网格彰显大智慧 above 党建+网格激发治理水平再提升
        following = next(after(pieces, number + 1), None)
    line = heading.lines[0].text
    if following is None or following.kind != "body" or len(heading.lines) > 1 or "——" in line:
        return False
    text = join_lines(following.lines)
    if _is_parted(pieces[:number][-1:]) or names_place_of(line, text):
        return False
    if _has_twin(pieces, number):
        return True
    if not _SHORTEST <= heading.lines[0].width <= _LONGEST or openings().match(text) or _REPORTED.match(text):
        return False
    return not names_another_county(line, text, above)


def names_another_county(headline: str, text: str, above: Sequence[Line]) -> bool:
    """Return whether a headline, or the beginning of the text below it, names a county that the text above does not."""
    told = join_lines(above)
    return any(name not in told for name in _COUNTY.findall(headline + text[:_OPENING]))


def _is_parted(above: list[Piece]) -> bool:
    """Whether something is printed right above that stands between two reports: a rule, an editor, a jump line."""
    return any(piece.kind.startswith("furniture") and piece.kind != "furniture:page number" for piece in above)


def names_place_of(headline: str, text: str) -> bool:
    """Return whether a headline names its place first, and the text repeats it."""
    place = _PLACE_FIRST.match(headline)
    return place is not None and place[0] in text


def has_parallel(pieces: list[Piece], number: int) -> bool:
    """Return whether the next short line between two bodies, above or below, is as long or has as long a label."""
    return any(_are_alike(pieces[number].lines[0], other) for other in _next_headings(pieces, number))


def _has_twin(pieces: list[Piece], number: int) -> bool:
    """Whether the next short line between two bodies, above or below, is set with the same marks at the same places."""
    form = _LETTER.sub("字", pieces[number].lines[0].text)
    return form.strip("字") != "" and form in (
        _LETTER.sub("字", other.text) for other in _next_headings(pieces, number)
    )


def _next_headings(pieces: list[Piece], number: int) -> Iterator[Line]:
    """Yield the next short lines between two bodies, the one below and the one above."""
    for others in (after(pieces, number), (pieces[n] for n in reversed(range(number)))):
        other = next((piece for piece in others if piece.kind not in ("body", "furniture:page number")), None)
        if other is not None and other.kind == "headline" and len(other.lines) == 1:
            yield other.lines[0]


def _are_alike(line: Line, other: Line) -> bool:
    if "：" in line.text:
        return line.text.index("：") == other.text.find("：")
    return abs(other.width - line.width) <= 2 and not HEADLINE_MARK.search(other.text)
