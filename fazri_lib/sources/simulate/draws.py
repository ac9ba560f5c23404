"""Seeded draws: every part of the simulator reads a stream of its own and can change without moving the others."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]
TextArray = npt.NDArray[np.str_]
DateArray = npt.NDArray[np.datetime64]

NOWHERE = -1
"""Zone number of not being in any zone: at home, in a private bedroom, away."""


class Stream(IntEnum):
    """Numbers of the random streams; a number is never given to another part."""

    POPULATION = 1
    HABITS = 2
    TIMETABLE = 3
    IDENTIFIERS = 4
    SCHEDULE = 5
    PLAN = 6
    BOOKINGS = 7
    PLANTED = 8
    STAYS = 9
    WIFI = 10
    SWIPES = 11
    CAMERAS = 12
    LOANS = 13
    NOTES = 14
    HOMES = 15
    WEATHER = 16
    EPISODES = 17
    DOORS = 18
    FAULTS = 19
    ANNOUNCEMENTS = 20
    ACCOUNTS = 21
    DEVICES = 22
    DIRECTORIES = 23
    DUTIES = 24


def draws(seed: int, stream: Stream, day: int = 0) -> np.random.Generator:
    """Return the generator of one part for one day; `day` may be -1, the eve of the span."""
    return np.random.default_rng([seed, int(stream), day + 1])


def pick(rng: np.random.Generator, shares: dict[int, float], count: int) -> IntArray:
    """Return `count` keys of `shares`, each as often as its share says."""
    keys = np.array(list(shares), dtype=np.int64)
    weights = np.array(list(shares.values()), dtype=np.float64)
    chosen: IntArray = rng.choice(keys, size=count, p=weights / weights.sum())
    return chosen


def some(rng: np.random.Generator, candidates: IntArray, count: int) -> IntArray:
    """Return at most `count` of the candidates, each once, in ascending order."""
    chosen: IntArray = np.sort(rng.choice(candidates, size=min(max(count, 0), len(candidates)), replace=False))
    return chosen
