"""Canonical rows on their way into a table of the lake."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from fazri_lib.schema import LAKE_TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend

_BATCH_ROWS = 1 << 18
KEYS = {
    "observations": "observation_id",
    "embeddings": "observation_id",
    "records": "record_id",
    "record_identifiers": "record_id",
}
"""Column by which rows that the lake already has are known."""


@dataclass(frozen=True, slots=True)
class Load:
    """Rows for one table of the lake.

    Attributes:
        name: the lake table.
        table: the columns that differ from row to row.
        constants: columns that are the same in every row.
        copies: columns that equal another one.
    """

    name: str
    table: ir.Table
    constants: Mapping[str, Any] = field(default_factory=dict)
    copies: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Column by which rows that the lake already has are known."""
        return KEYS[self.name]

    def without(self, known: ir.Table) -> Load:
        """Return the rows whose key `known` does not have."""
        return replace(self, table=self.table.anti_join(known, self.key))

    def reader(self, backend: Backend) -> pa.RecordBatchReader:
        """Return the rows as Arrow batches in the lake's columns; constants are added here, where they cost nothing."""
        schema = LAKE_TABLES[self.name].arrow_schema
        backend._run_pre_execute_hooks(self.table)  # noqa: SLF001 - Ibis streams by a call that DuckDB has deprecated
        varying = backend.raw_sql(backend.compile(self.table)).to_arrow_reader(_BATCH_ROWS)
        return pa.RecordBatchReader.from_batches(schema, self._completed(varying, schema))

    def _completed(self, batches: pa.RecordBatchReader, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            columns = []
            for item in schema:
                name = self.copies.get(item.name, item.name)
                if name in self.constants:
                    columns.append(pa.repeat(pa.scalar(self.constants[name], item.type), batch.num_rows))
                else:
                    columns.append(batch.column(name).cast(item.type))
            yield pa.record_batch(columns, schema=schema)
