"""The rounds of those who clean and maintain: in the evening where it is quiet, at night where nothing closes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from fazri_lib.sources.simulate.draws import NOWHERE, IntArray, Stream, draws
from fazri_lib.sources.simulate.population import Archetype, People

if TYPE_CHECKING:
    from fazri_lib.sources.simulate.places import Places

DAY_SLOTS = 96
_NIGHT_ZONES = ("HOSTEL", "SERVER_ROOM", "SECURITY_POST")
_EVENING = (
    (42, 6, ("SEMINAR_1", "SEMINAR_2")),
    (48, 7, ("OFFICES", "MAIN_LOBBY")),
    (55, 6, ("HALL_A", "HALL_B")),
    (61, 3, ("MAIN_LOBBY", "HALL_A")),
    (64, 4, ("LIBRARY", "GYM")),
)
_NIGHT = tuple((start, 4, _NIGHT_ZONES) for start in range(66, 94, 4))
"""First slot, number of slots and zones of each part of a tour: 16:30 to 23:00, and 22:30 to 05:30."""


@dataclass(frozen=True, slots=True)
class Rounds:
    """The tours of night staff, the same every day on duty.

    Attributes:
        person: who.
        zone: zone by person and slot of a plan day; NOWHERE off duty.
    """

    person: IntArray
    zone: npt.NDArray[np.int16]


def build_rounds(people: People, places: Places, seed: int) -> Rounds:
    """Return a tour for each of the night staff, half of them in the evening, half at night."""
    rng, who = draws(seed, Stream.DUTIES), people.of(Archetype.NIGHT)
    zone = np.full((len(who), DAY_SLOTS), NOWHERE, dtype=np.int16)
    turns = rng.permutation(len(who))
    for members, tour in ((turns[::2], _EVENING), (turns[1::2], _NIGHT)):
        for start, length, zone_ids in tour:
            numbers = np.array([places.number(zone_id) for zone_id in zone_ids])
            zone[members, start : start + length] = rng.choice(numbers, len(members))[:, None]
    return Rounds(who, zone)
