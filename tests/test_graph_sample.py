"""A small article of no real county, from which the tests of the graph build their cases."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import Quad, Store

from kg.graph.books import read_lines
from kg.graph.iri import BASE
from kg.graph.page_lines import missing_lines, to_said
from kg.graph.summaries import missing_tallies, whole_tallies
from kg.model import (
    Article,
    Byline,
    Component,
    County,
    Cue,
    Entity,
    Figure,
    Formula,
    Source,
    Span,
)

TEXT = (
    "云溪县成立“青禾”产业党建联盟，由县委组织部牵头，吸纳农技站参加。"
    "县里推行“两看一评”考核机制，看台账、看现场，评成效。"
    "明年计划建设“青禾驿站”，已走访农户1.25万余户。"
)
CLOUD = County(name="云溪县", code="990821", prefecture="泽州市", province="江南省")
PEAK = County(name="石峰区", code="990802", prefecture="泽州市", province="江南省")
ZONE = County(name="泽州经济技术开发区", code=None, prefecture="泽州市", province="江南省")


def span(text: str, within: str = TEXT) -> dict[str, int]:
    """Return start and end of the first occurrence of ``text``."""
    start = within.index(text)
    return {"start": start, "end": start + len(text)}


def alliance(**changes: object) -> Entity:
    name = "“青禾”产业党建联盟"
    lead = Cue(role="lead", **span("牵头"))
    values = {
        "type": "Alliance",
        "name": name,
        **span(name),
        "aliases": ("联盟",),
        "mentions": (Span(**span(name)), Span(**span("联盟"))),
        "lead": "县委组织部",
        "members": ("农技站",),
        "practice": "grid-management",
        "cues": (lead,),
        "rule": "quotation with head",
    }
    return Entity(**{**values, **changes})


def mechanism(**changes: object) -> Entity:
    name = "“两看一评”考核机制"
    values = {"type": "Mechanism", "name": name, **span(name), "practice": "consultation", "rule": "head"}
    return Entity(**{**values, **changes})


def planned_platform() -> Entity:
    name = "“青禾驿站”"
    cue = Cue(role="status", **span("计划"))
    return Entity(type="Platform", name=name, **span(name), status="planned", cues=(cue,), rule="quotation")


def formula() -> Formula:
    components = (Component(label="两看", items=("台账", "现场")), Component(label="一评", items=("成效",)))
    return Formula(text="“两看一评”", **span("“两看一评”"), components=components, rule="formula")


def figure(**changes: object) -> Figure:
    text = "走访农户1.25万余户"
    values = {"value": 12500.0, "unit": "户", "of": "走访农户", "approx": True, "text": text, **span(text)}
    values["rule"] = "quantity"
    return Figure(**{**values, **changes})


def article(file: str = "paper/a1.txt", number: int = 1, county: County | None = CLOUD, **changes: object) -> Article:
    """Return the sample article; ``changes`` replace its fields."""
    text = str(changes.get("text", TEXT))
    values = {
        "page": file,
        "article": number,
        "kind": "report",
        "headline": "青禾联盟结硕果",
        "text": text,
        "source": Source(file=file, sha256="a" * 64, start=0, end=len(text), runs=((0, 0),)),
        "county": county,
        "bylines": (Byline(name="林叶", role="通讯员"),),
        "measures": (Span(**span("县里推行")),) if text == TEXT else (),
        "entities": (alliance(), mechanism(), planned_platform()),
        "formulas": (formula(),),
        "figures": (figure(),),
        "themes": ("rural-revitalisation",),
        "metadata": {"newspaper": "泽州晚报", "date": "2031-05-06", "page": "A2", "section": "基层"},
    }
    return Article(**{**values, **changes})


def test_the_sample_says_what_its_spans_claim() -> None:
    for entity in article().entities:
        assert TEXT[entity.start : entity.end] == entity.name


def tally(store: Store) -> None:
    """Add the tallies to a store of articles, as the end of a build does."""
    store.extend(missing_lines(store))
    for quads in missing_tallies(store, BASE):
        add(store, quads)
    add(store, whole_tallies(store, BASE, to_said(read_lines(store)).elsewhere))


def add(store: Store, quads: Iterable[Quad]) -> None:
    named = list(quads)
    store.extend([*named, *(Quad(q.subject, q.predicate, q.object) for q in named)])
