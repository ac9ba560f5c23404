"""The directories of a simulated campus as files of person records, as `fazri resolve` reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from fazri_lib.sources import contracts_of

if TYPE_CHECKING:
    from pathlib import Path

    from fazri_lib.sources import Contract

SAID = ("name", "email", "phone", "born_on", "department")
NUMBERS = ("student_no", "staff_no", "face_id")
"""Identifiers that more than one directory has."""


def directory_files(home: Path, folder: Path) -> list[Path]:
    """Write the newest version of every row of each directory of a campus, a file a directory.

    Args:
        home: folder of a simulated campus.
        folder: where to write; made if it is not there.

    Returns:
        the files: `record_id` (the key of the row), what is said of the person, and identifiers that several know.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for contract in contracts_of(home / "contracts"):
        if contract.kind == "directory":
            paths.append(folder / f"{contract.source}.csv")
            _newest(home, contract).to_csv(paths[-1], index=False)
    return paths


def _newest(home: Path, contract: Contract) -> pd.DataFrame:
    rows = pd.concat([pd.read_csv(home / name, dtype=str, keep_default_na=False) for name in contract.files])
    columns = {"record_id": rows[contract.columns["record_key"]]}
    columns |= {name: rows[contract.columns[name]] for name in SAID if name in contract.columns}
    known = {name: contract.identifiers[name].column for name in NUMBERS if name in contract.identifiers}
    columns |= {name: rows[column] for name, column in known.items()}
    return pd.DataFrame(columns).drop_duplicates("record_id", keep="last")
