"""The campus now: people by zone and in all, against what is usual on this weekday at this hour."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import ibis
import pandas as pd

from fazri_lib.campus.answer import Chart
from fazri_lib.campus.words import counted
from fazri_lib.schema import local_of

if TYPE_CHECKING:
    from fazri_lib.campus.answer import Answer
    from fazri_lib.campus.view import View

_WEEK, _DAY = dt.timedelta(days=7), dt.timedelta(days=1)
_RECENT = dt.timedelta(hours=2)
_QUARTER_MIN = 15
_NOTABLE = 1.0
NO_SIGNAL = "no signal"


def now(view: View, weeks: int) -> Answer:
    """Answer: the people in each zone at the last count against the same weekday and hour of the weeks before.

    A zone whose last count is an outage, or older than two hours, has no signal: its figure is unknown, not zero.
    """
    counted_now = _last_count(view)
    usual = _usual_of_hour(view, weeks)
    frame = view.zones[["zone_id", "name", "building", "capacity"]].merge(counted_now, on="zone_id", how="left")
    frame = frame.merge(usual, on="zone_id", how="left")
    is_known = frame["quality"].eq("measured")
    frame.loc[~is_known, ["people", "people_lo", "people_hi"]] = float("nan")
    frame["quality"] = frame["quality"].where(is_known, NO_SIGNAL)
    frame["change"] = (frame["people"] - frame["usual"]).round(3)
    ordered = frame.sort_values(["people", "usual", "zone_id"], ascending=[False, False, True], na_position="last")
    shown = view.shown(ordered, "zones")

    columns = ("name", "people", "people_lo", "people_hi", "usual", "usual_lo", "usual_hi", "change", "capacity", "ts")
    chart = Chart("now_against_usual", shown)
    return view.answer("People on campus now", _told_now(view, ordered), shown, chart, columns=columns, rows=20)


def course(view: View, weeks: int, hours: int) -> Answer:
    """Answer: the people in all zones over this day, as usual on such a day, and as expected for the next hours."""
    local_now = local_of(view.as_of, view.time_zone)
    today = dt.datetime.combine(local_now.date(), dt.time())
    last_day = (local_now + dt.timedelta(hours=hours)).date()
    days = [today + _DAY * day for day in range((last_day - today.date()).days + 1)]
    totals = _totals(view, [day - week * _WEEK for day in days for week in range(weeks + 1)])
    parts = [_of_day(totals, day, weeks) for day in days]
    frame = pd.concat(parts, ignore_index=True).merge(_expected(view, hours), on="clock", how="outer")
    frame = frame[frame["clock"] <= pd.Timestamp(local_now.replace(tzinfo=None)) + pd.Timedelta(hours=hours)]
    frame.loc[frame["clock"] > pd.Timestamp(local_now.replace(tzinfo=None)), "people"] = float("nan")

    chart = Chart("course", frame, time_zone=view.time_zone)
    title = f"The day so far and the next {counted(hours, 'hour')}"
    return view.answer(title, _told_course(frame), frame, chart, rows=0)


def _last_count(view: View) -> pd.DataFrame:
    rows = view.table("occupancy")
    recent = rows.filter(rows.ts >= ibis.literal(view.as_of - _RECENT), rows.ts <= ibis.literal(view.as_of))
    latest = view.read(recent.order_by("zone_id", "ts")).groupby("zone_id").last().reset_index()
    return latest[["zone_id", "ts", "people", "people_lo", "people_hi", "quality"]]


def _usual_of_hour(view: View, weeks: int) -> pd.DataFrame:
    """Mean, lowest and highest of the hour's means over the weeks before."""
    hour = local_of(view.as_of, view.time_zone).replace(minute=0, second=0, microsecond=0, tzinfo=None)
    wanted = [hour - week * _WEEK for week in range(1, weeks + 1)]
    rows = view.table("occupancy")
    measured = rows.filter(rows.local_ts.truncate("h").isin(wanted), rows.quality == "measured")
    by_hour = measured.group_by(zone_id="zone_id", hour=measured.local_ts.truncate("h")).agg(
        people=measured.people.mean()
    )
    hours = view.read(by_hour).groupby("zone_id")["people"]
    usual = pd.DataFrame({"usual": hours.mean(), "usual_lo": hours.min(), "usual_hi": hours.max()})
    return usual.round(3).rename_axis("zone_id").reset_index()


def _totals(view: View, days: list[dt.datetime]) -> pd.DataFrame:
    """People in all zones per quarter hour of the days, of the zones that were measured then."""
    rows = view.table("occupancy")
    measured = rows.filter(rows.local_ts.truncate("D").isin(days), rows.quality == "measured")
    totals = measured.group_by(clock="local_ts").agg(people=measured.people.sum())
    return view.read(totals).sort_values("clock", ignore_index=True)


def _of_day(totals: pd.DataFrame, day: dt.datetime, weeks: int) -> pd.DataFrame:
    """The quarter hours of one day: people, and mean, lowest and highest of the same quarter in the weeks before."""
    clock = pd.date_range(day, periods=24 * 60 // _QUARTER_MIN, freq=f"{_QUARTER_MIN}min", name="clock")
    of = totals.set_index("clock")["people"]
    of = of[~of.index.duplicated()]
    before = pd.DataFrame({week: of.reindex(clock - week * _WEEK).to_numpy() for week in range(1, weeks + 1)})
    usual = {"usual": before.mean(axis=1), "usual_lo": before.min(axis=1), "usual_hi": before.max(axis=1)}
    figures = pd.DataFrame({"people": of.reindex(clock).to_numpy(), **usual}).round(3)
    return figures.assign(clock=clock)


def _expected(view: View, hours: int) -> pd.DataFrame:
    """People expected in all zones per hour ahead: means of the hour, set at its middle."""
    from fazri_lib.campus.places import MODEL  # noqa: PLC0415 - places is heavy only for who asks for forecasts

    rows = view.table("forecasts")
    until = ibis.literal(view.as_of + dt.timedelta(hours=hours))
    ahead = rows.filter(
        rows.model == MODEL, rows.ts < until, rows.ts > ibis.literal(view.as_of - dt.timedelta(hours=1))
    )
    frame = view.read(ahead.group_by("ts").agg(expected=ahead.people.sum()).order_by("ts"))
    local = pd.to_datetime(frame["ts"], utc=True).dt.tz_convert(view.time_zone).dt.tz_localize(None)
    clock = (local + pd.Timedelta(minutes=30)).astype("datetime64[us]")
    return pd.DataFrame({"clock": clock, "expected": frame["expected"].astype(float).round(3)})


def _told_now(view: View, frame: pd.DataFrame) -> str:
    known = frame[frame["quality"] != NO_SIGNAL]
    silent = frame[frame["quality"] == NO_SIGNAL]["name"]
    lost = f" No signal from {', '.join(silent)}." if len(silent) else ""
    if known.empty:
        return f"No zone was counted in the last two hours.{lost}"
    total = f"{counted(round(known['people'].sum()), 'person is', 'people are')} on campus"
    both = known.dropna(subset=["usual"])
    if both.empty:
        return f"{total}; there is no earlier week to compare with.{lost}"
    local = local_of(view.as_of, view.time_zone)
    usual = f"{both['usual'].sum():,.0f} are usual on a {local:%A} at this hour"
    return f"{total}; {usual}. {_told_most(both)}{lost}"


def _told_most(both: pd.DataFrame) -> str:
    outside = both[(both["people"] > both["usual_hi"] + _NOTABLE) | (both["people"] < both["usual_lo"] - _NOTABLE)]
    if outside.empty:
        return "No zone is outside its usual range."
    far = outside.sort_values("change", key=abs, ascending=False).head(3)
    told = ", ".join(f"{row.name_} {row.change:+.0f}" for row in far.rename(columns={"name": "name_"}).itertuples())
    return f"Outside the usual range: {told}."


def _told_course(frame: pd.DataFrame) -> str:
    measured, ahead = frame.dropna(subset=["people"]), frame.dropna(subset=["expected"])
    parts = []
    if len(measured):
        peak: Any = measured.iloc[int(measured["people"].argmax())]
        parts.append(f"Most so far: {peak['people']:.0f} people at {peak['clock']:%H:%M}.")
    if len(ahead):
        top: Any = ahead.iloc[int(ahead["expected"].argmax())]
        parts.append(f"Most expected: {top['expected']:.0f} around {top['clock']:%a %H:%M}.")
    return " ".join(parts) or "Nothing was measured today and there is no forecast."
