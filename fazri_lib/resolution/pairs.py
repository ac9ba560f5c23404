"""Pairs of records by their numbers, in one order, each once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of record numbers, `left < right`, sorted, each once."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.left)

    def where(self, chosen: NDArray[np.bool_] | NDArray[np.int64] | slice) -> Pairs:
        """Return some of them."""
        return Pairs(self.left[chosen], self.right[chosen])

    def codes(self, records: int) -> NDArray[np.int64]:
        """Return each pair as one number, in the same order."""
        return self.left * records + self.right


def decoded(codes: NDArray[np.int64], records: int) -> Pairs:
    """Return the pairs of sorted, different codes."""
    return Pairs(codes // records, codes % records)


def coded(left: NDArray[np.int64], right: NDArray[np.int64], records: int) -> NDArray[np.int64]:
    """Return pairs in any order, repeated or not, as codes; those of a record with itself are left out."""
    low, high = np.minimum(left, right), np.maximum(left, right)
    codes: NDArray[np.int64] = (low * records + high)[low != high]
    return codes


@dataclass(frozen=True, slots=True)
class Allowed:
    """Which pairs may be one person at all.

    Attributes:
        group: number of the source of each record in which nobody has two records; -1 elsewhere.
    """

    group: NDArray[np.int64]

    def __call__(self, pairs: Pairs) -> NDArray[np.bool_]:
        """Tell which pairs may be."""
        left = self.group[pairs.left]
        may_be: NDArray[np.bool_] = (left < 0) | (left != self.group[pairs.right])
        return may_be

    def between(self, source: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return how many pairs may be, by the sources that they are of, in the order of `model.side`.

        Args:
            source: number of each record's source.
        """
        size = np.bincount(source).astype(np.float64)
        counts = np.triu(np.outer(size, size), 1) + np.diag(size * (size - 1) / 2)
        single = np.unique(source[self.group >= 0])
        counts[single, single] = 0.0
        return counts.ravel()

    @property
    def universe(self) -> int:
        """Number of pairs that may be."""
        records = len(self.group)
        sizes = np.bincount(self.group[self.group >= 0]) if (self.group >= 0).any() else np.zeros(0, dtype=np.int64)
        return records * (records - 1) // 2 - int((sizes * (sizes - 1) // 2).sum())


def all_pairs(records: int) -> Pairs:
    """Return every pair of so many records."""
    left, right = np.triu_indices(records, 1)
    return Pairs(left.astype(np.int64), right.astype(np.int64))


def random_pairs(records: int, count: int, allowed: Allowed, seed: int) -> Pairs:
    """Return so many different random pairs that may be, or a few less; the same for the same records and seed.

    Args:
        records: their number.
        count: how many pairs.
        allowed: which may be.
        seed: of the draw.
    """
    draw = np.random.default_rng(seed)
    share = max(allowed.universe / max(records * (records - 1) // 2, 1), 0.05)
    left, right = draw.integers(0, records, (2, int(count / share)))
    pairs = decoded(np.unique(coded(left, right, records)), records)
    return pairs.where(allowed(pairs))
