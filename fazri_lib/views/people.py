"""Charts of one person: the days as lanes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import holoviews as hv
import numpy as np
import pandas as pd

from fazri_lib.views import palette
from fazri_lib.views.style import clock_axis, clock_ticks, frame_options, lanes_height, layer, local_clock, nothing

if TYPE_CHECKING:
    import datetime as dt

GAP_LANE = "not seen"
_HOUR, _MINUTE = np.timedelta64(1, "h"), np.timedelta64(1, "m")
_TIPS = (
    ("zone", "@zone"),
    ("from", "@clock{%d %b %H:%M}"),
    ("minutes", "@minutes"),
    ("confidence", "@confidence{0.00}"),
    ("sources", "@sources"),
)


def timeline(stays: pd.DataFrame, *, time_zone: str, until: dt.datetime, longest_gap_h: float = 12.0) -> hv.Element:
    """Draw stays as bars in a lane per zone, the surer the darker, and the gaps between them in a lane of their own.

    Args:
        stays: table `stays`; an open stay ends at `until`.
        time_zone: of the axis.
        until: moment of the view.
        longest_gap_h: gaps longer than this are nights or days off and are not drawn.
    """
    if stays.empty:
        return nothing("No stay in this period.")
    bars = _bars(stays, time_zone, until)
    lanes = [GAP_LANE, *sorted(bars["zone_id"].unique(), reverse=True)]
    surer_is_darker = hv.dim("confidence").norm((0, 1)) * 0.75 + 0.25
    seen = _rectangles(bars, lanes, time_zone).opts(color=palette.LINE, alpha=surer_is_darker)
    missing = _rectangles(_gaps(bars, longest_gap_h), lanes, time_zone).opts(color=palette.GAP)
    options = frame_options(
        height=lanes_height(len(lanes)),
        ylim=(-0.6, len(lanes) - 0.4),
        yticks=list(enumerate(lanes)),
        ylabel="",
        xformatter=clock_ticks(),
        show_legend=False,
    )
    return (missing * seen).opts(**options)


def _bars(stays: pd.DataFrame, time_zone: str, until: dt.datetime) -> pd.DataFrame:
    bars = pd.DataFrame(
        {
            "start": local_clock(stays["started_at"], time_zone),
            "end": local_clock(stays["ended_at"].fillna(pd.Timestamp(until)), time_zone),
            "zone_id": stays["zone_id"].astype(str),
            "confidence": stays["confidence"].astype(float),
            "sources": stays["sources"].astype(str),
        }
    )
    return bars.sort_values("start").reset_index(drop=True)


def _gaps(bars: pd.DataFrame, longest_gap_h: float) -> pd.DataFrame:
    """Time between the end of all earlier stays and the next start."""
    seen_until = bars["end"].cummax().shift()
    hours = (bars["start"] - seen_until).to_numpy() / _HOUR
    is_gap = (hours > 0) & (hours <= longest_gap_h)
    gaps = pd.DataFrame({"start": seen_until[is_gap], "end": bars.loc[is_gap, "start"]})
    return gaps.assign(zone_id=GAP_LANE, confidence=np.nan, sources="")


def _rectangles(bars: pd.DataFrame, lanes: list[str], time_zone: str) -> hv.Rectangles:
    lane = bars["zone_id"].map({zone: number for number, zone in enumerate(lanes)}).astype(float)
    corners = pd.DataFrame({"clock": bars["start"], "low": lane - 0.36, "end": bars["end"], "high": lane + 0.36})
    told = pd.DataFrame(
        {
            "zone": bars["zone_id"],
            "minutes": np.round((bars["end"] - bars["start"]).to_numpy() / _MINUTE),
            "confidence": bars["confidence"],
            "sources": bars["sources"],
        }
    )
    shapes = hv.Rectangles(
        pd.concat([corners, told], axis=1), [clock_axis(time_zone), "low", "end", "high"], list(told.columns)
    )
    hover = {"tools": ["hover"], "hover_tooltips": list(_TIPS), "hover_formatters": {"@clock": "datetime"}}
    return shapes.opts(**layer(line_color=None, **hover))
