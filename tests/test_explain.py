"""``kg explain``: what was found and what was dropped, sentence by sentence, with the reasons."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import pytest

from kg.cli.explain import to_codes
from kg.extraction import extract
from kg.extraction.analysis import Analysis
from kg.extraction.candidates import Candidate
from kg.extraction.county import find_counties
from kg.extraction.entities import propose
from kg.extraction.figures import find_quantities
from kg.extraction.lexicon import read_table
from kg.extraction.scoring import load_weights, score
from kg.extraction.selection import KIND, OVERLAP, REPEAT, RIVAL, THRESHOLD, UNLIKELY, Dropped, choose, select
from kg.extraction.trace import trace_page, weigh
from kg.model import ENTITY_TYPES, STATUSES
from kg.ontology_files import ontology_file
from kg.reading import read_page

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "data" / "pages" / "jining_2022_a.txt"
LABELS = {(kind, code): (zh, en) for kind, code, zh, en in read_table("trace")}


def candidate(name: str, start: int, score: float, kind: str = "Alliance", group: tuple[str, int] | None = None):
    return Candidate(kind, name, start, start + len(name), "head", [], group, score=score)


def reasons(*candidates: Candidate) -> dict[str, tuple[str, str | None]]:
    """Return the reason and the preferred name of every dropped candidate, by its name and score."""
    dropped = choose(candidates).dropped
    return {f"{d.candidate.name} {d.candidate.score}": (d.reason, d.preferred and d.preferred.name) for d in dropped}


@pytest.fixture(scope="module")
def articles() -> list[tuple[Analysis, list[Candidate]]]:
    """The sample's articles with their scored candidates."""
    page = read_page(PAGE)
    analyses = [Analysis(article, county) for article, county in zip(page.articles, find_counties(page))]
    found = [(analysis, propose(analysis)) for analysis in analyses]
    for _, candidates in found:
        score(candidates)
    return found


# --- the reasons of selection


def test_a_candidate_below_the_threshold_is_unlikely():
    assert reasons(candidate("甲联盟", 0, THRESHOLD - 0.01)) == {f"甲联盟 {THRESHOLD - 0.01}": ("unlikely", None)}


def test_a_less_likely_beginning_of_a_name_names_the_likelier_one():
    longer, shorter = candidate("产业联盟", 0, 0.9, group=("head", 2)), candidate("联盟", 2, 0.5, group=("head", 2))
    assert reasons(shorter, longer) == {"联盟 0.5": ("rival", "产业联盟")}


def test_beginnings_of_which_none_is_likely_are_all_unlikely():
    found = reasons(candidate("产业联盟", 0, 0.3, group=("head", 2)), candidate("联盟", 2, 0.2, group=("head", 2)))
    assert {reason for reason, _ in found.values()} == {"unlikely"}


def test_a_stretch_that_is_likelier_another_kind_of_thing_names_it():
    found = choose([candidate("白沙", 0, 0.6, "Person"), candidate("白沙", 0, 0.9, "Place")])
    assert [c.first.type for c in found.chosen] == ["Place"]
    assert [(d.candidate.type, d.reason, d.preferred.type) for d in found.dropped] == [("Person", "kind", "Place")]


def test_of_two_overlapping_names_of_a_type_the_less_likely_names_the_other():
    assert reasons(candidate("村企联盟", 0, 0.8), candidate("企联盟会", 1, 0.6)) == {
        "企联盟会 0.6": ("overlap", "村企联盟")
    }


def test_a_name_that_recurs_repeats_the_entity():
    found = choose([candidate("“村企”联盟", 0, 0.8), candidate("村企联盟", 20, 0.7)])
    assert [(c.first.name, [again.name for again in c.again]) for c in found.chosen] == [("“村企”联盟", ["村企联盟"])]
    assert found.dropped == (Dropped(found.chosen[0].again[0], "repeat", found.chosen[0].first),)


def test_every_candidate_is_chosen_or_dropped_and_none_is_changed(articles):
    for analysis, candidates in articles:
        before = [repr(c) for c in candidates]
        selection = choose(candidates)
        assert len(selection.chosen) + len(selection.dropped) == len(candidates) > 10
        assert len(select(analysis, candidates)) == len(selection.chosen)
        assert [repr(c) for c in candidates] == before


def test_what_weighs_for_and_against_a_candidate_adds_up_to_its_score(articles):
    weighed = 0
    for _, candidates in articles:
        for c in candidates:
            if (c.rule, c.type) in load_weights():
                total = sum(weigh(c).values())
                assert 1 / (1 + math.exp(-max(-30.0, min(30.0, total)))) == pytest.approx(c.score)
                weighed += 1
    assert weighed > 1000


# --- the trace


def test_the_trace_holds_every_fact_that_extraction_finds():
    for trace, article in zip(trace_page(read_page(PAGE)), extract(read_page(PAGE)).articles, strict=True):
        assert trace.article == article
        sentences = trace.to_dict()["sentences"]
        for kind in ("entities", "formulas", "figures"):
            found = [fact for sentence in sentences for fact in sentence[kind]]
            assert [(f["start"], f["rule"]) for f in found] == [(f.start, f.rule) for f in getattr(article, kind)]
        assert [m["start"] for s in sentences for m in s["measures"]] == [m.start for m in article.measures]


def test_a_fact_stands_in_the_sentence_in_which_it_begins():
    for trace in trace_page(read_page(PAGE), least=0.0):
        data = trace.to_dict()
        starts = [s["start"] for s in data["sentences"]] + [len(trace.article.text)]
        for number, sentence in enumerate(data["sentences"]):
            assert sentence["text"] == trace.article.text[sentence["start"] : sentence["end"]]
            facts = [f for kind in ("entities", "formulas", "figures", "dropped", "refused") for f in sentence[kind]]
            assert all(starts[number] <= fact["start"] < starts[number + 1] for fact in facts)


def test_every_candidate_is_in_the_full_trace(articles):
    for trace, (_, candidates) in zip(trace_page(read_page(PAGE), least=0.0), articles, strict=True):
        found = sum(len(s.entities) + len(s.dropped) for s in trace.sentences)
        assert found == len(candidates)


def test_every_quantity_is_a_figure_or_refused_with_a_reason(articles):
    traces = list(trace_page(read_page(PAGE)))
    for trace, (analysis, _) in zip(traces, articles, strict=True):
        refused = sum(len(s.refused) for s in trace.sentences)
        assert refused + len(trace.article.figures) == len(find_quantities(analysis))
    assert any(s.refused for trace in traces for s in trace.sentences)


def test_a_quantity_that_is_no_figure_says_why(tmp_path: Path):
    page = tmp_path / "p.txt"
    text = (
        "本报讯（记者 林小满）青禾县印发《100个村提升方案》，每个支部联系3至5户，召开“8名书记”联席会议，建成12个驿站。"
    )
    page.write_text(text, encoding="utf-8")
    (trace,) = trace_page(read_page(page))
    refused = {r["text"]: r["reason"] for s in trace.to_dict()["sentences"] for r in s["refused"]}
    assert refused["100个"] == "inside a name"
    assert refused["5户"] == "a range sets a rule"
    assert "12个" not in refused
    assert all(("refusal", reason) in LABELS for reason in refused.values())


# --- the command


def test_the_text_tells_what_was_found_and_why(kg):
    done = kg("explain", PAGE, "--article", 1)
    assert done.returncode == 0 and done.stderr == ""
    found = r"^    \+ 机制 mechanism “三看两评一鉴定”考核模式 \| \d\.\d\d \| 已有 done \| .*quotation with head$"
    assert re.search(found, done.stdout, re.M)
    assert re.search(r"^        支持 for: .+ \+\d\.\d\d", done.stdout, re.M)
    assert re.search(r"^        反对 against: .+ -\d\.\d\d", done.stdout, re.M)
    assert "逐项展开 formula spelled out label by label\n        三看: 平时表现 | 业务绩效 | 上级评价\n" in done.stdout
    assert (
        "- 数据 figure 两头: 汉字数词，只数文中列举之物 a spelled-out numeral counts what the text lists" in done.stdout
    )
    assert "原因 because: " in done.stdout
    assert re.search(r"^特征说明 features:\n    \S.* = ", done.stdout, re.M)


def test_every_sentence_of_the_article_is_in_the_text(kg):
    printed = kg("explain", PAGE, "--article", 2).stdout
    (trace,) = trace_page(read_page(PAGE), 2)
    for sentence in trace.to_dict()["sentences"]:
        assert f"[{sentence['start']}–{sentence['end']}] {sentence['text']}\n" in printed


def test_relations_and_statuses_give_the_words_that_say_so(kg, tmp_path: Path):
    page = tmp_path / "p.txt"
    page.write_text(
        "本报讯（记者 林小满）青禾县成立产业链党建联盟，由县委组织部牵头。下一步，将成立物业党建联盟。",
        encoding="utf-8",
    )
    printed = kg("explain", page).stdout
    assert "牵头 lead: 县委组织部\n        牵头 lead, 依据 by the words: " in printed
    assert "计划中 planned" in printed and "状态 status, 依据 by the words: " in printed


def test_less_likely_candidates_are_shown_when_asked_for(kg):
    some, everything = (
        [json.loads(line) for line in kg("explain", PAGE, "--format", "json", *options).stdout.splitlines()]
        for options in ((), ("--all",))
    )
    scores, all_scores = (
        [c["score"] for trace in traces for s in trace["sentences"] for c in s["dropped"]]
        for traces in (some, everything)
    )
    assert len(scores) < len(all_scores)
    assert min(scores) >= 0.1 > min(all_scores)


def test_json_is_one_line_an_article_with_the_facts_of_extract(kg):
    lines = [json.loads(line) for line in kg("explain", PAGE, "--format", "json").stdout.splitlines()]
    facts = [json.loads(line) for line in kg("extract", PAGE).stdout.splitlines()]
    assert [line["article"] for line in lines] == [fact["article"] for fact in facts]
    for line, fact in zip(lines, facts):
        found = [entity for sentence in line["sentences"] for entity in sentence["entities"]]
        without_cues = [{key: entity[key] for key in fact["entities"][0] if key != "cues"} for entity in found]
        assert without_cues == [{k: v for k, v in e.items() if k != "cues"} for e in fact["entities"]]


def test_an_article_that_the_page_does_not_have_is_wrong_usage(kg):
    done = kg("explain", PAGE, "--article", 99)
    assert done.returncode == 2 and done.stdout == ""
    assert "--article 99" in done.stderr and done.stderr.count("\n") == 1


def test_a_missing_page_is_one_sentence(kg, tmp_path: Path):
    done = kg("explain", tmp_path / "none.txt")
    assert done.returncode == 2 and done.stderr.count("\n") == 1


def test_no_character_of_a_page_steers_the_terminal(kg, tmp_path: Path):
    page = tmp_path / "p.txt"
    page.write_text("本报讯（记者 林小满）青禾县成立“\u202e连心”党建联盟，吸纳12个村。\x85", encoding="utf-8")
    printed = kg("explain", page).stdout
    assert "党建联盟" in printed
    assert not {"\u202e", "\x85", "\x1b"} & set(printed)


def test_the_explanation_is_the_same_whatever_the_hash_seed(kg, kg_process):
    assert kg_process("explain", PAGE, PYTHONHASHSEED="7").stdout == kg("explain", PAGE).stdout


# --- what things are called


def test_entity_types_are_called_what_the_ontology_calls_them():
    ontology = ontology_file("dangjian.ttl").read_text(encoding="utf-8")
    for kind in ENTITY_TYPES:
        zh, en = LABELS["type", kind]
        assert re.search(rf'^dj:{kind} a [^.]*?rdfs:label "{zh}"@zh , "{en}"@en', ontology, re.M), kind


def test_every_status_rule_and_reason_has_a_name():
    codes = [("status", status) for status in STATUSES]
    codes += [("reason", reason) for reason in (UNLIKELY, KIND, RIVAL, OVERLAP, REPEAT)]
    codes += [("rule", rule) for rule, _ in load_weights() if rule != "*"]
    assert [code for code in codes if code not in LABELS] == []


def test_every_feature_that_has_a_weight_is_explained():
    unnamed = {f for weights in load_weights().values() for f in weights if not to_codes(f)}
    assert not unnamed, f"say in lexicon/trace.tsv what these observe: {sorted(unnamed)[:5]}"


def test_a_joined_feature_is_explained_by_its_parts():
    assert to_codes("h:np=inside&h=机制") == ["h:", "np", "h"]
    assert to_codes("surname&len=True3") == ["surname", "len"]
    assert to_codes("after 的") == ["after 的"]
