"""Every table of the lake."""

from __future__ import annotations

from fazri_lib.schema.table import Table

LAKE_TABLES = {
    table.name: table
    for table in (
        Table(
            "observations",
            "every timed row of every source: sightings, bookings, loans, notes",
            (
                "observation_id",
                "source",
                "kind",
                "ts",
                "ended_at",
                "local_ts",
                "local_date",
                "zone_id",
                "sensor_id",
                "id_type",
                "id_value",
                "id_key",
                "ref_id",
                "thing_id",
                "category",
                "text",
                "is_attended",
                "ts_resolution_s",
                "known_at",
                "outcome_at",
            ),
            required=(
                "observation_id",
                "source",
                "kind",
                "ts",
                "local_ts",
                "local_date",
                "ts_resolution_s",
                "known_at",
            ),
            order=("local_date", "id_key", "ts"),
        ),
        Table(
            "records",
            "every row of every directory of people",
            (
                "record_id",
                "directory",
                "record_key",
                "known_at",
                "load_order",
                "name",
                "email",
                "phone",
                "born_on",
                "role",
                "department",
            ),
            required=("record_id", "directory", "record_key", "known_at", "load_order"),
        ),
        Table(
            "record_identifiers",
            "the identifiers that each directory row lists",
            ("record_id", "directory", "id_type", "id_value", "id_key", "identifies", "valid_from", "valid_to"),
            required=("record_id", "directory", "id_type", "id_value", "id_key", "identifies"),
        ),
        Table(
            "embeddings",
            "vectors of faces and texts by identifier",
            ("observation_id", "source", "id_type", "id_value", "id_key", "vector", "known_at"),
        ),
        Table(
            "quarantine",
            "rows that were put aside when their file was loaded",
            ("observation_id", "file", "row_number", "rule", "column", "reason", "source", "known_at"),
            required=("observation_id", "file", "row_number", "rule", "source", "known_at"),
        ),
        Table(
            "files",
            "files loaded so far",
            (
                "file",
                "source",
                "digest",
                "contract_digest",
                "rows_read",
                "rows_loaded",
                "rows_quarantined",
                "loaded_at",
            ),
            required=(
                "file",
                "source",
                "digest",
                "contract_digest",
                "rows_read",
                "rows_loaded",
                "rows_quarantined",
                "loaded_at",
            ),
        ),
    )
}
