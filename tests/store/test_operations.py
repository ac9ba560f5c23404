"""The operations database: found, made, guarded and shared alike on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import datetime as dt
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from operations import DatabaseError, execute, reopened
from pydantic import SecretStr

from fazri_lib.errors import DependencyError, FazriError, SettingsError
from fazri_lib.store.operations import AuditRow, open_operations, operations_address
from fazri_lib.store.operations.migrating import MIGRATIONS, REVISIONS
from fazri_lib.store.operations.tables import metadata

NOW = dt.datetime(2025, 9, 13, 12, 0, 0, 123456)
ROW = AuditRow(1, NOW, "login", "ann", "ann", "", "{}", "", "f" * 64)


def test_file_is_private(tmp_path):
    """Without a URL it is a SQLite file in state/, readable and writable for its owner alone, its log too."""
    before = os.umask(0)
    try:
        with open_operations(None, tmp_path):
            files = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "state").iterdir()}
    finally:
        os.umask(before)
    assert files == {"operations.db": 0o600, "operations.db-wal": 0o600, "operations.db-shm": 0o600}


def test_open_file_is_closed(tmp_path):
    """A file that others could read is made private when it is opened."""
    open_operations(None, tmp_path).close()
    file = tmp_path / "state" / "operations.db"
    file.chmod(0o644)
    open_operations(None, tmp_path).close()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.slow
def test_opened_twice_in_a_process_it_still_sees_others(tmp_path):
    """Opening it again drops no lock of the first: what other processes write, each after the other, is seen."""
    code = (
        "import sys, datetime as dt; from pathlib import Path; from fazri_lib.store.operations import open_operations\n"
        "with open_operations(None, Path(sys.argv[1])) as operations, operations.write() as rows:\n"
        "    rows.users.add(sys.argv[2], 'x', dt.datetime(2025, 9, 13))\n"
    )
    with open_operations(None, tmp_path) as first, open_operations(None, tmp_path) as second:
        for name in ("ann", "ben", "cem"):
            subprocess.run([sys.executable, "-c", code, str(tmp_path), name], check=True)
            for one in (first, second):
                with one.read() as rows:
                    assert rows.users.named(name), name


def test_sqlite_is_set_up(tmp_path):
    """Readers do not wait for writers (WAL), each commit is on the disk, and references are checked."""
    with open_operations(None, tmp_path) as operations, operations.engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


@pytest.mark.parametrize(
    "url",
    [f"mysql://ann:{'pw4you'}@host/db", "sqlite://", "sqlite:///:memory:", "nonsense pw4you", "postgresql://host", ""],
)
def test_wrong_url(tmp_path, url):
    """Any other URL is refused, and nothing of it is told."""
    with pytest.raises(SettingsError, match="expected sqlite:///FILE or postgresql://") as refused:
        open_operations(SecretStr(url), tmp_path)
    assert "pw4you" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_addresses(tmp_path):
    """A relative SQLite file lies in the campus folder; PostgreSQL is always spoken to by psycopg."""
    assert operations_address(SecretStr("sqlite:///x/y.db"), tmp_path).database == str(tmp_path / "x" / "y.db")
    for scheme in ("postgres", "postgresql", "postgresql+psycopg"):
        address = operations_address(SecretStr(f"{scheme}://ann@host/db?sslmode=require"), tmp_path)
        assert address.render_as_string() == "postgresql+psycopg://ann@host/db?sslmode=require"


def test_no_server(tmp_path):
    """A server that does not answer is told in one line without the URL."""
    with pytest.raises(DependencyError, match=r"operations database \(postgresql\): expected an answer") as refused:
        open_operations(SecretStr(f"postgresql://pw4you@/db?host={tmp_path}"), tmp_path)
    assert "pw4you" not in str(refused.value)


def test_no_database(tmp_path):
    """A file that is no SQLite database is told in one line."""
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "operations.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(DependencyError, match="file is not a database"):
        open_operations(None, tmp_path)


def test_busy(tmp_path):
    """A writer that another one keeps waiting for too long is told so."""
    with open_operations(None, tmp_path) as operations, operations.write(), reopened(operations) as other:
        execute(other, "PRAGMA busy_timeout = 20")
        with pytest.raises(DependencyError, match="database is locked"), other.write():
            pass


def test_waiting_for_a_connection_ends(operations):
    """On both engines whoever finds no free connection waits ten seconds, as for a writer, not the pool's thirty."""
    assert operations.engine.pool.timeout() == 10


@pytest.mark.slow
def test_importing_the_store_is_quick(tmp_path):
    """`fazri_lib.store` does not load SQLAlchemy, and opening a database that has its tables does not load Alembic."""
    script = (
        "import sys, pathlib, fazri_lib.store; assert 'sqlalchemy' not in sys.modules\n"
        "from fazri_lib.store.operations import open_operations\n"
        "open_operations(None, pathlib.Path(sys.argv[1])).close(); print('alembic' in sys.modules)"
    )
    said = [
        subprocess.run([sys.executable, "-c", script, tmp_path], check=True, capture_output=True, text=True).stdout
        for _ in range(2)
    ]
    assert said == ["True\n", "False\n"]


def test_revisions_are_the_migrations():
    """The revisions that opening knows are those of the migration files, in order."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    found = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(found)) == REVISIONS


def test_migrations_make_the_tables(operations):
    """What the migrations made is what `tables` describes: columns, types, keys, indexes."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with operations.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_many_open_a_new_one(databases, tmp_path):
    """Processes that open a new database at the same time make its tables once."""
    url = databases.new("template0")
    with ThreadPoolExecutor(6) as pool:
        opened = list(pool.map(lambda _: open_operations(url, tmp_path), range(6)))
    assert {operations.revision() for operations in opened} == {(REVISIONS[-1], REVISIONS[-1])}
    for operations in opened:
        operations.close()


def test_looking_makes_nothing(databases, tmp_path):
    """Without `migrate` a new database stays without tables."""
    with open_operations(databases.new("template0"), tmp_path, migrate=False) as operations:
        assert operations.revision() == ("", REVISIONS[-1])


def test_newer_tables(operations):
    """Tables of a newer Fazri are left alone, and the remedy is told."""
    execute(operations, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(FazriError, match="is at revision 9999; expected 0002 or older; install the version"):
        operations.migrate()


def test_failed_transaction_leaves_nothing(operations):
    """What a transaction wrote before it failed is gone."""
    with pytest.raises(ZeroDivisionError), operations.write() as rows:
        _ = rows.users.add("ann", "hash", NOW) / 0
    with operations.read() as rows:
        assert rows.users.named("ann") is None


def test_instants_come_back(operations):
    """An instant comes back to the microsecond and without a zone."""
    with operations.write() as rows:
        rows.users.add("ann", "hash", NOW)
    with operations.read() as rows:
        assert rows.users.named("ann").added_at == NOW


def test_writers_take_turns(operations):
    """Twenty writers that read, add one and write lose nothing: none runs beside another."""
    with operations.write() as rows:
        number = rows.users.add("ann", "0", NOW)

    def count(_: int) -> None:
        with operations.write() as rows:
            rows.users.change(number, password_hash=str(int(rows.users.numbered(number).password_hash) + 1))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(20)))
    with operations.read() as rows:
        assert rows.users.numbered(number).password_hash == str(20)


def test_readers_do_not_wait(operations):
    """While one writes, others read what was there before, from one state of the database."""
    with operations.write() as writing:
        writing.users.add("ann", "hash", NOW)
        with operations.read() as reading:
            assert reading.users.all() == []
    with operations.read() as reading:
        assert len(reading.users.all()) == 1
        with operations.write() as writing:
            writing.users.add("ben", "hash", NOW)
        assert len(reading.users.all()) == 1


def test_numbers_are_never_given_twice(operations):
    """A login that was removed leaves its number unused: sockets are known by it."""
    with operations.write() as rows:
        number = rows.users.add("ann", "hash", NOW)
        first = rows.sessions.add(number, "a" * 64, NOW, "")
        rows.sessions.forget(NOW + dt.timedelta(days=1))
        assert rows.sessions.add(number, "b" * 64, NOW, "") > first


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'ben'",
        "UPDATE audit SET seq = 7",
        "DELETE FROM audit",
        "INSERT INTO audit SELECT 3, at, event, actor, subject, address, detail, previous, hash FROM audit",
        "INSERT INTO audit SELECT 1, at, event, 'ben', subject, address, detail, previous, hash FROM audit",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET count = 0",
        "UPDATE audit_head SET hash = ''",
        "UPDATE audit_head SET count = count + 2",
        "INSERT INTO audit_head VALUES (2, 0, '')",
    ],
)
def test_the_audit_log_only_grows(operations, statement):
    """The database itself refuses to change, remove or insert rows of the audit log or to set back its head."""
    with operations.write() as rows:
        rows.audit.append(ROW)
    with pytest.raises(DatabaseError, match="the audit log only grows"):
        execute(operations, statement)
    with operations.read() as rows:
        assert (list(rows.audit.all()), rows.audit.head()) == ([ROW], (1, ROW.hash))


def test_sqlite_does_not_replace(tmp_path):
    """SQLite's INSERT OR REPLACE, which fires no trigger on DELETE, is refused, too."""
    with open_operations(None, tmp_path) as operations:
        with operations.write() as rows:
            rows.audit.append(ROW)
        columns = "at, event, 'ben', subject, address, detail, previous, hash"
        with pytest.raises(DatabaseError, match="only grows"):
            execute(operations, f"INSERT OR REPLACE INTO audit SELECT 1, {columns} FROM audit")  # noqa: S608 - the attack


@pytest.mark.postgres
@pytest.mark.parametrize("table", ["audit", "audit_head"])
def test_postgres_does_not_truncate(postgres_databases, tmp_path, table):
    """PostgreSQL's TRUNCATE is refused."""
    with open_operations(postgres_databases.new(), tmp_path) as one, pytest.raises(DatabaseError, match="only grows"):
        execute(one, f"TRUNCATE {table} CASCADE")


def test_batches_of_the_audit_log(operations, monkeypatch):
    """Reading the log a batch at a time gives every row once, in order."""
    monkeypatch.setattr("fazri_lib.store.operations.audit_rows._BATCH", 3)
    with operations.write() as rows:
        for seq in range(1, 8):
            rows.audit.append(replace(ROW, seq=seq))
    with reopened(operations) as again, again.read() as rows:
        assert [row.seq for row in rows.audit.all()] == [1, 2, 3, 4, 5, 6, 7]


def test_errors_hold_no_values(operations):
    """An error of the database, as a login name that is there already, tells no value that was sent."""
    with operations.write() as rows:
        rows.users.add("ann", "secret-hash", NOW)
    with pytest.raises(DatabaseError) as refused, operations.write() as rows:
        rows.users.add("ann", "secret-hash", NOW)
    assert "secret-hash" not in str(refused.value)
    assert "secret-hash" not in repr(operations)


def test_postgres_that_is_gone_is_noticed(tmp_path):
    """A server that vanished without a word holds no question for longer than half a minute."""
    from sqlalchemy import event  # noqa: TID251 - to see what the driver is given

    asked = {}

    class EnoughError(Exception):
        """Ends the attempt to connect."""

    with open_operations(SecretStr("postgresql://ann@host/db"), tmp_path, migrate=False) as operations:

        @event.listens_for(operations.engine, "do_connect")
        def stop(_dialect, _record, _arguments, parameters):
            asked.update(parameters)
            raise EnoughError

        with pytest.raises(EnoughError):
            operations.engine.connect()
    assert asked["keepalives_idle"] + asked["keepalives_interval"] * asked["keepalives_count"] <= 30
    assert asked["tcp_user_timeout"] <= 30_000
    assert asked["keepalives"] == 1
