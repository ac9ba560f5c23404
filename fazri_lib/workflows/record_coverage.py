"""How much of each field the files of records hold, and which files can hardly meet."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import pandas as pd

from fazri_lib.workflows.record_files import SOURCE

if TYPE_CHECKING:
    from fazri_lib.resolution.spec import Spec


def coverage(records: pd.DataFrame, spec: Spec) -> pd.DataFrame:
    """Return the share of records that have something in each field, 0 to 1: a row a field, a column a source.

    Args:
        records: as of `read_records`.
        spec: what their columns are.
    """
    filled = pd.DataFrame(
        {name: records[list(field.columns)].notna().any(axis=1) for name, field in spec.fields.items()}
    )
    return filled.groupby(records[SOURCE].to_numpy()).mean().T


def hardly_meeting(covered: pd.DataFrame) -> list[str]:
    """Return a line for each file that shares at most one field with others: what it lacks, and who these are.

    Two such files are told once, by the one that has fewer fields. A spec of one field is not told of.

    Args:
        covered: of `coverage`.
    """
    has = covered > 0
    fields = has.sum().to_dict()
    if len(has) == 1:
        return []
    apart: dict[tuple[str, str], list[str]] = {}
    for first, second in combinations(has.columns, 2):
        shared = has.index[has[first] & has[second]].tolist()
        if len(shared) <= 1:
            poor, other = sorted((first, second), key=lambda name: (fields[name], name))
            apart.setdefault((poor, shared[0] if shared else ""), []).append(other)
    return [_told(poor, field, others, has.index[~has[poor]].tolist()) for (poor, field), others in apart.items()]


def _told(poor: str, field: str, others: list[str], lacking: list[str]) -> str:
    shared = f"only {field}" if field else "no field"
    end = "who is found in both rests on that" if field else "nobody is found in both"
    return f"{poor} has nothing for {', '.join(lacking)} and shares {shared} with {', '.join(others)}: {end}"
