"""Which wordings are proposed as names, whatever the weights then make of them."""

from __future__ import annotations

import pytest

from kg.extraction.analysis import Analysis
from kg.extraction.entities import propose
from kg.model import Article, County, Source

COUNTY = County(name="梁山县", code="370832", prefecture="济宁市", province="山东省")


def proposed(kind: str, text: str) -> set[str]:
    source = Source(file="p.txt", sha256="", start=0, end=len(text), runs=((0, 0),))
    article = Article(page="p.txt", article=1, kind="report", headline=None, text=text, source=source)
    return {candidate.name for candidate in propose(Analysis(article, COUNTY)) if candidate.type == kind}


@pytest.mark.parametrize(
    "text, names",
    [
        ("县委出台推动特色种业发展的若干措施，给种子安家。", {"推动特色种业发展的若干措施"}),
        ("县里制定并印发水库库区治理实施方案。", {"水库库区治理实施方案"}),
        ("配套下发灯塔支部建设指引、灯塔支部培育计划两份文件。", {"灯塔支部建设指引", "灯塔支部培育计划"}),
        ("两部门联合发布南沟镇“双百”行动方案，分头落实。", {"南沟镇“双百”行动方案"}),
    ],
)
def test_what_a_verb_of_issuing_is_followed_by_is_a_document(text: str, names: set[str]):
    assert names <= proposed("Document", text)


def test_a_clause_that_goes_on_behind_the_noun_is_no_document():
    assert not proposed("Document", "县里制定措施的那天下着雨。")


@pytest.mark.parametrize(
    "text, names",
    [
        ("与汶上县委组织部会商。", {"汶上县委组织部"}),
        ("会同县农业农村局选址。", {"县农业农村局"}),
        ("形成县委统筹的合力。", {"县委"}),
        ("由国网汶上县供电公司施工。", {"国网汶上县供电公司"}),
        ("县妇联与团县委合办。", {"县妇联", "团县委"}),
        ("线索交市委督查室。", {"市委督查室"}),
        ("区住房城乡建委验收。", {"区住房城乡建委"}),
    ],
)
def test_a_body_is_named_with_the_division_or_company_that_it_belongs_to(text: str, names: set[str]):
    assert names <= proposed("Organisation", text)


def test_only_the_county_s_own_body_is_also_called_without_its_name():
    def aliases(text: str) -> set[str]:
        source = Source(file="p.txt", sha256="", start=0, end=len(text), runs=((0, 0),))
        article = Article(page="p.txt", article=1, kind="report", headline=None, text=text, source=source)
        candidates = propose(Analysis(article, COUNTY))
        return {alias for c in candidates if c.rule == "official body" for alias in c.aliases}

    assert aliases("梁山县委组织部牵头。") == {"县委组织部"}
    assert aliases("汶上县委组织部牵头。") == set()


def test_the_zone_of_a_body_is_not_cut_off():
    assert "东平高新区党工委" in proposed("Organisation", "东平高新区党工委牵头。")


@pytest.mark.parametrize(
    "text, names",
    [
        ("吸纳远山果品、和顺乳业等6家企业入会。", {"远山果品", "和顺乳业"}),
        ("由闪电达、饭来了两家平台的骑手组成。", {"闪电达", "饭来了"}),
        ("联合县水务局、青河海警工作站共建。", {"青河海警工作站"}),
        ("以北川铸锻、南岭重工为链主企业，带动配套。", {"北川铸锻", "南岭重工"}),
    ],
)
def test_a_list_of_bodies_names_those_that_no_head_shows(text: str, names: set[str]):
    assert names <= proposed("Organisation", text)


def test_a_list_of_places_or_of_things_holds_no_bodies():
    assert not proposed("Organisation", "走进石河镇、柳湾村，看苹果、红枣晾晒。")


@pytest.mark.parametrize("name", ["阿依古丽·买买提", "乌仁其木格", "巴图·苏和", "乌兰其其格"])
def test_a_name_of_another_language_is_proposed_where_no_role_stands_before_it(name: str):
    assert name in proposed("Person", f"牧场上的{name}说，路通了。")


def test_a_body_of_a_village_and_a_firm_are_also_called_without_the_town():
    def aliases(text: str, name: str) -> set[str]:
        source = Source(file="p.txt", sha256="", start=0, end=len(text), runs=((0, 0),))
        article = Article(page="p.txt", article=1, kind="report", headline=None, text=text, source=source)
        return {a for c in propose(Analysis(article, COUNTY)) if c.name == name for a in c.aliases}

    assert "柳湾村党支部" in aliases("石河镇柳湾村党支部牵头。", "石河镇柳湾村党支部")
    assert "综治中心" not in aliases("石河镇综治中心牵头。", "石河镇综治中心")


@pytest.mark.parametrize(
    "text, name",
    [
        ("组织起来，以柳湾村党支部为圆心。", "柳湾村党支部"),
        ("村里从县果业发展中心请来技术员。", "县果业发展中心"),
        ("由龙头企业青河集团牵头。", "青河集团"),
    ],
)
def test_no_name_reaches_back_over_a_preposition_or_an_epithet(text: str, name: str):
    names = proposed("Organisation", text)
    assert name in names and not any(other.endswith(name) for other in names - {name})
