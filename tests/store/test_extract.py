"""The extract: published whole or not at all, pinned for its readers, seen as of any moment."""

import datetime as dt

import duckdb  # noqa: TID251 - the error that a reader would see
import ibis
import numpy as np
import pandas as pd
import pytest

from fazri_lib.errors import NotPublishedError, UnknownNameError
from fazri_lib.schema import EXTRACT_TABLES
from fazri_lib.store import ARRAYS, Extract, Manifest, Publisher, open_duckdb

NOON = dt.datetime(2026, 3, 28, 12)
HOUR = dt.timedelta(hours=1)


@pytest.fixture(scope="module")
def backend():
    """DuckDB in memory."""
    opened = open_duckdb()
    yield opened
    opened.disconnect()


def table(name, rows):
    """Rows of an extract table."""
    contract = EXTRACT_TABLES[name]
    return ibis.memtable(
        contract.arrow(pd.DataFrame(rows, columns=list(contract.column_names))), schema=contract.ibis_schema
    )


@pytest.fixture
def publish(tmp_path, backend):
    """Publish a run with some zones and entities in the rest and stays by month."""
    publisher = Publisher(tmp_path, keep=2)

    def publish(run_id, zones=("LAB",), entities=(), months=None):
        key = run_id + "0" * 16
        rest = {"zones": table("zones", [{"zone_id": zone} for zone in zones]), "entities": table("entities", entities)}
        parts = {
            month: publisher.find(month, "m" * 16)
            or publisher.write(month, "m" * 16, {"stays": table("stays", rows)}, backend)
            for month, rows in (months or {}).items()
        }
        made_at = NOON + dt.timedelta(minutes=int(run_id[-1]))
        manifest = Manifest(
            run_id=run_id,
            made_at=made_at,
            as_of=NOON,
            time_zone="UTC",
            code_version="1",
            months=parts,
            rest=publisher.write("rest", key, rest, backend),
        )
        publisher.publish(manifest)
        return manifest

    return publish


def test_nothing_published_is_said(tmp_path):
    """Before the first run a reader is told what to do."""
    with pytest.raises(NotPublishedError, match="fazri run"):
        Extract.open(tmp_path)


def test_a_reader_keeps_what_it_opened(tmp_path, publish):
    """A run published while a reader is open changes nothing for it; the next reader sees the new one."""
    publish("run1")
    with Extract.open(tmp_path) as before:
        publish("run2", zones=("LAB", "GYM"))
        publish("run3", zones=("LAB", "GYM", "CAFE"))
        assert before.table("zones").count().execute() == 1
        with Extract.open(tmp_path) as after:
            assert after.table("zones").count().execute() == 3


def test_the_file_for_searching_is_published_pinned_and_removed_with_the_extract(tmp_path, publish):
    """A reader keeps the arrays that it opened though no kept manifest names their file; without it nothing opens."""
    publisher, arrays = Publisher(tmp_path, keep=1), {"entity_id": np.arange(3)}
    manifest, part = publish("run1"), publisher.write_arrays("search", "s" * 64, arrays)
    assert publisher.find("search", "s" * 64, ARRAYS) == part
    publisher.publish(manifest.model_copy(update={"search": part}))
    with Extract.open(tmp_path) as before:
        publisher.publish(publish("run2"))
        assert not (tmp_path / "extract" / part.file).exists()
        assert before.search["entity_id"].tolist() == [0, 1, 2]
    with Extract.open(tmp_path) as after:
        assert after.search is None
    manifest, part = publish("run3"), publisher.write_arrays("search", "t" * 64, arrays)
    publisher.publish(manifest.model_copy(update={"search": part}))
    (tmp_path / "extract" / part.file).unlink()
    with pytest.raises(NotPublishedError, match="1 of its files are missing"):
        Extract.open(tmp_path)


def test_a_file_for_searching_that_was_cut_off_is_said(tmp_path, publish):
    """As for any other file of the extract: nothing of it is shown."""
    publisher, manifest = Publisher(tmp_path, keep=1), publish("run1")
    part = publisher.write_arrays("search", "s" * 64, {"entity_id": np.arange(1_000)})
    publisher.publish(manifest.model_copy(update={"search": part}))
    path = tmp_path / "extract" / part.file
    path.write_bytes(path.read_bytes()[:900])
    with pytest.raises(NotPublishedError, match="cannot be opened"):
        Extract.open(tmp_path)


def test_only_kept_extracts_stay_on_disk(tmp_path, publish):
    """Of four runs two are kept: their manifests and files, shared months once."""
    for number in range(1, 5):
        publish(f"run{number}", months={"2026-03": []})
    assert len(list((tmp_path / "extract/history").iterdir())) == 2
    assert sorted(path.name[:8] for path in (tmp_path / "extract").glob("*.duckdb")) == [
        "2026-03-",
        "rest-run",
        "rest-run",
    ]


def test_a_reader_cannot_write(tmp_path, publish):
    """The files are attached read-only."""
    publish("run1")
    with Extract.open(tmp_path) as extract, pytest.raises(duckdb.InvalidInputException, match="read-only"):
        extract.backend.raw_sql("DELETE FROM part_rest.main.zones")


def test_views_show_what_was_known_then(tmp_path, publish):
    """A role known from 10 to 11 o'clock and another from then on: each view shows one, an earlier one none."""
    versions = [
        {"entity_id": 1, "role": "student", "known_at": NOON - 2 * HOUR, "superseded_at": NOON - HOUR},
        {"entity_id": 1, "role": "staff", "known_at": NOON - HOUR},
    ]
    publish("run1", entities=versions)
    with Extract.open(tmp_path) as extract:
        seen = {
            hours: extract.table("entities", NOON - hours * HOUR).role.execute().tolist() for hours in (0, 1, 1.5, 2, 3)
        }
        assert seen == {0: ["staff"], 1: ["staff"], 1.5: ["student"], 2: ["student"], 3: []}
        assert extract.table("entities", NOON - 1.5 * HOUR).superseded_at.isnull().all().execute()


def test_the_future_is_refused(tmp_path, publish):
    """A moment after the extract's own cannot be asked for."""
    publish("run1")
    with Extract.open(tmp_path) as extract, pytest.raises(NotPublishedError, match="later than the extract"):
        extract.table("entities", NOON + HOUR)


def test_an_unknown_table_is_refused(tmp_path, publish):
    """The nearest known name is given."""
    publish("run1")
    with Extract.open(tmp_path) as extract, pytest.raises(UnknownNameError, match="did you mean zones"):
        extract.table("zone")


def test_months_are_read_as_one(tmp_path, publish):
    """Stays of two months come as one table; without any month the table is there and empty."""
    stay = {"stay_id": 1, "entity_id": 1, "zone_id": "LAB", "started_at": NOON - HOUR, "known_at": NOON - HOUR}
    publish("run1", months={"2026-02": [], "2026-03": []})
    with Extract.open(tmp_path) as extract:
        assert extract.table("stays").count().execute() == 0
    publish("run2")
    with Extract.open(tmp_path) as extract:
        assert extract.table("stays").schema() == EXTRACT_TABLES["stays"].ibis_schema
        assert stay.keys() <= set(extract.table("stays").columns)


def test_missing_files_are_said(tmp_path, publish):
    """When a published file is gone the reader is told to publish again, and the publisher does not build on it."""
    publish("run1")
    next((tmp_path / "extract").glob("rest*.duckdb")).unlink()
    with pytest.raises(NotPublishedError, match="run `fazri run`"):
        Extract.open(tmp_path)
    assert Publisher(tmp_path, 2).current() is None


def test_what_a_killed_run_left_is_not_written_into_its_successor(tmp_path, publish):
    """A half-written file and its log under the name that the next run takes do no harm, and go."""
    publish("run1")
    part = next((tmp_path / "extract").glob("rest*.duckdb"))
    for suffix in (".building", ".building.wal"):
        part.with_suffix(suffix).write_bytes(b"x" * 5000)
    publish("run2", zones=("LAB", "CAFE"))
    assert not list((tmp_path / "extract").glob("*.building*"))
    with Extract.open(tmp_path) as extract:
        assert extract.table("zones").count().to_pyarrow().as_py() == 2


def test_files_that_cannot_be_opened_are_said(tmp_path, publish):
    """A published file that is no database any more is not called missing."""
    publish("run1")
    next((tmp_path / "extract").glob("rest*.duckdb")).write_bytes(b"x" * 5000)
    with pytest.raises(NotPublishedError, match="cannot be opened"):
        Extract.open(tmp_path)


def test_a_half_written_part_is_not_found(tmp_path, backend):
    """A part without its note, as a kill between the two leaves it, counts as not there."""
    publisher = Publisher(tmp_path, 2)
    part = publisher.write("rest", "k" * 16, {"zones": table("zones", [])}, backend)
    assert publisher.find("rest", "k" * 16) == part
    (tmp_path / "extract" / part.file).with_suffix(".json").unlink()
    assert publisher.find("rest", "k" * 16) is None
