"""A contract turned round: canonical columns become the columns of a file as the contract reads them."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from fazri_lib.errors import ContractError
from fazri_lib.sources.kinds import TIME_COLUMNS
from fazri_lib.sources.likeness.clock import format_for, texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fazri_lib.sources.contract import Contract

_DAY_S = 86_400.0
_FIRST = ("id_value", "zone_id", "sensor_id", "ts")
"""Canonical columns that win a file column which several are read from."""


def file_rows(contract: Contract, columns: Mapping[str, np.ndarray], campus_zone: str, finest_s: float) -> pa.Table:
    """Return timed rows in the columns of the file, all texts, null for none.

    Args:
        contract: how the file is read.
        columns: canonical columns: texts, and times in seconds on the campus's clocks.
        campus_zone: the campus's time zone.
        finest_s: how finely the campus's source writes times, seconds.
    """
    form = format_for(contract, finest_s)
    order = sorted(contract.columns, key=lambda name: (name not in _FIRST, name))
    found: dict[str, pa.Array] = {}
    for name in order:
        column = contract.columns[name]
        if column in found:
            continue
        if name in TIME_COLUMNS:
            found[column] = texts(columns[name], form, contract, campus_zone)
        else:
            found[column] = _raw(contract, name, columns[name])
    return pa.table({column: found[column] for column in in_order(contract)})


def directory_rows(contract: Contract, columns: Mapping[str, np.ndarray], campus_zone: str) -> pa.Table:
    """Return records in the columns of the file, all texts, null for none; `columns` are by file column."""
    by_column = {column: name for name, column in contract.columns.items()}
    birth = contract.columns.get("born_on")
    found = {}
    for column in in_order(contract):
        values = columns[column]
        if column in contract.time_columns:
            form = format_for(contract, _DAY_S if column == birth else 1.0)
            zone = "UTC" if column == birth and contract.time.zone == "campus" else campus_zone
            found[column] = texts(values.astype(np.int64), form, contract, zone)
        else:
            found[column] = _raw(contract, by_column.get(column, ""), values)
    return pa.table(found)


def in_order(contract: Contract) -> tuple[str, ...]:
    """Return the columns of the file in the order in which the contract names them."""
    listed = [name for item in contract.identifiers.values() for name in (item.column, item.valid_from, item.valid_to)]
    return tuple(dict.fromkeys(name for name in (*contract.columns.values(), *listed) if name))


def file_name(contract: Contract, contracts: Sequence[Contract]) -> str:
    """Return the path of the file that a contract reads, within the campus folder.

    Raises:
        ContractError: no file name fits its pattern, or another contract reads that file too.
    """
    pattern = contract.files[0]
    name = pattern.replace("**/", "").replace("*", "1").replace("?", "1").lstrip("/")
    path = PurePosixPath(name)
    path = path if len(path.parts) > 1 else PurePosixPath("raw") / path
    readers = [other.origin for other in contracts if other.matches(path)]
    if readers != [contract.origin] or ".." in path.parts:
        raise ContractError(
            f"{contract.origin}: files; expected a pattern of which a copy's file name can be made and which no other "
            f"contract matches, {len(readers)} contracts match it; name the file in `files`"
        )
    return path.as_posix()


def _raw(contract: Contract, name: str, values: np.ndarray) -> pa.Array:
    """Return canonical texts as the file writes them, by the contract's `values` read backwards.

    Words of one meaning take turns.
    """
    raw: dict[str, list[str]] = {}
    for word, meaning in contract.meanings.get(name, {}).items():
        raw.setdefault(str(meaning).lower() if isinstance(meaning, bool) else str(meaning), []).append(word)
    plain = values.astype(object)
    if raw:
        distinct, at = np.unique(plain.astype(str), return_inverse=True)
        words = [raw.get(word, [word]) for word in distinct]
        most = max(map(len, words), default=1)
        turns = np.array([(each * most)[:most] for each in words], dtype=np.object_).reshape(-1, most)
        plain = turns[at, np.arange(len(at)) % most]
    return pa.array(plain, pa.string(), mask=plain == "")
