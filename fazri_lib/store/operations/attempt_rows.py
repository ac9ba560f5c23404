"""Rows of wrong passwords in a row, by a digest of the name: names that no account has are counted alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, insert, select

from fazri_lib.access.lockout import Tally
from fazri_lib.store.operations.tables import attempts

if TYPE_CHECKING:
    import datetime as dt


@dataclass(frozen=True, slots=True)
class AttemptRows:
    """Wrong passwords in a row, within one transaction."""

    connection: Connection

    def tally(self, name_hash: str) -> Tally:
        """Return what is counted for a name."""
        columns = (attempts.c.failures, attempts.c.last_at, attempts.c.wait_until)
        row = self.connection.execute(select(*columns).where(attempts.c.name_hash == name_hash)).one_or_none()
        return Tally(*row) if row else Tally()

    def tallies(self) -> dict[str, Tally]:
        """Return everything that is counted, by the digest of the name."""
        rows = self.connection.execute(select(attempts))
        return {row.name_hash: Tally(row.failures, row.last_at, row.wait_until) for row in rows}

    def keep(self, name_hash: str, tally: Tally) -> None:
        """Store what is counted for a name, instead of what was; only inside `Operations.write`."""
        self.clear(name_hash)
        values = {"failures": tally.failures, "last_at": tally.last_at, "wait_until": tally.wait_until}
        self.connection.execute(insert(attempts).values(name_hash=name_hash, **values))

    def clear(self, name_hash: str) -> None:
        """Forget what is counted for a name."""
        self.connection.execute(delete(attempts).where(attempts.c.name_hash == name_hash))

    def forget(self, before: dt.datetime) -> None:
        """Forget every name without an attempt since a moment."""
        self.connection.execute(delete(attempts).where(attempts.c.last_at < before))
