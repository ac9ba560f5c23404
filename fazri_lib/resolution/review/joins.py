"""Questions about parts of one person: the joins of average linkage within an entity, from the last one inwards.

The last join is asked about first. Once an answer lies across it, or where nothing was compared across it, the last
joins of its two sides are asked about instead, and so on: each weak place of a person gets its turn.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from fazri_lib.resolution.model import probability
from fazri_lib.resolution.review.answers import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

SPLIT = "split"
COLUMNS = (
    "kind", "left_id", "right_id", "left_entity", "right_entity", "weight", "probability", "left_records",
    "right_records", "pairs", "gain",
)  # fmt: skip
LOWEST, HIGHEST = -8.0, 10.0
"""Weights of pairs are taken within these, bits: one pair alone must not decide about two sides."""
_NONE = np.zeros((0, 2), dtype=np.int64)


class Join(NamedTuple):
    """Two groups that average linkage has joined, by position.

    Attributes:
        left: members of one.
        right: of the other.
        before: numbers of the joins that made the two; -1 for a single record.
    """

    left: list[int]
    right: list[int]
    before: tuple[int, int]


def splits(pairs: pd.DataFrame, decided: Iterable[tuple[int, int]] = ()) -> pd.DataFrame:
    """Return the weakest joins of each entity that no answer has settled: one of an entity without answers.

    Args:
        pairs: `left_id, right_id, weight` (bits), `left_entity, right_entity, left_doubt, right_doubt`.
        decided: pairs of record ids that were answered.
    """
    return _asked(pairs, decided, is_settled=False)


def settled_splits(pairs: pd.DataFrame, decided: Iterable[tuple[int, int]]) -> pd.DataFrame:
    """Return the joins that answers have settled, as questions; arguments as for `splits`."""
    return _asked(pairs, decided, is_settled=True)


def parted(count: int, place: NDArray[np.int64], weight: NDArray[np.float64], one: int, other: int) -> Join:
    """Return the join that has brought two records together.

    Args:
        count: number of records.
        place: pairs of them by position; a pair that was not compared counts lowest.
        weight: of the pairs, bits.
        one: position of one record.
        other: of the other one.
    """
    for join in _joins(count, place, weight):
        if (one in join.left and other in join.right) or (one in join.right and other in join.left):
            return join
    raise ValueError("two records of one group are joined; expected two different ones, got one")


def implied(verdicts: pd.Series[str]) -> list[tuple[int, int]]:
    """Return the pairs of records that answers tell about, with those that follow from several of them.

    A = B and B = C tell of A and C, and so do A = B and B as another person than C.

    Args:
        verdicts: `Verdict` by (left_id, right_id).
    """
    group: dict[int, set[int]] = {}
    told = list(zip(*(verdicts.index.get_level_values(end).tolist() for end in (0, 1)), verdicts.tolist(), strict=True))
    for one, other, said in told:
        mine, theirs = group.setdefault(one, {one}), group.setdefault(other, {other})
        if said == Verdict.SAME and mine is not theirs:
            mine |= theirs
            group.update(dict.fromkeys(theirs, mine))
    found = {
        pair
        for one, other, said in told
        for pair in ([(one, other)] if said == Verdict.UNSURE else product(group[one], group[other]))
    }
    return sorted((one, other) for one, other in found if one != other)


def _asked(pairs: pd.DataFrame, decided: Iterable[tuple[int, int]], *, is_settled: bool) -> pd.DataFrame:
    """Joins within each entity that has a pair under the highest weight that counts."""
    inside = pairs[(pairs["left_entity"] == pairs["right_entity"]) & ~pairs["left_doubt"] & ~pairs["right_doubt"]]
    weak = inside.loc[inside["weight"] < HIGHEST, "left_entity"].unique()
    inside = inside[inside["left_entity"].isin(weak)].sort_values("left_entity", kind="stable")
    ends = inside[["left_id", "right_id"]].to_numpy(dtype=np.int64)
    weight = inside["weight"].to_numpy(dtype=np.float64)
    entities, starts = np.unique(inside["left_entity"].to_numpy(dtype=np.int64), return_index=True)
    bounds = np.append(starts, len(inside)).tolist()
    told = _by_entity(inside, decided)
    rows = [
        (SPLIT, *join[:2], entity, entity, *join[2:])
        for entity, first, after in zip(entities.tolist(), bounds, bounds[1:], strict=False)
        for join in _within(ends[first:after], weight[first:after], told.get(entity, _NONE), is_settled=is_settled)
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _by_entity(inside: pd.DataFrame, decided: Iterable[tuple[int, int]]) -> dict[int, NDArray[np.int64]]:
    """Return the answered pairs within each entity."""
    answered = np.array(list(decided), dtype=np.int64).reshape(-1, 2)
    if not len(answered):
        return {}
    entity = pd.concat([inside.set_index(f"{side}_id")["left_entity"] for side in ("left", "right")])
    entity = entity[~entity.index.duplicated()]
    is_there = np.isin(answered, entity.index.to_numpy()).all(axis=1)
    answered = answered[is_there]
    one, other = (entity.loc[answered[:, end]].to_numpy(dtype=np.int64) for end in (0, 1))
    answered, one = answered[one == other], one[one == other]
    return {int(number): answered[one == number] for number in np.unique(one)}


def _within(
    ends: NDArray[np.int64], weight: NDArray[np.float64], told: NDArray[np.int64], *, is_settled: bool
) -> Iterator[tuple[Any, ...]]:
    """Give records, weight, probability, sizes, pairs and gain of the joins of one entity that are asked about."""
    members, place = np.unique(ends, return_inverse=True)
    place = place.reshape(ends.shape)
    answered = np.searchsorted(members, told)
    joins = _joins(len(members), place, weight)
    waiting = [len(joins) - 1]
    for number in waiting:
        if number < 0:
            continue
        join = joins[number]
        half = np.zeros(len(members), dtype=np.int64)
        half[join.left], half[join.right] = 1, 2
        was_told = bool((half[answered].prod(axis=1) == 2).any())  # noqa: PLR2004 - one end in each half
        across = np.flatnonzero(half[place].prod(axis=1) == 2)  # noqa: PLR2004 - as above
        is_weak = len(across) > 0 and float(np.clip(weight[across], LOWEST, HIGHEST).mean()) < HIGHEST
        if is_settled or was_told or not is_weak:
            waiting.extend(join.before)
        if is_weak and was_told == is_settled:
            yield _question(ends, weight, half, half[place[:, 0]], across)


def _question(
    ends: NDArray[np.int64],
    weight: NDArray[np.float64],
    half: NDArray[np.int64],
    left_half: NDArray[np.int64],
    across: NDArray[np.int64],
) -> tuple[Any, ...]:
    """Return a join as `_within` gives it: the strongest pair across it stands for its sides."""
    best = across[np.lexsort((ends[across, 1], ends[across, 0], -weight[across]))[0]]
    here, there = int((half == left_half[best]).sum()), int((half == 3 - left_half[best]).sum())
    mean = round(float(np.clip(weight[across], LOWEST, HIGHEST).mean()), 6)
    chance = float(probability(np.array([mean]))[0])
    gain = round(chance * (1 - chance) * here * there, 6)
    return (*ends[best].tolist(), mean, round(chance, 6), here, there, here * there, gain)


def _joins(count: int, place: NDArray[np.int64], weight: NDArray[np.float64]) -> list[Join]:
    """Return the joins of average linkage over so many records, in their order; arguments as for `parted`."""
    average = np.full((count, count), LOWEST)
    average[place[:, 0], place[:, 1]] = average[place[:, 1], place[:, 0]] = np.clip(weight, LOWEST, HIGHEST)
    np.fill_diagonal(average, -np.inf)
    size = np.ones(count)
    members, made, joins = [[number] for number in range(count)], [-1] * count, []
    for number in range(count - 1):
        low, high = sorted(divmod(int(average.argmax()), count))
        joined = (average[low] * size[low] + average[high] * size[high]) / (size[low] + size[high])
        average[low] = average[:, low] = joined.round(9)
        average[high] = average[:, high] = -np.inf
        average[low, low] = -np.inf
        size[low] += size[high]
        joins.append(Join(members[low], members[high], (made[low], made[high])))
        members[low], made[low] = members[low] + members[high], number
    return joins
