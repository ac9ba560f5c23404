"""The timetable of a term: which cohort and which teacher is in which room at which weekday and block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.sources.simulate.draws import NOWHERE, IntArray, Stream, draws
from fazri_lib.sources.simulate.population import FACULTIES, Archetype, People

if TYPE_CHECKING:
    from fazri_lib.sources.simulate.places import Places

BLOCK_SLOTS = np.array([9, 17, 33, 41])
"""First slots of the four blocks: 08:15, 10:15, 14:15, 16:15."""
BLOCK_LENGTH = 6
"""Slots of a block: 90 minutes."""

_ROOMS = ("HALL_A", "HALL_B", "SEMINAR_1", "SEMINAR_2", "LAB_COMP")
_LABS = {"Chemistry": "LAB_CHEM", "Physics": "LAB_CHEM", "Engineering": "LAB_MECH"}
_HELD = np.array([[0.6, 0.75, 0.65, 0.35]] * 4 + [[0.6, 0.75, 0.3, 0.15]])
"""Share of cohorts that have a class, by weekday (Monday to Friday) and block."""
_LAB_SHARE = 0.25
_TEACHES, _ASSISTS = 0.3, 0.1
_TAKES = 0.88


def build_timetable(people: People, places: Places, seed: int) -> IntArray:
    """Return the room of every person by weekday and block; NOWHERE when there is no class."""
    rng = draws(seed, Stream.TIMETABLE)
    size = np.bincount(people.cohort[people.cohort != NOWHERE], minlength=len(FACULTIES))
    rooms = _cohort_rooms(rng, size, places)
    table = np.full((people.count, 7, len(BLOCK_SLOTS)), NOWHERE, dtype=np.int64)
    students = people.of(Archetype.RESIDENT, Archetype.COMMUTER)
    takes = rng.random((len(students), 7, len(BLOCK_SLOTS))) < _TAKES
    table[students] = np.where(takes, rooms[people.cohort[students]], NOWHERE)
    teachers = people.of(Archetype.FACULTY)
    years = len(size) // len(FACULTIES)
    taught = people.department[teachers] + len(FACULTIES) * rng.integers(0, years, len(teachers))
    teaches = rng.random((len(teachers), 7, len(BLOCK_SLOTS))) < _TEACHES
    table[teachers] = np.where(teaches, rooms[taught], NOWHERE)
    tutors = people.of(Archetype.POSTGRADUATE)
    tutored = people.department[tutors] + len(FACULTIES) * rng.integers(0, years, len(tutors))
    assists = rng.random((len(tutors), 7, len(BLOCK_SLOTS))) < _ASSISTS
    table[tutors] = np.where(assists, rooms[tutored], NOWHERE)
    return table


def _cohort_rooms(rng: np.random.Generator, size: IntArray, places: Places) -> IntArray:
    """Rooms of cohorts by weekday and block, each class in the room with the most free seats."""
    rooms = np.full((len(size), 7, len(BLOCK_SLOTS)), NOWHERE, dtype=np.int64)
    general = np.array([places.number(zone_id) for zone_id in _ROOMS])
    largest_first = np.argsort(-size, kind="stable")
    for weekday, block in np.ndindex(_HELD.shape):
        is_held, in_lab = rng.random(len(size)) < _HELD[weekday, block], rng.random(len(size)) < _LAB_SHARE
        free = places.kind_capacity * rng.uniform(0.9, 1.0, len(places.kind_capacity))
        for cohort in largest_first[is_held[largest_first]]:
            own = _LABS.get(FACULTIES[cohort % len(FACULTIES)]) if in_lab[cohort] else None
            emptiest = general[np.argmax(free[general] / places.kind_capacity[general])]
            room = places.number(own) if own else int(emptiest)
            if free[room] >= size[cohort]:
                free[room] -= size[cohort]
                rooms[cohort, weekday, block] = room
    return rooms
