"""Where somebody probably is or was, from the claims around a moment. Pure: frames in, frame out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

UNKNOWN = "unknown"
_ALMOST = 1e-6
_LEAST = 0.0005


@dataclass(frozen=True, slots=True)
class LikelyParameters:
    """Constants of `likely_zones`.

    Attributes:
        half_life_min: minutes away from a sighting after which it counts half.
        nearest_claims: claims looked at on each side of the moment.
    """

    half_life_min: float = 15.0
    nearest_claims: int = 50


DEFAULT = LikelyParameters()


def likely_zones(
    claims: pd.DataFrame, stays: pd.DataFrame, at: dt.datetime, parameters: LikelyParameters = DEFAULT
) -> pd.DataFrame:
    """Return the probability of each zone at a moment; what no evidence covers is `unknown`.

    There are three witnesses: the claims before the moment, the claims after it, and the stays that span it. A claim
    weighs its probability, halved for every 15 minutes between the moment and the time that it speaks for (ts to
    until_at), and multiplied by 1 - p for every claim in another zone that lies nearer on the same side. What a witness
    knows is the sum of its weights, at most 1. The best one says how much is known at all; the zones share that by the
    witnesses' opinions, weighted by the odds of what each knows. Witnesses are not taken as independent: one card
    shared by three people and seen twice still says one third.

    Args:
        claims: ts, until_at, zone_id, probability of one entity, presence only.
        stays: zone_id, started_at, ended_at, confidence of the same entity; open ones do not count: their claims do.
        at: the moment, in the clock of the frames.
        parameters: constants.

    Returns:
        zone_id, probability: adding up to one, the likeliest first, `unknown` last. What is less than half a per mille
        counts as unknown.
    """
    moment = pd.Timestamp(at)
    is_past = claims["ts"] <= moment
    spanning = stays[(stays["started_at"] <= moment) & (stays["ended_at"] > moment)]
    witnesses = (
        _side(claims[is_past], moment, parameters),
        _side(claims[~is_past], moment, parameters),
        _heaviest(spanning["zone_id"], spanning["confidence"]),
    )
    opinions: dict[str, float] = {}
    for weights in witnesses:
        knows = _knows(weights)
        for zone, weight in weights.items():
            opinions[zone] = opinions.get(zone, 0.0) + weight / sum(weights.values()) * knows / (1 - knows + _ALMOST)
    scale = max(map(_knows, witnesses)) / (sum(opinions.values()) or 1.0)
    zones = [(zone, round(opinion * scale, 6)) for zone, opinion in opinions.items() if opinion * scale >= _LEAST]
    places = sorted(zones, key=_likeliest_first)
    rest = round(1.0 - sum(probability for _, probability in places), 6)
    return pd.DataFrame([*places, (UNKNOWN, rest)], columns=["zone_id", "probability"])


def _knows(weights: dict[str, float]) -> float:
    return min(1.0, sum(weights.values()))


def _likeliest_first(place: tuple[str, float]) -> tuple[float, str]:
    return -place[1], place[0]


def _side(claims: pd.DataFrame, moment: pd.Timestamp, parameters: LikelyParameters) -> dict[str, float]:
    """The weight of each zone by the claims on one side of the moment."""
    near = _nearest(claims, moment, parameters.nearest_claims)
    zones, probability = near["zone_id"].to_numpy(), near["probability"].to_numpy(dtype=float)
    elsewhere = zones[:, None] != zones[None, :]
    is_nearer = np.tri(len(zones), k=-1, dtype=bool)
    overruled = np.where(elsewhere & is_nearer, 1 - probability[None, :], 1.0).prod(axis=1)
    decay = 0.5 ** (near["distance_s"].to_numpy() / (60 * parameters.half_life_min))
    return _heaviest(zones, probability * decay * overruled)


def _heaviest(zones: Iterable[str], weights: Iterable[float]) -> dict[str, float]:
    """The largest positive weight of each zone."""
    heaviest: dict[str, float] = {}
    for zone, weight in zip(zones, weights, strict=True):
        if weight > heaviest.get(zone, 0.0):
            heaviest[zone] = float(weight)
    return heaviest


def _nearest(claims: pd.DataFrame, moment: pd.Timestamp, count: int) -> pd.DataFrame:
    """The nearest claims, the nearest one first; of equally near ones the later, then the likelier."""
    until = claims["until_at"].fillna(claims["ts"]).clip(lower=claims["ts"])
    before, after = (moment - until).dt.total_seconds(), (claims["ts"] - moment).dt.total_seconds()
    distance = np.maximum(np.maximum(before, after), 0.0)
    lag = (claims["ts"] - moment).dt.total_seconds().abs()
    order = claims.assign(distance_s=distance, lag_s=lag).sort_values(["lag_s", "probability"], ascending=[True, False])
    return order.head(count)
