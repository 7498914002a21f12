"""PDF newspapers, typeset here from the sample pages: columns, headlines across and downwards, and scans."""

from __future__ import annotations

import io
import random
import re
from pathlib import Path

import pytest

from kg.reading import PageError, find_pages, read_page
from kg.reading.layout import Glyph, to_text

canvas = pytest.importorskip("reportlab.pdfgen.canvas")
pytest.importorskip("pypdfium2")

ROOT = Path(__file__).parents[1]
FONT, WIDTH, HEIGHT, MARGIN = "STSong-Light", 900, 1250, 40
HEAD = 20  # points of a headline
Printed = tuple[float, float, float, str]  # x, y, size and the characters


def sample_articles() -> list[tuple[str, str]]:
    pages = [read_page(source) for source in find_pages([ROOT / "data" / "pages"])]
    return [(a.headline.split()[0][:12], a.text) for page in pages for a in page.articles if a.headline]


def wrapped(text: str, width: int) -> list[str]:
    return [f"　　{p}"[i : i + width] for p in text.split("\n") for i in range(0, len(p) + 2, width)]


def set_article(
    x: float, top: float, columns: int, width: int, article: tuple[str, str], downwards: bool
) -> list[Printed]:
    """Set an article in columns of ``width`` characters of 9 points, its headline across or down the left side."""
    headline, text = article
    lines = wrapped(f"本报讯（记者 林小满）{text}", width)
    rows = -(-len(lines) // columns)
    if downwards:
        printed = [(x, top - HEAD * (1 + 1.15 * n), HEAD, char) for n, char in enumerate(headline)]
        x += 1.8 * HEAD
    else:
        printed = [(x + 10, top - HEAD, HEAD, headline)]
        top -= 2 * HEAD
    for number, line in enumerate(lines):
        column, row = divmod(number, rows)
        indent = 18 if line.startswith("　　") else 0
        place = x + column * (width + 1.5) * 9 + indent
        printed.append((place, top - 9 - row * 12.6, 9, line.strip("　")))
    return printed


def typeset(printed: list[Printed], shuffled: bool = False) -> bytes:
    """Return a PDF page; ``shuffled`` prints it in no order at all, as layout programs may."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont

    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    if shuffled:
        random.Random(1).shuffle(printed)
    file = io.BytesIO()
    page = canvas.Canvas(file, pagesize=(WIDTH, HEIGHT))
    for x, y, size, text in printed:
        page.setFont(FONT, size)
        # PDFium drops a text object without extent, as a lone character is where no font of the machine has it.
        page.drawString(x, y, text if len(text) > 1 else f"{text} ")
    page.showPage()
    page.save()
    return file.getvalue()


def newspaper(downwards: bool, shuffled: bool) -> bytes:
    """Set five sample articles: one across four columns, then two rows of two side by side."""
    articles = sample_articles()[:5]
    printed = set_article(MARGIN, 1200, 4, 19, articles[0], downwards)
    for number, article in enumerate(articles[1:]):
        x, top = MARGIN + number % 2 * 430, 880 - number // 2 * 400
        printed += set_article(x, top, 2, 19, article, downwards and number == 1)
    return typeset(printed, shuffled)


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("downwards", [False, True], ids=["across", "downwards"])
@pytest.mark.parametrize("shuffled", [False, True], ids=["in order", "shuffled"])
def test_the_columns_of_a_newspaper_are_read_in_order_whatever_the_order_of_printing(
    tmp_path: Path, downwards: bool, shuffled: bool
):
    path = tmp_path / "paper.pdf"
    path.write_bytes(newspaper(downwards, shuffled))
    (source,) = find_pages([path])
    page = read_page(source)
    assert page.file == "paper.pdf#page=1"
    text = bare(page.text)
    for headline, body in sample_articles()[:5]:
        assert bare(body) in text
        assert bare(headline) in text


def test_articles_of_a_pdf_are_those_of_the_text(tmp_path: Path):
    path = tmp_path / "paper.pdf"
    path.write_bytes(newspaper(downwards=False, shuffled=True))
    found = {bare(article.headline or ""): bare(article.text) for article in read_page(path).articles}
    expected = {bare(headline): bare(body) for headline, body in sample_articles()[:5]}
    assert found.keys() == expected.keys()
    assert found == expected


def test_a_scan_is_named_as_such_with_the_way_out(tmp_path: Path):
    path = tmp_path / "scan.pdf"
    path.write_bytes(typeset([]))
    (source,) = find_pages([path])
    with pytest.raises(PageError, match=r"scan\.pdf#page=1: a scan without a text layer; .*ocrmypdf"):
        read_page(source)


def test_a_truncated_pdf_is_set_aside(tmp_path: Path):
    path = tmp_path / "half.pdf"
    path.write_bytes(typeset([(50, 50, 9, "甲")])[:400])
    (source,) = find_pages([path])
    with pytest.raises(PageError, match="not a PDF that can be read"):
        read_page(source)


def glyphs(text: str, x: float, y: float, size: float = 10) -> list[Glyph]:
    return [Glyph(char, x + n * size, x + (n + 1) * size, y, size) for n, char in enumerate(text)]


def test_a_space_in_a_headline_is_no_gutter():
    printed = glyphs("甲乙丙丁", 0, 100, 20) + glyphs("戊己庚辛", 110, 100, 20)
    assert to_text(printed) == "甲乙丙丁　戊己庚辛"


def test_a_gap_that_goes_on_below_is_a_gutter():
    printed = [g for y in (100, 86, 72) for g in glyphs("甲乙丙丁", 0, y) + glyphs("戊己庚辛", 52, y)]
    assert to_text(printed) == "\n".join(["甲乙丙丁"] * 3) + "\n\n" + "\n".join(["戊己庚辛"] * 3)


def test_bold_type_imitated_by_printing_twice_is_read_once():
    assert to_text(glyphs("党建联盟", 0, 100) + glyphs("党建联盟", 0.4, 100.2)) == "党建联盟"


def test_equal_digits_beside_each_other_stay():
    digits = [Glyph("0", 5.0 * n, 5.0 * n + 5, 100, 10) for n in range(3)]
    assert to_text(digits) == "000"


def test_a_headline_set_downwards_in_two_columns_is_read_from_the_right():
    printed = [Glyph(c, 130, 150, 200 - 22 * n, 20) for n, c in enumerate("支部进村")]
    printed += [Glyph(c, 94, 114, 200 - 22 * n, 20) for n, c in enumerate("群众叫好")]
    printed += [g for n in range(6) for g in glyphs("晒谷场边办夜校", 10, 190 - 14 * n)]
    assert "支部进村\n群众叫好" in to_text(printed)


def test_the_first_line_of_a_paragraph_keeps_its_indent():
    printed = glyphs("甲乙", 20, 100) + glyphs("丙丁戊己", 0, 86)
    assert to_text(printed) == "　　甲乙\n丙丁戊己"
