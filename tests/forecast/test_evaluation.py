import numpy as np
import pandas as pd
import pytest

from fazri_lib.forecast import evaluate_forecasts
from fazri_lib.forecast.evaluation import EvaluationParameters

CUTOFF = pd.Timestamp("2026-03-15 23:00")


def table(history, **parameters):
    """Rows of four origins."""
    return evaluate_forecasts(history, CUTOFF, parameters=EvaluationParameters(origins=4, **parameters))


def test_a_campus_with_rhythm_is_good(series):
    """Noise around a weekly shape: better than last week and than the median; rows and columns of `quality`."""
    rows = table(pd.concat([series("A", 70, 40, noise=6), series("B", 70, 9, noise=2, seed=4)]))
    assert list(rows.columns) == ["capability", "measure", "value", "baseline", "baseline_name", "verdict"]
    assert set(rows["capability"]) == {"forecast"}
    accuracy = rows[rows["measure"].str.startswith("MASE")]
    assert accuracy["verdict"].tolist() == ["good"] * 4
    assert (accuracy["value"] < accuracy["baseline"]).all()
    assert rows["measure"].tolist()[-2:] == ["coverage 80 %", "coverage 95 %"]


def test_a_campus_without_rhythm_has_no_signal(series):
    """Where the hour tells nothing, a flat guess is as good, although the noise of last week is a worse one."""
    history = series("A", 70, 0)
    history["y"] = np.random.default_rng(2).poisson(5, len(history)).astype(float)
    rows = table(history)
    assert set(rows.loc[rows["measure"].str.startswith("MASE"), "verdict"]) == {"no signal"}


def test_a_little_better_is_weak(series):
    """Better than both, but short of the skill that is asked for."""
    rows = table(series("A", 70, 40, noise=6), good_skill=0.9)
    assert set(rows.loc[rows["measure"].str.startswith("MASE"), "verdict"]) == {"weak"}


@pytest.mark.parametrize("days", [0, 10, 24])
def test_too_short_a_history_is_said(series, days):
    """Nothing, under three weeks and a single origin conclude nothing."""
    start = CUTOFF.floor("D") - pd.Timedelta(days=days - 1)
    rows = evaluate_forecasts(series("A", days, 40, start=start), CUTOFF)
    assert set(rows["verdict"]) == {"not enough data"}
    assert rows["value"].isna().all()


def test_constant_series_are_left_out(series):
    """A series that never changes has no scale to be measured by."""
    rows = table(series("A", 70, 0))
    assert set(rows["verdict"]) == {"not enough data"}


def test_nothing_after_the_cutoff_counts(series):
    """Later rows change no figure."""
    history = series("A", 77, 40, noise=6)
    pd.testing.assert_frame_equal(table(history), table(history[history["ds"] <= CUTOFF]))
