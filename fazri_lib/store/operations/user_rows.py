"""Rows of accounts and their roles."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from fazri_lib.store.operations.tables import user_roles, users

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class User:
    """One account as it is stored.

    Attributes:
        user_id: number of the account; never given twice.
        name: login name.
        password_hash: Argon2id, with its parameters and salt.
        must_change: whether the password is a one-time one.
        password_at: when it was set.
        added_at: when the account was made.
        locked_at: when an administrator locked it; None when it is open.
        last_login_at: latest login; None before the first one.
        roles: names of its roles.
    """

    user_id: int
    name: str
    password_hash: str = field(repr=False)
    must_change: bool
    password_at: dt.datetime
    added_at: dt.datetime
    locked_at: dt.datetime | None
    last_login_at: dt.datetime | None
    roles: frozenset[str] = frozenset()

    def is_still(self, found: User | None) -> bool:
        """Tell whether a later look found the same password and lock; a login meanwhile changes neither."""
        return found is not None and (found.password_hash, found.locked_at) == (self.password_hash, self.locked_at)


@dataclass(frozen=True, slots=True)
class UserRows:
    """Accounts, within one transaction."""

    connection: Connection

    def named(self, name: str) -> User | None:
        """Return the account of a name."""
        row = self.connection.execute(select(users).where(users.c.name == name)).one_or_none()
        return _user(row, self._roles(row.user_id)) if row else None

    def numbered(self, user_id: int) -> User | None:
        """Return the account of a number."""
        row = self.connection.execute(select(users).where(users.c.user_id == user_id)).one_or_none()
        return _user(row, self._roles(row.user_id)) if row else None

    def all(self) -> list[User]:
        """Return every account, by name."""
        roles: dict[int, set[str]] = {}
        for user_id, role in self.connection.execute(select(user_roles.c.user_id, user_roles.c.role)):
            roles.setdefault(user_id, set()).add(role)
        rows = self.connection.execute(select(users).order_by(users.c.name))
        return [_user(row, roles.get(row.user_id, ())) for row in rows]

    def add(self, name: str, password_hash: str, at: dt.datetime) -> int:
        """Make an account with a one-time password; return its number."""
        values = {"name": name, "password_hash": password_hash, "must_change": True, "password_at": at, "added_at": at}
        return int(self.connection.execute(insert(users).values(values).returning(users.c.user_id)).scalar_one())

    def restore(self, accounts: Iterable[User]) -> None:
        """Insert the accounts of another database, with their numbers, where there are none yet."""
        for user in accounts:
            values = {column.name: getattr(user, column.name) for column in users.c}
            self.connection.execute(insert(users).values(values))
            self.set_roles(user.user_id, user.roles)
        if self.connection.dialect.name == "postgresql":  # its counter does not see numbers that were given
            last = select(func.coalesce(func.max(users.c.user_id), 1), func.count() > 0).select_from(users)
            number, is_taken = self.connection.execute(last).one()
            self.connection.execute(select(func.setval("users_user_id_seq", number, is_taken)))

    def change(self, user_id: int, **values: Any) -> None:
        """Set columns of an account."""
        self.connection.execute(update(users).where(users.c.user_id == user_id).values(values))

    def set_roles(self, user_id: int, roles: Iterable[str]) -> None:
        """Give an account these roles and no others."""
        self.connection.execute(delete(user_roles).where(user_roles.c.user_id == user_id))
        for role in sorted(set(roles)):
            self.connection.execute(insert(user_roles).values(user_id=user_id, role=role))

    def _roles(self, user_id: int) -> Iterable[str]:
        return self.connection.scalars(select(user_roles.c.role).where(user_roles.c.user_id == user_id))


def _user(row: Row[Any], roles: Iterable[str]) -> User:
    return User(**row._mapping, roles=frozenset(roles))  # noqa: SLF001 - public, named so that no column hides it
