"""Errors of point forecasts. A value that was not observed (NaN) or not forecast is left out of every mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

WEEK = pd.Timedelta(days=7)


def mae(y: ArrayLike, yhat: ArrayLike) -> float:
    """Return the mean absolute error, mean |y - yhat|, in the unit of y; NaN when nothing was observed."""
    error = np.abs(np.asarray(y, dtype=float) - np.asarray(yhat, dtype=float))
    seen = error[~np.isnan(error)]
    return float(seen.mean()) if seen.size else float("nan")


def wape(y: ArrayLike, yhat: ArrayLike) -> float:
    """Return the weighted absolute percentage error, sum |y - yhat| / sum |y|, as a share (0.4 is 40 %).

    NaN when nothing was observed or everything observed is zero.
    """
    actual, predicted = np.asarray(y, dtype=float), np.asarray(yhat, dtype=float)
    seen = ~np.isnan(actual) & ~np.isnan(predicted)
    total = np.abs(actual[seen]).sum()
    return float(np.abs(actual[seen] - predicted[seen]).sum() / total) if total else float("nan")


def bias(y: ArrayLike, yhat: ArrayLike) -> float:
    """Return the bias, sum (yhat - y) / sum |y|, as a share: above 0 is too many; NaN where `wape` is."""
    actual, predicted = np.asarray(y, dtype=float), np.asarray(yhat, dtype=float)
    seen = ~np.isnan(actual) & ~np.isnan(predicted)
    total = np.abs(actual[seen]).sum()
    return float((predicted[seen] - actual[seen]).sum() / total) if total else float("nan")


def weekly_naive_scale(history: pd.DataFrame, until: pd.Timestamp) -> pd.Series[float]:
    """Return the scale of MASE per series: mean |y(t) - y(t - 7 days)| over the rows with ds <= until.

    Args:
        history: long frame unique_id, ds, y; one row per series and ds.
        until: the earliest cutoff, so that no scored value gets into the scale.

    Returns:
        The scale indexed by unique_id; NaN for a series without two observed weeks' worth of a common hour.
    """
    known = history.loc[history["ds"] <= until, ["unique_id", "ds", "y"]]
    before = known.assign(ds=known["ds"] + WEEK)
    pairs = known.merge(before, on=["unique_id", "ds"], how="left", suffixes=("", "_before"))
    change = (pairs["y"] - pairs["y_before"]).abs().astype(float)
    return change.groupby(pairs["unique_id"].astype(object)).mean().rename("scale")


def mase(frame: pd.DataFrame, scale: pd.Series[float]) -> float:
    """Return the mean absolute scaled error: the mean over series of (mean |y - yhat| / scale of the series).

    Source: Hyndman and Koehler, "Another look at measures of forecast accuracy", 2006, with the weekly seasonal naive
    method as the scale. Series without a positive scale or without an observed value are left out.

    Args:
        frame: unique_id, y, yhat.
        scale: as of `weekly_naive_scale`.
    """
    error = (frame["y"] - frame["yhat"]).abs().astype(float)
    per_series = error.groupby(frame["unique_id"].astype(object)).mean()
    usable = scale.where(scale > 0).reindex(per_series.index)
    return float((per_series / usable).mean())
