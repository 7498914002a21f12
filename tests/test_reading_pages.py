"""Golden pages: a folder holds a page and the articles and leftovers that it must be read as."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kg.model import Article
from kg.reading import read_page

FOLDER = Path(__file__).parent / "tables" / "reading"
PAGES = sorted(path.parent for path in FOLDER.glob("*/page.txt"))
COUNT = 110


def test_no_page_is_lost():
    assert len(PAGES) == COUNT
    assert all((page / "expected.json").is_file() for page in PAGES)


@pytest.mark.parametrize("folder", PAGES, ids=lambda folder: folder.name)
def test_page_is_read_as_expected(folder: Path):
    """Kind, headline, bylines and running text of every article, and the printed leftovers by name."""
    page = read_page(folder / "page.txt")
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    leftovers = [[left.kind, left.text.strip()] for left in page.leftovers if left.kind != "white space"]
    assert [_plain(article) for article in page.articles] == expected["articles"]
    assert leftovers == expected["leftovers"]


def _plain(article: Article) -> dict:
    return {
        "kind": article.kind,
        "headline": article.headline,
        "bylines": [[byline.name, byline.role] for byline in article.bylines],
        "text": article.text,
    }
