"""What all charts share: size, fonts, clock, tools; and a chart that says that there is nothing to draw."""

from __future__ import annotations

from html import escape
from typing import Any

import holoviews as hv
import holoviews.plotting.bokeh
import pandas as pd
from bokeh.models import DatetimeTickFormatter, NoOverlap

from fazri_lib.views import palette

hv.Store.set_current_backend("bokeh")
hv.renderer("bokeh").webgl = False

HEIGHT = 320
_LANE, _NARROW_LANE, _MANY = 34, 24, 10
MARGIN = 130
_FONT_SIZE = {"title": 13, "labels": 12, "xticks": 11, "yticks": 11, "legend": 11, "clabel": 11, "cticks": 11}


def local_clock(instants: pd.Series, time_zone: str) -> pd.Series:
    """Return instants (UTC) as wall-clock times of the campus, without a zone: what an axis shows."""
    aware = pd.to_datetime(instants, utc=True)
    return aware.dt.tz_convert(time_zone).dt.tz_localize(None).astype("datetime64[ms]")


def clock_axis(time_zone: str) -> hv.Dimension:
    """Return the dimension of a time axis."""
    return hv.Dimension("clock", label=f"Campus time ({time_zone})")


def clock_ticks() -> DatetimeTickFormatter:
    """Return a formatter of times: day and month in words, 24 hours."""
    day, second, minute = "%a %d %b", "%H:%M:%S", "%H:%M"
    return DatetimeTickFormatter(
        milliseconds=second,
        seconds=second,
        minsec=second,
        minutes=minute,
        hourmin=minute,
        hours=minute,
        days=day,
        months="%b %Y",
        years="%Y",
        context=DatetimeTickFormatter(hours=day, minutes=day, days="%Y"),
        context_which="start",
        hide_repeats=True,
    )


def frame_options(height: int = HEIGHT, **more: Any) -> dict[str, Any]:
    """Return the options of every chart: as wide as there is room, readable, and no grip on the page's scrolling."""
    shared = {
        "responsive": True,
        "height": height,
        "toolbar": "above",
        "default_tools": ["save", "box_zoom", "reset"],
        "active_tools": [],
        "show_grid": False,
        "show_frame": False,
        "border": 4,
        "hooks": [_quiet_frame],
        "fontsize": _FONT_SIZE,
    }
    return shared | more


def lanes_height(lanes: int) -> int:
    """Return the height of a chart with so many bars: many of them are drawn narrower."""
    return MARGIN + lanes * (_LANE if lanes <= _MANY else _NARROW_LANE)


def layer(**more: Any) -> dict[str, Any]:
    """Return the options of one layer of an overlay: its tools are the chart's, apart from the hover."""
    return {"default_tools": [], "active_tools": []} | more


def colour_bar(title: str) -> dict[str, Any]:
    """Return the options of a slim colour bar with its title beside it."""
    text = {"title": title, "title_text_font_style": "normal", "title_standoff": 6}
    return {
        "colorbar": True,
        "colorbar_opts": text | {"width": 12, "bar_line_color": None, "padding": 4},
        "cmap": palette.SEQUENCE,
    }


def highest(values: pd.Series) -> float:
    """Return the highest value, at least one: the upper end of a scale of people or rows."""
    return max(1.0, float(values.max())) if values.notna().any() else 1.0


def nothing(what: str) -> hv.Div:
    """Return a chart that says in words that there is nothing to draw."""
    return hv.Div(f'<p style="margin:.5rem 0;color:{palette.MUTED}">{escape(what)}</p>')


def _quiet_frame(plot: Any, _element: Any) -> None:
    """Take away the maker's logo, lighten axes, keep labels apart, and set fonts that every machine has."""
    figure = plot.state
    figure.toolbar.logo, figure.toolbar.autohide, figure.toolbar_inner = None, True, True
    figure.outline_line_color, figure.frame_align = None, False
    for legend in figure.legend:
        legend.border_line_color, legend.margin, legend.padding = None, 0, 0
        legend.glyph_width, legend.label_standoff, legend.spacing = 14, 4, 8
        legend.label_text_color = palette.INK
    for axis in figure.xaxis:
        axis.major_label_policy = NoOverlap(min_distance=9)
    for axis in figure.axis:
        axis.axis_line_color, axis.major_tick_line_color, axis.minor_tick_line_color = palette.GRID, palette.GRID, None
        axis.major_label_text_color, axis.axis_label_text_color = palette.MUTED, palette.MUTED
        axis.axis_label_text_font_style = "normal"
        axis.major_label_text_font = axis.axis_label_text_font = "sans-serif"
