"""What the sensors write of a day's true stays, with all that is planted at doors and in sensors."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.sources.simulate import doors as at_doors
from fazri_lib.sources.simulate import faults, sightings, travel
from fazri_lib.sources.simulate.draws import Stream
from fazri_lib.sources.simulate.faults import Heard

if TYPE_CHECKING:
    from collections.abc import Callable

    from fazri_lib.sources.simulate.day_plan import Society
    from fazri_lib.sources.simulate.draws import BoolArray
    from fazri_lib.sources.simulate.identifiers import Holdings
    from fazri_lib.sources.simulate.scene import Event
    from fazri_lib.sources.simulate.sightings import Sightings
    from fazri_lib.sources.simulate.span import Day, Span
    from fazri_lib.sources.simulate.true_stays import Stays

_TAIL_HEARD_S = 150
_FAULTS = (faults.data_integrity, faults.reader_outage, faults.silent_sensor)
"""What goes wrong with sensors, named after the type."""


@dataclass(frozen=True, slots=True)
class Watched:
    """A day and who is there, before any sensor has written of it.

    Attributes:
        society: people and places.
        holdings: what everybody carries.
        span: the simulated days.
        day: the day.
        stays: true stays within the span.
        heard: associations that are sure to be heard.
        events: what is planted so far.
        is_free: who may still be given a part.
        names: the day's types.
        clock_shifts: seconds by which readers' clocks are ahead, by zone.
        draw: the day's generator of a stream.
    """

    society: Society
    holdings: Holdings
    span: Span
    day: Day
    stays: Stays
    heard: Sightings
    events: list[Event]
    is_free: BoolArray
    names: tuple[str, ...]
    clock_shifts: dict[int, int]
    draw: Callable[[Stream], np.random.Generator]


def sense(watched: Watched) -> tuple[Stays, Heard, list[Event]]:
    """Return the true stays (some come in later, behind others), what the sensors wrote, and what was planted here."""
    places = watched.society.places
    is_sound = places.has_reader & ~places.has_exit_reader
    is_sound[list(watched.clock_shifts)] = False
    doors = at_doors.Doors(watched.society, watched.day, watched.is_free, is_sound)
    rng = watched.draw(Stream.DOORS)
    stays, swipes, events = _swipes(watched, doors, rng)
    wifi = sightings.wifi(stays, places, watched.holdings.devices, watched.draw(Stream.WIFI))
    wifi = wifi.joined(watched.heard.joined(_surely_heard(doors, events)))
    lent, mismatches = at_doors.location_mismatch(wifi, stays, doors, watched.names.count("location_mismatch"), rng)
    copies, copied = travel.copied_cards(swipes, doors, watched.names.count("impossible_travel"), rng)
    cameras = sightings.cameras(stays, places, watched.holdings.face != "", watched.draw(Stream.CAMERAS))
    swipes = sightings.inside(swipes.joined(lent.joined(copies)), watched.span)
    events += [*mismatches, *copied]
    swipes = faults.skewed(swipes, watched.clock_shifts, len(places.ids))
    heard, faulty = _faults(watched, Heard(wifi, swipes, cameras), [*watched.events, *events, *doors.traces])
    inside = Heard(*(sightings.inside(getattr(heard, f.name), watched.span) for f in dataclasses.fields(heard)))
    return stays, inside, [*events, *faulty]


def _swipes(watched: Watched, doors: at_doors.Doors, rng: np.random.Generator) -> tuple[Stays, Sightings, list[Event]]:
    """Swipes of everybody who comes in, and at some doors of everybody who goes, with what is planted at them."""
    places, names, has_card = watched.society.places, watched.names, watched.holdings.first_card != ""
    swipes = sightings.swipes(watched.stays, places, has_card, watched.draw(Stream.SWIPES))
    stays, swipes, tails = at_doors.tailgating(watched.stays, swipes, doors, names.count("tailgating"), rng)
    swipes = at_doors.without_chance(stays, swipes, has_card, places, [*watched.events, *tails])
    swipes = swipes.joined(at_doors.way_out(stays, places, has_card, watched.span.end_s))
    swipes, unseen = at_doors.entry_without_exit(swipes, stays, doors, names.count("entry_without_exit"), rng)
    extra, excessive = at_doors.excessive_access(stays, doors, names.count("excessive_access"), rng)
    return stays, swipes.joined(extra), [*tails, *unseen, *excessive]


def _surely_heard(doors: at_doors.Doors, events: list[Event]) -> Sightings:
    """One association of everybody who came in behind somebody, so that it can be found."""
    tails = [(one.person, one.zone, one.end_s) for one in events if one.type == "tailgating"]
    person, zone, ts_s = np.array(tails, dtype=np.int64).reshape(-1, 3).T
    return sightings.by_time(sightings.Sightings(person, zone, doors.places.ap_first[zone], ts_s + _TAIL_HEARD_S))


def _faults(watched: Watched, heard: Heard, events: list[Event]) -> tuple[Heard, list[Event]]:
    rng = watched.draw(Stream.FAULTS)
    found: list[Event] = []
    for fault in _FAULTS:
        for _ in range(watched.names.count(fault.__name__)):
            planted = [*events, *found]
            heard, more = fault(heard, watched.society.places, watched.day, planted, rng)
            found += more
    return heard, found
