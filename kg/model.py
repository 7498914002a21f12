"""The shared language of every floor: pages, articles and the facts found in them.

All classes are frozen and compare by value.  Offsets are counted in Unicode code
points: those of facts in the article's ``text``, those of ``Source`` in the decoded
page file.  ``to_dict``/``from_dict`` are the one conversion to and from the facts
format (the gold format plus positions), so a JSON line of ``kg extract`` and an
object in memory say the same.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any

ENTITY_TYPES = (
    "Alliance",
    "Mechanism",
    "Programme",
    "Platform",
    "Slogan",
    "Document",
    "Organisation",
    "Person",
    "Place",
)
STATUSES = ("done", "under way", "piloted", "planned", "denied")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A half-open stretch ``[start, end)`` of the article's text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """The words that justify a relation or a status of an entity or figure.

    ``role`` is one of ``lead``, ``members``, ``by``, ``status``.
    """

    role: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Byline:
    """A reporter, correspondent or photographer, with the printed role."""

    name: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class County:
    """A county-level division; ``code`` is its GB/T 2260 code, None for zones without one."""

    name: str
    code: str | None
    prefecture: str | None = None
    province: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A named thing (guidelines, "Entities").

    ``start``/``end`` are the evidence of ``name`` (for a distributed coordination: the
    stretch it was read from); ``mentions`` all positions, aliases included.
    """

    type: str
    name: str
    start: int
    end: int
    aliases: tuple[str, ...] = ()
    mentions: tuple[Span, ...] = ()
    lead: str | None = None
    members: tuple[str, ...] = ()
    by: str | None = None
    practice: str | None = None
    status: str = "done"
    cues: tuple[Cue, ...] = ()
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One part of a formula: its label and what the article lists for it."""

    label: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A numeric abbreviation and, where the article spells it out, its components."""

    text: str
    start: int
    end: int
    components: tuple[Component, ...] = ()
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A quantity that reports scale or result; ``value`` in single units (万 folded in)."""

    value: float
    unit: str
    of: str
    approx: bool
    text: str
    start: int
    end: int
    status: str = "done"
    cues: tuple[Cue, ...] = ()
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch of the page file that belongs to an article.

    ``role`` is ``headline``, ``dateline``, ``byline`` or ``body``.
    """

    role: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where an article stands in its page file.

    ``runs`` are pairs (offset in ``text``, offset in the page) at which a stretch of
    characters begins that stands unbroken in both; line wraps lie between two runs.
    """

    file: str
    sha256: str
    start: int
    end: int
    parts: tuple[Part, ...] = ()
    runs: tuple[tuple[int, int], ...] = ()

    def to_page(self, offset: int) -> int:
        """Return the page offset of the character at ``offset`` in the article's text."""
        at, page = self.runs[bisect_right(self.runs, (offset, float("inf"))) - 1]
        return page + offset - at


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article and every fact found in it."""

    page: str
    article: int
    kind: str
    headline: str | None
    text: str
    source: Source
    county: County | None = None
    bylines: tuple[Byline, ...] = ()
    measures: tuple[Span, ...] = ()
    entities: tuple[Entity, ...] = ()
    formulas: tuple[Formula, ...] = ()
    figures: tuple[Figure, ...] = ()
    themes: tuple[str, ...] = ()
    paragraphs: tuple[Span, ...] = ()
    metadata: dict[str, str] = field(default_factory=dict)
    """newspaper, date, page number, section and url, where known (pages.csv)."""

    def to_dict(self) -> dict[str, Any]:
        """Return the article as plain data, one JSON object of the facts format."""
        return {
            "page": self.page,
            "article": self.article,
            "kind": self.kind,
            "headline": self.headline,
            "county": _county_to_dict(self.county),
            "bylines": [{"name": b.name, "role": b.role} for b in self.bylines],
            "text": self.text,
            "measures": [self.text[m.start : m.end] for m in self.measures],
            "entities": [_entity_to_dict(e) for e in self.entities],
            "formulas": [_formula_to_dict(f) for f in self.formulas],
            "figures": [_figure_to_dict(f) for f in self.figures],
            "themes": list(self.themes),
            "measure_spans": [[m.start, m.end] for m in self.measures],
            "paragraphs": [[p.start, p.end] for p in self.paragraphs],
            "metadata": dict(sorted(self.metadata.items())),
            "source": {
                "file": self.source.file,
                "sha256": self.source.sha256,
                "start": self.source.start,
                "end": self.source.end,
                "parts": [{"role": p.role, "start": p.start, "end": p.end} for p in self.source.parts],
                "runs": [list(run) for run in self.source.runs],
            },
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Article:
        """Return the article that ``to_dict`` wrote."""
        source = data["source"]
        return cls(
            page=data["page"],
            article=data["article"],
            kind=data["kind"],
            headline=data["headline"],
            text=data["text"],
            county=County(**data["county"]) if data["county"] else None,
            bylines=tuple(Byline(**b) for b in data["bylines"]),
            measures=_spans(data["measure_spans"]),
            entities=tuple(_entity_from_dict(e) for e in data["entities"]),
            formulas=tuple(_formula_from_dict(f) for f in data["formulas"]),
            figures=tuple(_figure_from_dict(f) for f in data["figures"]),
            themes=tuple(data["themes"]),
            paragraphs=_spans(data["paragraphs"]),
            metadata=dict(data["metadata"]),
            source=Source(
                file=source["file"],
                sha256=source["sha256"],
                start=source["start"],
                end=source["end"],
                parts=tuple(Part(**p) for p in source["parts"]),
                runs=tuple((a, b) for a, b in source["runs"]),
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """A stretch of a page that belongs to no article: page furniture, section name, date line …"""

    kind: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page file as read: its articles and what is left over, together every character."""

    file: str
    sha256: str
    text: str
    articles: tuple[Article, ...] = ()
    leftovers: tuple[Leftover, ...] = ()


def _spans(pairs: list[list[int]]) -> tuple[Span, ...]:
    return tuple(Span(start=start, end=end) for start, end in pairs)


def _cues_to_list(cues: tuple[Cue, ...]) -> list[dict[str, Any]]:
    return [{"role": c.role, "start": c.start, "end": c.end} for c in cues]


def _county_to_dict(county: County | None) -> dict[str, Any] | None:
    if county is None:
        return None
    return {
        "name": county.name,
        "code": county.code,
        "prefecture": county.prefecture,
        "province": county.province,
    }


def _entity_to_dict(entity: Entity) -> dict[str, Any]:
    return {
        "type": entity.type,
        "name": entity.name,
        "aliases": list(entity.aliases),
        "by": entity.by,
        "lead": entity.lead,
        "members": list(entity.members),
        "start": entity.start,
        "end": entity.end,
        "mentions": [[m.start, m.end] for m in entity.mentions],
        "practice": entity.practice,
        "status": entity.status,
        "cues": _cues_to_list(entity.cues),
        "rule": entity.rule,
    }


def _entity_from_dict(data: dict[str, Any]) -> Entity:
    return Entity(
        **{
            **data,
            "aliases": tuple(data["aliases"]),
            "members": tuple(data["members"]),
            "mentions": _spans(data["mentions"]),
            "cues": tuple(Cue(**c) for c in data["cues"]),
        }
    )


def _formula_to_dict(formula: Formula) -> dict[str, Any]:
    return {
        "text": formula.text,
        "components": [{"label": c.label, "items": list(c.items)} for c in formula.components],
        "start": formula.start,
        "end": formula.end,
        "rule": formula.rule,
    }


def _formula_from_dict(data: dict[str, Any]) -> Formula:
    components = tuple(Component(label=c["label"], items=tuple(c["items"])) for c in data["components"])
    return Formula(**{**data, "components": components})


def _figure_to_dict(figure: Figure) -> dict[str, Any]:
    value = int(figure.value) if float(figure.value).is_integer() else figure.value
    return {
        "value": value,
        "unit": figure.unit,
        "of": figure.of,
        "approx": figure.approx,
        "text": figure.text,
        "start": figure.start,
        "end": figure.end,
        "status": figure.status,
        "cues": _cues_to_list(figure.cues),
        "rule": figure.rule,
    }


def _figure_from_dict(data: dict[str, Any]) -> Figure:
    return Figure(**{**data, "cues": tuple(Cue(**c) for c in data["cues"])})
