"""Comparing in a real browser: counties side by side, those most alike, and the matrix over all."""

from dataclasses import replace

import pytest
from views_browser import Browser, By, Keys, save
from views_sample import HOSTILE, article, entity, hostile_page, sample_page, stretch, to_store

from kg.graph.questions import ask
from kg.model import Figure, Page
from kg.views import page
from kg.views.network import to_network

BOTH = "#/compare?counties=990101,990102"
MATRIX = "#/compare/matrix"


def more_page():
    """Return a page of three counties more: two alike, with figures that can and cannot be set side by side."""
    articles = []
    for number, (county, code, count) in enumerate(
        (("戊县", "990103", 800), ("己县", "990104", 90), ("庚县", "", 7)), 1
    ):
        text = f"{county}建立联席会议制度，推行积分制，走访群众{count}户，培训{count}人次。"
        entities = (
            entity(text, "Mechanism", "联席会议制度", practice="joint-meeting"),
            entity(text, "Mechanism", "积分制", practice="points-system"),
        )
        figures = tuple(
            Figure(value=count, unit=unit, of=of, approx=False, text=wording, **stretch(text, wording))
            for unit, of, wording in (
                ("户", "走访群众", f"走访群众{count}户"),
                ("人次", f"{county}培训", f"培训{count}人次"),
            )
        )
        read = article(number, text, county, code, entities=entities[: 3 - number] or entities[:1], figures=figures)
        articles.append(replace(read, page="more.txt", source=replace(read.source, file="more.txt")))
    text = "".join(found.text for found in articles)
    return Page(file="more.txt", sha256="3" * 64, text=text, articles=tuple(articles))


@pytest.fixture(scope="module")
def store():
    return to_store(sample_page(), more_page())


@pytest.fixture(scope="module")
def files(store, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    hostile = to_store(hostile_page())
    return {
        "graph": save(page.to_html(to_network(store), store=store), folder / "graph.html"),
        "bare": save(page.to_html(to_network(store)), folder / "bare.html"),
        "hostile": save(page.to_html(to_network(hostile), store=hostile), folder / "hostile.html"),
    }


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    browser = Browser(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.driver.quit()


@pytest.fixture
def compare(browser, files):
    def open_(fragment, name="graph", **size):
        browser.open(files[name], fragment, **size)
        browser.wait("document.querySelector('#compare').children.length")
        return browser

    yield open_
    assert browser.console() == []
    browser.run("localStorage.clear()")


def texts(browser, selector):
    return browser.run("[...document.querySelectorAll(arguments[0])].map((e) => e.textContent)", selector)


def rows(browser, group):
    """Return row by row what stands in the group of the table, the folded sentences left out."""
    script = """(() => { const copy = document.querySelector('.side').cloneNode(true);
      copy.querySelectorAll('blockquote, .case-open, .visually-hidden').forEach((e) => e.remove());
      const body = [...copy.tBodies].find((b) => b.rows[0].textContent.startsWith(arguments[0]));
      return body ? [...body.rows].slice(1).map((row) => [...row.cells].map((cell) => cell.textContent)) : []; })"""
    return browser.run(f"{script}(arguments[0])", group)


def test_two_counties_stand_side_by_side_with_what_they_share(compare):
    browser = compare(BOTH)
    assert texts(browser, ".side thead .name")[::2] == ["甲县", "乙区"]
    assert rows(browser, "两家共有的做法") == [["联席会议", "联席会议制度", "党建联席会机制"]]
    assert ["基层治理", "1 篇", "1 篇"] in rows(browser, "主题")


def test_what_one_county_has_alone_stands_apart(compare):
    alone = rows(compare(BOTH), "一家独有的做法")
    assert all(("–" in row) and row[0] != "联席会议" for row in alone)


def test_articles_and_initiatives_are_counted(compare):
    overview = {row[0]: row[1:] for row in rows(compare(BOTH), "概况")}
    assert overview["文章"] == ["1", "1"]
    assert overview["联盟"] == ["1", "–"]


def test_a_cell_opens_the_sentence_with_the_countys_own_wording(compare):
    browser = compare(BOTH)
    browser.click(".of-all details summary")
    assert browser.text(".of-all details[open] mark") == "联席会议制度"
    assert "联盟建立联席会议制度" in browser.text(".of-all details[open] blockquote")
    assert browser.text(".of-all details[open] footer") == "《甲县的做法》 · 样报 · 2022-11-01 · A3"


def test_what_is_only_planned_says_so(compare):
    other = "".join("".join(row) for row in rows(compare(BOTH), "其他举措") + rows(compare(BOTH), "一家独有"))
    assert "“百村提升”工程计划" in other


def test_figures_of_one_unit_and_object_stand_in_one_row(compare):
    browser = compare("#/compare?counties=990101,990103,990104")
    assert rows(browser, "可以对照的数据") == [["走访群众", "约 1\u2009200\u00a0户", "800\u00a0户", "90\u00a0户"]]
    single = "".join(rows(browser, "其余数据")[0])
    assert "800\u00a0人次" in single


@pytest.mark.parametrize("size", [3, 4])
def test_up_to_four_counties_are_compared(compare, size):
    codes = ["990101", "990102", "990103", "990104", "庚县"]
    browser = compare(f"#/compare?counties={','.join(codes[:size])}")
    assert len(texts(browser, ".side thead th")) == size + 1
    assert texts(browser, ".of-all th .name") == ["联席会议"]
    browser = compare(f"#/compare?counties={','.join(codes)}")
    assert len(texts(browser, ".side thead th")) == 5
    assert browser.run("document.getElementById('compare-add')") is None


def test_a_county_without_a_code_has_an_address(compare):
    browser = compare("#/compare?counties=990103,%E5%BA%9A%E5%8E%BF")
    assert texts(browser, ".chosen .name") == ["戊县", "庚县"]


def test_a_county_that_is_not_in_the_graph_is_named(compare):
    browser = compare("#/compare?counties=990101,123456")
    assert "123456" in browser.text(".compare-missing")
    assert texts(browser, ".chosen .name") == ["甲县"]


def test_counties_are_chosen_by_search_and_given_up_by_their_chip(compare):
    browser = compare("#/compare")
    browser.click("#compare-add")
    browser.type("jiaxian", Keys.ENTER)
    browser.wait("document.querySelectorAll('.chosen li').length === 1")
    assert browser.run("document.activeElement.id") == "compare-add"
    browser.type("yi", Keys.ENTER)
    browser.wait("document.querySelectorAll('.chosen li').length === 2")
    assert browser.driver.current_url.endswith("counties=990101%2C990102")
    browser.click(".chosen button")
    browser.wait("document.querySelectorAll('.chosen li').length === 1")
    assert texts(browser, ".chosen .name") == ["乙区"]


def test_one_county_lists_those_most_like_it_as_the_question_does(compare, store):
    browser = compare("#/compare?counties=990101")
    asked = list(dict.fromkeys(row["similar"].value for row in ask(store, "similar-counties", {"county": "甲县"})))
    assert texts(browser, ".similar-name .name") == asked
    assert texts(browser, ".similar > li:first-child .chips .name") == ["联席会议", "基层治理"]


def test_the_most_similar_lead_into_the_comparison(compare):
    browser = compare("#/compare?counties=990101")
    browser.click(".similar-name")
    browser.wait("document.querySelector('.side')")
    assert texts(browser, ".chosen .name") == ["甲县", "乙区"]


def test_a_countys_panel_leads_to_the_comparison_and_joins_one_that_is_open(compare):
    browser = compare("#/compare")
    browser.run("goTo(graph.things.findIndex((thing) => thing.label === '甲县'))")
    browser.wait("document.querySelector('#panel .compare-button')")
    browser.click("#panel .compare-button")
    browser.wait("document.querySelector('.similar')")
    browser.run("goTo(graph.things.findIndex((thing) => thing.label === '乙区'))")
    browser.wait("document.querySelector('#panel .compare-button')?.textContent === '加入比较'")
    browser.click("#panel .compare-button")
    browser.wait("document.querySelector('.side')")
    assert texts(browser, ".chosen .name") == ["甲县", "乙区"]


def test_the_matrix_has_a_row_a_county_and_the_most_widespread_practice_first(compare):
    browser = compare(MATRIX)
    assert sorted(texts(browser, ".matrix tbody th .name")) == sorted(["甲县", "乙区", "戊县", "己县", "庚县"])
    assert texts(browser, ".matrix thead th .name")[0] == "联席会议"
    assert texts(browser, ".matrix thead th small")[0] == "5"
    assert browser.run("document.querySelectorAll('.matrix thead th[scope=col]').length") > 1
    assert browser.run("document.querySelectorAll('.matrix tbody th[scope=row]').length") == 5


def test_a_cell_of_the_matrix_tells_the_countys_own_wording_and_sentence(compare):
    browser = compare(MATRIX)
    browser.run("""[...document.querySelectorAll('.matrix td button')]
      .find((cell) => cell.getAttribute('aria-label').startsWith('乙区')).click()""")
    browser.wait("document.querySelector('#panel .cell-case')")
    assert browser.text("#panel h2") == "乙区"
    assert browser.text("#panel mark") == "党建联席会机制"


def test_arrow_keys_walk_the_filled_cells_and_one_of_them_takes_the_tab_key(compare):
    browser = compare(MATRIX)
    assert len(browser.driver.find_elements(By.CSS_SELECTOR, '.matrix td button[tabindex="0"]')) == 1
    browser.run("document.querySelector('.matrix td button').focus()")
    first = browser.run("document.activeElement.getAttribute('aria-label')")
    browser.type(Keys.ARROW_DOWN)
    second = browser.run("document.activeElement.getAttribute('aria-label')")
    assert first != second
    assert browser.run("document.activeElement.tabIndex") == 0
    browser.type(Keys.ENTER)
    browser.wait("document.querySelector('#panel .cell-case')")


def test_heads_stay_in_view_and_small_cells_keep_their_names(compare):
    browser = compare(MATRIX)
    browser.click(".matrix-tools button")
    browser.wait("document.querySelector('.matrix.small')")
    sticky = "getComputedStyle(document.querySelector(arguments[0])).position"
    assert browser.run(sticky, ".matrix thead th") == browser.run(sticky, ".matrix tbody th") == "sticky"
    width = browser.run("document.querySelector('.matrix td button').getBoundingClientRect().width")
    assert width < 16
    assert browser.run("[...document.querySelectorAll('.matrix td button')].every((b) => b.getAttribute('aria-label'))")


def test_counties_picked_in_the_matrix_are_compared(compare):
    browser = compare(MATRIX)
    for box in browser.driver.find_elements(By.CSS_SELECTOR, ".matrix tbody th input")[:2]:
        box.click()
    browser.click("#matrix-picked")
    browser.wait("document.querySelector('.side')")
    assert len(texts(browser, ".chosen li")) == 2


def test_the_view_speaks_both_languages(compare):
    browser = compare(BOTH)
    browser.click("[data-language=en]")
    browser.wait("document.querySelector('.compare-head h2').textContent === 'Compare counties'")
    assert "Practices of both" in browser.text(".side")
    assert browser.text(".of-all th .name").startswith("joint meeting")


@pytest.mark.parametrize("fragment", ["#/compare", "#/compare?counties=990101", BOTH, MATRIX])
def test_the_view_makes_no_request_and_fits_a_narrow_screen(compare, files, fragment):
    browser = compare(fragment, width=360, height=740)
    assert browser.requests() == [files["graph"].as_uri()]
    assert browser.run("document.documentElement.scrollWidth") <= 360


def test_a_page_made_without_the_store_says_that_it_cannot_compare(compare):
    assert "没有带上" in compare("#/compare", name="bare").text("#compare")


def test_every_control_has_a_name(compare):
    script = """[...document.querySelectorAll('#compare button, #compare input, #compare a, #compare [tabindex="0"]')]
      .filter((e) => !(e.getAttribute('aria-label') || e.textContent.trim())).map((e) => e.outerHTML)"""
    for fragment in ("#/compare", BOTH, MATRIX):
        assert compare(fragment).run(script) == []


@pytest.mark.parametrize("fragment", ["#/compare", "#/compare?counties=990101", MATRIX])
def test_hostile_names_are_text(compare, fragment):
    browser = compare(fragment, name="hostile")
    browser.click("[data-language=en]")
    assert browser.run("window.hit") is None
    assert browser.run("document.querySelectorAll('#compare img, #compare svg:not(.glyph), #compare b b').length") == 0
    assert HOSTILE[0] in browser.text("#compare") + browser.text("#panel")


def test_hostile_addresses_are_text(compare):
    browser = compare("#/compare?counties=%3Cimg%20src%3Dx%20onerror%3Dwindow.hit%3D1%3E")
    assert "<img src=x onerror=window.hit=1>" in browser.text(".compare-missing")
    assert browser.run("window.hit") is None
