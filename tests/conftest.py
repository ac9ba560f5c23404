"""Engines for tests of relational functions, and the way of rows into and out of them."""

from __future__ import annotations

import itertools
import os
import shutil
from typing import TYPE_CHECKING, Any

import ibis
import pandas as pd
import pyarrow as pa
import pytest
from ibis.formats.pyarrow import PyArrowData

from fazri_lib.schema import EXTRACT_TABLES, LAKE_TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import ibis.expr.types as ir
    from ibis.backends import BaseBackend
    from operations import PostgresDatabases, SqliteFiles

    from fazri_lib.schema import Table
    from fazri_lib.store.operations import Operations

ENGINES = {"duck", "spark", "engine", "backend"}
SERVED = {"serving", "browser", "test_board_browser.py"}
"""Folders and files of tests that start Panel in this process: it changes what Bokeh takes for the current document."""
CHROMIUM = "/usr/bin/chromium"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
_NUMBERS = itertools.count()

SPARK_OPTIONS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.ansi.enabled": "true",
    "spark.driver.memory": "2g",
}


def pytest_configure(config: pytest.Config) -> None:
    """List the warnings of third parties that are not ours to fix, each with its reason."""
    for line in (
        "ignore:unclosed <socket.*127\\.0\\.0\\.1:ResourceWarning",  # py4j leaves its sockets to Java to the collector
        "ignore:unclosed running multiprocessing pool:ResourceWarning",  # as above, at the end of the session
        "ignore:subprocess \\d+ is still running:ResourceWarning",  # PySpark's Java lives until the session ends
    ):
        config.addinivalue_line("filterwarnings", line)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what evaluates expressions: compiling them takes the time that plain `pytest` should not."""
    for item in items:
        if ENGINES & set(getattr(item, "fixturenames", ())):
            item.add_marker("engine")
        if SERVED & {item.path.name, item.path.parent.name}:
            item.add_marker("served")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's Chromium, one for all tests of a process; without it they skip, in CI they fail. Mark them `browser`."""
    if not os.path.exists(CHROMIUM):  # noqa: PTH110 - a plain path
        (pytest.fail if os.environ.get("CI") else pytest.skip)("Chromium is not installed")
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def duck() -> Iterator[BaseBackend]:
    """An Ibis backend on DuckDB in memory; tables loaded into it have names of their own."""
    backend = ibis.duckdb.connect(threads=2)
    yield backend
    backend.disconnect()


@pytest.fixture(scope="session")
def spark() -> Iterator[BaseBackend]:
    """An Ibis backend on a local Spark session; without Java it skips, in CI it fails. Mark its tests `spark`."""
    if shutil.which("java") is None:
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing("Java is not installed")
    sql = pytest.importorskip("pyspark.sql", reason="PySpark is not installed")
    builder = sql.SparkSession.builder.master("local[2]").appName("fazri-tests")
    for key, value in SPARK_OPTIONS.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield ibis.pyspark.connect(session)
    session.stop()


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory) -> SqliteFiles:
    """SQLite files with the tables of the operations database: `sqlite_files.new()` is the URL of another one."""
    from operations import SqliteFiles

    return SqliteFiles(tmp_path_factory.mktemp("operations"))


@pytest.fixture(scope="session")
def postgres_databases(tmp_path_factory) -> Iterator[PostgresDatabases]:
    """The same on a PostgreSQL server of our own; without its programs it skips, in CI it fails."""
    from operations import PostgresDatabases, running_postgres

    with running_postgres() as url:
        yield PostgresDatabases(url, tmp_path_factory.mktemp("postgres"))


@pytest.fixture(params=["sqlite_files", pytest.param("postgres_databases", marks=pytest.mark.postgres)])
def databases(request: pytest.FixtureRequest) -> SqliteFiles | PostgresDatabases:
    """Operations databases of each engine in turn: `databases.new()` is the URL of one with tables."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def operations(databases, tmp_path) -> Iterator[Operations]:
    """An open, empty operations database of each engine in turn."""
    from fazri_lib.store.operations import open_operations

    with open_operations(databases.new(), tmp_path) as opened:
        yield opened


@pytest.fixture(params=["duck", pytest.param("spark", marks=pytest.mark.spark)])
def engine(request: pytest.FixtureRequest) -> BaseBackend:
    """Each engine in turn."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="session")
def load_into() -> Callable[..., ir.Table]:
    """`load_into(backend, rows, table="")`: rows as an Ibis table of that backend.

    `rows` is a pandas frame, an Arrow table or a list of dicts; `table` names an extract (or `lake.`) table whose
    columns, order and types it then has, missing columns empty.
    """
    return _load_into


@pytest.fixture
def load(engine: BaseBackend) -> Callable[..., ir.Table]:
    """`load(rows, table="")`: the same, into the engine of the test."""

    def load_rows(rows: Any, table: str = "") -> ir.Table:
        return _load_into(engine, rows, table)

    return load_rows


@pytest.fixture(scope="session")
def collect() -> Callable[[ir.Table], pa.Table]:
    """`collect(expr)`: the rows of an expression as Arrow, on whichever engine it stands."""
    return _collect


@pytest.fixture(scope="session")
def rows_of() -> Callable[[ir.Table], list[dict[str, Any]]]:
    """`rows_of(expr)`: the rows of an expression as dicts, in the order of all their values."""

    def sorted_rows(expr: ir.Table) -> list[dict[str, Any]]:
        return sorted(
            _collect(expr).to_pylist(), key=lambda row: [(value is None, str(value)) for value in row.values()]
        )

    return sorted_rows


def _load_into(backend: BaseBackend, rows: Any, table: str = "") -> ir.Table:
    arrow = _arrow(rows, table)
    name = f"loaded_{next(_NUMBERS)}"
    if backend.name == "pyspark":
        backend._session.createDataFrame(arrow).createOrReplaceTempView(name)
        return backend.table(name)
    return backend.create_table(name, arrow)


def _arrow(rows: Any, table: str) -> pa.Table:
    if table and isinstance(rows, list):
        return pa.Table.from_pylist(rows, schema=_contract(table).arrow_schema)
    arrow = rows if isinstance(rows, pa.Table) else pa.Table.from_pandas(pd.DataFrame(rows), preserve_index=False)
    if not table:
        return arrow
    schema = _contract(table).arrow_schema
    columns = [arrow[f.name] if f.name in arrow.column_names else pa.nulls(arrow.num_rows, f.type) for f in schema]
    return pa.table(columns, names=schema.names).cast(schema)


def _contract(table: str) -> Table:
    return LAKE_TABLES[table.removeprefix("lake.")] if table.startswith("lake.") else EXTRACT_TABLES[table]


def _collect(expr: ir.Table) -> pa.Table:
    backend = expr._find_backend(use_default=True)
    if backend.name != "pyspark":
        return expr.to_pyarrow()
    # PySpark's way through pandas warns on pandas 3, and makes floats of integers with gaps
    return PyArrowData.convert_table(backend._session.sql(backend.compile(expr)).toArrow(), expr.schema())
