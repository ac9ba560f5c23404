"""A reader's view of the published extract: pinned at opening, read-only, as of any moment up to its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import duckdb
import ibis
import ibis.expr.types as ir

from fazri_lib.errors import NotPublishedError
from fazri_lib.schema import EXTRACT_TABLES, extract_table
from fazri_lib.store.array_file import open_arrays
from fazri_lib.store.engine import open_duckdb
from fazri_lib.store.manifest import FOLDER, Manifest, read_manifest

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Hashable
    from pathlib import Path
    from types import TracebackType

    import numpy as np
    from ibis.backends.duckdb import Backend as DuckDB

_ATTEMPTS = 5  # a manifest may be replaced, and its files removed, between reading it and attaching them


class Extract:
    """An open extract. Use it as a context manager or close it.

    Attributes:
        backend: the DuckDB backend on which its tables live.
        manifest: what it is made of.
        search: arrays by which people are searched, mapped into memory; None when the extract has none.
        kept: what readers made of it and keep while it is open, as a matcher read from its document.
    """

    def __init__(self, backend: DuckDB, manifest: Manifest, search: dict[str, np.ndarray] | None = None) -> None:
        self.backend = backend
        self.manifest = manifest
        self.search = search
        self.kept: dict[Hashable, Any] = {}
        self._tables: dict[str, ir.Table] = {}

    @classmethod
    def open(cls, state: Path, memory_limit: str = "1GB", threads: int = 0) -> Self:
        """Attach the files that the current manifest names.

        Args:
            state: the campus's state folder.
            memory_limit: as "1GB".
            threads: 0 takes all cores.

        Raises:
            NotPublishedError: nothing is published, or its files are gone or cannot be opened.
        """
        folder = state / FOLDER
        for _ in range(_ATTEMPTS):
            manifest = read_manifest(folder)
            try:
                return cls.attach(folder, manifest, memory_limit, threads)
            except (duckdb.IOException, OSError) as error:
                kind = type(error).__name__
        missing = [name for name in manifest.files if not (folder / name).exists()]
        fault = f"{len(missing)} of its files are missing" if missing else f"its files cannot be opened ({kind})"
        remedy = "run `fazri run` to publish it again" if missing else "check their owner and that nothing writes them"
        raise NotPublishedError(f"extract {manifest.run_id}: expected its files in {FOLDER}/, {fault}; {remedy}")

    @classmethod
    def attach(cls, folder: Path, manifest: Manifest, memory_limit: str = "1GB", threads: int = 0) -> Self:
        """Attach the files that a given manifest names.

        Raises:
            duckdb.IOException: one of them is not there.
            OSError: the file for searching is not there, or is cut off.
        """
        backend = open_duckdb(memory_limit, threads)
        try:
            for name, part in manifest.parts.items():
                backend.attach(folder / part.file, name=_alias(name), read_only=True)
            search = open_arrays(folder / manifest.search.file) if manifest.search else None
        except (duckdb.IOException, OSError):
            backend.disconnect()
            raise
        return cls(backend, manifest, search)

    @property
    def as_of(self) -> dt.datetime:
        """Latest moment that it can be asked for, UTC without a zone."""
        return self.manifest.as_of

    def table(self, name: str, as_of: dt.datetime | None = None) -> ir.Table:
        """Return a table as it was known at `as_of` (default: the extract's own moment).

        Tables without versions are stored for the extract's moment only.

        Raises:
            UnknownNameError: there is no such table.
            NotPublishedError: `as_of` is later than the extract's own.
        """
        contract = extract_table(name)
        moment = self.moment(as_of)
        rows = self.versions(name)
        if contract.is_versioned:
            rows = rows.filter(rows.known_at <= moment, rows.superseded_at.isnull() | (rows.superseded_at > moment))
            rows = rows.mutate(superseded_at=ibis.null("timestamp"))  # that a row will be replaced is not known yet
        elif "known_at" in contract.column_names:
            rows = rows.filter(rows.known_at <= moment)
        return rows

    def moment(self, as_of: dt.datetime | None) -> dt.datetime:
        """Return the moment to look from, checked.

        Raises:
            NotPublishedError: `as_of` is later than the extract's own.
        """
        if as_of is not None and as_of > self.as_of:
            raise NotPublishedError(
                f"as_of {as_of}Z is later than the extract; expected at most {self.as_of}Z; load newer data"
            )
        return as_of or self.as_of

    def close(self) -> None:
        """Detach all files."""
        self.backend.disconnect()

    def versions(self, name: str) -> ir.Table:
        """Return a table as it lies in the files: all versions of all rows."""
        if name not in self._tables:
            self._tables[name] = self._looked_up(name)
        return self._tables[name]

    def _looked_up(self, name: str) -> ir.Table:
        if not EXTRACT_TABLES[name].is_monthly:
            part = "rest" if name in self.manifest.rest.rows else "computed"
            return self.backend.table(name, database=(_alias(part), "main"))
        months = [self.backend.table(name, database=(_alias(month), "main")) for month in sorted(self.manifest.months)]
        if not months:
            return ibis.memtable(EXTRACT_TABLES[name].empty(), schema=EXTRACT_TABLES[name].ibis_schema)
        return ibis.union(*months) if len(months) > 1 else months[0]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _alias(part: str) -> str:
    return f"part_{part.replace('-', '_')}"
