"""Search over all names of a large graph: literally, by sound (梁山: liangshan, liangsh, ls), or nearly.

All names stand in one text, a line each, and so do their sounds; a search is a search in that text, which takes
milliseconds for tens of thousands of names.  The order of what is found is that of the page's own search.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from kg.views.overview import Catalogue
from kg.views.reading import to_fragment
from kg.views.readings import read_aloud

_RANK = re.compile("(?<=..)(?:自治县|自治旗|新区|特区|林区|县|区|市|旗)$")
_HAN = re.compile("[\\u3400-\\u9fff\\U00020000-\\U0003ffff]")
_WHOLE, _SOUND_WHOLE, _START, _SOUND_START, _INITIALS_WHOLE = range(5)
_INSIDE, _SOUND_INSIDE, _INITIALS, _COUNTY, _NEAR = range(5, 10)
_LONGEST = 40
"""Signs of what is typed that count."""
_LOOKED_AT = 3000
"""Names that one way of searching may bring."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finder:
    """Names made ready to be searched.

    :param keys: every way to call a thing, bare, a line each; a county also without its word of rank.
    :param sounds: the syllables of the same names, each after a blank, a line each.
    :param owners: which thing each line calls, in both texts.
    :param things: fragment, class, label, English label and county labels of every thing, weightiest first.
    """

    keys: str
    sounds: str
    owners: tuple[int, ...]
    things: tuple[tuple[str, str, str, str, tuple[str, ...]], ...]
    key_starts: tuple[int, ...]
    sound_starts: tuple[int, ...]
    company: dict[int, tuple[int, ...]]

    def find(self, text: str) -> list[int]:
        """Return the numbers of the things that answer to ``text``, best first."""
        wanted = bare(text)[:_LONGEST]
        if not wanted:
            return []
        grades: dict[int, int] = {}
        for line, grade in self._matches(wanted):
            thing = self.owners[line]
            grades[thing] = min(grade, grades.get(thing, grade))
        for county in [thing for thing, grade in grades.items() if thing in self.company and grade <= _SOUND_START]:
            for thing in self.company[county]:
                grades.setdefault(thing, _COUNTY)
        if not grades:
            grades = {self.owners[line]: _NEAR for line in self._nearly(wanted)}
        return sorted(grades, key=lambda thing: (grades[thing], thing))

    def _matches(self, wanted: str) -> Iterator[tuple[int, int]]:
        for line, place in self._places(re.compile(re.escape(wanted)), self.keys, self.key_starts):
            end = self._end(line, self.keys, self.key_starts)
            whole = place + len(wanted) == end
            at_start = place == self.key_starts[line]
            yield line, _INSIDE if not at_start else _WHOLE if whole else _START
        if wanted.isascii() and wanted.isalpha():
            yield from self._sounds(wanted.replace("v", "u"))

    def _sounds(self, wanted: str) -> Iterator[tuple[int, int]]:
        full = re.compile(" " + " ?".join(wanted) + "[a-z]*")
        initials = re.compile(" " + "(?:[a-z]* )?".join(wanted) + "[a-z]*")
        for pattern, grades in (
            (full, (_SOUND_WHOLE, _SOUND_START, _SOUND_INSIDE)),
            (initials, (_INITIALS_WHOLE, _INITIALS, _INITIALS)),
        ):
            for line, place, end in self._spans(pattern):
                at_start = place == self.sound_starts[line]
                whole = at_start and end == self._end(line, self.sounds, self.sound_starts)
                yield line, grades[0] if whole else grades[1] if at_start else grades[2]

    def _spans(self, pattern: re.Pattern[str]) -> Iterator[tuple[int, int, int]]:
        for count, match in enumerate(pattern.finditer(self.sounds)):
            if count >= _LOOKED_AT:
                return
            yield bisect_right(self.sound_starts, match.start()) - 1, match.start(), match.end()

    def _places(self, pattern: re.Pattern[str], text: str, starts: tuple[int, ...]) -> Iterator[tuple[int, int]]:
        for count, match in enumerate(pattern.finditer(text)):
            if count >= _LOOKED_AT:
                return
            yield bisect_right(starts, match.start()) - 1, match.start()

    def _end(self, line: int, text: str, starts: tuple[int, ...]) -> int:
        return (starts[line + 1] if line + 1 < len(starts) else len(text) + 1) - 1

    def _nearly(self, wanted: str) -> list[int]:
        """Return the lines that hold ``wanted`` with a slip or two, the nearest first.

        Of a text in which ``n`` signs are wrong, one of ``n + 1`` parts is right (the pigeonhole principle).
        """
        is_han = bool(_HAN.search(wanted))
        slips = _slips(wanted, is_han)
        if not slips:
            return []
        size = -(-len(wanted) // (slips + 1))
        parts = [wanted[at : at + size] for at in range(0, len(wanted), size)]
        found: dict[int, int] = {}
        for text, starts, between in self._texts(is_han):
            pattern = re.compile("|".join(between.join(map(re.escape, part)) for part in parts))
            for line in {line for line, _ in self._places(pattern, text, starts)}:
                name = text[starts[line] : self._end(line, text, starts)].replace(" ", "")
                found[line] = min(nearest(wanted, name), found.get(line, slips + 1))
        near = ((needed, self.owners[line], line) for line, needed in found.items() if needed <= slips)
        return [line for *_, line in sorted(near)]

    def _texts(self, is_han: bool) -> Iterator[tuple[str, tuple[int, ...], str]]:
        """Yield the texts that are searched, where their lines begin, and what may stand between two signs."""
        yield self.keys, self.key_starts, ""
        if not is_han:
            yield self.sounds, self.sound_starts, " ?"


def to_finder(catalogue: Catalogue) -> Finder:
    """Return the names of a catalogue, made ready to be searched."""
    entries = sorted(catalogue.entries.values(), key=lambda entry: (_order(entry.cls), -len(entry.near), entry.iri))
    numbers = {entry.iri: number for number, entry in enumerate(entries)}
    labels = {entry.iri: entry.label for entry in entries if entry.cls == "County"}
    keys, sounds, owners = [], [], []
    company: dict[int, list[int]] = {number: [] for number, entry in enumerate(entries) if entry.cls == "County"}
    for number, entry in enumerate(entries):
        for county in entry.counties:
            if county in labels:
                company[numbers[county]].append(number)
        for name in dict.fromkeys(_names(entry.label, entry.en, entry.aliases, entry.cls)):
            keys.append(bare(name))
            sounds.append("".join(f" {syllable.replace('v', 'u')}" for _, syllable in read_aloud(name)))
            owners.append(number)
    return Finder(
        keys="\n".join(keys),
        sounds="\n".join(sounds),
        owners=tuple(owners),
        things=tuple(
            (to_fragment(e.iri), e.cls, e.label, e.en, tuple(labels[c] for c in e.counties if c in labels))
            for e in entries
        ),
        key_starts=_starts(keys),
        sound_starts=_starts(sounds),
        company={number: tuple(found) for number, found in company.items()},
    )


def bare(text: str) -> str:
    """Return letters and digits only: nobody types quotation marks or knows which kind the page had."""
    kept = (sign for sign in unicodedata.normalize("NFKD", text).lower() if unicodedata.category(sign)[0] in "LN")
    return "".join(kept) or text.strip().lower().replace("\n", " ")


def nearest(wanted: str, text: str) -> int:
    """Return how many slips make the part of ``text`` that is most like ``wanted`` into it.

    A sign too many, missing or wrong is one slip; all rows of the table are worked out at once, as the bits of a
    number (Myers 1999, A fast bit-vector algorithm for approximate string matching).
    """
    mask, last = (1 << len(wanted)) - 1, 1 << (len(wanted) - 1)
    places: dict[str, int] = {}
    for at, sign in enumerate(wanted):
        places[sign] = places.get(sign, 0) | 1 << at
    more, less, slips = mask, 0, len(wanted)
    fewest = slips
    for sign in text:
        same = places.get(sign, 0)
        across = (((same & more) + more) ^ more) | same
        up, down = less | ~(across | more) & mask, more & across
        slips += bool(up & last) - bool(down & last)
        fewest = min(fewest, slips)
        up, down = up << 1 & mask, down << 1 & mask
        more, less = down | ~(same | less | up) & mask, up & (same | less)
    return fewest


def _slips(wanted: str, is_han: bool) -> int:
    few, many = (3, 6) if is_han else (4, 8)
    return 0 if len(wanted) < few else 1 if len(wanted) < many else 2


def _names(label: str, en: str, aliases: Iterable[str], cls: str) -> Iterator[str]:
    yield label
    if cls == "County":
        yield _RANK.sub("", label)
    yield from filter(None, (en, *aliases))


def _order(cls: str) -> int:
    first = ("County", "Practice", "Theme", "Alliance", "Mechanism", "Programme", "Platform", "Formula", "Slogan")
    return first.index(cls) if cls in first else len(first)


def _starts(lines: list[str]) -> tuple[int, ...]:
    return (0, *accumulate(len(line) + 1 for line in lines[:-1])) if lines else ()
