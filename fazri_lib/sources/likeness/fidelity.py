"""How like its original a copy is: rows by source, and rows by zone and hour of the week."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fazri_lib.sources.likeness.shapes import Likeness
    from fazri_lib.sources.simulate.draws import FloatArray

ROWS_PER_HOUR_LEAST = 20.0
"""Zones with fewer rows per hour of the week are too noisy for a correlation to say anything."""

DISPERSION_LEAST = 3.0
"""Variance by mean of the hours; 1 is what chance alone gives (Poisson)."""


@dataclass(frozen=True, slots=True)
class Fidelity:
    """How like its original a copy is.

    Attributes:
        sources: source, original (rows, scaled to the copy's people and days), copy (rows), ratio.
        zones: zone_id, rows (of the original), correlation of the 168 hours of the week; only zones with rows enough
            and a rhythm: rows that vary over the week more than chance does.
        empty: zones where fewer people were than a figure needs, so that the copy has no rows there.
    """

    sources: pd.DataFrame
    zones: pd.DataFrame
    empty: tuple[str, ...]


def fidelity(
    rows: Mapping[str, int], original: Mapping[str, FloatArray], copy: Mapping[str, FloatArray], likeness: Likeness
) -> Fidelity:
    """Compare a copy with its original.

    Args:
        rows: rows of the original by source.
        original: rows of the original by source, zone and hour of the week.
        copy: rows of the copy by source, zone (the last one is none) and hour of the week.
        likeness: what the copy was made of.
    """
    scale = likeness.scale * likeness.days.count / likeness.days.learnt
    names = sorted(copy)
    sources = pd.DataFrame(
        {
            "source": names,
            "original": [round(rows[name] * scale) for name in names],
            "copy": [int(copy[name].sum()) for name in names],
        }
    )
    sources["ratio"] = sources["copy"] / sources["original"].clip(lower=1)
    zones = len(likeness.zones)
    before = np.sum([original[name] for name in names], axis=0) if names else np.zeros((zones, 168))
    after = np.sum([copy[name][:-1] for name in names], axis=0) if names else np.zeros((zones, 168))
    mean = before.mean(axis=1)
    is_rhythm = before.var(axis=1) >= DISPERSION_LEAST * np.maximum(mean, 1e-9)
    is_empty = (after.sum(axis=1) == 0) & (mean > 0)
    kept = np.flatnonzero((mean >= ROWS_PER_HOUR_LEAST) & is_rhythm & ~is_empty)
    found = [_correlation(before[at], after[at]) for at in kept]
    table = {"zone_id": [likeness.zones[at] for at in kept], "rows": before[kept].sum(axis=1).astype(int)}
    return Fidelity(
        sources,
        pd.DataFrame({**table, "correlation": found}),
        tuple(likeness.zones[at] for at in np.flatnonzero(is_empty)),
    )


def _correlation(before: FloatArray, after: FloatArray) -> float:
    if not before.std() or not after.std():
        return 0.0
    return float(np.corrcoef(before, after)[0, 1])
