"""The baseline: the same hour a week earlier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np

from fazri_lib.forecast.series import HOUR, first_seen, gridded, repeated, weighted_mean

if TYPE_CHECKING:
    import pandas as pd


class SeasonalNaive:
    """Repeats the latest observed value of the same hour of the week.

    Where that hour was not observed a week earlier it takes the one two, three ... weeks earlier; if it never was, the
    latest one at that hour of any day, then the series' mean. No series changes another.

    Source: Hyndman and Athanasopoulos, "Forecasting: principles and practice", the seasonal naive method.
    """

    name = "seasonal_naive"

    def __init__(self, step: pd.Timedelta = HOUR) -> None:
        self.step = step

    def fit(
        self,
        history: pd.DataFrame,
        cutoff: pd.Timestamp,
        calendar: pd.DataFrame | None = None,  # noqa: ARG002 - the hour of the week is all that it reads
    ) -> Self:
        """Take the latest value of each hour of the week."""
        grid = gridded(history, cutoff, self.step)
        latest = first_seen(grid.folded(grid.a_week), axis=1)
        by_day = np.tile(first_seen(grid.folded(grid.a_day), axis=1), 7)
        level = weighted_mean(grid.y, axis=1)[:, None]
        filled = np.where(np.isnan(latest), np.where(np.isnan(by_day), level, by_day), latest)
        self.grid_ = grid
        self.profile_ = np.where(grid.days_observed[:, None] < 1, np.nan, filled)
        return self

    def predict(self, ds: pd.DatetimeIndex) -> pd.DataFrame:
        """Return unique_id, ds, yhat."""
        return repeated(self.grid_, self.profile_, ds)
