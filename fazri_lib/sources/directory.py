"""Directories of people as rows of the lake's `records` and `record_identifiers`, and embeddings of the same kind."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, cast

import ibis

from fazri_lib.schema import ALWAYS, LAKE_TABLES
from fazri_lib.schema.localtime import LAST_YEAR
from fazri_lib.sources.faults import FAULT, Check, fault_of
from fazri_lib.sources.loads import Load
from fazri_lib.sources.observed import Canonical, file_time, span_of, unreadable, utc_of
from fazri_lib.sources.staging import IDENTITY, ROW
from fazri_lib.sources.values import identifier, text_column, without_suffix

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from fazri_lib.sources.contract import Identifier
    from fazri_lib.sources.observed import Span
    from fazri_lib.sources.staging import Staged

_NEVER = dt.datetime(LAST_YEAR, 1, 1)
"""A validity that ends later than this has no end."""
_TEXTS = ("record_key", "name", "email", "phone", "role", "department")


def recorded(staged: Staged, time_zone: str) -> Canonical:
    """Return a directory as records; `load_order` is the row's position, raised above the lake's when it is loaded.

    Args:
        staged: the file.
        time_zone: the campus's.
    """
    contract, table, span = staged.contract, staged.told_apart(), span_of(staged)
    valid_from = utc_of(staged, table, "valid_from", time_zone, span)
    texts = {name: text_column(staged, table, name) for name in _TEXTS}
    texts["email"] = texts["email"].lower()
    known_at = ibis.greatest(ibis.coalesce(valid_from, ibis.literal(ALWAYS)), ibis.literal(ALWAYS))
    checks = (
        Check(
            "missing_key", contract.columns["record_key"], "it is empty", texts["record_key"].isnull(), is_vital=True
        ),
        *(unreadable(staged, table, column) for column in contract.time_columns),
        *_reversed(staged, table, time_zone, span),
    )
    faults = table.select(ROW, IDENTITY, known_at=known_at, **{FAULT: fault_of(checks)})
    rows = table.select(
        ROW,
        record_id=table[IDENTITY],
        known_at=known_at,
        load_order=table[ROW],
        born_on=_born_on(staged, table),
        **texts,
    )
    return Canonical(rows, faults, checks, {"directory": contract.source}, {}, span)


def identifiers(staged: Staged, time_zone: str, span: Span | None, broken: ir.Table | None) -> Load:
    """Return the identifiers that the sound rows of a directory list, for the lake's `record_identifiers`."""
    table = staged.told_apart()
    sound = table if broken is None else table.anti_join(broken, ROW)
    listed = staged.contract.identifiers
    name = "record_identifiers"
    if not listed:
        return Load(name, ibis.memtable(LAKE_TABLES[name].empty(), schema=LAKE_TABLES[name].ibis_schema))
    each = [_listed(staged, sound, id_type, listed[id_type], time_zone, span) for id_type in listed]
    return Load(name, ibis.union(*each) if len(each) > 1 else each[0])


def embedded(staged: Staged, time_zone: str) -> Canonical:
    """Return a file of vectors as the lake's `embeddings`."""
    contract, table, span = staged.contract, staged.told_apart(), span_of(staged)
    id_type = text_column(staged, table, "id_type")
    keyed = table.mutate(**identifier(id_type, text_column(staged, table, "id_value")), id_type=id_type)
    raw = keyed[staged.name_of(contract.columns["vector"])]
    vector = raw.try_cast("array<float32>")
    known_at = ibis.coalesce(utc_of(staged, keyed, "known_at", time_zone, span), ibis.literal(ALWAYS))
    checks = (
        Check("missing_key", contract.columns["id_value"], "it is empty", keyed.id_value.isnull(), is_vital=True),
        Check("bad_value", contract.columns["vector"], "it is no list of numbers", vector.isnull(), is_vital=True),
        *(unreadable(staged, keyed, column) for column in contract.time_columns),
    )
    faults = keyed.select(ROW, IDENTITY, known_at=known_at, **{FAULT: fault_of(checks)})
    named = {name: keyed[name] for name in ("id_type", "id_value", "id_key")}
    rows = keyed.select(ROW, observation_id=keyed[IDENTITY], vector=vector, known_at=known_at, **named)
    return Canonical(rows, faults, checks, {"source": contract.source}, {}, span)


def _listed(
    staged: Staged, table: ir.Table, id_type: str, listed: Identifier, time_zone: str, span: Span | None
) -> ir.Table:
    contract = staged.contract
    raw = cast("ir.StringValue", table[staged.name_of(listed.column)])
    value = without_suffix(contract, raw.strip().nullif(""))
    starts, ends = (
        file_time(staged, table, column, time_zone, span) if column else ibis.null("timestamp")
        for column in (
            listed.valid_from or contract.columns.get("valid_from"),
            listed.valid_to or contract.columns.get("valid_to"),
        )
    )
    rows = table.select(
        record_id=table[IDENTITY],
        directory=ibis.literal(contract.source),
        id_type=ibis.literal(id_type),
        identifies=ibis.literal(listed.identifies),
        valid_from=starts,
        valid_to=ibis.ifelse(ends < ibis.literal(_NEVER), ends, ibis.null("timestamp")),
        **identifier(id_type, value),
    )
    return rows.filter(rows.id_value.notnull()).select(*LAKE_TABLES["record_identifiers"].column_names)


def _reversed(staged: Staged, table: ir.Table, time_zone: str, span: Span | None) -> list[Check]:
    contract = staged.contract
    pairs = [(contract.columns.get("valid_from"), contract.columns.get("valid_to"))]
    pairs += [(item.valid_from, item.valid_to) for item in contract.identifiers.values()]
    checks = []
    for start, end in dict.fromkeys(pairs):
        if start and end:
            starts, ends = (file_time(staged, table, column, time_zone, span) for column in (start, end))
            checks.append(Check("ends_before_start", end, "it ends before it starts", ends < starts))
    return checks


def _born_on(staged: Staged, table: ir.Table) -> ir.DateValue:
    column = staged.contract.columns.get("born_on")
    return staged.times[column].read(table).date() if column else ibis.null("date")
