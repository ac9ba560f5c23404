"""How strongly groups of a few records hang together, as the clustering measures it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.resolution.agglomeration import CUT, HIGHEST, LOWEST, clustered
from fazri_lib.resolution.model import PLACES
from fazri_lib.resolution.pairs import Allowed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fazri_lib.resolution.agglomeration import Scored
    from fazri_lib.resolution.explaining.few import Few

NEEDED = CUT
"""Groups join from this mean weight on, bits."""


@dataclass(frozen=True, slots=True)
class Hanging:
    """What pairs of a few records say to the clustering.

    Attributes:
        said: weight of each two, bits, clipped as the clustering clips it; -inf where two cannot be one person.
    """

    said: NDArray[np.float64]

    @classmethod
    def of(cls, few: Few, scored: Scored) -> Hanging:
        """Return it of scored pairs."""
        raw = few.matrix(scored)
        return cls(np.where(np.isfinite(raw), np.clip(raw, LOWEST, HIGHEST), -np.inf))

    def between(self, ones: Sequence[int], others: Sequence[int]) -> float:
        """Return the mean weight between two groups, bits; -inf where they cannot be one person."""
        return float(self.said[np.ix_(ones, others)].mean().round(PLACES))

    def forced(self, ones: Sequence[int], others: Sequence[int]) -> float:
        """Return the mean weight between two groups that are one all the same: what cannot be counts lowest."""
        said = self.said[np.ix_(ones, others)]
        return float(np.where(np.isfinite(said), said, LOWEST).mean().round(PLACES))


def are_one(few: Few, scored: Scored, one: int, other: int) -> bool:
    """Tell whether two records would be one person if there were only these few: the clustering itself is asked."""
    cluster, _ = clustered(len(few), scored, lambda pairs: np.full(len(pairs), LOWEST), Allowed(few.group), few.decided)
    return bool(cluster[one] == cluster[other])
