"""What every detector reads: the tables, the campus clock and the constants of the rules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fazri_lib.schema import to_local

if TYPE_CHECKING:
    import datetime as dt

    import ibis.expr.types as ir


@dataclass(frozen=True, slots=True)
class Params:
    """Constants of the rules; what a zone allows stands in the zones table.

    Attributes:
        speed_limit_m_s: faster than this nobody walks.
        default_walk_m: distance of two zones that `zone_walks` does not list.
        grace_min: minutes after closing and before opening that are not off hours.
        min_score: findings less sure than this are dropped.
    """

    speed_limit_m_s: float = 3.0
    default_walk_m: float = 150.0
    grace_min: int = 15
    min_score: float = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """Tables of the extract, in their contract's columns with all versions, and the campus's clock.

    Attributes:
        observations: every logged row.
        claims: who may be behind each of them, in the version that was known first, lone associations of radio sources
            weighed down (`weigh_radio`).
        occupancy: people per zone and quarter hour.
        entities: roles and departments of people, with the time from which each was known.
        zones: places and their policies.
        zone_walks: walking distances, each pair in both directions.
        calendar: flags of days.
        time_zone: IANA name.
        span: first and last `ts` of the tables, UTC without a zone.
    """

    observations: ir.Table
    claims: ir.Table
    occupancy: ir.Table
    entities: ir.Table
    zones: ir.Table
    zone_walks: ir.Table
    calendar: ir.Table
    time_zone: str
    span: tuple[dt.datetime, dt.datetime]

    def local(self, ts: ir.TimestampValue) -> ir.TimestampValue:
        """Return UTC instants as campus wall time."""
        return to_local(ts, self.time_zone, self.span)

    def presence(self, min_probability: float) -> ir.Table:
        """Return the claims that somebody was in a zone: sightings and attended bookings, never plans."""
        claims = self.claims
        return claims.filter(claims.is_presence, claims.zone_id.notnull(), claims.probability >= min_probability)
