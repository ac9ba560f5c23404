"""How strongly groups of a few records hang together, as the clustering measures it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.resolution.agglomeration import LOWEST, clustered
from fazri_lib.resolution.linkage import CUT, PLACES, between_groups
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
        said: of each pair the prior, then what each field says as far as it counts, NaN where unknown; bits.
    """

    row: NDArray[np.int64]
    said: NDArray[np.float32]

    @classmethod
    def of(cls, few: Few, scored: Scored) -> Hanging:
        """Return it of scored pairs."""
        row = np.full((len(few), len(few)), -1, dtype=np.int64)
        left, right = scored.pairs.left, scored.pairs.right
        row[left, right] = row[right, left] = np.arange(len(scored.pairs))
        return cls(row, scored.said())

    def between(self, ones: Sequence[int], others: Sequence[int]) -> float:
        """Return the weight between two groups, bits; -inf where they cannot be one person."""
        rows = self.row[np.ix_(ones, others)].ravel()
        return -np.inf if (rows < 0).any() else _together(self.said[rows])

    def forced(self, ones: Sequence[int], others: Sequence[int]) -> float:
        """Return the weight between two groups that are one all the same; pairs that cannot be are left out."""
        rows = self.row[np.ix_(ones, others)].ravel()
        return _together(self.said[rows[rows >= 0]]) if (rows >= 0).any() else LOWEST


def _together(said: NDArray[np.float32]) -> float:
    """What pairs between two groups say together, field by field, as the clustering averages it."""
    return float(between_groups(said, np.zeros(len(said), dtype=np.int64), 1)[0].round(PLACES))


def are_one(few: Few, scored: Scored, one: int, other: int) -> bool:
    """Tell whether two records would be one person if there were only these few: the clustering itself is asked."""
    none = scored.where(np.zeros(0, dtype=np.int64))  # all pairs are there already; no other is asked for
    cluster, _ = clustered(len(few), scored, lambda _: none, Allowed(few.group), few.decided)
    return bool(cluster[one] == cluster[other])
