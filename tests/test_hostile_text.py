"""Text made to be slow: however it is built, the work grows with its length and no faster."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from kg.extraction import extract
from kg.reading import read_page

PARTS = {
    "quotations": "“三联”“四促”",
    "quotations that never end": "“",
    "digits": "1234567890",
    "numbers with units": "１２．５万元",
    "brackets": "（（《《〔",
    "heads": "联盟机制平台工程",
    "numerals": "一二三四五六七八九十",
    "lists": "甲乙、",
    "sums": "1+",
    "ordinals": "第一",
}
SHORT, LONG = 2_000, 8_000


def calls(file: Path, part: str, length: int) -> int:
    """Return how many functions are called to read a page of ``length`` characters and to find its facts."""
    text = (part * (length // len(part) + 1))[:length]
    file.write_text(f"青禾县推行党建联盟\n本报青禾讯 {text}。\n", encoding="utf-8")
    count = 0

    def counted(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    extract(read_page(file))  # loads what every page needs
    sys.setprofile(counted)
    try:
        extract(read_page(file))
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
def test_four_times_the_text_takes_about_four_times_the_work(tmp_path: Path, part: str):
    """Work that grew with the square would be sixteen times as much."""
    assert calls(tmp_path / "long.txt", part, LONG) < 7 * calls(tmp_path / "short.txt", part, SHORT)
