"""Campus time and UTC, by one stated rule and without the engine's own time zone code.

Around a change of the clocks the offset that was in force *before* the change applies: a wall-clock time that does not
exist moves forward by the gap, one that exists twice is the earlier of the two instants.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo

import ibis
import ibis.expr.types as ir

FIRST_YEAR, LAST_YEAR = 1990, 2060


@dataclass(frozen=True, slots=True)
class Change:
    """A change of a zone's offset from UTC: the instant (UTC, no zone) and the seconds east before and after it."""

    at: dt.datetime
    before_s: int
    after_s: int

    @property
    def wall_until(self) -> dt.datetime:
        """Wall-clock times earlier than this use the offset before the change."""
        return self.at + dt.timedelta(seconds=max(self.before_s, self.after_s))


@cache
def changes(zone: str) -> tuple[Change, ...]:
    """Return the changes of a zone's offset from 1990 to 2060, oldest first."""
    info = ZoneInfo(zone)
    found = []
    day = dt.datetime(FIRST_YEAR, 1, 1, tzinfo=dt.UTC)
    while day.year < LAST_YEAR:
        following = day + dt.timedelta(days=1)
        if _offset_s(info, day) != _offset_s(info, following):
            low, high = day, following
            while high - low > dt.timedelta(seconds=1):
                middle = low + (high - low) // 2
                low, high = (middle, high) if _offset_s(info, middle) == _offset_s(info, day) else (low, middle)
            at = high.replace(microsecond=0, tzinfo=None)
            found.append(Change(at, _offset_s(info, day), _offset_s(info, following)))
        day = following
    return tuple(found)


def to_utc(
    local_ts: ir.TimestampValue, zone: str, span: tuple[dt.datetime, dt.datetime] | None = None
) -> ir.TimestampValue:
    """Return wall-clock timestamps of a zone as UTC timestamps, both without a zone.

    Args:
        local_ts: wall-clock time.
        zone: IANA name.
        span: first and last value of `local_ts`, if known: it keeps the expression small.
    """
    return _shift(local_ts, _relevant(zone, span), _standard_s(zone, span), sign=-1)


def to_local(
    ts: ir.TimestampValue, zone: str, span: tuple[dt.datetime, dt.datetime] | None = None
) -> ir.TimestampValue:
    """Return UTC timestamps as wall-clock timestamps of a zone, both without a zone. Arguments as of `to_utc`."""
    return _shift(ts, _relevant(zone, span), _standard_s(zone, span), sign=1)


def utc_of(local: dt.datetime, zone: str) -> dt.datetime:
    """Return one wall-clock time of a zone as UTC, both without a zone, by the module's rule."""
    offset_s = next((c.before_s for c in changes(zone) if local < c.wall_until), None)
    return local - dt.timedelta(seconds=_final_s(zone) if offset_s is None else offset_s)


def local_of(instant: dt.datetime, zone: str) -> dt.datetime:
    """Return one UTC time as wall-clock time of a zone, both without a zone."""
    return instant.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def _offset_s(info: ZoneInfo, instant: dt.datetime) -> int:
    offset = instant.astimezone(info).utcoffset()
    return int(offset.total_seconds()) if offset else 0


def _final_s(zone: str) -> int:
    known = changes(zone)
    return known[-1].after_s if known else _offset_s(ZoneInfo(zone), dt.datetime(FIRST_YEAR, 1, 1, tzinfo=dt.UTC))


def _relevant(zone: str, span: tuple[dt.datetime, dt.datetime] | None) -> tuple[Change, ...]:
    if span is None:
        return changes(zone)
    margin = dt.timedelta(days=2)
    return tuple(c for c in changes(zone) if span[0] - margin <= c.at <= span[1] + margin)


def _standard_s(zone: str, span: tuple[dt.datetime, dt.datetime] | None) -> int:
    """The offset after the last relevant change."""
    relevant = _relevant(zone, span)
    if relevant:
        return relevant[-1].after_s
    if span is None:
        return _final_s(zone)
    return _offset_s(ZoneInfo(zone), span[1].replace(tzinfo=dt.UTC))


def _shift(ts: ir.TimestampValue, known: tuple[Change, ...], last_s: int, *, sign: int) -> ir.TimestampValue:
    last = _plus(ts, sign * last_s)
    if not known:
        return last
    branches = [(ts < ibis.literal(c.wall_until if sign < 0 else c.at), _plus(ts, sign * c.before_s)) for c in known]
    return ibis.cases(*branches, else_=last)


def _plus(ts: ir.TimestampValue, seconds: int) -> ir.TimestampValue:
    if seconds == 0:
        return ts
    step = ibis.interval(seconds=abs(seconds))
    return ts + step if seconds > 0 else ts - step
