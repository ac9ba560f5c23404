"""Which incidents and which benign look-alikes are planted on which day."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.sources.simulate.draws import IntArray, Stream, draws

if TYPE_CHECKING:
    from fazri_lib.sources.simulate.span import Span

INCIDENTS = (
    "abnormal_dwell", "absence", "booking_no_show", "clock_skew", "curfew", "data_integrity", "department_violation",
    "entry_without_exit", "excessive_access", "impossible_travel", "location_mismatch", "occupancy_outside_forecast",
    "off_hours", "overcrowding", "role_violation", "silent_sensor", "tailgating", "unbooked_use", "underuse",
    "unlike_own_past", "unlike_peers",
)  # fmt: skip
"""Types of `truth/incidents`: the stem of the detector that should find them."""
LOOKALIKES = (
    "announced_leave", "exam_night", "fire_drill", "full_house", "group_project", "guest_department", "late_booker",
    "night_work", "public_lecture", "quick_walk", "reader_outage",
)  # fmt: skip
"""Types of `truth/lookalikes`: what it really was. No detector may flag it."""
OF_ZONES = (
    "overcrowding", "full_house", "underuse", "occupancy_outside_forecast", "group_project", "unbooked_use",
    "public_lecture", "fire_drill", "silent_sensor", "data_integrity", "reader_outage",
)  # fmt: skip
"""Types of a day that concern a zone, those of the same zones next to each other: so they fall on different days."""
OF_PEOPLE = (
    "abnormal_dwell", "curfew", "department_violation", "entry_without_exit", "excessive_access", "guest_department",
    "impossible_travel", "late_booker", "location_mismatch", "night_work", "off_hours", "quick_walk",
    "role_violation", "tailgating",
)  # fmt: skip
"""Types of a day that concern a person."""

_OF_NORMAL_DAYS = ("underuse", "occupancy_outside_forecast")
_LEAST, _PERSON_DAYS_PER_ONE = 4, 2500
_ZONES_LEAST, _DAYS_PER_ONE = 3, 10


def planted_types(span: Span, people: int, sites: int, seed: int) -> dict[int, tuple[str, ...]]:
    """Return the types to plant by plan day, each as often as its occurrences on that day."""
    rng = draws(seed, Stream.SCHEDULE)
    working = np.array([day.number for day in span.plan_days() if day.is_working and day.number >= 0])
    before_last = working[working < span.days - 1] if len(working) > 1 else working
    by_day = defaultdict(list)
    each = max(_ZONES_LEAST, span.days // _DAYS_PER_ONE) * sites
    wanted = [name for name in OF_ZONES for _ in range(each)]
    normal = np.array([number for number in before_last if not span.day(int(number)).is_exam])
    for name, number in zip(wanted, np.resize(rng.permutation(before_last), len(wanted)), strict=True):
        is_unusual = name in _OF_NORMAL_DAYS and number not in normal and len(normal)
        by_day[int(rng.choice(normal) if is_unusual else number)].append(name)
    for number in _exam_nights(span, rng):
        by_day[number] += ["exam_night"] * sites
    each = max(_LEAST, round(people * span.days / _PERSON_DAYS_PER_ONE))
    for name in OF_PEOPLE:
        for number in rng.choice(before_last, each):
            by_day[int(number)].append(name)
    return {number: tuple(names) for number, names in by_day.items()}


def _exam_nights(span: Span, rng: np.random.Generator) -> IntArray:
    """Up to three evenings of an examination week."""
    exams = [day.number for day in span.plan_days() if day.is_exam and day.is_working and day.number >= 0]
    nights: IntArray = rng.permutation(np.array(exams, dtype=np.int64))[:_ZONES_LEAST]
    return nights
