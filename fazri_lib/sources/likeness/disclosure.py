"""Disclosure control: what may be learnt of a campus, so that no figure speaks of fewer than a given number of people.

Cells with few people are merged into coarser ones, nobody counts for much more than the others of a cell, and every
figure is moved by about what one person adds to it (thresholds, winsorising and perturbation as in Hundepool et al.,
Statistical Disclosure Control, 2012). This is no differential privacy: no epsilon is stated, none is proven.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from fazri_lib.sources.simulate.draws import BoolArray, FloatArray, IntArray

LEAST = 10
"""Fewest people that a figure may speak of, unless told otherwise."""
WEEK_H = 168
_MOST_TIMES_MEDIAN = 3.0
_HOUR, _WEEKEND = np.arange(WEEK_H), 5 * 24
_LEVELS = (_HOUR, 24 * (_HOUR >= _WEEKEND) + _HOUR % 24, 6 * (_HOUR >= _WEEKEND) + _HOUR % 24 // 4)
"""Coarser and coarser: hour of the week, hour of working day or weekend, four hours of working day or weekend."""


@dataclass(frozen=True, slots=True)
class Cells:
    """What each unit of people adds to each place and hour of the week.

    Attributes:
        place: number of the place.
        hour: hour of the week, Monday 00:00 being 0.
        unit: who: people whom an identifier connects are one unit.
        amount: rows or hours of presence.
    """

    place: IntArray
    hour: IntArray
    unit: IntArray
    amount: FloatArray

    def take(self, rows: BoolArray) -> Cells:
        """Return some of the cells."""
        return Cells(self.place[rows], self.hour[rows], self.unit[rows], self.amount[rows])


def released(cells: Cells, places: int, least: int, rng: np.random.Generator) -> FloatArray:
    """Return the amount by place and hour of the week as it may be known, places by 168.

    A cell with fewer than `least` units is merged with others of its place; what remains of a place follows the rhythm
    of the place, or is spread over all places when fewer than `least` units were there. A place where fewer were at all
    gets nothing. The total stays, up to what the caps cut off.

    Args:
        cells: what was counted.
        places: number of places.
        least: fewest units of a figure.
        rng: moves the figures.
    """
    cells = Cells(cells.place, cells.hour, cells.unit, capped(cells, least))
    found = np.zeros((places, WEEK_H))
    is_known = np.zeros((places, WEEK_H), dtype=bool)
    left = cells
    for level in _LEVELS:
        left = _release(left, level, least, rng, found, is_known)
    if not is_known.any():
        return found
    left = _follow_place(left, least, found)
    wanted = float(cells.amount.sum())
    found *= wanted / found.sum() if found.sum() > 0 else 1.0
    return found


def capped(cells: Cells, least: int) -> FloatArray:
    """Return the amounts with nobody's total above that of the unit that is `least`-th from the top."""
    _, who = np.unique(cells.unit, return_inverse=True)
    totals = np.bincount(who, cells.amount)
    if len(totals) < least:
        return cells.amount
    most = np.sort(totals)[-least]
    shrunk: FloatArray = cells.amount * np.minimum(1.0, most / np.maximum(totals, 1e-9))[who]
    return shrunk


def noised(amount: FloatArray, units: IntArray, rng: np.random.Generator) -> FloatArray:
    """Return amounts moved by Laplace noise of the scale of what one unit adds on average, never below zero."""
    moved: FloatArray = np.maximum(amount + rng.laplace(0.0, 1.0, len(amount)) * amount / np.maximum(units, 1), 0.0)
    return moved


def shares(amount: FloatArray, units: IntArray, least: int, rng: np.random.Generator) -> FloatArray:
    """Return amounts as shares of one, those of fewer than `least` units as zero; all zero when none is left."""
    kept = np.where(units >= least, noised(amount, units, rng), 0.0)
    total = kept.sum()
    found: FloatArray = kept / total if total > 0 else kept
    return found


def units_by(key: IntArray, unit: IntArray, keys: int) -> IntArray:
    """Return the number of distinct units of each key."""
    pairs = np.unique(np.stack([key, unit]), axis=1)
    counts: IntArray = np.bincount(pairs[0].astype(np.int64), minlength=keys)
    return counts


def _release(
    cells: Cells, level: IntArray, least: int, rng: np.random.Generator, found: FloatArray, is_known: BoolArray
) -> Cells:
    """Add the keys of one level with enough units to `found`, in place; return the cells of the others."""
    if not len(cells.unit):
        return cells
    width, places = int(level.max()) + 1, len(found)
    key = cells.place * width + level[cells.hour]
    each, at = np.unique(np.stack([key, cells.unit]), axis=1, return_inverse=True)
    amount = _without_dominance(each[0], np.bincount(at.ravel(), cells.amount).astype(np.float64))
    units = np.bincount(each[0], minlength=places * width)
    total: FloatArray = np.bincount(each[0], amount, minlength=places * width).astype(np.float64)
    is_enough = units >= least
    value = np.where(is_enough, noised(total, units, rng), 0.0).reshape(places, width)
    members = np.zeros((places, width))
    open_place, open_hour = np.nonzero(~is_known)
    np.add.at(members, (open_place, level[open_hour]), 1.0)
    spread = (value / np.maximum(members, 1.0))[:, level]
    taken = is_enough.reshape(places, width)[:, level] & ~is_known
    found += np.where(taken, spread, 0.0)
    is_known |= taken
    return cells.take(~is_enough[key])


def _without_dominance(key: IntArray, amount: FloatArray) -> FloatArray:
    """Return what units add to keys (sorted), none more than three times the median of its key."""
    order = np.lexsort((amount, key))
    _, first, counts = np.unique(key, return_index=True, return_counts=True)
    median = amount[order][first + counts // 2]
    limited: FloatArray = np.minimum(amount, _MOST_TIMES_MEDIAN * np.repeat(median, counts))
    return limited


def _follow_place(left: Cells, least: int, found: FloatArray) -> Cells:
    """Spread what is left of places with enough units over what is known of them, in place; return the rest."""
    places = len(found)
    units = units_by(left.place, left.unit, places)
    amount = np.bincount(left.place, left.amount, minlength=places)
    own = found.sum(axis=1)
    follows = (units >= least) & (own > 0)
    found *= np.where(follows, 1.0 + amount / np.maximum(own, 1e-9), 1.0)[:, None]
    return left.take(~follows[left.place])
