"""True stays: the slots of a day's plan become minutes, with walking times between zones."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.sources.simulate.draws import NOWHERE, BoolArray, IntArray
from fazri_lib.sources.simulate.span import SLOT_S, Day, Span

if TYPE_CHECKING:
    from fazri_lib.sources.simulate.day_plan import Grid

_LEAVES_EARLY_S = 180
_DAWDLES_S = 60
_COMES_LATE_S = 300


@dataclass(frozen=True, slots=True)
class Stays:
    """Stays of one plan day by person and start; times in seconds since 1970 UTC.

    Attributes:
        person: person number.
        zone: zone number.
        start_s: when the person entered the zone.
        end_s: when the person left it.
        is_entered: whether the person came in through the door then; not so where the span cuts a stay.
    """

    person: IntArray
    zone: IntArray
    start_s: IntArray
    end_s: IntArray
    is_entered: BoolArray

    @property
    def count(self) -> int:
        """Number of stays."""
        return len(self.person)

    def take(self, which: IntArray | BoolArray) -> Stays:
        """Return some of the stays."""
        return Stays(*(getattr(self, field.name)[which] for field in dataclasses.fields(self)))


def true_stays(grid: Grid, day: Day, walk_s: IntArray, rng: np.random.Generator) -> Stays:
    """Return the stays of a day's plan.

    Nobody enters a zone before the slot in which the plan has them there, and nobody leaves after it, so that opening
    hours hold to the second. Who moves on leaves up to three minutes and half the walk early.
    """
    padded = np.pad(grid, ((0, 0), (1, 1)), constant_values=NOWHERE)
    row, column = np.nonzero(padded[:, 1:] != padded[:, :-1])
    before = padded[row, column].astype(np.int64)
    after = padded[row, column + 1].astype(np.int64)
    at = day.start_s + column * SLOT_S
    moves = (before != NOWHERE) & (after != NOWHERE)
    walk = np.where(moves, walk_s[before, after], 0)
    leaves = at - rng.integers(0, np.where(moves, _LEAVES_EARLY_S, _COMES_LATE_S)) - walk // 2
    dawdles = rng.integers(0, np.where(moves, _DAWDLES_S, _COMES_LATE_S))
    arrives = np.maximum(at, np.where(moves, leaves + walk, at)) + dawdles
    starts, ends = after != NOWHERE, before != NOWHERE
    return Stays(row[starts], after[starts], arrives[starts], leaves[ends], np.ones(int(starts.sum()), dtype=bool))


def within(stays: Stays, span: Span) -> Stays:
    """Return the stays as far as they lie within the span."""
    start_s, end_s = np.maximum(stays.start_s, span.start_s), np.minimum(stays.end_s, span.end_s)
    clipped = Stays(stays.person, stays.zone, start_s, end_s, stays.start_s >= span.start_s)
    return clipped.take(start_s < end_s)
