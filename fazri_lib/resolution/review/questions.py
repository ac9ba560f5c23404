"""The review queue: which merges, splits and doubtful places are worth a person's answer, the most useful first.

The order is the expected gain of a right answer: p (1 - p) for each pair of records whose place it decides, p the
probability that the two sides are one by their mean match weight, as average linkage sees it (`agglomeration`). It is
the expected error that the answer takes away (Roy and McCallum, "Toward optimal active learning through sampling
estimation of error reduction", ICML 2001), counted in pairs as for oracle questions about clusters (Firmani, Saha and
Srivastava, "Online entity resolution using an oracle", VLDB 2016). Compared with other orders in decision 0017.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from fazri_lib.resolution.agglomeration import LOOSE
from fazri_lib.resolution.model import probability

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

MERGE, SPLIT, PLACE, RANDOM = "merge", "split", "place", "random"
KINDS = (MERGE, SPLIT, PLACE, RANDOM)
COLUMNS = (
    "kind", "left_id", "right_id", "left_entity", "right_entity", "weight", "probability", "left_records",
    "right_records", "pairs", "gain",
)  # fmt: skip
LOWEST, HIGHEST = -8.0, 10.0
"""Weights of pairs are taken within these, bits: one pair alone must not decide about two sides."""
_TWO = 2
_RARELY = 0.01  # of the people in a directory: more have two records there only where it lists several


@dataclass(frozen=True)
class Known:
    """What was known at one moment.

    Attributes:
        records: `record_id, directory, record_key` of each record.
        links: `record_id, entity_id, probability`; several rows for a record whose place is in doubt.
        pairs: `left_id, right_id, weight` (bits) of pairs that were compared.
    """

    records: pd.DataFrame
    links: pd.DataFrame
    pairs: pd.DataFrame

    @cached_property
    def places(self) -> pd.DataFrame:
        """The likeliest entity of each record, `entity_id, is_doubtful`, by record; the lowest of equal ones."""
        ordered = self.links.sort_values(
            ["record_id", "probability", "entity_id"], ascending=[True, False, True], kind="stable"
        )
        counts = ordered.groupby("record_id", sort=False).size()
        first = ordered.drop_duplicates("record_id").set_index("record_id")[["entity_id"]]
        return first.assign(is_doubtful=counts.reindex(first.index) > 1)


def questions(known: Known, decided: Iterable[tuple[int, int]] = ()) -> pd.DataFrame:
    """Return what to ask, the most useful first.

    Args:
        known: records, links and pairs of one moment.
        decided: pairs of record ids that were answered, in whatever way: what they tell is asked no more.

    Returns:
        a row a question: `kind` (merge: are the people of two entities one; split: are two parts of an entity one;
        place: does a record belong to this entity), `left_id, right_id` the two records that stand for the sides,
        `left_entity, right_entity`, `weight` the mean match weight between the sides, bits, `probability` that they
        are one, `left_records, right_records` of the sides, `pairs` between them, `gain` in pairs.
    """
    places = known.places
    pairs = _placed_pairs(known, places)
    parts = [_merges(known, places, pairs), _splits(pairs), _places(known, places, pairs)]
    made = pd.concat([part for part in parts if len(part)] or parts[:1])
    made = unanswered(known, made, decided)
    order = ["gain", "probability", "left_id", "right_id"]
    return made.sort_values(order, ascending=[False, False, True, True], kind="stable").reset_index(drop=True)


def sides(known: Known, kind: str, left_id: int, right_id: int) -> tuple[list[int], list[int]]:
    """Return the record ids of both sides of a question, the records that stand for them first.

    Args:
        known: records, links and pairs of one moment.
        kind: of the question.
        left_id: record that stands for one side.
        right_id: for the other.
    """
    every = known.places
    places = every.loc[~every["is_doubtful"] | every.index.isin([left_id, right_id]), "entity_id"]
    if kind == RANDOM or left_id not in places.index or right_id not in places.index:
        return [left_id], [right_id]
    of_left, of_right = (places.index[places == places[one]].tolist() for one in (left_id, right_id))
    if kind == PLACE:
        return [left_id], _first(right_id, [one for one in of_right if one != left_id])
    if places[left_id] != places[right_id]:
        return _first(left_id, of_left), _first(right_id, of_right)
    position = {record: number for number, record in enumerate(of_left)}
    chosen = known.pairs[known.pairs["left_id"].isin(of_left) & known.pairs["right_id"].isin(of_left)]
    ends = np.array([[position[one] for one in chosen[name]] for name in ("left_id", "right_id")], dtype=np.int64).T
    half = _halves(len(of_left), ends, chosen["weight"].to_numpy(dtype=np.float64))
    if half[position[left_id]] == half[position[right_id]]:
        return [left_id], [right_id]
    left = [one for one in of_left if half[position[one]] == half[position[left_id]]]
    return _first(left_id, left), _first(right_id, [one for one in of_left if one not in left])


def _first(record_id: int, members: list[int]) -> list[int]:
    return [record_id, *(one for one in members if one != record_id)]


def _placed_pairs(known: Known, places: pd.DataFrame) -> pd.DataFrame:
    """Pairs with entity, doubt and directory of both ends; pairs of records without a link are left out."""
    directory = known.records.drop_duplicates("record_id").set_index("record_id")["directory"]
    rows = known.pairs[["left_id", "right_id", "weight"]]
    rows = rows[rows["left_id"].isin(places.index) & rows["right_id"].isin(places.index)].reset_index(drop=True)
    for side in ("left", "right"):
        ids = rows[f"{side}_id"]
        rows[f"{side}_entity"] = places["entity_id"].reindex(ids).to_numpy()
        rows[f"{side}_doubt"] = places["is_doubtful"].reindex(ids).to_numpy(dtype=bool)
        rows[f"{side}_directory"] = directory.reindex(ids).to_numpy()
    return rows.assign(clipped=rows["weight"].clip(LOWEST, HIGHEST))


def _merges(known: Known, places: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Two entities with a pair between them that was near; records whose place is in doubt are asked about apart.

    Two that both have a record in a directory in which nobody has two are left out: hardly any is one (decision 0017).
    """
    across = pairs[
        (pairs["left_entity"] != pairs["right_entity"]) & (pairs["weight"] >= LOOSE)
        & ~pairs["left_doubt"] & ~pairs["right_doubt"]
    ]  # fmt: skip
    low = across["left_entity"].to_numpy() < across["right_entity"].to_numpy()
    swapped = across.assign(
        left_id=across["right_id"], right_id=across["left_id"],
        left_entity=across["right_entity"], right_entity=across["left_entity"],
    )  # fmt: skip
    across = pd.concat([across[low], swapped[~low]])
    across = across.sort_values(["weight", "left_id", "right_id"], ascending=[False, True, True], kind="stable")
    keys = ["left_entity", "right_entity"]
    best = across.drop_duplicates(keys).set_index(keys).sort_index()
    sums = across.groupby(keys)["clipped"].agg(["sum", "size"])
    alike = across["left_directory"] == across["right_directory"]
    sums["alike"] = alike.groupby([across[key] for key in keys]).sum()
    return _asked(known, places, best.join(sums).reset_index(), MERGE)


def _places(known: Known, places: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """A record that several entities fit: one question for each of them."""
    doubtful = known.links[known.links["record_id"].map(places["is_doubtful"]).fillna(value=False).astype(bool)]
    ends = pd.concat([pairs, _turned(pairs)])
    near = ends.merge(
        doubtful[["record_id", "entity_id", "probability"]],
        left_on=["left_id", "right_entity"],
        right_on=["record_id", "entity_id"],
    )
    near = near[near["left_id"] != near["right_id"]]
    near = near.sort_values(["weight", "right_id"], ascending=[False, True], kind="stable")
    keys = ["record_id", "entity_id"]
    best = near.drop_duplicates(keys).set_index(keys).sort_index()
    best["weight"] = near.groupby(keys)["clipped"].mean().reindex(best.index)
    best = best.reset_index()
    size = places["entity_id"].value_counts()
    others = size.reindex(best["entity_id"]).to_numpy() - (
        best["left_entity"].to_numpy() == best["entity_id"].to_numpy()
    )
    return best.assign(
        kind=PLACE, right_entity=best["entity_id"], left_records=1, right_records=others, pairs=others,
        gain=_gain(best["probability"], others),
    )[list(COLUMNS)]  # fmt: skip


def _turned(pairs: pd.DataFrame) -> pd.DataFrame:
    names = {
        f"{side}_{what}": f"{other}_{what}"
        for side, other in (("left", "right"), ("right", "left"))
        for what in ("id", "entity", "doubt", "directory")
    }
    return pairs.rename(columns=names)


def _asked(known: Known, places: pd.DataFrame, rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Questions about two entities that are apart: a pair that was not compared counts lowest.

    Two records of one directory are compared unless that directory has one record a person: then they do not count.
    """
    sure = places[~places["is_doubtful"]]
    size = sure["entity_id"].value_counts()
    left, right = (size.reindex(rows[f"{side}_entity"]).to_numpy(dtype=np.int64) for side in ("left", "right"))
    directory = known.records.drop_duplicates("record_id").set_index("record_id")["directory"].reindex(sure.index)
    counts = directory.groupby([sure["entity_id"], directory]).size().unstack(fill_value=0)  # noqa: PD010 - is quicker
    mine, theirs = (counts.reindex(rows[f"{side}_entity"]).to_numpy(dtype=np.int64) for side in ("left", "right"))
    both = mine * theirs
    able = left * right - both.sum(axis=1) + rows["alike"].to_numpy(dtype=np.int64)
    weight = ((rows["sum"] + LOWEST * (able - rows["size"]).clip(lower=0)) / np.maximum(able, 1)).round(6)
    chance = probability(weight.to_numpy(dtype=np.float64))
    asked = rows.assign(
        kind=kind, weight=weight, probability=chance.round(6), left_records=left, right_records=right,
        pairs=left * right, gain=_gain(chance, left * right),
    )[list(COLUMNS)]  # fmt: skip
    is_single = ((counts > 1).sum() <= _RARELY * (counts > 0).sum()).to_numpy()
    left_over: pd.DataFrame = asked[~both[:, is_single].any(axis=1)]
    return left_over


def _gain(chance: pd.Series[float] | NDArray[np.float64], pairs: NDArray[np.int64]) -> NDArray[np.float64]:
    share = np.asarray(chance, dtype=np.float64)
    return (share * (1 - share) * pairs).round(6)


def _splits(pairs: pd.DataFrame) -> pd.DataFrame:
    """The weakest join within each entity that has a pair under the highest weight that counts."""
    inside = pairs[(pairs["left_entity"] == pairs["right_entity"]) & ~pairs["left_doubt"] & ~pairs["right_doubt"]]
    weak = inside.loc[inside["weight"] < HIGHEST, "left_entity"].unique()
    inside = inside[inside["left_entity"].isin(weak)].sort_values("left_entity", kind="stable")
    ends = inside[["left_id", "right_id"]].to_numpy(dtype=np.int64)
    weight = inside["weight"].to_numpy(dtype=np.float64)
    entities, starts = np.unique(inside["left_entity"].to_numpy(dtype=np.int64), return_index=True)
    bounds = np.append(starts, len(inside)).tolist()
    rows = [
        (SPLIT, *join[:2], entity, entity, *join[2:])
        for entity, first, after in zip(entities.tolist(), bounds, bounds[1:], strict=False)
        if (join := _weakest(ends[first:after], weight[first:after])) is not None
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _weakest(ends: NDArray[np.int64], weight: NDArray[np.float64]) -> tuple[Any, ...] | None:
    """Return the records, weight, probability, sizes, pairs and gain of the join that average linkage makes last."""
    members, place = np.unique(ends, return_inverse=True)
    place = place.reshape(ends.shape)
    half = _halves(len(members), place, weight)
    across = np.flatnonzero(half[place[:, 0]] != half[place[:, 1]])
    if not len(across):
        return None
    best = across[np.lexsort((ends[across, 1], ends[across, 0], -weight[across]))[0]]
    here = int((half == half[place[best, 0]]).sum())
    there = len(members) - here
    mean = round(float(np.clip(weight[across], LOWEST, HIGHEST).mean()), 6)
    chance = float(probability(np.array([mean]))[0])
    gain = round(chance * (1 - chance) * here * there, 6)
    return (*ends[best].tolist(), mean, round(chance, 6), here, there, here * there, gain)


def _halves(count: int, place: NDArray[np.int64], weight: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return 1 or 2 for each of so many records: the two groups that average linkage joins last.

    Args:
        count: number of records.
        place: pairs of them by position; a pair that was not compared counts lowest.
        weight: of the pairs, bits.
    """
    average = np.full((count, count), LOWEST)
    average[place[:, 0], place[:, 1]] = average[place[:, 1], place[:, 0]] = np.clip(weight, LOWEST, HIGHEST)
    np.fill_diagonal(average, -np.inf)
    group, size = np.arange(count), np.ones(count)
    for _ in range(count - _TWO):
        low, high = sorted(divmod(int(average.argmax()), count))
        joined = (average[low] * size[low] + average[high] * size[high]) / (size[low] + size[high])
        average[low] = average[:, low] = joined.round(9)
        average[high] = average[:, high] = -np.inf
        average[low, low] = -np.inf
        size[low] += size[high]
        group[group == high] = low
    halves: NDArray[np.int64] = np.where(group == group[0], 1, 2)
    return halves


def unanswered(known: Known, made: pd.DataFrame, decided: Iterable[tuple[int, int]]) -> pd.DataFrame:
    """Return the questions that no answer between their sides has settled, in their order.

    Args:
        known: records, links and pairs of the moment.
        made: of `questions`.
        decided: pairs of record ids that were answered, in whatever way.
    """
    entity = dict(zip(known.places.index.tolist(), known.places["entity_id"].tolist(), strict=True))
    between: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for one, other in decided:
        if one in entity and other in entity:
            for pair in ((one, other), (other, one)):
                between.setdefault((entity[pair[0]], entity[pair[1]]), []).append(pair)
    if not between:
        return made
    columns = ("kind", "left_id", "right_id", "left_entity", "right_entity")
    rows = zip(*(made[name].tolist() for name in columns), strict=True)
    return made[[not _is_settled(known, between, entity, *row) for row in rows]]


def _is_settled(
    known: Known,
    between: dict[tuple[int, int], list[tuple[int, int]]],
    entity: dict[int, int],
    *question: Any,
) -> bool:
    kind, left_id, right_id, left_entity, right_entity = question
    if kind == MERGE:
        return (left_entity, right_entity) in between
    if kind == PLACE:
        return any(one == left_id for one, _ in between.get((entity[left_id], right_entity), ()))
    found = between.get((left_entity, right_entity), [])
    left, right = sides(known, kind, left_id, right_id) if found else ([], [])
    return any(one in left and other in right for one, other in found)
