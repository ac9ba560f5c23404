"""The level profile: what an hour of the week is usually like, recent weeks counting most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from fazri_lib.forecast.series import HOUR, Grid, Matrix, gridded, median, repeated, weighted_mean
from fazri_lib.forecast.short_history import borrowed_profile, day_profile

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class LevelProfileParameters:
    """Constants of the level profile, the same for every data set.

    Attributes:
        decay: weight of a week relative to the week after it.
        median_weeks: weeks that the median reads.
        short_days: days of history below which a series borrows from others.
        trust_days: days of history at which a short series' own profile weighs as much as the borrowed one.
        donors: number of similar series that it borrows from.
    """

    decay: float = 0.75
    median_weeks: int = 6
    short_days: float = 14.0
    trust_days: float = 7.0
    donors: int = 5


class LevelProfile:
    """Half the recency-weighted mean, half the six-week median of each hour of the week, never below zero.

    A series with fewer than 14 observed days *borrows*: its own hour-of-day mean weighs D / (D + 7), the hour-of-week
    shape of the most similar series with a longer history, brought to its level, the rest. That is the only way in
    which one series changes another. A series with a longer history depends on itself alone.
    """

    name = "level_profile"

    def __init__(
        self, step: pd.Timedelta = HOUR, parameters: LevelProfileParameters = LevelProfileParameters()
    ) -> None:
        self.step = step
        self.parameters = parameters

    def fit(
        self,
        history: pd.DataFrame,
        cutoff: pd.Timestamp,
        calendar: pd.DataFrame | None = None,  # noqa: ARG002 - the hour of the week is all that it reads
    ) -> Self:
        """Learn one profile a series."""
        self.grid_ = gridded(history, cutoff, self.step)
        days = self.grid_.days_observed
        is_short = days < self.parameters.short_days
        profile = self._own(self.grid_)
        if is_short.any():
            profile[is_short] = self._short(self.grid_, profile, is_short)
        profile[days < 1] = np.nan
        self.profile_ = np.maximum(profile, 0.0)
        return self

    def predict(self, ds: pd.DatetimeIndex) -> pd.DataFrame:
        """Return unique_id, ds, yhat."""
        return repeated(self.grid_, self.profile_, ds)

    def _own(self, grid: Grid) -> Matrix:
        weeks = grid.folded(grid.a_week)
        weights = self.parameters.decay ** np.arange(weeks.shape[1], dtype=float)[None, :, None]
        mean = weighted_mean(weeks, axis=1, weights=weights)
        middle = median(weeks[:, : self.parameters.median_weeks], axis=1)
        own = (mean + np.where(np.isnan(middle), mean, middle)) / 2
        return np.where(np.isnan(own), day_profile(grid), own)

    def _short(self, grid: Grid, profile: Matrix, is_short: NDArray[np.bool_]) -> Matrix:
        own = day_profile(grid)[is_short]
        if is_short.all():
            return own
        others = borrowed_profile(grid, profile, is_short, self.parameters.donors)
        days = grid.days_observed[is_short][:, None]
        trust = days / (days + self.parameters.trust_days)
        blended: Matrix = trust * own + (1 - trust) * others
        return blended
