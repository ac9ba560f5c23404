"""The only code that opens DuckDB, Delta, Spark and files of the lake and the extract."""

from fazri_lib.store.array_file import SUFFIX as ARRAYS
from fazri_lib.store.engine import (
    EngineName,
    count,
    from_arrow,
    from_frame,
    held,
    open_duckdb,
    open_spark,
    read_parquet,
    to_arrow,
    to_frame,
)
from fazri_lib.store.extract import Extract
from fazri_lib.store.kept_tables import keep_tables, kept_tables
from fazri_lib.store.lake import Lake
from fazri_lib.store.lock import writer_lock
from fazri_lib.store.manifest import Basis, Manifest, Part
from fazri_lib.store.publish import Publisher, Stale

__all__ = [
    "ARRAYS",
    "Basis",
    "EngineName",
    "Extract",
    "Lake",
    "Manifest",
    "Part",
    "Publisher",
    "Stale",
    "count",
    "from_arrow",
    "from_frame",
    "held",
    "keep_tables",
    "kept_tables",
    "open_duckdb",
    "open_spark",
    "read_parquet",
    "to_arrow",
    "to_frame",
    "writer_lock",
]
