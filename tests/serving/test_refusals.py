"""Refused access in the audit log: no flood of requests makes a flood of rows, or fills the memory."""

from __future__ import annotations

import threading
from types import SimpleNamespace

import pytest

from fazri_lib.serving.doors import Door, Kind
from fazri_lib.serving.refusals import Refusals
from fazri_lib.serving.steps import Refusal

SCOPE = {"client": ("10.0.0.5", 1234)}
PERSON, FINDINGS = (Door(f"/dash/{name}", "people", Kind.DASHBOARD) for name in ("person", "findings"))


class Written:
    """An audit log that keeps its rows, and can be made to wait."""

    def __init__(self):
        self.rows = []
        self.go_on = threading.Event()
        self.go_on.set()

    def write(self, event, **entry):
        """As `Audit.write`."""
        self.go_on.wait(10)
        self.rows.append((str(event), entry["actor"], entry["subject"], entry["address"], entry.get("detail")))


class Clock:
    """Seconds as a test sets them."""

    now = 100.0

    def __call__(self):
        """As time.monotonic."""
        return self.now


@pytest.fixture
def audit():
    """The log."""
    return Written()


def refused(number=1, door=PERSON):
    """A refusal of a login."""
    return Refusal(403, "scope", SimpleNamespace(session_id=number, name=f"reader{number}"), door)


def finished(refusals):
    """Close, and wait until all is written."""
    refusals.close()
    refusals._writer.shutdown(wait=True)


def test_a_flood_is_counted(audit):
    """The first is written at once; what follows in a minute is one row with its number."""
    clock = Clock()
    refusals = Refusals(audit, clock=clock)
    for second in range(61):
        clock.now = 100.0 + second
        for _ in range(10):
            refusals(refused(), SCOPE)
    finished(refusals)
    row = ("access refused", "reader1", "/dash/person", "10.0.0.5")
    assert audit.rows == [(*row, None), (*row, {"times": 599}), (*row, None), (*row, {"times": 9})]


def test_logins_and_doors_are_counted_apart(audit):
    """Each has its row; somebody unknown has none."""
    refusals = Refusals(audit)
    for number, door in ((1, PERSON), (2, PERSON), (1, FINDINGS), (1, None)):
        refusals(refused(number, door), SCOPE)
    refusals(Refusal(403, "scope", None, PERSON), SCOPE)
    finished(refusals)
    assert [row[1:3] for row in audit.rows] == [
        ("reader1", "/dash/person"), ("reader2", "/dash/person"), ("reader1", "/dash/findings"), ("reader1", ""),
    ]  # fmt: skip


def test_rows_that_wait_are_bounded(audit):
    """With a database that does not answer no more than so many wait, and there is room again when it does."""
    audit.go_on.clear()
    refusals = Refusals(audit, most_waiting=5)
    for number in range(20):
        refusals(refused(number), SCOPE)
    assert refusals._writer._work_queue.qsize() <= 5
    audit.go_on.set()
    refusals._writer.submit(lambda: None).result(5)
    refusals(refused(99), SCOPE)
    finished(refusals)
    assert [row[1] for row in audit.rows] == [*(f"reader{number}" for number in range(5)), "reader99"]
