"""Content negotiation: the Accept header against what the server can write (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_QUALITY = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")

Range = tuple[str, str, float]
"""Type, subtype and quality of one media range; ``*`` stands for any."""


def choose(accept: str, offers: Sequence[str]) -> str | None:
    """Return the offer that the client wants most, None where it wants none of them.

    Of equally wanted offers the first is taken; the most specific range that fits an offer decides its quality.

    :param accept: the Accept header; empty means anything.
    :param offers: media types, best first.
    """
    ranges = list(_ranges(accept)) if accept.strip() else [("*", "*", 1.0)]
    wanted = [(quality(offer, ranges), -rank, offer) for rank, offer in enumerate(offers)]
    best = max(wanted, default=(0.0, 0, ""))
    return best[2] if best[0] > 0 else None


def quality(offer: str, ranges: Sequence[Range]) -> float:
    """Return how much ``offer`` is wanted, 0 to 1."""
    main, _, sub = offer.partition("/")
    for wanted in ((main, sub), (main, "*"), ("*", "*")):
        found = [q for range_main, range_sub, q in ranges if (range_main, range_sub) == wanted]
        if found:
            return max(found)
    return 0.0


def _ranges(accept: str) -> Iterator[Range]:
    """Yield the media ranges; what is no media range is left out, parameters other than ``q`` are ignored."""
    for part in accept.lower().split(","):
        media, *parameters = (piece.strip() for piece in part.split(";"))
        main, slash, sub = media.partition("/")
        weights = [value for key, _, value in (p.partition("=") for p in parameters) if key.strip() == "q"]
        weight = weights[0].strip() if weights else "1"
        if slash and main and sub and _QUALITY.fullmatch(weight):
            yield main, sub, float(weight)
