"""Every table of the lake and of the extract, made of the columns of `columns.py`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import ibis
import ibis.expr.datatypes as dtypes
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

from fazri_lib.errors import UnknownNameError, nearest
from fazri_lib.schema.columns import COLUMNS, Column

ALWAYS = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - instants are UTC without a zone inside, see docs/decisions
VERSION = ("known_at", "superseded_at")


@dataclass(frozen=True, slots=True)
class Table:
    """A table's contract.

    Attributes:
        name: its name in the lake or the extract.
        meaning: one sentence for the data dictionary.
        column_names: its columns in order.
        required: columns that are never empty.
        order: columns by which its rows are stored and exported.
        is_monthly: whether the extract keeps it in one file per local month.
        not_personal: columns that are not personal here although `columns.py` says so.
    """

    name: str
    meaning: str
    column_names: tuple[str, ...]
    required: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    is_monthly: bool = False
    not_personal: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        """Its columns with type, unit and meaning."""
        return tuple(COLUMNS[name] for name in self.column_names)

    @property
    def personal(self) -> tuple[str, ...]:
        """Names of its personal columns."""
        return tuple(c.name for c in self.columns if c.is_personal and c.name not in self.not_personal)

    @property
    def is_versioned(self) -> bool:
        """Whether a view at T takes the rows with known_at <= T < superseded_at."""
        return set(VERSION) <= set(self.column_names)

    @property
    def ibis_schema(self) -> ibis.Schema:
        """Its schema for Ibis."""
        return ibis.schema({column.name: dtypes.dtype(column.type) for column in self.columns})

    @property
    def arrow_schema(self) -> pa.Schema:
        """Its schema for Arrow; timestamps in microseconds without a zone."""
        fields = []
        for field in self.ibis_schema.to_pyarrow():
            fields.append(pa.field(field.name, pa.timestamp("us") if pa.types.is_timestamp(field.type) else field.type))
        return pa.schema(fields)

    def of(self, rows: ir.Table) -> ir.Table:
        """Return an expression's columns in the table's order and types; a union needs both sides alike."""
        return rows.select(*self.column_names).cast(self.ibis_schema)

    def empty(self) -> pa.Table:
        """Return the table without rows."""
        return self.arrow_schema.empty_table()

    def arrow(self, frame: pd.DataFrame) -> pa.Table:
        """Return a frame as Arrow in the table's columns, order and types; missing columns are empty."""
        given = [name for name in self.column_names if name in frame and frame[name].notna().any()]
        schema = self.arrow_schema
        known = pa.Table.from_pandas(frame[given], schema=pa.schema([schema.field(name) for name in given]), preserve_index=False)
        arrays = [known.column(field.name) if field.name in given else pa.nulls(len(frame), field.type) for field in schema]
        return pa.Table.from_arrays(arrays, schema=schema)


LAKE_TABLES = {
    table.name: table
    for table in (
        Table(
            "observations",
            "every timed row of every source: sightings, bookings, loans, notes",
            ("observation_id", "source", "kind", "ts", "ended_at", "local_ts", "local_date", "zone_id", "sensor_id", "id_type",
             "id_value", "id_key", "ref_id", "thing_id", "category", "text", "is_attended", "ts_resolution_s", "known_at", "outcome_at"),
            required=("observation_id", "source", "kind", "ts", "local_ts", "local_date", "ts_resolution_s", "known_at"),
            order=("local_date", "id_key", "ts"),
        ),
        Table(
            "records",
            "every row of every directory of people",
            ("record_id", "directory", "record_key", "known_at", "load_order", "name", "email", "phone", "born_on", "role", "department"),
            required=("record_id", "directory", "record_key", "known_at", "load_order"),
        ),
        Table(
            "record_identifiers",
            "the identifiers that each directory row lists",
            ("record_id", "directory", "id_type", "id_value", "id_key", "identifies", "valid_from", "valid_to"),
            required=("record_id", "directory", "id_type", "id_value", "id_key", "identifies"),
        ),
        Table("embeddings", "vectors of faces and texts by identifier", ("observation_id", "source", "id_type", "id_value", "id_key", "vector", "known_at")),
        Table(
            "quarantine",
            "rows that were put aside when their file was loaded",
            ("observation_id", "file", "row_number", "rule", "column", "reason", "source", "known_at"),
            required=("observation_id", "file", "row_number", "rule", "source", "known_at"),
        ),
        Table(
            "files",
            "files loaded so far",
            ("file", "source", "digest", "contract_digest", "rows_read", "rows_loaded", "rows_quarantined", "loaded_at"),
            required=("file", "source", "digest", "contract_digest", "rows_read", "rows_loaded", "rows_quarantined", "loaded_at"),
        ),
    )
}

EXTRACT_TABLES = {
    table.name: table
    for table in (
        Table("entities", "people resolved from the directories", ("entity_id", "kind", "role", "department", "confidence", *VERSION),
              required=("entity_id", "kind", "confidence", "known_at"), order=("entity_id", "known_at")),
        Table("person", "names and contacts of people, kept apart", ("entity_id", "name", "email", "phone", "born_on", *VERSION),
              required=("entity_id", "known_at"), order=("entity_id", "known_at")),
        Table("identifiers", "who holds which identifier, and when",
              ("entity_id", "id_type", "id_value", "id_key", "valid_from", "valid_to", "probability", "source", *VERSION),
              required=("entity_id", "id_type", "id_value", "id_key", "probability", "source", "known_at"), order=("entity_id", "id_type", "id_key", "known_at")),
        Table("links", "which directory record belongs to which entity", ("record_id", "entity_id", "probability", "directory", *VERSION),
              required=("record_id", "entity_id", "probability", "directory", "known_at"), order=("record_id", "entity_id")),
        Table("observations", "every logged row",
              ("observation_id", "source", "kind", "ts", "ended_at", "local_ts", "local_date", "zone_id", "sensor_id", "id_type", "id_value", "id_key",
               "ref_id", "thing_id", "category", "text", "is_attended", "ts_resolution_s", *VERSION),
              required=("observation_id", "source", "kind", "ts", "local_ts", "local_date", "ts_resolution_s", "known_at"),
              order=("local_date", "id_key", "ts", "observation_id", "known_at"), is_monthly=True),
        Table("claims", "who may be behind an observation, weights of one observation adding up to one",
              ("observation_id", "entity_id", "ts", "until_at", "local_date", "zone_id", "source", "probability", "is_presence", "ts_resolution_s", *VERSION),
              required=("observation_id", "entity_id", "ts", "local_date", "source", "probability", "is_presence", "known_at"),
              order=("entity_id", "local_date", "ts", "observation_id", "known_at"), is_monthly=True),
        Table("stays", "a person in a zone from and to; open while no end is known",
              ("stay_id", "entity_id", "zone_id", "started_at", "ended_at", "local_date", "confidence", "sources", "observation_count", *VERSION),
              required=("stay_id", "entity_id", "zone_id", "started_at", "local_date", "confidence", "sources", "observation_count", "known_at"),
              order=("entity_id", "started_at", "zone_id", "known_at"), is_monthly=True),
        Table("occupancy", "people per zone and quarter hour", ("zone_id", "ts", "local_ts", "people", "people_lo", "people_hi", "quality", *VERSION),
              required=("zone_id", "ts", "local_ts", "people", "people_lo", "people_hi", "quality", "known_at"),
              order=("zone_id", "ts", "known_at"), is_monthly=True),
        Table("findings", "what is unusual, why, and what to do",
              ("finding_id", "detector", "entity_id", "zone_id", "started_at", "ended_at", "severity", "score", "reason", "evidence", "action", *VERSION),
              required=("finding_id", "detector", "started_at", "severity", "score", "reason", "evidence", "action", "known_at"),
              order=("started_at", "finding_id"), is_monthly=True),
        Table("forecasts", "people per zone and hour ahead, each model beside its baseline",
              ("zone_id", "ts", "made_at", "model", "people", "lo_80", "hi_80", "lo_95", "hi_95"),
              required=("zone_id", "ts", "made_at", "model", "people"), order=("zone_id", "model", "ts")),
        Table("relations", "who and what belongs together", ("src", "dst", "kind", "weight", "first_at", "last_at"),
              required=("src", "dst", "kind", "weight"), order=("kind", "src", "dst")),
        Table("quality", "how good each capability is on this campus, beside its baseline",
              ("capability", "measure", "value", "baseline", "baseline_name", "verdict"),
              required=("capability", "measure", "verdict"), order=("capability", "measure", "baseline_name")),
        Table("coverage", "rows per source and hour, orphans, shared and late ones", ("source", "hour_at", "rows", "orphan_rows", "shared_rows", "late_rows"),
              required=("source", "hour_at", "rows", "orphan_rows", "shared_rows", "late_rows"), order=("source", "hour_at")),
        Table("quarantine", "rows put aside when their file was loaded", ("file", "row_number", "rule", "column", "reason", "source", "known_at"),
              required=("file", "row_number", "rule", "source", "known_at"), order=("file", "row_number", "rule")),
        Table("zones", "places and what their policy allows",
              ("zone_id", "name", "building", "zone_type", "capacity", "opens", "closes", "closed_weekdays", "access", "allowed_roles",
               "allowed_departments", "security", "off_hours_severity", "longest_stay_h", "latitude", "longitude"),
              required=("zone_id", "name", "security"), order=("zone_id",), not_personal=("name",)),
        Table("zone_walks", "walking distances, each pair in both directions", ("zone_id", "other_zone_id", "distance_m"),
              required=("zone_id", "other_zone_id", "distance_m"), order=("zone_id", "other_zone_id")),
        Table("access_points", "zone of each access point", ("sensor_id", "zone_id"), required=("sensor_id", "zone_id"), order=("sensor_id",)),
        Table("calendar", "flags of days known ahead", ("local_date", "is_holiday", "is_term", "is_exam"),
              required=("local_date", "is_holiday", "is_term", "is_exam"), order=("local_date",)),
        Table("runs", "stages run for this extract", ("run_id", "stage", "seconds", "rows", "as_of", "code_version", "parameters", "inputs", "made_at"),
              required=("run_id", "stage", "seconds", "rows", "made_at"), order=("made_at", "stage")),
    )
}


def extract_table(name: str) -> Table:
    """Return the contract of an extract table.

    Raises:
        UnknownNameError: there is no such table.
    """
    if name not in EXTRACT_TABLES:
        raise UnknownNameError(f"no table {name}{nearest(name, EXTRACT_TABLES)}; expected one of {', '.join(EXTRACT_TABLES)}")
    return EXTRACT_TABLES[name]
