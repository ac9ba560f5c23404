"""The simulated days: academic calendar, plan days from six to six, campus clocks. No machine clock is read."""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fazri_lib.schema import utc_of
from fazri_lib.schema.localtime import changes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fazri_lib.sources.simulate.draws import IntArray

FIRST_DAY = dt.date(2025, 3, 3)
"""A Monday, long enough ago that no clock is behind it; the clocks go forward on the fourth Sunday after it."""
TIME_ZONE = "Europe/Berlin"
PLAN_STARTS_H = 6
"""Local hour at which a plan day starts: shifts change and nobody else is on campus."""
SLOT_S = 900
CALENDAR_AHEAD_DAYS = 56

SATURDAY, SUNDAY = 5, 6
_EPOCH = dt.datetime(1970, 1, 1)
_TERM_WEEKS = (*range(2, 7), *range(10, 30), *range(41, 52))
_EXAM_WEEKS = (6, 12, 28, 29)
_FIXED_HOLIDAYS = ((1, 1), (3, 8), (5, 1), (10, 3), (12, 24), (12, 25), (12, 26), (12, 31))
_EASTER_HOLIDAYS = (-2, 0, 1, 39, 50)
_UNIVERSITY_DAY = (11, 3)


@dataclass(frozen=True, slots=True)
class Day:
    """One plan day, from six in the morning to six the next morning.

    Attributes:
        number: 0 for the first day of the span, -1 for its eve.
        date: local date on which it starts.
        start_s: its start, seconds since 1970 UTC.
        slots: quarter hours in it: 96, and 92 or 100 when the clocks change.
        is_holiday: a public or university holiday.
        is_term: a day of term.
        is_exam: a day of an examination week.
    """

    number: int
    date: dt.date
    start_s: int
    slots: int
    is_holiday: bool
    is_term: bool
    is_exam: bool

    @property
    def weekday(self) -> int:
        """0 for Monday to 6 for Sunday."""
        return self.date.weekday()

    @property
    def is_working(self) -> bool:
        """Whether offices work and classes may be held."""
        return self.weekday < SATURDAY and not self.is_holiday


@dataclass(frozen=True, slots=True)
class Span:
    """The simulated local days, from midnight to midnight."""

    days: int

    @property
    def start_s(self) -> int:
        """Midnight at which the span starts, seconds since 1970 UTC."""
        return _seconds(FIRST_DAY, 0)

    @property
    def end_s(self) -> int:
        """Midnight at which the span ends, seconds since 1970 UTC."""
        return _seconds(FIRST_DAY + dt.timedelta(days=self.days), 0)

    def day(self, number: int) -> Day:
        """Return plan day `number`; -1 is the eve, whose night reaches into the span."""
        date = FIRST_DAY + dt.timedelta(days=number)
        start_s, end_s = _seconds(date, PLAN_STARTS_H), _seconds(date + dt.timedelta(days=1), PLAN_STARTS_H)
        return Day(number, date, start_s, (end_s - start_s) // SLOT_S, *flags(date))

    def plan_days(self) -> Iterator[Day]:
        """Yield every plan day that touches the span, the eve first."""
        return (self.day(number) for number in range(-1, self.days))

    def calendar(self) -> pd.DataFrame:
        """Return schema table `calendar` for the span and eight weeks ahead."""
        dates = [FIRST_DAY + dt.timedelta(days=number) for number in range(self.days + CALENDAR_AHEAD_DAYS)]
        rows = [(date, *flags(date)) for date in dates]
        return pd.DataFrame(rows, columns=["local_date", "is_holiday", "is_term", "is_exam"])


@functools.cache
def flags(date: dt.date) -> tuple[bool, bool, bool]:
    """Return whether a day is a holiday, a day of term, a day of an examination week."""
    _, week, weekday = date.isocalendar()
    from_easter = (date - easter(date.year)).days
    is_holiday = (
        (date.month, date.day) in _FIXED_HOLIDAYS
        or from_easter in _EASTER_HOLIDAYS
        or (week, weekday) == _UNIVERSITY_DAY
    )
    is_term = week in _TERM_WEEKS and not is_holiday
    return is_holiday, is_term, is_term and week in _EXAM_WEEKS


def easter(year: int) -> dt.date:
    """Return Easter Sunday (Gauss, in the form of Lichtenberg)."""
    century = year // 100
    secular = 15 + (3 * century + 3) // 4 - (8 * century + 13) // 25
    moon = (19 * (year % 19) + secular) % 30
    correction = (moon + year % 19 // 11) // 29
    full_moon = 21 + moon - correction
    first_sunday = 7 - (year + year // 4 + 2 - (3 * century + 3) // 4) % 7
    march_day = full_moon + 7 - (full_moon - first_sunday) % 7
    return dt.date(year, 3, 1) + dt.timedelta(days=march_day - 1)


def local_seconds(utc_s: IntArray) -> IntArray:
    """Return instants (seconds since 1970 UTC) as campus wall time in seconds since 1970."""
    known = changes(TIME_ZONE)
    offsets = np.array([known[0].before_s, *(change.after_s for change in known)], dtype=np.int64)
    instants = np.array([int((change.at - _EPOCH).total_seconds()) for change in known], dtype=np.int64)
    shifted: IntArray = utc_s + offsets[np.searchsorted(instants, utc_s, side="right")]
    return shifted


def instant(date: dt.date, hour: int) -> int:
    """Return a full local hour as seconds since 1970 UTC."""
    return _seconds(date, hour)


@functools.cache
def _seconds(date: dt.date, hour: int) -> int:
    wall = dt.datetime.combine(date, dt.time(hour))
    return int((utc_of(wall, TIME_ZONE) - _EPOCH).total_seconds())
