"""The lake: atomic appends, reading by day, and leaving no trace of what was deleted."""

import datetime as dt

import pandas as pd
import pytest

from fazri_lib.schema import LAKE_TABLES
from fazri_lib.store import Lake, open_duckdb, open_spark, to_arrow

FIRST = dt.datetime(2026, 3, 28, 12)


@pytest.fixture
def lake(tmp_path):
    """An empty lake."""
    return Lake(tmp_path / "lake")


@pytest.fixture(scope="module")
def backend():
    """DuckDB in memory."""
    opened = open_duckdb()
    yield opened
    opened.disconnect()


def observations(*days, value="SECRET-1"):
    """One swipe for each day after the first one."""
    ts = [FIRST + dt.timedelta(days=day) for day in days]
    frame = pd.DataFrame(
        {"observation_id": days, "source": "swipes", "kind": "observation", "ts": ts, "local_ts": ts, "known_at": ts}
    )
    frame = frame.assign(local_date=frame["ts"].dt.date, ts_resolution_s=1.0, id_value=value)
    return LAKE_TABLES["observations"].arrow(frame)


def ids(table):
    """Observation ids in order."""
    return sorted(table.observation_id.execute().tolist())


def test_an_empty_lake_is_typed(lake, backend):
    """Before anything is loaded every table is there, empty, with its columns and types."""
    for name, contract in LAKE_TABLES.items():
        assert lake.read(backend, name).schema() == contract.ibis_schema
        assert lake.version(name) == -1


def test_appends_add_up(lake, backend):
    """Two appends are two versions, and all rows are there."""
    lake.append("observations", observations(1, 2))
    lake.append("observations", observations(3))
    assert (lake.version("observations"), ids(lake.read(backend, "observations"))) == (1, [1, 2, 3])


def test_days_are_read_alone(lake, backend):
    """Asked for one local day only that day's rows come, its date restored from the partition."""
    lake.append("observations", observations(1, 2, 3))
    day = FIRST.date() + dt.timedelta(days=2)
    rows = to_arrow(backend, lake.read(backend, "observations", (day, day)))
    assert rows.column("observation_id").to_pylist() == [2]
    assert rows.column("local_date").to_pylist() == [day]


def test_compaction_keeps_the_rows(lake, backend):
    """Twenty small files of a day become one; the rows stay."""
    for number in range(20):
        rows = observations(1).set_column(0, "observation_id", [[number]])
        lake.append("observations", rows)
    lake.compact()
    assert len(lake._files("observations")) == 1
    assert ids(lake.read(backend, "observations")) == list(range(20))


def test_forgetting_removes_the_bytes(lake, backend):
    """After forgetting old days neither a data file nor the log holds the identifier of that day."""
    lake.append("observations", observations(1, value="FORGOTTEN-ID"))
    lake.append("observations", observations(9, value="KEPT-ID"))
    lake.forget_before(FIRST.date() + dt.timedelta(days=5))
    assert ids(lake.read(backend, "observations")) == [9]
    left = b"".join(path.read_bytes() for path in lake.root.rglob("*") if path.is_file())
    assert b"FORGOTTEN-ID" not in left


def test_no_statistics_on_personal_columns(lake):
    """The transaction log holds no smallest and largest identifier."""
    lake.append("observations", observations(1, 2))
    log = "".join(path.read_text() for path in (lake.root / "observations/_delta_log").glob("*.json"))
    assert "SECRET-1" not in log
    assert "numRecords" in log


@pytest.mark.spark
def test_spark_reads_the_same(lake, backend):
    """Spark gives the rows that DuckDB gives, types included."""
    lake.append("observations", observations(1, 2, 3))
    spark = open_spark()
    order = "observation_id"
    assert to_arrow(spark, lake.read(spark, "observations").order_by(order)).equals(
        to_arrow(backend, lake.read(backend, "observations").order_by(order))
    )
