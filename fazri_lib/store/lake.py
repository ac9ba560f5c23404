"""The lake: one Delta table per kind of record, append-only, versioned, observations partitioned by local day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from urllib.parse import unquote

import pyarrow as pa
from deltalake import ColumnProperties, DeltaTable, WriterProperties, write_deltalake

from fazri_lib.schema import LAKE_TABLES
from fazri_lib.store.engine import read_parquet

if TYPE_CHECKING:
    from pathlib import Path

    import ibis.expr.types as ir
    from ibis.backends.sql import SQLBackend

PARTITIONED_BY = {"observations": ["local_date"]}
_COMPACT_FROM = 16  # files of one local day; reading slows down from about there on
Days = tuple[dt.date, dt.date]


class Lake:
    """The Delta tables under one folder.

    Args:
        root: the folder; made by the first append.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def version(self, name: str) -> int:
        """Return the version of a table, -1 when it does not exist yet."""
        return self._open(name).version() if self._exists(name) else -1

    def append(self, name: str, rows: pa.Table | pa.RecordBatchReader) -> None:
        """Add rows in one atomic commit: after a kill either all of them are there or none.

        Args:
            name: a table of `schema.LAKE_TABLES`.
            rows: its columns, in its order.
        """
        table = LAKE_TABLES[name]
        data = rows.combine_chunks() if isinstance(rows, pa.Table) else rows  # a chunked table would lose its order
        hidden = {column: ColumnProperties(statistics_enabled="NONE") for column in table.personal}
        write_deltalake(
            self._path(name),
            data,
            mode="append",
            partition_by=PARTITIONED_BY.get(name),
            configuration={
                "delta.dataSkippingStatsColumns": ",".join(c for c in table.required if c not in table.personal)
            },
            writer_properties=WriterProperties(compression="ZSTD", column_properties=hidden),
        )

    def read(self, backend: SQLBackend, name: str, dates: Days | None = None) -> ir.Table:
        """Return a table as it is now; empty, but typed, when nothing was loaded yet.

        Args:
            backend: engine that scans it.
            name: a table of `schema.LAKE_TABLES`.
            dates: first and last local day wanted, of a table partitioned by day.
        """
        schema = LAKE_TABLES[name].ibis_schema
        if name not in PARTITIONED_BY:
            return read_parquet(backend, self._files(name), schema)
        stored = {column: kind for column, kind in schema.items() if column not in PARTITIONED_BY[name]}
        rows = read_parquet(backend, self._files(name, dates), type(schema)(stored))
        return rows.mutate(local_date=rows.local_ts.date()).select(*schema.names)

    def compact(self) -> None:
        """Join the many small files of local days into one each; contents stay as they are."""
        if not self._exists("observations"):
            return
        counts: dict[str, int] = {}
        for day in self._open("observations").get_add_actions(flatten=True).column("partition.local_date").to_pylist():
            counts[str(day)] = counts.get(str(day), 0) + 1
        for day, files in counts.items():
            if files >= _COMPACT_FROM:
                self._open("observations").optimize.compact(partition_filters=[("local_date", "=", day)])

    def forget_before(self, day: dt.date) -> None:
        """Delete the observations of all local days before `day`, their files included."""
        if not self._exists("observations"):
            return
        table = self._open("observations")
        table.delete(f"local_date < date '{day.isoformat()}'")
        # always: a run that was killed after its delete may have left the files
        table.vacuum(retention_hours=0, dry_run=False, enforce_retention_duration=False)

    def _path(self, name: str) -> Path:
        return self.root / name

    def _exists(self, name: str) -> bool:
        return DeltaTable.is_deltatable(str(self._path(name)))

    def _open(self, name: str) -> DeltaTable:
        return DeltaTable(str(self._path(name)))

    def _files(self, name: str, dates: Days | None = None) -> list[str]:
        if not self._exists(name):
            return []
        filters = (
            [("local_date", ">=", dates[0].isoformat()), ("local_date", "<=", dates[1].isoformat())] if dates else None
        )
        # Delta writes paths as URLs: a campus folder may have spaces in its name
        return [unquote(uri) for uri in self._open(name).file_uris(file_pruning_predicate=filters)]
