"""Coverage: how many rows each source gave in each hour, and how many of them say less than they should."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

from fazri_lib.schema import EXTRACT_TABLES

if TYPE_CHECKING:
    from fazri_lib.presence.params import Params


def coverage(observations: ir.Table, claims: ir.Table, params: Params) -> ir.Table:
    """Return rows per source and hour: all, orphaned (nobody holds the identifier), shared (several do), late.

    Args:
        observations: extract table `observations` as known at the moment asked for.
        claims: extract table `claims` as known then.
        params: parameters.

    Returns:
        Extract table `coverage`.
    """
    holders = claims.group_by("observation_id").agg(holders=claims.count())
    rows = observations.left_join(holders, "observation_id").drop("observation_id_right")
    held = rows.holders.fill_null(0)
    late = rows.known_at > rows.ts + ibis.interval(seconds=params.settle_s)
    counted = rows.mutate(
        hour_at=rows.ts.truncate("h"),
        is_orphan=(rows.id_key.notnull() & (held == 0)).cast("int64"),
        is_shared=(held > 1).cast("int64"),
        is_late=late.cast("int64"),
    )
    return EXTRACT_TABLES["coverage"].of(
        counted.group_by("source", "hour_at").agg(
            rows=counted.count(),
            orphan_rows=counted.is_orphan.sum(),
            shared_rows=counted.is_shared.sum(),
            late_rows=counted.is_late.sum(),
        )
    )
