"""How well scores of the rows of a series, the higher the stranger, single out labelled windows, at every threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

THRESHOLDS = 250
BUFFER_ROWS = 12


def average_precision(is_event: ArrayLike, score: ArrayLike) -> float:
    """Return the average precision: sum over thresholds of (recall gained) * precision; NaN without an event row.

    Rows of equal score are taken together. Source: Salton and McGill, "Introduction to modern information retrieval",
    1983, as a step-wise sum.

    Args:
        is_event: whether each row lies in a labelled window.
        score: the higher, the stranger.
    """
    truth, values = np.asarray(is_event, dtype=bool), np.asarray(score, dtype=float)
    if not truth.any():
        return float("nan")
    order = np.argsort(-values, kind="stable")
    truth, values = truth[order], values[order]
    last = np.append(values[1:] != values[:-1], True)
    hits, taken = np.cumsum(truth)[last], np.flatnonzero(last) + 1
    return float((np.diff(hits, prepend=0) / truth.sum() * hits / taken).sum())


def vus_pr(is_event: ArrayLike, score: ArrayLike, buffer_rows: int = BUFFER_ROWS) -> float:
    """Return the volume under the range precision-recall surface of one series; NaN without an event row.

    Windows get sloping rims of 0 to `buffer_rows` rows; a rim row earns credit when it is hit, and only earned credit
    enters the denominator of the recall, as in the TSB-AD benchmark. Source: Paparrizos et al., "Volume under the
    surface: a new accuracy evaluation measure for time-series anomaly detection", PVLDB 2022. 250 thresholds, evenly
    spread over the ranks of the scores.

    Args:
        is_event: whether each row lies in a labelled window, in order of time.
        score: the higher, the stranger.
        buffer_rows: widest rim, both sides together.
    """
    truth, values = np.asarray(is_event, dtype=bool), np.asarray(score, dtype=float)
    if not truth.any():
        return float("nan")
    order = np.argsort(-values, kind="stable")
    thresholds = values[order][np.linspace(0, len(values) - 1, THRESHOLDS).astype(int)]
    taken = np.searchsorted(-values[order], -thresholds, side="right")
    away = _rows_away(truth)
    volumes = [_area(truth, values, _credit(away, rim), order, thresholds, taken) for rim in range(buffer_rows + 1)]
    return float(np.mean(volumes))


def _rows_away(truth: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Rows between each row and the nearest event row."""
    place = np.arange(len(truth))
    before = np.maximum.accumulate(np.where(truth, place, -np.inf))
    after = np.minimum.accumulate(np.where(truth, place, np.inf)[::-1])[::-1]
    nearest: NDArray[np.float64] = np.minimum(place - before, after - place)
    return nearest


def _credit(away: NDArray[np.float64], rim: int) -> NDArray[np.float64]:
    """1 in a window, sqrt(1 - distance / rim) up to half a rim from it, else 0."""
    if rim == 0:
        return np.asarray(away == 0, dtype=float)
    near = away <= rim // 2
    slope: NDArray[np.float64] = np.sqrt(np.maximum(0.0, 1 - np.where(near, away, 0.0) / rim)) * near
    return slope


def _area(
    truth: NDArray[np.bool_],
    values: NDArray[np.float64],
    credit: NDArray[np.float64],
    order: NDArray[np.int64],
    thresholds: NDArray[np.float64],
    taken: NDArray[np.int64],
) -> float:
    core = np.append(0.0, np.cumsum(truth[order]))[taken]
    earned = np.append(0.0, np.cumsum(credit[order]))[taken]
    edge = np.diff((credit > 0).astype(int), prepend=0, append=0)
    ends = np.stack([np.flatnonzero(edge == 1), np.flatnonzero(edge == -1)], axis=1).ravel()
    strangest = np.sort(np.maximum.reduceat(np.append(values, -np.inf), ends)[::2])
    exists = 1 - np.searchsorted(strangest, thresholds, side="left") / len(strangest)
    recall = np.minimum(earned / (truth.sum() + (earned - core) / 2), 1.0) * exists
    return float((np.diff(recall, prepend=0.0) * earned / taken).sum())
