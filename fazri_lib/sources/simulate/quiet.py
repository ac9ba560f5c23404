"""Zones that are emptier than they should be while they are open, and nothing was announced."""

from __future__ import annotations

import numpy as np

from fazri_lib.sources.simulate.draws import NOWHERE, some
from fazri_lib.sources.simulate.scene import CROWD, Planted, Scene

_PEAKS = {"LIBRARY": ((28, 44), 12), "CAFETERIA": ((23, 24), 8), "OFFICES": ((14, 22), 14)}
"""First slots of the usual peak and its number of slots, by kind of zone."""
_LEAST_PEOPLE, _STAY_SHARE, _SLUMP_STAY_SHARE = 4, 0.05, 0.3


def underuse(scene: Scene, rng: np.random.Generator) -> list[Planted]:
    """Nearly nobody is in a zone in its usual peak: a strike, a burst pipe, a rumour."""
    return _empty(scene, rng, "underuse", _STAY_SHARE)


def slump(scene: Scene, rng: np.random.Generator) -> list[Planted]:
    """Far fewer people than usual are in a zone in its usual peak."""
    return _empty(scene, rng, "occupancy_outside_forecast", _SLUMP_STAY_SHARE)


def _empty(scene: Scene, rng: np.random.Generator, name: str, share: float) -> list[Planted]:
    """Send all but a share of the people of a zone outside for its peak."""
    kind = str(rng.choice(list(_PEAKS)))
    (first, last), length = _PEAKS[kind]
    start = int(rng.integers(first, last - length + 1)) if last - length >= first else first
    zone = scene.free_zone(rng, (kind,), (start, length))
    if zone == NOWHERE or scene.day.is_exam or scene.head_count(zone, start, length) < _LEAST_PEOPLE:
        return []
    part = scene.grid[:, start : start + length]
    there = np.flatnonzero((part == zone).any(axis=1) & ~scene.is_cast)
    goes = some(rng, there, round((1 - share) * len(there)))
    part[goes] = np.where(part[goes] == zone, NOWHERE, part[goes])
    return [Planted(name, CROWD, zone, start, length)]
