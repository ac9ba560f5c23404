"""Operations databases for tests: one SQLite file or one database of a real PostgreSQL server each, tables made."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr
from sqlalchemy.exc import DatabaseError  # noqa: TID251 - what the engines themselves refuse

from fazri_lib.store.operations import open_operations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fazri_lib.store.operations import Operations

__all__ = ["DatabaseError", "PostgresDatabases", "SqliteFiles", "execute", "reopened", "running_postgres"]
_NUMBERS = itertools.count()
_QUICK = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c listen_addresses="


def postgres_programs() -> Path:
    """Folder of PostgreSQL's own programs, the newest version; without one the test skips, in CI it fails."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    beside = shutil.which("initdb")
    if beside:
        found.append(Path(beside).parent)
    if not found:
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing("PostgreSQL's programs are not installed: apt-get install postgresql")
    return found[-1]


@contextmanager
def running_postgres() -> Iterator[str]:
    """Start a server of its own on a socket in a short folder; yield the URL of its databases, less their name."""
    programs = postgres_programs()
    folder = Path(tempfile.mkdtemp(prefix="fazri-pg-"))
    who = {}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        who = {"user": "postgres", "group": "postgres", "extra_groups": []}
        shutil.chown(folder, "postgres", "postgres")

    def call(program: str, *arguments: str | Path) -> None:
        command = [programs / program, "-D", folder / "data", *arguments]
        subprocess.run(command, check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **who)

    try:
        call("initdb", "-U", "fazri", "-A", "trust", "-E", "UTF8", "--no-sync")
        call("pg_ctl", "-l", folder / "log", "-w", "-o", f"{_QUICK} -k {folder}", "start")
        try:
            yield f"postgresql://fazri@/{{name}}?host={folder}"
        finally:
            call("pg_ctl", "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class PostgresDatabases:
    """Databases of one server, each a copy of one whose tables are made."""

    def __init__(self, url: str, home: Path) -> None:
        self.url = url
        self.home = home
        self._administer('CREATE DATABASE "made"')
        open_operations(self.address("made"), home).close()

    def address(self, name: str) -> SecretStr:
        """URL of a database."""
        return SecretStr(self.url.format(name=name))

    def new(self, template: str = "made") -> SecretStr:
        """URL of a new database: a copy of another; "template0" has no tables."""
        name = f"operations_{next(_NUMBERS)}"
        self._administer(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.address(name)

    def _administer(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.address("postgres").get_secret_value(), autocommit=True) as connection:
            connection.execute(statement)


class SqliteFiles:
    """SQLite files, each a copy of one whose tables are made."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        open_operations(self.address("made"), folder).close()

    def address(self, name: str) -> SecretStr:
        """URL of a file."""
        return SecretStr(f"sqlite:///{self.folder / name}.db")

    def new(self, template: str = "made") -> SecretStr:
        """URL of a new file: a copy of another; "template0" has no tables."""
        name = f"operations_{next(_NUMBERS)}"
        if template != "template0":
            shutil.copyfile(self.folder / f"{template}.db", self.folder / f"{name}.db")
        return self.address(name)


def reopened(operations: Operations) -> Operations:
    """The same database, opened once more: what another process would see."""
    return open_operations(SecretStr(operations.engine.url.render_as_string(hide_password=False)), Path("/"))


def execute(operations: Operations, *statements: str) -> None:
    """Run statements on the engine itself, as somebody would who goes round Fazri."""
    with operations.engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
