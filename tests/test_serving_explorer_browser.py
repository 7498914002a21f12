"""The explorer of a large graph in a real browser: the overview first, all else from the server on demand."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from serving_site import Site
from views_browser import Browser, By, Keys

COUNTY = "#" + quote("county/370832/梁山县", safe="")
MANY_AT_ONCE = "import kg.serving.explorer; kg.serving.explorer.LARGE = 10"
"""The sample is a large graph to this server."""


@pytest.fixture(scope="module")
def site(sample_build):
    found = Site(sample_build[0], before=MANY_AT_ONCE)
    yield found
    found.stop()


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    found = Browser(tmp_path_factory.mktemp("profile"))
    yield found
    found.driver.quit()


@pytest.fixture
def page(browser, site):
    def open_at(fragment: str = "") -> Browser:
        browser.driver.get("about:blank")
        browser.size(1280, 800)
        browser.requests(), browser.console()
        browser.driver.get(site.address + "/" + fragment)
        return browser

    return open_at


def heading(browser) -> str:
    return browser.run("document.querySelector('#panel h2')?.textContent")


def test_the_overview_shows_counties_practices_and_themes(page):
    browser = page()
    browser.wait("performance.getEntriesByName('drawn').length")
    classes = browser.run("[...new Set(graph.things.map((thing) => thing.cls))].sort()")
    assert classes == ["County", "Practice", "Theme"]
    assert int(browser.text("#legend [data-cls=Mechanism] .amount")) > 10
    assert [url for url in browser.requests() if "/api/" in url] == []
    assert browser.console() == []


def test_a_thing_brings_what_lies_around_it_into_the_picture(page, site):
    browser = page(COUNTY)
    browser.wait("document.querySelector('#panel h2')?.textContent === '梁山县'")
    assert browser.run("guests.size") > 10
    assert browser.run("[...guests].every((id) => visibleNodes.get(id) || !isShown(id))")
    assert browser.run("document.querySelectorAll('#panel table tbody tr').length") > 0
    assert all(url.startswith(site.address) for url in browser.requests())
    browser.run("location.hash = ''")
    browser.wait("document.querySelector('#panel h2')?.textContent !== '梁山县'")
    assert browser.run("visibleNodes.get().filter(({ id }) => guests.has(id)).length") == 0


def test_what_came_from_the_server_leads_on(page):
    browser = page(COUNTY)
    browser.wait("document.querySelector('#panel .chips a')")
    link = browser.driver.find_element(By.CSS_SELECTOR, "#panel .chips a")
    name = link.text
    link.click()
    browser.wait(f"document.querySelector('#panel h2')?.textContent === {name!r}")
    assert browser.run("document.querySelectorAll('#panel blockquote').length") > 0


def test_search_finds_what_the_page_does_not_hold(page):
    browser = page()
    browser.run("document.getElementById('search').focus()")
    browser.type("quanyu")
    browser.wait("document.querySelector('#results [role=option]')")
    browser.type(Keys.ENTER)
    browser.wait("document.querySelector('#panel .panel-head')")
    assert "全域" in heading(browser)


def test_questions_articles_and_comparisons_come_from_the_server(page, site):
    browser = page("#/ask/alliances")
    browser.wait("document.querySelector('#ask tbody tr')")
    browser.run("location.hash = '#/read'")
    browser.wait("document.querySelectorAll('#read .articles li').length > 5")
    browser.run("location.hash = document.querySelector('#read .articles a').hash")
    browser.wait("document.querySelector('#read .fact')")
    browser.run("location.hash = '#/compare?counties=370832,370828'")
    browser.wait("document.querySelector('#compare table')")
    assert {url.split("/")[4].split("?")[0] for url in browser.requests() if "/api/" in url} >= {
        "questions", "articles", "around",
    }  # fmt: skip
    assert browser.console() == []


def test_a_server_that_is_gone_is_named(page, sample_build):
    browser = page()
    browser.driver.execute_cdp_cmd("Network.enable", {})
    browser.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*/api/*"]})
    browser.run(f"location.hash = {COUNTY!r}")
    browser.wait("document.querySelector('#panel [role=alert]')?.textContent.includes('kg serve')")
    assert heading(browser) == "梁山县"
    browser.driver.execute_cdp_cmd("Network.setBlockedURLs", {"urls": []})


def test_a_question_can_be_changed_where_sparql_is_asked(page):
    browser = page("#/ask/alliances")
    browser.wait("document.querySelector('#ask tbody tr')")
    browser.run("document.getElementById('ask-sparql').open = true")
    browser.click("#ask-sparql a")
    browser.wait("document.querySelector('textarea#query')?.value.includes('SELECT')")
    assert browser.run("document.querySelectorAll('table tbody tr').length") > 0


def test_a_thing_leads_to_everything_that_the_graph_says_of_it(page):
    browser = page(COUNTY)
    browser.wait("document.querySelector('#panel .permalink a[href^=\"/id/\"]')")
    browser.click("#panel .permalink a[href^='/id/']")
    browser.wait("document.querySelector('h1')?.textContent.includes('梁山县')")
    assert browser.run("location.pathname").startswith("/id/county/370832/")
