"""People behind records: from prepared fields to a trained model, scored pairs and clusters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fazri_lib.log import quiet
from fazri_lib.resolution.agglomeration import Decided, Scored, clustered
from fazri_lib.resolution.blocking import candidates
from fazri_lib.resolution.calibration import Compared, calibrated
from fazri_lib.resolution.comparison import levels_apart, told_apart
from fazri_lib.resolution.model import Frequencies, Model, shared_counts
from fazri_lib.resolution.pairs import Allowed, Pairs, all_pairs, random_pairs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from fazri_lib.log import Progress
    from fazri_lib.resolution.blocking import Candidates
    from fazri_lib.resolution.comparison import Prepared

EVERY_PAIR = 1_000_000
PAIRS_PER_RECORD = 200
LEAST_PAIRS = 2_000_000
MOST_PAIRS = 60_000_000
SAMPLE = 750_000
SEED = 20_260


@dataclass(frozen=True, slots=True)
class People:
    """What was found.

    Attributes:
        cluster: for each record its cluster: the lowest record number of its members.
        model: the trained model.
        scored: compared pairs with their weights.
        candidates: how pairs were found.
        rounds: of the calibration.
    """

    cluster: NDArray[np.int64]
    model: Model
    scored: Scored
    candidates: Candidates
    rounds: int


def find_people(
    prepared: Sequence[Prepared],
    compare: Callable[[Pairs], NDArray[np.int8]],
    group: NDArray[np.int64],
    decided: Decided | None = None,
    progress: Progress = quiet,
) -> People:
    """Find the people behind records.

    Args:
        prepared: the fields, records in the order of their contents.
        compare: tells the level of each pair and comparison.
        group: number of the source of each record in which nobody has two records; -1 elsewhere.
        decided: what people have decided of pairs.
        progress: told what is being done.
    """
    records, allowed = len(group), Allowed(group)
    comparisons = told_apart(prepared)
    held, frequencies = value_counts(prepared)
    progress("finding pairs", 1, 5)
    found = _found(prepared, records, allowed)
    progress("comparing pairs", 2, 5)

    def compared(pairs: Pairs) -> Compared:
        levels = levels_apart(prepared, compare(pairs))
        return Compared(levels, shared_counts(comparisons, levels, held, pairs))

    seen = compared(found.pairs)
    is_whole = len(found.pairs) == allowed.universe
    sample = seen if is_whole else compared(random_pairs(records, SAMPLE, allowed, SEED))
    progress("calibrating", 3, 5)
    model, rounds = calibrated(comparisons, frequencies, seen, sample, allowed.universe, records)
    progress("clustering", 4, 5)

    def score(pairs: Pairs) -> NDArray[np.float64]:
        return model.total(model.parts(*compared(pairs)))

    scored = Scored(found.pairs, model.total(model.parts(*seen)))
    cluster, scored = clustered(records, scored, score, allowed, decided or Decided())
    return People(cluster, model, scored, found, rounds)


def _found(prepared: Sequence[Prepared], records: int, allowed: Allowed) -> Candidates:
    from fazri_lib.resolution.blocking import Candidates

    if records * (records - 1) // 2 <= EVERY_PAIR:
        pairs = all_pairs(records)
        pairs = pairs.where(allowed(pairs))
        rules = pd.DataFrame({"rule": ["every pair"], "pairs": [len(pairs)]})
        return Candidates(pairs, np.ones(len(pairs), dtype=np.int64), records, rules)
    return candidates(prepared, records, allowed, min(MOST_PAIRS, max(LEAST_PAIRS, PAIRS_PER_RECORD * records)))


def value_counts(prepared: Sequence[Prepared]) -> tuple[dict[str, NDArray[np.float64]], dict[str, Frequencies]]:
    """Return, for each column whose values count by frequency, the records with each record's value, and the counts."""
    held, frequencies = {}, {}
    for one in prepared:
        for level in one.comparison.levels:
            if level.shared and level.shared not in held:
                column = one.columns[level.shared]
                counts = column.value_counts()
                held[level.shared] = column.map(counts).to_numpy(dtype=np.float64, na_value=np.nan)
                frequencies[level.shared] = Frequencies(counts.to_dict(), int(counts.sum()))
    return held, frequencies
