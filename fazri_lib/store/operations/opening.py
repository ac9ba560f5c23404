"""The operations database is found, made when absent, and opened: SQLite in the campus folder, or PostgreSQL."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from fazri_lib.errors import DependencyError, SettingsError
from fazri_lib.store.operations.database import Operations

if TYPE_CHECKING:
    from pydantic import SecretStr
    from sqlalchemy import Engine

FILE_NAME = "operations.db"
_PRIVATE = 0o600
_OTHERS = 0o077
_WAIT_S = 10
# a server that is gone without a word is noticed within half a minute, not after the system's two hours
_ALIVE = {
    "keepalives": 1,
    "keepalives_idle": _WAIT_S,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
_DRIVERS = {
    "sqlite": "sqlite", "sqlite+pysqlite": "sqlite",
    "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg", "postgresql+psycopg": "postgresql+psycopg",
}  # fmt: skip


def open_operations(url: SecretStr | None, home: Path, *, migrate: bool = True) -> Operations:
    """Open the operations database of a campus.

    Args:
        url: `settings.operations_url`: `sqlite:///FILE` or `postgresql://USER@HOST/DATABASE`; None for SQLite in
            state/operations.db. A SQLite file is made readable for its owner alone.
        home: campus folder.
        migrate: whether to make the present tables when they are not there.

    Raises:
        SettingsError: the URL is of no such form.
        DependencyError: the database does not answer, or its driver is not installed.
        FazriError: a newer Fazri made its tables.
    """
    address = operations_address(url, home)
    engine = _sqlite(address) if address.get_backend_name() == "sqlite" else _postgresql(address)
    operations = Operations(engine)
    try:
        if migrate:
            operations.migrate()
    except BaseException:
        operations.close()
        raise
    return operations


def operations_address(url: SecretStr | None, home: Path) -> URL:
    """Return where the operations database of a campus is.

    Raises:
        SettingsError: the URL is of no known form.
    """
    if url is None:
        return URL.create("sqlite", database=str(home / "state" / FILE_NAME))
    try:
        address = make_url(url.get_secret_value())
    except ArgumentError:
        raise _wrong_url() from None  # its message holds the URL, which may hold a password
    if address.drivername not in _DRIVERS or not address.database or address.database == ":memory:":
        raise _wrong_url()
    driver = _DRIVERS[address.drivername]
    file = str(home / address.database) if driver == "sqlite" else address.database
    return address.set(drivername=driver, database=file)


def is_private(file: Path) -> bool:
    """Tell whether nobody but its owner can read or write a file."""
    return not file.stat().st_mode & _OTHERS


def _wrong_url() -> SettingsError:
    return SettingsError(
        "setting operations_url: expected sqlite:///FILE or postgresql://USER@HOST/DATABASE, got something else; "
        "mend FAZRI_OPERATIONS_URL"
    )


def _sqlite(address: URL) -> Engine:
    _make_private(Path(str(address.database)))
    engine = create_engine(address, hide_parameters=True, pool_size=10, max_overflow=30, pool_timeout=_WAIT_S)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_private(file: Path) -> None:
    """Make the file before SQLite does: its log and shared memory take over its mode.

    A file that is there is not opened: closing it would drop the locks that this process holds on it (POSIX), and the
    next process to end would remove the log under our connections, which then see an old state for ever.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        with suppress(FileExistsError):
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, _PRIVATE))
    if not is_private(file) and file.stat().st_uid == os.geteuid():
        file.chmod(_PRIVATE)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
    for pragma in (f"busy_timeout = {_WAIT_S * 1000}", "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get('begin', 'DEFERRED')}")


def _postgresql(address: URL) -> Engine:
    options = address.query.get("options", "")
    try:
        return create_engine(
            address,
            hide_parameters=True,
            pool_pre_ping=True,  # the server may have been started again since
            pool_size=10,
            max_overflow=10,
            pool_timeout=_WAIT_S,
            connect_args={**_ALIVE, "connect_timeout": _WAIT_S, "options": f"{options} -c lock_timeout={_WAIT_S}s"},
        )
    except (ImportError, NoSuchModuleError) as error:
        raise DependencyError(
            'PostgreSQL: expected its driver psycopg, it is not installed; run pip install "fazri[postgres]"'
        ) from error
