"""Intervals from a model's own past mistakes: additive split-conformal prediction.

The model is run again from *pseudo-origins*, whole weeks before the cutoff, reading only what was known there. How far
it then was from what happened, by week ahead and hour of the day, is how far it may be now: the band is
yhat +- the ceil((n + 1) * level)th smallest of n absolute errors (Vovk et al. 2005; Lei et al. 2018), the largest one
where n is too small for the level.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fazri_lib.errors import NotEnoughDataError
from fazri_lib.forecast.series import DAY, Grid, Matrix, steps_after, weighted_mean

if TYPE_CHECKING:
    from fazri_lib.forecast.forecaster import Forecaster

LEVELS = (0.80, 0.95)


@dataclass(frozen=True, slots=True)
class ConformalParameters:
    """Constants of the calibration, the same for every data set.

    Attributes:
        origins: weekly pseudo-origins behind each week ahead.
        least_origins: weekly pseudo-origins without which daily ones are taken.
        warm_up_days: days of history that a weekly pseudo-origin leaves before itself; a daily one leaves one day.
        daily_origins: daily pseudo-origins of a short history.
        least_errors: errors of one series at one hour of the day that carry a 95 % interval of their own.
        level_days: latest days that tell a series' level when errors are pooled.
        trust_days: days of history at which the squared width of a pooled band doubles for not knowing the level well.
    """

    origins: int = 5
    least_origins: int = 3
    warm_up_days: int = 14
    daily_origins: int = 14
    least_errors: int = 19
    level_days: int = 28
    trust_days: float = 7.0


def half_widths(
    model: type[Forecaster],
    history: pd.DataFrame,
    grid: Grid,
    count: int,
    calendar: pd.DataFrame | None = None,
    parameters: ConformalParameters = ConformalParameters(),
) -> dict[float, Matrix]:
    """Return for each level the half width of the interval, series of `grid` by the `count` steps after its end.

    A series with fewer than 19 errors at an hour of the day borrows the quantile of all series' errors, each divided by
    its series' level + 1, brought to its own level and widened by sqrt(1 + 7 / days of history). A week ahead that no
    pseudo-origin reaches takes the width of the week before; a width never shrinks from one week ahead to the next.

    Args:
        model: the forecaster's class.
        history: checked rows; those after the grid's end are not read.
        grid: the history up to the cutoff.
        count: steps ahead.
        calendar: as of `Forecaster.fit`.
        parameters: constants of the calibration.

    Raises:
        NotEnoughDataError: no pseudo-origin has a day of history before it and something observed after it.
    """
    weeks = -(-count // grid.a_week)
    errors = _errors_by_week(model, history, grid, weeks, calendar, parameters)
    scale = _scale(grid, parameters)
    ahead = np.arange(count)
    widths = {}
    for level in LEVELS:
        tables = np.stack([_table(of_week, scale, level, parameters.least_errors) for of_week in errors])
        growing = np.fmax.accumulate(tables, axis=0)
        if np.isnan(growing).any():
            raise NotEnoughDataError(
                "intervals need two days of history of at least one series, got less; widen the history"
            )
        widths[level] = growing[ahead // grid.a_week, :, ahead % grid.a_day].T
    return widths


@dataclass(frozen=True, slots=True)
class _Scale:
    """Level of each series, by which errors are divided, and the factor that widens a borrowed band."""

    level: Matrix
    widening: Matrix


def _scale(grid: Grid, parameters: ConformalParameters) -> _Scale:
    recent = grid.y[:, -parameters.level_days * grid.a_day :]
    days = np.maximum(grid.days_observed, 1.0)
    return _Scale(1 + np.nan_to_num(weighted_mean(np.abs(recent), axis=1)), np.sqrt(1 + parameters.trust_days / days))


def _errors_by_week(
    model: type[Forecaster],
    history: pd.DataFrame,
    grid: Grid,
    weeks: int,
    calendar: pd.DataFrame | None,
    parameters: ConformalParameters,
) -> list[Matrix]:
    """Absolute errors of each week ahead: series by errors by hour of the day (counted from the cutoff)."""
    days_back, most = _pseudo_origins(grid, weeks, parameters)
    blocks = []
    for days in days_back:
        origin = grid.end - days * DAY
        ahead = min(days, 7 * weeks)
        predicted = (
            model(grid.step).fit(history, origin, calendar).predict(steps_after(origin, ahead * grid.a_day, grid.step))
        )
        blocks.append(_errors(predicted, grid, days, ahead))
    nothing = np.full((len(grid.ids), 1, grid.a_day), np.nan)
    by_week = (
        [block[:, 7 * week : 7 * week + 7] for block in blocks if block.shape[1] > 7 * week][:most]
        for week in range(weeks)
    )
    return [np.concatenate(parts, axis=1) if parts else nothing for parts in by_week]


def _pseudo_origins(grid: Grid, weeks: int, parameters: ConformalParameters) -> tuple[list[int], int]:
    """Days before the cutoff of each pseudo-origin, and how many of them a week ahead reads at most."""
    span = grid.y.shape[1] // grid.a_day
    weekly = [7 * back for back in range(1, parameters.origins + weeks) if 7 * back + parameters.warm_up_days <= span]
    if len(weekly) >= parameters.least_origins:
        return weekly, parameters.origins
    return list(range(1, min(parameters.daily_origins, span - 1) + 1)), parameters.daily_origins


def _errors(predicted: pd.DataFrame, grid: Grid, days: int, ahead: int) -> Matrix:
    """Absolute errors of one pseudo-origin: series by days ahead by hour of the day."""
    steps = ahead * grid.a_day
    yhat = np.full((len(grid.ids), steps), np.nan)
    yhat[grid.ids.get_indexer(pd.Index(predicted["unique_id"].iloc[::steps]))] = (
        predicted["yhat"].to_numpy().reshape(-1, steps)
    )
    first = grid.y.shape[1] - days * grid.a_day
    error: Matrix = np.abs(grid.y[:, first : first + steps] - yhat)
    return error.reshape(len(grid.ids), ahead, grid.a_day)


def _table(errors: Matrix, scale: _Scale, level: float, least: int) -> Matrix:
    """Half width by series and hour of the day, borrowed where a series has too few errors of its own."""
    own, count = _quantile(errors, level)
    scaled = (errors / scale.level[:, None, None]).reshape(1, -1, errors.shape[2])
    pooled, pooled_count = _quantile(scaled, level)
    anywhere, _ = _quantile(scaled.reshape(1, -1, 1), level)
    pooled = np.where(pooled_count < least, anywhere, pooled)
    return np.where(count >= least, own, pooled * (scale.level * scale.widening)[:, None])


def _quantile(errors: Matrix, level: float) -> tuple[Matrix, Matrix]:
    """The conformal quantile along axis 1 and the number of errors behind it."""
    ordered = np.sort(errors, axis=1)
    count = (~np.isnan(errors)).sum(axis=1)
    place = np.clip(np.ceil((count + 1) * level).astype(int), 1, np.maximum(count, 1)) - 1
    return np.take_along_axis(ordered, place[:, None], axis=1)[:, 0], count.astype(float)
