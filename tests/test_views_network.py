"""The network: what becomes a node or an edge, what a node tells, and what a selection keeps."""

import re
from pathlib import Path

import networkx as nx
import pytest
from views_sample import sample_page, to_store

from kg.graph.vocab import DJ
from kg.views import details, network
from kg.views.marking import CLASSES
from kg.views.network import UnknownName, UnknownType, to_network


@pytest.fixture(scope="module")
def store():
    return to_store(sample_page())


@pytest.fixture(scope="module")
def whole(store):
    return to_network(store)


def named(graph, label):
    """The one node called ``label``."""
    (node,) = [node for node, name in graph.nodes(data="label") if name == label]
    return node


def data(graph, label):
    return graph.nodes[named(graph, label)]


def relations(graph):
    label = graph.nodes(data="label")
    return {(label[source], name, label[target]) for source, target, name in graph.edges(keys=True)}


def test_entities_hang_on_their_county_by_the_shortcut(whole):
    assert ("甲县", "usesAlliance", "“溪畔”党建联盟") in relations(whole)
    assert ("乙区", "operatesPlatform", "“溪畔”驿站") in relations(whole)


def test_lead_and_members_are_edges(whole):
    assert ("“溪畔”党建联盟", "ledBy", "县委组织部") in relations(whole)
    assert ("“溪畔”党建联盟", "hasMember", "县农业农村局") in relations(whole)


def test_counties_meet_in_the_practices_and_themes_of_their_initiatives(whole):
    found = relations(whole)
    assert {("甲县", "practice", "联席会议"), ("乙区", "practice", "联席会议")} <= found
    assert ("联席会议制度", "practice", "联席会议") in found
    assert {("甲县", "theme", "基层治理"), ("乙区", "theme", "基层治理")} <= found


def test_practices_nobody_has_are_left_out(whole):
    practices = [label for _, label in whole.nodes(data="label") if data(whole, label)["cls"] == "Practice"]
    assert practices == ["联席会议"]


def test_what_is_only_planned_is_no_shortcut_but_stays_in_the_picture(whole):
    found = relations(whole)
    assert ("甲县", "hasProgramme", "“百村提升”工程") in found
    assert ("甲县", "runsProgramme", "“百村提升”工程") not in found
    assert data(whole, "“百村提升”工程")["statuses"] == ("planned",)


def test_a_slogan_that_is_a_formula_is_one_node_of_class_formula(whole):
    assert data(whole, "“两看一评”")["cls"] == "Formula"


def test_a_formula_tells_its_parts_in_order(whole):
    assert data(whole, "“两看一评”")["components"] == (("两看", ("账本", "现场")), ("一评", ("群众评",)))


def test_a_node_tells_its_sentences_and_the_wordings_in_them(whole):
    sentences = data(whole, "“溪畔”党建联盟")["sentences"]
    assert sentences[0]["text"].startswith("甲县由县委组织部牵头")
    assert sentences[0]["marks"] == ("“溪畔”党建联盟", "联盟")
    assert all(any(mark in found["text"] for mark in found["marks"]) for found in sentences)
    assert whole.graph["articles"][sentences[0]["article"]]["newspaper"] == "样报"


def test_a_county_tells_its_figures_and_where_it_lies(whole):
    county = data(whole, "甲县")
    assert county["within"] == ("丙市", "丁省")
    (figure,) = county["figures"]
    assert (figure["of"], figure["value"], figure["unit"], figure["approximate"]) == ("走访群众", "1200", "户", True)
    assert "走访群众1200余户" in figure["sentence"]


def test_labels_are_chinese_with_english_where_the_ontology_has_it(whole):
    assert data(whole, "联席会议")["label_en"]
    assert data(whole, "联席会议制度")["label_en"] == ""


@pytest.mark.parametrize("focus", ["“溪畔”党建联盟", "溪畔”党建联盟", "联盟"])
def test_focus_is_a_name_with_or_without_quotes_or_an_alias(store, focus):
    labels = set(dict(to_network(store, focus=focus).nodes(data="label")).values())
    assert labels == {"“溪畔”党建联盟", "甲县", "县委组织部", "县农业农村局"}


def test_hops_widen_the_neighbourhood(store):
    near, far = (to_network(store, focus="“溪畔”驿站", hops=hops) for hops in (1, 3))
    assert "甲县" not in dict(near.nodes(data="label")).values()
    assert "甲县" in dict(far.nodes(data="label")).values()


def test_types_keep_their_classes_and_the_counties(store):
    chosen = to_network(store, types=["Alliance"])
    assert {cls for _, cls in chosen.nodes(data="cls")} == {"County", "Alliance"}


def test_degree_counts_the_neighbours_that_are_in_the_picture(store):
    chosen = to_network(store, types=["Alliance"])
    assert data(chosen, "甲县")["degree"] == 1
    assert data(chosen, "乙区")["degree"] == 0


def test_an_unknown_focus_or_type_says_so(store):
    with pytest.raises(UnknownName, match="不存在"):
        to_network(store, focus="不存在")
    with pytest.raises(UnknownType, match="Alliance"):
        to_network(store, types=["Allianz"])


def test_an_empty_store_gives_an_empty_network():
    assert len(to_network(to_store())) == 0


def test_every_term_of_the_queries_is_in_the_vocabulary():
    text = Path(network.__file__).read_text("utf-8") + Path(details.__file__).read_text("utf-8")
    terms = set(re.findall(r"\bdj:(\w+)", text)) | set(CLASSES)
    assert len(terms) > 40
    assert terms <= DJ.names


def test_a_neighbourhood_is_the_same_part_of_the_whole_network(store, whole):
    undirected = whole.to_undirected(as_view=True)
    for node in whole:
        for hops in (0, 1, 2):
            near = nx.single_source_shortest_path_length(undirected, node, cutoff=hops)
            part = to_network(store, node, hops)
            assert list(part) == [other for other in whole if other in near]
            assert list(part.edges(keys=True)) == [e for e in whole.edges(keys=True) if e[0] in near and e[1] in near]
            for other, told in part.nodes(data=True):
                assert {**told, "degree": 0} == {**whole.nodes[other], "degree": 0}


def test_a_neighbourhood_is_asked_for_without_reading_all_sentences(store, monkeypatch):
    asked = []
    query = details.solutions

    def watched(graph, text, only=None, variable=""):
        asked.append((text, only))
        return query(graph, text, only, variable)

    monkeypatch.setattr(details, "solutions", watched)
    to_network(store, "甲县")
    assert asked
    assert all(only is not None for _, only in asked)
