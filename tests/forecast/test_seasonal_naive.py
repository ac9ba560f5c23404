import numpy as np
import pandas as pd

from fazri_lib.forecast.seasonal_naive import SeasonalNaive


def week_hours(values_by_week):
    """Weeks of one value each."""
    ds = pd.date_range("2026-01-05", periods=168 * len(values_by_week), freq="h")
    return pd.DataFrame({"unique_id": "A", "ds": ds, "y": np.repeat(values_by_week, 168)})


def test_the_same_hour_a_week_earlier():
    """The newest week is repeated, also two weeks ahead."""
    history = week_hours([1.0, 2.0, 3.0])
    made = SeasonalNaive().fit(history, history["ds"].max()).predict(pd.DatetimeIndex(["2026-01-26", "2026-02-02"]))
    assert made["yhat"].tolist() == [3.0, 3.0]


def test_falls_back_week_by_week():
    """Two weeks not observed: the value of three weeks earlier stands."""
    history = week_hours([1.0, np.nan, np.nan])
    made = SeasonalNaive().fit(history, history["ds"].max()).predict(pd.DatetimeIndex(["2026-01-26"]))
    assert made["yhat"].tolist() == [1.0]


def test_an_hour_of_the_week_never_seen():
    """After two days, day three is like the latest day; a time of day never seen is the mean."""
    history = week_hours([1.0]).iloc[:48].assign(y=lambda f: np.where(f["ds"].dt.day == 6, 4.0, 2.0))
    history = history[history["ds"].dt.hour != 5]
    made = SeasonalNaive().fit(history, pd.Timestamp("2026-01-06 23:00"))
    assert made.predict(pd.DatetimeIndex(["2026-01-07 04:00", "2026-01-07 05:00"]))["yhat"].tolist() == [4.0, 3.0]
