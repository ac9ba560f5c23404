"""The only code that opens DuckDB, Delta, Spark and files of the lake and the extract."""

from fazri_lib.store.engine import EngineName, count, held, open_duckdb, open_spark, read_parquet, to_arrow
from fazri_lib.store.extract import Extract
from fazri_lib.store.lake import Lake
from fazri_lib.store.lock import writer_lock
from fazri_lib.store.manifest import Manifest, Part
from fazri_lib.store.publish import Publisher

__all__ = [
    "EngineName",
    "Extract",
    "Lake",
    "Manifest",
    "Part",
    "Publisher",
    "count",
    "held",
    "open_duckdb",
    "open_spark",
    "read_parquet",
    "to_arrow",
    "writer_lock",
]
