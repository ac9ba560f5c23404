"""Our script in Panel's pages, and the policy that they run under, in a real browser."""

from __future__ import annotations

import time

import pytest
from guarded_house import COOKIE, open_house
from playwright.sync_api import Error as PlaywrightError

pytestmark = pytest.mark.browser

WAIT_MS = 20_000


@pytest.fixture(scope="module")
def house():
    """The house as it is delivered."""
    with open_house() as opened:
        yield opened


@pytest.fixture(scope="module")
def browser(chromium):
    """Chromium."""
    return chromium


@pytest.fixture
def reader(house, browser):
    """A signed-in reader: the page, the cookie, and all that the browser complained of or asked other hosts for."""
    cookie = house.accounts.sign_in("ada", "viewer")
    context = browser.new_context()
    context.add_cookies([{"name": COOKIE, "value": cookie, "url": house.origin}])
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda sent: _is_ours(sent.url, house) or faults.append(sent.url))
    page.cookie, page.faults = cookie, faults
    yield page
    context.close()


def test_a_page_runs_under_the_policy_and_asks_no_other_host(house, reader):
    """Charts, tables and widgets, with their fonts and icons: no violation, no error, no foreign request."""
    _open(reader, house, "chart", ".bk-Figure")
    reader.wait_for_selector(".tabulator", timeout=WAIT_MS)
    _wait(reader, "Bokeh.index.roots[0].is_idle")
    assert reader.faults == []
    assert _sources(reader)


def test_markup_in_a_page_runs_no_script(house, reader):
    """An inline handler, as it might come with data, is refused by the policy."""
    _open(reader, house, "links", "text=Sign out")
    time.sleep(0.3)
    assert reader.evaluate("window.ran") is None
    assert any("Content Security Policy" in fault for fault in reader.faults)


def test_signing_out_is_posted_with_the_token_of_the_page(house, reader):
    """Though it is a link, and in a shadow tree."""
    _open(reader, house, "links", "text=Sign out")
    reader.get_by_text("Sign out").click()
    reader.wait_for_url("**/logout")
    assert reader.inner_text("body") == "POST csrf_token=csrf+of+ada"


def test_a_closed_login_leads_to_the_login_page_and_back(house, reader):
    """With the address, and within two seconds."""
    _open(reader, house, "chart?zone=B", ".bk-Figure")
    _wait(reader, "Bokeh.index.roots[0].is_idle")
    house.accounts.end(reader.cookie)
    reader.wait_for_url("**/login?after=ended&next=*", timeout=2000)
    assert reader.inner_text("body") == "login page, next /dash/chart?zone=B"


def test_going_back_shows_the_page_as_it_was(house, reader):
    """Each choice of the reader is an entry of the history, and going back loads what it says."""
    _open(reader, house, "chart", ".bk-Figure")
    field = reader.get_by_label("zone")
    for zone in ("B", "C"):
        field.fill(zone)
        field.press("Enter")
        _wait(reader, f"location.search == '?zone={zone}'")
    reader.go_back()
    reader.wait_for_selector(".bk-Figure", timeout=WAIT_MS)
    _wait(reader, "location.search == '?zone=B'")
    assert reader.get_by_label("zone").input_value() == "B"


def test_what_a_page_changes_by_itself_is_no_entry(house, reader):
    """Else nobody could go back past a page that completes its own address."""
    reader.goto(f"{house.origin}/hello")
    _open(reader, house, "moving", "text=moves by itself")
    _wait(reader, "location.search == '?moved=yes'")
    reader.go_back()
    reader.wait_for_url("**/hello", timeout=2000)
    assert "signed_in" in reader.inner_text("body")


def test_a_failure_is_said_with_its_reference(house, reader):
    """And the page goes on."""
    _open(reader, house, "failing", "input")
    _wait(reader, "Bokeh.index.roots[0].is_idle")
    reader.locator("input").fill("new")
    reader.locator("input").press("Enter")
    reader.wait_for_selector(".fazri-notice[role=alert]", timeout=5000)
    assert "This did not work. Reference " in reader.inner_text(".fazri-notice")
    reader.locator(".fazri-notice").click()
    assert reader.locator(".fazri-notice").count() == 0


def test_a_lost_connection_is_said_and_mended(house, reader):
    """While Panel starts again the page says so; then it is loaded anew by itself."""
    _open(reader, house, "chart?zone=B", ".bk-Figure")
    _wait(reader, "Bokeh.index.roots[0].is_idle")
    reader.evaluate("window.isOld = true")
    house.host.workers[0]._stop()
    reader.wait_for_selector(".fazri-notice[role=status]", timeout=5000)
    _wait(reader, "!window.isOld && document.readyState == 'complete'")
    reader.wait_for_selector(".bk-Figure", timeout=WAIT_MS)
    assert reader.get_by_label("zone").input_value() == "B"


def test_acts_of_the_reader_count_as_use_of_the_login(house, reader):
    """The first act says so at once, the next ones a minute later; what the page does by itself never does."""
    heads: list[str] = []
    reader.on("request", lambda sent: heads.append(sent.url) if sent.method == "HEAD" else None)
    _open(reader, house, "chart", ".bk-Figure")
    time.sleep(0.5)
    assert heads == []
    for _ in range(3):
        reader.keyboard.press("Shift")
    reader.wait_for_timeout(300)
    assert heads == [f"{house.origin}/dash/chart"]


def _open(page, house, name, selector):
    page.goto(f"{house.origin}/dash/{name}")
    page.wait_for_selector(selector, timeout=WAIT_MS)


def _wait(page, condition):
    """Wait for a condition; Playwright's own way needs `eval`, which the policy forbids."""
    until = time.monotonic() + WAIT_MS / 1000
    while True:
        try:
            if page.evaluate(condition):
                return
        except PlaywrightError:  # the page is being loaded anew
            pass
        assert time.monotonic() < until, condition
        page.wait_for_timeout(50)


def _is_ours(url, house):
    return url.startswith((house.origin, f"blob:{house.origin}", "data:"))


def _sources(page):
    """Return the addresses of the page's scripts; all of our own host."""
    return page.evaluate("[...document.scripts].map(s => s.src).every(s => !s || s.startsWith(location.origin))")
