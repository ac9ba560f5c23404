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
import ibis.expr.types as ir

import fazri_lib
from fazri_lib.schema import EXTRACT_TABLES
from fazri_lib.sources import Reference, contracts_of, read_reference, traits

if TYPE_CHECKING:
    import pandas as pd

    from fazri_lib.settings import Settings


@dataclass(frozen=True, slots=True)
class CampusInputs:
    """Places, days and sources of one campus.

    Attributes:
        reference: frames `zones`, `zone_walks`, `access_points`, `calendar` in the schema's columns.
        traits: frame `source, kind, hold_min`, one row per contract.
    """

    reference: Reference
    traits: pd.DataFrame

    @property
    def digest(self) -> str:
        """Digest of everything here."""
        frames = [self.traits, *(getattr(self.reference, name) for name in reference_tables())]
        return digest([frame.to_csv(index=False) for frame in frames])

    @property
    def sources(self) -> tuple[str, ...]:
        """Names of the sources of timed rows, in alphabetical order."""
        return tuple(sorted(self.traits["source"]))

    def table(self, name: str) -> ir.Table:
        """Return a reference table for any engine."""
        contract = EXTRACT_TABLES[name]
        return ibis.memtable(contract.arrow(getattr(self.reference, name)), schema=contract.ibis_schema)

    def traits_table(self) -> ir.Table:
        """Return the traits for any engine."""
        return ibis.memtable(
            self.traits[["source", "kind", "hold_min"]],
            schema={"source": "string", "kind": "string", "hold_min": "float64"},
        )


def reference_tables() -> tuple[str, ...]:
    """Names of the reference tables."""
    return ("zones", "zone_walks", "access_points", "calendar")


def read_inputs(home: Path, settings: Settings) -> CampusInputs:
    """Read and check a campus folder's contracts and reference files."""
    return CampusInputs(read_reference(home, settings), traits(contracts_of(home / settings.contracts)))


def digest(value: object) -> str:
    """Return the SHA-256 of a value's JSON."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


@cache
def code_version() -> str:
    """Return the version of Fazri and a digest of its sources: other code gives other results."""
    root = Path(fazri_lib.__file__).parent
    sources = [path.read_bytes() for path in sorted(root.rglob("*.py"))]
    return f"{importlib.metadata.version('fazri')}+{hashlib.sha256(b''.join(sources)).hexdigest()[:12]}"
