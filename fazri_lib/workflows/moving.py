"""Accounts, decisions and audit log move from one operations database to another, as from SQLite to PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fazri_lib.errors import AccountError
from fazri_lib.workflows.audit import Audit, Event

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from fazri_lib.store.operations import Operations


@dataclass(frozen=True, slots=True)
class Moved:
    """What was moved.

    Attributes:
        accounts: number of accounts.
        audit_rows: number of rows of the audit log.
        decisions: number of reviewers' decisions.
    """

    accounts: int
    audit_rows: int
    decisions: int = 0


def move(source: Operations, target: Operations, clock: Callable[[], dt.datetime], *, actor: str = "fazri") -> Moved:
    """Copy accounts, decisions and the audit log into an empty database, in one transaction; logins are left behind.

    Args:
        source: where they are; it stays as it is.
        target: where they go.
        clock: tells the time, UTC without a zone.
        actor: who does it, for the audit log of the target.

    Raises:
        AccountError: the target holds accounts or an audit log already, or the source's audit log is broken.
    """
    audit = Audit(target, clock)
    broken = Audit(source, clock).verify()
    if broken:
        raise AccountError(
            f"audit log: expected a whole one to move, got row {broken.seq} that {broken.what}; keep it as evidence "
            "and add the accounts anew"
        )
    with source.read() as old, target.write() as new:
        if new.users.all() or new.audit.head()[0]:
            raise AccountError("operations database to move to: expected an empty one, got rows; name another")
        accounts = old.users.all()
        new.users.restore(accounts)
        decisions = old.decisions.all()
        new.decisions.restore(decisions)
        for row in old.audit.all():
            new.audit.append(row)
        count, _ = old.audit.head()
        detail = {"accounts": len(accounts), "from": source.kind, "audit_rows": count, "decisions": len(decisions)}
        audit.write_within(new, Event.ACCOUNTS_MOVED, actor=actor, detail=detail)
    return Moved(len(accounts), count, len(decisions))
