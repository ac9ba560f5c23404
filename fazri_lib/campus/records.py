"""Directory rows behind a person, and the logged rows behind a stay."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis
import pandas as pd

from fazri_lib.access import Scope
from fazri_lib.campus import evidence
from fazri_lib.campus.answer import Chart
from fazri_lib.campus.bounds import whole
from fazri_lib.campus.on_record import labelled, table
from fazri_lib.campus.words import counted, listed
from fazri_lib.errors import UnknownNameError

if TYPE_CHECKING:
    import datetime as dt

    from fazri_lib.campus.answer import Answer
    from fazri_lib.campus.view import View

_TOLD = ("name", "email", "phone", "born_on", "role", "department")
_SHOWN = ("label", "directory", "record_key", *_TOLD, "probability", "known_at")


def records(view: View, who: int | str) -> Answer:
    """Answer: the directory rows that belong to a person, each with the probability that it does.

    `known_at` says since when the row is as it is; empty for always.

    Raises:
        NotPublishedError: the extract was published before it held directory rows.
    """
    entity_id = view.entity(who)
    links, rows = table(view, "links"), table(view, "records")
    own = links.filter(links.entity_id == entity_id).select("record_id", "entity_id", "probability")
    told = own.join(rows, "record_id").select(*own.columns, "directory", "record_key", *_TOLD, "known_at")
    found = view.read(told.order_by("directory", "record_key", "record_id"))
    found["known_at"] = found["known_at"].where(found["known_at"] > pd.Timestamp(0))
    known = pd.to_datetime(found["known_at"]).dt.tz_localize("UTC")
    frame = view.shown(labelled(view, found), "records").assign(known_at=known)
    if not view.grant.holds(Scope.REVEAL):
        frame = frame.drop(columns="record_id")  # it follows from what the row says
    label = view.labels(pd.Series([entity_id]))[entity_id]

    chart = Chart("count_bars", frame, column="directory", what="Rows")
    told_of = f"{counted(len(frame), 'directory row')}: {listed(frame['directory'].value_counts())}."
    return view.answer(
        f"Directory rows of {label}",
        told_of if len(frame) else "No directory row is known of this person at this moment.",
        frame,
        chart,
        columns=tuple(name for name in _SHOWN if name not in _TOLD or frame[name].notna().any()),
        records="label",
    )


def stay(view: View, stay_id: int | str) -> Answer:
    """Answer: the logged rows that one stay of a person was made of.

    An open stay rests on its first row until its end is known; rows logged since are shown, too.

    Raises:
        UnknownNameError: there is no such stay at this moment.
    """
    row = _stay(view, stay_id)
    claimed = view.table("claims")
    end = view.as_of if pd.isna(row["ended_at"]) else row["ended_at"].to_pydatetime()
    start = row["started_at"].to_pydatetime()
    own = claimed.filter(
        claimed.entity_id == int(row["entity_id"]),
        claimed.zone_id == row["zone_id"],
        claimed.is_presence,
        claimed.ts.between(ibis.literal(start), ibis.literal(end)),
    )
    if start < end and _is_followed(view, row, end):
        own = own.filter(own.ts < ibis.literal(end))
    entity_id = view.survivor(row["entity_id"])
    frame = evidence.claim_rows(view, own, entity_id)
    label = view.labels(pd.Series([entity_id]))[entity_id]
    until = "its end is not known yet" if pd.isna(row["ended_at"]) else f"until {view.spoken(row['ended_at'])}"
    zone = view.zone(str(row["zone_id"]))["name"]
    title = f"Stay of {label} in {zone} from {view.spoken(row['started_at'])}"
    told = (
        f"{counted(len(frame), 'row')}: {listed(frame['source'].value_counts())}; {until}, "
        f"confidence {row['confidence']:.0%}: that of the surest row."
    )
    chart = Chart("count_bars", frame, column="source", what="Rows")
    return view.answer(title, told, frame, chart, **evidence.CLAIM_ANSWER)


def subject(view: View, stay_id: int | str) -> list[int]:
    """Return the person whose stay it is."""
    return [view.survivor(_stay(view, stay_id)["entity_id"])]


def _is_followed(view: View, row: pd.Series[Any], end: dt.datetime) -> bool:
    """Tell whether the next stay in the same zone begins where one ends: a row at that very moment is of the next."""
    stays = view.table("stays")
    here = (stays.entity_id == int(row["entity_id"])) & (stays.zone_id == row["zone_id"])
    return not view.read(stays.filter(here, stays.started_at == ibis.literal(end)).limit(1)).empty


def _stay(view: View, stay_id: int | str) -> pd.Series[Any]:
    number = whole(stay_id)
    rows = view.table("stays")
    found = view.read(rows.filter(rows.stay_id == number).limit(1)) if number is not None else pd.DataFrame()
    if found.empty:
        raise UnknownNameError(
            "there is no such stay at this moment; expected an id of campus.timeline(), got another; "
            "choose one from the table, or look from a later moment"
        )
    return found.iloc[0]
