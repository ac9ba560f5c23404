"""The audit log is one chain, whoever writes at the same time, and every change to it is found."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from operations import execute, reopened

from fazri_lib.workflows.audit import Audit, Break, Entry, Event, Head

NOW = dt.datetime(2025, 9, 13, 12, 0, 0, 5)
TRIGGERS = {
    "audit": ("audit_no_update", "audit_no_delete", "audit_next_only"),
    "audit_head": ("audit_head_no_insert", "audit_head_no_delete", "audit_head_next_only"),
}


@pytest.fixture
def audit(operations):
    """An empty audit log."""
    return Audit(operations, lambda: NOW)


@pytest.fixture
def five(audit):
    """A log of five rows."""
    for number in range(1, 6):
        audit.write(Event.PERSON_VIEWED, actor="ann", subject=f"P-{number}")
    return audit


def tamper(audit: Audit, *statements: str) -> None:
    """Change the log as somebody would who may switch the triggers off."""
    of = " ON {}" if audit.operations.kind == "postgresql" else ""
    gone = [f"DROP TRIGGER {name}{of.format(table)}" for table, names in TRIGGERS.items() for name in names]
    execute(audit.operations, *gone, *statements)


def test_rows(audit):
    """A row comes back as it was written, the latest first."""
    audit.write(Event.LOGIN, actor="ann", subject="ann", address="10.0.0.7")
    audit.write(Event.ACCESS_REFUSED, actor="ann", subject="/dash/person", detail={"scope": "people", "n": 1})
    assert audit.entries() == [
        Entry(2, NOW, "access refused", "ann", "/dash/person", "", {"scope": "people", "n": 1}),
        Entry(1, NOW, "login", "ann", "ann", "10.0.0.7", {}),
    ]


def test_chain_by_hand(audit):
    """The hash of a row is the SHA-256 of the hash before and its columns as a JSON list."""
    audit.write(Event.LOGIN, actor="ann", subject="ann")
    audit.write(Event.LOGOUT, actor="ann", subject="ann")
    first = hashlib.sha256(b'["", 1, "2025-09-13T12:00:00.000005", "login", "ann", "ann", "", "{}"]').hexdigest()
    values = [first, 2, "2025-09-13T12:00:00.000005", "logout", "ann", "ann", "", "{}"]
    assert audit.head() == Head(2, hashlib.sha256(json.dumps(values).encode()).hexdigest())


def test_pages_and_filters(five):
    """Rows are read a page at a time, and by event or actor."""
    five.write(Event.LOGIN, actor="ben", subject="ben")
    assert [entry.seq for entry in five.entries(2)] == [6, 5]
    assert [entry.seq for entry in five.entries(2, before=5)] == [4, 3]
    assert [entry.seq for entry in five.entries(event=Event.LOGIN)] == [6]
    assert [entry.seq for entry in five.entries(1, actor="ann")] == [5]


@pytest.mark.parametrize("rows", [0, 1, 5])
def test_whole(audit, rows):
    """A log that nobody touched holds, an empty one too."""
    for _ in range(rows):
        audit.write(Event.LOGIN, actor="ann")
    assert audit.verify() is None


def test_strange_texts(audit):
    """Control characters, long and foreign texts are stored so that the chain holds."""
    audit.write(
        Event.ACCESS_REFUSED, actor="a\x00\n" + "x" * 500, subject="\ud800é", address="1" * 99, detail={"é": "\x00"}
    )
    assert audit.verify() is None
    entry = audit.entries()[0]
    assert (entry.actor, entry.subject, len(entry.address)) == ("a??" + "x" * 125, "?é", 64)
    assert entry.detail == {"é": "\x00"}


def test_concurrent_writers_keep_one_chain(audit):
    """Eight threads with connections of their own write 80 rows: one chain without a gap."""
    others = [Audit(reopened(audit.operations), lambda: NOW) for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        written = list(pool.map(lambda n: others[n % 4].write(Event.LOGIN, actor=f"user-{n}"), range(80)))
    for other in others:
        other.operations.close()
    assert sorted(written) == list(range(1, 81))
    assert audit.verify() is None
    assert audit.head().count == 80


def test_rows_fall_with_their_transaction(audit):
    """A row written within a transaction that fails was never written."""
    with pytest.raises(ZeroDivisionError), audit.operations.write() as rows:
        _ = audit.write_within(rows, Event.LOGIN, actor="ann") / 0
    assert audit.head() == Head(0, "")
    assert audit.verify() is None


COLUMNS = "at, event, actor, subject, address, detail, previous, hash"
COPY = "INSERT INTO audit SELECT {seq}, " + COLUMNS + " FROM audit WHERE seq = 2"  # noqa: S608 - the attack


@pytest.mark.parametrize(
    ("statements", "seq", "words"),
    [
        (["UPDATE audit SET subject = 'P-9' WHERE seq = 3"], 3, "was altered"),
        (["UPDATE audit SET at = '2025-09-13 12:00:01' WHERE seq = 1"], 1, "was altered"),
        (["UPDATE audit SET detail = '{ }' WHERE seq = 5"], 5, "was altered"),
        (["UPDATE audit SET hash = 'x' WHERE seq = 2"], 2, "was altered"),
        (["UPDATE audit SET previous = 'x' WHERE seq = 2"], 2, "does not follow"),
        (["DELETE FROM audit WHERE seq = 1"], 1, "is missing"),
        (["DELETE FROM audit WHERE seq = 3"], 3, "is missing"),
        (["DELETE FROM audit WHERE seq = 5"], 5, "is missing: 5 rows were written"),
        (["DELETE FROM audit"], 1, "is missing: 5 rows were written"),
        (["DELETE FROM audit WHERE seq = 3", "UPDATE audit SET seq = seq - 1 WHERE seq > 3"], 3, "does not follow"),
        ([COPY.format(seq=6)], 6, "does not follow"),
        ([COPY.format(seq=0)], 0, "was inserted"),
        (["DELETE FROM audit_head"], 5, "end of the chain was removed"),
        (["UPDATE audit_head SET hash = 'x'"], 5, "not the end of the chain"),
        (["UPDATE audit_head SET count = 4"], 5, "was inserted: 4 rows were written"),
    ],
)
def test_tampering_is_found(five, statements, seq, words):
    """Whoever switches the triggers off and alters, removes or inserts rows is found out, at the first such row."""
    tamper(five, *statements)
    broken = five.verify()
    assert broken is not None
    assert broken.seq == seq
    assert words in broken.what


def test_a_row_altered_with_its_hash(five):
    """Altering a row and computing its hash anew breaks the link to the next one."""
    with five.operations.read() as rows:
        second = list(rows.audit.all())[1]
    values = [
        second.previous,
        2,
        second.at.isoformat(timespec="microseconds"),
        second.event,
        "ben",
        second.subject,
        "",
        "{}",
    ]
    forged = hashlib.sha256(json.dumps(values).encode()).hexdigest()
    tamper(five, f"UPDATE audit SET actor = 'ben', hash = '{forged}' WHERE seq = 2")  # noqa: S608 - that is the attack
    assert five.verify().seq == 3


def test_a_log_written_anew(five, audit, databases, tmp_path):
    """A chain that was computed anew as a whole holds by itself; an end of the true one, noted elsewhere, tells."""
    noted = five.head()
    five.write(Event.LOGIN, actor="ann")
    assert five.verify(noted) is None
    with reopened(five.operations) as other:
        tamper(Audit(other, lambda: NOW), "DELETE FROM audit", "UPDATE audit_head SET count = 0, hash = ''")
        forged = Audit(other, lambda: NOW)
        for number in range(1, 6):
            forged.write(Event.PERSON_VIEWED, actor="ben", subject=f"P-{number}")
    assert five.verify() is None
    assert five.verify(noted) == Break(5, "its hash is not the one that was noted: the log was written anew")
    assert five.verify(Head(9, "x")).seq == 6
