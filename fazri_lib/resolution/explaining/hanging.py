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
        row: of each two records the row of their pair in `said`, -1 where they cannot be one person.
        said: of each pair, bits, clipped as the clustering clips it.
    """

    row: NDArray[np.int64]
    said: NDArray[np.float64]

    @classmethod
    def of(cls, few: Few, scored: Scored) -> Hanging:
        """Return it of scored pairs."""
        row = np.full((len(few), len(few)), -1, dtype=np.int64)
        left, right = scored.pairs.left, scored.pairs.right
        row[left, right] = row[right, left] = np.arange(len(scored.pairs))
        return cls(row, np.clip(scored.weight, LOWEST, HIGHEST))

    def between(self, ones: Sequence[int], others: Sequence[int]) -> float:
        """Return the weight between two groups, bits; -inf where they cannot be one person."""
        rows = self.row[np.ix_(ones, others)].ravel()
        return -np.inf if (rows < 0).any() else _together(self.said[rows])

    def forced(self, ones: Sequence[int], others: Sequence[int]) -> float:
        """Return the weight between two groups that are one all the same; pairs that cannot be are left out."""
        rows = self.row[np.ix_(ones, others)].ravel()
        return _together(self.said[rows[rows >= 0]]) if (rows >= 0).any() else LOWEST


def _together(said: NDArray[np.float64]) -> float:
    """What pairs between two groups say together, as the clustering averages it."""
    return float(said.mean().round(PLACES))


def are_one(few: Few, scored: Scored, one: int, other: int) -> bool:
    """Tell whether two records would be one person if there were only these few: the clustering itself is asked."""
    cluster, _ = clustered(len(few), scored, lambda pairs: np.full(len(pairs), LOWEST), Allowed(few.group), few.decided)
    return bool(cluster[one] == cluster[other])
