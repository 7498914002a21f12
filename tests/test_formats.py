"""Pages in every format: the same article read from text, PDF, HTML, JSON lines, CSV and archives."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest

from kg.graph.answers import answer
from kg.graph.store import open_store
from kg.graph.validation import check_grounding
from kg.model import Page
from kg.pipeline import build, read_again
from kg.reading import PageError, find_pages, read_page
from kg.reading.decoding import decode
from kg.reading.sources import name_files
from kg.reading.webpages import read_webpage

HEADLINE = "青禾：支部建进养殖场"
FIRST = "青禾县把党支部建到养殖场，12个支部组成“连心”党建联盟，由县委组织部牵头。"
SECOND = "每月一次的联席会议机制，让养殖户有话就说、有难就帮。"
TEXT = f"{FIRST}\n{SECOND}"
PRINT = f"{HEADLINE}\n\n本报青禾讯（记者 林小满）{FIRST}\n　　{SECOND}\n"
ROW = {"标题": HEADLINE, "正文": TEXT, "日期": "2031年5月6日", "来源": "青禾日报", "作者": "记者 林小满"}

FOUNDER = """<html><head><title>{headline}--青禾日报</title><meta charset="gbk"></head><body><table>
<tr><td><a href="n1">第01版：要闻</a> <a href="n2">第02版：综合</a></td><td>2031年05月06日 星期二 第03版：党建</td></tr>
<tr><td><ul><li><a href="c2">云岭县的夜校，开到了晒谷场边，大家都说好。</a></li></ul></td><td><table>
<tr><td class="font01">{headline}</td></tr><tr><td><div id="ozoom"><founder-content>
<P>　　本报青禾讯（记者 林小满）{first}</P><P>　　{second}</P></founder-content></div></td></tr></table></td></tr>
</table><div>版权所有 青禾日报社，未经书面授权，不得转载、摘编。</div><script>alert("党建，联盟。")</script></body></html>"""
SITE = """<!doctype html><html><head><title>{headline}_青禾网</title><meta name="PubDate" content="2031-05-06 08:00">
<meta name="ContentSource" content="青禾日报"></head><body><nav><a>党建</a><a>要闻</a></nav><div><h1>{headline}</h1>
<div>发布时间：2031-05-06</div><div class="nr">本报青禾讯（记者 林小满）{first}<br><br>{second}</div></div>
<ul><li><a>石桥镇：夜校开在晒谷场，村民都来听，都说好。</a></li></ul><footer>主办：青禾县委宣传部。</footer></body></html>"""


def html_of(layout: str) -> str:
    return layout.format(headline=HEADLINE, first=FIRST, second=SECOND)


def read(path: Path) -> Page:
    (source,) = find_pages([path])
    return read_page(source)


def assert_covered(page: Page) -> None:
    """Every character in one part or leftover, every offset of the text back to the same character."""
    stretches = [(part.start, part.end) for article in page.articles for part in article.source.parts]
    stretches += [(left.start, left.end) for left in page.leftovers]
    at = 0
    for start, end in sorted(stretches):
        assert start == at
        at = end
    assert at == len(page.text)
    assert all(left.text == page.text[left.start : left.end] for left in page.leftovers)
    for article in page.articles:
        for offset, char in enumerate(article.text):
            assert char == "\n" or page.text[article.source.to_page(offset)] == char


def write_csv(path: Path, rows: list[dict[str, str]], encoding: str = "utf-8") -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        table = csv.DictWriter(file, list(rows[0]))
        table.writeheader()
        table.writerows(rows)


def write_zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def write_all(folder: Path) -> dict[str, Path]:
    """Write the same article in every format."""
    files = {suffix: folder / f"a.{suffix}" for suffix in ("txt", "html", "jsonl", "csv", "zip")}
    files["txt"].write_text(PRINT, encoding="utf-8")
    files["html"].write_bytes(html_of(FOUNDER).encode("gb18030"))
    files["jsonl"].write_text(json.dumps(ROW, ensure_ascii=False) + "\n", encoding="utf-8")
    write_csv(files["csv"], [ROW])
    write_zip(files["zip"], {"in/a.txt": PRINT.encode()})
    return files


@pytest.mark.parametrize("suffix", ["txt", "html", "jsonl", "csv", "zip"])
def test_an_article_is_the_same_whatever_the_format_of_its_page(tmp_path: Path, suffix: str):
    if suffix == "html":
        pytest.importorskip("selectolax")
    page = read(write_all(tmp_path)[suffix])
    assert [(article.headline, article.text.replace("\n", "")) for article in page.articles] == [
        (HEADLINE, FIRST + SECOND)
    ]
    assert [(byline.role, byline.name) for byline in page.articles[0].bylines] == [("记者", "林小满")]
    assert_covered(page)


@pytest.mark.parametrize(
    ("codec", "said"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("gb18030", "GB18030"),
        ("gbk", "GB18030"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16 LE"),
        ("utf-16-be", "UTF-16 BE"),
    ],
)
def test_an_encoding_is_detected_and_stated(tmp_path: Path, codec: str, said: str):
    assert decode(PRINT.encode(codec)) == (PRINT, said)
    path = tmp_path / "page.txt"
    path.write_bytes(PRINT.encode(codec))
    page = read(path)
    assert page.text == PRINT
    assert page.articles[0].metadata.get("encoding", "UTF-8") == said


def test_traditional_characters_in_big5_are_not_taken_for_gb18030():
    text = "青禾縣把黨支部建到養殖場，十二個支部組成黨建聯盟，由縣委組織部牽頭。"
    assert decode(text.encode("big5")) == (text, "Big5")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("title,text,date,source,url", ("题一", "2031-05-06", "青禾日报", "http://e.example/1")),
        ("标题,正文,日期,来源,链接", ("题一", "2031-05-06", "青禾日报", "http://e.example/1")),
        ("Article Title,full_text,PubDate,Newspaper,Link", ("题一", "2031-05-06", "青禾日报", "http://e.example/1")),
    ],
)
def test_columns_may_have_chinese_and_english_names(tmp_path: Path, header: str, expected: tuple[str, ...]):
    path = tmp_path / "rows.csv"
    path.write_text(f"{header}\n题一,{FIRST},2031/5/6,青禾日报,http://e.example/1\n", encoding="utf-8")
    (article,) = read(path).articles
    said = article.metadata
    assert (article.headline, said["date"], said["newspaper"], said["url"]) == expected


def test_rows_are_named_by_line_and_one_bad_row_spoils_no_other(tmp_path: Path):
    path = tmp_path / "rows.jsonl"
    good = json.dumps(ROW, ensure_ascii=False)
    path.write_text(
        "\n".join([good, "", "not json", '{"标题": "无文"}', good.replace("养殖场", "果园")]), encoding="utf-8"
    )
    sources = find_pages([path])
    assert [source.name for source in sources] == ["rows.jsonl#1", "rows.jsonl#3", "rows.jsonl#4", "rows.jsonl#5"]
    for source, reason in ((sources[1], "not JSON"), (sources[2], "no text")):
        with pytest.raises(PageError, match=reason):
            read_page(source)
    assert "果园" in read_page(sources[3]).articles[0].text


def test_a_row_of_csv_may_span_lines_and_is_counted_as_a_spreadsheet_does(tmp_path: Path):
    path = tmp_path / "rows.csv"
    write_csv(path, [ROW, {**ROW, "标题": "题二"}], "gb18030")
    sources = find_pages([path])
    assert [source.name for source in sources] == ["rows.csv#2", "rows.csv#3"]
    assert [read_page(source).articles[0].headline for source in sources] == [HEADLINE, "题二"]


def test_a_quotation_mark_that_is_not_closed_spoils_only_its_row(tmp_path: Path):
    path = tmp_path / "rows.csv"
    filler = "".join(f"题{n},{FIRST}\n" for n in range(60_000))
    path.write_text(f'title,text\n坏,"{FIRST}\n{filler}', encoding="utf-8")
    sources = find_pages([path])
    assert len(sources) == 60_001
    assert read_page(sources[-1]).articles[0].headline == "题59999"


def test_a_table_in_utf_16_with_tabs_is_read(tmp_path: Path):
    path = tmp_path / "sheet.csv"
    path.write_bytes(f"标题\t正文\r\n{HEADLINE}\t{FIRST}\r\n".encode("utf-16"))
    assert read(path).articles[0].headline == HEADLINE


def test_the_hash_of_a_row_is_of_its_own_bytes_so_that_a_table_can_grow(tmp_path: Path):
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps(ROW) + "\n", encoding="utf-8")
    before = read(path)
    path.write_text(json.dumps(ROW) + "\n" + json.dumps({**ROW, "标题": "题二"}) + "\n", encoding="utf-8")
    assert read_page(find_pages([path])[0]) == before


@pytest.mark.parametrize("layout", [FOUNDER, SITE], ids=["founder", "site"])
def test_a_web_page_gives_headline_date_and_text_and_leaves_the_menus_over(layout: str):
    pytest.importorskip("selectolax")
    text, parts, metadata = read_webpage(html_of(layout))
    printed = {part.role: text[part.start : part.end] for part in parts}
    assert printed["headline"] == HEADLINE
    body = "".join(text[part.start : part.end] for part in parts if part.role == "body")
    assert body.endswith(FIRST + SECOND) and "版权" not in body and "夜校" not in body
    assert metadata["date"].startswith(("2031年05月06日", "2031-05-06"))
    assert "夜校" in text and "alert" not in text


def test_a_web_page_says_on_which_page_of_the_paper_it_stands():
    pytest.importorskip("selectolax")
    metadata = read_webpage(html_of(FOUNDER))[2]
    assert (metadata["page"], metadata["section"]) == ("03", "党建")


def test_a_web_page_without_an_article_is_set_aside(tmp_path: Path):
    pytest.importorskip("selectolax")
    path = tmp_path / "menu.html"
    path.write_text("<html><body><ul><li><a>党建</a></li><li><a>要闻</a></li></ul></body></html>", encoding="utf-8")
    with pytest.raises(PageError, match="without an article"):
        read(path)


def test_members_of_an_archive_are_pages_with_names_that_lead_nowhere(tmp_path: Path):
    path = write_zip(
        tmp_path / "b.zip",
        {
            "../../etc/x.txt": PRINT.encode(),
            "in/r.jsonl": json.dumps(ROW).encode(),
            "p.png": b"",
            "__MACOSX/a.txt": b"x",
        },
    )
    assert [source.name for source in find_pages([path])] == ["b.zip/../../etc/x.txt", "b.zip/in/r.jsonl#1"]
    assert {read_page(source).articles[0].headline for source in find_pages([path])} == {HEADLINE}
    assert sorted(file.name for file in tmp_path.rglob("*")) == ["b.zip"]


def test_names_of_members_that_chinese_windows_wrote_are_read(tmp_path: Path):
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr("aaaa.txt", PRINT)
    path = tmp_path / "w.zip"
    path.write_bytes(raw.getvalue().replace(b"aaaa.txt", "青禾.txt".encode("gb18030")))
    assert [source.name for source in find_pages([path])] == ["w.zip/青禾.txt"]
    assert read(path).articles[0].headline == HEADLINE


def test_globs_and_folders_give_every_format_and_leave_other_files_and_builds_out(tmp_path: Path):
    write_all(tmp_path)
    (tmp_path / "logo.png").write_bytes(b"png")
    (tmp_path / "pages.csv").write_text("file,date\na.txt,2031-05-06\n", encoding="utf-8")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "cache.sqlite").write_bytes(b"")
    (tmp_path / "out" / "graph.html").write_text(html_of(SITE), encoding="utf-8")
    names = ["a.csv#2", "a.html", "a.jsonl#1", "a.txt", "a.zip/in/a.txt"]
    assert [source.name for source in find_pages([tmp_path])] == names
    assert [source.name for source in find_pages([str(tmp_path / "*.t?t")])] == ["a.txt"]
    with pytest.raises(PageError, match="no file matches"):
        find_pages([str(tmp_path / "*.none")])


def test_files_of_one_name_are_told_apart_by_their_folders():
    assert name_files([Path("x/2022/a.txt"), Path("x/2023/a.txt"), Path("x/b.txt")]) == [
        "2022/a.txt",
        "2023/a.txt",
        "b.txt",
    ]


def test_facts_are_no_articles(tmp_path: Path):
    path = tmp_path / "facts.jsonl"
    path.write_text(
        '{"headline": "题", "text": "文", "entities": [], "figures": [], "formulas": []}\n', encoding="utf-8"
    )
    with pytest.raises(PageError, match="facts, not articles"):
        read(path)


@pytest.mark.parametrize(("module", "suffix"), [("selectolax.lexbor", "html"), ("pypdfium2", "pdf")])
def test_a_missing_library_is_said_in_one_sentence_with_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, suffix: str
):
    monkeypatch.setitem(__import__("sys").modules, module, None)
    path = tmp_path / f"a.{suffix}"
    path.write_text(html_of(SITE) if suffix == "html" else "%PDF-1.4", encoding="utf-8")
    with pytest.raises(PageError, match=rf"pip install 'dangjian-kg\[{suffix}\]'"):
        read(path)


def test_a_graph_of_all_formats_is_grounded_and_dated(tmp_path: Path):
    """What the check of a graph does: every page read again has the same text, hash and facts' places."""
    pytest.importorskip("selectolax")
    pages = tmp_path / "pages"
    pages.mkdir()
    for path in write_all(pages).values():
        path.write_bytes(_of_a_real_county(path.read_bytes()))
    (pages / "a.zip").unlink()
    (pages / "pages.csv").write_text("file,date\na.txt,2031年5月6日\n", encoding="utf-8")
    built = build([pages], tmp_path / "out")
    assert built.pages == 4 and not built.set_aside
    store = open_store(tmp_path / "out")
    failed: dict[str, PageError] = {}
    assert check_grounding(store, read_again(tmp_path / "out", failed.__setitem__)) == []
    assert not failed
    solutions = answer(store, "timeline", {"county": "梁山县"})
    date = solutions.variables.index("date")
    assert {row[date].value for row in solutions.rows} == {"2031-05-06"}


def _of_a_real_county(data: bytes) -> bytes:
    """Return a page with the name of a county that the gazetteer knows, in the page's own encoding."""
    for encoding in ("utf-8", "gb18030"):
        data = data.replace("青禾县".encode(encoding), "梁山县".encode(encoding))
    return data.replace(json.dumps("青禾县").strip('"').encode(), json.dumps("梁山县").strip('"').encode())
