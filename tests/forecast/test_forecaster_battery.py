"""What holds for every forecaster: this battery picks up whatever stands in `FORECASTERS`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from fazri_lib.errors import FazriError, NotEnoughDataError
from fazri_lib.forecast import FORECASTERS, forecast

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "add-a-forecaster.md"


def of_the_guide():
    """The forecaster that the guide shows, from the guide's own code."""
    code = GUIDE.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    module = {"__name__": "four_week_median"}
    exec(compile(code, str(GUIDE), "exec"), module)  # noqa: S102 - the code of our own page is what is tested
    return module["FourWeekMedian"]


pytestmark = pytest.mark.parametrize("model", [*FORECASTERS, of_the_guide()], ids=lambda model: model.name)

HORIZON = 72
NUMBERS = ["yhat", "lo_80", "hi_80", "lo_95", "hi_95"]


@pytest.fixture(scope="module")
def history(series):
    """Two long series and one of five days."""
    return pd.concat(
        [
            series("A", 63, 40, noise=4, seed=2),
            series("B", 63, 8, noise=2, seed=3),
            series("C", 5, 20, start=pd.Timestamp("2026-03-04"), noise=3, seed=4),
        ],
        ignore_index=True,
    )


CUTOFF = pd.Timestamp("2026-03-08 23:00")


def made(history, model, cutoff=CUTOFF, **options):
    """Three days ahead by one forecaster."""
    return forecast(history, cutoff, HORIZON, models=(model,), **options)


def test_table(history, model):
    """One row a series and hour after the cutoff, ordered, intervals around the forecast, nothing below zero."""
    rows = made(history, model)
    assert list(rows.columns) == ["unique_id", "cutoff", "ds", "model", *NUMBERS]
    assert set(rows["model"]) == {model.name}
    assert rows.groupby("unique_id").size().to_dict() == {"A": HORIZON, "B": HORIZON, "C": HORIZON}
    assert rows["ds"].min() == CUTOFF + pd.Timedelta(hours=1)
    assert rows[["unique_id", "ds"]].equals(rows[["unique_id", "ds"]].sort_values(["unique_id", "ds"]))
    ordered = rows[["lo_95", "lo_80", "yhat", "hi_80", "hi_95"]].to_numpy()
    assert (np.diff(ordered, axis=1) >= 0).all()
    assert (ordered >= 0).all()


def test_same_twice_and_inputs_untouched(history, model):
    """Two runs agree to the last bit and leave history and calendar as they were."""
    calendar = pd.DataFrame({"ds": pd.date_range("2026-01-05", periods=2000, freq="h"), "holiday": 0})
    before, flags = history.copy(), calendar.copy()
    first, second = made(history, model, calendar=calendar), made(history, model, calendar=calendar)
    pd.testing.assert_frame_equal(first, second)
    pd.testing.assert_frame_equal(history, before)
    pd.testing.assert_frame_equal(calendar, flags)


def test_reads_nothing_after_the_cutoff(history, model):
    """Cutting away later rows, changing them or letting another series begin then changes no forecast."""
    early = CUTOFF - pd.Timedelta(days=9)
    whole = made(history, model, early)
    is_later = history["ds"] > early
    pd.testing.assert_frame_equal(made(history[~is_later], model, early), whole)
    pd.testing.assert_frame_equal(made(history.assign(y=history["y"].mask(is_later, 1e6)), model, early), whole)
    assert "C" not in set(whole["unique_id"])


def test_order_of_rows_does_not_matter(history, model):
    """Shuffled rows give the same forecast."""
    shuffled = history.sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(made(shuffled, model), made(history, model))


def test_long_series_stand_alone(history, model):
    """A series with nine weeks of its own does not change when the others are gone."""
    rows = made(history, model)
    alone = made(history[history["unique_id"] == "A"], model)
    pd.testing.assert_frame_equal(rows[rows["unique_id"] == "A"], alone)


def test_gaps_are_not_zeros(history, model):
    """A week that was not observed, as empty values or as absent rows, leaves the level where it was."""
    is_gap = (history["ds"] > CUTOFF - pd.Timedelta(days=10)) & (history["ds"] <= CUTOFF - pd.Timedelta(days=3))
    empty = made(history.assign(y=history["y"].mask(is_gap)), model)
    absent = made(history[~is_gap | (history["unique_id"] == "C")].assign(y=lambda f: f["y"].mask(is_gap)), model)
    pd.testing.assert_frame_equal(empty, absent)
    a_side = empty[empty["unique_id"] == "A"]
    busy = a_side[(a_side["ds"].dt.hour == 12) & (a_side["ds"].dt.day_of_week < 5)]
    assert busy["yhat"].between(30, 50).all()


def test_finds_the_shape(series, model):
    """Without noise the forecast of a repeating week is that week, within a band of no width."""
    rows = made(series("A", 63, 40), model).merge(series("A", 70, 40), on=["unique_id", "ds"])
    assert rows["yhat"].to_numpy() == pytest.approx(rows["y"].to_numpy())
    assert (rows["hi_95"] - rows["lo_95"]).max() == pytest.approx(0)


def test_bands_keep_their_promise(series, model):
    """Over eight weeks of noise the 80 % band holds 72 to 88 %, the 95 % band 90 to 99 % of what came."""
    truth = series("A", 140, 40, noise=5, seed=9)
    rows = pd.concat([made(truth, model, CUTOFF + pd.Timedelta(days=7 * week)) for week in range(8)])
    paired = rows.merge(truth, on=["unique_id", "ds"])
    assert 0.72 <= paired["y"].between(paired["lo_80"], paired["hi_80"]).mean() <= 0.88
    assert 0.90 <= paired["y"].between(paired["lo_95"], paired["hi_95"]).mean() <= 0.99


def test_quarter_hours(series, model):
    """On a grid of 15 minutes the steps are 15 minutes long and the shape is found."""
    hourly = series("A", 42, 40).set_index("ds")
    quarters = hourly.resample("15min").ffill().reset_index()
    rows = made(quarters, model, quarters["ds"].max(), freq="15min")
    assert rows["ds"].diff().dropna().eq(pd.Timedelta(minutes=15)).all()
    assert rows["yhat"].iloc[: 8 * 4].to_numpy() == pytest.approx(4.0)


def test_nothing_is_refused(history, model):
    """No rows, no rows before the cutoff and less than two days are NotEnoughDataError."""
    with pytest.raises(NotEnoughDataError, match="no rows"):
        made(history.iloc[:0], model)
    with pytest.raises(NotEnoughDataError, match="got no row up to"):
        made(history, model, pd.Timestamp("2020-01-01"))
    with pytest.raises(NotEnoughDataError, match="two days"):
        made(history[history["ds"] < "2026-01-06 10:00"], model, pd.Timestamp("2026-01-06 09:00"))


def test_two_days_are_enough(series, model):
    """From two days on there is a forecast within what was seen."""
    rows = made(series("A", 2, 40), model, pd.Timestamp("2026-01-06 23:00"))
    assert rows["yhat"].between(4, 40).all()


def test_no_time_zone(history, model):
    """Times with a zone are refused: ds is campus wall-clock time."""
    with pytest.raises(FazriError, match="without a zone"):
        made(history.assign(ds=history["ds"].dt.tz_localize("UTC")), model)
