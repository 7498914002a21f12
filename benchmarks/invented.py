"""Invented pages, as many as are wanted: the same ones on every machine, without a sentence of a real page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from random import Random

from kg.graph.mapping import to_page_quads
from kg.graph.store import building
from kg.model import Article, County, Entity, Figure, Page, Source, Span
from kg.ontology_files import ontology_file

_SIGNS = (
    "东西南北山水江河湖海云月春秋松柏兰竹金玉石桥林泉安宁平和兴盛长永清明文武德仁信义福寿康乐新华光辉先锋前进红星朝阳"
)
_HEADS = {
    "Alliance": ("党建联盟", "产业联盟", "红色联盟"),
    "Mechanism": ("联席会议制度", "积分制", "议事会制度", "督查机制", "工作法"),
    "Programme": ("行动", "工程", "计划"),
    "Platform": ("驿站", "服务中心", "党群之家"),
    "Organisation": ("党支部", "合作社", "委员会"),
    "Document": ("实施方案", "意见"),
    "Slogan": ("",),
}
_QUOTED = {"Alliance", "Programme", "Platform", "Slogan"}
_PRACTICES, _THEMES = (
    re.findall(rf"^{kind}:([\w-]+) a ", ontology_file("practices.ttl").read_text(encoding="utf-8"), re.MULTILINE)
    for kind in ("practice", "theme")
)
_AMOUNTS = {"Alliance": 2, "Mechanism": 6, "Programme": 5, "Platform": 4, "Organisation": 7, "Document": 1, "Slogan": 5}
_FIGURES = 8
_CASES, _SHARE = ("Alliance", "Mechanism", "Platform"), 0.4


def pages(articles: int, counties: int, seed: int = 1) -> Iterator[Page]:
    """Yield pages of one article each.

    :param articles: how many.
    :param counties: how many counties they report on, in turn.
    """
    random = Random(seed)
    names = _names(random, counties)
    for number in range(articles):
        yield _page(random, number, names[number % counties], f"{660000 + number % counties}")


def write_build(directory: str, articles: int, counties: int) -> None:
    """Write a build of invented pages into ``directory``."""
    with building(directory) as graph:
        graph.load_vocabulary()
        for page in pages(articles, counties):
            graph.replace(page.file, to_page_quads(page), page.sha256)
        graph.describe()


def _names(random: Random, count: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        found["".join(random.sample(_SIGNS, 2)) + random.choice("县市区")] = None
    return list(found)


def _page(random: Random, number: int, county: str, code: str) -> Page:
    named = [(cls, _name(random, cls)) for cls, amount in _AMOUNTS.items() for _ in range(amount)]
    sentences = [f"{county}推行{name}，由{name}带动各村。" for _, name in named]
    amounts = [f"惠及群众{random.randrange(100, 9000)}户" for _ in range(_FIGURES)]
    text = "".join([*sentences, *(f"{amount}。" for amount in amounts)])
    file = f"page{number:05}.txt"
    article = Article(
        page=file,
        article=1,
        kind="report",
        headline=f"{county}：{named[0][1]}",
        text=text,
        county=County(name=county, code=code, prefecture=f"{county[0]}州市", province=f"{county[0]}省"),
        source=Source(file=file, sha256="0" * 64, start=0, end=len(text), runs=((0, 0),)),
        metadata={"newspaper": "虚构日报", "date": f"2022-{number % 12 + 1:02}-{number % 28 + 1:02}", "page": "A1"},
        entities=tuple(_entity(random, text, cls, name, named) for cls, name in dict.fromkeys(named)),
        figures=tuple(
            Figure(value=int(amount[4:-1]), unit="户", of="惠及群众", approx=False, text=amount, **_at(text, amount))
            for amount in amounts
        ),
        themes=(random.choice(_THEMES),),
        paragraphs=(Span(start=0, end=len(text)),),
    )
    return Page(file=file, sha256=sha256(text.encode()).hexdigest(), text=text, articles=(article,), leftovers=())


def _name(random: Random, cls: str) -> str:
    word = "".join(random.sample(_SIGNS, 4))
    return (f"“{word}”" if cls in _QUOTED else word) + random.choice(_HEADS[cls])


def _entity(random: Random, text: str, cls: str, name: str, named: list[tuple[str, str]]) -> Entity:
    mentions, at = [], text.find(name)
    while at >= 0:
        mentions.append(Span(start=at, end=at + len(name)))
        at = text.find(name, at + 1)
    organisations = [other for kind, other in named if kind == "Organisation"]
    return Entity(
        type=cls,
        name=name,
        mentions=tuple(mentions),
        practice=random.choice(_PRACTICES) if cls in _CASES and random.random() < _SHARE else None,
        lead=random.choice(organisations) if cls == "Alliance" else None,
        members=tuple(random.sample(organisations, 2)) if cls == "Alliance" else (),
        **_at(text, name),
    )


def _at(text: str, wording: str) -> dict[str, int]:
    start = text.index(wording)
    return {"start": start, "end": start + len(wording)}
