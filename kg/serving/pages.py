"""The HTML pages of the served site, in the dress of the other pages (``kg.views.templates``).

Everything that comes from the graph or from a visitor is escaped by Jinja; the one script and the style are named by
their hash in the Content-Security-Policy, so that nothing else can run.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from functools import cache, lru_cache, partial
from hashlib import sha256
from importlib import resources
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from kg.graph.questions import questions
from kg.graph.vocab import PREFIXES
from kg.serving.addresses import Addresses
from kg.serving.snapshot import Build
from kg.views import template

_POLICY = "default-src 'none'; script-src {}; style-src {}; img-src data:; base-uri 'none'; form-action 'self'"
Words = Mapping[str, Mapping[str, str]]


def policy() -> str:
    """Return the Content-Security-Policy of all pages (Content Security Policy Level 3)."""
    return _POLICY.format(*_sources()) + "; frame-ancestors 'none'"  # which only a header can say


def render(name: str, build: Build, **values: Any) -> str:
    """Return the page of the template ``name``.

    :param build: which build is served, as every page says, and what its properties and classes are called.
    """
    words = _words_of(build.terms)
    addresses = Addresses(build.base)
    return (
        _environment()
        .get_template(name)
        .render(
            policy=_POLICY.format(*_sources()),
            style=Markup(_style()),
            scripts=[Markup(template.read("settings.js"))],
            words=words,
            words_json=template.to_json(words),
            word=partial(_word, words),
            term=partial(_term, words),
            to_path=addresses.to_path,
            curie=to_curie,
            build=build,
            **values,
        )
    )


def to_curie(iri: str) -> str:
    """Return ``iri`` with the graph's prefix, where it has one."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and iri != namespace:
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


@cache
def examples() -> list[dict[str, str]]:
    """Return the canned questions as the pages offer them."""
    return [
        {"name": q.name, "zh": q.title_zh, "en": q.title_en, "text": q.text, "about": q.description_zh}
        for q in questions()
    ]


@cache
def _own_words() -> dict[str, dict[str, str]]:
    file = resources.files("kg.serving") / "templates" / "words.json"
    return json.loads(file.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _words_of(terms: tuple[tuple[str, str, str], ...]) -> dict[str, dict[str, str]]:
    """Return what the pages say: their own words, titles of questions, and the labels of the vocabulary's terms."""
    words = dict(_own_words())
    words |= {key: value for key, value in template.words().items() if key in ("language", "theme", "theme-label")}
    words |= {key: value for key, value in template.words().items() if key.startswith(("status.", "in."))}
    words |= {f"question.{q['name']}": {"zh": q["zh"], "en": q["en"]} for q in examples()}
    return words | {to_curie(iri): {"zh": zh, "en": en} for iri, zh, en in terms}


def _term(words: Words, iri: str, *, back: bool = False) -> Markup:
    """Return the label of a property or class; ``back``: of a property read from its object."""
    curie = to_curie(iri)
    opposite = f"in.{curie.removeprefix('dj:')}"
    if back and curie.startswith("dj:") and opposite in words:
        return _word(words, opposite)
    label = _word(words, curie) if curie in words else Markup("<span>{}</span>").format(curie)
    return Markup("← {}").format(label) if back else label


def _word(words: Words, key: str, n: int | None = None) -> Markup:
    text = words[key]["zh"].replace("{n}", str(n))
    amount = Markup(' data-n="{}"').format(n) if n is not None else ""
    return Markup('<span data-word="{}"{}>{}</span>').format(key, amount, text)


@cache
def _environment() -> Environment:
    return Environment(
        loader=ChoiceLoader([PackageLoader("kg.serving"), PackageLoader("kg.views")]),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )


@cache
def _style() -> str:
    own = resources.files("kg.serving") / "templates" / "serving.css"
    return template.read("page.css") + own.read_text(encoding="utf-8").replace("\r\n", "\n")


def _sources() -> tuple[str, str]:
    return _source(template.read("settings.js")), _source(_style())


def _source(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode('utf-8')).digest()).decode('ascii')}'"
