"""Alibis in words, and the rows that they are made of."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import ibis
import pandas as pd

from fazri_lib.campus.answer import Chart
from fazri_lib.campus.words import counted
from fazri_lib.schema import local_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from fazri_lib.campus.answer import Answer
    from fazri_lib.campus.instants import Moment
    from fazri_lib.campus.view import View

_WEEK = dt.timedelta(days=7)
_SHOWN = ("ts", "zone", "source", "probability", "alibi", "alibi_source", "id_type", "id_value", "needed_m_s")


def alibis(view: View, who: int | str, start: Moment, end: Moment) -> Answer:
    """Answer: rows that may be this person but for an alibi, each beside the row that shows the person elsewhere."""
    entity_id = view.entity(who)
    first, last = view.period(start, end, _WEEK)
    table = view.table("alibis")
    mine = table.entity_id.isin(view.numbers_of(entity_id))
    own = table.filter(mine, table.ts >= ibis.literal(first), table.ts < ibis.literal(last))
    rows = view.read(_with_rows(view, own).order_by(ibis.desc("ts"), "observation_id"))
    rows = rows.assign(zone=view.zone_names(rows["zone_id"]), alibi=told(view, rows))
    frame = view.shown(rows, "observations")
    label = view.labels(pd.Series([entity_id]))[entity_id]

    chart = Chart("count_bars", frame, column="alibi_zone_id", what="Alibis")
    return view.answer(
        f"Alibis of {label}", _summary(label, frame), frame, chart, columns=_SHOWN, records="observation_id"
    )


def told(view: View, rows: pd.DataFrame) -> pd.Series:
    """Return in words why the person was elsewhere, for rows of the extract's `alibis`."""
    zones = view.zone_names(rows["alibi_zone_id"])
    clock = pd.Series(
        [f"{local_of(at.to_pydatetime(), view.time_zone):%H:%M:%S}" for at in rows["alibi_at"]], rows.index
    )
    far = rows["distance_m"].round().astype("int64").astype(str)
    seen = "seen in " + zones + ", " + far + " m away, at " + clock
    stayed = "stayed in " + zones + ", " + far + " m away, until " + clock
    words: pd.Series = seen.where(rows["alibi_since_id"] == rows["alibi_observation_id"], stayed)
    return words.astype(object)


def of_rows(view: View, observations: ir.Table, entity_id: int) -> pd.Series:
    """Return what alibis say of claims of a person: their own in words, of other holders only how many have one.

    Args:
        view: the view.
        observations: an expression with the `observation_id` of the rows in question.
        entity_id: the person.

    Returns:
        Words by observation id; those without any alibi are left out.
    """
    rows = view.read(view.table("alibis").semi_join(observations, "observation_id"))
    is_own = rows["entity_id"].isin(view.numbers_of(entity_id))
    own, others = rows[is_own], rows[~is_own]
    counts = others.groupby("observation_id").size()
    theirs = counts.map(lambda number: f"{counted(number, 'other holder')} surely elsewhere").astype(object)
    both = pd.concat([told(view, own).set_axis(own["observation_id"]), theirs])
    words: pd.Series = both.groupby(level=0, sort=False).agg("; ".join).astype(object)
    return words


def _with_rows(view: View, own: ir.Table) -> ir.Table:
    """Alibis with the weight that the claim has, the claim's source, and the row that shows the person elsewhere."""
    claims, observations = view.table("claims"), view.table("observations")
    weights = claims.select("observation_id", "entity_id", "source", "probability")
    named = {"alibi_source": "source", "sensor_id": "sensor_id", "id_type": "id_type", "id_value": "id_value"}
    seen = observations.select(alibi_observation_id="observation_id", **named)
    rows = own.left_join(weights, ["observation_id", "entity_id"]).drop("observation_id_right", "entity_id_right")
    return rows.left_join(seen, "alibi_observation_id").drop("alibi_observation_id_right")


def _summary(label: str, frame: pd.DataFrame) -> str:
    if frame.empty:
        return f"No row of this period is weighed down because {label} was surely elsewhere."
    stayed = int((frame["alibi_since_id"] != frame["alibi_observation_id"]).sum())
    far = len(frame) - stayed
    kinds = [f"seen too far away {far}"] if far else []
    kinds += [f"stayed elsewhere {stayed}"] if stayed else []
    told_rows = counted(len(frame), "row on a shared identifier is", "rows on shared identifiers are")
    return f"{told_rows} weighed down, because {label} was surely elsewhere: {', '.join(kinds)}."
