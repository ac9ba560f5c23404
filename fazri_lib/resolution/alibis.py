"""Alibis: a holder of a shared card who was surely elsewhere at that time did hardly use it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from fazri_lib.schema import ALWAYS, EXTRACT_TABLES

SETTLE_S = 3600
"""Declared delay: an alibi that becomes known later than so many seconds after the observation counts no more."""
LOOK_S = 1800.0
"""No sighting of an alibi lies further from the observation than that."""
PACE_M_S = 1.4
"""Usual walking speed: mean 1.34 m/s, standard deviation .26 (Weidmann, Transporttechnik der Fussgaenger, 1993)."""
RADIO_REACH_M = 50.0
"""An access point hears devices about that far away indoors: by so much a sighting by radio says less of the place."""
STRONGEST = 0.05
"""Weight that the best alibi leaves: cards are lent, phones forgotten, faces mistaken."""
_NOTHING = 1e-6
CLAIM = ["observation_id", "entity_id"]
_ALIBI = ["alibi_observation_id", "alibi_since_id", "factor"]

Hold = Callable[[ir.Table], ir.Table]


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

    @property
    def pace_m_s(self) -> float:
        """Speed up to which a walk says nothing."""
        return min(PACE_M_S, self.speed_limit_m_s)


def alibis(claims: ir.Table, zone_walks: ir.Table, params: Params, hold: Hold = lambda rows: rows) -> ir.Table:
    """Return the strongest alibi of each claim on a shared identifier that has any.

    What makes an alibi are sightings, no bookings, of which the person is the only claimant. There are two kinds:

    - *Too far.* Who was seen in another zone would have had to cover the walk, less what radio hears, in the longest
      time that both clocks allow: at `needed_m_s`. Up to `PACE_M_S` that says nothing; from the speed limit on it is
      impossible and the weight is multiplied by `STRONGEST`; between the two the evidence, the logarithm of the
      `factor`, grows with the speed.
    - *Stayed elsewhere.* The sightings just before and just after lie in one other zone, out of radio's reach, and the
      earlier speaks for presence until the later: a stay, as `presence` makes them. The factor is `STRONGEST`.

    Several alibis count as the strongest of them: a phone that is heard twice is one phone.

    Two versions: from what was known when the observation was, and from what was known `SETTLE_S` after it.

    Args:
        claims: rows of `claims.claims` of the days wanted, and of half an hour before and after them.
        zone_walks: extract table.
        params: parameters.
        hold: computes an expression that is used several times once.

    Returns:
        Extract table `alibis`.
    """
    pairs = hold(_walked(_met(claims), zone_walks, params))
    first = hold(_strongest(pairs.filter(pairs.alibi_known_at <= pairs.known_at), params))
    settled = hold(_strongest(pairs, params))
    never = ibis.null("timestamp")
    at_once, later = _compared(first, settled), _compared(settled, first)
    at_once = at_once.mutate(superseded_at=at_once.is_same.ifelse(never, settles_at(at_once)))
    later = later.filter(~later.is_same).mutate(known_at=settles_at(later), superseded_at=never)
    contract = EXTRACT_TABLES["alibis"]
    return ibis.union(contract.of(at_once), contract.of(later))


def settles_at(rows: ir.Table) -> ir.TimestampValue:
    """Return when no further alibi of an observation counts any more."""
    return rows.ts + ibis.interval(seconds=SETTLE_S)


def _met(claims: ir.Table) -> ir.Table:
    """Claims on shared identifiers beside the person's sole claims around that time, known within the delay."""
    seen = claims.filter(claims.is_sighting).mutate(res_s=claims.ts_resolution_s.fill_null(0.0))
    seen = seen.mutate(cell=(_elapsed_s(seen.ts, ALWAYS) / LOOK_S).floor().cast("int64"))
    several = seen.filter(seen.probability < 1)
    sole = seen.filter(seen.probability == 1).semi_join(several, "entity_id")
    alone = sole.select(
        "entity_id",
        alibi_observation_id="observation_id",
        alibi_at="ts",
        alibi_until_at="until_at",
        alibi_zone_id="zone_id",
        alibi_source="source",
        alibi_res_s="res_s",
        alibi_known_at="known_at",
        cell=ibis.array([sole.cell - 1, sole.cell, sole.cell + 1]).unnest(),
    )
    met = several.join(alone, ["entity_id", "cell"]).drop("cell")
    met = met.mutate(after_s=_elapsed_s(met.alibi_at, met.ts))
    limit = ibis.greatest(met.known_at, settles_at(met))
    return met.filter(met.alibi_known_at <= limit, met.after_s.abs() <= LOOK_S)


def _walked(met: ir.Table, zone_walks: ir.Table, params: Params) -> ir.Table:
    """Pairs with the walking distance, and the speed that it would have taken: `distance_m`, `needed_m_s`."""
    walks = zone_walks.select("distance_m", zone_id="zone_id", alibi_zone_id="other_zone_id")
    rows = met.left_join(walks, ["zone_id", "alibi_zone_id"]).drop("zone_id_right", "alibi_zone_id_right")
    is_there = rows.zone_id == rows.alibi_zone_id
    rows = rows.mutate(distance_m=is_there.ifelse(0.0, rows.distance_m.fill_null(params.default_walk_m)))
    apart_m = rows.distance_m - _reach_m(rows.source, params) - _reach_m(rows.alibi_source, params)
    longest_s = ibis.greatest(rows.after_s + rows.alibi_res_s, rows.res_s - rows.after_s, 1.0)
    return rows.mutate(needed_m_s=(ibis.greatest(apart_m, 0.0) / longest_s).round(6))


def _reach_m(source: ir.StringValue, params: Params) -> ir.NumericValue:
    return source.isin(params.radio).ifelse(RADIO_REACH_M, 0.0) if params.radio else ibis.literal(0.0)


def _strongest(pairs: ir.Table, params: Params) -> ir.Table:
    """The strongest alibi of each claim; of equally strong ones the nearest in time."""
    far, stayed = _too_far(pairs, params), _stayed(pairs)
    either = ibis.union(far, stayed.select(*far.columns).cast(far.schema()))
    order = ["factor", either.after_s.abs(), "alibi_observation_id"]
    ranked = either.mutate(place=ibis.row_number().over(ibis.window(group_by=CLAIM, order_by=order)))
    return ranked.filter(ranked.place == 0).drop("place")


def _too_far(pairs: ir.Table, params: Params) -> ir.Table:
    span = max(params.speed_limit_m_s - params.pace_m_s, _NOTHING)
    strength = ibis.greatest(ibis.least((pairs.needed_m_s - params.pace_m_s) / span, 1.0), 0.0)
    factor = (ibis.literal(STRONGEST) ** strength).round(6)
    rows = pairs.mutate(factor=factor, alibi_since_id=pairs.alibi_observation_id)
    return rows.filter(rows.factor < 1)


def _stayed(pairs: ir.Table) -> ir.Table:
    """Claims whose person was seen in one other zone just before and just after, without a gap."""
    before = _nearest(pairs.filter(pairs.after_s <= 0))
    after = _nearest(pairs.filter(pairs.after_s > 0))
    earlier = before.select(
        *CLAIM,
        since_zone_id="alibi_zone_id",
        since_until_at="alibi_until_at",
        since_needed_m_s="needed_m_s",
        alibi_since_id="alibi_observation_id",
    )
    rows = after.join(earlier, CLAIM)
    is_stay = (rows.since_zone_id == rows.alibi_zone_id) & (rows.alibi_at <= rows.since_until_at)
    is_elsewhere = (rows.needed_m_s > 0) & (rows.since_needed_m_s > 0)
    return rows.filter(is_stay & is_elsewhere).mutate(
        factor=ibis.literal(STRONGEST), needed_m_s=ibis.greatest(rows.needed_m_s, rows.since_needed_m_s)
    )


def _nearest(pairs: ir.Table) -> ir.Table:
    order = [pairs.after_s.abs(), "alibi_observation_id"]
    ranked = pairs.mutate(place=ibis.row_number().over(ibis.window(group_by=CLAIM, order_by=order)))
    return ranked.filter(ranked.place == 0).drop("place")


def _compared(rows: ir.Table, others: ir.Table) -> ir.Table:
    """Rows with `is_same`: whether the others name the same alibi of the claim."""
    named = others.select(*CLAIM, **{f"other_{name}": name for name in _ALIBI})
    met = rows.left_join(named, CLAIM).select(*rows.columns, *(f"other_{name}" for name in _ALIBI))
    agree = [(met[name] == met[f"other_{name}"]).fill_null(False) for name in _ALIBI]  # noqa: FBT003 - Ibis takes the value by position
    return met.mutate(is_same=ibis.and_(*agree)).select(*rows.columns, "is_same")


def _elapsed_s(later: ir.TimestampValue, earlier: ir.TimestampValue | dt.datetime) -> ir.FloatingValue:
    """Seconds between two instants, with their fractions."""
    start = ibis.literal(earlier, type="timestamp") if isinstance(earlier, dt.datetime) else earlier
    return later.delta(start, unit="microsecond") / 1e6
