"""Results: aligned for people, JSON for programs; progress: a bar on a terminal, log lines elsewhere."""

from __future__ import annotations

import datetime as dt
import io
import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from fazri_lib import log
from fazri_lib.cli import progress as progressing
from fazri_lib.cli import session
from fazri_lib.cli.progress import shown_progress
from fazri_lib.cli.screen import say_json, table_lines


class Terminal(io.StringIO):
    """A standard error that says it is a terminal."""

    def isatty(self) -> bool:
        """Whether it is one."""
        return True


def test_table():
    """Words stand left, numbers right with their thousands apart, empty cells stay empty."""
    lines = table_lines(("name", "rows", "share"), [("a", 1234, 0.5), ("long name", None, 0.25)])
    assert lines == ["name        rows  share", "a          1,234  0.500", "long name         0.250"]


def test_table_without_rows():
    """A table without rows is its column names."""
    assert table_lines(("name", "rows"), []) == ["name  rows"]


def test_table_of_flags():
    """A flag reads yes or no."""
    assert table_lines(("a", "b"), [(True, False)]) == ["  a   b", "yes  no"]


@dataclass(frozen=True)
class Result:
    """A result of a workflow."""

    at: dt.datetime
    file: Path


def test_json(capsys):
    """Instants without a zone are UTC and say so; dataclasses, paths and dates have a form."""
    aware = dt.datetime(2025, 9, 13, tzinfo=dt.timezone(dt.timedelta(hours=5)))
    say_json({"r": Result(dt.datetime(2025, 9, 13), Path("a/b")), "on": dt.date(2025, 9, 13), "aware": aware})
    assert json.loads(capsys.readouterr().out) == {
        "r": {"at": "2025-09-13T00:00:00Z", "file": "a/b"},
        "on": "2025-09-13",
        "aware": "2025-09-13T00:00:00+05:00",
    }


def test_json_refuses_what_has_no_form():
    """What has no form in JSON is a mistake of ours, not a guess."""
    with pytest.raises(TypeError, match="object has no form"):
        say_json({"x": object()})


def test_progress_on_a_terminal(monkeypatch):
    """On a terminal a bar names what is under way and is cleared at the end."""
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with shown_progress() as progress:
        progress("building 2025-09", 1, 4)
        progress("computing", 0, 0)
    assert "computing" in terminal.getvalue()


def test_progress_elsewhere(monkeypatch, capsys):
    """Elsewhere progress is a JSON log line, at most one in ten seconds."""
    log.configure("info", as_json=True)
    monkeypatch.setattr(progressing, "_QUIET_S", 0.0)
    with shown_progress() as progress:
        progress("days", 1, 4)
    line = json.loads(capsys.readouterr().err)
    assert (line["what"], line["done"], line["total"]) == ("days", 1, 4)


def test_progress_is_rare_elsewhere(capsys):
    """A short command logs no progress."""
    log.configure("info", as_json=True)
    with shown_progress() as progress:
        progress("days", 1, 4)
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("level", "is_terminal", "shown"),
    [
        ("info", True, ["warning"]),
        ("info", False, ["info", "warning"]),
        ("debug", True, ["info", "warning"]),
        ("error", True, []),
    ],
)
def test_log_level(monkeypatch, level, is_terminal, shown):
    """On a terminal the bar stands in for log lines of level info; otherwise the setting decides."""
    stderr = Terminal() if is_terminal else io.StringIO()
    monkeypatch.setattr("sys.stderr", stderr)
    session.configure_log(level)
    log.get("test").info("happened", level_is="info")
    log.get("test").warning("happened", level_is="warning")
    assert stderr.getvalue().count("happened") == len(shown)
