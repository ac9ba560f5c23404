"""Planted after the day is lived: copied cards read too far apart, quick walks, rounds at night."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.sources.simulate.draws import BoolArray, IntArray, some
from fazri_lib.sources.simulate.population import Archetype
from fazri_lib.sources.simulate.scene import Event
from fazri_lib.sources.simulate.sightings import Sightings
from fazri_lib.sources.simulate.span import SLOT_S, Day

if TYPE_CHECKING:
    from fazri_lib.sources.simulate.day_plan import Society
    from fazri_lib.sources.simulate.doors import Doors
    from fazri_lib.sources.simulate.true_stays import Stays

QUICK_M_S = 2.2
"""Speed of a quick walk in metres per second: a jog, and still possible."""
_FAR_M = 200
_COPY_AFTER_S = (20, 60)
_DAY_SLOTS = (8, 64)
_NIGHT_ENDS_SLOT, _NIGHT_STARTS_SLOT = 92, 66


def copied_cards(
    swipes: Sightings, doors: Doors, wanted: int, rng: np.random.Generator
) -> tuple[Sightings, list[Event]]:
    """Return extra swipes of cards that were read elsewhere less than a minute ago, and the incidents that they are."""
    places = doors.places
    slot = (swipes.ts_s - doors.day.start_s) // SLOT_S
    is_daytime = (slot >= _DAY_SLOTS[0]) & (slot < _DAY_SLOTS[1])
    possible = np.flatnonzero(doors.is_free[swipes.person] & doors.is_sound[swipes.zone] & is_daytime)
    seen = swipes.take(some(rng, possible, wanted))
    far = (places.distance_m[seen.zone] >= _FAR_M) & doors.is_sound & places.is_open_to_all
    has_far = np.flatnonzero(far.any(axis=1))
    seen, far = seen.take(has_far), far[has_far]
    zone = np.array([int(rng.choice(np.flatnonzero(options))) for options in far], dtype=np.int64)
    ts_s = seen.ts_s + rng.integers(*_COPY_AFTER_S, seen.count)
    extra = dataclasses.replace(seen, zone=zone, sensor=np.zeros(seen.count, dtype=np.int64), ts_s=ts_s)
    first = zip(seen.person, seen.zone, seen.ts_s, ts_s, strict=True)
    doors.traces.extend(Event("impossible_travel", *(int(value) for value in row)) for row in first)
    rows = zip(seen.person, zone, seen.ts_s, ts_s, strict=True)
    return extra, [Event("impossible_travel", *(int(value) for value in row)) for row in rows]


def quick_walks(
    stays: Stays, society: Society, is_traceable: BoolArray, wanted: int, rng: np.random.Generator
) -> tuple[Stays, Sightings, list[Event]]:
    """Let some people hurry from one zone to the next.

    Returns:
        The stays with earlier arrivals, a sighting at the moment each of them left, and the look-alikes.
    """
    places, here, then = society.places, np.arange(stays.count - 1), np.arange(1, stays.count)
    distance = places.distance_m[stays.zone[here], stays.zone[then]]
    hurried = stays.end_s[here] + np.ceil(distance / QUICK_M_S).astype(np.int64)
    possible = (stays.person[here] == stays.person[then]) & (distance >= _FAR_M) & (hurried < stays.start_s[then])
    possible &= is_traceable[stays.person[here]] & places.has_reader[stays.zone[then]]
    possible &= (stays.start_s[then] - stays.end_s[here] < SLOT_S) & places.zones["opens"].isna().to_numpy()[
        stays.zone[then]
    ]
    first = some(rng, np.flatnonzero(possible), wanted)
    start_s = stays.start_s.copy()
    start_s[first + 1] = hurried[first]
    left = stays.take(first)
    last_seen = Sightings(left.person, left.zone, places.ap_first[left.zone], left.end_s - 1)
    rows = zip(left.person, stays.zone[first + 1], left.end_s, start_s[first + 1], strict=True)
    return (
        dataclasses.replace(stays, start_s=start_s),
        last_seen,
        [Event("quick_walk", *(int(value) for value in row)) for row in rows],
    )


def night_work(stays: Stays, society: Society, day: Day, wanted: int, rng: np.random.Generator) -> list[Event]:
    """Return some nightly rounds of security staff through the server room."""
    is_night = (stays.start_s >= day.start_s + _NIGHT_STARTS_SLOT * SLOT_S) & (
        stays.end_s < day.start_s + _NIGHT_ENDS_SLOT * SLOT_S
    )
    is_round = (society.people.archetype[stays.person] == Archetype.SECURITY) & (
        society.places.kind[stays.zone] == society.places.number("SERVER_ROOM")
    )
    return _events("night_work", stays, some(rng, np.flatnonzero(is_night & is_round), wanted))


def _events(kind: str, stays: Stays, which: IntArray) -> list[Event]:
    taken = stays.take(which)
    rows = zip(taken.person, taken.zone, taken.start_s, taken.end_s, strict=True)
    return [Event(kind, *(int(value) for value in row)) for row in rows]
