"""One file from its bytes to rows of the lake: scan, read, stage, prove, check, name."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from fazri_lib.sources.delimited import delimited
from fazri_lib.sources.directory import embedded, identifiers, recorded
from fazri_lib.sources.faults import put_aside
from fazri_lib.sources.json_lines import json_lines
from fazri_lib.sources.observed import observed
from fazri_lib.sources.scan import as_utf8, scan
from fazri_lib.sources.staging import Staged, staging
from fazri_lib.sources.typed import parquet, workbook

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import pyarrow as pa
    from ibis.backends.duckdb import Backend

    from fazri_lib.sources.contract import Contract
    from fazri_lib.sources.loads import Load
    from fazri_lib.sources.reference import Reference
    from fazri_lib.sources.rows import Rows


_LAKE_TABLES = {"directory": "records", "embedding": "embeddings"}


@dataclass(frozen=True, slots=True)
class Campus:
    """What parsing needs to know of the campus: its places and its time zone."""

    reference: Reference
    time_zone: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file as rows of the lake.

    Attributes:
        loads: rows for tables of the lake, in the order in which they must be appended.
        quarantine: rows that were put aside, as the lake's `quarantine`.
        rows_read: data rows in the file.
        span: first and last time in the file as it writes them; None without any.
    """

    loads: tuple[Load, ...]
    quarantine: pa.Table
    rows_read: int
    span: tuple[dt.datetime, dt.datetime] | None


@contextmanager
def parsing(
    backend: Backend, path: Path, contract: Contract, campus: Campus, scratch: Path, name: str = ""
) -> Iterator[Parsed]:
    """Parse a file; its rows can be read as long as the context lasts.

    Args:
        backend: DuckDB, to stage it in.
        path: the file.
        contract: how it is read; not of kind reference.
        campus: places and time zone.
        scratch: folder for intermediate files.
        name: name of the file in messages and quarantine; by default its last part.

    Raises:
        FileRefusedError: the file is unusable as a whole.
        ContractError: the contract names a zone that there is not.
    """
    read = reader_of(backend, path, contract, scratch, name)
    with staging(backend, read, contract, name or path.name) as staged:
        yield _parsed(staged, campus)


def reader_of(backend: Backend, path: Path, contract: Contract, scratch: Path, name: str = "") -> Callable[[], Rows]:
    """Return what reads the rows of a file of any format, from the start each time; as `parsing`."""
    form, name = contract.format_of(path), name or path.name
    if form == "parquet":
        return partial(parquet, path, contract, name)
    if form == "xlsx":
        return partial(workbook, path, contract, name)
    text = as_utf8(path, contract.encoding, scratch)
    if form == "jsonl":
        return partial(json_lines, backend, scan(text, name, quote=""), contract, name, scratch)
    return partial(delimited, scan(text, name, contract.quote), contract, name, is_tsv=form == "tsv")


def _parsed(staged: Staged, campus: Campus) -> Parsed:
    kind = staged.contract.kind
    if kind == "directory":
        rows = recorded(staged, campus.time_zone)
    elif kind == "embedding":
        rows = embedded(staged, campus.time_zone)
    else:
        rows = observed(staged, campus.reference, campus.time_zone)
    broken, quarantine = put_aside(staged, rows.faults, rows.checks)
    loads = [rows.load(_LAKE_TABLES.get(kind, "observations"), broken)]
    if kind == "directory":
        loads.insert(0, identifiers(staged, campus.time_zone, rows.span, broken))
    return Parsed(tuple(loads), quarantine, staged.count + len(staged.rows.rejects), rows.span)
