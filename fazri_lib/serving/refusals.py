"""Refused access goes to the audit log: the first time at once, and what follows within a minute as a count."""

from __future__ import annotations

import math
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fazri_lib import log
from fazri_lib.workflows.audit import Event

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from starlette.types import Scope

    from fazri_lib.serving.steps import Refusal
    from fazri_lib.workflows.audit import Audit

EVERY_S = 60.0
MOST_WAITING = 1000
_log = log.get("serving.front")


@dataclass(slots=True)
class _Counted:
    begun: float
    entry: dict[str, Any]
    more: int = 0


class Refusals:
    """Writes refusals of somebody known into the audit log, one after the other, beside the loop.

    Whoever asks again and again for what is not theirs fills neither the log nor the memory: of one login and door
    there are no more than two rows in `every_s` seconds, the second with the number of times in its detail.

    Attributes:
        audit: the log.
        every_s: seconds for which refusals of one login at one door are counted.
        most_waiting: rows that may wait to be written; more are dropped, and the dropping is told in the log lines.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        audit: Audit,
        every_s: float = EVERY_S,
        most_waiting: int = MOST_WAITING,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.audit = audit
        self.every_s = every_s
        self.clock = clock
        self._room = threading.Semaphore(most_waiting)
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="fazri-audit")
        self._counted: dict[tuple[int, str], _Counted] = {}  # those that began first stand first

    def __call__(self, refusal: Refusal, scope: Scope) -> None:
        """Note one refusal; of somebody unknown nothing is noted."""
        if refusal.login is None:
            return
        now = self.clock()
        self._settle(now)
        door = refusal.door.path if refusal.door else ""
        counted = self._counted.get((refusal.login.session_id, door))
        if counted is not None:
            counted.more += 1
            return
        address = (scope.get("client") or ("",))[0]
        entry = {"actor": refusal.login.name, "subject": door, "address": address}
        self._counted[refusal.login.session_id, door] = _Counted(now, entry)
        self._write(entry)

    def close(self) -> None:
        """Write what was counted, and take no more."""
        self._settle(math.inf)
        self._writer.shutdown(wait=False)

    def _settle(self, now: float) -> None:
        """Write the counts whose time is over."""
        while self._counted:
            key, counted = next(iter(self._counted.items()))
            if now - counted.begun < self.every_s:
                return
            del self._counted[key]
            if counted.more:
                self._write({**counted.entry, "detail": {"times": counted.more}})

    def _write(self, entry: dict[str, Any]) -> None:
        if not self._room.acquire(blocking=False):
            _log.error("audit not written", error="too many rows wait")
            return
        self._writer.submit(self.audit.write, Event.ACCESS_REFUSED, **entry).add_done_callback(self._written)

    def _written(self, written: Future[int]) -> None:
        self._room.release()
        if error := written.exception():
            _log.error("audit not written", error=type(error).__name__)
