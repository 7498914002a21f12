"""Evidence: what was observed of a candidate, a few values at a time.

A feature is a template with its values filled in (``tag={0}`` and ``n`` → ``tag=n``).  Values are kept apart from their
templates because most candidates are hopeless: a group of values is weighed by one look-up, and the texts of its
features are only made where the group is met for the first time, or people or the training read them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any


class Templates:
    """The features of a group of values: each template names the values that it takes by their position.

    A template of ``every`` is filled in once for each of the values in the tuple at its position.
    """

    __slots__ = ("_texts", "_every")

    def __init__(self, *texts: str, every: Mapping[str, int] | None = None) -> None:
        self._texts = texts
        self._every = tuple((every or {}).items())

    def to_features(self, values: Sequence[Any]) -> list[str]:
        """Return the features that the values of a group make up."""
        features = [text.format(*values) for text in self._texts]
        return features + [text.format(value) for text, position in self._every for value in values[position]]


Evidence = tuple[Templates, tuple[Any, ...]]
"""The templates of one group and its values."""


class _Inner(Templates):
    """The features of other templates as features of what holds the thing that they describe."""

    __slots__ = ("_templates", "_describes")

    def __init__(self, templates: Templates, describes: Callable[[str], bool]) -> None:
        self._templates, self._describes = templates, describes

    def to_features(self, values: Sequence[Any]) -> list[str]:
        return [f"h:{feature}" for feature in self._templates.to_features(values) if self._describes(feature)]


_inner = cache(_Inner)


def inside(evidence: Iterable[Evidence], describes: Callable[[str], bool]) -> tuple[Evidence, ...]:
    """Return what was observed of a quotation as evidence of a name that holds it, its features marked with ``h:``.

    ``describes`` tells which features to keep.
    """
    return tuple([(_inner(templates, describes), values) for templates, values in evidence])


def to_features(evidence: Iterable[Evidence]) -> list[str]:
    """Return the features of several groups as texts."""
    return [feature for templates, values in evidence for feature in templates.to_features(values)]
