"""Overcrowding: more people in a zone than fit."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import ibis

from fazri_lib.anomaly.finding import as_findings, elapsed_s, episode_starts, epoch_s, text_key

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from fazri_lib.anomaly.inputs import Inputs, Params

QUARTER = dt.timedelta(minutes=15)
QUIET = dt.timedelta(hours=1)
CRITICAL_SHARE = 1.5
ACTION = "Send somebody to look, open another room or hold the doors until people have left."
_NORMAL_95 = 1.959964
_LOGISTIC = 1.702
_LARGEST_Z = 30.0


def overcrowding(inputs: Inputs, params: Params) -> ir.Table:
    """Return one finding per zone and episode of more people than its capacity, another on passing 1.5 times it.

    Read from the first version of each quarter hour, known at its end; later corrections do not undo what was told. The
    expected number must exceed the capacity, and the score is how probable it is that the true one does: a normal
    distribution through the mean and the 95 % interval, by its logistic approximation 1 / (1 + exp(-1.702 z)), which is
    never off by more than .01. Occupancy has no single observations behind it: `evidence` is empty, the figures stand
    in the reason, and `entity_id` is empty.

    Args:
        inputs: the tables.
        params: `min_score`.
    """
    zones = inputs.zones.filter(inputs.zones.capacity.notnull())
    places = zones.select("zone_id", "capacity", zone_name="name", zone_key=text_key(zones.zone_id))
    first = inputs.occupancy.filter(
        elapsed_s(inputs.occupancy.known_at, inputs.occupancy.ts) <= QUARTER.total_seconds(),
        inputs.occupancy.quality == "measured",
    )
    full = first.join(places, "zone_id").filter(lambda t: t.people > t.capacity)
    scored = full.mutate(score=_exceeds(full).round(6)).filter(lambda t: t.score >= params.min_score)
    starts = episode_starts(_rows(scored), ("zone_id",), QUIET)
    return as_findings(starts.mutate(reason=_reason(starts)), "overcrowding", id_parts=["zone_key", "tie"])


def _exceeds(rows: ir.Table) -> ir.FloatingValue:
    """P(true number > capacity)."""
    deviation = ibis.greatest((rows.people_hi - rows.people_lo) / (2 * _NORMAL_95), 1e-9)
    z = ibis.least((rows.people - rows.capacity) / deviation, _LARGEST_Z)
    return 1.0 / (1.0 + (z * -_LOGISTIC).exp())


def _rows(scored: ir.Table) -> ir.Table:
    is_critical = scored.people > scored.capacity * CRITICAL_SHARE
    return scored.mutate(
        entity_id=ibis.null("int64"),
        started_at=scored.ts,
        ended_at=scored.ts + ibis.interval(minutes=int(QUARTER.total_seconds() // 60)),
        tie=epoch_s(scored.ts),
        level=is_critical.cast("int64"),
        severity=ibis.ifelse(is_critical, "critical", "high"),
        action=ibis.literal(ACTION),
    )


def _reason(rows: ir.Table) -> ir.StringValue:
    def whole(number: ir.NumericValue) -> ir.StringValue:
        return (number + 0.5).floor().cast("int64").cast("string")

    interval = whole(rows.people_lo) + "-" + whole(rows.people_hi)
    counted = ibis.literal("About ") + whole(rows.people) + " people (" + interval + ") in "
    return counted + rows.zone_name + ", which holds " + rows.capacity.cast("string") + "."
