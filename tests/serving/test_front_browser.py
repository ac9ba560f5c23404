"""The pages of the front in real Chromium: by keyboard alone, on a phone, light and dark, and looked at by axe."""

from __future__ import annotations

import datetime as dt
import os
import threading
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser
SHOTS = os.environ.get("SCREENSHOTS")  # a folder, to look at them
SIZES = {"wide": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 800}}


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A front on a port of its own."""
    import uvicorn
    from front_house import free_port, house_in

    from fazri_lib.serving.listening import configured
    from fazri_lib.settings import Serving, Settings

    port = free_port()
    with house_in(tmp_path_factory.mktemp("house"), port=port) as made:
        settings = Settings(serving=Serving(port=port))
        server = uvicorn.Server(configured(made.front.app, settings, lifespan="off"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        made.address = f"http://127.0.0.1:{port}"
        yield made
        server.should_exit = True
        thread.join(10)


@pytest.mark.parametrize("side", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_the_way_of_a_new_reader(chromium, house, side, size):
    """By keyboard alone: wrong password, first login, own password, account, logout; nothing scrolls sideways."""
    name = f"{side}.{size}"
    one_time = house.accounts.add(name, ["analyst"])
    context = chromium.new_context(color_scheme=side, viewport=SIZES[size], base_url=house.address)
    page = context.new_page()
    foreign, failed = [], []
    page.on("request", lambda request: request.url.startswith(house.address) or foreign.append(request.url))
    page.on("pageerror", lambda error: failed.append(error))  # noqa: PLW0108 - Playwright marks what it is given

    def look(what):
        from axe_playwright_python.sync_playwright import Axe

        if SHOTS:
            page.screenshot(path=Path(SHOTS) / f"front-{what}-{side}-{size}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), what
        found = Axe().run(page).response["violations"]
        assert [(fault["id"], fault["help"]) for fault in found] == [], what

    def typed(*texts):
        for place, text in enumerate(texts):
            if place:
                page.keyboard.press("Tab")
            page.keyboard.type(text)
        with page.expect_navigation():
            page.keyboard.press("Enter")

    page.goto("/dash/zones?zone_id=LIB")
    look("login")
    typed(name, "not the password")
    look("wrong")
    house.now += dt.timedelta(seconds=5)  # longer than the wait after one wrong password
    typed(one_time)  # the name is kept and the focus is where one types on
    assert page.url.startswith(f"{house.address}/account/password?next=")
    look("first-password")
    typed(one_time, "tall quiet rivers 7", "tall quiet rivers 7")
    assert page.url == f"{house.address}/dash/zones?zone_id=LIB"
    for path in ("/account", "/account/password", "/nothing", "/logout"):
        page.goto(path)
        look(path.strip("/").replace("/", "-"))
    page.focus("main button")
    typed()
    assert page.url == f"{house.address}/login?after=out"
    look("logged-out")
    assert (foreign, failed) == ([], [])
    context.close()


def test_the_way_past_the_header(chromium, house):
    """The first stop of the keyboard is seen when it has the focus, and leads to the form."""
    page = chromium.new_page(base_url=house.address)
    page.goto("/login")
    assert page.evaluate("document.querySelector('a, input, button').className") == "skip"
    page.focus(".skip")
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "username"
    page.close()


def test_without_scripts(chromium, house):
    """The login works in a browser that runs no script."""
    house.add("plain")
    context = chromium.new_context(java_script_enabled=False, base_url=house.address)
    page = context.new_page()
    page.goto("/login")
    page.fill("#username", "plain")
    page.fill("#password", "tall quiet rivers 7")
    with page.expect_navigation():
        page.click("button")
    assert page.url == f"{house.address}/dash/zones"
    context.close()
