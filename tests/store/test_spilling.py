"""Where DuckDB puts what its memory does not hold: in private folders that go with it, never in the working one."""

import gc
from pathlib import Path

import pandas as pd
import pytest

from fazri_lib.resolution.kinds import prepare
from fazri_lib.resolution.spec import read_spec
from fazri_lib.store import open_duckdb
from fazri_lib.store.splink import open_comparer

pytestmark = pytest.mark.engine
LARGE = "create temp table large as select md5(i::varchar) a, md5((i + 1)::varchar) b from range(1_500_000) t(i)"


def spills_to(connection):
    """The folder that a connection spills to."""
    return Path(connection.sql("select current_setting('temp_directory')").fetchall()[0][0])


def test_it_spills_to_a_private_folder(tmp_path, monkeypatch):
    """Of 90 MB in 64 some are on disk, in a folder that nobody else can read; it is gone with the backend."""
    monkeypatch.chdir(tmp_path)
    backend = open_duckdb("64MB", threads=1)
    folder = spills_to(backend.con)
    backend.raw_sql(LARGE)
    assert any(folder.iterdir())
    assert folder.stat().st_mode & 0o077 == 0
    assert not list(tmp_path.iterdir())
    backend.disconnect()
    del backend
    gc.collect()
    assert not folder.exists()


def test_a_named_folder_is_taken(tmp_path):
    """It is made where it is not there."""
    backend = open_duckdb(temp_dir=tmp_path / "state" / "tmp")
    assert spills_to(backend.con) == tmp_path / "state" / "tmp"
    backend.disconnect()


@pytest.mark.slow
def test_what_comparing_spills_is_gone_when_it_ends(tmp_path, monkeypatch):
    """A folder of its own, private, and deleted whether or not anybody still refers to the comparer."""
    monkeypatch.chdir(tmp_path)
    born = prepare(pd.DataFrame({"d": ["1971", "1980"]}, dtype=object), read_spec(
        {"fields": {"born": {"kind": "date", "column": "d"}}}, "s"
    ))[0]  # fmt: skip
    with open_comparer(born.columns, [born.comparison], "64MB", threads=1) as compare:
        connection = compare._engine.duckdb_con
        folder = spills_to(connection)
        connection.sql(LARGE)
        assert any(folder.iterdir())
        assert folder.stat().st_mode & 0o077 == 0
    assert not folder.exists()
    assert not list(tmp_path.iterdir())
