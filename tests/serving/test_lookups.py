"""Logins are asked for once a second, and never handed out after they ended."""

from __future__ import annotations

import asyncio
import threading
from datetime import datetime, timedelta

from fazri_lib.access.logins import Login
from fazri_lib.access.scopes import Scope
from fazri_lib.serving.lookups import Lookups

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


def run(scenario, accounts, clock=lambda: NOON, kept_s=60.0):
    """Run a scenario that is given the lookups."""
    lookups = Lookups(accounts, clock, kept_s)
    try:
        return asyncio.run(scenario(lookups))
    finally:
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
