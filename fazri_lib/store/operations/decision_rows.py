"""Rows of reviewers' decisions. They are withdrawn, never removed."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, insert, select, update

from fazri_lib.store.operations.tables import decisions

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody has decided of two rows of directories.

    Attributes:
        decision_id: its number; never given twice.
        left_directory: directory of one row.
        left_key: its key there. Personal.
        right_directory: directory of the other row; the pair is in one order.
        right_key: its key there. Personal.
        verdict: "same", "different" or "unsure".
        reason: in the reviewer's words; may be empty. Personal.
        decided_by: login name.
        decided_at: when, UTC.
        as_of: moment of the view that it rests on, UTC.
        withdrawn_by: login name of who took it back; None while it stands.
        withdrawn_at: when that was.
        withdrawn_as_of: moment of the view in which that was, never before `as_of`.
    """

    decision_id: int
    left_directory: str
    left_key: str = field(repr=False)
    right_directory: str
    right_key: str = field(repr=False)
    verdict: str
    reason: str = field(repr=False)
    decided_by: str
    decided_at: dt.datetime
    as_of: dt.datetime
    withdrawn_by: str | None = None
    withdrawn_at: dt.datetime | None = None
    withdrawn_as_of: dt.datetime | None = None

    @property
    def stands(self) -> bool:
        """Whether it was not withdrawn."""
        return self.withdrawn_at is None


@dataclass(frozen=True, slots=True)
class DecisionRows:
    """Decisions, within one transaction."""

    connection: Connection

    def all(self) -> list[Decision]:
        """Return every decision, the oldest first."""
        return [Decision(*row) for row in self.connection.execute(select(decisions).order_by(decisions.c.decision_id))]

    def numbered(self, decision_id: int) -> Decision | None:
        """Return one of them."""
        row = self.connection.execute(select(decisions).where(decisions.c.decision_id == decision_id)).one_or_none()
        return Decision(*row) if row else None

    def add(self, **columns: Any) -> int:
        """Add a decision; return its number.

        Args:
            columns: all but those of the withdrawal and the number.
        """
        made = insert(decisions).values(columns).returning(decisions.c.decision_id)
        return int(self.connection.execute(made).scalar_one())

    def withdraw(self, decision_id: int, by: str, at: dt.datetime, as_of: dt.datetime) -> None:
        """Note that a decision was withdrawn, unless it was before."""
        still = decisions.c.withdrawn_at.is_(None)
        taken_back = update(decisions).where(decisions.c.decision_id == decision_id, still)
        self.connection.execute(taken_back.values(withdrawn_by=by, withdrawn_at=at, withdrawn_as_of=as_of))

    def restore(self, found: Iterable[Decision]) -> None:
        """Insert the decisions of another database, with their numbers, where there are none yet."""
        rows = [{one.name: getattr(decision, one.name) for one in fields(decision)} for decision in found]
        if rows:
            self.connection.execute(insert(decisions), rows)
        if rows and self.connection.dialect.name == "postgresql":  # its counter does not see numbers that were given
            last = max(row["decision_id"] for row in rows)
            self.connection.execute(select(func.setval("decisions_decision_id_seq", last)))
