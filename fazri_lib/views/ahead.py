"""Charts of what comes next: a forecast with its bands beside what was measured and the baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import holoviews as hv

from fazri_lib.views import palette
from fazri_lib.views.style import (
    clock_axis,
    clock_ticks,
    frame_options,
    highest,
    lanes_height,
    layer,
    local_clock,
    nothing,
)
from fazri_lib.views.zones import PEOPLE

if TYPE_CHECKING:
    import pandas as pd

ACTUAL = "measured"
_BANDS = (("lo_95", "hi_95", "95 % interval", 0.14), ("lo_80", "hi_80", "80 % interval", 0.26))


def forecast_band(
    forecast: pd.DataFrame,
    *,
    time_zone: str,
    model: str,
    baseline: str | None = None,
    earlier: str | None = None,
    capacity: float | None = None,
) -> hv.Element:
    """Draw a forecast with its 80 and 95 % bands, its baseline, and what was measured before.

    Args:
        forecast: rows of table `forecasts` of one zone; rows of model "measured" hold what was measured.
        time_zone: of the axis.
        model: the model to draw with bands.
        baseline: the model to draw as a thin line.
        earlier: the model that holds what was forecast for the past; only its 80 % band is drawn.
        capacity: people that fit, drawn where it is near.
    """
    rows = forecast.assign(clock=local_clock(forecast["ts"], time_zone)).sort_values("clock")
    ahead = rows[rows["model"] == model]
    if ahead.empty:
        return nothing("No forecast of this zone.")
    clock = clock_axis(time_zone)
    past = rows[rows["model"] == ACTUAL]
    layers = [_band(ahead, clock, *band) for band in _BANDS]
    said = rows[rows["model"] == earlier] if earlier is not None else rows.iloc[:0]
    if len(said):
        band = _band(said, clock, "lo_80", "hi_80", "80 % interval, said before", 0.3)
        layers.append(band.opts(color=palette.GAP))
    layers.append(_line(past, clock, ACTUAL, color=palette.ACTUAL, line_width=1.6))
    if baseline is not None:
        usual = rows[rows["model"] == baseline]
        layers.append(_line(usual, clock, "baseline", color=palette.BASELINE, line_dash="dashed", line_width=1.3))
    layers.append(_line(ahead, clock, "forecast", color=palette.LINE, line_width=2.2))
    layers.append(hv.VLine(ahead["clock"].iloc[0]).opts(**layer(color=palette.MUTED, line_width=1, line_dash="dotted")))
    legend: dict[str, Any] = {"legend_position": "top", "legend_cols": 3}
    top = 1.1 * highest(rows[["people", "hi_95"]].max(axis=1))
    if capacity is not None and capacity <= top:
        layers.append(hv.HLine(capacity).opts(**layer(color=palette.LIMIT, line_width=1.5, line_dash="dashed")))
    options = frame_options(ylim=(0, top), ylabel="People", xformatter=clock_ticks(), **legend)
    return hv.Overlay(layers).opts(**options)


def expected_peaks(peaks: pd.DataFrame) -> hv.Element:
    """Draw the most people expected in each zone as a bar with its 80 % interval, and the capacity as a mark.

    Args:
        peaks: zone_id, people, lo_80, hi_80, capacity.
    """
    if peaks.empty:
        return nothing("No forecast of any zone.")
    rows = peaks[["zone_id", "people", "lo_80", "hi_80", "capacity"]].sort_values(["people", "zone_id"])
    rows = rows.assign(below=rows["people"] - rows["lo_80"], above=rows["hi_80"] - rows["people"])
    zone, top = hv.Dimension("zone_id", label="Zone"), 1.1 * highest(rows["hi_80"])
    bars = hv.Bars(rows[["zone_id", "people"]], zone, PEOPLE, label="expected peak")
    whiskers = hv.ErrorBars(rows[["zone_id", "people", "below", "above"]], zone, ["people", "below", "above"])
    limits = hv.Scatter(
        rows[rows["capacity"] <= top], zone, hv.Dimension("capacity", label="Capacity"), label="capacity"
    )
    layers = (
        bars.opts(**layer(color=palette.LINE, alpha=0.75, line_color=None, bar_width=0.6, tools=["hover"])),
        whiskers.opts(**layer(color=palette.INK)),
        limits.opts(**layer(color=palette.LIMIT, marker="dash", angle=90, size=18, line_width=3, tools=["hover"])),
    )
    options = frame_options(
        height=lanes_height(len(rows)) + 10,
        invert_axes=True,
        ylim=(0, top),
        ylabel="People (bar), 80 % interval (line)",
        xlabel="",
        legend_position="top",
        legend_cols=3,
    )
    return hv.Overlay(layers).opts(**options)


def _band(rows: pd.DataFrame, clock: hv.Dimension, low: str, high: str, label: str, alpha: float) -> hv.Area:
    band = hv.Area(rows.astype({low: float, high: float}), clock, [low, high], label=label)
    return band.opts(**layer(color=palette.BAND, alpha=alpha, line_alpha=0))


def _line(rows: pd.DataFrame, clock: hv.Dimension, label: str, **options: Any) -> hv.Curve:
    curve = hv.Curve(rows.astype({"people": float}), clock, PEOPLE, label=label)
    return curve.opts(**layer(tools=["hover"], **options))
