"""All Panel servers of the house: started, watched, started again when they die, and ended."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING

from fazri_lib import log
from fazri_lib.errors import FazriError
from fazri_lib.serving.panel_workers import ProcessWorker, ThreadWorker, Worker

if TYPE_CHECKING:
    from fazri_lib.serving.panel_server import Plan

START_S = 120.0
STOP_S = 3.0
_WATCH_S = 0.25
_FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 30.0
_STEADY_S = 60.0
_ASK_S = 2.0

_log = log.get("serving.panel")


class PanelHost:
    """The Panel servers. A login sticks to one of them, so that its sessions are found again.

    Attributes:
        plan: what each server is told.
        processes: how many processes; 0 runs one server in a thread of this process.
    """

    def __init__(self, plan: Plan, processes: int = 0) -> None:
        self.plan = plan
        self.processes = processes
        self.workers: list[Worker] = []
        self._watches: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Start all servers; return when all listen.

        Raises:
            FazriError: one does not come up: its pages cannot be made.
        """
        self.workers = [self._new() for _ in range(self.processes or 1)]
        try:
            await asyncio.gather(*(asyncio.to_thread(worker.start, START_S) for worker in self.workers))
        except BaseException:
            await self.stop()
            raise
        self._watches = [asyncio.create_task(self._watch(place)) for place in range(len(self.workers))]

    async def stop(self) -> None:
        """End all servers, within a few seconds."""
        for watch in self._watches:
            watch.cancel()
        await asyncio.gather(*self._watches, return_exceptions=True)
        await asyncio.gather(*(asyncio.to_thread(worker.stop, STOP_S) for worker in self.workers))

    def address(self, session_id: int) -> str | None:
        """Return host and port of the server of a login: its own, or while that is down the next; None when all are."""
        count = len(self.workers)
        for step in range(count):
            worker = self.workers[(session_id + step) % count]
            if worker.is_alive and worker.address:
                return worker.address
        return None

    async def check(self) -> list[bool]:
        """Ask each server whether it answers, for the health page."""
        return list(await asyncio.gather(*(_answers(worker.address) for worker in self.workers)))

    def _new(self) -> Worker:
        return ProcessWorker(self.plan) if self.processes else ThreadWorker(self.plan)

    async def _watch(self, place: int) -> None:
        """Start a server again when it has died: at once the first time, later when it dies again and again."""
        wait_s = _FIRST_WAIT_S
        begun = time.monotonic()
        while True:
            await asyncio.sleep(_WATCH_S)
            if self.workers[place].is_alive:
                continue
            wait_s = _FIRST_WAIT_S if time.monotonic() - begun > _STEADY_S else min(wait_s * 2, _LONGEST_WAIT_S)
            _log.error("Panel server died, starting it again", place=place, wait_s=wait_s)
            await asyncio.sleep(wait_s - _FIRST_WAIT_S)
            begun = time.monotonic()
            await self._replace(place)

    async def _replace(self, place: int) -> None:
        worker = self._new()
        self.workers[place] = worker
        try:
            await asyncio.to_thread(worker.start, START_S)
        except FazriError as error:
            _log.error("Panel server does not come up", place=place, error=type(error).__name__)
        except Exception as error:  # noqa: BLE001 - whatever a page raises: the watch must go on
            _log.error("Panel server does not come up", place=place, error=type(error).__name__)


async def _answers(address: str | None) -> bool:
    if address is None:
        return False
    host, port = address.split(":")
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(_ASK_S):
            from_it, to_it = await asyncio.open_connection(host, int(port))
            to_it.write(b"GET /favicon.ico HTTP/1.0\r\nHost: panel\r\n\r\n")
            line = await from_it.readline()
            to_it.close()
            return line.split()[1:2] == [b"200"]
    return False
