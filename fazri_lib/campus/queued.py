"""What the review queue is made from, once a moment: questions by gain, random pairs in turn, what each is called."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

import pandas as pd

from fazri_lib.access import identifier_label, record_label
from fazri_lib.errors import NotPublishedError, UnknownNameError
from fazri_lib.resolution.model import probability
from fazri_lib.resolution.review import (
    KINDS,
    RANDOM,
    Known,
    Node,
    answered_splits,
    implied,
    next_turns,
    questions,
    unanswered,
)
from fazri_lib.resolution.review import turns as turns_of
from fazri_lib.workflows.reviewed import nodes_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import ibis.expr.types as ir

    from fazri_lib.campus.view import View
    from fazri_lib.store.operations import Decision

    Row = dict[str, Any]

EVERY = 4
"""Each so manieth question of the mixed queue is a random one."""
MOST = 1000
"""Questions of a kind, and random pairs of a stratum, that can be listed and asked for by name at a time."""
_TABLES = {
    "records": ("record_id", "directory", "record_key"),
    "links": ("record_id", "entity_id", "probability"),
    "pairs": ("left_id", "right_id", "weight"),
}
_NOBODY = pd.MultiIndex.from_arrays([pd.Series(dtype="int64"), pd.Series(dtype="int64")], names=["left_id", "right_id"])
Meant = TypeVar("Meant")
_NUMBERS = count()


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """What the queue is made from, before any answer; made once a moment, whoever reads.

    Attributes:
        known: records, links and pairs of the moment.
        queue: questions by gain.
        turns: random pairs in turn.
        node: directory and key of each record.
        record: record of each directory and key.
        entity: likeliest entity of each record.
        key: of the labels.
        labels: the first questions of each kind by what they are called.
        remembered_as: a number of its own: answers that rest on it are remembered by that, so that they do not hold it.
    """

    known: Known
    queue: pd.DataFrame
    turns: pd.DataFrame
    node: dict[int, Node]
    record: dict[Node, int]
    entity: dict[int, int]
    key: str
    labels: dict[str, list[Row]] = field(default_factory=dict)
    remembered_as: int = field(default_factory=lambda: next(_NUMBERS))


def loaded(view: View) -> Known:
    """Return what the queue is made from as it is read.

    Raises:
        NotPublishedError: the extract was published before there were such tables.
    """
    return Known(*(read(view, name, columns) for name, columns in _TABLES.items()))


def made(known: Known, key: str) -> Base:
    """Return what the queue is made from. It takes seconds on a large campus and asks no table.

    Args:
        known: of `loaded`.
        key: of the labels.
    """
    rows, entity = known.records, known.places["entity_id"]
    ends = zip(rows["record_id"].tolist(), rows["directory"].tolist(), rows["record_key"].tolist(), strict=True)
    node = {record_id: Node(directory, record_key) for record_id, directory, record_key in ends}
    found = Base(
        known,
        questions(known),
        turns_of(known.records, known.pairs),
        node,
        {one: record_id for record_id, one in node.items()},
        dict(zip(entity.index.tolist(), entity.tolist(), strict=True)),
        key,
    )
    first = found.turns[found.turns["turn"] < MOST]
    found.labels.update(_called(found, [*_first(found.queue), *rows_of(_random(found, first))]))
    return found


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


def pair(base: Base, row: Row) -> tuple[Node, Node]:
    """Return the two rows of directories that a question is about."""
    return base.node[row["left_id"]], base.node[row["right_id"]]


def label(base: Base, row: Row) -> str:
    """Return what a question is called: it follows from its kind and its two records, and tells neither."""
    ends = [f"{one.directory} {one.record_key}" for one in pair(base, row)]
    return f"Q{identifier_label(' '.join(['question', row['kind'], *ends]), base.key)[1:]}"


def called(base: Base, held: Sequence[Decision], which: str) -> Row:
    """Return the question that a label means: one that can be listed, or one whose records were answered.

    Raises:
        UnknownNameError: no question has it at this moment, or several have.
    """
    text = which.strip().upper()
    found = base.labels.get(text) or _called(base, _later(base, held)).get(text, [])
    hint = "answer others first: it goes when either is settled, or stays open"
    return _only(found, f"question {which.strip()[:20]}", "pairs of records", hint, "campus.review(), as Q-7K3Q9MX")


def record_called(base: Base, which: str) -> Node:
    """Return the row of a directory that a label means.

    Raises:
        UnknownNameError: no record has it at this moment, or several have.
    """
    text = which.strip().upper()
    found = [one for one in base.record if record_label(*one, base.key) == text]
    hint = "answer a question of campus.review() about it"
    return _only(found, f"record {which.strip()[:20]}", "records", hint, "campus.question(), as R-4T2B0M9")


def _only(found: Sequence[Meant], asked: str, things: str, hint: str, where: str) -> Meant:
    """Return what a label means.

    Raises:
        UnknownNameError: that is nothing at this moment, or several things.
    """
    if len(found) == 1:
        return found[0]
    if found:
        raise UnknownNameError(
            f"{asked} means {len(found)} {things}, whose labels are alike by chance; expected one; {hint}"
        )
    raise UnknownNameError(f"no {asked} at this moment; expected one of {where}; look there again")


def open_questions(base: Base, held: Sequence[Decision]) -> pd.DataFrame:
    """Return the questions by gain that no answer has settled."""
    return unanswered(base.known, base.queue, implied(verdicts(base, held)))


def open_pairs(base: Base, held: Sequence[Decision]) -> int:
    """Return how many random pairs have no answer."""
    every = pd.MultiIndex.from_frame(base.turns[["left_id", "right_id"]])
    return int((~every.isin(verdicts(base, held).index)).sum())


def asked_next(base: Base, held: Sequence[Decision], by_gain: pd.DataFrame, kind: str, limit: int) -> pd.DataFrame:
    """Return the questions to ask next, of one kind or all.

    Args:
        base: of the moment.
        held: decisions that hold at it.
        by_gain: of `open_questions`.
        kind: one of `KINDS`, or "" for all, every fourth a random one.
        limit: how many at most.

    Raises:
        UnknownNameError: there is no such kind.
    """
    if kind and kind not in KINDS:
        raise UnknownNameError(f"no kind {kind[:20]} of questions; expected one of {', '.join(KINDS)}, or none for all")
    if kind not in {"", RANDOM}:
        return by_gain[by_gain["kind"] == kind].head(limit).reset_index(drop=True)
    drawn = _random(base, next_turns(base.turns, verdicts(base, held), limit))
    if kind == RANDOM:
        return drawn
    by_gain, drawn = by_gain.head(limit), drawn.head(-(-limit // EVERY))
    order = [*(number + number // (EVERY - 1) for number in range(len(by_gain)))]
    places = [*order, *(EVERY * number + EVERY - 1 for number in range(len(drawn)))]
    both = pd.concat([by_gain, drawn], ignore_index=True).assign(place=places)
    return both.sort_values("place", kind="stable").drop(columns="place").head(limit).reset_index(drop=True)


def verdicts(base: Base, held: Sequence[Decision]) -> pd.Series[str]:
    """Return the verdicts that hold by the two record ids at the moment of the view, the lower first."""
    found = {}
    for one in held:
        ids = sorted(base.record[node] for node in nodes_of(one) if node in base.record)
        if len(ids) == len(nodes_of(one)):
            found[ids[0], ids[1]] = one.verdict
    index = pd.MultiIndex.from_tuples(list(found), names=["left_id", "right_id"]) if found else _NOBODY
    return pd.Series(list(found.values()), index=index, dtype="str")


def _first(by_gain: pd.DataFrame) -> list[Row]:
    """The first questions of each kind."""
    return rows_of(by_gain.groupby("kind", sort=False).head(MOST))


def _later(base: Base, held: Sequence[Decision]) -> list[Row]:
    """Questions that come up when those before them are answered, and those whose own records were."""
    known = verdicts(base, held).index
    ends = base.queue[["left_id", "right_id"]]
    lower, higher = ends.min(axis=1), ends.max(axis=1)
    was_answered = pd.MultiIndex.from_arrays([lower, higher]).isin(known)
    drawn = base.turns[pd.MultiIndex.from_frame(base.turns[["left_id", "right_id"]]).isin(known)]
    due = next_turns(base.turns, verdicts(base, held), MOST)
    settled = answered_splits(base.known, implied(verdicts(base, held)))
    gained = [*_first(open_questions(base, held)), *rows_of(base.queue[was_answered]), *rows_of(settled)]
    return [*gained, *rows_of(_random(base, pd.concat([due, drawn])))]


def _called(base: Base, rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Questions by what they are called; several only where labels of different records are alike by chance."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        same = found.setdefault(label(base, row), [])
        if all(pair(base, one) != pair(base, row) or one["kind"] != row["kind"] for one in same):
            same.append(row)
    return found


def _random(base: Base, drawn: pd.DataFrame) -> pd.DataFrame:
    """Random pairs as questions."""
    entity = base.known.places["entity_id"].astype("Int64")  # of 63 bits: floats, for those without, would round them
    ends = {side: entity.reindex(drawn[f"{side}_id"]).array for side in ("left", "right")}
    chance = probability(drawn["weight"].to_numpy(dtype="float64")).round(6)
    rows = drawn[["left_id", "right_id", "weight"]].assign(
        kind=RANDOM, probability=chance, left_records=1, right_records=1, pairs=1, gain=float("nan"),
        left_entity=ends["left"], right_entity=ends["right"],
    )  # fmt: skip
    return rows[list(base.queue.columns)]
