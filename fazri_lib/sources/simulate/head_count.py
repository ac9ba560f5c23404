"""The true head count: mean number of people by zone and quarter hour, from the stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.sources.simulate.span import SLOT_S, Span

if TYPE_CHECKING:
    from fazri_lib.sources.simulate.draws import FloatArray, IntArray
    from fazri_lib.sources.simulate.true_stays import Stays


class HeadCount:
    """Adds up person-seconds exactly, in whole numbers, day by day."""

    def __init__(self, zones: int, span: Span) -> None:
        self._start_s = span.start_s
        quarters = (span.end_s - span.start_s) // SLOT_S
        self._whole = np.zeros((zones, quarters + 2), dtype=np.int64)
        self._part = np.zeros((zones, quarters + 2), dtype=np.int64)

    def add(self, stays: Stays) -> None:
        """Count the stays of one more day, which lie within the span."""
        self._step(stays.zone, stays.start_s, 1)
        self._step(stays.zone, stays.end_s, -1)

    @property
    def people(self) -> FloatArray:
        """Mean number of people by zone and quarter hour of the span."""
        mean: FloatArray = ((self._whole.cumsum(axis=1) + self._part) / SLOT_S)[:, :-2]
        return mean.round(6)

    def _step(self, zone: IntArray, ts_s: IntArray, sign: int) -> None:
        """One more (or less) from `ts_s` on: the rest of this quarter hour, and all of the later ones."""
        quarter, second = np.divmod(ts_s - self._start_s, SLOT_S)
        np.add.at(self._part, (zone, quarter), sign * (SLOT_S - second))
        np.add.at(self._whole, (zone, quarter + 1), sign * SLOT_S)
