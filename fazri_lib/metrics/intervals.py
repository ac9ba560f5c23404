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
