"""Which article a headline belongs to: the one printed below it or the one above.

Papers set the headline before or after the body, and a page file mixes both.  Each gap
between two bodies holds headline blocks; the first few go to the article above, the rest
to the one below.  The best division over the whole page is found by dynamic programming
over the words that headline and body share.  A short block that shares none beside a
better headline is a section name; no article takes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from kg.reading.lines import Block

Gap = Sequence[Block | None]  # None stands for furniture between blocks
Division = tuple[int, "Division"] | None

_NO_HEADLINE = 3.0
_TWO_HEADLINES = 4.0
_CAPTION_WITH_HEADLINE = 2.5
_ACROSS_FURNITURE = 1.0
_MOST_BLOCKS = 8  # headline blocks that one article takes, at most
SECTION_NAME = 8  # characters that the name of a section does not exceed


def assign_headlines(bodies: Sequence[str], captions: Sequence[bool], gaps: Sequence[Gap]) -> list[tuple[Block, ...]]:
    """Return for each body the headline blocks that belong to it, in page order.

    ``gaps`` has one entry more than ``bodies``: what stands before the first, between
    two, and after the last.
    """
    if not bodies:
        return []
    gaps = [_nearest(gap) for gap in gaps]
    grams = [_bigrams(body[:400]) | _bigrams(body[-200:]) for body in bodies]
    # best[k]: (score, division of the gaps so far, last first) when k blocks of the last gap go to the article below
    first = _blocks(gaps[0])
    best: dict[int, tuple[float, Division]] = {len(first): (0.0, (0, None))}
    for number in range(len(bodies)):
        above, below = _blocks(gaps[number]), _blocks(gaps[number + 1])
        step: dict[int, tuple[float, Division]] = {}
        for taken_above, (score, division) in best.items():
            before = above[len(above) - taken_above :]
            for taken in range(len(below) + 1):
                after = below[:taken]
                if number == len(bodies) - 1 and taken < len(below):
                    continue
                fit = _fit([*before, *after], grams[number], captions[number], bool(before and after))
                fit -= _ACROSS_FURNITURE * (_crosses(gaps[number], len(above) - taken_above, below=True))
                fit -= _ACROSS_FURNITURE * (_crosses(gaps[number + 1], taken, below=False))
                rest = len(below) - taken
                if rest not in step or score + fit > step[rest][0]:
                    step[rest] = (score + fit, (taken, division))
        best = step
    divisions = _in_order(max(best.values(), key=lambda entry: entry[0])[1])
    result = []
    for number in range(len(bodies)):
        above, below = _blocks(gaps[number]), _blocks(gaps[number + 1])
        own = [*above[divisions[number] :], *below[: divisions[number + 1]]]
        result.append(tuple(block for block in own if not _is_section_name(block, own, grams[number])))
    return result


def headlines_above(bodies: Sequence[str], gaps: Sequence[Gap]) -> list[tuple[Block, ...]]:
    """Return the same where a headline never stands below its text: of the blocks above, those that fit it best.

    Furniture parts blocks that are no headline together: the name of a bulletin, an account, a list of other texts.
    """
    result = []
    for body, gap in zip(bodies, gaps):
        groups: list[list[Block]] = [[]]
        for block in gap:
            if block is None:
                groups.append([])
            else:
                groups[-1].append(block)
        grams = _bigrams(body[:400]) | _bigrams(body[-200:])
        best = max(reversed(groups), key=lambda group: _fit(group[-_MOST_BLOCKS:], grams, False, False))
        result.append(tuple(block for block in best[-_MOST_BLOCKS:] if not _is_section_name(block, best, grams)))
    return result


def likeness(headline: Block, text: str) -> float:
    """Return the share of the headline's bigrams that ``text`` repeats."""
    grams = _bigrams("".join(line.text for line in headline))
    return len(grams & _bigrams(text)) / len(grams) if grams else 0.0


def _nearest(gap: Gap) -> Gap:
    """Return the gap without headlines in the middle of so many that they can be of no article: a list, a table."""
    blocks = [number for number, block in enumerate(gap) if block is not None]
    far = set(blocks[_MOST_BLOCKS:-_MOST_BLOCKS])
    return [None if number in far else block for number, block in enumerate(gap)] if far else gap


def _in_order(division: Division) -> list[int]:
    taken = []
    while division is not None:
        last, division = division
        taken.append(last)
    return taken[::-1]


def _blocks(gap: Gap) -> list[Block]:
    return [block for block in gap if block is not None]


def _fit(headline: list[Block], body: frozenset[str], caption: bool, both: bool) -> float:
    """Score a headline for a body: the share of its bigrams that the body repeats."""
    if not headline:
        return 0.0 if caption else -_NO_HEADLINE
    headline = [block for block in headline if not _is_section_name(block, headline, body)]
    grams = _bigrams("".join(line.text for block in headline for line in block))
    shared = len(grams & body) / len(grams) if grams else 0.0
    penalty = (_TWO_HEADLINES if both else 0.0) + (_CAPTION_WITH_HEADLINE if caption else 0.0)
    return 4 * shared - penalty - 0.5 * max(0, len(headline) - 1)


def _is_section_name(block: Block, headline: list[Block], body: frozenset[str]) -> bool:
    """Whether a block beside the headline proper is one short phrase of which the body repeats nothing."""
    text = block[0].text
    if len(headline) < 2 or len(block) > 1 or len(text) > SECTION_NAME or " " in text or "\u3000" in text:
        return False
    number = headline.index(block)
    if number + 1 < len(headline) and headline[number + 1][0].text.startswith("——"):
        return False  # what a subtitle explains
    others = [_bigrams("".join(line.text for line in other)) for other in headline if other is not block]
    return not _bigrams(text) & body and any(other & body for other in others)


def _crosses(gap: Gap, kept: int, *, below: bool) -> bool:
    """Whether furniture stands between the article and the blocks of ``gap`` given to it.

    ``kept`` counts the blocks from the start of the gap up to the division.
    """
    seen = 0
    furniture_after: list[int] = []  # how many blocks precede each furniture mark
    for block in gap:
        if block is None:
            furniture_after.append(seen)
        else:
            seen += 1
    if below:
        return any(kept < position for position in furniture_after)
    return any(0 <= position < kept for position in furniture_after)


@lru_cache(maxsize=256)  # a page compares each of its texts with many lines
def _bigrams(text: str) -> frozenset[str]:
    letters = [char for char in text if char.isalnum()]
    return frozenset(first + second for first, second in zip(letters, letters[1:]))
