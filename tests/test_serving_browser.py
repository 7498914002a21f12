"""The served pages in a real browser: they keep to their policy, answer without scripts, and fit a telephone."""

from __future__ import annotations

import shutil
from urllib.parse import quote

import pytest
from serving_site import Site

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.support.expected_conditions import text_to_be_present_in_element  # noqa: E402
from selenium.webdriver.support.ui import WebDriverWait  # noqa: E402

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="chromium and chromedriver are not installed")

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
PAGES = (
    "/",
    "/about",
    "/sparql?question=alliances",
    "/ontology",
    "/id/" + quote("county/370832/梁山县"),
    "/id/" + quote("alliance/370832/全域产业党建联盟"),
    "/id/article/jining_2022_a.txt/6",
)


@pytest.fixture(scope="module")
def site(sample_build):
    found = Site(sample_build[0])
    yield found
    found.stop()


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in (*ARGUMENTS, f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    found = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield found
    found.quit()


def resize(driver, width: int) -> None:
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)


def wait(driver, selector: str, text: str) -> None:
    """Wait for a text: with scripts disabled a click returns before the page it leads to has arrived."""
    WebDriverWait(driver, 20, poll_frequency=0.05).until(
        text_to_be_present_in_element((By.CSS_SELECTOR, selector), text)
    )


@pytest.mark.parametrize("path", PAGES)
def test_a_page_keeps_to_its_policy_and_to_the_width_of_the_window(site: Site, driver, path: str):
    driver.get_log("browser")
    for width in (1280, 360):
        resize(driver, width)
        driver.get(site.address + path)
        assert driver.execute_script("return document.documentElement.scrollWidth") <= width
    assert driver.get_log("browser") == []


def test_the_language_is_the_readers_choice(site: Site, driver):
    driver.get(site.address + PAGES[5])
    driver.find_element(By.CSS_SELECTOR, '[data-language="en"]').click()
    assert "In print" in driver.find_element(By.TAG_NAME, "main").text
    assert "Used in" in driver.find_element(By.TAG_NAME, "main").text
    driver.find_element(By.CSS_SELECTOR, '[data-language="zh"]').click()
    assert "原文" in driver.find_element(By.TAG_NAME, "main").text


def test_questions_are_asked_and_followed_without_a_script(site: Site, driver):
    driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    resize(driver, 1280)
    try:
        driver.get(site.address + "/sparql")
        driver.find_element(By.CSS_SELECTOR, 'button[value="alliances"]').click()
        wait(driver, ".answer", "全域产业党建联盟")
        driver.find_element(By.LINK_TEXT, "全域产业党建联盟").click()
        wait(driver, "h1", "全域产业党建联盟")
        driver.get(site.address + "/sparql")
        field = driver.find_element(By.ID, "query")
        field.clear()
        field.send_keys("SELECT (1 + 1 AS ?sum) {}")
        driver.find_element(By.CSS_SELECTOR, "button.primary").click()
        wait(driver, ".answer td", "2")
        assert driver.find_element(By.ID, "query").get_property("value") == "SELECT (1 + 1 AS ?sum) {}"
    finally:
        driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_a_refused_query_is_kept_with_the_reason(site: Site, driver):
    driver.get(site.address + "/sparql?query=" + quote("SELECT * FROM <file:///x> {}"))
    assert "FROM is refused" in driver.find_element(By.CSS_SELECTOR, ".failure").text
    assert "FROM <file:///x>" in driver.find_element(By.ID, "query").get_property("value")
