"""Stays: a person in a zone from and to, with how sure, from which sources, and known from when on."""

from __future__ import annotations

from collections.abc import Callable
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
_PERSON_DAY = ["entity_id", "local_date"]
_OF_FIRST = ("first_probability", "first_source", "first_known_at")


Hold = Callable[[ir.Table], ir.Table]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Claims in order, cut into segments: what stays and occupancy are made of.

    Attributes:
        plain: segments of days on which every claim of the person is certain and was known at once: what is settled was
            live.
        live: segments of the other days, of claims that were known at once, claims of unequal probability apart: a row
            tells nothing that was not known when it happened.
        settled: segments of the other days, of all admitted claims in the version that holds after the delay.
        settled_claims: the claims behind `settled`, numbered.
        sources: all sources that may occur.
    """

    plain: ir.Table
    live: ir.Table
    settled: ir.Table
    settled_claims: ir.Table
    sources: tuple[str, ...]


def evidence(claims: ir.Table, params: Params, sources: Sequence[str], hold: Hold = lambda rows: rows) -> Evidence:
    """Return the segments of claims.

    Args:
        claims: extract table `claims` of the days wanted and three more on either side.
        params: parameters.
        sources: all sources that may occur.
        hold: computes an expression that is used several times once.
    """
    rows = admitted(claims, params)
    others = hold(_unclear_days(rows))
    plain, unclear = rows.anti_join(others, _PERSON_DAY), hold(rows.semi_join(others, _PERSON_DAY))
    last = unclear.filter(unclear.superseded_at.isnull() | (unclear.superseded_at > _settled_at(unclear, params)))
    numbered = hold(number_segments(until_left(last, params.sure_probability)))
    return Evidence(
        plain=hold(segments(number_segments(until_left(plain, params.sure_probability)), sources)),
        live=hold(live_segments(unclear, params, sources)),
        settled=hold(segments(numbered, sources)),
        settled_claims=numbered,
        sources=tuple(sources),
    )


def admitted(claims: ir.Table, params: Params) -> ir.Table:
    """Return the claims that speak for presence and were known within the declared delay."""
    return claims.filter(claims.is_presence, claims.known_at <= _settled_at(claims, params))


def _settled_at(claims: ir.Table, params: Params) -> ir.TimestampValue:
    return claims.ts + ibis.interval(seconds=params.settle_s)


def _unclear_days(rows: ir.Table) -> ir.Table:
    """`entity_id, local_date` of days with a claim that is uncertain or came late, and of days that run into one."""
    is_plain = (rows.probability == 1.0) & (rows.known_at <= rows.ts)
    days = rows.group_by(_PERSON_DAY).agg(
        first_at=rows.ts.min(), reach_at=rows.until_at.max(), is_unclear=(~is_plain).any()
    )
    order = {"group_by": "entity_id", "order_by": "first_at"}
    before = days.reach_at.max().over(ibis.window(**order, preceding=(None, 1)))
    days = days.mutate(is_apart=before.isnull() | (days.first_at > before))
    days = days.mutate(spell_no=days.is_apart.cast("int64").sum().over(ibis.cumulative_window(**order)))
    together = ibis.window(group_by=["entity_id", "spell_no"])
    days = days.mutate(is_unclear=days.is_unclear.cast("int64").max().over(together) > 0)
    return days.filter(days.is_unclear).select(*_PERSON_DAY)


def live_segments(claims: ir.Table, params: Params, sources: Sequence[str]) -> ir.Table:
    """Return the segments of the admitted claims that were known at once, claims of unequal probability apart."""
    rows = admitted(claims, params)
    at_once = until_left(rows.filter(rows.known_at <= rows.ts), params.sure_probability)
    return segments(number_segments(at_once, _STRENGTH), sources, _STRENGTH)


def stays(evidence: Evidence, params: Params, started: tuple[dt.datetime, dt.datetime]) -> ir.Table:
    """Return stays in two versions: open, as known at their first claim, and settled once nothing can change any more.

    Args:
        evidence: segments and claims, three days more on either side than wanted.
        params: parameters.
        started: first instant (included) and last (excluded) at which a returned stay starts, UTC.

    Returns:
        Extract table `stays`.
    """
    contract = EXTRACT_TABLES["stays"]
    plain, settled = (_settled(parts, evidence.sources, params) for parts in (evidence.plain, evidence.settled))
    at_first = _as_opened(plain.mutate(first_id=plain.stay_first_id, closed_at=plain.known_at))
    every = ibis.union(at_first, contract.of(plain), _opened(evidence, settled), contract.of(settled))
    return every.filter(every.started_at >= ibis.literal(started[0]), every.started_at < ibis.literal(started[1]))


def _settled(parts: ir.Table, sources: Sequence[str], params: Params) -> ir.Table:
    """Stays with their end, and with what is told of their first claim."""
    flags = {f"from_{i}": parts[f"from_{i}"].any() for i in range(len(sources))}
    first = {name: parts[name].max(where=~parts.continues) for name in _OF_FIRST}
    rows = parts.group_by(*_STAY).agg(
        local_date=parts.local_date.min(),
        ended_at=parts.until_at.max(),
        confidence=parts.confidence.max().round(6),
        observation_count=parts.observation_count.sum(),
        **flags,
        **first,
    )
    return rows.mutate(
        stay_id=rows.stay_first_id ^ rows.entity_id,
        started_at=rows.stay_started_at,
        sources=_joined(rows, sources),
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
    return _as_opened(rows)


def _as_opened(rows: ir.Table) -> ir.Table:
    """Rows with what is told of a stay's first claim, and `closed_at`, as open stays."""
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
