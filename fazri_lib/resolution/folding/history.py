"""Looks as history: what was found, from which moment until which, by rows of directories and their versions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SPAN = ["known_at", "superseded_at"]
NODE = ["directory", "record_key"]
NEVER: Any = pd.NaT  # pandas' stubs do not let NaT be assigned to a column
STATE = [*NODE, "entity_id", "probability", "is_own", "is_sole", *SPAN]
"""Columns of states: which rows of directories belong to whom, all versions; those of one moment begin together."""
CHANGE = ["entity_id", "other_id", "what", *SPAN]


def as_known(frame: pd.DataFrame, moment: pd.Timestamp) -> pd.DataFrame:
    """Return a history as it was known at a moment: later rows are gone, later ends open."""
    known = frame[frame["known_at"] <= moment]
    return known.assign(superseded_at=known["superseded_at"].where(known["superseded_at"] <= moment))


def cut_off(frame: pd.DataFrame, keys: Sequence[str], until: pd.Series) -> pd.DataFrame:
    """Return a history of which open rows end where something of theirs was looked at again.

    Args:
        frame: a history.
        keys: columns whose joint value `until` is indexed by.
        until: when what is open ends.
    """
    index = pd.MultiIndex.from_frame(frame[list(keys)]) if len(keys) > 1 else pd.Index(frame[keys[0]])
    ends = pd.Series(until.reindex(index).to_numpy(), index=frame.index, dtype="datetime64[us]")
    return frame.assign(superseded_at=frame["superseded_at"].fillna(ends))


def joined(states: pd.DataFrame) -> pd.DataFrame:
    """Return states of which those that say the same one after the other are one.

    A state is all that holds of a row at a moment; an ambiguous row has several rows of one state.
    """
    if states.empty:
        return states[STATE]
    rows = states.sort_values([*NODE, "known_at", "is_own", "entity_id"], ascending=[True, True, True, False, True])
    rows = rows.drop_duplicates([*NODE, "known_at", "entity_id"]).reset_index(drop=True)
    said = pd.util.hash_pandas_object(rows[["entity_id", "probability", "is_own"]], index=False).astype("uint64")
    each = rows.assign(said=said).groupby([*NODE, "known_at"], sort=True)
    whole = each.agg(said=("said", "sum"), many=("said", "size"), superseded_at=("superseded_at", "first"))
    whole = whole.reset_index()
    node = whole.groupby(NODE, sort=False)
    continues = (node["said"].shift() == whole["said"]) & (node["many"].shift() == whole["many"])
    continues &= node["superseded_at"].shift() == whole["known_at"]
    piece = (~continues).cumsum()
    whole["since"] = whole.groupby(piece)["known_at"].transform("first")
    whole = whole[~piece.duplicated(keep="last")].rename(columns={"superseded_at": "until"})
    last = rows.merge(whole[[*NODE, "known_at", "since", "until"]], on=[*NODE, "known_at"])
    return last.assign(known_at=last["since"], superseded_at=last["until"])[STATE]


def overlapping(left: pd.DataFrame, right: pd.DataFrame, on: Sequence[str] | str) -> pd.DataFrame:
    """Return the join of two histories: what held of both at a time, from when until when.

    Args:
        left: a history.
        right: another, without columns of the left one's but `on` and `SPAN`.
        on: columns to join by.
    """
    renamed = right.rename(columns={"known_at": "right_known_at", "superseded_at": "right_superseded_at"})
    rows = left.merge(renamed, on=on)
    rows["known_at"] = rows[["known_at", "right_known_at"]].max(axis=1)
    rows["superseded_at"] = rows[["superseded_at", "right_superseded_at"]].min(axis=1)
    rows = rows[~(rows["superseded_at"] <= rows["known_at"])]
    return rows.drop(columns=["right_known_at", "right_superseded_at"]).reset_index(drop=True)


def stamped(moments: pd.DatetimeIndex, numbers: NDArray[np.int64]) -> pd.Series:
    """Return the instants of moments by their numbers, NaT of those that do not come."""
    there = numbers < len(moments)
    values = np.full(len(numbers), np.datetime64("NaT"), dtype="datetime64[us]")
    values[there] = moments.to_numpy()[numbers[there]]
    return pd.Series(values)


def identity_changes(states: pd.DataFrame, number: pd.Series) -> pd.DataFrame:
    """Return when people went into others and came out of them: columns of `CHANGE`.

    A person lasts as long as the row that gave the number stands with it.

    Args:
        states: as of `joined`.
        number: the number that each row of a directory would give, indexed by directory and key.
    """
    own = states[states["is_own"]].sort_values([*NODE, "known_at"], kind="stable")
    row = own.groupby(NODE, sort=False)
    before = row["entity_id"].shift()
    mine = number.reindex(pd.MultiIndex.from_frame(own[NODE])).to_numpy()
    has_moved = before.notna() & (before != own["entity_id"])
    went = own[has_moved & (before == mine)]
    came = own[has_moved & (own["entity_id"] == mine)]
    parts = (
        pd.DataFrame(
            {
                "entity_id": before[went.index].astype("int64"),
                "other_id": went["entity_id"],
                "what": "merged",
                "known_at": went["known_at"],
            }
        ),
        pd.DataFrame(
            {
                "entity_id": came["entity_id"],
                "other_id": before[came.index].astype("int64"),
                "what": "split",
                "known_at": came["known_at"],
            }
        ),
    )
    rows = pd.concat(parts, ignore_index=True).assign(superseded_at=NEVER)
    return rows.sort_values(["known_at", "entity_id"], kind="stable", ignore_index=True)[CHANGE]
