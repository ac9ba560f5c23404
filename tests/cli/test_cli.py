"""The command line: what it accepts, what it says, how it ends."""

from __future__ import annotations

import datetime as dt
import errno
import importlib.metadata
import json
import subprocess
import sys

import pandas as pd
import pytest

from fazri_lib.bench import BenchResult, Table, running
from fazri_lib.bench.sizes import FULL, QUICK
from fazri_lib.cli import bench
from fazri_lib.cli import program as cli_program
from fazri_lib.cli.options import read_instant
from fazri_lib.cli.session import Session, read_clock
from fazri_lib.errors import FazriError
from fazri_lib.settings import Settings

COMMANDS = ("init", "simulate", "ingest", "run", "resolve", "export", "report", "demo", "lab", "doctor", "bench")
GROUPS = ("user", "audit")
HEAVY = (
    "splink",
    "sqlalchemy",
    "argon2",
    "ibis",
    "pandas",
    "pyarrow",
    "duckdb",
    "pydantic",
    "structlog",
    "numpy",
    "holoviews",
)


def test_help_lists_every_command(fazri):
    """`fazri --help` names every command but the hidden one, and the exit codes."""
    result = fazri("--help")
    assert result.exit_code == 0
    assert [name for name in COMMANDS + GROUPS if f" {name} " not in result.stdout] == []
    assert " docs " not in result.stdout
    assert "Exit codes" in result.stdout


def test_the_version_is_told(fazri):
    """`fazri --version` prints name and number, as a bug report needs them, without a command."""
    result = fazri("--version")
    assert (result.exit_code, result.stdout) == (0, f"fazri {importlib.metadata.version('fazri')}\n")


def test_no_command_shows_help(fazri):
    """`fazri` alone is a wrong use that shows the help."""
    result = fazri()
    assert result.exit_code == 2
    assert "Usage: fazri" in result.stdout + result.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_examples(fazri, command):
    """The help of each command ends with examples that call it."""
    result = fazri(command, "--help")
    assert result.exit_code == 0
    assert f"fazri {command}" in result.stdout.split("Examples:")[1]


def test_start_loads_nothing_heavy():
    """Help is fast: data frames, engines and settings load only with the command that needs them."""
    script = "import sys, fazri_lib.cli; print(' '.join(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout.split()
    assert [name for name in HEAVY if name in loaded] == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["forecst"], "No such command"),
        (["export", "stays"], "--out"),
        (["export", "stays", "--out", "a.csv", "--as-of", "yesterday"], "got 'yesterday'"),
        (["export", "stays", "--out", "a.csv", "--as-of", "0001-01-01T00:00+14:00"], "expected a moment"),
        (["export", "stays", "--out", "a.csv", "--where", "zone_id"], "expected key=value"),
        (["export", "stays", "--out", "a.csv", "--where", "a=1", "--where", "a=2"], "a twice"),
        (["report", "daily_summary", "-p", "=x"], "expected key=value"),
        (["run", "--engine", "oracle"], "oracle"),
        (["simulate", "--people", "0", "--days", "1", "--out", "x"], "--people"),
        (["simulate", "--days", "1", "--out", "x"], "--people"),
        (["simulate", "--people", "20", "--out", "x"], "--days"),
        (["init"], "DIR"),
    ],
)
def test_usage(fazri, arguments, words):
    """A wrong use ends with exit code 2 and names what is wrong."""
    result = fazri(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    "arguments", [["run"], ["ingest", "."], ["export", "stays", "--out", "a.csv"], ["report"], ["lab"]]
)
def test_outside_a_campus(fazri, arguments):
    """Outside a campus folder a command ends with exit code 3 and one line that says what to do."""
    result = fazri(*arguments)
    assert result.exit_code == 3
    assert result.stdout == ""
    assert result.stderr.startswith("fazri: no campus folder")
    assert result.stderr.count("\n") == 1
    assert "fazri init DIR" in result.stderr


def test_misspelt_setting(fazri, tmp_path):
    """A misspelt setting is refused and the right name given."""
    (tmp_path / "fazri.toml").write_text("time_zonee = 'Asia/Kolkata'\n")
    result = fazri("run")
    assert result.exit_code == 3
    assert "did you mean time_zone?" in result.stderr


def test_nothing_published(fazri, tmp_path):
    """An export before any run says what to run."""
    (tmp_path / "fazri.toml").touch()
    result = fazri("export", "stays", "--out", "a.csv")
    assert result.exit_code == 3
    assert "fazri run" in result.stderr


def test_error_is_one_line(fazri, monkeypatch):
    """A message with line breaks is told in one line."""

    def fail(**_: object) -> None:
        raise FazriError("first\n  second")

    monkeypatch.setattr("fazri_lib.cli.run.open_session", fail)
    result = fazri("run")
    assert (result.exit_code, result.stderr) == (3, "fazri: first second\n")


def test_unusable_file_is_one_line(fazri, monkeypatch):
    """A disk that is full or a folder that may not be written is told in one line, with exit code 3."""

    def fail(**_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "state/x")

    monkeypatch.setattr("fazri_lib.cli.run.open_session", fail)
    result = fazri("run")
    assert result.exit_code == 3
    assert result.stderr.startswith("fazri: state/x: No space left on device; ")


def test_reader_that_went_away(fazri, monkeypatch):
    """When the reader of the output has gone, as in `fazri doctor | head -1`, the program ends without a word."""

    def fail(**_: object) -> None:
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")

    monkeypatch.setattr("fazri_lib.cli.run.open_session", fail)
    result = fazri("run")
    assert (result.exit_code, result.stderr) == (1, "")


def test_interrupt(fazri, monkeypatch):
    """Ctrl-C ends with exit code 130 and without a traceback."""

    def interrupt(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("fazri_lib.cli.run.open_session", interrupt)
    result = fazri("run")
    assert result.exit_code == 130
    assert "Traceback" not in result.stderr


def test_internal_error_shows_no_values(capsys, monkeypatch):
    """What Fazri did not expect is told by its type alone; its message may hold personal values."""
    monkeypatch.setenv("FAZRI_LOG_LEVEL", "info")
    cli_program.tell_internal_error(ValueError, ValueError("Ann Smith"), None)
    told = capsys.readouterr().err
    assert "internal error ValueError" in told
    assert "FAZRI_LOG_LEVEL=debug" in told
    assert "Ann Smith" not in told


def test_internal_error_with_traceback(capsys, monkeypatch):
    """At debug level the traceback comes first."""
    monkeypatch.setenv("FAZRI_LOG_LEVEL", "debug")
    cli_program.tell_internal_error(ValueError, ValueError("Ann Smith"), None)
    assert "Ann Smith" in capsys.readouterr().err


def test_internal_error_ends_with_1():
    """The program ends with exit code 1 when something unexpected happens, in one line."""
    script = (
        "import sys, fazri_lib.cli as cli, fazri_lib.cli.run as run\n"
        "run.open_session = lambda **_: 1 / 0\n"
        "sys.argv = ['fazri', 'run']\n"
        "cli.main()\n"
    )
    result = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, text=True)
    assert result.returncode == 1
    assert result.stderr.startswith("fazri: internal error ZeroDivisionError")
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2025-09-13T08:30Z", dt.datetime(2025, 9, 13, 8, 30)),
        ("2025-09-13T14:00+05:30", dt.datetime(2025, 9, 13, 8, 30)),
        ("2025-09-13T14:00", dt.datetime(2025, 9, 13, 8, 30)),
        ("2025-09-13", dt.datetime(2025, 9, 12, 18, 30)),
    ],
)
def test_as_of(tmp_path, text, utc):
    """A moment with an offset is that instant; one without is campus time."""
    session = Session(tmp_path, Settings(time_zone="Asia/Kolkata"))
    assert session.instant(read_instant(text)) == utc


def test_no_as_of(tmp_path):
    """Without --as-of no moment is set."""
    assert Session(tmp_path, Settings()).instant(None) is None


def test_clock_is_utc_without_zone():
    """The machine's time is read as UTC, without a zone."""
    now = read_clock()
    assert now.tzinfo is None
    assert abs(dt.datetime.now(dt.UTC).replace(tzinfo=None) - now) < dt.timedelta(minutes=1)


def test_init_says_what_next(fazri, tmp_path):
    """`fazri init` makes the folder and says what to do next; a second time it refuses."""
    result = fazri("init", "town")
    assert result.exit_code == 0
    assert (tmp_path / "town" / "fazri.toml").is_file()
    assert "cd town" in result.stdout
    assert "fazri ingest" in result.stdout
    assert fazri("init", "town").exit_code == 3


def test_init_as_json(fazri):
    """With --json the result is one JSON object and nothing else."""
    result = fazri("init", "--campus", "challenge", "town", "--json")
    told = json.loads(result.stdout)
    assert told["folder"] == "town"
    assert any(name.endswith("zones.csv") for name in told["files"])
    assert result.stdout.count("\n") == 1


@pytest.mark.slow
def test_simulate_like(fazri, tmp_path, monkeypatch):
    """`fazri simulate --like` writes a copy, shows how like it is, and says that these figures are the original's."""
    fazri("simulate", "--people", 240, "--days", 7, "--seed", 3, "--out", "town")
    refused = fazri("simulate", "--like", "town", "--out", "copy")
    assert refused.exit_code == 3
    assert "run `fazri ingest` there first" in refused.stderr
    monkeypatch.chdir(tmp_path / "town")
    fazri("ingest", ".")
    monkeypatch.chdir(tmp_path)
    result = fazri("simulate", "--like", "town", "--out", "copy", "--people", 100)
    assert result.exit_code == 0
    assert result.stderr.count("Warning: town has no published run") == 1
    assert "correlation by hour of the week" in result.stdout
    assert "a copy with 100 people over 7 days" in result.stdout
    assert (tmp_path / "copy" / "truth" / "stays.parquet").is_file()
    told = json.loads(fazri("simulate", "--like", "town", "--out", "other", "--json").stdout)
    assert {row["source"] for row in told["sources"]} >= {"wifi", "swipes"}


def test_simulate(fazri, tmp_path):
    """`fazri simulate` writes a campus with its truth and says how to go on."""
    result = fazri("simulate", "--people", 20, "--days", 1, "--seed", 3, "--out", "town")
    assert result.exit_code == 0
    assert (tmp_path / "town" / "truth" / "stays.parquet").is_file()
    assert "fazri ingest ." in result.stdout
    again = fazri("simulate", "--people", 20, "--days", 1, "--out", "town", "--json")
    assert again.exit_code == 3
    other = fazri("simulate", "--people", 20, "--days", 1, "--out", "other", "--json")
    assert json.loads(other.stdout) == {"folder": "other", "people": 20, "days": 1, "seed": 1}


def test_bench_tables(capsys):
    """A bench is told by its tables, empty cells left empty, and its notes; a skipped one by its note."""
    rows = pd.DataFrame({"contender": ["ours", "peer"], "rows_s": [1000, 10], "error": [0.5, None]})
    result = BenchResult("speed", (Table("A log", "Rows a second.", rows),), notes=("a peer is missing",), seconds=1.5)
    bench._tell(result)
    bench._tell(BenchResult("other", (), notes=("no data",)))
    assert capsys.readouterr().out.splitlines() == [
        "speed: 1.5 s",
        "",
        "A log. Rows a second.",
        "contender  rows_s  error",
        "ours        1,000  0.500",
        "peer           10",
        "  a peer is missing",
        "",
        "other: 0.0 s, skipped",
        "  no data",
        "",
    ]
    assert bench._plain(result)["tables"]["A log"][0] == {"contender": "ours", "rows_s": 1000, "error": 0.5}


def test_bench_without_its_data(fazri, tmp_path, monkeypatch):
    """A bench whose data are not there is skipped and says so; --quick is passed on."""
    given = []
    skipped = BenchResult("forecast", (), ("skipped: no data",))
    monkeypatch.setattr(running, "BENCHES", {"forecast": lambda *what: given.append(what[0]) or skipped})
    assert "skipped" in fazri("bench", "forecast", "--out", tmp_path).stdout
    told = fazri("bench", "forecast", "--quick", "--out", tmp_path, "--json")
    assert json.loads(told.stdout)["forecast"]["tables"] == {}
    assert given == [FULL, QUICK]


def test_docs_are_written(fazri, tmp_path):
    """The hidden command writes the generated pages."""
    result = fazri("docs", ".")
    assert result.exit_code == 0
    assert {"cli.md", "configuration.md", "data-dictionary.md"} <= {path.name for path in tmp_path.iterdir()}
