"""Logins are asked for once a second, and never handed out after they ended."""

from __future__ import annotations

import asyncio
import threading
import time
from datetime import datetime, timedelta

import pytest

from fazri_lib.access.logins import Login
from fazri_lib.access.scopes import Scope
from fazri_lib.serving.lookups import Lookups
from fazri_lib.serving.sockets import TRY_AGAIN, Sockets

NOON = datetime(2025, 3, 3, 12)


class Counted:
    """Accounts with one login, which counts the questions and can be made to wait."""

    def __init__(self, ends_at=NOON + timedelta(hours=1)):
        self.login = Login(
            7, 1, "ada", frozenset({"viewer"}), frozenset({Scope.OWN}), must_change=False, ends_at=ends_at
        )
        self.asked = 0
        self.go_on = threading.Event()
        self.go_on.set()

    def session(self, token):
        """As `lookups.Accounts`."""
        self.asked += 1
        login = self.login if token == "good" else None  # noqa: S105 - no secret
        self.go_on.wait(5)
        return login

    def still_valid(self, session_ids):
        """As `lookups.Accounts`."""
        return {7} & set(session_ids)


class Silent(Counted):
    """Accounts in a database that takes questions and never answers."""

    def session(self, token):
        """As `lookups.Accounts`."""
        self.go_on.wait()
        return super().session(token)

    def still_valid(self, session_ids):
        """As `lookups.Accounts`."""
        self.go_on.wait()
        return super().still_valid(session_ids)


def run(scenario, accounts, clock=lambda: NOON, **seconds):
    """Run a scenario that is given the lookups."""
    lookups = Lookups(accounts, clock, **{"kept_s": 60.0} | seconds)
    try:
        return asyncio.run(scenario(lookups))
    finally:
        accounts.go_on.set()
        lookups.close()


def test_sixty_requests_ask_once():
    """All at once or one after the other."""
    accounts = Counted()

    async def scenario(lookups):
        together = await asyncio.gather(*(lookups.find("good") for _ in range(30)))
        return together + [await lookups.find("good") for _ in range(30)]

    assert {login.session_id for login in run(scenario, accounts)} == {7}
    assert accounts.asked == 1


def test_wrong_cookies_are_never_kept():
    """What is not valid may become so in the next moment, by a login."""
    accounts = Counted()

    async def scenario(lookups):
        return [await lookups.find("bad"), await lookups.find("bad")]

    assert run(scenario, accounts) == [None, None]
    assert accounts.asked == 2


def test_an_answer_is_good_for_its_time_only():
    """With no time to keep it, every request asks."""
    accounts = Counted()

    async def scenario(lookups):
        return [await lookups.find("good"), await lookups.find("good")]

    run(scenario, accounts, kept_s=0.0)
    assert accounts.asked == 2


def test_an_ended_login_is_not_handed_out():
    """The clock counts, though the answer is kept."""
    accounts = Counted(ends_at=NOON)

    async def scenario(lookups):
        return await lookups.find("good")

    assert run(scenario, accounts) is None


def test_forgetting_is_immediate():
    """After a revocation the accounts are asked again."""
    accounts = Counted()

    async def scenario(lookups):
        await lookups.find("good")
        accounts.login = None
        lookups.forget()
        return await lookups.find("good")

    assert run(scenario, accounts) is None


def test_an_answer_from_before_a_revocation_is_not_kept():
    """The question was on its way when the login was revoked: its answer serves that request and no other."""
    accounts = Counted()
    accounts.go_on.clear()

    async def scenario(lookups):
        early = asyncio.create_task(lookups.find("good"))
        while not accounts.asked:  # noqa: ASYNC110 - set by another thread
            await asyncio.sleep(0.001)
        accounts.login = None
        lookups.forget()
        accounts.go_on.set()
        await early
        return await lookups.find("good")

    assert run(scenario, accounts) is None


def test_other_sessions_are_told_apart():
    """One question for all sockets."""

    async def scenario(lookups):
        return await lookups.still_valid({6, 7, 8})

    assert run(scenario, Counted()) == {7}


def test_a_database_that_never_answers_is_as_good_as_none():
    """Who waits for it is told so after a while, and the next one, too."""
    accounts = Silent()
    accounts.go_on.clear()

    async def scenario(lookups):
        for _ in range(2):
            begun = time.monotonic()
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(3):
                    await lookups.find("good")
            assert time.monotonic() - begun < 1

    run(scenario, accounts, answer_s=0.1)


def test_the_watch_does_not_wait_behind_requests():
    """With every thread for requests waiting, the open sockets are checked all the same."""
    accounts = Counted()
    accounts.go_on.clear()

    async def scenario(lookups):
        requests = [asyncio.create_task(lookups.find(f"token {number}")) for number in range(8)]
        while accounts.asked < 4:  # noqa: ASYNC110 - set by other threads
            await asyncio.sleep(0.001)
        async with asyncio.timeout(2):
            valid = await lookups.still_valid({7, 8})
        accounts.go_on.set()
        await asyncio.gather(*requests)
        return valid

    assert run(scenario, accounts) == {7}


def test_sockets_close_when_the_database_never_answers():
    """Nobody can tell any more whose login was ended: after `blind_s` seconds all are told to come again."""
    accounts, sent = Silent(), []
    accounts.go_on.clear()

    async def send(message):
        sent.append(message)

    async def scenario(lookups):
        sockets = Sockets(lookups.still_valid, every_s=0.02, blind_s=0.2)
        sockets.start()
        async with asyncio.timeout(3):
            await sockets.hold(7, asyncio.sleep(60), send)
        await sockets.stop()

    run(scenario, accounts)
    assert sent == [{"type": "websocket.close", "code": TRY_AGAIN}]
