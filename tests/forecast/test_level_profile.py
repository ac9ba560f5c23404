import numpy as np
import pandas as pd
import pytest

from fazri_lib.forecast.level_profile import LevelProfile, LevelProfileParameters


def test_half_mean_half_median():
    """Weeks of 8, 4 and 1 people, the last one newest: mean (1 + 3 + 4.5) / 2.3125, median 4, halved together."""
    ds = pd.date_range("2026-01-05", periods=3 * 168, freq="h")
    history = pd.DataFrame({"unique_id": "A", "ds": ds, "y": np.repeat([8.0, 4.0, 1.0], 168)})
    mean = (1 + 0.75 * 4 + 0.5625 * 8) / (1 + 0.75 + 0.5625)
    made = LevelProfile().fit(history, ds[-1]).predict(ds[:1] + pd.Timedelta(days=21))
    assert made["yhat"].tolist() == pytest.approx([(mean + 4) / 2])


def test_a_short_series_borrows_the_weekend(series):
    """Five weekdays known: Saturday noon is the own hour-of-day mean by 5/12, a tenth of it, as others do, by 7/12."""
    long = [series(name, 56, level) for name, level in (("A", 40), ("B", 10))]
    short = series("S", 5, 20, start=pd.Timestamp("2026-02-23"))
    cutoff = pd.Timestamp("2026-02-27 23:00")
    made = LevelProfile().fit(pd.concat([*long, short]), cutoff).predict(pd.DatetimeIndex(["2026-02-28 12:00"]))
    assert made.set_index("unique_id").loc["S", "yhat"] == pytest.approx(5 / 12 * 20 + 7 / 12 * 2)


def test_it_borrows_from_the_most_similar(series):
    """Of two long series the one that is busy at night lends nothing to one that is busy by day."""
    day, night = series("D", 56, 40), series("N", 56, 40)
    night["y"] = 44 - night["y"]
    short = series("S", 5, 20, start=pd.Timestamp("2026-02-23"))
    parameters = LevelProfileParameters(donors=1)
    fitted = LevelProfile(parameters=parameters).fit(pd.concat([day, night, short]), pd.Timestamp("2026-02-27 23:00"))
    made = fitted.predict(pd.DatetimeIndex(["2026-03-02 12:00", "2026-03-02 03:00"])).set_index("unique_id").loc["S"]
    assert made["yhat"].tolist() == pytest.approx([20, 2])


def test_alone_a_short_series_is_its_hour_of_the_day(series):
    """With nobody to borrow from, a Saturday is like the weekdays that were seen."""
    history = series("S", 5, 20)
    made = LevelProfile().fit(history, history["ds"].max()).predict(pd.DatetimeIndex(["2026-01-10 12:00"]))
    assert made["yhat"].tolist() == pytest.approx([20])


def test_an_hour_never_seen_is_like_that_hour_of_other_days(series):
    """Without any Monday in the history, Monday noon is the mean of the other days' noons."""
    history = series("A", 42, 40)
    history = history[history["ds"].dt.day_of_week != 0]
    made = LevelProfile().fit(history, pd.Timestamp("2026-02-15 23:00")).predict(pd.DatetimeIndex(["2026-02-16 12:00"]))
    assert made["yhat"].tolist() == pytest.approx([(4 * 40 + 2 * 4) / 6])


def test_a_few_hours_say_nothing(series):
    """Of a series with under a day the forecaster says nothing."""
    history = pd.concat([series("A", 42, 40), series("N", 1, 5, start=pd.Timestamp("2026-02-15")).iloc[:20]])
    made = LevelProfile().fit(history, pd.Timestamp("2026-02-15 23:00")).predict(pd.DatetimeIndex(["2026-02-16 12:00"]))
    assert made["yhat"].isna().tolist() == [False, True]
