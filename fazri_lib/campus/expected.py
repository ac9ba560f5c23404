"""One zone's forecast: what was said at most a day before, what happened, what is said now, how good that was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from fazri_lib.campus.answer import Chart
from fazri_lib.campus.bounds import within
from fazri_lib.campus.foreseen import DAY
from fazri_lib.campus.places import ACTUAL, BASELINE, MODEL
from fazri_lib.campus.words import counted
from fazri_lib.schema import utc_of

if TYPE_CHECKING:
    import datetime as dt

    from fazri_lib.campus.answer import Answer
    from fazri_lib.campus.foreseen import Foreseen
    from fazri_lib.campus.view import View

EARLIER = "forecast at most a day before"
_HOUR = pd.Timedelta(hours=1)
_NOT_ENOUGH, _NO_SIGNAL = "not enough data", "no signal"
_VERDICTS = {
    "good": "the forecast can be relied on",
    "weak": "the forecast is a little better than the baseline",
    _NO_SIGNAL: "the forecast is not surely better than the baseline: take it for no more than that",
    _NOT_ENOUGH: "too few weeks to tell",
}
_BASELINES = {
    BASELINE: "taking the same hour of the week before",
    "flat_median": "taking the middle value of the last four weeks at every hour",
}


def expected(view: View, zone_id: str, past_days: int, hours: int) -> Answer:
    """Answer: the people expected in a zone, with intervals; for the past days what was said at most a day before.

    Rows are those of table `forecasts`; model "measured" holds what happened, without a moment at which it was made.
    "forecast at most a day before" holds what was forecast for each past day (24 hours up to the last complete one)
    from the moment at which it began: its `made_at`.
    """
    within(past_days=past_days, hours=hours)
    zone, foreseen = view.zone(zone_id), view.foreseen
    ahead = foreseen.ahead(zone_id, hours).assign(made_at=pd.Timestamp(view.as_of))
    parts = [ahead, *_earlier(view, zone_id, past_days), _measured(foreseen, zone_id, past_days)]
    frame = pd.concat([part for part in parts if len(part)] or [pd.DataFrame(columns=["ds", "model"])])
    instants = {ds: _instant(view, ds) for ds in frame["ds"].unique()}
    columns = ["zone_id", "ts", "made_at", "model", "people", "lo_80", "hi_80", "lo_95", "hi_95"]
    rows = frame.assign(zone_id=zone_id, ts=frame["ds"].map(instants)).reindex(columns=columns)
    shown = view.shown(rows.drop_duplicates(["model", "ts"]).sort_values(["model", "ts"]), "forecasts")

    capacity = None if pd.isna(zone["capacity"]) else float(zone["capacity"])
    options: dict[str, Any] = {"time_zone": view.time_zone, "model": MODEL, "baseline": BASELINE}
    chart = Chart("forecast_band", shown, **options, earlier=EARLIER, capacity=capacity)
    return view.answer(f"Forecast of {zone['name']}", _told(view, shown, zone_id), shown, chart, rows=0)


def skill(view: View, zone_id: str) -> Answer:
    """Answer: how good the forecasts of one zone were over the last weeks, beside the baselines."""
    zone = view.zone(zone_id)
    frame = view.shown(view.foreseen.verdict(zone_id), "quality")
    told = _told_skill(frame)
    columns = ("measure", "value", "baseline", "baseline_name", "verdict")
    title = f"How good the forecasts of {zone['name']} are"
    return view.answer(title, told, frame, Chart("quality_table", frame), columns=columns, rows=8)


def _instant(view: View, ds: pd.Timestamp) -> dt.datetime:
    return utc_of(pd.Timestamp(ds).to_pydatetime(), view.time_zone)


def _earlier(view: View, zone_id: str, past_days: int) -> list[pd.DataFrame]:
    """For each of the last days what was forecast at its beginning: the end of the last hour that was read for it."""
    foreseen = view.foreseen
    parts = []
    for days_ago in range(past_days, 0, -1):
        rows = foreseen.earlier(zone_id, days_ago)
        if len(rows):
            made_at = _instant(view, foreseen.last - days_ago * DAY + _HOUR)
            parts.append(rows.assign(model=EARLIER, made_at=pd.Timestamp(made_at)))
    return parts


def _measured(foreseen: Foreseen, zone_id: str, past_days: int) -> pd.DataFrame:
    rows = foreseen.measured(zone_id)
    rows = rows[rows["ds"] > foreseen.last - past_days * DAY]
    return rows.rename(columns={"y": "people"}).assign(model=ACTUAL)[["ds", "people", "model"]]


def _told(view: View, frame: pd.DataFrame, zone_id: str) -> str:
    ahead = frame[frame["model"] == MODEL]
    if ahead.empty:
        return "There is no forecast: a zone needs two days of history."
    peak: Any = ahead.iloc[int(ahead["people"].argmax())]
    range_80 = f"with 80 % probability {peak['lo_80']:.0f} to {peak['hi_80']:.0f}"
    people = counted(round(peak["people"]), "person", "people")
    told = f"Expected peak: {people} ({range_80}), {view.spoken(peak['ts'])}."
    return f"{told}{_told_earlier(frame)}{_told_loser(view.foreseen.verdict(zone_id))}"


def _told_earlier(frame: pd.DataFrame) -> str:
    earlier = frame[frame["model"] == EARLIER].merge(
        frame.loc[frame["model"] == ACTUAL, ["ts", "people"]], on="ts", suffixes=("", "_was")
    )
    earlier = earlier.dropna(subset=["people_was"])
    if earlier.empty:
        return ""
    inside = earlier["people_was"].between(earlier["lo_80"] - 1e-9, earlier["hi_80"] + 1e-9).sum()
    return f" Of the last {len(earlier)} hours {inside} lay within the 80 % interval given at most a day before."


def _told_loser(quality: pd.DataFrame) -> str:
    """What a reader must know before the drawn forecast is taken for the best one."""
    row = _rival(quality)
    if row is None or row["verdict"] != _NO_SIGNAL:
        return ""
    return f" On past weeks of this zone it was not surely better than {_named(row)}."


def _rival(quality: pd.DataFrame) -> pd.Series[Any] | None:
    """The row against the baseline with the smallest error over a week ahead; none when nothing could be compared."""
    rows = quality[quality["measure"] == "MASE 168 h"].dropna(subset=["value", "baseline"])
    return None if rows.empty else rows.sort_values("baseline").iloc[0]


def _named(row: pd.Series[Any]) -> str:
    return _BASELINES[str(row["baseline_name"])]


def _told_skill(frame: pd.DataFrame) -> str:
    row = _rival(frame)
    if row is None:
        return "Verdict: not enough data. Forecasts are judged from the fourth week of history on."
    verdict = str(row["verdict"])
    told = f"Verdict: {verdict} - {_VERDICTS[verdict]}."
    if verdict == _NOT_ENOUGH or row["baseline"] <= 0:
        return told
    share = 1 - row["value"] / row["baseline"]
    chance = ", which may be chance" if verdict == _NO_SIGNAL and share > 0 else ""
    better = f"{abs(share):.0%} {'smaller' if share >= 0 else 'larger'} errors"
    return f"{told} Tested on past weeks: {better} over a week ahead than {_named(row)}{chance}."
