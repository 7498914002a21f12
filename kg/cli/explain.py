"""The command that shows how an article was read: explain."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import click

from kg.cli.console import to_printable

Data = dict[str, Any]
_STYLES = {"+": "green", "-": "dim", "[": "bold"}
"""The colour of a line on a terminal by its first character: found, dropped, sentence."""


class Line(NamedTuple):
    """A line of the explanation and how many steps it is indented."""

    depth: int
    text: str


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--article", type=click.IntRange(1), metavar="N", help="Only the N-th article of the page. 只看第 N 篇。")
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="How to print it. 输出格式。",
)
@click.option(
    "--all", "everything", is_flag=True, help="Every candidate, however unlikely. 列出所有候选，不论可能性多低。"
)
def explain(file: Path, article: int | None, form: str, everything: bool) -> None:
    """Explain what was found in the page FILE and what was dropped · 逐句说明抽取结果及取舍原因

    For each sentence: the facts (+) with the rule, the score and the features that weighed most, and the candidates
    that were dropped (-) with the reason; those less likely than 0.1 only with --all.
    """
    from kg.extraction.trace import LEAST, trace_page
    from kg.reading import read_page

    page = read_page(file)
    if article is not None and article > len(page.articles):
        raise click.UsageError(f"{file} has {len(page.articles)} articles; --article {article} is none of them")
    traces = (trace.to_dict() for trace in trace_page(page, article, 0.0 if everything else LEAST))
    if form == "json":
        for trace in traces:
            click.echo(json.dumps(trace, ensure_ascii=False))
        return
    for trace in traces:
        _print(_to_lines(trace))


def _print(lines: Iterable[Line]) -> None:
    """Print lines with their indentation: wrapped behind it on a terminal, whole in a pipe."""
    if not sys.stdout.isatty():
        for line in lines:
            click.echo("    " * line.depth + to_printable(line.text))
        return
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console()
    for line in lines:
        text = Text(to_printable(line.text), style=_STYLES.get(line.text[:1], ""), overflow="fold")
        console.print(Padding(text, (0, 0, 0, 4 * line.depth), expand=False))


def _to_lines(trace: Data) -> Iterator[Line]:
    county = trace["county"] or {}
    place = " ".join(filter(None, (county.get("name"), county.get("code"))))
    number = f"{_say('word', 'article')} {trace['article']}"
    yield Line(0, " | ".join(filter(None, (trace["page"], number, trace["kind"], place, trace["headline"]))))
    for sentence in trace["sentences"]:
        yield Line(0, "")
        yield Line(0, f"[{sentence['start']}–{sentence['end']}] {sentence['text']}")
        yield from _sentence(sentence)
    yield Line(0, "")
    yield from _legend(trace)
    yield Line(0, "")


def _sentence(sentence: Data) -> Iterator[Line]:
    """Return the lines of all that begins in a sentence: what was found, then what was dropped."""
    found = [(fact["start"], fact["end"], lines) for fact, lines in _found(sentence)]
    for *_, lines in sorted(found, key=lambda item: item[:2]):
        yield from lines
    for candidate in sentence["dropped"]:
        yield from _dropped(candidate)
    for quantity in sentence["refused"]:
        yield Line(1, f"- {_say('type', 'figure')} {quantity['text']}: {_say('refusal', quantity['reason'])}")
    if not any(sentence[key] for key in ("entities", "formulas", "figures", "measures", "dropped", "refused")):
        yield Line(1, _say("word", "nothing"))


def _found(sentence: Data) -> Iterator[tuple[Data, list[Line]]]:
    for measure in sentence["measures"]:
        yield measure, [Line(1, f"+ {_say('type', 'measure')} {measure['text']}")]
    for entity in sentence["entities"]:
        yield entity, list(_entity(entity))
    for formula in sentence["formulas"]:
        parts = [Line(2, f"{part['label']}: {' | '.join(part['items'])}") for part in formula["components"]]
        head = f"+ {_say('type', 'formula')} {formula['text']} | {_say('rule', formula['rule'])}"
        yield formula, [Line(1, head), *parts]
    for figure in sentence["figures"]:
        about = "≈" if figure["approx"] else ""
        value = f"{about}{figure['value']} {figure['unit']}".strip()
        named = _say("status", figure["status"]), _say("rule", figure["rule"])
        head = " | ".join(filter(None, (f"{figure['text']} = {value}", figure["of"], *named)))
        yield figure, [Line(1, f"+ {_say('type', 'figure')} {head}"), *_cues(figure)]


def _entity(entity: Data) -> Iterator[Line]:
    head = [entity["name"], f"{entity['score']:.2f}", _say("status", entity["status"]), _say("rule", entity["rule"])]
    yield Line(1, f"+ {_say('type', entity['type'])} {' | '.join(head)}")
    yield from _weights(entity)
    if entity["aliases"]:
        yield Line(2, f"{_say('word', 'aliases')}: {' | '.join(entity['aliases'])}")
    if entity["practice"]:
        yield Line(2, f"{_say('word', 'practice')}: {entity['practice']}")
    yield from _relations(entity)


def _relations(entity: Data) -> Iterator[Line]:
    """Return who leads an entity, whom it joins and whose it is, then the words that say so."""
    for role in ("lead", "members", "by"):
        value = entity[role]
        if value:
            yield Line(2, f"{_say('role', role)}: {' | '.join([value] if isinstance(value, str) else value)}")
    yield from _cues(entity)


def _cues(fact: Data) -> Iterator[Line]:
    for cue in fact["cues"]:
        where = f"[{cue['start']}–{cue['end']}]"
        yield Line(2, f"{_say('role', cue['role'])}, {_say('word', 'cue')}: {cue['text']} {where}")


def _dropped(candidate: Data) -> Iterator[Line]:
    head = [candidate["name"], f"{candidate['score']:.2f}", _say("rule", candidate["rule"])]
    yield Line(1, f"- {_say('type', candidate['type'])} {' | '.join(head)}")
    yield Line(2, f"{_say('word', 'because')}: {_reason(candidate)}")
    if candidate["reason"] != "repeat":
        yield from _weights(candidate)
        better = candidate["preferred"] and candidate["preferred"]["better"]
        if better:
            yield Line(2, f"{_say('word', 'better')}: {_features(better)}")


def _reason(candidate: Data) -> str:
    words, preferred = _say("reason", candidate["reason"]), candidate["preferred"]
    if preferred is None:
        return f"{words} {candidate['threshold']}"
    alias = f" | {_say('word', 'alias')}" if candidate["alias"] and candidate["reason"] == "rival" else ""
    where = f"{_say('type', preferred['type'])} {preferred['name']} [{preferred['start']}–{preferred['end']}]"
    return f"{words}: {where} {preferred['score']:.2f}{alias}"


def _weights(candidate: Data) -> Iterator[Line]:
    for side in ("for", "against"):
        if candidate[side]:
            yield Line(2, f"{_say('word', side)}: {_features(candidate[side])}")


def _features(weights: list[list[Any]]) -> str:
    return " | ".join(f"{feature} {weight:+.2f}" for feature, weight in weights)


# --- what things are called


@cache
def _labels() -> dict[tuple[str, str], tuple[str, str]]:
    from kg.extraction.lexicon import read_table

    return {(kind, code): (zh, en) for kind, code, zh, en in read_table("trace")}


def _say(kind: str, code: str) -> str:
    """Return what a code is called in Chinese and English, the code itself where no one named it."""
    zh, en = _labels().get((kind, code), ("", code))
    return f"{zh} {en}".strip()


def _legend(trace: Data) -> Iterator[Line]:
    """Return what the features mean that the explanation shows."""
    shown = [item for sentence in trace["sentences"] for item in (*sentence["entities"], *sentence["dropped"])]
    pairs = [pair for item in shown for side in ("for", "against") for pair in item[side]]
    pairs += [pair for item in shown if item.get("preferred") for pair in item["preferred"]["better"]]
    codes = sorted({code for feature, _ in pairs for code in to_codes(feature)})
    if codes:
        yield Line(0, f"{_say('word', 'legend')}:")
        yield from (Line(1, f"{code} = {_say('feature', code)}") for code in codes)


def to_codes(feature: str) -> list[str]:
    """Return the codes by which a feature is explained (h:np=inside&h=机制 → h:, np, h)."""
    prefix, rest = ("h:", feature[2:]) if feature.startswith("h:") else ("", feature)
    name = rest.partition("=")[0]
    names = [name, *re.findall(r"&([^=&]+)=", rest)] if _is_named(name) else name.split("&")
    return [code for code in (prefix, *names) if _is_named(code)]


def _is_named(code: str) -> bool:
    return ("feature", code) in _labels()
