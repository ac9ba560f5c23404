"""Who is behind a cookie: the accounts asked in threads, and not sixty times for the sixty files of one page."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from datetime import datetime

    from fazri_lib.access.logins import Login

KEPT_S = 1.0
ANSWER_S = 5.0
_THREADS = 4
_MOST_KEPT = 10_000


class Accounts(Protocol):
    """What the guard asks. Both block (SQL), both may raise when the operations database is not there."""

    def session(self, token: str) -> Login | None:
        """Return the login of a session cookie while it is valid, and note that it was used."""
        ...

    def still_valid(self, session_ids: Collection[int]) -> set[int]:
        """Return those of the sessions that are still valid, without noting any use."""
        ...


class Lookups:
    """Logins by cookie, each kept for a second.

    A revocation is immediate all the same. Whoever ends a session in this process calls `forget`, which drops all that
    is kept and all that is being asked right now. What another process ends is noticed after at most `kept_s`; open
    WebSockets are watched apart (`sockets.Sockets`), and a login past its end is never handed out.

    Attributes:
        accounts: that are asked.
        clock: UTC now.
        kept_s: seconds for which an answer is good.
        answer_s: seconds after which a database that does not answer counts as one that is not there.
    """

    def __init__(
        self,
        accounts: Accounts,
        clock: Callable[[], datetime],
        kept_s: float = KEPT_S,
        answer_s: float = ANSWER_S,
    ) -> None:
        self.accounts = accounts
        self.clock = clock
        self.kept_s = kept_s
        self.answer_s = answer_s
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="fazri-accounts")
        # the watch over open sockets does not wait behind requests
        self._watch_pool = ThreadPoolExecutor(1, thread_name_prefix="fazri-watch")
        self._kept: dict[bytes, tuple[float, Login]] = {}
        self._asked: dict[bytes, asyncio.Task[Login | None]] = {}

    async def find(self, token: str) -> Login | None:
        """Return the valid login of a session cookie, or None.

        Raises:
            TimeoutError: the accounts do not answer in time.
        """
        key = sha256(token.encode()).digest()
        login = self._fresh(key)
        if login is None:
            asked = self._asked.get(key)
            if asked is None:
                asked = asyncio.create_task(self._ask(key, token))
                self._asked[key] = asked
            login = await asyncio.shield(asked)
        return login if login is not None and self.clock() < login.ends_at else None

    async def still_valid(self, session_ids: set[int]) -> set[int]:
        """Return those of the sessions that are still valid; who asks sets the time to wait."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._watch_pool, self.accounts.still_valid, session_ids)

    def forget(self) -> None:
        """Drop every answer: something was revoked."""
        self._kept = {}
        self._asked = {}

    def close(self) -> None:
        """End the threads."""
        for pool in (self._pool, self._watch_pool):
            pool.shutdown(wait=False, cancel_futures=True)

    def _fresh(self, key: bytes) -> Login | None:
        at, login = self._kept.get(key, (-self.kept_s, None))
        return login if time.monotonic() - at < self.kept_s else None

    async def _ask(self, key: bytes, token: str) -> Login | None:
        kept = self._kept
        begun = time.monotonic()
        try:
            async with asyncio.timeout(self.answer_s):
                login = await asyncio.get_running_loop().run_in_executor(self._pool, self.accounts.session, token)
        finally:
            if self._asked.get(key) is asyncio.current_task():
                del self._asked[key]
        if (
            login is not None and kept is self._kept
        ):  # else something was revoked meanwhile: this answer may be of before
            if len(kept) >= _MOST_KEPT:
                kept.clear()
            kept[key] = (begun, login)
        return login
