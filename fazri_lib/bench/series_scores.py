"""Scores of the hours of a series, each made from earlier hours alone: what the product has today, and a baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fazri_lib.errors import NotEnoughDataError
from fazri_lib.forecast import FORECASTERS, forecast

if TYPE_CHECKING:
    from collections.abc import Callable

DAY_H = 24
WEEK_H = 168
DAY = pd.Timedelta(days=1)
HOUR = pd.Timedelta(hours=1)
FOLDS = 8
MAD_TO_SD = 1.4826
RECOMMENDED = FORECASTERS[0]


def exceedance(series: pd.DataFrame, start: pd.Timestamp) -> pd.DataFrame:
    """Score by the day-ahead forecast of the recommended forecaster.

    score = |y - yhat| / (hi_80 - yhat + 1), so 1 is about the edge of the 80 % interval. Each day is forecast at its
    midnight. Days before which there is not enough history have no score.

    Args:
        series: one hourly series unique_id, ds, y.
        start: first scored moment.

    Returns:
        unique_id, ds, score of the observed hours from `start` on.
    """
    known = series[["unique_id", "ds", "y"]]
    midnights = pd.date_range(start.normalize(), known["ds"].max(), freq=DAY)
    parts = [_forecast_day(known, midnight - HOUR) for midnight in midnights]
    rows = known[(known["ds"] >= start) & known["y"].notna()]
    made = pd.concat([part for part in parts if part is not None] or [pd.DataFrame(columns=["ds", "yhat", "hi_80"])])
    rows = rows.merge(made[["ds", "yhat", "hi_80"]].astype({"ds": rows["ds"].dtype}), on="ds", how="left")
    score = (rows["y"] - rows["yhat"]).abs() / (rows["hi_80"] - rows["yhat"] + 1)
    return rows[["unique_id", "ds"]].assign(score=score.astype(float))


def robust_z(series: pd.DataFrame, start: pd.Timestamp, period_h: int = WEEK_H) -> pd.DataFrame:
    """Score by the distance from the median of the same hour in the last eight periods.

    score = |y - median| / (1.4826 * median absolute deviation + 1), the deviations those of the last eight periods from
    their own medians. Source: Iglewicz and Hoaglin, "How to detect and handle outliers", 1993.

    Args:
        series: as of `exceedance`.
        start: first scored moment.
        period_h: 168 compares hours of the week, 24 hours of the day.
    """
    hourly = series.set_index("ds")["y"].astype(float).asfreq("h")
    spare = -len(hourly) % period_h
    folds = pd.DataFrame(np.append(hourly.to_numpy(), np.full(spare, np.nan)).reshape(-1, period_h))
    off = (folds - _median(folds)).abs()
    score = (off / (MAD_TO_SD * _median(off) + 1)).to_numpy().ravel()[: len(hourly)]
    rows = series[(series["ds"] >= start) & series["y"].notna()]
    return rows[["unique_id", "ds"]].assign(score=rows["ds"].map(pd.Series(score, index=hourly.index)).astype(float))


def _median(folds: pd.DataFrame) -> pd.DataFrame:
    """Median of the last folds before each one."""
    return folds.shift(1).rolling(FOLDS, min_periods=2).median()


def _forecast_day(known: pd.DataFrame, cutoff: pd.Timestamp) -> pd.DataFrame | None:
    try:
        return forecast(known, cutoff, DAY_H, models=(RECOMMENDED,))
    except NotEnoughDataError:
        return None


SCORERS: dict[str, Callable[..., pd.DataFrame]] = {"exceedance": exceedance, "robust_z": robust_z}
"""Every score by its name."""
