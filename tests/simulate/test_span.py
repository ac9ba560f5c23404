"""Simulated days, holidays and clocks."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from fazri_lib.schema import utc_of
from fazri_lib.sources.simulate.span import FIRST_DAY, TIME_ZONE, Span, easter, flags, local_seconds

EPOCH = dt.datetime(1970, 1, 1)


@pytest.mark.parametrize(("year", "month", "day"), [(2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2038, 4, 25)])
def test_easter(year, month, day):
    """Easter Sundays of the almanac."""
    assert easter(year) == dt.date(year, month, day)


def test_first_day_is_a_monday():
    """Weeks of the span are weeks of the calendar."""
    assert FIRST_DAY.weekday() == 0


def test_calendar_reaches_eight_weeks_ahead():
    """The calendar knows the days of the span and 56 more."""
    calendar = Span(28).calendar()
    assert len(calendar) == 28 + 56
    assert calendar["local_date"].iloc[0] == FIRST_DAY


def test_flags():
    """A holiday is no day of term, an examination week is term."""
    assert flags(dt.date(2025, 4, 18)) == (True, False, False)
    assert flags(dt.date(2025, 3, 12)) == (True, False, False)
    assert flags(dt.date(2025, 3, 18)) == (False, True, True)
    assert flags(dt.date(2025, 3, 25)) == (False, True, False)
    assert flags(dt.date(2025, 8, 5)) == (False, False, False)


def test_the_night_of_the_clock_change_is_an_hour_short():
    """On 30 March 2025 the clocks go forward: the plan day before has 92 quarter hours, all others 96."""
    slots = {day.date: day.slots for day in Span(28).plan_days()}
    assert slots.pop(dt.date(2025, 3, 29)) == 92
    assert set(slots.values()) == {96}


def test_the_span_ends_at_local_midnight():
    """28 days with one lost hour."""
    span = Span(28)
    assert span.end_s - span.start_s == (28 * 24 - 1) * 3600


@pytest.mark.parametrize(
    "wall", [dt.datetime(2025, 3, 30, 1, 59), dt.datetime(2025, 3, 30, 3, 1), dt.datetime(2025, 12, 1, 12)]
)
def test_local_seconds_undo_utc_of(wall):
    """Campus time becomes UTC and back, before and after the change of the clocks."""
    utc_s = int((utc_of(wall, TIME_ZONE) - EPOCH).total_seconds())
    assert local_seconds(np.array([utc_s])).tolist() == [int((wall - EPOCH).total_seconds())]


def test_eve_and_working_days():
    """The eve is a Sunday; holidays and weekends are no working days."""
    span = Span(14)
    assert span.day(-1).weekday == 6
    assert [day.number for day in span.plan_days() if day.is_working] == [0, 1, 2, 3, 4, 7, 8, 10, 11]
