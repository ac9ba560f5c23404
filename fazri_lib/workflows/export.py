"""One extract table as of a moment, to a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
import xlsxwriter

from fazri_lib.access import pseudonym
from fazri_lib.errors import FazriError, UnknownNameError, nearest
from fazri_lib.schema import VERSION, extract_table
from fazri_lib.store import Extract, to_arrow
from fazri_lib.workflows.moments import table_at

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

    from fazri_lib.settings import Settings

_XLSX_ROWS = 1_048_575


def export(
    home: Path,
    settings: Settings,
    table: str,
    out: Path,
    *,
    as_of: dt.datetime | None = None,
    where: Mapping[str, str] | None = None,
) -> int:
    """Write an extract table as it was known at `as_of`, sorted as its contract says; return its number of rows.

    Instants are written with their zone (UTC), the columns that only serve the views (`superseded_at`) left out. Beside
    each `entity_id` stands the `pseudonym` by which pages and notebooks name the same entity.

    Args:
        home: campus folder.
        settings: its settings.
        table: name of an extract table.
        out: file ending in .csv, .parquet or .xlsx.
        as_of: UTC without a zone; default: the extract's own moment.
        where: column and the value that it must have.

    Raises:
        UnknownNameError: no such table or column.
        NotPublishedError: nothing is published, or `as_of` is later than the extract.
        FazriError: another ending, a folder that is not there, or more rows than a worksheet holds.
    """
    writer = _WRITERS.get(out.suffix)
    if writer is None:
        raise FazriError(
            f"cannot write {out.name}: expected a file ending in {', '.join(_WRITERS)}; give --out such a name"
        )
    if not out.parent.is_dir():
        raise FazriError(f"cannot write {out.name}: expected the folder to exist, it does not; make it first")
    contract = extract_table(table)
    with Extract.open(home / "state", settings.storage.memory_limit, settings.storage.threads) as extract:
        rows = _chosen(table_at(extract, settings, table, as_of), table, where or {})
        data = _with_labels(to_arrow(extract.backend, rows.order_by(*contract.order)), settings)
    temporary = out.with_name(f".{out.name}.tmp")
    writer(_with_zone(data), temporary)
    temporary.replace(out)
    return int(data.num_rows)


def _chosen(rows: ir.Table, table: str, where: Mapping[str, str]) -> ir.Table:
    for column, value in where.items():
        if column not in rows.columns:
            raise UnknownNameError(
                f"no column {column} in {table}{nearest(column, rows.columns)}; it has {', '.join(rows.columns)}"
            )
        rows = rows.filter(rows[column].cast("string") == ibis.literal(value))
    return rows.drop(VERSION[1]) if VERSION[1] in rows.columns else rows


def _with_labels(data: pa.Table, settings: Settings) -> pa.Table:
    """Pseudonyms beside entity ids, as pages show them."""
    if "entity_id" not in data.column_names:
        return data
    key = settings.pseudonym_key.get_secret_value() if settings.pseudonym_key else ""
    coded = data["entity_id"].combine_chunks().dictionary_encode()
    labels = pa.array([pseudonym(entity_id, key) for entity_id in coded.dictionary.to_pylist()], pa.string())
    place = data.column_names.index("entity_id") + 1
    return data.add_column(place, "pseudonym", labels.take(coded.indices))


def _with_zone(data: pa.Table) -> pa.Table:
    """Instants get their zone, campus times stay as the clocks showed them."""
    fields = [
        field.with_type(pa.timestamp("us", "UTC"))
        if pa.types.is_timestamp(field.type) and not field.name.startswith("local_")
        else field
        for field in data.schema
    ]
    return data.cast(pa.schema(fields))


def _write_csv(data: pa.Table, path: Path) -> None:
    pyarrow.csv.write_csv(_plain(data), path, pyarrow.csv.WriteOptions(quoting_style="needed"))


def _write_parquet(data: pa.Table, path: Path) -> None:
    pyarrow.parquet.write_table(data, path, compression="zstd")


def _write_xlsx(data: pa.Table, path: Path) -> None:
    if data.num_rows > _XLSX_ROWS:
        raise FazriError(
            f"{data.num_rows} rows do not fit a worksheet; expected at most {_XLSX_ROWS}; use --where, .csv or .parquet"
        )
    columns = [column.to_pylist() for column in _plain(data).columns]
    with xlsxwriter.Workbook(
        path, {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}
    ) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        for place, (name, values) in enumerate(zip(data.column_names, columns, strict=True)):
            sheet.write_column(0, place, [name, *(_cell(value) for value in values)])


def _cell(value: object) -> object:
    exact = 2**53
    return str(value) if isinstance(value, int) and abs(value) > exact else value


def _plain(data: pa.Table) -> pa.Table:
    """Instants, dates and lists as text, as both CSV and a worksheet show them."""
    columns = []
    for field, column in zip(data.schema, data.columns, strict=True):
        if pa.types.is_timestamp(field.type):
            columns.append(
                pc.strftime(
                    _whole_seconds(column), format="%Y-%m-%dT%H:%M:%SZ" if field.type.tz else "%Y-%m-%dT%H:%M:%S"
                )
            )
        elif pa.types.is_list(field.type):
            columns.append(
                pa.chunked_array(
                    [[None if item is None else ";".join(map(str, item)) for item in column.to_pylist()]], pa.string()
                )
            )
        elif pa.types.is_date(field.type):
            columns.append(column.cast(pa.string()))
        else:
            columns.append(column)
    return pa.table(columns, names=data.column_names)


def _whole_seconds(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Drop the fraction where no value has one, so that it is not written."""
    seconds = pc.floor_temporal(column, unit="second")
    return column.cast(pa.timestamp("s", column.type.tz)) if seconds.equals(column) else column


_WRITERS = {".csv": _write_csv, ".parquet": _write_parquet, ".xlsx": _write_xlsx}
