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
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fazri_lib.resolution.agglomeration import LOOSE
from fazri_lib.resolution.model import probability
from fazri_lib.resolution.review.joins import COLUMNS, HIGHEST, LOWEST, SPLIT, parted, settled_splits, splits

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

MERGE, PLACE, RANDOM = "merge", "place", "random"
KINDS = (MERGE, SPLIT, PLACE, RANDOM)
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
    parts = [_merges(known, places, pairs), splits(pairs), _places(known, places, pairs)]
    return unanswered(known, _ordered(parts), decided)


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
    weight = chosen["weight"].to_numpy(dtype=np.float64)
    join = parted(len(of_left), ends, weight, position[left_id], position[right_id])
    both = [[of_left[number] for number in sorted(side)] for side in (join.left, join.right)]
    left, right = both if left_id in both[0] else both[::-1]
    return _first(left_id, left), _first(right_id, right)


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


def unanswered(known: Known, made: pd.DataFrame, decided: Iterable[tuple[int, int]]) -> pd.DataFrame:
    """Return the questions that no answer between their sides has settled, in their order.

    Of a person with a settled split the next weakest joins are asked about instead.

    Args:
        known: records, links and pairs of the moment.
        made: of `questions` without answers.
        decided: pairs of record ids that were answered, in whatever way.
    """
    entity = dict(zip(known.places.index.tolist(), known.places["entity_id"].tolist(), strict=True))
    pairs = [pair for pair in decided if pair[0] in entity and pair[1] in entity]
    between: dict[tuple[int, int], set[int]] = {}
    for one, other in pairs:
        between.setdefault((entity[one], entity[other]), set()).add(one)
        between.setdefault((entity[other], entity[one]), set()).add(other)
    if not between:
        return made
    within = {one for one, other in between if one == other}
    columns = ("kind", "left_id", "left_entity", "right_entity")
    rows = zip(*(made[name].tolist() for name in columns), strict=True)
    is_left = [
        right not in within if kind == SPLIT
        else (left, right) not in between if kind == MERGE
        else left_id not in between.get((entity[left_id], right), ())
        for kind, left_id, left, right in rows
    ]  # fmt: skip
    return _ordered([made[is_left], splits(_pairs_within(known, within), pairs)])


def answered_splits(known: Known, decided: Iterable[tuple[int, int]]) -> pd.DataFrame:
    """Return the questions about parts of one person that answers have settled; arguments as for `unanswered`."""
    pairs = list(decided)
    places = known.places
    entities = places.loc[places.index.isin([one for pair in pairs for one in pair]), "entity_id"]
    return settled_splits(_pairs_within(known, set(entities.tolist())), pairs)


def _pairs_within(known: Known, entities: set[int]) -> pd.DataFrame:
    """Pairs of records of some entities, as `_placed_pairs` gives them."""
    places = known.places
    members = places.index[places["entity_id"].isin(entities)]
    pairs = known.pairs[known.pairs["left_id"].isin(members)]
    return _placed_pairs(Known(known.records, known.links, pairs), places)


def _ordered(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Questions, the most useful first."""
    made = pd.concat([part for part in parts if len(part)] or parts[:1])
    order = ["gain", "probability", "left_id", "right_id"]
    return made.sort_values(order, ascending=[False, False, True, True], kind="stable").reset_index(drop=True)
