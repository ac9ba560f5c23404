"""Fire drills: everybody of a building is outside for twenty minutes and comes back."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.sources.simulate.scene import CROWD, Event
from fazri_lib.sources.simulate.span import SLOT_S
from fazri_lib.sources.simulate.true_stays import Stays

if TYPE_CHECKING:
    from fazri_lib.sources.simulate.day_plan import Society
    from fazri_lib.sources.simulate.draws import BoolArray
    from fazri_lib.sources.simulate.span import Day

_STARTS = (13, 44)
_OUTSIDE_S, _RUNS_S, _STROLLS_S, _SHORTEST_S = 1200, 120, 240, 120
_BUILDING_KINDS = (("HALL_A", "HALL_B", "SEMINAR_1", "SEMINAR_2"), ("LAB_COMP", "LAB_CHEM", "LAB_MECH"))
_LEAST_PEOPLE = 3


def fire_drill(
    stays: Stays, society: Society, day: Day, busy: set[int], rng: np.random.Generator
) -> tuple[Stays, list[Event]]:
    """Let the fullest building without anything else planted be left at once.

    Args:
        stays: stays of the day.
        society: people and places.
        day: the day.
        busy: zones in which something else is planted.
        rng: draws.

    Returns:
        The stays, those of the building cut in two, and one look-alike per zone that was left.
    """
    at_s = day.start_s + int(rng.integers(*_STARTS)) * SLOT_S
    is_inside = (stays.start_s < at_s - _SHORTEST_S) & (stays.end_s > at_s + _RUNS_S)
    best: tuple[int, list[int]] = (0, [])
    for kinds in _BUILDING_KINDS:
        zones = society.places.of_kind(*kinds)
        for site in np.unique(society.places.site[zones]):
            building = zones[society.places.site[zones] == site].tolist()
            if not busy.intersection(building):
                best = max(best, (int(np.isin(stays.zone[is_inside], building).sum()), building))
    if best[0] < _LEAST_PEOPLE:
        return stays, []
    left = np.unique(stays.zone[is_inside & np.isin(stays.zone, best[1])]).tolist()
    events = [Event("fire_drill", CROWD, int(zone), at_s, at_s + _OUTSIDE_S) for zone in left]
    return _cut(stays, np.isin(stays.zone, best[1]), at_s, rng), events


def _cut(stays: Stays, is_there: BoolArray, at_s: int, rng: np.random.Generator) -> Stays:
    """Nobody is in the building from shortly after `at_s` until the all-clear; who would be comes back."""
    leaves = at_s + rng.integers(0, _RUNS_S, stays.count)
    returns = at_s + _OUTSIDE_S + rng.integers(0, _STROLLS_S, stays.count)
    meets = is_there & (stays.start_s < returns) & (stays.end_s > leaves)
    before = meets & (stays.start_s < leaves - _SHORTEST_S)
    after = meets & (stays.end_s > returns + _SHORTEST_S)
    first = dataclasses.replace(stays, end_s=np.where(meets, np.minimum(stays.end_s, leaves), stays.end_s))
    late = np.maximum(stays.start_s, returns)
    second = dataclasses.replace(stays, start_s=late, is_entered=np.ones(stays.count, dtype=bool))
    parts = [first.take(~meets | before), second.take(after)]
    both = Stays(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in dataclasses.fields(Stays)))
    return both.take(np.lexsort((both.start_s, both.person)))
