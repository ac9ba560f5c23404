"""What goes wrong with sensors: silence, announced or not, wrong clocks, logs that are written twice."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.sources.simulate.scene import CROWD, Event
from fazri_lib.sources.simulate.sightings import Sightings, by_time
from fazri_lib.sources.simulate.span import SLOT_S

if TYPE_CHECKING:
    from fazri_lib.sources.simulate.draws import BoolArray, IntArray
    from fazri_lib.sources.simulate.places import Places
    from fazri_lib.sources.simulate.span import Day

_SILENT_STARTS, _SILENT_SLOTS = (10, 30), (16, 29)
_TWICE_STARTS, _TWICE_SLOTS = (10, 44), 8
_LEAST_ROWS = 5


@dataclass(frozen=True, slots=True)
class Heard:
    """What the sensors of a day wrote."""

    wifi: Sightings
    swipes: Sightings
    cameras: Sightings


def silent_sensor(
    heard: Heard, places: Places, day: Day, planted: list[Event], rng: np.random.Generator
) -> tuple[Heard, list[Event]]:
    """Let an access point, a camera or a reader write nothing for four to seven hours while people are there."""
    name = str(rng.choice(["wifi", "swipes", "cameras"]))
    return _silence(heard, name, "silent_sensor", _Window(places, day, planted, rng))


def reader_outage(
    heard: Heard, places: Places, day: Day, planted: list[Event], rng: np.random.Generator
) -> tuple[Heard, list[Event]]:
    """Let a reader write nothing for four to seven hours of announced maintenance."""
    return _silence(heard, "swipes", "reader_outage", _Window(places, day, planted, rng))


def data_integrity(
    heard: Heard, places: Places, day: Day, planted: list[Event], rng: np.random.Generator
) -> tuple[Heard, list[Event]]:
    """Let a reader write all swipes of two hours twice: the door controller sent its log again."""
    since_s = day.start_s + int(rng.integers(*_TWICE_STARTS)) * SLOT_S
    until_s = since_s + _TWICE_SLOTS * SLOT_S
    swipes = heard.swipes
    inside = (swipes.ts_s >= since_s) & (swipes.ts_s < until_s)
    zone = _pick(rng, swipes.zone[inside], len(places.ids), _spoilt(planted, since_s, until_s))
    if zone is None:
        return heard, []
    twice = swipes.take(inside & (swipes.zone == zone))
    event = Event("data_integrity", CROWD, zone, int(twice.ts_s.min()), int(twice.ts_s.max()) + 1)
    return dataclasses.replace(heard, swipes=swipes.joined(twice)), [event]


def skewed(swipes: Sightings, shifts: dict[int, int], zones: int) -> Sightings:
    """Return swipes with the times that the readers' clocks told, given how many seconds some are ahead, by zone."""
    shift_s = np.zeros(zones, dtype=np.int64)
    for zone, ahead_s in shifts.items():
        shift_s[zone] = ahead_s
    return by_time(dataclasses.replace(swipes, ts_s=swipes.ts_s + shift_s[swipes.zone]))


@dataclass(frozen=True, slots=True)
class _Window:
    """Where and when something may fall silent."""

    places: Places
    day: Day
    planted: list[Event]
    rng: np.random.Generator


def _silence(heard: Heard, name: str, kind: str, window: _Window) -> tuple[Heard, list[Event]]:
    """Take the rows of one sensor that many pass, in a stretch of the day, away."""
    rng, places = window.rng, window.places
    since_s = window.day.start_s + int(rng.integers(*_SILENT_STARTS)) * SLOT_S
    until_s = since_s + int(rng.integers(*_SILENT_SLOTS)) * SLOT_S
    rows: Sightings = getattr(heard, name)
    sensor, zone_of = _sensors(rows, name, places)
    inside = (rows.ts_s >= since_s) & (rows.ts_s < until_s)
    spoilt = _spoilt(window.planted, since_s, until_s) if name != "wifi" else set()
    spoilt |= set(np.flatnonzero(places.has_exit_reader).tolist()) if name == "swipes" else set()
    is_spoilt = np.isin(zone_of, list(spoilt))
    chosen = _pick(rng, sensor[inside], len(zone_of), set(np.flatnonzero(is_spoilt).tolist()))
    if chosen is None:
        return heard, []
    left = rows.take(~(inside & (sensor == chosen)))
    event = Event(kind, CROWD, int(zone_of[chosen]), since_s, until_s)
    return Heard(**{f.name: left if f.name == name else getattr(heard, f.name) for f in dataclasses.fields(heard)}), [
        event
    ]


def _sensors(rows: Sightings, name: str, places: Places) -> tuple[IntArray, IntArray]:
    """Number of the sensor of each row, and the zone of each sensor."""
    zones = np.arange(len(places.ids))
    if name == "wifi":
        return rows.sensor, np.repeat(zones, places.ap_count)
    if name == "cameras":
        return 2 * rows.zone + rows.sensor, np.repeat(zones, 2)
    return rows.zone, zones


def _pick(rng: np.random.Generator, rows: IntArray, count: int, spoilt: set[int]) -> int | None:
    """One of the numbers with rows enough, the busier the likelier; None for none."""
    rows_of = np.bincount(rows, minlength=count).astype(np.float64)
    is_possible: BoolArray = rows_of >= _LEAST_ROWS
    is_possible[list(spoilt)] = False
    if not is_possible.any():
        return None
    weights = np.where(is_possible, rows_of, 0.0)
    return int(rng.choice(count, p=weights / weights.sum()))


def _spoilt(planted: list[Event], since_s: int, until_s: int) -> set[int]:
    """Zones in which something else is planted at the time, whose traces must not be lost."""
    return {one.zone for one in planted if one.zone >= 0 and one.meets(since_s, until_s)}
