"""Anomalies planted in a real hourly series: surges, drops, busy nights, shifted days, stuck counters, mild surges."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Rows = NDArray[np.int64]
    Planted = tuple[Rows, NDArray[np.float64]]

TRAINED_UNTIL = pd.Timestamp("2016-02-08")
FIRST_DAY = pd.Timestamp("2016-02-10")
DAY_H = 24
LEAST_BUSY_H, LEAST_QUIET_H = 6, 4


@dataclass(frozen=True, slots=True)
class _Day:
    """One day of the series, about to be disturbed.

    Attributes:
        y: the whole series.
        rows: rows of the day.
        busy: those where usually much is going on.
        quiet: those where usually next to nothing is.
        peak: a busy hour's people.
    """

    y: NDArray[np.float64]
    rows: Rows
    busy: Rows
    quiet: Rows
    peak: float


def _surge(day: _Day, rng: np.random.Generator) -> Planted:
    start = day.busy[rng.integers(0, len(day.busy) - 3)]
    span = np.arange(start, start + rng.integers(2, 6))
    return span, day.y[span] * rng.uniform(1.6, 2.6) + 0.15 * day.peak


def _drop(day: _Day, rng: np.random.Generator) -> Planted:
    span = np.arange(day.busy[0], day.busy[0] + rng.integers(3, 8))
    return span, day.y[span] * rng.uniform(0, 0.35)


def _night(day: _Day, rng: np.random.Generator) -> Planted:
    start = day.quiet[rng.integers(0, len(day.quiet) - 2)]
    span = np.arange(start, start + rng.integers(2, 5))
    return span, day.y[span] + day.peak * rng.uniform(0.15, 0.4)


def _shift(day: _Day, rng: np.random.Generator) -> Planted:
    return day.rows[7:22], np.roll(day.y[day.rows], int(rng.choice([-4, -3, 3, 4])))[7:22]


def _flat(day: _Day, rng: np.random.Generator) -> Planted:
    start = day.busy[len(day.busy) // 2]
    span = np.arange(start, start + rng.integers(10, 20))
    return span, np.full(len(span), day.y[start])


def _subtle(day: _Day, rng: np.random.Generator) -> Planted:
    return day.rows[8:20], day.y[day.rows[8:20]] * rng.uniform(1.3, 1.45)


KINDS: dict[str, Callable[[_Day, np.random.Generator], Planted]] = {
    "surge": _surge,
    "drop": _drop,
    "night": _night,
    "shift": _shift,
    "flat": _flat,
    "subtle": _subtle,
}
"""Every kind of planted anomaly, planted in turn."""


def plant(series: pd.DataFrame, holidays: pd.DatetimeIndex, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Plant one anomaly every five to eleven days, of all kinds in turn, from 10 February 2016 on.

    Days that are a holiday, have gaps, or have no busy and quiet hours are passed over.

    Args:
        series: one hourly series unique_id, ds, y.
        holidays: local days.
        seed: of every draw.

    Returns:
        The series with whole people, and the windows: unique_id, start, end, kind.
    """
    rng = np.random.default_rng(seed)
    rows = series.sort_values("ds").reset_index(drop=True)
    y = rows["y"].to_numpy(dtype=float).copy()
    usual, peak = _usual(rows, y)
    of_day = {on: np.asarray(place) for on, place in rows.groupby(rows["ds"].dt.normalize()).indices.items()}
    name, on = rows["unique_id"].iloc[0], FIRST_DAY
    windows: list[tuple[object, ...]] = []
    while on < rows["ds"].max() - pd.Timedelta(days=3):
        day = _day(y, of_day.get(on, np.array([], dtype=np.int64)), usual, peak)
        if on in holidays or day is None:
            on += pd.Timedelta(days=1)
            continue
        kind = list(KINDS)[len(windows) % len(KINDS)]
        span, values = KINDS[kind](day, rng)
        y[span] = np.maximum(0.0, np.round(values))
        windows.append((name, rows["ds"].iloc[span[0]], rows["ds"].iloc[span[-1]], kind))
        on += pd.Timedelta(days=int(rng.integers(5, 12)))
    return rows.assign(y=np.round(y)), pd.DataFrame(windows, columns=["unique_id", "start", "end", "kind"])


def _usual(rows: pd.DataFrame, y: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Median of each row's hour of the week before the first anomaly, and a busy hour's people then."""
    is_before = (rows["ds"] < TRAINED_UNTIL).to_numpy()
    hour = (rows["ds"].dt.day_of_week * DAY_H + rows["ds"].dt.hour).to_numpy()
    median = pd.Series(y[is_before]).groupby(hour[is_before]).median().reindex(range(7 * DAY_H)).fillna(0.0)
    return median.to_numpy()[hour], float(np.nanquantile(y[is_before], 0.95))


def _day(y: NDArray[np.float64], rows: Rows, usual: NDArray[np.float64], peak: float) -> _Day | None:
    """The day's rows, or None where nothing can be planted."""
    busy, quiet = rows[usual[rows] > 0.35 * peak], rows[usual[rows] < 0.06 * peak]
    if len(rows) < DAY_H or np.isnan(y[rows]).any() or len(busy) < LEAST_BUSY_H or len(quiet) < LEAST_QUIET_H:
        return None
    return _Day(y, rows, busy, quiet, peak)
