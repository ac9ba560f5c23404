"""Writing an extract: new read-only files under temporary names, then one rename of the manifest."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import ibis.expr.types as ir
from ibis.backends.duckdb import Backend as DuckDB
from ibis.backends.sql import SQLBackend

from fazri_lib.errors import NotPublishedError
from fazri_lib.schema import EXTRACT_TABLES
from fazri_lib.store.engine import open_duckdb, to_arrow
from fazri_lib.store.manifest import FOLDER, Manifest, Part, history_of, read_manifest, sync_folder, write_manifest

_TEMPORARY = ".building"


class Publisher:
    """Writes the extract of one campus; only the holder of the writer's lock may use it.

    Args:
        state: the campus's state folder.
        keep: published extracts kept, the current one included.
    """

    def __init__(self, state: Path, keep: int) -> None:
        self.folder = state / FOLDER
        self.keep = keep

    def current(self) -> Manifest | None:
        """Return the current manifest, or None when nothing is published or its files are not all there."""
        try:
            manifest = read_manifest(self.folder)
        except NotPublishedError:
            return None
        return manifest if all((self.folder / name).exists() for name in manifest.files) else None

    def write(self, name: str, key: str, tables: Mapping[str, ir.Table], backend: SQLBackend) -> Part:
        """Write one file of the extract, each table sorted as its contract says.

        Args:
            name: what the file holds, as "2025-09" or "rest".
            key: digest of all that it is made from.
            tables: expressions by table name.
            backend: engine on which the expressions run.

        Returns:
            The part; readers see it only once a manifest names it.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{name}-{key[:16]}.duckdb"
        temporary = path.with_suffix(_TEMPORARY)
        temporary.unlink(missing_ok=True)
        writer = backend if isinstance(backend, DuckDB) else open_duckdb()
        writer.attach(temporary, name="out")
        rows = {}
        for table, expression in tables.items():
            contract = EXTRACT_TABLES[table]
            ordered = expression.select(*contract.column_names).cast(contract.ibis_schema).order_by(*contract.order)
            data = ordered if writer is backend else to_arrow(backend, ordered)
            rows[table] = int(writer.create_table(table, data, schema=contract.ibis_schema if writer is not backend else None, database=("out", "main")).count().execute())
        writer.raw_sql("CHECKPOINT out")
        writer.detach("out")
        _sync_file(temporary)
        temporary.replace(path)
        sync_folder(self.folder)
        return Part(file=path.name, key=key, rows=rows)

    def publish(self, manifest: Manifest) -> None:
        """Make a manifest the current one, then remove what no kept manifest needs."""
        write_manifest(self.folder, manifest)
        kept = history_of(self.folder)
        for old in kept[self.keep :]:
            (self.folder / "history" / f"{old.run_id}.json").unlink(missing_ok=True)
        needed = set().union(*(manifest.files for manifest in kept[: self.keep]))
        for path in (*self.folder.glob("*.duckdb"), *self.folder.glob(f"*{_TEMPORARY}")):
            if path.name not in needed:
                path.unlink(missing_ok=True)


def _sync_file(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
