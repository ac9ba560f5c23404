"""From when until when somebody is on record: people go into others when it turns out who they are."""

from __future__ import annotations

import pandas as pd

_FAR = pd.Timestamp("2260-01-01")


def lives(versions: pd.DataFrame) -> pd.DataFrame:
    """Return the times without a gap in which entities are on record: `entity_id, since, until`, empty while they are.

    Args:
        versions: `entity_id, known_at, superseded_at`, all versions.
    """
    rows = versions[["entity_id", "known_at", "superseded_at"]].sort_values(["entity_id", "known_at"], kind="stable")
    ends = rows["superseded_at"].fillna(_FAR)
    so_far = ends.groupby(rows["entity_id"]).cummax()
    begins = ~(rows["known_at"] <= so_far.groupby(rows["entity_id"]).shift())
    spans = rows.assign(until=ends, life=begins.cumsum()).groupby(["entity_id", "life"])
    found = spans.agg(since=("known_at", "first"), until=("until", "max")).reset_index()
    return found.assign(until=found["until"].mask(found["until"] >= _FAR))[["entity_id", "since", "until"]]
