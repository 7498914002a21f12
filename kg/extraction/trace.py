"""What became of every candidate of an article, sentence by sentence: how colleagues see which rule to improve.

The trace runs extraction itself and asks its steps for their reasons: the scorer for the features that weighed most,
selection for what was preferred, figures for why a quantity is none.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kg.extraction import assemble
from kg.extraction.analysis import Analysis
from kg.extraction.candidates import Candidate
from kg.extraction.county import find_counties
from kg.extraction.entities import propose
from kg.extraction.evidence import to_features
from kg.extraction.figures import Quantity, find_quantities, refusal
from kg.extraction.scoring import BIAS, LINE_BREAK, load_weights, score
from kg.extraction.selection import REPEAT, THRESHOLD, Chosen, Dropped, choose
from kg.model import Article, Entity, Figure, Formula, Page, Span

LEAST = 0.1
"""Dropped candidates that are less likely than this are left out of a trace unless asked for."""
INSIDE_NAME = "inside a name or formula"
_SHOWN = 3
"""How many features are shown for and against a candidate."""

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """An entity and the candidate that it was made of."""

    entity: Entity
    chosen: Chosen


@dataclass(frozen=True, slots=True)
class Refused:
    """A quantity that is no figure; ``reason`` is that of ``kg.extraction.figures.refusal`` or INSIDE_NAME."""

    quantity: Quantity
    reason: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """What begins in one sentence: found, or dropped with the reason, each in the order of the text."""

    span: Span
    entities: tuple[Found, ...]
    formulas: tuple[Formula, ...]
    figures: tuple[Figure, ...]
    measures: tuple[Span, ...]
    dropped: tuple[Dropped, ...]
    refused: tuple[Refused, ...]


@dataclass(frozen=True, slots=True)
class Trace:
    """An article with its facts and the sentences that explain them."""

    article: Article
    sentences: tuple[Sentence, ...]

    def to_dict(self) -> Data:
        """Return the trace as plain data; facts are in the facts format, with ``score``, ``for`` and ``against``."""
        data = self.article.to_dict()
        facts = {key: data[key] for key in ("page", "article", "kind", "headline", "county", "bylines")}
        return {**facts, "sentences": [_sentence_to_dict(s, self.article) for s in self.sentences]}


def trace_page(page: Page, article: int | None = None, least: float = LEAST) -> Iterator[Trace]:
    """Yield the traces of a page's articles, or of the one with this number (none where the page has no such article).

    ``least`` is the score below which a dropped candidate is left out.
    """
    for found, county in zip(page.articles, find_counties(page)):
        if article in (None, found.article):
            yield trace_article(replace(found, county=county), least)


def trace_article(article: Article, least: float = LEAST) -> Trace:
    """Return the trace of an article whose county is known."""
    analysis = Analysis(article, article.county)
    candidates = propose(analysis)
    score(candidates)
    article = assemble(article, analysis, candidates)
    selection = choose(candidates)
    chosen = {(c.first.type, c.first.name): c for c in selection.chosen}
    found = [Found(entity, chosen[entity.type, entity.name]) for entity in article.entities]
    dropped = sorted(
        (d for d in (*selection.dropped, *_joined(article, chosen)) if d.candidate.score >= least),
        key=lambda d: (d.candidate.start, d.candidate.end, -d.candidate.score, d.candidate.type, d.candidate.rule),
    )
    sentences = analysis.sentences
    columns = zip(
        sentences,
        _deal(sentences, found, lambda f: f.entity.start),
        _deal(sentences, article.formulas, lambda f: f.start),
        _deal(sentences, article.figures, lambda f: f.start),
        _deal(sentences, article.measures, lambda m: m.start),
        _deal(sentences, dropped, lambda d: d.candidate.start),
        _deal(sentences, _refused(analysis, article), lambda r: r.quantity.start),
    )
    return Trace(article, tuple(Sentence(*column) for column in columns))


def _joined(article: Article, chosen: Mapping[tuple[str, str], Chosen]) -> Iterator[Dropped]:
    """Yield the chosen candidates that became aliases of a fuller wording (``kg.extraction.wordings``)."""
    names = {(entity.type, entity.name) for entity in article.entities}
    for (kind, name), choice in chosen.items():
        if (kind, name) not in names:
            fuller = next(e for e in article.entities if e.type == kind and name in e.aliases)
            yield Dropped(choice.first, REPEAT, chosen[kind, fuller.name].first)


def weigh(candidate: Candidate) -> defaultdict[str, float]:
    """Return what every feature of a candidate and the rule's own ``bias`` add to the logarithm of its odds.

    Together they give its score; a rule that training never saw propose this type has no bias here.
    """
    weights = load_weights()
    own = weights.get((candidate.rule, candidate.type), {})
    shared = weights.get(("*", candidate.type), {})
    found = defaultdict(float, {BIAS: own.get(BIAS, 0.0)})
    for feature in to_features(candidate.evidence):
        found[feature] += own.get(feature, 0.0) + shared.get(feature, 0.0)
    return found


def _deal(sentences: Sequence[Span], facts: Iterable[Any], to_start: Callable[[Any], int]) -> list[tuple[Any, ...]]:
    """Return the facts that begin in each sentence."""
    starts = [sentence.start for sentence in sentences]
    dealt: list[list[Any]] = [[] for _ in sentences]
    for fact in facts:
        dealt[max(0, bisect_right(starts, to_start(fact)) - 1)].append(fact)
    return [tuple(part) for part in dealt]


def _refused(analysis: Analysis, article: Article) -> Iterator[Refused]:
    """Yield the quantities that are no figures; what nothing refuses and is none stands in a name."""
    for quantity in find_quantities(analysis):
        reason = refusal(analysis, quantity)
        if reason or not any(_reports(figure, quantity) for figure in article.figures):
            yield Refused(quantity, reason or INSIDE_NAME)


def _reports(figure: Figure, quantity: Quantity) -> bool:
    return figure.start <= quantity.start and quantity.end <= figure.end and figure.value == float(quantity.value)


# --- the trace as plain data


def _sentence_to_dict(sentence: Sentence, article: Article) -> Data:
    text, span = article.text, sentence.span
    entities = tuple(found.entity for found in sentence.entities)
    facts = replace(article, entities=entities, formulas=sentence.formulas, figures=sentence.figures).to_dict()
    for fact in (*facts["entities"], *facts["figures"]):
        fact["cues"] = [{**cue, "text": text[cue["start"] : cue["end"]]} for cue in fact["cues"]]
    for fact, found in zip(facts["entities"], sentence.entities):
        fact.update(_weights_to_dict(found.chosen.first))
    return {
        "start": span.start,
        "end": span.end,
        "text": text[span.start : span.end],
        **{key: facts[key] for key in ("entities", "formulas", "figures")},
        "measures": [{"text": text[m.start : m.end], "start": m.start, "end": m.end} for m in sentence.measures],
        "dropped": [_dropped_to_dict(dropped) for dropped in sentence.dropped],
        "refused": [_refused_to_dict(refused, text) for refused in sentence.refused],
    }


def _candidate_to_dict(candidate: Candidate) -> Data:
    place = {"start": candidate.start, "end": candidate.end, "rule": candidate.rule}
    return {"type": candidate.type, "name": candidate.name, **place, **_weights_to_dict(candidate)}


def _weights_to_dict(candidate: Candidate) -> Data:
    weights = weigh(candidate)
    contra = {feature: -weight for feature, weight in weights.items()}
    return {"score": round(candidate.score, 3), "for": _heaviest(weights), "against": _heaviest(contra, -1)}


def _heaviest(weights: Mapping[str, float], sign: int = 1) -> list[list[str | float]]:
    """Return the features of the largest positive weights with these weights, their sign restored."""
    ranked = sorted((item for item in weights.items() if item[1] > 0), key=lambda item: (-item[1], item[0]))
    return [[feature.replace("\n", LINE_BREAK), round(sign * weight, 2)] for feature, weight in ranked[:_SHOWN]]


def _dropped_to_dict(dropped: Dropped) -> Data:
    candidate, preferred = dropped.candidate, dropped.preferred
    data = {**_candidate_to_dict(candidate), "reason": dropped.reason, "preferred": None}
    if preferred is None:
        data["threshold"] = THRESHOLD
    else:
        better = weigh(preferred)
        for feature, weight in weigh(candidate).items():
            better[feature] -= weight
        data["preferred"] = {**_candidate_to_dict(preferred), "better": _heaviest(better)}
        data["alias"] = candidate.name in preferred.aliases
    return data


def _refused_to_dict(refused: Refused, text: str) -> Data:
    start, end = refused.quantity.start, refused.quantity.end
    return {"text": text[start:end], "start": start, "end": end, "reason": refused.reason}
