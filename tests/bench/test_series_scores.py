import numpy as np
import pandas as pd
import pytest

from fazri_lib.bench.series_scores import exceedance, robust_z


def series(weeks=6):
    """Hours that repeat every week, one hour of the last week far off."""
    ds = pd.date_range("2026-01-05", periods=168 * weeks, freq="h")
    y = 20.0 + np.arange(len(ds)) % 168
    y[-20] += 40
    return pd.DataFrame({"unique_id": "A", "ds": ds, "y": y})


def test_robust_z_by_hand():
    """The same every week: distance 0; the odd hour is 40 away with no spread: 40 / (0 + 1)."""
    rows = series()
    scores = robust_z(rows, rows["ds"].iloc[-168])
    assert len(scores) == 168
    assert scores["score"].max() == 40.0
    assert scores["score"].idxmax() == rows.index[-20]
    assert (scores["score"] > 0).sum() == 1


def test_scores_rest_on_earlier_hours_alone():
    """Cutting the last day away changes no earlier score."""
    rows = series()
    start = rows["ds"].iloc[-72]
    for score in (exceedance, robust_z):
        whole, cut = (score(part, start)["score"].to_numpy() for part in (rows, rows.iloc[:-24]))
        assert whole[:48] == pytest.approx(cut)


def test_the_forecast_finds_the_odd_hour():
    """The highest exceedance is that of the odd hour; an hour that was not observed has no row."""
    rows = series()
    rows.loc[rows.index[-30], "y"] = np.nan
    scores = exceedance(rows, rows["ds"].iloc[-72])
    assert len(scores) == 71
    assert scores.loc[scores["score"].idxmax(), "ds"] == rows["ds"].iloc[-20]


def test_without_history_there_is_no_score():
    """The first day has nothing before it: rows, but empty scores."""
    rows = series(1).iloc[:24]
    scores = exceedance(rows, rows["ds"].iloc[0])
    assert len(scores) == 24
    assert scores["score"].isna().all()
