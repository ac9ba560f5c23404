"""Crowds planted in a day's plan: one over capacity, one that nobody could foresee, and three that were announced."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.sources.simulate.bookings import Bookings, booked
from fazri_lib.sources.simulate.day_plan import lay
from fazri_lib.sources.simulate.draws import NOWHERE, BoolArray, IntArray, some
from fazri_lib.sources.simulate.population import Archetype
from fazri_lib.sources.simulate.scene import CROWD, Planted, Scene

if TYPE_CHECKING:
    from collections.abc import Iterable

_AFTERNOON, _AFTERNOON_LENGTH = 34, 6
_EVENING, _EVENING_LENGTH = 53, 6
_EXAM_NIGHT, _EXAM_NIGHT_LENGTH = 54, 13
_SURGE_STARTS, _SURGE_LENGTHS = (14, 42), (6, 11)
_OVERCROWDED, _FULL, _LECTURE, _STUDYING, _SURGE = 1.6, 0.85, 0.5, 0.7, 0.75
_SURGE_ZONES = ("LIBRARY", "MAIN_LOBBY", "LAB_COMP")


def overcrowding(scene: Scene, rng: np.random.Generator) -> list[Planted]:
    """More people than fit come to a coffee bar for an hour and a half."""
    return _crowd(
        scene,
        rng,
        ("overcrowding", scene.society.places.of_kind("CAFE"), _OVERCROWDED),
        (_AFTERNOON, _AFTERNOON_LENGTH),
    )


def full_house(scene: Scene, rng: np.random.Generator) -> list[Planted]:
    """An announced open house makes a coffee bar busier than ever, and everybody still fits."""
    return _crowd(
        scene, rng, ("full_house", scene.society.places.of_kind("CAFE"), _FULL), (_AFTERNOON, _AFTERNOON_LENGTH)
    )


def public_lecture(scene: Scene, rng: np.random.Generator) -> list[Planted]:
    """A booked and announced public lecture fills half of a lecture hall in the evening, within its hours."""
    return _crowd(
        scene, rng, ("public_lecture", scene.society.places.of_kind("HALL_A"), _LECTURE), (_EVENING, _EVENING_LENGTH)
    )


def exam_night(scene: Scene, rng: np.random.Generator) -> list[Planted]:
    """In examination weeks the reading room is full until it closes."""
    if not scene.day.is_exam:
        return []
    return _crowd(
        scene,
        rng,
        ("exam_night", scene.society.places.of_kind("LIBRARY"), _STUDYING),
        (_EXAM_NIGHT, _EXAM_NIGHT_LENGTH),
    )


def surge(scene: Scene, rng: np.random.Generator) -> list[Planted]:
    """Many more people than usual come, within capacity and hours, and nothing was announced."""
    when = int(rng.integers(*_SURGE_STARTS)), int(rng.integers(*_SURGE_LENGTHS))
    places = scene.society.places
    half_empty = [
        zone
        for zone in places.of_kind(*_SURGE_ZONES)
        if scene.head_count(int(zone), *when) <= _SURGE * places.capacity[zone] / 2
    ]
    return _crowd(scene, rng, ("occupancy_outside_forecast", half_empty, _SURGE), when)


def lecture_bookings(scene: Scene, planted: list[Planted], rng: np.random.Generator) -> Bookings | None:
    """Return the bookings of the day's public lectures, each kept by a teacher; None when there are none."""
    found = None
    for lecture in (one for one in planted if one.type == "public_lecture"):
        is_teacher = scene.society.people.archetype == Archetype.FACULTY
        teachers = scene.people_of(is_teacher & scene.society.at_site_of(lecture.zone))
        if not len(teachers):
            continue
        teacher = int(rng.choice(teachers))
        scene.cast(Planted(lecture.type, teacher, lecture.zone, lecture.start, lecture.length))
        one = booked(np.array([teacher]), lecture.zone, lecture.start, lecture.length, np.array([True]))
        found = one if found is None else found.joined(one)
    return found


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
    scene: Scene, rng: np.random.Generator, what: tuple[str, Iterable[int], float], when: tuple[int, int]
) -> list[Planted]:
    """Fill one of some zones up to a share of its capacity, first with who is on campus and free, then with others."""
    name, zones, share = what
    start, length = when
    zone = scene.free_zone(rng, zones, when)
    if zone == NOWHERE:
        return []
    slots = slice(start, start + length)
    missing = int(np.ceil(share * scene.society.places.capacity[zone])) - scene.head_count(zone, start, length)
    is_guest = (scene.grid[:, slots] != zone).any(axis=1) & ~scene.in_class[:, slots].any(axis=1)
    is_guest &= scene.society.at_site_of(zone) & _may_enter(scene, zone)
    here = scene.present(start, length)
    guests = some(rng, scene.people_of(is_guest & here), missing)
    guests = np.concatenate([guests, some(rng, scene.people_of(is_guest & ~here), missing - len(guests))])
    lay(scene.grid, guests, start, length, zone)
    _no_longer(scene, guests, zone, (start - 1, start + length))
    scene.is_cast[guests] = True
    return [Planted(name, CROWD, zone, start, length)]


def _no_longer(scene: Scene, guests: IntArray, zone: int, slots: tuple[int, int]) -> None:
    """Guests who were in the zone just before or would be just after go for a walk then: nobody stays for hours."""
    for slot in slots:
        part = scene.grid[guests, slot]
        scene.grid[guests, slot] = np.where(part == zone, NOWHERE, part)


def _may_enter(scene: Scene, zone: int) -> BoolArray:
    """Who is off duty and of a role that the zone admits."""
    people, places = scene.society.people, scene.society.places
    is_free: BoolArray = (people.archetype < Archetype.SECURITY) | (people.archetype == Archetype.VISITOR)
    if places.is_open_to_all[zone]:
        return is_free
    return is_free & np.isin(people.roles, str(places.zones["allowed_roles"][zone]).split(","))
