"""Can the data be trusted: what arrived, what was put aside, how good each capability is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fazri_lib.campus.answer import Chart
from fazri_lib.campus.words import counted

if TYPE_CHECKING:
    from fazri_lib.campus.answer import Answer
    from fazri_lib.campus.view import View

_GRADES = ("good", "weak", "not enough data", "no signal")
_MOSTLY = 0.05
SILENT, ARRIVES = "silent", "as usual"


def health(view: View) -> Answer:
    """Answer: what arrived from each source, since when, with which share of rows that lead to nobody or to several."""
    coverage = view.read(view.table("coverage").order_by("source", "hour_at"))
    quarantine = view.read(view.table("quarantine"))
    quality = view.shown(view.read(view.table("quality")), "quality")
    shown_coverage = view.shown(coverage, "coverage")
    frame = view.shown(_per_source(coverage, quarantine, pd.Timestamp(view.as_of)), "coverage")

    chart = Chart("coverage_heatmap", shown_coverage, time_zone=view.time_zone)
    columns = (
        "source",
        "rows",
        "first_at",
        "last_at",
        "silent_h",
        "orphan_share",
        "shared_share",
        "late_share",
        "quarantined_rows",
    )
    tables = {"coverage": shown_coverage, "quarantine": view.shown(quarantine, "quarantine"), "quality": quality}
    return view.answer("Sources and their rows", _told(frame, quality), frame, chart, columns=columns, tables=tables)


def arrivals(view: View) -> Answer:
    """Answer in one line: does every source deliver as usual, or is one silent for longer than ever before."""
    coverage = view.read(view.table("coverage").order_by("source", "hour_at"))
    quarantine = view.read(view.table("quarantine"))
    rows = _per_source(coverage, quarantine, pd.Timestamp(view.as_of))
    pauses = coverage["hour_at"].groupby(coverage["source"]).diff().groupby(coverage["source"]).max()
    hours = pd.to_timedelta(pauses.reindex(rows["source"])).dt.total_seconds() / 3600
    rows["longest_pause_h"] = (hours.to_numpy() - 1.0).round(1)
    rows["state"] = np.where(rows["silent_h"] > rows["longest_pause_h"].fillna(np.inf) + 1, SILENT, ARRIVES)
    frame = view.shown(rows, "coverage")

    columns = ("source", "state", "last_at", "silent_h", "longest_pause_h", "rows", "orphan_share", "quarantined_rows")
    chart = Chart("arrivals_table", frame, time_zone=view.time_zone)
    return view.answer("Data", _told_arrivals(frame), frame, chart, columns=columns, rows=20)


def _told_arrivals(frame: pd.DataFrame) -> str:
    if frame.empty:
        return "No row was loaded yet."
    silent = frame[frame["state"] == SILENT]
    aside = f"{counted(int(frame['quarantined_rows'].sum()), 'row was', 'rows were')} put aside"
    if silent.empty:
        return f"All {len(frame)} sources deliver as usual; {aside}."
    told = ", ".join(f"{row.source} for {row.silent_h:,.0f} h" for row in silent.itertuples())
    return f"Silent for longer than ever before: {told}. {aside}."


def quality(view: View) -> Answer:
    """Answer: how good each capability is on this campus, beside its baseline."""
    frame = view.shown(view.read(view.table("quality").order_by("capability", "measure", "baseline_name")), "quality")

    told = "; ".join(f"{capability}: {_verdict(rows)}" for capability, rows in frame.groupby("capability"))
    chart = Chart("quality_table", frame)
    return view.answer("Quality of each capability", f"{told or 'Nothing was measured yet'}.", frame, chart, rows=0)


def _verdict(rows: pd.DataFrame) -> str:
    """The verdict of most measures of a capability, and the measures that are worse."""
    grades = rows["verdict"].map(_GRADES.index)
    usual = int(grades.mode().max())
    worse = rows[grades > usual]
    but = "".join(f", {measure} {verdict}" for measure, verdict in zip(worse["measure"], worse["verdict"], strict=True))
    return f"{_GRADES[usual]}{but}"


def _per_source(coverage: pd.DataFrame, quarantine: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    rows = coverage.groupby("source", as_index=False).agg(
        rows=("rows", "sum"),
        first_at=("hour_at", "min"),
        last_at=("hour_at", "max"),
        orphan_share=("orphan_rows", "sum"),
        shared_share=("shared_rows", "sum"),
        late_share=("late_rows", "sum"),
    )
    shares = ["orphan_share", "shared_share", "late_share"]
    rows[shares] = rows[shares].div(rows["rows"], axis=0).round(4)
    last_hour = (as_of - pd.to_datetime(rows["last_at"])).dt.total_seconds() / 3600 - 1
    aside = quarantine.groupby("source").size().reindex(rows["source"], fill_value=0).to_numpy()
    return rows.assign(silent_h=last_hour.clip(lower=0).round(1), quarantined_rows=aside)


def _told(frame: pd.DataFrame, quality: pd.DataFrame) -> str:
    if frame.empty:
        return "No row was loaded yet."
    aside = int(frame["quarantined_rows"].sum())
    orphans = frame[frame["orphan_share"] > _MOSTLY]["source"]
    shared = frame[frame["shared_share"] > _MOSTLY]["source"]
    parts = [f"{int(frame['rows'].sum()):,} rows from {len(frame)} sources; {aside:,} put aside."]
    if len(orphans):
        parts.append(f"Identifiers that nobody holds: {', '.join(orphans)}.")
    if len(shared):
        parts.append(f"Identifiers that several people hold: {', '.join(shared)}.")
    verdicts = {str(capability): _verdict(rows) for capability, rows in quality.groupby("capability")}
    parts += [f"{capability}: {verdict}." for capability, verdict in verdicts.items() if verdict != _GRADES[0]]
    return " ".join(parts)
