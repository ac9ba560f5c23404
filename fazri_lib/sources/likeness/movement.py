"""Where everybody of a copy is, hour by hour: moves drawn so that each zone has the people that its rhythm says.

The moves of an hour are the learnt counts from zone to zone, fitted to who is where and who should be (iterative
proportional fitting, Deming and Stephan 1940); each person then draws a move of its own.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.sources.likeness.crowd import permitted
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
        self._kinds = [_kinds(likeness, crowd, at) for at in range(len(likeness.groups))]

    def day(self, number: int) -> IntArray:
        """Return the zone of everybody in each hour of a day, 24 by people, `NOWHERE` for away."""
        likeness, crowd = self._likeness, self._crowd
        rng = draws(self._seed, Part.MOVEMENT, number)
        found = np.full((24, crowd.count), NOWHERE, dtype=np.int64)
        for at, group in enumerate(likeness.groups):
            amounts = group.presence.of_day(likeness.days, number) * likeness.scale
            like = likeness.days.like(number)
            active = float(group.active[like]) if 0 <= like < len(group.active) else float(group.active.mean())
            for members, share in self._kinds[at]:
                wanted = rounded(amounts * share[:, None], rng)
                size = members.stop - members.start
                most = round(active * likeness.scale * size / max(int(crowd.starts[at + 1] - crowd.starts[at]), 1))
                today = _Today(
                    group, wanted, _active(crowd.weight[members], max(most, int(wanted.sum(axis=0).max())), rng)
                )
                self._zone[members] = _lived(today, self._zone[members], rng, found[:, members])
        return found


@dataclass(frozen=True, slots=True)
class _Today:
    """A day of one kind of people: how they move, people by zone and hour, and who may come."""

    group: GroupShape
    wanted: IntArray
    is_active: BoolArray


def _kinds(likeness: Likeness, crowd: Crowd, at: int) -> list[tuple[slice, FloatArray]]:
    """Return the people of a group by the zones that admit their department, and their part of each zone's people.

    A zone's people are those whom it admits; all of the group's where it admits none of them.
    """
    start, end = int(crowd.starts[at]), int(crowd.starts[at + 1])
    if start == end:
        return []
    names, which = np.unique(crowd.departments[start:end], return_inverse=True)
    admits = np.array([permitted(likeness, str(name)) for name in names]).reshape(len(names), -1)[which]
    edges = np.flatnonzero(np.any(admits[1:] != admits[:-1], axis=1)) + 1
    bounds = [0, *edges.tolist(), end - start]
    admitted = admits.sum(axis=0)
    found = []
    for low, high in itertools.pairwise(bounds):
        own = np.where(admitted > 0, admits[low] / np.maximum(admitted, 1), 1.0 / (end - start))
        found.append((slice(start + low, start + high), own * (high - low)))
    return found


def _active(weight: FloatArray, count: int, rng: np.random.Generator) -> BoolArray:
    """Draw who comes today: by weight, each once."""
    turn = np.argsort(rng.exponential(size=len(weight)) / weight, kind="stable")
    found = np.zeros(len(weight), dtype=bool)
    found[turn[:count]] = True
    return found


def _lived(today: _Today, zone: IntArray, rng: np.random.Generator, found: IntArray) -> IntArray:
    """Move people through a day, their zones by hour written to `found`; return where they are at its end."""
    is_active = today.is_active | (zone != NOWHERE)
    is_seen = zone != NOWHERE
    for hour in range(24):
        prior = _prior(today.group.moves[hour // 4], today.wanted[:, hour])
        zone = moved(zone, is_active, is_seen, prior, rng)
        is_seen |= zone != NOWHERE
        found[hour] = zone
    return zone


def _prior(moves: FloatArray, wanted: IntArray) -> tuple[FloatArray, IntArray]:
    """Return weights of all moves and how many people each zone should have."""
    usual = moves.sum() / max(moves.size, 1) + 1e-6
    return moves + _UNSEEN_MOVES * usual, wanted


def moved(
    zone: IntArray,
    is_active: BoolArray,
    is_seen: BoolArray,
    prior: tuple[FloatArray, IntArray],
    rng: np.random.Generator,
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
