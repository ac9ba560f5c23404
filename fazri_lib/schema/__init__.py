"""Columns, tables and campus time: what everything else agrees on."""

from fazri_lib.schema.columns import COLUMNS, Column
from fazri_lib.schema.extract_tables import EXTRACT_TABLES, extract_table
from fazri_lib.schema.lake_tables import LAKE_TABLES
from fazri_lib.schema.localtime import local_of, to_local, to_utc, utc_of
from fazri_lib.schema.table import ALWAYS, VERSION, Table

__all__ = [
    "ALWAYS",
    "COLUMNS",
    "EXTRACT_TABLES",
    "LAKE_TABLES",
    "VERSION",
    "Column",
    "Table",
    "extract_table",
    "local_of",
    "to_local",
    "to_utc",
    "utc_of",
]
