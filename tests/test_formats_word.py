"""Word documents: paragraphs, tables, text boxes and tracked changes as an office writes them, and hostile files."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from docx import Document
from test_formats import FIRST, HEADLINE, SECOND, assert_covered, read

from kg.reading import PageError, read_page
from kg.reading.word import TEXT_LIMIT, read_word

NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)


def _packed(xml: str | bytes, name: str = "word/document.xml") -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, xml)
    return data.getvalue()


def _document(body: str) -> bytes:
    return _packed(f'<?xml version="1.0"?><w:document {NAMES}><w:body>{body}</w:body></w:document>')


def _run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


def _write(path: Path, *paragraphs: str) -> Path:
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    document.save(str(path))
    return path


def test_a_document_is_a_page_with_its_headline_date_and_offsets(tmp_path: Path):
    page = read(_write(tmp_path / "简报.docx", HEADLINE, "2031年5月6日　星期二", FIRST, SECOND, "（记者 林小满）"))
    (article,) = page.articles
    assert (article.headline, article.text) == (HEADLINE, f"{FIRST}\n{SECOND}")
    assert [byline.name for byline in article.bylines] == ["林小满"]
    assert article.metadata == {"date": "2031-05-06"}
    assert_covered(page)


def test_short_paragraphs_stay_apart(tmp_path: Path):
    page = read(_write(tmp_path / "a.docx", "云岭镇开办夜校", "云岭镇办起夜校。", "村民都来听课。", "课后还领书。"))
    assert page.articles[0].text == "云岭镇办起夜校。\n村民都来听课。\n课后还领书。"


def test_the_rows_of_a_table_are_no_headline(tmp_path: Path):
    document = Document()
    for paragraph in (HEADLINE, FIRST, SECOND, "（记者 林小满）"):
        document.add_paragraph(paragraph)
    table = document.add_table(rows=2, cols=3)
    for row, texts in zip(table.rows, (("村", "支部", "件数"), ("东村", "4", "120"))):
        for cell, text in zip(row.cells, texts):
            cell.text = text
    document.save(str(tmp_path / "a.docx"))
    page = read(tmp_path / "a.docx")
    assert page.articles[0].headline == HEADLINE
    assert [left.text for left in page.leftovers if left.kind == "table row"] == ["村\t支部\t件数", "东村\t4\t120"]


def test_a_document_in_an_archive_is_a_page(tmp_path: Path):
    document = _write(tmp_path / "a.docx", HEADLINE, FIRST).read_bytes()
    with zipfile.ZipFile(tmp_path / "2031.zip", "w") as archive:
        archive.writestr("05/a.docx", document)
    assert read(tmp_path / "2031.zip").articles[0].headline == HEADLINE


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (f"<w:p>{_run('青禾')}{_run('县')}</w:p><w:p/><w:p>{_run('白沙区')}</w:p>", "青禾县\n\n白沙区\n"),
        ("<w:p><w:r><w:t>一</w:t><w:tab/><w:t>二</w:t><w:br/><w:t>三</w:t></w:r></w:p>", "一\t二\n三\n"),
        (f"<w:p><w:ins>{_run('新增')}</w:ins><w:del><w:r><w:delText>删去</w:delText></w:r></w:del></w:p>", "新增\n"),
        (f"<w:p><w:hyperlink>{_run('青禾县')}</w:hyperlink></w:p>", "青禾县\n"),
        (f"<w:sdt><w:sdtContent><w:p>{_run('青禾县')}</w:p></w:sdtContent></w:sdt>", "青禾县\n"),
        ("<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>青禾县</w:t></w:r></w:p>", "青禾县\n"),
        ("<w:p><w:r><w:instrText>PAGE</w:instrText><w:t>青禾县</w:t></w:r></w:p>", "青禾县\n"),
        (
            f"<w:p><w:r><w:ruby><w:rt>{_run('hé')}</w:rt><w:rubyBase>{_run('禾')}</w:rubyBase></w:ruby></w:r></w:p>",
            "禾\n",
        ),
        (
            f"<w:tbl><w:tr><w:tc><w:p>{_run('乡镇')}</w:p></w:tc><w:tc><w:p>{_run('支部')}</w:p></w:tc></w:tr></w:tbl>",
            "乡镇\t支部\n",
        ),
        (f"<w:tbl><w:tr><w:tc><w:p>{_run('一')}</w:p><w:p>{_run('二')}</w:p></w:tc></w:tr></w:tbl>", "一\n\n二\n"),
        (
            f"<w:p>{_run('正文')}<w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p>{_run('框内')}</w:p>"
            f"</w:txbxContent></mc:Choice><mc:Fallback><v:shape><w:txbxContent><w:p>{_run('框内')}</w:p></w:txbxContent>"
            "</v:shape></mc:Fallback></mc:AlternateContent></w:r></w:p>",
            "正文\n\n框内\n",
        ),
    ],
)
def test_what_a_reader_sees_is_the_text(body: str, text: str):
    assert read_word(_document(body)) == text


def test_the_strict_form_has_other_namespaces():
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    xml = f'<d xmlns:w="{strict}"><w:p><w:r><w:t>青禾县</w:t></w:r></w:p></d>'
    assert read_word(_packed(xml, "word/document2.xml")) == "青禾县\n"


ENTITIES = '<!DOCTYPE d [<!ENTITY a "青禾"><!ENTITY b "&a;&a;&a;&a;">]><d><p><t>&b;</t></p></d>'
REFUSED = {
    "entities": (_packed(ENTITIES), "document type"),
    "entities in UTF-16": (_packed(f'<?xml version="1.0" encoding="utf-16"?>{ENTITIES}'.encode("utf-16")), "type"),
    "a file from elsewhere": (_packed('<!DOCTYPE d SYSTEM "file:///etc/passwd"><d/>'), "document type"),
    "nested too deep": (_packed("<p>" * 50_000 + "</p>" * 50_000), "cannot|can be read"),
    "no document": (_packed("<d/>", "word/styles.xml"), "no word/document.xml"),
    "no XML": (_packed("青禾县"), "can be read"),
    "cut off": (_document("<w:p/>" * 900)[:-90], "can be read"),
    "unpacks to too much": (_packed(b"<d>" + bytes(TEXT_LIMIT)), "larger than 64 MiB"),
    "pictures alone": (_document("<w:p><w:r><w:drawing/></w:r></w:p>"), "without text"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_document_is_set_aside_with_its_reason(tmp_path: Path, case: str):
    data, reason = REFUSED[case]
    (tmp_path / "a.docx").write_bytes(data)
    with pytest.raises(PageError, match=reason):
        read_page(tmp_path / "a.docx")
