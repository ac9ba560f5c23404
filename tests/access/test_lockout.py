"""Waits grow with each failure, several in a row lock for a while, and what is refused does not make it longer."""

from __future__ import annotations

import datetime as dt

import pytest

from fazri_lib.access.lockout import Lockout, Tally

NOW = dt.datetime(2025, 9, 13, 12)
RULE = Lockout(failures=5, lock_s=900.0)


def later(seconds: float) -> dt.datetime:
    """That many seconds after now."""
    return NOW + dt.timedelta(seconds=seconds)


def test_nothing_counted():
    """Whoever has not failed may try at once."""
    assert RULE.refusal(Tally(), NOW) == ("", 0.0)


def test_waits_double_until_the_lock():
    """Failures 1 to 4 cost 1, 2, 4 and 8 seconds, the fifth a lock of 15 minutes."""
    tally, answers, now = Tally(), [], NOW
    for _ in range(5):
        tally, reason, wait_s = RULE.failed(RULE.attempted(tally, now), now)
        answers.append((reason, wait_s))
        now += dt.timedelta(seconds=wait_s)
    assert answers == [("wrong", 1.0), ("wrong", 2.0), ("wrong", 4.0), ("wrong", 8.0), ("locked", 900.0)]


def test_early_attempts_wait():
    """Half a second after the second failure there are 1.5 seconds left, after two seconds none."""
    tally = Tally(failures=2, last_at=NOW, wait_until=later(2))
    assert RULE.refusal(tally, later(0.5)) == ("wait", 1.5)
    assert RULE.refusal(tally, later(2)) == ("", 0.0)


def test_lock_ends():
    """A lock refuses to its last second; then the count begins anew."""
    tally = Tally(failures=5, last_at=NOW)
    assert RULE.refusal(tally, later(899)) == ("locked", 1.0)
    assert RULE.locked_until(tally, later(899)) == later(900)
    assert RULE.refusal(tally, later(900)) == ("", 0.0)
    assert RULE.attempted(tally, later(900)).failures == 1
    assert RULE.locked_until(tally, later(900)) is None


def test_quiet_forgets():
    """Four failures are forgotten when no attempt was made for as long as a lock lasts."""
    tally = Tally(failures=4, last_at=NOW, wait_until=later(8))
    assert RULE.attempted(tally, later(899)).failures == 5
    assert RULE.attempted(tally, later(900)) == Tally(failures=1, last_at=later(900))


def test_attempts_are_counted_before_they_are_tried():
    """Five attempts that are being tried at once use up all that are allowed."""
    tally = Tally()
    for _ in range(5):
        assert RULE.refusal(tally, NOW) == ("", 0.0)
        tally = RULE.attempted(tally, NOW)
    assert RULE.refusal(tally, NOW) == ("locked", 900.0)


@pytest.mark.parametrize("tally", [Tally(5, later(86_400)), Tally(1, later(86_400), later(86_401))])
def test_clock_set_back(tally):
    """A clock that was set back by a day locks nobody out for longer than a lock."""
    assert RULE.refusal(tally, NOW)[1] <= 900.0


def test_one_failure_allowed():
    """With one failure allowed the first one locks; a wait is never longer than a lock."""
    once = Lockout(failures=1, lock_s=60.0)
    assert once.failed(once.attempted(Tally(), NOW), NOW)[1:] == ("locked", 60.0)
    assert Lockout(failures=1000, lock_s=60.0).wait_s(999) == 60.0
