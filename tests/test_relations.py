"""Who leads a thing, whom it joins and whose it is, each with the words that say so."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from kg.extraction.analysis import Analysis
from kg.extraction.bodies import find_bodies, is_body
from kg.extraction.relations import find_relations
from kg.model import Article, County, Entity, Source, Span
from kg.scoring import score

TABLE = Path(__file__).parent / "tables" / "relations.tsv"
ROWS = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


def analyse(text: str, headline: str | None = None) -> Analysis:
    source = Source(file="a.txt", sha256="0", start=0, end=len(text), runs=((0, 0),))
    article = Article(page="a.txt", article=1, kind="report", headline=headline, text=text, source=source)
    return Analysis(article, County(name="双河县", code=None))


def entity(text: str, name: str, kind: str) -> Entity:
    starts = [at for at in range(len(text)) if text.startswith(name, at)]
    mentions = tuple(Span(start=at, end=at + len(name)) for at in starts)
    return Entity(type=kind, name=name, start=starts[0], end=starts[0] + len(name), mentions=mentions)


def related(text: str, *named: tuple[str, str], headline: str | None = None) -> list[Entity]:
    """Return the named entities (type, name) of the text with their relations."""
    return find_relations(analyse(text, headline), [entity(text, name, kind) for kind, name in named])


def names_of(found: Entity, role: str) -> list[str]:
    value = getattr(found, role)
    return list(value) if role == "members" else [value] if value else []


def test_the_table_is_whole():
    assert len(ROWS) >= 50
    assert Counter(row[0] for row in ROWS).keys() == {"lead", "members", "by"}
    assert sum(row[1] == "-" for row in ROWS) >= 12


@pytest.mark.parametrize(("role", "expected", "cue", "kind", "marked"), ROWS, ids=[f"{r[0]}: {r[4]}" for r in ROWS])
def test_a_marked_thing_has_the_relation_of_the_table(role: str, expected: str, cue: str, kind: str, marked: str):
    text = marked.replace("【", "").replace("】", "")
    (found,) = related(text, (kind, marked[marked.index("【") + 1 : marked.index("】")]))
    assert sorted(names_of(found, role)) == sorted([] if expected == "-" else expected.split("|"))
    cues = {text[c.start : c.end] for c in found.cues if c.role == role}
    assert cues <= set(cue.split("|")) and bool(cues) == (cue != "-")


def test_a_body_that_leads_what_is_founded_is_not_founded_itself():
    text = "建立青石镇党委统筹的党建联席会机制，一季一议。"
    body, mechanism = related(text, ("Organisation", "青石镇党委"), ("Mechanism", "党建联席会机制"))
    assert (body.lead, mechanism.lead) == (None, "青石镇党委")


def test_things_founded_together_share_lead_and_members():
    text = "成立甲鱼、河蟹产业链党委，由县水产局牵头，吸纳链主企业、科研院所入链。"
    start, end = text.index("甲鱼"), text.index("党委") + 2
    span = (Span(start=start, end=end),)
    pair = [
        Entity(type="Alliance", name=n, start=start, end=end, mentions=span)
        for n in ("甲鱼产业链党委", "河蟹产业链党委")
    ]
    found = find_relations(analyse(text), pair)
    assert [e.lead for e in found] == ["县水产局"] * 2
    assert [e.members for e in found] == [("链主企业", "科研院所")] * 2


def test_bodies_that_lead_one_thing_each_are_told_apart():
    text = "成立奶牛产业链党委、苜蓿产业链党委，县畜牧局、县草原站分别牵头。"
    first, second = related(text, ("Alliance", "奶牛产业链党委"), ("Alliance", "苜蓿产业链党委"))
    assert (first.lead, second.lead) == ("县畜牧局", "县草原站")


def test_a_pronoun_stands_for_the_alliance_of_the_sentence_before():
    text = "图为“麦香”党建联盟的党员在田间。该联盟由镇党委牵头，县农牧局、宏达合作社和6个村党支部组成。"
    (found,) = related(text, ("Alliance", "“麦香”党建联盟"))
    assert found.lead == "镇党委"
    assert found.members == ("县农牧局", "宏达合作社", "村党支部")


def test_two_sentences_do_not_share_their_bodies():
    text = "县林业局牵头，成立核桃党建联盟；县水利局牵头，成立护渠党建联盟。"
    first, second = related(text, ("Alliance", "核桃党建联盟"), ("Alliance", "护渠党建联盟"))
    assert (first.lead, second.lead) == ("县林业局", "县水利局")


def test_a_thing_belongs_to_the_town_that_the_headline_names():
    text = "初冬，青龙镇的夜校亮着灯。干部围着群众转，“五步工作法”越用越顺。"
    named = ("Place", "青龙镇"), ("Mechanism", "“五步工作法”")
    assert related(text, *named, headline="双河青龙镇：夜校点亮乡村")[1].by == "青龙镇"
    assert related(text, *named, headline="双河县：夜校点亮乡村")[1].by is None


def test_a_thing_that_the_county_does_is_not_the_town_s_of_the_headline():
    text = "初冬，青龙镇的夜校亮着灯。双河县推行“五步工作法”，干部围着群众转。"
    named = ("Place", "青龙镇"), ("Mechanism", "“五步工作法”")
    assert related(text, *named, headline="双河青龙镇：夜校点亮乡村")[1].by is None


def test_a_short_word_stands_for_the_village_named_before():
    text = "柳林村路好走了。村里推行“红黄榜”积分制，家家上心。"
    named = ("Place", "柳林村"), ("Mechanism", "“红黄榜”积分制")
    assert related(text, *named)[1].by == "柳林村"


def test_a_place_before_a_brand_carries_it():
    text = "游客走进柳林村的“竹里客厅”，挑了三只竹篮。"
    assert related(text, ("Place", "柳林村"), ("Platform", "“竹里客厅”"))[1].by == "柳林村"


@pytest.mark.parametrize(
    ("text", "kind", "name", "carrier"),
    [
        ("红旗街道给老办法配上“随手拍”平台，楼道干净了。", "Platform", "“随手拍”平台", "红旗街道"),
        ("红旗街道在滑雪季开设雪场驿站，游客有了歇处。", "Platform", "雪场驿站", "红旗街道"),
        ("红旗街道党工委借老规矩，摸索出“三量”议事法。", "Mechanism", "“三量”议事法", "红旗街道党工委"),
        ("红旗街道的街坊说，双河县推行的“三量”议事法管用。", "Mechanism", "“三量”议事法", None),
    ],
)
def test_a_town_carries_what_its_clause_tells_of_it_whatever_the_verb(text, kind, name, carrier):
    assert related(text, ("Place", "红旗街道"), (kind, name))[1].by == carrier


def test_a_short_word_for_an_alliance_stands_for_its_full_name():
    text = "三村结成“麦香”党建联盟。联盟推行“一磨一记”公约，家家照办。"
    named = ("Alliance", "“麦香”党建联盟"), ("Mechanism", "“一磨一记”公约")
    assert related(text, *named)[1].by == "“麦香”党建联盟"


def test_a_brand_that_is_counted_is_not_the_place_s_where_one_stands():
    text = "清早，柳林村“橙心”驿站开了门。双河县建起“橙心”驿站46个。"
    assert related(text, ("Place", "柳林村"), ("Platform", "“橙心”驿站"))[1].by is None


def test_what_another_body_does_is_not_the_story_s():
    text = "青龙镇的灯亮着。\n赶上秋收，县农机局办起修理课。夜里，“铁匠铺”课堂坐满了人。"
    named = ("Place", "青龙镇"), ("Platform", "“铁匠铺”课堂")
    assert related(text, *named, headline="双河青龙镇：灯下有课")[1].by is None


def test_a_cooperative_belongs_to_the_branch_that_leads_it():
    text = "岭上的核桃合作社由柳林村党支部领办，家家入了股。"
    assert related(text, ("Place", "柳林村"), ("Organisation", "核桃合作社"))[1].by == "柳林村党支部"


def test_bodies_are_told_to_the_things_of_a_list_in_its_order():
    text = "围绕奶牛、苜蓿组建两个产业链党委，分别由县畜牧局、县草原站牵头。"
    stretch = Span(start=text.index("苜蓿"), end=text.index("，分别"))
    alone = Entity(type="Alliance", name="苜蓿产业链党委", start=stretch.start, end=stretch.end, mentions=(stretch,))
    assert find_relations(analyse(text), [alone])[0].lead == "县草原站"


def test_a_bare_word_for_an_alliance_that_is_founded_is_the_one_of_the_article():
    text = "“参帮”党建联盟过了周岁。由县参业中心牵头，联合县供销社和两家药企组成联盟，行情一天一报。"
    (found,) = related(text, ("Alliance", "“参帮”党建联盟"))
    assert found.lead == "县参业中心"


def test_a_body_that_directs_an_alliance_does_not_take_over_its_leader():
    text = "全县组建“橙心”党建联盟，即成立1个联盟领导小组，明确1个镇党委牵头，实施若干小队。"
    alliance, body = related(text, ("Alliance", "“橙心”党建联盟"), ("Organisation", "联盟领导小组"))
    assert (alliance.lead, body.lead) == ("镇党委", None)


def test_a_list_gives_its_head_to_every_part():
    text = "成员村、驻片单位、农业企业、合作社党组织"
    found = find_bodies(analyse(text), 0, len(text))
    assert found.names == ("成员村党组织", "驻片单位党组织", "农业企业党组织", "合作社党组织")


@pytest.mark.parametrize("name", ["党员", "为了群众", "组织部牵头", "桃花"])
def test_other_words_are_no_bodies(name: str):
    assert not is_body(name) or find_bodies(analyse(name), 0, len(name)) is None


def test_the_relations_do_not_depend_on_the_order_of_the_entities():
    text = "县林业局牵头，成立核桃党建联盟；枣花村推行“一枣一码”机制。"
    named = [("Alliance", "核桃党建联盟"), ("Mechanism", "“一枣一码”机制"), ("Place", "枣花村")]
    assert related(text, *named) == related(text, *named[::-1])[::-1]


def test_relations_are_scored_on_the_entities_that_both_sides_name():
    def article(**relations: object) -> dict:
        named = {"type": "Alliance", "name": "“麦香”党建联盟", "aliases": ["联盟"], **relations}
        gold = {"page": "a.txt", "article": 1, "headline": "麦香", "starts": "图为", "ends": "田间。", "kind": "report"}
        empty = {key: [] for key in ("bylines", "measures", "formulas", "figures")}
        return {**gold, **empty, "county": None, "entities": [named]}

    want = article(lead="镇党委", members=["县农牧局", "县医院"], by=None)
    have = article(lead="镇党委", members=["县医院", "县法院"], by="青龙镇")
    tallies = score([want], [have]).relations
    assert {row: (t.tp, t.fp, t.fn) for row, t in tallies.items()} == {
        "lead": (1, 0, 0),
        "members": (1, 1, 1),
        "by": (0, 1, 0),
    }


def test_an_entity_without_mentions_is_read_at_its_own_place():
    text = "由县林业局牵头，成立核桃党建联盟。"
    alone = Entity(type="Alliance", name="核桃党建联盟", start=text.index("核桃"), end=len(text) - 1)
    assert find_relations(analyse(text), [alone])[0].lead == "县林业局"


@pytest.mark.parametrize("before", ["县里看中了这个办法，在各乡镇铺开", "双河把它连成片，办起", "全县跟着学，办起"])
def test_what_the_county_does_later_in_the_story_is_not_the_towns(before: str):
    text = f"青石镇的老街上多了一间“听雨亭”。{before}“串门周”行动。"
    pavilion, week = related(
        text, ("Place", "青石镇"), ("Platform", "“听雨亭”"), ("Programme", "“串门周”行动"), headline="青石镇听雨说事"
    )[1:]
    assert (pavilion.by, week.by) == ("青石镇", None)


def test_a_town_named_with_its_county_is_still_the_storys():
    text = "双河县青石镇的老街上，多了一间“听雨亭”。"
    _, pavilion = related(text, ("Place", "青石镇"), ("Platform", "“听雨亭”"), headline="青石镇听雨说事")
    assert pavilion.by == "青石镇"
