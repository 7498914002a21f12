"""Addresses: readable, one to one, never empty."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize
from test_graph_sample import CLOUD, PEAK, ZONE, article

from kg.graph.iri import (
    BASE,
    EmptyName,
    InvalidBase,
    article_iri,
    check_base,
    county_iri,
    entity_iri,
    graph_iri,
    in_initiative,
    page_graph_iri,
    to_segment,
)

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@pytest.mark.parametrize(
    ("name", "segment"),
    [
        ("全域产业党建联盟", "全域产业党建联盟"),
        ("“1+2+N”工作体系", "“1%2B2%2BN”工作体系"),
        ("《办法》、甲·乙", "《办法》、甲·乙"),
        ("a b/c", "a%20b%2Fc"),
        ("甲\u3000乙\n", "甲%E3%80%80乙%0A"),
        ("甲\u202e乙\u200b", "甲%E2%80%AE乙%E2%80%8B"),
        ('"甲"', "%22甲%22"),
        ("%2B", "%252B"),
        ("..", "%2E%2E"),
        ("\ue000", "%EE%80%80"),
    ],
)
def test_only_punctuation_blanks_and_characters_that_show_nothing_are_encoded(name: str, segment: str) -> None:
    assert to_segment(name) == segment


@given(NAMES)
def test_a_segment_gives_its_name_back_so_two_names_never_share_one(name: str) -> None:
    assert unquote(to_segment(name)) == name


@given(NAMES)
def test_every_segment_makes_an_iri_that_a_strict_parser_reads(name: str) -> None:
    node = NamedNode(f"{BASE}slogan/990821/{to_segment(name)}")
    triple = Triple(node, node, node)
    assert next(parse(serialize([triple], format=RdfFormat.N_TRIPLES), RdfFormat.N_TRIPLES)).subject == node


def test_a_name_without_a_character_gets_no_address() -> None:
    with pytest.raises(EmptyName):
        to_segment("")


def test_straight_and_curly_quotes_stay_apart() -> None:
    case = article()
    assert entity_iri(BASE, "slogan", case, "“甲”") != entity_iri(BASE, "slogan", case, '"甲"')


def test_the_same_village_name_in_two_counties_is_two_places() -> None:
    assert entity_iri(BASE, "place", article(county=CLOUD), "北门村") != entity_iri(
        BASE, "place", article(county=PEAK), "北门村"
    )


def test_the_same_article_on_two_pages_reports_one_initiative() -> None:
    printed, again = article(), article(file="b.txt", number=4)
    assert in_initiative(BASE, "initiative", printed) == in_initiative(BASE, "initiative", again)
    spaced = replace(again, text=again.text.replace("，", "， \n"))
    assert in_initiative(BASE, "initiative", printed) == in_initiative(BASE, "initiative", spaced)


@pytest.mark.parametrize(
    "other",
    [
        {"text": article().text.replace("青禾", "青苗")},
        {"headline": "另一个标题"},
        {"county": PEAK},
    ],
    ids=["another text", "another headline", "another county"],
)
def test_another_article_reports_another_initiative(other: dict[str, Any]) -> None:
    case = replace(article(file="b.txt"), **other)
    assert in_initiative(BASE, "initiative", case) != in_initiative(BASE, "initiative", article())


@pytest.mark.parametrize(
    "said", [{"county": None}, {"headline": "", "text": "图为活动现场。"}], ids=["no county", "short"]
)
def test_strangers_never_merge_into_one_initiative(said: dict[str, Any]) -> None:
    first, second = replace(article(), **said), replace(article(file="b.txt"), **said)
    assert in_initiative(BASE, "initiative", first) != in_initiative(BASE, "initiative", second)


def test_an_article_without_a_headline_is_called_by_its_text_alone() -> None:
    unnamed, empty = (in_initiative(BASE, "initiative", replace(article(), headline=said)) for said in (None, ""))
    assert unnamed == empty


def test_the_same_alliance_in_two_articles_of_a_county_is_one_node() -> None:
    assert entity_iri(BASE, "alliance", article(number=1), "甲联盟") == entity_iri(
        BASE, "alliance", article(file="b.txt", number=4), "甲联盟"
    )


def test_without_a_county_the_article_is_the_scope() -> None:
    assert entity_iri(BASE, "place", article(number=1, county=None), "北门村") != entity_iri(
        BASE, "place", article(number=2, county=None), "北门村"
    )


def test_a_county_carries_code_and_name_and_a_zone_its_name() -> None:
    assert county_iri(BASE, CLOUD).value == BASE + "county/990821/云溪县"
    assert county_iri(BASE, ZONE).value == BASE + "county/泽州经济技术开发区"


def test_graphs_of_pages_and_articles_never_collide() -> None:
    files = ["a.txt", "a.txt/1", "x/a.txt", "x", "1"]
    graphs = [graph_iri(BASE, article(file=file, number=number)) for file in files for number in (1, 11)]
    graphs += [page_graph_iri(BASE, file) for file in files]
    assert len(set(graphs)) == len(graphs)


def test_pages_of_the_same_name_in_two_folders_differ() -> None:
    assert article_iri(BASE, article(file="x/a.txt")) != article_iri(BASE, article(file="y/a.txt"))


@pytest.mark.parametrize("base", ["", "id/", "https://example.org/id", "https://example.org/a b/", "file:///tmp/", "x"])
def test_a_base_that_is_no_http_iri_ending_in_a_slash_is_refused(base: str) -> None:
    with pytest.raises(InvalidBase):
        check_base(base)
