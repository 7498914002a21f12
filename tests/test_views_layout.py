"""The layout: the same places every time, nothing on top of anything, nothing flung out."""

from itertools import combinations

import networkx as nx
import pytest
from views_sample import sample_page, to_store

from kg.views.layout import positions
from kg.views.network import to_network


def graph_of(counties, each, shared):
    """Counties with ``each`` entities of their own and ``shared`` practices that all of them have."""
    graph = nx.MultiDiGraph()
    for practice in range(shared):
        graph.add_node(f"practice {practice:03}", cls="Practice", counties=())
    for county in range(counties):
        graph.add_node(f"county {county:03}", cls="County", counties=())
        for practice in range(shared):
            graph.add_edge(f"county {county:03}", f"practice {practice:03}", key="practice")
        for entity in range(each):
            name = f"entity {county:03}-{entity:03}"
            graph.add_node(name, cls="Mechanism", counties=(f"county {county:03}",))
            graph.add_edge(f"county {county:03}", name, key="usesMechanism")
    return graph


SIZES = [(1, 0, 0), (1, 40, 0), (1, 5, 3), (2, 3, 1), (2, 60, 30), (11, 40, 20), (16, 1, 0), (17, 8, 1), (60, 12, 90)]


@pytest.mark.parametrize("size", SIZES)
def test_every_node_has_a_place_of_its_own(size):
    graph = graph_of(*size)
    places = positions(graph)
    assert set(places) == set(graph)
    for (x, y), (other_x, other_y) in combinations(places.values(), 2):
        assert abs(x - other_x) >= 24 or abs(y - other_y) >= 24


@pytest.mark.parametrize("size", SIZES)
def test_what_several_counties_share_lies_in_the_middle(size):
    places = positions(graph_of(*size))
    counties = [abs(x) + abs(y) for name, (x, y) in places.items() if name.startswith("county")]
    practices = [abs(x) + abs(y) for name, (x, y) in places.items() if name.startswith("practice")]
    if len(counties) > 2 and practices:
        assert sum(practices) / len(practices) < sum(counties) / len(counties)


def test_an_entity_lies_nearest_to_its_own_county():
    places = positions(graph_of(11, 40, 20))
    counties = {name: place for name, place in places.items() if name.startswith("county")}
    for name, (x, y) in places.items():
        if name.startswith("entity"):
            nearest = min(counties, key=lambda county: (counties[county][0] - x) ** 2 + (counties[county][1] - y) ** 2)
            assert nearest[-3:] == name[7:10]


def test_the_order_of_the_triples_does_not_matter():
    store = to_store(sample_page())
    quads = list(store)
    store.clear()
    store.extend(reversed(quads))
    assert positions(to_network(store)) == positions(to_network(to_store(sample_page())))


def test_places_are_whole_pixels():
    assert all(isinstance(part, int) for place in positions(graph_of(11, 40, 20)).values() for part in place)


def test_what_belongs_to_no_county_lies_below_the_rest():
    graph = graph_of(3, 5, 2)
    graph.add_node("loose", cls="Person", counties=())
    places = positions(graph)
    assert places["loose"][1] > max(y for name, (_, y) in places.items() if name != "loose")


def test_an_empty_network_has_no_places():
    assert positions(nx.MultiDiGraph()) == {}
