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

from kg.extraction.candidates import Candidate

BIAS = "bias"
LINE_BREAK = "¶"
"""Stands for a line break in the features of the weights file."""
_UNKNOWN = -6.0
"""The bias of a rule that training never saw propose this type: all but ruled out."""
Weights = dict[tuple[str, str], dict[str, float]]
"""Weights by (rule, type), each a mapping from feature to weight."""


@cache
def load_weights() -> Weights:
    """Return the weights by (rule, type), each a mapping from feature to weight."""
    text = files("kg.extraction").joinpath("model/weights.tsv").read_text(encoding="utf-8")
    weights: Weights = {}
    for line in text.split("\n"):
        if line and not line.startswith("#"):
            rule, kind, feature, weight = line.split("\t")
            weights.setdefault((rule, kind), {})[feature.replace(LINE_BREAK, "\n")] = float(weight)
    return weights


def score(candidates: Iterable[Candidate], weights: Weights | None = None) -> None:
    """Set ``score``, the probability of being an entity, of every candidate."""
    weights = load_weights() if weights is None else weights
    empty: dict[str, float] = {}
    for candidate in candidates:
        own = weights.get((candidate.rule, candidate.type), empty)
        shared = weights.get(("*", candidate.type), empty)
        total = own.get(BIAS, _UNKNOWN)
        for feature in candidate.features:
            total += own.get(feature, 0.0) + shared.get(feature, 0.0)
        candidate.score = 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))
