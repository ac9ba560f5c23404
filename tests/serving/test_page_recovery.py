"""A page that had nothing to show recovers in a real browser, with no click."""

from __future__ import annotations

import pytest
import tiny_campus
from published_campus import OPENED, cookies, make, served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ZONES = 'fazri.page("All zones", campus.zones()).servable()'


@pytest.fixture
def browser_page(chromium):
    """A page of Chromium, in a profile of its own."""
    context = chromium.new_context()
    yield context.new_page()
    context.close()


def sign_in(page, at: str, role: str) -> None:
    """Send the cookies that the front door would sign."""
    page.context.add_cookies(
        [{"name": name, "value": f'"{value}"', "url": f"http://{at}"} for name, value in cookies(role).items()]
    )


def test_a_page_recovers_when_something_is_published(tmp_path, browser_page):
    """Without an extract it says what to do; after a run it shows its content within seconds."""
    from fazri_lib.serving.publishing import pages_of

    home = make(tmp_path, sound=("zones", OPENED, ZONES))
    manifest = home / "state" / "extract" / "current.json"
    text = manifest.read_text()
    manifest.unlink()
    with served(pages_of(str(home))) as at:
        sign_in(browser_page, at, "viewer")
        browser_page.goto(f"http://{at}/dash/sound")
        browser_page.get_by_text("run `fazri ingest PATH` and `fazri run`").wait_for()
        manifest.write_text(text)
        browser_page.get_by_text("3 zones; 10 people").wait_for(timeout=15_000)


def test_a_failing_page_recovers_when_a_run_publishes(tmp_path, browser_page):
    """A cell that fails on these data is tried again on the next ones; until then there is no reload."""
    from fazri_lib.serving.publishing import pages_of

    home = make(
        tmp_path, sound=("zones", OPENED, "assert campus.latest()._view.extract.manifest.run_id == 'r2'", ZONES)
    )
    with served(pages_of(str(home))) as at:
        sign_in(browser_page, at, "viewer")
        loads = []
        browser_page.on("load", lambda _: loads.append(1))
        browser_page.goto(f"http://{at}/dash/sound")
        browser_page.get_by_text("This page failed").wait_for()
        browser_page.wait_for_timeout(6_000)
        assert loads == [1]
        tiny_campus.publish_again(home, "r2")
        browser_page.get_by_text("3 zones; 10 people").wait_for(timeout=15_000)
        assert loads == [1, 1]
