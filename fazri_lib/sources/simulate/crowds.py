"""Crowds planted in a day's plan: one over capacity, and two that look like it and are not."""

from __future__ import annotations

import numpy as np

from fazri_lib.sources.simulate.bookings import Bookings, booked
from fazri_lib.sources.simulate.day_plan import lay
from fazri_lib.sources.simulate.draws import IntArray, some
from fazri_lib.sources.simulate.population import Archetype
from fazri_lib.sources.simulate.scene import CROWD, Planted, Scene

_AFTERNOON, _AFTERNOON_LENGTH = 34, 6
_EVENING, _EVENING_LENGTH = 53, 6
_OVERCROWDED, _FULL, _LECTURE = 1.6, 0.85, 0.5


def overcrowding(scene: Scene, rng: np.random.Generator) -> list[Planted]:
    """More people than fit come to the coffee bar for an hour and a half."""
    return _crowd(scene, rng, ("overcrowding", "CAFE", _OVERCROWDED), (_AFTERNOON, _AFTERNOON_LENGTH))


def full_house(scene: Scene, rng: np.random.Generator) -> list[Planted]:
    """The coffee bar is busier than ever, and everybody still fits."""
    return _crowd(scene, rng, ("full_house", "CAFE", _FULL), (_AFTERNOON, _AFTERNOON_LENGTH))


def evening_lecture(scene: Scene, rng: np.random.Generator) -> list[Planted]:
    """A booked public lecture fills half of a lecture hall in the evening, within its hours."""
    return _crowd(scene, rng, ("evening_lecture", "HALL_A", _LECTURE), (_EVENING, _EVENING_LENGTH))


def lecture_booking(scene: Scene, planted: list[Planted], rng: np.random.Generator) -> Bookings | None:
    """Return the booking of the evening lecture of the day, kept by a teacher; None when there is no lecture."""
    lecture = next((one for one in planted if one.type == "evening_lecture"), None)
    teachers = scene.people_of(scene.society.people.archetype == Archetype.FACULTY)
    if lecture is None or not len(teachers):
        return None
    teacher = scene.cast(
        Planted(lecture.type, int(rng.choice(teachers)), lecture.zone, lecture.start, lecture.length)
    ).person
    return booked(np.array([teacher]), lecture.zone, lecture.start, lecture.length, np.array([True]))


def crowded_span(start_s: IntArray, end_s: IntArray, capacity: int) -> tuple[int, int] | None:
    """Return from when to when a zone held more people than fit, given the stays in it; None if it never did."""
    moments = np.concatenate([start_s, end_s])
    steps = np.repeat([1, -1], len(start_s))
    order = np.lexsort((steps, moments))
    over = np.flatnonzero(np.cumsum(steps[order]) > capacity)
    if not len(over):
        return None
    return int(moments[order][over[0]]), int(moments[order][over[-1] + 1])


def _crowd(
    scene: Scene, rng: np.random.Generator, what: tuple[str, str, float], when: tuple[int, int]
) -> list[Planted]:
    """Fill a zone up to a share of its capacity: first with who is on campus and free, then with who was away."""
    kind, zone_id, share = what
    places = scene.society.places
    zone = places.number(zone_id)
    start, length = when
    if not places.open_slots(scene.day)[zone, start : start + length].all():
        return []
    missing = int(np.ceil(share * places.capacity[zone])) - scene.head_count(zone, start, length)
    is_guest = (scene.grid[:, start : start + length] != zone).any(axis=1) & ~scene.in_class[
        :, start : start + length
    ].any(axis=1)
    is_guest &= scene.society.people.archetype != Archetype.SECURITY
    here = scene.present(start, length)
    guests = some(rng, scene.people_of(is_guest & here), missing)
    guests = np.concatenate([guests, some(rng, scene.people_of(is_guest & ~here), missing - len(guests))])
    lay(scene.grid, guests, start, length, zone)
    scene.is_cast[guests] = True
    return [Planted(kind, CROWD, zone, start, length)]
