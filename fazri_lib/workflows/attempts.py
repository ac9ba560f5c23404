"""Attempts to give a password, counted in the operations database: for all processes, and beyond a restart."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fazri_lib.access.logins import LogIn
from fazri_lib.errors import AccountError
from fazri_lib.workflows.audit import Audit, Event

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from fazri_lib.access.lockout import Lockout
    from fazri_lib.store.operations import Operations, User


@dataclass(frozen=True, slots=True)
class Attempts:
    """Wrong passwords in a row, by login name.

    Attributes:
        operations: the database.
        lockout: the rule.
        clock: tells the time, UTC without a zone.
    """

    operations: Operations
    lockout: Lockout
    clock: Callable[[], dt.datetime] = field(repr=False)

    def begin(self, name: str) -> tuple[LogIn | None, User | None]:
        """Count an attempt before it is tried; return the refusal if it may not be, and the account if there is one.

        A refused attempt only reads: a flood of them neither fills the database nor holds up others.
        """
        now, key = self.clock(), name_hash(name)
        with self.operations.read() as rows:
            reason, wait_s = self.lockout.refusal(rows.attempts.tally(key), now)
        if reason:
            return LogIn(wait_s=wait_s, reason=reason), None
        with self.operations.write() as rows:
            tally = rows.attempts.tally(key)
            reason, wait_s = self.lockout.refusal(tally, now)  # others may have come in between
            if reason:
                return LogIn(wait_s=wait_s, reason=reason), None
            rows.attempts.forget(now - self.lockout.lock)
            rows.attempts.keep(key, self.lockout.attempted(tally, now))
            return None, rows.users.named(name)

    def fail(self, name: str, user: User | None, event: Event, address: str) -> LogIn:
        """Note that an attempt was wrong; return what to answer.

        The audit log gets the names of accounts only: what else is typed there may be a password.
        """
        now, key = self.clock(), name_hash(name)
        with self.operations.write() as rows:
            tally, reason, wait_s = self.lockout.failed(rows.attempts.tally(key), now)
            if tally.failures:
                rows.attempts.keep(key, tally)
            actor = user.name if user else ""
            self._tell(rows, event, actor=actor, subject=actor, address=address, detail={"reason": "wrong password"})
            if reason == "locked" and user:
                detail = {"reason": "wrong passwords", "failures": tally.failures, "lock_s": wait_s}
                self._tell(rows, Event.ACCOUNT_LOCKED, actor="fazri", subject=actor, address=address, detail=detail)
        return LogIn(wait_s=wait_s, reason=reason)

    def _tell(self, rows: Any, event: Event, **columns: Any) -> None:
        Audit(self.operations, self.clock).write_within(rows, event, **columns)


def name_hash(name: str) -> str:
    """Return the key under which a name's attempts are counted: 64 bits, kept no longer than a lock lasts."""
    return hashlib.sha256(name.encode()).hexdigest()[:16]


def wrong_old(refused: LogIn) -> AccountError:
    """Return what a reader is told whose present password was not taken."""
    if refused.reason == "wrong":
        return AccountError("password until now: expected the right one, got another; type it again", field="old")
    return AccountError(
        f"password until now: expected fewer wrong ones, got too many; try again in {math.ceil(refused.wait_s)} s",
        field="old",
    )
