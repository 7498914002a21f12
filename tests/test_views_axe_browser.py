"""Accessibility: axe-core (https://github.com/dequelabs/axe-core) finds no violation in any view.

The script comes from npm into a temporary folder, at test time only; without npm, or without a network, these tests
are skipped.  ``AXE_CORE`` may name an ``axe.min.js`` that is there already.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import quote

import pytest
from serving_site import Site
from views_browser import Browser, save
from views_sample import sample_page, to_store

from kg.views import page, report
from kg.views.network import to_network

VIEWS = {
    "#/network": "#canvas:not([hidden])",
    "#county/990101/甲县": "#panel .figures, #panel table",
    "#slogan/990101/“两看一评”": "#panel .part",
    "#/table": "#table:not([hidden]) tbody tr",
    "#/ask": "#ask:not([hidden]) input",
    "#/ask/alliances": "#ask:not([hidden]) tbody tr",
    "#/ask/figures?as=bars": "#ask:not([hidden]) *",
    "#/compare": "#compare:not([hidden]) input",
    "#/compare?counties=990101,990102": "#compare:not([hidden]) table",
    "#/compare/matrix": "#compare:not([hidden]) *",
    "#/read": "#read:not([hidden]) .articles",
    "#/read/sample.txt/1": "#read:not([hidden]) article .fact",
}
"""Each view by its address, and what must be there before it is looked at."""
COUNTY = "/id/county/370832/" + quote("梁山县")
SERVED = ("/", "/about", "/sparql?question=alliances", "/ontology", COUNTY, "/missing")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module")
def axe(tmp_path_factory) -> str:
    """The script of axe-core."""
    given = os.environ.get("AXE_CORE")
    if given:
        return Path(given).read_text(encoding="utf-8")
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not installed, and AXE_CORE names no axe.min.js")
    folder = tmp_path_factory.mktemp("axe")
    command = [npm, "install", "--prefix", folder, "--no-audit", "--no-fund", "--ignore-scripts", "axe-core@4"]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    except subprocess.TimeoutExpired:
        pytest.skip("npm did not bring axe-core in two minutes")
    script = folder / "node_modules" / "axe-core" / "axe.min.js"
    if not script.is_file():
        pytest.skip(f"npm could not bring axe-core: {done.stderr.strip()[-200:]}")
    return script.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    found = Browser(tmp_path_factory.mktemp("profile"))
    yield found
    found.driver.quit()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    store = to_store(sample_page())
    folder = tmp_path_factory.mktemp("pages")
    return {
        "graph": save(page.to_html(to_network(store), store=store), folder / "graph.html"),
        "report": save(report.to_html([sample_page()]), folder / "report.html"),
    }


def violations(browser, axe: str) -> list[str]:
    """What axe-core finds in the page as it stands: the rule and the first place of each breach."""
    if not browser.run("typeof axe === 'object'"):
        browser.driver.execute_script(axe)
    browser.driver.set_script_timeout(30)
    script = "const [rules, done] = arguments; axe.run(document, rules).then(({ violations }) => done(violations))"
    found = browser.driver.execute_async_script(script, RULES)
    return [f"{rule['id']}: {rule['nodes'][0]['html'][:200]} ({len(rule['nodes'])})" for rule in found]


def set_up(browser, language: str, theme: str) -> None:
    if browser.run("document.documentElement.dataset.theme") != theme:
        browser.click("#theme")
    browser.click(f"[data-language={language}]")


@pytest.mark.parametrize(
    ("language", "theme", "width"),
    [("zh", "light", 1280), ("zh", "dark", 360), ("en", "light", 360), ("en", "dark", 1280)],
)
def test_no_view_has_a_violation(browser, files, axe, language, theme, width):
    browser.open(files["graph"], width=width)
    browser.wait("performance.getEntriesByName('drawn').length")
    set_up(browser, language, theme)
    found = {}
    for address, sign in VIEWS.items():
        browser.run("location.hash = arguments[0]", address)
        browser.wait(f"document.querySelector({sign!r})")
        found[address] = violations(browser, axe)
    assert {address: rules for address, rules in found.items() if rules} == {}


@pytest.fixture(scope="module")
def site(sample_build):
    found = Site(sample_build[0])
    yield found
    found.stop()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", SERVED)
def test_no_served_page_has_a_violation(browser, site, axe, path, theme):
    browser.driver.get(site.address + path)
    set_up(browser, "zh", theme)
    assert violations(browser, axe) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_report_has_no_violation(browser, files, axe, theme):
    browser.open(files["report"])
    set_up(browser, "zh", theme)
    assert violations(browser, axe) == []


@pytest.mark.parametrize(("theme", "query"), [("light", ""), ("dark", "SELECT * {")])
def test_the_query_of_an_answer_and_what_comes_of_it_have_no_violation(browser, site, axe, theme, query):
    browser.driver.get(site.address + "/#/ask/alliances")
    set_up(browser, "zh", theme)
    browser.wait("document.querySelector('#ask tbody tr')")
    browser.run("document.getElementById('ask-sparql').open = true")
    if query:
        browser.run("document.getElementById('ask-query').value = arguments[0]", query)
    browser.click("#ask-run")
    browser.wait("document.querySelector('#ask-result .result-head, #ask-result [role=alert]')")
    assert violations(browser, axe) == []
