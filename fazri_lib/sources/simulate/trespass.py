"""People where they may not be: at night, in rooms of another role, in laboratories of another department."""

from __future__ import annotations

import numpy as np

from fazri_lib.sources.simulate.draws import NOWHERE, BoolArray
from fazri_lib.sources.simulate.population import DEPARTMENTS, Archetype
from fazri_lib.sources.simulate.scene import Planted, Scene

_NIGHT_FROM, _NIGHT_STARTS, _NIGHT_LENGTHS = 66, (73, 77), (4, 8)
_DAY_STARTS, _DAY_LENGTHS = (14, 44), (3, 7)
_STAFF_ZONES = ("OFFICES", "MEETING", "SERVER_ROOM")
_DEPARTMENT_ZONES = ("LAB_CHEM", "LAB_MECH")
_NIGHT_ZONES = {Archetype.RESIDENT: "LAB_COMP", Archetype.COMMUTER: "LIBRARY", Archetype.FACULTY: "OFFICES"}


def off_hours(scene: Scene, rng: np.random.Generator) -> list[Planted]:
    """Somebody comes back after closing time, an hour or more."""
    people = scene.society.people
    away = (scene.grid[:, _NIGHT_FROM:] == NOWHERE).all(axis=1)
    candidates = scene.people_of(away & scene.is_traceable & np.isin(people.archetype, list(_NIGHT_ZONES)))
    if not len(candidates):
        return []
    person = int(rng.choice(candidates))
    zone = scene.society.places.number(_NIGHT_ZONES[Archetype(people.archetype[person])])
    return [
        scene.cast(
            Planted("off_hours", person, zone, int(rng.integers(*_NIGHT_STARTS)), int(rng.integers(*_NIGHT_LENGTHS)))
        )
    ]


def role_violation(scene: Scene, rng: np.random.Generator) -> list[Planted]:
    """A student is in a room of teachers or staff while it is open."""
    zone = scene.society.places.number(str(rng.choice(_STAFF_ZONES)))
    return _visit(scene, rng, "role_violation", zone, scene.society.people.archetype <= Archetype.COMMUTER)


def department_violation(scene: Scene, rng: np.random.Generator) -> list[Planted]:
    """A student is in a laboratory of another department while it is open."""
    people, places = scene.society.people, scene.society.places
    zone = places.number(str(rng.choice(_DEPARTMENT_ZONES)))
    allowed = str(places.zones["allowed_departments"][zone]).split(",")
    return _visit(
        scene,
        rng,
        "department_violation",
        zone,
        (people.archetype <= Archetype.COMMUTER) & ~np.isin(DEPARTMENTS[people.department], allowed),
    )


def _visit(scene: Scene, rng: np.random.Generator, kind: str, zone: int, is_wrong: BoolArray) -> list[Planted]:
    """Send one of the wrong people, on campus anyhow, into a zone by day."""
    start, length = int(rng.integers(*_DAY_STARTS)), int(rng.integers(*_DAY_LENGTHS))
    candidates = scene.people_of(is_wrong & scene.is_traceable & scene.present(start, length))
    if not len(candidates):
        return []
    return [scene.cast(Planted(kind, int(rng.choice(candidates)), zone, start, length))]
