"""The row that most likely spells out a formula which no reader could read (guidelines, "Formulas").

Every row of items near the formula (``kg.extraction.item_rows``) is weighed by a logistic model over
what can be seen of it.  The weights (``model/items.tsv``) are learnt from annotated formulas by
``corpus/train_items.py``.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files

from kg.extraction.abbreviations import VALUES, Label
from kg.extraction.analysis import Analysis
from kg.extraction.item_rows import Row, Surroundings
from kg.extraction.scoring import BIAS, LINE_BREAK
from kg.extraction.spelling import Spelling, has_key
from kg.model import Component, Span

RULE = "formula spelled out by a likely row"
ALL_LABELS = -1
"""Stands for the number of a label where a row spells out all labels of a formula together."""
LIKELY = 0.6
"""The probability from which a row is taken."""
_DISTANCES = (0, 2, 5, 10, 20, 40, 80, 160, 320)
_NEAR_LABEL, _BEHIND_LABEL = 60, 20
_TOGETHER = 9
"""Stands for the number of labels of a formula where a row spells out all of them."""
_SENTENCE_END = re.compile("[。\n]")

Weighable = tuple[int, Row, list[str]]
"""The number of a label (or ``ALL_LABELS``), a row that may spell it out, and its features."""


def likely_components(
    analysis: Analysis, inner: str, labels: Sequence[Label], measures: Sequence[Span] = ()
) -> tuple[Component, ...]:
    """Return the components of a formula by the likeliest rows, none where no row is likely.

    ``inner`` is the formula without quotation marks, ``measures`` are the section leads.  One row for
    all labels is taken where it is likelier than every row for one of them.
    """
    spelling = Spelling(analysis, inner, labels, measures)
    if not spelling.places:
        return ()
    surroundings = Surroundings(spelling)
    ranked: dict[int, list[tuple[float, Row]]] = defaultdict(list)
    for number, row, features in weigh_up(spelling, surroundings):
        likely = probability(features, load_item_weights())
        if likely > LIKELY:
            ranked[number].append((likely, row))
    best: dict[int, tuple[float, tuple[str, ...]]] = {}
    for number, rows in ranked.items():
        key = labels[number].key if number != ALL_LABELS else ""
        for likely, row in sorted(rows, key=lambda ranking: -ranking[0]):
            if items := surroundings.wordings(row, key):
                best[number] = likely, items
                break
    return _to_components(labels, best)


def _to_components(labels: Sequence[Label], best: dict[int, tuple[float, tuple[str, ...]]]) -> tuple[Component, ...]:
    """Return the components that the likeliest row of each label makes up, or the one for all of them."""
    together = best.pop(ALL_LABELS, None)
    if together and together[0] > max((likely for likely, _ in best.values()), default=0.0):
        items = iter(together[1])
        return tuple(Component(label=la.text, items=tuple(next(items) for _ in range(la.count or 0))) for la in labels)
    return tuple(Component(label=labels[number].text, items=best[number][1]) for number in _apart(best))


def _apart(best: Mapping[int, tuple[float, tuple[str, ...]]]) -> list[int]:
    """Return the labels in order but for those whose row shares an item with a likelier row of another label."""
    taken: set[str] = set()
    apart = []
    for number, (_, items) in sorted(best.items(), key=lambda entry: (-entry[1][0], entry[0])):
        if taken.isdisjoint(items):
            taken.update(items)
            apart.append(number)
    return sorted(apart)


def probability(features: Sequence[str], weights: Mapping[str, float]) -> float:
    """Return how likely a row with these features spells out its label."""
    total = weights.get(BIAS, 0.0) + sum([weights.get(feature, 0.0) for feature in features])
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))


@cache
def load_item_weights() -> dict[str, float]:
    """Return the weight of each feature of a row."""
    text = files("kg.extraction").joinpath("model/items.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:])
    return {feature.replace(LINE_BREAK, "\n"): float(weight) for feature, weight in rows}


def weigh_up(spelling: Spelling, surroundings: Surroundings) -> Iterator[Weighable]:
    """Return every row that may spell out a label, or all labels together, with its features."""
    for number, label in enumerate(spelling.labels):
        yield from _described(spelling, number, label, surroundings.rows(label.count or 0, label.key))
    if len(spelling.labels) > 1 and None not in spelling.counts:
        yield from _described(spelling, ALL_LABELS, Label("", spelling.total), surroundings.rows(spelling.total, ""))


def _described(spelling: Spelling, number: int, label: Label, rows: Sequence[Row]) -> Iterator[Weighable]:
    alike = Counter((row.shape, row.whole) for row in rows)
    labels = len(spelling.labels) if number != ALL_LABELS else _TOGETHER
    for row in rows:
        yield number, row, list(_features(spelling, row, label, labels, alike[row.shape, row.whole]))


def _features(spelling: Spelling, row: Row, label: Label, labels: int, alike: int) -> Iterator[str]:
    """Return what is seen of a row: where it stands, between what, how alike its items are, the word of the label."""
    shape = f"{row.shape}{'' if row.whole else ' among others'}"
    wordings = [spelling.text[a:b].strip("“”") for a, b in row.items]
    side, distance, between = _position(spelling, row)
    where, near = f"{side} {_parted(between)}", f"{_step(distance, _DISTANCES)} {side}"
    word, likeness = _word(wordings, label.key), _likeness(wordings)
    yield from (f"{shape} {where}", f"{shape} {word}", f"{where} {word}", f"{shape} alike {likeness}")
    yield from (f"{word} {likeness} {side} {row.whole}", f"far {near}", f"{row.shape} far {near}")
    yield from (f"{min(len(row.items), 6)} {shape}", f"alike {min(alike, 4)} {row.whole}", f"labels {min(labels, 4)}")
    yield f"labels {min(labels, 3)} {where} {row.whole}"
    yield from _lengths(wordings, row, shape)
    yield from _words(spelling.analysis, row)
    yield from _around(spelling, row, side, distance, between)
    before = _label_before(spelling, row, label, labels)
    yield from (f"label {before}", f"label {before[:6]} {row.shape} {word}")
    yield from (f"word {label.key}", f"word of {min(len(label.key), 3)} {word}")
    numbered = [wording[:1] in VALUES for wording in wordings]
    yield from (f"numbered {any(numbered)} {all(numbered)}", f"digits {any(map(_has_digit, wordings))}")
    yield f"between {'：' in between or '——' in between} {where} {row.shape}"


def _position(spelling: Spelling, row: Row) -> tuple[str, int, str]:
    """Return on which side of the nearest place of the formula a row stands, how far off, and what stands between."""
    start, end = row.items[0][0], row.items[-1][1]
    positions = [
        ("behind", start - stop, stop, start)
        if stop <= start
        else ("before", begin - end, end, begin)
        if end <= begin
        else ("around", 0, start, start)
        for begin, stop in spelling.places
    ]
    side, distance, low, high = min(positions, key=lambda position: position[1])
    return side, distance, spelling.text[low:high]


def _parted(between: str) -> str:
    """Return by how much a row and the formula are parted: not at all, by a sentence, sentences, a paragraph, more."""
    paragraphs, sentences = between.count("\n"), sum(map(between.count, "。！？"))
    if paragraphs:
        return "next paragraph" if paragraphs == 1 else "other paragraph"
    return "same paragraph" if sentences > 1 else "next sentence" if sentences else "same sentence"


def _step(number: int, steps: Sequence[int]) -> int:
    return bisect_left(steps, number)


def _word(wordings: Sequence[str], key: str) -> str:
    """Return where the items have the word that the label counts."""
    if not key:
        return "no word"
    ways = (
        ("first", [wording.startswith(key) for wording in wordings]),
        ("last", [wording.endswith(key) for wording in wordings]),
        ("within", [key in wording for wording in wordings]),
    )
    for way, found in ways:
        if all(found):
            return way
    if any(ways[2][1]):
        return "in some"
    return "apart" if all(has_key(wording, key) for wording in wordings) else "nowhere"


def _likeness(wordings: Sequence[str]) -> str:
    """Return what all items share: the first character (f), the last (l), the length (e)."""
    shared = (
        ("f", {w[:1] for w in wordings}),
        ("l", {w[-1:] for w in wordings}),
        ("e", {str(len(w)) for w in wordings}),
    )
    return "".join(mark for mark, values in shared if len(values) == 1)


def _lengths(wordings: Sequence[str], row: Row, shape: str) -> Iterator[str]:
    shortest, longest = min(map(len, wordings)), max(map(len, wordings))
    yield f"longest {_step(longest, (2, 3, 4, 5, 6, 8, 10, 14, 20))} {row.shape}"
    yield f"shortest {_step(shortest, (1, 2, 3, 4, 6, 8, 12))}"
    yield f"spread {_step(longest - shortest, (0, 1, 2, 4, 8))} {shape}"


def _words(analysis: Analysis, row: Row) -> Iterator[str]:
    """Return the parts of speech with which the items begin and end."""
    first = "".join(sorted({analysis.words[analysis.word_index(start)].tag[0] for start, _ in row.items}))
    last = "".join(sorted({analysis.words[analysis.word_index(end - 1)].tag[0] for _, end in row.items}))
    yield from (f"begin {first[:3]}", f"end {last[:3]}", f"{row.shape} begin {first[:2]}")


def _around(spelling: Spelling, row: Row, side: str, distance: int, between: str) -> Iterator[str]:
    """Return the characters before and behind the row, behind the formula, and between the two."""
    text, start, end = spelling.text, row.items[0][0], row.items[-1][1]
    before, behind = text[max(0, start - 2) : start], text[end : end + 2]
    yield from (f"< {before}", f"< {before[-1:]} {row.shape}", f"> {behind}", f"> {behind[:1]} {row.shape}")
    opening, closing = spelling.places[0]
    yield from (f"formula > {text[closing : closing + 2]}", f"quoted {text[opening] == '“'}")
    yield f"side {side} {between[:3] if side == 'behind' else between[-3:]}"
    if distance <= 6:
        yield f"between {side} {between}"
    quoted = [text[max(0, a - 1) : a] == "“" or text[a : a + 1] == "“" for a, _ in row.items]
    yield f"quoted {all(quoted)} {row.shape}"


def _label_before(spelling: Spelling, row: Row, label: Label, labels: int) -> str:
    """Return how the label stands before the row (or close behind it) by itself, outside the formula."""
    if labels == 1 or not label.text:
        return "none"
    text, start, end = spelling.text, row.items[0][0], row.items[-1][1]
    low = max(0, start - _NEAR_LABEL)
    at = text.rfind(label.text, low, start)
    while at >= 0 and any(a <= at < b for a, b in spelling.places):
        at = text.rfind(label.text, low, at)
    if at >= 0:
        gap = text[at + len(label.text) : start]
        return (
            f"then {gap}" if len(gap) < 5 else "far in sentence" if not _SENTENCE_END.search(gap) else "sentence before"
        )
    at = text.find(label.text, end, end + _BEHIND_LABEL)
    if at < 0 or any(a <= at < b for a, b in spelling.places):
        return "none"
    return f"after {text[end:at]}" if at - end < 4 else "after it"


def _has_digit(wording: str) -> bool:
    return any(map(str.isdigit, wording))
