"""Levels of a pair without an engine: the ladder of a comparison, climbed for two records in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fazri_lib.resolution.conditions import compiled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fazri_lib.resolution.comparison import Comparison
    from fazri_lib.resolution.conditions import Row

UNKNOWN = -1


class Ladder:
    """The levels of one comparison, tried as Splink tries them (`splink_settings`): unknown, differs, then in order.

    Args:
        comparison: of a trained model or a prepared field.
    """

    def __init__(self, comparison: Comparison) -> None:
        self._unknown, self._agrees = compiled(comparison.unknown), compiled(comparison.agrees)
        self._last = len(comparison) - 1
        self._steps = [compiled(level.condition) for level in comparison.levels[: self._last - 1]]

    def level(self, left: Row, right: Row) -> int:
        """Return the level that two prepared records reach: 0 the strongest, -1 where nothing can be compared."""
        if self._unknown(left, right):
            return UNKNOWN
        if not self._agrees(left, right):
            return self._last
        return next((place for place, step in enumerate(self._steps) if step(left, right)), self._last - 1)


def ladders(comparisons: Sequence[Comparison]) -> tuple[Ladder, ...]:
    """Return the ladders of comparisons."""
    return tuple(map(Ladder, comparisons))
