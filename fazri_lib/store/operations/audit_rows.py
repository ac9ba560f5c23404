"""Rows of the audit log and the head of its chain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, insert, select, update

from fazri_lib.store.operations.tables import audit, audit_head

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row of the audit log.

    Attributes:
        seq: its number; the first is 1, none is left out.
        at: when it happened, UTC.
        event: what happened.
        actor: login name of who did it, or the part of Fazri.
        subject: whom or what it was done to: a login name, a pseudonym, an entity id, a path.
        address: where the request came from.
        detail: more, as JSON with sorted keys.
        previous: hash of the row before; empty for the first.
        hash: SHA-256 of `previous` and the other columns.
    """

    seq: int
    at: dt.datetime
    event: str
    actor: str
    subject: str
    address: str
    detail: str
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class AuditRows:
    """The audit log, within one transaction."""

    connection: Connection

    def head(self) -> tuple[int, str]:
        """Return how many rows there are by the head of the chain, and the hash of the last one.

        Both are (-1, "") when somebody removed the head.
        """
        row = self.connection.execute(select(audit_head.c.count, audit_head.c.hash)).one_or_none()
        return (row[0], row[1]) if row else (-1, "")

    def append(self, row: AuditRow) -> None:
        """Add the next row and move the head; only inside `Operations.write`."""
        values = {name: getattr(row, name) for name in AuditRow.__dataclass_fields__}
        self.connection.execute(insert(audit).values(values))
        self.connection.execute(update(audit_head).values(count=row.seq, hash=row.hash))

    def all(self) -> Iterator[AuditRow]:
        """Yield every row in order, a batch in memory at a time."""
        last = None
        while True:
            query = select(audit).order_by(audit.c.seq).limit(_BATCH)
            rows = self.connection.execute(query if last is None else query.where(audit.c.seq > last)).all()
            yield from (AuditRow(*row) for row in rows)
            if len(rows) < _BATCH:
                return
            last = rows[-1].seq

    def latest(self, limit: int, *, before: int | None = None, event: str = "", actor: str = "") -> list[AuditRow]:
        """Return rows, the latest first.

        Args:
            limit: how many at most.
            before: only those with a smaller number.
            event: only those of this event.
            actor: only those of this actor.
        """
        query = select(audit).order_by(audit.c.seq.desc()).limit(limit)
        query = query if before is None else query.where(audit.c.seq < before)
        query = query.where(audit.c.event == event) if event else query
        query = query.where(audit.c.actor == actor) if actor else query
        return [AuditRow(*row) for row in self.connection.execute(query)]
