"""Shorter repeats of a name become aliases of its fullest wording (guideline rule 1)."""

from __future__ import annotations

from kg.extraction.wordings import join_wordings
from kg.model import Entity, Span


def entity(
    name: str, start: int, *, kind: str = "Alliance", rule: str = "head", aliases: tuple[str, ...] = ()
) -> Entity:
    end = start + len(name)
    return Entity(
        type=kind, name=name, start=start, end=end, aliases=aliases, mentions=(Span(start=start, end=end),), rule=rule
    )


def names(entities: list[Entity]) -> dict[str, tuple[str, ...]]:
    return {e.name: e.aliases for e in entities}


def test_a_wording_that_the_fullest_ends_with_is_its_alias():
    joined = join_wordings([entity("河谷果业党建联盟", 5), entity("党建联盟", 40), entity("联盟", 60)])
    assert names(joined) == {"河谷果业党建联盟": ("党建联盟", "联盟")}


def test_an_alliance_named_with_a_word_left_out_is_the_same_alliance():
    joined = join_wordings([entity("全镇党建联盟", 3), entity("全镇果业党建联盟", 30)])
    assert names(joined) == {"全镇果业党建联盟": ("全镇党建联盟",)}


def test_mentions_of_the_repeats_are_kept_in_order():
    (joined,) = join_wordings([entity("党建联盟", 2), entity("河谷果业党建联盟", 20), entity("联盟", 50)])
    assert [(m.start, m.end) for m in joined.mentions] == [(2, 6), (20, 28), (50, 52)]


def test_parts_of_a_distributed_coordination_stay_apart():
    entities = [entity("茶业党建联盟", 1, rule="coordination"), entity("党建联盟", 30)]
    assert names(join_wordings(entities)) == {"茶业党建联盟": (), "党建联盟": ()}


def test_names_of_other_types_and_other_endings_stay_apart():
    entities = [
        entity("联席会议制度", 1, kind="Mechanism"),
        entity("河谷果业党建联盟", 20),
        entity("果业合作社", 40, kind="Place"),
    ]
    assert list(names(join_wordings(entities))) == ["联席会议制度", "河谷果业党建联盟", "果业合作社"]
