"""Planted after the day is lived: copied cards read too far apart, quick walks, work that only looks forbidden."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.sources.simulate.draws import BoolArray, IntArray, some
from fazri_lib.sources.simulate.population import DEPARTMENTS, Archetype
from fazri_lib.sources.simulate.sightings import Sightings
from fazri_lib.sources.simulate.span import SLOT_S, Day

if TYPE_CHECKING:
    from fazri_lib.sources.simulate.day_plan import Society
    from fazri_lib.sources.simulate.true_stays import Stays

QUICK_M_S = 2.2
"""Speed of a quick walk in metres per second: a jog, and still possible."""
_FAR_M = 200
_COPY_AFTER_S = (20, 60)
_DAY_SLOTS = (8, 64)
_NIGHT_ENDS_SLOT, _NIGHT_STARTS_SLOT = 92, 66


@dataclass(frozen=True, slots=True)
class Event:
    """A row of `truth/incidents` or `truth/lookalikes`; times in seconds since 1970 UTC."""

    type: str
    person: int
    zone: int
    start_s: int
    end_s: int


def copied_cards(
    swipes: Sightings, society: Society, day: Day, is_own_card: BoolArray, wanted: int, rng: np.random.Generator
) -> tuple[Sightings, list[Event]]:
    """Return extra swipes of cards that were read elsewhere less than a minute ago, and the incidents that they are."""
    places = society.places
    slot = (swipes.ts_s - day.start_s) // SLOT_S
    is_daytime = (slot >= _DAY_SLOTS[0]) & (slot < _DAY_SLOTS[1])
    chosen = some(rng, np.flatnonzero(is_own_card[swipes.person] & is_daytime), wanted)
    seen = swipes.take(chosen)
    far = (places.distance_m[seen.zone] >= _FAR_M) & places.has_reader
    far &= (places.zones["allowed_roles"].isna() & places.zones["allowed_departments"].isna()).to_numpy()
    zone = np.array([int(rng.choice(np.flatnonzero(options))) for options in far], dtype=np.int64)
    ts_s = seen.ts_s + rng.integers(*_COPY_AFTER_S, seen.count)
    extra = Sightings(seen.person, zone, np.zeros(seen.count, dtype=np.int64), ts_s)
    events = [
        Event("impossible_travel", *(int(value) for value in row))
        for row in zip(seen.person, zone, seen.ts_s, ts_s, strict=True)
    ]
    return extra, events


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
        stays.zone == society.places.number("SERVER_ROOM")
    )
    return _events("night_work", stays, some(rng, np.flatnonzero(is_night & is_round), wanted))


def guest_department(stays: Stays, society: Society, wanted: int, rng: np.random.Generator) -> list[Event]:
    """Return some stays of physicists in the chemistry laboratory, which its policy allows."""
    is_guest = (DEPARTMENTS[society.people.department[stays.person]] == "Physics") & (
        stays.zone == society.places.number("LAB_CHEM")
    )
    return _events("guest_department", stays, some(rng, np.flatnonzero(is_guest), wanted))


def _events(kind: str, stays: Stays, which: IntArray) -> list[Event]:
    taken = stays.take(which)
    rows = zip(taken.person, taken.zone, taken.start_s, taken.end_s, strict=True)
    return [Event(kind, *(int(value) for value in row)) for row in rows]
