"""Rows as files: CSV, TSV, JSON lines, Parquet and workbooks, as a contract reads them."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import xlsxwriter

from fazri_lib.errors import ContractError, FazriError
from fazri_lib.sources.likeness.layout import in_order

if TYPE_CHECKING:
    from pathlib import Path

    from fazri_lib.sources.contract import Contract

_XLSX_ROWS = 1_048_575
_MADE_AT = dt.datetime(2000, 1, 1)
"""Workbooks say when they were made; a copy must be the same whenever it is."""


class RowFile(Protocol):
    """A file that grows by tables of texts."""

    def write(self, rows: pa.Table) -> None:
        """Append rows."""

    def close(self) -> None:
        """Finish the file."""


def open_file(contract: Contract, path: Path) -> RowFile:
    """Return the file of a contract, to be written.

    Raises:
        ContractError: rows cannot be written as the contract reads them.
    """
    form = contract.format_of(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    if form == "parquet":
        return _ParquetFile(contract, path)
    if form == "xlsx":
        return _Workbook(contract, path)
    return _JsonLines(contract, path) if form == "jsonl" else _Delimited(contract, path, is_tsv=form == "tsv")


class _Delimited:
    def __init__(self, contract: Contract, path: Path, *, is_tsv: bool) -> None:
        self._delimiter = contract.delimiter or ("\t" if is_tsv else ",")
        self._quote, self._encoding = contract.quote, contract.encoding
        self._file = path.open("wb")
        header = pa.table({str(at): [name] for at, name in enumerate(in_order(contract))})
        self.write(header)
        self._encoding = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le"}.get(contract.encoding, contract.encoding)

    def write(self, rows: pa.Table) -> None:
        """Append rows."""
        if rows.num_rows:
            cells = [self._cell(column) for column in rows.columns]
            _write_lines(self._file, pc.binary_join_element_wise(*cells, self._delimiter), self._encoding)

    def close(self) -> None:
        """Finish the file."""
        self._file.close()

    def _cell(self, column: pa.ChunkedArray) -> pa.ChunkedArray:
        text = pc.replace_substring_regex(pc.fill_null(column, ""), r"[\r\n]+", " ")
        if not self._quote:
            return pc.replace_substring(text, self._delimiter, " ")
        special = pc.or_(pc.match_substring(text, self._delimiter), pc.match_substring(text, self._quote))
        doubled = pc.replace_substring(text, self._quote, self._quote * 2)
        return pc.if_else(special, pc.binary_join_element_wise(self._quote, doubled, self._quote, ""), text)


class _JsonLines:
    def __init__(self, contract: Contract, path: Path) -> None:
        self._columns, self._pieces = _skeleton(contract)
        self._encoding = contract.encoding
        self._file = path.open("wb")

    def write(self, rows: pa.Table) -> None:
        """Append rows."""
        if rows.num_rows:
            parts = [self._pieces[0]]
            for column, piece in zip(rows.select(self._columns).columns, self._pieces[1:], strict=True):
                parts += [_json(column), piece]
            _write_lines(self._file, pc.binary_join_element_wise(*parts, ""), self._encoding)

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


class _ParquetFile:
    def __init__(self, contract: Contract, path: Path) -> None:
        schema = pa.schema([(name, pa.string()) for name in in_order(contract)])
        self._file = pq.ParquetWriter(path, schema, compression="zstd")
        self._schema = schema

    def write(self, rows: pa.Table) -> None:
        """Append rows."""
        self._file.write_table(rows.cast(self._schema).combine_chunks())

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


class _Workbook:
    def __init__(self, contract: Contract, path: Path) -> None:
        self._contract, self._path = contract, path
        self._tables: list[pa.Table] = []

    def write(self, rows: pa.Table) -> None:
        """Append rows."""
        self._tables.append(rows)
        if sum(len(table) for table in self._tables) > _XLSX_ROWS:
            raise FazriError(
                f"{self._path.name}: more rows than a worksheet holds; expected at most {_XLSX_ROWS}; "
                "give fewer --people or --days"
            )

    def close(self) -> None:
        """Write the workbook."""
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        with xlsxwriter.Workbook(self._path, options) as book:
            book.set_properties({"created": _MADE_AT})
            sheet = book.add_worksheet(self._contract.sheet or "Sheet1")
            for place, name in enumerate(in_order(self._contract)):
                cells = [value for table in self._tables for value in table.column(name).to_pylist()]
                sheet.write_column(0, place, [name, *cells])


def _write_lines(file: BinaryIO, lines: pa.ChunkedArray, encoding: str) -> None:
    text = "\n".join(lines.to_pylist()) + "\n"
    file.write(text.encode(encoding, errors="replace"))


def _json(column: pa.ChunkedArray) -> pa.ChunkedArray:
    escaped = pc.replace_substring(pc.replace_substring(column, "\\", "\\\\"), '"', '\\"')
    return pc.fill_null(
        pc.binary_join_element_wise('"', pc.replace_substring_regex(escaped, r"[\x00-\x1f]+", " "), '"', ""), "null"
    )


def _skeleton(contract: Contract) -> tuple[list[str], list[str]]:
    """Return the columns in the order of a line, and the text around their values; $.reader.name becomes objects.

    Raises:
        ContractError: a path that is more than names.
    """
    nested: dict[str, Any] = {}
    marks = {}
    for at, column in enumerate(in_order(contract)):
        keys = column[2:].split(".") if column.startswith("$.") else [column]
        if column.startswith("$") and (not column.startswith("$.") or any(not key.isidentifier() for key in keys)):
            raise ContractError(
                f"{contract.origin}: path {column}; expected names as $.reader.name; a copy cannot be written by it"
            )
        place = nested
        for key in keys[:-1]:
            place = place.setdefault(key, {})
        place[keys[-1]] = f"\0{at}\0"
        marks[f'"\\u0000{at}\\u0000"'] = column
    text = json.dumps(nested, ensure_ascii=False)
    ordered, pieces = sorted(marks, key=text.index), []
    for mark in ordered:
        before, _, text = text.partition(mark)
        pieces.append(before)
    return [marks[mark] for mark in ordered], [*pieces, text]
