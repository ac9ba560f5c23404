"""Charts of the present: people against usual, the day's course, findings by severity; and two tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import holoviews as hv

from fazri_lib.views import palette
from fazri_lib.views.bars import count_bars
from fazri_lib.views.style import clock_axis, clock_ticks, frame_options, highest, layer, nothing
from fazri_lib.views.tables import html_table
from fazri_lib.views.zones import PEOPLE, day_against_usual

if TYPE_CHECKING:
    import pandas as pd

_WIDTH, _ROW = 860, 30
_EVIDENCE = (
    "ts",
    "zone",
    "source",
    "id_type",
    "id_value",
    "weight",
    "alibi",
    "people",
    "people_lo",
    "people_hi",
    "quality",
)
_ARRIVALS = ("source", "state", "last_at", "silent_h", "longest_pause_h", "rows")


def now_against_usual(now: pd.DataFrame) -> hv.Element:
    """Draw each zone's people now as a bar and what is usual at this hour as a mark; zones without a signal are absent.

    Args:
        now: name, people, usual.
    """
    known = now.dropna(subset=["people"])
    return day_against_usual(known.assign(zone_id=known["name"]))


def course(day: pd.DataFrame, *, time_zone: str) -> hv.Element:
    """Draw the people of all zones over the day, what is usual and its range, and what is expected.

    Args:
        day: clock (campus time without a zone), people, usual, usual_lo, usual_hi, expected.
        time_zone: named beside the axis.
    """
    if day[["people", "usual", "expected"]].isna().all(axis=None):
        return nothing("Nothing was measured on this day yet.")
    clock = clock_axis(time_zone)
    usual = day.dropna(subset=["usual"])
    band = hv.Area(usual, clock, ["usual_lo", "usual_hi"], label="lowest to highest")
    lines: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("usual", "usual", {"color": palette.BASELINE, "line_dash": "dashed"}),
        ("expected", "expected", {"color": palette.LINE, "line_width": 2.2}),
        ("people", "measured", {"color": palette.ACTUAL, "line_width": 2}),
    )
    layers = [band.opts(**layer(color=palette.BASELINE, alpha=0.2, line_alpha=0))]
    for column, label, options in lines:
        rows = day.dropna(subset=[column])[["clock", column]].rename(columns={column: "people"})
        layers.append(hv.Curve(rows, clock, PEOPLE, label=label).opts(**layer(tools=["hover"], **options)))
    top = 1.1 * highest(day[["people", "usual_hi", "expected"]].max(axis=1))
    legend: dict[str, Any] = {"legend_position": "top", "legend_cols": 4}
    return hv.Overlay(layers).opts(**frame_options(ylim=(0, top), ylabel="People", xformatter=clock_ticks(), **legend))


def severity_tiles(counts: pd.DataFrame, *, start: str) -> hv.Element:
    """Draw how many findings of each severity began since a day.

    Args:
        counts: severity, findings.
        start: the day.
    """
    each = counts.loc[counts.index.repeat(counts["findings"])]
    return count_bars(each, column="severity", what=f"Findings since {start}")


def evidence_table(rows: pd.DataFrame, *, time_zone: str) -> hv.Div:
    """Return the rows behind a finding as a table.

    Args:
        rows: logged rows, or counts of a zone.
        time_zone: in which instants are written.
    """
    return _table(rows, _EVIDENCE, time_zone)


def arrivals_table(sources: pd.DataFrame, *, time_zone: str) -> hv.Div:
    """Return what each source delivers as a table.

    Args:
        sources: source, state, last_at, silent_h, longest_pause_h, rows.
        time_zone: in which instants are written.
    """
    return _table(sources, _ARRIVALS, time_zone)


def _table(rows: pd.DataFrame, columns: tuple[str, ...], time_zone: str) -> hv.Div:
    if rows.empty:
        return nothing("There is no row to show.")
    table = html_table(rows, columns, time_zone=time_zone)
    return hv.Div(table).opts(width=_WIDTH, height=_ROW * (2 + len(rows)))
