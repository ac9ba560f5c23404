"""What a table is: its columns, which are never empty, how its rows are ordered, which are personal."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
import ibis.expr.datatypes as dtypes
import ibis.expr.types as ir
import pyarrow as pa

from fazri_lib.schema.columns import COLUMNS, Column

if TYPE_CHECKING:
    import pandas as pd

ALWAYS = dt.datetime(1970, 1, 1)
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
        given = self.ibis_schema.to_pyarrow()
        return pa.schema(
            [field.with_type(pa.timestamp("us")) if pa.types.is_timestamp(field.type) else field for field in given]
        )

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
        known = pa.Table.from_pandas(
            frame[given], schema=pa.schema([schema.field(name) for name in given]), preserve_index=False
        )
        arrays = [
            known.column(field.name) if field.name in given else pa.nulls(len(frame), field.type) for field in schema
        ]
        return pa.Table.from_arrays(arrays, schema=schema)
