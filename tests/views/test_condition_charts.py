"""Charts of the data's own health."""

from __future__ import annotations

import numpy as np
import pandas as pd

from fazri_lib.views import coverage_heatmap, quality_table


def coverage(hours: int, step: str = "h") -> pd.DataFrame:
    """One row an hour of a source, and a single one of another."""
    hour_at = pd.date_range("2025-09-13", periods=hours, freq=step, tz="UTC")
    first = pd.DataFrame({"source": "swipes", "hour_at": hour_at, "rows": 10})
    return pd.concat([first, pd.DataFrame({"source": ["wifi"], "hour_at": hour_at[:1], "rows": [3]})])


def test_a_short_time_by_hour():
    """Two days: a cell an hour; silence is empty, not zero."""
    cells = coverage_heatmap(coverage(48), time_zone="UTC").dframe()
    assert len(cells) == 96
    assert np.isnan(cells["rows"]).sum() == 47
    assert cells["share"].dropna().tolist() == [1.0] * 49


def test_the_colour_is_the_share_of_the_usual_rows():
    """A source of any size: half of its median is .5, ten times is shown as double."""
    rows = coverage(48).assign(rows=[100] * 46 + [50, 1000] + [3])
    shares = coverage_heatmap(rows, time_zone="UTC").dframe().set_index("source").loc["swipes", "share"]
    assert shares.tolist()[-2:] == [0.5, 2.0]


def test_a_long_time_by_day():
    """Ten days: a cell a day with its 24 rows."""
    cells = coverage_heatmap(coverage(240), time_zone="UTC").dframe()
    assert cells[cells["source"] == "swipes"]["rows"].tolist() == [240] * 10


def test_quality_with_verdicts_in_words():
    """Value, baseline and verdict as a table; an empty value is a dash."""
    row = {"capability": "forecast", "measure": "MASE", "value": 0.5, "baseline": np.nan, "verdict": "weak"}
    html = quality_table(pd.DataFrame([row])).data
    assert "<td class='n'>0.5</td><td class='n'>-</td>" in html
    assert "<b style='color:#8a5a00'>weak</b>" in html


def test_nothing_to_draw_is_said():
    """A sentence instead of an empty frame."""
    assert "No row" in coverage_heatmap(pd.DataFrame(), time_zone="UTC").data
    assert "No capability" in quality_table(pd.DataFrame()).data
