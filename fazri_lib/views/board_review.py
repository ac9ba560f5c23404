"""How questions about records, the answers to them and the quality they show look on a board: plain HTML."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from fazri_lib.views.board_texts import Bar, bars, facts, linked, table
from fazri_lib.views.style import highest

if TYPE_CHECKING:
    from fazri_lib.views.board_answers import Words

_QUEUE_HEADS = {
    "question": "Question", "asks": "About", "left": "One side", "right": "Other side", "directories": "Directories",
    "sizes": "Records", "weight": "Weight, bits", "chance": "One person", "gain": "Gain",
}  # fmt: skip
_DECISION_HEADS = {
    "decision": "No.", "verdict": "Answer", "left": "One record", "right": "Other record", "decided_by": "By",
    "decided_at": "When", "as_of": "As known at", "state": "State",
    "reason_given": "Reason",
}  # fmt: skip
_RECORD_HEADS = {
    "side": "Side", "record": "Record", "directory": "Directory", "name": "Name", "email": "E-mail", "phone": "Phone",
    "born_on": "Born", "role": "Role", "department": "Department", "pseudonym": "Person now",
}  # fmt: skip
_ASKS = {"merge": "two people", "split": "two parts of one", "place": "a record in doubt", "random": "drawn at random"}
_SAYS = {"equal": "good equal", "differs": "high differs", "unknown": "quiet unknown"}
_FIELDS = {"born_on": "born", "email": "e-mail"}
_LATEST = 12


def queue_text(answer: Any, words: Words) -> str:
    """Return the review queue; each question leads to the page that asks it."""
    frame = answer.frame
    if frame.empty:
        return ""
    shown = frame.assign(
        asks=frame["kind"].map(_ASKS),
        directories=frame["left_directory"].astype(str) + " and " + frame["right_directory"].astype(str),
        sizes=frame["left_records"].astype(str) + " and " + frame["right_records"].astype(str),
        chance=[f"{chance:.0%}" for chance in frame["probability"]],
        weight=frame["weight"].round(1),
    )
    links = {"question": lambda row: words.href("review", question=row["question"])}
    return table(shown, _QUEUE_HEADS, time_zone=words.time_zone, links=links)


def question_text(answer: Any, words: Words) -> str:
    """Return a question: what the two records say of each field, then all records of both sides."""
    if answer.frame.empty:
        return ""
    question, records = answer.tables["question"].iloc[0], answer.tables["records"]
    people = [linked(str(question[f"{side}_person"]), _person(question[f"{side}_person"], words)) for side in _SIDES]
    pairs = [
        ("Records that stand for the sides", f"{escape(str(question['left']))} and {escape(str(question['right']))}"),
        ("People now", people[0] if question["left_person"] == question["right_person"] else " and ".join(people)),
    ]
    heads = f"<th scope='col'>Field</th><th scope='col'>Agreement</th>{_values_head(answer.frame)}"
    body = "".join(_field(row, answer.frame) for row in answer.frame.to_dict("records"))
    compared = (
        f"<div class='scroll' role='group' aria-label='Fields' tabindex='0'><table><thead><tr>{heads}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )
    known = {name: head for name, head in _RECORD_HEADS.items() if name in records and records[name].notna().any()}
    links = {"pseudonym": lambda row: _person(row["pseudonym"], words)}
    title = "<h2 style='margin-top:14px'>All records of both sides</h2>"
    return facts(pairs) + compared + title + table(records, known, time_zone=words.time_zone, links=links)


def decisions_text(answer: Any, words: Words) -> str:
    """Return what was decided; withdrawn decisions say by whom."""
    if answer.frame.empty:
        return ""
    latest = answer.frame.head(_LATEST)
    shown = latest.assign(state=[_state(row) for row in latest.to_dict("records")])
    heads = {
        name: head for name, head in _DECISION_HEADS.items() if name != "reason_given" or shown[name].notna().any()
    }
    return table(shown, heads, time_zone=words.time_zone)


def curve_text(answer: Any, words: Words) -> str:
    """Return precision and recall by threshold as a table, what the model claims beside what answers say."""
    rows = answer.frame.to_dict("records")
    columns = {
        "from": [f"{row['threshold']:+.0f} bits ({row['probability']:.0%})" for row in rows],
        "pairs": [f"{row['pairs']:,}" for row in rows],
        "answers": [f"{row['answers']:,}" for row in rows],
    }
    for name in _FIGURES:
        columns[name] = [_figure(row, name) for row in rows]
        columns[f"claimed_{name}"] = [_share(row[f"claimed_{name}"]) for row in rows]
    shown = pd.DataFrame(columns)
    return table(shown, _CURVE_HEADS, time_zone=words.time_zone) + _CURVE_NOTE


def sizes_text(answer: Any, words: Words) -> str:
    """Return how many people have so many records."""
    del words
    counts = answer.frame.groupby("records")["people"].sum()
    if counts.empty:
        return ""
    lines = [Bar(str(records), float(people), f"{people:,}") for records, people in counts.items()]
    top = 1.05 * highest(counts)
    return bars(lines, head=("Records", f"0 to {top:,.0f} people", "People"), top=top)


_SIDES = ("left", "right")
_FIGURES = ("precision", "recall")
_CURVE_HEADS = {
    "from": "From this weight on", "pairs": "Pairs", "answers": "Answers", "precision": "Precision (95 % interval)",
    "claimed_precision": "Claimed", "recall": "Recall (95 % interval)", "claimed_recall": "Claimed",
}  # fmt: skip
_CURVE_NOTE = (
    "<p class='quiet'>Precision: of the pairs from this weight on, the share that is one person. Recall: of the pairs "
    "that are one person among all compared ones, the share that weighs as much. Only answers to random questions "
    "count. Claimed: what the model itself expects.</p>"
)


def _person(pseudonym: Any, words: Words) -> str | None:
    return words.href("person", entity=pseudonym) if pd.notna(pseudonym) else None


def _values_head(frame: pd.DataFrame) -> str:
    has_values = frame[["left", "right"]].notna().any(axis=None)
    return "<th scope='col'>One record</th><th scope='col'>Other record</th>" if has_values else ""


def _field(row: dict[Any, Any], frame: pd.DataFrame) -> str:
    css, says = _SAYS[row["says"]].split()
    name = _FIELDS.get(row["field"], str(row["field"]))
    values = "".join(f"<td>{_value(row, side)}</td>" for side in _SIDES)
    values = values if _values_head(frame) else ""
    return f"<tr><td>{escape(name)}</td><td><span class='mark {css}'>{says}</span></td>{values}</tr>"


def _value(row: dict[Any, Any], side: str) -> str:
    """A value; where both records have one that the reader may not see, that it is hidden."""
    if pd.notna(row[side]):
        return escape(str(row[side]))
    return "-" if row["says"] == "unknown" else "<span class='quiet'>hidden</span>"


def _state(row: dict[Any, Any]) -> str:
    if pd.notna(row["withdrawn_by"]):
        return f"withdrawn by {row['withdrawn_by']}"
    if row["is_followed"] is None or pd.isna(row["is_followed"]):
        return "noted"
    return "in the extract" if row["is_followed"] else "waits for the next run"


def _figure(row: dict[Any, Any], name: str) -> str:
    if not row["answers"]:
        return "not known"
    span = f"{row[f'{name}_lo']:.1%} to {row[f'{name}_hi']:.1%}"
    return span if pd.isna(row[name]) else f"{row[name]:.1%} ({span})"


def _share(value: Any) -> str:
    return "-" if pd.isna(value) else f"{value:.1%}"
