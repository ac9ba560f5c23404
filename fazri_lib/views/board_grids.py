"""Live charts in lanes: people by zone and hour, a typical week, the days of a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from bokeh.models import FactorRange, HBar, LinearColorMapper, Rect
from bokeh.palettes import Cividis256

from fazri_lib.views.board_drawing import HOUR_MS, Drawing
from fazri_lib.views.people import GAP_LANE
from fazri_lib.views.style import highest, local_clock
from fazri_lib.views.zones import OUTAGE, WEEKDAYS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

RAMP_CSS = "background:linear-gradient(90deg,#00224e,#575d6d,#a59c74,#fee838);width:80px"
_LONGEST_GAP_H = 12.0


class Heat(Drawing):
    """Cells coloured by people, a lane for each zone or weekday. Hours without a figure stay empty."""

    def __init__(self, *, is_clock: bool) -> None:
        super().__init__(300, is_clock=is_clock, y_range=FactorRange())
        self._cells = self.source("x", "lane", "people", "told", "key")
        self._mapper = LinearColorMapper(palette=Cividis256, low=0, high=1, nan_color="rgba(0,0,0,0)")
        cell = Rect(x="x", y="lane", width=HOUR_MS if is_clock else 1, height=1, line_width=1)
        cell.fill_color = {"field": "people", "transform": self._mapper}
        cells = self.draw(self._cells, cell, line_color="card")
        self.figure.ygrid.grid_line_color = None
        self._roles = [entry for entry in self._roles if entry[0] not in list(self.figure.ygrid)]
        self.figure.x_range.range_padding = 0
        self.hover([cells], [("", "@told")])

    def fill(self, grid: pd.DataFrame, lanes: Sequence[str], lane: int = 22) -> None:
        """Draw x, lane, people, told, key."""
        self.fault = "" if grid["people"].notna().any() else "No figure of occupancy in this period."
        top = highest(grid["people"]) if len(grid) else 1.0
        self._mapper.high = top
        self.lanes(lanes, lane)
        self._cells.data = {name: grid[name].to_numpy() for name in ("x", "lane", "people", "told", "key")}
        self.legend = ((RAMP_CSS, f"0 to {top:.0f} people"), ("border:1px solid var(--fz-line)", "empty: no signal"))


class ZoneHours(Heat):
    """People by zone and hour."""

    def __init__(self, names: Callable[[str], str]) -> None:
        super().__init__(is_clock=True)
        self._names = names

    def show(self, *rows: pd.DataFrame, **options: Any) -> None:
        """Draw rows of table `occupancy`."""
        measured = rows[0][rows[0]["quality"] != OUTAGE]
        hour = local_clock(measured["ts"], options["time_zone"]).dt.floor("h").rename("x")
        means = measured["people"].astype(float).groupby([measured["zone_id"].rename("key"), hour]).mean()
        grid = means.reset_index()
        grid["lane"] = grid["key"].map(self._names)
        people = grid["people"].map("{:.1f} people".format)
        grid["told"] = grid["lane"] + grid["x"].dt.strftime(", %a %d %b %H:00: ") + people
        grid["x"] += pd.Timedelta(minutes=30)
        self.fill(grid, sorted(grid["lane"].unique()))


class Week(Heat):
    """Mean people by hour of day and weekday."""

    def __init__(self) -> None:
        super().__init__(is_clock=False)
        self.figure.xaxis.ticker = list(range(0, 25, 3))
        self.figure.xaxis.axis_label = "Hour of day"

    def show(self, *rows: pd.DataFrame, **options: Any) -> None:
        """Draw rows of table `occupancy` of one zone, some weeks of them."""
        measured = rows[0][rows[0]["quality"] != OUTAGE]
        clock = local_clock(measured["ts"], options["time_zone"])
        hour, weekday = clock.dt.hour.rename("x"), clock.dt.day_of_week.rename("key")
        grid = measured["people"].astype(float).groupby([hour, weekday]).mean().reset_index()
        grid["lane"] = [WEEKDAYS[day] for day in grid["key"]]
        grid["told"] = [f"{row.lane} {row.x:02d}:00: {row.people:.1f} people" for row in grid.itertuples()]
        grid["x"] += 0.5
        self.fill(grid, WEEKDAYS, 40)


class Days(Drawing):
    """A person's stays in a lane for each zone, the surer the darker, and the gaps between them."""

    def __init__(self, names: Callable[[str], str]) -> None:
        super().__init__(300, y_range=FactorRange())
        self._names = names
        self._stays = self.source("start", "end", "lane", "alpha", "told")
        self._gaps = self.source("start", "end", "lane", "told")
        bars = (
            self.draw(self._gaps, _bar(1.0), fill_color="gap"),
            self.draw(self._stays, _bar("alpha"), fill_color="band"),
        )
        self.hover(bars, [("", "@told")])

    def show(self, *rows: pd.DataFrame, **options: Any) -> None:
        """Draw rows of table `stays`; an open stay ends at `until`."""
        stays, zone = rows[0], options["time_zone"]
        self.fault = "" if len(stays) else "No stay in this period."
        start = local_clock(stays["started_at"], zone)
        end = local_clock(stays["ended_at"].fillna(pd.Timestamp(options["until"])), zone)
        lane = stays["zone_id"].map(self._names)
        bars = pd.DataFrame(
            {"start": start, "end": end, "lane": lane, "alpha": 0.25 + 0.75 * stays["confidence"].astype(float)}
        )
        told = [
            f"{row.lane}, {row.start:%a %d %b %H:%M} to {row.end:%H:%M}, confidence {sure:.0%}, by {by}"
            for row, sure, by in zip(bars.itertuples(), stays["confidence"], stays["sources"], strict=True)
        ]
        bars = bars.assign(told=told).sort_values("start")
        self.lanes([*sorted(bars["lane"].unique()), GAP_LANE])
        self._gaps.data = _gaps(bars)
        self._stays.data = {name: bars[name].to_numpy() for name in ("start", "end", "lane", "alpha", "told")}
        self.legend = (
            ("background:var(--fz-band)", "a stay; the paler, the less sure"),
            ("background:var(--fz-gap)", f"not seen, up to {_LONGEST_GAP_H:.0f} h; longer gaps are left out"),
        )


def _bar(alpha: Any) -> HBar:
    return HBar(y="lane", height=0.72, left="start", right="end", fill_alpha=alpha, line_color=None)


def _gaps(bars: pd.DataFrame) -> dict[str, Any]:
    until = bars["end"].cummax().shift()
    hours = (bars["start"] - until).to_numpy() / np.timedelta64(1, "h")
    is_gap = (hours > 0) & (hours <= _LONGEST_GAP_H)
    start, end = until[is_gap], bars["start"][is_gap]
    told = [f"Not seen, {a:%a %d %b %H:%M} to {b:%H:%M}" for a, b in zip(start, end, strict=True)]
    return {"start": start.to_numpy(), "end": end.to_numpy(), "lane": [GAP_LANE] * len(told), "told": told}
