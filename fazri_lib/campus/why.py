"""Why two rows of directories are one person, how a person came about, and why two are apart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from fazri_lib.access import Scope
from fazri_lib.campus.answer import Chart
from fazri_lib.campus.on_record import (
    Loaded,
    Side,
    is_trained,
    likeliest,
    load,
    of_person,
    person_of,
    records_of,
    shown,
    side,
    table,
)
from fazri_lib.campus.words import counted
from fazri_lib.errors import UnknownNameError
from fazri_lib.resolution.explaining import merge_path, why_apart
from fazri_lib.resolution.explaining import why as weighed
from fazri_lib.resolution.explaining.hanging import NEEDED
from fazri_lib.resolution.explaining.words import bits, chance, told_apart, told_path, told_why
from fazri_lib.resolution.model import probability

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fazri_lib.campus.answer import Answer
    from fazri_lib.campus.view import View
    from fazri_lib.resolution.explaining import Apart, Path, Why

_APART = "Why {} and {} are two people"
_NEAREST = 12
_PAIR = 2
_WATERFALL = ("field", "label", "one", "other", "bits", "rarity", "total")
_STEPS = ("joins", "with", "bridge", "weight", "average", "pairs", "is_weakest", "is_decided")
_RECORDS = ("label", "directory", "record_key", "name", "email", "phone", "born_on", "probability", "is_own")


def why(view: View, one: int | str, other: int | str = "") -> Answer:
    """Answer: what each field says for and against two rows of directories being one person.

    The table `records` holds the two rows, as far as the reader may see them.
    """
    if not is_trained(view):
        return _untold(view, "Why two records are one person")
    loaded = _pair(view, one, other)
    if len(loaded.rows) < _PAIR:
        return _alone(view, loaded)
    told = weighed(loaded.few, 0, 1)
    frame = _waterfall(view, loaded, told)
    names = loaded.name(0), loaded.name(1)
    title = f"Why {names[0]} and {names[1]} {'are' if _is_one(loaded) else 'are not'} one person"
    chart = Chart("waterfall", frame)
    tables = {"records": _shown(view, loaded.rows)}
    return view.answer(title, told_why(told, *names), frame, chart, columns=_WATERFALL, rows=20, tables=tables)


def how(view: View, who: int | str) -> Answer:
    """Answer: which rows of directories are a person, in which order they join, and which link is the weakest.

    The table `records` holds the rows; one that is not `is_own` fits somebody else better, or as well.
    """
    entity_id = view.entity(who)
    linked = of_person(view, entity_id)
    label = view.labels(pd.Series([entity_id]))[entity_id]
    if linked.empty or not is_trained(view):
        return _untold(view, f"How {label} came about", linked)
    rows = load(view, linked["record_id"].tolist())
    shares = linked.set_index("record_id")
    records = rows.rows.assign(
        probability=rows.rows["record_id"].map(shares["probability"]),
        is_own=rows.rows["record_id"].map(shares["is_own"]),
    )
    own = load(view, linked.loc[linked["is_own"], "record_id"].tolist()) if linked["is_own"].any() else rows
    path = merge_path(own.few)
    frame = _steps(own, path)
    summary = f"{told_path(path, own.name)}{_open_rows(records)}"
    tables = {"records": _shown(view, records)}
    leaves = own.rows[["label", "directory"]]
    chart = Chart("merge_path", frame, leaves, needed=NEEDED)
    title = f"How {label} came about from {counted(len(own.rows), 'record')}"
    return view.answer(title, summary, frame, chart, columns=_STEPS, rows=20, tables=tables)


def why_not(view: View, one: int | str, other: int | str = "") -> Answer:
    """Answer: why two people, or two rows of directories, are apart, and what would join them.

    Without another one the person nearest to the first is taken. The frame is the waterfall of the closest two rows;
    the table `joins` says of each field what it would do, `records` holds the rows of both sides.
    """
    if not is_trained(view):
        return _untold(view, "Why two people are apart")
    ends = _apart_sides(view, one, other)
    if ends is None:
        label = side(view, one).label
        nobody = f"Nobody on record is near {label}: no pair of records came close."
        return view.answer(f"Who is near {label}", nobody, pd.DataFrame(), Chart("waterfall", pd.DataFrame()), rows=0)
    first, second, asked, both = ends
    if not second.record_ids:
        shared = f"Every record of {second.label} fits {first.label} as well or better; whose they are is kept open."
        none = pd.DataFrame()
        return view.answer(_APART.format(first.label, second.label), shared, none, Chart("waterfall", none), rows=0)
    loaded = load(view, [*first.record_ids, *second.record_ids])
    size = len(first.record_ids)
    places = range(size), range(size, len(loaded.rows))
    pair = None if asked is None else (loaded.place(asked[0]), loaded.place(asked[1]))
    fits_both = None if both is None else loaded.place(both)
    apart = why_apart(loaded.few, list(places[0]), list(places[1]), pair, fits_both=fits_both)
    told = weighed(loaded.few, apart.one, apart.other)
    two = [apart.one, apart.other]
    frame = _waterfall(view, loaded, told, two)
    summary = told_apart(apart, loaded.name, first.label, second.label)
    chart = Chart("waterfall", frame)
    tables = {"joins": _joins(apart), "records": _shown(view, loaded.rows)}
    title = _APART.format(first.label, second.label)
    return view.answer(title, summary, frame, chart, columns=_WATERFALL, rows=20, tables=tables)


def subjects(view: View, *asked: int | str) -> list[int]:
    """Return the people whom a question is about: of rows the likeliest ones."""
    parts = [part for text in asked for part in str(text).split()]
    return list(dict.fromkeys(person_of(view, part) for part in parts))


def apart_subjects(view: View, one: int | str, other: int | str) -> list[int]:
    """Return both people of `why_not`, the nearest one where no other is named."""
    found = subjects(view, one, other)
    if str(other).strip():
        return found
    return [*found, *_nearest(view, side(view, one))["entity_id"].head(1).tolist()]


def own_pairs(view: View, who: int | str) -> dict[str, str]:
    """Return the pairs of rows of a person, the weakest first, by what they are called."""
    entity_id = view.entity(who)
    linked = of_person(view, entity_id)
    own = linked.loc[linked["is_own"], "record_id"].tolist()
    if len(own) < _PAIR:
        return {"one record only": ""}
    loaded = load(view, own)
    weight = loaded.few.weights()
    left, right = np.triu_indices(len(own), 1)
    order = np.argsort(weight[left, right], kind="stable")
    labels = loaded.rows["label"]
    found = {"the weakest link": ""}
    for one, other in zip(left[order], right[order], strict=True):
        told = f"{loaded.name(one)} and {loaded.name(other)}, {bits(weight[one, other])} bits"
        found[told] = f"{labels.iloc[one]} {labels.iloc[other]}"
    return found


def near(view: View, who: int | str) -> dict[str, str]:
    """Return the people nearest to a person, the nearest first, by what they are called; empty is the nearest."""
    people = _nearest(view, side(view, who))
    if people.empty:
        return {"nobody is near": ""}
    labels = view.labels(people["entity_id"])
    named = [(labels[int(who)], float(weight)) for who, weight in people.itertuples(index=False)]
    found = {f"the nearest: {named[0][0]}": ""}
    return found | {f"{label}, closest records {bits(weight)} bits": label for label, weight in named}


def _pair(view: View, one: int | str, other: int | str) -> Loaded:
    """The two rows that are meant: given, or of a person the weakest link; or the only one."""
    ends = [side(view, part) for text in (one, other) for part in str(text).split()]
    rows = [end for end in ends if not end.is_person]
    if len(rows) == _PAIR:
        if rows[0].record_ids == rows[1].record_ids:
            raise UnknownNameError("both labels mean the same row; expected two different ones; choose another")
        return load(view, [end.record_ids[0] for end in rows])
    if len(ends) != 1 or not ends[0].is_person:
        raise UnknownNameError(
            f"expected two rows of directories, or one person, got {len(rows)} rows and {len(ends) - len(rows)} "
            "people; ask campus.why_not for people who are apart"
        )
    loaded = load(view, ends[0].record_ids)
    if len(loaded.rows) < _PAIR:
        return loaded
    path = merge_path(loaded.few)
    return loaded.chosen(path.steps[path.weakest if path.weakest is not None else -1].bridge)


def _apart_sides(
    view: View, one: int | str, other: int | str
) -> tuple[Side, Side, tuple[int, int] | None, int | None] | None:
    """Both sides with all rows of the people, the two rows asked about if any, and the row that fits both if any."""
    first = side(view, one)
    if not str(other).strip():
        people = _nearest(view, first)
        if people.empty:
            return None
        other = int(people["entity_id"].iloc[0])
    second = side(view, other)
    if first.entity_id == second.entity_id:
        raise UnknownNameError(
            f"{first.label} and {second.label} are one person; expected two people; ask campus.why or campus.how"
        )
    asked = None if first.is_person or second.is_person else (first.record_ids[0], second.record_ids[0])
    sides = [end if end.is_person else side(view, end.entity_id) for end in (first, second)]
    both = _fits_both(view, sides)
    ones, others = (_labelled(person, asked_for) for person, asked_for in zip(sides, (first, second), strict=True))
    rest = tuple(row for row in others.record_ids if row not in ones.record_ids)
    return ones, replace(others, record_ids=rest), asked, both


def _labelled(person: Side, asked: Side) -> Side:
    """A person with all rows, called what was asked for; a row that fits somebody else as well comes first."""
    rows = dict.fromkeys((*asked.record_ids, *person.record_ids)) if not asked.is_person else person.record_ids
    return Side(asked.label, tuple(rows), person.entity_id, asked.is_person)


def _fits_both(view: View, sides: Sequence[Side]) -> int | None:
    """The row that is linked to both people."""
    linked = [set(of_person(view, end.entity_id)["record_id"]) for end in sides]
    both = sorted(linked[0] & linked[1] & {row for end in sides for row in end.record_ids})
    return both[0] if both else None


def _nearest(view: View, of: Side) -> pd.DataFrame:
    """The people nearest to a side by the heaviest pair of rows: `entity_id, weight`."""
    pairs, own = table(view, "pairs"), list(of.record_ids)
    rows = view.read(
        pairs.filter(pairs.left_id.isin(own) | pairs.right_id.isin(own)).select("left_id", "right_id", "weight")
    )
    away = rows["right_id"].where(rows["left_id"].isin(own), rows["left_id"])
    entity = likeliest(view, away.unique().tolist()).set_index("record_id")["entity_id"]
    rows = rows.assign(entity_id=away.map(entity)).dropna(subset=["entity_id"])
    rows = rows[rows["entity_id"] != of.entity_id]
    best = rows.groupby("entity_id")["weight"].max().reset_index().astype({"entity_id": "int64"})
    return best.sort_values(["weight", "entity_id"], ascending=[False, True], kind="stable").head(_NEAREST)


def _is_one(loaded: Loaded) -> bool:
    entity = loaded.rows["entity_id"]
    return bool(entity.iloc[0] == entity.iloc[1])


def _waterfall(view: View, loaded: Loaded, told: Why, two: Sequence[int] = (0, 1)) -> pd.DataFrame:
    """The waterfall; for readers who may see them with the values of both rows."""
    frame = told.frame()
    if not view.grant.holds(Scope.REVEAL):
        return frame
    for column, place in zip(("one", "other"), two, strict=True):
        row = loaded.texts.iloc[place]
        frame[column] = [_values(row, loaded, field) for field in frame["field"]]
    return frame


def _values(row: pd.Series[Any], loaded: Loaded, field: str) -> str:
    if field not in loaded.spec.fields:
        return ""
    return " ".join(str(row[name]) for name in loaded.spec.fields[field].columns if pd.notna(row[name]))


def _steps(loaded: Loaded, path: Path) -> pd.DataFrame:
    labels = loaded.rows["label"].tolist()
    rows = [
        {
            "joins": [labels[record] for record in step.left],
            "with": [labels[record] for record in step.right],
            "bridge": f"{loaded.name(step.bridge[0])} and {loaded.name(step.bridge[1])}",
            "pair": f"{labels[step.bridge[0]]} {labels[step.bridge[1]]}",
            "weight": step.weight,
            "probability": float(probability(np.array([step.weight]))[0].round(6)),
            "average": step.average,
            "pairs": len(step.left) * len(step.right),
            "is_weakest": number == path.weakest,
            "is_decided": step.is_decided,
        }
        for number, step in enumerate(path.steps)
    ]
    names = ["joins", "with", "bridge", "pair", "weight", "probability", "average", "pairs", "is_weakest", "is_decided"]
    return pd.DataFrame(rows, columns=names)


def _joins(apart: Apart) -> pd.DataFrame:
    rows = [
        {
            "fields": ", ".join(join.fields),
            "is_missing": bool(join.missing),
            "gain": join.gain,
            "weight": join.weight,
            "probability": float(probability(np.array([join.weight]))[0].round(6)),
            "is_enough": join.is_enough,
        }
        for join in apart.joins
    ]
    return pd.DataFrame(rows, columns=["fields", "is_missing", "gain", "weight", "probability", "is_enough"])


def _shown(view: View, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows as the reader may see them; their ids follow from what they say, so they are for who sees that."""
    masked = shown(view, rows)
    masked = masked if view.grant.holds(Scope.REVEAL) else masked.drop(columns="record_id")
    return masked[[name for name in (*_RECORDS, "pseudonym", "role", "department", "record_id") if name in masked]]


def _open_rows(records: pd.DataFrame) -> str:
    """In words which rows fit somebody else as well."""
    away = records[~records["is_own"].astype(bool)]
    doubtful = records[records["is_own"].astype(bool) & (records["probability"] < 1)]
    told = ""
    if len(away):
        told += (
            f" {counted(len(away), 'further record')} may be this person's, too: somebody else fits better or as well."
        )
    if len(doubtful):
        least = doubtful["probability"].min()
        told += f" The least sure record belongs here with {chance(float(least))}."
    return told


def _untold(view: View, title: str, linked: pd.DataFrame | None = None) -> Answer:
    """Where no model compared records: what is there, and why no more is said."""
    if linked is not None and linked.empty:
        told = "No record of a directory is linked to this person at this moment."
    else:
        told = (
            "No model was trained by this moment: a few hundred rows of at least two directories are needed. Records "
            "are linked where they share an identifying number."
        )
    tables = {}
    if linked is not None and len(linked):
        rows = records_of(view, linked["record_id"].tolist())
        tables["records"] = _shown(view, rows.merge(linked, on="record_id", how="left"))
    none = pd.DataFrame()
    return view.answer(title, told, none, Chart("merge_path", none, none, needed=NEEDED), rows=0, tables=tables)


def _alone(view: View, loaded: Loaded) -> Answer:
    told = "This person has one record; there is nothing to compare it with."
    frame, chart = pd.DataFrame(), Chart("waterfall", pd.DataFrame())
    tables = {"records": _shown(view, loaded.rows)}
    return view.answer(f"Why {loaded.name(0)}", told, frame, chart, rows=0, tables=tables)
