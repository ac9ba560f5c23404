"""What was known of a logged row, and from when on."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from fazri_lib.schema import EXTRACT_TABLES

_BOOKING = "booking"
_MINUTE_S = 60


def versions(observations: ir.Table) -> ir.Table:
    """Return lake observations as versions: a booking is a plan until its outcome can be known.

    Args:
        observations: lake table `observations`.

    Returns:
        Extract table `observations`: one row, or two for a booking whose outcome came later than the plan.
    """
    never = ibis.null("timestamp")
    has_outcome = observations.outcome_at.notnull() & observations.is_attended.notnull()
    is_late = has_outcome & (observations.outcome_at > observations.known_at)
    contract = EXTRACT_TABLES["observations"]
    at_once = observations.mutate(
        is_attended=is_late.ifelse(ibis.null("boolean"), observations.is_attended),
        superseded_at=is_late.ifelse(observations.outcome_at, never),
    )
    settled = observations.filter(is_late).mutate(known_at=ibis._.outcome_at, superseded_at=never)
    return ibis.union(contract.of(at_once), contract.of(settled))


def sightings(observations: ir.Table, traits: ir.Table) -> ir.Table:
    """Add to versions what each row says about presence.

    Args:
        observations: rows of `versions`.
        traits: one row per source: `source`, `hold_min` (minutes for which one sighting speaks for presence).

    Returns:
        The rows with `is_presence` and `until_at`: the end of an attended booking, else `ts` plus the source's hold.
    """
    rows = observations.left_join(traits.select("source", "hold_min"), "source").drop("source_right")
    hold_s = (rows.hold_min.fill_null(0.0) * _MINUTE_S).round().cast("int64")
    held_until = rows.ts + hold_s.as_interval("s")
    is_booked = (rows.kind == _BOOKING) & rows.ended_at.notnull()
    return rows.mutate(is_presence=is_presence(rows), until_at=is_booked.ifelse(rows.ended_at, held_until)).drop(
        "hold_min"
    )


def is_presence(observations: ir.Table) -> ir.BooleanValue:
    """Whether a row of `versions` speaks for somebody having been there: a plan does not, an attended booking does."""
    is_plan = (observations.kind == _BOOKING) & ~observations.is_attended.fill_null(False)  # noqa: FBT003 - Ibis takes the value by position
    return observations.zone_id.notnull() & ~is_plan
