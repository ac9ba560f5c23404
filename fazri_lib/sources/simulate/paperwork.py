"""Loans of the library and notes to the help desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.sources.simulate.draws import IntArray, TextArray, some
from fazri_lib.sources.simulate.population import Archetype

if TYPE_CHECKING:
    from fazri_lib.sources.simulate.day_plan import Society
    from fazri_lib.sources.simulate.true_stays import Stays

_LOANS_PER_STAY, _LOAN_BEFORE_END_S = 0.1, 120
_BOOKS, _BOOKS_PER_PERSON = 400, 3
_NOTES_PER_STAY = 0.0025
_NOTES = (
    ("helpdesk", "Wi-Fi keeps dropping in the {zone}."),
    ("helpdesk", "The card reader at the {zone} did not accept my card, even at the second try."),
    ("helpdesk", "Projector in the {zone} stays dark."),
    ("facilities", "It is too cold in the {zone}, please check the heating."),
    ("facilities", "A chair in the {zone} is broken."),
    ("lost_and_found", "I left a grey scarf in the {zone}, has anybody handed it in?"),
    ("lost_and_found", "Found a set of keys in the {zone}, now at the desk."),
    ("event", "Coming with two guests to the open day, we meet at the {zone}."),
)


@dataclass(frozen=True, slots=True)
class Loans:
    """Loans of one day by time: who, which book, when (seconds since 1970 UTC)."""

    person: IntArray
    book: IntArray
    ts_s: IntArray


@dataclass(frozen=True, slots=True)
class Notes:
    """Notes of one day by time: who wrote, in which category, what, when (seconds since 1970 UTC)."""

    person: IntArray
    category: TextArray
    text: TextArray
    ts_s: IntArray


def loans(stays: Stays, society: Society, rng: np.random.Generator) -> Loans:
    """Return books taken out during stays in the reading room; a few books are asked for often."""
    people = society.people
    borrows = (stays.zone == society.places.number("LIBRARY")) & (people.archetype[stays.person] != Archetype.VISITOR)
    taken = stays.take(np.flatnonzero(borrows & (rng.random(stays.count) < _LOANS_PER_STAY)))
    spare_s = np.maximum(taken.end_s - _LOAN_BEFORE_END_S - taken.start_s, 1)
    ts_s = taken.start_s + (rng.random(taken.count) * spare_s).astype(np.int64)
    books = _BOOKS + _BOOKS_PER_PERSON * people.count
    book = (rng.random(taken.count) ** 2 * books).astype(np.int64)
    order = np.lexsort((taken.person, ts_s))
    return Loans(taken.person[order], book[order], ts_s[order])


def notes(stays: Stays, society: Society, rng: np.random.Generator) -> Notes:
    """Return notes about zones, written there by people whom a directory knows."""
    known = np.flatnonzero(society.people.archetype[stays.person] != Archetype.VISITOR)
    told = stays.take(some(rng, known, int(rng.poisson(_NOTES_PER_STAY * len(known)))))
    kind = rng.integers(0, len(_NOTES), told.count)
    names = society.places.zones["name"].to_numpy(str)[told.zone]
    text = np.array([_NOTES[k][1].format(zone=name.lower()) for k, name in zip(kind, names, strict=True)], dtype=str)
    ts_s = told.start_s + (rng.random(told.count) * (told.end_s - told.start_s)).astype(np.int64)
    order = np.lexsort((told.person, ts_s))
    return Notes(told.person[order], np.array([name for name, _ in _NOTES])[kind][order], text[order], ts_s[order])
