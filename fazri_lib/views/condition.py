"""Charts of the data's own health: what arrived when, and how good each capability is."""

from __future__ import annotations

import holoviews as hv
import pandas as pd

from fazri_lib.views import palette
from fazri_lib.views.style import (
    MARGIN,
    clock_axis,
    clock_ticks,
    colour_bar,
    frame_options,
    local_clock,
    nothing,
)
from fazri_lib.views.tables import html_table

_DAYS_BY_HOUR = 4
_AT_MOST = 2.0
_TABLE_WIDTH, _ROW = 860, 30
_QUALITY = ("capability", "measure", "value", "baseline", "baseline_name", "verdict")


def coverage_heatmap(coverage: pd.DataFrame, *, time_zone: str) -> hv.Element:
    """Draw the rows per source (row) and hour, or day when there are more than four days (column), against usual.

    The colour is the share of the source's own median, at most double: sources of any size show when they fell silent,
    and silence is empty.

    Args:
        coverage: table `coverage`.
        time_zone: of the axis.
    """
    if coverage.empty:
        return nothing("No row was loaded yet.")
    clock = local_clock(coverage["hour_at"], time_zone)
    is_long = clock.max() - clock.min() > pd.Timedelta(days=_DAYS_BY_HOUR)
    grid = _per_step(coverage.assign(clock=clock.dt.floor("D" if is_long else "h")), "D" if is_long else "h")
    options = frame_options(
        height=MARGIN + 28 * grid["source"].nunique(),
        xformatter=clock_ticks(),
        ylabel="",
        clim=(0, _AT_MOST),
        tools=["hover"],
        line_color="white",
        line_width=0.4,
    )
    keys = [clock_axis(time_zone), hv.Dimension("source", label="Source")]
    values = [
        hv.Dimension("share", label="Of usual"),
        hv.Dimension("rows", label="Rows a day" if is_long else "Rows an hour"),
    ]
    return hv.HeatMap(grid, keys, values).opts(**options, **colour_bar("Of usual"))


def quality_table(quality: pd.DataFrame) -> hv.Div:
    """Return the measures of each capability beside their baselines, with verdicts in words and colour.

    Args:
        quality: table `quality`.
    """
    if quality.empty:
        return nothing("No capability was measured yet.")
    table = html_table(quality, _QUALITY, marks={"verdict": palette.VERDICT})
    return hv.Div(table).opts(width=_TABLE_WIDTH, height=_ROW * (2 + len(quality)))


def _per_step(rows: pd.DataFrame, step: str) -> pd.DataFrame:
    """Rows per source and step, steps without any row empty."""
    every = pd.date_range(rows["clock"].min(), rows["clock"].max(), freq=step)
    sources = sorted(rows["source"].unique(), reverse=True)
    full = pd.MultiIndex.from_product([every, sources], names=["clock", "source"])
    grid = rows.groupby(["clock", "source"])["rows"].sum().astype(float).reindex(full).reset_index()
    usual = grid.groupby("source")["rows"].transform("median")
    return grid.assign(share=(grid["rows"] / usual).clip(upper=_AT_MOST).round(3))
