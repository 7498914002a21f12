"""The report of a build: what was read from each page, where it stands, and what was left over.

A page that stays static: the facts of ``kg.model`` are marked in the article's own text, so that a reader can check
every one against the print, and each character of a page is in an article or among the leftovers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any
from urllib.parse import quote

from kg.model import Article, Entity, Figure, Leftover, Page
from kg.views.marking import to_paragraphs
from kg.views.network import CLASSES
from kg.views.template import policy, read, render

_MARKED = (*(cls for cls in CLASSES if cls not in ("County", "Practice", "Theme")), "Figure", "Measure")
_PLAIN = "/!'()*"
"""What JavaScript's encodeURIComponent leaves as it is besides letters and digits, and the slash."""


def to_html(
    pages: Sequence[Page],
    build: Mapping[str, int | str] | None = None,
    set_aside: Iterable[tuple[str, str]] = (),
    title: str = "",
) -> str:
    """Return the report on ``pages``, in their order.

    ``build`` adds figures of the build to those counted here, label to value; ``set_aside`` names the files that were
    not read and why; ``title`` stands in place of the general title.
    """
    style = read("page.css") + read("report.css")
    scripts = (read("settings.js"),)
    return render(
        "report.html",
        title=title,
        style=style,
        scripts=scripts,
        policy=policy(scripts, style),
        build={**_counts(pages), **(build or {})},
        pages=[_page(page) for page in pages],
        set_aside=list(set_aside),
        marked=_MARKED,
    )


def _counts(pages: Sequence[Page]) -> dict[str, int]:
    articles = [article for page in pages for article in page.articles]
    return {
        "pages": len(pages),
        "articles": len(articles),
        "counties": len({article.county for article in articles if article.county}),
        "entities": sum(len(article.entities) for article in articles),
        "formulas": sum(len(article.formulas) for article in articles),
        "figures": sum(len(article.figures) for article in articles),
    }


def to_anchor(*names: str) -> str:
    """Return the address within the report of a page or an article, the same in every build that holds it."""
    return quote("/".join(names), safe=_PLAIN, errors="surrogatepass")


def _page(page: Page) -> dict[str, Any]:
    articles = [_article(to_anchor("article", page.file, str(article.article)), article) for article in page.articles]
    metadata = page.articles[0].metadata if page.articles else {}
    return {
        "anchor": to_anchor("page", page.file),
        "file": page.file,
        "printed": [metadata[name] for name in ("newspaper", "date", "page", "section") if metadata.get(name)],
        "articles": articles,
        "leftovers": [(kind, list(found)) for kind, found in groupby(_by_kind(page), key=lambda rest: rest.kind)],
    }


def _by_kind(page: Page) -> list[Leftover]:
    found = [rest for rest in page.leftovers if rest.text.strip()]
    return sorted(found, key=lambda rest: (rest.kind, rest.start))


def _article(anchor: str, article: Article) -> dict[str, Any]:
    return {
        "anchor": anchor,
        "number": article.article,
        "kind": article.kind,
        "headline": article.headline,
        "county": article.county,
        "bylines": [" ".join(filter(None, (byline.role, byline.name))) for byline in article.bylines],
        "paragraphs": to_paragraphs(article),
        "measures": [article.text[span.start : span.end] for span in article.measures],
        "facts": [(cls, [_fact(entity) for entity in found]) for cls, found in _by_class(article)],
        "formulas": article.formulas,
        "figures": [{"of": f.of, "amount": _amount(f), "text": f.text, "status": f.status} for f in article.figures],
        "start": article.source.start,
        "end": article.source.end,
    }


def _by_class(article: Article) -> Iterable[tuple[str, list[Entity]]]:
    for cls in CLASSES:
        found = [entity for entity in article.entities if entity.type == cls]
        if found:
            yield cls, found


def _fact(entity: Entity) -> dict[str, Any]:
    related = {"ledBy": [entity.lead], "hasMember": entity.members, "carriedOutBy": [entity.by]}
    return {
        "name": entity.name,
        "aliases": entity.aliases,
        "status": entity.status,
        "related": [(key, list(filter(None, names))) for key, names in related.items() if any(names)],
    }


def _amount(figure: Figure) -> str:
    """Return the value with thin spaces between thousands, and its unit."""
    whole = float(figure.value).is_integer()
    number = f"{int(figure.value):,}" if whole else f"{figure.value:,}"
    return f"{number.replace(',', chr(0x2009))}\u00a0{figure.unit}"
