"""Extraction quality: extracted articles compared with gold articles of the same pages.

Both sides are plain data in the facts format.  Every comparison yields outcomes, right
(``tp``), extracted but not gold (``fp``) or gold but not extracted (``fn``); scores and
the list of disagreements are two views of that one stream.

*Strict*: same type and same name, quotes, brackets, spaces and punctuation ignored.
*Relaxed*: same type, one name contains the other and is at least half as long.
An extracted entity that repeats one already matched is not counted, and gold entries
marked ``optional``, on which careful annotators differ, are neither right nor wrong.
*Relations*: lead, members and carrier (``by``) of the entities that both sides name, by
their exact wording.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from kg.model import ENTITY_TYPES

Data = dict[str, Any]

CORE_TYPES = ("Alliance", "Mechanism", "Slogan")
FIELDS = (
    "article", "starts", "ends", "headline", "county", "county code", "kind",
    "byline", "measure", "figure", "formula", "formula item",
)  # fmt: skip
RELATIONS = ("lead", "members", "by")
GROUPS = {"core": CORE_TYPES, "all": ENTITY_TYPES}

_HALF_WIDTH = str.maketrans("０１２３４５６７８９＋－％", "0123456789+-%")
_PUNCTUATION = re.compile(r"[\s“”‘’\"'《》〈〉「」『』，,。；;：:、·．.!！?？—–－\-（）()【】]")
_NOTHING: Data = {"bylines": [], "measures": [], "entities": [], "formulas": [], "figures": []}


class GoldError(ValueError):
    """A gold file that is missing or is not JSON lines of articles."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How often extraction was right, too generous (``fp``) or blind (``fn``)."""

    tp: int
    fp: int
    fn: int

    @property
    def precision(self) -> float:
        return self.tp / (self.tp + self.fp) if self.tp + self.fp else 0.0

    @property
    def recall(self) -> float:
        return self.tp / (self.tp + self.fn) if self.tp + self.fn else 0.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def to_dict(self) -> dict[str, float]:
        """Return the scores rounded to four digits, and the counts."""
        scores = {"p": self.precision, "r": self.recall, "f1": self.f1}
        counts = {"tp": self.tp, "fp": self.fp, "fn": self.fn}
        return {name: round(score, 4) for name, score in scores.items()} | counts


@dataclass(frozen=True, slots=True)
class Outcome:
    """One comparison: its row of the table, the verdict (``tp``, ``fp``, ``fn``) and what was compared."""

    section: str
    row: str
    verdict: str
    text: str


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One strict outcome that was not right, with the page and article it belongs to."""

    page: str
    article: str
    row: str
    verdict: str
    text: str


@dataclass(frozen=True, slots=True)
class Scores:
    """The table: section (``fields``, ``strict``, ``relaxed``) → row → tally; and why it is not full.

    ``relations`` (``lead``, ``members``, ``by``) stand apart from the table that every scorer of the gold format gives.
    """

    sections: dict[str, dict[str, Tally]]
    disagreements: tuple[Disagreement, ...]
    relations: dict[str, Tally]

    def to_dict(self) -> dict[str, dict[str, dict[str, float]]]:
        """Return the table as plain data."""
        return {name: {row: t.to_dict() for row, t in rows.items()} for name, rows in self.sections.items()}


def read_gold(path: Path) -> list[Data]:
    """Return the gold articles of a JSON lines file, or of every ``*.jsonl`` in a folder.

    Raises GoldError where the path is missing or a line is no article.
    """
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    if not files or not all(file.is_file() for file in files):
        raise GoldError(f"No gold at {path}; give a .jsonl file or a folder that holds some.")
    return [article for file in files for article in _read_articles(file)]


def score(gold: Iterable[Data], predicted: Iterable[Data]) -> Scores:
    """Compare predicted articles with gold ones, page by page; pages without gold are ignored."""
    counts: Counter[tuple[str, str, str]] = Counter()
    disagreements = []
    predicted_by_page = _by_page(predicted)
    for page, wanted in sorted(_by_page(gold).items()):
        for want, have in _pair_articles(wanted, predicted_by_page.get(page, [])):
            title = (want.get("headline") or want["starts"]) if want else "-"
            for outcome in _compare(want, have):
                counts[outcome.section, outcome.row, outcome.verdict] += 1
                if outcome.verdict != "tp" and outcome.section != "relaxed":
                    disagreements.append(Disagreement(page, title, outcome.row, outcome.verdict, outcome.text))
    return Scores(_to_table(counts), tuple(disagreements), {row: _tally(counts, "relations", row) for row in RELATIONS})


def _read_articles(file: Path) -> Iterator[Data]:
    try:
        for line in file.read_text(encoding="utf-8").splitlines():
            if line.strip():
                article = json.loads(line)
                article["page"], article["entities"], article["figures"]  # the keys every line must have
                yield article
    except (ValueError, KeyError, TypeError) as error:
        raise GoldError(f"{file} is not a file of gold articles, one JSON object a line ({error}).") from error


def _by_page(articles: Iterable[Data]) -> dict[str, list[Data]]:
    pages = defaultdict(list)
    for article in articles:
        pages[article["page"].rsplit("/", 1)[-1]].append(article)
    return dict(pages)


def _to_table(counts: Counter[tuple[str, str, str]]) -> dict[str, dict[str, Tally]]:
    table = {"fields": {row: _tally(counts, "fields", row) for row in FIELDS}}
    for section in ("strict", "relaxed"):
        table[section] = {row: _tally(counts, section, row) for row in ENTITY_TYPES}
        table[section] |= {group: _tally(counts, section, *rows) for group, rows in GROUPS.items()}
    return table


def _tally(counts: Counter[tuple[str, str, str]], section: str, *rows: str) -> Tally:
    return Tally(*(sum(counts[section, row, verdict] for row in rows) for verdict in ("tp", "fp", "fn")))


# --- which extracted article is which gold article


def _pair_articles(gold: list[Data], predicted: list[Data]) -> list[tuple[Data | None, Data | None]]:
    """Pair the articles of one page by the likeness of their openings and headlines, best first."""
    likeness = {(i, j): _likeness(g, p) for i, g in enumerate(gold) for j, p in enumerate(predicted)}
    paired: dict[int, int] = {}
    for (i, j), like in sorted(likeness.items(), key=lambda item: (item[1], item[0]), reverse=True):
        if like >= 0.6 and i not in paired and j not in paired.values():
            paired[i] = j
    pairs: list[tuple[Data | None, Data | None]] = [(gold[i], predicted[j]) for i, j in paired.items()]
    pairs += [(article, None) for i, article in enumerate(gold) if i not in paired]
    return pairs + [(None, article) for j, article in enumerate(predicted) if j not in paired.values()]


def _likeness(gold: Data, predicted: Data) -> float:
    wanted, found = _opening(gold)[:20], _opening(predicted)[:40]
    same_start = bool(wanted) and wanted[:10] in found
    body = 1.0 if same_start else SequenceMatcher(None, wanted, found[:20]).ratio()
    headlines = bare(gold.get("headline")), bare(predicted.get("headline"))
    return body + 0.2 * SequenceMatcher(None, *headlines).ratio()


def _opening(article: Data) -> str:
    return bare(article.get("starts") or (article.get("text") or "")[:40])


# --- one article compared with another


def _compare(gold: Data | None, predicted: Data | None) -> Iterator[Outcome]:
    if gold is None:
        yield Outcome("fields", "article", "fp", str(predicted and predicted.get("headline")))
        return
    yield Outcome("fields", "article", "tp" if predicted else "fn", str(gold.get("headline") or gold["starts"]))
    if predicted is not None:
        yield from _compare_extent(gold, predicted)
    predicted = predicted or _NOTHING
    yield from _compare_values(gold, predicted)
    yield from _compare_lists(gold, predicted)
    yield from _compare_formulas(gold, predicted)
    yield from _compare_entities(gold, predicted)
    yield from _compare_relations(gold, predicted)


def _compare_extent(gold: Data, predicted: Data) -> Iterator[Outcome]:
    for row, stands in (("starts", str.startswith), ("ends", str.endswith)):
        text = bare(predicted.get("text") or predicted.get(row))
        right = bool(text) and stands(text, bare(gold[row]))
        yield Outcome("fields", row, "tp" if right else "fn", f"{gold[row]} / {text[:20]} … {text[-20:]}")


def _compare_values(gold: Data, predicted: Data) -> Iterator[Outcome]:
    county, found = gold.get("county") or {}, predicted.get("county") or {}
    for row, want, have in (
        ("headline", bare(gold.get("headline")), bare(predicted.get("headline"))),
        ("county", county.get("name"), found.get("name")),
        ("county code", county.get("code"), found.get("code")),
        ("kind", gold["kind"], predicted.get("kind")),
    ):
        yield Outcome("fields", row, "tp" if want == have else "fn", f"{want} / {have}")


def _compare_lists(gold: Data, predicted: Data) -> Iterator[Outcome]:
    sides = (gold, predicted)
    names, found_names = ([b["name"] for b in side["bylines"]] for side in sides)
    yield from _compare_counts("byline", Counter(names), Counter(found_names))
    leads, found_leads = ([bare(lead) for lead in side["measures"]] for side in sides)
    yield from _compare_counts("measure", Counter(leads), Counter(found_leads))
    required = Counter(_figure_key(f) for f in gold["figures"] if not f.get("optional"))
    disputed = Counter(_figure_key(f) for f in gold["figures"] if f.get("optional"))
    found = Counter(map(_figure_key, predicted["figures"]))
    yield from _compare_counts("figure", required, found - (disputed & (found - required)))


def _compare_counts(row: str, gold: Counter[Any], predicted: Counter[Any]) -> Iterator[Outcome]:
    for verdict, rest in (("tp", gold & predicted), ("fp", predicted - gold), ("fn", gold - predicted)):
        for item in rest.elements():
            yield Outcome("fields", row, verdict, item if isinstance(item, str) else " ".join(map(str, item)))


def _compare_formulas(gold: Data, predicted: Data) -> Iterator[Outcome]:
    """Formulas that are not spelled out are optional on both sides; items match when one contains the other."""
    want, have = ([_formula_name(f) for f in side["formulas"]] for side in (gold, predicted))
    yield from _compare_names("fields", "formula", want, have, _same)
    want, have = ([item for f in side["formulas"] for item in _formula_items(f)] for side in (gold, predicted))
    yield from _compare_names("fields", "formula item", want, have, _contains)


def _compare_entities(gold: Data, predicted: Data) -> Iterator[Outcome]:
    for kind in ENTITY_TYPES:
        want, have = ([e for e in side["entities"] if e["type"] == kind] for side in (gold, predicted))
        for section, same in (("strict", _same), ("relaxed", _contains)):
            yield from _compare_names(section, kind, want, have, same)


def _compare_relations(gold: Data, predicted: Data) -> Iterator[Outcome]:
    """Compare what the entities that both sides name are related to; the same name before a shared alias."""
    free = list(predicted["entities"])
    for entity in gold["entities"]:
        known = set(_wordings(entity))
        found = [e for e in free if e["type"] == entity["type"] and known & set(_wordings(e))]
        if not found:
            continue
        match = min(found, key=lambda e: bare(e["name"]) != bare(entity["name"]))
        free.remove(match)
        for row in () if entity.get("optional") else RELATIONS:
            want, have = _related(entity, row), _related(match, row)
            for verdict, names in (("tp", want & have), ("fp", have - want), ("fn", want - have)):
                yield from (Outcome("relations", row, verdict, f"{entity['name']}: {name}") for name in sorted(names))


def _related(entity: Data, row: str) -> set[str]:
    value = entity.get(row) or []
    return {bare(name) for name in ([value] if isinstance(value, str) else value)}


def _compare_names(
    section: str, row: str, gold: list[Data], predicted: list[Data], same: Callable[[str, str], bool]
) -> Iterator[Outcome]:
    """Match each predicted name to the first gold entry still free, required entries before optional ones."""
    found = set()
    order = sorted(range(len(gold)), key=lambda i: bool(gold[i].get("optional")))
    for entity in predicted:
        hits = [i for i in order if any(same(a, b) for a in _wordings(gold[i]) for b in _wordings(entity))]
        found.update([i for i in hits if i not in found][:1])
        if not hits:
            yield Outcome(section, row, "fp", entity["name"])
    for i, entity in enumerate(gold):
        if not entity.get("optional"):
            yield Outcome(section, row, "tp" if i in found else "fn", entity["name"])


# --- when two wordings are the same


def bare(name: str | None) -> str:
    """Return the name without quotes, brackets, spaces and punctuation, its digits half-width."""
    return _PUNCTUATION.sub("", (name or "").translate(_HALF_WIDTH))


def _wordings(entity: Data) -> list[str]:
    return [bare(name) for name in [entity["name"], *entity.get("aliases", [])] if name]


def _same(a: str, b: str) -> bool:
    return a == b


def _contains(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    return bool(short) and short in long and len(short) * 2 >= len(long)


def _figure_key(figure: Data) -> tuple[float, str]:
    return round(float(figure["value"]), 4), bare(figure.get("unit"))


def _formula_name(formula: Data) -> Data:
    return {"name": formula["text"], "optional": formula.get("optional") or not formula["components"]}


def _formula_items(formula: Data) -> Iterator[Data]:
    for component in formula["components"]:
        for item in component["items"]:
            yield {"name": item, "optional": formula.get("optional")}
