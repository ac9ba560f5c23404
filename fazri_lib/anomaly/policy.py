"""What the zones table allows: opening hours by weekday, and who is admitted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

if TYPE_CHECKING:
    import ibis.expr.types as ir

DAY_S = 86_400
NEVER_S = 10**9
_DAYS = [ibis.literal(day, type="int64") for day in range(7)]
_WEEKDAYS = "montuewedthufrisatsun"


def trimmed(text: ir.StringValue) -> ir.StringValue:
    """Return a text without outer blanks.

    On Spark the strip of Ibis 12 takes the letters f, n, r, t and v off as well.
    """
    return text.re_replace("^ +| +$", "")


def admitted(zones: ir.Table, policy: str) -> ir.Table:
    """Return the pairs (zone_id, value) of a comma-separated policy column, in lower case without outer blanks."""
    listed = zones.filter(zones[policy].notnull())
    values = listed.select("zone_id", value=listed[policy].split(",").unnest())
    return values.mutate(value=trimmed(values.value).lower()).filter(lambda t: t.value != "").distinct()


def opening_hours(zones: ir.Table, grace_s: int) -> ir.Table:
    """Return when each zone is open, seen from a weekday: one row per zone that is not always open, and weekday.

    A day's opening may run past midnight; it belongs to the day on which it began, so that a bar open until two on
    Saturday night is not closed by a closed Sunday. The grace widens both ends.

    Returns:
        `zone_id`, `weekday` (0 Monday), `from_s` and `to_s` (today's opening, in seconds after today's midnight),
        `yesterday_to_s`, `tomorrow_from_s` (the neighbours' ends on the same scale), `hours` (the policy in words),
        `zone_name`, `off_hours_severity`.
    """
    listed = zones.mutate(
        opens=trimmed(zones.opens).nullif(""),
        closes=trimmed(zones.closes).nullif(""),
        closed_weekdays=trimmed(zones.closed_weekdays).lower().nullif(""),
    ).filter(lambda t: t.opens.notnull() | t.closes.notnull() | t.closed_weekdays.notnull())
    bounds = listed.mutate(opens_s=_seconds(listed.opens, 0), closes_s=_seconds(listed.closes, DAY_S))
    ends = bounds.mutate(
        first_s=bounds.opens_s - grace_s,
        last_s=bounds.closes_s + ibis.ifelse(bounds.closes_s <= bounds.opens_s, DAY_S, 0) + grace_s,
        hours=_in_words(bounds),
        weekday=ibis.array(_DAYS).unnest(),
    )
    return ends.select(
        "zone_id",
        "weekday",
        "hours",
        "off_hours_severity",
        zone_name=ends.name,
        from_s=ibis.ifelse(_is_closed(ends, 0), NEVER_S, ends.first_s),
        to_s=ibis.ifelse(_is_closed(ends, 0), -NEVER_S, ends.last_s),
        yesterday_to_s=ibis.ifelse(_is_closed(ends, -1), -NEVER_S, ends.last_s - DAY_S),
        tomorrow_from_s=ibis.ifelse(_is_closed(ends, 1), NEVER_S, ends.first_s + DAY_S),
    )


def _seconds(clock: ir.StringValue, default_s: int) -> ir.IntegerValue:
    """Seconds after midnight of hh:mm."""
    parts = clock.split(":")
    return (parts[0].cast("int64") * 3600 + parts[1].cast("int64") * 60).fill_null(default_s)


def _is_closed(zones: ir.Table, days: int) -> ir.BooleanValue:
    """Whether the zone is closed all day so many days after `weekday`."""
    day = ibis.literal(_WEEKDAYS).substr(((zones.weekday + (days % 7)) % 7) * 3, 3)
    return zones.closed_weekdays.contains(day).fill_null(False)  # noqa: FBT003 - Ibis takes the value by position


def _in_words(zones: ir.Table) -> ir.StringValue:
    closed = (ibis.literal(", closed on ") + zones.closed_weekdays).fill_null("")
    return ibis.literal("open ") + zones.opens.fill_null("00:00") + "-" + zones.closes.fill_null("24:00") + closed
