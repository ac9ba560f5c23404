"""Where one person was, is and will probably be."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pandas as pd

from fazri_lib import forecast
from fazri_lib.campus.answer import Chart
from fazri_lib.campus.behind import Behind
from fazri_lib.campus.behind import moment as behind_moment
from fazri_lib.campus.instants import aware
from fazri_lib.campus.likely import UNKNOWN, likely_zones
from fazri_lib.campus.merged import as_one, moved
from fazri_lib.campus.words import counted
from fazri_lib.errors import NotPublishedError
from fazri_lib.schema import local_of
from fazri_lib.workflows.moments import Moment as Moments

if TYPE_CHECKING:
    from fazri_lib.campus.answer import Answer
    from fazri_lib.campus.instants import Moment
    from fazri_lib.campus.view import View

_WEEK = dt.timedelta(days=7)
_LOOK_AROUND = dt.timedelta(days=1)
_DECAYED = dt.timedelta(hours=6)
_MINUTE = np.timedelta64(1, "m")


def timeline(view: View, who: int | str, start: Moment, end: Moment) -> Answer:
    """Answer: the stays of a person in a period and the gaps between them."""
    entity_id = view.entity(who)
    stays = view.table("stays")
    own = stays.filter(stays.entity_id.isin(view.numbers_of(entity_id)))
    first, last = view.period(start, end or aware(_end_of_last(view, own)), _WEEK)
    rows = view.read(
        own.filter(own.started_at < last, own.ended_at.isnull() | (own.ended_at > first)).order_by(
            "started_at", "zone_id"
        )
    )
    reach = _reach(view, entity_id, rows)
    until = _until(rows, reach, view.as_of, view.settings.presence.sure_probability)
    gap = (rows["started_at"] - until.cummax().shift()).to_numpy() / _MINUTE
    dwell = (until - rows["started_at"]).to_numpy() / _MINUTE
    rows = rows.assign(dwell_min=np.round(dwell, 1), gap_before_min=np.round(np.where(gap > 0, gap, np.nan), 1))
    frame = view.shown(rows, "stays")

    ends = frame.assign(ended_at=until.dt.tz_localize("UTC"))
    chart = Chart("timeline", ends, time_zone=view.time_zone, until=aware(view.as_of))
    label = view.labels(pd.Series([entity_id]))[entity_id]
    title = f"Days of {label}, {view.span(first, last)}"
    columns = ("zone_id", "started_at", "ended_at", "dwell_min", "gap_before_min", "confidence", "sources")
    behind = (Behind("logged rows", "stay", column="stay_id"),)
    told = _told_stays(view, label, frame, last)
    return view.answer(title, told, frame, chart, columns=columns, rows=-10, behind=behind)


def where(view: View, who: int | str, at: Moment) -> Answer:
    """Answer: the likely zones of a person at a moment, from what was known at the moment of the view."""
    entity_id = view.entity(who)
    moment = view.instant(at) or view.as_of
    if moment > view.as_of:
        raise NotPublishedError(
            f"the moment asked for lies after the view's; expected up to {view.spoken(view.as_of)}, "
            f"got {view.spoken(moment)}; ask campus.next_place() for what comes, or load newer data"
        )
    claims = _presence_claims(view, entity_id, moment)
    stays = view.table("stays")
    own = stays.entity_id.isin(view.numbers_of(entity_id))
    spanning = stays.filter(own, stays.started_at <= moment, stays.ended_at > moment)
    around = view.read(spanning)
    places = likely_zones(claims, around, moment)
    past = claims[claims["ts"] <= moment].sort_values("ts")
    seen = past.groupby("zone_id")[["ts", "source"]].last().rename(columns={"ts": "last_at"}).reset_index()
    places = places.merge(seen, on="zone_id", how="left").assign(entity_id=entity_id)
    frame = view.shown(places[["entity_id", "zone_id", "probability", "last_at", "source"]], "claims")

    chart = Chart("shares", frame, label="zone_id")
    label, is_spanned = str(frame["pseudonym"].iloc[0]), len(around) > 0
    seen_at, told_seen = _last_sure(view, entity_id, moment)
    summary = f"{_told_places(label, frame)} {told_seen}"
    more = {
        "columns": ("zone_id", "probability", "last_at", "source"),
        "behind": _around(label, moment, seen_at, is_spanned=is_spanned),
    }
    return view.answer(f"Where {label} was on {view.spoken(moment)}", summary, frame, chart, **more)


def _around(label: str, at: dt.datetime, seen_at: dt.datetime | None, *, is_spanned: bool) -> tuple[Behind, ...]:
    """Where the rows are that a likely place was computed from, and the last sure sighting."""
    second = dt.timedelta(seconds=1)
    spans = {"rows around the moment": (at - _LOOK_AROUND, at + _DECAYED + second)}
    spans |= {} if seen_at is None else {"the last sure sighting": (seen_at, seen_at + second)}
    rows = tuple(Behind(what, "claims", (label, *map(behind_moment, span))) for what, span in spans.items())
    stays = Behind("stays at the moment", "timeline", (label, *map(behind_moment, (at, at + second))))
    return (*rows, stays) if is_spanned else rows


def next_place(view: View, who: int | str, at: Moment) -> Answer:
    """Answer: where a visit of this person that starts at a moment would probably be."""
    entity_id = view.entity(who)
    moment = view.instant(at) or view.as_of
    visits = Moments(view.extract, view.settings, view.as_of).visits()
    visits = visits.assign(entity_id=moved(visits["entity_id"], view.merged_into))
    local = pd.Timestamp(local_of(moment, view.time_zone))
    frame = view.shown(forecast.predict_next_place(visits, entity_id, local).assign(entity_id=entity_id), "stays")
    quality = view.table("quality")
    hits = quality.filter(quality.capability == "next_place", quality.measure == "acc@1")
    verdicts = view.read(hits.order_by("baseline_name"))

    chart = Chart("shares", frame.dropna(subset=["zone_id"]), label="zone_id")
    label = view.labels(pd.Series([entity_id]))[entity_id]
    best = frame.iloc[0]
    guess = (
        f"{best['zone_id']} with {best['probability']:.0%}: {best['reason']}"
        if pd.notna(best["zone_id"])
        else best["reason"]
    )
    summary = f"Likeliest next zone of {label}: {guess}. {_told_verdict(verdicts)}"
    first = pd.Timestamp(min(view.extract.manifest.months, default="1970-01")).to_pydatetime() - _LOOK_AROUND
    visited = tuple(map(behind_moment, (first, view.as_of)))
    behind = (Behind("the visits so far", "timeline", (label, *visited)), Behind("how good it is", "quality"))
    more = {"columns": ("zone_id", "probability", "reason"), "behind": behind}
    return view.answer(f"Next place of {label}", summary, frame, chart, **more)


def _until(stays: pd.DataFrame, reach: pd.Series, as_of: dt.datetime, sure: float) -> pd.Series:
    """Until when each stay is taken to last.

    An open one lasts as long as its rows speak for presence, at most until the next sure stay elsewhere or the view:
    what comes after the last sign of somebody is no stay.
    """
    starts = stays["started_at"].where(stays["confidence"] >= sure)
    following = starts.shift(-1).bfill().fillna(pd.Timestamp(as_of))
    last = reach.fillna(following).clip(lower=stays["started_at"], upper=following)
    return stays["ended_at"].fillna(last)


def _reach(view: View, entity_id: int, stays: pd.DataFrame) -> pd.Series:
    """Until when the rows of each open stay speak for presence; empty for stays with an end."""
    is_open = stays["ended_at"].isna()
    reach = pd.Series(pd.NaT, index=stays.index, dtype=stays["started_at"].dtype)
    if not is_open.any():
        return reach
    claims = view.table("claims")
    since = stays["started_at"][is_open].min().to_pydatetime()
    mine = claims.entity_id.isin(view.numbers_of(entity_id))
    own = claims.filter(mine, claims.is_presence, claims.ts >= ibis.literal(since))
    until = ibis.coalesce(own.until_at, own.ts)
    rows = view.read(own.select("zone_id", "ts", until_at=until))
    for place in stays.index[is_open]:
        is_own = (rows["zone_id"] == stays["zone_id"][place]) & (rows["ts"] >= stays["started_at"][place])
        reach[place] = rows["until_at"][is_own].max()
    return reach


def _presence_claims(view: View, entity_id: int, moment: dt.datetime) -> pd.DataFrame:
    claims = view.table("claims")
    near = claims.filter(
        claims.entity_id.isin(view.numbers_of(entity_id)),
        claims.is_presence,
        claims.zone_id.notnull(),
        claims.ts >= ibis.literal(moment - _LOOK_AROUND),
        claims.ts <= ibis.literal(moment + _DECAYED),
    )
    near = as_one(near, view.numbers_of(entity_id), entity_id)
    return view.read(near.select("ts", "until_at", "zone_id", "probability", "source").order_by("ts"))


def _end_of_last(view: View, stays: Any) -> dt.datetime:
    """End of the person's last stay: the time before the last sighting is what a reader wants to see first."""
    last = view.read(stays.agg(at=ibis.coalesce(stays.ended_at, ibis.literal(view.as_of)).max()))["at"].iloc[0]
    return view.as_of if pd.isna(last) else min(view.as_of, pd.Timestamp(last).to_pydatetime())


def _told_stays(view: View, label: str, frame: pd.DataFrame, last: dt.datetime) -> str:
    if frame.empty:
        return f"{label} was not seen in this period."
    hours = frame.groupby("zone_id")["dwell_min"].sum().sort_values(ascending=False) / 60
    top = ", ".join(f"{zone} ({spent:.1f} h)" for zone, spent in hours.head(3).items())
    gaps = int(frame["gap_before_min"].notna().sum())
    sure = int((frame["confidence"] >= view.settings.presence.sure_probability).sum())
    open_stay = "" if frame["ended_at"].notna().all() else f" No end of the last stay was known on {view.spoken(last)}."
    told = f"{counted(len(frame), 'stay')}, {sure} of them sure, and {counted(gaps, 'gap')}"
    return f"{told}. Most time: {top}.{open_stay}"


def _told_places(label: str, frame: pd.DataFrame) -> str:
    best = frame.iloc[0]
    unknown = float(frame.loc[frame["zone_id"] == UNKNOWN, "probability"].iloc[0])
    if best["zone_id"] == UNKNOWN:
        return f"Nothing tells where {label} was: no sighting is near enough."
    return f"{label} was in {best['zone_id']} with {best['probability']:.0%}; {unknown:.0%} are unknown."


def _last_sure(view: View, entity_id: int, moment: dt.datetime) -> tuple[dt.datetime | None, str]:
    """When somebody was surely seen for the last time, and that in words."""
    claims, sure = view.table("claims"), view.settings.presence.sure_probability
    numbers = view.numbers_of(entity_id)
    own = claims.filter(claims.entity_id.isin(numbers), claims.is_presence, claims.zone_id.notnull())
    rows = as_one(own.filter(own.ts <= moment), numbers, entity_id)
    rows = rows.filter(rows.probability >= sure)
    last = view.read(rows.order_by(ibis.desc("ts")).limit(1).select("ts", "zone_id", "source"))
    if last.empty:
        return None, "There is no earlier sighting that is more likely than not."
    seen = last.iloc[0]
    told = f"Last sure sighting: {seen['zone_id']}, {view.spoken(seen['ts'])} ({seen['source']})."
    return seen["ts"].to_pydatetime(), told


def _told_verdict(rows: pd.DataFrame) -> str:
    if rows.empty:
        return "How good this is was not measured."
    row = rows.iloc[0]
    measured = (
        "" if pd.isna(row["value"]) else f" ({row['value']:.0%} right, {row['baseline']:.0%} by {row['baseline_name']})"
    )
    return f"Quality of such predictions on this campus: {row['verdict']}{measured}."
