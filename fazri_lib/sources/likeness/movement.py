"""Where everybody of a copy is, hour by hour: moves drawn so that each zone has the people that its rhythm says.

The moves of an hour are the learnt counts from zone to zone, fitted to who is where and who should be (iterative
proportional fitting, Deming and Stephan 1940); each person then draws a move of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.sources.likeness.parts import Part, draws, rounded
from fazri_lib.sources.simulate.draws import NOWHERE

if TYPE_CHECKING:
    from fazri_lib.sources.likeness.crowd import Crowd
    from fazri_lib.sources.likeness.shapes import GroupShape, Likeness
    from fazri_lib.sources.simulate.draws import BoolArray, FloatArray, IntArray

_FITTINGS = 15
_UNSEEN_MOVES = 0.02
"""Weight of moves that too few people made, against those that were counted."""


class Movement:
    """Everybody's whereabouts; days are asked for in order."""

    def __init__(self, likeness: Likeness, crowd: Crowd, seed: int) -> None:
        self._likeness, self._crowd, self._seed = likeness, crowd, seed
        self._zone = np.full(crowd.count, NOWHERE, dtype=np.int64)

    def day(self, number: int) -> IntArray:
        """Return the zone of everybody in each hour of a day, 24 by people, `NOWHERE` for away."""
        likeness, crowd = self._likeness, self._crowd
        rng = draws(self._seed, Part.MOVEMENT, number)
        found = np.full((24, crowd.count), NOWHERE, dtype=np.int64)
        for at, group in enumerate(likeness.groups):
            members = slice(int(crowd.starts[at]), int(crowd.starts[at + 1]))
            self._zone[members] = self._group_day(group, crowd.weight[members], self._zone[members], number, rng, found[:, members])
        return found

    def _group_day(
        self, group: GroupShape, weight: FloatArray, zone: IntArray, number: int, rng: np.random.Generator, found: IntArray
    ) -> IntArray:
        likeness = self._likeness
        if not len(zone):
            return zone
        like = likeness.days.like(number)
        active = float(group.active[like]) if 0 <= like < len(group.active) else float(group.active.mean())
        wanted = rounded(group.presence.of_day(likeness.days, number) * likeness.scale, rng)
        turn = np.argsort(rng.exponential(size=len(weight)) / weight, kind="stable")  # weighted, without replacement
        is_active = np.zeros(len(zone), dtype=bool)
        is_active[turn[: min(max(round(active * likeness.scale), int(wanted.sum(axis=0).max())), len(zone))]] = True
        is_active |= zone != NOWHERE
        is_seen = zone != NOWHERE
        for hour in range(24):
            prior = _prior(group.moves[hour // 4], wanted[:, hour])
            zone = moved(zone, is_active, is_seen, prior, rng)
            is_seen |= zone != NOWHERE
            found[hour] = zone
        return zone


def _prior(moves: FloatArray, wanted: IntArray) -> tuple[FloatArray, IntArray]:
    """Return weights of all moves and how many people each zone should have."""
    usual = moves.sum() / max(moves.size, 1) + 1e-6
    return moves + _UNSEEN_MOVES * usual, wanted


def moved(
    zone: IntArray, is_active: BoolArray, is_seen: BoolArray, prior: tuple[FloatArray, IntArray], rng: np.random.Generator
) -> IntArray:
    """Return everybody's zone an hour later.

    Args:
        zone: where everybody is, `NOWHERE` for away.
        is_active: who may come today; the others stay away.
        is_seen: who has been there today: the others come first.
        prior: weights of the moves from each zone and from away (last) to each zone and to away, and the people that
            each zone should have.
        rng: draws.
    """
    weights, wanted = prior
    zones = len(wanted)
    waiting = np.flatnonzero(is_active & (zone == NOWHERE))
    there = np.flatnonzero(zone != NOWHERE)
    now = np.bincount(zone[there], minlength=zones).astype(np.float64)
    supply = np.append(now, len(waiting))
    demand = np.append(wanted, max(supply.sum() - wanted.sum(), 0.0)).astype(np.float64)
    flows = fitted(weights, supply, demand * (supply.sum() / max(demand.sum(), 1e-9)))
    chances = flows / np.maximum(flows.sum(axis=1, keepdims=True), 1e-12)
    after = zone.copy()
    drawn = (rng.random(len(there))[:, None] > np.cumsum(chances[zone[there]], axis=1)[:, :-1]).sum(axis=1)
    after[there] = np.where(drawn == zones, NOWHERE, drawn)
    if len(waiting):
        coming = rng.multinomial(len(waiting), chances[-1] / max(chances[-1].sum(), 1e-12))[:-1]
        first = waiting[np.lexsort((rng.random(len(waiting)), is_seen[waiting]))][: coming.sum()]
        after[first] = rng.permutation(np.repeat(np.arange(zones), coming))
    return after


def fitted(weights: FloatArray, supply: FloatArray, demand: FloatArray) -> FloatArray:
    """Return flows in proportion to the weights whose rows add up to the supply and whose columns to the demand."""
    flows = weights + 1e-12
    for _ in range(_FITTINGS):
        flows = flows * (demand / np.maximum(flows.sum(axis=0), 1e-12))
        flows = flows * (supply / np.maximum(flows.sum(axis=1), 1e-12))[:, None]
    return flows
