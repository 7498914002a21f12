"""What counties are compared by: the same measure as the canned question, each case with its sentence."""

import json
from dataclasses import replace
from itertools import permutations

import pytest
from views_sample import SECOND, article, entity, sample_page, to_store

from kg.graph.questions import ask
from kg.model import Page
from kg.views import page
from kg.views.comparing import in_company, to_comparison
from kg.views.network import to_network


def third_page():
    """Return a page whose county shares nothing in deed: what it names is only planned."""
    text = SECOND.replace("乙区", "戊县")
    planned = entity(text, "Mechanism", "党建联席会机制", practice="joint-meeting", status="planned")
    read = article(1, text, "戊县", "990103", entities=(planned,))
    moved = replace(read, page="third.txt", source=replace(read.source, file="third.txt"))
    return Page(file="third.txt", sha256="1" * 64, text=text, articles=(moved,))


@pytest.fixture(scope="module")
def store():
    return to_store(sample_page(), third_page())


@pytest.fixture(scope="module")
def network(store):
    return to_network(store)


@pytest.fixture(scope="module")
def comparison(store, network):
    return to_comparison(network, store, {iri: number for number, iri in enumerate(network.graph["articles"])})


def county(comparison, network, label):
    nodes = list(network)
    return next(found for found in comparison["counties"] if network.nodes[nodes[found["id"]]]["label"] == label)


def test_what_two_counties_share_is_what_the_question_for_similar_counties_counts(store, network, comparison):
    for label in ("甲县", "乙区", "戊县"):
        own = set(county(comparison, network, label)["applies"])
        rows = ask(store, "similar-counties", {"county": label})
        asked = {row["similar"].value: int(row["shared"].value) for row in rows}
        others = {
            name: len(own & set(county(comparison, network, name)["applies"])) for name in ("甲县", "乙区", "戊县")
        }
        assert asked == {name: n for name, n in others.items() if n and name != label}


def test_what_is_only_planned_is_not_compared(network, comparison):
    assert county(comparison, network, "戊县")["applies"] == []


def test_a_practice_comes_with_the_sentence_of_the_county(network, comparison):
    nodes = list(network)
    found = county(comparison, network, "乙区")
    [(thing, at)] = [case for cases in found["cases"].values() for case in cases if isinstance(case, list)]
    assert network.nodes[nodes[thing]]["label"] == "党建联席会机制"
    assert network.nodes[nodes[thing]]["sentences"][at]["text"] == SECOND


def test_a_theme_comes_with_its_articles(network, comparison):
    themes = [
        place
        for place, number in enumerate(comparison["concepts"])
        if network.nodes[list(network)[number]]["cls"] == "Theme"
    ]
    assert all(
        isinstance(case, int) for place in themes for case in county(comparison, network, "甲县")["cases"][place]
    )


def test_articles_are_counted_and_codes_told(network, comparison):
    found = county(comparison, network, "甲县")
    assert (found["code"], found["articles"]) == ("990101", 1)


def test_counties_that_share_much_follow_each_other():
    shares = {key: set(concepts) for key, concepts in zip("abcde", ("123", "78", "124", "789", "1234"))}
    ordered = "".join(in_company(shares))
    assert any(part in ordered for part in ("bd", "db"))
    assert any(set(ordered[at : at + 3]) == set("ace") for at in range(3))


def test_the_order_does_not_depend_on_that_of_the_input():
    shares = {"a": {"1", "2"}, "b": {"2", "3"}, "c": set(), "d": {"1", "3"}}
    orders = {tuple(in_company({key: shares[key] for key in keys})) for keys in permutations(shares)}
    assert len(orders) == 1
    assert in_company({}) == []


def test_a_part_of_the_network_compares_what_it_holds(store):
    part = to_network(store, focus="甲县")
    found = to_comparison(part, store, {})
    assert {node["id"] for node in found["counties"]} <= set(range(len(part)))


def test_the_page_carries_the_comparison_only_with_the_store_and_the_same_bytes_twice(store, network):
    with_store = page.to_html(network, store=store)
    assert with_store == page.to_html(to_network(store), store=store)
    assert '"comparison":{"concepts"' in with_store
    assert '"comparison":' not in page.to_html(network)


def test_the_comparison_is_plain_data(comparison):
    assert json.loads(json.dumps(comparison))["counties"]
