"""Whose the identifier of an observation truly was, and whether a claim names that person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from fazri_lib.bench.overlap import covered_s

if TYPE_CHECKING:
    import numpy as np

    from fazri_lib.bench.campuses import SimulatedCampus

NEAR = pd.Timedelta(minutes=5)
BEGIN, END = pd.Timestamp("1970-01-01"), pd.Timestamp("2200-01-01")


def claims_with_truth(campus: SimulatedCampus) -> tuple[pd.DataFrame, int]:
    """Return claims beside the truth, and the number of claimed observations without a sure truth.

    The true person is the one who held the identifier; of several holders (a desk's card) the one who was in the zone
    within five minutes, when it was one of them alone.

    Returns:
        `observation_id, probability, claimants, is_right` and the number.
    """
    claims = campus.table("claims", "observation_id", "entity_id", "probability")
    claimed = claims["observation_id"].unique()
    owners = _true_person(campus, claimed)
    rows = claims.merge(owners, on="observation_id")
    pairs = campus.known_people.assign(is_right=True)
    rows = rows.merge(pairs, on=["entity_id", "person"], how="left")
    rows = rows.assign(
        is_right=rows["is_right"].notna(),
        claimants=rows.groupby("observation_id")["entity_id"].transform("size"),
    )
    columns = ["observation_id", "probability", "claimants", "is_right"]
    return rows[columns], len(claimed) - owners["observation_id"].nunique()


def _true_person(campus: SimulatedCampus, claimed: np.ndarray) -> pd.DataFrame:
    """`observation_id, person` where it is sure."""
    seen = campus.table("observations", "observation_id", "zone_id", "ts", "id_type", "id_value")
    seen = seen[seen["observation_id"].isin(claimed)]
    holders = campus.truth("holders").rename(columns={"entity_id": "person"})
    pairs = seen.merge(holders, on=["id_type", "id_value"])
    from_at, to_at = pairs["valid_from"].fillna(BEGIN), pairs["valid_to"].fillna(END)
    pairs = pairs[(from_at <= pairs["ts"]) & (pairs["ts"] < to_at)]
    pairs = pairs.drop_duplicates(["observation_id", "person"]).reset_index(drop=True)
    holders_of = pairs.groupby("observation_id")["person"].transform("size")
    sole, several = pairs[holders_of == 1], pairs[holders_of > 1]
    there = several[_was_near(several, campus.truth("stays"))]
    there = there[~there["observation_id"].duplicated(keep=False)]
    return pd.concat([sole, there])[["observation_id", "person"]]


def _was_near(pairs: pd.DataFrame, stays: pd.DataFrame) -> np.ndarray:
    """Whether the person was in the zone within five minutes of the moment."""
    asked = pairs.assign(started_at=pairs["ts"] - NEAR, ended_at=pairs["ts"] + NEAR)
    return covered_s(asked, stays.rename(columns={"entity_id": "person"}), ("person", "zone_id")) > 0
