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
    zone, start, length = _peak(scene, rng)
    if zone == NOWHERE:
        return []
    part = scene.grid[:, start : start + length]
    stay = [one.person for one in scene.parts if one.zone == zone]
    there = np.setdiff1d(np.flatnonzero((part == zone).any(axis=1)), stay)
    goes = some(rng, there, round((1 - share) * len(there)))
    part[goes] = np.where(part[goes] == zone, NOWHERE, part[goes])
    return [Planted(name, CROWD, zone, start, length)]


def _peak(scene: Scene, rng: np.random.Generator) -> tuple[int, int, int]:
    """A zone that is well used in its peak on this day, and when (first slot, number); NOWHERE for none."""
    for kind in rng.permutation(list(_PEAKS)) if not scene.day.is_exam else []:
        (first, last), length = _PEAKS[str(kind)]
        start = int(rng.integers(first, last - length + 1)) if last - length >= first else first
        possible = scene.society.places.of_kind(str(kind))
        used = [zone for zone in possible if scene.head_count(int(zone), start, length) >= _LEAST_PEOPLE]
        zone = scene.free_zone(rng, [int(zone) for zone in used], (start, length))
        if zone != NOWHERE:
            return zone, start, length
    return NOWHERE, 0, 0
