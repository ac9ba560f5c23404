"""Off hours: somebody in a zone while it is closed."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import ibis

from fazri_lib.anomaly.finding import as_findings, episode_starts, level_of
from fazri_lib.anomaly.policy import opening_hours

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from fazri_lib.anomaly.inputs import Inputs, Params

QUIET = dt.timedelta(hours=12)
SIGHTINGS = ("observation", "transaction")
ACTION = "Check the cameras of the zone and ask its owner whether the visit was arranged."
_SEEN = ("observation_id", "zone_id", "ts", "ts_resolution_s", "known_at")


def off_hours(inputs: Inputs, params: Params) -> ir.Table:
    """Return one finding per person, closed zone and night; unknown faces, cards and devices count as nobody known.

    A sighting counts when the whole of its clock's uncertainty lies outside the opening hours and their grace. Somebody
    unknown has an empty `entity_id` and score 1: that somebody was there is certain.

    Args:
        inputs: the tables.
        params: `grace_min`, `min_score`.
    """
    caught = _caught(inputs, params)
    rows = caught.mutate(
        tie=caught.observation_id,
        level=level_of(caught.score),
        started_at=caught.ts,
        ended_at=ibis.null("timestamp"),
        severity=caught.off_hours_severity.fill_null("high"),
        action=ibis.literal(ACTION),
    )
    starts = episode_starts(rows, ("entity_id", "zone_id"), QUIET)
    told = starts.mutate(reason=_reason(starts, inputs))
    return as_findings(told, "off_hours", evidence=["observation_id"])


def _caught(inputs: Inputs, params: Params) -> ir.Table:
    claims = inputs.claims
    claimed = _while_closed(claims.select(*_SEEN, "entity_id", "is_presence", score="probability"), inputs, params)
    unclaimed = _unclaimed(_while_closed(_seen(inputs.observations), inputs, params), claimed)
    known = claimed.filter(claimed.is_presence, claimed.score >= params.min_score).drop("is_presence")
    return known.union(unclaimed.select(*known.columns).cast(known.schema()))


def _seen(observations: ir.Table) -> ir.Table:
    """Observations that somebody must have caused by being there."""
    is_presence = observations.kind.isin(SIGHTINGS) | observations.is_attended.fill_null(False)  # noqa: FBT003 - Ibis takes the value by position
    return observations.filter(is_presence).select(*_SEEN)


def _unclaimed(observations: ir.Table, claimed: ir.Table) -> ir.Table:
    """Observations that nobody known could have caused, as far as it was known at the time."""
    by_then = [observations.observation_id == claimed.observation_id, claimed.known_at <= observations.known_at]
    nobody = observations.anti_join(claimed, by_then)
    return nobody.mutate(entity_id=ibis.null("int64"), score=ibis.literal(1.0))


def _while_closed(rows: ir.Table, inputs: Inputs, params: Params) -> ir.Table:
    """Keep the rows whose true time cannot lie within the opening hours of their zone."""
    local = inputs.local(rows.ts)
    timed = rows.mutate(
        weekday=local.day_of_week.index().cast("int64"),
        second=(local.hour() * 3600 + local.minute() * 60 + local.second()).cast("int64"),
    )
    met = timed.join(opening_hours(inputs.zones, params.grace_min * 60), ["zone_id", "weekday"])
    until_s = met.second + met.ts_resolution_s.fill_null(0)
    is_today = (met.second < met.to_s) & (until_s >= met.from_s)
    is_open = is_today | (met.second < met.yesterday_to_s) | (until_s >= met.tomorrow_from_s)
    return met.filter(~is_open).drop("weekday", "second", "from_s", "to_s", "yesterday_to_s", "tomorrow_from_s")


def _reason(rows: ir.Table, inputs: Inputs) -> ir.StringValue:
    who = ibis.ifelse(rows.entity_id.isnull(), "Somebody unknown", "Seen")
    clock = inputs.local(rows.ts).cast("string").substr(11, 5)
    return who + ibis.literal(" in ") + rows.zone_name + " at " + clock + " campus time; " + rows.hours + "."
