"""The audit log: who signed in, who was refused, who looked at whom. It only grows, and a change to it shows.

Each row carries the SHA-256 of the row before and of its own columns. Triggers refuse every change; whoever switches
them off and changes, removes or inserts a row breaks the chain, and `verify` names the place.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from fazri_lib.store.operations import AuditRow

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from fazri_lib.store.operations import Operations, Transaction

_LONGEST = {"actor": 128, "subject": 128, "address": 64}


class Event(StrEnum):
    """What the audit log tells of."""

    LOGIN = "login"
    LOGIN_REFUSED = "login refused"
    LOGOUT = "logout"
    ACCOUNT_CHANGED = "password changed"
    ACCOUNT_CHANGE_REFUSED = "password change refused"
    ACCOUNT_ADDED = "account added"
    ACCOUNT_RESET = "account reset"
    ACCOUNT_LOCKED = "account locked"
    ACCOUNT_UNLOCKED = "account unlocked"
    ROLES_CHANGED = "roles changed"
    ACCOUNTS_MOVED = "accounts moved"
    ACCESS_REFUSED = "access refused"
    PERSON_VIEWED = "person viewed"
    NAMES_REVEALED = "names revealed"
    RECORDS_DECIDED = "records decided"
    DECISION_WITHDRAWN = "decision withdrawn"


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the audit log, for those who read it.

    Attributes:
        seq: its number.
        at: when, UTC.
        event: what happened.
        actor: login name of who did it, or the part of Fazri; empty when nobody is known.
        subject: whom or what it was done to: a login name, a pseudonym, an entity id, a path.
        address: where the request came from.
        detail: more.
    """

    seq: int
    at: dt.datetime
    event: str
    actor: str
    subject: str
    address: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Break:
    """The first place at which the chain does not hold.

    Attributes:
        seq: number of the row.
        what: what is wrong with it.
    """

    seq: int
    what: str


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain. Noted elsewhere, it shows later whether the log was written anew.

    Attributes:
        count: number of rows.
        hash: hash of the last one; empty when there is none.
    """

    count: int
    hash: str


@dataclass(frozen=True, slots=True)
class Audit:
    """The audit log of one operations database.

    Attributes:
        operations: the database.
        clock: tells the time, UTC without a zone.
    """

    operations: Operations
    clock: Callable[[], dt.datetime] = field(repr=False)

    def write(
        self,
        event: Event,
        *,
        actor: str,
        subject: str = "",
        detail: Mapping[str, Any] | None = None,
        address: str = "",
    ) -> int:
        """Add a row; return its number.

        Args:
            event: what happened.
            actor: login name of who did it.
            subject: whom or what it was done to: a pseudonym or entity id, never a name or contact of the data.
            detail: more, in values that JSON knows; nothing personal.
            address: where the request came from.
        """
        with self.operations.write() as rows:
            return self.write_within(rows, event, actor=actor, subject=subject, detail=detail, address=address)

    def write_within(
        self,
        rows: Transaction,
        event: Event,
        *,
        actor: str,
        subject: str = "",
        detail: Mapping[str, Any] | None = None,
        address: str = "",
    ) -> int:
        """Add a row within a transaction of `Operations.write`: both happen, or neither. As `write` otherwise."""
        count, previous = rows.audit.head()
        texts = {"actor": actor, "subject": subject, "address": address}
        row = AuditRow(
            seq=count + 1,
            at=self.clock(),
            event=event.value,
            **{name: _plain(text)[: _LONGEST[name]] for name, text in texts.items()},
            detail=json.dumps(dict(detail or {}), sort_keys=True),
            previous=previous,
            hash="",
        )
        rows.audit.append(AuditRow(**{**_columns(row), "hash": hash_of(row)}))
        return row.seq

    def entries(
        self, limit: int = 100, *, before: int | None = None, event: Event | None = None, actor: str = ""
    ) -> list[Entry]:
        """Return rows, the latest first.

        Args:
            limit: how many at most.
            before: only rows with a smaller number: the last one of the page before.
            event: only this event.
            actor: only this actor.
        """
        with self.operations.read() as rows:
            found = rows.audit.latest(limit, before=before, event=event or "", actor=actor)
        return [
            Entry(row.seq, row.at, row.event, row.actor, row.subject, row.address, json.loads(row.detail))
            for row in found
        ]

    def head(self) -> Head:
        """Return the end of the chain."""
        with self.operations.read() as rows:
            return Head(*rows.audit.head())

    def verify(self, noted: Head | None = None) -> Break | None:
        """Return the first place where the chain does not hold; None when it is whole.

        Args:
            noted: an end of the chain that was noted earlier; it must still be in it.
        """
        with self.operations.read() as rows:
            count, end = rows.audit.head()
            seq, previous = 0, ""
            for row in rows.audit.all():
                broken = _broken(row, seq + 1, previous)
                if broken:
                    return broken
                seq, previous = row.seq, row.hash
                if noted and seq == noted.count and row.hash != noted.hash:
                    return Break(seq, "its hash is not the one that was noted: the log was written anew")
        if (seq, previous) != (count, end):
            return _broken_end(seq, count)
        return (
            Break(seq + 1, "is missing: there were more rows when it was noted")
            if noted and noted.count > seq
            else None
        )


def hash_of(row: AuditRow) -> str:
    """Return the SHA-256 of the hash before and a row's columns, in the one form that all engines give back."""
    at = row.at.isoformat(timespec="microseconds")
    values = [row.previous, row.seq, at, row.event, row.actor, row.subject, row.address, row.detail]
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()


def _columns(row: AuditRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in AuditRow.__dataclass_fields__}


def _plain(text: str) -> str:
    """The text as every engine can store it."""
    return "".join(char if char.isprintable() else "?" for char in text)


def _broken(row: AuditRow, expected: int, previous: str) -> Break | None:
    if row.seq != expected:
        return Break(expected, "is missing") if row.seq > expected else Break(row.seq, "was inserted")
    if row.previous != previous:
        return Break(row.seq, "does not follow from the row before: one of the two was altered or inserted")
    return None if row.hash == hash_of(row) else Break(row.seq, "was altered")


def _broken_end(seq: int, count: int) -> Break:
    if count > seq:
        return Break(seq + 1, f"is missing: {count} rows were written")
    if count < 0:
        return Break(seq, "is the last one, but the end of the chain was removed")
    if count < seq:
        return Break(count + 1, f"was inserted: {count} rows were written")
    return Break(seq, "was altered: it is not the end of the chain that was written")
