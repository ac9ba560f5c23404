"""Open WebSockets by login: what ends the login closes them, wherever it was ended."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Any

from fazri_lib import log

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from starlette.types import Send

SIGNED_OUT = 4401
GOING_AWAY = 1001
TRY_AGAIN = 1013
EVERY_S = 0.5
BLIND_S = 15.0
ANSWER_S = 5.0
_LEAVE_S = 2.0

_log = log.get("serving.sockets")


class Sockets:
    """The register of open WebSockets, and the watch that asks twice a second which of their logins are still valid.

    Attributes:
        still_valid: of session ids, those that are valid; one query for all.
        every_s: seconds between two questions; none is asked while no socket is open.
        blind_s: seconds for which sockets stay open when the question fails or stays without an answer; then all are
            closed.
    """

    def __init__(
        self,
        still_valid: Callable[[set[int]], Awaitable[set[int]]],
        every_s: float = EVERY_S,
        blind_s: float = BLIND_S,
    ) -> None:
        self.still_valid = still_valid
        self.every_s = every_s
        self.blind_s = blind_s
        self._ends: dict[int, set[asyncio.Future[int]]] = {}
        self._watch: asyncio.Task[None] | None = None
        self._seen_at = time.monotonic()

    def __len__(self) -> int:
        return sum(len(ends) for ends in self._ends.values())

    async def hold(
        self,
        session_id: int,
        run: Coroutine[Any, Any, None],
        send: Send,
    ) -> None:
        """Run one WebSocket under its login, and close it when the login ends.

        Args:
            session_id: of the login.
            run: serves the socket until its peer leaves.
            send: the socket's ASGI `send`.
        """
        end: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._ends.setdefault(session_id, set()).add(end)
        serving = asyncio.create_task(run)
        ways: set[asyncio.Future[Any]] = {serving, end}
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            if end.done() and not serving.done():
                serving.cancel()
                await asyncio.sleep(
                    0
                )  # it stops sending; what it has to clear up may take longer than the reader must wait
                await _close(send, end.result())
                await asyncio.wait({serving}, timeout=_LEAVE_S)
        finally:
            self._drop(session_id, end)
            serving.cancel()
        if not serving.cancelled() and serving.done():
            serving.result()

    def close_session(self, session_id: int, code: int = SIGNED_OUT) -> None:
        """Close all sockets of one login."""
        for end in self._ends.get(session_id, ()):
            if not end.done():
                end.set_result(code)

    def close_all(self, code: int = GOING_AWAY) -> None:
        """Close every socket."""
        for session_id in list(self._ends):
            self.close_session(session_id, code)

    async def check(self) -> None:
        """Close the sockets of all logins that are no longer valid."""
        open_ids = set(self._ends)
        if not open_ids:
            self._seen_at = time.monotonic()
            return
        try:
            async with asyncio.timeout(min(self.blind_s, ANSWER_S)):
                valid = await self.still_valid(open_ids)
        except Exception as error:  # noqa: BLE001 - whatever the database raises: the watch must go on
            self._blind(error)
            return
        self._seen_at = time.monotonic()
        for session_id in open_ids - valid:
            self.close_session(session_id)

    def start(self) -> None:
        """Begin to watch, on the running loop."""
        self._watch = asyncio.create_task(self._watching(), name="fazri-sockets")

    async def stop(self) -> None:
        """End the watch and close every socket, as going away."""
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
        self.close_all()
        for _ in range(20):
            if not self._ends:
                return
            await asyncio.sleep(0.05)

    async def _watching(self) -> None:
        while True:
            await asyncio.sleep(self.every_s)
            await self.check()

    def _blind(self, error: Exception) -> None:
        blind_s = time.monotonic() - self._seen_at
        _log.warning("logins not checked", error=type(error).__name__, since_s=round(blind_s, 1))
        if blind_s > self.blind_s:
            self.close_all(TRY_AGAIN)

    def _drop(self, session_id: int, end: asyncio.Future[int]) -> None:
        ends = self._ends[session_id]
        ends.discard(end)
        if not ends:
            del self._ends[session_id]


async def _close(send: Send, code: int) -> None:
    with contextlib.suppress(RuntimeError, OSError):  # the peer left in the same moment
        await send({"type": "websocket.close", "code": code})
