"""The towns and villages of each county (``lexicon/localities.zip``, derived by ``gazetteer/localities.py``)."""

from __future__ import annotations

import re
import zipfile
from functools import cache, lru_cache
from importlib.resources import files
from io import BytesIO
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from kg.extraction.lexicon import read_words

_SUFFIX = re.compile(r"(?:街道|社区|苏木|嘎查|镇|乡|村)$")


class Locality(NamedTuple):
    """A town or village found in a text; ``level`` is town or village."""

    level: str
    start: int
    end: int


class Localities:
    """The names of one county's towns and villages, and the automaton that finds them."""

    def __init__(self, levels: dict[str, str]) -> None:
        self.levels = levels
        self._names = sorted(levels)
        self._automaton = AhoCorasick(self._names, MatchKind.LeftmostLongest) if levels else None

    def find(self, text: str) -> list[Locality]:
        """Return every town and village of the county named in ``text``, the longest at each place, in order."""
        if self._automaton is None:
            return []
        matches = self._automaton.find_matches_as_indexes(text, overlapping=False)
        return [Locality(self.levels[self._names[i]], start, end) for i, start, end in matches]


@cache
def _archive() -> zipfile.ZipFile:
    content = files("kg.extraction").joinpath("lexicon/localities.zip").read_bytes()
    return zipfile.ZipFile(BytesIO(content))  # in memory: forked workers would share an open file's position


@lru_cache(maxsize=512)
def load_localities(code: str | None) -> Localities:
    """Return the towns and villages of the county with this code, none for an unknown code.

    Names of two characters and names that are common words (新村, 中心社区) are left out: in
    running text they rarely name the place.
    """
    levels: dict[str, str] = {}
    if code in _codes():
        for line in _archive().read(code).decode("utf-8").splitlines():
            town, _, villages = line.partition("\t")
            levels.update((village, "village") for village in villages.split() if _tells(village))
            if _tells(town):
                levels[town] = "town"
    return Localities(levels)


@cache
def _codes() -> frozenset[str]:
    return frozenset(_archive().namelist())


def _tells(name: str) -> bool:
    return len(name) >= 3 and _SUFFIX.sub("", name) not in read_words("generic_places")
