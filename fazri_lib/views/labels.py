"""Names beside the circles of a map, put where they do not cover each other. Pure geometry in pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

LETTER, LINE, RADIUS = 7.2, 13.0, 9.0


class Box(NamedTuple):
    """A rectangle on the screen."""

    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: Box) -> float:
        """Return the area that both cover."""
        wide = min(self.right, other.right) - max(self.left, other.left)
        high = min(self.bottom, other.bottom) - max(self.top, other.top)
        return wide * high if wide > 0 and high > 0 else 0.0


def offsets(x: NDArray[np.float64], y: NDArray[np.float64], names: Sequence[str]) -> list[tuple[float, float]]:
    """Return how far each name stands from its circle, pixels to the right and down.

    Names are placed one by one, from the top: below, above, right or left of the circle, wherever they cover least of
    the circles and of the names that stand already.

    Args:
        x: middles of the circles, pixels to the right.
        y: the same, pixels down.
        names: texts.
    """
    taken = [Box(cx - RADIUS, cy - RADIUS, cx + RADIUS, cy + RADIUS) for cx, cy in zip(x, y, strict=True)]
    placed: dict[int, tuple[float, float]] = {}
    for number in np.argsort(y, kind="stable"):
        half = LETTER * len(names[number]) / 2
        below, beside = RADIUS + LINE / 2 + 1, half + RADIUS + 3
        choices = ((0.0, below), (0.0, -below), (beside, 0.0), (-beside, 0.0))
        boxes = [_around(x[number] + dx, y[number] + dy, half) for dx, dy in choices]
        best = int(np.argmin([sum(box.overlap(other) for other in taken) for box in boxes]))
        placed[int(number)] = choices[best]
        taken.append(boxes[best])
    return [placed[number] for number in range(len(names))]


def _around(x: float, y: float, half: float) -> Box:
    return Box(x - half, y - LINE / 2, x + half, y + LINE / 2)
