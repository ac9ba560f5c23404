"""The review queue as a reader sees it: what to answer next, the two sides of a question, and what was answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from fazri_lib.access import Scope, record_label
from fazri_lib.campus.answer import Chart
from fazri_lib.campus.bounds import within
from fazri_lib.campus.queued import asked_next, called, label, open_pairs, open_questions, pair, rows_of, table
from fazri_lib.campus.words import counted
from fazri_lib.errors import UnknownNameError
from fazri_lib.resolution.review import MERGE, PLACE, RANDOM, SPLIT, Verdict, sides
from fazri_lib.workflows.reviewed import held_at, nodes_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fazri_lib.campus.answer import Answer
    from fazri_lib.campus.queued import Base, Row
    from fazri_lib.campus.view import View
    from fazri_lib.store.operations import Decision

FIELDS = ("name", "email", "phone", "born_on", "role", "department")
ASKS = {
    MERGE: "Are these two people one?",
    SPLIT: "Are these two parts of one person one person?",
    PLACE: "Does this record belong to this person?",
    RANDOM: "Are these two records one person? (drawn at random, for the estimate)",
}
_SHOWN = (
    "question", "kind", "left", "left_directory", "left_records", "left_person", "right", "right_directory",
    "right_records", "right_person", "weight", "probability", "pairs", "gain",
)  # fmt: skip
_RECORD = ("side", "record", "directory", *FIELDS)


def queue(view: View, made: Base, decisions: tuple[Decision, ...], kind: str, limit: int) -> Answer:
    """Answer: the questions worth an answer, the most useful first; every fourth is a random one for the estimate.

    Raises:
        SettingsError: the limit is not 1 to 1000.
        UnknownNameError: there is no such kind.
    """
    within(limit=limit)
    held = held_at(decisions, view.as_of)
    by_gain = open_questions(made, held)
    frame = view.shown(_labelled(view, made, asked_next(made, held, by_gain, kind, limit)), "pairs")
    chart = Chart("review_queue", frame)
    summary = _told_queue(_left(made, held, by_gain), kind, len(frame), len(held))
    return view.answer("Records to review", summary, frame, chart, columns=_SHOWN, rows=20)


def asked(view: View, made: Base, decisions: tuple[Decision, ...], which: str, kind: str) -> Row | None:
    """Return the question of a label, or the first of the queue without one; None when nothing is left to ask.

    Raises:
        UnknownNameError: there is no such question at this moment, or no such kind.
    """
    held = held_at(decisions, view.as_of)
    if which:
        return called(made, held, which)
    first = rows_of(asked_next(made, held, open_questions(made, held), kind, 1))
    return first[0] if first else None


def question(view: View, made: Base, decisions: tuple[Decision, ...], row: Row | None) -> Answer:
    """Answer: the two sides of a question, what agrees between them, and what is known of it already."""
    held = held_at(decisions, view.as_of)
    if row is None:
        empty = pd.DataFrame(columns=["field", "says", "left", "right"])
        told = f"{_told_none(_left(made, held, open_questions(made, held)), ' at this moment')}."
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
    tables = {
        "question": view.shown(_labelled(view, made, pd.DataFrame([row])), "pairs"),
        "records": view.shown(both.drop(columns=["record_key"]), "records")[[*_RECORD, "pseudonym"]],
    }
    chart = Chart("review_question", shown, tables["records"], tables["question"])
    summary = _told_question(row, fields, len(left), len(right), _given(made, held, row))
    return view.answer(f"{label(made, row)}: {ASKS[row['kind']]}", summary, shown, chart, tables=tables, rows=10)


def told_of(which: str, *said: str) -> tuple[tuple[str, ...], Verdict, str]:
    """Return what an answer is about (a question, or two records), the verdict, and the reason or "".

    Args:
        which: what the question is called, or the first record.
        said: the second record where the first is one; the verdict; the reason.

    Raises:
        UnknownNameError: nothing is named, there is no such verdict, or there are too many words or too few.
    """
    first, *rest = which.strip(), *said
    if not first:
        raise UnknownNameError("no question; expected one of campus.review(), as Q-7K3Q9MX, got none; name it")
    about = [first, *rest[:1]] if first.upper().startswith(_RECORD_MARK) else [first]
    if len(about) > 1 and not about[1].strip().upper().startswith(_RECORD_MARK):
        raise UnknownNameError(
            f"record {first[:20]}: expected a second record, as R-4T2B0M9, got {about[1][:20]}; name both, then the "
            "answer"
        )
    verdict, *reason = [*rest[len(about) - 1 :]] or [""]
    if len(reason) > 1:
        raise UnknownNameError(
            f"answer: expected one answer and one reason, got {len(reason) + 1} texts; leave some out"
        )
    return tuple(about), verdict_of(verdict), "".join(reason)


def verdict_of(text: str) -> Verdict:
    """Return a verdict by its word.

    Raises:
        UnknownNameError: there is no such verdict.
    """
    try:
        return Verdict(text.strip().lower())
    except ValueError:
        raise UnknownNameError(
            f"no answer {text[:20] or 'given'}; expected one of {', '.join(one.value for one in Verdict)}"
        ) from None


def people_of(made: Base, row: Row | None) -> tuple[int, ...]:
    """Return the entities whose records a question shows."""
    if row is None:
        return ()
    found = {made.entity.get(row["left_id"]), made.entity.get(row["right_id"]), row["left_entity"], row["right_entity"]}
    return tuple(sorted(int(one) for one in found if pd.notna(one)))


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
    """Answer: what was decided by the moment of the view, the latest first, decisions withdrawn by then too.

    The reasons given may hold personal data: only who may see names is shown them.
    """
    held = held_at(decisions, view.as_of)
    rows = [
        {
            "decision": one.decision_id,
            "verdict": one.verdict,
            "left": record_label(*nodes_of(one)[0], view.grant.key),
            "right": record_label(*nodes_of(one)[1], view.grant.key),
            "decided_by": one.decided_by,
            "decided_at": pd.Timestamp(one.decided_at, tz="UTC"),
            "as_of": pd.Timestamp(one.as_of),
            "withdrawn_by": None if held_at([one], view.as_of) else one.withdrawn_by,
            "is_followed": _is_followed(made, one) if held_at([one], view.as_of) else None,
            "text": one.reason,
        }
        for one in reversed(decisions)
        if one.as_of <= view.as_of
    ]
    names = ["decision", "verdict", "left", "right", "decided_by", "decided_at", "as_of", "withdrawn_by", "is_followed"]
    frame = view.shown(pd.DataFrame(rows, columns=[*names, "text"]).rename(columns={"text": "reason_given"}), "pairs")
    if not view.grant.holds(Scope.REVEAL):
        frame["reason_given"] = None
    told = _told_decisions(held, frame)
    shown = (*names, "reason_given") if view.grant.holds(Scope.REVEAL) else tuple(names)
    return view.answer("Decisions", told, frame, Chart("decisions_table", frame), columns=shown, rows=20)


def _labelled(view: View, made: Base, rows: pd.DataFrame) -> pd.DataFrame:
    """Questions with what they, their records and the people behind these are called."""
    told = rows_of(rows)
    frame = rows.drop(columns=["left_id", "right_id", "left_entity", "right_entity"])
    frame.insert(0, "question", [label(made, row) for row in told])
    for place, side in enumerate(("left", "right")):
        labels = view.labels(rows[f"{side}_entity"])
        ends = [pair(made, row)[place] for row in told]
        frame[side] = [record_label(*end, view.grant.key) for end in ends]
        frame[f"{side}_directory"] = [end.directory for end in ends]
        frame[f"{side}_person"] = [labels.get(row[f"{side}_entity"]) for row in told]
    return frame


def _shown_fields(view: View, fields: pd.DataFrame) -> pd.DataFrame:
    """What the two records say; values of personal fields only for who may see them."""
    hidden = ~fields["field"].isin(_OPEN) & (not view.grant.holds(Scope.REVEAL))
    return fields.assign(**{side: fields[side].astype(object).where(~hidden, None) for side in ("left", "right")})


def _given(made: Base, held: Sequence[Decision], row: Row) -> Decision | None:
    """The decision about these two records that holds."""
    ends = set(pair(made, row))
    return next((one for one in reversed(held) if set(nodes_of(one)) == ends), None)


def _told_question(row: Row, fields: pd.DataFrame, left: int, right: int, given: Decision | None) -> str:
    says = {kind: [str(name).replace("_", " ") for name in rows["field"]] for kind, rows in fields.groupby("says")}
    parts = [f"{word}: {', '.join(says[kind])}" for kind, word in _SAYS.items() if kind in says]
    sizes = f"{counted(left, 'record')} against {counted(right, 'record')}"
    weight = f"mean match weight {row['weight']:+.1f} bits, probability {row['probability']:.0%}"
    answered = f" Answered {given.verdict} by {given.decided_by} (decision {given.decision_id})." if given else ""
    return f"{sizes}; {weight}. Of the two records that stand for them: {'; '.join(parts)}.{answered}"


def _left(made: Base, held: Sequence[Decision], by_gain: pd.DataFrame) -> dict[str, int]:
    """How many questions of each kind no answer has settled."""
    counts = by_gain["kind"].value_counts()
    left = {kind: int(counts.get(kind, 0)) for kind in (MERGE, SPLIT, PLACE)}
    return left | {RANDOM: open_pairs(made, held)}


def _told_queue(left: dict[str, int], kind: str, shown: int, answers: int) -> str:
    done = f"{counted(answers, 'answer')} so far"
    if not shown:
        return f"{_told_none(left)}; {done}."
    kinds = [kind] if kind else [MERGE, SPLIT, PLACE]
    told = ", ".join(counted(left[one], _WORDS[one]) for one in kinds)
    return f"{told} could be asked about at this moment, the first {shown} are shown; {done}."


def _told_none(left: dict[str, int], when: str = "") -> str:
    """In words that nothing is left of what was asked for, and what is of other kinds."""
    others = ", ".join(counted(number, _WORDS[kind]) for kind, number in left.items() if number)
    if others:
        return f"Nothing of this kind is left to ask{when}; of other kinds there are {others}"
    return f"Nothing is left to ask{when}"


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


_RECORD_MARK = "R-"
_OPEN = ("role", "department")
_SAYS = {"equal": "equal", "differs": "different", "unknown": "unknown to one of them"}
_WORDS = {MERGE: "merge", SPLIT: "split", PLACE: "doubtful place", RANDOM: "random pair"}
