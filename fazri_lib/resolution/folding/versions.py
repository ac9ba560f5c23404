"""Pairs of what rows say as pairs of the versions of rows that say it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

SPAN = ["known_at", "superseded_at"]


def pair_versions(versions: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return pairs by record ids: `left_id, right_id, weight, known_at, superseded_at`, `left_id < right_id`.

    A version that says the same as the one before takes part in the same pairs while it holds.

    Args:
        versions: all versions of rows, sorted by `node` and `version_no`: `record_id, node, known_at, superseded_at`.
        pairs: columns of `kept.PAIR`.
    """
    told = pd.concat([pairs["left"], pairs["right"]]).unique()
    is_first = (versions["record_id"].isin(told) | (versions["version_no"] == 0)).to_numpy()
    place = np.maximum.accumulate(np.where(is_first, np.arange(len(versions)), 0))
    said = versions.assign(first=versions["record_id"].to_numpy()[place])[["first", "record_id", *SPAN]]
    left, right = (
        said.rename(columns={"first": side, "record_id": f"{side}_id", **{name: f"{side}_{name}" for name in SPAN}})
        for side in ("left", "right")
    )
    rows = pairs.merge(left, on="left").merge(right, on="right")
    rows["known_at"] = rows[["known_at", "left_known_at", "right_known_at"]].max(axis=1)
    rows["superseded_at"] = rows[["superseded_at", "left_superseded_at", "right_superseded_at"]].min(axis=1)
    rows = rows[~(rows["superseded_at"] <= rows["known_at"])]
    low, high = _ordered(rows)
    return rows.assign(left_id=low, right_id=high)[["left_id", "right_id", "weight", *SPAN]].reset_index(drop=True)


def _ordered(rows: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    left, right = (rows[side].to_numpy(dtype=np.int64) for side in ("left_id", "right_id"))
    return np.minimum(left, right), np.maximum(left, right)
