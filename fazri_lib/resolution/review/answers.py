"""What reviewers have answered, taken together: who is one person by their word, and what cannot all be true."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    _Steps = dict["Node", tuple["Node", "Said"] | None]


class Verdict(StrEnum):
    """What a reviewer says of two records."""

    SAME = "same"
    """They are one person."""
    DIFFERENT = "different"
    """They are two people."""
    UNSURE = "unsure"
    """The records do not tell."""


class Node(NamedTuple):
    """One row of a directory, whatever its versions.

    Attributes:
        directory: it came from.
        record_key: its own key there. Personal.
    """

    directory: str
    record_key: str


@dataclass(frozen=True, slots=True)
class Said:
    """One answer.

    Attributes:
        number: of the decision.
        left: one record.
        right: the other one.
        verdict: what was said.
    """

    number: int
    left: Node
    right: Node
    verdict: Verdict


class Word:
    """Answers taken together.

    Args:
        said: the answers, oldest first.
    """

    def __init__(self, said: Iterable[Said]) -> None:
        self._same: dict[Node, list[Said]] = {}
        self._different: list[Said] = []
        for one in said:
            if one.verdict is Verdict.DIFFERENT:
                self._different.append(one)
            elif one.verdict is Verdict.SAME:
                self._same.setdefault(one.left, []).append(one)
                self._same.setdefault(one.right, []).append(one)

    def against(self, left: Node, right: Node, verdict: Verdict) -> list[Said]:
        """Return the answers that cannot be true together with one more; none when it fits.

        Two records said to be one, directly or over others, cannot be two, and the other way round.

        Args:
            left: one record.
            right: the other one.
            verdict: of the answer to come.
        """
        if verdict is Verdict.UNSURE:
            return []
        from_left = self._reached(left)
        if verdict is Verdict.DIFFERENT:
            return _walked(from_left, right) if right in from_left else []
        from_right = self._reached(right)
        for one in self._different:
            for near, far in ((one.left, one.right), (one.right, one.left)):
                if near in from_left and far in from_right:
                    return [*_walked(from_left, near), one, *_walked(from_right, far)[::-1]]
        return []

    def _reached(self, start: Node) -> _Steps:
        """Return the records said to be one with a record, each with the step that leads there on the shortest way."""
        steps: _Steps = {start: None}
        waiting = [start]
        for node in waiting:
            for one in self._same.get(node, ()):
                other = one.right if node == one.left else one.left
                if other not in steps:
                    steps[other] = (node, one)
                    waiting.append(other)
        return steps


def pair_of(one: Node, other: Node) -> tuple[Node, Node]:
    """Return two records in the one order in which decisions name them."""
    return (one, other) if one <= other else (other, one)


def _walked(before: _Steps, end: Node) -> list[Said]:
    said = []
    step = before[end]
    while step is not None:
        node, one = step
        said.append(one)
        step = before[node]
    return said[::-1]
