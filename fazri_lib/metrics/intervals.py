"""How well intervals keep their promise."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def coverage(y: ArrayLike, lo: ArrayLike, hi: ArrayLike) -> float:
    """Return the share of observed values inside the closed interval [lo, hi]; NaN when nothing was observed.

    An 80 % interval is honest when this is near 0.8 (marginal coverage; Vovk et al. 2005).
    """
    actual = np.asarray(y, dtype=float)
    seen = ~np.isnan(actual)
    inside = (actual >= np.asarray(lo, dtype=float)) & (actual <= np.asarray(hi, dtype=float))
    return float(inside[seen].mean()) if seen.any() else float("nan")


def interval_score(y: ArrayLike, lo: ArrayLike, hi: ArrayLike, level: float) -> float:
    """Return the mean interval score, in the unit of y, lower is better; NaN when nothing was observed.

    Width plus 2 / alpha times the distance by which what came lies outside, with alpha = 1 - level.
    Source: Gneiting and Raftery, "Strictly proper scoring rules, prediction, and estimation", 2007, section 6.2.

    Args:
        y: what was observed, NaN where nothing was.
        lo: lower ends.
        hi: upper ends.
        level: the promise, as 0.8.
    """
    actual, low, high = (np.asarray(values, dtype=float) for values in (y, lo, hi))
    outside = np.maximum(low - actual, 0.0) + np.maximum(actual - high, 0.0)
    score = (high - low) + 2 / (1 - level) * outside
    seen = score[~np.isnan(score)]
    return float(seen.mean()) if seen.size else float("nan")
