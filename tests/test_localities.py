"""The towns and villages of a county are known by name and are one word each."""

from __future__ import annotations

from test_entities import COUNTY, read

from kg.extraction.analysis import Analysis
from kg.extraction.localities import load_localities


def test_a_town_and_its_village_are_found_with_their_level():
    found = load_localities("370832").find("梁山县马营镇马营村的大棚")
    assert [(place.level, place.start, place.end) for place in found] == [("town", 3, 6), ("village", 6, 9)]


def test_an_unknown_county_has_none():
    assert load_localities(None).find("马营镇") == load_localities("000000").find("马营镇") == []


def test_a_name_of_the_county_is_one_word_whatever_stands_beside_it():
    words = Analysis(read("从马营镇出发。"), COUNTY).words
    assert ("马营镇", "ns") in [(word.text, word.tag) for word in words]
    assert "".join(word.text for word in words) == "从马营镇出发。"
