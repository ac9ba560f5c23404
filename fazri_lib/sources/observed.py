"""Timed rows of every kind as rows of the lake's `observations`, and what makes a row unusable."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import ibis

from fazri_lib.errors import ContractError, nearest
from fazri_lib.schema import to_local, to_utc
from fazri_lib.schema.localtime import FIRST_YEAR, LAST_YEAR
from fazri_lib.sources.contract import CAMPUS
from fazri_lib.sources.faults import FAULT, Check, fault_of
from fazri_lib.sources.loads import Load
from fazri_lib.sources.staging import IDENTITY, ROW
from fazri_lib.sources.values import attached, identifier, text_column, text_of, truth_of

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from fazri_lib.sources.contract import Contract
    from fazri_lib.sources.reference import Reference
    from fazri_lib.sources.staging import Staged

    Span = tuple[dt.datetime, dt.datetime]

_FIRST, _LAST = dt.datetime(FIRST_YEAR, 1, 1), dt.datetime(LAST_YEAR, 1, 1)
_TIMES = ("ts", "ended_at", "known_at")
_TEXTS = ("ref_id", "thing_id", "category", "text")
_PLACE_AND_PERSON = ("zone_id", "sensor_id", "id_type", "id_value", "id_key")


@dataclass(frozen=True, slots=True)
class Canonical:
    """A staged file in canonical columns, rows with a fault included.

    Attributes:
        table: row, and the columns of its lake table that differ from row to row.
        faults: row, identity, fault and known_at of every row.
        checks: what `fault` counts.
        constants: columns that are the same in every row.
        copies: columns that equal another one.
        span: first and last time in the file, as the file writes them; None without any.
    """

    table: ir.Table
    faults: ir.Table
    checks: tuple[Check, ...]
    constants: dict[str, Any]
    copies: dict[str, str]
    span: Span | None

    def load(self, name: str, broken: ir.Table | None) -> Load:
        """Return the rows for a lake table without the broken ones."""
        sound = self.table if broken is None else self.table.anti_join(broken, ROW)
        return Load(name, sound.drop(ROW), self.constants, self.copies)


def observed(staged: Staged, reference: Reference, time_zone: str) -> Canonical:
    """Return a file of a timed kind as observations.

    Args:
        staged: the file.
        reference: zones and access points of the campus.
        time_zone: the campus's.

    Raises:
        ContractError: the contract names a zone that there is not.
    """
    contract, span = staged.contract, span_of(staged)
    placed = _placed(staged, staged.table, reference)
    faulty, checks = _faults(staged, placed, time_zone, span)
    table = _identified(staged, staged.told_apart(placed))
    ts, ended_at, known_at = (utc_of(staged, table, name, time_zone, span) for name in _TIMES)
    local_ts = to_local(ts, time_zone, span)
    columns = {
        "observation_id": table[IDENTITY],
        "ts": ts,
        "ended_at": ended_at,
        "local_ts": local_ts,
        "local_date": local_ts.date(),
        "is_attended": _outcome(staged, table),
        "ts_resolution_s": staged.times[contract.columns["ts"]].resolution_s(table),
        "known_at": ibis.coalesce(known_at, ts),
        "outcome_at": ended_at,
        **{name: text_column(staged, table, name) for name in _TEXTS},
        **{name: table[name] for name in _PLACE_AND_PERSON},
    }
    constants: dict[str, Any] = {"source": contract.source, "kind": contract.kind}
    constants |= dict.fromkeys(_never(contract)) | {name: contract.constants.get(name) for name in _same(contract)}
    copies = {} if "known_at" in contract.columns else {"known_at": "ts"}
    varying = {name: column for name, column in columns.items() if name not in constants and name not in copies}
    return Canonical(table.select(ROW, **varying), faulty, checks, constants, copies, span)


def _never(contract: Contract) -> list[str]:
    """Columns that this contract leaves empty."""
    never = [name for name in ("ended_at", "is_attended") if name not in contract.columns]
    never += [] if contract.kind == "booking" else ["outcome_at"]
    never += [] if "id_value" in contract.columns else ["id_type", "id_value", "id_key"]
    return never


def _same(contract: Contract) -> list[str]:
    """Columns that have one value in every row, or none."""
    mapped = {*contract.columns, *(["zone_id"] if contract.zone_from else [])}
    return [name for name in ("zone_id", "sensor_id", *_TEXTS) if name not in mapped]


def _faults(staged: Staged, table: ir.Table, time_zone: str, span: Span | None) -> tuple[ir.Table, tuple[Check, ...]]:
    times = {name: utc_of(staged, table, name, time_zone, span) for name in _TIMES}
    checks = (*_time_checks(staged, table, times), *_place_checks(staged, table), *_outcome_checks(staged, table))
    known_at = ibis.coalesce(times["known_at"], times["ts"])
    return table.select(ROW, IDENTITY, known_at=known_at, **{FAULT: fault_of(checks)}), checks


def span_of(staged: Staged) -> Span | None:
    """Return the first and the last time in a file, as the file writes them."""
    found = [time for facts in staged.facts.values() for time in (facts.first, facts.last)]
    known = [time for time in found if time is not None]
    return (max(min(known), _FIRST), min(max(known), _LAST)) if known else None


def utc_of(staged: Staged, table: ir.Table, name: str, time_zone: str, span: Span | None) -> ir.TimestampValue:
    """Return a mapped time column in UTC, null where it is empty or unreadable or not mapped at all.

    Args:
        staged: the file.
        table: its table, maybe with columns added.
        name: canonical column.
        time_zone: the campus's.
        span: of `span_of`.
    """
    column = staged.contract.columns.get(name)
    return file_time(staged, table, column, time_zone, span) if column else ibis.null("timestamp")


def file_time(staged: Staged, table: ir.Table, column: str, time_zone: str, span: Span | None) -> ir.TimestampValue:
    """Return a time column of the file in UTC; arguments as of `utc_of`, `column` as the file names it."""
    zone = time_zone if staged.contract.time.zone == CAMPUS else staged.contract.time.zone
    wall, instant = staged.times[column].walls_and_instants(table)
    found = [part for part in (None if wall is None else to_utc(wall, zone, span), instant) if part is not None]
    return ibis.coalesce(*found) if found else ibis.null("timestamp")


def unreadable(staged: Staged, table: ir.Table, column: str, *, is_vital: bool = False) -> Check:
    """Return the check that a time which is there can be read."""
    reason = "no format of the contract reads it, or it is not in 1990 to 2059"
    return Check("unreadable_time", column, reason, staged.times[column].is_unread(table), is_vital=is_vital)


def _time_checks(staged: Staged, table: ir.Table, times: dict[str, ir.TimestampValue]) -> list[Check]:
    contract = staged.contract
    checks = []
    for name in _TIMES:
        column = contract.columns.get(name)
        if column:
            is_vital = name in contract.traits.filled
            checks.append(unreadable(staged, table, column, is_vital=is_vital))
            if is_vital:
                checks.append(Check("missing_key", column, "it is empty", times[name].isnull(), is_vital=True))
    if "ended_at" in contract.columns:
        is_reversed = times["ended_at"] < times["ts"]
        checks.append(Check("ends_before_start", contract.columns["ended_at"], "it ends before it starts", is_reversed))
    return checks


def _placed(staged: Staged, table: ir.Table, reference: Reference) -> ir.Table:
    """Add zone_id, sensor_id and is_zone, whether there is such a zone."""
    contract = staged.contract
    zones = sorted(reference.zones["zone_id"])
    table = _with_sensor(staged, table, reference)
    if contract.zone_from:
        return table.mutate(is_zone=table.zone_id.notnull())
    if "zone_id" in contract.columns:

        def placed(rows: ir.Table, raw: ir.StringValue) -> ir.Table:
            zone_id = text_of(contract, "zone_id", raw)
            return rows.mutate(zone_id=zone_id, is_zone=zone_id.isin(zones))

        return attached(staged, table, contract.columns["zone_id"], placed)
    constant = contract.constants.get("zone_id")
    if constant and constant not in zones:
        raise ContractError(
            f"{contract.origin}: [constants] zone_id: no zone {constant}{nearest(constant, zones)}; "
            "add it to the zones file"
        )
    return table.mutate(zone_id=ibis.literal(constant, "string"), is_zone=ibis.literal(value=True))


def _with_sensor(staged: Staged, table: ir.Table, reference: Reference) -> ir.Table:
    contract = staged.contract
    known = ibis.memtable(reference.access_points.astype(object), schema={"sensor_id": "string", "zone_id": "string"})

    def sensed(rows: ir.Table, raw: ir.StringValue) -> ir.Table:
        rows = rows.mutate(sensor_id=text_of(contract, "sensor_id", raw))
        if not contract.zone_from:
            return rows
        return rows.left_join(known, "sensor_id").drop("sensor_id_right")

    if "sensor_id" in contract.columns:
        return attached(staged, table, contract.columns["sensor_id"], sensed)
    return table.mutate(sensor_id=ibis.literal(contract.constants.get("sensor_id"), "string"))


def _place_checks(staged: Staged, table: ir.Table) -> list[Check]:
    contract = staged.contract
    name = "sensor_id" if contract.zone_from else "zone_id"
    column = contract.columns.get(name)
    if column is None:
        return []
    where = "the access points file" if contract.zone_from else "the zones file"
    is_needed = contract.traits.needs_zone
    is_empty = table[name].isnull()
    unknown = Check("unknown_zone", column, f"it is not in {where}; add it there", ~is_empty & ~table.is_zone)
    return [Check("missing_key", column, "it is empty", is_empty, is_vital=True), unknown] if is_needed else [unknown]


def _identified(staged: Staged, table: ir.Table) -> ir.Table:
    """Add id_type, id_value and id_key; empty where nobody was identified."""
    contract = staged.contract
    if "id_value" not in contract.columns:
        return table.mutate(id_type=ibis.null("string"), id_value=ibis.null("string"), id_key=ibis.null("int64"))
    if "id_type" in contract.columns:
        id_type = text_column(staged, table, "id_type")
        return table.mutate(id_type=id_type, **identifier(id_type, text_column(staged, table, "id_value")))
    constant = contract.constants["id_type"]

    def identified(rows: ir.Table, raw: ir.StringValue) -> ir.Table:
        return rows.mutate(**identifier(constant, text_of(contract, "id_value", raw)))

    table = attached(staged, table, contract.columns["id_value"], identified)
    return table.mutate(id_type=ibis.ifelse(table.id_value.isnull(), ibis.null("string"), constant))


def _outcome(staged: Staged, table: ir.Table) -> ir.BooleanValue:
    column = staged.contract.columns.get("is_attended")
    if column is None:
        return ibis.null("boolean")
    return truth_of(staged.contract, "is_attended", cast("ir.StringValue", table[staged.name_of(column)]))


def _outcome_checks(staged: Staged, table: ir.Table) -> list[Check]:
    column = staged.contract.columns.get("is_attended")
    if column is None:
        return []
    raw = cast("ir.StringValue", table[staged.name_of(column)])
    broken = (raw.strip() != "") & _outcome(staged, table).isnull()
    return [Check("bad_value", column, "it means neither true nor false by [values.is_attended]", broken)]
