"""Fire drills: everybody of a building is outside for twenty minutes and comes back."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.sources.simulate.scene import CROWD, Event, Planted
from fazri_lib.sources.simulate.span import SLOT_S
from fazri_lib.sources.simulate.true_stays import Stays

if TYPE_CHECKING:
    from fazri_lib.sources.simulate.day_plan import Society
    from fazri_lib.sources.simulate.draws import BoolArray
    from fazri_lib.sources.simulate.places import Places
    from fazri_lib.sources.simulate.span import Day

_STARTS = (13, 44)
_OUTSIDE_S, _RUNS_S, _STROLLS_S, _SHORTEST_S = 1200, 120, 240, 120
_BUILDING_KINDS = (("HALL_A", "HALL_B", "SEMINAR_1", "SEMINAR_2"), ("LAB_COMP", "LAB_CHEM", "LAB_MECH"))
_LEAST_PEOPLE, _TRIES, _AROUND_SLOTS = 3, 6, 3


def fire_drill(
    stays: Stays, society: Society, day: Day, planted: list[Planted], rng: np.random.Generator
) -> tuple[Stays, list[Event]]:
    """Let the fullest building in which nothing else is planted then be left at once.

    Args:
        stays: stays of the day.
        society: people and places.
        day: the day.
        planted: what is planted in the day's plan.
        rng: draws.

    Returns:
        The stays, those of the building cut in two, and one look-alike per zone that was left.
    """
    slots = rng.integers(*_STARTS, _TRIES)
    inside, slot, building = max(
        [(0, 0, ())]
        + [
            (int(_is_inside(stays, zones, day, slot).sum()), int(slot), zones)
            for slot in slots
            for zones in _buildings(society.places)
            if not any(one.zone in zones and _meets(one, slot) for one in planted)
        ]
    )
    if inside < _LEAST_PEOPLE:
        return stays, []
    at_s = day.start_s + slot * SLOT_S
    left = np.unique(stays.zone[_is_inside(stays, building, day, slot)]).tolist()
    events = [Event("fire_drill", CROWD, int(zone), at_s, at_s + _OUTSIDE_S) for zone in left]
    return _cut(stays, np.isin(stays.zone, building), at_s, rng), events


def _buildings(places: Places) -> list[tuple[int, ...]]:
    """Zones of each building that has drills."""
    kinds = (places.of_kind(*kinds) for kinds in _BUILDING_KINDS)
    return [
        tuple(zones[places.site[zones] == site].tolist()) for zones in kinds for site in np.unique(places.site[zones])
    ]


def _is_inside(stays: Stays, zones: tuple[int, ...], day: Day, slot: int) -> BoolArray:
    at_s = day.start_s + slot * SLOT_S
    is_then: BoolArray = (stays.start_s < at_s - _SHORTEST_S) & (stays.end_s > at_s + _RUNS_S)
    is_then[is_then] = np.isin(stays.zone[is_then], zones)
    return is_then


def _meets(one: Planted, slot: int) -> bool:
    """Whether something planted lasts while the building is left or filled again."""
    return one.start <= slot + _AROUND_SLOTS and slot - _AROUND_SLOTS <= one.start + one.length


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
