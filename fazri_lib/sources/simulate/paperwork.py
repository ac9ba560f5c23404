"""Loans of the library, and notes to the help desk and in the security log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.sources.simulate.devices import PHONE
from fazri_lib.sources.simulate.draws import NOWHERE, IntArray, TextArray, some
from fazri_lib.sources.simulate.misspelling import misspelt
from fazri_lib.sources.simulate.names import joined
from fazri_lib.sources.simulate.note_texts import ALIASES, CARD, DEVICE, GAPS, PERSON, SENTENCES, ZONE, filled
from fazri_lib.sources.simulate.population import Archetype, People
from fazri_lib.sources.simulate.spelling import initials

if TYPE_CHECKING:
    from fazri_lib.sources.simulate.accounts import Accounts
    from fazri_lib.sources.simulate.day_plan import Society
    from fazri_lib.sources.simulate.identifiers import Holdings
    from fazri_lib.sources.simulate.places import Places
    from fazri_lib.sources.simulate.true_stays import Stays

_LOANS_PER_STAY, _LOAN_BEFORE_END_S = 0.12, 120
_BOOKS, _BOOKS_PER_PERSON = 400, 3
_NOTES_PER_STAY = 0.004
_PERSON_FORMS = (0.45, 0.65, 0.8)
"""Up to which luck a note has the full name, a short first name, a title or initial; the rest is misspelt."""
_OWN_NAME_OF_ZONE = 0.5


@dataclass(frozen=True, slots=True)
class Loans:
    """Loans of one day by time: who, by which patron number, which book, when (seconds since 1970 UTC)."""

    person: IntArray
    patron_no: TextArray
    book: IntArray
    ts_s: IntArray


@dataclass(frozen=True, slots=True)
class Mentions:
    """Whom and what the notes of a day name.

    Attributes:
        note: position of the note.
        kind: `PERSON`, `ZONE`, `CARD` or `DEVICE`.
        person: who is named, NOWHERE for nobody.
        zone: which zone is named, NOWHERE for none.
        id_value: which card or device is named, empty for none.
        text: as written.
    """

    note: IntArray
    kind: TextArray
    person: IntArray
    zone: IntArray
    id_value: TextArray
    text: TextArray


@dataclass(frozen=True, slots=True)
class Notes:
    """Notes of one day by time: who wrote, in which category, what, when (seconds since 1970 UTC), naming whom."""

    person: IntArray
    category: TextArray
    text: TextArray
    ts_s: IntArray
    mentions: Mentions


def loans(stays: Stays, society: Society, accounts: Accounts, rng: np.random.Generator) -> Loans:
    """Return books taken out by patrons during stays in the reading room; a few books are asked for often."""
    borrows = (stays.zone == society.places.number("LIBRARY")) & (accounts.patron_no[stays.person] != "")
    taken = stays.take(np.flatnonzero(borrows & (rng.random(stays.count) < _LOANS_PER_STAY)))
    spare_s = np.maximum(taken.end_s - _LOAN_BEFORE_END_S - taken.start_s, 1)
    ts_s = taken.start_s + (rng.random(taken.count) * spare_s).astype(np.int64)
    books = _BOOKS + _BOOKS_PER_PERSON * society.people.count
    book = (rng.random(taken.count) ** 2 * books).astype(np.int64)
    first, second = accounts.patron_no[taken.person], accounts.second_patron_no[taken.person]
    patron_no = np.where((second != "") & (rng.random(taken.count) < 1 / 2), second, first)
    order = np.lexsort((taken.person, ts_s))
    return Loans(taken.person[order], patron_no[order], book[order], ts_s[order])


def notes(stays: Stays, society: Society, holdings: Holdings, rng: np.random.Generator) -> Notes:
    """Return notes about the zone that the writer is in, and about somebody else who was there that day."""
    known = stays.take(society.people.archetype[stays.person] != Archetype.VISITOR)
    which = some(rng, np.arange(known.count), int(rng.poisson(_NOTES_PER_STAY * known.count)))
    told, subject = known.take(which), _others_there(known, which, rng)
    ts_s = told.start_s + (rng.random(told.count) * (told.end_s - told.start_s)).astype(np.int64)
    order = np.lexsort((told.person, ts_s))
    told, subject, ts_s = told.take(order), subject[order], ts_s[order]
    kind = rng.integers(0, len(SENTENCES), told.count)
    names_device = np.array([DEVICE in gaps for gaps in GAPS])[kind]
    kind = np.where(names_device & ~holdings.devices.is_owned[PHONE, subject], 0, kind)
    values = {
        PERSON: _person_texts(society.people, subject, rng),
        ZONE: _zone_texts(society.places, told.zone, rng),
        CARD: holdings.card_at(subject, ts_s),
        DEVICE: holdings.devices.address[holdings.devices.position_at(np.full(told.count, PHONE), subject, ts_s)],
    }
    category = np.array([name for name, _ in SENTENCES])[kind]
    mentions = _mentions(kind, subject, told.zone, values)
    return Notes(told.person, category, filled(kind, values), ts_s, mentions)


def _others_there(stays: Stays, which: IntArray, rng: np.random.Generator) -> IntArray:
    """Return somebody for each of some stays who was in the same zone on that day, hardly ever the same person."""
    order = np.argsort(stays.zone, kind="stable")
    zones = stays.zone[order]
    first, after = (np.searchsorted(zones, stays.zone[which], side) for side in ("left", "right"))
    at = (rng.random(len(which)) * (after - first)).astype(np.int64)
    is_self = stays.person[order[first + at]] == stays.person[which]
    at = np.where(is_self, (at + 1) % (after - first), at)
    found: IntArray = stays.person[order[first + at]]
    return found


def _person_texts(people: People, who: IntArray, rng: np.random.Generator) -> TextArray:
    first, last = people.first[who], people.last[who]
    title = np.where(people.title[who] != "", joined(people.title[who], last), joined(first, initials(last)))
    full = joined(first, last)
    luck = rng.random(len(who))
    forms = [luck < bound for bound in _PERSON_FORMS]
    short = joined(people.short_names(rng)[who], last)
    return np.select(forms, [full, short, title], misspelt(rng, full, 1.0))


def _zone_texts(places: Places, zone: IntArray, rng: np.random.Generator) -> TextArray:
    names = np.char.lower(places.zones["name"].to_numpy(str))
    listed = [ALIASES.get(zone_id, (name,)) for zone_id, name in zip(places.ids, names, strict=True)]
    most = max(len(aliases) for aliases in listed)
    aliases = np.array([(aliases * most)[:most] for aliases in listed])
    alias = aliases[zone, rng.integers(0, most, len(zone))]
    return np.where(rng.random(len(zone)) < _OWN_NAME_OF_ZONE, names[zone], alias)


def _mentions(kind: IntArray, subject: IntArray, zone: IntArray, values: dict[str, TextArray]) -> Mentions:
    """What the gaps of the sentences were filled with, by note."""
    parts = []
    for name, texts in values.items():
        note = np.flatnonzero(np.array([name in gaps for gaps in GAPS])[kind])
        nobody, nothing = np.full(len(note), NOWHERE), np.full(len(note), "")
        is_thing = name in (CARD, DEVICE)
        parts.append(
            (
                note,
                np.full(len(note), name),
                subject[note] if name == PERSON else nobody,
                zone[note] if name == ZONE else nobody,
                texts[note] if is_thing else nothing,
                texts[note],
            )
        )
    columns = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.argsort(columns[0], kind="stable")
    return Mentions(*(column[order] for column in columns))
