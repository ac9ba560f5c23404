"""What a series with a short history can say, and what it can borrow from similar ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.forecast.series import Grid, Matrix, weighted_mean

if TYPE_CHECKING:
    from numpy.typing import NDArray


def day_profile(grid: Grid) -> Matrix:
    """Return each series' mean by time of day, repeated over a week; its mean where that time was never observed."""
    by_day = weighted_mean(grid.folded(grid.a_day), axis=1)
    level = weighted_mean(grid.y, axis=1)[:, None]
    return np.tile(np.where(np.isnan(by_day), level, by_day), 7)


def borrowed_profile(grid: Grid, profile: Matrix, is_short: NDArray[np.bool_], donors: int) -> Matrix:
    """Return for each short series the mean hour-of-week profile of its most similar long series, at its own level.

    A donor's profile is scaled so that it has the short series' sum over the steps that were observed there; the most
    similar donors are those whose scaled profile is nearest to it on these steps (mean absolute difference).

    Args:
        grid: all series.
        profile: hour-of-week profiles; only rows of long series are read.
        is_short: which series are short; at least one is not.
        donors: number of donors.
    """
    weeks = grid.folded(grid.a_week)[is_short]
    seen = (~np.isnan(weeks)).sum(axis=1).astype(float)
    total = np.nan_to_num(weeks).sum(axis=1)
    lenders = profile[~is_short]
    own_sum, lender_sum = total.sum(axis=1)[:, None], seen @ lenders.T
    scale = np.divide(own_sum, lender_sum, out=np.zeros_like(lender_sum), where=lender_sum > 0)
    usual = np.divide(total, seen, out=np.zeros_like(total), where=seen > 0)
    chosen = np.empty((len(weeks), lenders.shape[1]))
    for row in range(len(weeks)):
        scaled = scale[row][:, None] * lenders
        distance = (np.abs(scaled - usual[row]) * seen[row]).sum(axis=1)
        nearest = np.argsort(distance, kind="stable")[:donors]
        chosen[row] = scaled[nearest].mean(axis=0)
    return chosen
