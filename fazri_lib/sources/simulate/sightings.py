"""What the sensors write down of the true stays: Wi-Fi associations, card swipes, camera frames."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.sources.simulate.devices import PHONE
from fazri_lib.sources.simulate.draws import NOWHERE, BoolArray, IntArray

if TYPE_CHECKING:
    from fazri_lib.sources.simulate.devices import Devices
    from fazri_lib.sources.simulate.places import Places
    from fazri_lib.sources.simulate.span import Span
    from fazri_lib.sources.simulate.true_stays import Stays

_BLEEDS, _ROAMS = 0.01, 0.15


@dataclass(frozen=True, slots=True)
class _Radio:
    """How Wi-Fi hears one kind of device: after so many seconds in a zone, then so often, with so many missed."""

    first_s: tuple[int, int]
    every_s: int
    jitter_s: int
    missed: float


_RADIOS = (_Radio((30, 300), 1080, 180, 0.18), _Radio((300, 1200), 3600, 600, 0.3), _Radio((300, 1800), 4800, 900, 0.4))
"""By kind of device: a phone is heard soon and often, a laptop when it is opened, a tablet now and then."""
_READER_FAILS, _TAILGATES, _BEHIND_S = 0.02, 0.15, 12
_CAMERA_SEES, _CAMERA_FAILS, _CAMERA_CONFUSES = 0.5, 0.13, 0.01


@dataclass(frozen=True, slots=True)
class Sightings:
    """Sightings by time.

    Attributes:
        person: who it was; of a camera who it took them for.
        zone: where, by the sensor's account.
        sensor: by which of its sensors.
        ts_s: when, seconds since 1970 UTC.
        kind: which kind of device was heard, a phone where nothing is said.
    """

    person: IntArray
    zone: IntArray
    sensor: IntArray
    ts_s: IntArray
    kind: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    def __post_init__(self) -> None:
        if len(self.kind) != len(self.person):
            object.__setattr__(self, "kind", np.full(len(self.person), PHONE, dtype=np.int64))

    @property
    def count(self) -> int:
        """Number of sightings."""
        return len(self.person)

    def take(self, which: IntArray | BoolArray) -> Sightings:
        """Return some of the sightings."""
        return Sightings(*(getattr(self, each.name)[which] for each in dataclasses.fields(self)))

    def joined(self, others: Sightings) -> Sightings:
        """Return these and other sightings by time."""
        fields = dataclasses.fields(self)
        both = Sightings(*(np.concatenate([getattr(self, each.name), getattr(others, each.name)]) for each in fields))
        return both.take(np.lexsort((both.sensor, both.person, both.ts_s)))


def wifi(stays: Stays, places: Places, devices: Devices, rng: np.random.Generator) -> Sightings:
    """Return associations of all devices that are along; some are missed, some heard next door."""
    is_along = devices.is_owned & (rng.random(devices.carried.shape) < devices.carried)
    found = [_heard(stays.take(along[stays.person]), places, kind, rng) for kind, along in enumerate(is_along)]
    fields = [one.name for one in dataclasses.fields(Sightings)]
    return by_time(Sightings(*(np.concatenate([getattr(one, name) for one in found]) for name in fields)))


def _heard(stays: Stays, places: Places, kind: int, rng: np.random.Generator) -> Sightings:
    """Associations of the devices of one kind, in no order."""
    radio = _RADIOS[kind]
    first = stays.start_s + rng.integers(*radio.first_s, stays.count)
    count = np.maximum((stays.end_s - first) // radio.every_s + 1, 0)
    total = int(count.sum())
    stay = np.repeat(np.arange(stays.count), count)
    nth = np.arange(total) - np.repeat(np.cumsum(count) - count, count)
    jitter = np.where(nth > 0, rng.integers(-radio.jitter_s, radio.jitter_s + 1, total), 0)
    ts_s = first[stay] + nth * radio.every_s + jitter
    kept = np.flatnonzero((ts_s < stays.end_s[stay]) & (rng.random(total) >= radio.missed))
    stay, ts_s = stay[kept], ts_s[kept]
    zone, luck = stays.zone[stay], rng.random((3, len(kept)))
    bleeds = (luck[0] < _BLEEDS) & (places.bleeds_to[zone] != NOWHERE)
    zone = np.where(bleeds, places.bleeds_to[zone], zone)
    spot = np.where(luck[1] < _ROAMS, luck[2], rng.random(stays.count)[stay])
    ap = places.ap_first[zone] + (spot * places.ap_count[zone]).astype(np.int64)
    return Sightings(stays.person[stay], zone, ap, ts_s, np.full(len(kept), kind, dtype=np.int64))


def swipes(stays: Stays, places: Places, has_card: BoolArray, rng: np.random.Generator) -> Sightings:
    """Return the cards read at doors with a reader, when people come in; some slip in right behind others."""
    luck = rng.random((2, stays.count))
    at_door = places.has_reader[stays.zone] & stays.is_entered
    is_read = at_door & has_card[stays.person] & (luck[0] >= _READER_FAILS)
    is_read &= ~(follows(stays, at_door) & (luck[1] < _TAILGATES))
    read = stays.take(is_read)
    return by_time(Sightings(read.person, read.zone, np.zeros(read.count, dtype=np.int64), read.start_s))


def follows(stays: Stays, at_door: BoolArray) -> BoolArray:
    """Return which stays begin within 12 seconds after somebody else came in by the same door."""
    entries = np.flatnonzero(at_door)
    entries = entries[np.lexsort((stays.start_s[entries], stays.zone[entries]))]
    is_behind = (np.diff(stays.zone[entries]) == 0) & (np.diff(stays.start_s[entries]) <= _BEHIND_S)
    found = np.zeros(stays.count, dtype=bool)
    found[entries[1:][is_behind]] = True
    return found


def cameras(stays: Stays, places: Places, has_face: BoolArray, rng: np.random.Generator) -> Sightings:
    """Return camera frames of people who come in, by two cameras a door, in whole minutes.

    The person is NOWHERE when the camera does not know the face, and somebody else when it is mistaken.
    """
    luck = rng.random(stays.count)
    seen = stays.take(places.has_camera[stays.zone] & stays.is_entered & (luck < _CAMERA_SEES))
    minute = seen.start_s // 60 * 60
    luck, faces = rng.random(seen.count), np.flatnonzero(has_face)
    known = np.where(has_face[seen.person] & (luck >= _CAMERA_FAILS), seen.person, NOWHERE)
    if len(faces):
        is_mistaken = (known != NOWHERE) & (luck >= 1 - _CAMERA_CONFUSES)
        known = np.where(is_mistaken, rng.choice(faces, seen.count), known)
    return by_time(Sightings(known, seen.zone, rng.integers(0, 2, seen.count), minute))


def by_time(found: Sightings) -> Sightings:
    """Return sightings by time, then person."""
    return found.take(np.lexsort((found.sensor, found.person, found.ts_s)))


def inside(found: Sightings, span: Span) -> Sightings:
    """Return the sightings within the span."""
    return found.take((found.ts_s >= span.start_s) & (found.ts_s < span.end_s))
