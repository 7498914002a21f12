"""Entities → recurring practices, articles → themes, by ontology/practices.ttl.

All wordings live in the Turtle file, whose head comment explains them; this module only
knows how they match.  Four rules keep a link right:

* *The head decides.*  Chinese names end in their head, so of several practices named in
  one name the one that ends last wins (党建联盟联席会议 is a joint meeting), and of two that end
  together the one with more literal characters (村级小微权力清单 is petty powers, not any list).
* *A list is not its member.*  In a name that strings parts together with 、 ， or + a practice
  counts when it stands in half of the parts at least, or in the head after the quotation.
* *A motto must name its practice.*  Of a slogan the practice's words cover more than half, else it
  is a figure of speech (指尖上的党校 is no Party school); no alias speaks for it.
* *Name before alias.*  Aliases speak only for a name that says nothing, and only with one voice.
  An alias speaks if it holds the name or stands in it and does not string several things together.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

import pyoxigraph as ox
from ahocorasick_rs import MATCHKIND_LEFTMOST_LONGEST, AhoCorasick

from kg.ontology_files import ontology_file

_DJ = "https://w3id.org/dangjian/ontology#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_PRACTICE = "https://w3id.org/dangjian/practice/"
_THEME = "https://w3id.org/dangjian/theme/"
_WORDINGS = tuple(ox.NamedNode(_SKOS + name) for name in ("prefLabel", "altLabel", "hiddenLabel"))
_BROADER = ox.NamedNode(_SKOS + "broader")
_EXCLUDES = ox.NamedNode(_DJ + "excludes")
_APPLIES_TO = ox.NamedNode(_DJ + "appliesTo")

NAMED_TYPES = frozenset({"Alliance", "Mechanism", "Programme", "Platform", "Slogan"})
"""The entity types that may be a case of any practice; dj:appliesTo adds others to one practice."""

_GAP = "[^、，；,;]{0,8}?"
_MARKS = re.compile(r"[“”‘’「」『』《》\"\s]")
_TAIL = re.compile(r"[”’」』》]([^“”‘’「」『』《》]+)$")
_OPENING = re.compile("[“‘「『《]")
_COMMA = re.compile("[、，；,;]")
_SEPARATOR = re.compile("[、，；,;+]")

_Said = dict[ox.NamedNode, list[ox.NamedNode | ox.Literal]]
"""What the file says of one practice or theme, by property."""

_THEME_LIMIT = 3
_THEME_SHARE = 0.5
_THEME_MINIMUM = 3
_PRACTICE_WEIGHT = 3
_CEILING = 5


@dataclass(frozen=True, slots=True)
class _Wording:
    """One wording of a practice: ``key`` its rarest literal part, ``other`` the next, ``weight`` all their characters.

    ``whole`` where the key is all of it, so that wherever the key stands the wording does.
    """

    practice: str
    label: str
    key: str
    other: str
    weight: int
    whole: bool


class _Match(NamedTuple):
    practice: str
    weight: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Finder:
    """The wordings of the practices of which one type of entity may be a case, and the automaton of their keys."""

    wordings: tuple[_Wording, ...]
    automaton: AhoCorasick


@dataclass(frozen=True, slots=True)
class _Scheme:
    finders: dict[str, _Finder]
    excludes: dict[str, tuple[str, ...]]
    broader: dict[str, tuple[str, ...]]
    cue_themes: tuple[str, ...]
    cue_finder: AhoCorasick


def find_practice(entity_type: str, name: str, aliases: Sequence[str]) -> str | None:
    """Return the id of the practice that the entity is clearly a case of, else None.

    ``aliases`` are the entity's other wordings in the article.
    """
    practice = _named_practice(entity_type, name)
    if practice is not None or entity_type == "Slogan" or not aliases:
        return practice
    voices = {_named_practice(entity_type, alias) for alias in aliases if _speaks_for(alias, name)} - {None}
    return voices.pop() if len(voices) == 1 else None


def find_themes(text: str, practice_ids: Sequence[str]) -> tuple[str, ...]:
    """Return the ids of at most three themes of an article, the strongest first.

    ``practice_ids`` are the practices of its entities, one for each entity.  Each practice speaks
    for its broader themes, each cue word in ``text`` for its own, neither any louder for being
    repeated more than five times.  A theme with less than half of the strongest one's weight is
    left out; equal weights stand in alphabetical order.
    """
    scheme = _scheme()
    weights: Counter[str] = Counter()
    for practice, count in Counter(practice_ids).items():
        for theme in scheme.broader.get(practice, ()):
            weights[theme] += _PRACTICE_WEIGHT + min(count, _CEILING) - 1
    cues = Counter(index for index, _, _ in scheme.cue_finder.find_matches_as_indexes(text))
    for index, count in cues.items():
        weights[scheme.cue_themes[index]] += min(count, _CEILING)
    floor = max([_THEME_MINIMUM, *(_THEME_SHARE * weight for weight in weights.values())])
    strong = sorted((-weight, theme) for theme, weight in weights.items() if weight >= floor)
    return tuple(theme for _, theme in strong[:_THEME_LIMIT])


def _bare(name: str) -> str:
    """Return ``name`` without quotation marks and blanks, full-width signs made half-width (NFKC)."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", name))


def _speaks_for(alias: str, name: str) -> bool:
    if _COMMA.search(alias) or len(_OPENING.findall(alias)) > 1:
        return False
    bare_alias, bare_name = _bare(alias), _bare(name)
    return bare_name in bare_alias or bare_alias in bare_name


@lru_cache(maxsize=16384)  # names recur from article to article
def _named_practice(entity_type: str, name: str) -> str | None:
    finder = _scheme().finders.get(entity_type)
    if finder is None:
        return None
    text = _bare(name)
    found = list(_find_matches(finder, text))
    matches = _without_excluded(found, text) if found else []
    if not matches:
        return None
    best = max(matches, key=lambda m: (m.end, m.weight, m.practice))
    if entity_type == "Slogan" and 2 * _coverage(best.practice, matches) <= len(text):
        return None
    tail = _TAIL.search(name)
    if tail and best.start >= len(text) - len(_bare(tail[1])):
        return best.practice
    return best.practice if _speaks_for_all(best.practice, matches, text) else None


def _coverage(practice: str, matches: Iterable[_Match]) -> int:
    return len({at for m in matches if m.practice == practice for at in range(m.start, m.end)})


def _find_matches(finder: _Finder, text: str) -> Iterator[_Match]:
    hits = finder.automaton.find_matches_as_indexes(text, overlapping=True)
    seen: set[int] = set()
    for index, start, end in sorted(hits):
        wording = finder.wordings[index]
        if wording.whole:
            yield _Match(wording.practice, wording.weight, start, end)
        elif index not in seen and wording.other in text:
            for found in _to_expression(wording.label).finditer(text):
                yield _Match(wording.practice, wording.weight, found.start(), found.end())
            seen.add(index)


def _without_excluded(matches: Sequence[_Match], text: str) -> list[_Match]:
    """Return the matches of the practices that no wording in ``text`` excludes (dj:excludes)."""
    excludes = _scheme().excludes
    out = {p for p in {m.practice for m in matches} if any(_to_expression(e).search(text) for e in excludes[p])}
    return [match for match in matches if match.practice not in out]


def _speaks_for_all(practice: str, matches: Iterable[_Match], text: str) -> bool:
    """Whether ``practice`` stands in half of the listed parts, and no other in a part without it."""
    starts = [0, *(mark.end() for mark in _SEPARATOR.finditer(text))]
    own: set[int] = set()
    others: set[int] = set()
    for match in matches:
        parts = range(bisect_right(starts, match.start) - 1, bisect_right(starts, match.end - 1))
        (own if match.practice == practice else others).update(parts)
    return others <= own and 2 * len(own) >= len(starts)


@cache
def _scheme() -> _Scheme:
    """Read practices.ttl and compile its wordings, once."""
    facts = _read_facts(ontology_file("practices.ttl").read_bytes())
    practices = {iri.removeprefix(_PRACTICE): f for iri, f in facts.items() if iri.startswith(_PRACTICE)}
    themes = {iri.removeprefix(_THEME): f for iri, f in facts.items() if iri.startswith(_THEME)}
    labels = [(practice, label) for practice, f in sorted(practices.items()) for label in _chinese(f, _WORDINGS)]
    parts = Counter(part for _, label in labels for part in set(_literals(label)))
    wordings = tuple(_to_wording(practice, label, parts) for practice, label in labels)
    extra = {p: frozenset(_ids(f.get(_APPLIES_TO, ()), _DJ)) for p, f in practices.items()}
    others = frozenset().union(*extra.values()) - NAMED_TYPES
    cues = [(cue, theme) for theme, fact in sorted(themes.items()) for cue in _chinese(fact, _WORDINGS)]
    return _Scheme(
        finders=dict.fromkeys(NAMED_TYPES, _to_finder(wordings))
        | {kind: _to_finder(w for w in wordings if kind in extra[w.practice]) for kind in others},
        excludes={p: tuple(_chinese(f, (_EXCLUDES,))) for p, f in practices.items()},
        broader={p: tuple(sorted(_ids(f.get(_BROADER, ()), _THEME))) for p, f in practices.items()},
        cue_themes=tuple(theme for _, theme in cues),
        cue_finder=AhoCorasick([cue for cue, _ in cues], matchkind=MATCHKIND_LEFTMOST_LONGEST),
    )


def _read_facts(turtle: bytes) -> dict[str, _Said]:
    facts: dict[str, _Said] = {}
    for triple in ox.parse(turtle, format=ox.RdfFormat.TURTLE):
        facts.setdefault(triple.subject.value, {}).setdefault(triple.predicate, []).append(triple.object)
    return facts


def _chinese(fact: _Said, properties: Iterable[ox.NamedNode]) -> list[str]:
    said = (o for p in properties for o in fact.get(p, ()) if isinstance(o, ox.Literal))
    return sorted(wording.value for wording in said if wording.language == "zh")


def _ids(iris: Iterable[ox.NamedNode | ox.Literal], namespace: str) -> list[str]:
    return [iri.value.removeprefix(namespace) for iri in iris]


def _literals(label: str) -> list[str]:
    return [part for part in _bare(label).strip("^$").split("*") if part]


def _to_wording(practice: str, label: str, frequency: Counter[str]) -> _Wording:
    parts = sorted(_literals(label), key=lambda part: (frequency[part], -len(part)))
    key, other, *_ = [*parts, ""]
    whole = key == _bare(label) and key[0] not in key[1:]  # so that no two of its places overlap
    return _Wording(practice, label, key, other, sum(map(len, parts)), whole)


def _to_finder(wordings: Iterable[_Wording]) -> _Finder:
    wordings = tuple(wordings)
    return _Finder(wordings, AhoCorasick([wording.key for wording in wordings]))


@cache
def _to_expression(label: str) -> re.Pattern[str]:
    """Return the expression of a wording: * is a short gap, ^ and $ the ends of the name."""
    start = "^" if label.startswith("^") else ""
    end = "$" if label.endswith("$") else ""
    return re.compile(start + _GAP.join(map(re.escape, _literals(label))) + end)
