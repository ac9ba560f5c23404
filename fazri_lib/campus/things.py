"""Things as entities: which there are, and the course of one: who held it, where it was seen, loans, notes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from fazri_lib.access import Scope, identifier_label
from fazri_lib.campus.answer import Chart
from fazri_lib.campus.behind import Behind
from fazri_lib.campus.words import counted, listed
from fazri_lib.errors import UnknownNameError, nearest

if TYPE_CHECKING:
    from fazri_lib.campus.answer import Answer
    from fazri_lib.campus.instants import Moment
    from fazri_lib.campus.view import View

_MONTH = dt.timedelta(days=30)
_ZONE, _BOOK = "zone", "book"
_THINGS = ("kind", "thing", "observation_count", "mention_count", "holder_count", "first_at", "last_at")
_COURSE = ("ts", "what", "pseudonym", "zone", "probability", "source", "ended_at", "observation_id")
_KEPT = ("ts", "what", "zone_id", "entity_id", "probability", "source", "ended_at", "observation_id")
_TYPES = {"entity_id": "Int64", "observation_id": "Int64"}  # numbers of 63 bits, which floats would round
_MOST = 2_000
"""Rows of one course at most, the last ones: a busy door's card reader would fill a page with nothing."""


@dataclass(frozen=True, slots=True)
class _Which:
    """The thing that is meant: its kind, the column that names it, its name there and as it is shown."""

    kind: str
    column: str
    value: Any
    label: str


def things(view: View, kind: str | None) -> Answer:
    """Answer: which things there are, of one kind or all: zones, books, cards, devices and other identifiers."""
    rows = view.read(view.table("things").order_by("kind", "zone_id", "thing_id", "id_key"))
    kinds = sorted(rows["kind"].unique())
    if kind and kind not in kinds:
        raise UnknownNameError(f"no things of kind {kind}{nearest(kind, kinds)}; expected one of {', '.join(kinds)}")
    shown = view.shown(rows[rows["kind"] == kind] if kind else rows, "things")
    names = shown["zone_id"].fillna(shown["thing_id"]).fillna(shown["id_value"])
    frame = shown.assign(thing=shown["kind"] + ":" + names.astype(str))
    told = listed(frame["kind"].value_counts(), most=12)
    chart = Chart("count_bars", frame, column="kind", what="Things")
    return view.answer("Things", f"{counted(len(frame), 'thing')}: {told}.", frame, chart, columns=_THINGS)


def thing(view: View, which: str, start: Moment, end: Moment) -> Answer:
    """Answer: the course of one thing in a period, the newest first; every row leads to a logged row or a holder."""
    one = _meant(view, which)
    frame, period = _course(view, one, start, end)
    columns = [name for name in _COURSE if name not in ("zone", "observation_id") or frame[name].notna().any()]
    shown = view.shown(frame, "mentions")
    chart = Chart("count_bars", shown, column="what", what="Rows")
    title = f"{one.kind.replace('_', ' ').capitalize()} {one.label}, {view.span(*period)}"
    behind = (Behind("directory rows", "records", column="pseudonym"),)
    more = {"columns": tuple(columns), "behind": behind, "records": "observation_id"}
    return view.answer(title, _told(shown), shown, chart, **more)


def suggested(view: View) -> str:
    """Return the identifier that was seen most, as `kind:label`."""
    rows = view.table("things").filter(ibis._.id_value.notnull())
    top = view.read(rows.order_by(ibis.desc("observation_count"), "id_type", "id_key").limit(1))
    if top.empty:
        raise UnknownNameError(
            "no identifier is on record; expected some, got none; load directories and run `fazri run`"
        )
    return str(view.thing_keys(top).iloc[0])


def subjects(view: View, which: str, start: Moment, end: Moment) -> list[int]:
    """Return the people whom the course of a thing shows."""
    frame, _ = _course(view, _meant(view, which), start, end)
    return sorted({view.survivor(entity_id) for entity_id in frame["entity_id"].dropna().unique()})


def _meant(view: View, which: str) -> _Which:
    """Return the thing that `kind:name` means; without the right to reveal an identifier goes by its label only.

    Raises:
        UnknownNameError: there is no such thing, or its label is that of several.
    """
    kind, colon, name = which.strip().partition(":")
    rows = view.table("things")
    if colon and kind in (_ZONE, _BOOK):
        column = "zone_id" if kind == _ZONE else "thing_id"
        if len(view.read(rows.filter(rows.kind == kind, rows[column] == name).select(column).limit(1))):
            return _Which(kind, column, name, name)
    elif colon:
        is_revealed = view.grant.holds(Scope.REVEAL)
        named = rows.filter(rows.kind == kind).select("id_value", "id_key")
        for values in ([name] if is_revealed else [], _labelled(view, kind, name)):
            found = view.read(named.filter(named.id_value.isin(values))) if values else pd.DataFrame()
            if len(found):
                value, key = found.iloc[0]
                return _Which(
                    kind, "id_key", int(key), value if is_revealed else identifier_label(value, view.grant.key)
                )
    raise UnknownNameError(
        "no such thing at this moment; expected kind:name as zone:LIB, book:B1 or card_id:I-0M4ZT2B, one of "
        "campus.things(); identifiers themselves need the right to reveal"
    )


def _labelled(view: View, kind: str, name: str) -> list[str]:
    """The identifier of a kind that a label means, if any.

    Raises:
        UnknownNameError: it is the label of several.
    """
    values = [value for id_type, value in view.identifier_of.get(name.upper(), []) if id_type == kind]
    if len(values) > 1:
        raise UnknownNameError(
            f"{kind}:{name.upper()} means {len(values)} identifiers, whose labels are alike by chance; expected one; "
            "give the identifier itself, which needs the right to reveal"
        )
    return values


def _course(
    view: View, one: _Which, start: Moment, end: Moment
) -> tuple[pd.DataFrame, tuple[dt.datetime, dt.datetime]]:
    """Return all rows about a thing in a period, the newest first."""
    first, last = view.period(start, end, _MONTH)
    parts = [_rows(view, one, first, last), _named(view, one, first, last)]
    if one.column == "id_key":
        parts.append(_holders(view, one, first, last))
    alike = [part.reindex(columns=list(_KEPT)).astype(_TYPES) for part in parts]
    frame = pd.concat([part for part in alike if len(part)] or alike[:1], ignore_index=True)
    frame = frame.assign(zone=view.zone_names(frame["zone_id"]))
    order = {"ts": False, "what": False, "observation_id": True, "entity_id": True}
    return frame.sort_values(list(order), ascending=list(order.values())).head(_MOST), (first, last)


def _rows(view: View, one: _Which, first: dt.datetime, last: dt.datetime) -> pd.DataFrame:
    """Logged rows about the thing, each with who may be behind it; of a room its bookings."""
    table, claims = view.table("observations"), view.table("claims")
    about = table.filter(table[one.column] == ibis.literal(one.value), *_within(table, first, last))
    if one.kind == _ZONE:
        about = about.filter(about.kind == "booking")
    about = about.select("observation_id", "ts", "ended_at", "zone_id", "source", "kind")
    about = about.order_by(ibis.desc("ts")).limit(_MOST)
    whose = claims.filter(*_within(claims, first, last)).select("observation_id", "entity_id", "probability")
    rows = view.read(about.left_join(whose, "observation_id").drop("observation_id_right"))
    what = rows["kind"].map({"booking": "booked", "transaction": "taken out", "note": "wrote"}).fillna("seen")
    return rows.assign(what=what)


def _named(view: View, one: _Which, first: dt.datetime, last: dt.datetime) -> pd.DataFrame:
    """Notes that may name the thing."""
    if one.column == "thing_id":
        return pd.DataFrame()
    table, logged = view.table("mentions"), view.table("observations")
    about = table.filter(table[one.column] == ibis.literal(one.value), *_within(table, first, last))
    notes = logged.filter(logged.text.notnull(), *_within(logged, first, last)).select("observation_id", "source")
    columns = ("observation_id", "ts", "entity_id", "zone_id", "probability")
    rows = about.select(*columns).join(notes, "observation_id").order_by(ibis.desc("ts")).limit(_MOST)
    return view.read(rows).assign(what="mentioned")


def _holders(view: View, one: _Which, first: dt.datetime, last: dt.datetime) -> pd.DataFrame:
    """Who held the identifier, from when to when; without a start from before the period on."""
    table = view.table("identifiers")
    held = table.filter(table.id_key == ibis.literal(one.value))
    held = held.filter(
        held.valid_from.isnull() | (held.valid_from < ibis.literal(last)),
        held.valid_to.isnull() | (held.valid_to > ibis.literal(first)),
    )
    rows = view.read(held.select("entity_id", "valid_from", "valid_to", "probability", "source"))
    began = rows["valid_from"].fillna(pd.Timestamp(first))
    return rows.assign(ts=began, ended_at=rows["valid_to"], what="held by").drop(columns=["valid_from", "valid_to"])


def _within(table: ir.Table, first: dt.datetime, last: dt.datetime) -> tuple[ir.BooleanValue, ir.BooleanValue]:
    return table.ts >= ibis.literal(first), table.ts < ibis.literal(last)


def _told(frame: pd.DataFrame) -> str:
    if frame.empty:
        return "Nothing is known of it in this period."
    people = frame["pseudonym"].nunique()
    by_what = listed(frame["what"].value_counts())
    return f"{counted(len(frame), 'row')}: {by_what}; {counted(people, 'person', 'people')} may be concerned."
