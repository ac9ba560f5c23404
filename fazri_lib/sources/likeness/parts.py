"""Seeded draws of a copy: every part reads a stream of its own, none of which the simulator reads."""

from __future__ import annotations

import hashlib
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable


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


def private_draws(seed: int, digests: Iterable[str]) -> np.random.Generator:
    """Return the generator of the noise of what is learnt.

    The seed is in the copy's README and the code is public: were that all, a reader could draw the noise again and
    subtract it.

    Args:
        seed: of the copy.
        digests: SHA-256 of the campus's files, in any order; no reader of the copy has them.
    """
    digest = hashlib.sha256("\n".join(sorted(set(digests))).encode()).digest()
    return np.random.default_rng([seed, int(Part.LEARNING), *np.frombuffer(digest, dtype="<u4").tolist()])


def rounded(amounts: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return whole numbers whose mean is the given amounts."""
    whole: np.ndarray = np.floor(amounts + rng.random(amounts.shape)).astype(np.int64)
    return whole
