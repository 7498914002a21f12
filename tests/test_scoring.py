"""Scoring: the numbers by which extraction is judged."""

from __future__ import annotations

import copy
import importlib.util
import random
from pathlib import Path

import pytest

from kg.scoring import GoldError, bare, read_gold, score

GOLD = {
    "page": "a.txt",
    "article": 1,
    "kind": "report",
    "headline": "双湖县建联盟",
    "county": {"name": "双湖县", "code": "540630"},
    "bylines": [{"name": "甲", "role": "记者"}],
    "starts": "双湖县把党组织联在一起",
    "ends": "群众说好。",
    "measures": ["明确目标，抱团发展"],
    "entities": [
        {
            "type": "Alliance",
            "name": "“湖畔”党建联盟",
            "aliases": ["党建联盟"],
            "by": None,
            "lead": None,
            "members": [],
        },
        {"type": "Mechanism", "name": "联席会议机制", "aliases": [], "by": None, "lead": None, "members": []},
        {"type": "Slogan", "name": "“一盘棋”", "aliases": [], "optional": True},
    ],
    "formulas": [{"text": "三张清单", "components": [{"label": "三张清单", "items": ["资源", "需求"]}]}],
    "figures": [
        {"value": 13000, "unit": "户", "of": "农户", "approx": False, "text": "1.3万户"},
        {"value": 7, "unit": "个", "of": "村", "approx": False, "text": "7个", "optional": True},
    ],
}


def changed(**values: object) -> dict:
    return {**copy.deepcopy(GOLD), **values}


def counts(predicted: dict, section: str, row: str) -> tuple[int, int, int]:
    tally = score([GOLD], [predicted]).sections[section][row]
    return tally.tp, tally.fp, tally.fn


def test_gold_scored_against_itself_has_no_disagreement():
    assert score([GOLD], [GOLD]).disagreements == ()


def test_quotes_and_punctuation_of_a_name_do_not_count():
    assert bare("“湖畔”党建·联盟（１２）") == "湖畔党建联盟12"


def test_an_alias_matches_and_a_repeat_of_a_match_is_not_counted():
    repeated = [{**GOLD["entities"][0], "name": "党建联盟", "aliases": []}] * 2
    assert counts(changed(entities=repeated), "strict", "Alliance") == (1, 0, 0)


def test_an_optional_gold_entity_is_neither_right_nor_wrong():
    assert counts(GOLD, "strict", "Slogan") == (0, 0, 0)
    assert counts(changed(entities=[]), "strict", "Slogan") == (0, 0, 0)


def test_a_name_with_more_words_is_wrong_strictly_and_right_relaxedly():
    longer = [{"type": "Mechanism", "name": "党建联席会议机制", "aliases": []}]
    assert counts(changed(entities=longer), "strict", "Mechanism") == (0, 1, 1)
    assert counts(changed(entities=longer), "relaxed", "Mechanism") == (1, 0, 0)


def test_an_optional_figure_is_neither_right_nor_wrong():
    assert counts(GOLD, "fields", "figure") == (1, 0, 0)
    assert counts(changed(figures=GOLD["figures"][:1]), "fields", "figure") == (1, 0, 0)


def test_a_missed_article_misses_all_its_facts():
    missing = score([GOLD], []).sections
    assert missing["fields"]["article"].fn == 1
    assert missing["strict"]["all"].fn == 2


def test_pages_without_gold_are_ignored():
    other = changed(page="b.txt")
    assert score([GOLD], [GOLD, other]).to_dict() == score([GOLD], [GOLD]).to_dict()


def test_every_strict_error_is_a_disagreement():
    wrong = score([GOLD], [changed(entities=[], county=None)])
    assert [(d.row, d.verdict) for d in wrong.disagreements] == [
        ("county", "fn"),
        ("county code", "fn"),
        ("Alliance", "fn"),
        ("Mechanism", "fn"),
    ]


@pytest.mark.parametrize("content", [None, "not json", "[]", '{"page": "a.txt"}'])
def test_a_file_that_is_no_gold_is_named(tmp_path: Path, content: str | None):
    file = tmp_path / "gold.jsonl"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    with pytest.raises(GoldError, match="gold"):
        read_gold(file)


def perturbed(articles: list[dict], chance: random.Random) -> list[dict]:
    """Return the articles with facts dropped, doubled, shortened and mistyped, in another order."""
    articles = copy.deepcopy(articles)
    for article in articles:
        for key in ("entities", "figures", "formulas", "measures", "bylines"):
            article[key] = [fact for fact in article[key] if chance.random() > 0.2]
        for key in ("entities", "figures", "formulas"):
            article[key] += [dict(fact) for fact in article[key] if chance.random() < 0.1]
        for entity in article["entities"]:
            entity["name"] = entity["name"][chance.choice([0, 0, 1, 2]) :]
            entity["type"] = chance.choice([entity["type"], entity["type"], "Slogan"])
        if chance.random() < 0.2:
            article["county"], article["starts"] = None, "别的" + article["starts"]
    chance.shuffle(articles)
    return articles[chance.choice([0, 1]) :]


@pytest.mark.parametrize("gold", ["sample/gold", "gold", "dev/gold"])
def test_the_numbers_are_those_of_the_reference_scorer(shared: Path, gold: str):
    spec = importlib.util.spec_from_file_location("reference_scorer", shared / "gold" / "score.py")
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    articles = read_gold(shared / gold)
    assert len(articles) >= 14
    for seed in range(8):
        predicted = perturbed(articles, random.Random(seed))
        assert score(articles, predicted).to_dict() == reference.score(articles, predicted)[0]
