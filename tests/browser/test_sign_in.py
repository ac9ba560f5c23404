"""Logging in and out, as people do it, in real Chromium at the real door."""

from __future__ import annotations

import re
import time

from browser_door import PASSWORD, choose_password, first_login, log_in, opened

DASHBOARD = re.compile(r".*/dash/.*")


def test_first_login_asks_for_an_own_password(door, visit):
    """A one-time password opens nothing but its own change; after it the first page that the role holds."""
    one_time = door.add("anna", "analyst")
    page = visit(door.url).page
    log_in(page, "anna", one_time)
    page.goto("/dash/today")
    assert "/account/password" in page.url
    choose_password(page, one_time)
    page.wait_for_url(DASHBOARD)
    assert "/dash/today" in page.url


def test_the_one_time_password_is_gone_afterwards(door, visit):
    """It opens once; the own one opens from then on."""
    one_time = door.add("bela", "viewer")
    first = visit(door.url).page
    first_login(first, "bela", one_time)
    again = visit(door.url)
    again.expected = ("status of 401",)
    log_in(again.page, "bela", one_time)
    assert again.page.get_by_role("alert").is_visible()
    time.sleep(1.1)  # the delay after one wrong password
    log_in(again.page, "bela", PASSWORD)
    again.page.wait_for_url(DASHBOARD)


def test_five_wrong_passwords_lock_for_a_while(door, visit):
    """Each failure makes the next one wait; the fifth locks, and then the right password does not open either."""
    one_time = door.add("cora", "viewer")
    watched = visit(door.url)
    watched.expected = ("status of 401", "status of 429")
    page, tries = watched.page, 0
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        log_in(page, "cora", "not this one either")
        told = page.get_by_role("alert").inner_text()
        if "locked" in told:
            break
        tries += "do not fit" in told
        time.sleep(0.4)
    assert "locked for 15 minutes" in told
    assert tries in {4, 5}
    log_in(page, "cora", one_time)
    assert "locked" in page.get_by_role("alert").inner_text()


def test_an_unknown_name_gets_the_same_words(door, visit):
    """Nobody learns which names there are."""
    watched = visit(door.url)
    watched.expected = ("status of 401",)
    door.add("dora", "viewer")
    told = []
    for name in ("dora", "nobody-of-this-name"):
        log_in(watched.page, name, "wrong as can be")
        told.append(watched.page.get_by_role("alert").inner_text())
    assert told[0] == told[1]


def test_logging_out_closes_open_dashboards_within_a_second(door, reader):
    """A dashboard open in one tab shows the login page as soon as another tab has logged out."""
    watched = reader("emil", "analyst")
    dashboard = watched.page
    dashboard.wait_for_url(DASHBOARD)
    dashboard.wait_for_selector("canvas")
    other = dashboard.context.new_page()
    other.goto("/logout")
    other.get_by_role("button", name="Log out").click()
    other.wait_for_url(re.compile(r".*/login.*"))
    dashboard.wait_for_url(re.compile(r".*/login.*"), timeout=1_000)


def test_a_lock_from_the_command_line_closes_open_dashboards(door, reader):
    """`fazri user lock` in another process: the page goes to the login within two seconds."""
    dashboard = reader("frida", "analyst").page
    dashboard.wait_for_url(DASHBOARD)
    dashboard.wait_for_selector("canvas")
    door.fazri("user", "lock", "frida")
    dashboard.wait_for_url(re.compile(r".*/login.*"), timeout=2_500)


def test_a_role_opens_its_pages_and_no_other(door, reader):
    """A viewer sees Today, but neither the page of a person nor its WebSocket; the refusal has a reference."""
    watched = reader("gita", "viewer")
    watched.expected = ("status of 403", "WebSocket connection to", "Unexpected response code")
    page = watched.page
    answer = page.goto("/dash/person")
    assert answer.status == 403
    assert "Reference" in page.get_by_role("main").inner_text()
    closed = page.evaluate(
        """() => new Promise(done => {
            const socket = new WebSocket(location.origin.replace('http', 'ws') + '/dash/person/ws', ['bokeh', 'x'])
            socket.onopen = () => done('open')
            socket.onclose = event => done('refused ' + event.code)
        })"""
    )
    assert closed == "refused 1006"  # the browser's code for a handshake that was refused


def test_a_login_ends_by_itself(published, visit):
    """Without a request the session ends after its idle limit, an open dashboard's socket with it."""
    with opened(published, FAZRI_SERVING__IDLE_MIN="1", FAZRI_SERVING__SESSION_H="0.003") as door:
        watched = visit(door.url)
        first_login(watched.page, "hans", door.add("hans", "viewer"))
        watched.page.wait_for_url(re.compile(r".*/login.*"), timeout=20_000)  # 0.003 h are 10.8 s
        assert "ended" in watched.page.get_by_role("main").inner_text()
