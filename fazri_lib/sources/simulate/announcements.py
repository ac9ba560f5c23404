"""Notes that tell beforehand of what would look strange: open houses, lectures, drills, maintenance, leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.sources.simulate.draws import IntArray, some
from fazri_lib.sources.simulate.paperwork import Notes
from fazri_lib.sources.simulate.population import Archetype
from fazri_lib.sources.simulate.scene import CROWD, Event
from fazri_lib.sources.simulate.span import local_seconds

if TYPE_CHECKING:
    from fazri_lib.sources.simulate.day_plan import Society
    from fazri_lib.sources.simulate.span import Day

_TEXTS = {
    "announced_leave": ("leave", "I am on leave until {until_day}, please send everything to the office."),
    "exam_night": ("event", "Announced: the {zone} stays quiet and staffed until closing time for all who learn."),
    "fire_drill": ("maintenance", "Announced: fire drill in the {zone} at {since}, back inside at {until}."),
    "full_house": ("event", "Announced: open house in the {zone} from {since} to {until}, many guests expected."),
    "public_lecture": ("event", "Announced: public lecture in the {zone} from {since} to {until}, all are welcome."),
    "reader_outage": ("maintenance", "Announced: the card reader of the {zone} is off from {since} to {until}."),
}
_WRITTEN_FROM_S, _WRITTEN_APART_S = 4200, 120


def announcements(lookalikes: list[Event], society: Society, day: Day, rng: np.random.Generator) -> Notes:
    """Return the notes of the morning on what is announced for the day; leave is told by who goes."""
    told = [one for one in lookalikes if one.type in _TEXTS]
    writers = some(rng, _writers(society), len(told))
    person = [one.person if one.person != CROWD else int(writers[k % len(writers)]) for k, one in enumerate(told)]
    ts_s = day.start_s + _WRITTEN_FROM_S + _WRITTEN_APART_S * np.arange(len(told), dtype=np.int64)
    return Notes(
        np.array(person, dtype=np.int64),
        np.array([_TEXTS[one.type][0] for one in told], dtype=str),
        np.array([_told(one, society) for one in told], dtype=str),
        ts_s,
    )


def joined(notes: Notes, others: Notes) -> Notes:
    """Return these and other notes by time."""
    person, ts_s = np.concatenate([notes.person, others.person]), np.concatenate([notes.ts_s, others.ts_s])
    order = np.lexsort((person, ts_s))
    category, text = (
        np.concatenate([getattr(notes, name), getattr(others, name)])[order] for name in ("category", "text")
    )
    return Notes(person[order], category, text, ts_s[order])


def _writers(society: Society) -> IntArray:
    """Office staff, or anybody whom a directory knows."""
    office = society.people.of(Archetype.OFFICE)
    return office if len(office) else np.flatnonzero(society.people.archetype != Archetype.VISITOR)


def _told(one: Event, society: Society) -> str:
    since, until = (str(clock) for clock in local_seconds(np.array([one.start_s, one.end_s])).astype("datetime64[m]"))
    zone = "" if one.zone < 0 else str(society.places.zones["name"][one.zone]).lower()
    return _TEXTS[one.type][1].format(zone=zone, since=since[11:], until=until[11:], until_day=until[:10])
