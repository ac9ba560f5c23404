"""How an entity came about: the order in which its records join by average linkage, and the weakest link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fazri_lib.resolution.explaining.hanging import NEEDED, Hanging

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fazri_lib.resolution.explaining.few import Few


@dataclass(frozen=True, slots=True)
class Step:
    """Two parts of an entity that join.

    Attributes:
        left: records of the part with the first record.
        right: records of the other part.
        average: mean weight between them, bits, each clipped as the clustering clips it.
        bridge: the pair between them that says most.
        weight: of that pair, bits, not clipped.
        is_decided: whether a reviewer said that a pair of them is one person.
    """

    left: tuple[int, ...]
    right: tuple[int, ...]
    average: float
    bridge: tuple[int, int]
    weight: float
    is_decided: bool = False

    @property
    def is_below(self) -> bool:
        """Whether these parts would not join by what the records say now.

        They do where the clustering joins them and the parts, or a pair between them, are more likely one than not.
        """
        return not self.is_decided and (self.average < NEEDED or max(self.average, self.weight) < 0)


@dataclass(frozen=True, slots=True)
class Path:
    """All steps from records to an entity, the strongest first.

    Attributes:
        steps: one less than records.
        weakest: position of the step that breaks first; None when there is none, or when reviewers decided all.
    """

    steps: tuple[Step, ...]
    weakest: int | None


def merge_path(few: Few) -> Path:
    """Return how records of one entity join: what reviewers decided first, then the highest average weight.

    Steps are continued below the cut of the clustering, so that an entity that no longer holds shows where it breaks.

    Args:
        few: the records of the entity, all of them.
    """
    scored = few.scored()
    raw, hanging = few.matrix(scored), Hanging.of(few, scored)
    parts: list[tuple[int, ...]] = [(record,) for record in range(len(few))]
    steps = []
    for pair in few.decided.same:
        left, right = sorted((_with(parts, pair[0]), _with(parts, pair[1])))
        if left != right:
            steps.append(_step(raw, hanging, parts[left], parts[right], decided=pair))
            _join(parts, left, right)
    while len(parts) > 1:
        left, right = _nearest(hanging, parts)
        steps.append(_step(raw, hanging, parts[left], parts[right]))
        _join(parts, left, right)
    open_steps = [number for number, step in enumerate(steps) if not step.is_decided]
    weakest = min(open_steps, key=lambda number: (steps[number].average, number), default=None)
    return Path(tuple(steps), weakest)


def _with(parts: list[tuple[int, ...]], record: int) -> int:
    return next(number for number, part in enumerate(parts) if record in part)


def _nearest(hanging: Hanging, parts: list[tuple[int, ...]]) -> tuple[int, int]:
    places = [(left, right) for left in range(len(parts)) for right in range(left + 1, len(parts))]
    return max(places, key=lambda place: (hanging.forced(parts[place[0]], parts[place[1]]), -place[0], -place[1]))


def _step(
    raw: NDArray[np.float64],
    hanging: Hanging,
    left: tuple[int, ...],
    right: tuple[int, ...],
    decided: tuple[int, int] | None = None,
) -> Step:
    between = raw[np.ix_(left, right)]
    place = np.unravel_index(int(between.argmax()), between.shape)
    bridge = (left[int(place[0])], right[int(place[1])])
    if decided is not None:
        bridge = decided if decided[0] in left else (decided[1], decided[0])
    return Step(left, right, hanging.forced(left, right), bridge, float(raw[bridge]), decided is not None)


def _join(parts: list[tuple[int, ...]], left: int, right: int) -> None:
    parts[left] = tuple(sorted(parts[left] + parts[right]))
    del parts[right]
