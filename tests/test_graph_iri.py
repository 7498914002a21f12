"""Addresses: readable, one to one, never empty."""

from __future__ import annotations

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
