"""What is observed of candidates, how it is weighed, and texts too long to be read in one piece."""

from __future__ import annotations

import math

import pytest

from kg.extraction import extract_article
from kg.extraction.analysis import Analysis
from kg.extraction.candidates import Candidate
from kg.extraction.entities import propose
from kg.extraction.evidence import Evidence, Templates, named, to_features
from kg.extraction.scoring import BIAS, SCREEN, Models, load_models, load_weights, score
from kg.extraction.selection import THRESHOLD
from kg.extraction.stretches import LONGEST, cut
from kg.model import Article, Source, Span

SHAPE = Templates("len={0}", "len={0}&tag={1}", every={"cue={}": 2})
SENTENCE = "青禾县成立“红色物业”党建联盟，吸纳12个村党支部。"


def make_article(text: str) -> Article:
    paragraphs, at = [], 0
    for line in text.split("\n"):
        paragraphs.append(Span(start=at, end=at + len(line)))
        at += len(line) + 1
    source = Source(file="p.txt", sha256="0", start=0, end=len(text), runs=((0, 0),))
    return Article(
        page="p", article=1, kind="article", headline=None, text=text, source=source, paragraphs=tuple(paragraphs)
    )


def make_candidate(*evidence: Evidence, rest=None) -> Candidate:
    return Candidate("Slogan", "名", 0, 1, "rule", evidence, rest=rest)


def test_templates_name_their_values_by_position():
    features = to_features([Evidence(SHAPE, (3, "n", ("found", "run")))])
    assert features == ["len=3", "len=3&tag=n", "cue=found", "cue=run"]


def test_a_score_is_the_logistic_sum_of_the_weights_of_the_rule_and_of_all_rules():
    models = Models({("rule", "Slogan"): {BIAS: 1.0, "len=3": 2.0}, ("*", "Slogan"): {"len=3": -1.0, "headed": -2.0}})
    candidate = make_candidate(Evidence(SHAPE, (3, "n", ())), named(["headed", "unheard of"]))
    score([candidate], models)
    assert candidate.score == pytest.approx(0.5)


def test_evidence_that_candidates_share_weighs_the_same_for_each():
    models = Models({("rule", "Slogan"): {BIAS: 0.0, "len=3": 2.0}})
    shared = Evidence(SHAPE, (3, "n", ()), shared=True)
    candidates = [make_candidate(shared), make_candidate(shared), make_candidate(Evidence(SHAPE, (3, "n", ())))]
    score(candidates, models)
    assert len({candidate.score for candidate in candidates}) == 1


def test_what_the_first_look_rules_out_is_not_observed_further():
    models = Models({("rule", "Slogan"): {BIAS: -3.0, SCREEN: -2.5, "headed": 9.0}})
    candidate = make_candidate(rest=lambda: pytest.fail("observed"))
    score([candidate], models)
    assert candidate.score < THRESHOLD


def test_what_passes_the_first_look_is_weighed_whole():
    models = Models({("rule", "Slogan"): {BIAS: -3.0, SCREEN: -3.5, "headed": 9.0}})
    candidate = make_candidate(rest=lambda: (named(["headed"]),))
    score([candidate], models)
    assert candidate.score > THRESHOLD and candidate.features == ["headed"]


def test_what_the_first_look_rules_out_is_below_the_threshold():
    screens = [load_models()[key].screen for key in load_weights()]
    screens = [screen for screen in screens if math.isfinite(screen)]
    assert screens and all(1 / (1 + math.exp(-screen)) < THRESHOLD for screen in screens)


def test_candidates_are_proposed_with_all_their_features_before_they_are_scored():
    candidates = propose(Analysis(make_article(SENTENCE), None))
    assert all(candidate.features for candidate in candidates)


def test_an_article_of_usual_length_is_one_stretch():
    article = make_article(SENTENCE * 20)
    assert list(cut(article)) == [(0, article)]


def test_the_stretches_of_a_long_text_are_all_of_it_and_end_with_paragraphs():
    article = make_article("\n".join([SENTENCE * 30] * 60))
    stretches = list(cut(article))
    assert "".join(stretch.text for _, stretch in stretches) == article.text
    assert len(stretches) > 1 and all(len(stretch.text) <= LONGEST for _, stretch in stretches)
    assert all(article.text[offset - 1] == "\n" for offset, _ in stretches[1:])


def test_facts_of_a_long_text_stand_where_they_say_and_one_thing_is_one_entity():
    text = "\n".join([SENTENCE * 30] * 60)
    article = extract_article(make_article(text), None)
    names = [(entity.type, entity.name) for entity in article.entities]
    assert len(names) == len(set(names)) and ("Alliance", "“红色物业”党建联盟") in names
    alliance = next(entity for entity in article.entities if entity.type == "Alliance")
    assert len(alliance.mentions) == 1800
    assert {text[m.start : m.end] for m in alliance.mentions} == {"“红色物业”党建联盟"}
    assert len(article.figures) == 1800 and {text[f.start : f.end] for f in article.figures} == {"12个村党支部"}
