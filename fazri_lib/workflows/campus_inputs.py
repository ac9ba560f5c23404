"""What a run reads besides the lake: traits of the sources, places, days, and the code's own version."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa

from fazri_lib.resolution import notes
from fazri_lib.sources import (
    Reference,
    contracts_of,
    directories_of_several,
    directories_promised,
    lists_of_one_holder,
    radio_sources,
    read_reference,
    traits,
)
from fazri_lib.store import from_arrow, from_frame

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd
    from ibis.backends.sql import SQLBackend

    from fazri_lib.settings import Settings


@dataclass(frozen=True, slots=True)
class CampusInputs:
    """Places, days and sources of one campus.

    Attributes:
        reference: frames `zones`, `zone_walks`, `access_points`, `calendar` in the schema's columns.
        traits: frame `source, kind, hold_min`, one row per contract.
        radio: sources whose zone is that of the access point that heard a device.
        several: directories in which a person may have several records.
        promised: directories in which nobody has two.
        one_holder: directories and kinds of identifiers in them that one person holds at a time.
    """

    reference: Reference
    traits: pd.DataFrame
    radio: tuple[str, ...] = ()
    several: tuple[str, ...] = ()
    promised: tuple[str, ...] = ()
    one_holder: tuple[tuple[str, str], ...] = ()

    @property
    def digest(self) -> str:
        """Digest of everything here."""
        frames = [self.traits, *(getattr(self.reference, name) for name in reference_tables())]
        return digest(
            [self.radio, self.several, self.promised, self.one_holder, *(frame.to_csv(index=False) for frame in frames)]
        )

    @property
    def sources(self) -> tuple[str, ...]:
        """Names of the sources of timed rows, in alphabetical order."""
        return tuple(sorted(self.traits["source"]))

    def table(self, backend: SQLBackend, name: str) -> ir.Table:
        """Return a reference table on an engine."""
        return from_frame(backend, name, getattr(self.reference, name))

    def zone_phrases(self, backend: SQLBackend) -> ir.Table:
        """Return what the zones are called in notes, on an engine."""
        rows = pa.Table.from_pandas(
            notes.zone_phrases(self.reference.zones), schema=notes.ZONE_PHRASES, preserve_index=False
        )
        return from_arrow(backend, rows, ibis.schema(notes.ZONE_PHRASES))

    def traits_table(self, backend: SQLBackend) -> ir.Table:
        """Return the traits on an engine."""
        schema = pa.schema([("source", pa.string()), ("kind", pa.string()), ("hold_min", pa.float64())])
        rows = pa.Table.from_pandas(self.traits[schema.names], schema=schema, preserve_index=False)
        return from_arrow(backend, rows, ibis.schema(schema))


def reference_tables() -> tuple[str, ...]:
    """Names of the reference tables."""
    return ("zones", "zone_walks", "access_points", "calendar")


def read_inputs(home: Path, settings: Settings) -> CampusInputs:
    """Read and check a campus folder's contracts and reference files."""
    contracts = contracts_of(home / settings.contracts)
    return CampusInputs(
        read_reference(home, settings),
        traits(contracts),
        radio_sources(contracts),
        directories_of_several(contracts),
        directories_promised(contracts),
        lists_of_one_holder(contracts),
    )


def digest(value: object) -> str:
    """Return the SHA-256 of a value's JSON."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


@cache
def code_version() -> str:
    """Return the version of Fazri and a digest of its sources: other code gives other results."""
    root = Path(__file__).parents[1]
    sources = [path.read_bytes() for path in sorted(root.rglob("*.py"))]
    return f"{importlib.metadata.version('fazri')}+{hashlib.sha256(b''.join(sources)).hexdigest()[:12]}"
