"""Good and bad days."""

from __future__ import annotations

import numpy as np

from fazri_lib.sources.simulate.span import Span
from fazri_lib.sources.simulate.weather import build_weather


def test_days_resemble_the_day_before():
    """Over two years the effect of a day correlates with the day before at about .7, the persistence of the process."""
    weather = build_weather(Span(730), 3)
    assert len(weather.attendance) == 731
    assert 0.6 < np.corrcoef(weather.attendance[1:], weather.attendance[:-1])[0, 1] < 0.8
    assert 0.85 <= weather.attendance.min() < 1 < weather.attendance.max() <= 1.1


def test_summer_is_outdoors():
    """More people eat outside in June and July than in December and January."""
    outdoors = build_weather(Span(365), 5).outdoors
    assert outdoors[100:150].mean() > 2 * outdoors[290:340].mean()
    assert outdoors.min() >= 0


def test_the_seed_makes_the_weather():
    """The same seed gives the same days, another one others; a longer span starts with the same days."""
    first, again, other = (build_weather(Span(40), seed).attendance for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert np.array_equal(build_weather(Span(60), 1).attendance[:41], first)
