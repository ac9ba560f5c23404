"""Average linkage, field by field, of many small sets of records at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

CUT = -2.0
SOFTNESS = 0.25
"""How far averages favour what agrees: 0 is the mean of bits, 1 that of the likelihoods that they stand for."""
PLACES = 6


@dataclass(frozen=True, slots=True)
class Sets:
    """Sets of records, all of one size, and what the pairs within them say.

    Attributes:
        count: number of sets.
        size: records of each.
        number: of the set of each pair.
        left: position of its one record in the set.
        right: position of the other.
        said: of each pair the prior, then what each field says, NaN where unknown. Bits.
        same: set and positions of pairs that are one from the start, whatever is said.
        different: set and positions of pairs that keep their groups apart for ever, as pairs that are not there do.
    """

    count: int
    size: int
    number: NDArray[np.int64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    said: NDArray[np.float32]
    same: NDArray[np.int64]
    different: NDArray[np.int64]


def linked(sets: Sets, cut: float = CUT) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Merge the two groups of each set that are likeliest one person until none reaches the cut.

    Two groups weigh what their least likely pair of sources says of them (the prior), and for each field the average
    over the pairs between them in which it is known (Sokal and Michener, 1958, by field).

    Args:
        sets: the records.
        cut: lowest weight of a merge, bits.

    Returns:
        for each set the group of each record: the position of its first member; and the merges that are more likely
        than not: their set and the first members of both groups.
    """
    likely = [np.zeros((0, 3), dtype=np.int64)]
    groups = _Groups(sets)
    for number, one, other in sets.same:
        ends = groups.of[number, one], groups.of[number, other]
        if ends[0] != ends[1]:
            groups.merge(np.array([number]), np.array([min(ends)]), np.array([max(ends)]))
    open_sets = np.arange(sets.count)
    while len(open_sets):
        flat = groups.weight[open_sets].reshape(len(open_sets), -1)
        best = flat.argmax(axis=1)
        weight = np.take_along_axis(flat, best[:, None], axis=1)[:, 0]
        merges = weight >= cut
        open_sets, best = open_sets[merges], best[merges]
        low, high = best // sets.size, best % sets.size
        groups.merge(open_sets, low, high)
        likely.append(np.column_stack([open_sets, low, high])[weight[merges] >= 0])
    return groups.of, np.concatenate(likely)


def between_groups(said: NDArray[np.float32], place: NDArray[np.int64], count: int) -> NDArray[np.float64]:
    """Return what pairs say together, as of two groups between which they are.

    Args:
        said: of each pair the prior, then what each field says, NaN where unknown. Bits.
        place: number of the two groups of each pair.
        count: how many numbers there are.
    """
    prior = np.full(count, np.inf)
    np.minimum.at(prior, place, said[:, 0])
    weight: NDArray[np.float64] = np.where(np.isinf(prior), 0.0, prior)
    for column in said[:, 1:].T:
        is_known = ~np.isnan(column)
        likely = np.exp2(SOFTNESS * column[is_known].astype(np.float64))
        known = np.bincount(place[is_known], minlength=count)
        sums = np.bincount(place[is_known], weights=likely, minlength=count).astype(np.float64)
        weight += _average(sums, known)
    return weight


class _Groups:
    """Groups of records so far, each known by its first member.

    Attributes:
        of: group of each record.
        weight: of each two groups, -inf where they cannot be one.
    """

    def __init__(self, sets: Sets) -> None:
        count, size, fields = sets.count, sets.size, sets.said.shape[1] - 1
        self.of = np.tile(np.arange(size), (count, 1))
        self._sum = np.zeros((count, fields, size, size))
        self._known = np.zeros((count, fields, size, size), dtype=np.int32)
        self._prior = np.full((count, size, size), -np.inf)
        is_known = ~np.isnan(sets.said[:, 1:])
        likely = np.where(is_known, np.exp2(SOFTNESS * sets.said[:, 1:].astype(np.float64)), 0.0)
        for one, other in ((sets.left, sets.right), (sets.right, sets.left)):
            self._sum[sets.number, :, one, other] = likely
            self._known[sets.number, :, one, other] = is_known
            self._prior[sets.number, one, other] = sets.said[:, 0]
        apart, one, other = sets.different.T
        self._prior[apart, one, other] = self._prior[apart, other, one] = -np.inf
        self.weight = _weights(self._sum, self._known, self._prior)

    def merge(self, sets: NDArray[np.int64], low: NDArray[np.int64], high: NDArray[np.int64]) -> None:
        """Merge two groups in each of some sets; the lower is the merged one's name."""
        parts: tuple[NDArray[Any], ...] = (self._sum, self._known)
        for part in parts:
            part[sets, :, low] += part[sets, :, high]
            part[sets, :, :, low] = part[sets, :, low]
        self._prior[sets, low] = np.minimum(self._prior[sets, low], self._prior[sets, high])
        self._prior[sets, low, low] = -np.inf
        self._prior[sets, :, low] = self._prior[sets, low]
        self._prior[sets, high] = self._prior[sets, :, high] = -np.inf
        weight = _weights(self._sum[sets, :, low], self._known[sets, :, low], self._prior[sets, low])
        self.weight[sets, low] = self.weight[sets, :, low] = weight
        self.weight[sets, high] = self.weight[sets, :, high] = -np.inf
        names = self.of[sets]
        self.of[sets] = np.where(names == high[:, None], low[:, None], names)


def _weights(
    total: NDArray[np.float64], known: NDArray[np.signedinteger[Any]], prior: NDArray[np.float64]
) -> NDArray[np.float64]:
    weight: NDArray[np.float64] = (_average(total, known).sum(axis=1) + prior).round(PLACES)
    return weight


def _average(likely: NDArray[np.float64], known: NDArray[np.signedinteger[Any]]) -> NDArray[np.float64]:
    average: NDArray[np.float64] = np.log2(np.where(known > 0, likely, 1.0) / np.maximum(known, 1)) / SOFTNESS
    return average
