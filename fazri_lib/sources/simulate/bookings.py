"""Bookings of study and meeting rooms: plans made by people who are on campus and free, most of them kept."""

from __future__ import annotations

import dataclasses
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.sources.simulate.day_plan import Grid, Society, lay
from fazri_lib.sources.simulate.draws import NOWHERE, BoolArray, IntArray, some
from fazri_lib.sources.simulate.population import Archetype

if TYPE_CHECKING:
    from fazri_lib.sources.simulate.span import Day

_STARTS = (10, 14, 18, 22, 32, 36, 40, 44)
_LENGTHS = (4, 6)
_PER_PERSON_AND_DAY = 0.03
_KEPT = 0.85
_BOOKERS = {
    "GROUP_ROOMS": (Archetype.RESIDENT, Archetype.COMMUTER),
    "MEETING": (Archetype.FACULTY, Archetype.OFFICE),
}


@dataclass(frozen=True, slots=True)
class Bookings:
    """Bookings of one day: who, which zone, first slot and number of slots, whether the booker came."""

    person: IntArray
    zone: IntArray
    start: IntArray
    length: IntArray
    is_attended: BoolArray

    def joined(self, others: Bookings) -> Bookings:
        """Return these and other bookings."""
        names = [field.name for field in dataclasses.fields(self)]
        return Bookings(**{name: np.concatenate([getattr(self, name), getattr(others, name)]) for name in names})


def booked(person: IntArray, zone: IntArray | int, start: int, length: int, is_attended: BoolArray) -> Bookings:
    """Return one booking a person, all of one time."""
    zones, starts, lengths = (np.full(len(person), value, dtype=np.int64) for value in (zone, start, length))
    return Bookings(person, zones, starts, lengths, is_attended)


def lay_bookings(grid: Grid, in_class: BoolArray, society: Society, day: Day, rng: np.random.Generator) -> Bookings:
    """Draw the bookings of a day and lay the kept ones over the grid, in place."""
    is_open = society.places.open_slots(day)
    is_free = ~in_class & (grid != NOWHERE)
    found = booked(np.empty(0, dtype=np.int64), NOWHERE, 0, 0, np.empty(0, dtype=bool))
    for (zone_id, archetypes), start in itertools.product(_BOOKERS.items(), _STARTS):
        zone, members = society.places.number(zone_id), society.people.of(*archetypes)
        length = int(rng.choice(_LENGTHS))
        wanted = int(rng.poisson(_PER_PERSON_AND_DAY * len(members) / len(_STARTS)))
        if is_open[zone, start : start + length].all():
            able = np.setdiff1d(members[is_free[members, start : start + length].all(axis=1)], found.person)
            bookers = some(rng, able, wanted)
            rooms = society.homes[bookers, zone]
            found = found.joined(booked(bookers, rooms, start, length, rng.random(len(bookers)) < _KEPT))
    comes = found.is_attended
    lay(grid, found.person[comes], found.start[comes], found.length[comes], found.zone[comes])
    return found
