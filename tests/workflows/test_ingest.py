import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from fazri_lib import settings
from fazri_lib.errors import ContractError, UnknownNameError, WriterBusyError
from fazri_lib.store import Lake, open_duckdb, to_frame, writer_lock
from fazri_lib.workflows import ingest as ingesting
from fazri_lib.workflows.ingest import ingest

pytestmark = pytest.mark.slow

SWIPES = """source = "swipes"
kind = "observation"
files = "swipes*.csv"
[columns]
ts = "at"
zone_id = "place"
id_value = "card"
[constants]
id_type = "card_id"
"""
PEOPLE = """source = "people"
kind = "directory"
files = "z-people*.csv"
[columns]
record_key = "no"
name = "name"
[identifiers.card_id]
column = "card"
"""
PLACES = """source = "places"
kind = "reference"
table = "zones"
files = "zz-rooms.csv"
[columns]
zone_id = "code"
"""
HEADER = "card,at,place\n"
ROWS = [f"C{at},2025-09-{1 + at % 20:02d} 10:00:{at % 60:02d},LAB\n" for at in range(200)]


@pytest.fixture
def home(tmp_path):
    """A campus folder with three contracts and one zone."""
    home = tmp_path / "campus"
    (home / "contracts").mkdir(parents=True)
    (home / "fazri.toml").write_text('time_zone = "Asia/Kolkata"\n')
    (home / "zones.csv").write_text("zone_id\nLAB\n")
    for name, text in (("swipes", SWIPES), ("people", PEOPLE), ("places", PLACES)):
        (home / "contracts" / f"{name}.toml").write_text(text)
    return home


@pytest.fixture
def raw(tmp_path):
    """A folder with one file of swipes."""
    folder = tmp_path / "raw"
    folder.mkdir()
    (folder / "swipes.csv").write_text(HEADER + "".join(ROWS))
    return folder


def load(home, path, **options):
    """Ingest with the campus's settings."""
    return ingest(home, settings.load(home), path, **options)


def rows(home, name):
    """A table of the lake."""
    backend = open_duckdb(threads=1)
    frame = to_frame(backend, Lake(home / "state" / "lake").read(backend, name))
    backend.disconnect()
    return frame


def counts(summary):
    """Read, loaded, quarantined, known."""
    return summary.rows_read, summary.rows_loaded, summary.rows_quarantined, summary.rows_known


def test_a_folder_is_loaded_directories_first(home, raw):
    """Places before people before rows, else by name; files that no contract matches are listed."""
    (raw / "z-people.csv").write_text("no,name,card\n1,A,C1\n")
    (raw / "zz-rooms.csv").write_text("code\nLAB\nGYM\n")
    (raw / "notes.txt").write_text("hello")
    (raw / ".hidden.csv").write_text("x")
    told = []
    summary = load(home, raw, progress=lambda *step: told.append(step))
    assert [file.name for file in summary.files] == ["zz-rooms.csv", "z-people.csv", "swipes.csv"]
    assert summary.unmatched == ("notes.txt",)
    assert counts(summary) == (203, 203, 0, 0)
    assert (summary.exit_code, summary.refused) == (0, ())
    assert told[-1][1:] == (3, 3)
    assert (home / "zones.csv").read_text() == "zone_id\nLAB\nGYM\n"
    assert rows(home, "record_identifiers")["id_value"].tolist() == ["C1"]
    noted = rows(home, "files").sort_values("loaded_at")
    assert noted[["file", "source", "rows_read"]].to_numpy().tolist() == [
        ["z-people.csv", "people", 1],
        ["swipes.csv", "swipes", 200],
    ]


def test_the_same_file_again_adds_nothing(home, raw):
    """Also under another name and in another folder."""
    load(home, raw)
    shutil.copy(raw / "swipes.csv", raw / "swipes-copy.csv")
    assert counts(load(home, raw)) == (400, 0, 0, 400)
    assert len(rows(home, "observations")) == 200


def test_a_changed_file_adds_what_is_new(home, raw):
    """So does an overlapping export; equal rows count as often as a file holds them."""
    load(home, raw)
    (raw / "swipes.csv").write_text(HEADER + "".join(ROWS[100:]) + "C9,2025-09-21 10:00:00,LAB\n" * 2)
    assert counts(load(home, raw)) == (102, 2, 0, 100)
    (raw / "swipes.csv").write_text(HEADER + "C9,2025-09-21 10:00:00,LAB\n" * 3)
    assert counts(load(home, raw)) == (3, 1, 0, 2)
    assert len(rows(home, "observations")) == 203


def test_one_file_by_its_path(home, raw):
    """It needs no folder."""
    assert counts(load(home, raw / "swipes.csv")) == (200, 200, 0, 0)


def test_a_refused_file_leaves_no_trace_and_the_others_load(home, raw):
    """One line says why; the exit code is 3."""
    (raw / "swipes-2.csv").write_text("card,place\nC1,LAB\n")
    summary = load(home, raw)
    assert summary.exit_code == 3
    assert [(file.name, file.rows_loaded, bool(file.refused)) for file in summary.files] == [
        ("swipes-2.csv", 0, True),
        ("swipes.csv", 200, False),
    ]
    assert summary.refused[0].refused.startswith("swipes-2.csv: has no column at")
    assert rows(home, "files")["file"].tolist() == ["swipes.csv"]


def test_broken_rows_are_put_aside_once(home, raw):
    """The same broken row in a later file is no news."""
    bad = "C1,2025-09-01 10:00:00,NOWHERE\n"
    (raw / "swipes.csv").write_text(HEADER + "".join(ROWS) + bad)
    assert counts(load(home, raw)) == (201, 200, 1, 0)
    (raw / "swipes.csv").write_text(HEADER + bad + "".join(ROWS))
    assert counts(load(home, raw)) == (201, 0, 1, 200)
    (raw / "swipes.csv").write_text(HEADER + bad * 2 + "".join(ROWS))
    assert counts(load(home, raw)) == (202, 0, 2, 200)
    aside = rows(home, "quarantine")[["file", "row_number", "rule"]].sort_values("row_number")
    assert aside.to_numpy().tolist() == [["swipes.csv", 2, "unknown_zone"], ["swipes.csv", 201, "unknown_zone"]]


def test_a_new_zone_takes_in_what_was_put_aside(home, raw):
    """The same file is read again when the zones have changed."""
    (raw / "swipes.csv").write_text(HEADER + "".join(ROWS) + "C1,2025-09-01 10:00:00,GYM\n")
    load(home, raw)
    (home / "zones.csv").write_text("zone_id\nLAB\nGYM\n")
    assert counts(load(home, raw)) == (201, 1, 0, 200)


def test_versions_of_a_directory_row_are_in_order(home, raw):
    """A changed row is another record, loaded later; an unchanged one stays."""
    (raw / "z-people.csv").write_text("no,name,card\n1,A,C1\n2,B,C2\n")
    load(home, raw / "z-people.csv")
    (raw / "z-people.csv").write_text("no,name,card\n1,A,C1\n2,B,C3\n")
    assert counts(load(home, raw / "z-people.csv")) == (2, 1, 0, 1)
    records = rows(home, "records").sort_values("load_order")
    assert records[["record_key", "load_order"]].to_numpy().tolist() == [["1", 1], ["2", 2], ["2", 4]]
    assert sorted(rows(home, "record_identifiers")["id_value"]) == ["C1", "C2", "C3"]


def test_reference_sources_that_do_not_fit_are_refused(home, raw):
    """The zones stay as they are."""
    (home / "access_points.csv").write_text("sensor_id,zone_id\nA,LAB\n")
    (raw / "zz-rooms.csv").write_text("code\nGYM\n")
    summary = load(home, raw)
    assert "would replace zones.csv" in summary.refused[0].refused
    assert (home / "zones.csv").read_text() == "zone_id\nLAB\n"


def test_the_campuss_own_files_are_never_input(home, raw):
    """Neither state, truth, contracts nor reference files, also where a pattern would match them."""
    (home / "contracts" / "swipes.toml").write_text(SWIPES.replace("swipes*.csv", "*.csv"))
    for folder in ("truth", "state", "raw"):
        (home / folder).mkdir()
        shutil.copy(raw / "swipes.csv", home / folder / "swipes.csv")
    summary = load(home, home)
    assert [file.name for file in summary.files] == ["raw/swipes.csv"]
    assert summary.unmatched == ()
    assert load(home, home / "truth" / "swipes.csv").files == ()


def test_a_contract_given_by_its_path(home, raw, tmp_path):
    """It is used alone, whatever the file is called, and the campus keeps a copy."""
    given = tmp_path / "gates.toml"
    given.write_text(SWIPES.replace('"swipes"', '"gates"').replace("swipes*", "gates*"))
    assert load(home, raw, contract=given).unmatched == ("swipes.csv",)
    assert [file.source for file in load(home, raw / "swipes.csv", contract=given).files] == ["gates"]
    assert (home / "contracts" / "gates.toml").read_text() == given.read_text()
    assert load(home, raw / "swipes.csv", contract=home / "contracts" / "gates.toml").rows_known == 200
    given.write_text(given.read_text().replace("card_id", "pass_id"))
    with pytest.raises(ContractError, match=r"gates.toml: the campus has another contract of that name"):
        load(home, raw, contract=given)


def test_a_constant_zone_that_there_is_not(home, raw):
    """Refuses the files of that source."""
    text = SWIPES.replace('zone_id = "place"\n', "").replace("[constants]", '[constants]\nzone_id = "POOL"')
    (home / "contracts" / "swipes.toml").write_text(text)
    assert "no zone POOL" in load(home, raw).refused[0].refused


def test_two_contracts_for_one_file_stop_the_ingest(home, raw):
    """Nothing is loaded before the campus has mended them."""
    (home / "contracts" / "twice.toml").write_text(SWIPES)
    with pytest.raises(ContractError, match="expected one contract"):
        load(home, raw)
    assert Lake(home / "state" / "lake").version("observations") == -1


def test_no_such_path(home, tmp_path):
    """It is named."""
    with pytest.raises(UnknownNameError, match=r"no file or folder .*nowhere"):
        load(home, tmp_path / "nowhere")


def test_one_writer_at_a_time(home, raw):
    """The second says who holds the lock."""
    with writer_lock(home, "somebody"), pytest.raises(WriterBusyError, match="somebody"):
        load(home, raw)


def test_a_broken_commit_is_completed_by_the_next_ingest(home, raw, monkeypatch):
    """Rows are in the lake, their file is not noted yet: nothing doubles."""

    def fail(*_):
        raise KeyboardInterrupt

    (raw / "z-people.csv").write_text("no,name,card\n1,A,C1\n")
    with monkeypatch.context() as patch:
        patch.setattr(ingesting._Session, "_note", fail)
        with pytest.raises(KeyboardInterrupt):
            load(home, raw / "swipes.csv")
        with pytest.raises(KeyboardInterrupt):
            load(home, raw / "z-people.csv")
    assert counts(load(home, raw)) == (201, 0, 0, 201)
    assert [len(rows(home, name)) for name in ("observations", "records", "record_identifiers")] == [200, 1, 1]


@pytest.mark.slow
def test_killed_at_any_moment_the_next_ingest_completes(home, raw):
    """Nothing is lost, nothing doubled."""
    (raw / "z-people.csv").write_text("no,name,card\n" + "".join(f"{at},A,C{at}\n" for at in range(50)))
    for at in range(4):
        (raw / f"swipes-{at}.csv").write_text(HEADER + "".join(row.replace("C", f"{at}C") for row in ROWS))
    command = "from pathlib import Path; from fazri_lib import settings; from fazri_lib.workflows.ingest import ingest;"
    command += f"home = Path({str(home)!r}); ingest(home, settings.load(home), Path({str(raw)!r}))"
    for seconds in (1.2, 1.6, 2.0, 2.4, 2.8):
        process = subprocess.Popen([sys.executable, "-c", command], stderr=subprocess.DEVNULL)
        time.sleep(seconds)
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
        process.wait()
    summary = load(home, raw)
    assert summary.rows_loaded + summary.rows_known == 1050
    observed = rows(home, "observations")
    assert (len(observed), observed["observation_id"].nunique()) == (1000, 1000)
    assert len(rows(home, "records")) == 50
    assert sorted(rows(home, "files")["file"]) == sorted(file.name for file in raw.iterdir())
