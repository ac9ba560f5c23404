"""A day's plan with bookings and everything that is planted in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.sources.simulate import crowds, quiet, rooms, trespass
from fazri_lib.sources.simulate.scene import CROWD, Event, Planted, Scene
from fazri_lib.sources.simulate.span import SLOT_S

if TYPE_CHECKING:
    from collections.abc import Callable

    from fazri_lib.sources.simulate.span import Day
    from fazri_lib.sources.simulate.true_stays import Stays

_SLUMP_SHARE = 0.3


def occupancy_outside_forecast(scene: Scene, rng: np.random.Generator) -> list[Planted]:
    """Unusually many or unusually few people are in a zone, within its capacity and hours."""
    return quiet.slump(scene, rng) if rng.random() < _SLUMP_SHARE else crowds.surge(scene, rng)


_PLANTERS: tuple[Callable[[Scene, np.random.Generator], list[Planted]], ...] = (
    rooms.late_booker, crowds.overcrowding, crowds.full_house, crowds.public_lecture, crowds.exam_night,
    trespass.off_hours, trespass.curfew, trespass.role_violation, trespass.department_violation,
    trespass.guest_department, trespass.abnormal_dwell, rooms.unbooked_use, rooms.group_project,
    occupancy_outside_forecast, quiet.underuse,
)  # fmt: skip
"""What is laid over a day's plan, in this order; named after the type."""


def plant(scene: Scene, names: tuple[str, ...], rng: np.random.Generator) -> list[Planted]:
    """Lay everything of a day's types over its plan, in place; return it with the bookings that nobody came to."""
    found = [one for planter in _PLANTERS for _ in range(names.count(planter.__name__)) for one in planter(scene, rng)]
    return [*found, *rooms.no_shows(scene)]


def as_events(planted: list[Planted], stays: Stays, day: Day, capacity: np.ndarray) -> list[Event]:
    """Return planted slots as what really became of them, to the second."""
    events = []
    for one in planted:
        since, until = day.start_s + one.start * SLOT_S, day.start_s + (one.start + one.length) * SLOT_S
        found: tuple[int, int] | None = (since, until)
        if one.type == "overcrowding":
            there = stays.take((stays.zone == one.zone) & (stays.start_s < until) & (stays.end_s > since))
            found = crowds.crowded_span(there.start_s, there.end_s, int(capacity[one.zone]))
        elif one.person != CROWD and one.type != "booking_no_show":
            found = _own_time(one, stays, (since, until))
        if found is not None:
            events.append(Event(one.type, one.person, one.zone, *found))
    return events


def _own_time(one: Planted, stays: Stays, when: tuple[int, int]) -> tuple[int, int] | None:
    """From when to when the person was there; stays are in the order of people."""
    first, last = np.searchsorted(stays.person, [one.person, one.person + 1])
    own = stays.take(np.arange(first, last))
    own = own.take((own.zone == one.zone) & (own.start_s < when[1]) & (own.end_s > when[0]))
    return (int(own.start_s[0]), int(own.end_s[-1])) if own.count else None
