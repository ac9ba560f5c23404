"""What is known of people over time: the newest that the rows that surely are theirs say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

ROLE = ("role", "department")
PERSON = ("name", "email", "phone", "born_on")
SURE = 0.5
"""A row speaks for a person whom it fits alone, and more likely than not."""
_EVENT = ["entity_id", "at"]


def facts(rows: pd.DataFrame, states: pd.DataFrame) -> pd.DataFrame:
    """Return what is known of people from every moment on at which something of theirs changed.

    Of each column the last known value counts, in the order in which versions of rows became known. Rows that fit
    several people, or that hardly belong where they stand, speak only for a person who has no others.

    Args:
        rows: rows of `exact.current_records`.
        states: columns of `history.STATE` and `node`.

    Returns:
        `entity_id, at`, the columns of `ROLE` and `PERSON`, `confidence` (mean probability of the rows that speak for
        the person), `is_there`: not so where the person went into another.
    """
    own = states.loc[states["is_own"], ["entity_id", "node", "probability", "is_sole", "known_at", "superseded_at"]]
    own = own.assign(is_sure=own["is_sole"] & (own["probability"] >= SURE))
    events = _events(rows, own)
    active = events.merge(own, on="entity_id")
    active = active[(active["known_at"] <= active["at"]) & ~(active["superseded_at"] <= active["at"])]
    speaks = active["is_sure"] | ~active.groupby(_EVENT)["is_sure"].transform("any")
    active = active.loc[speaks, [*_EVENT, "node", "probability"]]
    said = active.drop(columns="probability").merge(
        rows[["node", "directory", "record_key", "known_at", *ROLE, *PERSON]], on="node"
    )
    said = said[said["known_at"] <= said["at"]]
    said = said.sort_values([*_EVENT, "known_at", "directory", "record_key"], kind="stable")
    told = said.groupby(_EVENT)[[*ROLE, *PERSON]].last()
    told["confidence"] = active.groupby(_EVENT)["probability"].mean().round(6)
    found = events.merge(told.assign(is_there=True).reset_index(), on=_EVENT, how="left")
    return found.assign(is_there=found["is_there"].notna())


def versions(found: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Return the versions of some columns: `entity_id, *columns, known_at, superseded_at`.

    Args:
        found: as of `facts`.
        columns: that make a version when they change.
    """
    rows = found[["entity_id", "at", "is_there", *columns]].sort_values(_EVENT, kind="stable", ignore_index=True)
    before = rows.groupby("entity_id", sort=False)[["is_there", *columns]].shift()
    is_first = ~rows["entity_id"].duplicated()
    changed = is_first | (rows["is_there"] != before["is_there"])
    for name in columns:
        changed |= ~((rows[name] == before[name]) | (rows[name].isna() & before[name].isna()))
    rows = rows[changed]
    rows = rows.assign(known_at=rows["at"], superseded_at=rows.groupby("entity_id")["at"].shift(-1))
    return rows[rows["is_there"]].drop(columns=["at", "is_there"]).reset_index(drop=True)


def steady(entities: pd.DataFrame) -> pd.DataFrame:
    """Return versions of entities without their confidence, on which no month depends; those that say the same are one.

    Args:
        entities: extract table `entities`, all versions.
    """
    rows = entities.drop(columns="confidence").sort_values(["entity_id", "known_at"], kind="stable", ignore_index=True)
    said = rows.drop(columns=["known_at", "superseded_at"])
    same = ((said == said.shift()) | (said.isna() & said.shift().isna())).all(axis=1)
    piece = (~(same & (rows["superseded_at"].shift() == rows["known_at"]))).cumsum()
    rows["known_at"] = rows.groupby(piece)["known_at"].transform("first")
    return rows[~piece.duplicated(keep="last")]


def _events(rows: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """Return the moments at which something of a person changed: `entity_id, at`, each once."""
    told = own[["entity_id", "node", "known_at", "superseded_at"]].merge(
        rows[["node", "known_at"]].rename(columns={"known_at": "at"}), on="node"
    )
    told = told[(told["known_at"] <= told["at"]) & ~(told["superseded_at"] <= told["at"])]
    parts = (
        own[["entity_id", "known_at"]].rename(columns={"known_at": "at"}),
        own[["entity_id", "superseded_at"]].rename(columns={"superseded_at": "at"}).dropna(),
        told[_EVENT],
    )
    return pd.concat(parts).drop_duplicates().sort_values(_EVENT, kind="stable", ignore_index=True)
