"""How likely a candidate is an entity: a logistic model over its features.

The weights (``model/weights.tsv``) are learnt from annotated articles by ``corpus/train.py``;
each row is the rule that proposed the candidate or ``*`` for all, the type, the feature and
its weight.  Scoring is a sum of table look-ups, the same on every machine.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

from kg.extraction.candidates import Candidate
from kg.extraction.evidence import Evidence, Templates

BIAS = "bias"
SCREEN = "screen"
"""What bias and the evidence observed first must weigh for a candidate to be proposed."""
LINE_BREAK = "¶"
"""Stands for a line break in the features of the weights file."""
_UNKNOWN = -6.0
"""The bias of a rule that training never saw propose this type: all but ruled out."""
_REMEMBERED = 20_000
"""How many groups of values a table holds at most; a full one is emptied, so that it follows what is read."""
Weights = dict[tuple[str, str], dict[str, float]]
"""Weights by (rule, type), each a mapping from feature to weight."""


class _Table(dict[tuple[Any, ...], float]):
    """The sum of the weights of each group of values of some templates, filled as groups are met."""

    def __init__(self, model: Model, templates: Templates) -> None:
        self._model, self._templates = model, templates

    def __missing__(self, values: tuple[Any, ...]) -> float:
        own, shared = self._model.own, self._model.shared
        features = self._templates.to_features(values)
        total = sum([own.get(feature, 0.0) + shared.get(feature, 0.0) for feature in features])
        if len(self) >= _REMEMBERED:
            self.clear()
        self[values] = total
        return total


class Model(dict[Templates, _Table]):
    """The weights of the candidates of one type that one rule proposes: a table for each group of templates."""

    def __init__(self, weights: Weights, rule: str, kind: str) -> None:
        self.own = weights.get((rule, kind), {})
        self.shared = weights.get(("*", kind), {})
        self.bias = self.own.get(BIAS, _UNKNOWN)
        self.screen = self.own.get(SCREEN, -math.inf)

    def __missing__(self, templates: Templates) -> _Table:
        self[templates] = _Table(self, templates)
        return self[templates]

    def score(self, candidate: Candidate) -> float:
        """Return the probability that the candidate is an entity."""
        total = self.bias + self.weigh(candidate.evidence)
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))

    def weigh(self, evidence: Iterable[Evidence]) -> float:
        """Return the sum of the weights of all features."""
        total = 0.0
        for templates, values in evidence:
            total += self[templates][values]
        return total


class Models(dict[tuple[str, str], Model]):
    """The models by (rule, type), made as they are needed."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights

    def __missing__(self, key: tuple[str, str]) -> Model:
        self[key] = Model(self._weights, *key)
        return self[key]

    def rules_out(self, rule: str, kind: str, look: Iterable[Evidence]) -> bool:
        """Return whether what is observed first makes a candidate of this rule and type hopeless."""
        model = self[rule, kind]
        return model.bias + model.weigh(look) < model.screen


@cache
def load_weights() -> Weights:
    """Return the weights by (rule, type), each a mapping from feature to weight."""
    text = files("kg.extraction").joinpath("model/weights.tsv").read_text(encoding="utf-8")
    sections = text.partition("\n")[2].rstrip("\n").split("\n\n")
    return dict(map(_to_section, sections))


def _to_section(text: str) -> tuple[tuple[str, str], dict[str, float]]:
    """Return the rule and type that a section begins with, and the weight of each feature."""
    head, _, lines = text.partition("\n")
    rule, kind = head.split("\t")
    cells = lines.replace("\n", "\t").split("\t")
    features = (feature.replace(LINE_BREAK, "\n") for feature in cells[::2])
    return (rule, kind), dict(zip(features, map(float, cells[1::2])))


@cache
def load_models() -> Models:
    """Return the models that the weights of the package make up."""
    return Models(load_weights())


def score(candidates: Iterable[Candidate], models: Models | None = None) -> None:
    """Set ``score``, the probability of being an entity, of every candidate."""
    models = load_models() if models is None else models
    for candidate in candidates:
        candidate.score = models[candidate.rule, candidate.type].score(candidate)
