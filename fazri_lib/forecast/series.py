"""Long frames of series (unique_id, ds, y) and the regular grid that forecasters compute on.

`ds` is campus wall-clock time without a zone, the start of its step; an empty `y` was not observed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fazri_lib.errors import FazriError, NotEnoughDataError

Matrix = NDArray[np.float64]

HOUR = pd.Timedelta(hours=1)
DAY = pd.Timedelta(days=1)
WEEK = pd.Timedelta(days=7)
WEEKS_READ = 52
ROWS_A_STEP = 2
"""The hour when clocks are set back comes twice."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Series on a common grid of equal steps.

    Attributes:
        ids: one per row of `y`, in order.
        end: last step of the grid, the last one at or before the cutoff.
        step: length of a step; it divides a day.
        y: series by steps; NaN where nothing was observed.
    """

    ids: pd.Index
    end: pd.Timestamp
    step: pd.Timedelta
    y: Matrix

    @property
    def a_day(self) -> int:
        """Steps in a day."""
        return DAY // self.step

    @property
    def a_week(self) -> int:
        """Steps in a week."""
        return WEEK // self.step

    @property
    def days_observed(self) -> Matrix:
        """Observed steps of each series, in days."""
        observed: Matrix = (~np.isnan(self.y)).sum(axis=1) / self.a_day
        return observed

    def folded(self, period: int) -> NDArray[np.float64]:
        """Return y as series by folds by `period` steps, the newest fold first, padded with NaN at the far end.

        Column j of a fold holds what happened a whole number of periods before the (j + 1)th step after the end.
        """
        missing = -self.y.shape[1] % period
        padded = np.pad(self.y, ((0, 0), (missing, 0)), constant_values=np.nan)
        return padded.reshape(len(self.ids), -1, period)[:, ::-1]


def checked(history: pd.DataFrame) -> pd.DataFrame:
    """Return the rows as unique_id (categorical), ds, y (float) after checking them.

    Raises:
        NotEnoughDataError: there is no row at all.
        FazriError: a column is missing or of the wrong type, or a time or id is empty.
    """
    missing = {"unique_id", "ds", "y"} - set(history.columns)
    if missing:
        raise FazriError(
            f"series lack {', '.join(sorted(missing))}; expected columns unique_id, ds, y; rename or add them"
        )
    if history.empty:
        raise NotEnoughDataError("series have no rows; expected two days of at least one series; widen the history")
    if not isinstance(history["ds"].dtype, np.dtype) or history["ds"].dtype.kind != "M":
        raise FazriError(
            f"series column ds: expected times without a zone, got {history['ds'].dtype}; convert it to campus time"
        )
    if history["ds"].isna().any() or history["unique_id"].isna().any():
        raise FazriError("series have rows without unique_id or ds; expected both in every row; drop those rows")
    try:
        values = history["y"].astype("float64")
    except (TypeError, ValueError) as error:
        raise FazriError(f"series column y: expected numbers, got {history['y'].dtype}; convert it") from error
    if np.isinf(values.to_numpy()).any():
        raise FazriError("series column y: expected finite numbers or empty, got infinity; leave such values empty")
    return pd.DataFrame({"unique_id": history["unique_id"].astype("category"), "ds": history["ds"], "y": values})


def gridded(history: pd.DataFrame, cutoff: pd.Timestamp, step: pd.Timedelta = HOUR) -> Grid:
    """Return the last 52 weeks up to the cutoff on a grid; rows with ds > cutoff are not looked at.

    A step may come twice (the hour when clocks are set back) and is then averaged; where it is absent it is NaN.

    Raises:
        NotEnoughDataError: there is no row in those weeks.
        FazriError: a time off the grid, or more than two rows for one step.
    """
    end = cutoff.floor(step)
    known = history[(history["ds"] <= cutoff) & (history["ds"] > end - WEEKS_READ * WEEK)]
    if known.empty:
        raise NotEnoughDataError(
            f"series have no rows in the {WEEKS_READ} weeks up to {cutoff}; expected two days; choose a later cutoff"
        )
    series, ids = pd.factorize(known["unique_id"], sort=True)
    back = (end - known["ds"]).to_numpy()
    if (back % step.to_timedelta64()).astype(bool).any():
        raise FazriError(
            f"series column ds: expected starts of steps of {step}, got others; resample or give another freq"
        )
    steps_back = back // step.to_timedelta64()
    width = int(steps_back.max()) + 1
    cell = series * width + (width - 1 - steps_back)
    if np.bincount(cell).max() > ROWS_A_STEP:
        raise FazriError("series have more than two rows for one unique_id and ds; expected one; aggregate them first")
    y = known["y"].to_numpy()
    seen = np.bincount(cell, weights=~np.isnan(y), minlength=len(ids) * width)
    total = np.bincount(cell, weights=np.nan_to_num(y), minlength=len(ids) * width)
    mean = np.divide(total, seen, out=np.full(len(total), np.nan), where=seen > 0)
    return Grid(_plain(ids), end, step, mean.reshape(len(ids), width))


def steps_after(cutoff: pd.Timestamp, count: int, step: pd.Timedelta) -> pd.DatetimeIndex:
    """Return the `count` steps that follow the cutoff."""
    return pd.date_range(cutoff.floor(step) + step, periods=count, freq=step, name="ds")


def repeated(grid: Grid, profile: Matrix, ds: pd.DatetimeIndex) -> pd.DataFrame:
    """Return unique_id, ds, yhat: the profile (series by steps of its period) repeated after the grid's end.

    Rows are ordered by unique_id and ds.
    """
    ahead = ((ds - grid.end) // grid.step - 1).to_numpy() % profile.shape[1]
    return pd.DataFrame(
        {
            "unique_id": np.repeat(grid.ids.to_numpy(), len(ds)),
            "ds": np.tile(ds.to_numpy(), len(grid.ids)),
            "yhat": profile[:, ahead].ravel(),
        }
    )


def weighted_mean(values: Matrix, axis: int, weights: Matrix | float = 1.0) -> Matrix:
    """Return the weighted mean of what was observed along an axis, NaN where nothing was."""
    weight = np.where(np.isnan(values), 0.0, weights)
    total = weight.sum(axis=axis)
    out = np.full(total.shape, np.nan)
    np.divide((weight * np.nan_to_num(values)).sum(axis=axis), total, out=out, where=total > 0)
    return out


def median(values: Matrix, axis: int) -> Matrix:
    """Return the median of what was observed along an axis, NaN where nothing was."""
    ordered = np.sort(values, axis=axis)
    count = (~np.isnan(values)).sum(axis=axis, keepdims=True)
    low = np.take_along_axis(ordered, np.maximum((count - 1) // 2, 0), axis=axis)
    high = np.take_along_axis(ordered, np.minimum(count // 2, values.shape[axis] - 1), axis=axis)
    return np.asarray((low + high) / 2).squeeze(axis)


def first_seen(values: Matrix, axis: int) -> Matrix:
    """Return the first observed value along an axis, NaN where there is none."""
    place = np.argmax(~np.isnan(values), axis=axis, keepdims=True)
    return np.take_along_axis(values, place, axis=axis).squeeze(axis)


def _plain(ids: pd.Index) -> pd.Index:
    """Ids without the categorical wrapping."""
    return pd.Index(ids.categories.take(ids.codes)) if isinstance(ids, pd.CategoricalIndex) else pd.Index(ids)
