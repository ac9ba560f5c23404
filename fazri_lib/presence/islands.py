"""Gaps and islands: claims of one person in one zone that carry each other on.

A *segment* is what carries on within one local day; a stay is a segment, or two that touch at midnight. A stay that
already runs since the day before is cut at midnight: none is longer than two days, and a month can be computed from
three days before it to two days after it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

if TYPE_CHECKING:
    from collections.abc import Sequence

PLACE = ("entity_id", "zone_id")
LOOK_DAYS = 3
"""A local day depends on so many days before it."""
AHEAD_DAYS = 2
"""... and on so many after it: a stay may run into the next day and be cut there by what the one after it shows."""


def until_left(claims: ir.Table, sure_probability: float) -> ir.Table:
    """Return claims whose `until_at` ends where the person is surely seen in another zone.

    Args:
        claims: rows of the extract's `claims`.
        sure_probability: how probable a claim must be to end a stay, or to be ended.
    """
    is_sure = claims.probability >= sure_probability
    order = {"group_by": "entity_id", "order_by": ["ts", "observation_id"]}
    sure = claims.filter(is_sure)
    sure = sure.mutate(
        next_zone=sure.zone_id.lead().over(ibis.window(**order)),
        next_ts=sure.ts.lead().over(ibis.window(**order)),
    )
    sure = sure.mutate(moved_at=(sure.next_zone != sure.zone_id).ifelse(sure.next_ts, ibis.null("timestamp")))
    sure = sure.mutate(left_at=sure.moved_at.min().over(ibis.window(**order, preceding=0, following=None)))
    sure = sure.mutate(until_at=ibis.least(sure.until_at, ibis.coalesce(sure.left_at, sure.until_at)))
    return ibis.union(sure.select(*claims.columns), claims.filter(~is_sure))


def number_segments(claims: ir.Table, alike: Sequence[str] = ()) -> ir.Table:
    """Add `segment_no` (within person, zone, local day and `alike`) and `is_first` to rows of `until_left`.

    A claim carries a segment on when it comes no later than the furthest `until_at` before it.
    """
    order = {"group_by": [*PLACE, *alike, "local_date"], "order_by": ["ts", "observation_id"]}
    reach = claims.until_at.max().over(ibis.window(**order, preceding=(None, 1)))
    rows = claims.mutate(reach_at=reach)
    rows = rows.mutate(is_first=rows.reach_at.isnull() | (rows.ts > rows.reach_at)).drop("reach_at")
    return rows.mutate(segment_no=rows.is_first.cast("int64").sum().over(ibis.cumulative_window(**order)))


def segments(numbered: ir.Table, sources: Sequence[str], alike: Sequence[str] = ()) -> ir.Table:
    """Return one row per segment, each with the start of the stay that it belongs to.

    Args:
        numbered: rows of `number_segments`.
        sources: all sources that may occur; the column `from_<i>` says whether the i-th one is behind the segment.
        alike: as given to `number_segments`.
    """
    key = [*PLACE, *alike, "local_date", "segment_no"]
    flags = {f"from_{i}": (numbered.source == source).any() for i, source in enumerate(sources)}
    rows = numbered.group_by(key).agg(
        started_at=numbered.ts.min(),
        until_at=numbered.until_at.max(),
        first_id=numbered.observation_id.max(where=numbered.is_first),
        first_probability=numbered.probability.max(where=numbered.is_first),
        first_source=numbered.source.max(where=numbered.is_first),
        first_known_at=numbered.known_at.max(where=numbered.is_first),
        confidence=numbered.probability.max(),
        observation_count=numbered.count(),
        **flags,
    )
    order = ibis.window(group_by=[*PLACE, *alike], order_by=["started_at", "first_id"])
    following = ibis.coalesce(rows.started_at.lead().over(order), rows.until_at)
    rows = rows.mutate(until_at=ibis.least(rows.until_at, following))
    rows = rows.mutate(touches=(rows.started_at <= rows.until_at.lag().over(order)).fill_null(False))  # noqa: FBT003 - Ibis takes the value by position
    rows = rows.mutate(continues=rows.touches & ~rows.touches.lag().over(order).fill_null(True))  # noqa: FBT003 - as above
    return rows.mutate(
        stay_started_at=rows.continues.ifelse(rows.started_at.lag().over(order), rows.started_at),
        stay_first_id=rows.continues.ifelse(rows.first_id.lag().over(order), rows.first_id),
    )
