"""Finding in a real browser: by characters, sound, initials, and in spite of slips."""

from dataclasses import replace

import pytest
from views_browser import Browser, Keys, save
from views_sample import HOSTILE, article, entity, hostile_page, sample_page, to_store

from kg.model import Page
from kg.serving.finding import to_finder
from kg.views import page
from kg.views.network import to_network
from kg.views.overview import read_catalogue

COUNTIES = (
    ("梁山县", "990201"),
    ("长治市", "990202"),
    ("六安市", "990203"),
    ("重庆市", "990204"),
    ("吕梁市", "990205"),
)
NAMES = ("“三张清单”", "长效机制", "网格长制度", "双向报到制度", "积分管理办法")


def places_page():
    """Return a page of counties whose names have characters of several readings, one mechanism each."""
    articles = []
    for number, ((county, code), name) in enumerate(zip(COUNTIES, NAMES), 1):
        text = f"{county}推行{name}。"
        read = article(number, text, county, code, entities=(entity(text, "Mechanism", name),))
        articles.append(replace(read, page="places.txt", source=replace(read.source, file="places.txt")))
    text = "".join(found.text for found in articles)
    return Page(file="places.txt", sha256="2" * 64, text=text, articles=tuple(articles))


@pytest.fixture(scope="module")
def store():
    return to_store(sample_page(), places_page())


@pytest.fixture(scope="module")
def browser(tmp_path_factory, store):
    folder = tmp_path_factory.mktemp("pages")
    file = save(page.to_html(to_network(store)), folder / "graph.html")
    browser = Browser(folder / "profile")
    browser.open(file)
    browser.wait("performance.getEntriesByName('drawn').length")
    yield browser
    assert browser.console() == []
    browser.driver.quit()


@pytest.fixture(scope="module", params=["file", "server"])
def find(request, store):
    """The search of a page, and that of the server behind the page of a large graph: what is found for a text."""
    if request.param == "file":
        browser = request.getfixturevalue("browser")
        return lambda text: browser.run("find(arguments[0]).found.map((row) => row.label)", text)
    finder = to_finder(read_catalogue(store))
    return lambda text: [finder.things[thing][2] for thing in finder.find(text)]


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("梁山", "梁山县"),
        ("liangshan", "梁山县"),
        ("LiangShan", "梁山县"),
        ("liang shan", "梁山县"),
        ("liangs", "梁山县"),
        ("lshan", "梁山县"),
        ("ls", "梁山县"),
        ("chongqing", "重庆市"),
        ("changzhi", "长治市"),
        ("luan", "六安市"),
        ("lvliang", "吕梁市"),
        ("lüliang", "吕梁市"),
        ("changxiao", "长效机制"),
        ("wanggezhang", "网格长制度"),
        ("三张清单", "“三张清单”"),
        ("szqd", "“三张清单”"),
        ("党建lianmeng", "“溪畔”党建联盟"),
        ("溪畔dangjian", "“溪畔”党建联盟"),
        ("joint meeting", "联席会议"),
    ],
)
def test_a_name_is_found_by_characters_by_sound_and_by_initials(find, text, label):
    assert find(text)[0] == label


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("liangsahn", "梁山县"),
        ("liagnshan", "梁山县"),
        ("liangshang", "梁山县"),
        ("changxiaojizi", "长效机制"),
        ("三张单", "“三张清单”"),
        ("三大张清单", "“三张清单”"),
        ("双向报道", "双向报到制度"),
        ("积份管里办法", "积分管理办法"),
        ("梁善", "梁山县"),
        ("join meetin", "联席会议"),
        ("lianshgan", "梁山县"),
        ("三章清单", "“三张清单”"),
        ("梁汕县", "梁山县"),
    ],
)
def test_a_slip_of_typing_is_forgiven(find, text, label):
    assert label in find(text)[:5]


@pytest.mark.parametrize("text", ["zzqx", "完全没有的名字", "。。", "(", "\\", "\u202e"])
def test_what_nothing_is_called_is_not_found(find, text):
    assert find(text) == []


def test_english_is_not_sought_within_words(find):
    assert "联席会议" in find("meeting")
    assert "联席会议" not in find("eti")


def test_one_slip_is_forgiven_in_a_short_name_and_two_in_a_long_one(browser):
    script = "[nearly('积粉管', prepared('积分管理办法')), nearly('记粉管', prepared('积分管理办法')),"
    script += " nearly('记粉管理办法', prepared('积分管理办法'))].map(Boolean)"
    assert browser.run(script) == [True, False, True]


def test_what_is_exact_stands_before_what_is_near(browser):
    assert not browser.run("find('梁山').nearly")
    assert browser.run("find('liangsahn').nearly")


def test_what_is_near_says_that_it_is(browser):
    browser.run("document.getElementById('search').focus()")
    browser.type("liangsahn")
    assert "相近" in browser.text("#status")
    browser.type(Keys.ESCAPE)
    browser.run("(searchBox.value = '', drawResults())")


def test_words_join_a_county_and_what_it_has(find):
    assert find("甲县 联盟")[0] == "“溪畔”党建联盟"
    assert find("ls 清单") == ["“三张清单”"]
    assert find("乙区 联盟") == []


def test_a_class_brings_all_its_things(find):
    assert set(find("机制")) >= set(NAMES)


def test_a_county_brings_what_it_has(find):
    found = find("梁山县")
    assert found[0] == "梁山县"
    assert "“三张清单”" in found


@pytest.mark.parametrize(
    ("text", "mark"), [("sz", "三张"), ("张清", "张清"), ("zhangq", "张清"), ("三章清单", "三张清单")]
)
def test_the_part_that_answers_is_marked(browser, text, mark):
    marks = browser.run(
        """(searchBox.focus(), searchBox.value = arguments[0], drawResults().then(() => (
      [...document.querySelectorAll('#results .option')].find((row) => row.textContent.includes('三张清单'))
        .querySelector('mark').textContent)))""",
        text,
    )
    assert marks == mark
    browser.run("(searchBox.value = '', drawResults())")


def test_another_name_is_shown_when_it_was_the_one_found(browser):
    browser.run("(searchBox.focus(), searchBox.value = 'joint meeting', drawResults())")
    assert browser.text("#results .also").startswith("又称")
    assert browser.text("#results .also mark").lower() == "joint meeting"
    browser.run("(searchBox.value = '', drawResults())")


def test_the_nearest_part_of_a_text_is_that_of_the_full_table(browser):
    """The cells left out never matter: the distance equals the one worked out without short cuts."""
    script = """(() => {
      const plain = (a, b) => {
        let best = a.length; const rows = [[...Array(a.length + 1).keys()]];
        for (let j = 1; j <= b.length; j += 1) {
          rows[j] = [0];
          for (let i = 1; i <= a.length; i += 1) {
            const wrong = a[i - 1] === b[j - 1] ? 0 : 1;
            let cell = Math.min(rows[j - 1][i - 1] + wrong, rows[j - 1][i] + 1, rows[j][i - 1] + 1);
            const isExchanged = i > 1 && j > 1 && a[i - 2] === b[j - 1] && a[i - 1] === b[j - 2];
            if (isExchanged) cell = Math.min(cell, rows[j - 2][i - 2] + 1);
            rows[j][i] = cell;
          }
          best = Math.min(best, rows[j][a.length]);
        }
        return best;
      };
      let seed = 7; const next = (n) => { seed = (seed * 1103515245 + 12345) % 2147483648; return seed % n; };
      const text = (n) => Array.from({ length: n }, () => 'abc'[next(3)]).join('');
      const wrong = [];
      for (let round = 0; round < 4000; round += 1) {
        const [a, b, slips] = [text(4 + next(6)), text(next(14)), 1 + next(2)];
        const [found, least] = [nearest(a, b, slips), plain(a, b)];
        if ((found ? found.slips : null) !== (least <= slips ? least : null)) wrong.push([a, b, slips, found, least]);
      }
      return wrong; })()"""
    assert browser.run(script) == []


def test_a_class_that_is_asked_for_stands_first_however_it_is_spelled(browser):
    for text in ("机制", "jizhi"):
        assert browser.run("groupsOf(find(arguments[0]).found, arguments[0])[0]", text) == "Mechanism"


def test_hostile_names_are_found_and_marked_as_text(tmp_path):
    file = save(page.to_html(to_network(to_store(hostile_page()))), tmp_path / "hostile.html")
    browser = Browser(tmp_path / "profile")
    browser.open(file)
    for name in HOSTILE:
        browser.run("(searchBox.focus(), searchBox.value = arguments[0], drawResults())", name)
        assert name in browser.run("[...document.querySelectorAll('#results .name')].map((e) => e.textContent)")
    assert browser.run("window.hit") is None
    assert browser.run("document.querySelectorAll('img, svg:not(.glyph), b b').length") == 0
    assert browser.console() == []
    browser.driver.quit()
