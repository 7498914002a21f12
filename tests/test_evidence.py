"""What is observed of candidates, how it is weighed, and texts too long to be read in one piece."""

from __future__ import annotations

import math

import pytest

from kg.extraction import extract_article
from kg.extraction.analysis import Analysis
from kg.extraction.candidates import Candidate
from kg.extraction.entities import propose
from kg.extraction.evidence import Evidence, Templates, inside, to_features
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


def make_candidate(*evidence: Evidence) -> Candidate:
    return Candidate("Slogan", "名", 0, 1, "rule", evidence)


def test_templates_name_their_values_by_position():
    features = to_features([(SHAPE, (3, "n", ("found", "run")))])
    assert features == ["len=3", "len=3&tag=n", "cue=found", "cue=run"]


def test_a_score_is_the_logistic_sum_of_the_weights_of_the_rule_and_of_all_rules():
    models = Models({("rule", "Slogan"): {BIAS: 1.0, "len=3": 2.0}, ("*", "Slogan"): {"len=3": -1.0, "cue=run": -2.0}})
    candidate = make_candidate((SHAPE, (3, "n", ("run", "unheard of"))))
    score([candidate], models)
    assert candidate.score == pytest.approx(0.5)


def test_what_was_observed_of_a_quotation_is_marked_in_the_name_that_holds_it():
    evidence = inside([(SHAPE, (3, "n", ("found",)))], lambda feature: not feature.startswith("cue"))
    assert to_features(evidence) == ["h:len=3", "h:len=3&tag=n"]


def test_the_first_look_rules_out_what_weighs_less_than_the_screen():
    models = Models({("rule", "Slogan"): {BIAS: -3.0, SCREEN: -2.5, "len=3": 1.0}})
    assert not models.rules_out("rule", "Slogan", [(SHAPE, (3, "n", ()))])
    assert models.rules_out("rule", "Slogan", [(SHAPE, (4, "n", ()))])


def test_without_a_screen_the_first_look_rules_nothing_out():
    assert not Models({("rule", "Slogan"): {BIAS: -30.0}}).rules_out("rule", "Slogan", [])


def test_what_the_first_look_rules_out_is_not_proposed_and_would_not_be_chosen():
    article = make_article(SENTENCE * 5)
    every = propose(Analysis(article, None))
    some = propose(Analysis(article, None, load_models()))
    score(every)
    score(some)
    assert len(some) < len(every)
    kept = {(c.rule, c.type, c.name, c.start, c.end): c.score for c in some}
    for c in every:
        found = kept.get((c.rule, c.type, c.name, c.start, c.end))
        assert found == pytest.approx(c.score) if found is not None else c.score < THRESHOLD


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
