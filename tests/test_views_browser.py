"""The pages in a real browser: they draw, answer, stay closed, and can be used without a mouse."""

import re

import pytest
from views_browser import Browser, By, Keys, webdriver
from views_sample import HOSTILE, hostile_page, sample_page, to_store

from kg.views import page, report
from kg.views.network import to_network


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    browser = Browser(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.driver.quit()


@pytest.fixture(autouse=True)
def forgetful(browser, files):
    """Each test starts with nothing remembered."""
    browser.open(files["graph"])
    browser.run("localStorage.clear()")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    made = {
        "graph": page.to_html(to_network(to_store(sample_page()))),
        "empty": page.to_html(to_network(to_store())),
        "report": report.to_html([sample_page()]),
        "hostile-graph": page.to_html(to_network(to_store(hostile_page())), title=HOSTILE[1]),
        "hostile-report": report.to_html([hostile_page()], {HOSTILE[0]: 1}, [(HOSTILE[1], HOSTILE[2])], HOSTILE[1]),
    }
    for name, html in made.items():
        (folder / f"{name}.html").write_text(html, encoding="utf-8", newline="\n")
    return {name: folder / f"{name}.html" for name in made}


@pytest.fixture
def graph(browser, files):
    browser.open(files["graph"])
    browser.wait("performance.getEntriesByName('drawn').length")
    return browser


def search(browser, text, *keys):
    browser.run("document.getElementById('search').focus()")
    browser.type(text, *keys)


def label_of_choice(browser):
    return browser.text("#panel h2")


@pytest.mark.parametrize("name", ["graph", "report", "empty", "hostile-graph", "hostile-report"])
@pytest.mark.parametrize("width", [1400, 360])
def test_a_page_opens_without_a_request_or_a_word_on_the_console(browser, files, name, width):
    browser.open(files[name], width=width)
    browser.wait("document.readyState === 'complete'")
    assert browser.requests() == [files[name].as_uri()]
    assert browser.console() == []
    assert browser.run("document.documentElement.scrollWidth") <= width


def test_the_canvas_is_not_empty(graph):
    painted = "(() => { const c = document.querySelector('canvas'); const d = c.getContext('2d')"
    painted += ".getImageData(0, 0, c.width, c.height).data; return d.some((value) => value); })()"
    assert graph.run(painted)


def test_the_whole_network_is_in_view_at_first(graph):
    script = """graph.nodes.filter(({ id }) => isShown(id)).every(({ x, y }) => {
      const at = network.canvasToDOM({ x, y }); const box = document.getElementById('canvas').getBoundingClientRect();
      return at.x >= 0 && at.y >= 0 && at.x <= box.width && at.y <= box.height; })"""
    assert graph.run(script)


def test_search_finds_by_alias_and_enter_opens_the_thing(graph):
    search(graph, "联盟", Keys.ENTER)
    assert label_of_choice(graph) == "“溪畔”党建联盟"
    assert "县委组织部" in graph.text("#panel dl")


def test_search_ignores_quotation_marks_and_groups_by_class(graph):
    search(graph, "溪畔")
    options = graph.run("[...document.querySelectorAll('#results .option > .name')].map((n) => n.textContent)")
    assert options == ["“溪畔”党建联盟", "“溪畔”驿站"]
    assert graph.run("[...document.querySelectorAll('.group-title')].map((n) => n.textContent)") == ["联盟", "平台"]


def test_search_says_when_nothing_is_found(graph):
    search(graph, "不存在的")
    assert "不存在的" in graph.text("#status")


def test_arrow_keys_walk_the_results(graph):
    search(graph, "溪畔", Keys.ARROW_DOWN, Keys.ENTER)
    assert label_of_choice(graph) == "“溪畔”驿站"


def test_the_panel_quotes_the_sentence_with_the_name_set_off(graph):
    search(graph, "联席会议制度", Keys.ENTER)
    assert "联盟建立联席会议制度" in graph.text("#panel blockquote")
    assert graph.text("#panel blockquote mark") == "联席会议制度"
    assert "样报" in graph.text("#panel blockquote footer")


def test_a_practice_quotes_the_sentences_of_its_cases(graph):
    search(graph, "联席会议", Keys.ENTER)
    marks = graph.run("[...document.querySelectorAll('#panel blockquote mark')].map((mark) => mark.textContent)")
    assert graph.text("#panel .panel-head").startswith("通行做法")
    assert "联席会议制度" in marks


def test_search_for_a_class_lists_that_class_first(graph):
    classes = graph.run("groupsOf(graph.things, '机制')")
    assert classes[0] == "Mechanism"


def test_a_county_lists_what_it_has_before_its_figures(graph):
    search(graph, "甲县", Keys.ENTER)
    titles = graph.run("[...document.querySelectorAll('#panel h3')].map((title) => title.textContent)")
    assert titles[0].startswith("建有联盟")
    assert titles[-1] == "数据"


def test_a_formula_is_spelled_out_part_by_part(graph):
    search(graph, "两看一评", Keys.ENTER)
    parts = graph.run("[...document.querySelectorAll('.part')].map((part) => part.innerText.split(/\\s+/))")
    assert parts == [["两看", "账本", "现场"], ["一评", "群众评"]]


def test_a_county_shows_its_figures_as_a_table(graph):
    search(graph, "甲县", Keys.ENTER)
    row = graph.run(
        "[...document.querySelectorAll('#panel tbody td')].map((cell) => cell.querySelector('summary')"
        " ? cell.querySelector('summary').textContent : cell.textContent)"
    )
    assert row == ["走访群众", "约 1\u2009200\u00a0户"]


def test_what_is_only_planned_says_so(graph):
    search(graph, "百村提升", Keys.ENTER)
    assert graph.text("#panel .status") == "计划"


def test_links_in_the_panel_lead_on(graph):
    search(graph, "联席会议", Keys.ENTER)
    links = graph.driver.find_elements(By.CSS_SELECTOR, "#panel .chips a")
    next(link for link in links if link.text == "乙区").click()
    graph.wait("document.querySelector('#panel h2').textContent === '乙区'")


def test_an_address_opens_its_thing_and_back_returns(graph):
    search(graph, "“溪畔”驿站", Keys.ENTER)
    address = graph.driver.current_url
    graph.driver.get("about:blank")
    graph.driver.get(address)
    assert label_of_choice(graph) == "“溪畔”驿站"
    graph.click("#panel .close")
    graph.wait("document.querySelector('#panel h2').textContent === '从一个县区看起'")
    graph.driver.back()
    graph.wait("document.querySelector('#panel h2').textContent === '“溪畔”驿站'")


def test_a_click_on_a_dot_chooses_it(graph):
    script = """(() => { const { x, y } = graph.nodes[0]; const at = network.canvasToDOM({ x, y });
      const box = document.getElementById('canvas').getBoundingClientRect();
      return [at.x + box.x, at.y + box.y]; })()"""
    x, y = map(round, graph.run(script))
    webdriver.ActionChains(graph.driver).move_by_offset(x, y).click().perform()
    graph.wait("document.querySelector('#panel h2').textContent === '甲县'")


def test_the_legend_hides_and_shows_a_class(graph):
    before = graph.run("visibleNodes.length")
    graph.click("#legend [data-cls=Mechanism]")
    assert graph.run("visibleNodes.length") == before - 3
    assert graph.find("#legend [data-cls=Mechanism]").get_attribute("aria-pressed") == "false"
    graph.click("#legend [data-cls=Mechanism]")
    assert graph.run("visibleNodes.length") == before


def test_organisations_wait_until_they_are_asked_for(graph):
    assert graph.find("#legend [data-cls=Organisation]").get_attribute("aria-pressed") == "false"
    search(graph, "县委组织部", Keys.ENTER)
    assert graph.find("#legend [data-cls=Organisation]").get_attribute("aria-pressed") == "true"


def test_the_table_says_what_the_network_says(graph):
    graph.click("#show-table")
    rows = graph.run("[...document.querySelectorAll('#table tbody tr td:first-child .name')].map((n) => n.textContent)")
    assert rows == graph.run("visibleNodes.get().map((node) => graph.things[node.id].label)")
    graph.click("#table tbody a")
    assert label_of_choice(graph) == "甲县"


@pytest.mark.parametrize("name", ["graph", "report"])
def test_language_switches_and_is_remembered(browser, files, name):
    browser.open(files[name])
    browser.click("[data-language=en]")
    browser.open(files[name])
    assert browser.run("document.documentElement.lang") == "en"
    texts = browser.run("[...document.querySelectorAll('[data-word]')].map((e) => e.textContent)")
    assert texts
    assert not re.search("[\u4e00-\u9fff]", "".join(texts))


def test_practices_have_english_names(graph):
    graph.click("[data-language=en]")
    search(graph, "joint meeting", Keys.ENTER)
    assert label_of_choice(graph).lower().startswith("joint meeting")
    assert "1 county" not in graph.text("h1")
    assert "2 counties" in graph.text("h1")


@pytest.mark.parametrize("name", ["graph", "report"])
def test_dark_display_is_remembered(browser, files, name):
    browser.open(files[name])
    light = browser.run("getComputedStyle(document.body).backgroundColor")
    browser.click("#theme")
    browser.open(files[name])
    assert browser.run("getComputedStyle(document.body).backgroundColor") != light
    assert browser.find("#theme").get_attribute("aria-pressed") == "true"


def test_tab_reaches_every_control_and_shows_where_it_is(graph):
    reached = []
    for _ in range(40):
        graph.type(Keys.TAB)
        reached.append(graph.run("document.activeElement.id || document.activeElement.dataset.cls || ''"))
        if reached[-1]:
            assert graph.run("getComputedStyle(document.activeElement).outlineStyle") != "none"
    expected = {"search", "show-network", "show-table", "theme", "County", "legend-all", "canvas", "zoom-all"}
    assert expected <= set(reached)


def test_every_control_has_a_name(graph):
    script = """[...document.querySelectorAll('button, input, [tabindex="0"]')].filter((e) => !(
      e.getAttribute('aria-label') || e.textContent.trim())).map((e) => e.outerHTML)"""
    assert graph.run(script) == []


def test_arrow_keys_and_plus_move_the_picture(graph):
    graph.run("document.getElementById('canvas').focus()")
    scale, x = graph.run("[network.getScale(), network.getViewPosition().x]")
    graph.type("+")
    graph.type(Keys.ARROW_RIGHT)
    assert graph.run("network.getScale()") > scale
    assert graph.run("network.getViewPosition().x") > x


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_a_hostile_name_is_text_in_panel_table_and_search(browser, files, number):
    name = HOSTILE[number]
    fragment = "graph.things.find((thing) => thing.label === arguments[0] && thing.cls === 'Mechanism').fragment"
    browser.open(files["hostile-graph"])
    browser.run(f"location.hash = encodeURIComponent({fragment})", name)
    browser.wait("document.querySelector('#panel h2').textContent !== '从一个县区看起'")
    assert label_of_choice(browser) == name
    assert name in browser.run("[...document.querySelectorAll('#panel mark')].map((e) => e.textContent)")
    browser.click("#show-table")
    assert name in browser.run("[...document.querySelectorAll('#table tbody .name')].map((e) => e.textContent)")
    browser.run("(searchBox.value = arguments[0], drawResults())", name)
    assert name in browser.run("[...document.querySelectorAll('#results .name')].map((e) => e.textContent)")
    assert browser.run("window.hit") is None
    assert browser.run("document.querySelectorAll('img, svg:not(.glyph), b b, h2 b').length") == 0
    assert browser.console() == []


@pytest.mark.parametrize("name", ["hostile-graph", "hostile-report"])
def test_hostile_titles_headlines_and_files_run_nothing(browser, files, name):
    browser.open(files[name])
    browser.click("[data-language=en]")
    assert browser.run("window.hit") is None
    assert HOSTILE[1] in browser.run("[...document.querySelectorAll('.name')].map((e) => e.textContent)")


def test_the_report_marks_facts_in_place_and_hides_a_class_on_demand(browser, files):
    browser.open(files["report"])
    border = "getComputedStyle(document.querySelector('.text mark.Alliance')).borderBottomColor"
    assert browser.text(".text mark.Alliance") == "“溪畔”党建联盟"
    assert browser.run(border) != "rgba(0, 0, 0, 0)"
    browser.click("#mark-Alliance")
    assert browser.run(border) == "rgba(0, 0, 0, 0)"
