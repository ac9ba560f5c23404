"""Digests of all that was known by each moment: two folds agree as far as theirs do."""

from __future__ import annotations

import hashlib
import json
from itertools import takewhile
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fazri_lib.resolution.folding.timeline import numbered

if TYPE_CHECKING:
    from collections.abc import Sequence


def digests_of(
    rows: pd.DataFrame, listed: pd.DataFrame, decisions: pd.DataFrame, moments: pd.DatetimeIndex, made_by: Sequence[str]
) -> tuple[str, ...]:
    """Return, for each moment, a digest of all rows and decisions known by then.

    Args:
        rows: `record_id, known_at`, and all of rows that has a say.
        listed: `record_id`, and all of the identifiers they list that has a say.
        decisions: columns of `timeline.DECISION`.
        moments: as of `timeline.moments_of`.
        made_by: what else the fold depends on.
    """
    held = pd.DataFrame({"record_id": listed["record_id"], "mark": _marks(listed)}).groupby("record_id")["mark"].sum()
    marks = _marks(rows) + held.reindex(rows["record_id"], fill_value=0).to_numpy(dtype="uint64")
    told = [(rows["known_at"], marks)]
    for name in ("known_at", "superseded_at"):
        part = decisions[decisions[name].notna()]
        told.append((part[name], _marks(part.drop(columns="superseded_at").assign(event=name))))
    at = np.concatenate([numbered(moments, known) for known, _ in told])
    mark = np.concatenate([part for _, part in told])
    order = np.lexsort((mark, at))
    parts = np.split(mark[order], np.searchsorted(at[order], np.arange(1, len(moments))))
    running = hashlib.sha256(json.dumps(list(made_by)).encode())
    found = []
    for moment, known in zip(moments, parts, strict=True):
        running.update(str(moment).encode())
        running.update(known.tobytes())
        found.append(running.copy().hexdigest())
    return tuple(found)


def longest(one: Sequence[str], other: Sequence[str]) -> int:
    """Return the number of the last moment up to which two lists of digests agree, -1 for none."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return sum(1 for _ in same) - 1


def _marks(frame: pd.DataFrame) -> np.ndarray:
    texts = frame.astype(dict.fromkeys(frame.select_dtypes(exclude="number"), "string"))
    return pd.util.hash_pandas_object(texts.fillna(""), index=False).to_numpy(dtype="uint64")
