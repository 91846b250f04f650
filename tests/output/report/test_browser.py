"""The report in a real browser without a network, as a person uses it."""

import csv
import json
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pytest

from anpr.types import Why
from tests.builders import HOSTILE_NAMES
from tests.output.report.examples import photo, plate, written

pytest.importorskip("selenium", reason="the browser is driven by selenium: pip install selenium")
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
CHROMEDRIVER = shutil.which("chromedriver")
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
TIMEOUT_S = 60
MAX_ROWS_DRAWN = 100
OWN_SCHEMES = ("file:", "data:", "blob:")

pytestmark = pytest.mark.skipif(
    not (CHROMIUM and CHROMEDRIVER), reason="no chromium and chromedriver on the PATH"
)


@pytest.fixture(scope="module")
def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, "--window-size=1280,1600"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options, Service(CHROMEDRIVER))
    driver.set_page_load_timeout(TIMEOUT_S)
    driver.set_script_timeout(TIMEOUT_S)
    yield driver
    driver.quit()


@pytest.fixture
def page(browser, tmp_path):
    """A small report: two plates to check, two read, a photo without a plate, a damaged one."""
    unsure = plate("AB12CDE", 0.6, alternatives=[("AB12CDF", 0.3)], as_read="A812CDE")
    return opened(
        browser,
        tmp_path,
        photo("yard/10.jpg", plate("SURE123", 0.995), plate("KL38BK2", 0.8)),
        photo("yard/9.jpg", plate("MH20EE7", 0.95)),
        photo("yard/empty.jpg"),
        photo("yard/broken.jpg", reason="truncated: the end is missing"),
        photo("gate/1.jpg", unsure),
    )


def opened(browser: WebDriver, folder: Path, *results) -> WebDriver:
    browser.get(written(folder / "report.html", *results).as_uri())
    browser.execute_script("localStorage.clear()")
    browser.refresh()
    return browser


def one(page: WebDriver | WebElement, selector: str) -> WebElement:
    return page.find_element(By.CSS_SELECTOR, selector)


def shown(page: WebDriver) -> list[str]:
    """Returns the rows on the page in order: status and plate, or the photo's name."""
    script = """
        return [...document.querySelectorAll("article")].map(row =>
            row.querySelector(".badge").textContent + " " +
            (row.querySelector(".plate") ?? row.querySelector(".name")).textContent)"""
    return page.execute_script(script)


def press(page: WebDriver, *keys: str) -> None:
    for key in keys:
        page.switch_to.active_element.send_keys(key)


def current(page: WebDriver) -> str:
    return one(page, "article.current .plate").text


IN_ORDER = [
    "CHECK AB12CDE",
    "CHECK KL38BK2",
    "FAILED broken.jpg",
    "NO PLATE empty.jpg",
    "READ MH20EE7",
    "READ SURE123",
]


def test_opens_without_errors_and_fetches_nothing(browser, page):
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    requests = [
        message["params"]["request"]["url"]
        for message in messages
        if message["method"] == "Network.requestWillBeSent"
    ]
    assert [url for url in requests if not url.startswith(OWN_SCHEMES)] == []
    sizes = "return [...document.images].filter(i => i.src).map(i => i.naturalWidth)"
    assert page.execute_script(sizes).count(0) == 0
    assert page.execute_script(sizes)


def test_totals(page):
    assert one(page, "#totals").text == "5 photos, 4 plates"
    numbers = {
        tile.get_attribute("data-status"): one(tile, ".number").text
        for tile in page.find_elements(By.CSS_SELECTOR, ".tile")
    }
    assert numbers == {"CHECK": "2", "READ": "2", "NO_PLATE": "1", "FAILED": "1"}
    assert one(page, "#bars").get_attribute("aria-label") == (
        "60 to 65 per cent: 1; 80 to 85 per cent: 1; 95 to 100 per cent: 2"
    )


def test_plates_to_check_come_first(page):
    assert shown(page) == IN_ORDER
    assert "truncated: the end is missing" in one(page, ".row.short").text


def test_a_row_shows_unsure_characters_and_the_text_before_resolution(page):
    row = one(page, "article")
    assert one(row, ".notes").text == "read as A812CDE"
    changed = one(row, ".ink.changed")
    assert changed.text == "B"
    assert changed.get_attribute("title") == "B 60 %, read as 8"
    assert "underline" in changed.value_of_css_property("text-decoration-line")
    assert "unsure: A 60 %" in one(row, ".plate").get_attribute("aria-label")


def test_a_row_shows_why_to_check_it_and_where_the_plate_is_from(browser, tmp_path):
    why = Why("rival", "AB12: CDF is nearly as likely")
    unsure = plate("AB12CDE", 0.6, why=why, region="gb", region_probability=0.876)
    page = opened(browser, tmp_path, photo("1.jpg", unsure, plate("SURE123")))
    to_check, sure = page.find_elements(By.CSS_SELECTOR, "article")
    assert one(to_check, ".why").text == "AB12: CDF is nearly as likely"
    assert one(to_check, ".notes").text == "United Kingdom 87 %"
    row, reason = to_check.rect, one(to_check, ".notes").rect
    assert reason["y"] + reason["height"] < row["y"] + row["height"]
    assert not one(sure, ".why").is_displayed()


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("Least sure first", "AB12CDE KL38BK2 MH20EE7 SURE123 empty.jpg broken.jpg"),
        ("Surest first", "SURE123 MH20EE7 KL38BK2 AB12CDE empty.jpg broken.jpg"),
        ("File name", "AB12CDE MH20EE7 SURE123 KL38BK2 broken.jpg empty.jpg"),  # 9 before 10
    ],
)
def test_sorting(page, order, expected):
    one(page, "#order").send_keys(order)
    assert [row.split()[-1] for row in shown(page)] == expected.split()


def test_filtering_by_status_and_confidence(page):
    one(page, ".tile.read").click()
    assert shown(page) == ["READ MH20EE7", "READ SURE123"]
    assert one(page, "#count").text == "2 of 6 rows"
    one(page, ".tile.check").click()
    assert len(shown(page)) == 4
    one(page, "#show-all").click()
    one(page, "#maximum").clear()
    one(page, "#maximum").send_keys("90")
    assert shown(page) == IN_ORDER[:2]
    one(page, "#minimum").clear()
    one(page, "#minimum").send_keys("70")
    assert shown(page) == ["CHECK KL38BK2"]
    one(page, "#show-all").click()
    assert shown(page) == IN_ORDER


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("kl 38-bk", ["CHECK KL38BK2"]),
        ("AB12CDF", ["CHECK AB12CDE"]),  # an alternative
        ("a812", ["CHECK AB12CDE"]),  # as it was read
        ("gate/", ["CHECK AB12CDE"]),
        ("broken", ["FAILED broken.jpg"]),
        ("nowhere", []),
    ],
)
def test_searching(page, words, found):
    press(page, "/")
    press(page, words)
    assert shown(page) == found
    assert one(page, "#empty").is_displayed() == (not found)


def test_stepping_with_the_keyboard(page):
    assert current(page) == "AB12CDE"
    press(page, "j")
    assert current(page) == "KL38BK2"
    press(page, Keys.ARROW_UP, "k")
    assert current(page) == "AB12CDE"
    press(page, Keys.ENTER)
    assert page.switch_to.active_element == one(page, "article.current .correction input")
    press(page, Keys.ESCAPE)
    assert page.switch_to.active_element == one(page, "article.current")
    press(page, "?")
    assert one(page, "#help").is_displayed()
    press(page, Keys.ESCAPE)
    assert not one(page, "#help").is_displayed()


def test_reviews_survive_a_reload_and_are_saved(page, tmp_path):
    press(page, Keys.ENTER, Keys.BACKSPACE, "ab 12-cdö3", Keys.ENTER)  # the text is selected
    press(page, "c")
    one(page, "article[data-status=READ] .reject").click()
    page.refresh()
    field, *_ = page.find_elements(By.CSS_SELECTOR, ".correction input")
    assert field.get_property("value") == "AB12CD3"
    assert one(page, "#progress").text == "2 of 2 done"
    reviews = [row["review"] for row in saved(page, tmp_path)]
    assert reviews == ["", "confirmed", "rejected", "", "", "corrected"]


def saved(page: WebDriver, folder: Path) -> list[dict[str, str]]:
    """Presses the button, waits for the file, and returns its rows."""
    page.execute_cdp_cmd(
        "Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(folder)}
    )
    one(page, "#save").click()
    file, deadline = folder / "plates.csv", time.monotonic() + TIMEOUT_S
    # Chromium creates an empty file first, and replaces it by the complete one.
    while not (file.exists() and file.stat().st_size) and time.monotonic() < deadline:
        time.sleep(0.05)
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def test_the_saved_table(page, tmp_path):
    press(page, "1", Keys.ENTER)  # the first alternative
    rows = saved(page, tmp_path)
    assert rows[-1] == {
        "path": str(Path("gate/1.jpg")),
        "plate": "1",
        "text": "AB12CDE",
        "corrected": "AB12CDF",
        "final": "AB12CDF",
        "status": "CHECK",
        "confidence": "0.6",
        "review": "corrected",
    }
    assert [(row["plate"], row["final"]) for row in rows[:4]] == [
        ("1", "SURE123"),
        ("2", "KL38BK2"),
        ("1", "MH20EE7"),
        ("0", ""),
    ]


def test_a_saved_table_contains_no_formula(browser, tmp_path):
    page = opened(browser, tmp_path, photo('=HYPERLINK("x"),1.jpg'))
    assert [row["path"] for row in saved(page, tmp_path)] == ['./=HYPERLINK("x"),1.jpg']


def test_a_verdict_can_be_removed(page):
    confirm = one(page, "article .confirm")
    confirm.click()
    assert confirm.get_attribute("aria-pressed") == "true"
    assert one(page, "#progress").text == "1 of 2 done"
    confirm.click()
    assert one(page, "#progress").text == "0 of 2 done"
    assert page.execute_script("return localStorage.length") == 0


def test_an_alternative_goes_into_the_field(page):
    one(page, "article .alternative").click()
    assert one(page, "article .correction input").get_property("value") == "AB12CDF"
    assert one(page, "article .verdict").text == "✎ AB12CDF"


def test_hostile_names_do_nothing(browser, tmp_path):
    text = '"><img src=x onerror=alert(4)>'
    hostile = plate(
        text, 0.5, alternatives=[(text + "1", 0.3)], why=Why("rival", text), region=text
    )
    page = opened(browser, tmp_path, photo(text, hostile), *map(photo, HOSTILE_NAMES))
    names = {name.text for name in page.find_elements(By.CSS_SELECTOR, ".name")}
    assert "<img src=x onerror=alert(1)>.jpg" in names
    assert one(page, ".plate").text == text
    injected = "img[src=x], #rows script, [onerror]"
    assert page.find_elements(By.CSS_SELECTOR, injected) == []
    assert len(page.window_handles) == 1  # an open alert would have raised an exception
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []


@pytest.mark.slow
def test_only_the_rows_near_the_window_are_drawn(browser, tmp_path):
    drawn = photo("a.jpg", plate("AB12CDE"))
    page = opened(
        browser,
        tmp_path,
        *(replace(drawn, path=Path(f"{i}.jpg")) for i in range(5000)),
    )
    assert one(page, "#count").text == "5,000 rows"
    counts = page.execute_async_script(
        """
        const done = arguments[0], counts = [], step = document.body.scrollHeight / 40;
        const go = i => {
            counts.push(document.querySelectorAll("article").length);
            if (i > 40) return done(counts);
            window.scrollTo(0, i * step);
            requestAnimationFrame(() => requestAnimationFrame(() => go(i + 1)));
        };
        go(0);"""
    )
    assert 0 < max(counts) < MAX_ROWS_DRAWN
    assert one(page, "article:last-child .name").text == "4999.jpg"
