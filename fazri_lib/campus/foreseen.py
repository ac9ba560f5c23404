"""Forecasts of all zones at once, made when one of them is asked for: all cost little more than one."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from fazri_lib import forecast as forecasting
from fazri_lib.campus.remembered import Remembered
from fazri_lib.errors import NotEnoughDataError
from fazri_lib.forecast import FORECASTERS

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from fazri_lib.forecast import Forecaster

DAY = pd.Timedelta(days=1)
TOGETHER = 40
_AHEAD_H, _DAY_H = 48, 24
_MOST, _MOST_BYTES = 200, 12 << 20
_COLUMNS = ("unique_id", "ds", "model", "people", "lo_80", "hi_80", "lo_95", "hi_95")


class Foreseen:
    """What is and was forecast for the zones of one view.

    Ahead it is what the run computes: from the hours of all zones. Past days and back-tests are made for 40 zones at a
    time, so that a question stays short on a large campus; there a zone of under two weeks borrows from these only.

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
        horizon = -(-hours // _AHEAD_H) * _AHEAD_H
        made = self._kept(("ahead", horizon), lambda: _forecast(self.hourly, self.last, horizon, FORECASTERS))
        rows = _of(made, zone_id)
        return rows[rows["ds"] <= self.last + pd.Timedelta(hours=hours)].reset_index(drop=True) if len(rows) else rows

    def earlier(self, zone_id: str, days_ago: int) -> pd.DataFrame:
        """Return the day that the recommended model forecast for one zone so many days before the last hour."""
        block, origin = self._blocks.get(zone_id, 0), self.last - days_ago * DAY
        made = self._kept(
            ("earlier", days_ago, block), lambda: _forecast(self._block(block), origin, _DAY_H, FORECASTERS[:1])
        )
        return _of(made, zone_id)

    def verdict(self, zone_id: str) -> pd.DataFrame:
        """Return how good the forecasts of one zone were: rows of `quality`."""
        if zone_id not in self._judged:
            block = self._blocks.get(zone_id, 0)
            scored = _of(self._kept(("tested", block), lambda: _tested(self._block(block), self.last)), zone_id)
            self._judged[zone_id] = forecasting.judge(scored, self.measured(zone_id), self.last)
        return self._judged[zone_id]

    @cached_property
    def _blocks(self) -> dict[str, int]:
        """The number of each zone's block."""
        return {str(zone_id): place // TOGETHER for place, zone_id in enumerate(self.hourly["unique_id"].unique())}

    def _block(self, number: int) -> pd.DataFrame:
        zones = [zone_id for zone_id, block in self._blocks.items() if block == number]
        return self.hourly[self.hourly["unique_id"].isin(zones)]

    def _kept(self, key: Hashable, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        known: pd.DataFrame | None = self._made.get(key)
        if known is None:
            known = make()
            self._made.put(key, known, int(known.memory_usage().sum()))
        return known


def _forecast(
    hourly: pd.DataFrame, origin: pd.Timestamp, hours: int, models: tuple[type[Forecaster], ...]
) -> pd.DataFrame:
    """Forecasts of zones; none under two days of history: no forecast is better than an invented one."""
    try:
        rows = forecasting.forecast(hourly, origin, hours, models=models)
    except NotEnoughDataError:
        rows = pd.DataFrame(columns=["unique_id", "ds", "model", "yhat"])
    return rows.rename(columns={"yhat": "people"}).reindex(columns=list(_COLUMNS))


def _tested(hourly: pd.DataFrame, last: pd.Timestamp) -> pd.DataFrame:
    """The back-test of zones; empty where their history is too short, which `judge` then says."""
    try:
        return forecasting.back_test(hourly, last)
    except NotEnoughDataError:
        return pd.DataFrame({"unique_id": [], "cutoff": pd.to_datetime([]), "ds": pd.to_datetime([])})


def _of(rows: pd.DataFrame, zone_id: str) -> pd.DataFrame:
    return rows[rows["unique_id"] == zone_id].reset_index(drop=True)
