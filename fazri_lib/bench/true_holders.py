"""Whose the identifier of an observation truly was, and whether a claim names that person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fazri_lib.bench.overlap import covered_s

if TYPE_CHECKING:
    from fazri_lib.bench.campuses import SimulatedCampus

NEAR = pd.Timedelta(minutes=5)
AT_DOOR = pd.Timedelta(seconds=2)
BEGIN, END = pd.Timestamp("1970-01-01"), pd.Timestamp("2200-01-01")


def claims_with_truth(campus: SimulatedCampus) -> tuple[pd.DataFrame, int]:
    """Return claims beside the truth, and the number of claimed observations without a sure truth.

    The true person is the one who held the identifier; of several holders (a desk's card) the one who came into the
    zone or left it within two seconds, else the one who was there within five minutes, when it was one of them alone.

    Returns:
        `observation_id, probability, before_alibis, has_alibi, claimants, is_right` and the number.
    """
    claims = campus.table("claims", "observation_id", "entity_id", "probability")
    alibis = campus.table("alibis", "observation_id", "entity_id", "factor")
    claims = _without_alibis(claims.merge(alibis, on=["observation_id", "entity_id"], how="left"))
    claimed = claims["observation_id"].unique()
    owners = _true_person(campus, claimed)
    rows = claims.merge(owners, on="observation_id")
    pairs = campus.known_people.assign(is_right=True)
    rows = rows.merge(pairs, on=["entity_id", "person"], how="left")
    rows = rows.assign(
        is_right=rows["is_right"].notna(),
        claimants=rows.groupby("observation_id")["entity_id"].transform("size"),
    )
    columns = ["observation_id", "probability", "before_alibis", "has_alibi", "claimants", "is_right"]
    return rows[columns], len(claimed) - owners["observation_id"].nunique()


def _without_alibis(claims: pd.DataFrame) -> pd.DataFrame:
    """Claims with the weights that they had before their alibis: what is known of all of them stays as it is."""
    weight = claims["probability"] / claims["factor"].fillna(1.0)
    of_observation = claims.assign(weight=weight).groupby("observation_id")
    share = of_observation["probability"].transform("sum") / of_observation["weight"].transform("sum")
    return claims.assign(before_alibis=weight * share, has_alibi=claims["factor"].notna())


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
    stays = campus.truth("stays").rename(columns={"entity_id": "person"})
    at_door = _alone(several, _was_at_door(several, stays))
    others = several[~several["observation_id"].isin(at_door["observation_id"])]
    there = _alone(others, _was_near(others, stays))
    return pd.concat([sole, at_door, there])[["observation_id", "person"]]


def _alone(pairs: pd.DataFrame, chosen: np.ndarray) -> pd.DataFrame:
    """The chosen pairs of observations that have one alone."""
    found = pairs[chosen]
    return found[~found["observation_id"].duplicated(keep=False)]


def _was_at_door(pairs: pd.DataFrame, stays: pd.DataFrame) -> np.ndarray:
    """Whether the person came into the zone or left it at that moment."""
    met = pairs[["person", "zone_id", "ts"]].reset_index().merge(stays, on=["person", "zone_id"])
    gap = np.minimum((met["started_at"] - met["ts"]).abs(), (met["ended_at"] - met["ts"]).abs())
    found: np.ndarray = pairs.index.isin(met.loc[gap <= AT_DOOR, "index"])
    return found


def _was_near(pairs: pd.DataFrame, stays: pd.DataFrame) -> np.ndarray:
    """Whether the person was in the zone within five minutes of the moment."""
    asked = pairs.assign(started_at=pairs["ts"] - NEAR, ended_at=pairs["ts"] + NEAR)
    return covered_s(asked, stays, ("person", "zone_id")) > 0
