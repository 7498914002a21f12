"""Asking in a real browser: plain questions are read as meant, and the page answers as SPARQL does."""

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse
from views_browser import Browser, Keys, save
from views_sample import HOSTILE, hostile_page, to_store

from kg.graph.answers import answer, read_answer, to_csv, to_markdown
from kg.graph.counties import AmbiguousCounty, UnknownCounty, find_counties
from kg.graph.questions import WrongValue, ask, questions
from kg.graph.store import open_store
from kg.views import page
from kg.views.network import to_network

TABLE = Path(__file__).parent / "tables" / "plain_questions.tsv"
ASKED = [
    *((question.name, {}) for question in questions()),
    *((question.name, {"county": "梁山"}) for question in questions()),
    *(
        (question.name, {"status": status})
        for question in questions()
        if any(parameter.name == "status" for parameter in question.parameters)
        for status in ("all", "planned", "done")
    ),
    ("alliances", {"name": "产业"}),
    ("alliances", {"name": ""}),
    ("alliances", {"name": "“"}),
    ("alliances", {"name": "没有的名称"}),
    ("articles", {"since": "2022-11-02"}),
    ("articles", {"until": "2022-11-02", "county": "370832"}),
    ("county", {"type": "Formula", "status": "all"} | {"type": "Slogan"}),
    ("county", {"type": "Figure", "county": "济宁经开区"}),
    ("evidence", {"name": "党建联盟"}),
    ("evidence", {"name": "三看两评一鉴定", "county": "邹城"}),
    ("figures", {"unit": "个"}),
    ("figures", {"of": "党", "county": "兖州区"}),
    ("figures", {"unit": "", "of": ""}),
    ("formulas", {"name": "三看"}),
    ("organisations", {"name": "县委"}),
    ("shared-practices", {"minimum": "1"}),
    ("shared-practices", {"minimum": "3"}),
    ("shared-practices", {"minimum": "3", "status": "all"}),
    ("shared-practices", {"minimum": "2", "status": "all", "county": "金乡县"}),
    ("shared-practices", {"practice": "制", "minimum": "1"}),
    ("similar-counties", {"county": "梁山县", "other": "金乡县"}),
    ("similar-counties", {"other": "兖州"}),
    ("timeline", {"since": "2022-11-01", "until": "2022-11-30", "type": "Mechanism"}),
    ("timeline", {"name": "联", "status": "all"}),
]
HOSTILE_VALUES = [*HOSTILE, '" } } ; DROP ALL #', "\\", "\\u0041", "a\nb\tc\rd", "?x", "\x01\x7f", "山\ufeff"]
INTRUDERS = "document.querySelectorAll('#ask img, #ask script, #ask svg:not(.glyph, .chart)').length"


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    browser = Browser(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.driver.quit()


@pytest.fixture(scope="module")
def store(sample_build):
    return open_store(sample_build[0])


@pytest.fixture(scope="module")
def answers(store):
    """What the graph answers to all of ``ASKED``."""
    return [answer(store, name, values) for name, values in ASKED]


@pytest.fixture(scope="module")
def files(store, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages")
    hostile, network = to_store(hostile_page()), to_network(store)
    return {
        "graph": save(page.to_html(network, store=store), folder / "graph.html"),
        "hostile": save(page.to_html(to_network(hostile), title=HOSTILE[1], store=hostile), folder / "hostile.html"),
        "bare": save(page.to_html(network), folder / "bare.html"),
    }


@pytest.fixture
def asking(browser, files):
    browser.open(files["graph"])
    browser.run("localStorage.clear()")
    browser.open(files["graph"], "#/ask")
    browser.wait("document.querySelector('.samples a')")
    return browser


def go(browser, address):
    browser.run("(location.hash = arguments[0], 0)", address)
    browser.wait("document.querySelector('#ask-summary, #ask-lost, #ask .notice, #ask .ask-menu')")


def say(browser, text):
    browser.run("(document.getElementById('ask-text').value = '', document.getElementById('ask-text').focus())")
    browser.type(text, Keys.ENTER)
    browser.wait("document.querySelector('#ask-summary, #ask-lost, #ask .notice')")


def cells(browser, column):
    script = "[...document.querySelectorAll(`table.answer td.column-${arguments[0]}`)].map((cell) => cell.textContent)"
    return browser.run(script, column)


def table():
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            text, name, given, way = (line.split("\t") + ["", ""])[:4]
            values = dict(pair.split("=", 1) for pair in given.split())
            yield text, None if name == "-" else [name, values, way]


def test_plain_questions_are_read_as_meant(asking):
    cases = list(table())
    assert len(cases) > 100
    script = """arguments[0].map((text) => { const reading = understand(text);
      return reading && [reading.question, reading.values, reading.as]; })"""
    read = asking.run(script, [text for text, _ in cases])
    wrong = {text: found for (text, meant), found in zip(cases, read, strict=True) if found != meant}
    assert wrong == {}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_example_of_the_file_is_read_by_its_own_line(asking, language):
    script = """(() => { const names = namesFor('', arguments[0]);
      return grammarOf(arguments[0]).asks.filter(({ example }) => example).map((ask) => {
        const text = ask.example.replace(/\\{(\\w+)\\}/g, (_, slot) => names[slot]);
        return [text, understand(text)?.ask === ask]; }); })()"""
    read = asking.run(script, language)
    assert len(read) > 50
    assert [text for text, own in read if not own] == []


def test_rows_and_coverage_are_those_of_the_query(asking, answers):
    found = asking.run("arguments[0].map(([name, values]) => answerOf(name, values))", ASKED)
    for (name, values), meant, told in zip(ASKED, answers, found, strict=True):
        rows = [[term and term.value for term in row] for row in meant.rows]
        assert told["columns"] == list(meant.variables)
        assert told["rows"] == rows, (name, values)
        coverage = meant.coverage
        if coverage is None:
            assert told["coverage"] is None
            continue
        for part in ("found", "unrealised", "without"):
            counties = [[county.iri, county.county, county.articles] for county in getattr(coverage, part)]
            assert told["coverage"][part] == counties, (name, values, part)
        for part in ("articles", "elsewhere", "narrowed"):
            assert told["coverage"][part] == getattr(coverage, part), (name, values, part)


def test_the_query_shown_gives_the_same_rows(asking, store, answers):
    texts = asking.run("arguments[0].map(([name, values]) => filledQuery(questions.get(name), values))", ASKED)
    for asked, meant, text in zip(ASKED, answers, texts, strict=True):
        assert read_answer(store.query(text)) == meant, asked


def test_values_enter_the_query_as_terms(asking, store):
    asked = [("alliances", {"name": value}) for value in HOSTILE_VALUES]
    texts = asking.run("arguments[0].map(([name, values]) => filledQuery(questions.get(name), values))", asked)
    for (name, values), text in zip(asked, texts, strict=True):
        assert read_answer(store.query(text)) == read_answer(ask(store, name, values)), values


def test_csv_and_markdown_are_those_of_the_command(asking, answers):
    script = """arguments[0].map(([name, values]) => { const found = answerOf(name, values);
      return [answerCsv(found), answerMarkdown(found)]; })"""
    for asked, meant, (csv, markdown) in zip(ASKED, answers, asking.run(script, ASKED), strict=True):
        assert csv == to_csv(meant), asked
        assert to_markdown(meant).startswith(markdown), asked


def test_turtle_says_nothing_that_the_graph_does_not_say(asking, store):
    texts = asking.run("['alliances', 'formulas', 'figures'].map((name) => answerTurtle(answerOf(name)))")
    graph = {quad.triple for quad in store.quads_for_pattern(None, None, None, None)}
    for text in texts:
        said = {quad.triple for quad in parse(text.encode(), RdfFormat.TURTLE)}
        assert len(said) > 20
        assert said <= graph


@pytest.mark.parametrize("text", ["梁山", "370832", "济宁经开区", "梁", "山县", "没有", "", "市", "山"])
def test_a_county_is_found_as_the_command_finds_it(asking, store, text):
    try:
        meant = [node.value for node in find_counties(store, text)]
    except (UnknownCounty, AmbiguousCounty):
        meant = None
    script = "(() => { try { return countyIris(arguments[0]); } catch { return null; } })()"
    assert asking.run(script, text) == meant


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("shared-practices", {"minimum": "两"}),
        ("articles", {"since": "2022年"}),
        ("county", {"type": "Thing"}),
        ("alliances", {"status": "maybe"}),
        ("alliances", {"county": "没有县"}),
    ],
)
def test_a_wrong_value_is_named(asking, store, name, values):
    with pytest.raises((WrongValue, UnknownCounty)):
        ask(store, name, values)
    go(asking, f"#/ask/{name}?{'&'.join(f'{key}={value}' for key, value in values.items())}")
    assert next(iter(values.values())) in asking.text("#ask .notice")


def test_a_plain_question_opens_its_answer_and_says_how_it_was_read(asking):
    say(asking, "谁牵头全域产业党建联盟？")
    assert "哪些县建了党建联盟" in asking.text(".read-as")
    assert "全域产业党建联盟" in asking.text(".read-as")
    assert asking.run("document.getElementById('ask-name').value") == "全域产业党建联盟"
    assert cells(asking, "alliance") == ["全域产业党建联盟"]


def test_the_conditions_can_be_changed(asking):
    say(asking, "梁山县有哪些联盟？")
    assert asking.run("document.getElementById('ask-county').value") == "梁山县"
    asking.run(
        "document.getElementById('ask-county').value = '金乡县',"
        "document.getElementById('ask-county').dispatchEvent(new Event('change'))"
    )
    asking.wait("document.querySelector('table.answer td.column-county')?.textContent === '金乡县'")
    asking.driver.back()
    asking.wait("document.querySelector('table.answer td.column-county')?.textContent === '梁山县'")


def test_what_is_not_understood_is_said_with_what_comes_near(asking):
    say(asking, "梁山县的联盟好不好？")
    assert "没有听懂" in asking.text("#ask-lost")
    near = asking.run("[...document.querySelectorAll('#ask-reading .samples a')].map((a) => a.textContent)")
    assert len(near) == 4
    assert any("梁山县" in text and "联盟" in text for text in near)
    asking.click("#ask-reading .samples a")
    asking.wait("document.getElementById('ask-summary')")


def test_a_county_that_the_graph_does_not_have_is_named(asking):
    say(asking, "东明县有哪些机制？")
    assert "东明县" in asking.text("#ask-lost")
    assert "没有县区" in asking.text("#ask-lost")


def test_an_english_question_in_english(asking):
    asking.click("[data-language=en]")
    say(asking, "What do Liangshan and Jinxiang have in common?")
    assert "Which counties work alike" in asking.text(".read-as")
    assert set(cells(asking, "similar")) == {"金乡县"}


def test_every_question_can_be_opened_from_the_menu_and_shows_rows(asking):
    for question in questions():
        go(asking, "#/ask")
        asking.wait("!document.getElementById('ask-summary') && document.querySelector('#ask .ask-menu')")
        asking.click(f'.ask-menu a[href="#/ask/{question.name}"]')
        asking.wait("document.querySelector('table.answer tbody tr')")
        for way in asking.run("[...document.querySelectorAll('.ways a')].map((a) => a.hash)"):
            if not way.startswith("#/network"):
                go(asking, way)
                asking.wait("document.querySelector('table.answer, svg.chart')")
    assert asking.console() == []


def test_cells_lead_to_things_and_to_the_place_in_the_article(asking):
    go(asking, "#/ask/alliances?county=金乡县")
    asking.wait("document.querySelector('table.answer')")
    links = "[...document.querySelectorAll('table.answer .column-alliance a')]"
    asking.run(f"{links}.find((link) => link.textContent === '第一书记区域化党建联盟').click()")
    asking.wait("document.querySelector('#panel h2').textContent === '第一书记区域化党建联盟'")
    assert asking.find("#ask table.answer").is_displayed()
    asking.click("table.answer .column-article a")
    asking.wait("view === 'read' && location.hash.includes('at=')")


def test_a_long_answer_comes_page_by_page(asking, store):
    total = len(answer(store, "county", {}).rows)
    go(asking, "#/ask/county")
    asking.wait("document.querySelectorAll('table.answer tbody tr').length === 50")
    first = asking.text("table.answer tbody tr")
    asking.click("#ask-next")
    asking.wait("location.hash.includes('page=2')")
    assert f"51–100 行，共 {total} 行" in asking.text(".pager")
    assert asking.text("table.answer tbody tr") != first


def test_a_column_sorts_up_and_down(asking):
    go(asking, "#/ask/figures?unit=个")
    asking.wait("document.querySelector('table.answer')")
    values = """[...document.querySelectorAll('table.answer td[data-name=数值]')]
      .map((cell) => Number(cell.textContent.replace(/\\s/g, '')))"""
    asking.click("#sort-value")
    asking.wait("document.querySelector('th[aria-sort=ascending]')")
    up = asking.run(values)
    assert up == sorted(up)
    asking.click("#sort-value")
    asking.wait("document.querySelector('th[aria-sort=descending]')")
    assert asking.run(values) == sorted(up, reverse=True)


def test_bars_count_the_different_things_of_each_county(asking, store):
    go(asking, "#/ask/mechanisms?as=bars")
    asking.wait("document.querySelector('svg.bars')")
    bars = dict(asking.run("[...document.querySelectorAll('svg.bars title')].map((t) => t.textContent.split(': '))"))
    found = answer(store, "mechanisms", {})
    things = {}
    for row in found.rows:
        cell = dict(zip(found.variables, row, strict=True))
        things.setdefault(cell["county"].value, set()).add(cell["mechanismIri"])
    assert bars == {county: str(len(names)) for county, names in things.items()}


def test_the_timeline_has_a_dot_for_each_day_and_county(asking, store):
    go(asking, "#/ask/mechanisms?as=time")
    asking.wait("document.querySelector('svg.time')")
    dots = asking.run("[...document.querySelectorAll('svg.time .dot')].length")
    found = answer(store, "timeline", {"type": "Mechanism"})
    assert dots == len({(row[0].value, row[1].value) for row in found.rows})


def test_the_picture_shows_the_things_of_the_answer_alone(asking):
    go(asking, "#/ask/alliances")
    asking.wait("document.querySelector('table.answer')")
    asking.click(".ways a[href^='#/network']")
    asking.wait("document.getElementById('limited')")
    shown = asking.run("graph.things.filter((_, id) => isShown(id)).map(({ cls }) => cls)")
    assert set(shown) == {"County", "Alliance"}
    assert len(shown) == asking.run("only.size")
    asking.click("#ask-unlimit")
    asking.wait("only === null && !document.getElementById('limited')")
    asking.driver.back()
    asking.wait("only !== null")
    asking.click("#ask-back")
    asking.wait("view === 'ask' && document.querySelector('table.answer')")
    assert asking.run("only") is None


def test_coverage_is_told_and_who_has_none_is_listed(asking):
    say(asking, "哪些县没有联盟？")
    asking.wait("document.querySelector('.coverage details')")
    assert asking.run("document.querySelector('.coverage details').open")
    assert "11 个县区的 14 篇文章" in asking.text(".coverage")
    assert "邹城市" in asking.text(".coverage .chips")
    assert "不等于没有做" in asking.text(".coverage")


def test_the_query_is_shown_with_its_values_and_can_be_copied(asking):
    go(asking, "#/ask/alliances?name=产业")
    asking.wait("document.querySelector('#ask-sparql')")
    asking.click("#ask-sparql summary")
    assert 'VALUES ?namePart { "产业" }' in asking.text("#ask-sparql code")
    assert asking.find("#ask-sparql .copy").is_displayed()


def test_a_page_without_answers_says_so(browser, files):
    browser.open(files["bare"], "#/ask")
    browser.wait("document.querySelector('#ask .notice')")
    assert "kg serve" in browser.text("#ask .notice")


@pytest.mark.parametrize("width", [1280, 360])
def test_nothing_is_wider_than_the_window(browser, files, width):
    for address in ("#/ask", "#/ask/mechanisms", "#/ask/mechanisms?as=bars", "#/ask/timeline?as=time"):
        browser.open(files["graph"], address, width=width)
        browser.wait("document.querySelector('.ask-menu, table.answer, svg.chart')")
        assert browser.run("document.documentElement.scrollWidth") <= width
        # A date field brings its own drawing, as a data: address.
        assert [url for url in browser.requests() if not url.startswith("data:")] == [files["graph"].as_uri()]


def test_everything_is_reached_by_tab_and_has_a_name(asking):
    go(asking, "#/ask/alliances")
    asking.wait("document.querySelector('table.answer')")
    asking.run("document.getElementById('ask-text').focus()")
    reached = []
    for _ in range(14):
        asking.type(Keys.TAB)
        reached.append(asking.run("document.activeElement.id || document.activeElement.className"))
        assert asking.run("getComputedStyle(document.activeElement).outlineStyle") != "none"
    assert {"ask-go", "ask-question", "ask-county", "ask-name", "ask-status", "sort-county"} <= set(reached)
    nameless = """[...document.querySelectorAll('#ask :is(a, button, input, select, summary)')].filter((e) => !(
      e.getAttribute('aria-label') || e.textContent.trim() || e.labels?.length)).map((e) => e.outerHTML)"""
    assert asking.run(nameless) == []


def test_a_hostile_question_is_text(browser, files):
    browser.open(files["hostile"], "#/ask")
    for text in HOSTILE:
        browser.run("(location.hash = addressOf('ask', [], { said: `${arguments[0]}?` }), 0)", text)
        browser.wait("document.querySelector('#ask-reading')?.childElementCount")
        given = "{ name: arguments[0], said: arguments[0] }"
        browser.run(f"(location.hash = addressOf('ask', ['mechanisms'], {given}), 0)", text)
        browser.wait("document.querySelector('#ask .notice, table.answer')")
        assert browser.run("document.getElementById('ask-name').value") == text
        assert browser.run("window.hit") is None
        assert browser.run(INTRUDERS) == 0


def test_hostile_names_are_text_in_table_charts_and_query(browser, files):
    for address in ("#/ask/mechanisms", "#/ask/mechanisms?as=bars", "#/ask/figures", "#/ask/county?as=bars"):
        browser.open(files["hostile"], address)
        browser.wait("document.querySelector('table.answer, svg.chart')")
        assert browser.run("window.hit") is None
        assert browser.run(INTRUDERS) == 0
        assert browser.console() == []
    browser.open(files["hostile"], "#/ask/mechanisms")
    browser.wait("document.querySelector('table.answer')")
    assert set(HOSTILE) <= set(cells(browser, "mechanism"))
