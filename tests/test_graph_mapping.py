"""Facts to RDF."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Triple
from test_graph_sample import CLOUD, TEXT, ZONE, alliance, article, figure, formula, mechanism, span

from kg.graph.iri import BASE, in_initiative
from kg.graph.mapping import to_page_quads, to_quads
from kg.graph.vocab import DJ, RDF, RDFS, SKOS, XSD
from kg.model import Article, Entity, Page, Source, Span

COUNTY = NamedNode(BASE + "county/990821/云溪县")
ALLIANCE = NamedNode(BASE + "alliance/990821/“青禾”产业党建联盟")


def triples(case: Article) -> set[Triple]:
    return {quad.triple for quad in to_quads(case)}


def objects(case: Article, subject: NamedNode, predicate: NamedNode) -> set:
    return {t.object for t in triples(case) if t.subject == subject and t.predicate == predicate}


def test_the_same_article_gives_the_same_quads_in_the_same_order_however_its_facts_are_ordered() -> None:
    case = article()
    shuffled = replace(case, entities=case.entities[::-1], metadata=dict(reversed(case.metadata.items())))
    assert to_quads(case) == to_quads(shuffled)


def test_all_quads_of_an_article_lie_in_its_own_graph() -> None:
    assert {quad.graph_name for quad in to_quads(article())} == {NamedNode(BASE + "graph/article/paper/a1.txt/1")}


def test_there_are_no_blank_nodes() -> None:
    assert not any(isinstance(term, BlankNode) for t in triples(article()) for term in (t.subject, t.object))


def test_another_base_moves_all_data_and_no_term() -> None:
    base = "https://example.org/kg/"
    subjects = {quad.subject.value for quad in to_quads(article(), base)}
    assert all(subject.startswith(base) for subject in subjects)
    assert {quad.predicate for quad in to_quads(article(), base)} == {t.predicate for t in triples(article())}


def test_a_county_lies_within_its_prefecture_and_province_with_codes_derived_from_its_own() -> None:
    prefecture, province = NamedNode(BASE + "prefecture/泽州市"), NamedNode(BASE + "province/江南省")
    assert objects(article(), COUNTY, DJ.within) == {prefecture}
    assert objects(article(), prefecture, DJ.within) == {province}
    assert objects(article(), prefecture, DJ.code) == {Literal("990800")}
    assert objects(article(), province, DJ.code) == {Literal("990000")}


@pytest.mark.parametrize("prefecture", [None, "江南省", "省直辖县级行政区划"])
def test_a_county_without_a_real_prefecture_lies_within_its_province(prefecture: str | None) -> None:
    case = article(county=replace(CLOUD, prefecture=prefecture))
    assert objects(case, COUNTY, DJ.within) == {NamedNode(BASE + "province/江南省")}


def test_a_zone_has_no_code_and_names_the_scope_of_its_things() -> None:
    case = article(county=ZONE)
    zone = NamedNode(BASE + "county/泽州经济技术开发区")
    assert not objects(case, zone, DJ.code)
    assert objects(case, zone, DJ.usesAlliance) == {NamedNode(BASE + "alliance/泽州经济技术开发区/“青禾”产业党建联盟")}


def test_what_exists_hangs_on_the_county_and_what_is_planned_only_on_the_initiative() -> None:
    initiative = in_initiative(BASE, "initiative", article())
    assert objects(article(), COUNTY, DJ.usesAlliance) == {ALLIANCE}
    assert not objects(article(), COUNTY, DJ.operatesPlatform)
    assert len(objects(article(), initiative, DJ.hasPlatform)) == 1


@pytest.mark.parametrize("status", ["planned", "denied"])
def test_a_practice_that_is_only_planned_or_denied_is_not_the_countys(status: str) -> None:
    case = article(entities=(mechanism(status=status),), formulas=())
    assert not objects(case, COUNTY, DJ.appliesPractice)
    assert objects(article(entities=(mechanism(),)), COUNTY, DJ.appliesPractice)


def test_an_entity_has_its_name_aliases_leader_members_and_practice() -> None:
    assert objects(article(), ALLIANCE, RDFS.label) == {Literal("“青禾”产业党建联盟", language="zh")}
    assert objects(article(), ALLIANCE, SKOS.altLabel) == {Literal("联盟", language="zh")}
    assert objects(article(), ALLIANCE, DJ.ledBy) == {NamedNode(BASE + "organisation/990821/县委组织部")}
    assert objects(article(), ALLIANCE, DJ.hasMember) == {NamedNode(BASE + "organisation/990821/农技站")}
    assert objects(article(), ALLIANCE, DJ.practice) == {
        NamedNode("https://w3id.org/dangjian/practice/grid-management")
    }


def test_a_leader_named_by_an_alias_is_the_organisation_itself() -> None:
    body = Entity(type="Organisation", name="云溪县委组织部", aliases=("县委组织部",), **span("县委组织部"))
    case = article(entities=(alliance(), body))
    assert objects(case, ALLIANCE, DJ.ledBy) == {NamedNode(BASE + "organisation/990821/云溪县委组织部")}


def test_an_organisation_that_only_leads_or_joins_has_evidence_of_its_own() -> None:
    mention = NamedNode(
        BASE + f"mention/paper/a1.txt/1/{TEXT.index('农技站')}-{TEXT.index('农技站') + 3}/organisation/农技站"
    )
    assert objects(article(), NamedNode(BASE + "organisation/990821/农技站"), DJ.evidence) == {mention}
    assert objects(article(), mention, DJ.exact) == {Literal("农技站", language="zh")}


def test_an_organisation_whose_name_is_not_printed_so_is_proved_by_what_it_leads() -> None:
    node = NamedNode(BASE + "organisation/990821/云溪县委组织部")
    (mention,) = objects(article(entities=(alliance(lead="云溪县委组织部"),)), node, DJ.evidence)
    assert "/5-15/organisation/" in mention.value


def test_the_county_itself_can_lead() -> None:
    assert objects(article(entities=(alliance(lead="云溪县"),)), ALLIANCE, DJ.ledBy) == {COUNTY}


def test_every_mention_quotes_the_article_and_the_sentence_around_it() -> None:
    found = triples(article())
    mentions = {t.subject for t in found if t.object == DJ.Mention}
    assert len(mentions) == 8
    for mention in mentions:
        facts = {t.predicate: t.object.value for t in found if t.subject == mention}
        assert TEXT[int(facts[DJ.start]) : int(facts[DJ.end])] == facts[DJ.exact]
        assert facts[DJ.exact] in facts[DJ.sentence] and facts[DJ.sentence] in TEXT


def test_mentions_point_into_the_page_over_line_wraps() -> None:
    text = "甲乙丙丁戊"
    source = Source(file="p.txt", sha256="a" * 64, start=10, end=17, runs=((0, 10), (3, 15)))
    entity = Entity(type="Platform", name="丙丁", start=2, end=4)
    case = article(text=text, source=source, entities=(entity,), formulas=(), figures=(), measures=(), file="p.txt")
    mention = NamedNode(BASE + "mention/p.txt/1/2-4/platform/丙丁")
    assert objects(case, mention, DJ.pageStart) == {Literal("12", datatype=XSD.integer)}
    assert objects(case, mention, DJ.pageEnd) == {Literal("16", datatype=XSD.integer)}


def test_entities_read_from_one_stretch_keep_mentions_of_their_own() -> None:
    shared = span("“青禾”产业党建联盟")
    pair = tuple(Entity(type="Alliance", name=name, **shared) for name in ("产业党建联盟", "青禾党建联盟"))
    found = triples(article(entities=pair, formulas=(), figures=()))
    assert len({t.subject for t in found if t.object == DJ.Mention}) == 2


def test_a_cue_is_a_passage_of_its_own() -> None:
    found = triples(article())
    cues = {t.subject for t in found if t.object == DJ.Cue}
    exact = {t.object.value for t in found if t.subject in cues and t.predicate == DJ.exact}
    assert exact == {"牵头", "计划"}


def test_a_formula_explains_its_parts_in_order() -> None:
    found = triples(article())
    parts = {t.subject for t in found if t.object == DJ.Component}
    rows = []
    for part in parts:
        facts = {t.predicate: t.object.value for t in found if t.subject == part}
        rows.append((facts[DJ.position], facts[DJ.label], facts[SKOS.definition]))
    assert sorted(rows) == [("1", "两看", "台账、现场"), ("2", "一评", "成效")]


def test_a_formula_that_is_also_a_slogan_is_one_node_with_one_piece_of_evidence() -> None:
    slogan = Entity(type="Slogan", name="“两看一评”", **span("“两看一评”"), status="planned")
    case = article(entities=(slogan,), formulas=(formula(),))
    node = NamedNode(BASE + "slogan/990821/“两看一评”")
    assert objects(case, node, RDF.type) == {DJ.Formula, DJ.Slogan}
    assert len(objects(case, node, DJ.evidence)) == 1
    assert not objects(case, COUNTY, DJ.proclaimsSlogan)


@pytest.mark.parametrize(
    ("value", "unit", "text", "lexical", "printed"),
    [
        (12500.0, "户", "走访农户1.25万余户", "12500", "1.25万"),
        (12.5, "%", "增长12.50%", "12.5", "12.50"),
        (0.00001, "元", "每次0.00001元", "0.00001", "0.00001"),
        (3.0, "个", "三个合作社", "3", "三"),
        (13000.0, "元", "增收1.3万元", "13000", "1.3万"),
        (40.0, "户", "3个村40多户", "40", "40"),
    ],
)
def test_a_figure_has_its_value_as_decimal_and_the_number_as_printed(
    value: float, unit: str, text: str, lexical: str, printed: str
) -> None:
    case = article(
        text=text,
        entities=(),
        formulas=(),
        figures=(figure(value=value, unit=unit, text=text, start=0, end=len(text)),),
    )
    found = {t.predicate: t.object for t in triples(case) if "/figure/paper" in t.subject.value}
    assert found[DJ.value] == Literal(lexical, datatype=XSD.decimal)
    assert found[DJ.printed] == Literal(printed)


def test_a_date_that_is_none_is_kept_as_printed() -> None:
    case = article(metadata={"date": "壬寅年冬"})
    assert objects(case, NamedNode(BASE + "article/paper/a1.txt/1"), DJ.date) == {Literal("壬寅年冬")}


def test_a_caption_without_headline_is_called_by_its_beginning() -> None:
    case = article(headline=None, kind="caption")
    (label,) = objects(case, NamedNode(BASE + "article/paper/a1.txt/1"), RDFS.label)
    assert label.value == TEXT[:30] + "…"


def test_measures_keep_their_order() -> None:
    spans = (Span(**span("县里推行")), Span(**span("明年计划")))
    found = triples(article(measures=spans))
    order = {t.subject: t.object.value for t in found if t.predicate == DJ.position and "/measure/" in t.subject.value}
    labels = {t.subject: t.object.value for t in found if t.predicate == RDFS.label}
    assert {number: labels[node] for node, number in order.items()} == {"1": "县里推行", "2": "明年计划"}


def test_a_page_without_articles_still_has_its_graph() -> None:
    page = Page(file="empty.txt", sha256="b" * 64, text="报头")
    assert {quad.graph_name for quad in to_page_quads(page)} == {NamedNode(BASE + "graph/page/empty.txt")}
