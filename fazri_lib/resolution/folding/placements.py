"""Who stands with whom at each moment of a span: all that is looked at in it is clustered at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fazri_lib.resolution.agglomeration import LOOSE, Decided, Scored, clustered
from fazri_lib.resolution.folding.timeline import NEVER
from fazri_lib.resolution.folding.touched import instances
from fazri_lib.resolution.pairs import Allowed, Pairs, coded, decoded
from fazri_lib.resolution.placing import fits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fazri_lib.resolution.folding.timeline import Contents, Verdicts
    from fazri_lib.resolution.folding.touched import Instances

Score = Callable[[Pairs], Scored]


@dataclass(frozen=True, slots=True)
class Placements:
    """What was found each time that something was looked at; it holds until one of the contents is looked at again.

    Attributes:
        states: `moment, content, founder` (the row that gives the person its number), `probability, is_own` (else it
            fits that person equally), `is_sole` (it fits nobody else).
        pairs: `moment, left, right, weight` of pairs that are near each other or stand together.
        looks: `content, moment, until`: when contents were looked at, and until when what was found holds.
    """

    states: pd.DataFrame
    pairs: pd.DataFrame
    looks: pd.DataFrame


def settled(
    contents: Contents, near: Pairs, score: Score, verdicts: Verdicts, span: tuple[int, int], *, is_whole: bool = True
) -> Placements:
    """Return who stands with whom at every moment of a span in which one model holds.

    Args:
        contents: what is known when.
        near: pairs of contents that were compared and weigh at least `LOOSE`.
        score: scores any pairs of contents.
        verdicts: of reviewers.
        span: its first moment, and the one after its last.
        is_whole: whether all is looked at in the first moment; else only what changes there.
    """
    looked = instances(contents, near, span, verdicts, is_whole=is_whole)
    looks = _looks(looked, contents, span[1])
    return Placements(*_placed(contents, looked, near, score, verdicts), looks)


def _placed(
    contents: Contents, looked: Instances, near: Pairs, score: Score, verdicts: Verdicts
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return states and pairs of every set that is looked at.

    Each set is clustered from its records, weights and verdicts alone, so that the outcome does not depend on what was
    there before, on other sets, or on how often it was looked at.
    """
    member, size = looked.member, len(looked.member)
    allowed = Allowed(contents.group[member])
    decided = _decided(contents, looked, verdicts)

    def scored_of(pairs: Pairs) -> Scored:
        return _scored(pairs, member, len(contents), score)

    own = scored_of(_near_within(contents, looked, near))
    cluster, scored = clustered(size, own, scored_of, allowed, decided)
    found = fits(cluster, scored, allowed, decided)
    moment = looked.moment[looked.of_member]
    is_sole = found.groupby("record")["record"].transform("size").to_numpy() == 1
    record = found["record"].to_numpy()
    founder = _founders(contents, member, cluster)
    states = pd.DataFrame(
        {
            "moment": moment[record],
            "content": member[record],
            "founder": founder[found["cluster"].to_numpy()],
            "probability": found["probability"],
            "is_own": found["cluster"].to_numpy() == cluster[record],
            "is_sole": is_sole,
        }
    )
    left, right = scored.pairs.left, scored.pairs.right
    kept = (scored.weight >= LOOSE) | (cluster[left] == cluster[right])
    ends = {"left": member[left[kept]], "right": member[right[kept]]}
    return states, pd.DataFrame({"moment": moment[left[kept]], **ends, "weight": scored.weight[kept]})


def _near_within(contents: Contents, looked: Instances, near: Pairs) -> Pairs:
    """Return the near pairs of every set, by the positions of its members."""
    size, total = len(looked.member), len(contents)
    order = np.lexsort((near.right, near.left))
    left, right = near.left[order], near.right[order]
    first = np.searchsorted(left, looked.member, side="left")
    many = np.searchsorted(left, looked.member, side="right") - first
    position = np.repeat(np.arange(size), many)
    row = np.arange(many.sum()) + np.repeat(first - (np.cumsum(many) - many), many)
    of, other = looked.of_member, right[row]
    now = looked.moment[of[position]]
    holds = (contents.begins[other] <= now) & (now < contents.ends[other])
    position, other = position[holds], other[holds]
    keys = of * total + looked.member  # sorted: sets in order, members sorted within
    return Pairs(position, np.searchsorted(keys, of[position] * total + other))


def _scored(pairs: Pairs, member: NDArray[np.int64], contents: int, score: Score) -> Scored:
    """Return pairs of members with their weights; those of the same two contents are asked for once."""
    codes, place = np.unique(coded(member[pairs.left], member[pairs.right], contents), return_inverse=True)
    scored = score(decoded(codes, contents))
    return Scored(pairs, scored.weight[place], None if scored.fields is None else scored.fields[place])


def _decided(contents: Contents, looked: Instances, verdicts: Verdicts) -> Decided:
    """Return the verdicts that hold in every set, by the positions of its members."""
    same: list[tuple[int, int]] = []
    different: list[tuple[int, int]] = []
    for number, moment in enumerate(looked.moment.tolist()):
        start, end = looked.start[number], looked.start[number + 1]
        told = list(verdicts.at(moment))
        if not told:
            continue
        place = {int(node): int(start) + at for at, node in enumerate(contents.node[looked.member[start:end]])}
        for left, right, is_same in told:
            if left in place and right in place:
                pair = (min(place[left], place[right]), max(place[left], place[right]))
                (same if is_same else different).append(pair)
    return Decided(tuple(dict.fromkeys(same)), tuple(dict.fromkeys(different)))


def _founders(contents: Contents, member: NDArray[np.int64], cluster: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return, by cluster, the row that gives it its number: the one known first."""
    order = np.lexsort((contents.node[member], contents.first[member], cluster))
    starts = np.flatnonzero(np.diff(cluster[order], prepend=-1))
    founder = np.full(len(member), -1, dtype=np.int64)
    founder[cluster[order][starts]] = contents.node[member[order[starts]]]
    return founder


def _looks(looked: Instances, contents: Contents, end: int) -> pd.DataFrame:
    """Return when contents are looked at, and until when that holds: the next look, or the end of content or span."""
    looks = np.unique(np.column_stack([looked.member, looked.moment[looked.of_member]]), axis=0)
    content, moment = looks[:, 0], looks[:, 1]
    again = np.full(len(looks), NEVER, dtype=np.int64)
    follows = content[1:] == content[:-1]
    again[:-1][follows] = moment[1:][follows]
    until = np.minimum(np.minimum(again, contents.ends[content]), end)
    return pd.DataFrame({"content": content, "moment": moment, "until": until})
