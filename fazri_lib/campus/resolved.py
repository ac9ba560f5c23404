"""How good the resolution of records is: who was found in how many, what pairs weigh, what reviewers' answers say."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fazri_lib.campus.answer import Chart
from fazri_lib.campus.bounds import within
from fazri_lib.campus.queued import read, verdicts
from fazri_lib.campus.words import counted
from fazri_lib.resolution.review import estimated, sampled
from fazri_lib.workflows.reviewed import held_at

if TYPE_CHECKING:
    from fazri_lib.campus.answer import Answer
    from fazri_lib.campus.queued import Base
    from fazri_lib.campus.view import View
    from fazri_lib.store.operations import Decision

_MERGED, _SPLIT = "merged", "split"
_LOWEST_BIN, _HIGHEST_BIN = -10, 40
_CLAIM_OFF = "the model claims more than the answers allow"
_COLUMNS = (
    "threshold", "probability", "pairs", "answers", "precision", "precision_lo", "precision_hi", "claimed_precision",
    "recall", "recall_lo", "recall_hi", "claimed_recall",
)  # fmt: skip


def resolution(view: View, days: int) -> Answer:
    """Answer: the people found, by number of their records and of directories that list them, and what changed."""
    within(days=days)
    links, records = (read(view, name) for name in ("links", "records"))
    doubtful = int((links.groupby("record_id").size() > 1).sum())
    top = links.sort_values(["record_id", "probability", "entity_id"], ascending=[True, False, True], kind="stable")
    own = top.drop_duplicates("record_id").merge(records[["record_id"]], on="record_id")
    people = own.groupby("entity_id").agg(records=("record_id", "size"), directories=("directory", "nunique"))
    sizes = people.groupby(["records", "directories"]).size().rename("people").reset_index()
    changed = _changes(view, days)
    recall = blocking_recall(view)
    found = f"{counted(len(own), 'record')} of {counted(own['directory'].nunique(), 'directory', 'directories')}"
    summary = (
        f"{found} are {counted(len(people), 'person', 'people')}; {counted(doubtful, 'record')} fit several people "
        f"equally. In the last {counted(days, 'day')} {counted(int(changed[_MERGED]), 'person', 'people')} turned out "
        f"to be one with others and {counted(int(changed[_SPLIT]), 'person', 'people')} came apart. "
        f"{_told_recall(recall)}"
    )
    tables = {"directories": own.groupby("directory").size().rename("records").reset_index()}
    chart = Chart("people_by_records", sizes)
    return view.answer("People found in the directories", summary, sizes, chart, tables=tables, rows=12)


def pair_weights(view: View, made: Base) -> Answer:
    """Answer: how many pairs of records weigh how much, within people and between them."""
    pairs = made.known.pairs
    ends = [pairs[name].map(made.entity) for name in ("left_id", "right_id")]
    low = np.clip(np.floor(pairs["weight"]), _LOWEST_BIN, _HIGHEST_BIN).astype("int64")
    frame = pd.DataFrame({"weight": low, "is_one_person": ends[0].eq(ends[1])})
    frame = frame.groupby(["weight", "is_one_person"]).size().rename("pairs").reset_index()
    inside = int(frame.loc[frame["is_one_person"], "pairs"].sum())
    between = int(frame["pairs"].sum()) - inside
    doubtful = int(frame.loc[frame["weight"].between(-2, 1), "pairs"].sum())
    summary = (
        f"{counted(inside, 'pair')} of records within people, {between:,} between people that are near each other; "
        f"{doubtful:,} of all weigh between -2 and 2 bits, where the records hardly tell."
    )
    return view.answer("Weights of pairs", summary, frame, Chart("pair_weights", frame), rows=0)


def resolution_quality(view: View, made: Base, decisions: tuple[Decision, ...]) -> Answer:
    """Answer: precision and recall by threshold with intervals, from reviewers' answers to random pairs."""
    held = held_at(decisions, view.as_of)
    strata = sampled(made.turns, verdicts(made, held))
    frame = estimated(strata)
    answers = int(strata[["same", "different", "unsure"]].to_numpy().sum())
    summary = _told(frame, strata, answers, _beside(made, held, answers))
    tables = {"strata": strata}
    chart = Chart("resolution_curve", frame, has_answers=answers > 0)
    title = "Precision and recall by threshold"
    return view.answer(title, summary, frame, chart, columns=_COLUMNS, tables=tables)


def blocking_recall(view: View) -> float | None:
    """Return which share of the pairs of one person blocking has found, at most, as the matcher estimated it."""
    rows = read(view, "matchers")
    if rows.empty:
        return None
    document = json.loads(str(rows.sort_values("known_at")["document"].iloc[-1]))
    found = document.get("blocking_recall", document.get("recall"))
    return float(found) if found is not None else None


def _changes(view: View, days: int) -> pd.Series[int]:
    """People merged and split in so many days before the moment."""
    rows = read(view, "changes")
    recent = rows[pd.to_datetime(rows["known_at"]) > pd.Timestamp(view.as_of - dt.timedelta(days=days))]
    counts: pd.Series[int] = recent["what"].value_counts().reindex([_MERGED, _SPLIT], fill_value=0)
    return counts


def _told_recall(recall: float | None) -> str:
    if recall is None:
        return "How many pairs of one person were never compared is not estimated."
    return f"Of the pairs of one person at most {recall:.1%} were compared (estimated)."


def _beside(made: Base, held: list[Decision], in_turn: int) -> str:
    """Tell of answers that are not in the estimate: to pairs whose turn has not come, and to what is no such pair."""
    told = verdicts(made, held).index
    waiting = int(pd.MultiIndex.from_frame(made.turns[["left_id", "right_id"]]).isin(told).sum()) - in_turn
    rest = len(held) - in_turn - waiting
    parts = [
        f"{counted(waiting, 'answer')} to random pairs out of turn: such a one counts as soon as those before it in "
        "the order of the random questions are answered"
        if waiting
        else "",
        f"{counted(rest, 'answer')} to records that were not compared, for which nothing is estimated" if rest else "",
    ]
    return "; ".join(part for part in parts if part)


def _told(frame: pd.DataFrame, strata: pd.DataFrame, answers: int, beside: str) -> str:
    even = frame[frame["threshold"] == 0.0].iloc[0]
    so_far = f" ({beside})" if beside else ""
    if not strata["pairs"].sum():
        return "No pairs of records were compared at this moment, so there is nothing to judge."
    if not even["pairs"]:
        return (
            "No pair that was compared has even odds or more: the model takes no two records for one person, and there "
            f"is no precision to tell; {counted(answers, 'answer')} to random pairs{so_far}."
        )
    if not answers:
        none = "No random pair was answered in its turn yet" if beside else "Nobody has reviewed random pairs yet"
        return (
            f"{none}{so_far}. From even odds on the model itself claims precision "
            f"{even['claimed_precision']:.1%} and recall {even['claimed_recall']:.1%}: that is no measurement."
        )
    told = [_figure(even, name) for name in ("precision", "recall")]
    off = [name for name in ("precision", "recall") if even[f"claimed_{name}"] > even[f"{name}_hi"]]
    warning = f" In {' and '.join(off)} {_CLAIM_OFF}." if off else ""
    more = f" Beside these: {beside}." if beside else ""
    return (
        f"From even odds on, by {counted(answers, 'answer')} to random pairs: {told[0]}; {told[1]} of what was "
        f"compared (95 % intervals).{warning}{more}"
    )


def _figure(row: pd.Series[float], name: str) -> str:
    span = f"{row[f'{name}_lo']:.1%} to {row[f'{name}_hi']:.1%}"
    if pd.isna(row[name]):
        return f"{name} {span}, too few answers for one figure"
    return f"{name} {row[name]:.1%} ({span}; the model claims {row[f'claimed_{name}']:.1%})"
