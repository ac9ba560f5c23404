"""What people do at doors with readers: slip in behind others, swipe for others, lend cards, leave unseen."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.sources.simulate.draws import BoolArray, IntArray, some
from fazri_lib.sources.simulate.scene import Event
from fazri_lib.sources.simulate.sightings import Sightings, by_time

if TYPE_CHECKING:
    from fazri_lib.sources.simulate.day_plan import Society
    from fazri_lib.sources.simulate.places import Places
    from fazri_lib.sources.simulate.span import Day
    from fazri_lib.sources.simulate.true_stays import Stays

BEHIND_S = 15
"""Who enters within so many seconds after a swipe of somebody else comes in behind them."""
_SLIPS_IN_S, _WAITS_MOST_S, _STAYS_ON_S = (3, 9), 900, 1800
_HOUR_S, _SWIPES, _HOUR_EDGE_S = 3600, (11, 15), 60
_SEEN_WITHIN_S, _LENT_WALK_M_S, _LENT_EDGE_S = 280, 2.5, 600
_TRIES = 40
_KEY = 1 << 32


@dataclass(frozen=True, slots=True)
class Doors:
    """The doors of a day while something is planted at them.

    Attributes:
        society: people and places.
        day: the day.
        is_free: who may be given a part: traceable, and none given yet; written in place.
        is_sound: zones whose readers work and tell the right time.
        traces: swipes elsewhere that belong to what is planted and must not be lost, written in place.
    """

    society: Society
    day: Day
    is_free: BoolArray
    is_sound: BoolArray
    traces: list[Event] = field(default_factory=list)

    @property
    def places(self) -> Places:
        """The zones."""
        return self.society.places

    def take(self, event: Event) -> Event:
        """Give the event's person their part."""
        self.is_free[event.person] = False
        return event


def way_out(stays: Stays, places: Places, has_card: BoolArray, until_s: int) -> Sightings:
    """Return the cards read when people leave a zone with a reader at the way out, at the last second of their stay."""
    left = stays.take(places.has_exit_reader[stays.zone] & has_card[stays.person] & (stays.end_s < until_s))
    return by_time(Sightings(left.person, left.zone, np.ones(left.count, dtype=np.int64), left.end_s - 1))


def is_read(stays: Stays, swipes: Sightings) -> BoolArray:
    """Return which stays began with a swipe of the person's own card."""
    found: BoolArray = np.isin(stays.person * _KEY + stays.start_s, swipes.person * _KEY + swipes.ts_s)
    return found


def tailgating(
    stays: Stays, swipes: Sightings, doors: Doors, wanted: int, rng: np.random.Generator
) -> tuple[Stays, Sightings, list[Event]]:
    """Let some people wait for the next one to open the door and come in behind them without a swipe.

    Returns:
        The stays with later arrivals, the swipes without theirs, and the incidents, from the other's swipe to the
        moment they are in.
    """
    at = np.flatnonzero(is_read(stays, swipes) & stays.is_entered & doors.is_sound[stays.zone])
    at = at[np.lexsort((stays.start_s[at], stays.zone[at]))]
    first, then = at[:-1], at[1:]
    waits_s = stays.start_s[then] - stays.start_s[first]
    possible = (stays.zone[first] == stays.zone[then]) & (waits_s > 0) & (waits_s < _WAITS_MOST_S)
    possible &= doors.is_free[stays.person[first]] & (stays.person[first] != stays.person[then])
    possible &= stays.end_s[first] > stays.start_s[then] + _STAYS_ON_S
    start_s, gone, events, used = stays.start_s.copy(), [], [], set[int]()
    for one in _one_each(rng, np.flatnonzero(possible), stays.person[first], wanted):
        late, other = int(first[one]), int(then[one])
        if late in used or other in used:  # who opens the door must have swiped
            continue
        used |= {late, other}
        gone.append(int(stays.person[late]) * _KEY + int(stays.start_s[late]))
        start_s[late] = start_s[other] + int(rng.integers(*_SLIPS_IN_S))
        person, zone = int(stays.person[late]), int(stays.zone[late])
        events.append(doors.take(Event("tailgating", person, zone, int(start_s[other]), int(start_s[late]))))
    kept = swipes.take(~np.isin(swipes.person * _KEY + swipes.ts_s, np.array(gone, dtype=np.int64)))
    return dataclasses.replace(stays, start_s=start_s), kept, events


def without_chance(
    stays: Stays, swipes: Sightings, has_card: BoolArray, places: Places, planted: list[Event]
) -> Sightings:
    """Return the swipes with those missed right behind somebody who came in, and those of who broke the curfew.

    A reader that is awake reads the next card too; so nobody comes in behind another by chance, and tailgating is what
    is planted.
    """
    own = stays.person * _KEY + stays.start_s
    tails = [one.person * _KEY + one.end_s for one in planted if one.type == "tailgating"]
    late = [one.person * _KEY + one.start_s for one in planted if one.type == "curfew"]
    at = np.flatnonzero(
        places.has_reader[stays.zone]
        & has_card[stays.person]
        & stays.is_entered
        & ~np.isin(own, np.array(tails, dtype=np.int64))
    )
    at = at[np.lexsort((stays.start_s[at], stays.zone[at]))]
    door = stays.zone[at] * _KEY + stays.start_s[at]
    is_needed = (np.diff(door, prepend=-_KEY) <= BEHIND_S) | (np.diff(door, append=np.iinfo(np.int64).max) == 0)
    is_needed |= np.isin(own[at], np.array(late, dtype=np.int64))
    entered = stays.take(at[is_needed])
    back = entered.take(~is_read(entered, swipes))
    return swipes.joined(Sightings(back.person, back.zone, np.zeros(back.count, dtype=np.int64), back.start_s))


def excessive_access(
    stays: Stays, doors: Doors, wanted: int, rng: np.random.Generator
) -> tuple[Sightings, list[Event]]:
    """Return the swipes of people who open a door for others, more than ten times in a full hour, and the incidents."""
    hour_s = -(-stays.start_s // _HOUR_S) * _HOUR_S
    possible = (stays.end_s >= hour_s + _HOUR_S) & doors.is_free[stays.person] & doors.is_sound[stays.zone]
    parts: list[Sightings] = []
    events: list[Event] = []
    for one in _one_each(rng, np.flatnonzero(possible), stays.person, wanted):
        person, zone = int(stays.person[one]), int(stays.zone[one])
        moments = rng.choice(_HOUR_S - 2 * _HOUR_EDGE_S, int(rng.integers(*_SWIPES)), replace=False)
        ts_s = hour_s[one] + _HOUR_EDGE_S + np.sort(moments)
        who, where, which = (np.full(len(ts_s), value) for value in (person, zone, 0))
        parts.append(Sightings(who, where, which, ts_s))
        events.append(doors.take(Event("excessive_access", person, zone, int(ts_s[0]), int(ts_s[-1]))))
    return _gathered(parts), events


def location_mismatch(
    wifi: Sightings, stays: Stays, doors: Doors, wanted: int, rng: np.random.Generator
) -> tuple[Sightings, list[Event]]:
    """Return the swipes of cards lent to outsiders while their owners sit elsewhere, and the incidents.

    The swipe and the association of the owner's device lie at most five minutes apart, and the way between them could
    be walked: it is not impossible travel.
    """
    places, slots = doors.places, doors.places.open_slots(doors.day)
    heard = some(rng, np.flatnonzero(doors.is_free[wifi.person]), _TRIES * wanted)
    parts: list[Sightings] = []
    events: list[Event] = []
    for one in rng.permutation(heard):
        person, here, ts_s = int(wifi.person[one]), int(wifi.zone[one]), int(wifi.ts_s[one])
        slot = (ts_s - doors.day.start_s) // 900
        near = places.has_reader & places.is_open_to_all & slots[:, min(slot, slots.shape[1] - 1)] & doors.is_sound
        least_s = np.ceil(places.distance_m[here] / _LENT_WALK_M_S)
        options = np.flatnonzero(near & (np.arange(len(near)) != here) & (least_s < _SEEN_WITHIN_S))
        if len(parts) == wanted or not len(options) or not doors.is_free[person]:
            continue
        zone = int(rng.choice(options))
        lent_s = ts_s + int(rng.integers(int(least_s[zone]), _SEEN_WITHIN_S))
        if _could_walk(wifi, person, (zone, lent_s), places) and _sits(stays, person, here, lent_s):
            parts.append(Sightings(*(np.array([value]) for value in (person, zone, 0, lent_s))))
            events.append(doors.take(Event("location_mismatch", person, zone, ts_s, lent_s)))
    return _gathered(parts), events


def entry_without_exit(
    swipes: Sightings, stays: Stays, doors: Doors, wanted: int, rng: np.random.Generator
) -> tuple[Sightings, list[Event]]:
    """Return the swipes without the way out of some people who came in with a swipe, and the incidents."""
    out = swipes.take(swipes.sensor == 1)
    has_both = np.isin(stays.person * _KEY + stays.end_s - 1, out.person * _KEY + out.ts_s) & is_read(stays, swipes)
    possible = has_both & doors.places.has_exit_reader[stays.zone] & doors.is_free[stays.person]
    gone, events = [], []
    for one in _one_each(rng, np.flatnonzero(possible), stays.person, wanted):
        person, zone = int(stays.person[one]), int(stays.zone[one])
        gone.append(person * _KEY + int(stays.end_s[one]) - 1)
        events.append(
            doors.take(Event("entry_without_exit", person, zone, int(stays.start_s[one]), int(stays.end_s[one])))
        )
    is_gone = np.isin(swipes.person * _KEY + swipes.ts_s, np.array(gone, dtype=np.int64)) & (swipes.sensor == 1)
    return swipes.take(~is_gone), events


def _one_each(rng: np.random.Generator, possible: IntArray, person: IntArray, wanted: int) -> list[int]:
    """Some of the positions, at most one a person."""
    shuffled = rng.permutation(possible)
    _, first = np.unique(person[shuffled], return_index=True)
    return [int(one) for one in shuffled[np.sort(first)][:wanted]]


def _could_walk(wifi: Sightings, person: int, swipe: tuple[int, int], places: Places) -> bool:
    """Whether every association of the person leaves time enough for a walk to or from a swipe (zone, seconds)."""
    zone, ts_s = swipe
    own = wifi.take(wifi.person == person)
    return bool((np.abs(own.ts_s - ts_s) * _LENT_WALK_M_S >= places.distance_m[zone, own.zone]).all())


def _sits(stays: Stays, person: int, zone: int, ts_s: int) -> bool:
    """Whether a person is in a zone from ten minutes before a moment until ten minutes after."""
    is_there = (stays.person == person) & (stays.zone == zone)
    is_there &= (stays.start_s <= ts_s - _LENT_EDGE_S) & (stays.end_s >= ts_s + _LENT_EDGE_S)
    return bool(is_there.any())


def _gathered(parts: list[Sightings]) -> Sightings:
    names = [field.name for field in dataclasses.fields(Sightings)]
    nobody = np.empty(0, dtype=np.int64)
    everything = [Sightings(nobody, nobody, nobody, nobody), *parts]
    return Sightings(*(np.concatenate([getattr(part, name) for part in everything]) for name in names))
