"""Occupancy: people per zone and quarter hour, with how uncertain, from segments of presence and anonymous devices."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

from fazri_lib.presence.islands import PLACE
from fazri_lib.schema import EXTRACT_TABLES

if TYPE_CHECKING:
    from fazri_lib.presence.params import Params

QUARTER_S = 900
_HOUR_QUARTERS = 4
_EPOCH = dt.datetime(1970, 1, 1)
_NORMAL_95 = 1.96


@dataclass(frozen=True, slots=True)
class Counted:
    """Segments of people and anonymous devices to count: `entity_id, zone_id, started_at, until_at, confidence`.

    Attributes:
        plain: certain ones, known at once.
        live: the others, as known at once.
        settled: the others, as settled.
    """

    plain: ir.Table
    live: ir.Table
    settled: ir.Table


@dataclass(frozen=True, slots=True)
class Grid:
    """Zones and the quarter hours to fill.

    Attributes:
        zones: extract table `zones`.
        first: start of the first quarter, UTC.
        last: end of the last quarter, UTC.
    """

    zones: ir.Table
    first: dt.datetime
    last: dt.datetime

    def rows(self) -> ir.Table:
        """Return `zone_id, quarter` for every zone and quarter hour; quarters are counted from 1970."""
        quarters = ibis.range(quarter_of(self.first), quarter_of(self.last)).unnest().name("quarter").as_table()
        return self.zones.select("zone_id").cross_join(quarters)


def quarter_of(instant: dt.datetime) -> int:
    """Return the number of the quarter hour that holds an instant, counted from 1970 in UTC."""
    return int((instant - _EPOCH).total_seconds() // QUARTER_S)


def anonymous(sightings: ir.Table, claims: ir.Table, params: Params) -> ir.Table:
    """Return sightings of identifiers that nobody is known to hold, as claims of somebody keyed by the identifier.

    Args:
        sightings: rows of `versions.sightings`.
        claims: extract table `claims`; observations with a claim are left out.
        params: parameters.
    """
    rows = sightings.filter(sightings.is_presence, sightings.id_key.notnull()).anti_join(claims, "observation_id")
    somebody = rows.mutate(entity_id=rows.id_key, probability=ibis.literal(params.anonymous_probability))
    return EXTRACT_TABLES["claims"].of(somebody)


def occupancy(segments: Counted, grid: Grid, heard: ir.Table, params: Params) -> ir.Table:
    """Return mean head counts per zone and quarter hour, as known at its end and, where that differs, as settled.

    The count is the sum over people of probability times share of the quarter; of several segments of one person in one
    zone and quarter the strongest counts. The 95 % interval is the normal one of independent people. A figure is called
    an outage when no source reported anything in the hours before.

    Args:
        segments: of people and of anonymous devices.
        grid: zones and quarters.
        heard: `quarter`: one row per quarter hour in which a row of any source became known.
        params: parameters.

    Returns:
        Extract table `occupancy`; `local_ts` is empty, the caller knows the time zone.
    """
    rows = grid.rows()
    for name, counts in (
        ("plain", _certain(segments.plain, grid)),
        ("live", _counts(segments.live, grid)),
        ("settled", _counts(segments.settled, grid)),
    ):
        named = counts.select("zone_id", "quarter", **{f"{name}_{column}": column for column in ("people", "spread")})
        rows = rows.left_join(named, ["zone_id", "quarter"]).drop("zone_id_right", "quarter_right")
    sums = {
        f"{prefix}{column}": (rows[f"plain_{column}"].fill_null(0.0) + rows[f"{name}_{column}"].fill_null(0.0)).round(6)
        for prefix, name in (("", "live"), ("settled_", "settled"))
        for column in ("people", "spread")
    }
    rows = rows.select("zone_id", "quarter", **sums)
    rows = rows.left_join(_silence(grid, heard, params), "quarter").drop("quarter_right")
    changed = (rows.people != rows.settled_people) | (rows.spread != rows.settled_spread)
    settled_after = params.settle_s + QUARTER_S
    never = ibis.null("timestamp")
    first = rows.mutate(known_at=_at(rows, QUARTER_S), superseded_at=changed.ifelse(_at(rows, settled_after), never))
    second = rows.filter(changed).mutate(
        people=ibis._.settled_people,
        spread=ibis._.settled_spread,
        known_at=_at(rows, settled_after),
        superseded_at=never,
    )
    return ibis.union(_finished(first), _finished(second))


def _certain(segments: ir.Table, grid: Grid) -> ir.Table:
    """The same as `_counts` of segments of confidence 1: a person's segments in a zone do not overlap."""
    rows = _by_quarter(segments, grid)
    return rows.group_by("zone_id", "quarter").agg(people=rows.share.sum()).mutate(spread=ibis.literal(0.0))


def _counts(segments: ir.Table, grid: Grid) -> ir.Table:
    """`zone_id, quarter, people, spread` (the variance) where anybody was."""
    rows = _by_quarter(segments, grid)
    streams = rows.group_by(*PLACE, "confidence", "quarter").agg(share=rows.share.sum())
    people = streams.group_by(*PLACE, "quarter").agg(
        mean=(streams.share * streams.confidence).max(),
        spread=(streams.share * streams.share * streams.confidence * (1 - streams.confidence)).max(),
    )
    return people.group_by("zone_id", "quarter").agg(people=people["mean"].sum(), spread=people.spread.sum())


def _by_quarter(segments: ir.Table, grid: Grid) -> ir.Table:
    """Segments cut into the quarter hours of the grid, with the `share` of the quarter that they fill."""
    end = (segments.until_at.epoch_seconds().cast("int64") - 1) // QUARTER_S
    start = segments.started_at.epoch_seconds().cast("int64") // QUARTER_S
    rows = segments.select(
        *PLACE,
        "confidence",
        began_s=segments.started_at.epoch_seconds().cast("int64"),
        ended_s=segments.until_at.epoch_seconds().cast("int64"),
        quarter=ibis.range(start, ibis.greatest(end, start) + 1).unnest(),
    )
    rows = rows.filter(rows.quarter >= quarter_of(grid.first), rows.quarter < quarter_of(grid.last))
    began = ibis.greatest(rows.began_s, rows.quarter * QUARTER_S)
    ended = ibis.least(rows.ended_s, (rows.quarter + 1) * QUARTER_S)
    return rows.mutate(share=(ended - began) / QUARTER_S)


def _silence(grid: Grid, heard: ir.Table, params: Params) -> ir.Table:
    """`quarter, is_silent`: whether nothing became known in the hours up to the quarter's end."""
    quarters = ibis.range(quarter_of(grid.first), quarter_of(grid.last)).unnest().name("quarter").as_table()
    back = _HOUR_QUARTERS * params.silent_h
    spoken = (
        heard.select(quarter=ibis.range(heard.quarter, heard.quarter + back).unnest()).distinct().mutate(is_heard=True)
    )
    rows = quarters.left_join(spoken, "quarter").drop("quarter_right")
    return rows.select("quarter", is_silent=rows.is_heard.isnull())


def _at(rows: ir.Table, seconds: int) -> ir.TimestampValue:
    return (rows.quarter * QUARTER_S + seconds).as_timestamp("s")


def _finished(rows: ir.Table) -> ir.Table:
    margin = rows.spread.sqrt() * _NORMAL_95
    return EXTRACT_TABLES["occupancy"].of(
        rows.mutate(
            ts=_at(rows, 0),
            local_ts=ibis.null("timestamp"),
            people_lo=ibis.greatest(rows.people - margin, 0.0).round(6),
            people_hi=(rows.people + margin).round(6),
            quality=rows.is_silent.ifelse("outage", "measured"),
        )
    )
