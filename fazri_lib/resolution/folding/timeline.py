"""What directories said from when to when, and what reviewers decided, on one scale of moments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from numpy.typing import NDArray

NEVER = np.iinfo(np.int64).max
"""The number of a moment that does not come."""
DECISION = ["left_directory", "left_key", "right_directory", "right_key", "verdict", "known_at", "superseded_at"]
"""Columns of decisions: `verdict` is same or different; from when on it was known, until it was withdrawn."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What the rows of directories say, one after another; only what says something new is a content.

    They are numbered in the order of directory, key and time, whatever the order in which they became known.

    Attributes:
        node: number of the row (directory and key) in their order.
        source: number of its directory, in alphabetical order.
        group: the same where nobody has two records in it, else -1.
        begins: number of the moment from which on it holds.
        ends: number of the moment from which on the row says something else; `NEVER` while it holds.
        first: number of the moment at which the row became known.
    """

    node: NDArray[np.int64]
    source: NDArray[np.int64]
    group: NDArray[np.int64]
    begins: NDArray[np.int64]
    ends: NDArray[np.int64]
    first: NDArray[np.int64]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.node)

    def live(self, moment: int) -> NDArray[np.int64]:
        """Return the contents that hold at a moment."""
        return np.flatnonzero((self.begins <= moment) & (moment < self.ends))

    def overlap(self, left: NDArray[np.int64], right: NDArray[np.int64], span: tuple[int, int]) -> NDArray[np.bool_]:
        """Tell which pairs hold together at some moment of a span."""
        since = np.maximum(np.maximum(self.begins[left], self.begins[right]), span[0])
        until = np.minimum(np.minimum(self.ends[left], self.ends[right]), span[1])
        together: NDArray[np.bool_] = since < until
        return together


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What reviewers decided of two rows, by the rows' numbers, and from which moment until which that holds."""

    left: NDArray[np.int64]
    right: NDArray[np.int64]
    is_same: NDArray[np.bool_]
    begins: NDArray[np.int64]
    ends: NDArray[np.int64]

    def at(self, moment: int) -> Iterator[tuple[int, int, bool]]:
        """Yield those that hold at a moment: left, right, whether they are the same."""
        for row in np.flatnonzero((self.begins <= moment) & (moment < self.ends)):
            yield int(self.left[row]), int(self.right[row]), bool(self.is_same[row])

    def changed(self, moment: int) -> NDArray[np.int64]:
        """Return the rows of directories of which something was decided or withdrawn at a moment."""
        chosen = (self.begins == moment) | (self.ends == moment)
        return np.unique(np.concatenate([self.left[chosen], self.right[chosen]]))


def moments_of(rows: pd.DataFrame, decisions: pd.DataFrame) -> pd.DatetimeIndex:
    """Return the moments at which anything became known, in order.

    Args:
        rows: rows of `exact.current_records`.
        decisions: columns of `DECISION`.
    """
    told = [rows["known_at"], decisions["known_at"], decisions["superseded_at"]]
    known = pd.concat([one.astype("datetime64[us]") for one in told if len(one)] or [rows["known_at"]])
    return pd.DatetimeIndex(known.dropna().unique()).sort_values().as_unit("us")


def numbered(moments: pd.DatetimeIndex, instants: pd.Series) -> NDArray[np.int64]:
    """Return the numbers of instants among moments, -1 of those that are none."""
    return moments.get_indexer(pd.DatetimeIndex(instants.astype("datetime64[us]"))).astype(np.int64)


def contents_of(
    rows: pd.DataFrame, texts: pd.DataFrame, moments: pd.DatetimeIndex, promised: Collection[str]
) -> tuple[Contents, NDArray[np.int64]]:
    """Return the contents of rows, and the number of each row's content.

    Args:
        rows: rows of `exact.current_records`.
        texts: what they say, as of `directories.said`.
        moments: as of `moments_of`.
        promised: directories in which nobody has two records.
    """
    order = np.lexsort((rows["version_no"], rows["node"]))
    node = rows["node"].to_numpy(dtype=np.int64)[order]
    said = pd.util.hash_pandas_object(texts.astype("string").fillna(""), index=False).to_numpy()[order]
    is_first = np.diff(node, prepend=-1) != 0
    is_new = is_first | (np.diff(said, prepend=0) != 0)
    content = np.empty(len(rows), dtype=np.int64)
    content[order] = np.cumsum(is_new) - 1
    begins = numbered(moments, rows["known_at"].iloc[order[is_new]])
    follows = np.append(node[is_new][1:] == node[is_new][:-1], np.zeros(min(1, len(rows)), dtype=bool))
    source, names = pd.factorize(rows["directory"].astype(str), sort=True)
    source = source.astype(np.int64)[order[is_new]]
    return (
        Contents(
            node=node[is_new],
            source=source,
            group=np.where(np.isin(source, np.flatnonzero(names.isin(list(promised)))), source, -1),
            begins=begins,
            ends=np.where(follows, np.append(begins[1:], np.zeros(min(1, len(rows)), dtype=np.int64)), NEVER),
            first=begins[np.maximum.accumulate(np.where(is_first[is_new], np.arange(len(begins)), 0))],
        ),
        content,
    )


def verdicts_of(decisions: pd.DataFrame, rows: pd.DataFrame, moments: pd.DatetimeIndex) -> Verdicts:
    """Return decisions by the numbers of rows and moments; those of rows that are not there are left out."""
    nodes = rows.drop_duplicates("node").set_index(["directory", "record_key"])["node"]
    ends = [
        nodes.reindex(pd.MultiIndex.from_frame(decisions[[f"{side}_directory", f"{side}_key"]])).to_numpy()
        for side in ("left", "right")
    ]
    there = ~pd.isna(ends[0]) & ~pd.isna(ends[1])
    left, right = (side[there].astype(np.int64) for side in ends)
    told = decisions[there]
    until = numbered(moments, told["superseded_at"])
    return Verdicts(
        left=left,
        right=right,
        is_same=(told["verdict"] == "same").to_numpy(dtype=bool),
        begins=numbered(moments, told["known_at"]),
        ends=np.where(told["superseded_at"].isna(), NEVER, until).astype(np.int64),
    )
