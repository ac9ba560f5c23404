"""Rows of directories made by hand: lake tables `records` and `record_identifiers`."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

import pandas as pd

from fazri_lib.schema import LAKE_TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping


def directory_rows(*rows: tuple[str, str, pd.Timestamp, Mapping[str, Any], Mapping[str, str]]) -> list[pd.DataFrame]:
    """Return both tables of rows (directory, key, known_at, columns, identifying numbers by kind), ids from 1 on."""
    records, listed = [], []
    for number, (directory, key, known_at, said, held) in enumerate(rows, start=1):
        row = {"record_id": number, "directory": directory, "record_key": key, "known_at": known_at}
        records.append({**row, "load_order": number, **said})
        listed += [
            {
                "record_id": number,
                "directory": directory,
                "id_type": kind,
                "id_value": value,
                "id_key": zlib.crc32(f"{kind}:{value}".encode()),
                "identifies": True,
            }
            for kind, value in held.items()
        ]
    made = {"records": records, "record_identifiers": listed}
    return [
        LAKE_TABLES[name].arrow(pd.DataFrame(part, columns=list(LAKE_TABLES[name].column_names))).to_pandas()
        for name, part in made.items()
    ]
