"""Visits of people as numbers: who, where, where before, when."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from fazri_lib.errors import FazriError

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

LAGS = 8
NOWHERE = -1
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Visits:
    """Visits ordered by person and time; every array has one entry a visit.

    Attributes:
        zones: the zones; codes are positions in it.
        person: code of the person.
        zone: code of the zone.
        earlier: codes of the person's previous visits, the latest one in column 0; -1 where there is none.
        hour: hour of the day at the start, campus time.
        is_weekend: whether it starts on a Saturday or Sunday.
        started_at: campus time.
        row: index label of the visit in the frame that it came from.
    """

    zones: pd.Index
    person: Integers
    zone: Integers
    earlier: Integers
    hour: Integers
    is_weekend: Flags
    started_at: NDArray[np.datetime64]
    row: Integers

    def __len__(self) -> int:
        return len(self.zone)

    def take(self, chosen: Flags | Integers | slice) -> Visits:
        """Return some of the visits; what came before each of them stays known."""
        fields = ("person", "zone", "earlier", "hour", "is_weekend", "started_at", "row")
        return replace(self, **{name: getattr(self, name)[chosen] for name in fields})


def encoded(visits: pd.DataFrame) -> Visits:
    """Return the visits (entity_id, zone_id, started_at; in any order) as numbers; rows without a zone are left out.

    Visits of one person at the same moment are ordered by zone, so that the order of rows does not matter.

    Raises:
        FazriError: a column is missing or `started_at` is not a time without a zone.
    """
    missing = {"entity_id", "zone_id", "started_at"} - set(visits.columns)
    if missing:
        raise FazriError(f"visits lack {', '.join(sorted(missing))}; expected entity_id, zone_id, started_at; add them")
    if not isinstance(visits["started_at"].dtype, np.dtype) or visits["started_at"].dtype.kind != "M":
        raise FazriError(
            f"visits column started_at: expected times without a zone, got {visits['started_at'].dtype}; convert it"
        )
    known = visits.loc[visits["zone_id"].notna(), ["entity_id", "zone_id", "started_at"]]
    person, _ = pd.factorize(known["entity_id"], sort=True)
    zone, zones = pd.factorize(known["zone_id"], sort=True)
    order = np.lexsort((zone, known["started_at"].to_numpy(), person))
    person, zone, at = person[order], zone[order], known["started_at"].iloc[order]
    return Visits(
        zones=pd.Index(zones),
        person=person.astype(np.int64),
        zone=zone.astype(np.int64),
        earlier=_earlier(person, zone),
        hour=at.dt.hour.to_numpy().astype(np.int64),
        is_weekend=at.dt.day_of_week.to_numpy() >= SATURDAY,
        started_at=at.to_numpy(),
        row=at.index.to_numpy(),
    )


def sampled(visits: pd.DataFrame, people: int, seed: int, always: object = None) -> pd.DataFrame:
    """Return the visits of at most so many people, drawn with a fixed seed, and of `always` if it is given."""
    known = pd.Index(visits["entity_id"].unique()).sort_values()
    if len(known) <= people:
        return visits
    drawn = np.random.default_rng(seed).choice(len(known), people, replace=False)
    chosen = known[drawn] if always is None else known[drawn].append(pd.Index([always]))
    return visits[visits["entity_id"].isin(chosen)]


def _earlier(person: Integers, zone: Integers) -> Integers:
    table = np.full((len(zone), LAGS), NOWHERE, dtype=np.int64)
    for lag in range(1, min(LAGS, len(zone) - 1) + 1):
        same = person[lag:] == person[:-lag]
        table[lag:, lag - 1] = np.where(same, zone[:-lag], NOWHERE)
    return table
