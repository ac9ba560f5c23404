"""The review queue as a reader sees it: what to answer next, the two sides of a question, and what was answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from fazri_lib.access import Scope, identifier_label, record_label
from fazri_lib.campus.answer import Chart
from fazri_lib.campus.words import counted
from fazri_lib.errors import NotPublishedError, UnknownNameError
from fazri_lib.resolution.model import probability
from fazri_lib.resolution.review import (
    KINDS,
    MERGE,
    PLACE,
    RANDOM,
    SPLIT,
    Known,
    Node,
    Verdict,
    next_turns,
    questions,
    sides,
    unanswered,
)
from fazri_lib.resolution.review import turns as turns_of
from fazri_lib.workflows.reviewed import held_at, nodes_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis.expr.types as ir

    from fazri_lib.campus.answer import Answer
    from fazri_lib.campus.view import View
    from fazri_lib.store.operations import Decision

    Row = dict[str, Any]

EVERY = 4
"""Each so manieth question of the mixed queue is a random one."""
FIELDS = ("name", "email", "phone", "born_on", "role", "department")
ASKS = {
    MERGE: "Are these two people one?",
    SPLIT: "Are these two parts of one person one person?",
    PLACE: "Does this record belong to this person?",
    RANDOM: "Are these two records one person? (drawn at random, for the estimate)",
}
_TABLES = {
    "records": ("record_id", "directory", "record_key"),
    "links": ("record_id", "entity_id", "probability"),
    "pairs": ("left_id", "right_id", "weight"),
}
_CALLED = 1000
"""So many questions of each kind, and random pairs of each stratum, can be asked for by name."""
_SHOWN = ("question", "kind", "left", "left_person", "right", "right_person", "weight", "probability", "pairs", "gain")
_RECORD = ("side", "record", "directory", *FIELDS)


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """What the queue is made from, before any answer; made once a view.

    Attributes:
        known: records, links and pairs of the moment.
        queue: questions by gain.
        turns: random pairs in turn.
        node: directory and key of each record.
        record: record of each directory and key.
        entity: likeliest entity of each record.
        labels: questions that can be asked for by what they are called.
    """

    known: Known
    queue: pd.DataFrame
    turns: pd.DataFrame
    node: dict[int, Node]
    record: dict[Node, int]
    entity: dict[int, int]
    labels: dict[str, Row] = field(default_factory=dict)


def base(view: View) -> Base:
    """Return what the queue of a view is made from.

    Raises:
        NotPublishedError: the extract was published before there were such tables.
    """
    known = Known(*(read(view, name, columns) for name, columns in _TABLES.items()))
    rows = known.records
    ends = zip(rows["record_id"].tolist(), rows["directory"].tolist(), rows["record_key"].tolist(), strict=True)
    node = {record_id: Node(directory, key) for record_id, directory, key in ends}
    entity = known.places["entity_id"]
    made = Base(
        known,
        questions(known),
        turns_of(known.records, known.pairs),
        node,
        {one: record_id for record_id, one in node.items()},
        dict(zip(entity.index.tolist(), entity.tolist(), strict=True)),
    )
    first = made.turns[made.turns["turn"] < _CALLED]
    every = [*rows_of(made.queue.head(_CALLED * len(KINDS))), *rows_of(_random(made, first))]
    made.labels.update((_label(view, made, row), row) for row in reversed(every))
    return made


def rows_of(frame: pd.DataFrame) -> list[Row]:
    """Return the rows of a frame."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def read(view: View, name: str, columns: Sequence[str] = ()) -> pd.DataFrame:
    """Return a table of resolution at the moment of the view, some of its columns or all.

    Raises:
        NotPublishedError: the extract was published before there were such tables.
    """
    return view.read(table(view, name).select(*columns) if columns else table(view, name))


def table(view: View, name: str) -> ir.Table:
    """Return a table of resolution at the moment of the view; as `read` otherwise."""
    if name not in view.extract.manifest.rest.rows:
        raise NotPublishedError(
            f"the extract has no table {name}; expected one of this version of Fazri, got an older one; run `fazri run`"
        )
    return view.table(name)


def queue(view: View, made: Base, decisions: tuple[Decision, ...], kind: str, limit: int) -> Answer:
    """Answer: the questions worth an answer, the most useful first; every fourth is a random one for the estimate."""
    rows = _open(made, held_at(decisions, view.as_of), kind, limit)
    frame = view.shown(_labelled(view, made, rows), "pairs")
    chart = Chart("review_queue", frame)
    summary = _told_queue(made, frame, held_at(decisions, view.as_of))
    return view.answer("Records to review", summary, frame, chart, columns=_SHOWN, rows=20)


def asked(view: View, made: Base, decisions: tuple[Decision, ...], which: str, kind: str) -> Row | None:
    """Return the question of a label, or the first of the queue without one; None when nothing is left to ask.

    Raises:
        UnknownNameError: there is no such question at this moment.
    """
    held = held_at(decisions, view.as_of)
    if not which:
        first = rows_of(_open(made, held, kind, 1))
        return first[0] if first else None
    found = made.labels.get(which.strip().upper())
    if found is None:
        raise UnknownNameError(
            f"no question {which[:20]} at this moment; expected one of campus.review(), as Q-7K3Q9MX; look there again"
        )
    return found


def question(view: View, made: Base, decisions: tuple[Decision, ...], row: Row | None) -> Answer:
    """Answer: the two sides of a question, what agrees between them, and what is known of it already."""
    if row is None:
        empty = pd.DataFrame(columns=["field", "says", "left", "right"])
        told = "Nothing is left to ask at this moment."
        return view.answer("Question", told, empty, Chart("review_question", empty), rows=0)
    left, right = sides(made.known, row["kind"], row["left_id"], row["right_id"])
    asked_for = table(view, "records")
    asked_for = asked_for.filter(asked_for.record_id.isin([*left, *right]))
    records = view.read(asked_for).drop_duplicates("record_id").set_index("record_id")
    both = records.loc[[*left, *right]].reset_index()
    both.insert(0, "side", ["left"] * len(left) + ["right"] * len(right))
    keys = zip(both["directory"], both["record_key"], strict=True)
    both.insert(2, "record", [record_label(str(one), str(key), view.grant.key) for one, key in keys])
    both["entity_id"] = [made.entity.get(one) for one in both["record_id"]]
    fields = compared(*(rows_of(records.loc[[row[name]]])[0] for name in ("left_id", "right_id")))
    shown = _shown_fields(view, fields)
    label = _label(view, made, row)
    tables = {
        "question": view.shown(_labelled(view, made, pd.DataFrame([row])), "pairs"),
        "records": view.shown(both.drop(columns=["record_key"]), "records")[[*_RECORD, "pseudonym"]],
    }
    chart = Chart("review_question", shown, tables["records"], tables["question"])
    summary = _told_question(row, fields, len(left), len(right), _given(made, decisions, row))
    return view.answer(f"{label}: {ASKS[row['kind']]}", summary, shown, chart, tables=tables, rows=10)


def verdict_of(text: str) -> Verdict:
    """Return a verdict by its word.

    Raises:
        UnknownNameError: there is no such verdict.
    """
    try:
        return Verdict(text.strip().lower())
    except ValueError:
        raise UnknownNameError(
            f"no answer {text[:20]}; expected one of {', '.join(one.value for one in Verdict)}"
        ) from None


def pair(made: Base, row: Row) -> tuple[Node, Node]:
    """Return the two rows of directories that a question is about."""
    return made.node[row["left_id"]], made.node[row["right_id"]]


def people_of(made: Base, row: Row | None) -> tuple[int, ...]:
    """Return the entities whose records a question shows."""
    if row is None:
        return ()
    found = {made.entity.get(row["left_id"]), made.entity.get(row["right_id"]), row["left_entity"], row["right_entity"]}
    return tuple(sorted(int(one) for one in found if one is not None))


def compared(left: Row, right: Row) -> pd.DataFrame:
    """Return what two records say of each field, `field, says, left, right`; `says`: equal, differs, unknown."""
    rows = []
    for name in FIELDS:
        one, other = left.get(name), right.get(name)
        says = "unknown"
        if pd.notna(one) and pd.notna(other):
            says = "equal" if str(one).casefold().split() == str(other).casefold().split() else "differs"
        rows.append((name, says, one, other))
    return pd.DataFrame(rows, columns=["field", "says", "left", "right"])


def last_of(decisions: tuple[Decision, ...], name: str) -> int:
    """Return the number of somebody's last decision that stands.

    Raises:
        UnknownNameError: there is none.
    """
    own = [one.decision_id for one in decisions if one.stands and one.decided_by == name]
    if not own:
        raise UnknownNameError("no answer of yours stands; expected one to withdraw, got none; `decisions` lists all")
    return own[-1]


def listed(view: View, made: Base, decisions: tuple[Decision, ...]) -> Answer:
    """Answer: what was decided, the latest first, withdrawn decisions too."""
    rows = [
        {
            "decision": one.decision_id,
            "verdict": one.verdict,
            "left": record_label(*nodes_of(one)[0], view.grant.key),
            "right": record_label(*nodes_of(one)[1], view.grant.key),
            "decided_by": one.decided_by,
            "decided_at": pd.Timestamp(one.decided_at, tz="UTC"),
            "as_of": pd.Timestamp(one.as_of),
            "withdrawn_by": one.withdrawn_by,
            "is_followed": _is_followed(made, one) if one in held_at([one], view.as_of) else None,
            "text": one.reason,
        }
        for one in reversed(decisions)
    ]
    names = ["decision", "verdict", "left", "right", "decided_by", "decided_at", "as_of", "withdrawn_by", "is_followed"]
    frame = view.shown(pd.DataFrame(rows, columns=[*names, "text"]).rename(columns={"text": "reason_given"}), "pairs")
    if not view.grant.holds(Scope.REVEAL):
        frame["reason_given"] = None
    told = _told_decisions(held_at(decisions, view.as_of), frame)
    return view.answer("Decisions", told, frame, Chart("decisions_table", frame), columns=tuple(names), rows=20)


def _open(made: Base, held: Sequence[Decision], kind: str, limit: int) -> pd.DataFrame:
    if kind and kind not in KINDS:
        raise UnknownNameError(f"no kind {kind[:20]} of questions; expected one of {', '.join(KINDS)}, or none for all")
    by_gain = made.queue if kind in {"", RANDOM} else made.queue[made.queue["kind"] == kind]
    by_gain = unanswered(made.known, by_gain, verdicts(made, held).index).head(limit)
    if kind not in {"", RANDOM}:
        return by_gain.reset_index(drop=True)
    drawn = _random(made, next_turns(made.turns, verdicts(made, held), limit))
    if kind == RANDOM:
        return drawn
    by_gain, drawn = by_gain.reset_index(drop=True), drawn.head(-(-limit // EVERY))
    order = [*(number + number // (EVERY - 1) for number in range(len(by_gain)))]
    places = [*order, *(EVERY * number + EVERY - 1 for number in range(len(drawn)))]
    both = pd.concat([by_gain, drawn], ignore_index=True).assign(place=places)
    return both.sort_values("place", kind="stable").drop(columns="place").head(limit).reset_index(drop=True)


def verdicts(made: Base, held: Sequence[Decision]) -> pd.Series[str]:
    """Return the verdicts that hold by the two record ids at the moment of the view, the lower first."""
    found = {}
    for one in held:
        ids = sorted(made.record[node] for node in nodes_of(one) if node in made.record)
        if len(ids) == len(nodes_of(one)):
            found[ids[0], ids[1]] = one.verdict
    index = pd.MultiIndex.from_tuples(list(found), names=["left_id", "right_id"]) if found else _NOBODY
    return pd.Series(list(found.values()), index=index, dtype="str")


def _random(made: Base, drawn: pd.DataFrame) -> pd.DataFrame:
    """Random pairs as questions."""
    ends = {side: drawn[f"{side}_id"].map(made.entity) for side in ("left", "right")}
    chance = probability(drawn["weight"].to_numpy(dtype="float64")).round(6)
    rows = drawn[["left_id", "right_id", "weight"]].assign(
        kind=RANDOM, probability=chance, left_records=1, right_records=1, pairs=1, gain=float("nan"),
        left_entity=ends["left"], right_entity=ends["right"],
    )  # fmt: skip
    return rows[list(made.queue.columns)]


def _label(view: View, made: Base, row: Row) -> str:
    """What a question is called: it follows from its kind and its two records, and tells neither."""
    ends = [f"{one.directory} {one.record_key}" for one in pair(made, row)]
    return f"Q{identifier_label(' '.join(['question', row['kind'], *ends]), view.grant.key)[1:]}"


def _labelled(view: View, made: Base, rows: pd.DataFrame) -> pd.DataFrame:
    """Questions with what they, their records and the people behind these are called."""
    told = rows_of(rows)
    frame = rows.drop(columns=["left_id", "right_id", "left_entity", "right_entity"])
    frame.insert(0, "question", [_label(view, made, row) for row in told])
    for place, side in enumerate(("left", "right")):
        labels = view.labels(rows[f"{side}_entity"])
        frame[side] = [record_label(*pair(made, row)[place], view.grant.key) for row in told]
        frame[f"{side}_person"] = rows[f"{side}_entity"].map(labels, na_action="ignore").to_numpy()
    return frame


def _shown_fields(view: View, fields: pd.DataFrame) -> pd.DataFrame:
    """What the two records say; values of personal fields only for who may see them."""
    hidden = ~fields["field"].isin(_OPEN) & (not view.grant.holds(Scope.REVEAL))
    return fields.assign(**{side: fields[side].astype(object).where(~hidden, None) for side in ("left", "right")})


def _given(made: Base, decisions: tuple[Decision, ...], row: Row) -> Decision | None:
    """The decision about these two records that stands."""
    ends = set(pair(made, row))
    return next((one for one in reversed(decisions) if one.stands and set(nodes_of(one)) == ends), None)


def _told_question(row: Row, fields: pd.DataFrame, left: int, right: int, given: Decision | None) -> str:
    says = {kind: [str(name).replace("_", " ") for name in rows["field"]] for kind, rows in fields.groupby("says")}
    parts = [f"{word}: {', '.join(says[kind])}" for kind, word in _SAYS.items() if kind in says]
    sizes = f"{counted(left, 'record')} against {counted(right, 'record')}"
    weight = f"mean match weight {row['weight']:+.1f} bits, probability {row['probability']:.0%}"
    answered = f" Answered {given.verdict} by {given.decided_by} (decision {given.decision_id})." if given else ""
    return f"{sizes}; {weight}. Of the two records that stand for them: {'; '.join(parts)}.{answered}"


def _told_queue(made: Base, frame: pd.DataFrame, held: Sequence[Decision]) -> str:
    kinds = made.queue["kind"].value_counts()
    told = ", ".join(counted(int(kinds.get(kind, 0)), word) for kind, word in _WORDS.items())
    done = f"{counted(len(held), 'answer')} so far"
    if frame.empty:
        return f"Nothing is left to ask; {done}."
    return f"{told} could be asked about at this moment, the first {len(frame)} are shown; {done}."


def _told_decisions(held: Sequence[Decision], frame: pd.DataFrame) -> str:
    if frame.empty:
        return "Nobody has reviewed anything yet."
    counts = pd.Series([one.verdict for one in held], dtype="str").value_counts()
    told = ", ".join(f"{count} {verdict}" for verdict, count in counts.items()) or "none"
    waiting = int((frame["is_followed"] == False).sum())  # noqa: E712 - None is neither
    wait = f" {counted(waiting, 'answer')} not in the extract yet: the next run follows." if waiting else ""
    return f"Answers that hold at this moment: {told}.{wait}"


def _is_followed(made: Base, decision: Decision) -> bool | None:
    """Whether the entities of the view are as the decision says; None where it says nothing."""
    ids = [made.record.get(node) for node in nodes_of(decision)]
    if decision.verdict == Verdict.UNSURE or ids[0] is None or ids[1] is None:
        return None
    return (made.entity.get(ids[0]) == made.entity.get(ids[1])) == (decision.verdict == Verdict.SAME)


_NOBODY = pd.MultiIndex.from_arrays([pd.Series(dtype="int64"), pd.Series(dtype="int64")], names=["left_id", "right_id"])
_OPEN = ("role", "department")
_SAYS = {"equal": "equal", "differs": "different", "unknown": "unknown to one of them"}
_WORDS = {MERGE: "merge", SPLIT: "split", PLACE: "doubtful place"}
