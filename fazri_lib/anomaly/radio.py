"""Radio hears next door: a single Wi-Fi association says little about the zone, two in a row say where somebody is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from fazri_lib.anomaly.finding import elapsed_s

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis.expr.types as ir

CONFIRMS_WITHIN_S = 1800
LONE_WEIGHT = 0.4
"""A lone association is less likely than not to come from the zone of its access point when that zone is unexpected."""


def weigh_radio(claims: ir.Table, radio_sources: Sequence[str]) -> ir.Table:
    """Return claims in which an unconfirmed claim from a radio source weighs less.

    A claim is confirmed when the person's sighting known before it, of whatever source, was in the same zone at most
    half an hour earlier. Only what was known earlier is looked at, so nothing changes later.

    Args:
        claims: extract table `claims`.
        radio_sources: sources whose zone is that of the access point that heard the device.
    """
    if not radio_sources:
        return claims
    known_order = ibis.window(group_by="entity_id", order_by=["known_at", "ts", "observation_id"])
    seen = claims.filter(claims.is_presence, claims.zone_id.notnull())
    rows = seen.mutate(last_zone_id=seen.zone_id.lag().over(known_order), last_ts=seen.ts.lag().over(known_order))
    is_confirmed = (rows.last_zone_id == rows.zone_id) & (elapsed_s(rows.ts, rows.last_ts).abs() <= CONFIRMS_WITHIN_S)
    is_lone = rows.source.isin(list(radio_sources)) & ~ibis.coalesce(is_confirmed, ibis.literal(False))  # noqa: FBT003 - Ibis takes the value by position
    weight = is_lone.ifelse(ibis.literal(LONE_WEIGHT, "float64"), ibis.literal(1.0, "float64"))
    return rows.mutate(probability=rows.probability * weight).select(*claims.columns)
