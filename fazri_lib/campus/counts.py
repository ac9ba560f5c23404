"""The last count of each zone, and which counts still say something."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    import pandas as pd

    from fazri_lib.campus.view import View

RECENT = dt.timedelta(hours=2)
NO_SIGNAL = "no signal"
PEOPLE = ["people", "people_lo", "people_hi"]


def last_counts(view: View) -> pd.DataFrame:
    """Return zone_id, name, building, ... of all zones with their last count of the last two hours.

    A zone whose last count is an outage, or older, has no signal: its `quality` says so, its people are unknown.

    Returns:
        the columns of table `zones`, then ts, local_ts, people, people_lo, people_hi, quality.
    """
    rows = view.table("occupancy")
    recent = rows.filter(rows.ts >= ibis.literal(view.as_of - RECENT), rows.ts <= ibis.literal(view.as_of))
    latest = view.read(recent.order_by("zone_id", "ts")).drop_duplicates("zone_id", keep="last")
    frame = view.zones.merge(latest[["zone_id", "ts", "local_ts", *PEOPLE, "quality"]], on="zone_id", how="left")
    is_known = frame["quality"].eq("measured")
    frame.loc[~is_known, PEOPLE] = float("nan")
    return frame.assign(quality=frame["quality"].where(is_known, NO_SIGNAL))


def told_silent(frame: pd.DataFrame) -> str:
    """Return the zones without a signal in words, as the end of a sentence about the others; nothing for none."""
    silent = frame[frame["quality"] == NO_SIGNAL]["name"]
    return f" No signal from {', '.join(silent)}." if len(silent) else ""
