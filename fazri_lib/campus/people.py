"""Who is on record: people by filter, and one person's identity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis
import pandas as pd

from fazri_lib.access import Scope
from fazri_lib.campus.answer import Chart
from fazri_lib.campus.behind import Behind
from fazri_lib.campus.words import counted, listed
from fazri_lib.errors import UnknownNameError, nearest

if TYPE_CHECKING:
    from fazri_lib.campus.answer import Answer
    from fazri_lib.campus.view import View

_FILTERS = ("kind", "role", "department")
_SHOWN = ("pseudonym", "name", "role", "department", "confidence")


def people(view: View, filters: dict[str, Any]) -> Answer:
    """Answer: which people are on record with these roles, departments or kinds."""
    for name in filters:
        if name not in _FILTERS:
            raise UnknownNameError(f"no filter {name}{nearest(name, _FILTERS)}; expected one of {', '.join(_FILTERS)}")
    rows = view.table("entities")
    for name, wanted in filters.items():
        rows = rows.filter(rows[name].isin([wanted] if isinstance(wanted, str) else list(wanted)))
    frame = _with_names(view, rows)
    asked = ", ".join(f"{name} {wanted}" for name, wanted in filters.items())
    return _people_answer(view, f"People{f' ({asked})' if asked else ''}", frame)


def person(view: View, who: int | str) -> Answer:
    """Answer: who somebody is on record, and which identifiers lead to them."""
    entity_id = view.entity(who)
    rows = view.table("identifiers")
    own = view.read(rows.filter(rows.entity_id == entity_id).order_by("id_type", "id_key"))
    own = own.assign(holders=own["id_key"].map(_holders(view, entity_id)), thing=view.thing_keys(own))
    frame = view.shown(own, "identifiers")
    entities = view.table("entities")
    row = view.shown(view.read(entities.filter(entities.entity_id == entity_id)), "entities").iloc[0]
    label = str(row["pseudonym"])
    known = [str(value) for value in (row["role"], row["department"]) if pd.notna(value)]
    shared = int((frame["holders"] > 1).sum())
    summary = (
        f"{label} is on record as {', '.join(known) or 'a person without role or department'}. "
        f"Identifiers that lead to this person: {len(frame)}, shared with others: {shared}."
    )
    bars = frame.assign(identifier=frame["id_type"].astype(str) + " " + frame["id_value"].fillna("").astype(str))

    columns = ("id_type", "id_value", "probability", "holders", "source", "valid_from", "valid_to")
    record = _with_names(view, entities.filter(entities.entity_id == entity_id))
    chart = Chart("shares", bars, label="identifier")
    behind = (
        Behind("directory rows", "records", (label,)),
        Behind("holders and rows", "thing", column="thing"),
    )
    more = {"columns": columns, "tables": {"record": record}, "behind": behind}
    return view.answer(f"Identity of {label}", summary, frame, chart, **more)


def _holders(view: View, entity_id: int) -> pd.Series[int]:
    """How many people hold each identifier of a person at the moment of the view, by `id_key`."""
    rows = view.table("identifiers")
    mine = rows.filter(rows.entity_id == entity_id)
    held = rows.semi_join(mine, "id_key").filter(rows.valid_to.isnull() | (rows.valid_to > view.as_of))
    counts = view.read(held.group_by("id_key").agg(holders=held.entity_id.nunique()))
    return counts.set_index("id_key")["holders"]


def suggested(view: View) -> str:
    """Return the pseudonym of the person with the surest findings, else of the one seen most."""
    findings, stays = view.table("findings"), view.table("stays")
    by_findings = findings.filter(findings.entity_id.notnull()).group_by("entity_id").agg(weight=findings.score.sum())
    by_stays = stays.group_by("entity_id").agg(weight=stays.confidence.sum())
    for ranked in (by_findings, by_stays):
        top = view.read(ranked.order_by(ibis.desc("weight"), "entity_id").limit(1))
        if len(top):
            who = view.survivor(top["entity_id"].iloc[0])
            return view.labels(pd.Series([who]))[who]
    raise UnknownNameError("nobody was seen yet; expected stays, got none; load logs and run `fazri run`")


def _with_names(view: View, entities: Any) -> pd.DataFrame:
    rows = entities
    if view.grant.holds(Scope.REVEAL):
        names = view.table("person").select("entity_id", "name", "email", "phone", "born_on")
        rows = rows.left_join(names, "entity_id").drop("entity_id_right")
    return view.shown(view.read(rows.order_by("entity_id")), "entities")


def _people_answer(view: View, title: str, frame: pd.DataFrame) -> Answer:
    roles = frame["role"].astype(object).fillna("no role").value_counts()
    told = f": {listed(roles)}" if len(frame) else ""
    summary = f"{counted(len(frame), 'person', 'people')}{told}."

    chart = Chart("count_bars", frame, column="role", what="People")
    return view.answer(title, summary, frame, chart, columns=_SHOWN)
