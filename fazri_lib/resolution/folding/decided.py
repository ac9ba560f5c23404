"""What reviewers decided where exact identifiers decide: who they put together is together, who they part is apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fazri_lib.resolution.agglomeration import HIGHEST, LOOSE, Decided, Scored, clustered
from fazri_lib.resolution.exact import numbers
from fazri_lib.resolution.folding.history import NODE, STATE, joined, stamped
from fazri_lib.resolution.folding.timeline import NEVER, numbered
from fazri_lib.resolution.pairs import Allowed, Pairs, all_pairs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fazri_lib.resolution.folding.timeline import Verdicts

UNKNOWN = LOOSE - 1
"""What two rows without a common person say, bits: too little to join, nothing against whoever is joined."""
_LINK = ["node", "entity_id", "probability", "is_own", "is_sole"]


def with_verdicts(
    states: pd.DataFrame, rows: pd.DataFrame, verdicts: Verdicts, moments: pd.DatetimeIndex, end: int
) -> pd.DataFrame:
    """Return what exact identifiers say of rows, as reviewers have changed it from moment to moment.

    People of whom something is decided are made anew out of their rows: whom reviewers put together is one with all
    others of both, whom they part is two, and the others stay with the first. What is decided holds as long as it does
    and leaves no trace.

    Args:
        states: of `fold.exact_states`, columns of `history.STATE`, all open.
        rows: rows of `exact.current_records`.
        verdicts: of reviewers.
        moments: as of `timeline.moments_of`.
        end: number of the moment from which on a model decides.
    """
    if not (verdicts.begins < end).any():
        return states
    named = rows.drop_duplicates("node").set_index("node")[NODE]
    place = pd.Series(named.index, index=pd.MultiIndex.from_frame(named))
    node = place.reindex(pd.MultiIndex.from_frame(states[NODE])).to_numpy(dtype=np.int64)
    links = states.assign(node=node, since=numbered(moments, states["known_at"]))
    number = pd.Series(numbers(named), index=named.index)
    told = np.unique(np.concatenate([links["since"], verdicts.begins, verdicts.ends]))
    told = told[told < end]
    changed = {int(moment): _changed(links[links["since"] <= moment], number, verdicts, int(moment)) for moment in told}
    touched = pd.concat([one["node"] for one in changed.values()]).unique()
    of_these = links[links["node"].isin(touched)]
    parts = []
    for moment, until in zip(told, [*told[1:], NEVER], strict=True):
        one = changed[int(moment)]
        others = of_these[(of_these["since"] <= moment) & ~of_these["node"].isin(one["node"])]
        parts.append(pd.concat([one, others[_LINK]]).assign(moment=moment, until=until))
    frame = pd.concat(parts, ignore_index=True)
    frame[NODE] = named.loc[frame["node"]].to_numpy()
    frame["known_at"] = stamped(moments, frame["moment"].to_numpy(dtype=np.int64))
    frame["superseded_at"] = stamped(moments, frame["until"].to_numpy(dtype=np.int64))
    kept = states[~links["node"].isin(touched)]
    return pd.concat([kept, joined(frame.drop(columns=["moment", "until"]))], ignore_index=True)[STATE]


@dataclass(frozen=True, slots=True)
class _Told:
    """What reviewers say at a moment of rows that are known, by their numbers."""

    same: list[tuple[int, int]]
    different: list[tuple[int, int]]

    @classmethod
    def at(cls, verdicts: Verdicts, moment: int, known: set[int]) -> _Told:
        """Return what holds at a moment."""
        found = cls([], [])
        for left, right, is_same in verdicts.at(moment):
            if left in known and right in known:
                (found.same if is_same else found.different).append((left, right))
        return found

    @property
    def nodes(self) -> set[int]:
        """Rows of which anything is said."""
        return {node for pair in (*self.same, *self.different) for node in pair}


def _changed(links: pd.DataFrame, number: pd.Series, verdicts: Verdicts, moment: int) -> pd.DataFrame:
    """Return the links at a moment of all rows that belong to people, or fit people, of whom something is decided."""
    told = _Told.at(verdicts, moment, set(links["node"]))
    if not told.nodes:
        return links.iloc[:0][_LINK]
    links = _settled(links, told)
    own = links[links["is_own"]].sort_values(["since", "node"], kind="stable")
    people = own.loc[own["node"].isin(told.nodes), "entity_id"].unique()
    members = own[own["entity_id"].isin(people)]
    nodes = members["node"].to_numpy()
    cluster = _clustered(nodes, members["entity_id"], told)  # the first member of each: the one that is known first
    person = pd.Series(number.loc[nodes[cluster]].to_numpy(), index=nodes)
    is_founder = number.loc[nodes].to_numpy() == members["entity_id"].to_numpy()
    now = person[is_founder].set_axis(members["entity_id"][is_founder])
    found = links.loc[links["entity_id"].isin(people) | links["node"].isin(nodes), _LINK]
    new = np.where(found["is_own"], found["node"].map(person), found["entity_id"].map(now))
    found = found.assign(entity_id=np.where(pd.isna(new), found["entity_id"], new).astype(np.int64))
    found = found[found["is_own"] | ~_ruled_out(found, person, told)].sort_values("is_own", ascending=False)
    found = found.drop_duplicates(["node", "entity_id"])
    many = found.groupby("node")["node"].transform("size")
    return found.assign(probability=1.0 / many, is_sole=many == 1)


def _settled(links: pd.DataFrame, told: _Told) -> pd.DataFrame:
    """Return links of which rows that fit several people fit those only that what is decided of them leaves."""
    own = links[links["is_own"]].set_index("node")["entity_id"]
    sole = set(links.loc[links["is_sole"], "node"])
    chosen = {a: own[b] for pair in told.same for a, b in (pair, pair[::-1]) if a not in sole and b in sole}
    parted = [(a, own[b]) for pair in told.different for a, b in (pair, pair[::-1]) if a not in sole]
    is_gone = pd.MultiIndex.from_frame(links[["node", "entity_id"]]).isin(parted)
    is_gone &= ~pd.Series(is_gone, index=links.index).groupby(links["node"]).transform("all")
    left = links[~is_gone].sort_values(["is_own", "entity_id"], ascending=[False, True])
    left = left.assign(is_own=~left["node"].duplicated())
    left = left[left["is_own"] | ~left["node"].isin(list(chosen))]
    return left.assign(entity_id=left["node"].map(chosen).fillna(left["entity_id"]).astype("int64"))


def _clustered(nodes: NDArray[np.int64], people: pd.Series, told: _Told) -> NDArray[np.int64]:
    """Return the cluster of each row: its first one. Rows of one person belong together unless they are parted."""
    place = {int(node): at for at, node in enumerate(nodes)}
    code = pd.factorize(people)[0]
    pairs = all_pairs(len(nodes))
    pairs = pairs.where(code[pairs.left] == code[pairs.right])
    decided = Decided(*(
        [(min(place[a], place[b]), max(place[a], place[b])) for a, b in part] for part in (told.same, told.different)
    ))  # fmt: skip
    cluster, _ = clustered(
        len(nodes), _scored(pairs, 0.0, HIGHEST), lambda missing: _scored(missing, UNKNOWN, np.nan),
        Allowed(np.full(len(nodes), -1)), decided,
    )  # fmt: skip
    return cluster


def _scored(pairs: Pairs, prior: float, says: float) -> Scored:
    fields = np.tile(np.array([prior, says], dtype=np.float32), (len(pairs), 1))
    return Scored(pairs, np.full(len(pairs), prior + np.nan_to_num(says)), fields)


def _ruled_out(links: pd.DataFrame, person: pd.Series, told: _Told) -> pd.Series:
    """Tell which links to people whom a row fits too are ruled out by what is decided of the row."""
    parted = [(a, person[b]) for pair in told.different for a, b in (pair, pair[::-1])]
    decided = {node for pair in told.same for node in pair}
    ruled_out = links["node"].isin(decided)
    ruled_out |= pd.MultiIndex.from_frame(links[["node", "entity_id"]]).isin(parted)
    return ruled_out
