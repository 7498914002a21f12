"""Counties in the graph: their region, the names of the article's date, and what is left openly ambiguous."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Triple
from test_graph_sample import CLOUD, PEAK, ZONE, article

from kg.extraction.county import find_counties
from kg.extraction.gazetteer import load_gazetteer
from kg.extraction.lexicon import read_table
from kg.graph.iri import BASE, entity_iri, reported_county_iri
from kg.graph.mapping import to_quads
from kg.graph.regions import to_region_triples
from kg.graph.vocab import DCTERMS, DJ, RDF, RDFS, SKOS, XSD
from kg.model import Article, County, Page
from kg.reading.segmentation import find_articles

TABLE = Path(__file__).parent / "tables" / "divisions.tsv"
ROWS = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]


def _read(opening: str, other: str, date: str) -> Article:
    """Return the last article of a page, with its county."""
    text = "" if other == "-" else f"邻县也动起来\n\n{other}\n\n"
    text += f"支部建在链上 党员走在前头\n\n{opening}\n"
    found, leftovers = find_articles(text, file="p.txt", sha256="")
    articles = tuple(replace(article, metadata={} if date == "-" else {"date": date}) for article in found)
    page = Page(file="p.txt", sha256="", text=text, articles=articles, leftovers=leftovers)
    return article(county=find_counties(page)[-1], metadata=dict(articles[-1].metadata))


class Described:
    """The triples of a county, looked up by property."""

    def __init__(self, case: Article) -> None:
        self.node = reported_county_iri(BASE, case)
        self.triples = set(to_region_triples(BASE, case))

    def values(self, subject: NamedNode, term: NamedNode) -> list:
        return sorted((t.object for t in self.triples if t.subject == subject and t.predicate == term), key=str)

    def name(self, node: NamedNode) -> str:
        (label,) = self.values(node, RDFS.label)
        return " ".join([label.value, *(code.value for code in self.values(node, DJ.code))])

    def above(self, kind: NamedNode) -> str:
        """Return name and code of the division of this kind above the county, - where there is none."""
        node = self.node
        while outer := self.values(node, DJ.within):
            (node,) = outer
            if kind in self.values(node, RDF.type):
                return self.name(node)
        return "-"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " ".join(row[:3]))
def test_a_county_stands_in_the_graph_as_it_was_at_the_date(row: list[str]) -> None:
    opening, other, date, county, code, prefecture, province, names, replaced, may_be = row
    found = Described(_read(opening, other, date))
    assert found.name(found.node) == (county if code == "-" else f"{county} {code}")
    assert (found.above(DJ.Prefecture), found.above(DJ.Province)) == (prefecture, province)
    assert " ".join(label.value for label in found.values(found.node, SKOS.altLabel)) == names.strip("-")
    successors = found.values(found.node, DCTERMS.isReplacedBy)
    assert " ".join(map(found.name, successors)) == replaced.strip("-")
    candidates = found.values(found.node, DJ.mayBe)
    assert " ".join(found.name(node).split()[-1] for node in candidates) == may_be.strip("-")
    ambiguous = [Literal("true", datatype=XSD.boolean)] if candidates else []
    assert found.values(found.node, DJ.ambiguous) == ambiguous


def test_only_a_county_that_is_reported_on_is_one() -> None:
    """Candidates and successors are divisions: they are named, no article says anything of them."""
    for county in (County(name="鼓楼区", code=None), County(name="崇明县", code="310230", province="上海市")):
        found = Described(article(county=county))
        assert [t.subject for t in found.triples if t.object == DJ.County] == [found.node]


def test_two_articles_on_a_name_of_several_counties_do_not_share_it() -> None:
    drum = County(name="鼓楼区", code=None)
    one, two = article(number=1, county=drum), article(number=2, county=drum)
    assert reported_county_iri(BASE, one) != reported_county_iri(BASE, two)
    assert entity_iri(BASE, "alliance", one, "甲联盟") != entity_iri(BASE, "alliance", two, "甲联盟")
    assert {t.subject for q in to_quads(one) if (t := q.triple).predicate == DJ.usesAlliance} == {
        reported_county_iri(BASE, one)
    }


def test_a_zone_is_marked_and_lies_in_its_prefecture_whose_code_and_province_are_known() -> None:
    found = Described(article(county=County(name="济宁经济技术开发区", code=None, prefecture="济宁市")))
    assert DJ.Zone in found.values(found.node, RDF.type)
    assert (found.above(DJ.Prefecture), found.above(DJ.Province)) == ("济宁市 370800", "山东省 370000")


@pytest.mark.parametrize("county", [CLOUD, PEAK, ZONE])
def test_what_the_gazetteer_does_not_know_has_no_kin(county: County) -> None:
    found = Described(article(county=county))
    terms = {t.predicate for t in found.triples}
    assert not terms & {SKOS.altLabel, DCTERMS.isReplacedBy, DJ.mayBe, DJ.ambiguous}


def test_no_identity_with_the_outside_is_claimed() -> None:
    """No package in use carries identifiers of another authority than the codes of GB/T 2260."""
    for row in ROWS[:5]:
        assert not [t for t in to_region_triples(BASE, _read(*row[:3])) if "sameAs" in t.predicate.value]


def test_every_former_division_has_a_line_that_holds_together() -> None:
    """A successor exists today; one that continues several has its name from one of them."""
    gazetteer, rows = load_gazetteer(), read_table("former_divisions")
    assert len(rows) > 350
    assert len({row[:2] for row in rows}) == len(rows)
    for code, name, _, province, until, successor, how in rows:
        assert len(code) == 6 and code.isdigit() and province and 2010 <= int(until) < 2026
        assert (how in ("continued", "merged")) == bool(successor)
        if successor:
            today = gazetteer.by_code(successor)
            assert today and today.until is None and today.county.province == province, name


def test_prefectures_are_told_apart_by_name() -> None:
    """Two codes under one name would make two prefectures one node."""
    codes: dict[str, set[str]] = {}
    for divisions in load_gazetteer().by_name.values():
        for division in divisions:
            if division.county.prefecture:
                codes.setdefault(division.county.prefecture, set()).add(division.county.code[:4])
    assert not {name for name, found in codes.items() if len(found) > 1}


@pytest.mark.parametrize("date", ["0", "20x2", "壬寅年冬", "9999-01-01", "２０２２年", "²022"])
def test_a_date_that_is_none_does_not_stop_the_page(date: str) -> None:
    assert Described(_read("鼓楼区把支部建到楼里，党员带着居民干。", "-", date)).values(
        reported_county_iri(BASE, article(county=County(name="鼓楼区", code=None))), DJ.mayBe
    )


def test_the_triples_of_a_county_are_few() -> None:
    assert len(list(to_region_triples(BASE, _read("崇明县把支部建到田头。", "-", "2014-01-01")))) <= 16
    assert all(isinstance(t, Triple) for t in to_region_triples(BASE, article()))
