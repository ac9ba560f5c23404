"""JSON lines: the keys that the contract names, taken out by DuckDB, never line by line in Python."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa
import pyarrow.parquet as pq

from fazri_lib.sources.delimited import lines
from fazri_lib.sources.duckdb_functions import json_extract_string, json_type, json_valid
from fazri_lib.sources.rows import Rows, as_raw, coded, named, setting_aside

if TYPE_CHECKING:
    from pathlib import Path

    import ibis.expr.types as ir
    from ibis.backends.duckdb import Backend

    from fazri_lib.sources.contract import Contract
    from fazri_lib.sources.scan import Scan

_BROKEN = "broken"


def json_lines(backend: Backend, scan: Scan, contract: Contract, name: str, scratch: Path) -> Rows:
    """Return the rows of a JSON lines file; a key that a line lacks is empty there, a broken line is set aside."""
    text = lines(scan, name)
    extracted = scratch / f"{scan.path.name}.parquet"
    stream = ibis.util.gen_name("lines")
    reader = pa.RecordBatchReader.from_batches(pa.schema([(named(0), pa.string())]), text.batches)
    backend.con.register(stream, reader)
    try:
        backend.to_parquet(_taken_out(backend.table(stream), contract), extracted)
    finally:
        backend.con.unregister(stream)
    dictionaries = coded(contract)
    rows = Rows(contract.file_columns, iter(()), text.rejects)
    rows.batches = (
        pa.record_batch(
            {
                **{
                    named(at): as_raw(batch.column(named(at)), is_time=False, is_coded=column in dictionaries)
                    for at, column in enumerate(contract.file_columns)
                },
                _BROKEN: batch.column(_BROKEN),
            }
        )
        for batch in pq.ParquetFile(extracted).iter_batches(1 << 17)
    )
    return setting_aside(rows, _broken, "the line is no JSON object", drop=_BROKEN)


def _broken(batch: pa.RecordBatch) -> pa.Array | None:
    texts = batch.column(_BROKEN)
    return texts if texts.null_count < len(texts) else None


def _taken_out(text: ir.Table, contract: Contract) -> ir.Table:
    line = text[named(0)]
    is_object = json_valid(line) & (json_type(ibis.ifelse(json_valid(line), line, "null")) == "OBJECT")
    text = text.select(
        line=ibis.ifelse(is_object, line, "{}"), **{_BROKEN: ibis.ifelse(is_object, ibis.null("string"), line)}
    )
    keys = {named(at): json_extract_string(text.line, _path(column)) for at, column in enumerate(contract.file_columns)}
    return text.select(**keys, **{_BROKEN: text[_BROKEN]})


def _path(column: str) -> str:
    """Return the JSON path of a key; a contract may also give a path itself, as $.reader.name."""
    return column if column.startswith("$") else f"$.{json.dumps(column, ensure_ascii=False)}"
