"""The campus now: people by zone and in all, against what is usual on this weekday at this hour."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pandas as pd

from fazri_lib.campus.answer import Chart
from fazri_lib.campus.bounds import within
from fazri_lib.campus.counts import NO_SIGNAL, PEOPLE, last_counts, told_silent
from fazri_lib.campus.words import counted
from fazri_lib.schema import local_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fazri_lib.campus.answer import Answer
    from fazri_lib.campus.view import View

_WEEK, _DAY = dt.timedelta(days=7), dt.timedelta(days=1)
_QUARTER_MIN = 15
_NOTABLE = 1.0


def now(view: View, weeks: int) -> Answer:
    """Answer: the people in each zone at the last count against the same weekday and hour of the weeks before.

    A zone whose last count is an outage, or older than two hours, has no signal: its figure is unknown, not zero.
    """
    within(weeks=weeks)
    counts = last_counts(view)
    hours = _counted_hours(view, counts)
    frame = counts[["zone_id", "name", "building", "capacity", "ts", *PEOPLE, "quality"]]
    frame = frame.merge(_usual_of_hour(view, hours, weeks), on="zone_id", how="left")
    frame["change"] = (frame["people"] - frame["usual"]).round(3)
    ordered = frame.sort_values(["people", "usual", "zone_id"], ascending=[False, False, True], na_position="last")
    shown = view.shown(ordered, "zones")

    columns = ("name", "people", "people_lo", "people_hi", "usual", "usual_lo", "usual_hi", "change", "capacity", "ts")
    chart = Chart("now_against_usual", shown)
    return view.answer("People on campus now", _told_now(ordered, hours.max()), shown, chart, columns=columns, rows=20)


def course(view: View, weeks: int, hours: int) -> Answer:
    """Answer: the people in all zones over this day, as usual on such a day, and as expected for the next hours.

    Usual are the people of the zones that were measured at that time of the day: a zone that falls silent does not look
    like people leaving. Times to come are compared with all zones.
    """
    within(weeks=weeks, hours=hours)
    local_now = local_of(view.as_of, view.time_zone)
    today = dt.datetime.combine(local_now.date(), dt.time())
    last_day = (local_now + dt.timedelta(hours=hours)).date()
    days = [today + _DAY * day for day in range((last_day - today.date()).days + 1)]
    people = _by_zone(view, [day - week * _WEEK for day in days for week in range(weeks + 1)])
    now = pd.Timestamp(local_now.replace(tzinfo=None))
    parts = [_of_day(people, day, weeks, now) for day in days]
    frame = pd.concat(parts, ignore_index=True).merge(_expected(view, hours), on="clock", how="outer")
    frame = frame[frame["clock"] <= now + pd.Timedelta(hours=hours)]
    missing = _told_missing(view, _missing(people, pd.Timestamp(today), weeks, now))

    chart = Chart("course", frame, time_zone=view.time_zone)
    title = f"The day so far and the next {counted(hours, 'hour')}"
    return view.answer(title, f"{_told_course(frame)}{missing}", frame, chart, rows=0)


def _counted_hours(view: View, counts: pd.DataFrame) -> pd.Series[Any]:
    """The campus hour of each zone's last count; of the last one of all, else of the view, where there is none."""
    hours = counts.set_index("zone_id")["local_ts"].dt.floor("h")
    now = local_of(view.as_of, view.time_zone).replace(tzinfo=None)
    last = hours.max() if hours.notna().any() else pd.Timestamp(now).floor("h")
    filled: pd.Series[Any] = hours.fillna(last)
    return filled


def _usual_of_hour(view: View, hours: pd.Series[Any], weeks: int) -> pd.DataFrame:
    """Mean, lowest and highest of the means of each zone's hour over the weeks before."""
    wanted = [(hour - week * _WEEK).to_pydatetime() for hour in hours.unique() for week in range(1, weeks + 1)]
    rows = view.table("occupancy")
    measured = rows.filter(rows.local_ts.truncate("h").isin(wanted), rows.quality == "measured")
    means = measured.group_by(zone_id="zone_id", hour=measured.local_ts.truncate("h")).agg(
        people=measured.people.mean()
    )
    by_hour = view.read(means)
    own = by_hour["zone_id"].map(hours)
    is_own = (own.dt.day_of_week == by_hour["hour"].dt.day_of_week) & (own.dt.hour == by_hour["hour"].dt.hour)
    of = by_hour[is_own].groupby("zone_id")["people"]
    usual = pd.DataFrame({"usual": of.mean(), "usual_lo": of.min(), "usual_hi": of.max()})
    return usual.round(3).rename_axis("zone_id").reset_index()


def _by_zone(view: View, days: list[dt.datetime]) -> pd.DataFrame:
    """People per quarter hour of the days (rows: campus clock) and zone, empty where it was not measured.

    Where the clock shows a time twice, as when summer time ends, both are averaged.
    """
    rows = view.table("occupancy")
    measured = rows.filter(rows.local_ts.truncate("D").isin(days), rows.quality == "measured")
    means = measured.group_by(clock="local_ts", zone_id="zone_id").agg(people=measured.people.mean())
    return view.read(means).pivot_table(index="clock", columns="zone_id", values="people")


def _of_day(people: pd.DataFrame, day: dt.datetime, weeks: int, now: pd.Timestamp) -> pd.DataFrame:
    """The quarter hours of one day: people, and mean, lowest and highest of the same quarter in the weeks before."""
    clock = _clock(day)
    today, before = _day_and_before(people, clock, weeks, now)
    is_counted = ~np.isnan(today)
    is_compared = is_counted | ~is_counted.any(axis=1, keepdims=True)
    filled = np.where(is_compared, np.where(np.isnan(before), _means(before), before), np.nan)
    has_week = (~np.isnan(before)).any(axis=2) & (~np.isnan(filled)).any(axis=2)
    totals = np.where(has_week, np.nansum(filled, axis=2), np.nan)
    weekly = pd.DataFrame(totals.T)
    usual = {"usual": weekly.mean(axis=1), "usual_lo": weekly.min(axis=1), "usual_hi": weekly.max(axis=1)}
    counted_now = np.where(is_counted.any(axis=1), np.nansum(today, axis=1), np.nan)
    return pd.DataFrame({"people": counted_now, **usual}).round(3).assign(clock=clock)


def _missing(people: pd.DataFrame, day: pd.Timestamp, weeks: int, now: pd.Timestamp) -> list[str]:
    """Zones that are usually counted at a time of the day at which others were counted, but they were not."""
    today, before = _day_and_before(people, _clock(day), weeks, now)
    is_counted = ~np.isnan(today)
    is_missing = is_counted.any(axis=1, keepdims=True) & ~is_counted & ~np.isnan(before).all(axis=0)
    return [str(zone) for place, zone in enumerate(people.columns) if is_missing[:, place].any()]


def _clock(day: dt.datetime) -> pd.DatetimeIndex:
    return pd.date_range(day, periods=24 * 60 // _QUARTER_MIN, freq=f"{_QUARTER_MIN}min", name="clock")


def _day_and_before(
    people: pd.DataFrame, clock: pd.DatetimeIndex, weeks: int, now: pd.Timestamp
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """People of the day up to now, quarter by zone; and of the weeks before, week by quarter by zone."""
    today = people.reindex(clock).to_numpy(dtype=float)
    before = [people.reindex(clock - week * _WEEK).to_numpy(dtype=float) for week in range(1, weeks + 1)]
    return np.where((clock <= now)[:, None], today, np.nan), np.stack(before)


def _means(before: NDArray[np.float64]) -> NDArray[np.float64]:
    """Means over the weeks of what was measured; empty where nothing was."""
    count = (~np.isnan(before)).sum(axis=0)
    means: NDArray[np.float64] = np.where(count > 0, np.nansum(before, axis=0) / np.maximum(count, 1), np.nan)
    return means


def _expected(view: View, hours: int) -> pd.DataFrame:
    """People expected in all zones per hour ahead: means of the hour, set at its middle; of both, if it comes twice."""
    from fazri_lib.campus.places import MODEL  # noqa: PLC0415 - places is heavy only for who asks for forecasts

    rows = view.table("forecasts")
    until = ibis.literal(view.as_of + dt.timedelta(hours=hours))
    ahead = rows.filter(
        rows.model == MODEL, rows.ts < until, rows.ts > ibis.literal(view.as_of - dt.timedelta(hours=1))
    )
    frame = view.read(ahead.group_by("ts").agg(expected=ahead.people.sum()).order_by("ts"))
    local = pd.to_datetime(frame["ts"], utc=True).dt.tz_convert(view.time_zone).dt.tz_localize(None)
    clock = (local + pd.Timedelta(minutes=30)).astype("datetime64[us]")
    expected = pd.DataFrame({"clock": clock, "expected": frame["expected"].astype(float)})
    return expected.groupby("clock", as_index=False).mean().round({"expected": 3})


def _told_now(frame: pd.DataFrame, hour: pd.Timestamp) -> str:
    known = frame[frame["quality"] != NO_SIGNAL]
    lost = told_silent(frame)
    if known.empty:
        return f"No zone was counted in the last two hours.{lost}"
    total = f"{counted(round(known['people'].sum()), 'person is', 'people are')} on campus"
    both = known.dropna(subset=["usual"])
    if both.empty:
        return f"{total}; there is no earlier week to compare with.{lost}"
    usual = f"{both['usual'].sum():,.0f} are usual on a {hour:%A} at this hour"
    return f"{total}; {usual}. {_told_most(both)}{lost}"


def _told_most(both: pd.DataFrame) -> str:
    outside = both[(both["people"] > both["usual_hi"] + _NOTABLE) | (both["people"] < both["usual_lo"] - _NOTABLE)]
    if outside.empty:
        return f"No zone is outside its usual range by more than {_NOTABLE:g} person."
    far = outside.sort_values("change", key=abs, ascending=False).head(3)
    told = ", ".join(f"{row.name_} {row.change:+.0f}" for row in far.rename(columns={"name": "name_"}).itertuples())
    return f"Outside the usual range: {told}."


def _told_missing(view: View, missing: list[str]) -> str:
    names = view.zones.set_index("zone_id")["name"]
    told = ", ".join(str(names.get(zone, zone)) for zone in missing)
    return f" Not counted all the time, and then left out of what is usual: {told}." if missing else ""


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
