"""Files of person records: read as texts, one source a file, in the order of their contents."""

from __future__ import annotations

import csv
import tomllib
from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from fazri_lib.errors import ContractError, FileRefusedError, nearest
from fazri_lib.resolution.normal import taken
from fazri_lib.resolution.spec import GUIDE, Spec, read_spec
from fazri_lib.workflows.record_faults import encoding_fault, refused_table, repeated, separator_fault, without_id

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SOURCE = "source"
RECORD_ID = "record_id"


def load_spec(path: Path) -> Spec:
    """Return the spec of a TOML file.

    Raises:
        ContractError: it is no TOML, or contradicts itself.
        FileRefusedError: it is not there.
    """
    if not path.is_file():
        raise FileRefusedError(f"no spec {path.name}; expected a TOML file that says what the columns are; see {GUIDE}")
    try:
        return read_spec(tomllib.loads(path.read_text(encoding="utf-8")), path.name)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ContractError(f"{path.name} is no TOML ({error}); correct it as {GUIDE} shows") from error


def read_records(paths: Sequence[Path], spec: Spec) -> pd.DataFrame:
    """Return the records of all files, sorted by contents, so that the order of files' rows changes nothing.

    Args:
        paths: .csv, .tsv or .parquet files, each one source, named by its stem.
        spec: what their columns are.

    Returns:
        `record_id`, `source` and the spec's columns as texts, None where empty or where a file has no such column.

    Raises:
        FileRefusedError: a file cannot be read, lacks the record id or repeats one, or two files have one stem.
        ContractError: a column of the spec is in no file, or has a name of the output.
    """
    stems = [path.stem for path in paths]
    for stem in stems:
        if stems.count(stem) > 1:
            raise FileRefusedError(f"two files are named {stem}; expected one source a file; rename one of them")
    tables = {path.stem: _read(path, spec) for path in paths}
    known = {name for table in tables.values() for name in table.columns} - {spec.record_id}
    for name in spec.columns():
        if name in {RECORD_ID, SOURCE}:
            raise ContractError(
                f"a field names the column {name}; expected another name, since the output has that one; "
                "rename the column"
            )
        if name not in known:
            where = ", ".join(path.name for path in paths)
            raise ContractError(
                f"no column {name}{nearest(name, known)} in {where}; expected each column of the spec in a file; "
                "correct the spec"
            )
    parts = [_chosen(table, stem, spec) for stem, table in tables.items()]
    return by_contents(pd.concat(parts, ignore_index=True), spec)


def by_contents(records: pd.DataFrame, spec: Spec) -> pd.DataFrame:
    """Return records sorted by the spec's columns, their source and their id, as the engine needs them."""
    order = [*spec.columns(), SOURCE, RECORD_ID]
    place = records[order].fillna("").sort_values(order, kind="stable").index
    return records.loc[place].reset_index(drop=True)


def _chosen(table: pd.DataFrame, stem: str, spec: Spec) -> pd.DataFrame:
    texts = {
        name: table[name] if name in table else pd.Series([None] * len(table), dtype=object) for name in spec.columns()
    }
    ids = table[spec.record_id].rename(RECORD_ID)
    return pd.DataFrame({RECORD_ID: ids, SOURCE: stem, **{f"{name}": column for name, column in texts.items()}})


def _read(path: Path, spec: Spec) -> pd.DataFrame:
    if not path.is_file():
        raise FileRefusedError(f"no file {path.name}; expected records as .csv, .tsv or .parquet; check the path")
    table = _READERS.get(path.suffix.lower(), _refused)(path)
    table.columns = [str(name).strip() for name in table.columns]
    for name in sorted({spec.record_id, *spec.columns()} & set(table.columns[table.columns.duplicated()])):
        raise FileRefusedError(f"{path.name} has several columns {name}; expected one; rename the others")
    table = table.loc[:, ~table.columns.duplicated()]
    if spec.record_id not in table.columns:
        fault = _fault_of_header(path)
        raise fault or FileRefusedError(
            f"{path.name} has no column {spec.record_id}{nearest(spec.record_id, table.columns)}; expected the id of "
            "each record there; set record_id in the spec"
        )
    stripped = table.apply(lambda column: column.str.strip())
    texts: pd.DataFrame = stripped.mask(stripped == "").apply(once)
    ids = texts[spec.record_id]
    if ids.isna().any():
        raise without_id(path, ids.isna(), spec.record_id)
    if ids.duplicated().any():
        raise repeated(path, ids, spec.record_id)
    return texts


def _fault_of_header(path: Path) -> FileRefusedError | None:
    separator = {".csv": ",", ".tsv": "	"}.get(path.suffix.lower())
    return (encoding_fault(path) or separator_fault(path, separator)) if separator else None


def once(column: pd.Series) -> pd.Series:
    """Return a column of texts that holds each different text once in memory, None where there is none."""
    codes, values = pd.factorize(column, use_na_sentinel=True)
    return taken(codes, values.tolist(), column.index)


def _read_csv(path: Path, separator: str = ",") -> pd.DataFrame:
    """Read it with its header as a line like the others: a first line of names lets pandas shift longer ones."""
    try:
        lines = pd.read_csv(
            path,
            sep=separator,
            header=None,
            dtype=str,
            keep_default_na=False,
            skipinitialspace=True,
            encoding="utf-8-sig",
        )
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError, csv.Error) as error:
        raise refused_table(path, separator, error) from error
    return lines.iloc[1:].set_axis(lines.iloc[0], axis=1).reset_index(drop=True)


def _read_tsv(path: Path) -> pd.DataFrame:
    return _read_csv(path, "\t")


def _read_parquet(path: Path) -> pd.DataFrame:
    try:
        rows = pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise FileRefusedError(
            f"{path.name} is no Parquet file ({type(error).__name__}); expected one; write it anew, or rename it"
        ) from error
    whole = [field.with_type(pa.string()) if pa.types.is_integer(field.type) else field for field in rows.schema]
    rows = rows.cast(pa.schema(whole))  # pandas makes floats of whole numbers with gaps, and long ones become the same
    table: pd.DataFrame = rows.to_pandas(ignore_metadata=True)  # an index is a column like the others
    texts: pd.DataFrame = table.apply(lambda column: column.map(_text).astype("str").mask(column.isna()))
    return texts


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).removesuffix(" 00:00:00") if isinstance(value, pd.Timestamp) else str(value)


def _refused(path: Path) -> pd.DataFrame:
    raise FileRefusedError(
        f"cannot read {path.name}: expected a file ending in {', '.join(_READERS)}; convert it to one of these"
    )


_READERS = {".csv": _read_csv, ".tsv": _read_tsv, ".parquet": _read_parquet}
