"""The operations database is brought to the tables that this version of Fazri works with, when it is opened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from fazri_lib.errors import FazriError

if TYPE_CHECKING:
    from sqlalchemy import Connection

REVISIONS = ("0001", "0002")
"""Every revision, oldest first; the last one is the present."""
MIGRATIONS = Path(__file__).parent / "migrations"


def revision_of(connection: Connection) -> str:
    """Return the revision that a database is at; empty for a new one."""
    if not inspect(connection).has_table("alembic_version"):
        return ""
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "")


def is_current(connection: Connection) -> bool:
    """Tell whether a database has the present tables.

    Raises:
        FazriError: a newer Fazri made it.
    """
    found = revision_of(connection)
    if found and found not in REVISIONS:
        raise FazriError(
            f"operations database is at revision {found}; expected {REVISIONS[-1]} or older; "
            "install the version of Fazri that wrote it"
        )
    return found == REVISIONS[-1]


def bring_up_to_date(connection: Connection) -> None:
    """Run what is missing, inside the caller's write transaction: all of it happens, or nothing."""
    if is_current(connection):
        return
    from alembic import command  # noqa: PLC0415 - a quarter of a second that only a new database needs
    from alembic.config import Config  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
