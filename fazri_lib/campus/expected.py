"""One zone's forecast: what was said a day before, what happened, what is said now, and how good that was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from fazri_lib import forecast as forecasting
from fazri_lib.campus.answer import Chart
from fazri_lib.campus.places import ACTUAL, BASELINE, MODEL
from fazri_lib.errors import NotEnoughDataError
from fazri_lib.schema import utc_of

if TYPE_CHECKING:
    from fazri_lib.campus.answer import Answer
    from fazri_lib.campus.view import View

EARLIER = "forecast a day before"
_HOUR, _DAY = pd.Timedelta(hours=1), pd.Timedelta(days=1)
_VERDICTS = {
    "good": "the forecast can be relied on",
    "weak": "the forecast is a little better than the baseline",
    "no signal": "the forecast is not better than the baseline: take it for no more than that",
    "not enough data": "too few weeks to tell",
}


def expected(view: View, zone_id: str, past_days: int, hours: int) -> Answer:
    """Answer: the people expected in a zone, with intervals; for the past days what was said a day before each hour.

    Rows are those of table `forecasts`; model "measured" holds what happened, "forecast a day before" what was forecast
    for the hours of each past day from the moment at which that day began.
    """
    zone = view.zone(zone_id)
    history = _hours(view, zone_id)
    parts = [_ahead(history, hours), *_earlier(history, past_days), _measured(history, past_days)]
    frame = pd.concat([part for part in parts if len(part)] or [pd.DataFrame(columns=["ds", "model", "people"])])
    instants = {ds: utc_of(pd.Timestamp(ds).to_pydatetime(), view.time_zone) for ds in frame["ds"].unique()}
    columns = ["zone_id", "ts", "made_at", "model", "people", "lo_80", "hi_80", "lo_95", "hi_95"]
    rows = frame.assign(zone_id=zone_id, ts=frame["ds"].map(instants), made_at=view.as_of).reindex(columns=columns)
    shown = view.shown(rows.sort_values(["model", "ts"]), "forecasts")

    capacity = None if pd.isna(zone["capacity"]) else float(zone["capacity"])
    options: dict[str, Any] = {"time_zone": view.time_zone, "model": MODEL, "baseline": BASELINE}
    chart = Chart("forecast_band", shown, **options, earlier=EARLIER, capacity=capacity)
    return view.answer(f"Forecast of {zone['name']}", _told(view, shown), shown, chart, rows=0)


def skill(view: View, zone_id: str) -> Answer:
    """Answer: how good the forecasts of one zone were over the last weeks, beside the baselines."""
    zone = view.zone(zone_id)
    history = _hours(view, zone_id)
    cutoff = history["ds"].max() if len(history) else pd.Timestamp(view.as_of)
    frame = view.shown(forecasting.evaluate_forecasts(history, cutoff), "quality")
    told = _told_skill(frame)
    columns = ("measure", "value", "baseline", "baseline_name", "verdict")
    title = f"How good the forecasts of {zone['name']} are"
    return view.answer(title, told, frame, Chart("quality_table", frame), columns=columns, rows=8)


def _hours(view: View, zone_id: str) -> pd.DataFrame:
    """Mean people per complete hour of the zone: unique_id, ds (campus time), y."""
    history = view.hourly
    return history[history["unique_id"] == zone_id].reset_index(drop=True)


def _forecast(history: pd.DataFrame, cutoff: pd.Timestamp, hours: int) -> pd.DataFrame:
    try:
        return forecasting.forecast(history, cutoff, hours).rename(columns={"yhat": "people"})
    except NotEnoughDataError:  # under two days of history: no forecast is better than an invented one
        return pd.DataFrame(columns=["ds", "model", "people"])


def _ahead(history: pd.DataFrame, hours: int) -> pd.DataFrame:
    return _forecast(history, history["ds"].max(), hours) if len(history) else history.iloc[:0]


def _earlier(history: pd.DataFrame, past_days: int) -> list[pd.DataFrame]:
    """For each of the last days what was forecast at its beginning."""
    if history.empty:
        return []
    last = history["ds"].max()
    made = [_forecast(history, last - day * _DAY, 24) for day in range(past_days, 0, -1)]
    return [part[part["model"] == MODEL].assign(model=EARLIER) for part in made if len(part)]


def _measured(history: pd.DataFrame, past_days: int) -> pd.DataFrame:
    since = history["ds"].max() - past_days * _DAY if len(history) else None
    rows = history[history["ds"] > since] if since is not None else history
    return rows.rename(columns={"y": "people"}).assign(model=ACTUAL)[["ds", "people", "model"]]


def _told(view: View, frame: pd.DataFrame) -> str:
    ahead = frame[frame["model"] == MODEL]
    if ahead.empty:
        return "There is no forecast: a zone needs two days of history."
    peak: Any = ahead.iloc[int(ahead["people"].argmax())]
    range_80 = f"with 80 % probability {peak['lo_80']:.0f} to {peak['hi_80']:.0f}"
    told = f"Expected peak: {peak['people']:.0f} people ({range_80}), {view.spoken(peak['ts'])}."
    earlier = frame[frame["model"] == EARLIER].merge(
        frame.loc[frame["model"] == ACTUAL, ["ts", "people"]], on="ts", suffixes=("", "_was")
    )
    earlier = earlier.dropna(subset=["people_was"])
    if earlier.empty:
        return told
    inside = earlier["people_was"].between(earlier["lo_80"] - 1e-9, earlier["hi_80"] + 1e-9)
    return f"{told} Of the last {len(earlier)} hours {inside.sum()} lay within the 80 % interval given a day before."


def _told_skill(frame: pd.DataFrame) -> str:
    rows = frame[(frame["measure"] == "MASE 168 h") & (frame["baseline_name"] == BASELINE)]
    if rows.empty or pd.isna(rows["value"].iloc[0]):
        return "Verdict: not enough data. Forecasts are judged from the fourth week of history on."
    row = rows.iloc[0]
    share = 1 - row["value"] / row["baseline"]
    better = f"{abs(share):.0%} {'smaller' if share >= 0 else 'larger'} errors"
    compared = f"{better} over a week ahead than taking the same hour of the week before"
    return f"Verdict: {row['verdict']} - {_VERDICTS[str(row['verdict'])]}. Tested on past weeks: {compared}."
