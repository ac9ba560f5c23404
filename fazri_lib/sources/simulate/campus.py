"""The simulated campus: built once from a seed, then lived day by day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.sources.simulate import paperwork, travel
from fazri_lib.sources.simulate.announcements import announcements, joined
from fazri_lib.sources.simulate.bookings import Bookings, lay_bookings
from fazri_lib.sources.simulate.crowds import lecture_bookings
from fazri_lib.sources.simulate.day_plan import Society, plan_day
from fazri_lib.sources.simulate.draws import BoolArray, Stream, draws
from fazri_lib.sources.simulate.drills import fire_drill
from fazri_lib.sources.simulate.episodes import Episode, active, build_episodes, clock_shifts, live_episodes
from fazri_lib.sources.simulate.habits import build_habits
from fazri_lib.sources.simulate.homes import build_homes
from fazri_lib.sources.simulate.identifiers import Holdings, build_holdings
from fazri_lib.sources.simulate.places import build_places, site_count
from fazri_lib.sources.simulate.planting import as_events, plant
from fazri_lib.sources.simulate.population import build_people
from fazri_lib.sources.simulate.scene import CROWD, Event, Planted, Scene
from fazri_lib.sources.simulate.schedule import INCIDENTS, LOOKALIKES, planted_types
from fazri_lib.sources.simulate.sensing import Watched, sense
from fazri_lib.sources.simulate.span import Day, Span
from fazri_lib.sources.simulate.timetable import build_timetable
from fazri_lib.sources.simulate.true_stays import Stays, true_stays, within
from fazri_lib.sources.simulate.weather import build_weather

if TYPE_CHECKING:
    from fazri_lib.sources.simulate.sightings import Sightings


@dataclass(frozen=True, slots=True)
class Campus:
    """A campus, its people and what is planted when.

    Attributes:
        seed: seed of every draw.
        span: the simulated days.
        society: people, places and their ways.
        holdings: what everybody carries.
        schedule: types planted by plan day.
        episodes: what lasts for days.
    """

    seed: int
    span: Span
    society: Society
    holdings: Holdings
    schedule: dict[int, tuple[str, ...]]
    episodes: tuple[Episode, ...]

    @property
    def is_traceable(self) -> BoolArray:
        """Who carries a device and a card of their own, so that an incident leaves traces."""
        return _is_traceable(self.holdings)

    def draws(self, stream: Stream, day: Day) -> np.random.Generator:
        """Return the generator of one part for one day."""
        return draws(self.seed, stream, day.number)


@dataclass(frozen=True, slots=True)
class DayLived:
    """All that happened on one plan day, within the span."""

    day: Day
    stays: Stays
    wifi: Sightings
    swipes: Sightings
    cameras: Sightings
    bookings: Bookings
    loans: paperwork.Loans
    notes: paperwork.Notes
    incidents: list[Event]
    lookalikes: list[Event]


def build_campus(people: int, days: int, seed: int) -> Campus:
    """Return the campus of a seed: the same arguments give the same campus."""
    span, places = Span(days), build_places(people)
    everybody = build_people(people, seed)
    society = Society(
        people=everybody,
        places=places,
        habits=build_habits(everybody, places, span, seed),
        timetable=build_timetable(everybody, places, seed),
        homes=build_homes(people, places, seed),
        weather=build_weather(span, seed),
    )
    holdings = build_holdings(everybody, span, seed)
    schedule = planted_types(span, people, site_count(people), seed)
    return Campus(seed, span, society, holdings, schedule, build_episodes(society, span, _is_traceable(holdings), seed))


def live_day(campus: Campus, day: Day) -> DayLived:
    """Return what happens on one plan day; days do not depend on each other."""
    society, span, names = campus.society, campus.span, campus.schedule.get(day.number, ())
    lasting = active(campus.episodes, day)
    is_free = campus.is_traceable
    is_free[[one.person for one in lasting if one.person != CROWD]] = False
    grid_stays, bookings, planted = _plan(campus, day, lasting)
    stays, hurried, events = _true_day(campus, day, within(grid_stays, span), planted)
    is_free[[event.person for event in events if event.person != CROWD]] = False
    watched = Watched(
        society, campus.holdings, span, day, stays, hurried, events, is_free, names, clock_shifts(lasting),
        lambda stream: campus.draws(stream, day),
    )  # fmt: skip
    stays, heard, felt = sense(watched)
    events += [*felt, *(one.event(span) for one in lasting if one.first == day.number)]
    events = [event for event in events if span.start_s <= event.start_s < span.end_s]
    lookalikes = [event for event in events if event.type in LOOKALIKES]
    notes = paperwork.notes(stays, society, campus.holdings, campus.draws(Stream.NOTES, day))
    return DayLived(
        day=day,
        stays=stays,
        wifi=heard.wifi,
        swipes=heard.swipes,
        cameras=heard.cameras,
        bookings=bookings,
        loans=paperwork.loans(stays, society, campus.holdings.accounts, campus.draws(Stream.LOANS, day)),
        notes=joined(notes, announcements(lookalikes, society, day, campus.draws(Stream.ANNOUNCEMENTS, day))),
        incidents=[event for event in events if event.type in INCIDENTS],
        lookalikes=lookalikes,
    )


def _plan(campus: Campus, day: Day, lasting: list[Episode]) -> tuple[Stays, Bookings, list[Planted]]:
    """The day's plan with bookings and everything planted, as stays."""
    society, names = campus.society, campus.schedule.get(day.number, ())
    grid, in_class = plan_day(society, day, campus.draws(Stream.PLAN, day))
    changed = live_episodes(grid, in_class, society, day, lasting, campus.draws(Stream.EPISODES, day))
    bookings = lay_bookings(grid, in_class, society, day, campus.draws(Stream.BOOKINGS, day))
    is_cast = np.zeros(society.people.count, dtype=bool)
    is_cast[bookings.person] = True
    is_cast[changed] = True
    scene = Scene(grid, in_class, society, day, bookings, is_cast, campus.is_traceable)
    rng = campus.draws(Stream.PLANTED, day)
    planted = plant(scene, names, rng)
    lectures = lecture_bookings(scene, planted, rng)
    stays = true_stays(grid, day, society.places.walk_s(), campus.draws(Stream.STAYS, day))
    return stays, bookings if lectures is None else bookings.joined(lectures), planted


def _true_day(campus: Campus, day: Day, stays: Stays, planted: list[Planted]) -> tuple[Stays, Sightings, list[Event]]:
    """The day's stays after drills and quick walks, associations at the start of these, and what was planted so far."""
    society, names = campus.society, campus.schedule.get(day.number, ())
    rng = campus.draws(Stream.PLANTED, day).spawn(1)[0]
    events: list[Event] = []
    for _ in range(names.count("fire_drill")):
        stays, drilled = fire_drill(stays, society, day, planted, rng)
        events += drilled
    stays, hurried, quick = travel.quick_walks(stays, society, campus.is_traceable, names.count("quick_walk"), rng)
    events += [
        *quick,
        *as_events(planted, stays, day, society.places.capacity),
        *travel.night_work(stays, society, day, names.count("night_work"), rng),
    ]
    return stays, hurried, events


def _is_traceable(holdings: Holdings) -> BoolArray:
    is_own: BoolArray = (holdings.first_card != "") & ~holdings.is_shared & holdings.devices.is_known
    return is_own
