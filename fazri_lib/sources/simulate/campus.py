"""The simulated campus: built once from a seed, then lived day by day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.sources.simulate import paperwork, sightings, travel
from fazri_lib.sources.simulate.bookings import Bookings, lay_bookings
from fazri_lib.sources.simulate.crowds import crowded_span, evening_lecture, full_house, lecture_booking, overcrowding
from fazri_lib.sources.simulate.day_plan import Society, plan_day
from fazri_lib.sources.simulate.draws import BoolArray, Stream, draws
from fazri_lib.sources.simulate.habits import build_habits
from fazri_lib.sources.simulate.identifiers import Holdings, build_holdings
from fazri_lib.sources.simulate.places import build_places
from fazri_lib.sources.simulate.population import build_people
from fazri_lib.sources.simulate.scene import CROWD, Planted, Scene
from fazri_lib.sources.simulate.schedule import INCIDENTS, LOOKALIKES, planted_types
from fazri_lib.sources.simulate.span import SLOT_S, Day, Span
from fazri_lib.sources.simulate.timetable import build_timetable
from fazri_lib.sources.simulate.travel import Event
from fazri_lib.sources.simulate.trespass import department_violation, off_hours, role_violation
from fazri_lib.sources.simulate.true_stays import Stays, true_stays, within

if TYPE_CHECKING:
    from collections.abc import Callable

    from fazri_lib.sources.simulate.sightings import Sightings

_PLANTERS: tuple[Callable[[Scene, np.random.Generator], list[Planted]], ...] = (
    off_hours, role_violation, department_violation, overcrowding, full_house, evening_lecture,
)  # fmt: skip
"""What is laid over a day's plan, single people before crowds; named after the type."""


@dataclass(frozen=True, slots=True)
class Campus:
    """A campus, its people and what is planted when."""

    seed: int
    span: Span
    society: Society
    holdings: Holdings
    schedule: dict[int, tuple[str, ...]]

    @property
    def has_own_card(self) -> BoolArray:
        """Who holds a card that nobody else holds."""
        is_own: BoolArray = (self.holdings.first_card != "") & ~self.holdings.is_shared
        return is_own

    @property
    def is_traceable(self) -> BoolArray:
        """Who carries a device and a card of their own, so that an incident leaves traces."""
        has_both: BoolArray = self.has_own_card & self.holdings.devices.is_known
        return has_both

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
        everybody, places, build_habits(everybody, places, span, seed), build_timetable(everybody, places, seed)
    )
    return Campus(seed, span, society, build_holdings(everybody, span, seed), planted_types(span, people, seed))


def live_day(campus: Campus, day: Day) -> DayLived:
    """Return what happens on one plan day; days do not depend on each other."""
    society, places, span = campus.society, campus.society.places, campus.span
    stays, bookings, planted = _plan(campus, day)
    stays = within(stays, span)
    rng = campus.draws(Stream.PLANTED, day).spawn(1)[0]
    names = campus.schedule.get(day.number, ())
    stays, hurried, quick = travel.quick_walks(stays, society, campus.is_traceable, names.count("quick_walk"), rng)
    wifi = sightings.wifi(stays, places, campus.holdings.devices, campus.draws(Stream.WIFI, day)).joined(hurried)
    swipes = sightings.swipes(stays, places, campus.holdings.first_card != "", campus.draws(Stream.SWIPES, day))
    cameras = sightings.cameras(stays, places, campus.holdings.face != "", campus.draws(Stream.CAMERAS, day))
    events = [
        *_as_events(planted, stays, campus, day),
        *quick,
        *travel.night_work(stays, society, day, names.count("night_work"), rng),
        *travel.guest_department(stays, society, names.count("guest_department"), rng),
    ]
    is_free = campus.has_own_card.copy()
    is_free[[event.person for event in events if event.person != CROWD]] = False
    copies, copied = travel.copied_cards(swipes, society, day, is_free, names.count("impossible_travel"), rng)
    events += copied
    return DayLived(
        day=day,
        stays=stays,
        wifi=sightings.inside(wifi, span),
        swipes=sightings.inside(swipes.joined(copies), span),
        cameras=sightings.inside(cameras, span),
        bookings=bookings,
        loans=paperwork.loans(stays, society, campus.holdings.accounts, campus.draws(Stream.LOANS, day)),
        notes=paperwork.notes(stays, society, campus.holdings, campus.draws(Stream.NOTES, day)),
        incidents=[event for event in events if event.type in INCIDENTS],
        lookalikes=[event for event in events if event.type in LOOKALIKES],
    )


def _plan(campus: Campus, day: Day) -> tuple[Stays, Bookings, list[Planted]]:
    """The day's plan with bookings and everything planted, as stays."""
    society, names = campus.society, campus.schedule.get(day.number, ())
    grid, in_class = plan_day(society, day, campus.draws(Stream.PLAN, day))
    bookings = lay_bookings(grid, in_class, society, day, campus.draws(Stream.BOOKINGS, day))
    is_cast = np.zeros(society.people.count, dtype=bool)
    is_cast[bookings.person] = True
    scene = Scene(grid, in_class, society, day, is_cast, campus.is_traceable)
    rng = campus.draws(Stream.PLANTED, day)
    planted = [
        one for planter in _PLANTERS for _ in range(names.count(planter.__name__)) for one in planter(scene, rng)
    ]
    lecture = lecture_booking(scene, planted, rng)
    stays = true_stays(grid, day, society.places.walk_s(), campus.draws(Stream.STAYS, day))
    return stays, bookings if lecture is None else bookings.joined(lecture), planted


def _as_events(planted: list[Planted], stays: Stays, campus: Campus, day: Day) -> list[Event]:
    """Planted slots as what really became of them, to the second."""
    events = []
    for one in planted:
        since, until = day.start_s + one.start * SLOT_S, day.start_s + (one.start + one.length) * SLOT_S
        there = stays.take((stays.zone == one.zone) & (stays.start_s < until) & (stays.end_s > since))
        if one.person == CROWD:
            over = crowded_span(there.start_s, there.end_s, int(campus.society.places.capacity[one.zone]))
            found = over if one.type == "overcrowding" else (since, until)
        else:
            own = there.take(there.person == one.person)
            found = (int(own.start_s[0]), int(own.end_s[-1])) if own.count else None
        if found is not None:
            events.append(Event(one.type, one.person, one.zone, *found))
    return events
