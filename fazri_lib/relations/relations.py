"""The four kinds of relations: holds, visited, moves_to, next_to."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import ibis

from fazri_lib.schema import EXTRACT_TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

MOVE_GAP = dt.timedelta(hours=12)


def relations(stays: ir.Table, identifiers: ir.Table, zone_walks: ir.Table) -> ir.Table:
    """Return who and what belongs together, one row per kind and pair of ends.

    - `holds`: person to identifier; weight is the probability, `first_at` and `last_at` the validity (empty: open).
    - `visited`: person to zone; weight is the expected number of stays, the sum of their confidences.
    - `moves_to`: zone to zone; weight is the expected number of moves: of a person's consecutive stays in two zones, no
      more than twelve hours apart, the product of both confidences. `first_at` and `last_at` are arrivals.
    - `next_to`: zone to zone; weight is the walking distance in metres.

    Args:
        stays: extract table, the view at one moment.
        identifiers: extract table, the view at the same moment.
        zone_walks: extract table.
    """
    contract = EXTRACT_TABLES["relations"]
    kinds = (_holds(identifiers), _visited(stays), _moves_to(stays), _next_to(zone_walks))
    return ibis.union(*(contract.of(kind.mutate(weight=kind.weight.round(6))) for kind in kinds), distinct=False)


def _holds(identifiers: ir.Table) -> ir.Table:
    """An identifier that several directories list for a person is one relation, as long as any of them holds."""
    found = identifiers.group_by("entity_id", "id_type", "id_value").agg(
        weight=identifiers.probability.max(),
        earliest_at=identifiers.valid_from.min(),
        is_from_ever=identifiers.valid_from.isnull().any(),
        latest_at=identifiers.valid_to.max(),
        is_open=identifiers.valid_to.isnull().any(),
    )
    return found.select(
        "weight",
        src=_entity(found),
        dst=found.id_type + ":" + found.id_value,
        kind=ibis.literal("holds"),
        first_at=ibis.ifelse(found.is_from_ever, ibis.null("timestamp"), found.earliest_at),
        last_at=ibis.ifelse(found.is_open, ibis.null("timestamp"), found.latest_at),
    )


def _visited(stays: ir.Table) -> ir.Table:
    found = stays.group_by("entity_id", "zone_id").agg(
        weight=stays.confidence.sum(), first_at=stays.started_at.min(), last_at=_last_seen_at(stays).max()
    )
    ends = {"src": _entity(found), "dst": _zone(found.zone_id), "kind": ibis.literal("visited")}
    return found.select("weight", "first_at", "last_at", **ends)


def _moves_to(stays: ir.Table) -> ir.Table:
    in_order = ibis.window(group_by="entity_id", order_by=["started_at", "stay_id"])
    steps = stays.select(
        "zone_id",
        "confidence",
        left_at=_last_seen_at(stays),
        next_zone_id=stays.zone_id.lead().over(in_order),
        next_confidence=stays.confidence.lead().over(in_order),
        arrived_at=stays.started_at.lead().over(in_order),
    )
    gap_us = steps.arrived_at.delta(steps.left_at, unit="microsecond")  # engines round whole seconds differently
    moves = steps.filter(steps.next_zone_id != steps.zone_id, gap_us <= MOVE_GAP // dt.timedelta(microseconds=1))
    found = moves.group_by("zone_id", "next_zone_id").agg(
        weight=(moves.confidence * moves.next_confidence).sum(),
        first_at=moves.arrived_at.min(),
        last_at=moves.arrived_at.max(),
    )
    ends = {"src": _zone(found.zone_id), "dst": _zone(found.next_zone_id), "kind": ibis.literal("moves_to")}
    return found.select("weight", "first_at", "last_at", **ends)


def _next_to(zone_walks: ir.Table) -> ir.Table:
    return zone_walks.select(
        weight=zone_walks.distance_m,
        src=_zone(zone_walks.zone_id),
        dst=_zone(zone_walks.other_zone_id),
        kind=ibis.literal("next_to"),
        first_at=ibis.null("timestamp"),
        last_at=ibis.null("timestamp"),
    )


def _entity(rows: ir.Table) -> ir.StringValue:
    return ibis.literal("entity:") + rows.entity_id.cast("string")


def _zone(zone_id: ir.StringValue) -> ir.StringValue:
    return ibis.literal("zone:") + zone_id


def _last_seen_at(stays: ir.Table) -> ir.TimestampValue:
    """The end of a stay, or its start while it is open."""
    return ibis.coalesce(stays.ended_at, stays.started_at)
