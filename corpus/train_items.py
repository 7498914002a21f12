#!/usr/bin/env python3
"""Learn which rows of items spell out a formula, from the annotated pages of this folder.

    python corpus/train_items.py            write kg/extraction/model/items.tsv
    python corpus/train_items.py --cross    leave a fifth of the pages out in turn, print the scores, write nothing

Pages and gold as in ``train.py``.  Run it behind ``train.py``, whose weights decide which slogans are formulas.
Needs the extra ``train``.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sklearn.linear_model import LogisticRegression
from train import FOLDERS, ROOT, find_article, to_matrix

sys.path.insert(0, str(ROOT))

from kg.extraction import extract_article  # noqa: E402
from kg.extraction.abbreviations import labels_of  # noqa: E402
from kg.extraction.analysis import Analysis  # noqa: E402
from kg.extraction.components import read_components  # noqa: E402
from kg.extraction.county import find_counties  # noqa: E402
from kg.extraction.item_rows import Surroundings  # noqa: E402
from kg.extraction.likely_items import ALL_LABELS, LIKELY, probability, weigh_up  # noqa: E402
from kg.extraction.scoring import BIAS, LINE_BREAK  # noqa: E402
from kg.extraction.selection import bare  # noqa: E402
from kg.extraction.spelling import Spelling  # noqa: E402
from kg.model import Article  # noqa: E402
from kg.reading import read_page  # noqa: E402
from kg.scoring import read_gold  # noqa: E402

WEIGHTS = ROOT / "kg/extraction/model/items.tsv"
UNREAD = 10.0
"""How many times as much a formula counts that no reader can read: it is for these that rows are weighed."""
RIGHT = 0.7
"""The share of its items that a row must have in common with the annotated ones."""
SMALLEST = 0.02
"""Weights nearer to zero are not written."""


@dataclass(frozen=True)
class Sample:
    """One row near a formula: its page, whether readers could read the formula, its features, whether it is right."""

    page: str
    was_read: bool
    features: list[str]
    right: bool


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cross", action="store_true", help="leave a fifth of the pages out in turn")
    parser.add_argument("--strength", type=float, default=0.2, help="inverse of the regularisation")
    parser.add_argument("--rare", type=int, default=3, help="features seen less often are ignored")
    options = parser.parse_args()
    samples = list(read_samples())
    if options.cross:
        print_cross_validation(samples, options.strength, options.rare)
    else:
        write_weights(fit(samples, options.strength, options.rare))


def read_samples() -> Iterator[Sample]:
    """Yield every row near a formula of the training pages, in the order of the files' names."""
    for pages, golds in FOLDERS:
        for file in sorted(golds.glob("*.jsonl")):
            if file.stem.startswith("heldout"):
                continue
            page = read_page(pages / f"{file.stem}.txt")
            counties = find_counties(page)
            for gold in read_gold(file):
                article = find_article(gold, page.articles)
                if article is not None:
                    county = counties[page.articles.index(article)]
                    yield from samples_of(file.stem, gold, extract_article(article, county))


def samples_of(page: str, gold: dict[str, Any], article: Article) -> Iterator[Sample]:
    """Yield the rows near the formulas that were found in an article; those annotated as optional are left out."""
    annotated = {bare(formula["text"]): formula for formula in gold["formulas"]}
    analysis = Analysis(article, article.county)
    for formula in article.formulas:
        inner = formula.text.strip("“”")
        entry = annotated.get(bare(formula.text), {"components": []})
        labels = labels_of(inner)
        if entry.get("optional") or not labels:
            continue
        components, _ = read_components(analysis, inner, labels, article.measures)
        wanted = items_by_label([label.text for label in labels], entry["components"])
        spelling = Spelling(analysis, inner, labels, article.measures)
        surroundings = Surroundings(spelling)
        for number, row, features in weigh_up(spelling, surroundings):
            if items := surroundings.wordings(row, labels[number].key if number != ALL_LABELS else ""):
                yield Sample(page, bool(components), features, is_right(items, wanted[number]))


def items_by_label(labels: Sequence[str], components: Sequence[dict[str, Any]]) -> dict[int, list[str]]:
    """Return the annotated items of each label by its number, and of all labels together."""
    every = [item for component in components for item in component["items"]]
    if len(labels) == 1:
        return {0: every, ALL_LABELS: every}
    left = list(components)
    wanted = {ALL_LABELS: every}
    for number, label in enumerate(labels):
        found = next((part for part in left if bare(part["label"] or "") == bare(label)), None)
        wanted[number] = found["items"] if found else []
        left = [part for part in left if part is not found]
    return wanted


def is_right(items: Sequence[str], wanted: Sequence[str]) -> bool:
    """Return whether most items of a row are annotated ones, and most annotated ones in the row."""
    left = [bare(item) for item in wanted]
    common = 0
    for item in map(bare, items):
        match = next((other for other in left if other in item or item in other), None)
        if match is not None:
            left.remove(match)
            common += 1
    return common > 0 and common >= RIGHT * max(len(items), len(wanted))


def fit(samples: Sequence[Sample], strength: float, rare: int) -> dict[str, float]:
    """Return the weight of each feature."""
    matrix, columns = to_matrix((sample.features for sample in samples), rare)
    model = LogisticRegression(C=strength, solver="liblinear", max_iter=400, random_state=0)
    counted = [1.0 if sample.was_read else UNREAD for sample in samples]
    model.fit(matrix, [sample.right for sample in samples], sample_weight=counted)
    weights = {BIAS: round(float(model.intercept_[0]), 3)}
    for feature, number in columns.items():
        if abs(model.coef_[0][number]) >= SMALLEST:
            weights[feature] = round(float(model.coef_[0][number]), 3)
    return weights


def write_weights(weights: dict[str, float]) -> None:
    comment = "# the weights of what is seen of a row of items; written by corpus/train_items.py"
    lines = [f"{feature.replace(chr(10), LINE_BREAK)}\t{weight:g}" for feature, weight in sorted(weights.items())]
    WEIGHTS.write_text("\n".join((comment, *lines)) + "\n", encoding="utf-8", newline="\n")
    print(f"{WEIGHTS.relative_to(ROOT)}: {len(weights)} weights")


def print_cross_validation(samples: Sequence[Sample], strength: float, rare: int) -> None:
    """Print how many rows are taken, rightly and wrongly, near formulas that no reader can read."""
    folds = {page: number % 5 for number, page in enumerate(sorted({sample.page for sample in samples}))}
    found: Counter[bool] = Counter()
    for part in range(5):
        weights = fit([s for s in samples if folds[s.page] != part], strength, rare)
        for sample in samples:
            if folds[sample.page] == part and not sample.was_read and probability(sample.features, weights) > LIKELY:
                found[sample.right] += 1
    right = sum(sample.right for sample in samples if not sample.was_read)
    print(f"right rows taken: {found[True]} of {right}; wrong rows taken: {found[False]}")


if __name__ == "__main__":
    main()
