"""Is one method really better than another on the same cases?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import bdtrc

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def p_better(gains: ArrayLike) -> float:
    """Return the one-sided p value of the exact sign test for "the gains are more often positive than negative".

    Source: Arbuthnot's sign test; over gains of -1, 0 and 1 (one method right, the other wrong) it is McNemar's exact
    test (1947). p = P(X >= wins) for X ~ Binomial(wins + losses, 1/2); ties and NaN say nothing and are left out.

    Args:
        gains: one number per case, positive where ours is better than the baseline.

    Returns:
        A value in 0..1; 1 when there is no case without a tie.
    """
    values = np.asarray(gains, dtype=float)
    wins, losses = int((values > 0).sum()), int((values < 0).sum())
    return float(bdtrc(wins - 1, wins + losses, 0.5)) if wins else 1.0
