"""Zones: their policy and people, their occupancy over time, a day against usual ones, their forecast."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import ibis
import pandas as pd

from fazri_lib import forecast as forecasting
from fazri_lib.campus.answer import Chart
from fazri_lib.campus.bounds import within
from fazri_lib.campus.counts import last_counts, told_silent
from fazri_lib.errors import NotPublishedError
from fazri_lib.schema import local_of

if TYPE_CHECKING:
    from fazri_lib.campus.answer import Answer
    from fazri_lib.campus.instants import Moment
    from fazri_lib.campus.view import View

_WEEK = dt.timedelta(days=7)
_DAY = dt.timedelta(days=1)
_QUARTERS_AN_HOUR = 4
_NOTABLE = 0.5
MODEL = forecasting.FORECASTERS[0].name
BASELINE = forecasting.BASELINE.name
ACTUAL = "measured"


def zones(view: View) -> Answer:
    """Answer: which zones there are, what their policy says, how many people are there by the last count.

    Where the last count is an outage, or older than two hours, nobody knows: the people are empty, not those of then.
    """
    counted = last_counts(view)
    frame = view.shown(counted.drop(columns="local_ts"), "zones")
    walks = view.read(view.table("zone_walks"))

    total, full = frame["people"].sum(), frame[frame["people"] > frame["capacity"]]["zone_id"]
    over = f"Over capacity: {', '.join(full)}." if len(full) else "None is over capacity."
    summary = f"{len(frame)} zones; {total:,.0f} people in them at the last count. {over}{told_silent(counted)}"
    columns = ("zone_id", "name", "building", "zone_type", "capacity", "people", "opens", "closes", "security")
    return view.answer("Zones", summary, frame, Chart("zone_map", frame, walks), columns=columns, rows=20)


def occupancy(view: View, zone_id: str | None, between: tuple[Moment, Moment], days: int | None) -> Answer:
    """Answer: how many people were in a zone, or in each zone, over a period."""
    if days is not None:
        within(days=days)
    capacity = view.zone(zone_id)["capacity"] if zone_id else None
    usual = _WEEK if zone_id else _DAY
    first, last = view.period(*between, usual if days is None else days * _DAY)
    rows = view.table("occupancy")
    rows = rows.filter(rows.ts >= ibis.literal(first), rows.ts < ibis.literal(last))
    rows = rows.filter(rows.zone_id == zone_id) if zone_id else rows
    frame = view.shown(view.read(rows.order_by("zone_id", "ts")), "occupancy")

    curve = Chart("occupancy_curve", frame, time_zone=view.time_zone, capacity=_number(capacity))
    chart = curve if zone_id else Chart("occupancy_grid", frame, time_zone=view.time_zone)
    title = f"People in {zone_id or 'each zone'}, {view.span(first, last)}"
    columns = ("zone_id", "ts", "people", "people_lo", "people_hi", "quality")
    return view.answer(title, _told_occupancy(view, frame), frame, chart, columns=columns, rows=0)


def typical_week(view: View, zone_id: str, weeks: int) -> Answer:
    """Answer: how many people are in a zone at which hour of the week."""
    within(weeks=weeks)
    view.zone(zone_id)
    rows = view.table("occupancy")
    since = ibis.literal(view.as_of - weeks * _WEEK)
    frame = view.shown(view.read(rows.filter(rows.zone_id == zone_id, rows.ts >= since).order_by("ts")), "occupancy")

    chart = Chart("week_heatmap", frame, time_zone=view.time_zone)
    measured = frame[frame["quality"] != "outage"]
    clock = measured["local_ts"].dt
    by_hour = measured.groupby(24 * clock.day_of_week + clock.hour).agg(
        people=("people", "mean"), since=("local_ts", "first")
    )
    busiest = by_hour.sort_values("people", ascending=False, kind="stable").head(3)
    told = ", ".join(f"{row.since:%a %H:00} ({row.people:.0f} people)" for row in busiest.itertuples())
    summary = f"Busiest hours of the last {weeks} weeks: {told}." if told else "There is no figure yet."
    return view.answer(f"Typical week in {zone_id}", summary, frame, chart, rows=0)


def day(view: View, on: Moment, weeks: int) -> Answer:
    """Answer: the mean people per zone on a day against the same weekday and hours of the weeks before."""
    within(weeks=weeks)
    start = view.instant(on) or view.as_of
    if start > view.as_of:
        raise NotPublishedError(
            f"the day lies after the moment of the view; expected up to {view.spoken(view.as_of)}, "
            f"got {view.spoken(start)}; ask campus.forecast() for what comes"
        )
    on_date = local_of(start, view.time_zone).date()
    rows = view.table("occupancy")
    begin = dt.datetime.combine(on_date, dt.time())
    wanted = [begin - week * _WEEK for week in range(weeks + 1)]
    measured = rows.filter(rows.local_ts.truncate("D").isin(wanted), rows.quality == "measured")
    quarters = view.read(measured.select("zone_id", "local_ts", "people"))
    means = _against_usual(quarters, begin).merge(view.zones[["zone_id", "capacity"]], on="zone_id", how="left")
    frame = view.shown(means, "occupancy")

    columns = ("zone_id", "people", "usual", "change", "peak_people", "peak_at", "capacity")
    title = f"People by zone on {on_date:%a %d %b %Y}"
    return view.answer(title, _told_day(frame), frame, Chart("day_against_usual", frame), columns=columns, rows=8)


def outlook(view: View, hours: int) -> Answer:
    """Answer: the most people expected in each zone over the next hours, and when."""
    within(hours=hours)
    rows = view.table("forecasts")
    until = ibis.literal(view.as_of + dt.timedelta(hours=hours))
    ahead = view.read(rows.filter(rows.model == MODEL, rows.ts < until).order_by("zone_id", "people", "ts"))
    peaks = ahead.groupby("zone_id", as_index=False).last().rename(columns={"ts": "peak_at"})
    peaks = peaks.merge(view.zones[["zone_id", "capacity"]], on="zone_id", how="left")
    peaks = peaks.sort_values(["people", "zone_id"], ascending=[False, True])
    peaks["peak_at"] = pd.to_datetime(peaks["peak_at"]).dt.tz_localize("UTC")
    frame = view.shown(peaks, "forecasts")
    likely, possible = (frame[frame[name] > frame["capacity"]]["zone_id"] for name in ("people", "hi_80"))
    told = (
        f"Expected over capacity: {', '.join(likely)}."
        if len(likely)
        else f"Over capacity only if it gets fuller than expected: {', '.join(possible)}."
        if len(possible)
        else "No zone is expected over its capacity."
    )
    columns = ("zone_id", "people", "lo_80", "hi_80", "peak_at", "capacity")
    title = f"Fullest moments of the next {hours} hours"
    return view.answer(title, told, frame, Chart("expected_peaks", frame), columns=columns, rows=10)


def forecast(view: View, zone_id: str, past_days: int, hours: int | None) -> Answer:
    """Answer: the people expected in a zone, with intervals, beside what was measured and the baseline."""
    within(past_days=past_days)
    view.zone(zone_id)
    rows = view.table("forecasts")
    if hours is not None:
        within(hours=hours)
        rows = rows.filter(rows.ts < ibis.literal(view.as_of + dt.timedelta(hours=hours)))
    ahead = view.read(rows.filter(rows.zone_id == zone_id).order_by("model", "ts"))
    both = pd.concat([_measured_hours(view, zone_id, past_days * _DAY), ahead], ignore_index=True)
    frame = view.shown(both.reindex(columns=ahead.columns), "forecasts")

    chart = Chart("forecast_band", frame, time_zone=view.time_zone, model=MODEL, baseline=BASELINE)
    title = f"Forecast of {zone_id}"
    return view.answer(title, _told_forecast(view, frame[frame["model"] == MODEL]), frame, chart, rows=0)


def busiest(view: View) -> str:
    """Return the zone with the most people over the last week of the view."""
    rows = view.table("occupancy")
    recent = rows.filter(rows.ts >= ibis.literal(view.as_of - _WEEK), rows.quality == "measured")
    top = view.read(
        recent.group_by("zone_id").agg(people=recent.people.mean()).order_by(ibis.desc("people"), "zone_id").limit(1)
    )
    return str(top["zone_id"].iloc[0] if len(top) else view.zones["zone_id"].iloc[0])


def _measured_hours(view: View, zone_id: str, past: dt.timedelta) -> pd.DataFrame:
    """Mean people of the complete hours of the campus's clock, as the forecast has them."""
    rows = view.table("occupancy")
    since = ibis.literal(view.as_of - past)
    rows = rows.filter(rows.zone_id == zone_id, rows.ts >= since, rows.quality == "measured")
    quarters = view.read(rows.select("ts", "local_ts", "people"))
    by_hour = quarters.groupby(quarters["local_ts"].dt.floor("h"))
    hours = by_hour.agg(ts=("ts", "min"), people=("people", "mean"), quarters=("ts", "size"))
    complete = hours[hours["quarters"] >= _QUARTERS_AN_HOUR].drop(columns="quarters")
    return complete.assign(zone_id=zone_id, model=ACTUAL)


def _against_usual(quarters: pd.DataFrame, begin: dt.datetime) -> pd.DataFrame:
    """Means per zone of the day and of the earlier days at the same times of day."""
    clock, days = quarters["local_ts"].dt.time, quarters["local_ts"].dt.floor("D")
    is_day = days == pd.Timestamp(begin)
    today = quarters[is_day].sort_values(["zone_id", "people"])
    means = today.groupby("zone_id").agg(
        people=("people", "mean"), peak_people=("people", "max"), peak_at=("local_ts", "last")
    )
    earlier = quarters[~is_day & clock.isin(set(clock[is_day]))]
    means["usual"] = earlier.groupby("zone_id")["people"].mean()
    means["change"] = means["people"] - means["usual"]
    figures = ["people", "peak_people", "usual", "change"]
    means[figures] = means[figures].round(3)
    ordered: pd.DataFrame = means.reset_index().sort_values("people", ascending=False, ignore_index=True)
    return ordered


def _told_day(frame: pd.DataFrame) -> str:
    known = frame.dropna(subset=["usual"])
    total = f"{frame['people'].sum():,.0f} people on average"
    if frame.empty or known.empty:
        return (
            f"{total}; there is no earlier day to compare with." if len(frame) else "Nothing was measured on this day."
        )
    most = known.sort_values("change", key=abs).iloc[-1]
    direction = "more" if most["change"] >= 0 else "fewer"
    difference = f"Largest difference: {most['zone_id']} with {abs(most['change']):.1f} {direction} than usual."
    told = difference if abs(most["change"]) >= _NOTABLE else "No zone differs from usual."
    return f"{total}, {known['usual'].sum():,.0f} are usual on such a day. {told}"


def _told_occupancy(view: View, frame: pd.DataFrame) -> str:
    measured = frame[frame["quality"] != "outage"]
    if measured.empty:
        return "Nothing was measured in this period."
    peak = measured.sort_values("people").iloc[-1]
    outage = len(frame) - len(measured)
    missing = f" {outage} of {len(frame)} quarter hours fall into outages and stay empty." if outage else ""
    return (
        f"Most people: {peak['people']:.0f} ({peak['people_lo']:.0f} to {peak['people_hi']:.0f}) in {peak['zone_id']}, "
        f"{view.spoken(peak['ts'])}.{missing}"
    )


def _told_forecast(view: View, ahead: pd.DataFrame) -> str:
    if ahead.empty:
        return "There is no forecast: a zone needs two days of history."
    peak = ahead.sort_values("people").iloc[-1]
    quality = view.table("quality")
    mase = view.read(
        quality.filter(quality.measure.startswith("MASE"), quality.baseline_name == BASELINE).order_by("measure")
    )
    told = "".join(
        f" Quality on this campus: {row.verdict} ({row.measure} {row.value:.2f}, {row.baseline:.2f} by the baseline)."
        for row in mase.head(1).itertuples()
    )
    people = f"{peak['people']:.0f}"
    noun = "person" if people == "1" else "people"
    return (
        f"Expected peak: {people} {noun} (80 %: {peak['lo_80']:.0f} to {peak['hi_80']:.0f}), "
        f"{view.spoken(peak['ts'])}.{told}"
    )


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
