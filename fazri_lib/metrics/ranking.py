"""Accuracy of ranked lists. A rank is 1 for the best guess and NaN where the truth was not listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def ranks_of_truth(probabilities: NDArray[np.floating], truth: NDArray[np.integer]) -> NDArray[np.float64]:
    """Return the rank of the true class in each row, ties broken by the lower class number.

    Args:
        probabilities: one row a case, one column a class.
        truth: the true class (column number) of each row, negative where it is none of the columns: its rank is NaN.
    """
    column = np.clip(truth, 0, None)[:, None]
    own = np.take_along_axis(probabilities, column, axis=1)
    earlier = np.arange(probabilities.shape[1])[None, :] < column
    rank = 1.0 + ((probabilities > own) | ((probabilities == own) & earlier)).sum(axis=1)
    return np.where(truth >= 0, rank, np.nan)


def accuracy_at_k(rank: ArrayLike, k: int) -> float:
    """Return the share of cases whose truth is among the first k guesses; an unlisted truth counts as a miss."""
    ranks = np.asarray(rank, dtype=float)
    return float((ranks <= k).mean()) if ranks.size else float("nan")


def mrr(rank: ArrayLike) -> float:
    """Return the mean reciprocal rank, mean 1 / rank, an unlisted truth counting 0 (Voorhees, TREC-8, 1999)."""
    ranks = np.asarray(rank, dtype=float)
    return float(np.nan_to_num(1.0 / ranks).mean()) if ranks.size else float("nan")
