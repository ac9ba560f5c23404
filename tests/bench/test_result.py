import json

import pandas as pd

from fazri_lib.bench.result import BenchResult, Table, rendered, write


def found():
    """A result of one table with each kind of value."""
    rows = pd.DataFrame(
        {"model": ["a", "b"], "MASE": [0.5, float("nan")], "rows": [1200000, 3], "tiny": [0.0012, 5432.1]}
    )
    return BenchResult(
        "forecast", (Table("Gym", "Lower is better.", rows),), ("peers absent",), seeds=(3, 4), versions={"x": "1"}
    )


def test_json_says_what_the_figures_depend_on(tmp_path):
    """Machine, versions, seed, seconds and peak memory stand beside the tables."""
    text = json.loads(write(found(), tmp_path / "new").read_text())
    assert {"machine", "versions", "seeds", "seconds", "peak_mb", "made_at", "notes", "tables"} <= set(text)
    assert text["versions"]["x"] == "1"
    assert text["seeds"] == [3, 4]
    assert text["versions"]["pandas"] == pd.__version__
    assert text["tables"][0]["rows"][0] == {"model": "a", "MASE": 0.5, "rows": 1200000, "tiny": 0.0012}


def test_page_shows_every_table(tmp_path):
    """The page has the title, a row a line, empty cells for missing values, and the notes."""
    write(found(), tmp_path)
    page = rendered(tmp_path)
    assert "| a | 0.500 | 1,200,000 | 0.0012 |" in page
    assert "| b |  | 3 | 5,432 |" in page
    assert "- peers absent" in page


def test_a_table_without_rows(tmp_path):
    """An empty table says so."""
    write(BenchResult("empty", (Table("T", "M", pd.DataFrame()),)), tmp_path)
    assert "(no rows)" in rendered(tmp_path)


def test_unknown_packages_are_said(monkeypatch, tmp_path):
    """A package that is not installed has no version, and that is written."""
    monkeypatch.setattr("fazri_lib.bench.result.PACKAGES", ("no-such-package",))
    assert json.loads(write(found(), tmp_path).read_text())["versions"]["no-such-package"] == "not installed"
