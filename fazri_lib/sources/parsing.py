"""One file from its bytes to rows of the lake: scan, read, stage, prove, check, name."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fazri_lib.sources.delimited import delimited
from fazri_lib.sources.directory import embedded, identifiers, recorded
from fazri_lib.sources.faults import FAULT, quarantine
from fazri_lib.sources.json_lines import json_lines
from fazri_lib.sources.observed import Canonical, observed
from fazri_lib.sources.scan import as_utf8, scan
from fazri_lib.sources.staging import IDENTITY, ROW, Staged, staging
from fazri_lib.sources.typed import parquet, workbook

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator
    from pathlib import Path

    import ibis.expr.types as ir
    import pyarrow as pa
    from ibis.backends.duckdb import Backend

    from fazri_lib.sources.contract import Contract
    from fazri_lib.sources.reference import Reference
    from fazri_lib.sources.rows import Rows


@dataclass(frozen=True, slots=True)
class Campus:
    """What parsing needs to know of the campus: its places and its time zone."""

    reference: Reference
    time_zone: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file as rows of the lake.

    Attributes:
        tables: per lake table its rows, in the order in which they must be appended.
        quarantine: rows that were put aside, as the lake's `quarantine`.
        rows_read: data rows in the file.
        span: first and last time in the file as it writes them; None without any.
    """

    tables: dict[str, ir.Table]
    quarantine: pa.Table
    rows_read: int
    span: tuple[dt.datetime, dt.datetime] | None


@contextmanager
def parsing(backend: Backend, path: Path, contract: Contract, campus: Campus, scratch: Path) -> Iterator[Parsed]:
    """Parse a file; its rows can be read as long as the context lasts.

    Args:
        backend: DuckDB, to stage it in.
        path: the file.
        contract: how it is read; not of kind reference.
        campus: places and time zone.
        scratch: folder for intermediate files.

    Raises:
        FileRefusedError: the file is unusable as a whole.
        ContractError: the contract names a zone that there is not.
    """
    rows = rows_of(backend, path, contract, scratch)
    with staging(backend, rows, contract, path.name) as staged:
        yield _parsed(staged, campus)


def rows_of(backend: Backend, path: Path, contract: Contract, scratch: Path) -> Rows:
    """Return the rows of a file of any format; arguments and errors as of `parsing`."""
    form = contract.format_of(path)
    if form == "parquet":
        return parquet(path, contract, path.name)
    if form == "xlsx":
        return workbook(path, contract, path.name)
    text = as_utf8(path, contract.encoding, scratch)
    if form == "jsonl":
        return json_lines(backend, scan(text, path.name, quote=""), contract, path.name, scratch)
    return delimited(scan(text, path.name, contract.quote), contract, path.name, is_tsv=form == "tsv")


def _parsed(staged: Staged, campus: Campus) -> Parsed:
    kind = staged.contract.kind
    if kind == "directory":
        rows = recorded(staged, campus.time_zone)
        tables = {"record_identifiers": identifiers(staged, campus.time_zone, rows), "records": rows.sound("records")}
    elif kind == "embedding":
        rows = embedded(staged, campus.time_zone)
        tables = {"embeddings": rows.sound("embeddings")}
    else:
        rows = observed(staged, campus.reference, campus.time_zone)
        tables = {"observations": rows.sound("observations")}
    return Parsed(tables, _put_aside(staged, rows), staged.count + len(staged.rows.rejects), rows.span)


def _put_aside(staged: Staged, rows: Canonical) -> pa.Table:
    return quarantine(staged, rows.table.select(ROW, IDENTITY, FAULT, "known_at"), rows.checks)
