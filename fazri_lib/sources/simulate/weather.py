"""Good and bad days: one series over the whole span, the same for everybody, moves who comes and where they sit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.sources.simulate.draws import FloatArray, Stream, draws

if TYPE_CHECKING:
    from fazri_lib.sources.simulate.span import Span

_PERSISTENCE = 0.7
_ATTENDANCE, _ATTENDANCE_LIMITS = 0.04, (0.85, 1.1)
_OUTDOORS, _OUTDOORS_SEASON, _OUTDOORS_DAY, _OUTDOORS_MOST = 0.06, 0.06, 0.05, 0.4
_COLDEST_DAY, _YEAR_DAYS = 15, 365.25


@dataclass(frozen=True, slots=True)
class Weather:
    """Effects of the days of a span by plan day, the eve first.

    Attributes:
        attendance: factor on everybody's probability to come.
        outdoors: probability to eat outside, and to give up an afternoon of reading.
    """

    attendance: FloatArray
    outdoors: FloatArray


def build_weather(span: Span, seed: int) -> Weather:
    """Return the effects of each day: an AR(1) process with unit variance over days, and a season.

    Weather persists from day to day; a first-order autoregression is the usual model of daily weather in stochastic
    weather generators (Richardson 1981).
    """
    rng = draws(seed, Stream.WEATHER)
    shocks = rng.standard_normal(span.days + 1)
    fine = np.empty(span.days + 1)
    fine[0] = shocks[0]
    for number in range(1, span.days + 1):
        fine[number] = _PERSISTENCE * fine[number - 1] + np.sqrt(1 - _PERSISTENCE**2) * shocks[number]
    of_year = np.array([day.date.timetuple().tm_yday for day in span.plan_days()])
    season = -np.cos(2 * np.pi * (of_year - _COLDEST_DAY) / _YEAR_DAYS)
    return Weather(
        attendance=np.clip(1 + _ATTENDANCE * fine, *_ATTENDANCE_LIMITS),
        outdoors=np.clip(_OUTDOORS + _OUTDOORS_SEASON * season + _OUTDOORS_DAY * fine, 0, _OUTDOORS_MOST),
    )
