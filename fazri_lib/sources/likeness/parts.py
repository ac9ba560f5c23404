"""Seeded draws of a copy: every part reads a stream of its own, none of which the simulator reads."""

from __future__ import annotations

from enum import IntEnum

import numpy as np


class Part(IntEnum):
    """Numbers of the random streams; far from those of `simulate.draws.Stream`."""

    LEARNING = 4001
    CROWD = 4002
    DIRECTORIES = 4003
    MOVEMENT = 4004
    TRACES = 4005


def draws(seed: int, part: Part, number: int = 0) -> np.random.Generator:
    """Return the generator of one part, and of one day or directory of it."""
    return np.random.default_rng([seed, int(part), number])


def rounded(amounts: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return whole numbers whose mean is the given amounts."""
    whole: np.ndarray = np.floor(amounts + rng.random(amounts.shape)).astype(np.int64)
    return whole
