import numpy as np
import pandas as pd
import pytest

from fazri_lib.errors import FazriError
from fazri_lib.forecast import FORECASTERS, forecast
from fazri_lib.forecast.ahead import points

CUTOFF = pd.Timestamp("2026-02-15 23:00")


def test_names_are_unique():
    """Two forecasters of one name could not be told apart in the table."""
    names = [model.name for model in FORECASTERS]
    assert len(set(names)) == len(names)


def test_a_zone_of_some_hours_lies_between_all_others(series):
    """With under a day of history a series gets the others' mean, and as bands all that they may be."""
    new = series("N", 1, 500, start=CUTOFF.floor("D")).iloc[-6:]
    history = pd.concat([series("A", 42, 40, noise=3), series("B", 42, 10, noise=1), new])
    rows = forecast(history, CUTOFF, 24).set_index(["model", "unique_id", "ds"]).xs("level_profile")
    others = rows.loc[["A", "B"]].groupby("ds")
    np.testing.assert_allclose(rows.loc["N", "yhat"], others["yhat"].mean())
    np.testing.assert_allclose(rows.loc["N", "lo_80"], others["lo_95"].min())
    np.testing.assert_allclose(rows.loc["N", "hi_95"], others["hi_95"].max())


def test_a_band_never_narrows_with_the_horizon(series):
    """Three weeks ahead the band of an hour of the day is at least as wide as one week ahead."""
    rows = forecast(series("A", 84, 100, noise=5), pd.Timestamp("2026-03-29 23:00"), 24 * 21, models=FORECASTERS[:1])
    width = (rows["hi_80"] - rows["yhat"]).to_numpy().reshape(3, 168)
    assert (np.diff(width, axis=0) >= -1e-9).all()


def test_a_week_that_no_origin_reaches_takes_the_width_before(series):
    """With five weeks of history the fourth week ahead has never been tried, and is still there."""
    rows = forecast(series("A", 35, 40, noise=5), pd.Timestamp("2026-02-08 23:00"), 24 * 28, models=FORECASTERS[:1])
    assert not rows.isna().any().any()


def test_points_are_the_forecast_without_its_bands(series):
    """For each model, and for a series too short for a forecast of its own."""
    new = series("N", 1, 500, start=CUTOFF.floor("D")).iloc[-6:]
    history = pd.concat([series("A", 42, 40, noise=3), series("B", 42, 10, noise=1), new])
    for model in FORECASTERS:
        banded = forecast(history, CUTOFF, 24, models=(model,))
        pd.testing.assert_frame_equal(points(model, history, CUTOFF, 24), banded[["unique_id", "ds", "yhat"]])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"freq": "7h"}, "divides a day"),
        ({"freq": "often"}, "as h or 15min"),
        ({"horizon": 0}, "at least 1"),
        ({"calendar": pd.DataFrame({"day": [1]})}, "column ds"),
        ({"calendar": pd.DataFrame({"ds": [CUTOFF, CUTOFF]})}, "every time once"),
    ],
)
def test_wrong_options_are_refused(series, options, said):
    """Each wrong option is named with what is expected."""
    with pytest.raises(FazriError, match=said):
        forecast(series("A", 42, 40), CUTOFF, **{"horizon": 24, **options})
