"""One day's plan while incidents, look-alikes and crowds are planted in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.sources.simulate.day_plan import Grid, Society, lay
from fazri_lib.sources.simulate.draws import NOWHERE, BoolArray, IntArray

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fazri_lib.sources.simulate.bookings import Bookings
    from fazri_lib.sources.simulate.span import Day

CROWD = NOWHERE
"""Person number of what concerns a zone and nobody in particular."""


@dataclass(frozen=True, slots=True)
class Event:
    """A row of `truth/incidents` or `truth/lookalikes`; times in seconds since 1970 UTC.

    `person` is `CROWD` when it concerns a zone, `zone` is NOWHERE when it concerns a person wherever they are.
    """

    type: str
    person: int
    zone: int
    start_s: int
    end_s: int

    def meets(self, start_s: int, end_s: int) -> bool:
        """Return whether the event and a time overlap."""
        return self.start_s < end_s and start_s < self.end_s


@dataclass(frozen=True, slots=True)
class Planted:
    """Something planted in a day's plan; `person` is `CROWD` when it concerns nobody in particular."""

    type: str
    person: int
    zone: int
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class Scene:
    """A day's plan and who of it may still be given a part.

    Attributes:
        grid: zone by person and slot, written in place.
        in_class: whether somebody is in class.
        society: people and places.
        day: the day.
        bookings: bookings of the day.
        is_cast: who has a part already (or a booking to keep), written in place.
        is_traceable: whose card and device are known and nobody else's.
        taken: zones in which a crowd has a part already, written in place.
        parts: parts of single people, written in place.
    """

    grid: Grid
    in_class: BoolArray
    society: Society
    day: Day
    bookings: Bookings
    is_cast: BoolArray
    is_traceable: BoolArray
    taken: set[int] = field(default_factory=set)
    parts: list[Planted] = field(default_factory=list)

    def cast(self, planted: Planted) -> Planted:
        """Give a person a part: the person is in that zone then."""
        lay(self.grid, np.array([planted.person]), planted.start, planted.length, planted.zone)
        self.is_cast[planted.person] = True
        self.parts.append(planted)
        return planted

    def present(self, start: int, length: int) -> BoolArray:
        """Return who is on campus in all of the given slots."""
        everywhere: BoolArray = (self.grid[:, start : start + length] != NOWHERE).all(axis=1)
        return everywhere

    def head_count(self, zone: int, start: int, length: int) -> int:
        """Return the most people that a zone has in the given slots."""
        return int((self.grid[:, start : start + length] == zone).sum(axis=0).max())

    def people_of(self, is_suitable: BoolArray) -> IntArray:
        """Return the suitable people who have no part yet."""
        return np.flatnonzero(is_suitable & ~self.is_cast)

    def is_open(self, zone: int, start: int, length: int) -> bool:
        """Return whether a zone is open in all of the given slots."""
        return bool(self.society.places.open_slots(self.day)[zone, start : start + length].all())

    def free_zone(self, rng: np.random.Generator, zones: Iterable[int], when: tuple[int, int]) -> int:
        """Return one of the zones, open in the slots (first, number) and without a crowd of its own, or NOWHERE.

        The zone counts as taken from now on.
        """
        start, length = when
        free = [int(zone) for zone in zones if int(zone) not in self.taken and self.is_open(int(zone), start, length)]
        if not free:
            return NOWHERE
        zone = int(rng.choice(free))
        self.taken.add(zone)
        return zone
