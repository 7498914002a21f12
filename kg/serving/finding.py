"""Search over all names of a large graph: literally, by sound (梁山: liangshan, liangsh, ls), or nearly.

All names stand in one text, a line each, and so do their sounds; a search is a search in that text, which takes
milliseconds for tens of thousands of names.  What is found, and in which order, is what the page's own search
(``matching.js``) finds in a small graph: one table of tests holds for both.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise

from kg.views.overview import Catalogue
from kg.views.reading import to_fragment
from kg.views.readings import read_aloud
from kg.views.template import words

_RANK = re.compile("(?<=..)(?:自治县|自治旗|新区|特区|林区|县|区|市|旗)$")
_SOME_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_SIGN = r"[^\x00-\x7f]"
"""A Chinese character in the sounds, where it stands before its syllable."""
_WORD = re.compile(r"[^\W_]+")
_WHOLE, _SOUND_WHOLE, _START, _SOUND_START, _INITIALS_WHOLE = range(5)
_INSIDE, _SOUND_INSIDE, _INITIALS, _INITIALS_INSIDE, _COUNTY, _NEAR = range(5, 11)
_ALIAS, _FOREIGN, _SHORT_FOREIGN = 0.4, 1, 6
"""What counts less: another name than the label; an English name, one or two letters of it most of all."""
_FEW = 5
"""With so many answers nobody wants what is spelled nearly so."""
_LONGEST = 40
"""Signs of what is typed that count."""
_LOOKED_AT = 3000
"""Names that one way of searching may bring."""

Grades = dict[int, float]
"""How well things answer, by their numbers; the smaller the better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finder:
    """Names made ready to be searched.

    :param keys: every way to call a thing, bare, a line each; a county also without its word of rank.
    :param sounds: the signs of the same names, each after a blank and with its syllable, a line each.
    :param owners: which thing each line calls, in both texts.
    :param labels: whether each line is the label of its thing, and not another name.
    :param words: of a line in Latin letters, the places where its words begin: English is not sought within words.
    :param things: fragment, class, label, English label and county labels of every thing, weightiest first.
    :param company: of each county, what belongs to it.
    """

    keys: str
    sounds: str
    owners: tuple[int, ...]
    labels: tuple[bool, ...]
    words: dict[int, frozenset[int]]
    things: tuple[tuple[str, str, str, str, tuple[str, ...]], ...]
    key_starts: tuple[int, ...]
    sound_starts: tuple[int, ...]
    company: dict[int, tuple[int, ...]]

    def find(self, text: str) -> list[int]:
        """Return the numbers of the things that answer to ``text``, best first.

        With several words ("梁山 联盟") each is a name, a county or a class.
        """
        wanted = bare(text)[:_LONGEST]
        if not wanted:
            return []
        asked = [word for word in map(bare, text[: 2 * _LONGEST].split()) if word][:4]
        found = self._matches(wanted)
        found = self._by_words(asked, found, self._matches) | found
        if len(found) < _FEW:
            near = self._nearly(wanted)
            if not near and len(asked) > 1:
                near = self._by_words(asked, {}, lambda word: self._nearly(word) | self._matches(word))
                near = {thing: _NEAR + grade for thing, grade in near.items()}
            found = near | found
        return sorted(found, key=lambda thing: (found[thing], thing))

    def _matches(self, wanted: str) -> Grades:
        """Return what is spelled or sounds so, whole or in part."""
        grades: Grades = {}
        for line, place in self._places(re.compile(re.escape(wanted)), self.keys, self.key_starts):
            at = place - self.key_starts[line]
            whole = place + len(wanted) == self._end(line, self.keys, self.key_starts)
            grade = _INSIDE if at else _WHOLE if whole else _START
            if line not in self.words:
                self._note(grades, line, grade)
            elif at in self.words[line]:
                self._note(grades, line, grade + (_FOREIGN if len(wanted) > 2 else _SHORT_FOREIGN))
        if re.search("[a-z]", wanted):
            for line, grade in self._by_sound(wanted.replace("v", "u")):
                self._note(grades, line, grade)
        return grades

    def _note(self, grades: Grades, line: int, grade: float) -> None:
        thing = self.owners[line]
        grade += 0 if self.labels[line] else _ALIAS
        grades[thing] = min(grade, grades.get(thing, grade))

    def _by_sound(self, wanted: str) -> Iterator[tuple[int, int]]:
        for pattern, grades in (
            (_sounding(wanted, f"(?: {_SIGN}?)?"), (_SOUND_WHOLE, _SOUND_START, _SOUND_INSIDE)),
            (_sounding(wanted, f"(?:[a-z]* {_SIGN}?)?"), (_INITIALS_WHOLE, _INITIALS, _INITIALS_INSIDE)),
        ):
            for line, place, end in self._spans(pattern, self.sounds, self.sound_starts):
                at_start = place == self.sound_starts[line]
                whole = at_start and end == self._end(line, self.sounds, self.sound_starts)
                yield line, grades[0] if whole else grades[1] if at_start else grades[2]

    def _by_words(self, asked: list[str], whole: Grades, match: Callable[[str], Grades]) -> Grades:
        """Return what every word of ``asked`` names, by its own name, its county or its class.

        :param whole: what the words answer to as one.
        """
        told = [match(word) for word in asked] if len(asked) > 1 else [whole]
        fitting: set[int] | None = None
        for word, own in zip(asked, told):
            counties = (thing for thing in own.keys() & self.company.keys() if _is_county(own[thing], len(asked)))
            here = own.keys() | {thing for county in counties for thing in self.company[county]} | self._of_class(word)
            fitting = here if fitting is None else fitting & here
        named = {thing: min((own[thing] for own in told if thing in own), default=20) for thing in fitting or ()}
        return {thing: _COUNTY + grade / 40 for thing, grade in named.items() if thing not in self.company}

    def _of_class(self, word: str) -> set[int]:
        classes = {cls for cls in {thing[1] for thing in self.things} if word in _called(cls)}
        return {number for number, thing in enumerate(self.things) if thing[1] in classes} if classes else set()

    def _spans(self, pattern: re.Pattern[str], text: str, starts: tuple[int, ...]) -> Iterator[tuple[int, int, int]]:
        for count, match in enumerate(pattern.finditer(text)):
            if count >= _LOOKED_AT:
                return
            yield bisect_right(starts, match.start()) - 1, match.start(), match.end()

    def _places(self, pattern: re.Pattern[str], text: str, starts: tuple[int, ...]) -> Iterator[tuple[int, int]]:
        for line, place, _ in self._spans(pattern, text, starts):
            yield line, place

    def _end(self, line: int, text: str, starts: tuple[int, ...]) -> int:
        return (starts[line + 1] if line + 1 < len(starts) else len(text) + 1) - 1

    def _nearly(self, wanted: str) -> Grades:
        """Return what is nearly so, by the fewest slips that lead to anything."""
        grades: Grades = {}
        is_han = bool(_SOME_HAN.search(wanted))
        for line in self._sounding_alike(wanted) if is_han else ():
            self._note(grades, line, _NEAR)
        for line in self._one_of_two(wanted) if is_han else ():
            self._note(grades, line, _NEAR + 1.5)
        for line, slips in self._with_slips(wanted, is_han):
            self._note(grades, line, _NEAR + slips)
        least = int(min(grades.values(), default=0))
        return {thing: grade for thing, grade in grades.items() if grade < least + 1}

    def _sounding_alike(self, wanted: str) -> Iterator[int]:
        """Yield the lines with other characters of the same sound, the commonest slip of who types by sound."""
        syllables = [syllable.replace("v", "u") for _, syllable in read_aloud(wanted)]
        if len(syllables) == len(wanted) > 1:
            pattern = re.compile("".join(f" {_SIGN}{syllable}(?![a-z])" for syllable in syllables))
            yield from (line for line, _ in self._places(pattern, self.sounds, self.sound_starts))

    def _one_of_two(self, wanted: str) -> Iterator[int]:
        """Yield the lines of counties of two characters one of which is wrong."""
        if len(wanted) == 2:
            first, second = map(re.escape, wanted)
            pattern = re.compile(f"^(?:{first}.|.{second})$", re.MULTILINE)
            found = (line for line, _ in self._places(pattern, self.keys, self.key_starts))
            yield from (line for line in found if self.owners[line] in self.company)

    def _with_slips(self, wanted: str, is_han: bool) -> Iterator[tuple[int, int]]:
        """Yield the lines that hold ``wanted`` with a slip or two, and how many.

        Of a text in which ``n`` signs are wrong, one of ``n + 1`` parts is right (the pigeonhole principle), or two
        of them are once the signs where they meet change places.
        """
        slips = _slips(wanted, is_han)
        if not slips:
            return
        ends = [len(wanted) * at // (slips + 1) for at in range(slips + 2)]
        parts = [wanted[start:end] for start, end in pairwise(ends)]
        parts += [one[:-1] + other[0] + one[-1] + other[1:] for one, other in pairwise(parts)]
        found: dict[int, int] = {}
        for text, starts, between in self._texts(is_han):
            pattern = re.compile("|".join(between.join(map(re.escape, part)) for part in parts))
            for line in {line for line, _ in self._places(pattern, text, starts)}:
                name = text[starts[line] : self._end(line, text, starts)]
                name = name if text is self.keys else _NO_LETTERS.sub("", name)
                if sum(sign not in name for sign in wanted) > slips:
                    continue
                found[line] = min(nearest(wanted, name), found.get(line, slips + 1))
        yield from ((line, needed) for line, needed in found.items() if needed <= slips)

    def _texts(self, is_han: bool) -> Iterator[tuple[str, tuple[int, ...], str]]:
        """Yield the texts that are searched, where their lines begin, and what may stand between two signs."""
        yield self.keys, self.key_starts, ""
        if not is_han:
            yield self.sounds, self.sound_starts, f"(?: {_SIGN}?)?"


_NO_LETTERS = re.compile("[^a-z0-9]")


def to_finder(catalogue: Catalogue) -> Finder:
    """Return the names of a catalogue, made ready to be searched."""
    entries = sorted(catalogue.entries.values(), key=lambda entry: (_order(entry.cls), -len(entry.near), entry.iri))
    numbers = {entry.iri: number for number, entry in enumerate(entries)}
    labels = {entry.iri: entry.label for entry in entries if entry.cls == "County"}
    keys: list[str] = []
    sounds, owners, is_label = [], [], []
    company: dict[int, list[int]] = {number: [] for number, entry in enumerate(entries) if entry.cls == "County"}
    starts: dict[int, frozenset[int]] = {}
    for number, entry in enumerate(entries):
        for county in entry.counties:
            if county in labels and numbers[county] != number:
                company[numbers[county]].append(number)
        for name in dict.fromkeys(_names(entry.label, entry.en, entry.aliases, entry.cls)):
            if not _SOME_HAN.search(name):
                starts[len(keys)] = _word_starts(name)
            keys.append(bare(name))
            sounds.append("" if len(keys) - 1 in starts else _spell(name))
            owners.append(number)
            is_label.append(name == entry.label or name == _RANK.sub("", entry.label))
    return Finder(
        keys="\n".join(keys),
        sounds="\n".join(sounds),
        owners=tuple(owners),
        labels=tuple(is_label),
        words=starts,
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
    return _kept(text) or text.strip().lower().replace("\n", " ")


def _kept(text: str) -> str:
    signs = unicodedata.normalize("NFKD", text).lower()
    return "".join(sign for sign in signs if unicodedata.category(sign)[0] in "LN")


def nearest(wanted: str, text: str) -> int:
    """Return how many slips make the part of ``text`` that is most like ``wanted`` into it.

    A sign too many, missing or wrong is one slip, and so are two neighbours exchanged; all rows of the table are
    worked out at once, as the bits of a number (Hyyrö 2003, A bit-vector algorithm for computing Levenshtein and
    Damerau edit distances).
    """
    mask, last = (1 << len(wanted)) - 1, 1 << (len(wanted) - 1)
    places: dict[str, int] = {}
    for at, sign in enumerate(wanted):
        places[sign] = places.get(sign, 0) | 1 << at
    more, less, slips = mask, 0, len(wanted)
    fewest, across, before = slips, 0, 0
    for sign in text:
        same = places.get(sign, 0)
        exchanged = (~across & same) << 1 & before
        across = ((((same & more) + more) ^ more) | same | less | exchanged) & mask
        up, down = less | ~(across | more) & mask, more & across
        if up & last:
            slips += 1
        elif down & last:
            slips -= 1
            fewest = slips if slips < fewest else fewest
        up, down = up << 1 & mask, down << 1 & mask
        more, less = down | ~(across | up) & mask, up & across
        before = same
    return fewest


def _sounding(wanted: str, between: str) -> re.Pattern[str]:
    """Return the pattern of what is typed in the sounds: letters are of syllables, other signs are the signs."""
    parts = []
    for is_letters, run in groupby(wanted, lambda sign: "a" <= sign <= "z"):
        signs = [re.escape(sign) for sign in run]
        parts.append(f" {_SIGN}?" + between.join(signs) if is_letters else "[a-z]*".join(f" {s}" for s in signs))
    return re.compile("[a-z]*".join(parts) + "[a-z]*")


def _is_county(grade: float, words: int) -> bool:
    """Tell whether a county is meant that answers with ``grade``: one word alone must begin its name."""
    return grade <= _SOUND_START or words > 1 and (grade <= _INITIALS_WHOLE or grade >= _NEAR)


def _called(cls: str) -> set[str]:
    return {bare(name) for name in words().get(f"class.{cls}", {}).values()}


def _spell(name: str) -> str:
    """Return the signs of a name, bare, each after a blank and with its syllable."""
    spelled = iter(read_aloud(name))
    character, syllable = next(spelled, ("", ""))
    signs = []
    for sign in name:
        if sign == character:
            signs.append(f" {sign}{syllable.replace('v', 'u')}")
            character, syllable = next(spelled, ("", ""))
        else:
            signs += (f" {kept}" for kept in _kept(sign))
    return "".join(signs)


def _word_starts(name: str) -> frozenset[int]:
    """Return where in the bare name its words begin."""
    return frozenset(len(_kept(name[: match.start()])) for match in _WORD.finditer(name))


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
