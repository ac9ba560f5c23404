"""The whole way on a small campus with the challenge's files: init, ingest, run, export, report, doctor."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys

import pyarrow.parquet as pq
import pytest
from cli.challenge_files import SWIPES, write_files
from python_calamine import CalamineWorkbook

pytestmark = pytest.mark.slow


def real(*arguments: object, cwd) -> subprocess.CompletedProcess[str]:
    """Run the real program; it must end well."""
    command = [sys.executable, "-m", "fazri_lib.cli", *map(str, arguments)]
    result = subprocess.run(command, cwd=cwd, check=False, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return result


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    """The raw files. Do not write to them."""
    return write_files(tmp_path_factory.mktemp("raw") / "logs")


@pytest.fixture(scope="module")
def published(raw, tmp_path_factory):
    """A campus folder made, loaded and run by the real program, and what its commands said."""
    folder = tmp_path_factory.mktemp("published")
    said = {"init": real("init", "--campus", "challenge", "town", cwd=folder)}
    said["ingest"] = real("ingest", raw, cwd=folder / "town")
    said["run"] = real("run", cwd=folder / "town")
    return folder / "town", said


@pytest.fixture
def town(published, tmp_path, monkeypatch):
    """A copy of that campus folder as the working directory."""
    home = shutil.copytree(published[0], tmp_path / "town")
    monkeypatch.chdir(home)
    return home


@pytest.fixture
def empty(published, tmp_path, monkeypatch):
    """The same folder with nothing loaded."""
    home = shutil.copytree(published[0], tmp_path / "empty", ignore=shutil.ignore_patterns("state"))
    monkeypatch.chdir(home)
    return home


@pytest.fixture
def damaged(raw, tmp_path):
    """`damaged(lines)`: the raw files with other lines in the swipes."""

    def write(lines: list[str]):
        folder = shutil.copytree(raw, tmp_path / "damaged")
        (folder / SWIPES).write_text("\n".join(lines) + "\n")
        return folder

    return write


def test_what_ingest_says(published):
    """Each file with its rows; the sum on the last line."""
    lines = published[1]["ingest"].stdout.splitlines()
    assert any(line.startswith(SWIPES) and "216" in line for line in lines)
    assert lines[-1] == (
        "436 rows read, 436 loaded, 0 known already, 0 in quarantine; 4 files used, 0 refused, 0 without a contract"
    )


def test_log_lines_are_json(published):
    """Where standard error is no terminal it holds JSON lines and nothing else."""
    for said in published[1].values():
        assert all(json.loads(line)["level"] == "info" for line in said.stderr.splitlines())


def test_what_run_says(published):
    """Rows per table, findings by severity, verdicts, seconds, and that it was published."""
    text = published[1]["run"].stdout
    rows = dict(line.split() for line in text.split("\n\n")[1].splitlines()[1:])
    assert (rows["entities"], rows["observations"]) == ("12", "424")
    assert "findings: 0 critical" in text
    assert "not enough data" in text
    assert text.splitlines()[-1].startswith("published ")


def test_the_same_again(fazri, raw, town):
    """The same files again add nothing, and the run has nothing to do."""
    assert "0 loaded, 436 known already" in fazri("ingest", raw).stdout
    assert fazri("run").stdout.splitlines()[-1].startswith("nothing to do: ")


def test_results_as_json(fazri, raw, town):
    """Each command that prints a result prints it as one JSON object, too."""
    loaded = json.loads(fazri("ingest", raw, "--json").stdout)
    assert (loaded["rows_read"], loaded["rows_loaded"], len(loaded["files"])) == (436, 0, 4)
    done = json.loads(fazri("run", "--json").stdout)
    assert done["rows"]["entities"] == 12
    assert not done["run"]["is_published"]
    assert done["run"]["as_of"].endswith("Z")
    written = json.loads(fazri("export", "stays", "--out", "stays.csv", "--json").stdout)
    assert written["rows"] == done["rows"]["stays"]


def test_exports(fazri, town):
    """CSV, Parquet and a workbook hold the same rows; --where narrows them, --as-of goes back."""
    for ending in ("csv", "parquet", "xlsx"):
        assert fazri("export", "claims", "--out", f"claims.{ending}").exit_code == 0
    with (town / "claims.csv").open(newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == pq.read_metadata(town / "claims.parquet").num_rows
    assert len(rows) == len(CalamineWorkbook.from_path(town / "claims.xlsx").get_sheet_by_index(0).to_python()) - 1
    library = fazri("export", "claims", "--where", "zone_id=LIB_ENT", "--out", "library.csv")
    chosen = sum(row["zone_id"] == "LIB_ENT" for row in rows)
    assert f"{chosen:,} rows of claims" in library.stdout
    then = fazri("export", "claims", "--as-of", "2025-09-01T12:30", "--out", "then.csv")
    assert "as known at Mon 01 Sep 2025 12:30 (Asia/Kolkata)" in then.stdout
    with (town / "then.csv").open(newline="") as lines:
        assert {row["ts"][:10] for row in csv.DictReader(lines)} == {"2025-09-01"}


def test_wrong_exports(fazri, town):
    """An unknown table or column, a moment after the extract or another ending: one line, exit code 3."""
    for arguments, words in (
        (["stayz", "--out", "a.csv"], "did you mean stays?"),
        (["stays", "--where", "zone=LIB_ENT", "--out", "a.csv"], "did you mean zone_id?"),
        (["stays", "--as-of", "2030-01-01", "--out", "a.csv"], "later than the extract"),
        (["stays", "--out", "a.doc"], ".csv, .parquet, .xlsx"),
        (["stays", "--out", "nowhere/a.csv"], "folder"),
    ):
        result = fazri("export", *arguments)
        assert result.exit_code == 3
        assert words in result.stderr
        assert result.stderr.count("\n") == 1


def test_run_as_of(fazri, town):
    """A run as of an earlier moment publishes that moment."""
    told = json.loads(fazri("run", "--as-of", "2025-09-05T12:00+05:30", "--json").stdout)
    assert told["run"]["as_of"] == "2025-09-05T06:30:00Z"
    assert told["rows"]["observations"] < 424


def test_refused_file(fazri, damaged, raw, empty):
    """A file without a needed column is refused in one line on standard error; the others load; exit code 3."""
    lines = (raw / SWIPES).read_text().splitlines()
    result = fazri("ingest", damaged([line.split(",", 1)[1] for line in lines]))
    assert result.exit_code == 3
    told = [line for line in result.stderr.splitlines() if line.startswith("fazri: ")]
    assert len(told) == 1
    assert SWIPES in told[0]
    assert "card_id" in told[0]
    assert result.stdout.splitlines()[-1].startswith("220 rows read, 220 loaded")
    assert "3 files used, 1 refused" in result.stdout


def test_quarantined_rows(fazri, damaged, raw, empty):
    """Rows of an unknown zone go to quarantine; exit code 0."""
    lines = (raw / SWIPES).read_text().splitlines()
    result = fazri("ingest", damaged([*lines, *["C1,NOWHERE,2025-09-03 14:02:40"] * 3]))
    assert result.exit_code == 0
    assert "3 in quarantine" in result.stdout


def test_nothing_to_ingest(fazri, tmp_path, empty):
    """A path that is not there is refused; a file that no contract matches is listed."""
    missing = fazri("ingest", "no-such-folder")
    assert (missing.exit_code, missing.stderr.count("\n")) == (3, 1)
    (tmp_path / "notes.pdf").touch()
    result = fazri("ingest", tmp_path / "notes.pdf")
    assert result.exit_code == 0
    assert "no contract matches: notes.pdf" in result.stdout


def test_doctor_after_a_run(fazri, raw, town):
    """After a run everything is well; after more rows the extract is said to be older than the lake."""
    result = fazri("doctor", "--json")
    checks = {check["name"]: check for check in json.loads(result.stdout)["checks"]}
    assert result.exit_code == 0
    assert all(checks[name]["ok"] for name in ("lake", "extract", "contracts", "settings"))
    more = [*(raw / SWIPES).read_text().splitlines(), "C5,GYM,2025-09-09 09:00:00"]
    (town / SWIPES).write_text("\n".join(more) + "\n")
    assert fazri("ingest", town / SWIPES).exit_code == 0
    checks = {check["name"]: check for check in json.loads(fazri("doctor", "--json").stdout)["checks"]}
    assert "the lake is newer" in checks["extract"]["what"]
    assert checks["extract"]["remedy"] == "run `fazri run`"


def test_reports_are_listed(fazri, town):
    """Without a name the reports and their parameters are listed."""
    result = fazri("report")
    assert "daily_summary" in result.stdout
    assert "min_score" in result.stdout
    assert "daily_summary" in json.loads(fazri("report", "--json").stdout)


def test_a_report_is_written(fazri, town):
    """A report is one HTML file, and its path is printed; a parameter that it does not know is refused before."""
    result = fazri("report", "daily_summary", "-p", "zone_id=LIB_ENT", "--json")
    assert result.exit_code == 0, result.stderr
    assert "<html" in (town / json.loads(result.stdout)["file"]).read_text()[:200]
    wrong = fazri("report", "daily_summary", "-p", "zone=LIB_ENT")
    assert wrong.exit_code == 3
    assert "did you mean zone_id?" in wrong.stderr


def test_bench_names(fazri, tmp_path):
    """An unknown bench is refused with the nearest name."""
    result = fazri("bench", "forcast", "--out", tmp_path)
    assert result.exit_code == 3
    assert "did you mean forecast?" in result.stderr
