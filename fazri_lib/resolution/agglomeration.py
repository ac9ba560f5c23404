"""Clusters out of match weights: components, then average linkage within them, so that weak bridges do not hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from fazri_lib.resolution.pairs import Pairs, decoded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from fazri_lib.resolution.pairs import Allowed

LOOSE = -2.0
CUT = -3.0
LOWEST, HIGHEST = -8.0, 10.0
LARGEST = 800


@dataclass(frozen=True, slots=True)
class Decided:
    """What people have decided of pairs, by record numbers.

    Attributes:
        same: pairs of one person.
        different: pairs of two.
    """

    same: Sequence[tuple[int, int]] = ()
    different: Sequence[tuple[int, int]] = ()


@dataclass(frozen=True, slots=True)
class Scored:
    """Pairs and their match weights, bits."""

    pairs: Pairs
    weight: NDArray[np.float64]


def clustered(
    records: int, scored: Scored, score: Callable[[Pairs], NDArray[np.float64]], allowed: Allowed, decided: Decided
) -> tuple[NDArray[np.int64], Scored]:
    """Return the cluster of each record (its lowest record number), and the pairs with those scored on the way.

    Args:
        records: their number, in the order of their contents.
        scored: pairs that were compared.
        score: gives the match weights of more pairs.
        allowed: which pairs may be one person.
        decided: what people have decided; it wins.
    """
    component = _components(records, scored, decided, LOOSE)
    missing = _missing(records, component, scored.pairs, allowed)
    scored = _merged(records, scored, Scored(missing, score(missing)))
    cluster = np.arange(records, dtype=np.int64)
    inside = component[scored.pairs.left] == component[scored.pairs.right]
    order = np.argsort(component[scored.pairs.left][inside], kind="stable")
    chosen = np.flatnonzero(inside)[order]
    label = component[scored.pairs.left][chosen]
    members = np.argsort(component, kind="stable")
    starts = np.flatnonzero(np.diff(component[members], prepend=-1))
    bounds = np.append(starts, records)
    edges = (
        np.searchsorted(label, component[members][starts], side="left"),
        np.searchsorted(label, component[members][starts], side="right"),
    )
    for number in np.flatnonzero(np.diff(bounds) > 1):
        who = members[bounds[number] : bounds[number + 1]]
        rows = chosen[edges[0][number] : edges[1][number]]
        cluster[who] = who[_within(who, scored, rows, decided)]
    return cluster, scored


def _components(records: int, scored: Scored, decided: Decided, least: float) -> NDArray[np.int64]:
    """Return components over weights of at least `least`; larger ones than can be handled are cut at higher weights."""
    chosen = np.flatnonzero(scored.weight >= least)
    left, right = scored.pairs.left[chosen], scored.pairs.right[chosen]
    same = np.array(list(decided.same), dtype=np.int64).reshape(-1, 2)
    component = _connected(records, np.concatenate([left, same[:, 0]]), np.concatenate([right, same[:, 1]]))
    while True:
        sizes = np.bincount(component)
        large = sizes[component] > LARGEST
        if not large.any() or least > HIGHEST + 40:
            return component
        least += 2.0
        keeps = (scored.weight[chosen] >= least) | ~large[left]
        chosen, left, right = chosen[keeps], left[keeps], right[keeps]
        component = _connected(records, np.concatenate([left, same[:, 0]]), np.concatenate([right, same[:, 1]]))


def _connected(records: int, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
    graph = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(records, records))
    labels: NDArray[np.int64] = connected_components(graph, directed=False)[1].astype(np.int64)
    return labels


def _missing(records: int, component: NDArray[np.int64], pairs: Pairs, allowed: Allowed) -> Pairs:
    """Return the pairs within components that were not compared and may be."""
    members = np.argsort(component, kind="stable")
    sizes = np.bincount(component)
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    parts = [np.zeros(0, dtype=np.int64)]
    for size in np.unique(sizes[sizes > 1]):
        grid = members[starts[sizes == size][:, None] + np.arange(size)]
        first, second = np.triu_indices(size, 1)
        parts.append((grid[:, first] * records + grid[:, second]).ravel())
    within = decoded(np.setdiff1d(np.concatenate(parts), pairs.codes(records)), records)
    return within.where(allowed(within))


def _merged(records: int, one: Scored, other: Scored) -> Scored:
    codes = np.concatenate([one.pairs.codes(records), other.pairs.codes(records)])
    order = np.argsort(codes, kind="stable")
    return Scored(decoded(codes[order], records), np.concatenate([one.weight, other.weight])[order])


def _within(who: NDArray[np.int64], scored: Scored, rows: NDArray[np.int64], decided: Decided) -> NDArray[np.int64]:
    """Return the cluster of each record of a component as the position of its first member."""
    weight = np.full((len(who), len(who)), -np.inf)
    left, right = np.searchsorted(who, scored.pairs.left[rows]), np.searchsorted(who, scored.pairs.right[rows])
    weight[left, right] = weight[right, left] = np.clip(scored.weight[rows], LOWEST, HIGHEST)
    place = {int(record): number for number, record in enumerate(who)}
    same = [(place[a], place[b]) for a, b in decided.same if a in place and b in place]
    for one, other in ((place[a], place[b]) for a, b in decided.different if a in place and b in place):
        weight[one, other] = weight[other, one] = -np.inf
    group = agglomerated(weight, same)
    joined = (group[:, None] == group[None, :]) & (weight >= 0)
    for one, other in same:
        joined[one, other] = joined[other, one] = True
    labels = _connected(len(who), *np.nonzero(joined))
    first: NDArray[np.int64] = np.unique(labels, return_index=True)[1][labels]
    return first


def agglomerated(
    weight: NDArray[np.float64], same: Sequence[tuple[int, int]] = (), cut: float = CUT
) -> NDArray[np.int64]:
    """Merge the two groups with the highest average weight between them until none reaches the cut.

    Average linkage (Sokal and Michener, 1958). A pair that cannot be (-inf) keeps its groups apart for ever.

    Args:
        weight: symmetric matrix of weights, -inf where two cannot be one.
        same: pairs that are one from the start, whatever they weigh.
        cut: lowest average weight of a merge.

    Returns:
        the group of each row: the position of its first member.
    """
    average = weight.copy()
    np.fill_diagonal(average, -np.inf)
    group = np.arange(len(weight), dtype=np.int64)
    size = np.ones(len(weight))
    for one, other in same:
        _merge(average, group, size, int(min(group[one], group[other])), int(max(group[one], group[other])))
    best = average.argmax(axis=1)
    while True:
        top = average[np.arange(len(best)), best]
        one = int(top.argmax())
        if not top[one] >= cut:
            return group
        low, high = sorted((one, int(best[one])))
        _merge(average, group, size, low, high)
        stale = np.flatnonzero((best == low) | (best == high))
        rows = np.unique(np.append(stale, (low, high)))
        best[rows] = average[rows].argmax(axis=1)
        better = np.flatnonzero(average[:, low] > average[np.arange(len(best)), best])
        best[better] = low


def _merge(
    average: NDArray[np.float64], group: NDArray[np.int64], size: NDArray[np.float64], low: int, high: int
) -> None:
    if low == high:
        return
    total = size[low] + size[high]
    joined = ((average[low] * size[low] + average[high] * size[high]) / total).round(9)
    average[low], average[:, low] = joined, joined
    average[high], average[:, high] = -np.inf, -np.inf
    average[low, low] = -np.inf
    size[low] = total
    group[group == high] = low
