"""Random pairs for an estimate that nobody's choice can bend: strata of match weight, a fixed random order in each.

Answers given in the order of gain are about doubtful pairs and say nothing of the others. So each pair has a number
between 0 and 1 that follows from the two records alone (permanent random numbers: Ohlsson, "Coordination of samples
using permanent random numbers", 1995), and the sample of a stratum is its pairs up to the first one that nobody has
answered. A pair counts when its turn has come, whatever question its answer was given to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fazri_lib.resolution.model import probability
from fazri_lib.resolution.review.answers import Verdict

if TYPE_CHECKING:
    from numpy.typing import NDArray

EDGES = (-2.0, 0.0, 3.0, 6.0, 10.0)
"""Lower ends of the strata but the lowest, bits; each is a threshold of the estimate."""
_SEPARATOR = "\x1f"
_ALL_BITS = 2.0**64


def stratum_of(weight: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the number of the stratum of each match weight, 0 the lowest."""
    numbers: NDArray[np.int64] = np.searchsorted(np.array(EDGES), weight, side="right").astype(np.int64)
    return numbers


def turns(records: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return pairs in the order in which they are asked within their stratum.

    Args:
        records: `record_id, directory, record_key`.
        pairs: `left_id, right_id, weight`.

    Returns:
        `left_id, right_id, weight, stratum, turn`: sorted by stratum, then turn, from 0.
    """
    text = records["directory"].astype(str) + _SEPARATOR + records["record_key"].astype(str)
    number = pd.Series(pd.util.hash_array(text.to_numpy(dtype=object), categorize=False), index=records["record_id"])
    number = number[~number.index.duplicated()]
    rows = pairs[pairs["left_id"].isin(number.index) & pairs["right_id"].isin(number.index)]
    ends = np.stack([number.reindex(rows[f"{side}_id"]).to_numpy(dtype=np.uint64) for side in ("left", "right")])
    drawn = _mixed(_mixed(ends.min(axis=0)) ^ ends.max(axis=0)) / _ALL_BITS
    stratum = stratum_of(rows["weight"].to_numpy(dtype=np.float64))
    rows = rows.assign(stratum=stratum, drawn=drawn).sort_values(["stratum", "drawn", "left_id", "right_id"])
    rows = rows.assign(turn=rows.groupby("stratum").cumcount())
    return rows[["left_id", "right_id", "weight", "stratum", "turn"]].reset_index(drop=True)


def sampled(turns: pd.DataFrame, verdicts: pd.Series[str]) -> pd.DataFrame:
    """Return what was answered in turn, a row a stratum.

    Args:
        turns: of `turns`.
        verdicts: `Verdict` by (left_id, right_id), the lower id first.

    Returns:
        `stratum, low` (its lower end, bits), `pairs`, `expected` (pairs of one person by the model),
        `same, different, unsure` (answers in the sample).
    """
    index = pd.MultiIndex.from_frame(turns[["left_id", "right_id"]])
    verdict = verdicts.reindex(index).to_numpy(dtype=object)
    is_open = pd.isna(verdict)
    first_open = turns["turn"].where(is_open).groupby(turns["stratum"]).transform("min")
    in_turn = first_open.isna() | (turns["turn"] < first_open)
    chance = pd.Series(probability(turns["weight"].to_numpy(dtype=np.float64)), index=turns.index)
    strata = pd.DataFrame({"low": [-np.inf, *EDGES]}).rename_axis("stratum")
    strata["pairs"] = turns.groupby("stratum").size()
    strata["expected"] = chance.groupby(turns["stratum"]).sum()
    for one in Verdict:
        strata[one.value] = pd.Series(in_turn & (verdict == one.value)).groupby(turns["stratum"]).sum()
    counts = ["pairs", *(one.value for one in Verdict)]
    return strata.fillna({"expected": 0.0, **dict.fromkeys(counts, 0)}).astype(dict.fromkeys(counts, int)).reset_index()


def next_turns(turns: pd.DataFrame, verdicts: pd.Series[str], most: int) -> pd.DataFrame:
    """Return the random pairs to ask next.

    Each stratum gets answers in proportion to the root of its size, a compromise between equal shares, which tell about
    each threshold, and shares by size, which tell about all pairs (Bankier, "Power allocations", 1988).

    Args:
        turns: of `turns`.
        verdicts: as for `sampled`.
        most: how many.
    """
    index = pd.MultiIndex.from_frame(turns[["left_id", "right_id"]])
    is_open = pd.isna(verdicts.reindex(index).to_numpy(dtype=object))
    size = turns.groupby("stratum")["turn"].transform("size")
    due = turns.assign(due=(turns["turn"] + 1) / np.sqrt(size))[is_open]
    due = due.sort_values(["due", "stratum"], ascending=[True, False], kind="stable").head(most)
    return due.drop(columns="due").reset_index(drop=True)


def _mixed(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread the bits of numbers (the finaliser of SplitMix64: Steele, Lea and Flood, 2014)."""
    with np.errstate(over="ignore"):
        mixed = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))
