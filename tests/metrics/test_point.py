import importlib.util
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from fazri_lib.metrics import bias, mae, mase, wape, weekly_naive_scale

SHARED = Path(os.environ.get("FAZRI_BENCH_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))


def hours(start, values, unique_id="Z"):
    """An hourly series."""
    ds = pd.date_range(start, periods=len(values), freq="h")
    return pd.DataFrame({"unique_id": unique_id, "ds": ds, "y": values})


def test_mae_leaves_out_what_was_not_observed():
    """|1-2| and |5-3| have mean 1.5; the empty value says nothing."""
    assert mae([1.0, np.nan, 5.0], [2.0, 9.0, 3.0]) == 1.5


def test_mae_of_nothing_is_empty():
    """Without an observed value there is no error."""
    assert np.isnan(mae([np.nan], [1.0]))


def test_wape_is_error_over_volume():
    """(1 + 2) / (1 + 5) = 0.5."""
    assert wape([1.0, 5.0, np.nan], [2.0, 3.0, 7.0]) == 0.5


def test_wape_of_zeros_is_empty():
    """A share of nothing is not defined."""
    assert np.isnan(wape([0.0], [1.0]))


def test_scale_is_the_mean_change_over_a_week():
    """A week of zeros, then a week of twos: every hour changes by 2; the value after `until` is not read."""
    frame = hours("2026-01-05", [0.0] * 168 + [2.0] * 168 + [1000.0])
    assert weekly_naive_scale(frame, frame["ds"].iloc[-2]).to_dict() == {"Z": 2.0}


def test_scale_needs_two_weeks():
    """With one week there is no pair of weeks, so the scale is empty."""
    frame = hours("2026-01-05", [1.0] * 168)
    assert weekly_naive_scale(frame, frame["ds"].max()).isna().all()


def test_mase_is_the_mean_over_series():
    """Series A: error 1 over scale 2; B: error 3 over scale 1; (0.5 + 3) / 2. C has no scale and is left out."""
    frame = pd.DataFrame({"unique_id": ["A", "A", "B", "C"], "y": [1.0, 3.0, 0.0, 1.0], "yhat": [2.0, 2.0, 3.0, 0.0]})
    assert mase(frame, pd.Series({"A": 2.0, "B": 1.0, "C": 0.0})) == 1.75


def test_the_independent_scorer_agrees():
    """eval_forecast.py gives the same MASE, WAPE and coverage for made-up forecasts of three series."""
    tool = SHARED.parent / "tools" / "eval_forecast.py"
    if not tool.is_file():
        pytest.skip(f"{tool.name} is not there: set FAZRI_BENCH_DATA to the folder of foreign data")
    spec = importlib.util.spec_from_file_location("eval_forecast", tool)
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    rng = np.random.default_rng(3)
    history = pd.concat([hours("2026-01-05", rng.poisson(9, 168 * 5).astype(float), name) for name in "ABC"])
    cutoff = pd.Timestamp("2026-02-01 23:00")
    made = history[history["ds"] > cutoff].assign(cutoff=cutoff, yhat=9.0, lo80=5.0, hi80=13.0)
    theirs = scorer.score(made, scorer.scales(history, made, 168))
    scale = weekly_naive_scale(history, cutoff)
    assert mase(made, scale) == pytest.approx(theirs["MASE"])
    assert wape(made["y"], made["yhat"]) == pytest.approx(theirs["WAPE"])


def test_bias_by_hand():
    """One too many of four, one hour not observed: 1/4; nothing observed: NaN."""
    assert bias([2, 2, np.nan], [2, 3, 9]) == 0.25
    assert np.isnan(bias([np.nan], [1]))
