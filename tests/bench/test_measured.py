import json

import pytest

from fazri_lib.bench.measured import main, measure, peak_mb
from fazri_lib.errors import FazriError

pytestmark = pytest.mark.slow


def test_a_contender_runs_in_a_process_of_its_own():
    """int("7") in a new process: 7 "rows", some time, the memory of a small Python."""
    usage = measure("builtins", "int", 7)
    assert usage.rows == 7
    assert usage.seconds >= 0
    assert usage.cpu_s >= 0
    assert 5 < usage.peak_mb < 500


def test_a_failing_contender_is_told():
    """The error names the contender and its last line."""
    with pytest.raises(FazriError, match=r"contender int failed.*invalid literal"):
        measure("builtins", "int", "seven")


def test_main_prints_one_line_of_json(capsys):
    """What was used, as the parent reads it."""
    main("builtins", "int", "3")
    assert json.loads(capsys.readouterr().out)["rows"] == 3


def test_peak_without_the_kernels_mark(monkeypatch, tmp_path):
    """Where there is no /proc the system's accounting answers, in the same unit."""
    own = peak_mb()
    monkeypatch.setattr("fazri_lib.bench.measured.STATUS", tmp_path / "none")
    assert peak_mb() == pytest.approx(own, rel=0.9)
