"""Calibration without labels: m and the prior by EM over candidate pairs, u over random pairs, in turns.

Nearly all pairs of one person are candidates, and random pairs are nearly all of two; each side corrects the other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.optimize import isotonic_regression

from fazri_lib.resolution.model import probability

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from fazri_lib.resolution.model import Model

ROUNDS = 12
ITERATIONS = 300
MOVES = 1e-4
SETTLED_BITS = 0.01
BUCKET_BITS = 0.25
RARE = 30
PSEUDO = 1.0
EXPECTED, AGREE = 50.0, 0.85
"""So many pairs of one person count as seen before any is, and of them so many agree on a field: few teach little."""


class Compared(NamedTuple):
    """Compared pairs: the level of each comparison, 0 the strongest and -1 unknown, and the counts of shared values."""

    levels: NDArray[np.int8]
    counts: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Patterns:
    """Pairs that say the same, counted.

    Attributes:
        slot: for each pattern and comparison the position of its level in all levels of all comparisons, the last
            position where unknown.
        bits: what the frequencies of its values add, rounded.
        pairs: how many pairs.
        sides: the sources that they are of.
    """

    slot: NDArray[np.int64]
    bits: NDArray[np.float64]
    pairs: NDArray[np.float64]
    sides: NDArray[np.int64]


class Sides(NamedTuple):
    """Between which sources pairs are, as one number for two (`model.side`).

    Attributes:
        candidates: of each candidate pair.
        sample: of each random pair.
        universe: for each number, how many pairs may be one person.
        names: of the sources.
    """

    candidates: NDArray[np.int64]
    sample: NDArray[np.int64]
    universe: NDArray[np.float64]
    names: tuple[str, ...] = ()


def calibrated(model: Model, candidates: Compared, sample: Compared, sides: Sides | int) -> tuple[Model, int]:
    """Return the model that explains the pairs, and the rounds that it took.

    Args:
        model: untrained.
        candidates: the pairs worth comparing: all pairs of one person that there are, but few.
        sample: random pairs.
        sides: between which sources they are; or, where that is not told apart, the number of pairs that may be one
            person.
    """
    if isinstance(sides, int):
        alike = [np.zeros(len(pairs.levels), dtype=np.int64) for pairs in (candidates, sample)]
        sides = Sides(alike[0], alike[1], np.array([float(sides)]))
    universe = int(sides.universe.sum())
    if not universe:
        return model, 0
    sizes = [len(one) for one in model.comparisons]
    slot = _slots(sample.levels, sizes)
    model = replace(model, u=tuple(_shares(_counted(slot, np.ones(len(slot)), sizes), sizes)), sources=sides.names)
    for done in range(ROUNDS):
        found = patterns(model, candidates, sides.candidates)
        model, last = _matching(model, found, sides.universe), model
        model = _differing(model, found, patterns(model, sample, sides.sample), universe)
        if abs(np.log2(model.prior) - np.log2(last.prior)) < SETTLED_BITS:
            return model, done + 1
    return model, ROUNDS


def patterns(model: Model, compared: Compared, sides: NDArray[np.int64]) -> Patterns:
    """Return pairs counted by what they say under a model's frequencies."""
    sizes = [len(one) for one in model.comparisons]
    bits = np.zeros(len(compared.levels))
    for number in range(len(sizes)):
        bits += model.rarity(number, compared.levels[:, number], compared.counts[:, number])
    buckets = np.round(bits / BUCKET_BITS).astype(np.int64)
    code = (buckets - buckets.min(initial=0)) * (int(sides.max(initial=0)) + 1) + sides
    for number, size in enumerate(sizes):
        code = code * (size + 1) + (compared.levels[:, number] + 1)
    order = np.argsort(code, kind="stable")
    begins = np.flatnonzero(np.diff(code[order], prepend=-1))
    first, pairs = order[begins], np.diff(begins, append=len(order))
    return Patterns(
        _slots(compared.levels[first], sizes),
        (buckets[first] * BUCKET_BITS).astype(np.float64),
        pairs.astype(np.float64),
        sides[first],
    )


def posterior(model: Model, found: Patterns) -> NDArray[np.float64]:
    """Return the probability that pairs of each pattern are of one person."""
    weights = np.append(np.concatenate(model.weights()), 0.0)
    return probability(model.start(found.sides) + weights[found.slot].sum(axis=1) + found.bits)


def _matching(model: Model, found: Patterns, universe: NDArray[np.float64]) -> Model:
    """EM over candidates with u fixed: m of every level, and the prior as the sum of posteriors over all pairs."""
    sizes = [len(one) for one in model.comparisons]
    for _ in range(ITERATIONS):
        expected = posterior(model, found) * found.pairs
        m = _agreeing(model, _pooled(model, _counted(found.slot, expected, sizes)))
        matches = float(np.clip(expected.sum(), 0.5, universe.sum() / 2))
        between = _between(found.sides, expected, universe)
        partners = 2 * matches / model.records
        following = replace(model, m=tuple(m), prior=matches / universe.sum(), partners=partners, between=between)
        moved = max(float(np.abs(new - old).max()) for new, old in zip(following.m, model.m, strict=True))
        moved = max(moved, abs(np.log2(following.prior / model.prior)))
        model = following
        if moved < MOVES:
            break
    return model


def _between(
    sides: NDArray[np.int64], expected: NDArray[np.float64], universe: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the share of pairs of one person by the sources that they are of."""
    matches = np.bincount(sides, weights=expected, minlength=len(universe))
    share: NDArray[np.float64] = np.clip(matches, 0.5, universe / 2 + 0.25) / np.maximum(universe, 1.0)
    return share


def _differing(model: Model, found: Patterns, sample: Patterns, universe: int) -> Model:
    """Estimate u over random pairs less those of one person; of levels too rare there at least what candidates show."""
    sizes = [len(one) for one in model.comparisons]
    differ = (1 - posterior(model, sample)) * sample.pairs
    seen = _counted(sample.slot, differ, sizes)
    shown = _counted(found.slot, (1 - posterior(model, found)) * found.pairs, sizes)
    u = []
    for few, many in zip(seen, shown, strict=True):
        known = few.sum() / max(differ.sum(), 1.0) * universe  # pairs of two people in which both values are known
        scaled = few * universe / max(differ.sum(), 1.0)
        estimate = np.where(few >= RARE, scaled, np.maximum(np.where(few >= 1, scaled, 0.0), many)) + PSEUDO / 2
        u.append(estimate / max(estimate.sum(), known))
    return replace(model, u=tuple(np.clip(one, 1e-12, 1.0) for one in u))


def _slots(levels: NDArray[np.int8], sizes: Sequence[int]) -> NDArray[np.int64]:
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    return np.where(levels >= 0, levels + starts, sum(sizes)).astype(np.int64)


def _counted(slot: NDArray[np.int64], weight: NDArray[np.float64], sizes: Sequence[int]) -> list[NDArray[np.float64]]:
    """Return the weight of pairs at each level of each comparison."""
    counts, start = [], 0
    for number, size in enumerate(sizes):
        whole = np.bincount(slot[:, number], weights=weight, minlength=sum(sizes) + 1).astype(np.float64)
        counts.append(whole[start : start + size])
        start += size
    return counts


def _pooled(model: Model, counts: list[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """Add up the cases of one field: slips do not depend on what the other field says, only chance agreement does."""
    cases = [one.case_of or one.field for one in model.comparisons]
    sums: dict[str, NDArray[np.float64]] = {}
    for case, count in zip(cases, counts, strict=True):
        sums[case] = sums[case] + count if case in sums else count
    return [sums[case] for case in cases]


def _agreeing(model: Model, counts: list[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """Return shares of levels among pairs of one person, shrunk to what fields are like: `EXPECTED` pairs of that.

    Where the levels of a comparison are ordered, a weaker one never speaks for one person more than a stronger one: of
    levels that would, as of those that nothing reaches, the shares are pooled (isotonic regression, Ayer et al., 1955).
    """
    found = []
    for one, count, u in zip(model.comparisons, counts, model.u, strict=True):
        expected = np.full(len(one), (1 - AGREE) / (len(one) - 1))
        expected[0] = AGREE
        shares = (count + EXPECTED * expected) / (count.sum() + EXPECTED)
        found.append(isotonic(shares / u, u) * u if one.is_ordered else shares)
    return found


def isotonic(values: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the closest values that never rise, by pooling adjacent violators; their weighted sum stays.

    Args:
        values: in order.
        weights: of each, above 0.
    """
    fitted = isotonic_regression(values, weights=weights, increasing=False)
    return np.asarray(fitted.x, dtype=np.float64)


def _shares(counts: list[NDArray[np.float64]], sizes: Sequence[int]) -> list[NDArray[np.float64]]:
    """Return shares of levels, none of them zero."""
    return [(count + PSEUDO / size) / (count.sum() + PSEUDO) for count, size in zip(counts, sizes, strict=True)]
