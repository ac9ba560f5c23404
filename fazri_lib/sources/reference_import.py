"""A source of kind reference replaces one of the campus's reference files, when all of them still fit together."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pandas as pd

from fazri_lib.errors import FileRefusedError, SettingsError
from fazri_lib.schema import EXTRACT_TABLES
from fazri_lib.sources.reference import read_reference
from fazri_lib.sources.rows import named

if TYPE_CHECKING:
    from pathlib import Path

    from fazri_lib.settings import Settings
    from fazri_lib.sources.contract import Contract
    from fazri_lib.sources.rows import Rows

_DAY_CHARACTERS = 10


def replace_reference(home: Path, settings: Settings, contract: Contract, rows: Rows, scratch: Path) -> int:
    """Write a reference file anew from the rows of a source; return how many rows it has.

    Args:
        home: campus folder.
        settings: name the reference files.
        contract: of kind reference.
        rows: rows of the source.
        scratch: folder where the files are tried together before one is replaced.

    Raises:
        FileRefusedError: the reference files would not fit together.
    """
    names = settings.reference.model_dump()
    assert contract.table is not None
    target = names[contract.table]
    trial = scratch / "reference"
    for name in names.values():
        if (home / name).is_file():
            (trial / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(home / name, trial / name)
    frame = _frame(contract, rows)
    (trial / target).parent.mkdir(parents=True, exist_ok=True)
    frame.to_csv(trial / target, index=False, lineterminator="\n")
    try:
        read_reference(trial, settings)
    except SettingsError as error:
        raise FileRefusedError(f"{contract.origin} would replace {target}: {error}") from error
    (trial / target).replace(home / target)
    return len(frame)


def _frame(contract: Contract, rows: Rows) -> pd.DataFrame:
    """Return the mapped columns as text in the order of the table."""
    assert contract.table is not None
    batches = [batch.to_pandas() for batch in rows.batches]
    raw = pd.concat(batches, ignore_index=True) if batches else pd.DataFrame(dtype=str)
    columns = {}
    for name in EXTRACT_TABLES[contract.table].column_names:
        if name not in contract.columns:
            continue
        key = named(rows.columns.index(contract.columns[name]))
        text = raw[key].astype(str).str.strip() if key in raw else pd.Series(dtype=str)
        text = text.replace({key: str(value) for key, value in contract.meanings.get(name, {}).items()})
        columns[name] = text.str[:_DAY_CHARACTERS] if name == "local_date" else text
    return pd.DataFrame(columns)
