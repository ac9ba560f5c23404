"""Writing an extract: new read-only files under temporary names, then one rename of the manifest."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend as DuckDB
from sqlglot import expressions as exp

from fazri_lib.errors import NotPublishedError
from fazri_lib.schema import EXTRACT_TABLES
from fazri_lib.store.array_file import SUFFIX, write_arrays
from fazri_lib.store.engine import count, open_duckdb, to_arrow
from fazri_lib.store.manifest import (
    FOLDER,
    Basis,
    Manifest,
    Part,
    durable_write,
    history_of,
    read_manifest,
    write_manifest,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import numpy as np
    from ibis.backends.sql import SQLBackend

_TABLES, _TEMPORARY = ".duckdb", ".building"


@dataclass(frozen=True, slots=True)
class Stale:
    """Rows whose `column` lies from `first` (included) to `after` (excluded)."""

    column: str
    first: dt.date
    after: dt.date

    def deletion(self, table: str) -> exp.Expression:
        """Return the statement that deletes them from a table of the file being written."""
        column = exp.column(self.column)
        first, after = (exp.Literal.string(bound.isoformat()) for bound in (self.first, self.after))
        return exp.delete(f"out.main.{table}", where=exp.and_(column >= first, column < after))


class Publisher:
    """Writes the extract of one campus; only the holder of the writer's lock may use it.

    Args:
        state: the campus's state folder.
        keep: published extracts kept, the current one included.
    """

    def __init__(self, state: Path, keep: int) -> None:
        self.folder = state / FOLDER
        self.keep = keep

    def complete(
        self,
        before: Part,
        stale: Mapping[str, Stale],
        key: str,
        tables: Mapping[str, ir.Table],
        basis: Basis,
        backend: DuckDB,
    ) -> Part:
        """Write a file like one written before, some of its rows exchanged; the new ones stand at the end.

        Args:
            before: the part to start from.
            stale: by table the rows that are no longer true.
            key: digest of all that the new file is made from.
            tables: by table the rows that are true instead.
            basis: kept with the part.
            backend: engine on which the expressions run.
        """
        path = self._path(before.file.rsplit("-", 1)[0], key)
        temporary = path.with_suffix(_TEMPORARY)
        _clear(temporary)
        shutil.copyfile(self.folder / before.file, temporary)
        backend.attach(temporary, name="out")
        rows = {}
        try:
            for table, expression in tables.items():
                backend.raw_sql(stale[table].deletion(table).sql("duckdb"))
                backend.insert(table, _in_order(table, expression), database=("out", "main"))
                rows[table] = count(backend, backend.table(table, database=("out", "main")))
            backend.raw_sql("CHECKPOINT out")
        finally:
            backend.detach("out")
        return self._finished(
            temporary, path, Part(file=path.name, key=key, rows=rows, basis=basis, completions=before.completions + 1)
        )

    def current(self) -> Manifest | None:
        """Return the current manifest, or None when nothing is published or its files are not all there."""
        try:
            manifest = read_manifest(self.folder)
        except NotPublishedError:
            return None
        return manifest if all((self.folder / name).exists() for name in manifest.files) else None

    def find(self, name: str, key: str, suffix: str = _TABLES) -> Part | None:
        """Return a part that was written before with the same key, published or left by a run that was killed."""
        path = self._path(name, key, suffix)
        if not path.exists() or not _note(path).exists():
            return None
        return Part.model_validate_json(_note(path).read_text(encoding="utf-8"))

    def write(
        self, name: str, key: str, tables: Mapping[str, ir.Table], backend: SQLBackend, basis: Basis | None = None
    ) -> Part:
        """Write one file of the extract, each table sorted as its contract says.

        Args:
            name: what the file holds, as "2025-09" or "rest".
            key: digest of all that it is made from.
            tables: expressions by table name.
            backend: engine on which the expressions run.
            basis: kept with the part of a month.

        Returns:
            The part; readers see it only once a manifest names it.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self._path(name, key)
        temporary = path.with_suffix(_TEMPORARY)
        _clear(temporary)
        writer = backend if isinstance(backend, DuckDB) else open_duckdb()
        writer.attach(temporary, name="out")
        try:
            rows = {
                table: self._write_table(writer, table, expression, backend) for table, expression in tables.items()
            }
            writer.raw_sql("CHECKPOINT out")
        finally:
            writer.detach("out")
        return self._finished(temporary, path, Part(file=path.name, key=key, rows=rows, basis=basis))

    def write_arrays(self, name: str, key: str, arrays: Mapping[str, np.ndarray]) -> Part:
        """Write one file of arrays that belongs to the extract.

        Args:
            name: what the file holds.
            key: digest of all that it is made from.
            arrays: by name.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self._path(name, key, SUFFIX)
        write_arrays(path, arrays)
        part = Part(file=path.name, key=key, rows={})
        durable_write(_note(path), part.model_dump_json())
        return part

    @staticmethod
    def _finished(temporary: Path, path: Path, part: Part) -> Part:
        _sync_file(temporary)
        temporary.replace(path)
        durable_write(_note(path), part.model_dump_json())
        return part

    @staticmethod
    def _write_table(writer: DuckDB, table: str, expression: ir.Table, backend: SQLBackend) -> int:
        contract = EXTRACT_TABLES[table]
        ordered = _in_order(table, expression)
        data = ordered if writer is backend else ibis.memtable(to_arrow(backend, ordered), schema=contract.ibis_schema)
        return count(writer, writer.create_table(table, data, database=("out", "main")))

    def publish(self, manifest: Manifest) -> None:
        """Make a manifest the current one, then remove what no kept manifest needs."""
        write_manifest(self.folder, manifest)
        kept = history_of(self.folder)
        for old in kept[self.keep :]:
            (self.folder / "history" / f"{old.run_id}.json").unlink(missing_ok=True)
        needed = set().union(*(manifest.files for manifest in kept[: self.keep]))
        for path in (path for ending in (_TABLES, SUFFIX, f"{_TEMPORARY}*") for path in self.folder.glob(f"*{ending}")):
            if path.name not in needed:
                path.unlink(missing_ok=True)
                _note(path).unlink(missing_ok=True)

    def _path(self, name: str, key: str, suffix: str = _TABLES) -> Path:
        return self.folder / f"{name}-{key[:16]}{suffix}"


def _clear(temporary: Path) -> None:
    """Remove what a killed run left: the file, and the log from which the engine would write into its successor."""
    temporary.unlink(missing_ok=True)
    Path(f"{temporary}.wal").unlink(missing_ok=True)


def _in_order(table: str, rows: ir.Table) -> ir.Table:
    contract = EXTRACT_TABLES[table]
    return rows.select(*contract.column_names).cast(contract.ibis_schema).order_by(*contract.order)


def _note(path: Path) -> Path:
    return path.with_suffix(".json")


def _sync_file(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
