"""Notes that tell beforehand of what would look strange: open houses, lectures, drills, maintenance, leave."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.sources.simulate.draws import IntArray, some
from fazri_lib.sources.simulate.note_texts import ZONE
from fazri_lib.sources.simulate.paperwork import Mentions, Notes
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
        _mentions(told, society),
    )


def joined(notes: Notes, others: Notes) -> Notes:
    """Return these and other notes by time."""
    person, ts_s = np.concatenate([notes.person, others.person]), np.concatenate([notes.ts_s, others.ts_s])
    order = np.lexsort((person, ts_s))
    category, text = (
        np.concatenate([getattr(notes, name), getattr(others, name)])[order] for name in ("category", "text")
    )
    place = np.argsort(order)
    named = (notes.mentions, replace(others.mentions, note=others.mentions.note + len(notes.person)))
    columns = [np.concatenate([getattr(one, field.name) for one in named]) for field in fields(Mentions)]
    by_note = np.argsort(place[columns[0]], kind="stable")
    mentions = Mentions(place[columns[0]][by_note], *(column[by_note] for column in columns[1:]))
    return Notes(person[order], category, text, ts_s[order], mentions)


def _mentions(told: list[Event], society: Society) -> Mentions:
    """The zone that each announcement names."""
    note = np.array([k for k, one in enumerate(told) if "{zone}" in _TEXTS[one.type][1]], dtype=np.int64)
    zone = np.array([told[k].zone for k in note], dtype=np.int64)
    return Mentions(
        note=note,
        kind=np.full(len(note), ZONE),
        person=np.full(len(note), CROWD),
        zone=zone,
        id_value=np.full(len(note), ""),
        text=np.array([_zone_name(number, society) for number in zone], dtype=str),
    )


def _writers(society: Society) -> IntArray:
    """Office staff, or anybody whom a directory knows."""
    office = society.people.of(Archetype.OFFICE)
    return office if len(office) else np.flatnonzero(society.people.archetype != Archetype.VISITOR)


def _zone_name(zone: int, society: Society) -> str:
    return str(society.places.zones["name"][zone]).lower()


def _told(one: Event, society: Society) -> str:
    since, until = (str(clock) for clock in local_seconds(np.array([one.start_s, one.end_s])).astype("datetime64[m]"))
    zone = "" if one.zone < 0 else _zone_name(one.zone, society)
    return _TEXTS[one.type][1].format(zone=zone, since=since[11:], until=until[11:], until_day=until[:10])
