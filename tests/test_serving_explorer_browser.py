"""The explorer of a large graph in a real browser: the overview first, all else from the server on demand."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from pyoxigraph import RdfFormat, parse
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


@pytest.fixture
def editor(page):
    """The query of an answer, opened to be changed: ``editor(text)`` runs it and waits for what comes of it."""
    browser = page("#/ask/alliances")
    browser.wait("document.querySelector('#ask tbody tr')")
    browser.run("document.getElementById('ask-sparql').open = true")

    def run(text: str = "") -> Browser:
        if text:
            browser.run("(box => { box.value = arguments[0]; box.dispatchEvent(new Event('input')); })"
                        "(document.getElementById('ask-query'))", text)  # fmt: skip
        browser.run("document.getElementById('ask-result').replaceChildren()")
        browser.click("#ask-run")
        browser.wait("document.querySelector('#ask-result .result-head, #ask-result [role=alert]')")
        return browser

    run.browser = browser
    return run


def test_the_query_of_an_answer_is_run_where_it_stands(editor):
    browser = editor()
    rows = "document.querySelectorAll('{} tbody tr').length"
    assert browser.run(rows.format("#ask-result")) == browser.run(rows.format("#ask .scroll:not([role])")) > 5
    browser.click("#ask-result tbody a[href^='#alliance'], #ask-result tbody a[href*='alliance']")
    browser.wait("document.querySelector('#panel .panel-head')")
    assert browser.run("view") == "ask"


def test_a_changed_query_is_answered_in_its_own_form(editor):
    browser = editor("SELECT (1 + 1 AS ?sum) (dj:Alliance AS ?class) {}")
    assert browser.run("[...document.querySelectorAll('#ask-result td')].map((td) => td.textContent)") == [
        "2", "dj:Alliance",
    ]  # fmt: skip
    assert editor("ASK { ?a a dj:Alliance }").text("#ask-result") == "是"
    turtle = editor("CONSTRUCT { ?a a dj:Alliance } WHERE { ?a a dj:Alliance } LIMIT 3").text("#ask-result pre")
    assert turtle.count("a dj:Alliance") == 3
    assert "没有结果" in editor("SELECT * { ?a a dj:Nothing }").text("#ask-result")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("SELECT * {", "这条查询写得不对"),
        ("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", "这里不接受这样的查询"),
        ("INSERT DATA { <http://a> <http://b> <http://c> }", "这里不接受这样的查询"),
    ],
)
def test_what_is_no_query_is_answered_with_a_sentence(editor, query, sentence):
    browser = editor(query)
    assert browser.text("#ask-result [role=alert]").startswith(sentence)
    assert browser.run("document.getElementById('ask-query').value") == query


def test_the_limits_of_a_query_are_stated_beside_it(editor):
    editor.browser.wait("document.getElementById('ask-limits')")
    assert "10 秒" in editor.browser.text("#ask-limits")


def test_a_changed_query_outlives_a_change_of_language_and_goes_back_to_what_it_was(editor):
    before = editor.browser.run("document.getElementById('ask-query').value")
    browser = editor("ASK {}")
    browser.click("[data-language=en]")
    browser.wait("document.getElementById('ask-run')?.textContent === 'Run'")
    assert browser.run("document.getElementById('ask-query').value") == "ASK {}"
    assert browser.text("#ask-result") == "Yes"
    assert "query=ASK" in browser.run("document.getElementById('ask-elsewhere').href")
    browser.click("#ask-original")
    assert browser.run("document.getElementById('ask-query').value") == before
    assert browser.text("#ask-result") == ""
    browser.click("[data-language=zh]")


def test_hostile_text_in_an_answer_is_shown_as_text(editor):
    browser = editor('SELECT ("<img src=x onerror=window.hit=1></script><script>window.hit=1</script>" AS ?bad) {}')
    assert browser.text("#ask-result td").startswith("<img src=x")
    assert browser.run("window.hit") is None


def test_a_question_can_be_taken_to_the_page_where_sparql_is_asked(editor):
    browser = editor.browser
    browser.click("#ask-elsewhere")
    browser.wait("document.querySelector('textarea#query')?.value.includes('SELECT')")
    assert browser.run("document.querySelectorAll('table tbody tr').length") > 0


TAKEN = """(() => { window.taken = []; URL.createObjectURL = (blob) => {
  blob.text().then((text) => window.taken.push(text)); return '#'; };
  HTMLAnchorElement.prototype.click = () => {}; })()"""


def test_the_picture_of_a_thing_is_taken_away_as_turtle(page):
    browser = page(COUNTY)
    browser.wait("document.querySelector('#panel .figures, #panel table')")
    browser.run(TAKEN)
    browser.run("document.querySelector('[data-take=ttl]').click()")
    browser.wait("window.taken.length")
    graph = {quad.triple for quad in parse(browser.run("window.taken[0]"), RdfFormat.TURTLE)}
    county = browser.run("graph.things[chosen].fragment")
    used = [t for t in graph if t.subject.value.endswith(county) and t.predicate.value.endswith("#usesAlliance")]
    assert len(used) == browser.run("links[chosen].filter(({ property }) => property === 'usesAlliance').length") > 0


def test_the_table_taken_away_holds_what_the_page_does_not(page):
    browser = page()
    browser.wait("performance.getEntriesByName('drawn').length")
    browser.run(TAKEN)
    browser.run("document.querySelector('[data-take=csv]').click()")
    browser.wait("window.taken.length")
    rows = browser.run("window.taken[0]").strip().split("\r\n")
    amounts = browser.run("Object.fromEntries([...shown].map((cls) => [cls, amountOf(cls)]))")
    assert len(rows) - 1 == sum(amounts.values()) > browser.run("graph.things.length")


def test_an_answer_is_taken_away_as_turtle(page):
    browser = page("#/ask/alliances")
    browser.wait("document.querySelector('.answer-files')")
    browser.run(TAKEN)
    browser.run("document.querySelector('.answer-files li:last-child .save').click()")
    browser.wait("window.taken.length")
    assert "dj:Alliance" in browser.run("window.taken[0]")


def test_the_articles_for_a_theme_stand_in_the_comparison(page):
    browser = page("#/compare?counties=370832,370828")
    browser.wait("document.querySelector('#compare table')")
    themes = """[...document.querySelectorAll('#compare tbody')].find((body) => body.textContent.includes('主题'))"""
    amounts = browser.run(f"[...{themes}.querySelectorAll('td summary')].map((cell) => cell.textContent)")
    assert amounts and "0 篇" not in amounts
    assert browser.run(f"{themes}.querySelectorAll('blockquote').length") >= len(amounts)


def test_a_county_that_is_not_there_is_answered_with_a_sentence(page):
    browser = page("#/ask/alliances?county=" + quote("无此县"))
    browser.wait("document.querySelector('#ask-answer .lost')")
    assert "无此县" in browser.text("#ask-answer .lost")


def test_a_thing_leads_to_everything_that_the_graph_says_of_it(page):
    browser = page(COUNTY)
    browser.wait("document.querySelector('#panel .permalink a[href^=\"/id/\"]')")
    browser.click("#panel .permalink a[href^='/id/']")
    browser.wait("document.querySelector('h1')?.textContent.includes('梁山县')")
    assert browser.run("location.pathname").startswith("/id/county/370832/")
