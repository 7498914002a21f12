"""How names are read: syllables of Chinese characters, polyphonic ones by their word, places as they are called."""

import json

import pytest

from kg.views.readings import read_aloud, to_readings


def spelled(name):
    return " ".join(syllable for _, syllable in read_aloud(name))


@pytest.mark.parametrize(
    ("name", "reading"),
    [
        ("梁山县", "liang shan xian"),
        ("重庆市", "chong qing shi"),
        ("长治市", "chang zhi shi"),
        ("长子县", "chang zi xian"),
        ("六安市", "lu an shi"),
        ("六合区", "lu he qu"),
        ("单县", "shan xian"),
        ("朝阳市", "chao yang shi"),
        ("都昌县", "du chang xian"),
        ("库尔勒市", "ku er le shi"),
        ("乐亭县", "lao ting xian"),
        ("乐清市", "yue qing shi"),
        ("洪洞县", "hong tong xian"),
        ("浚县", "xun xian"),
        ("台州市", "tai zhou shi"),
        ("吕梁市", "lv liang shi"),
    ],
)
def test_places_are_read_as_they_are_called(name, reading):
    assert spelled(name) == reading


@pytest.mark.parametrize(
    ("name", "reading"),
    [
        ("长效机制", "chang xiao ji zhi"),
        ("河长制", "he zhang zhi"),
        ("网格长", "wang ge zhang"),
        ("家长学校", "jia zhang xue xiao"),
        ("银行", "yin hang"),
        ("行动", "xing dong"),
        ("调研", "diao yan"),
        ("调解", "tiao jie"),
        ("重点", "zhong dian"),
    ],
)
def test_a_character_of_several_readings_is_read_by_its_word(name, reading):
    assert spelled(name) == reading


def test_only_chinese_characters_have_a_reading():
    assert read_aloud("“1+N”党建 A区") == (("党", "dang"), ("建", "jian"), ("区", "qu"))
    assert read_aloud("") == read_aloud("<b>\u2028\u202e") == ()


def test_readings_are_told_once_a_character_and_whole_where_a_name_departs():
    readings = to_readings(["长治市", "长效", "长清", "组长", "治市"])
    assert readings["syllables"]["chang"] == "长"
    assert readings["names"] == {"组长": "zu zhang"}


def test_readings_are_the_same_whatever_the_order_and_the_repetition():
    names = ["梁山县", "重庆市", "重点", "双重", "重建"]
    assert json.dumps(to_readings(names)) == json.dumps(to_readings([*reversed(names), *names]))
