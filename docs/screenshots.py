"""Pictures of the explorer for the documentation, taken from the sample pages in headless Chromium.

python docs/screenshots.py [-o docs/images]
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.support.ui import WebDriverWait

from kg.pipeline import build

DOCS = Path(__file__).parent
_ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--force-prefers-reduced-motion",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
_STILL = 0.4
"""Seconds in which fonts and the last frame come to rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A picture: its file, the address in the page, what must be there first, and how the page is set."""

    name: str
    address: str
    sign: str
    width: int = 1440
    height: int = 900
    language: str = "zh"
    theme: str = "light"
    script: str = ""


SHOTS = (
    Shot(name="network", address="#/network", sign="#canvas canvas"),
    Shot(name="thing", address="#county/370832/梁山县", sign="#panel .close"),
    Shot(
        name="search",
        address="#/network",
        sign="#results [role=option]",
        script="const box = document.getElementById('search'); box.focus(); box.value = 'lianmeng';"
        "box.dispatchEvent(new Event('input'));",
    ),
    Shot(name="ask", address="#/ask/alliances", sign="#ask tbody tr"),
    Shot(name="compare", address="#/compare?counties=370832,370828,370812", sign="#compare table"),
    Shot(name="matrix", address="#/compare/matrix", sign="#compare table"),
    Shot(name="read", address="#/read/jining_2022_a.txt/6", sign="#read .fact"),
    Shot(name="dark", address="#/network", sign="#canvas canvas", theme="dark", language="en"),
    Shot(name="phone", address="#county/370832/梁山县", sign="#panel .close", width=390, height=844),
)


def main() -> None:
    """Build the sample, open its page and take every picture."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("-o", "--out", type=Path, default=DOCS / "images", help="folder of the pictures")
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        page = build([DOCS.parent / "data"], folder).network
        with chromium() as driver:
            for shot in SHOTS:
                take(driver, page, shot, out / f"{shot.name}.png")
                print(out / f"{shot.name}.png")


@contextmanager
def chromium() -> Iterator[webdriver.Chrome]:
    """Give a new Chromium without a network."""
    with tempfile.TemporaryDirectory() as profile:
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium") or ""
        for argument in (*_ARGUMENTS, f"--user-data-dir={profile}"):
            options.add_argument(argument)
        driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
        try:
            yield driver
        finally:
            driver.quit()


def take(driver: webdriver.Chrome, page: Path, shot: Shot, file: Path) -> None:
    """Write one picture, with more pixels than the window has so that it is sharp on paper and screens."""
    metrics = {"width": shot.width, "height": shot.height, "deviceScaleFactor": 1.5, "mobile": shot.width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    driver.get(page.as_uri())
    for key, value in (("language", shot.language), ("theme", shot.theme)):
        driver.execute_script("localStorage.setItem(arguments[0], arguments[1])", f"dangjian.{key}", value)
    driver.get("about:blank")
    driver.get(page.as_uri() + shot.address)
    if shot.script:
        driver.execute_script(shot.script)
    there = "return document.querySelector(arguments[0])"
    WebDriverWait(driver, 20).until(lambda _: driver.execute_script(there, shot.sign))
    time.sleep(_STILL)
    driver.save_screenshot(str(file))


if __name__ == "__main__":
    main()
