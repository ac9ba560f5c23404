"""Forecasts of all zones at once, made when one of them is asked for: all cost little more than one."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from fazri_lib import forecast as forecasting
from fazri_lib.campus.remembered import Remembered
from fazri_lib.errors import NotEnoughDataError

DAY = pd.Timedelta(days=1)
_WEEK_H = 168
_DAY_H = 24
_MOST, _MOST_BYTES = 40, 8 << 20
_COLUMNS = ("unique_id", "ds", "model", "people", "lo_80", "hi_80", "lo_95", "hi_95")


class Foreseen:
    """What is and was forecast for the zones of one view, as the run computes it: from the hours of all zones.

    Args:
        hourly: `unique_id` (zone), `ds` (campus time), `y` of the complete hours of all zones.
    """

    def __init__(self, hourly: pd.DataFrame) -> None:
        self.hourly = hourly
        self._made = Remembered(_MOST, _MOST_BYTES)
        self._judged: dict[str, pd.DataFrame] = {}

    @cached_property
    def last(self) -> pd.Timestamp:
        """The last complete hour of any zone; NaT without any."""
        last: pd.Timestamp = self.hourly["ds"].max()
        return last

    def measured(self, zone_id: str) -> pd.DataFrame:
        """Return the hours of one zone."""
        return _of(self.hourly, zone_id)

    def ahead(self, zone_id: str, hours: int) -> pd.DataFrame:
        """Return the next hours of one zone by the recommended model and by the baseline."""
        weeks = -(-hours // _WEEK_H)
        rows = _of(self._forecast(0, weeks * _WEEK_H, forecasting.FORECASTERS), zone_id)
        return (
            rows[rows["ds"] <= self.last + hours * pd.Timedelta(hours=1)].reset_index(drop=True) if len(rows) else rows
        )

    def earlier(self, zone_id: str, days_ago: int) -> pd.DataFrame:
        """Return the day that the recommended model forecast for one zone so many days before the last hour."""
        return _of(self._forecast(days_ago, _DAY_H, forecasting.FORECASTERS[:1]), zone_id)

    def verdict(self, zone_id: str) -> pd.DataFrame:
        """Return how good the forecasts of one zone were: rows of `quality`."""
        if zone_id not in self._judged:
            rows = _of(self._back_test, zone_id)
            self._judged[zone_id] = forecasting.judge(rows, self.measured(zone_id), self.last)
        return self._judged[zone_id]

    @cached_property
    def _back_test(self) -> pd.DataFrame:
        try:
            return forecasting.back_test(self.hourly, self.last)
        except NotEnoughDataError:  # `judge` says so
            return pd.DataFrame({"unique_id": [], "cutoff": pd.to_datetime([]), "ds": pd.to_datetime([])})

    def _forecast(self, days_ago: int, hours: int, models: tuple[type[forecasting.Forecaster], ...]) -> pd.DataFrame:
        """The forecasts of all zones; none under two days of history: no forecast is better than an invented one."""
        key = (days_ago, hours)
        known: pd.DataFrame | None = self._made.get(key)
        if known is None:
            try:
                rows = forecasting.forecast(self.hourly, self.last - days_ago * DAY, hours, models=models)
            except NotEnoughDataError:
                rows = pd.DataFrame(columns=["unique_id", "ds", "model", "yhat"])
            known = rows.rename(columns={"yhat": "people"}).reindex(columns=list(_COLUMNS))
            self._made.put(key, known, int(known.memory_usage().sum()))
        return known


def _of(rows: pd.DataFrame, zone_id: str) -> pd.DataFrame:
    return rows[rows["unique_id"] == zone_id].reset_index(drop=True)
