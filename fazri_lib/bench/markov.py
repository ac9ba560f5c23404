"""Textbook baselines of the next place: Markov chains of a person's own moves, without any time of day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from fazri_lib.metrics import ranks_of_truth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fazri_lib.forecast.visits import Visits

    Codes = NDArray[np.int64]
    Flags = NDArray[np.bool_]

RENEWALS = 12
ROWS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class _Level:
    """Visits counted by context and zone."""

    keys: Codes
    table: sparse.csr_matrix

    @classmethod
    def of(cls, contexts: Codes, zone: Codes, zones: int) -> _Level:
        keys, row = np.unique(contexts, return_inverse=True)
        shape = (len(keys) + 1, zones)
        return cls(keys, sparse.csr_matrix((np.ones(len(zone)), (row, zone)), shape=shape))

    def shares(self, contexts: Codes) -> NDArray[np.float64]:
        """How often each zone followed each context, all 0 for an unknown one."""
        place = np.minimum(np.searchsorted(self.keys, contexts), len(self.keys) - 1)
        row = np.where(self.keys[place] == contexts, place, len(self.keys))
        counts = self.table[row].toarray()
        shares: NDArray[np.float64] = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1.0)
        return shares


def markov_ranks(visits: Visits, is_test: Flags, moves: Flags, order: int) -> NDArray[np.float64]:
    """Return the rank of the true zone of each scored move for a Markov chain of this order, longest context first.

    Zones are ordered by how often the person went there after the same last `order` zones, ties by the shorter
    contexts, then by the person's and last by everybody's visits. The counts are renewed twelve times as the scored
    time goes on, as those of the product's models are.

    Args:
        visits: all visits, encoded.
        is_test: the late ones.
        moves: those of the late ones that are scored.
        order: zones in the longest context.
    """
    late = np.sort(visits.started_at[is_test])
    starts = np.unique(late[np.arange(RENEWALS) * len(late) // RENEWALS])
    rank = np.full(len(visits), np.nan)
    for start, end in zip(starts, [*starts[1:], None], strict=True):
        known = visits.take(~is_test | (visits.started_at < start))
        levels = [_Level.of(key, known.zone, len(visits.zones)) for key in _contexts(known, order)]
        inside = moves & (visits.started_at >= start)
        rows = np.flatnonzero(inside if end is None else inside & (visits.started_at < end))
        for part in np.split(rows, range(ROWS_AT_ONCE, len(rows), ROWS_AT_ONCE)):
            asked = visits.take(part)
            rank[part] = ranks_of_truth(_weighed(levels, _contexts(asked, order)), asked.zone)
    return rank[moves]


def _contexts(visits: Visits, order: int) -> list[Codes]:
    """Contexts of each visit, the longest first, numbered; the last one is everybody's."""
    width = len(visits.zones) + 1
    keys = [np.zeros(len(visits), dtype=np.int64), visits.person + 1]
    for lag in range(order):
        keys.append(keys[-1] * width + visits.earlier[:, lag] + 1)
    return keys[::-1]


def _weighed(levels: list[_Level], contexts: list[Codes]) -> NDArray[np.float64]:
    """Shares of all contexts, each shorter one only breaking ties of the longer ones."""
    total = np.zeros((len(contexts[0]), levels[0].table.shape[1]))
    for place, (level, keys) in enumerate(zip(levels, contexts, strict=True)):
        total += level.shares(keys) * 1e-4**place
    return total
