"""Stays: a person in a zone from and to, with how sure, from which sources, and known from when on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir

from fazri_lib.presence.islands import PLACE, number_segments, segments, until_left
from fazri_lib.schema import EXTRACT_TABLES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from fazri_lib.presence.params import Params

_STAY = (*PLACE, "stay_started_at", "stay_first_id")
_STRENGTH = ("probability",)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Claims in order, cut into segments: what stays and occupancy are made of.

    Attributes:
        live: segments of claims that were known at once, claims of unequal probability apart: a row tells nothing
            that was not known when it happened.
        settled: segments of all admitted claims.
        settled_claims: the claims behind `settled`, numbered.
        sources: all sources that may occur.
    """

    live: ir.Table
    settled: ir.Table
    settled_claims: ir.Table
    sources: tuple[str, ...]


def admitted(claims: ir.Table, params: Params) -> ir.Table:
    """Return the claims that speak for presence and were known within the declared delay."""
    limit = claims.ts + ibis.interval(seconds=params.settle_s)
    return claims.filter(claims.is_presence, claims.known_at <= limit)


def number_claims(claims: ir.Table, params: Params, *, live: bool) -> ir.Table:
    """Return admitted claims numbered by segment.

    Args:
        claims: extract table `claims` of the days wanted and three more on either side.
        params: parameters.
        live: only claims known at once, unequal probabilities apart; else all admitted ones.
    """
    rows = admitted(claims, params)
    if not live:
        return number_segments(until_left(rows, params.sure_probability))
    return number_segments(until_left(rows.filter(rows.known_at <= rows.ts), params.sure_probability), _STRENGTH)


def live_segments(numbered: ir.Table, sources: Sequence[str]) -> ir.Table:
    """Return the segments of `number_claims(..., live=True)`."""
    return segments(numbered, sources, _STRENGTH)


def settled_segments(numbered: ir.Table, sources: Sequence[str]) -> ir.Table:
    """Return the segments of `number_claims(..., live=False)`."""
    return segments(numbered, sources)


def stays(evidence: Evidence, params: Params, started: tuple[dt.datetime, dt.datetime]) -> ir.Table:
    """Return stays in two versions: open, as known at their first claim, and settled once nothing can change any more.

    Args:
        evidence: segments and claims, three days more on either side than wanted.
        params: parameters.
        started: first instant (included) and last (excluded) at which a returned stay starts, UTC.

    Returns:
        Extract table `stays`.
    """
    settled = _settled(evidence, params)
    both = ibis.union(_opened(evidence, settled), EXTRACT_TABLES["stays"].of(settled))
    return both.filter(both.started_at >= ibis.literal(started[0]), both.started_at < ibis.literal(started[1]))


def _settled(evidence: Evidence, params: Params) -> ir.Table:
    parts = evidence.settled
    flags = {f"from_{i}": parts[f"from_{i}"].any() for i in range(len(evidence.sources))}
    rows = parts.group_by(*_STAY).agg(
        local_date=parts.local_date.min(),
        ended_at=parts.until_at.max(),
        confidence=parts.confidence.max().round(6),
        observation_count=parts.observation_count.sum(),
        **flags,
    )
    return rows.mutate(
        stay_id=rows.stay_first_id ^ rows.entity_id,
        started_at=rows.stay_started_at,
        sources=_joined(rows, evidence.sources),
        known_at=rows.ended_at + ibis.interval(seconds=params.settle_s),
        superseded_at=ibis.null("timestamp"),
    )


def _opened(evidence: Evidence, settled: ir.Table) -> ir.Table:
    """The open version of each stay, superseded when the settled stay that holds its first claim becomes known."""
    firsts = evidence.live.filter(~evidence.live.continues)
    where = evidence.settled_claims.select("observation_id", "entity_id", "zone_id", "local_date", "segment_no")
    segment = ["entity_id", "zone_id", "local_date", "segment_no"]
    stay_of = where.join(evidence.settled.select(*segment, "stay_started_at", "stay_first_id"), segment).select(
        "observation_id", "entity_id", "stay_started_at", "stay_first_id"
    )
    ends = settled.select("entity_id", "stay_first_id", closed_at="known_at").distinct()
    rows = (
        firsts.drop("stay_started_at", "stay_first_id")
        .join(stay_of, [("first_id", "observation_id"), "entity_id"])
        .join(ends, ["entity_id", "stay_first_id"])
    )
    return EXTRACT_TABLES["stays"].of(
        rows.mutate(
            stay_id=rows.first_id ^ rows.entity_id,
            ended_at=ibis.null("timestamp"),
            confidence=rows.first_probability.round(6),
            sources=rows.first_source,
            observation_count=ibis.literal(1, "int64"),
            known_at=rows.first_known_at,
            superseded_at=rows.closed_at,
        )
    )


def _joined(rows: ir.Table, sources: Sequence[str]) -> ir.StringValue:
    """The names of the sources whose flag is set, comma-separated in alphabetical order."""
    names = [
        rows[f"from_{i}"].ifelse(f",{source}", "") for i, source in sorted(enumerate(sources), key=lambda item: item[1])
    ]
    text = names[0]
    for name in names[1:]:
        text = text.concat(name)
    return text.substr(1)
