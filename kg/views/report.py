"""The report of a build: what was read from each page, where it stands, and what was left over.

A page that stays static: the facts of ``kg.model`` are marked in the article's own text, so that a reader can check
every one against the print, and each character of a page is in an article or among the leftovers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import quote

from kg.model import Article, Entity, Figure, Leftover, Page
from kg.views.marking import CLASSES, to_paragraphs
from kg.views.template import policy, read, render

_MARKED = (*(cls for cls in CLASSES if cls not in ("County", "Practice", "Theme")), "Figure", "Measure")
_PRINTED = ("newspaper", "date", "page", "section", "encoding", "remark")
"""What is known of a page that stands above it, how its bytes were read included."""
_LISTED = 500
"""Files that were set aside, and pages with leftovers in a brief report, that are listed."""
_PLAIN = "/!'()*"
"""What JavaScript's encodeURIComponent leaves as it is besides letters and digits, and the slash."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A page in figures; ``leftovers`` are pairs of a kind and how many there are of it, white space left out."""

    articles: int
    counties: tuple[str, ...]
    entities: int
    formulas: int
    figures: int
    leftovers: tuple[tuple[str, int], ...]


def summarise(page: Page) -> Summary:
    """Return ``page`` in figures; a county is its code and name."""
    counties = (article.county for article in page.articles if article.county)
    return Summary(
        articles=len(page.articles),
        counties=tuple(sorted({f"{county.code or county.prefecture or ''} {county.name}" for county in counties})),
        entities=sum(len(article.entities) for article in page.articles),
        formulas=sum(len(article.formulas) for article in page.articles),
        figures=sum(len(article.figures) for article in page.articles),
        leftovers=tuple(sorted(Counter(rest.kind for rest in page.leftovers if rest.text.strip()).items())),
    )


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
    figures = {**_counts([summarise(page) for page in pages]), **(build or {})}
    return _render(title, figures, pages=[_page(page) for page in pages], set_aside=list(set_aside))


def to_brief_html(summaries: Mapping[str, Summary], set_aside: Iterable[tuple[str, str]] = ()) -> str:
    """Return the report on more pages than one can read: the figures of all, and the pages that leave most over.

    :param summaries: page file to the page in figures.
    :param set_aside: the files that were not read, and why.
    """
    left = [(file, page.leftovers) for file, page in summaries.items() if page.leftovers]
    left.sort(key=lambda row: (-dict(row[1]).get("unassigned", 0), -sum(n for _, n in row[1]), row[0]))
    return _render("", _counts(summaries.values()), set_aside=list(set_aside), left=left, brief=True)


def _render(
    title: str,
    figures: Mapping[str, int | str],
    *,
    set_aside: Sequence[tuple[str, str]],
    pages: Sequence[dict[str, Any]] = (),
    left: Sequence[tuple[str, tuple[tuple[str, int], ...]]] = (),
    brief: bool = False,
) -> str:
    style = read("page.css") + read("report.css")
    scripts = (read("settings.js"),)
    return render(
        "report.html",
        title=title,
        style=style,
        scripts=scripts,
        policy=policy(scripts, style),
        build=figures,
        marked=_MARKED,
        pages=pages,
        set_aside=set_aside[:_LISTED],
        set_aside_more=max(0, len(set_aside) - _LISTED),
        left=left[:_LISTED],
        left_in_all=len(left),
        brief=brief,
    )


def _counts(pages: Iterable[Summary]) -> dict[str, int]:
    pages = list(pages)
    return {
        "pages": len(pages),
        "articles": sum(page.articles for page in pages),
        "counties": len({county for page in pages for county in page.counties}),
        "entities": sum(page.entities for page in pages),
        "formulas": sum(page.formulas for page in pages),
        "figures": sum(page.figures for page in pages),
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
        "printed": [metadata[name] for name in _PRINTED if metadata.get(name)],
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
