import numpy as np
import pandas as pd
import pytest

from fazri_lib.errors import NotEnoughDataError
from fazri_lib.forecast.conformal import ConformalParameters, half_widths
from fazri_lib.forecast.level_profile import LevelProfile
from fazri_lib.forecast.seasonal_naive import SeasonalNaive
from fazri_lib.forecast.series import checked, gridded


def widths(model, history, count=24, **parameters):
    """Half widths after the last hour of the history."""
    rows = checked(history)
    grid = gridded(rows, rows["ds"].max())
    return half_widths(model, rows, grid, count, parameters=ConformalParameters(**parameters))


def test_the_quantile_of_past_errors(series):
    """Five weeks of 35 errors an hour: the naive errors of weeks that rise by 1, 2, 3, 4, 5 people are those numbers.

    Each has 7 of 35 places: the 29th smallest (ceil(36 * .8)) is 5, the 35th is 5.
    """
    history = series("A", 56, 0)
    history["y"] += np.array([0, 0, 0, 1, 3, 6, 10, 15])[np.arange(len(history)) // 168]
    made = widths(SeasonalNaive, history)
    assert made[0.80][0].tolist() == [5.0] * 24
    assert made[0.95][0].tolist() == [5.0] * 24


def test_a_new_series_borrows_wider(series):
    """Three busy days old: the others' relative error, at its own level, widened by sqrt(1 + 7 / 3)."""
    old = series("A", 84, 40, noise=4)
    young = series("Y", 3, 40, start=pd.Timestamp("2026-03-24"), noise=0)
    both = widths(LevelProfile, pd.concat([old, young]))[0.80]
    assert both[1].mean() > 1.2 * both[0].mean()
    assert (both[1] > 0).all()


def test_a_short_history_is_tried_from_day_to_day(series):
    """Ten days allow nine daily pseudo-origins."""
    made = widths(LevelProfile, series("A", 10, 40, noise=4))[0.80]
    assert (made > 0).all()


def test_one_day_is_not_enough(series):
    """Without a day before and a day after an origin no error is known."""
    with pytest.raises(NotEnoughDataError, match="two days"):
        widths(LevelProfile, series("A", 1, 40))
