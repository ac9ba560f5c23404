"""How sure each record's place is, and which records fit another entity as well as their own."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from fazri_lib.resolution.agglomeration import HIGHEST, LOWEST
from fazri_lib.resolution.linkage import between_groups
from fazri_lib.resolution.model import PLACES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fazri_lib.resolution.agglomeration import Decided, Scored
    from fazri_lib.resolution.pairs import Allowed

EQUAL_BITS = 1.0
"""A record is ambiguous when another entity fits it this much less than its own, or better."""
NOBODY = -1


def placed(cluster: NDArray[np.int64], scored: Scored, allowed: Allowed) -> pd.DataFrame:
    """Return how sure the place of each record is.

    A record's weight towards an entity is what its pairs with the members say together; with those that cannot be the
    same person (another record of their source) it is not asked, so that two in want of one place both show it.
    The probability shares certainty between all entities that fit and none of them.

    Args:
        cluster: of each record.
        scored: compared pairs.
        allowed: which pairs may be one person.

    Returns:
        a row a record, in their order: `probability` that it belongs where it is, and `other`: the cluster that fits
        it equally (its weight within one bit of its own, and more likely than not), else -1.
    """
    towards = _towards(cluster, scored, allowed)
    is_own = towards["cluster"].to_numpy() == cluster[towards["record"].to_numpy()]
    records = len(cluster)
    own = np.full(records, 0.0)
    own[towards["record"][is_own]] = towards["weight"][is_own]
    has_own = np.zeros(records, dtype=bool)
    has_own[towards["record"][is_own]] = True
    others = towards[~is_own].sort_values(["record", "weight", "cluster"], ascending=[True, False, True], kind="stable")
    rivals = np.bincount(others["record"], weights=np.exp2(others["weight"]), minlength=records)
    best = others.drop_duplicates("record")
    rival = np.full(records, NOBODY, dtype=np.int64)
    fits = best[(best["weight"] >= 0) & (best["weight"].to_numpy() >= own[best["record"].to_numpy()] - EQUAL_BITS)]
    rival[fits["record"]] = fits["cluster"]
    mine = np.exp2(own)
    probability = mine / (np.where(has_own, 1.0, 0.0) + mine + rivals)
    return pd.DataFrame({"probability": probability.round(6), "other": rival})


def fits(cluster: NDArray[np.int64], scored: Scored, allowed: Allowed, decided: Decided) -> pd.DataFrame:
    """Return every cluster that a record fits: its own, and those that fit it equally, as `placed` means it.

    Who was decided to be of a cluster fits no other and is as sure there as weights can say; who was decided not to be
    one of its members does not fit it.

    Args:
        cluster: of each record.
        scored: compared pairs.
        allowed: which pairs may be one person.
        decided: what people have decided.

    Returns:
        `record, cluster, probability`, a record's own cluster first; probabilities of one record add up to at most one.
    """
    towards = _without_decided(_towards(cluster, scored, allowed), cluster, decided)
    records = len(cluster)
    is_own = towards["cluster"].to_numpy() == cluster[towards["record"].to_numpy()]
    own = np.zeros(records)
    own[towards["record"][is_own]] = towards["weight"][is_own]
    own[np.array(decided.same, dtype=np.int64).ravel()] = HIGHEST
    others = towards[~is_own]
    total = np.exp2(own) + np.bincount(others["record"], weights=np.exp2(others["weight"]), minlength=records)
    total[towards["record"][is_own]] += 1.0
    place = others["record"].to_numpy()
    equal = others[(others["weight"] >= 0) & (others["weight"].to_numpy() >= own[place] - EQUAL_BITS)]
    alone = pd.DataFrame({"record": np.arange(records), "cluster": cluster, "weight": own})
    rows = pd.concat([alone.assign(is_rival=False), equal.assign(is_rival=True)], ignore_index=True)
    rows["probability"] = (np.exp2(rows["weight"]) / total[rows["record"].to_numpy()]).round(6)
    rows = rows.sort_values(["record", "is_rival", "cluster"], kind="stable", ignore_index=True)
    found: pd.DataFrame = rows[["record", "cluster", "probability"]]
    return found


def _without_decided(towards: pd.DataFrame, cluster: NDArray[np.int64], decided: Decided) -> pd.DataFrame:
    """Leave out other clusters that decisions rule out."""
    for pairs, is_same in ((decided.same, True), (decided.different, False)):
        if not pairs:
            continue
        ends = np.array([*pairs, *((right, left) for left, right in pairs)], dtype=np.int64)
        is_other = towards["cluster"].to_numpy() != cluster[towards["record"].to_numpy()]
        if is_same:
            ruled_out = is_other & np.isin(towards["record"], ends[:, 0])
        else:
            told = pd.MultiIndex.from_arrays([ends[:, 0], cluster[ends[:, 1]]])
            ruled_out = is_other & pd.MultiIndex.from_frame(towards[["record", "cluster"]]).isin(told)
        towards = towards[~ruled_out]
    return towards


def _towards(cluster: NDArray[np.int64], scored: Scored, allowed: Allowed) -> pd.DataFrame:
    """Return weights of records towards clusters, `record, cluster, weight`; pairs not compared count lowest.

    A weight is made of the pairs as that of two groups is (`linkage`): field by field, where it is known. Nothing is
    surer than `HIGHEST`: where a record's best weight is above, all of its weights are moved down by as much.
    """
    records = len(cluster)
    left, right = scored.pairs.left, scored.pairs.right
    near = (scored.weight >= 0) | (cluster[left] == cluster[right])
    towards = np.concatenate([left * records + cluster[right], right * records + cluster[left]])
    asked = np.unique(towards[np.concatenate([near, near])])
    place = np.minimum(np.searchsorted(asked, towards), max(len(asked) - 1, 0))
    rows = np.flatnonzero(asked[place] == towards) if len(asked) else np.zeros(0, dtype=np.int64)
    place, pair = place[rows], rows % max(len(left), 1)
    known = np.bincount(place, minlength=len(asked))
    told = between_groups(scored.where(pair).said(), place, len(asked))
    record, other = asked // records, asked % records
    whole = _able(cluster, record, other, allowed)
    mean = (told * known + LOWEST * np.maximum(whole - known, 0)) / np.maximum(whole, 1)
    highest = np.full(records, HIGHEST)
    np.maximum.at(highest, record, mean)
    weight = np.maximum(mean - (highest[record] - HIGHEST), LOWEST).round(PLACES)  # all of a record moved by the same
    return pd.DataFrame({"record": record, "cluster": other, "weight": weight})


def _able(
    cluster: NDArray[np.int64], record: NDArray[np.int64], towards: NDArray[np.int64], allowed: Allowed
) -> NDArray[np.int64]:
    """Return how many members of clusters may be the same person as a record, the record itself left out."""
    size = np.bincount(cluster, minlength=len(cluster))
    of_group = pd.Series(allowed.group).groupby([pd.Series(cluster), pd.Series(allowed.group)]).size()
    group = allowed.group[record]
    same = of_group.reindex(pd.MultiIndex.from_arrays([towards, group])).fillna(0).to_numpy(dtype=np.int64)
    itself = (cluster[record] == towards).astype(np.int64)
    taken: NDArray[np.int64] = np.where(group >= 0, np.maximum(same, itself), itself)
    return size[towards] - taken


def blocking_recall(probability: NDArray[np.float64], found_by: NDArray[np.signedinteger[Any]]) -> float:
    """Return which share of the pairs of one person blocking has found, estimated from how many rules found each.

    Chao's estimate of the unseen (1984), a lower bound of their number: f1^2 / 2 f2, f1 and f2 the expected pairs of
    one person found by one rule and by two. Where pairs that few rules found were left out, the same from what is left.

    Args:
        probability: of each pair to be one person.
        found_by: how many rules found it.
    """
    found = float(probability.sum())
    if found <= 0:
        return 1.0
    least = int(found_by.min())
    one, other = (float(probability[found_by == times].sum()) for times in (least, least + 1))
    rate = (least + 1) * max(other, 1.0) / max(one, 1e-9)  # of a Poisson law with these two counts
    unseen = sum(
        one * math.factorial(least) / (math.factorial(times) * rate ** (least - times)) for times in range(least)
    )
    return found / (found + unseen)
