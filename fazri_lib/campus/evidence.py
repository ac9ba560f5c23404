"""What stands behind answers about people: the rows behind a finding, the claims on a person with their weights."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pandas as pd

from fazri_lib.campus import alibis
from fazri_lib.campus.answer import Chart
from fazri_lib.campus.behind import Behind
from fazri_lib.campus.bounds import whole
from fazri_lib.campus.merged import as_one
from fazri_lib.campus.words import counted, listed
from fazri_lib.errors import UnknownNameError

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from fazri_lib.campus.answer import Answer
    from fazri_lib.campus.instants import Moment
    from fazri_lib.campus.view import View

_WEEK = dt.timedelta(days=7)
_AROUND = dt.timedelta(hours=1)
_WHOLE = 1 - 1e-9
_ROWS = ("ts", "zone", "source", "id_type", "id_value", "weight", "alibi", "category")
_COUNTS = ("ts", "zone_id", "people", "people_lo", "people_hi", "quality")
_CLAIMS = ("observation_id", "ts", "zone_id", "source", "probability", "is_presence")
CLAIM_ANSWER: dict[str, Any] = {
    "columns": ("ts", "zone", "source", "id_type", "id_value", "probability", "alibi", "is_presence"),
    "behind": (Behind("holders and rows", "thing", column="thing"),),
    "records": "observation_id",
}
"""How an answer of `claim_rows` is shown, and where its figures lead: a weight to the holders of the identifier."""


def evidence(view: View, finding_id: int | str) -> Answer:
    """Answer: one finding in words, and the logged rows, or the counts, that it was made from.

    The table `finding` holds the finding itself.
    """
    row = _finding(view, finding_id)
    ids = [int(item) for item in np.atleast_1d(row["evidence"])] if row["evidence"] is not None else []
    frame, of = _observations(view, ids, row["entity_id"]) if ids else _counts(view, row)
    one = view.shown(pd.DataFrame([row]), "findings")
    what = str(row["detector"]).replace("_", " ")
    title = f"{what.capitalize()}, {view.spoken(row['started_at'])}"
    told = f"{row['reason']} What to do: {row['action']}"
    columns = _ROWS if ids else _COUNTS
    chart = Chart("evidence_table", frame, time_zone=view.time_zone)
    key = "observation_id" if ids else ""
    more = {"columns": columns, "tables": {"finding": one}, "records": key}
    return view.answer(title, told, view.shown(frame, of), chart, **more)


def subjects(view: View, finding_id: int | str) -> list[int]:
    """Return the person that a finding is about; nobody for one about a zone."""
    entity_id = _finding(view, finding_id)["entity_id"]
    return [] if pd.isna(entity_id) else [view.survivor(entity_id)]


def claims(view: View, who: int | str, start: Moment, end: Moment) -> Answer:
    """Answer: what was logged that may be this person, each row with its weight: the probability that it was them."""
    entity_id = view.entity(who)
    first, last = view.period(start, end, _WEEK)
    table = view.table("claims")
    mine = table.entity_id.isin(view.numbers_of(entity_id))
    own = table.filter(mine, table.ts >= ibis.literal(first), table.ts < ibis.literal(last))
    frame = claim_rows(view, own, entity_id)
    label = view.labels(pd.Series([entity_id]))[entity_id]

    chart = Chart("count_bars", frame, column="source", what="Rows")
    return view.answer(f"Rows that may be {label}", _told_claims(frame), frame, chart, **CLAIM_ANSWER)


def claim_rows(view: View, own: ir.Table, entity_id: int) -> pd.DataFrame:
    """Return claims on a person beside the logged rows that they are about, the newest first.

    Args:
        view: the view.
        own: rows of `claims` of the person, under any of their numbers, as an expression.
        entity_id: the person.
    """
    own = as_one(own, view.numbers_of(entity_id), entity_id)
    logged = view.table("observations").select("observation_id", "sensor_id", "id_type", "id_value")
    rows = own.select("entity_id", *_CLAIMS).left_join(logged, "observation_id").drop("observation_id_right")
    found = view.read(rows.order_by(ibis.desc("ts"), "observation_id"))
    words = alibis.of_rows(view, own, entity_id)
    more = {"zone": view.zone_names(found["zone_id"]), "thing": view.thing_keys(found)}
    return view.shown(found.assign(**more, alibi=found["observation_id"].map(words)), "observations")


def _finding(view: View, finding_id: int | str) -> pd.Series[Any]:
    number = whole(finding_id)
    rows = view.table("findings")
    found = view.read(rows.filter(rows.finding_id == number)) if number is not None else pd.DataFrame()
    if found.empty:
        raise UnknownNameError(
            "there is no such finding at this moment; expected an id of campus.findings(), got another; "
            "choose one from the table, or look from a later moment"
        )
    return found.iloc[0]


def _observations(view: View, ids: list[int], entity_id: Any) -> tuple[pd.DataFrame, str]:
    """The logged rows, each with the probability that it was the person of the finding."""
    observations, claimed = view.table("observations"), view.table("claims")
    named = ("observation_id", "ts", "zone_id", "source", "kind", "sensor_id", "id_type", "id_value", "category")
    rows = view.read(observations.filter(observations.observation_id.isin(ids)).select(*named).order_by("ts"))
    rows = rows.assign(zone=view.zone_names(rows["zone_id"]), weight=np.nan, alibi=None)
    if pd.notna(entity_id):
        who = view.survivor(entity_id)
        mine = claimed.filter(claimed.observation_id.isin(ids), claimed.entity_id.isin(view.numbers_of(who)))
        mine = as_one(mine, view.numbers_of(who), who)
        weights = view.read(mine.group_by("observation_id").agg(weight=mine.probability.max()))
        rows["weight"] = rows["observation_id"].map(weights.set_index("observation_id")["weight"])
        words = alibis.of_rows(view, observations.filter(observations.observation_id.isin(ids)), who)
        rows["alibi"] = rows["observation_id"].map(words)
    return rows, "observations"


def _counts(view: View, row: pd.Series[Any]) -> tuple[pd.DataFrame, str]:
    """Counts of the zone around the finding, an hour to each side: rules on counts have no other evidence."""
    end = row["started_at"] if pd.isna(row["ended_at"]) else row["ended_at"]
    first, last = (pd.Timestamp(moment).to_pydatetime() for moment in (row["started_at"], end))
    table = view.table("occupancy")
    near = table.filter(
        table.zone_id == row["zone_id"],
        table.ts >= ibis.literal(first - _AROUND),
        table.ts <= ibis.literal(last + _AROUND),
    )
    return view.read(near.order_by("ts")).drop(columns=["local_ts"]), "occupancy"


def _told_claims(frame: pd.DataFrame) -> str:
    if frame.empty:
        return "Nothing was logged in this period that may be this person."
    sure = int((frame["probability"] >= _WHOLE).sum())
    by_source = listed(frame["source"].value_counts())
    shared = len(frame) - sure
    told = "all of them surely this person" if not shared else f"{shared} of them may be somebody else"
    weighed = int(frame["alibi"].notna().sum())
    alibi = f" Alibis changed the weight of {weighed} of them." if weighed else ""
    return f"{counted(len(frame), 'row')}, {told}: {by_source}.{alibi}"
