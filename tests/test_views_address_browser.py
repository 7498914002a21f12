"""Addresses: each view and each thing has one, and what is put away gives the view its own back."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from views_browser import Browser, Keys, save
from views_sample import sample_page, to_store

from kg.views import page
from kg.views.network import to_network

COUNTY = "#" + quote("county/990101/甲县", safe="")


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    found = Browser(tmp_path_factory.mktemp("profile"))
    yield found
    assert found.console() == []
    found.driver.quit()


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    store = to_store(sample_page())
    return save(page.to_html(to_network(store), store=store), tmp_path_factory.mktemp("pages") / "graph.html")


@pytest.fixture
def opened(browser, file):
    def open_at(address):
        browser.open(file, address)
        browser.wait("performance.getEntriesByName('drawn').length || document.getElementById('canvas').hidden")
        return browser

    return open_at


def test_escape_puts_the_chosen_thing_away_and_the_view_has_its_address_again(opened):
    browser = opened("#/ask/alliances")
    browser.wait("document.querySelector('#ask tbody tr')")
    browser.click("#ask tbody .row-link")
    browser.wait("document.querySelector('#panel .panel-head')")
    browser.type(Keys.ESCAPE)
    browser.wait("!document.querySelector('#panel .panel-head')")
    assert browser.run("location.hash") == "#/ask/alliances"
    assert browser.run("document.querySelectorAll('#ask tbody tr').length") > 0


def test_escape_without_a_chosen_thing_changes_nothing(opened):
    browser = opened("#/ask/alliances")
    browser.wait("document.querySelector('#ask tbody tr')")
    browser.run("document.querySelector('#ask .way').focus()")
    browser.type(Keys.ESCAPE)
    assert browser.run("location.hash") == "#/ask/alliances"


def test_escape_in_a_field_is_the_fields_own(opened):
    browser = opened(COUNTY)
    browser.wait("document.querySelector('#panel .panel-head')")
    browser.click("#show-ask")
    browser.wait("document.getElementById('ask-text')")
    browser.run("document.getElementById('ask-text').focus()")
    browser.type("甲", Keys.ESCAPE)
    assert browser.run("Boolean(document.querySelector('#panel .panel-head'))")


def test_the_way_back_from_a_thing_puts_it_away(opened):
    browser = opened("#/ask/alliances")
    browser.wait("document.querySelector('#ask tbody tr')")
    browser.click("#ask tbody .row-link")
    browser.wait("document.querySelector('#panel .panel-head')")
    browser.driver.back()
    browser.wait("!document.querySelector('#panel .panel-head')")
    assert browser.run("location.hash") == "#/ask/alliances"


def test_what_is_put_away_gives_the_picture_back_as_it_was(opened):
    browser = opened("#/network")
    seen = "[Math.round(100 * network.getScale()), ...Object.values(network.getViewPosition()).map(Math.round)]"
    before = browser.run(seen)
    browser.run(f"location.hash = {COUNTY!r}")
    browser.wait("document.querySelector('#panel .panel-head')")
    browser.type(Keys.ESCAPE)
    browser.wait("!document.querySelector('#panel .panel-head')")
    assert browser.run(seen) == before
