"""Charts of zones: how many people over time, at which hours, and where on the map."""

from __future__ import annotations

from functools import partial
from typing import Any

import holoviews as hv
import numpy as np
import pandas as pd
from bokeh.models import DataRange1d

from fazri_lib.views import palette
from fazri_lib.views.labels import RADIUS, offsets
from fazri_lib.views.style import (
    MARGIN,
    clock_axis,
    clock_ticks,
    colour_bar,
    frame_options,
    highest,
    lanes_height,
    layer,
    local_clock,
    nothing,
)

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
PEOPLE = hv.Dimension("people", label="People")
OUTAGE = "outage"
_METRES_PER_DEGREE = 111_320.0
_FAR = 4
_MAP_HEIGHT, _MAP_WIDTH = 520, 1000
_WALKS_A_ZONE = 2
_NO_FIGURE = "No figure of occupancy in this period."


def occupancy_curve(occupancy: pd.DataFrame, *, time_zone: str, capacity: float | None = None) -> hv.Element:
    """Draw the people in one zone over time with their 95 % band, and the capacity as a line. Outages stay empty.

    Args:
        occupancy: rows of table `occupancy` of one zone.
        time_zone: of the axis.
        capacity: people that fit, if known.
    """
    if occupancy.empty:
        return nothing(_NO_FIGURE)
    rows, clock = _with_breaks(occupancy, time_zone), clock_axis(time_zone)
    band = hv.Area(rows, clock, ["people_lo", "people_hi"], label="95 % interval")
    curve = hv.Curve(rows, clock, PEOPLE, label="people")
    chart = band.opts(**layer(color=palette.BAND, alpha=0.22, line_alpha=0)) * curve.opts(
        **layer(color=palette.LINE, line_width=2, tools=["hover"])
    )
    top = _top(rows["people_hi"], capacity)
    if capacity is not None and 0 < capacity <= top:
        ends = rows["clock"].iloc[[0, -1]]
        limit = hv.Curve((ends, [capacity, capacity]), clock, PEOPLE, label=f"capacity {capacity:.0f}")
        chart = chart * limit.opts(**layer(color=palette.LIMIT, line_dash="dashed", line_width=1.5))
    legend: dict[str, Any] = {"legend_position": "top", "legend_cols": 3}
    return chart.opts(**frame_options(ylim=(0, top), ylabel="People", xformatter=clock_ticks(), **legend))


def occupancy_grid(occupancy: pd.DataFrame, *, time_zone: str) -> hv.Element:
    """Draw people per zone (row) and hour (column) of a period of days.

    Args:
        occupancy: rows of table `occupancy`.
        time_zone: of the axis.
    """
    measured = occupancy[occupancy["quality"] != OUTAGE]
    if measured.empty:
        return nothing(_NO_FIGURE)
    hours = local_clock(measured["ts"], time_zone).dt.floor("h")
    means = measured["people"].astype(float).groupby([hours.rename("clock"), measured["zone_id"].rename("zone")]).mean()
    grid = means.reset_index().sort_values("zone", ascending=False)
    lanes = grid["zone"].nunique()
    return _heat(grid, clock_axis(time_zone), "zone", lanes=lanes, xformatter=clock_ticks())


def week_heatmap(occupancy: pd.DataFrame, *, time_zone: str) -> hv.Element:
    """Draw the mean people by hour of day and weekday.

    Args:
        occupancy: rows of table `occupancy` of one zone, some weeks of them.
        time_zone: in which hours and weekdays are counted.
    """
    measured = occupancy[occupancy["quality"] != OUTAGE]
    if measured.empty:
        return nothing(_NO_FIGURE)
    clock = local_clock(measured["ts"], time_zone)
    hour, weekday = clock.dt.hour.rename("hour"), clock.dt.day_of_week.rename("weekday")
    means = measured["people"].astype(float).groupby([hour, weekday]).mean()
    full = pd.MultiIndex.from_product([range(24), range(6, -1, -1)], names=["hour", "weekday"])
    grid = means.reindex(full).rename("people").reset_index()
    grid["weekday"] = grid["weekday"].map(dict(enumerate(WEEKDAYS)))
    hours = hv.Dimension("hour", label=f"Hour of day ({time_zone})")
    ticks = [(hour, f"{hour:02d}") for hour in range(0, 24, 3)]
    return _heat(grid, hours, "weekday", lanes=7, line_color="white", line_width=0.4, xticks=ticks)


def day_against_usual(day: pd.DataFrame) -> hv.Element:
    """Draw each zone's mean people of a day as a bar and its usual mean as a mark.

    Args:
        day: zone_id, people, usual (people on such days, empty without history).
    """
    if day.empty:
        return nothing("No zone was measured on this day.")
    ordered = day[["zone_id", "people", "usual"]].sort_values(["people", "zone_id"])
    zone = hv.Dimension("zone_id", label="Zone")
    bars = hv.Bars(ordered[["zone_id", "people"]], zone, PEOPLE, label="this day").opts(
        **layer(color=palette.LINE, line_color=None, bar_width=0.6, tools=["hover"])
    )
    usual = hv.Dimension("usual", label="Usual people")
    marks = hv.Scatter(ordered[["zone_id", "usual"]].dropna(), zone, usual, label="usual").opts(
        **layer(color=palette.BASELINE, marker="diamond", size=11, tools=["hover"])
    )
    options = frame_options(
        height=lanes_height(len(ordered)) + 10,
        invert_axes=True,
        ylim=(0, 1.12 * highest(ordered[["people", "usual"]].max(axis=1))),
        ylabel="People, mean over the day",
        xlabel="",
        legend_position="top",
        legend_cols=2,
    )
    return (bars * marks).opts(**options)


def zone_map(zones: pd.DataFrame, walks: pd.DataFrame | None = None) -> hv.Element:
    """Draw zones where they lie, in metres with equal axes, as circles coloured by the people in them.

    Args:
        zones: zone_id, latitude, longitude, people, capacity.
        walks: zone_id, other_zone_id: pairs joined by a line, unless there are too many to see any.
    """
    placed = zones.dropna(subset=["latitude", "longitude"])
    if placed.empty:
        return nothing("No zone has coordinates; give latitude and longitude in the zones file.")
    spots = in_metres(placed)
    east, north = hv.Dimension("east_m", label="East (m)"), hv.Dimension("north_m", label="North (m)")
    look = layer(
        size=2 * RADIUS, color="people", line_color=palette.INK, tools=["hover"], clim=(0, highest(spots["people"]))
    )
    points = hv.Points(spots, [east, north], [PEOPLE, "zone_id", "capacity"]).opts(**look, **colour_bar("People"))
    names = hv.Labels(spots, ["east_m", "north_m"], "zone_id").opts(
        **layer(text_font_size="9pt", text_color=palette.INK, hooks=[partial(_aside, spots)])
    )
    paths = _walks(spots, walks).opts(**layer(color=palette.GAP, line_width=1.5))
    chart = frame_options(height=_MAP_HEIGHT, xlabel="East (m)", ylabel="North (m)")
    return (paths * points * names).opts(**chart | {"hooks": [*chart["hooks"], _equal_axes]})


def _with_breaks(rows: pd.DataFrame, time_zone: str) -> pd.DataFrame:
    """Rows sorted by `clock`, figures of outages empty, so that lines break there."""
    figures = ["people", "people_lo", "people_hi"]
    clock = local_clock(rows["ts"], time_zone)
    ordered = rows.astype(dict.fromkeys(figures, float)).assign(clock=clock).sort_values("clock")
    ordered.loc[ordered["quality"] == OUTAGE, figures] = np.nan
    return ordered[["clock", *figures]]


def _top(values: pd.Series, limit: float | None) -> float:
    """Upper end of an axis: room for the highest value, and for a limit unless it lies far above."""
    peak = highest(values)
    return 1.12 * (max(peak, limit) if limit is not None and limit < _FAR * peak else peak)


def _heat(grid: pd.DataFrame, across: hv.Dimension, down: str, *, lanes: int, **more: Any) -> hv.HeatMap:
    options = frame_options(
        height=MARGIN + 26 * lanes, ylabel="", clim=(0, highest(grid["people"])), tools=["hover"], **more
    )
    return hv.HeatMap(grid, [across, down], PEOPLE).opts(**options, **colour_bar("People"))


def in_metres(zones: pd.DataFrame) -> pd.DataFrame:
    """Return zones with metres east and north of their middle (equirectangular: exact to a centimetre)."""
    latitude, longitude = zones["latitude"].astype(float), zones["longitude"].astype(float)
    east = (longitude - longitude.mean()) * _METRES_PER_DEGREE * np.cos(np.radians(latitude.mean()))
    north = (latitude - latitude.mean()) * _METRES_PER_DEGREE
    return zones.assign(east_m=east.round(1), north_m=north.round(1), people=zones["people"].astype(float))


def _equal_axes(plot: Any, _element: Any) -> None:
    """Let a metre be as long upwards as sidewards, whatever the width of the page."""
    figure = plot.state
    figure.x_range, figure.y_range = DataRange1d(range_padding=0.6), DataRange1d(range_padding=0.2)
    figure.match_aspect = True


def _aside(spots: pd.DataFrame, plot: Any, _element: Any) -> None:
    """Move the names off the circles, at the scale of a page of usual width."""
    reach = max(np.ptp(spots["north_m"]) * 1.25, np.ptp(spots["east_m"]) * 1.8 * _MAP_HEIGHT / _MAP_WIDTH, 1.0)
    pixels = (_MAP_HEIGHT - 60) / reach
    across, down = spots["east_m"].to_numpy() * pixels, -spots["north_m"].to_numpy() * pixels
    moved = offsets(across, down, spots["zone_id"].tolist())
    source, glyph = plot.handles["source"], plot.handles["glyph"]
    source.data = {**source.data, "aside_x": [dx for dx, _ in moved], "aside_y": [dy for _, dy in moved]}
    glyph.x_offset, glyph.y_offset = "aside_x", "aside_y"


def _walks(spots: pd.DataFrame, walks: pd.DataFrame | None) -> hv.Segments:
    ends = spots.set_index("zone_id")[["east_m", "north_m"]]
    pairs = pd.DataFrame(columns=["zone_id", "other_zone_id"]) if walks is None else walks
    known = pairs[pairs["zone_id"].isin(ends.index) & pairs["other_zone_id"].isin(ends.index)]
    if len(known) > 2 * _WALKS_A_ZONE * len(ends):  # each pair stands in both directions; more lines than this hide all
        known = known.head(0)
    start, end = ends.loc[known["zone_id"]].to_numpy(), ends.loc[known["other_zone_id"]].to_numpy()
    coordinates = (start[:, 0], start[:, 1], end[:, 0], end[:, 1])
    return hv.Segments(coordinates, ["east_m", "north_m", "to_east_m", "to_north_m"])
