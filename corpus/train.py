#!/usr/bin/env python3
"""Learn the weights of the entity scorer from the annotated pages of this folder.

    python corpus/train.py              write kg/extraction/model/weights.tsv
    python corpus/train.py --cross      leave one page out in turn, print the scores, write nothing

Pages lie in ``pages/`` and ``../data/pages/``, their gold in ``gold/`` and ``../tests/gold/``
(one JSON line an article, see CONTRIBUTING.md).  Pages named ``heldout_*`` never take part:
they measure.  Gold entries marked optional are left out of the training: they are neither
right nor wrong.  Needs the extra ``train``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from kg.extraction import assemble  # noqa: E402
from kg.extraction.analysis import Analysis  # noqa: E402
from kg.extraction.candidates import Candidate  # noqa: E402
from kg.extraction.county import find_counties  # noqa: E402
from kg.extraction.entities import propose  # noqa: E402
from kg.extraction.scoring import BIAS, LINE_BREAK, SCREEN, Models, Weights, score  # noqa: E402
from kg.extraction.selection import bare  # noqa: E402
from kg.model import Article  # noqa: E402
from kg.reading import read_page  # noqa: E402
from kg.scoring import score as compare  # noqa: E402

WEIGHTS = ROOT / "kg/extraction/model/weights.tsv"
FOLDERS = ((ROOT / "corpus/pages", ROOT / "corpus/gold"), (ROOT / "data/pages", ROOT / "tests/gold"))
TWICE_ANNOTATED = ("dev_", "jining_")
"""Pages annotated twice, independently …"""
SURER = 20.0
"""… and how many times as much their articles count as the others."""
BEGINNINGS = ("head", "place", "person")
"""Rules that propose every possible beginning of a name, so that only the right one is right."""
PROMISING = -1.4
"""Candidates that weigh at least this much (a probability of 0.2; selection drops others) pass the screen …"""
MARGIN = 0.3
"""… and so must those that the training did not see and that weigh a little less at first …"""
MISSED = 0.003
"""… but for this share, the few that weigh least at first."""
SMALLEST = 0.02
"""Weights nearer to zero are not written: they change no decision and triple the file."""

Key = TypeVar("Key", str, tuple[str, str])


@dataclass(frozen=True)
class Sample:
    """One article with its gold, its candidates and their labels (1 right, 0 wrong, -1 left out)."""

    page: str
    gold: dict[str, Any]
    article: Article
    analysis: Analysis
    candidates: list[Candidate]
    labels: list[int]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cross", action="store_true", help="leave one page out in turn and print the scores")
    parser.add_argument("--strength", type=float, default=0.3, help="inverse of the regularisation")
    parser.add_argument("--rare", type=int, default=3, help="features seen less often are ignored")
    options = parser.parse_args()
    samples = list(read_samples())
    if options.cross:
        print_cross_validation(samples, options.strength, options.rare)
    else:
        weights = learn(samples, options.strength, options.rare)
        set_screens(weights, samples)
        write_weights(weights)


def read_samples() -> Iterator[Sample]:
    """Yield every annotated article of the training pages, in the order of the files' names."""
    for pages, golds in FOLDERS:
        for gold_file in sorted(golds.glob("*.jsonl")):
            if gold_file.stem.startswith("heldout"):
                continue
            page = read_page(pages / f"{gold_file.stem}.txt")
            counties = find_counties(page)
            gold = [json.loads(line) for line in gold_file.read_text(encoding="utf-8").splitlines() if line]
            for entry in gold:
                article = find_article(entry, page.articles)
                if article is None:
                    print(f"{gold_file.stem} {entry['article']}: not read as one article, left out", file=sys.stderr)
                    continue
                county = counties[page.articles.index(article)]
                article = replace(article, county=county)
                analysis = Analysis(article, county)
                candidates = propose(analysis)
                yield Sample(gold_file.stem, entry, article, analysis, candidates, label(entry, candidates))


def find_article(gold: dict[str, Any], articles: Iterable[Article]) -> Article | None:
    """Return the article that begins and ends as the annotated one does, None where the page was cut otherwise."""
    for article in articles:
        text = bare(article.text)
        if text.startswith(bare(gold["starts"])) and text.endswith(bare(gold["ends"])):
            return article
    return None


def label(gold: dict[str, Any], candidates: Sequence[Candidate]) -> list[int]:
    """Return 1 for candidates that name a gold entity of their type, -1 for optional ones, 0 for the rest."""
    required: dict[str, set[str]] = defaultdict(set)
    optional: dict[str, set[str]] = defaultdict(set)
    for entity in gold["entities"]:
        names = optional if entity.get("optional") else required
        names[entity["type"]].update(bare(name) for name in [entity["name"], *entity.get("aliases", [])])
    labels = []
    for candidate in candidates:
        name = bare(candidate.name)
        names = {name}
        if candidate.rule not in BEGINNINGS:  # there a longer wording is another candidate
            names.update(bare(alias) for alias in candidate.aliases if name in bare(alias))
        if names & required[candidate.type]:
            labels.append(1)
        else:
            labels.append(-1 if names & optional[candidate.type] else 0)
    return labels


def learn(samples: Iterable[Sample], strength: float, rare: int) -> Weights:
    """Return the weights of one logistic regression a type, over features by rule and features shared by all rules."""
    rows: dict[str, list[tuple[Candidate, int, float]]] = defaultdict(list)
    for sample in samples:
        counts = SURER if sample.page.startswith(TWICE_ANNOTATED) else 1.0
        for candidate, right in zip(sample.candidates, sample.labels):
            if right >= 0:
                rows[candidate.type].append((candidate, right, counts))
    weights: Weights = {}
    for kind in sorted(rows):
        if any(right for _, right, _ in rows[kind]):
            for (rule, feature), weight in fit(rows[kind], strength, rare):
                weights.setdefault((rule, kind), {})[feature] = weight
    return weights


def fit(
    rows: Sequence[tuple[Candidate, int, float]], strength: float, rare: int
) -> Iterator[tuple[tuple[str, str], float]]:
    """Yield ((rule, feature), weight) learnt from candidates with their label and how much they count."""
    matrix, columns = to_matrix([feature_keys(candidate) for candidate, _, _ in rows], rare)
    model = LogisticRegression(C=strength, fit_intercept=False, solver="liblinear", max_iter=400, random_state=0)
    model.fit(matrix, [right for _, right, _ in rows], sample_weight=[counts for _, _, counts in rows])
    for key, number in columns.items():
        if key[1] == BIAS or abs(model.coef_[0][number]) >= SMALLEST:
            yield key, round(float(model.coef_[0][number]), 3)


def to_matrix(rows: Iterable[Iterable[Key]], rare: int) -> tuple[csr_matrix, dict[Key, int]]:
    """Return which row has which feature, and the column of each feature that ``rare`` rows have at least."""
    keys = [sorted(set(row)) for row in rows]
    counts = Counter(key for row in keys for key in row)
    columns = {key: number for number, key in enumerate(sorted(k for k, count in counts.items() if count >= rare))}
    indices, pointers = [], [0]
    for row in keys:
        indices.extend(columns[key] for key in row if key in columns)
        pointers.append(len(indices))
    return csr_matrix((np.ones(len(indices)), indices, pointers), shape=(len(keys), len(columns))), columns


def set_screens(weights: Weights, samples: Iterable[Sample]) -> None:
    """Set the screen of every rule and type just below what all but a few of its promising candidates weigh at first.

    A rule and type without any is ruled out where the first look alone does not promise it.
    """
    models = Models(weights)
    looks: dict[tuple[str, str], list[float]] = defaultdict(list)
    for candidate in (c for sample in samples for c in sample.candidates):
        model = models[candidate.rule, candidate.type]
        if candidate.look and model.own:
            found = looks[candidate.rule, candidate.type]
            if model.bias + model.weigh(candidate.evidence) >= PROMISING:
                found.append(model.bias + model.weigh(candidate.evidence[: candidate.look]))
    for key, found in looks.items():
        least = sorted(found)[int(len(found) * MISSED)] - MARGIN if found else PROMISING
        weights[key][SCREEN] = round(min(least, PROMISING), 3)


def feature_keys(candidate: Candidate) -> Iterator[tuple[str, str]]:
    yield candidate.rule, BIAS
    for feature in candidate.features:
        yield candidate.rule, feature
        yield "*", feature


def write_weights(weights: Weights) -> None:
    comment = "# of each rule (* for all) and type the weights of its features; written by corpus/train.py"
    sections = []
    for (rule, kind), features in sorted(weights.items()):
        lines = (f"{feature.replace(chr(10), LINE_BREAK)}\t{weight:g}" for feature, weight in sorted(features.items()))
        sections.append("\n".join((f"{rule}\t{kind}", *lines)))
    WEIGHTS.parent.mkdir(exist_ok=True)
    WEIGHTS.write_text(f"{comment}\n" + "\n\n".join(sections) + "\n", encoding="utf-8", newline="\n")
    print(f"{WEIGHTS.relative_to(ROOT)}: {sum(map(len, weights.values()))} weights")


def print_cross_validation(samples: Sequence[Sample], strength: float, rare: int) -> None:
    """Print the scores of every page extracted with the weights learnt from the other pages."""
    gold, extracted = [], []
    for page in sorted({sample.page for sample in samples}):
        weights = learn((s for s in samples if fold(s.page) != fold(page)), strength, rare)
        for sample in samples:
            if sample.page == page:
                score(sample.candidates, Models(weights))
                gold.append(sample.gold)
                extracted.append(assemble(sample.article, sample.analysis, sample.candidates).to_dict())
    for section, rows in compare(gold, extracted).to_dict().items():
        for row, values in rows.items():
            print(f"{section:8}{row:14}" + "".join(f"{values[key]:8}" for key in ("p", "r", "f1", "tp", "fp", "fn")))


def fold(page: str) -> str:
    """Return what is left out together: the two sample pages report the same initiatives as each other's originals."""
    return "jining" if page.startswith("jining") else page


if __name__ == "__main__":
    main()
