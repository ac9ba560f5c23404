"""Whole hours become stays to the second, with a walk between them; and the head count that follows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.sources.simulate.draws import NOWHERE

if TYPE_CHECKING:
    from fazri_lib.sources.simulate.draws import FloatArray, IntArray

HOUR_S, QUARTER_S = 3600, 900
_SHIFT_S = 1500
_PACE_M_S, _WALK_LEAST_S, _WALK_MOST_S = 1.3, 60, 900


@dataclass(frozen=True, slots=True)
class Stays:
    """Stays; times are seconds on the campus's clocks."""

    person: IntArray
    zone: IntArray
    start_s: IntArray
    end_s: IntArray


@dataclass(frozen=True, slots=True)
class Presence:
    """Who is where in which hour of one day, and from when to when within it.

    Attributes:
        person: number of the person.
        zone: number of the zone.
        hour: hour of the day.
        low_s: first second there in this hour, on the campus's clocks.
        high_s: the second after the last one.
    """

    person: IntArray
    zone: IntArray
    hour: IntArray
    low_s: IntArray
    high_s: IntArray


_Changes = tuple["IntArray", "IntArray", "IntArray", "IntArray"]
"""Changes of zone by person and time: hour, person, when the new zone is reached, seconds of the way there."""


def walks_s(distances_m: FloatArray) -> IntArray:
    """Return the seconds that ways take, those from and to away included as the last row and column.

    Args:
        distances_m: metres from each zone to each zone.
    """
    zones = len(distances_m)
    found = np.full((zones + 1, zones + 1), _WALK_LEAST_S, dtype=np.int64)
    found[:zones, :zones] = np.clip(distances_m / _PACE_M_S, _WALK_LEAST_S, _WALK_MOST_S)
    return found


class StayMaker:
    """Stays that are open at midnight go on the next day; days are given in order.

    Every change of zone happens within 25 minutes of a full hour, and the way between two zones takes its time.

    Args:
        people: number of people.
        walks_s: seconds from each zone to each zone, the last row and column being away.
    """

    def __init__(self, people: int, walks_s: IntArray) -> None:
        self._walks_s = walks_s
        self._zone = np.full(people, NOWHERE, dtype=np.int64)
        self._start_s = np.zeros(people, dtype=np.int64)

    def day(self, zones: IntArray, midnight_s: int, rng: np.random.Generator) -> tuple[Stays, Presence]:
        """Return the stays that end on a day, and the presence of its hours.

        Args:
            zones: of everybody in each hour, 24 by people.
            midnight_s: start of the day on the campus's clocks.
            rng: draws.
        """
        before = np.vstack([self._zone, zones[:-1]])
        hour, person = np.nonzero(before != zones)
        ordered = np.lexsort((hour, person))
        hour, person = hour[ordered], person[ordered]
        walk_s = self._walks_s[before[hour, person], zones[hour, person]]  # away is -1, the last
        shift = rng.integers(-_SHIFT_S, _SHIFT_S, len(hour))
        at_s = midnight_s + np.where(hour == 0, np.abs(shift), hour * HOUR_S + shift)
        changes = (hour, person, at_s, walk_s)
        presence = _presence(zones, midnight_s, changes)
        return self._ended(zones, changes, before), presence

    def last(self, end_s: int) -> Stays:
        """Return the stays that are still open, ended at `end_s`."""
        person = np.flatnonzero(self._zone != NOWHERE)
        return Stays(person, self._zone[person], self._start_s[person], np.full(len(person), end_s))

    def _ended(self, zones: IntArray, changes: _Changes, before: IntArray) -> Stays:
        hour, person, at_s, walk_s = changes
        left = before[hour, person]
        is_first = np.append(True, person[1:] != person[:-1]) if len(person) else np.zeros(0, dtype=bool)
        started = np.where(is_first, self._start_s[person], np.append(0, at_s[:-1])[: len(at_s)])
        is_stay = left != NOWHERE
        self._start_s[person] = at_s  # the last change of each person wins: they are in order
        self._zone = zones[-1].copy()
        end_s = np.maximum(at_s - walk_s, started + 1)
        return Stays(person[is_stay], left[is_stay], started[is_stay], end_s[is_stay])


def _presence(zones: IntArray, midnight_s: int, changes: _Changes) -> Presence:
    low = np.broadcast_to((midnight_s + HOUR_S * np.arange(24))[:, None], zones.shape).copy()
    high = low + HOUR_S
    hour, person, at_s, walk_s = changes
    low[hour, person] = np.maximum(low[hour, person], at_s)
    is_later = hour > 0
    previous = (hour[is_later] - 1, person[is_later])
    high[previous] = np.minimum(high[previous], at_s[is_later] - walk_s[is_later])
    hours, people = np.nonzero(zones != NOWHERE)
    where = (hours, people)
    return Presence(people, zones[where], hours, low[where], np.maximum(high[where], low[where] + 1))


class HeadCount:
    """Mean number of people by zone and quarter hour on the campus's clocks, added up in whole seconds."""

    def __init__(self, zones: int, start_s: int, days: int) -> None:
        self._start_s = start_s
        self._whole = np.zeros((zones, 96 * days + 2), dtype=np.int64)
        self._part = np.zeros((zones, 96 * days + 2), dtype=np.int64)

    def add(self, stays: Stays) -> None:
        """Count some more stays."""
        for ts_s, sign in ((stays.start_s, 1), (stays.end_s, -1)):
            quarter, second = np.divmod(ts_s - self._start_s, QUARTER_S)
            np.add.at(self._part, (stays.zone, quarter), sign * (QUARTER_S - second))
            np.add.at(self._whole, (stays.zone, quarter + 1), sign * QUARTER_S)

    @property
    def people(self) -> np.ndarray:
        """Mean number of people, zones by quarter hours."""
        counted: np.ndarray = ((self._whole.cumsum(axis=1) + self._part) / QUARTER_S)[:, :-2]
        return counted.round(6)
