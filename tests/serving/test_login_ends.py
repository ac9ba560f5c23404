"""Whatever ends a login closes its WebSockets with 4401, wherever it was ended."""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import sys
import time

import pytest
from bokeh_socket import open_page, open_socket, refused
from guarded_house import MemoryAccounts, open_house

from fazri_lib.serving.sockets import EVERY_S
from fazri_lib.serving.steps import Step

LOCK = """
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as database:
    database.execute("INSERT INTO locked VALUES (?)", (int(sys.argv[2]),))
"""

pytestmark = pytest.mark.slow
SOON_S = 15.0  # the watch asks twice a second; a busy machine may take longer


@pytest.fixture(scope="module")
def house():
    """The house as it is delivered."""
    with open_house() as opened:
        yield opened


@contextlib.contextmanager
def _socket(house, cookie):
    with open_socket(house, "who", cookie, open_page(house, "who", cookie)) as socket:
        yield socket


@pytest.mark.parametrize("cause", ["logout", "role change", "lock"])
def test_an_end_in_this_process_closes_at_once(house, cause):
    """What the front itself ends does not wait for the watch: it has the guard check again."""
    cookie = house.accounts.sign_in("ada", "viewer")
    with house.without_watch(), _socket(house, cookie) as socket:
        house.accounts.end(cookie)
        house.on_loop(house.guard.recheck())
        assert socket.close_code(SOON_S) == 4401


def test_the_watch_asks_twice_a_second():
    """So that an end is seen well within a second."""
    assert EVERY_S <= 0.5


def test_an_expiry_closes(house):
    """A login that reaches its end is closed, though nobody did anything."""
    cookie = house.accounts.sign_in("ada", "viewer", minutes=1.5 / 60)
    with _socket(house, cookie) as socket:
        assert socket.close_code(SOON_S) == 4401


def test_only_the_ended_login_is_closed(house):
    """Another login of the same user, and of others, goes on."""
    ended, other = house.accounts.sign_in("ada", "viewer"), house.accounts.sign_in("ada", "viewer")
    with _socket(house, ended) as first, _socket(house, ended) as second, _socket(house, other) as third:
        house.accounts.end(ended)
        assert first.close_code(SOON_S) == 4401
        assert second.close_code(SOON_S) == 4401
        assert third.close_code(1.0) is None


def test_an_ended_login_is_not_served_from_what_is_kept(house):
    """Once checked again, not even the second for which an answer is kept lets anybody in."""
    cookie = house.accounts.sign_in("ada", "viewer")
    assert house.get("/account", cookie).status_code == 200
    house.accounts.end(cookie)
    house.on_loop(house.guard.recheck())
    assert house.get("/account", cookie).status_code == 401


def test_the_files_of_a_page_cost_one_question(house):
    """Sixty requests in a row ask the accounts once or, on a slow machine, once a second."""
    cookie = house.accounts.sign_in("ada", "viewer")
    asked, begun = house.accounts.asked, time.monotonic()
    for _ in range(60):
        assert house.get("/static/js/bokeh.min.js", cookie, headers={"if-none-match": "x"}).status_code == 200
    assert house.accounts.asked - asked <= 1 + int(time.monotonic() - begun)


def test_a_page_that_blocks_panel_delays_no_end(house):
    """While a page keeps Panel's loop busy the socket is closed in time all the same."""
    cookie = house.accounts.sign_in("ada", "viewer")
    with _socket(house, cookie) as socket:
        blocker = house.accounts.sign_in("bob", "viewer")
        with contextlib.suppress(Exception):
            house.get("/dash/blocking", blocker, timeout=0.2)
        house.accounts.end(cookie)
        assert socket.close_code(SOON_S) == 4401
    time.sleep(3)


def test_without_a_database_nobody_gets_in_and_sockets_close_after_a_while(house):
    """When the accounts cannot be asked: 503 for new requests; open sockets live on for some seconds, then end."""
    cookie = house.accounts.sign_in("ada", "viewer")
    token = open_page(house, "who", cookie)
    with open_socket(house, "who", cookie, token) as socket:
        house.accounts.is_down = True
        try:
            house.guard.house.lookups.forget()
            assert house.get("/account", cookie).status_code == 503
            assert refused(house, "who", cookie, token) == 503
            assert house.get("/hello", cookie).json() == {"signed_in": False}
            assert socket.close_code(0.7) is None
            house.guard.sockets.blind_s = 0.1
            assert socket.close_code(SOON_S) == 1013
        finally:
            house.accounts.is_down = False
            house.guard.sockets.blind_s = 15.0


class SharedAccounts(MemoryAccounts):
    """Accounts whose locks lie in a database that other processes write."""

    def __init__(self, path) -> None:
        super().__init__()
        self.path = path

    def still_valid(self, session_ids):
        """As `lookups.Accounts`."""
        with contextlib.closing(sqlite3.connect(self.path)) as database:
            locked = {row[0] for row in database.execute("SELECT session_id FROM locked")}
        return super().still_valid(session_ids) - locked


def test_a_lock_in_another_process_closes(house, tmp_path):
    """`fazri user lock` runs in a process of its own; the watch sees it in the shared database."""
    path = tmp_path / "operations.db"
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE locked (session_id INTEGER)")
    shared = SharedAccounts(path)
    cookie = house.accounts.sign_in("ada", "viewer")
    login = house.accounts.logins[cookie]
    shared.logins = house.accounts.logins
    house.guard.house.lookups.accounts = shared
    try:
        with _socket(house, cookie) as socket:
            subprocess.run([sys.executable, "-c", LOCK, str(path), str(login.session_id)], check=True)
            assert socket.close_code(SOON_S) == 4401
        cookie = house.accounts.sign_in("ada", "viewer")
        with house.without(Step.REGISTER), _socket(house, cookie) as socket:
            with contextlib.closing(sqlite3.connect(path)) as database:
                database.execute("DELETE FROM locked")
                database.execute("INSERT INTO locked SELECT ?", (house.accounts.logins[cookie].session_id,))
                database.commit()
            assert socket.close_code(1.5) is None
    finally:
        house.guard.house.lookups.accounts = house.accounts
