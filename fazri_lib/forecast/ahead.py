"""Forecasts with intervals, of many series at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fazri_lib.errors import FazriError, NotEnoughDataError
from fazri_lib.forecast.conformal import half_widths
from fazri_lib.forecast.level_profile import LevelProfile
from fazri_lib.forecast.seasonal_naive import SeasonalNaive
from fazri_lib.forecast.series import DAY, Grid, Matrix, checked, gridded, steps_after

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fazri_lib.forecast.forecaster import Forecaster

FORECASTERS: tuple[type[Forecaster], ...] = (LevelProfile, SeasonalNaive)
"""Every forecaster, the recommended one first. A new one: one file, one entry here."""

BASELINE: type[Forecaster] = SeasonalNaive
BANDS = ("lo_80", "hi_80", "lo_95", "hi_95")


def forecast(
    history: pd.DataFrame,
    cutoff: pd.Timestamp,
    horizon: int,
    calendar: pd.DataFrame | None = None,
    *,
    freq: str = "h",
    models: tuple[type[Forecaster], ...] = FORECASTERS,
) -> pd.DataFrame:
    """Return forecasts with 80 and 95 % intervals for every series, each model apart.

    A series of which less than a day was observed has no forecast of its own: it gets the mean of the other series, and
    as both intervals everything that any other series may be. Series that first appear after the cutoff are not known.
    Nothing is ever below zero: these are counts.

    Args:
        history: long frame unique_id, ds, y; ds campus wall-clock time without a zone, y empty where not observed. Only
            rows with ds <= cutoff are read.
        cutoff: the origin, campus time.
        horizon: steps ahead.
        calendar: ds and flags known ahead (holiday, term, ...), past and future.
        freq: length of a step, as "h" or "15min"; it divides a day.
        models: forecasters to run.

    Returns:
        unique_id, cutoff, ds, model, yhat, lo_80, hi_80, lo_95, hi_95, ordered by model, unique_id, ds, with
        lo_95 <= lo_80 <= yhat <= hi_80 <= hi_95.

    Raises:
        NotEnoughDataError: no series has two days of history.
        FazriError: columns, types, freq or horizon are wrong.
    """
    rows = checked(history)
    step = _step(freq)
    if horizon < 1:
        raise FazriError(f"horizon: expected at least 1 step, got {horizon}; give a positive number")
    known = rows[rows["ds"] <= cutoff]
    if known.empty:
        raise NotEnoughDataError(
            f"forecast needs two days of history before the cutoff, got no row up to {cutoff}; choose a later cutoff"
        )
    flags = None if calendar is None else _checked_calendar(calendar)
    grid = gridded(known, cutoff, step)
    parts = [_one(model, known, grid, horizon, flags) for model in models]
    result = pd.concat(parts, ignore_index=True)
    result.insert(1, "cutoff", cutoff)
    return result[["unique_id", "cutoff", "ds", "model", "yhat", *BANDS]]


def _step(freq: str) -> pd.Timedelta:
    try:
        step = pd.Timedelta(freq if freq[:1].isdigit() else f"1{freq}")
    except (ValueError, TypeError) as error:
        raise FazriError(f"freq: expected a length as h or 15min, got {freq!r}; give one of these") from error
    if step <= pd.Timedelta(0) or DAY % step:
        raise FazriError(f"freq: expected a length that divides a day, got {freq!r}; take h, 30min or 15min")
    return step


def _checked_calendar(calendar: pd.DataFrame) -> pd.DataFrame:
    if "ds" not in calendar.columns or calendar["ds"].duplicated().any():
        raise FazriError(
            "calendar: expected a column ds with every time once, got none or repeated times; one row a time"
        )
    return calendar


def points(
    model: type[Forecaster],
    history: pd.DataFrame,
    cutoff: pd.Timestamp,
    horizon: int,
    calendar: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return unique_id, ds, yhat of one model by hour as `forecast` gives them, without intervals: these cost most.

    Args:
        model: the forecaster's class.
        history: as of `forecast`, checked.
        cutoff: the origin, campus time.
        horizon: hours ahead.
        calendar: as of `forecast`.

    Raises:
        NotEnoughDataError: no series has a forecast of its own.
    """
    grid = gridded(history[history["ds"] <= cutoff], cutoff)
    predicted, yhat = _predicted(model, history, grid, horizon, calendar)
    return predicted.assign(yhat=_with_newcomers({"yhat": yhat})["yhat"].ravel())


def _one(
    model: type[Forecaster], known: pd.DataFrame, grid: Grid, horizon: int, calendar: pd.DataFrame | None
) -> pd.DataFrame:
    predicted, yhat = _predicted(model, known, grid, horizon, calendar)
    bands: dict[str, Matrix] = {}
    for level, width in half_widths(model, known, grid, horizon, calendar).items():
        bands[f"lo_{round(100 * level)}"] = np.maximum(yhat - width, 0.0)
        bands[f"hi_{round(100 * level)}"] = yhat + width
    table = _with_newcomers({"yhat": yhat, **bands})
    return predicted.assign(model=model.name, **{name: values.ravel() for name, values in table.items()})


def _predicted(
    model: type[Forecaster], known: pd.DataFrame, grid: Grid, horizon: int, calendar: pd.DataFrame | None
) -> tuple[pd.DataFrame, Matrix]:
    """What a model says, and its figures, none below zero: series by steps."""
    predicted = model(grid.step).fit(known, grid.end, calendar).predict(steps_after(grid.end, horizon, grid.step))
    return predicted, np.maximum(predicted["yhat"].to_numpy(), 0.0).reshape(-1, horizon)


def _with_newcomers(table: dict[str, Matrix]) -> dict[str, Matrix]:
    """Fill the rows of series without a forecast: the mean of the others between the widest ends of their bands."""
    is_new: NDArray[np.bool_] = np.isnan(table["yhat"][:, 0])
    if not is_new.any():
        return table
    if is_new.all():
        raise NotEnoughDataError(
            "forecast needs two days of history of at least one series, got less; widen the history"
        )
    others = {name: values[~is_new] for name, values in table.items()}
    fill = {"yhat": others["yhat"].mean(axis=0)}
    if len(others) > 1:
        fill |= dict.fromkeys(("lo_80", "lo_95"), others["lo_95"].min(axis=0))
        fill |= dict.fromkeys(("hi_80", "hi_95"), others["hi_95"].max(axis=0))
    return {name: np.where(is_new[:, None], fill[name], values) for name, values in table.items()}
