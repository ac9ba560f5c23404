"""When a further password may be tried: each failure costs a longer wait, several in a row a lock for a while. Pure.

A name that no account has is counted like any other, so the answers do not tell which names exist. What is counted is
forgotten by a login, and when no attempt was made for as long as a lock lasts. Attempts that come during a wait or a
lock are neither tried nor counted: they do not make it longer.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal

Reason = Literal["", "wrong", "locked", "wait", "expired"]
"""Why a login did not come about: wrong name or password, locked, or too early after a failure; empty when it did."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What is counted for one name.

    Attributes:
        failures: attempts in a row that did not end well, those included that are being tried now.
        last_at: the latest of them, UTC.
        wait_until: before then no further one is tried, UTC.
    """

    failures: int = 0
    last_at: dt.datetime | None = None
    wait_until: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Lockout:
    """The rule: waits of 1, 2, 4, ... seconds, and a lock at the last failure allowed.

    Attributes:
        failures: failures in a row that lock.
        lock_s: how long a lock lasts, and after which quiet everything is forgotten, seconds.
    """

    failures: int
    lock_s: float

    @property
    def lock(self) -> dt.timedelta:
        """How long a lock lasts."""
        return dt.timedelta(seconds=self.lock_s)

    def refusal(self, tally: Tally, now: dt.datetime) -> tuple[Reason, float]:
        """Return why no attempt may be made now, and for how many seconds; ("", 0.0) when one may."""
        if tally.failures >= self.failures:
            left_s = self._left_s(tally.last_at, now, self.lock_s)
            return ("locked", left_s) if left_s > 0 else ("", 0.0)
        left_s = self._left_s(tally.wait_until, now, 0.0)
        return ("wait", left_s) if left_s > 0 else ("", 0.0)

    def attempted(self, tally: Tally, now: dt.datetime) -> Tally:
        """Return the tally with one more attempt, counted before it is tried: parallel ones cannot pass together."""
        is_quiet = self._left_s(tally.last_at, now, self.lock_s) <= 0
        return replace(Tally() if is_quiet else tally, failures=1 if is_quiet else tally.failures + 1, last_at=now)

    def failed(self, tally: Tally, now: dt.datetime) -> tuple[Tally, Reason, float]:
        """Return the tally after an attempt turned out wrong, what to answer, and the seconds to wait."""
        if tally.failures >= self.failures:
            return replace(tally, last_at=now, wait_until=None), "locked", self.lock_s
        wait_s = self.wait_s(tally.failures)
        return replace(tally, last_at=now, wait_until=now + dt.timedelta(seconds=wait_s)), "wrong", wait_s

    def wait_s(self, failures: int) -> float:
        """Return the seconds to wait after so many failures in a row: 1, 2, 4, ..., at most as long as a lock."""
        return min(2.0 ** min(failures - 1, 30), self.lock_s) if failures > 0 else 0.0

    def locked_until(self, tally: Tally, now: dt.datetime) -> dt.datetime | None:
        """Return when a lock ends; None when there is none."""
        reason, left_s = self.refusal(tally, now)
        return now + dt.timedelta(seconds=left_s) if reason == "locked" else None

    def _left_s(self, since: dt.datetime | None, now: dt.datetime, span_s: float) -> float:
        """Seconds until `span_s` after a moment; never more than a lock, should the clock have been set back."""
        if since is None:
            return 0.0
        return min((since - now).total_seconds() + span_s, max(span_s, self.lock_s))
