"""Paper: every view prints on white in both themes, with all rows of its tables and the picture as a drawing."""

from __future__ import annotations

import re
import shutil
import subprocess
from base64 import b64decode

import pytest
from views_browser import Browser, save
from views_sample import article, entity, sample_page, to_store

from kg.model import Page
from kg.views import page
from kg.views.network import to_network

MANY = 60


def long_page() -> Page:
    """Return a page of one article with more mechanisms than a view shows at once."""
    names = [f"第{number}号会商制度" for number in range(1, MANY + 1)]
    text = "".join(f"戊县推行{name}。" for name in names)
    read = article(1, text, "戊县", "990105", entities=tuple(entity(text, "Mechanism", name) for name in names))
    return Page(file="sample.txt", sha256="0" * 64, text=text, articles=(read,))


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    found = Browser(tmp_path_factory.mktemp("profile"))
    yield found
    found.driver.quit()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    stores = {"sample": to_store(sample_page()), "long": to_store(long_page())}
    return {
        name: save(page.to_html(to_network(store), store=store), folder / f"{name}.html")
        for name, store in stores.items()
    }


def printed(browser, file, address, theme="light") -> bytes:
    browser.open(file, address)
    browser.wait("performance.getEntriesByName('drawn').length || document.getElementById('canvas').hidden")
    if browser.run("document.documentElement.dataset.theme") != theme:
        browser.click("#theme")
    browser.wait("document.querySelector('main section:not([hidden]), #canvas:not([hidden])')")
    options = {"printBackground": True, "paperWidth": 8.27, "paperHeight": 11.69}
    return b64decode(browser.driver.execute_cdp_cmd("Page.printToPDF", options)["data"])


def tool(name: str) -> str:
    return shutil.which(name) or pytest.skip(f"{name} (poppler-utils) is not installed")


def words(pdf: bytes, folder) -> str:
    (folder / "page.pdf").write_bytes(pdf)
    done = subprocess.run([tool("pdftotext"), "-layout", folder / "page.pdf", "-"], capture_output=True, check=True)
    return re.sub(r"\s+", "", done.stdout.decode("utf-8"))


def darkness(pdf: bytes, folder) -> float:
    """The part of the first sheet that is dark."""
    (folder / "page.pdf").write_bytes(pdf)
    options = ("-gray", "-r", "30", "-f", "1", "-l", "1")
    done = subprocess.run([tool("pdftoppm"), *options, folder / "page.pdf"], capture_output=True, check=True)
    _, _, _, pixels = done.stdout.split(b"\n", 3)
    return sum(pixel < 128 for pixel in pixels) / len(pixels)


VIEWS = {
    "#/network": "甲县",
    "#county/990101/甲县": "走访群众",
    "#/table": "“溪畔”驿站",
    "#/ask/alliances": "县农业农村局",
    "#/compare?counties=990101,990102": "乙区",
    "#/compare/matrix": "联席会议",
    "#/read/sample.txt/1": "搭好架子，联到一处",
}


@pytest.mark.parametrize(("address", "theme"), [("#/network", "light"), *((address, "dark") for address in VIEWS)])
def test_a_view_prints_its_text_on_white(browser, files, tmp_path, address, theme):
    pdf = printed(browser, files["sample"], address, theme)
    assert VIEWS[address] in words(pdf, tmp_path)
    assert darkness(pdf, tmp_path) < 0.15
    assert browser.run("document.documentElement.dataset.theme") == theme
    assert browser.run("document.getElementById('printed')") is None
    assert browser.console() == []


@pytest.mark.parametrize("address", ["#/table", "#/ask/mechanisms"])
def test_a_table_prints_all_its_rows(browser, files, tmp_path, address):
    browser.open(files["long"], address)
    browser.wait("document.querySelector('main tbody tr')")
    text = words(printed(browser, files["long"], address), tmp_path)
    assert [number for number in range(1, MANY + 1) if f"第{number}号会商制度" not in text] == []
    rows = browser.run("document.querySelectorAll('main section:not([hidden]) tbody tr').length")
    assert rows <= 50 or address == "#/table", "the screen shows its page of rows again"


def test_what_only_works_on_a_screen_is_not_printed(browser, files, tmp_path):
    text = words(printed(browser, files["sample"], "#/compare/matrix"), tmp_path)
    assert not any(word in text for word in ("English", "缩小显示", "下载", "查找名称"))


def test_the_picture_is_printed_as_a_drawing(browser, files):
    browser.open(files["sample"], "#/network")
    browser.wait("performance.getEntriesByName('drawn').length")
    browser.run("dispatchEvent(new Event('beforeprint'))")
    assert "甲县" in browser.text("#printed svg")
    assert browser.run("document.querySelectorAll('[id=legend]').length") == 1
    browser.run("dispatchEvent(new Event('afterprint'))")
    assert browser.run("document.querySelectorAll('#printed').length") == 0
