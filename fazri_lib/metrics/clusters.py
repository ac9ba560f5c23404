"""How well a clustering of records finds the entities behind them, from the counts of clusters against entities."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


class PrecisionRecall(NamedTuple):
    """Precision, recall and their harmonic mean, each in 0..1."""

    precision: float
    recall: float
    f1: float


class _Contingency(NamedTuple):
    """Records by predicted cluster, by entity and by both, with the position of each cell in the other two."""

    predicted: NDArray[np.int64]
    true: NDArray[np.int64]
    both: NDArray[np.int64]
    cell_predicted: NDArray[np.int64]
    cell_true: NDArray[np.int64]


def harmonic(precision: float, recall: float) -> PrecisionRecall:
    """Return precision and recall with their harmonic mean, which is 0 where both are."""
    total = precision + recall
    return PrecisionRecall(precision, recall, 2 * precision * recall / total if total else 0.0)


def pairwise(predicted: ArrayLike, truth: ArrayLike, source: ArrayLike | None = None) -> PrecisionRecall:
    """Return precision, recall and F1 over unordered pairs of records placed in one cluster, after closure.

    With no predicted pair the precision is 1, with no true pair the recall is 1.

    Args:
        predicted: label of the cluster of each record; only the grouping matters.
        truth: label of the entity of each record.
        source: where each record comes from; given, only pairs from different sources count.
    """
    found, real = _codes(predicted), _codes(truth)
    origin = None if source is None else _codes(source)
    correct = _pairs(_joined(found, real), origin)
    claimed, wanted = _pairs(found, origin), _pairs(real, origin)
    return harmonic(correct / claimed if claimed else 1.0, correct / wanted if wanted else 1.0)


def bcubed(predicted: ArrayLike, truth: ArrayLike) -> PrecisionRecall:
    """Return B-cubed precision, recall and the harmonic mean of the two averages over records.

    Source: Bagga and Baldwin, "Entity-based cross-document coreferencing using the vector space model", 1998.

    Args:
        predicted: label of the cluster of each record.
        truth: label of the entity of each record.
    """
    cells = _contingency(predicted, truth)
    records = cells.both.sum()
    if not records:
        return harmonic(1.0, 1.0)
    squares = cells.both.astype(float) ** 2
    precision = (squares / cells.predicted[cells.cell_predicted]).sum() / records
    recall = (squares / cells.true[cells.cell_true]).sum() / records
    return harmonic(float(precision), float(recall))


def exact_clusters(predicted: ArrayLike, truth: ArrayLike) -> int:
    """Return how many predicted clusters hold all records of one entity and no other."""
    cells = _contingency(predicted, truth)
    same = (cells.both == cells.predicted[cells.cell_predicted]) & (cells.both == cells.true[cells.cell_true])
    return int(same.sum())


def _contingency(predicted: ArrayLike, truth: ArrayLike) -> _Contingency:
    found, real = _codes(predicted), _codes(truth)
    first = np.unique(_joined(found, real), return_index=True, return_counts=True)
    _, place, both = first
    return _Contingency(np.bincount(found), np.bincount(real), both, found[place], real[place])


def _codes(labels: ArrayLike) -> NDArray[np.int64]:
    return pd.factorize(np.asarray(labels))[0].astype(np.int64)


def _joined(one: NDArray[np.int64], other: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number every combination of two codes."""
    return one * (int(other.max(initial=0)) + 1) + other


def _pairs(group: NDArray[np.int64], origin: NDArray[np.int64] | None) -> int:
    """Count unordered pairs within groups, less those within one source."""
    total = _within(group)
    return total if origin is None else total - _within(_joined(group, origin))


def _within(group: NDArray[np.int64]) -> int:
    sizes = np.unique(group, return_counts=True)[1].astype(np.int64)
    return int((sizes * (sizes - 1) // 2).sum())
