"""What stays with a person from day to day: hours, favourite places, meals, sport, shifts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.sources.simulate.draws import NOWHERE, BoolArray, FloatArray, IntArray, Stream, draws, pick
from fazri_lib.sources.simulate.duties import Rounds, build_rounds
from fazri_lib.sources.simulate.population import DEPARTMENTS, Archetype, People

if TYPE_CHECKING:
    from fazri_lib.sources.simulate.places import Places
    from fazri_lib.sources.simulate.span import Span

DAYPART_STARTS = (0, 24, 44)
"""First slots of morning, afternoon (12:00) and evening (17:00)."""

_FAVOURITES: dict[Archetype, tuple[dict[str, float], dict[str, float], dict[str, float]]] = {
    Archetype.RESIDENT: (
        {"": 0.35, "LIBRARY": 0.25, "CAFE": 0.2, "LAB_COMP": 0.2},
        {"": 0.2, "LIBRARY": 0.4, "CAFE": 0.15, "LAB_COMP": 0.25},
        {"HOSTEL": 0.5, "LIBRARY": 0.35, "": 0.15},
    ),
    Archetype.COMMUTER: (
        {"LIBRARY": 0.4, "CAFE": 0.2, "LAB_COMP": 0.2, "CAFETERIA": 0.1, "MAIN_LOBBY": 0.1},
        {"LIBRARY": 0.5, "CAFE": 0.15, "LAB_COMP": 0.25, "CAFETERIA": 0.1},
        {"LIBRARY": 0.75, "LAB_COMP": 0.25},
    ),
    Archetype.POSTGRADUATE: (
        {"LIBRARY": 0.5, "LAB_COMP": 0.35, "CAFE": 0.15},
        {"LIBRARY": 0.5, "LAB_COMP": 0.5},
        {"LAB_COMP": 0.5, "LIBRARY": 0.5},
    ),
    Archetype.FACULTY: (
        {"OFFICES": 0.9, "LIBRARY": 0.1},
        {"OFFICES": 0.8, "LIBRARY": 0.1, "CAFE": 0.1},
        {"OFFICES": 0.9, "LIBRARY": 0.1},
    ),
    Archetype.OFFICE: ({"OFFICES": 1.0}, {"OFFICES": 1.0}, {"OFFICES": 1.0}),
    Archetype.SECURITY: ({"SECURITY_POST": 1.0}, {"SECURITY_POST": 1.0}, {"SECURITY_POST": 1.0}),
    Archetype.NIGHT: ({"": 1.0}, {"": 1.0}, {"": 1.0}),
    Archetype.VISITOR: (
        {"MAIN_LOBBY": 0.4, "LIBRARY": 0.3, "CAFE": 0.3},
        {"LIBRARY": 0.4, "CAFETERIA": 0.3, "HALL_B": 0.3},
        {"CAFETERIA": 1.0},
    ),
}
_DESKS = {"Administration": "MAIN_LOBBY", "Library": "LIBRARY", "Facilities": "CAFETERIA"}
_OWN_LABS = {"Chemistry": "LAB_CHEM", "Physics": "LAB_CHEM", "Engineering": "LAB_MECH"}
_OWN_WORK = _OWN_LABS | {"Informatics": "LAB_COMP", "Economics": "LIBRARY", "History": "LIBRARY"}
_DESK_SHARE, _OWN_LAB_SHARE, _OWN_WORK_SHARE = 0.3, 0.3, 0.9

# first slot of the earliest and after the latest habitual hour, by archetype
_ARRIVES = ((4, 9), (11, 18), (12, 26), (10, 15), (7, 13), (0, 1), (0, 1), (12, 32))
_LEAVES = ((52, 65), (38, 50), (50, 66), (44, 53), (41, 49), (0, 1), (0, 1), (30, 50))
_WOBBLE = np.array([0.9, 0.9, 4.0, 1.0, 0.7, 0.0, 0.0, 1.5])
"""How far hours differ from day to day, standard deviation in slots, by archetype."""
_MEALS, _MEALS_SPREAD = np.array([0.7, 0.85, 0.4, 0.6]), 0.6
"""Mean share of days with breakfast, lunch, coffee and dinner, and the sum of both parameters of their beta
distribution: below one most people do it nearly always or nearly never."""
_SPORTY = 0.35
_SPORT_DAYS = 0.3


@dataclass(frozen=True, slots=True)
class Habits:
    """Everybody's habits; hours are slots of a plan day.

    Attributes:
        diligence: probability to do what the timetable says.
        arrive: hour of coming on a day without classes.
        leave: hour of going on a day without classes.
        wobble: how far both differ from day to day, slots.
        lead: slots on campus before the first class.
        linger: slots on campus after the last class.
        favourite: zone of free time by daypart, NOWHERE for the own room.
        second: zone of the days that are different.
        lunch: hour of lunch.
        lunch_zone: zone of lunch.
        meals: how often breakfast, lunch, coffee and dinner are taken on campus, by person.
        sport_days: weekdays of sport.
        sport: hour of sport.
        shift: shift of security staff: 0 early, 1 late, 2 night.
        rest: weekday on which the two days off of security and night staff start.
        visits: first plan day of a visitor's visits, and the days between them.
        rounds: tours of night staff.
    """

    diligence: FloatArray
    arrive: IntArray
    leave: IntArray
    wobble: FloatArray
    lead: IntArray
    linger: IntArray
    favourite: IntArray
    second: IntArray
    lunch: IntArray
    lunch_zone: IntArray
    meals: FloatArray
    sport_days: BoolArray
    sport: IntArray
    shift: IntArray
    rest: IntArray
    visits: tuple[IntArray, IntArray]
    rounds: Rounds


def build_habits(people: People, places: Places, span: Span, seed: int) -> Habits:
    """Return everybody's habits."""
    rng, count = draws(seed, Stream.HABITS), people.count
    arrive, leave = (rng.integers(*np.array(hours)[people.archetype].T) for hours in (_ARRIVES, _LEAVES))
    lunch_zone = pick(rng, {places.number("CAFETERIA"): 0.8, places.number("CAFE"): 0.2}, count)
    sport_days = (rng.random((count, 7)) < _SPORT_DAYS) & (rng.random(count) < _SPORTY)[:, None]
    sport_days[people.archetype >= Archetype.SECURITY] = False
    return Habits(
        diligence=rng.beta(9, 1.2, count),
        arrive=arrive,
        leave=leave,
        wobble=_WOBBLE[people.archetype] * rng.uniform(0.6, 1.4, count),
        lead=rng.integers(0, 4, count),
        linger=rng.integers(0, 7, count),
        favourite=_favourites(rng, people, places),
        second=_favourites(rng, people, places),
        lunch=rng.integers(23, 31, count),
        lunch_zone=lunch_zone,
        sport_days=sport_days,
        sport=rng.choice([6, 48, 50, 52, 54], count),
        shift=_shifts(rng, people),
        rest=rng.integers(0, 7, count),
        visits=(rng.integers(0, span.days, count), rng.integers(5, 29, count)),
        rounds=build_rounds(people, places, seed),
        meals=rng.beta(_MEALS * _MEALS_SPREAD, (1 - _MEALS) * _MEALS_SPREAD, (count, len(_MEALS))),
    )


def _favourites(rng: np.random.Generator, people: People, places: Places) -> IntArray:
    """Zones of free time by person and daypart; nobody's favourite is a zone that the person may not enter."""
    chosen = np.full((people.count, len(DAYPART_STARTS)), NOWHERE, dtype=np.int64)
    for archetype, dayparts in _FAVOURITES.items():
        members = people.of(archetype)
        for daypart, shares in enumerate(dayparts):
            numbers = {places.number(zone_id) if zone_id else NOWHERE: share for zone_id, share in shares.items()}
            chosen[members, daypart] = pick(rng, numbers, len(members))
    _work_elsewhere(rng, people.of(Archetype.OFFICE), people, places, (_DESKS, _DESK_SHARE, chosen))
    _work_elsewhere(rng, people.of(Archetype.FACULTY), people, places, (_OWN_LABS, _OWN_LAB_SHARE, chosen[:, 1:2]))
    postgraduates = people.of(Archetype.POSTGRADUATE)
    _work_elsewhere(rng, postgraduates, people, places, (_OWN_WORK, _OWN_WORK_SHARE, chosen[:, :2]))
    return chosen


def _work_elsewhere(
    rng: np.random.Generator,
    who: IntArray,
    people: People,
    places: Places,
    change: tuple[dict[str, str], float, IntArray],
) -> None:
    """Some members of a department work at its desk or in its laboratory, in place."""
    zone_of_department, share, chosen = change
    moves = rng.random(len(who)) < share
    for department, zone_id in zone_of_department.items():
        chosen[who[moves & (DEPARTMENTS[people.department[who]] == department)]] = places.number(zone_id)


def _shifts(rng: np.random.Generator, people: People) -> IntArray:
    """Shifts in turn, so that each has its share of the security staff."""
    guards = people.of(Archetype.SECURITY)
    shift = np.full(people.count, NOWHERE, dtype=np.int64)
    shift[rng.permutation(guards)] = np.arange(len(guards)) % 3
    return shift
