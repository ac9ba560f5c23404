import numpy as np
import pandas as pd

from fazri_lib.bench.planting import FIRST_DAY, KINDS, plant


def gym(days=120):
    """A series with the same rhythm every day: nobody at night, a hundred by day."""
    ds = pd.date_range("2016-01-01", periods=24 * days, freq="h")
    return pd.DataFrame({"unique_id": "gym", "ds": ds, "y": np.where(ds.hour.isin(range(8, 22)), 100.0, 1.0)})


def test_every_kind_in_turn_and_nowhere_else():
    """Rows change inside windows alone; kinds follow one another; the first days stay as they are."""
    planted, windows = plant(gym(), pd.DatetimeIndex([]), 3)
    assert windows["kind"].tolist()[:6] == list(KINDS)
    assert windows["start"].min() >= FIRST_DAY
    changed = planted.loc[planted["y"] != gym()["y"], "ds"]
    inside = [((windows["start"] <= at) & (at <= windows["end"])).any() for at in changed]
    assert len(changed) > 50
    assert all(inside)


def test_seeds_decide():
    """The same seed plants the same, another one something else."""
    first, again, other = (plant(gym(), pd.DatetimeIndex([]), seed)[0]["y"] for seed in (3, 3, 4))
    assert first.equals(again)
    assert not first.equals(other)


def test_holidays_and_gaps_are_passed_over():
    """A holiday and a day with an empty hour get no anomaly; the input stays as it was."""
    series = gym()
    series.loc[series["ds"] == FIRST_DAY + pd.Timedelta(hours=5), "y"] = np.nan
    holiday = FIRST_DAY + pd.Timedelta(days=1)
    before = series.copy()
    _, windows = plant(series, pd.DatetimeIndex([holiday]), 3)
    assert windows["start"].min() >= FIRST_DAY + pd.Timedelta(days=2)
    assert series.equals(before)
