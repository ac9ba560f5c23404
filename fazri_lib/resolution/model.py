"""The trained model: what each degree of agreement says, in bits, and how it scores pairs in this process.

Fellegi and Sunter, "A theory for record linkage", 1969: a pair's match weight is the sum over comparisons of
log2(m / u), m and u the probabilities of its level among pairs of one person and of two, plus log2 of the prior odds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from fazri_lib.resolution.comparison import Comparison, Level

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from fazri_lib.resolution.pairs import Pairs

PLACES = 6
"""Decimals of every weight: sums in another order differ in the last bits, and order must not decide anything."""


@dataclass(frozen=True, slots=True)
class Frequencies:
    """How often each value of a prepared column stands in the records.

    Attributes:
        count: records with a value, by value; those that stand there once, as most personal values, are left out.
        known: records with any value.
        is_shared: whether several people may well have the same value; then nobody's own records are taken off.
    """

    count: Mapping[str, int]
    known: int
    is_shared: bool = False

    def commonness(self, count: NDArray[np.floating[Any]], own: float) -> NDArray[np.float64]:
        """Return log2 of how much rarer than usual values are, given how often they stand there.

        A person's own other records do not make a value common, so `own` of them are taken off; the expectation of
        the others is never below one record.

        Args:
            count: records with the value; NaN where frequency does not count, which gives 0.
            own: expected number of other records of the same person that have the value.
        """
        sizes = np.fromiter(self.count.values(), dtype=np.float64, count=len(self.count))
        own = 0.0 if self.is_shared else own
        once = self.known - sizes.sum()
        usual = (once + (sizes * np.maximum(1.0, sizes - own)).sum()) / max(self.known, 1)
        bits = np.log2(max(usual, 1.0) / np.maximum(1.0, count.astype(np.float64) - own))
        return np.where(np.isnan(count), 0.0, bits)


@dataclass(frozen=True, slots=True)
class Model:
    """A trained model.

    Attributes:
        comparisons: what is compared, in order.
        m: probability of each level among pairs of one person, a list a comparison, levels as the comparison has them.
        u: the same among pairs of two people.
        prior: probability that a pair of records which may be one person is.
        partners: expected number of other records of a record's person.
        records: number of records that it was trained on.
        frequencies: of the prepared columns whose values count by frequency.
        sources: names of the sources of the records, sorted; empty where they are not told apart.
        between: `prior` for the records of two sources, by the number that `side` gives; empty as `sources`.
    """

    comparisons: tuple[Comparison, ...]
    m: tuple[NDArray[np.float64], ...]
    u: tuple[NDArray[np.float64], ...]
    prior: float
    partners: float
    records: int
    frequencies: Mapping[str, Frequencies] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    between: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    @classmethod
    def untrained(
        cls, comparisons: Sequence[Comparison], records: int, frequencies: Mapping[str, Frequencies]
    ) -> Model:
        """Return where training starts: the stronger a level, the likelier; one other record of each person."""
        m = tuple(_guess(len(one)) for one in comparisons)
        u = tuple(guess[::-1].copy() for guess in m)
        return cls(tuple(comparisons), m, u, min(0.5, 1 / max(records, 2)), 1.0, records, frequencies)

    @property
    def prior_weight(self) -> float:
        """Prior odds, bits."""
        return float(np.log2(self.prior / (1 - self.prior)))

    def start(self, sides: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the prior odds of pairs by the sources that they are of, bits.

        Args:
            sides: the two sources of each pair as one number, as of `side`; below 0 where a source was not there when
                the model was trained: then the prior of all pairs counts.
        """
        if not len(self.between):
            return np.full(len(sides), self.prior_weight)
        odds = np.log2(self.between / (1 - self.between)).round(PLACES)
        return np.where(sides >= 0, odds[np.maximum(sides, 0)], self.prior_weight)

    def numbers(self, source: pd.Series) -> NDArray[np.int64]:
        """Return the number of each record's source, -1 where the model does not know it; for a judge.

        Args:
            source: its name.
        """
        place = {name: number for number, name in enumerate(self.sources)}
        return np.array([place.get(str(name), -1) for name in source], dtype=np.int64)

    def parts(self, levels: NDArray[np.int8], counts: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """Return the bits that each comparison says of each pair.

        Args:
            levels: the level of each pair and comparison, 0 the strongest, -1 unknown.
            counts: how many records have the value that the level rests on, NaN where that does not count.
        """
        parts = np.zeros(levels.shape)
        for number, weights in enumerate(self.weights()):
            level = levels[:, number]
            parts[:, number] = np.append(weights, 0.0)[level] + self.rarity(number, level, counts[:, number])
        return parts.round(PLACES)

    def weights(self) -> list[NDArray[np.float64]]:
        """Return log2(m / u) of each level of each comparison."""
        return [np.log2(m) - np.log2(u) for m, u in zip(self.m, self.u, strict=True)]

    def rarity(self, number: int, level: NDArray[np.int8], count: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """Return the bits that the frequency of the shared value adds to a comparison's levels."""
        bits = np.zeros(len(level))
        for place, one in enumerate(self.comparisons[number].levels):
            if one.shared in self.frequencies:
                there = np.flatnonzero(level == place)
                own = self.partners * float(self.m[number][place])
                bits[there] = self.frequencies[one.shared].commonness(count[there], own)
        return bits

    def total(self, parts: NDArray[np.float64], sides: NDArray[np.int64] | None = None) -> NDArray[np.float64]:
        """Return the match weight of each pair: prior and all comparisons, bits.

        Args:
            parts: what each comparison says.
            sides: the sources of each pair, as of `side`; without them the prior of all pairs counts.
        """
        start = self.prior_weight if sides is None else self.start(sides)
        weight: NDArray[np.float64] = (start + parts.sum(axis=1)).round(PLACES)
        return weight

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Model:
        """Return the model that a document of `as_json` holds."""
        comparisons, ms, us = [], [], []
        for one in document["comparisons"]:
            levels = tuple(Level(level["label"], level["condition"], level["shared"]) for level in one["levels"])
            told = (one["field"], one["unknown"], levels, one["agrees"], one["case_of"])
            comparisons.append(Comparison(*told, is_ordered=one.get("is_ordered", False)))
            ms.append(np.array([level["m"] for level in one["levels"]]))
            us.append(np.array([level["u"] for level in one["levels"]]))
        frequencies = {
            name: Frequencies(one["count"], one["known"], one["is_shared"])
            for name, one in document["frequencies"].items()
        }
        return cls(
            tuple(comparisons),
            tuple(ms),
            tuple(us),
            document["prior"],
            document["partners"],
            document["records"],
            frequencies,
            tuple(document.get("sources", ())),
            np.array(document.get("between", ()), dtype=np.float64),
        )

    def as_json(self) -> dict[str, Any]:
        """Return the model as a document of plain values. It holds personal values that several records have."""
        comparisons = [
            {
                "field": one.field,
                "unknown": one.unknown,
                "agrees": one.agrees,
                "case_of": one.case_of,
                "is_ordered": one.is_ordered,
                "levels": [
                    {**level._asdict(), "m": float(m), "u": float(u)}
                    for level, m, u in zip(one.levels, ms, us, strict=True)
                ],
            }
            for one, ms, us in zip(self.comparisons, self.m, self.u, strict=True)
        ]
        frequencies = {
            name: {"known": one.known, "is_shared": one.is_shared, "count": dict(sorted(one.count.items()))}
            for name, one in self.frequencies.items()
        }
        return {
            "prior": self.prior, "partners": self.partners, "records": self.records,
            "sources": list(self.sources), "between": self.between.tolist(),
            "comparisons": comparisons, "frequencies": frequencies,
        }  # fmt: skip


def side(one: NDArray[np.int64], other: NDArray[np.int64], sources: int) -> NDArray[np.int64]:
    """Return the sources of pairs as one number, whichever of the two comes first; below 0 where one is unknown.

    Args:
        one: number of the source of the one record.
        other: of the other.
        sources: how many there are.
    """
    number: NDArray[np.int64] = np.minimum(one, other) * sources + np.maximum(one, other)
    return number


def _guess(size: int) -> NDArray[np.float64]:
    m = 0.5 ** np.arange(1, size + 1)
    m[-1] = 0.1
    guess: NDArray[np.float64] = m / m.sum()
    return guess


def probability(weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probability that a match weight in bits stands for."""
    return 1.0 / (1.0 + np.exp2(-np.clip(weight, -500, 500)))


def shared_counts(
    comparisons: Sequence[Comparison], levels: NDArray[np.int8], held: Mapping[str, NDArray[np.float64]], pairs: Pairs
) -> NDArray[np.float32]:
    """Return how many records have the value that each pair's level rests on, NaN where frequency does not count.

    Of two values that are only close the commoner one counts: the other is likely a slip of it.

    Args:
        comparisons: what was compared.
        levels: the level of each pair and comparison.
        held: for each prepared column that counts, the number of records with the same value, by record.
        pairs: the pairs.
    """
    counts = np.full(levels.shape, np.nan, dtype=np.float32)
    for number, comparison in enumerate(comparisons):
        for place, level in enumerate(comparison.levels):
            if level.shared:
                there = np.flatnonzero(levels[:, number] == place)
                count = held[level.shared]
                counts[there, number] = np.fmax(count[pairs.left[there]], count[pairs.right[there]])
    return counts
