"""What the sensors write down of the true stays: Wi-Fi associations, card swipes, camera frames."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.sources.simulate.draws import NOWHERE, BoolArray, IntArray

if TYPE_CHECKING:
    from fazri_lib.sources.simulate.places import Places
    from fazri_lib.sources.simulate.span import Span
    from fazri_lib.sources.simulate.true_stays import Stays

_FIRST_WIFI_S, _WIFI_EVERY_S, _WIFI_JITTER_S = (30, 300), 1020, 180
_WIFI_MISSED, _WIFI_BLEEDS, _WIFI_ROAMS = 0.1, 0.01, 0.15
_LEFT_AT_HOME = 0.02
_SWIPE_MISSED = 0.05
_CAMERA_SEES, _CAMERA_KNOWS = 0.5, 0.8


@dataclass(frozen=True, slots=True)
class Sightings:
    """Sightings by time: who, in which zone by the sensor's account, by which of its sensors, when.

    Times are seconds since 1970 UTC.
    """

    person: IntArray
    zone: IntArray
    sensor: IntArray
    ts_s: IntArray

    @property
    def count(self) -> int:
        """Number of sightings."""
        return len(self.person)

    def take(self, which: IntArray | BoolArray) -> Sightings:
        """Return some of the sightings."""
        return Sightings(*(getattr(self, field.name)[which] for field in dataclasses.fields(self)))

    def joined(self, others: Sightings) -> Sightings:
        """Return these and other sightings by time."""
        fields = dataclasses.fields(self)
        both = Sightings(
            *(np.concatenate([getattr(self, field.name), getattr(others, field.name)]) for field in fields)
        )
        return both.take(np.lexsort((both.sensor, both.person, both.ts_s)))


def wifi(stays: Stays, places: Places, has_device: BoolArray, rng: np.random.Generator) -> Sightings:
    """Return associations: after coming, then every 14 to 20 minutes; some are missed, some heard next door."""
    carries = has_device & (rng.random(len(has_device)) >= _LEFT_AT_HOME)
    heard = stays.take(carries[stays.person])
    first = heard.start_s + rng.integers(*_FIRST_WIFI_S, heard.count)
    count = np.maximum((heard.end_s - first) // _WIFI_EVERY_S + 1, 0)
    nth = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
    jitter = np.where(nth > 0, rng.integers(-_WIFI_JITTER_S, _WIFI_JITTER_S + 1, len(nth)), 0)
    ts_s = np.repeat(first, count) + nth * _WIFI_EVERY_S + jitter
    own_ap = np.repeat(rng.random(heard.count), count)
    zone = np.repeat(heard.zone, count)
    bleeds = (rng.random(len(nth)) < _WIFI_BLEEDS) & (places.bleeds_to[zone] != NOWHERE)
    zone = np.where(bleeds, places.bleeds_to[zone], zone)
    spot = np.where(rng.random(len(nth)) < _WIFI_ROAMS, rng.random(len(nth)), own_ap)
    ap = places.ap_first[zone] + (spot * places.ap_count[zone]).astype(np.int64)
    found = Sightings(np.repeat(heard.person, count), zone, ap, ts_s)
    kept = (ts_s < np.repeat(heard.end_s, count)) & (rng.random(len(nth)) >= _WIFI_MISSED)
    return by_time(found.take(kept))


def swipes(stays: Stays, places: Places, has_card: BoolArray, rng: np.random.Generator) -> Sightings:
    """Return the cards read at doors with a reader, when people come in; some slip in behind others."""
    luck = rng.random(stays.count)
    read = stays.take(
        places.has_reader[stays.zone] & has_card[stays.person] & stays.is_entered & (luck >= _SWIPE_MISSED)
    )
    return by_time(Sightings(read.person, read.zone, np.zeros(read.count, dtype=np.int64), read.start_s))


def cameras(stays: Stays, places: Places, rng: np.random.Generator) -> Sightings:
    """Return camera frames of people who come in, by two cameras a door, in whole minutes.

    The person is NOWHERE when the camera does not know the face.
    """
    luck = rng.random(stays.count)
    seen = stays.take(places.has_camera[stays.zone] & stays.is_entered & (luck < _CAMERA_SEES))
    minute = seen.start_s // 60 * 60
    known = np.where(rng.random(seen.count) < _CAMERA_KNOWS, seen.person, NOWHERE)
    return by_time(Sightings(known, seen.zone, rng.integers(0, 2, seen.count), minute))


def by_time(found: Sightings) -> Sightings:
    """Return sightings by time, then person."""
    return found.take(np.lexsort((found.sensor, found.person, found.ts_s)))


def inside(found: Sightings, span: Span) -> Sightings:
    """Return the sightings within the span."""
    return found.take((found.ts_s >= span.start_s) & (found.ts_s < span.end_s))
