"""Newspaper, date and page of a page: from pages.csv, a front matter, the page itself or its name, in this order."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kg.reading import PageError, find_pages, read_page
from kg.reading.metadata import from_name, from_print, to_date
from kg.reading.sources import PageSource

PRINT = "青禾：支部建进养殖场\n\n本报青禾讯（记者 林小满）青禾县把党支部建到养殖场。\n"


def metadata_of(path: Path) -> dict[str, str]:
    (source,) = find_pages([path])
    return read_page(source).articles[0].metadata


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("2022-11-01_A03.txt", {"date": "2022-11-01", "page": "A03"}),
        ("20221101-03版.txt", {"date": "2022-11-01", "page": "03"}),
        ("2022年11月1日 第3版.txt", {"date": "2022-11-01", "page": "3"}),
        ("济宁日报_2022.11.01_a2.pdf", {"date": "2022-11-01", "page": "A2", "newspaper": "济宁日报"}),
        ("html/2022-11/01/content_123.htm", {"date": "2022-11-01"}),
        ("2022/11/01/x.txt", {"date": "2022-11-01"}),
        ("20221101.txt", {"date": "2022-11-01"}),
        ("2022-13-01_A03.txt", {}),
        ("jining_2022_a.txt", {}),
        ("120221101.txt", {}),
        ("20221101_5.txt", {"date": "2022-11-01"}),
        ("page00001.txt", {}),
    ],
)
def test_the_name_of_a_file_says_date_and_page_or_nothing(path: str, expected: dict[str, str]):
    assert from_name(PageSource(name="x", path=Path(path), format="text")) == expected


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2022-11-01", "2022-11-01"),
        ("2022/11/1", "2022-11-01"),
        ("2022.11.01", "2022-11-01"),
        ("20221101", "2022-11-01"),
        ("2022年11月1日 星期二", "2022-11-01"),
        ("2022-11-01T08:00:00+08:00", "2022-11-01"),
        ("2022-02-30", ""),
        ("壬寅年冬", ""),
        ("2022", ""),
    ],
)
def test_a_day_is_written_in_many_ways_and_never_guessed(written: str, day: str):
    assert to_date(written) == day


def test_a_bad_date_stays_as_written_and_is_remarked_upon(tmp_path: Path):
    path = tmp_path / "a.txt"
    path.write_text(f"---\n日期: 2031年13月1日\n---\n{PRINT}", encoding="utf-8")
    metadata = metadata_of(path)
    assert metadata["date"] == "2031年13月1日" and "is no date" in metadata["remark"]


def test_a_front_matter_is_metadata_and_a_leftover_of_its_own(tmp_path: Path):
    path = tmp_path / "a.txt"
    head = "---\nnewspaper: 青禾日报\n日期: 2031年5月7日\n版次：A2\n---\n"
    path.write_text(head + PRINT, encoding="utf-8")
    (source,) = find_pages([path])
    page = read_page(source)
    assert page.articles[0].metadata == {"newspaper": "青禾日报", "date": "2031-05-07", "page": "A2"}
    assert (page.leftovers[0].kind, page.leftovers[0].text) == ("front matter", head)
    assert page.articles[0].headline == "青禾：支部建进养殖场"


def test_dashes_around_prose_are_no_front_matter(tmp_path: Path):
    path = tmp_path / "a.txt"
    path.write_text(f"---\n编者按：今天起推出专栏\n---\n{PRINT}", encoding="utf-8")
    assert metadata_of(path) == {}


def test_pages_csv_comes_before_front_matter_and_that_before_the_name(tmp_path: Path):
    path = tmp_path / "2031-05-06_A03.txt"
    path.write_text(f"---\n日期: 2031-05-07\n报纸: 青禾日报\n---\n{PRINT}", encoding="utf-8")
    assert metadata_of(path) == {"date": "2031-05-07", "newspaper": "青禾日报", "page": "A03"}
    (tmp_path / "pages.csv").write_bytes("文件,日期\n2031-05-06_A03.txt,2031年5月8日\n".encode("gb18030"))
    assert metadata_of(path) == {"date": "2031-05-08", "newspaper": "青禾日报", "page": "A03"}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["2031年5月7日　星期三　　第3版　基层党建"], {"date": "2031-05-07", "page": "3"}),
        (["青禾日报 ２０３１．０５．０７　Ａ０３"], {"date": "2031-05-07", "page": "A03", "newspaper": "青禾日报"}),
        (["2031 年 5 月 7 日", "第十二版 乡镇"], {"date": "2031-05-07", "page": "12"}),
        (["2031-05-07 10:22 来源：青禾县融媒体中心"], {"date": "2031-05-07", "newspaper": "青禾县融媒体中心"}),
        (["2031年5月　　　　09"], {"page": "09"}),
        (["2031年5月7日", "2031年5月8日", "第3版"], {"page": "3"}),
        (["2031年13月7日"], {}),
        (["二〇三一年五月十二日"], {"date": "2031-05-12"}),
        (["二○三一年十月三十日"], {"date": "2031-10-30"}),
        (["责任编辑：林小满"], {}),
    ],
)
def test_the_lines_around_the_articles_say_date_and_page(lines: list[str], expected: dict[str, str]):
    assert from_print(lines) == expected


def test_a_printed_date_comes_before_that_of_the_name(tmp_path: Path):
    path = tmp_path / "2031-05-08_A03.txt"
    path.write_text(f"2031年5月7日　星期三　基层党建\n\n{PRINT}\n（下转第4版）\n", encoding="utf-8")
    assert metadata_of(path) == {"date": "2031-05-07", "page": "A03"}


def test_a_row_of_pages_csv_may_speak_for_a_whole_table(tmp_path: Path):
    path = tmp_path / "rows.jsonl"
    path.write_text(json.dumps({"title": "题", "text": "青禾县把党支部建到养殖场。"}) + "\n", encoding="utf-8")
    (tmp_path / "pages.csv").write_text("file,newspaper\nrows.jsonl,青禾日报\n", encoding="utf-8")
    assert metadata_of(path) == {"newspaper": "青禾日报"}


def test_a_table_of_metadata_that_cannot_be_read_is_said(tmp_path: Path):
    path = tmp_path / "a.txt"
    path.write_text(PRINT, encoding="utf-8")
    (tmp_path / "pages.csv").write_bytes(bytes(range(256)))
    with pytest.raises(PageError, match=r"pages\.csv: this table of metadata cannot be read"):
        metadata_of(path)
