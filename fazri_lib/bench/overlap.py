"""How much of some intervals is covered by others of the same owner, exactly and without comparing every pair."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def covered_s(asked: pd.DataFrame, given: pd.DataFrame, owner: Sequence[str]) -> NDArray[np.float64]:
    """Return for each asked interval how many of its seconds lie in the union of the given ones of the same owner.

    Args:
        asked: `started_at, ended_at` and the owner's columns; ended_at is not before started_at.
        given: the same.
        owner: columns that must be equal, as entity_id and zone_id.
    """
    keys = list(owner)
    codes = pd.concat([asked[keys], given[keys]], ignore_index=True).groupby(keys, dropna=False).ngroup().to_numpy()
    moments = [_seconds(rows, name) for rows in (asked, given) for name in ("started_at", "ended_at")]
    first = min((float(part.min()) for part in moments if len(part)), default=0.0)
    stride = max((float(part.max()) for part in moments if len(part)), default=0.0) - first + 1
    start, end, held_start, held_end = (part - first for part in moments)
    asked_at, held_at = codes[: len(asked)] * stride, codes[len(asked) :] * stride
    union_start, union_end = _union(held_at + held_start, held_at + held_end)
    until = _covered_until(asked_at + end, union_start, union_end)
    return until - _covered_until(asked_at + start, union_start, union_end)


def _seconds(rows: pd.DataFrame, name: str) -> NDArray[np.float64]:
    return rows[name].to_numpy().astype("datetime64[us]").astype(np.int64) / 1e6


def _union(start: NDArray[np.float64], end: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The union as disjoint intervals in order."""
    order = np.argsort(start, kind="stable")
    start, latest = start[order], np.maximum.accumulate(end[order]) if len(end) else end
    is_new = np.append(True, start[1:] > latest[:-1])[: len(start)]
    last = np.append(np.flatnonzero(is_new)[1:] - 1, len(start) - 1)[: int(is_new.sum())]
    return start[is_new], latest[last]


def _covered_until(
    moment: NDArray[np.float64], start: NDArray[np.float64], end: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Seconds of the union before each moment."""
    if not len(start):
        return np.zeros(len(moment))
    place = np.searchsorted(start, moment, side="right")
    whole = np.append(0.0, np.cumsum(end - start))
    current = np.maximum(place - 1, 0)
    inside = np.clip(moment, None, end[current]) - start[current]
    covered: NDArray[np.float64] = np.where(place > 0, whole[current] + inside, 0.0)
    return covered
