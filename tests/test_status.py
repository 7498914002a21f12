"""What is done and what is only planned: cues, their scopes, and words that only look like cues."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from kg.extraction.analysis import Analysis
from kg.extraction.status import add_statuses, find_scopes, find_status
from kg.model import STATUSES, Article, Cue, Entity, Figure, Source, Span

TABLE = Path(__file__).parent / "tables" / "status.tsv"
LINES = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
TRAPS = [row for row in LINES if row[0].startswith("trap ")]


def analyse(text: str, **metadata: str) -> Analysis:
    source = Source(file="a.txt", sha256="0", start=0, end=len(text), runs=((0, 0),))
    article = Article(
        page="a.txt", article=1, kind="report", headline=None, text=text, source=source, metadata=metadata
    )
    return Analysis(article, None)


def entity(text: str, name: str, kind: str = "Alliance") -> Entity:
    starts = [at for at in range(len(text)) if text.startswith(name, at)]
    mentions = tuple(Span(start=at, end=at + len(name)) for at in starts)
    return Entity(type=kind, name=name, start=starts[0], end=starts[0] + len(name), mentions=mentions)


def status_of(text: str, name: str, kind: str = "Alliance", **metadata: str) -> str:
    return add_statuses(analyse(text, **metadata), [entity(text, name, kind)], [])[0][0].status


def test_the_table_is_whole():
    assert len(LINES) >= 95
    assert len(TRAPS) >= 35
    assert len({row[3] for row in LINES}) == len(LINES)
    assert set(Counter(row[0].removeprefix("trap ") for row in LINES)) == set(STATUSES)


@pytest.mark.parametrize(("expected", "cue", "kind", "marked"), LINES, ids=[row[3] for row in LINES])
def test_a_marked_thing_has_the_status_and_cue_of_the_table(expected: str, cue: str, kind: str, marked: str):
    text = marked.replace("【", "").replace("】", "")
    start = marked.rindex("【") - 2 * marked.count("【") + 2
    end = start + marked.rindex("】") - marked.rindex("【") - 1
    analysis = analyse(text)
    names = [] if kind == "Figure" else [Span(start=start, end=end)]
    status, found = find_status(analysis, find_scopes(analysis, names), start, end, kind)
    assert status == expected.removeprefix("trap ")
    assert (text[found.start : found.end] if found else "-") == cue


def test_what_is_done_at_one_mention_is_done():
    text = "明年，县里将推出“月光夜校”。去年，村里已办过两期“月光夜校”。"
    assert status_of(text, "“月光夜校”", "Platform") == "done"


def test_a_year_after_the_article_s_own_is_the_future():
    text = "到2024年，全县建成“晨光驿站”。"
    assert status_of(text, "“晨光驿站”", "Platform", date="2022-05-01") == "planned"
    assert status_of(text, "“晨光驿站”", "Platform", date="2025-01-10") == "done"


def test_a_plan_in_quoted_speech_ends_with_the_quotation():
    text = "“下一步我们想再添两台烘干机，”村支书说，多亏了枣业党建联盟。"
    assert status_of(text, "枣业党建联盟") == "done"


def test_a_cue_inside_a_name_is_none():
    text = "县里成立改革试点办公室，挂牌枣业党建联盟。"
    analysis = analyse(text)
    office = entity(text, "改革试点办公室", "Organisation")
    entities, _ = add_statuses(analysis, [office, entity(text, "枣业党建联盟")], [])
    assert [e.status for e in entities] == ["done", "done"]


def test_a_figure_keeps_its_cue_with_its_offsets():
    text = "该县将新建驿站6个。"
    figure = Figure(value=6.0, unit="个", of="驿站", approx=False, text="驿站6个", start=5, end=9)
    _, (found,) = add_statuses(analyse(text), [], [figure])
    assert (found.status, found.cues) == ("planned", (Cue(role="status", start=2, end=3),))


def test_the_order_of_entities_does_not_matter():
    text = "县里将成立桃业党建联盟，正在筹建李业党建联盟。"
    pair = [entity(text, "桃业党建联盟"), entity(text, "李业党建联盟")]
    forward, _ = add_statuses(analyse(text), pair, [])
    backward, _ = add_statuses(analyse(text), pair[::-1], [])
    assert forward == backward[::-1]
    assert [e.status for e in forward] == ["planned", "under way"]
