"""Clusters out of match weights: components, then average linkage within them, so that weak bridges do not hold.

Two groups are compared field by field: what a field says is the average over those pairs between them in which both
values are known. So a record that knows little does not dilute what the others say, and each field counts once however
many records repeat it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from fazri_lib.resolution.linkage import Sets, linked
from fazri_lib.resolution.pairs import Pairs, decoded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from fazri_lib.resolution.pairs import Allowed

LOOSE = -2.0
LOWEST, HIGHEST = -12.0, 16.0
"""What one field of one pair can say at most, bits: nothing is as sure as rare values make it look."""
LARGEST = 800
AT_ONCE = 4_000_000


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
    """Pairs and their match weights, bits.

    Attributes:
        pairs: the pairs.
        weight: of each, all in all.
        fields: of each what its sources say (the prior), then what each field says, NaN where unknown; None where only
            the whole weight is known, which then counts as one field.
    """

    pairs: Pairs
    weight: NDArray[np.float64]
    fields: NDArray[np.float32] | None = None

    def where(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Scored:
        """Return some of them."""
        fields = None if self.fields is None else self.fields[chosen]
        return Scored(self.pairs.where(chosen), self.weight[chosen], fields)

    def said(self) -> NDArray[np.float32]:
        """Return what each pair says: the prior, then each field as far as it counts."""
        if self.fields is None:
            return np.column_stack([np.zeros(len(self.weight)), np.clip(self.weight, LOWEST, HIGHEST)]).astype("f4")
        said = self.fields.copy()
        np.clip(said[:, 1:], LOWEST, HIGHEST, out=said[:, 1:])
        return said


def joined(parts: Sequence[Scored]) -> Scored:
    """Return scored pairs of several parts, in their order.

    Args:
        parts: all with what each field says, or all without; of parts without pairs it does not matter.

    Raises:
        ValueError: some tell fields apart and some do not.
    """
    left, right = (np.concatenate([getattr(one.pairs, end) for one in parts]) for end in ("left", "right"))
    told = [one for one in parts if len(one.pairs)] or parts[:1]
    fields = [one.fields for one in told if one.fields is not None]
    if len(fields) not in {0, len(told)}:
        raise ValueError("pairs are joined with fields or without; expected one of both, got some of each")
    weight = np.concatenate([one.weight for one in parts])
    return Scored(Pairs(left, right), weight, np.concatenate(fields) if fields else None)


def clustered(
    records: int,
    scored: Scored,
    score: Callable[[Pairs], Scored | NDArray[np.float64]],
    allowed: Allowed,
    decided: Decided,
) -> tuple[NDArray[np.int64], Scored]:
    """Return the cluster of each record (its lowest record number), and the pairs with those scored on the way.

    Args:
        records: their number, in the order of their contents.
        scored: pairs that were compared.
        score: scores more pairs; or gives their match weights, where fields are not told apart.
        allowed: which pairs may be one person.
        decided: what people have decided; it wins.
    """
    component = _components(records, scored, decided, LOOSE)
    missing = _missing(records, component, scored.pairs, allowed)
    later = score(missing)
    scored = _merged(records, scored, Scored(missing, later) if isinstance(later, np.ndarray) else later)
    inside = scored.where(component[scored.pairs.left] == component[scored.pairs.right])
    group, merges = _grouped(component, inside, decided)
    left, right = inside.pairs.left, inside.pairs.right
    holds = (group[left] == group[right]) & (inside.weight >= 0)
    ends = np.concatenate([np.column_stack([left[holds], right[holds]]), merges, _ends(decided.same)])
    labels = _connected(records, ends[:, 0], ends[:, 1])
    first: NDArray[np.int64] = np.unique(labels, return_index=True)[1][labels]
    return first, scored


def _grouped(
    component: NDArray[np.int64], inside: Scored, decided: Decided
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the group of each record by average linkage within components, those of one size at once.

    Returns:
        the groups; and two records, one of each side, of merges that are more likely than not.
    """
    sizes = np.bincount(component, minlength=1)
    members = np.argsort(component, kind="stable")
    starts = np.cumsum(sizes) - sizes
    place = np.empty(len(component), dtype=np.int64)
    place[members] = np.arange(len(component)) - starts[component[members]]
    of_pair = component[inside.pairs.left]
    same, different = (_within(pairs, component, place) for pairs in (decided.same, decided.different))
    is_doubtful = _doubtful(sizes, of_pair, inside.weight, different)
    group = component + len(component)
    order, merges = np.argsort(of_pair, kind="stable"), [np.zeros((0, 2), dtype=np.int64)]
    for some in _at_once(sizes, is_doubtful, inside):
        size, number = int(sizes[some[0]]), np.full(len(sizes), -1, dtype=np.int64)
        number[some] = np.arange(len(some))
        rows = order[number[of_pair[order]] >= 0]
        pairs = inside.pairs.where(rows)
        sets = Sets(
            len(some), size, number[of_pair[rows]], place[pairs.left], place[pairs.right], inside.where(rows).said(),
            *(_numbered(told, number) for told in (same, different)),
        )  # fmt: skip
        who = members[starts[some][:, None] + np.arange(size)]
        found, likely = linked(sets)
        group[who.ravel()] = np.take_along_axis(who, found, axis=1).ravel()
        merges.append(np.take_along_axis(who[likely[:, 0]], likely[:, 1:], axis=1))
    return group, np.concatenate(merges)


def _doubtful(
    sizes: NDArray[np.int64], of_pair: NDArray[np.int64], weight: NDArray[np.float64], different: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Tell in which components not every two records are more likely one person than not; the others are one."""
    likely = np.bincount(of_pair, weights=weight >= 0, minlength=len(sizes))
    is_doubtful: NDArray[np.bool_] = likely < sizes * (sizes - 1) // 2
    is_doubtful[different[:, 0]] = True
    return is_doubtful


def _at_once(sizes: NDArray[np.int64], chosen: NDArray[np.bool_], inside: Scored) -> Iterator[NDArray[np.int64]]:
    """Give the chosen components, those of one size together as far as memory allows."""
    fields = 1 if inside.fields is None else inside.fields.shape[1] - 1
    for size in np.unique(sizes[chosen]):
        some = np.flatnonzero(chosen & (sizes == size))
        step = max(1, AT_ONCE // int(size * size * fields))
        for start in range(0, len(some), step):
            yield some[start : start + step]


def _within(
    pairs: Sequence[tuple[int, int]], component: NDArray[np.int64], place: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return component and positions of the decided pairs that are within one."""
    ends = _ends(pairs)
    ends = ends[component[ends[:, 0]] == component[ends[:, 1]]]
    return np.column_stack([component[ends[:, 0]], place[ends]])


def _numbered(told: NDArray[np.int64], number: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return decided pairs of the components that have a number, by it."""
    chosen = told[number[told[:, 0]] >= 0]
    return np.column_stack([number[chosen[:, 0]], chosen[:, 1:]])


def _ends(pairs: Sequence[tuple[int, int]]) -> NDArray[np.int64]:
    return np.array(list(pairs), dtype=np.int64).reshape(-1, 2)


def _components(records: int, scored: Scored, decided: Decided, least: float) -> NDArray[np.int64]:
    """Return components over weights of at least `least`; larger ones than can be handled are cut at higher weights."""
    chosen = np.flatnonzero(scored.weight >= least)
    left, right = scored.pairs.left[chosen], scored.pairs.right[chosen]
    same = _ends(decided.same)
    component = _connected(records, np.append(left, same[:, 0]), np.append(right, same[:, 1]))
    while True:
        sizes = np.bincount(component, minlength=1)
        large = sizes[component] > LARGEST
        if not large.any() or least > HIGHEST + 40:
            return component
        least += 2.0
        keeps = (scored.weight[chosen] >= least) | ~large[left]
        chosen, left, right = chosen[keeps], left[keeps], right[keeps]
        component = _connected(records, np.append(left, same[:, 0]), np.append(right, same[:, 1]))


def _connected(records: int, left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
    graph = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(records, records))
    labels: NDArray[np.int64] = connected_components(graph, directed=False)[1].astype(np.int64)
    return labels


def _missing(records: int, component: NDArray[np.int64], pairs: Pairs, allowed: Allowed) -> Pairs:
    """Return the pairs within components that were not compared and may be."""
    members = np.argsort(component, kind="stable")
    sizes = np.bincount(component, minlength=1)
    starts = np.cumsum(sizes) - sizes
    parts = [np.zeros(0, dtype=np.int64)]
    for size in np.unique(sizes[sizes > 1]):
        grid = members[starts[sizes == size][:, None] + np.arange(size)]
        first, second = np.triu_indices(size, 1)
        parts.append((grid[:, first] * records + grid[:, second]).ravel())
    within = np.sort(np.concatenate(parts))
    there = pairs.where(component[pairs.left] == component[pairs.right]).codes(records)
    at = np.minimum(np.searchsorted(there, within), max(len(there) - 1, 0))
    new = decoded(within[there[at] != within] if len(there) else within, records)
    return new.where(allowed(new))


def _merged(records: int, one: Scored, other: Scored) -> Scored:
    both = joined([one, other])
    return both.where(np.argsort(both.pairs.codes(records), kind="stable"))
