"""People where they may not be: at night, in rooms of another role, in laboratories of another department; too long."""

from __future__ import annotations

import numpy as np

from fazri_lib.sources.simulate.draws import NOWHERE, BoolArray
from fazri_lib.sources.simulate.population import DEPARTMENTS, Archetype
from fazri_lib.sources.simulate.scene import Planted, Scene

CURFEW_SLOTS = (70, 92)
"""Slots of the curfew of residents, 23:30 to 05:00."""
_NIGHT_FROM, _NIGHT_STARTS, _NIGHT_LENGTHS = 66, (73, 77), (4, 8)
_CURFEW_STARTS, _CURFEW_LENGTHS = (74, 84), (2, 4)
_DAY_STARTS, _DAY_LENGTHS = (14, 44), (3, 7)
_STAFF_ZONES = ("OFFICES", "SERVER_ROOM")
_DEPARTMENT_ZONES = ("LAB_CHEM", "LAB_MECH")
_NIGHT_ZONES = {Archetype.RESIDENT: "LAB_COMP", Archetype.COMMUTER: "LIBRARY", Archetype.FACULTY: "OFFICES"}
_LINGER_ZONES = ("CAFE", "CAFETERIA", "GYM")
_LINGER_TIMES, _LINGER_EARLIEST = 2, 6


def off_hours(scene: Scene, rng: np.random.Generator) -> list[Planted]:
    """Somebody comes back after closing time, an hour or more."""
    people = scene.society.people
    candidates = scene.people_of(_is_away_at_night(scene) & np.isin(people.archetype, list(_NIGHT_ZONES)))
    if not len(candidates):
        return []
    person = int(rng.choice(candidates))
    zone = scene.society.own_zone(person, _NIGHT_ZONES[Archetype(people.archetype[person])])
    start, length = int(rng.integers(*_NIGHT_STARTS)), int(rng.integers(*_NIGHT_LENGTHS))
    return [scene.cast(Planted("off_hours", person, zone, start, length))]


def curfew(scene: Scene, rng: np.random.Generator) -> list[Planted]:
    """A resident comes home through the door of the hostel hours after the curfew."""
    is_resident = scene.society.people.archetype == Archetype.RESIDENT
    candidates = scene.people_of(_is_away_at_night(scene) & is_resident)
    if not len(candidates):
        return []
    person = int(rng.choice(candidates))
    start, length = int(rng.integers(*_CURFEW_STARTS)), int(rng.integers(*_CURFEW_LENGTHS))
    return [scene.cast(Planted("curfew", person, scene.society.own_zone(person, "HOSTEL"), start, length))]


def role_violation(scene: Scene, rng: np.random.Generator) -> list[Planted]:
    """A student is in a room of teachers or staff while it is open."""
    kind = str(rng.choice(_STAFF_ZONES))
    return _visit(scene, rng, "role_violation", kind, scene.society.people.archetype <= Archetype.COMMUTER)


def department_violation(scene: Scene, rng: np.random.Generator) -> list[Planted]:
    """A student is in a laboratory of another department while it is open."""
    people, places = scene.society.people, scene.society.places
    kind = str(rng.choice(_DEPARTMENT_ZONES))
    allowed = str(places.zones["allowed_departments"][places.number(kind)]).split(",")
    is_wrong = (people.archetype <= Archetype.COMMUTER) & ~np.isin(DEPARTMENTS[people.department], allowed)
    return _visit(scene, rng, "department_violation", kind, is_wrong)


def guest_department(scene: Scene, rng: np.random.Generator) -> list[Planted]:
    """A student of physics is in the chemistry laboratory while it is open, as its policy allows."""
    people = scene.society.people
    is_guest = (people.archetype <= Archetype.COMMUTER) & (DEPARTMENTS[people.department] == "Physics")
    return _visit(scene, rng, "guest_department", "LAB_CHEM", is_guest)


def abnormal_dwell(scene: Scene, rng: np.random.Generator) -> list[Planted]:
    """Somebody on campus anyhow stays in a zone twice as long as the longest usual stay there, while it is open."""
    places, kind = scene.society.places, str(rng.choice(_LINGER_ZONES))
    zone = places.number(kind)
    length = int(places.longest_slots[zone]) * _LINGER_TIMES
    opens = np.flatnonzero(places.open_slots(scene.day)[zone])
    if len(opens) <= length + 1:
        return []
    start = int(rng.integers(max(opens[0] + 1, _LINGER_EARLIEST), opens[-1] - length + 1))
    is_there = (scene.grid[:, start : start + length] != NOWHERE).mean(axis=1) > 1 / 2
    candidates = scene.people_of(is_there & scene.is_traceable & _is_known(scene))
    if not len(candidates):
        return []
    person = int(rng.choice(candidates))
    own = scene.society.own_zone(person, kind)
    return [scene.cast(Planted("abnormal_dwell", person, own, start, length))]


def _is_known(scene: Scene) -> BoolArray:
    """Who is neither on guard nor a visitor."""
    known: BoolArray = scene.society.people.archetype < Archetype.SECURITY
    return known


def _is_away_at_night(scene: Scene) -> BoolArray:
    away: BoolArray = (scene.grid[:, _NIGHT_FROM:] == NOWHERE).all(axis=1) & scene.is_traceable
    return away


def _visit(scene: Scene, rng: np.random.Generator, name: str, kind: str, is_wrong: BoolArray) -> list[Planted]:
    """Send one of the wrong people, on campus anyhow, into a zone by day."""
    start, length = int(rng.integers(*_DAY_STARTS)), int(rng.integers(*_DAY_LENGTHS))
    candidates = scene.people_of(is_wrong & scene.is_traceable & scene.present(start, length))
    if not len(candidates):
        return []
    person = int(rng.choice(candidates))
    return [scene.cast(Planted(name, person, scene.society.own_zone(person, kind), start, length))]
