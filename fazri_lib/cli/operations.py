"""The operations database for commands: opened on the campus folder and its settings, closed at the end."""

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from fazri_lib.cli.session import Session, open_session, read_clock
from fazri_lib.errors import DependencyError, SettingsError

if TYPE_CHECKING:
    from fazri_lib.store.operations import Operations
    from fazri_lib.workflows.accounts import Accounts
    from fazri_lib.workflows.audit import Audit


@contextmanager
def open_accounts(session: Session | None = None) -> Iterator["Accounts"]:
    """Open the accounts of a campus; without a session of the one that the command works on.

    Raises:
        DependencyError: the packages that serving needs are not installed, or the database does not answer.
    """
    session = session or open_session()
    with _opened(session) as operations:
        from fazri_lib.workflows.accounts import Accounts  # noqa: PLC0415 - heavy parts load with their command

        yield Accounts(operations, session.settings.serving, read_clock)


@contextmanager
def open_audit() -> Iterator["Audit"]:
    """Open the audit log of the campus that the command works on; as `open_accounts` otherwise."""
    with _opened(open_session()) as operations:
        from fazri_lib.workflows.audit import Audit  # noqa: PLC0415 - heavy parts load with their command

        yield Audit(operations, read_clock)


@contextmanager
def open_both() -> Iterator[tuple["Operations", "Operations"]]:
    """Open the campus's SQLite file and the database that FAZRI_OPERATIONS_URL names.

    Raises:
        SettingsError: it names none, or there is no such file.
    """
    session = open_session()
    file = session.home / "state" / "operations.db"
    if session.settings.operations_url is None or not file.is_file():
        got = "no such file" if session.settings.operations_url else "none"
        raise SettingsError(
            f"accounts to move: expected state/{file.name} and another database in FAZRI_OPERATIONS_URL, got {got}; "
            "set the variable to where they go"
        )
    inside = Session(session.home, session.settings.model_copy(update={"operations_url": None}))
    with _opened(inside) as source, _opened(session) as target:
        yield source, target


def actor() -> str:
    """Return who is told in the audit log to have given a command: the account of the operating system."""
    try:
        return f"fazri user, by {getpass.getuser()}"
    except (OSError, KeyError):  # in a container there may be none
        return "fazri user"


@contextmanager
def _opened(session: Session) -> Iterator["Operations"]:
    try:
        import alembic  # noqa: F401, PLC0415 - the database imports it when it opens

        import fazri_lib.workflows.accounts  # noqa: F401, PLC0415 - heavy parts load with their command
        from fazri_lib.store.operations import open_operations  # noqa: PLC0415 - as above
    except ImportError as error:
        raise DependencyError(
            f'accounts: expected {error.name}, it is not installed; run pip install "fazri[serve]"'
        ) from error
    with open_operations(session.settings.operations_url, session.home) as operations:
        yield operations
