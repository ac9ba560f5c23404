"""What Panel would do by itself, and does not behind our front; on the real server."""

from __future__ import annotations

import re
import time

import pytest
from bokeh_socket import open_page, open_socket
from guarded_house import open_house
from guarded_pages import SECRET_VALUE

from fazri_lib.serving import redaction

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def house():
    """The house as it is delivered, but that sessions nobody is connected to end after 1.5 seconds."""
    with open_house(plan={"abandoned_s": 1.5}) as opened:
        yield opened


@pytest.fixture
def told_all(monkeypatch):
    """A house whose Panel redacts nothing."""
    import panel as pn  # noqa: TID251 - to undo what ours has set in this process
    from bokeh.server.connection import ServerConnection

    def plain_error(self, message, text):
        return self.protocol.create("ERROR", message.header["msgid"], text)

    monkeypatch.setattr(redaction, "install", lambda: None)
    monkeypatch.setattr(redaction, "contain", lambda _application: None)
    monkeypatch.setattr(ServerConnection, "error", plain_error)
    before = pn.config.exception_handler
    pn.config.exception_handler = None
    with open_house() as opened:
        yield opened
    pn.config.exception_handler = before


@pytest.mark.parametrize("page", ["failing", "failing-bokeh"])
def test_a_failed_callback_tells_a_reference_and_nothing_else(house, page, capfd):
    """The browser gets an id that stands in the log beside the place; neither holds the value or a traceback."""
    told = _change(house, page)
    reference = re.search(r"(?:reference |fazri-failure\",\"msg_data\":\")([0-9a-f]{8})", told)
    assert reference, told
    assert SECRET_VALUE not in told
    assert "Traceback" not in told
    out, err = capfd.readouterr()
    assert reference[1] in out + err
    assert "guarded_pages.py:" in out + err
    assert SECRET_VALUE not in out + err


@pytest.mark.parametrize("page", ["failing", "failing-bokeh"])
def test_panel_alone_would_tell_all(told_all, page):
    """Without the redaction the whole traceback goes to the browser, value and all."""
    told = _change(told_all, page)
    assert SECRET_VALUE in told
    assert "Traceback" in told


def test_a_page_that_cannot_be_built_tells_a_reference(house, capfd):
    """Panel would show the traceback, and print it."""
    cookie = house.accounts.sign_in("ada", "viewer")
    with open_socket(house, "broken", cookie, open_page(house, "broken", cookie)) as socket:
        shown = socket.document()
    reference = re.search(r"Reference ([0-9a-f]{8})", shown)
    assert reference
    out, err = capfd.readouterr()
    assert reference[1] in out + err
    assert SECRET_VALUE not in shown + out + err


def test_panel_alone_would_show_the_traceback_of_a_page(told_all, capfd):
    """Without the containment the page shows it."""
    cookie = told_all.accounts.sign_in("ada", "viewer")
    with open_socket(told_all, "broken", cookie, open_page(told_all, "broken", cookie)) as socket:
        assert SECRET_VALUE in socket.document()


def test_an_abandoned_session_is_destroyed_though_it_is_busy(house):
    """A callback that never ends holds a session in Bokeh for ever; the watchdog ends it when nobody is connected."""
    cookie = house.accounts.sign_in("ada", "viewer")
    token = open_page(house, "busy", cookie)
    with open_socket(house, "busy", cookie, token) as socket:
        time.sleep(2.5)  # connected: it lives on
        assert _sessions(house, "busy") == 1
        socket.socket.close()
    assert _sessions_after(house, "busy", 5) == 0


def test_without_the_watchdog_it_stays():
    """Bokeh's own cleaning, set to less than a second, spares the busy session."""
    options = {"check_unused_sessions_milliseconds": 200, "unused_session_lifetime_milliseconds": 300}
    with open_house(plan={"abandoned_s": 3600, "options": options}) as patient:
        cookie = patient.accounts.sign_in("ada", "viewer")
        with open_socket(patient, "busy", cookie, open_page(patient, "busy", cookie)):
            time.sleep(0.5)
        open_page(patient, "who", cookie)
        time.sleep(2)
        assert (_sessions(patient, "busy"), _sessions(patient, "who")) == (1, 0)


def test_a_page_that_is_never_connected_is_destroyed(house):
    """A client that only fetches pages fills no memory."""
    cookie = house.accounts.sign_in("ada", "viewer")
    for _ in range(5):
        open_page(house, "who", cookie)
    assert _sessions(house, "who") >= 5
    assert _sessions_after(house, "who", 5) == 0


def test_panel_shows_neither_index_nor_other_paths(house):
    """What Panel serves beside pages has no door: index, metadata, the script for foreign pages, REST."""
    cookie = house.accounts.sign_in("ada", "administrator", "security")
    paths = [
        "/",
        "/dash",
        "/dash/who/autoload.js",
        "/dash/who/metadata",
        "/rest/session_info",
        "/favicon.ico",
        "/admin",
    ]
    assert [house.get(path, cookie).status_code for path in paths] == [404] * len(paths)


def test_panel_listens_on_loopback_only(house):
    """Nobody gets round the front from another machine."""
    worker = house.host.workers[0]
    assert worker.address.startswith("127.0.0.1:")


def test_who_comes_to_panel_past_the_front_is_refused(house):
    """A program on the same machine gets no page without the front's signature, and is not sent to a login."""
    import httpx

    address = f"http://{house.host.workers[0].address}/dash/who"
    assert httpx.get(address).status_code == 403
    assert httpx.get(address, headers={"cookie": "user=root; reader=x"}).status_code == 403


def _change(house, page):
    cookie = house.accounts.sign_in("ada", "viewer")
    with open_socket(house, page, cookie, open_page(house, page, cookie)) as socket:
        socket.change("new")
        return socket.received(1.0)


def _sessions(house, page):
    from panel.io.state import state  # noqa: TID251 - the server's own count

    port = house.host.workers[0].address.split(":")[1]
    server = next(server for server, *_ in state._servers.values() if str(server.port) == port)
    return len(server.get_sessions(f"/dash/{page}"))


def _sessions_after(house, page, within_s):
    until = time.monotonic() + within_s
    while _sessions(house, page) and time.monotonic() < until:
        time.sleep(0.1)
    return _sessions(house, page)
