"""The scale bench: a day is held back whole, and every stage of both runs is measured."""

import datetime as dt
import json

import pytest

from fazri_lib.bench.campuses import Campuses
from fazri_lib.bench.scale import hold_back, scale_bench
from fazri_lib.bench.sizes import QUICK
from fazri_lib.workflows.simulate import simulate


def test_a_day_is_held_back(tmp_path):
    """Every line of the logs is in one of both folders, the day's in the second; directories stay as they are."""
    home, inbox = simulate(30, 3, 2, tmp_path / "home"), tmp_path / "inbox"
    before = {path.name: path.read_text().splitlines() for path in (home / "raw").iterdir()}
    hold_back(home, inbox, dt.date(2025, 3, 5))
    for name, lines in before.items():
        kept = (home / "raw" / name).read_text().splitlines()
        moved = (inbox / "raw" / name).read_text().splitlines() if (inbox / "raw" / name).exists() else lines[:1]
        has_header = name.endswith(".csv")
        assert kept + moved[has_header:] == sorted(lines, key=lambda line: "2025-03-05" in line and line in moved)
        assert all("2025-03-05" in line for line in moved[has_header:])
    assert len((inbox / "raw" / "swipes.csv").read_text().splitlines()) > 10
    assert not (inbox / "raw" / "cards.csv").exists()


@pytest.mark.slow
def test_every_stage_is_measured(tmp_path):
    """Two sizes: rows grow, the day more is computed by its days, and each stage has its seconds."""
    result = scale_bench(QUICK, Campuses(QUICK, tmp_path))
    whole, stages, day, people = (table.rows for table in result.tables)
    assert whole["observations"].is_monotonic_increasing
    assert (whole["peak MB"] > 100).all()
    assert {"resolve", "month", "quality", "relations", "coverage", "forecasts"} <= set(stages["stage"])
    assert (day["of the day"] > 100).all()
    assert (day["of the day"] < whole["observations"] / 10).all()
    assert people["method"].iloc[0] == "fazri resolve"
    assert people["B-cubed F1"].iloc[0] > 0.95
    last = max(QUICK.scale_rows)
    notes = [json.loads(path.read_text()) for path in (tmp_path / f"scale-{last}/state/extract").glob("2025-03-*.json")]
    assert 1 in {note["completions"] for note in notes}
