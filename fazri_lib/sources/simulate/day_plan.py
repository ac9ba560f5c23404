"""What everybody does on one day: a grid of people by quarter hours, later activities laid over earlier ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from fazri_lib.sources.simulate.draws import NOWHERE, BoolArray, IntArray
from fazri_lib.sources.simulate.habits import DAYPART_STARTS, Habits
from fazri_lib.sources.simulate.population import Archetype, People
from fazri_lib.sources.simulate.span import SUNDAY
from fazri_lib.sources.simulate.timetable import BLOCK_LENGTH, BLOCK_SLOTS

if TYPE_CHECKING:
    from fazri_lib.sources.simulate.places import Places
    from fazri_lib.sources.simulate.span import Day
    from fazri_lib.sources.simulate.weather import Weather

Grid = npt.NDArray[np.int16]
"""Zone number by person and slot."""

# probability to come on a working day with classes, a working day without, Saturday, Sunday, a holiday; by archetype
_COMES = np.array(
    [
        (0.95, 0.85, 0.75, 0.7, 0.6),
        (0.86, 0.3, 0.1, 0.04, 0.04),
        (0.93, 0.85, 0.4, 0.2, 0.15),
        (0.93, 0.75, 0.08, 0.02, 0.05),
        (0.9, 0.9, 0.0, 0.0, 0.0),
        (0.0, 0.0, 0.0, 0.0, 0.0),
        (0.0, 0.0, 0.0, 0.0, 0.0),
        (1.0, 1.0, 0.0, 0.0, 0.0),
    ]
)
_OUT_OF_TERM = 0.5
_EXAM_CLASSES, _EXAM_LINGER = 0.5, 6
_DIFFERENT_DAY = 0.08
_DINNER_SLOTS = (48, 54)
_GUARD_ROUND_SLOTS = 6
SHIFT_SLOTS = 32
_DAYS_ON_DUTY = 5
_MEAL_ZONES = ("CAFETERIA", "CAFE")
_OUTDOOR_SLOTS = (16, 48)


@dataclass(frozen=True, slots=True)
class Society:
    """People, places, habits and the timetable: all that a day's plan reads.

    Attributes:
        people: everybody.
        places: every zone.
        habits: everybody's habits.
        timetable: room by person, weekday and block.
        homes: zone of each kind by person, NOWHERE in the last column.
        weather: effects of the days.
    """

    people: People
    places: Places
    habits: Habits
    timetable: IntArray
    homes: Grid
    weather: Weather

    def own_zone(self, person: int, zone_id: str) -> int:
        """Return the zone of a kind that a person uses."""
        return int(self.homes[person, self.places.number(zone_id)])

    def at_site_of(self, zone: int) -> BoolArray:
        """Return who uses the site of a zone."""
        here: BoolArray = self.places.site[self.homes[:, 0]] == self.places.site[zone]
        return here


def plan_day(society: Society, day: Day, rng: np.random.Generator) -> tuple[Grid, BoolArray]:
    """Return where everybody is in each slot, and in which of them they are in class.

    The plan is made in kinds of zones; at the end everybody goes to their own zone of the kind.
    """
    rooms = _classes(society, day, rng)
    comes = _comes(society, day, rooms, rng)
    rooms[~comes] = NOWHERE
    start, length = _window(society, day, rooms, rng)
    grid = np.full((society.people.count, day.slots), NOWHERE, dtype=np.int16)
    _lay_free_time(grid, society, comes, (start, length), rng)
    _lay_fine_afternoon(grid, society, day, rng)
    in_class = _lay_classes(grid, rooms)
    _lay_meals(grid, society, (comes, in_class), _eats_outside(society, day, rng), rng)
    _lay_sport(grid, society, day, comes, rng)
    _lay_shifts(grid, society, day, rng)
    _lay_rounds(grid, society, day, rng)
    _rest(grid, society.places)
    close(grid, society.places.open_slots(day))
    return np.take_along_axis(society.homes, grid, axis=1), in_class


def lay(
    grid: npt.NDArray[np.generic], who: IntArray, start: IntArray | int, length: IntArray | int, value: IntArray | int
) -> None:
    """Write `value` into the slots [start, start + length) of the given people, in place."""
    slots = np.arange(grid.shape[1])
    first, after, wanted = (
        np.broadcast_to(np.asarray(part), who.shape)[:, None] for part in (start, np.add(start, length), value)
    )
    grid[who] = np.where((slots >= first) & (slots < after), wanted, grid[who])


def _classes(society: Society, day: Day, rng: np.random.Generator) -> IntArray:
    """Rooms by person and block of the classes that each person means to attend."""
    rooms = society.timetable[:, day.weekday].copy()
    goes = society.habits.diligence * (_EXAM_CLASSES if day.is_exam else 1.0)
    rooms[rng.random(rooms.shape) >= goes[:, None]] = NOWHERE
    if not (day.is_working and day.is_term):
        rooms[:] = NOWHERE
    return rooms


def _comes(society: Society, day: Day, rooms: IntArray, rng: np.random.Generator) -> BoolArray:
    people, habits = society.people, society.habits
    has_class = (rooms != NOWHERE).any(axis=1)
    kind = np.where(has_class, 0, 1) if day.is_working else _free_day(day)
    probability = _COMES[people.archetype, kind]
    if not day.is_term:
        probability = np.where(people.archetype <= Archetype.FACULTY, probability * _OUT_OF_TERM, probability)
    probability = probability * society.weather.attendance[day.number + 1]
    first, gap = habits.visits
    visits = (day.number >= first) & ((day.number - first) % gap == 0)
    comes: BoolArray = rng.random(people.count) < np.where(
        people.archetype == Archetype.VISITOR, probability * visits, probability
    )
    return comes


def _free_day(day: Day) -> int:
    """Column of `_COMES` of a day off."""
    return 4 if day.is_holiday else 3 if day.weekday == SUNDAY else 2


def _window(society: Society, day: Day, rooms: IntArray, rng: np.random.Generator) -> tuple[IntArray, IntArray]:
    """First slot and number of slots of everybody's time on campus."""
    people, habits = society.people, society.habits
    attended = rooms != NOWHERE
    has_class = attended.any(axis=1)
    first = BLOCK_SLOTS[attended.argmax(axis=1)] - habits.lead
    last = BLOCK_SLOTS[len(BLOCK_SLOTS) - 1 - attended[:, ::-1].argmax(axis=1)] + BLOCK_LENGTH + habits.linger
    noise = np.rint(rng.standard_normal((2, people.count)) * habits.wobble).astype(np.int64)
    keeps_hours = ~has_class | (people.archetype >= Archetype.POSTGRADUATE)
    resident = people.archetype == Archetype.RESIDENT
    late = np.where(resident & ~has_class, 6, 0)
    start = np.where(keeps_hours | resident, habits.arrive + late + noise[0], first)
    start = np.where(has_class, np.minimum(start, first), start)
    end = np.where(keeps_hours | resident, habits.leave + noise[1], last + (_EXAM_LINGER if day.is_exam else 0))
    end = np.where(has_class, np.maximum(end, last), end)
    return np.maximum(start, 1), np.maximum(end - np.maximum(start, 1), 2)


def _lay_free_time(
    grid: Grid, society: Society, comes: BoolArray, window: tuple[IntArray, IntArray], rng: np.random.Generator
) -> None:
    habits, (start, length) = society.habits, window
    who = np.flatnonzero(comes)
    is_different = rng.random((len(who), len(DAYPART_STARTS))) < _DIFFERENT_DAY
    zones = np.where(is_different, habits.second[who], habits.favourite[who])
    end = start[who] + length[who]
    for daypart, (since, until) in enumerate(zip(DAYPART_STARTS, (*DAYPART_STARTS[1:], grid.shape[1]), strict=True)):
        begin = np.maximum(start[who], since)
        lay(grid, who, begin, np.minimum(end, until) - begin, zones[:, daypart])


def _lay_fine_afternoon(grid: Grid, society: Society, day: Day, rng: np.random.Generator) -> None:
    """Some readers spend a fine afternoon outside."""
    goes = rng.random(len(grid)) < society.weather.outdoors[day.number + 1]
    who, slots = np.flatnonzero(goes), slice(*_OUTDOOR_SLOTS)
    afternoon = grid[who, slots]
    grid[who, slots] = np.where(afternoon == society.places.number("LIBRARY"), NOWHERE, afternoon)


def _eats_outside(society: Society, day: Day, rng: np.random.Generator) -> BoolArray:
    outside: BoolArray = rng.random(society.people.count) < society.weather.outdoors[day.number + 1]
    return outside


def _rest(grid: Grid, places: Places) -> None:
    """Nobody sits over meals longer than is usual there: who would goes for a walk of a quarter hour, in place."""
    for zone in (places.number(zone_id) for zone_id in _MEAL_ZONES):
        most = int(places.longest_slots[zone])
        who = np.flatnonzero((grid == zone).sum(axis=1) >= most)
        sits = grid[who] == zone
        slots = np.arange(grid.shape[1])
        since = np.maximum.accumulate(np.where(sits, -1, slots), axis=1)
        part = grid[who]
        part[sits & ((slots - since) % most == 0)] = NOWHERE
        grid[who] = part


def _lay_classes(grid: Grid, rooms: IntArray) -> BoolArray:
    in_class = np.zeros(grid.shape, dtype=bool)
    for block, start in enumerate(BLOCK_SLOTS):
        who = np.flatnonzero(rooms[:, block] != NOWHERE)
        lay(grid, who, int(start), BLOCK_LENGTH, rooms[who, block])
        lay(in_class, who, int(start), BLOCK_LENGTH, 1)
    return in_class


def _lay_meals(
    grid: Grid, society: Society, state: tuple[BoolArray, BoolArray], outside: BoolArray, rng: np.random.Generator
) -> None:
    """Breakfast and dinner of residents, lunch of all, coffee of those who work here; never instead of a class."""
    comes, in_class = state
    people, places, habits = society.people, society.places, society.habits
    cafeteria, cafe = places.number("CAFETERIA"), places.number("CAFE")
    resident = people.archetype == Archetype.RESIDENT
    works = (people.archetype == Archetype.FACULTY) | (people.archetype == Archetype.OFFICE)
    breakfasts, lunches, drinks_coffee, dines = rng.random((4, people.count)) < habits.meals.T
    moved = habits.lunch + rng.integers(-1, 2, people.count)
    longer = rng.integers(0, 2, people.count)
    for eats, start, length, zone in (
        (resident & breakfasts, np.maximum(habits.arrive, 3), 2, cafeteria),
        (lunches, moved, 2 + longer, np.where(outside, NOWHERE, habits.lunch_zone)),
        (works & drinks_coffee, habits.lunch + 12, 1, cafe),
        (
            resident & dines,
            _DINNER_SLOTS[0] + habits.lunch % (_DINNER_SLOTS[1] - _DINNER_SLOTS[0]),
            3,
            cafeteria,
        ),
    ):
        who = np.flatnonzero(comes & eats)
        free = (grid[who, start[who]] != NOWHERE) | resident[who]
        free &= ~in_class[who[:, None], np.minimum(start[who][:, None] + np.arange(3), grid.shape[1] - 1)].any(axis=1)
        hungry = who[free]
        lay(
            grid,
            hungry,
            start[hungry],
            np.broadcast_to(length, comes.shape)[hungry],
            np.broadcast_to(zone, comes.shape)[hungry],
        )


def _lay_sport(grid: Grid, society: Society, day: Day, comes: BoolArray, rng: np.random.Generator) -> None:
    habits = society.habits
    who = np.flatnonzero(comes & habits.sport_days[:, day.weekday] & (rng.random(len(comes)) < habits.diligence))
    lay(grid, who, habits.sport[who], rng.integers(4, 7, len(who)), society.places.number("GYM"))


def _lay_shifts(grid: Grid, society: Society, day: Day, rng: np.random.Generator) -> None:
    """Shifts of security staff: at the post, with a round to the server room and the hostel every 90 minutes."""
    places, habits = society.places, society.habits
    on_duty = (habits.shift != NOWHERE) & ((day.number - habits.rest) % 7 < _DAYS_ON_DUTY)
    who = np.flatnonzero(on_duty & (rng.random(len(on_duty)) < society.habits.diligence))
    start = habits.shift[who] * SHIFT_SLOTS
    lay(grid, who, start, SHIFT_SLOTS, places.number("SECURITY_POST"))
    offset = who % _GUARD_ROUND_SLOTS + 1
    for nth in range(SHIFT_SLOTS // _GUARD_ROUND_SLOTS):
        zone = places.number(("SERVER_ROOM", "HOSTEL")[nth % 2])
        at = offset + nth * _GUARD_ROUND_SLOTS
        inside = who[at < SHIFT_SLOTS - 1]
        lay(grid, inside, (start + at)[at < SHIFT_SLOTS - 1], 1, zone)


def _lay_rounds(grid: Grid, society: Society, day: Day, rng: np.random.Generator) -> None:
    """Tours of night staff on duty."""
    habits, rounds = society.habits, society.habits.rounds
    is_on_duty = (day.number - habits.rest[rounds.person]) % 7 < _DAYS_ON_DUTY
    works = np.flatnonzero(is_on_duty & (rng.random(len(is_on_duty)) < habits.diligence[rounds.person]))
    slots = min(day.slots, rounds.zone.shape[1])
    grid[rounds.person[works], :slots] = rounds.zone[works, :slots]


def close(grid: Grid, is_open: BoolArray) -> None:
    """Send everybody away from zones that are closed, in place."""
    slots = np.broadcast_to(np.arange(grid.shape[1]), grid.shape)
    grid[(grid != NOWHERE) & ~is_open[grid, slots]] = NOWHERE
