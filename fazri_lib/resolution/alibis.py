"""Alibis: a holder of a shared card who was surely seen too far away at that time did hardly use it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from fazri_lib.resolution.claims import with_sighting
from fazri_lib.schema import ALWAYS, EXTRACT_TABLES

if TYPE_CHECKING:
    import ibis.expr.types as ir

SETTLE_S = 3600
"""Declared delay: an alibi that becomes known later than so many seconds after the observation counts no more."""
LOOK_S = 1800.0
"""No alibi lies further from the observation than that, however long the walk."""
PACE_M_S = 1.4
"""Usual walking speed: 1.34 m/s in the mean, standard deviation .26 (Weidmann, Transporttechnik der Fussgaenger, 1993)."""
RADIO_REACH_M = 50.0
"""An access point hears a device that is so far away: by so much a sighting by radio says less about the place."""
STRONGEST = 0.05
"""Weight that the best alibi leaves: cards are lent, phones forgotten, faces mistaken."""
_NOTHING = 1e-6
_CLAIM = ["observation_id", "entity_id"]


@dataclass(frozen=True, slots=True)
class Params:
    """How far is too far.

    Attributes:
        speed_limit_m_s: faster than this nobody walks.
        default_walk_m: distance of two zones that `zone_walks` does not list.
        radio: sources whose zone is that of the access point that heard a device.
    """

    speed_limit_m_s: float = 3.0
    default_walk_m: float = 150.0
    radio: tuple[str, ...] = ()


def alibis(claims: ir.Table, zone_walks: ir.Table, params: Params) -> ir.Table:
    """Return the strongest alibi of each claim on a shared identifier that has any.

    An alibi is a sighting of the same person in another zone, no booking, of which they are the only claimant. Who was
    seen there would have had to cover the walk, less what radio hears, in the longest time that both clocks allow: at
    `needed_m_s`. Up to `PACE_M_S` that says nothing; from the speed limit on it is impossible and the weight is
    multiplied by `STRONGEST`; between the two the evidence, the logarithm of the `factor`, grows with the speed.
    Several alibis count as the strongest of them: a phone that is heard twice is one phone.

    Two versions: from what was known when the observation was, and, if a stronger alibi became known until `SETTLE_S`
    after it, from then on with that one.

    Args:
        claims: rows of `claims.claims` of the days wanted, and of the hour before and after them.
        zone_walks: extract table.
        params: parameters.

    Returns:
        Extract table `alibis`.
    """
    pairs = _factored(_walked(_met(claims, zone_walks, params), zone_walks, params), params)
    ranked = _ranked(pairs.filter(pairs.factor < 1))
    never = ibis.null("timestamp")
    at_once = ranked.filter(ranked.is_at_once, ranked.place_at_once == 0)
    at_once = at_once.mutate(superseded_at=(at_once.place == 0).ifelse(never, at_once.settles_at))
    settled = ranked.filter(~ranked.is_at_once, ranked.place == 0)
    settled = settled.mutate(known_at=settled.settles_at, superseded_at=never)
    contract = EXTRACT_TABLES["alibis"]
    return ibis.union(contract.of(at_once), contract.of(settled))


def weighed(claims: ir.Table, alibis: ir.Table) -> ir.Table:
    """Return claims with the weights that their alibis leave, shared out anew among the claimants of the observation.

    If all of them were elsewhere nothing changes among them: the rule cannot tell who lent what to whom.

    Args:
        claims: rows of `claims.claims`.
        alibis: rows of `alibis`, all versions.

    Returns:
        Extract table `claims` in at most two versions, and `is_sighting` and `is_settled`: whether a row is the second.
    """
    touched = claims.semi_join(alibis, "observation_id")
    shared = _shared_out(_with_factors(touched, alibis))
    is_changed = shared.first_probability != shared.settled_probability
    settles_at = _settles_at(shared)
    never = ibis.null("timestamp")
    first = shared.mutate(
        probability=shared.first_probability, superseded_at=is_changed.ifelse(settles_at, never), is_settled=False
    )
    settled = shared.filter(is_changed).mutate(
        probability=ibis._.settled_probability, known_at=settles_at, superseded_at=never, is_settled=True
    )
    untouched = claims.anti_join(alibis, "observation_id").mutate(is_settled=False)
    columns = [*with_sighting(claims).columns, "is_settled"]
    return ibis.union(*(rows.select(columns).cast(untouched.schema()) for rows in (untouched, first, settled)))


def _met(claims: ir.Table, zone_walks: ir.Table, params: Params) -> ir.Table:
    """Claims on shared identifiers beside the sole claims of the same person in other zones within reach."""
    seen = claims.filter(claims.is_sighting).mutate(res_s=claims.ts_resolution_s.fill_null(0.0))
    longest_m = zone_walks.aggregate(value=zone_walks.distance_m.max()).as_scalar().fill_null(0.0)
    coarsest_s = seen.aggregate(value=seen.res_s.max()).as_scalar().fill_null(0.0)
    pace = min(PACE_M_S, params.speed_limit_m_s)
    reach_s = ibis.least(ibis.greatest(longest_m, params.default_walk_m) / pace + coarsest_s, LOOK_S)
    seen = seen.mutate(cell=(_elapsed_s(seen.ts, ALWAYS) / reach_s).floor().cast("int64"))
    several = seen.filter(seen.probability < 1)
    sole = seen.filter(seen.probability == 1).semi_join(several, "entity_id")
    alone = sole.select(
        "entity_id",
        alibi_observation_id="observation_id",
        alibi_at="ts",
        alibi_zone_id="zone_id",
        alibi_source="source",
        alibi_res_s="res_s",
        alibi_known_at="known_at",
        cell=ibis.array([sole.cell - 1, sole.cell, sole.cell + 1]).unnest(),
    )
    met = several.join(alone, ["entity_id", "cell"]).drop("cell")
    limit = ibis.greatest(met.known_at, _settles_at(met))
    return met.filter(
        met.zone_id != met.alibi_zone_id,
        met.alibi_known_at <= limit,
        _elapsed_s(met.ts, met.alibi_at).abs() <= LOOK_S,
    )


def _walked(met: ir.Table, zone_walks: ir.Table, params: Params) -> ir.Table:
    """Pairs with the walking distance, and the speed that it would have taken: `distance_m`, `needed_m_s`."""
    walks = zone_walks.select("distance_m", zone_id="zone_id", alibi_zone_id="other_zone_id")
    rows = met.left_join(walks, ["zone_id", "alibi_zone_id"]).drop("zone_id_right", "alibi_zone_id_right")
    rows = rows.mutate(distance_m=rows.distance_m.fill_null(params.default_walk_m))
    heard_m = sum((_reach_m(source, params) for source in (rows.source, rows.alibi_source)), ibis.literal(0.0))
    after_s = _elapsed_s(rows.alibi_at, rows.ts)
    longest_s = ibis.greatest(after_s + rows.alibi_res_s, rows.res_s - after_s, 1.0)
    needed = (ibis.greatest(rows.distance_m - heard_m, 0.0) / longest_s).round(6)
    return rows.mutate(needed_m_s=needed, apart_s=after_s.abs())


def _reach_m(source: ir.StringValue, params: Params) -> ir.FloatingValue:
    return source.isin(params.radio).ifelse(RADIO_REACH_M, 0.0) if params.radio else ibis.literal(0.0)


def _factored(pairs: ir.Table, params: Params) -> ir.Table:
    """Pairs with `factor`, and `is_at_once`: whether the alibi was known when the observation was."""
    pace = min(PACE_M_S, params.speed_limit_m_s)
    span = max(params.speed_limit_m_s - pace, _NOTHING)
    strength = ibis.greatest(ibis.least((pairs.needed_m_s - pace) / span, 1.0), 0.0)
    return pairs.mutate(
        factor=(ibis.literal(STRONGEST) ** strength).round(6),
        is_at_once=pairs.alibi_known_at <= pairs.known_at,
        settles_at=_settles_at(pairs),
    )


def _ranked(pairs: ir.Table) -> ir.Table:
    """Pairs with their place among all alibis of the claim, and among those known at once; the strongest is first."""
    order = ["factor", ibis.desc("is_at_once"), "apart_s", "alibi_observation_id"]
    return pairs.mutate(
        place=ibis.row_number().over(ibis.window(group_by=_CLAIM, order_by=order)),
        place_at_once=ibis.row_number().over(ibis.window(group_by=[*_CLAIM, "is_at_once"], order_by=order)),
    )


def _with_factors(claims: ir.Table, alibis: ir.Table) -> ir.Table:
    """Claims with what their alibis leave, at once and in the end: `first_factor`, `settled_factor`."""
    first = alibis.select(*_CLAIM, "known_at", first_factor="factor")
    last = alibis.filter(alibis.superseded_at.isnull()).select(*_CLAIM, settled_factor="factor")
    rows = claims.left_join(first, [*_CLAIM, "known_at"]).select(*claims.columns, "first_factor")
    return rows.left_join(last, _CLAIM).select(*rows.columns, "settled_factor").fill_null(
        {"first_factor": 1.0, "settled_factor": 1.0}
    )


def _shared_out(rows: ir.Table) -> ir.Table:
    """Rows with the weights of the claimants of each observation, the share of somebody unknown kept beside theirs."""
    together = ibis.window(group_by="observation_id")
    unknown = 1.0 - rows.probability.sum().over(together)
    rows = rows.mutate(unknown=(unknown > _NOTHING).ifelse(unknown, 0.0))
    first, settled = rows.probability * rows.first_factor, rows.probability * rows.settled_factor
    return rows.mutate(
        first_probability=(first / (first.sum().over(together) + rows.unknown)).round(9),
        settled_probability=(settled / (settled.sum().over(together) + rows.unknown)).round(9),
    )


def _settles_at(rows: ir.Table) -> ir.TimestampValue:
    return rows.ts + ibis.interval(seconds=SETTLE_S)


def _elapsed_s(later: ir.TimestampValue, earlier: ir.TimestampValue | dt.datetime) -> ir.FloatingValue:
    """Seconds between two instants, with their fractions."""
    start = ibis.literal(earlier, type="timestamp") if isinstance(earlier, dt.datetime) else earlier
    return later.delta(start, unit="microsecond") / 1e6
