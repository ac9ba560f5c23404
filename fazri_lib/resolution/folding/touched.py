"""Which records are looked at again when: those that news may touch, and nobody else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from fazri_lib.resolution.folding.timeline import Contents, Verdicts
    from fazri_lib.resolution.pairs import Pairs


@dataclass(frozen=True, slots=True)
class Instances:
    """Sets of contents that are looked at, each at one moment; nothing outside a set is near anything in it.

    Attributes:
        moment: number of the moment of each set.
        start: where it begins in `member`; one more at the end.
        member: the contents, sorted within each set.
    """

    moment: NDArray[np.int64]
    start: NDArray[np.int64]
    member: NDArray[np.int64]

    @property
    def of_member(self) -> NDArray[np.int64]:
        """Number of the set of each member."""
        return np.repeat(np.arange(len(self.moment)), np.diff(self.start))


def instances(
    contents: Contents, edges: Pairs, span: tuple[int, int], verdicts: Verdicts, *, is_whole: bool
) -> Instances:
    """Return what is looked at in a span: at its first moment all, later the components of what changed.

    Args:
        contents: what is known when.
        edges: pairs of contents that are near each other.
        span: its first moment, and the one after its last.
        verdicts: of reviewers; who is decided to be the same is near.
        is_whole: whether to look at all at the first moment; if not, at what changed in it.
    """
    near = _neighbours(len(contents), edges)
    nodes = _contents_of_nodes(contents)
    by_begin, by_end = _by_moment(contents.begins), _by_moment(contents.ends)
    decided = np.unique(np.concatenate([verdicts.begins, verdicts.ends]))
    members = [contents.live(span[0])] if is_whole else []
    moments = [span[0]] if is_whole else []
    changes = {moment for part in (by_begin, by_end) for moment in part} | set(decided.tolist())
    for moment in sorted(one for one in changes if span[0] + is_whole <= one < span[1]):
        at = _At(contents, moment, near, nodes, verdicts)
        ended = (other for one in by_end.get(moment, ()) for other in at.beside(one))
        told = (one for node in verdicts.changed(moment) for one in at.of_node(int(node)))
        found = at.reached([*by_begin.get(moment, ()), *ended, *told])
        if len(found):
            members.append(found)
            moments.append(moment)
    sizes = [len(one) for one in members]
    return Instances(
        np.array(moments, dtype=np.int64),
        np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)]).astype(np.int64),
        np.concatenate([np.zeros(0, dtype=np.int64), *members]),
    )


class _At:
    """Who is near whom at one moment."""

    def __init__(
        self,
        contents: Contents,
        moment: int,
        near: list[list[int]],
        nodes: dict[int, list[int]],
        verdicts: Verdicts,
    ) -> None:
        self._contents, self._moment, self._near, self._nodes = contents, moment, near, nodes
        self._same: dict[int, list[int]] = {}
        for left, right, is_same in verdicts.at(moment):
            if is_same:
                self._same.setdefault(left, []).append(right)
                self._same.setdefault(right, []).append(left)

    def of_node(self, node: int) -> list[int]:
        """Return the content of a row that holds now, if any."""
        return [one for one in self._nodes.get(node, ()) if self._holds(one)]

    def beside(self, content: int) -> list[int]:
        """Return what is near a content and holds now."""
        found = [other for other in self._near[content] if self._holds(other)]
        for node in self._same.get(int(self._contents.node[content]), ()):
            found += self.of_node(node)
        return found

    def reached(self, seeds: Iterable[int]) -> NDArray[np.int64]:
        """Return all that hangs together with any of some contents."""
        waiting = [int(one) for one in seeds if self._holds(int(one))]
        seen = set(waiting)
        while waiting:
            for other in self.beside(waiting.pop()):
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        return np.array(sorted(seen), dtype=np.int64)

    def _holds(self, content: int) -> bool:
        return bool(self._contents.begins[content] <= self._moment < self._contents.ends[content])


def _neighbours(contents: int, edges: Pairs) -> list[list[int]]:
    near: list[list[int]] = [[] for _ in range(contents)]
    for left, right in zip(edges.left.tolist(), edges.right.tolist(), strict=True):
        near[left].append(right)
        near[right].append(left)
    return near


def _contents_of_nodes(contents: Contents) -> dict[int, list[int]]:
    nodes: dict[int, list[int]] = {}
    for content, node in enumerate(contents.node.tolist()):
        nodes.setdefault(node, []).append(content)
    return nodes


def _by_moment(numbers: NDArray[np.int64]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for content, moment in enumerate(numbers.tolist()):
        found.setdefault(moment, []).append(content)
    return found
