"""The operations database: transactions on SQLite and PostgreSQL that behave the same."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Self

from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoneFreeError

from fazri_lib.errors import DependencyError
from fazri_lib.store.operations.attempt_rows import AttemptRows
from fazri_lib.store.operations.audit_rows import AuditRows
from fazri_lib.store.operations.decision_rows import DecisionRows
from fazri_lib.store.operations.migrating import REVISIONS, bring_up_to_date, is_current, revision_of
from fazri_lib.store.operations.session_rows import SessionRows
from fazri_lib.store.operations.user_rows import UserRows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

_WRITERS = 0x66617A7269  # "fazri": the advisory lock that writers of PostgreSQL take in turn


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction: the rows of each table, read or written together.

    Attributes:
        users: accounts and their roles.
        sessions: logins.
        attempts: wrong passwords in a row.
        audit: the audit log.
        decisions: of reviewers.
    """

    users: UserRows
    sessions: SessionRows
    attempts: AttemptRows
    audit: AuditRows
    decisions: DecisionRows


@dataclass(frozen=True, slots=True)
class Operations:
    """An open operations database; made by `open_operations`, shared by all threads of a process.

    Attributes:
        engine: SQLAlchemy's engine. Only tests and `fazri_lib.store` use it.
    """

    engine: Engine = field(repr=False)  # its URL may hold a password

    @property
    def kind(self) -> str:
        """Name of the engine: "sqlite" or "postgresql"."""
        return self.engine.dialect.name

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """Open a transaction that no other writer runs beside, in any process: what it reads stays true until its end.

        Raises:
            DependencyError: the database does not answer, or is not free within ten seconds.
        """
        with self._beginning("IMMEDIATE") as connection:
            yield _rows(connection)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """Open a transaction that sees one state of the database and waits for no writer.

        Raises:
            DependencyError: the database does not answer.
        """
        with self._beginning("DEFERRED") as connection:
            yield _rows(connection)

    def migrate(self) -> None:
        """Make the present tables, unless they are there.

        Raises:
            DependencyError: the database does not answer.
            FazriError: a newer Fazri made it.
        """
        with self._beginning("DEFERRED") as connection:
            if is_current(connection):
                return
        with self._beginning("IMMEDIATE") as connection:
            bring_up_to_date(connection)

    def revision(self) -> tuple[str, str]:
        """Return the revision of the tables that were found (empty for none) and the one expected."""
        with self._beginning("DEFERRED") as connection:
            return revision_of(connection), REVISIONS[-1]

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _beginning(self, how: str) -> Iterator[Connection]:
        """Begin; commit at the end, or roll back when the caller fails."""
        options = {"begin": how}
        if how == "DEFERRED" and self.kind == "postgresql":
            options["isolation_level"] = "REPEATABLE READ"
        try:
            with self.engine.connect().execution_options(**options) as connection, connection.begin():
                if how == "IMMEDIATE" and self.kind == "postgresql":
                    connection.execute(text("SELECT pg_advisory_xact_lock(:writers)"), {"writers": _WRITERS})
                yield connection
        except NoneFreeError as error:
            raise self._silent("no connection free") from error
        except DatabaseError as error:
            if not _is_silence(error):
                raise
            raise self._silent(str(error.orig) if self.kind == "sqlite" else type(error.orig).__name__) from error
        except InterfaceError as error:
            raise self._silent(type(error.orig).__name__) from error

    def _silent(self, got: str) -> DependencyError:
        return DependencyError(
            f"operations database ({self.kind}): expected an answer, got {got}; see that it runs, is free and is the "
            "one that FAZRI_OPERATIONS_URL should name; `fazri doctor` looks again"
        )


def _is_silence(error: DatabaseError) -> bool:
    """Whether the database does not answer, or its file is none; not that it refused a statement."""
    return isinstance(error, OperationalError) or type(error) is DatabaseError


def _rows(connection: Connection) -> Transaction:
    return Transaction(
        UserRows(connection),
        SessionRows(connection),
        AttemptRows(connection),
        AuditRows(connection),
        DecisionRows(connection),
    )
