"""Reading in a real browser: the article as printed, its facts marked in place, every proof one step away."""

import pytest
from views_browser import Browser, By, Keys, save
from views_sample import FIRST, HOSTILE, SECOND, hostile_page, sample_page, to_store

from kg.views import page, report
from kg.views.network import to_network

FIRST_ARTICLE = "#/read/sample.txt/1"


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    browser = Browser(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.driver.quit()


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    store, hostile = to_store(sample_page()), to_store(hostile_page())
    save(report.to_html([sample_page()]), folder / "report.html")
    return {
        "graph": save(page.to_html(to_network(store), store=store, report="report.html"), folder / "graph.html"),
        "bare": save(page.to_html(to_network(store)), folder / "bare.html"),
        "hostile": save(page.to_html(to_network(hostile), store=hostile), folder / "hostile.html"),
    }


@pytest.fixture
def read(browser, files):
    def open_(fragment, name="graph", **size):
        browser.open(files[name], fragment, **size)
        browser.wait("document.querySelector('#read').children.length")
        return browser

    return open_


def printed(browser):
    """Return the text of the article as it stands on the page, without the signs of its marks."""
    script = """[...document.querySelectorAll('#read .text p')].map((p) => {
      const copy = p.cloneNode(true); copy.querySelectorAll('.letter').forEach((sign) => sign.remove());
      return copy.textContent; })"""
    return browser.run(script)


def texts(browser, selector):
    return browser.run("[...document.querySelectorAll(arguments[0])].map((e) => e.textContent)", selector)


def test_the_list_names_county_headline_newspaper_date_and_page(read):
    browser = read("#/read")
    line = browser.find("#read .articles li").text
    assert all(part in line for part in ("甲县", "甲县的做法", "样报", "2022-11-01", "A3"))


def test_the_list_is_filtered_by_county_and_the_address_says_so(read):
    browser = read("#/read")
    browser.find("#read-county").send_keys("乙")
    browser.wait("document.querySelectorAll('#read .articles li').length === 1")
    assert texts(browser, "#read .headline") == ["乙区的做法"]
    assert "county=" in browser.driver.current_url


def test_the_button_opens_the_list_and_comes_back_to_it_from_an_article(read):
    browser = read(FIRST_ARTICLE)
    browser.click("#show-read")
    browser.wait("document.querySelectorAll('#read .articles li').length === 2")
    browser.click("#show-network")
    browser.click("#show-read")
    assert browser.run("!document.getElementById('read').hidden")
    assert len(texts(browser, "#read .articles li")) == 2


def test_an_article_stands_as_printed_paragraph_by_paragraph(read):
    browser = read(FIRST_ARTICLE)
    assert printed(browser) == FIRST.split("\n")
    assert browser.text("#read h2") == "甲县的做法"
    assert browser.text("#read .bylines") == "通讯员 某人"
    browser.click("#read .read-nav a:last-child")
    browser.wait("document.querySelector('#read h2').textContent === '乙区的做法'")
    assert printed(browser) == [SECOND]


def test_every_kind_of_fact_is_marked_with_its_sign(read):
    browser = read(FIRST_ARTICLE)
    for cls in ("Alliance", "Mechanism", "Formula", "Programme", "Organisation", "Figure", "Measure"):
        assert browser.run("document.querySelector(`#read .fact.${arguments[0]}`) !== null", cls), cls
        if cls != "Measure":
            sign = f"document.querySelector('#read .fact.{cls} :is(.glyph, .letter)')"
            assert browser.run(f"{sign} !== null"), cls


def test_a_mark_leads_to_its_thing_and_the_article_stays_open(read):
    browser = read(FIRST_ARTICLE)
    browser.click("#read .fact.Alliance a")
    browser.wait("document.querySelector('#panel h2').textContent === '“溪畔”党建联盟'")
    assert browser.run("!document.getElementById('read').hidden")
    assert browser.run("document.querySelectorAll('#read .fact.Alliance.here').length") > 1


def test_a_mark_within_a_mark_is_a_door_of_its_own(read):
    browser = read(FIRST_ARTICLE)
    assert browser.run("document.querySelector('#read .fact.Mechanism > .fact.Formula a') !== null")
    browser.click("#read .fact.Mechanism > .fact.Formula a")
    browser.wait("document.querySelector('#panel h2').textContent === '“两看一评”'")
    browser.driver.back()
    browser.run(
        "[...document.querySelectorAll('#read .fact.Mechanism')].find((f) => f.querySelector('.Formula'))"
        ".querySelector('a.door').click()"
    )
    browser.wait("document.querySelector('#panel h2').textContent === '“两看一评”工作法'")


def test_focus_and_pointer_tell_class_and_name(read):
    browser = read(FIRST_ARTICLE)
    browser.run("document.querySelector('#read .fact.Mechanism a').focus()")
    assert browser.text("#hint") == "机制联席会议制度"
    browser.run(
        "document.querySelector('#read .fact.Programme').dispatchEvent("
        "new PointerEvent('pointerover', { bubbles: true }))"
    )
    assert browser.text("#hint") == "行动“百村提升”工程计划"
    assert browser.find("#read .fact.Figure .door").get_attribute("aria-label") == "数据：走访群众"


def test_tab_goes_from_mark_to_mark(read):
    browser = read(FIRST_ARTICLE)
    browser.run("document.querySelector('#read .fact a.door').focus()")
    browser.type(Keys.TAB)
    assert browser.run("document.activeElement.closest('.fact') !== null")
    assert browser.run("getComputedStyle(document.activeElement).outlineStyle") != "none"


def test_a_class_is_left_unmarked_on_demand(read):
    browser = read(FIRST_ARTICLE)
    background = "getComputedStyle(document.querySelector('#read .fact.Alliance')).backgroundColor"
    assert browser.run(background) != "rgba(0, 0, 0, 0)"
    browser.click("#read .mark-filter button")
    assert browser.run(background) == "rgba(0, 0, 0, 0)"


def test_every_sentence_of_the_panel_opens_the_article_at_that_sentence(read):
    browser = read(FIRST_ARTICLE)
    browser.click("#read .fact.Mechanism a")
    browser.wait("document.querySelector('#panel blockquote') !== null")
    quoted = browser.run("document.querySelector('#panel blockquote .name').parentElement.firstChild.textContent")
    links = browser.driver.find_elements(By.CSS_SELECTOR, "#panel blockquote .in-article")
    assert len(links) == len(texts(browser, "#panel blockquote"))
    links[0].click()
    browser.wait("document.querySelectorAll('#read .sentence').length === 1")
    assert quoted in browser.text("#read .sentence")
    assert browser.text("#read .sentence").startswith("联盟建立联席会议制度")
    assert browser.run("document.activeElement.className") == "sentence"
    assert "at=" in browser.driver.current_url


def test_a_figure_of_the_panel_leads_to_its_sentence(read):
    browser = read(FIRST_ARTICLE)
    browser.click("#read .kicker a")
    browser.wait("document.querySelector('#panel td details') !== null")
    browser.click("#panel td summary")
    browser.click("#panel td .in-article")
    browser.wait("document.querySelectorAll('#read .sentence').length === 1")
    assert "走访群众1200余户" in browser.text("#read .sentence")


def test_an_article_leads_to_what_is_left_over_of_its_page(read):
    browser = read(FIRST_ARTICLE)
    browser.click("#read > .permalink a")
    browser.wait("location.pathname.endsWith('report.html')")
    assert browser.run("document.getElementById(location.hash.slice(1)).textContent.includes('责任编辑')")


def test_a_page_without_articles_says_so_and_offers_no_way_to_them(read):
    browser = read("#/read", "bare")
    assert "未带文章全文" in browser.text("#read")
    browser.click("#show-table")
    browser.run("[...document.querySelectorAll('#table tbody a')][3].click()")
    browser.wait("document.querySelector('#panel h2').textContent !== '从一个县区看起'")
    assert browser.run("document.querySelectorAll('.in-article').length") == 0


def test_an_article_that_does_not_exist_is_said_to_be_missing(read):
    assert "没有这篇文章" in read("#/read/sample.txt/9").text("#read")


def test_the_language_changes_in_the_open_article(read):
    browser = read(FIRST_ARTICLE)
    browser.click("[data-language=en]")
    browser.wait("document.querySelector('#read .back').textContent.includes('All articles')")
    assert printed(browser) == FIRST.split("\n")
    browser.click("[data-language=zh]")


def test_a_hostile_article_is_text(read):
    browser = read("#/read", "hostile")
    browser.click("#read .headline")
    browser.wait("document.querySelector('#read .text') !== null")
    assert "\n".join(printed(browser)) == hostile_page().articles[0].text
    assert browser.text("#read h2") == HOSTILE[1]
    assert set(HOSTILE) <= {
        label.partition("：")[2]
        for label in browser.run(
            "[...document.querySelectorAll('#read .door')].map((door) => door.getAttribute('aria-label'))"
        )
    }
    browser.run("[...document.querySelectorAll('#read .door')].map((door) => door.focus())")
    assert browser.run("window.hit") is None
    assert browser.run("document.querySelectorAll('#read :is(img, script, b b), svg:not(.glyph)').length") == 0
    assert browser.console() == []


def test_an_article_fits_a_telephone(read):
    browser = read(FIRST_ARTICLE, width=360, height=740)
    assert browser.run("document.documentElement.scrollWidth") <= 360
    assert browser.run("document.querySelector('#read').scrollWidth") <= 360
