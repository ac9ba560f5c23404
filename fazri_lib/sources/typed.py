"""Parquet files and workbooks as Arrow batches; their times stay times."""

from __future__ import annotations

import datetime as dt
import zipfile
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
from python_calamine import CalamineError, CalamineWorkbook

from fazri_lib.errors import FileRefusedError, nearest
from fazri_lib.sources.rows import TIMESTAMP, Rows, as_raw, coded, named, positions

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import Any

    from fazri_lib.sources.contract import Contract

_BATCH_ROWS = 1 << 17


def parquet(path: Path, contract: Contract, name: str) -> Rows:
    """Return the rows of a Parquet file.

    Raises:
        FileRefusedError: it is no Parquet file, or a column is missing or nested.
    """
    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise FileRefusedError(f"{name}: is no readable Parquet file; expected one; export it again") from error
    positions(file.schema_arrow.names, contract, name)
    for column in contract.file_columns:
        if pa.types.is_struct(file.schema_arrow.field(column).type):
            raise FileRefusedError(f"{name}: column {column} is nested; expected plain values; flatten it")
    return Rows(contract.file_columns, _parquet_batches(file, contract))


def _parquet_batches(file: pq.ParquetFile, contract: Contract) -> Iterator[pa.RecordBatch]:
    with file:
        for batch in file.iter_batches(_BATCH_ROWS, columns=list(contract.file_columns)):
            yield _batch({column: batch.column(column) for column in contract.file_columns}, contract)


def workbook(path: Path, contract: Contract, name: str) -> Rows:
    """Return the rows of one sheet of a workbook; empty rows at its end are none.

    Raises:
        FileRefusedError: it is no workbook, the sheet is missing or empty, or a column is missing.
    """
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            sheet = contract.sheet or book.sheet_names[0]
            if sheet not in book.sheet_names:
                raise FileRefusedError(
                    f"{name}: has no sheet {sheet}{nearest(sheet, book.sheet_names)}; mend `sheet` in {contract.origin}"
                )
            table = book.get_sheet_by_name(sheet).to_python(skip_empty_area=True)
    except (CalamineError, zipfile.BadZipFile, OSError) as error:
        raise FileRefusedError(f"{name}: is no readable workbook; expected XLSX; export it again") from error
    if not table:
        raise FileRefusedError(f"{name}: sheet {sheet} is empty; expected a header and rows; export it again")
    places = positions([str(cell) for cell in table[0]], contract, name)
    cells = list(zip(*table[1:], strict=True)) or [()] * len(table[0])
    columns = {
        column: _column(cells[place], is_time=column in contract.time_columns)
        for column, place in zip(contract.file_columns, places, strict=True)
    }
    return Rows(contract.file_columns, iter([_batch(columns, contract)] if table[1:] else []))


def _column(cells: Sequence[Any], *, is_time: bool) -> pa.Array:
    """Return cells as timestamps when all that are filled are, else as text."""
    if is_time and all(isinstance(cell, dt.date) for cell in cells if cell != ""):
        return pa.array([None if cell == "" else _midnight(cell) for cell in cells], TIMESTAMP)
    return pa.array([_text(cell) for cell in cells], pa.string())


def _midnight(cell: dt.date) -> dt.datetime:
    return cell if isinstance(cell, dt.datetime) else dt.datetime.combine(cell, dt.time())


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.date):
        return str(cell)
    return str(cell)


def _batch(columns: dict[str, pa.Array], contract: Contract) -> pa.RecordBatch:
    dictionaries, times = coded(contract), contract.time_columns
    return pa.record_batch(
        {
            named(at): as_raw(columns[column], is_time=column in times, is_coded=column in dictionaries)
            for at, column in enumerate(contract.file_columns)
        }
    )
