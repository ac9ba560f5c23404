"""The engines that run relational expressions: DuckDB in memory by default, Spark for more than one machine holds."""

from __future__ import annotations

import importlib.util
import os
import weakref
from contextlib import contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.duckdb import Backend as DuckDB
from ibis.formats.pyarrow import PyArrowData

from fazri_lib.errors import DependencyError
from fazri_lib.schema import EXTRACT_TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import pandas as pd
    from ibis.backends.sql import SQLBackend

EngineName = Literal["duckdb", "spark"]


def open_duckdb(memory_limit: str = "4GB", threads: int = 0, temp_dir: Path | None = None) -> DuckDB:
    """Return a DuckDB backend in memory that spills to `temp_dir` and fetches nothing from outside.

    What it spills may be personal, so it never goes to the working directory, where DuckDB itself would put it.

    Args:
        memory_limit: as "4GB".
        threads: 0 takes all cores.
        temp_dir: where it spills; by default a folder of its own among the system's temporary ones, which only this
            user can read and which goes when nobody refers to the backend any more.
    """
    options: dict[str, str | int | bool] = {"memory_limit": memory_limit, "autoinstall_known_extensions": False}
    if threads:
        options["threads"] = threads
    if temp_dir is not None:
        temp_dir.mkdir(parents=True, exist_ok=True)
        return ibis.duckdb.connect(":memory:", temp_directory=str(temp_dir), **options)
    own = TemporaryDirectory(prefix="fazri-", ignore_cleanup_errors=True)
    backend = ibis.duckdb.connect(":memory:", temp_directory=own.name, **options)
    weakref.finalize(backend, own.cleanup)
    return backend


def open_spark(memory: str = "4g", cores: str = "local[*]") -> SQLBackend:
    """Return a Spark backend in this process, web page off, session time zone UTC.

    Raises:
        DependencyError: PySpark is not installed.
    """
    if importlib.util.find_spec("pyspark") is None:
        raise DependencyError(
            'engine spark: expected PySpark, it is not installed; install fazri[spark] or set engine = "duckdb"'
        )
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an optional part, and slow to import

    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.memory": memory,
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": str(2 * (os.cpu_count() or 1)),
        "spark.log.level": "ERROR",
        "spark.ui.showConsoleProgress": "false",
    }
    builder = SparkSession.builder.master(cores).appName("fazri")
    for key, value in settings.items():
        builder = builder.config(key, value)
    return ibis.pyspark.connect(builder.getOrCreate())


def read_parquet(backend: SQLBackend, paths: Sequence[str], schema: ibis.Schema) -> ir.Table:
    """Return Parquet files as one table of exactly `schema`; without files an empty one.

    Args:
        backend: engine that reads them.
        paths: file paths.
        schema: columns and types; a column that no file has is empty.
    """
    if not paths:
        return from_arrow(backend, schema.to_pyarrow().empty_table(), schema)
    if isinstance(backend, DuckDB):
        table = backend.read_parquet(list(paths), union_by_name=True, hive_partitioning=False)
    else:
        name = ibis.util.gen_name("parquet")
        backend._session.read.option("mergeSchema", "true").parquet(*paths).createOrReplaceTempView(name)  # noqa: SLF001 - Ibis reads one path only
        table = backend.table(name)
    known = table.columns
    return table.select(
        **{column: (table[column] if column in known else ibis.null()).cast(kind) for column, kind in schema.items()}
    )


def from_frame(backend: SQLBackend, name: str, frame: pd.DataFrame) -> ir.Table:
    """Return a frame as an extract table on an engine, in the columns and types of its contract."""
    contract = EXTRACT_TABLES[name]
    return from_arrow(backend, contract.arrow(frame), contract.ibis_schema)


def from_arrow(backend: SQLBackend, rows: pa.Table, schema: ibis.Schema) -> ir.Table:
    """Return rows held in memory as a table of an engine."""
    if isinstance(backend, DuckDB):
        return ibis.memtable(rows, schema=schema)
    name = ibis.util.gen_name("given")  # Ibis's own way goes through pandas, which makes texts of missing values
    backend._session.createDataFrame(rows).createOrReplaceTempView(name)  # noqa: SLF001 - Spark's own Arrow
    return backend.table(name)


@contextmanager
def held(backend: SQLBackend, rows: ir.Table) -> Iterator[ir.Table]:
    """Compute an expression once and hold its rows on the engine until the block ends."""
    name = ibis.util.gen_name("held")
    if isinstance(backend, DuckDB):
        table = backend.create_table(name, rows, temp=True)
        try:
            yield table
        finally:
            backend.drop_table(name)
        return
    # not `cache()`: that keeps the plan, and a plan made of plans that were held grows beyond all memory
    frame = _spark_frame(backend, rows).localCheckpoint()
    frame.createOrReplaceTempView(name)
    try:
        yield backend.table(name)
    finally:
        backend._session.catalog.dropTempView(name)  # noqa: SLF001 - Spark lets go of the rows when nobody names them


def count(backend: SQLBackend, rows: ir.Table) -> int:
    """Return the number of rows of an expression."""
    return int(to_arrow(backend, rows.agg(rows=rows.count())).column(0)[0].as_py())


def to_arrow(backend: SQLBackend, expression: ir.Table) -> pa.Table:
    """Return the rows of an expression, timestamps in microseconds without a zone."""
    if isinstance(backend, DuckDB):
        table = backend.to_pyarrow(expression)
    else:  # Ibis goes through pandas here, which makes floats of integers with gaps
        table = PyArrowData.convert_table(_spark_frame(backend, expression).toArrow(), expression.schema())
    fields = [
        field.with_type(pa.timestamp("us")) if pa.types.is_timestamp(field.type) else field for field in table.schema
    ]
    return table.cast(pa.schema(fields))


def to_frame(backend: SQLBackend, expression: ir.Table) -> pd.DataFrame:
    """Return the rows of an expression as a pandas frame."""
    frame: pd.DataFrame = to_arrow(backend, expression).to_pandas()
    return frame


def _spark_frame(backend: SQLBackend, rows: ir.Table) -> Any:
    from ibis.backends.pyspark.datatypes import PySparkType  # noqa: PLC0415 - needs PySpark, an optional part

    backend._run_pre_execute_hooks(rows)  # noqa: SLF001 - registers tables held in memory, as Ibis's own way does
    frame = backend._session.sql(backend.compile(rows))  # noqa: SLF001 - Spark's own frames
    kinds = rows.schema().items()  # Spark makes decimals of literals such as 0.5; Ibis's own types are meant
    return frame.select(*(frame[column].cast(PySparkType.from_ibis(kind)).alias(column) for column, kind in kinds))
