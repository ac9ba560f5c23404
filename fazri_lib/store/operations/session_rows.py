"""Rows of logins. A token itself is never stored, only its SHA-256."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, and_, delete, func, insert, select, update

from fazri_lib.store.operations.tables import sessions, user_roles, users

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection

    from sqlalchemy import ColumnElement

_COLUMNS = (
    sessions.c.session_id,
    sessions.c.user_id,
    users.c.name,
    users.c.must_change,
    sessions.c.created_at,
    sessions.c.seen_at,
    sessions.c.address,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """Which logins still hold at a moment: begun after `begun_after`, last used after `seen_after`.

    Attributes:
        begun_after: the moment, less the absolute limit.
        seen_after: the moment, less the idle limit.
    """

    begun_after: dt.datetime
    seen_after: dt.datetime


@dataclass(frozen=True, slots=True)
class Session:
    """A login that holds, as it is stored.

    Attributes:
        session_id: its number; never given twice.
        user_id: number of the account.
        name: login name.
        must_change: whether the account's password is a one-time one.
        created_at: when it began.
        seen_at: latest request, to the step by which the idle limit is extended.
        address: where it came from.
        roles: roles of the account.
    """

    session_id: int
    user_id: int
    name: str
    must_change: bool
    created_at: dt.datetime
    seen_at: dt.datetime
    address: str
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SessionRows:
    """Logins, within one transaction."""

    connection: Connection

    def add(self, user_id: int, token_hash: str, at: dt.datetime, address: str) -> int:
        """Begin a login; return its number."""
        values = {
            "user_id": user_id, "token_hash": token_hash, "created_at": at, "seen_at": at, "address": address
        }  # fmt: skip
        made = insert(sessions).values(values).returning(sessions.c.session_id)
        return int(self.connection.execute(made).scalar_one())

    def by_token(self, token_hash: str, limits: Limits) -> Session | None:
        """Return the login of a token, when it holds: one query with its roles."""
        query = (
            select(*_COLUMNS, user_roles.c.role)
            .join(users, users.c.user_id == sessions.c.user_id)
            .outerjoin(user_roles, user_roles.c.user_id == sessions.c.user_id)
            .where(sessions.c.token_hash == token_hash, _holds(limits))
        )
        rows = self.connection.execute(query).all()
        return Session(*rows[0][:-1], roles=frozenset(row.role for row in rows if row.role)) if rows else None

    def of_user(self, user_id: int, limits: Limits) -> list[Session]:
        """Return the logins of an account that hold, the latest first; without their roles."""
        query = (
            select(*_COLUMNS)
            .join(users, users.c.user_id == sessions.c.user_id)
            .where(sessions.c.user_id == user_id, _holds(limits))
            .order_by(sessions.c.session_id.desc())
        )
        return [Session(*row) for row in self.connection.execute(query)]

    def user_of(self, session_id: int, limits: Limits) -> int | None:
        """Return the number of the account of a login that holds."""
        query = select(sessions.c.user_id).join(users, users.c.user_id == sessions.c.user_id)
        return self.connection.scalar(query.where(sessions.c.session_id == session_id, _holds(limits)))

    def holding(self, session_ids: Collection[int], limits: Limits) -> set[int]:
        """Return those of some logins that hold."""
        query = (
            select(sessions.c.session_id)
            .join(users, users.c.user_id == sessions.c.user_id)
            .where(sessions.c.session_id.in_(session_ids), _holds(limits))
        )
        return set(self.connection.scalars(query))

    def counted(self, limits: Limits) -> dict[int, int]:
        """Return how many logins hold, by number of the account that has any."""
        query = (
            select(sessions.c.user_id, func.count())
            .join(users, users.c.user_id == sessions.c.user_id)
            .where(_holds(limits))
            .group_by(sessions.c.user_id)
        )
        return {user_id: count for user_id, count in self.connection.execute(query)}  # noqa: C416 - rows are no pairs

    def see(self, session_ids: Collection[int], at: dt.datetime, not_since: dt.datetime) -> None:
        """Note that logins were used, those aside that were noted after `not_since`."""
        is_due = and_(sessions.c.session_id.in_(session_ids), sessions.c.seen_at <= not_since)
        self.connection.execute(update(sessions).where(is_due).values(seen_at=at))

    def end(self, session_id: int, at: dt.datetime, of_user: int | None = None) -> int | None:
        """End a login, of this account if one is given; return the number of its account, None when it had ended."""
        ended = update(sessions).where(sessions.c.session_id == session_id, sessions.c.ended_at.is_(None))
        ended = ended if of_user is None else ended.where(sessions.c.user_id == of_user)
        return self.connection.execute(ended.values(ended_at=at).returning(sessions.c.user_id)).scalar_one_or_none()

    def end_all(self, user_id: int, at: dt.datetime, but: int | None = None) -> int:
        """End the logins of an account, one aside; return how many."""
        theirs = update(sessions).where(sessions.c.user_id == user_id, sessions.c.ended_at.is_(None))
        if but is not None:
            theirs = theirs.where(sessions.c.session_id != but)
        return self.connection.execute(theirs.values(ended_at=at)).rowcount

    def forget(self, before: dt.datetime) -> None:
        """Remove logins that began before a moment, and with them the addresses they came from."""
        self.connection.execute(delete(sessions).where(sessions.c.created_at < before))


def _holds(limits: Limits) -> ColumnElement[bool]:
    return and_(
        sessions.c.ended_at.is_(None),
        users.c.locked_at.is_(None),
        sessions.c.created_at > limits.begun_after,
        sessions.c.seen_at > limits.seen_after,
    )
