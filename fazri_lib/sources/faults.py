"""Faults: of rows, which go to quarantine, and of columns that are mostly empty, which refuse the file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis
import pandas as pd

from fazri_lib.errors import FileRefusedError
from fazri_lib.schema import ALWAYS, LAKE_TABLES
from fazri_lib.sources.proof import Refusal
from fazri_lib.sources.staging import IDENTITY, ROW

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis.expr.types as ir
    import pyarrow as pa

    from fazri_lib.sources.staging import Staged

FAULT = "fault"
_EXAMPLES = 2
_HALF = 2


@dataclass(frozen=True, slots=True)
class Check:
    """What makes a row unusable.

    Attributes:
        rule: name of the rule.
        column: column of the file.
        reason: why, without a value of the row.
        is_broken: condition over the staged table.
        is_vital: whether the file is refused when more than half of its rows are so.
    """

    rule: str
    column: str
    reason: str
    is_broken: ir.BooleanValue
    is_vital: bool = False


def fault_of(checks: Sequence[Check]) -> ir.IntegerValue:
    """Return the number of the first check that a row fails, null for a sound row."""
    if not checks:
        return ibis.null("int8")
    branches = [(check.is_broken, ibis.literal(at, "int8")) for at, check in enumerate(checks)]
    return ibis.cases(*branches, else_=ibis.null("int8"))


def put_aside(staged: Staged, faults: ir.Table, checks: Sequence[Check]) -> tuple[ir.Table | None, pa.Table]:
    """Return the broken rows of a file, None when there are none, and the rows of the lake's `quarantine`.

    Args:
        staged: the file.
        faults: row, identity, fault and known_at of every staged row.
        checks: what `fault` counts.

    Raises:
        FileRefusedError: more than half of the rows lack a vital value or could not be split into columns.
    """
    found = staged.backend.to_pyarrow(faults.filter(faults[FAULT].notnull()))
    broken = ibis.memtable(found, schema=faults.schema())
    if len(found):
        found = staged.backend.to_pyarrow(staged.told_apart(broken).order_by(ROW))
    frame = found.to_pandas()
    _refuse_half_broken(staged, frame, checks)
    rows = pd.DataFrame(
        {
            "observation_id": frame[IDENTITY].astype("int64"),
            "row_number": staged.rows.numbers(frame[ROW].to_numpy("int64")),
            "rule": [checks[at].rule for at in frame[FAULT]],
            "column": [checks[at].column for at in frame[FAULT]],
            "reason": [checks[at].reason for at in frame[FAULT]],
            "known_at": frame["known_at"].astype("datetime64[us]").fillna(pd.Timestamp(ALWAYS)),
        }
    )
    both = pd.concat([rows, _rejected(staged)]) if staged.rows.rejects else rows
    both = both.sort_values("row_number", ignore_index=True).assign(file=staged.file, source=staged.contract.source)
    return (broken if len(frame) else None), LAKE_TABLES["quarantine"].arrow(both)


def _rejected(staged: Staged) -> pd.DataFrame:
    rejects = staged.rows.rejects
    return pd.DataFrame(
        {
            "observation_id": [_identity(staged.contract.source, reject.digest) for reject in rejects],
            "row_number": [reject.row_number for reject in rejects],
            "rule": [reject.rule for reject in rejects],
            "column": [None] * len(rejects),
            "reason": [reject.reason for reject in rejects],
            "known_at": pd.Series([ALWAYS] * len(rejects), dtype="datetime64[us]"),
        }
    )


def _identity(source: str, digest: str) -> int:
    content = hashlib.md5(f"{source}\x1f{digest}".encode(), usedforsecurity=False).digest()
    return int.from_bytes(content[:8], "little") >> 1


def _refuse_half_broken(staged: Staged, frame: pd.DataFrame, checks: Sequence[Check]) -> None:
    total = staged.count + len(staged.rows.rejects)
    if len(staged.rows.rejects) * _HALF > total:
        first = staged.rows.rejects[0]
        raise FileRefusedError(
            f"{staged.file}: {len(staged.rows.rejects):,} of {total:,} rows cannot be split into columns, as row "
            f"{first.row_number}: {first.reason}; set format, delimiter and quote in {staged.contract.origin}"
        )
    vital = [at for at, check in enumerate(checks) if check.is_vital]
    for column in dict.fromkeys(checks[at].column for at in vital):
        here = frame[frame[FAULT].isin([at for at in vital if checks[at].column == column])]
        if len(here) * _HALF > staged.count:
            refuse = Refusal(staged.file, column, staged.contract.origin, staged.number)
            raise refuse.unreadable(len(here), staged.count, here[ROW].head(_EXAMPLES).tolist())
