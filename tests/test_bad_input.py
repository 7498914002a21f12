"""Bad input: nothing stops a build; what cannot be read is set aside with its reason, the rest is built."""

from __future__ import annotations

import json
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Run

from kg.pipeline import build
from kg.reading import PageError, find_pages, read_page
from kg.reading.sources import PAGE_LIMIT

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "data" / "pages" / "jining_2022_a.txt"
SENTENCE = "梁山县建起党建联盟，由县委组织部牵头。"

SET_ASIDE: dict[str, tuple[str, bytes, str]] = {
    "empty": ("a.txt", b"", "empty"),
    "white space": ("a.txt", b" \r\n\t\n", "empty"),
    "zeros": ("a.txt", bytes(5000), "empty"),
    "binary": ("a.txt", bytes(range(256)) * 20, "not a text file"),
    "picture": ("a.txt", b"\x89PNG\r\n\x1a\n" + os.urandom(400), "not a text file|cut off"),
    "cut off in mid-character": ("a.txt", SENTENCE.encode()[:-1], "cut off in the middle of a character"),
    "one bad byte": ("a.txt", SENTENCE.encode()[:30] + b"\xff" + SENTENCE.encode()[30:], "not a text file"),
    "half a UTF-16 character": ("a.txt", SENTENCE.encode("utf-16")[:-1], "damaged"),
    "too large": ("a.txt", b"a" * (PAGE_LIMIT + 1), "larger than 16 MiB; split it"),
    "Latin-1": ("a.txt", "Le comté réunit ses comités du Parti près du marché.".encode("latin-1"), "not a text file"),
    "broken zip": ("a.zip", b"PK\x03\x04" + bytes(60), "not a zip archive"),
    "no zip": ("a.zip", b"text", "not a zip archive"),
    "no rows": ("a.csv", "标题,正文\n".encode(), "no page in it"),
    "no text column": ("a.csv", "标题,日期\n题,2022\n".encode(), "no text of an article among the columns"),
    "too many columns": ("a.csv", f"标题,正文\n题,{SENTENCE},多,了\n".encode(), "more columns"),
    "JSON array": ("a.jsonl", b'["a", "b"]\n', "not a JSON object"),
    "nested too deep": ("a.jsonl", b"[" * 200_000 + b"\n", "not JSON"),
    "a number without end": ("a.jsonl", b'{"text": ' + b"1" * 10_000 + b"}\n", "not JSON"),
    "Word of old": ("a.doc", b"\xd0\xcf\x11\xe0", "save it as .docx, PDF or text"),
    "Word with a password": ("a.docx", b"\xd0\xcf\x11\xe0" + bytes(600), "without a password"),
    "broken Word": ("a.docx", b"PK\x03\x04", "not a Word document that can be read"),
    "no PDF": ("a.pdf", b"text", "not a PDF|needs pypdfium2"),
}


@pytest.mark.parametrize("case", SET_ASIDE)
def test_what_cannot_be_read_is_set_aside_with_its_reason(tmp_path: Path, case: str):
    name, data, reason = SET_ASIDE[case]
    (tmp_path / name).write_bytes(data)
    (source,) = find_pages([tmp_path])
    with pytest.raises(PageError, match=reason) as raised:
        read_page(source)
    assert str(raised.value).startswith(f"{source}: ") and "\n" not in str(raised.value)


BUILT: dict[str, str] = {
    "English": "The county committee met on Monday.\n\nIt set up three branches.",
    "garbage of character recognition": "堂逮联盟丨丨丨囗囗口口，，。。乂㐅亅亅\n彳亍丶丶丶\n〇〇〇●●●",
    "mixed-up columns": "梁山县建起党汶上县开办夜\n建联盟，由县校，村民都来\n委组织部牵头。听，都说好。",
    "traditional characters": "梁山縣建起黨建聯盟，由縣委組織部牽頭。",
    "nothing but brackets": "（" * 3000 + "“" * 3000,
    "nothing but bylines": "林小满 摄\n" * 2000,
    "lines of one character": "字\n" * 5000,
    "emoji, right to left and combining marks": "党建🎉联盟\u202e盟联\u0301\u200b。",
    "markup": "<script>alert(1)</script>“党建联盟” <b> \" ' \\ { } ?x . # @prefix",
    "all headlines": "\n\n".join(f"某县会议第{n}号" for n in range(400)),
    "one long line": SENTENCE * 3000,
}


@pytest.mark.parametrize("case", BUILT)
def test_odd_text_is_read_whole(tmp_path: Path, case: str):
    (tmp_path / "a.txt").write_text(BUILT[case], encoding="utf-8")
    (source,) = find_pages([tmp_path])
    page = read_page(source)
    parts = [(part.start, part.end) for article in page.articles for part in article.source.parts]
    covered = sum(end - start for start, end in parts) + sum(rest.end - rest.start for rest in page.leftovers)
    assert covered == len(page.text) == len(BUILT[case])


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a b.txt", "a b.txt"),
        ("a\nb\t.txt", "a␊b␉.txt"),
        ("..txt", None),
        ("'; DROP.txt", "'; DROP.txt"),
        ("青禾#1?.txt", "青禾#1?.txt"),
        (os.fsdecode("青禾.txt".encode("gb18030")), "青禾.txt"),
    ],
)
def test_names_of_files_become_names_that_can_stand_anywhere(tmp_path: Path, name: str, shown: str | None):
    (tmp_path / "plain.txt").write_text(SENTENCE, encoding="utf-8")
    (tmp_path / name).write_text(SENTENCE, encoding="utf-8")
    names = [source.name for source in find_pages([tmp_path])]
    assert sorted(names) == sorted(filter(None, ["plain.txt", shown]))
    assert all(read_page(source).text for source in find_pages([tmp_path]))


def test_links_that_lead_in_circles_are_followed_once(tmp_path: Path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text(SENTENCE, encoding="utf-8")
    (tmp_path / "in" / "up").symlink_to(tmp_path)
    (tmp_path / "in" / "self.txt").symlink_to(tmp_path / "in" / "self.txt")
    (tmp_path / "in" / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    sources = {source.name: source for source in find_pages([tmp_path])}
    assert sources.keys() == {"a.txt", "self.txt", "gone.txt"}
    for name in ("self.txt", "gone.txt"):
        with pytest.raises(PageError, match="cannot be read"):
            read_page(sources[name])


def test_a_pipe_is_no_page_and_is_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "a.txt")
    os.mkfifo(tmp_path / "b")
    for name in ("a.txt", "b"):
        (source,) = find_pages([tmp_path / name])
        with pytest.raises(PageError, match="not a file"):
            read_page(source)


def test_a_file_and_a_folder_without_permission_are_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Whoever runs the tests: root may read everything, so the refusal is made here."""
    (tmp_path / "locked").mkdir()
    for path in (tmp_path / "a.txt", tmp_path / "b.txt"):
        path.write_text(SENTENCE, encoding="utf-8")

    def refusing(function: Callable, refused: str) -> Callable:
        def refuse(path: object, *arguments: object, **options: object) -> object:
            if Path(path).name == refused:
                raise PermissionError(13, "Permission denied")
            return function(path, *arguments, **options)

        return refuse

    monkeypatch.setattr(os, "scandir", refusing(os.scandir, "locked"))
    monkeypatch.setattr(Path, "open", refusing(Path.open, "a.txt"))
    sources = {source.name: source for source in find_pages([tmp_path])}
    assert sources.keys() == {"a.txt", "b.txt", "locked"}
    assert read_page(sources["b.txt"]).text == SENTENCE
    with pytest.raises(PageError, match="Permission denied"):
        read_page(sources["a.txt"])
    with pytest.raises(PageError, match="not a file"):
        read_page(sources["locked"])


def test_folders_within_folders_are_gone_through(tmp_path: Path):
    deep = tmp_path.joinpath(*["d"] * 300)
    os.makedirs(deep)
    (deep / "a.txt").write_text(SENTENCE, encoding="utf-8")
    assert [source.name for source in find_pages([tmp_path])] == ["a.txt"]


def test_a_member_that_unpacks_to_more_than_it_says_is_not_unpacked(tmp_path: Path):
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"0" * (PAGE_LIMIT + 1))
        archive.writestr("b.txt", SENTENCE)
    bomb, good = find_pages([path])
    with pytest.raises(PageError, match="larger than 16 MiB"):
        read_page(bomb)
    assert read_page(good).text == SENTENCE


def test_an_archive_with_a_damaged_member_gives_the_others(tmp_path: Path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", SENTENCE)
        archive.writestr("b.txt", SENTENCE)
    data = bytearray(path.read_bytes())
    data[40] ^= 0xFF  # within the first member
    path.write_bytes(data)
    damaged, good = find_pages([path])
    with pytest.raises(PageError, match="cannot be unpacked"):
        read_page(damaged)
    assert read_page(good).text == SENTENCE


def test_an_encrypted_member_says_so(tmp_path: Path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", SENTENCE)
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        struct.pack_into("<H", data, data.index(mark) + offset, 1)
    path.write_bytes(data)
    with pytest.raises(PageError, match="encrypted"):
        read_page(find_pages([path])[0])


def test_control_characters_of_a_row_become_spaces(tmp_path: Path):
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"title": "题\ud800", "text": f"\x00{SENTENCE}\ufffe"}) + "\n", encoding="utf-8")
    page = read_page(find_pages([path])[0])
    assert page.text.encode("utf-8") and page.articles[0].text == SENTENCE


def test_a_build_reads_what_it_can_and_says_what_it_cannot(tmp_path: Path, kg: Run):
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "good.txt").write_bytes(SAMPLE.read_bytes())
    (pages / "twice.txt").write_bytes(SAMPLE.read_bytes())
    (pages / "empty\n.txt").write_bytes(b"")
    (pages / "half.txt").write_bytes(SENTENCE.encode()[:-1])
    (pages / "loop.txt").symlink_to(pages / "loop.txt")
    done = kg("build", pages, "-o", tmp_path / "out")
    assert done.returncode == 2
    complaints = done.stderr.splitlines()
    assert len(complaints) == 4 and all(line.startswith("kg: set aside: ") for line in complaints)
    assert "the same bytes as good.txt" in done.stderr
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    for name in ("empty␊.txt", "half.txt", "loop.txt", "twice.txt"):
        assert name in report
    assert "Traceback" not in done.stderr


def test_the_same_page_again_is_no_second_evidence(tmp_path: Path):
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_bytes(SAMPLE.read_bytes())
    built = build([tmp_path], tmp_path / "out")
    assert built.pages == 1
    assert {name: "the same bytes as a.txt" in str(error) for name, error in built.set_aside.items()} == {"b.txt": True}
