"""Impossible travel: two sightings of one person so far apart in so little time that nobody walks it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import ibis

from fazri_lib.anomaly.clocks import closer_than, longest_s
from fazri_lib.anomaly.finding import SURE, as_findings, elapsed_s, episode_starts
from fazri_lib.schema import ALWAYS

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from fazri_lib.anomaly.inputs import Inputs, Params

LOOK_BACK_S = 3600.0
REPEAT = dt.timedelta(hours=1)
CRITICAL = 0.99
ACTION = (
    "Compare both sightings: look for a lent, copied or wrongly registered identifier, and for a clock that is wrong."
)


def impossible_travel(inputs: Inputs, params: Params) -> ir.Table:
    """Return the pairs of claims of one person in two zones that demand more than the speed limit.

    Every claim is compared with all the person's claims in other zones that lie within reach: as far back as the
    longest walk takes at the limit plus the coarsest clock, at most one hour. So it does not matter how many sightings
    in one zone lie between, nor in which order sources report: a pair depends on its two members only, and is known
    when both are; of several known at once the closest in time stands for all. Bookings are left out: neither a plan
    nor a tick in a list is certain presence.

    The score is p1 * p2 * P(the walk took less time than at the limit) over the uniform errors of both clocks; it is 1
    only for two certain claims whose longest possible time is too short. A person's pair of zones is reported once an
    hour, and again within it only at a higher level of certainty (.5, .99).

    Args:
        inputs: the tables.
        params: `speed_limit_m_s`, `default_walk_m`, `min_score`.
    """
    pairs = _walked(_pairs(_sightings(inputs, params)), inputs.zone_walks, params)
    too_fast = closer_than(pairs.walk_s, pairs.apart_s, pairs.first_res_s, pairs.second_res_s)
    scored = pairs.mutate(score=(pairs.first_probability * pairs.second_probability * too_fast).round(6))
    fast = scored.filter(scored.score > 0, scored.score >= params.min_score)
    starts = episode_starts(_levels(fast), ("entity_id", "low_zone_id", "high_zone_id"), REPEAT, first_by="apart_s")
    told = _told(starts, inputs.zones, params)
    return as_findings(told, "impossible_travel", evidence=["first_id", "second_id"])


def _sightings(inputs: Inputs, params: Params) -> ir.Table:
    """Claims that are no bookings, with the cell of time that they lie in; a cell is as long as the reach."""
    booked = inputs.observations.filter(inputs.observations.kind == "booking").select("source").distinct()
    claims = inputs.presence(params.min_score)
    sighted = claims.filter(~claims.source.isin(booked.source))  # not an anti-join: DuckDB would hash all claims for it
    seen = sighted.mutate(res_s=claims.ts_resolution_s.fill_null(0.0)).filter(lambda t: t.res_s <= LOOK_BACK_S)
    coarsest_s = seen.aggregate(value=seen.res_s.max()).as_scalar().fill_null(0.0)
    longest_m = inputs.zone_walks.aggregate(value=inputs.zone_walks.distance_m.max()).as_scalar().fill_null(0.0)
    reach_s = ibis.greatest(longest_m, params.default_walk_m) / params.speed_limit_m_s + coarsest_s + 1
    cell = (elapsed_s(seen.ts, ALWAYS) / ibis.least(reach_s, LOOK_BACK_S)).floor().cast("int64")
    return seen.select("entity_id", "observation_id", "zone_id", "ts", "res_s", "probability", "known_at", cell=cell)


def _pairs(seen: ir.Table) -> ir.Table:
    """Pairs of sightings of one person in two zones, in the same cell of time or in neighbouring ones."""
    first = seen.select(
        "entity_id",
        first_id="observation_id",
        first_zone_id="zone_id",
        started_at="ts",
        first_res_s="res_s",
        first_probability="probability",
        first_known_at="known_at",
        cell=ibis.array([seen.cell, seen.cell + 1]).unnest(),
    )
    second = seen.select(
        "entity_id",
        "zone_id",
        "cell",
        second_id="observation_id",
        ended_at="ts",
        second_res_s="res_s",
        second_probability="probability",
        second_known_at="known_at",
    )
    is_later = (first.started_at < second.ended_at) | (
        (first.started_at == second.ended_at) & (first.first_id < second.second_id)
    )
    met = first.join(second, ["entity_id", "cell", first.first_zone_id != second.zone_id, is_later])
    known = met.mutate(
        apart_s=elapsed_s(met.ended_at, met.started_at), known_at=ibis.greatest(met.first_known_at, met.second_known_at)
    )
    return known.filter(known.apart_s <= LOOK_BACK_S)


def _walked(pairs: ir.Table, zone_walks: ir.Table, params: Params) -> ir.Table:
    """Pairs with the walking distance and the time that it takes at the limit."""
    walks = zone_walks.select("distance_m", first_zone_id="zone_id", zone_id="other_zone_id")
    met = pairs.left_join(walks, ["first_zone_id", "zone_id"]).drop("first_zone_id_right", "zone_id_right")
    far = met.mutate(distance_m=met.distance_m.fill_null(params.default_walk_m))
    return far.mutate(walk_s=far.distance_m / params.speed_limit_m_s)


def _levels(fast: ir.Table) -> ir.Table:
    level = ibis.cases((fast.score >= CRITICAL, 2), (fast.score >= SURE, 1), else_=0).cast("int64")
    return fast.mutate(
        level=level,
        severity=ibis.cases((level == 2, "critical"), (level == 1, "high"), else_="medium"),  # noqa: PLR2004 - the levels above
        tie=fast.first_id ^ fast.second_id,
        low_zone_id=ibis.least(fast.first_zone_id, fast.zone_id),
        high_zone_id=ibis.greatest(fast.first_zone_id, fast.zone_id),
    )


def _told(rows: ir.Table, zones: ir.Table, params: Params) -> ir.Table:
    first = zones.select(first_zone_id="zone_id", first_name="name")
    second = zones.select(zone_id="zone_id", second_name="name")
    named = rows.left_join(first, "first_zone_id").left_join(second, "zone_id")
    longest = longest_s(named.apart_s, named.first_res_s, named.second_res_s)
    slowest = named.distance_m / ibis.greatest(longest, 1.0)
    reason = (
        named.first_name.fill_null(named.first_zone_id)
        + " and "
        + named.second_name.fill_null(named.zone_id)
        + ibis.literal(", ")
        + _written(named.distance_m)
        + " m apart, within "
        + _written(longest.ceil())
        + " s at most: at least "
        + _written(slowest * 10, tenths=True)
        + ibis.ifelse(slowest < params.speed_limit_m_s, " m/s and by most readings of the clocks more", " m/s")
        + f", the limit is {params.speed_limit_m_s:g} m/s."
    )
    return named.mutate(reason=reason, action=ibis.literal(ACTION))


def _written(number: ir.NumericValue, *, tenths: bool = False) -> ir.StringValue:
    """A number in words: whole, or with one decimal when given in tenths (engines write floats differently)."""
    whole = number.floor().cast("int64")
    if not tenths:
        return whole.cast("string")
    return (whole // 10).cast("string") + "." + (whole % 10).cast("string")
