"""Notes that may name a person."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import ibis
import pandas as pd

from fazri_lib.campus.answer import Chart
from fazri_lib.campus.words import counted, listed

if TYPE_CHECKING:
    from fazri_lib.campus.answer import Answer
    from fazri_lib.campus.instants import Moment
    from fazri_lib.campus.view import View

_MONTH = dt.timedelta(days=30)
_LIKELY = 0.5
_SHOWN = ("ts", "named", "probability", "zone", "reason", "category", "text")


def mentions(view: View, who: int | str, start: Moment, end: Moment) -> Answer:
    """Answer: notes that may name a person or something that they held, each with its weight and why it is read so.

    `text` is there for readers with the right to reveal; `observation_id` is the note's, `text_from` and `text_to` say
    where in it.
    """
    entity_id = view.entity(who)
    first, last = view.period(start, end, _MONTH)
    table, notes = view.table("mentions"), view.table("observations")
    near = [table.ts >= ibis.literal(first), table.ts < ibis.literal(last)]
    own = table.filter(table.entity_id.isin(view.numbers_of(entity_id)), *near).drop("zone_id", "local_date")
    texts = notes.filter(notes.ts >= ibis.literal(first), notes.ts < ibis.literal(last), notes.text.notnull())
    texts = texts.select("observation_id", "text", "category", "source")
    rows = view.read(own.join(texts, "observation_id").order_by(ibis.desc("ts"), "observation_id", "text_from"))
    places = table.filter(table.kind == "zone", *near).semi_join(own, "observation_id")
    best = view.read(places.order_by(ibis.desc("probability"), "zone_id").select("observation_id", "zone_id"))
    where = best.drop_duplicates("observation_id").set_index("observation_id")["zone_id"]
    zone_id = rows["observation_id"].map(where)
    rows = rows.assign(zone_id=zone_id, zone=view.zone_names(zone_id), named=_named(rows["kind"]))
    frame = view.shown(rows, "mentions")

    label = view.labels(pd.Series([entity_id]))[entity_id]
    chart = Chart("count_bars", frame, column="named", what="Mentions")
    columns = [name for name in _SHOWN if name in ("ts", "named") or frame[name].notna().any()]
    more = {"columns": tuple(columns), "records": "observation_id"}
    return view.answer(f"Notes that may name {label}", _told(frame), frame, chart, **more)


def _named(kinds: pd.Series) -> pd.Series:
    """By what a note names the person: by name, or by something held."""
    return kinds.str.replace("_", " ").where(kinds != "person", "name")


def _told(frame: pd.DataFrame) -> str:
    if frame.empty:
        return "No note of this period names this person, as far as can be read."
    likely = int((frame["probability"] >= _LIKELY).sum())
    by_kind = listed(frame["named"].value_counts())
    return f"{counted(len(frame), 'mention')} ({by_kind}), {likely} of them more likely than not."
