"""A small graph of two invented counties, for the tests of the views."""

from __future__ import annotations

from hashlib import sha256

from pyoxigraph import Quad, RdfFormat, Store, parse

from kg.graph.mapping import to_page_quads
from kg.model import (
    Article,
    Byline,
    Component,
    County,
    Entity,
    Figure,
    Formula,
    Leftover,
    Page,
    Source,
    Span,
)
from kg.ontology_files import ontology_file

FIRST = (
    "搭好架子，联到一处。甲县由县委组织部牵头组建“溪畔”党建联盟，成员有县农业农村局。联盟建立联席会议制度，"
    "推行“两看一评”工作法。“两看”看账本、看现场，“一评”由群众评。全县走访群众1200余户。明年拟启动“百村提升”工程。"
)
SECOND = "乙区健全党建联席会机制，新设“溪畔”驿站。"

HOSTILE = (
    "<script>window.hit=1</script>",
    "</script><script>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    "<!--<script>",
    "甲\u2028乙\u2029丙",
    "\u202e反写\u202c与\u2066隔离\u2069",
    'href="javascript:window.hit=1" <b>粗</b>',
    '"><svg onload=window.hit=1>',
    "'&amp;{{7*7}}{% raw %}",
    "$& $1 {n} __proto__",
)
"""Names that must be shown as they are, wherever they come to stand."""


def stretch(text: str, wording: str) -> dict[str, int]:
    """Return start and end of the first ``wording`` in ``text``."""
    start = text.index(wording)
    return {"start": start, "end": start + len(wording)}


def entity(text: str, type_: str, name: str, **rest) -> Entity:
    """Return an entity at its first wording in ``text``, mentioned wherever its name or an alias stands."""
    found = []
    for wording in (name, *rest.get("aliases", ())):
        at = text.find(wording)
        while at >= 0:
            found.append(Span(start=at, end=at + len(wording)))
            at = text.find(wording, at + 1)
    mentions = tuple(sorted(set(found), key=lambda span: (span.start, span.end)))
    return Entity(type=type_, name=name, mentions=mentions, **stretch(text, name), **rest)


def article(number: int, text: str, county: str, code: str, **rest) -> Article:
    """Return an article whose text stands unbroken in its page."""
    return Article(
        page="sample.txt",
        article=number,
        kind="report",
        headline=rest.pop("headline", f"{county}的做法"),
        text=text,
        county=County(name=county, code=code, prefecture="丙市", province="丁省"),
        source=Source(file="sample.txt", sha256="0" * 64, start=0, end=len(text), runs=((0, 0),)),
        metadata={"newspaper": "样报", "date": "2022-11-01", "page": "A3"},
        **rest,
    )


def sample_page() -> Page:
    """Return a page of two articles with facts of every kind, and leftovers."""
    first = article(
        1,
        FIRST,
        "甲县",
        "990101",
        bylines=(Byline(name="某人", role="通讯员"),),
        measures=(Span(**stretch(FIRST, "搭好架子，联到一处")),),
        entities=(
            entity(
                FIRST, "Alliance", "“溪畔”党建联盟", aliases=("联盟",), lead="县委组织部", members=("县农业农村局",)
            ),
            entity(FIRST, "Mechanism", "联席会议制度", practice="joint-meeting"),
            entity(FIRST, "Mechanism", "“两看一评”工作法"),
            entity(FIRST, "Slogan", "“两看一评”"),
            entity(FIRST, "Programme", "“百村提升”工程", status="planned"),
            entity(FIRST, "Organisation", "县委组织部"),
        ),
        formulas=(
            Formula(
                text="“两看一评”",
                components=(
                    Component(label="两看", items=("账本", "现场")),
                    Component(label="一评", items=("群众评",)),
                ),
                **stretch(FIRST, "“两看一评”"),
            ),
        ),
        figures=(
            Figure(
                value=1200,
                unit="户",
                of="走访群众",
                approx=True,
                text="走访群众1200余户",
                **stretch(FIRST, "走访群众1200余户"),
            ),
        ),
        themes=("grassroots-governance",),
        paragraphs=(Span(start=0, end=30), Span(start=30, end=len(FIRST))),
    )
    second = article(
        2,
        SECOND,
        "乙区",
        "990102",
        entities=(
            entity(SECOND, "Mechanism", "党建联席会机制", practice="joint-meeting"),
            entity(SECOND, "Platform", "“溪畔”驿站"),
        ),
        themes=("grassroots-governance",),
    )
    text = FIRST + SECOND
    leftovers = (Leftover(kind="furniture", start=0, end=4, text="责任编辑 某某"),)
    return Page(
        file="sample.txt",
        sha256=sha256(text.encode()).hexdigest(),
        text=text,
        articles=(first, second),
        leftovers=leftovers,
    )


def hostile_page() -> Page:
    """Return a page whose every name, headline and figure is one of ``HOSTILE``."""
    text = "。".join((*HOSTILE, "共9户"))
    hostile = article(
        1,
        text,
        HOSTILE[0],
        "990101",
        headline=HOSTILE[1],
        bylines=(Byline(name=HOSTILE[2], role=HOSTILE[3]),),
        entities=tuple(entity(text, "Mechanism", name, aliases=(HOSTILE[2],), lead=HOSTILE[1]) for name in HOSTILE),
        formulas=(
            Formula(
                text=HOSTILE[4],
                components=(Component(label=HOSTILE[0], items=HOSTILE[:3]),),
                **stretch(text, HOSTILE[4]),
            ),
        ),
        figures=(
            Figure(value=9, unit=HOSTILE[0], of=HOSTILE[1], approx=False, text="共9户", **stretch(text, "共9户")),
        ),
    )
    rest = (Leftover(kind=HOSTILE[0], start=0, end=1, text=HOSTILE[1]),)
    return Page(file=HOSTILE[2], sha256="0" * 64, text=text, articles=(hostile,), leftovers=rest)


def to_store(*pages: Page) -> Store:
    """Return a store whose default graph holds the pages' triples and the practices, as a build's does."""
    store = Store()
    for page in pages:
        store.extend(quad for named in to_page_quads(page) for quad in (named, _in_default_graph(named)))
    practices = parse(ontology_file("practices.ttl").read_bytes(), RdfFormat.TURTLE)
    store.extend(_in_default_graph(triple) for triple in practices)
    return store


def _in_default_graph(triple) -> Quad:
    return Quad(triple.subject, triple.predicate, triple.object)
