"""The few records that a question is about, and what weighs them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd

from fazri_lib.errors import NotPublishedError
from fazri_lib.resolution.agglomeration import Decided, Scored
from fazri_lib.resolution.comparison import told_apart
from fazri_lib.resolution.pairs import Allowed, all_pairs
from fazri_lib.resolution.people import Judge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

    from numpy.typing import NDArray

    from fazri_lib.resolution.comparison import Comparison, Prepared
    from fazri_lib.resolution.model import Frequencies, Model
    from fazri_lib.resolution.pairs import Pairs


class Opening(Protocol):
    """Opens an engine on prepared columns, which tells the level of each pair and comparison."""

    def __call__(
        self, columns: Mapping[str, pd.Series], comparisons: Sequence[Comparison]
    ) -> AbstractContextManager[Callable[[Pairs], NDArray[np.int8]]]:
        """Open it."""
        ...


@dataclass(frozen=True, slots=True)
class Few:
    """A few records, by their position.

    Attributes:
        prepared: their fields.
        model: the trained model; frequencies are those of the records that it was trained on.
        opening: opens what compares them.
        group: number of the source of each record in which nobody has two records; -1 elsewhere.
        decided: what reviewers have decided of pairs of them.
        source: number of the source of each record in `model.sources`, -1 of one that came later; None where these are
            not told apart.
    """

    prepared: Sequence[Prepared]
    model: Model
    opening: Opening
    group: NDArray[np.int64]
    decided: Decided = field(default_factory=Decided)
    source: NDArray[np.int64] | None = None

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.group)

    @property
    def fields(self) -> list[str]:
        """Names of the fields, in the order of the model."""
        return list(dict.fromkeys(one.case_of or one.field for one in self.model.comparisons))

    @contextmanager
    def judge(self) -> Iterator[Judge]:
        """Open what scores pairs of them.

        Raises:
            NotPublishedError: the model was trained on other comparisons than this version makes.
        """
        if told_apart(self.prepared) != self.model.comparisons:
            raise NotPublishedError(
                "the model was trained by another version of Fazri; expected the comparisons of this one, got others; "
                "train it again: `fazri run`"
            )
        columns = {name: column for one in self.prepared for name, column in one.columns.items()}
        with self.opening(columns, [one.comparison for one in self.prepared]) as compare:
            yield Judge(self.prepared, compare, _held(self.prepared, self.model), self.model, self.source)

    def scored(self) -> Scored:
        """Return all pairs of them that may be one person, scored."""
        pairs = all_pairs(len(self))
        pairs = pairs.where(Allowed(self.group)(pairs))
        if not len(pairs):
            return Scored(pairs, np.zeros(0))
        with self.judge() as judge:
            return scored_by(judge, pairs)

    def matrix(self, scored: Scored) -> NDArray[np.float64]:
        """Return the match weights of scored pairs as a symmetric matrix, bits; -inf where two cannot be one person."""
        matrix = np.full((len(self), len(self)), -np.inf)
        left, right = scored.pairs.left, scored.pairs.right
        matrix[left, right] = matrix[right, left] = scored.weight
        return matrix

    def weights(self) -> NDArray[np.float64]:
        """Return the match weights of all pairs as a symmetric matrix, bits; -inf where two cannot be one person."""
        return self.matrix(self.scored())

    def chosen(self, records: Sequence[int]) -> Few:
        """Return some of them, in this order."""
        place = {record: number for number, record in enumerate(records)}
        same, different = (
            [(place[a], place[b]) for a, b in pairs if a in place and b in place]
            for pairs in (self.decided.same, self.decided.different)
        )
        prepared = [
            replace(one, columns={name: _rows(column, records) for name, column in one.columns.items()})
            for one in self.prepared
        ]
        rows = np.array(records, dtype=np.int64)
        source = None if self.source is None else self.source[rows]
        decided = Decided(same, different)
        return replace(self, prepared=prepared, group=self.group[rows], decided=decided, source=source)

    def given(self, record: int, fields: Sequence[str], other: int) -> Few:
        """Return them as they would be if a record had another one's values of some fields.

        What the other one does not know the record keeps, and gives to it.
        """
        prepared = [_given(one, record, other) if one.comparison.field in fields else one for one in self.prepared]
        return replace(self, prepared=prepared)

    def knows(self, record: int, field: str) -> bool:
        """Tell whether a record has a value of a field."""
        columns = next(one.columns for one in self.prepared if one.comparison.field == field)
        return any(column.iloc[record] is not None for column in columns.values())

    @classmethod
    def stacked(cls, parts: Sequence[Few]) -> Few:
        """Return several of them one after the other, so that one engine compares them all."""
        first = parts[0]
        prepared = [
            replace(one, columns={name: _stacked(parts, place, name) for name in one.columns})
            for place, one in enumerate(first.prepared)
        ]
        group = np.concatenate([part.group for part in parts])
        source = None if first.source is None else np.tile(first.source, len(parts))
        return replace(first, prepared=prepared, group=group, decided=Decided(), source=source)


def sources_of(names: Sequence[str], model: Model) -> NDArray[np.int64] | None:
    """Return the numbers of sources in a model, -1 of those that came later; None when it tells none apart."""
    known = {name: number for number, name in enumerate(model.sources)}
    return np.array([known.get(name, -1) for name in names], dtype=np.int64) if known else None


def scored_by(judge: Judge, pairs: Pairs) -> Scored:
    """Return pairs as the clustering takes them."""
    return judge.scored(pairs)


def _stacked(parts: Sequence[Few], place: int, name: str) -> pd.Series:
    return pd.Series([value for part in parts for value in part.prepared[place].columns[name]], dtype=object)


def _rows(column: pd.Series, records: Sequence[int]) -> pd.Series:
    values = column.tolist()
    return pd.Series([values[record] for record in records], dtype=object)


def _given(one: Prepared, record: int, other: int) -> Prepared:
    """A field with one record's values in the place of another's, all of its columns together."""
    table = {name: column.tolist() for name, column in one.columns.items()}
    is_known = any(values[other] is not None for values in table.values())
    source, target = (other, record) if is_known else (record, other)
    for values in table.values():
        values[target] = values[source]
    return replace(one, columns={name: pd.Series(values, dtype=object) for name, values in table.items()})


def _held(prepared: Sequence[Prepared], model: Model) -> dict[str, NDArray[np.float64]]:
    """For each column whose values count by frequency the records with each record's value, as the model knows them."""
    columns = {name: column for one in prepared for name, column in one.columns.items()}
    shared = {level.shared for one in model.comparisons for level in one.levels if level.shared}
    return {name: _counts(columns[name], model.frequencies.get(name)) for name in sorted(shared)}


def _counts(column: pd.Series, frequencies: Frequencies | None) -> NDArray[np.float64]:
    if frequencies is None:
        return np.full(len(column), np.nan)
    counts = [np.nan if value is None else max(frequencies.count.get(value, 1), 1) for value in column]
    return np.array(counts, dtype=np.float64)
