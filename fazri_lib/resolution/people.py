"""People behind records: from prepared fields to a trained model, scored pairs and clusters."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fazri_lib.log import quiet
from fazri_lib.resolution.agglomeration import Decided, Scored, clustered, joined
from fazri_lib.resolution.blocking import Candidates, candidates
from fazri_lib.resolution.calibration import Compared, Sides, calibrated
from fazri_lib.resolution.comparison import levels_apart, told_apart
from fazri_lib.resolution.model import PLACES, Frequencies, Model, probability, shared_counts, side
from fazri_lib.resolution.pairs import Allowed, Pairs, all_pairs, random_pairs
from fazri_lib.resolution.placing import blocking_recall, placed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from fazri_lib.log import Progress
    from fazri_lib.resolution.comparison import Prepared

EVERY_PAIR = 1_000_000
PAIRS_PER_RECORD = 200
LEAST_PAIRS = 5_000_000
MOST_PAIRS = 60_000_000
MOST_COMPARED = 6_000_000
SAMPLE = 750_000
SEED = 20_260
STEPS = 4
AT_ONCE = 500_000
MANY = 250_000
FAR = -12.0
"""Pairs below so many bits are not kept: 4,000 to one against, they join nobody."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Scores pairs of these records by a model.

    Attributes:
        prepared: the fields, records in the order of their contents.
        compare: tells the level of each pair and field: 0 the strongest, -1 unknown.
        held: for each column whose values count by frequency, the number of records with the same value, by record.
        model: the trained model.
        source: number of each record's source, as `model.sources` has them; None where they are not told apart.
    """

    prepared: Sequence[Prepared]
    compare: Callable[[Pairs], NDArray[np.int8]]
    held: dict[str, NDArray[np.float64]]
    model: Model
    source: NDArray[np.int64] | None = None

    def compared(self, pairs: Pairs) -> Compared:
        """Return what the pairs say."""
        levels = levels_apart(self.prepared, self.compare(pairs))
        return Compared(levels, shared_counts(self.model.comparisons, levels, self.held, pairs))

    def sides(self, pairs: Pairs) -> NDArray[np.int64]:
        """Return between which two sources each pair is, as one number; 0 where sources are not told apart."""
        if self.source is None:
            return np.zeros(len(pairs), dtype=np.int64)
        return side(self.source[pairs.left], self.source[pairs.right], max(1, len(self.model.sources)))

    def start(self, pairs: Pairs) -> NDArray[np.float64]:
        """Return the prior odds of pairs, bits."""
        if self.source is None:
            return np.full(len(pairs), self.model.prior_weight)
        return self.model.start(self.sides(pairs))

    def weight(self, pairs: Pairs) -> NDArray[np.float64]:
        """Return the match weights of pairs, bits."""
        return self.scored(pairs).weight

    def scored(self, pairs: Pairs) -> Scored:
        """Return the pairs with their match weights and what each field says."""
        return self.weighed(pairs, self.compared(pairs))

    def weighed(self, pairs: Pairs, compared: Compared) -> Scored:
        """Return compared pairs with their match weights and what each field says."""
        parts = self.model.parts(*compared)
        cases = [one.case_of or one.field for one in self.model.comparisons]
        fields = np.full((len(pairs), len(dict.fromkeys(cases)) + 1), np.nan, dtype=np.float32)
        fields[:, 0] = self.start(pairs)
        for number, place in enumerate(pd.factorize(np.array(cases, dtype=object))[0] + 1):
            known = compared.levels[:, number] >= 0
            fields[known, place] = parts[known, number]
        return Scored(pairs, (self.start(pairs) + parts.sum(axis=1)).round(PLACES), fields)

    def waterfall(self, pairs: Pairs) -> pd.DataFrame:
        """Return why each pair weighs what it weighs, while the engine that compares is open.

        Returns:
            `left, right, field, label, bits`: a row a pair and comparison that is known, and one named "prior".
        """
        compared = self.compared(pairs)
        parts = self.model.parts(*compared)
        rows = [
            pd.DataFrame(
                {"field": "prior", "label": "two random records", "bits": self.start(pairs)},
                index=range(len(pairs)),
            )
        ]
        for number, comparison in enumerate(self.model.comparisons):
            level = compared.levels[:, number]
            labels = np.array([one.label for one in comparison.levels], dtype=object)
            known = np.flatnonzero(level >= 0)
            frame = pd.DataFrame(
                {"field": comparison.field, "label": labels[level[known]], "bits": parts[known, number]}
            )
            rows.append(frame.set_index(known))
        told = pd.concat(rows).sort_index(kind="stable")
        ends = {"left": pairs.left[told.index], "right": pairs.right[told.index]}
        return told.reset_index(drop=True).assign(**ends)[["left", "right", "field", "label", "bits"]]


@dataclass(frozen=True, slots=True)
class People:
    """What was found; records by their number in the order of their contents.

    Attributes:
        cluster: for each record its cluster: the lowest record number of its members.
        places: for each record `probability` that it belongs there and `other`, the cluster that fits equally, else -1.
        judge: scores more pairs, explains them, and holds the model.
        scored: compared pairs with their weights, those scored while clustering among them.
        candidates: how pairs were found.
        recall: estimated share of the pairs of one person that blocking found; at most about that.
        rounds: of the calibration.
    """

    cluster: NDArray[np.int64]
    places: pd.DataFrame
    judge: Judge
    scored: Scored
    candidates: Candidates
    recall: float
    rounds: int

    @property
    def model(self) -> Model:
        """The trained model."""
        return self.judge.model


def find_people(
    prepared: Sequence[Prepared],
    compare: Callable[[Pairs], NDArray[np.int8]],
    group: NDArray[np.int64],
    decided: Decided | None = None,
    progress: Progress = quiet,
    source: pd.Series | None = None,
) -> People:
    """Find the people behind records.

    Args:
        prepared: the fields, records in the order of their contents. Of very many (`MANY`) the columns are
            dropped once pairs are found, to spare memory.
        compare: tells the level of each pair and field: 0 the strongest, -1 unknown.
        group: number of the source of each record in which nobody has two records; -1 elsewhere.
        decided: what people have decided of pairs.
        progress: told what is being done.
        source: of each record; how likely two records are one person is learnt for each two sources apart.
    """
    records, allowed = len(group), Allowed(group)
    held, frequencies = value_counts(prepared)
    untrained = Model.untrained(told_apart(prepared), records, frequencies)
    number, names = _numbered(source, records)
    judge = Judge(prepared, compare, held, untrained, number)
    progress("finding pairs", 0, STEPS)
    found = _found(prepared, records, allowed)
    if records >= MANY:
        for one in prepared:
            one.columns.clear()
    progress("comparing pairs", 1, STEPS)
    seen = judge.compared(found.pairs)
    is_whole = len(found.pairs) == allowed.universe
    drawn = found.pairs if is_whole else random_pairs(records, SAMPLE, allowed, SEED)
    sample = seen if is_whole else judge.compared(drawn)
    progress("calibrating", 2, STEPS)
    judge = replace(judge, model=replace(untrained, sources=names))
    sides = Sides(judge.sides(found.pairs), judge.sides(drawn), allowed.between(number), names)
    model, rounds = calibrated(untrained, seen, sample, sides)
    judge = Judge(prepared, compare, held, model, number)
    progress("clustering", 3, STEPS)
    near, weight = _near(judge, found.pairs, seen)
    cluster, scored = clustered(records, near, judge.scored, allowed, decided or Decided())
    recall = 1.0 if is_whole else blocking_recall(probability(weight), found.found_by)
    return People(cluster, placed(cluster, scored, allowed), judge, scored, found, recall, rounds)


def _numbered(source: pd.Series | None, records: int) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    if source is None:
        return np.zeros(records, dtype=np.int64), ("",)
    codes, names = pd.factorize(source, sort=True)
    return codes.astype(np.int64), tuple(str(name) for name in names)


def _near(judge: Judge, pairs: Pairs, seen: Compared) -> tuple[Scored, NDArray[np.float64]]:
    """Return the pairs that may matter, and the weights of all; part by part, to spare memory."""
    parts, weights = [], []
    for start in range(0, max(len(pairs), 1), AT_ONCE):
        some = slice(start, start + AT_ONCE)
        scored = judge.weighed(pairs.where(some), Compared(seen.levels[some], seen.counts[some]))
        parts.append(scored.where(scored.weight >= FAR))
        weights.append(scored.weight)
    return joined(parts), np.concatenate(weights)


def _found(prepared: Sequence[Prepared], records: int, allowed: Allowed) -> Candidates:
    """Return the pairs worth comparing; of few records all."""
    if records * (records - 1) // 2 <= EVERY_PAIR:
        pairs = all_pairs(records)
        pairs = pairs.where(allowed(pairs))
        rules = pd.DataFrame({"rule": ["every pair"], "pairs": [len(pairs)]})
        return Candidates(pairs, np.ones(len(pairs), dtype=np.int64), records, rules)
    budget = min(MOST_PAIRS, max(LEAST_PAIRS, PAIRS_PER_RECORD * records))
    return candidates(prepared, records, allowed, budget, MOST_COMPARED)


def value_counts(prepared: Sequence[Prepared]) -> tuple[dict[str, NDArray[np.float64]], dict[str, Frequencies]]:
    """Return, for each column whose values count by frequency, the records with each record's value, and the counts."""
    held: dict[str, NDArray[np.float64]] = {}
    frequencies = {}
    for one in prepared:
        for name in dict.fromkeys(level.shared for level in one.comparison.levels if level.shared):
            codes, values = pd.factorize(one.columns[name], use_na_sentinel=True)
            counts = np.bincount(codes[codes >= 0], minlength=len(values))
            held[name] = np.append(counts, np.nan)[codes]  # -1 is the last
            common = np.flatnonzero(counts > 1)
            several = dict(zip(values[common], counts[common].tolist(), strict=True))
            frequencies[name] = Frequencies(several, int(counts.sum()), one.is_shared)
    return held, frequencies
