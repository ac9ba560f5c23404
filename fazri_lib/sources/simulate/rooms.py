"""Who uses rooms: without a booking, late for one, not at all, and for hours in a laboratory that is theirs to use."""

from __future__ import annotations

import numpy as np

from fazri_lib.sources.simulate.day_plan import lay
from fazri_lib.sources.simulate.draws import NOWHERE, some
from fazri_lib.sources.simulate.population import Archetype
from fazri_lib.sources.simulate.scene import CROWD, Planted, Scene

_UNBOOKED_STARTS, _UNBOOKED_LENGTHS, _UNBOOKED_GROUP = (28, 52, 53, 54), (4, 7), (2, 5)
_PROJECT_STARTS, _PROJECT_LENGTHS, _PROJECT_GROUP = (12, 28), (20, 29), (4, 7)
_LATE = 2


def unbooked_use(scene: Scene, rng: np.random.Generator) -> list[Planted]:
    """A few students use a bookable room for an hour or more at a time at which nobody has booked it."""
    start, length = int(rng.choice(_UNBOOKED_STARTS)), int(rng.integers(*_UNBOOKED_LENGTHS))
    zone = scene.free_zone(rng, _unbooked(scene, start, length), (start, length))
    if zone == NOWHERE:
        return []
    return _group(scene, rng, ("unbooked_use", zone, start, length), int(rng.integers(*_UNBOOKED_GROUP)))


def group_project(scene: Scene, rng: np.random.Generator) -> list[Planted]:
    """Some students sit together for five hours or more in a computer laboratory, as its policy allows."""
    start, length = int(rng.integers(*_PROJECT_STARTS)), int(rng.integers(*_PROJECT_LENGTHS))
    zone = scene.free_zone(rng, scene.society.places.of_kind("LAB_COMP"), (start, length))
    if zone == NOWHERE:
        return []
    return _group(scene, rng, ("group_project", zone, start, length), int(rng.integers(*_PROJECT_GROUP)))


def late_booker(scene: Scene, rng: np.random.Generator) -> list[Planted]:
    """Somebody keeps a booking half an hour late."""
    bookings = scene.bookings
    own = scene.grid[bookings.person, bookings.start]
    at = np.flatnonzero(bookings.is_attended & (bookings.length > _LATE) & (own == bookings.zone))
    at = at[scene.is_traceable[bookings.person[at]]]
    if not len(at):
        return []
    one = int(rng.choice(at))
    person, zone = int(bookings.person[one]), int(bookings.zone[one])
    start, length = int(bookings.start[one]), int(bookings.length[one])
    scene.grid[person, start : start + _LATE] = NOWHERE
    return [Planted("late_booker", person, zone, start + _LATE, length - _LATE)]


def no_shows(scene: Scene) -> list[Planted]:
    """Return every booking that nobody came to: each is an incident."""
    missed = np.flatnonzero(~scene.bookings.is_attended)
    rows = zip(*(getattr(scene.bookings, name)[missed] for name in ("person", "zone", "start", "length")), strict=True)
    return [Planted("booking_no_show", *(int(value) for value in row)) for row in rows]


def _unbooked(scene: Scene, start: int, length: int) -> list[int]:
    """Group study rooms that nobody has booked at the time."""
    bookings = scene.bookings
    overlaps = (bookings.start < start + length) & (bookings.start + bookings.length > start)
    return [int(zone) for zone in np.setdiff1d(scene.society.places.of_kind("GROUP_ROOMS"), bookings.zone[overlaps])]


def _group(scene: Scene, rng: np.random.Generator, what: tuple[str, int, int, int], size: int) -> list[Planted]:
    """Send some students, on campus anyhow and free, into a zone together."""
    name, zone, start, length = what
    slots = slice(start, start + length)
    is_free = (scene.grid[:, slots] != NOWHERE).any(axis=1) & ~scene.in_class[:, slots].all(axis=1)
    is_free &= (scene.society.people.archetype <= Archetype.COMMUTER) & scene.society.at_site_of(zone)
    members = some(rng, scene.people_of(is_free & scene.is_traceable), size)
    if len(members) < _UNBOOKED_GROUP[0]:
        return []
    lay(scene.grid, members, start, length, zone)
    scene.is_cast[members] = True
    return [Planted(name, CROWD, zone, start, length)]
